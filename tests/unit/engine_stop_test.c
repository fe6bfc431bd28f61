/*
 * engine_stop_test.c - the ends of runs that their front has a hand in: interrupts, a front that
 * is lost, lets go, or comes late.
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
#include "record/page.h"
#include "tests/unit/engine_numbers.h"

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
	unsigned ok = numbers_count(run, NUMBERS_COLUMN_STATUS, "ok");
	unsigned stored = 0;

	for (unsigned n = 0; n < run->numbers.items; n++)
		stored += run->numbers.shared->times_stored[n];
	assert_int_equal(stored, ok);
	assert_int_equal(ok + numbers_count(run, NUMBERS_COLUMN_STATUS, "pending"),
			 numbers_count(run, 0, ""));
	assert_int_equal(run->numbers.shared->damaged_slots, 0);
}

static void the_first_interrupt_finishes_what_was_started_and_loses_nothing(void **state)
{
	(void)state;
	for (size_t i = 0; i < NUMBERS_SHAPES; i++) {
		struct numbers_run *run = numbers_new(500);

		run->plan = numbers_shapes[i];
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
	for (size_t i = 0; i < NUMBERS_SHAPES; i++) {
		struct numbers_run *run = numbers_new(500);

		run->plan = numbers_shapes[i];
		run->numbers.endless = true;
		numbers_start(run);
		await_stored(run, 20);
		numbers_tell(run, TETHER_TERM);
		numbers_tell(run, TETHER_TERM);
		assert_int_equal(numbers_wait(run), 128 + SIGTERM);
		assert_int_equal(numbers_count(run, NUMBERS_COLUMN_STATUS, "ok") +
					 numbers_count(run, NUMBERS_COLUMN_STATUS, "pending"),
				 numbers_count(run, 0, ""));
		numbers_free(run);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_interrupt_finishes_what_was_started_and_loses_nothing),
		cmocka_unit_test(a_lost_front_drains_the_run),
		cmocka_unit_test(a_run_that_is_over_keeps_its_page_until_the_front_has_opened_it),
		cmocka_unit_test(a_detached_run_goes_on_without_its_front),
		cmocka_unit_test(the_second_interrupt_stops_at_once),
	};

	return cmocka_run_group_tests(tests, share_count, NULL);
}
