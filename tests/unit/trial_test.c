/*
 * trial_test.c - which items a trial takes, and what it measures of a workload of its own.
 */
#include "config.h"

#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "trial.h"

static const struct trial_limits no_hurry = {.look_ns = 60 * CLOCK_SECOND_NS,
					     .count_ns = 60 * CLOCK_SECOND_NS,
					     .least_ns = 60 * CLOCK_SECOND_NS,
					     .least_items = 1000,
					     .most_ns = 60 * CLOCK_SECOND_NS,
					     .cancel_ns = 60 * CLOCK_SECOND_NS};

/* ---- a workload ------------------------------------------------------------------------------
 */

enum { PREPARE, WORK, STAGES };

static struct {
	uint64_t items;	 /* that the source has */
	uint64_t skips;	 /* of them at the beginning, skipped */
	unsigned looks;	 /* at ten entries each, before the first item */
	uint64_t known;	 /* estimate, 0 = none */
	bool lock_twice; /* in the second stage */
	bool joins;
	uint64_t cpu_ns; /* that the second stage computes */
	bool dry_run;	 /* as the source saw it */
	unsigned opened, closed;
	uint64_t done[1000];
	size_t ndone;
} fake;

static int source(struct source *source, struct err *err)
{
	(void)err;
	fake.dry_run = source->config->dry_run;
	for (unsigned i = 0; i < fake.looks; i++) {
		if (!source->seen(source, 10))
			return 0;
	}
	if (fake.known != 0)
		source->estimate(source, fake.known);
	for (uint64_t i = 0; i < fake.items; i++) {
		char name[32];
		struct source_item item = {.name = name,
					   .payload = &i,
					   .payload_length = sizeof i,
					   .size_bytes = 10,
					   .units = 2,
					   .verdict = i < fake.skips ? ERR_SKIP : ERR_NONE};

		snprintf(name, sizeof name, "item-%llu", (unsigned long long)i);
		if (!source->emit(source, &item))
			break;
	}
	return 0;
}

static int prepare(struct work *work, struct err *err)
{
	uint64_t number;

	memcpy(&number, work->payload, sizeof number);
	if (work_wait(work, 2 * CLOCK_MS_NS, err) != 0 || work_admit(work, 100 + number, err) != 0)
		return -1;
	return 0;
}

/* Computes for so much of this thread's time. */
static int compute(struct work *work, struct err *err)
{
	uint64_t until_ns = clock_thread_cpu_ns() + fake.cpu_ns;
	uint64_t number;

	memcpy(&number, work->payload, sizeof number);
	work_lock(work, 0);
	if (fake.lock_twice)
		work_lock(work, 0);
	work_unlock(work, 0);
	if (fake.joins && work_join(work, PREPARE, err) != 0)
		return -1;
	if (number == 3)
		return err_permanent(err, "the fourth is broken");
	while (clock_thread_cpu_ns() < until_ns)
		;
	fake.done[fake.ndone++ % 1000] = number;
	return 0;
}

static int worker_open(const struct workload_config *config, void **state, struct err *err)
{
	(void)err;
	assert_non_null(config->run_id);
	assert_string_equal(config->output, "where");
	fake.opened++;
	*state = &fake;
	return 0;
}

static void worker_close(void *state)
{
	assert_ptr_equal(state, &fake);
	fake.closed++;
}

static const struct workload_stage stages[STAGES] = {
	[PREPARE] = {.name = "prepare", .io = true, .run = prepare},
	[WORK] = {.name = "work", .run = compute},
};
static const char *const locks[] = {"lock"};

static const struct workload workload = {.name = "fake",
					 .items = "things",
					 .stages = stages,
					 .nstages = STAGES,
					 .locks = locks,
					 .nlocks = 1,
					 .source = source,
					 .worker_open = worker_open,
					 .worker_close = worker_close};

static int set_up(void **state)
{
	(void)state;
	memset(&fake, 0, sizeof fake);
	fake.cpu_ns = 3 * CLOCK_MS_NS;
	return 0;
}

static void try_it(const struct plan *plan, const struct trial_limits *limits,
		   struct trial_result *result)
{
	struct trial_sample sample = {0};

	*result = (struct trial_result){0};
	trial_count(plan, limits, &sample, result);
	trial_run(plan, "where", limits, &sample, result);
	trial_sample_free(&sample);
	assert_int_equal(fake.opened, fake.closed);
}

/* ---- which items -----------------------------------------------------------------------------
 */

static void fill(struct trial_sample *sample, uint64_t items)
{
	*sample = (struct trial_sample){0};
	for (uint64_t i = 0; i < items; i++)
		trial_sample_add(sample, &(struct source_item){.name = "x",
							       .payload = &i,
							       .payload_length = sizeof i});
}

static uint64_t number_of(const struct trial_sample *sample, size_t index)
{
	uint64_t number;

	memcpy(&number, sample->item[index].payload, sizeof number);
	return number;
}

static void the_sample_is_spread_evenly_over_all_items(void **state)
{
	static const uint64_t counts[] = {0, 1, 2, 63, 64, 65, 128, 129, 1000, 4097, 100000};

	(void)state;
	for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
		struct trial_sample sample;

		fill(&sample, counts[c]);
		assert_int_equal(sample.seen, counts[c]);
		if (counts[c] <= TRIAL_SAMPLE)
			assert_int_equal(sample.count, counts[c]);
		else
			assert_in_range(sample.count, TRIAL_SAMPLE / 2, TRIAL_SAMPLE);
		for (size_t i = 0; i < sample.count; i++)
			assert_int_equal(number_of(&sample, i), i * sample.stride);
		/* what is left behind the last one is less than a stride */
		if (sample.count > 0)
			assert_in_range(counts[c], (sample.count - 1) * sample.stride + 1,
					sample.count * sample.stride);
		trial_sample_free(&sample);
	}
}

static void the_first_few_are_spread_over_all_and_each_comes_once(void **state)
{
	static const uint64_t counts[] = {1, 7, 36, 64};

	(void)state;
	for (size_t c = 0; c < sizeof counts / sizeof counts[0]; c++) {
		bool taken[TRIAL_SAMPLE] = {false};
		struct trial_sample sample;

		fill(&sample, counts[c]);
		for (size_t turn = 0; turn < sample.count; turn++) {
			size_t index = trial_sample_turn(&sample, turn);

			assert_true(index < sample.count && !taken[index]);
			taken[index] = true;
		}
		trial_sample_free(&sample);
	}
	struct trial_sample sample;
	fill(&sample, 64);
	assert_int_equal(trial_sample_turn(&sample, 0), 0);
	assert_int_equal(trial_sample_turn(&sample, 1), 32);
	assert_int_equal(trial_sample_turn(&sample, 2), 16);
	assert_int_equal(trial_sample_turn(&sample, 3), 48);
	trial_sample_free(&sample);
}

static void the_source_is_counted_without_writing(void **state)
{
	const struct plan plan = {.workload = &workload};
	struct trial_sample sample = {0};
	struct trial_result result = {0};

	(void)state;
	fake.items = 500;
	fake.skips = 20;
	trial_count(&plan, &no_hurry, &sample, &result);
	assert_true(fake.dry_run);
	assert_true(result.whole);
	assert_int_equal(result.items, 960); /* each counts as two */
	assert_int_equal(result.skipped, 20);
	assert_int_equal(result.bytes, 4800);
	assert_int_equal(result.sample, 60);
	assert_string_equal(sample.item[0].name, "item-20");
	trial_sample_free(&sample);
}

static void counting_ends_in_time(void **state)
{
	const struct plan plan = {.workload = &workload};
	struct trial_sample sample = {0};
	struct trial_result result = {0};

	(void)state;
	fake.items = 500;
	trial_count(&plan, &(struct trial_limits){0}, &sample, &result);
	assert_false(result.whole);
	assert_int_equal(result.items, 2);
	trial_sample_free(&sample);
}

static void looking_without_finding_anything_ends_in_time(void **state)
{
	const struct plan plan = {.workload = &workload};
	struct trial_limits limits = {.count_ns = 60 * CLOCK_SECOND_NS};
	struct trial_sample sample = {0};
	struct trial_result result = {0};

	(void)state;
	fake.items = 500;
	fake.looks = 3;
	trial_count(&plan, &limits, &sample, &result);
	assert_false(result.whole);
	assert_int_equal(result.seen, 10);
	assert_int_equal(result.items, 0);
	result = (struct trial_result){0};
	fake.looks = 0;
	fake.skips = 7; /* which is nothing to do either */
	trial_count(&plan, &limits, &sample, &result);
	assert_int_equal(result.skipped, 1);
	assert_int_equal(result.items, 0);
	assert_false(result.whole);
	result = (struct trial_result){0};
	limits = (struct trial_limits){.look_ns = 60 * CLOCK_SECOND_NS};
	fake.looks = 3;
	trial_count(&plan, &limits, &sample, &result);
	assert_int_equal(result.seen, 30);
	assert_int_equal(result.skipped, 7);
	assert_int_equal(result.items, 2); /* and no time for more */
	trial_sample_free(&sample);
}

static void of_what_is_only_known_of_the_same_part_is_to_be_done(void **state)
{
	const struct plan plan = {.workload = &workload};
	const struct trial_limits limits = {.look_ns = 60 * CLOCK_SECOND_NS};
	struct trial_sample sample = {0};
	struct trial_result result = {0};

	(void)state;
	fake.items = 500;
	fake.skips = 8;
	fake.known = 1000;
	trial_count(&plan, &limits, &sample, &result);
	assert_int_equal(result.skipped, 8);
	assert_int_equal(result.items, 200); /* two of ten */
	trial_sample_free(&sample);
}

/* ---- what is measured ------------------------------------------------------------------------
 */

static void waiting_and_computing_are_told_apart(void **state)
{
	const struct plan plan = {.workload = &workload};
	struct trial_result result;

	(void)state;
	fake.items = 8;
	try_it(&plan, &no_hurry, &result);
	assert_int_equal(result.tried, 8);
	assert_int_equal(result.failed, 1); /* and it is not in the figures */
	assert_int_equal(result.units, 14);
	assert_int_equal(fake.ndone, 7);
	assert_true(result.stage[PREPARE].wall_ns >= 7 * 2 * CLOCK_MS_NS);
	assert_true(result.stage[PREPARE].cpu_ns < result.stage[PREPARE].wall_ns / 2);
	assert_true(result.stage[WORK].cpu_ns >= 7 * 3 * CLOCK_MS_NS);
	assert_true(result.stage[WORK].cpu_ns <= result.stage[WORK].wall_ns);
	assert_true(result.longest_ns >= 5 * CLOCK_MS_NS);
	assert_int_equal(result.memory_bytes, 107);
	assert_string_equal(result.in_hand, "");
	assert_string_equal(result.problem, "");
}

/* Another process that computes on the CPU of this one, which is kept on one. */
static pid_t begin_rival(cpu_set_t *before)
{
	pid_t parent = getpid(), rival;
	cpu_set_t one;

	assert_int_equal(sched_getaffinity(0, sizeof *before, before), 0);
	CPU_ZERO(&one);
	for (size_t cpu = 0; cpu < CPU_SETSIZE && CPU_COUNT(&one) == 0; cpu++) {
		if (CPU_ISSET(cpu, before))
			CPU_SET(cpu, &one);
	}
	assert_int_equal(sched_setaffinity(0, sizeof one, &one), 0);
	rival = fork();
	if (rival == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		while (getppid() == parent)
			;
		_exit(0);
	}
	return rival;
}

static void what_others_take_of_the_cpu_is_no_waiting(void **state)
{
	const struct plan plan = {.workload = &workload};
	struct trial_result result;
	cpu_set_t before;
	pid_t rival;

	(void)state;
	if (access("/proc/thread-self/schedstat", R_OK) != 0)
		skip();
	fake.items = 3;
	fake.cpu_ns = 60 * CLOCK_MS_NS;
	rival = begin_rival(&before);
	try_it(&plan, &no_hurry, &result);
	kill(rival, SIGKILL);
	waitpid(rival, NULL, 0);
	sched_setaffinity(0, sizeof before, &before);
	assert_true(result.stage[WORK].cpu_ns >= 3 * fake.cpu_ns);
	assert_true(result.stage[WORK].queued_ns > fake.cpu_ns);
	assert_true(4 * result.stage[WORK].wall_ns < 5 * result.stage[WORK].cpu_ns);
}

static void simulated_latency_is_counted_and_not_slept(void **state)
{
	struct plan plan = {.workload = &workload};
	struct trial_result result;
	uint64_t begin_ns = clock_ns();

	(void)state;
	fake.items = 2;
	plan.delay_ms[WORK] = 3600000;
	try_it(&plan, &no_hurry, &result);
	assert_true(result.stage[WORK].wall_ns >= 2 * 3600 * CLOCK_SECOND_NS);
	assert_true(clock_ns() - begin_ns < 3600 * CLOCK_SECOND_NS);
}

static void one_item_is_always_tried_and_its_waits_count_in_full(void **state)
{
	const struct plan plan = {.workload = &workload};
	const struct trial_limits none = {.count_ns = 60 * CLOCK_SECOND_NS,
					  .cancel_ns = 60 * CLOCK_SECOND_NS};
	struct trial_result result;

	(void)state;
	fake.items = 5;
	try_it(&plan, &none, &result);
	assert_int_equal(result.tried, 1);
	assert_true(result.stage[PREPARE].wall_ns >= 2 * CLOCK_MS_NS);
}

static void what_is_in_hand_when_the_time_is_over_is_given_up(void **state)
{
	const struct plan plan = {.workload = &workload};
	const struct trial_limits none = {.count_ns = 60 * CLOCK_SECOND_NS};
	struct trial_result result;

	(void)state;
	fake.items = 5;
	try_it(&plan, &none, &result);
	assert_int_equal(result.tried, 1);
	assert_int_equal(result.units, 0);
	assert_int_equal(result.failed, 0);
	assert_int_equal(fake.ndone, 0); /* it came to the border of its second stage */
}

static void enough_is_enough(void **state)
{
	const struct plan plan = {.workload = &workload};
	struct trial_limits limits = no_hurry;
	struct trial_result result;

	(void)state;
	fake.items = 200;
	limits.least_items = 5;
	limits.least_ns = 0;
	try_it(&plan, &limits, &result);
	assert_int_equal(result.tried, 5);
	assert_int_equal(fake.done[1], 128); /* of 0, 4, 8, ... 196, the middle */
}

static void stages_that_need_other_workers_are_told(void **state)
{
	const struct plan plan = {.workload = &workload};
	struct trial_result result;

	(void)state;
	fake.items = 3;
	try_it(&plan, &no_hurry, &result);
	assert_false(result.needs_others);
	fake.lock_twice = true;
	try_it(&plan, &no_hurry, &result);
	assert_true(result.needs_others);
	fake.lock_twice = false;
	fake.joins = true;
	try_it(&plan, &no_hurry, &result);
	assert_true(result.needs_others);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest tests[] = {
		TEST(the_sample_is_spread_evenly_over_all_items),
		TEST(the_first_few_are_spread_over_all_and_each_comes_once),
		TEST(the_source_is_counted_without_writing),
		TEST(counting_ends_in_time),
		TEST(looking_without_finding_anything_ends_in_time),
		TEST(of_what_is_only_known_of_the_same_part_is_to_be_done),
		TEST(waiting_and_computing_are_told_apart),
		TEST(what_others_take_of_the_cpu_is_no_waiting),
		TEST(simulated_latency_is_counted_and_not_slept),
		TEST(one_item_is_always_tried_and_its_waits_count_in_full),
		TEST(what_is_in_hand_when_the_time_is_over_is_given_up),
		TEST(enough_is_enough),
		TEST(stages_that_need_other_workers_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
