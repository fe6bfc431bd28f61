/*
 * engine_run_test.c - whole runs of the engine, without a command line: every shape of plan gives
 * the same, every item once.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "engine/tether.h"
#include "tests/unit/engine_numbers.h"

enum { ITEMS = 200, COLUMN_STATUS = 2, COLUMN_REASON = 3, COLUMN_ATTEMPTS = 5 };

static const char *const plans[] = {
	"sequential",
	"threads:1",
	"threads:8",
	"processes:1",
	"processes:5",
	"hybrid:2+1",
	"hybrid:5+3",
	"load:1t | work:1t | check:1t | store:1t",
	"load:1t | work:1p | check:1t | store:1p",
	"load:2p | work:2t | check:1t | store:2p",
	"load:3t@3 | work-check:4t@2 | store:2t",
	"load-work:3t | check-store:2p",
};

/* Hosts that let the descendants of their supervisor take stacks of them. Shared with them. */
static _Atomic unsigned *named_parent;

int __real_prctl(int option, ...);
int __wrap_prctl(int option, ...);

int __wrap_prctl(int option, ...)
{
	unsigned long argument;
	va_list arguments;

	va_start(arguments, option);
	argument = va_arg(arguments, unsigned long);
	va_end(arguments);
	if (option == PR_SET_PTRACER && argument == (unsigned long)getppid())
		atomic_fetch_add(named_parent, 1);
	return __real_prctl(option, argument, 0, 0, 0);
}

static int share_count(void **state)
{
	(void)state;
	named_parent = mmap(NULL, sizeof *named_parent, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return named_parent != MAP_FAILED ? 0 : -1;
}

static void run_plan(const char *plan, unsigned items, unsigned queue_capacity)
{
	struct numbers_run *run = numbers_new(items);

	run->plan = plan;
	run->queue_capacity = queue_capacity;
	numbers_start(run);
	assert_int_equal(numbers_wait(run), 0);
	numbers_assert_complete(run);
	numbers_free(run);
}

static void every_plan_does_every_item_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof plans / sizeof *plans; i++)
		run_plan(plans[i], ITEMS, 0);
}

static void every_plan_works_with_room_for_one_item_in_each_queue(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof plans / sizeof *plans; i++)
		run_plan(plans[i], ITEMS / 2, 1);
}

static void more_workers_than_items_is_fine(void **state)
{
	(void)state;
	run_plan("threads:8", 1, 0);
	run_plan("processes:8", 3, 0);
	run_plan("load:4t | work:4p | check-store:4t", 2, 0);
}

static void sixty_four_workers_do_thousands_of_items(void **state)
{
	(void)state;
	run_plan("threads:64", 5000, 0);
	run_plan("processes:64", 5000, 0);
	run_plan("load:24t | work-check:20p | store:20t", 5000, 0);
	run_plan("load:20t@4 | work-check:24t@3 | store:20t@5", 2000, 1);
}

static void one_lock_around_all_cpu_stages_lets_everything_through(void **state)
{
	struct numbers_run *run = numbers_new(ITEMS);

	(void)state;
	run->plan = "threads:8";
	run->gil = true;
	numbers_start(run);
	assert_int_equal(numbers_wait(run), 0);
	numbers_assert_complete(run);
	numbers_free(run);
}

static void items_that_exceed_the_memory_budget_go_one_by_one(void **state)
{
	static const char *const braked[] = {"threads:8", "processes:4",
					     "load:4t | work-check:2p | store:1t"};

	(void)state;
	for (size_t i = 0; i < sizeof braked / sizeof *braked; i++) {
		struct numbers_run *run = numbers_new(ITEMS);

		run->plan = braked[i];
		run->numbers.admit = true;
		run->memory_bytes = NUMBERS_ADMITTED_BYTES;
		numbers_start(run);
		assert_int_equal(numbers_wait(run), 0);
		numbers_assert_complete(run);
		numbers_free(run);
	}
}

/* What becomes of every tenth item. */
struct fate {
	enum numbers_fault fault;
	int exit_code;
	const char *status;
	const char *attempts; /* "" = any number */
};

static void meet_fate(const char *plan, const struct fate *fate)
{
	struct numbers_run *run = numbers_new(100);

	run->plan = plan;
	run->numbers.every = 10;
	run->numbers.fault = fate->fault;
	numbers_start(run);
	assert_int_equal(numbers_wait(run), fate->exit_code);
	assert_int_equal(numbers_count(run, 0, ""), 100);
	if (fate->exit_code == 0 && fate->fault != NUMBERS_SKIP) {
		assert_int_equal(numbers_count(run, COLUMN_STATUS, "ok"), 100);
		/* What was stored, but not yet reported when its host died, is stored again. */
		for (unsigned n = 0; n < 100; n++)
			assert_true(run->numbers.shared->times_stored[n] >= 1);
	} else {
		assert_int_equal(numbers_count(run, COLUMN_STATUS, "ok"), 90);
		assert_int_equal(numbers_count(run, COLUMN_STATUS, fate->status), 10);
	}
	if (fate->attempts[0] != '\0')
		assert_int_equal(numbers_count(run, COLUMN_ATTEMPTS, fate->attempts), 10);
	assert_int_equal(run->numbers.shared->damaged_slots, 0);
	numbers_free(run);
}

static const char *const shapes[] = {"sequential", "threads:4", "processes:3", "hybrid:3+2",
				     "load:2t | work:2t | check:1p | store:2t"};

static void meet_fates(const struct fate *fate)
{
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
		meet_fate(shapes[i], fate);
}

static void the_first_error_ends_the_item_and_never_the_worker(void **state)
{
	(void)state;
	meet_fates(&(struct fate){NUMBERS_PERMANENT, 1, "failed", ""});
}

static void a_skipped_item_is_no_failure(void **state)
{
	(void)state;
	meet_fates(&(struct fate){NUMBERS_SKIP, 0, "skipped", ""});
}

static void a_transient_failure_is_tried_once_more(void **state)
{
	(void)state;
	meet_fates(&(struct fate){NUMBERS_TRANSIENT_ONCE, 0, "ok", "2"});
}

static void an_item_that_never_succeeds_for_the_machines_sake_stays_pending(void **state)
{
	(void)state;
	meet_fates(&(struct fate){NUMBERS_TRANSIENT, 1, "pending", "2"});
}

static void a_killed_worker_costs_one_attempt(void **state)
{
	(void)state;
	meet_fates(&(struct fate){NUMBERS_KILL_ONCE, 0, "ok", ""});
}

static void a_worker_that_exits_with_0_in_an_item_has_died(void **state)
{
	(void)state;
	meet_fates(&(struct fate){NUMBERS_EXIT_ONCE, 0, "ok", ""});
}

static void a_crash_is_charged_to_the_item_that_crashed(void **state)
{
	(void)state;
	meet_fates(&(struct fate){NUMBERS_ABORT_ONCE, 0, "ok", "2"});
}

/* Ten in a hundred, all of them in a row for the worker that does suspects alone. */
static void items_that_always_kill_are_quarantined_and_the_rest_is_done(void **state)
{
	(void)state;
	meet_fates(&(struct fate){NUMBERS_KILL, 1, "quarantined", ""});
}

static void what_killed_workers_left_is_swept_once_the_item_is_over(void **state)
{
	struct numbers_run *run = numbers_new(50);

	(void)state;
	run->plan = "processes:2";
	run->numbers.every = 10;
	run->numbers.fault = NUMBERS_KILL_ONCE;
	numbers_start(run);
	assert_int_equal(numbers_wait(run), 0);
	for (unsigned n = 9; n < 50; n += 10)
		assert_int_equal(run->numbers.shared->times_swept[n], 1);
	numbers_free(run);
}

static void a_recorder_that_dies_is_replaced_and_no_line_is_lost_or_doubled(void **state)
{
	struct numbers_run *run = numbers_new(1000);

	(void)state;
	run->plan = "processes:2";
	run->numbers.every = 400;
	run->numbers.fault = NUMBERS_KILL_ONCE;
	run->numbers.kill_recorder = true; /* twice, with lines before it on their way */
	numbers_start(run);
	assert_int_equal(numbers_wait(run), 0);
	assert_int_equal(numbers_count(run, COLUMN_STATUS, "ok"), 1000);
	assert_int_equal(numbers_count(run, 0, ""), 1000);
	for (unsigned n = 399; n < 1000; n += 400)
		assert_true(run->numbers.shared->times_swept[n] >= 2);
	numbers_free(run);
}

static void a_run_without_a_recorder_that_lives_does_its_items_and_ends_with_5(void **state)
{
	struct numbers_run *run = numbers_new(8000);

	(void)state;
	run->plan = "threads:2";
	run->numbers.every = 100; /* early, so that more waits than is kept for a recorder */
	run->numbers.fault = NUMBERS_KILL_ONCE;
	run->numbers.kill_recorders = true;
	numbers_start(run);
	assert_int_equal(numbers_wait(run), 5);
	for (unsigned n = 0; n < 8000; n++)
		assert_true(run->numbers.shared->times_stored[n] >= 1);
	numbers_free(run);
}

/* Whether the kill comes in time or not, the run must end with a report. */
static void a_recorder_killed_while_it_writes_the_report_is_replaced(void **state)
{
	enum { RECORDER = 1 };
	struct numbers_run *run = numbers_new(20);
	struct page_status status = {0};
	struct page_host recorder;
	struct page *page;

	(void)state;
	run->plan = "threads:2";
	numbers_start(run);
	page = numbers_page(run);
	while (!page_read_status(page, &status) || status.state < RUN_REPORTING)
		sched_yield();
	assert_true(page_read_host(page, RECORDER, &recorder));
	assert_string_equal(recorder.name, "recorder");
	kill((pid_t)recorder.pid, SIGKILL);
	assert_int_equal(numbers_wait(run), 0);
	numbers_assert_complete(run);
	page_close(page);
	numbers_free(run);
}

static void a_warning_travels_through_all_hosts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		struct numbers_run *run = numbers_new(40);

		run->plan = shapes[i];
		run->numbers.every = 4;
		run->numbers.fault = NUMBERS_WARN;
		numbers_start(run);
		assert_int_equal(numbers_wait(run), 0);
		assert_int_equal(numbers_count(run, COLUMN_REASON, "a strange number"), 10);
		numbers_free(run);
	}
}

static void workers_that_cannot_start_end_the_run_with_4(void **state)
{
	static const char *const hopeless[] = {"sequential", "processes:2",
					       "load:2t | work-store:2t"};

	(void)state;
	for (size_t i = 0; i < sizeof hopeless / sizeof *hopeless; i++) {
		struct numbers_run *run = numbers_new(20);

		run->plan = hopeless[i];
		run->numbers.no_worker = true;
		numbers_start(run);
		assert_int_equal(numbers_wait(run), 4);
		assert_int_equal(numbers_count(run, COLUMN_STATUS, "ok"), 0);
		numbers_free(run);
	}
}

static void await_stored(const struct numbers_run *run, unsigned items)
{
	while (items != 0) {
		if (sem_wait(&run->numbers.shared->stored) == 0)
			items--;
		else
			assert_int_equal(errno, EINTR);
	}
}

/* Everything that was found is in the joblog, and what was stored is there as ok. */
static void assert_nothing_lost(const struct numbers_run *run)
{
	unsigned ok = numbers_count(run, COLUMN_STATUS, "ok");
	unsigned stored = 0;

	for (unsigned n = 0; n < run->numbers.items; n++)
		stored += run->numbers.shared->times_stored[n];
	assert_int_equal(stored, ok);
	assert_int_equal(ok + numbers_count(run, COLUMN_STATUS, "pending"),
			 numbers_count(run, 0, ""));
	assert_int_equal(run->numbers.shared->damaged_slots, 0);
}

static void the_first_interrupt_finishes_what_was_started_and_loses_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		struct numbers_run *run = numbers_new(500);

		run->plan = shapes[i];
		run->numbers.endless = true;
		numbers_start(run);
		await_stored(run, 50);
		numbers_tell(run, TETHER_INT);
		assert_int_equal(numbers_wait(run), 128 + SIGINT);
		assert_nothing_lost(run);
		numbers_free(run);
	}
}

static void a_lost_front_drains_the_run(void **state)
{
	struct numbers_run *run = numbers_new(500);

	(void)state;
	run->plan = "hybrid:2+2";
	run->numbers.endless = true;
	numbers_start(run);
	await_stored(run, 20);
	close(run->tether);
	run->tether = -1;
	assert_int_equal(numbers_wait(run), 128 + SIGHUP);
	assert_nothing_lost(run);
	numbers_free(run);
}

/* Its hosts come and go; the last is the recorder, which leaves a summary. */
static void await_last_host(const struct numbers_run *run)
{
	char *children =
		mem_printf("/proc/%d/task/%d/children", (int)run->supervisor, (int)run->supervisor);
	char *report = path_join(run->folder, "report");
	char *summary = path_join(report, "summary.json");
	char first[1];
	ssize_t length = 1;

	while (length > 0 || access(summary, F_OK) != 0) {
		int fd = open(children, O_RDONLY);

		length = fd >= 0 ? read(fd, first, 1) : 0;
		close(fd);
		sched_yield();
	}
	free(summary);
	free(report);
	free(children);
}

static void a_run_that_is_over_keeps_its_page_until_the_front_has_opened_it(void **state)
{
	struct numbers_run *run = numbers_new(10);
	struct page_status status = {0};
	struct page *page;

	(void)state;
	run->plan = "threads:2";
	numbers_start(run);
	await_last_host(run);
	page = numbers_page(run);
	assert_int_equal(numbers_wait(run), 0);
	assert_true(page_read_status(page, &status));
	assert_int_equal(status.state, RUN_DONE);
	assert_int_equal(status.done[ITEM_OK], 10);
	page_close(page);
	numbers_free(run);
}

static void a_detached_run_goes_on_without_its_front(void **state)
{
	struct numbers_run *run = numbers_new(2000);

	(void)state;
	run->plan = "threads:4";
	atomic_store(named_parent, 0);
	numbers_start(run);
	numbers_tell(run, TETHER_DETACH);
	close(run->tether);
	run->tether = -1;
	assert_int_equal(numbers_wait(run), 0);
	numbers_assert_complete(run);
	numbers_free(run);
	assert_true(atomic_load(named_parent) > 0);
}

/* A killed worker's item may have been stored and yet be pending: stored, but not yet reported. */
static void the_second_interrupt_stops_at_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		struct numbers_run *run = numbers_new(500);

		run->plan = shapes[i];
		run->numbers.endless = true;
		numbers_start(run);
		await_stored(run, 20);
		numbers_tell(run, TETHER_TERM);
		numbers_tell(run, TETHER_TERM);
		assert_int_equal(numbers_wait(run), 128 + SIGTERM);
		assert_int_equal(numbers_count(run, COLUMN_STATUS, "ok") +
					 numbers_count(run, COLUMN_STATUS, "pending"),
				 numbers_count(run, 0, ""));
		numbers_free(run);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_plan_does_every_item_once),
		cmocka_unit_test(every_plan_works_with_room_for_one_item_in_each_queue),
		cmocka_unit_test(more_workers_than_items_is_fine),
		cmocka_unit_test(sixty_four_workers_do_thousands_of_items),
		cmocka_unit_test(one_lock_around_all_cpu_stages_lets_everything_through),
		cmocka_unit_test(items_that_exceed_the_memory_budget_go_one_by_one),
		cmocka_unit_test(the_first_error_ends_the_item_and_never_the_worker),
		cmocka_unit_test(a_skipped_item_is_no_failure),
		cmocka_unit_test(a_transient_failure_is_tried_once_more),
		cmocka_unit_test(an_item_that_never_succeeds_for_the_machines_sake_stays_pending),
		cmocka_unit_test(a_killed_worker_costs_one_attempt),
		cmocka_unit_test(a_worker_that_exits_with_0_in_an_item_has_died),
		cmocka_unit_test(a_crash_is_charged_to_the_item_that_crashed),
		cmocka_unit_test(items_that_always_kill_are_quarantined_and_the_rest_is_done),
		cmocka_unit_test(what_killed_workers_left_is_swept_once_the_item_is_over),
		cmocka_unit_test(a_recorder_that_dies_is_replaced_and_no_line_is_lost_or_doubled),
		cmocka_unit_test(
			a_run_without_a_recorder_that_lives_does_its_items_and_ends_with_5),
		cmocka_unit_test(a_recorder_killed_while_it_writes_the_report_is_replaced),
		cmocka_unit_test(a_warning_travels_through_all_hosts),
		cmocka_unit_test(workers_that_cannot_start_end_the_run_with_4),
		cmocka_unit_test(the_first_interrupt_finishes_what_was_started_and_loses_nothing),
		cmocka_unit_test(a_lost_front_drains_the_run),
		cmocka_unit_test(a_run_that_is_over_keeps_its_page_until_the_front_has_opened_it),
		cmocka_unit_test(a_detached_run_goes_on_without_its_front),
		cmocka_unit_test(the_second_interrupt_stops_at_once),
	};

	return cmocka_run_group_tests(tests, share_count, NULL);
}
