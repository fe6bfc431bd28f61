/*
 * engine_fault_test.c - items that fail, and workers and recorders that die, in whole runs of the
 * engine: what becomes of the item, and that all others are done.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <unistd.h>

#include "record/page.h"
#include "tests/unit/engine_numbers.h"

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
		assert_int_equal(numbers_count(run, NUMBERS_COLUMN_STATUS, "ok"), 100);
		/* What was stored, but not yet reported when its host died, is stored again. */
		for (unsigned n = 0; n < 100; n++)
			assert_true(run->numbers.shared->times_stored[n] >= 1);
	} else {
		assert_int_equal(numbers_count(run, NUMBERS_COLUMN_STATUS, "ok"), 90);
		assert_int_equal(numbers_count(run, NUMBERS_COLUMN_STATUS, fate->status), 10);
	}
	if (fate->attempts[0] != '\0')
		assert_int_equal(numbers_count(run, NUMBERS_COLUMN_ATTEMPTS, fate->attempts), 10);
	assert_int_equal(run->numbers.shared->damaged_slots, 0);
	numbers_free(run);
}

static void meet_fates(const struct fate *fate)
{
	for (size_t i = 0; i < NUMBERS_SHAPES; i++)
		meet_fate(numbers_shapes[i], fate);
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
	assert_int_equal(numbers_count(run, NUMBERS_COLUMN_STATUS, "ok"), 1000);
	assert_int_equal(numbers_count(run, 0, ""), 1000);
	for (unsigned n = 399; n < 1000; n += 400)
		assert_true(run->numbers.shared->times_swept[n] >= 2);
	numbers_free(run);
}

/* So many recorders die when they have written lines and not yet told so; shared by all processes.
 */
static _Atomic int *untold;

void __real_page_write_recorder(struct page *page, const struct page_recorder *value);
void __wrap_page_write_recorder(struct page *page, const struct page_recorder *value);

void __wrap_page_write_recorder(struct page *page, const struct page_recorder *value)
{
	struct page_recorder before;

	if (untold != NULL && page_read_recorder(page, &before) &&
	    value->recorded > before.recorded && atomic_fetch_sub(untold, 1) > 0)
		kill(getpid(), SIGKILL);
	__real_page_write_recorder(page, value);
}

static void what_a_recorder_wrote_and_did_not_live_to_tell_is_not_written_twice(void **state)
{
	struct numbers_run *run = numbers_new(200);

	(void)state;
	untold = mmap(NULL, sizeof *untold, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	assert_true(untold != MAP_FAILED);
	atomic_store(untold, 2);
	run->plan = "processes:2";
	numbers_start(run);
	assert_int_equal(numbers_wait(run), 0);
	assert_true(atomic_load(untold) < 0);
	numbers_assert_complete(run);
	numbers_free(run);
	munmap((void *)untold, sizeof *untold);
	untold = NULL;
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

static void a_walk_that_dies_is_replaced_and_every_item_is_found_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < NUMBERS_SHAPES; i++) {
		struct numbers_run *run = numbers_new(1000);

		run->plan = numbers_shapes[i];
		run->numbers.kill_walks = 7; /* more than may die in a row without finding any */
		run->numbers.walk_most = 130;
		numbers_start(run);
		assert_int_equal(numbers_wait(run), 0);
		assert_int_equal(run->numbers.shared->walks, 8);
		assert_int_equal(numbers_count(run, 0, ""), 1000);
		numbers_assert_complete(run);
		numbers_free(run);
	}
}

static void a_walk_that_always_dies_is_given_up(void **state)
{
	struct numbers_run *run = numbers_new(1000);

	(void)state;
	run->plan = "threads:2";
	run->numbers.kill_walks = 1000;
	numbers_start(run);
	assert_int_equal(numbers_wait(run), 1);
	assert_int_equal(run->numbers.shared->walks, 5);
	assert_int_equal(numbers_count(run, 0, ""), 0);
	numbers_free(run);
}

static void a_walk_that_finds_others_than_before_ends_and_what_was_found_is_done(void **state)
{
	struct numbers_run *run = numbers_new(1000);
	unsigned found;

	(void)state;
	run->plan = "processes:2";
	run->numbers.kill_walks = 1;
	run->numbers.walk_most = 600;
	run->numbers.rename = true;
	numbers_start(run);
	assert_int_equal(numbers_wait(run), 1);
	assert_int_equal(run->numbers.shared->walks, 2);
	found = numbers_count(run, 0, "");
	assert_in_range(found, 1, 600);
	assert_int_equal(numbers_count(run, NUMBERS_COLUMN_STATUS, "ok"), found);
	numbers_free(run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
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
			what_a_recorder_wrote_and_did_not_live_to_tell_is_not_written_twice),
		cmocka_unit_test(
			a_run_without_a_recorder_that_lives_does_its_items_and_ends_with_5),
		cmocka_unit_test(a_recorder_killed_while_it_writes_the_report_is_replaced),
		cmocka_unit_test(a_walk_that_dies_is_replaced_and_every_item_is_found_once),
		cmocka_unit_test(a_walk_that_always_dies_is_given_up),
		cmocka_unit_test(
			a_walk_that_finds_others_than_before_ends_and_what_was_found_is_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
