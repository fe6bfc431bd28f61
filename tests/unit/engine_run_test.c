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

#include "tests/unit/engine_numbers.h"

enum { ITEMS = 200 };

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

static void a_warning_travels_through_all_hosts(void **state)
{
	(void)state;
	for (size_t i = 0; i < NUMBERS_SHAPES; i++) {
		struct numbers_run *run = numbers_new(40);

		run->plan = numbers_shapes[i];
		run->numbers.every = 4;
		run->numbers.fault = NUMBERS_WARN;
		numbers_start(run);
		assert_int_equal(numbers_wait(run), 0);
		assert_int_equal(numbers_count(run, NUMBERS_COLUMN_REASON, "a strange number"), 10);
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
		assert_int_equal(numbers_count(run, NUMBERS_COLUMN_STATUS, "ok"), 0);
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
		cmocka_unit_test(a_warning_travels_through_all_hosts),
		cmocka_unit_test(workers_that_cannot_start_end_the_run_with_4),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
