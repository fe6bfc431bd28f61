/*
 * engine_hold_test.c - items that are held until a commit, the end of a run's work, and items that
 * count as several: whole runs of the engine.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <assert.h>
#include <cmocka.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/mem.h"
#include "engine/tether.h"
#include "tests/unit/engine_numbers.h"

enum { ITEMS = 300, STORE = 3, AT_A_TIME = 7 };

/* What the run reports beyond numbers_shared; in memory that all processes share. */
struct holding {
	unsigned failing_commits; /* so many fail at first */
	unsigned killing_commits; /* so many kill their worker */
	unsigned killing_finishes;
	bool finish_fails;
	uint32_t units; /* of each item */
	_Atomic uint32_t commits;
	_Atomic uint32_t finishes;
	_Atomic uint32_t complete; /* finishes that were told so */
	_Atomic uint32_t times_committed[NUMBERS_MOST];
};

/* A worker's: what it holds. */
struct holder {
	struct holding *holding;
	uint64_t number[1024];
	unsigned count;
};

static struct holding *holding_of(const struct workload_config *config)
{
	const struct numbers *numbers = config->values;

	return numbers->more;
}

static int open_holder(const struct workload_config *config, void **state, struct err *err)
{
	struct holder *holder = mem_calloc(1, sizeof *holder);

	(void)err;
	holder->holding = holding_of(config);
	*state = holder;
	return 0;
}

static int hold(struct work *work, struct err *err)
{
	struct holder *holder = work->state;

	if (numbers_workload.stages[STORE].run(work, err) != 0)
		return -1;
	if (holder->holding->units > 2) {
		work->failed = 1;
		work->skipped = 2;
	}
	memcpy(&holder->number[holder->count++], work->payload, sizeof(uint64_t));
	work->hold = true;
	work->commit = holder->count >= AT_A_TIME;
	return 0;
}

static int commit(void *state, struct err *err)
{
	struct holder *holder = state;
	struct holding *holding = holder->holding;
	uint32_t before = atomic_fetch_add(&holding->commits, 1);
	unsigned count = holder->count;

	assert(count != 0 && count <= AT_A_TIME);
	holder->count = 0;
	if (before < holding->killing_commits)
		kill(getpid(), SIGKILL);
	if (before < holding->failing_commits)
		return err_transient(err, "the disk is away");
	for (unsigned i = 0; i < count; i++)
		atomic_fetch_add(&holding->times_committed[holder->number[i]], 1);
	return 0;
}

static int finish(void *state, struct workload_ending *ending, struct err *err)
{
	struct holder *holder = state;
	struct holding *holding = holder->holding;
	uint32_t before = atomic_fetch_add(&holding->finishes, 1);
	struct numbers_total result = {.sum = 1000000};

	if (before < holding->killing_finishes)
		kill(getpid(), SIGKILL);
	if (holding->finish_fails)
		return err_transient(err, "the last word could not be written");
	atomic_fetch_add(&holding->complete, ending->complete);
	memcpy(ending->result, &result, sizeof result);
	ending->result_length = sizeof result;
	return 0;
}

/* Numbers that count as several. */
struct weigher {
	struct source source;
	struct source *outer;
};

static bool emit_weighed(struct source *source, const struct source_item *item)
{
	struct weigher *weigher = (struct weigher *)source;
	struct source_item weighed = *item;

	weighed.units = holding_of(source->config)->units;
	return weigher->outer->emit(weigher->outer, &weighed);
}

static int weighing_source(struct source *source, struct err *err)
{
	struct weigher weigher = {.source = *source, .outer = source};

	weigher.source.emit = emit_weighed;
	return numbers_workload.source(&weigher.source, err);
}

static struct numbers_run *new_run(struct workload *workload, unsigned items)
{
	static struct workload_stage stages[STORE + 1];
	struct numbers_run *run = numbers_new(items);

	memcpy(stages, numbers_workload.stages, sizeof stages);
	stages[STORE].run = hold;
	*workload = numbers_workload;
	workload->stages = stages;
	workload->source = weighing_source;
	workload->worker_open = open_holder;
	workload->worker_close = free;
	workload->commit = commit;
	workload->finish = finish;
	run->workload = workload;
	run->numbers.more = mmap(NULL, sizeof(struct holding), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(run->numbers.more != MAP_FAILED);
	return run;
}

static void free_run(struct numbers_run *run)
{
	munmap(run->numbers.more, sizeof(struct holding));
	numbers_free(run);
}

static const char *const plans[] = {"sequential",
				    "threads:4",
				    "processes:3",
				    "hybrid:3+2",
				    "load-check:3t | store:1t",
				    "load-check:2p | store:1p",
				    "load:2t | work-check:2p | store:1t"};

enum { PLANS = sizeof plans / sizeof *plans };

static void expect_all_committed(const struct numbers_run *run)
{
	const struct holding *holding = run->numbers.more;

	for (unsigned n = 0; n < run->numbers.items; n++)
		assert_true(holding->times_committed[n] >= 1);
	assert_int_equal(numbers_count(run, NUMBERS_COLUMN_STATUS, "ok"), run->numbers.items);
	assert_int_equal(run->numbers.shared->damaged_slots, 0);
}

static void held_items_are_done_once_they_are_committed(void **state)
{
	struct workload workload;

	(void)state;
	for (unsigned i = 0; i < PLANS; i++) {
		struct numbers_run *run = new_run(&workload, ITEMS);
		const struct holding *holding = run->numbers.more;

		run->plan = plans[i];
		numbers_start(run);
		assert_int_equal(numbers_wait(run), 0);
		expect_all_committed(run);
		for (unsigned n = 0; n < ITEMS; n++)
			assert_int_equal(holding->times_committed[n], 1);
		assert_true(holding->commits >= (ITEMS + AT_A_TIME - 1) / AT_A_TIME);
		free_run(run);
	}
}

static void items_whose_commit_fails_are_tried_again_and_never_convicted(void **state)
{
	struct workload workload;

	(void)state;
	for (unsigned i = 0; i < PLANS; i++) {
		struct numbers_run *run = new_run(&workload, ITEMS);
		struct holding *holding = run->numbers.more;

		holding->failing_commits = 1;
		run->plan = plans[i];
		numbers_start(run);
		assert_int_equal(numbers_wait(run), 0);
		expect_all_committed(run);
		free_run(run);
	}
}

static void a_commit_that_never_succeeds_leaves_everything_pending(void **state)
{
	struct workload workload;
	struct numbers_run *run = new_run(&workload, ITEMS);
	struct holding *holding = run->numbers.more;

	(void)state;
	holding->failing_commits = UINT32_MAX;
	run->plan = "threads:2";
	numbers_start(run);
	assert_int_equal(numbers_wait(run), 1);
	assert_int_equal(numbers_count(run, NUMBERS_COLUMN_STATUS, "ok"), 0);
	assert_int_equal(numbers_count(run, NUMBERS_COLUMN_STATUS, "failed"), 0);
	assert_int_equal(numbers_count(run, NUMBERS_COLUMN_STATUS, "pending"),
			 numbers_count(run, 0, ""));
	assert_int_equal(holding->complete, 0);
	free_run(run);
}

static void a_worker_that_dies_takes_only_uncommitted_items_along(void **state)
{
	struct workload workload;

	(void)state;
	for (unsigned i = 0; i < PLANS; i++) {
		struct numbers_run *run = new_run(&workload, ITEMS);
		struct holding *holding = run->numbers.more;

		holding->killing_commits = 2;
		run->plan = plans[i];
		numbers_start(run);
		assert_int_equal(numbers_wait(run), 0);
		expect_all_committed(run);
		free_run(run);
	}
}

static json_t *summary_of(const struct numbers_run *run)
{
	char *text = numbers_report_file(run, "summary.json");
	json_t *summary = json_loads(text, 0, NULL);

	free(text);
	assert_non_null(summary);
	return summary;
}

static void expect_total(const struct numbers_run *run, bool finished)
{
	json_t *summary = summary_of(run);
	const char *total =
		json_string_value(json_object_get(json_object_get(summary, "result"), "total"));
	unsigned long long count, sum;

	assert_non_null(total);
	assert_int_equal(sscanf(total, "%llu %llu", &count, &sum), 2);
	assert_int_equal(sum >= 1000000, finished);
	json_decref(summary);
}

static void the_work_is_finished_once_and_adds_to_the_result(void **state)
{
	struct workload workload;

	(void)state;
	for (unsigned i = 0; i < PLANS; i++) {
		struct numbers_run *run = new_run(&workload, ITEMS / 10);
		const struct holding *holding = run->numbers.more;

		run->plan = plans[i];
		numbers_start(run);
		assert_int_equal(numbers_wait(run), 0);
		assert_int_equal(holding->finishes, 1);
		assert_int_equal(holding->complete, 1);
		expect_total(run, true);
		free_run(run);
	}
}

static void a_worker_that_dies_while_it_finishes_has_a_successor_that_does(void **state)
{
	struct workload workload;

	(void)state;
	for (unsigned i = 0; i < PLANS; i++) {
		struct numbers_run *run = new_run(&workload, ITEMS / 10);
		struct holding *holding = run->numbers.more;

		holding->killing_finishes = 2;
		run->plan = plans[i];
		numbers_start(run);
		assert_int_equal(numbers_wait(run), 0);
		assert_int_equal(holding->finishes, 3);
		assert_int_equal(holding->complete, 1);
		expect_all_committed(run);
		free_run(run);
	}
}

static void workers_that_die_whenever_they_finish_end_the_run_with_4(void **state)
{
	struct workload workload;
	struct numbers_run *run = new_run(&workload, ITEMS / 10);
	struct holding *holding = run->numbers.more;

	(void)state;
	holding->killing_finishes = UINT32_MAX;
	run->plan = "threads:2";
	numbers_start(run);
	assert_int_equal(numbers_wait(run), 4);
	free_run(run);
}

static void an_error_at_the_end_of_the_work_is_the_runs(void **state)
{
	struct workload workload;
	struct numbers_run *run = new_run(&workload, ITEMS / 10);
	struct holding *holding = run->numbers.more;
	char *text;

	(void)state;
	holding->finish_fails = true;
	run->plan = "hybrid:2+1";
	numbers_start(run);
	assert_int_equal(numbers_wait(run), 1);
	assert_int_equal(holding->finishes, 1);
	expect_all_committed(run);
	text = numbers_report_file(run, "summary.txt");
	assert_non_null(strstr(text, "the last word could not be written"));
	free(text);
	free_run(run);
}

static void a_run_in_which_an_item_failed_is_finished_as_incomplete(void **state)
{
	struct workload workload;
	struct numbers_run *run = new_run(&workload, 20);
	const struct holding *holding = run->numbers.more;

	(void)state;
	run->plan = "threads:2";
	run->numbers.every = 10;
	run->numbers.fault = NUMBERS_PERMANENT;
	numbers_start(run);
	assert_int_equal(numbers_wait(run), 1);
	assert_int_equal(holding->finishes, 1);
	assert_int_equal(holding->complete, 0);
	free_run(run);
}

static void a_drained_run_is_finished_as_incomplete(void **state)
{
	struct workload workload;
	struct numbers_run *run = new_run(&workload, ITEMS);
	const struct holding *holding = run->numbers.more;

	(void)state;
	run->plan = "threads:2";
	run->numbers.endless = true;
	numbers_start(run);
	assert_int_equal(sem_wait(&run->numbers.shared->stored), 0);
	numbers_tell(run, TETHER_INT);
	assert_int_equal(numbers_wait(run), 130);
	assert_int_equal(holding->finishes, 1);
	assert_int_equal(holding->complete, 0);
	free_run(run);
}

static void an_item_of_several_units_counts_as_so_many(void **state)
{
	static const char *const keys[] = {"found", "ok", "failed", "skipped", "pending"};
	static const int expected[] = {500, 200, 100, 200, 0};
	struct workload workload;
	struct numbers_run *run = new_run(&workload, 100);
	struct holding *holding = run->numbers.more;
	json_t *summary;

	(void)state;
	holding->units = 5; /* of which one fails and two are skipped */
	run->plan = "hybrid:2+1";
	numbers_start(run);
	assert_int_equal(numbers_wait(run), 1);
	assert_int_equal(numbers_count(run, 0, ""), 100);
	summary = summary_of(run);
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		assert_int_equal(json_integer_value(json_object_get(
					 json_object_get(summary, "items"), keys[i])),
				 expected[i]);
	json_decref(summary);
	free_run(run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(held_items_are_done_once_they_are_committed),
		cmocka_unit_test(items_whose_commit_fails_are_tried_again_and_never_convicted),
		cmocka_unit_test(a_commit_that_never_succeeds_leaves_everything_pending),
		cmocka_unit_test(a_worker_that_dies_takes_only_uncommitted_items_along),
		cmocka_unit_test(the_work_is_finished_once_and_adds_to_the_result),
		cmocka_unit_test(a_worker_that_dies_while_it_finishes_has_a_successor_that_does),
		cmocka_unit_test(workers_that_die_whenever_they_finish_end_the_run_with_4),
		cmocka_unit_test(an_error_at_the_end_of_the_work_is_the_runs),
		cmocka_unit_test(a_run_in_which_an_item_failed_is_finished_as_incomplete),
		cmocka_unit_test(a_drained_run_is_finished_as_incomplete),
		cmocka_unit_test(an_item_of_several_units_counts_as_so_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
