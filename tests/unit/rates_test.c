/*
 * rates_test.c - speeds and shares from snapshots that are made up here.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "view/rates.h"

static const uint64_t second = CLOCK_SECOND_NS;
static const uint64_t start = 1000 * CLOCK_SECOND_NS;

struct fixture {
	struct snapshot *s;
	struct rates *rates;
};

static void is_near(double value, double expected, double tolerance)
{
	if (fabs(value - expected) > tolerance)
		fail_msg("%g instead of %g", value, expected);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	if (f == NULL)
		return -1;
	f->s = snapshot_new();
	f->rates = rates_new();
	strcpy(f->s->plan.run_id, "one");
	f->s->plan.started_ns = start;
	f->s->status.state = RUN_RUNNING;
	f->s->status.workers = 2;
	f->s->status.queues = 1;
	f->s->queue[0].station = 2;
	for (unsigned i = 0; i < 2; i++) {
		f->s->worker[i].live.kind = WORKER_THREAD;
		f->s->worker[i].live.station = i + 1;
		f->s->worker[i].live.started_ns = start;
		f->s->worker[i].live.state_since_ns = start;
		f->s->worker[i].live.state = i == 0 ? WORKER_RUN : WORKER_GET;
	}
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	snapshot_free(f->s);
	rates_free(f->rates);
	free(f);
	return 0;
}

static void feed_at(struct fixture *f, uint64_t at_ns)
{
	f->s->at_ns = at_ns;
	rates_feed(f->rates, f->s);
}

/* From `from` to `to` tenths of a second at ten snapshots a second: per second, the run finishes
 * `speed` items, all of them worker 0's. */
static void run_tenths(struct fixture *f, unsigned from, unsigned to, uint64_t speed)
{
	for (unsigned i = from; i <= to; i++) {
		uint64_t at_ns = start + i * second / 10;

		f->s->status.done[ITEM_OK] += i > from ? speed / 10 : 0;
		f->s->status.bytes_in = f->s->status.done[ITEM_OK] * 1000;
		f->s->worker[0].counters.handed_on = f->s->status.done[ITEM_OK];
		f->s->worker[0].counters.usage_at_ns = at_ns;
		f->s->worker[0].counters.cpu_user_ns = (at_ns - start) / 2;
		f->s->worker[0].counters.cpu_sys_ns = (at_ns - start) / 4;
		feed_at(f, at_ns);
	}
}

static void the_speed_is_that_of_the_last_two_seconds(void **state)
{
	struct fixture *f = *state;
	struct rates_run run;
	struct rates_worker worker;

	run_tenths(f, 0, 100, 50);
	run_tenths(f, 100, 140, 20);
	rates_run(f->rates, &run);
	is_near(run.items_per_s, 20, 0.01);
	is_near(run.mean_per_s, 580 / 14.0, 0.01);
	is_near(run.bytes_in_per_s, 20000, 10);
	is_near(run.cpu_cores, 0.75, 0.001);
	rates_worker(f->rates, 0, &worker);
	is_near(worker.items_per_s, 20, 0.01);
	is_near(worker.cpu_percent, 75, 0.1);
	is_near(worker.busy_percent, 100, 0.1);
	rates_worker(f->rates, 1, &worker);
	is_near(worker.items_per_s, 0, 0);
	is_near(worker.busy_percent, 0, 0);
	is_near(worker.cpu_percent, 0, 0);
	is_near(run.efficiency, 0.5, 0.001);
}

static void the_first_snapshot_already_has_speeds_since_the_start(void **state)
{
	struct fixture *f = *state;
	struct rates_run run;
	struct rates_worker worker;

	f->s->status.done[ITEM_OK] = 80;
	f->s->worker[0].counters.ok = 80;
	f->s->worker[0].counters.cpu_user_ns = 3 * second;
	f->s->worker[0].counters.usage_at_ns = start + 4 * second;
	feed_at(f, start + 4 * second);
	rates_run(f->rates, &run);
	is_near(run.items_per_s, 20, 0.001);
	rates_worker(f->rates, 0, &worker);
	is_near(worker.items_per_s, 20, 0.001);
	is_near(worker.cpu_percent, 75, 0.001);
	is_near(worker.state_share[WORKER_RUN], 1, 0.001);
}

static void nothing_fed_gives_zeros_and_no_eta(void **state)
{
	struct fixture *f = *state;
	struct rates_run run;
	struct rates_worker worker;
	double push, pop;
	unsigned depth;

	rates_run(f->rates, &run);
	is_near(run.items_per_s, 0, 0);
	assert_true(run.eta_s < 0);
	rates_worker(f->rates, 200, &worker);
	is_near(worker.items_per_s, 0, 0);
	rates_queue(f->rates, 0, &push, &pop);
	is_near(push + pop, 0, 0);
	assert_int_equal(rates_queue_history(f->rates, 0, &depth, 1), 0);
}

static void a_long_stage_keeps_the_last_known_cpu_share_and_a_wait_has_none(void **state)
{
	struct fixture *f = *state;
	struct rates_worker worker;

	run_tenths(f, 0, 50, 10);
	for (unsigned i = 51; i < 100; i++)
		feed_at(f, start + i * second / 10);
	rates_worker(f->rates, 0, &worker);
	is_near(worker.cpu_percent, 75, 0.1);
	f->s->worker[0].live.state = WORKER_PUT;
	feed_at(f, start + 10 * second);
	rates_worker(f->rates, 0, &worker);
	is_near(worker.cpu_percent, 0, 0);
}

static void an_eta_needs_to_know_how_many_items_there_are(void **state)
{
	struct fixture *f = *state;
	struct rates_run run;

	f->s->status.found = 1000;
	run_tenths(f, 0, 100, 50);
	rates_run(f->rates, &run);
	assert_true(run.eta_s < 0);
	f->s->status.source_ended = 1;
	feed_at(f, f->s->at_ns);
	rates_run(f->rates, &run);
	is_near(run.eta_s, 10, 0.01);
	f->s->status.source_ended = 0;
	f->s->status.estimate_found = 1500;
	feed_at(f, f->s->at_ns);
	rates_run(f->rates, &run);
	is_near(run.eta_s, 20, 0.01);
	f->s->status.state = RUN_PAUSED;
	feed_at(f, f->s->at_ns);
	rates_run(f->rates, &run);
	assert_true(run.eta_s < 0);
}

static void a_step_back_or_another_run_starts_over(void **state)
{
	struct fixture *f = *state;
	struct rates_run run;
	unsigned depth[200];

	run_tenths(f, 0, 100, 50);
	assert_int_equal(rates_queue_history(f->rates, 0, depth, 200), 101);
	/* Sought back to second 2: 40 items in 2 s. */
	f->s->status.done[ITEM_OK] = 40;
	feed_at(f, start + 2 * second);
	assert_int_equal(rates_queue_history(f->rates, 0, depth, 200), 1);
	rates_run(f->rates, &run);
	is_near(run.items_per_s, 20, 0.01);
	/* Back by a little, with as many items: still a step back. */
	feed_at(f, start + 3 * second);
	assert_int_equal(rates_queue_history(f->rates, 0, depth, 200), 2);
	feed_at(f, start + 3 * second - 1);
	assert_int_equal(rates_queue_history(f->rates, 0, depth, 200), 1);
	strcpy(f->s->plan.run_id, "two");
	feed_at(f, start + 3 * second);
	assert_int_equal(rates_queue_history(f->rates, 0, depth, 200), 1);
}

static void shares_of_states_are_those_of_the_last_ten_seconds(void **state)
{
	struct fixture *f = *state;
	struct snapshot_worker *w = &f->s->worker[0];
	struct rates_worker worker;
	double push, pop;

	run_tenths(f, 0, 200, 10);
	/* After 20 s of RUN, 5 s of PUT: a half of the window. */
	w->counters.state_ns[WORKER_RUN] = 20 * second;
	w->live.state = WORKER_PUT;
	w->live.state_since_ns = start + 20 * second;
	run_tenths(f, 201, 250, 10);
	rates_worker(f->rates, 0, &worker);
	is_near(worker.state_share[WORKER_PUT], 0.5, 0.01);
	is_near(worker.state_share[WORKER_RUN], 0.5, 0.01);
	rates_queue(f->rates, 0, &push, &pop);
	is_near(push, 0.5, 0.01);
	is_near(pop, 1.0, 0.01);
}

static void a_worker_that_was_added_later_is_measured_from_its_start(void **state)
{
	struct fixture *f = *state;
	struct rates_worker worker;

	run_tenths(f, 0, 50, 10);
	f->s->status.workers = 3;
	f->s->worker[2] = f->s->worker[0];
	f->s->worker[2].counters = (struct page_worker_counters){.ok = 6};
	f->s->worker[2].live.started_ns = start + 5 * second;
	f->s->worker[2].live.state_since_ns = start + 5 * second;
	feed_at(f, start + 6 * second);
	rates_worker(f->rates, 2, &worker);
	is_near(worker.items_per_s, 6, 0.01);
	is_near(worker.busy_percent, 100, 0.01);
}

static void one_that_has_ended_is_not_measured_by_its_short_life(void **state)
{
	struct fixture *f = *state;
	struct page_worker_live *live = &f->s->worker[2].live;
	struct rates_worker worker;

	run_tenths(f, 0, 50, 10);
	f->s->status.workers = 3;
	f->s->worker[2] = f->s->worker[0];
	f->s->worker[2].counters = (struct page_worker_counters){.ok = 60};
	live->started_ns = start + 5 * second;
	live->state_since_ns = live->started_ns + second / 500;
	live->state = WORKER_FINISHED;
	feed_at(f, start + 6 * second);
	rates_worker(f->rates, 2, &worker);
	assert_true(worker.items_per_s <= 60);
}

static void the_history_of_a_queue_is_bounded_and_ends_with_the_newest(void **state)
{
	struct fixture *f = *state;
	unsigned depth[500];
	size_t count;

	for (unsigned i = 0; i <= 400; i++) {
		f->s->queue[0].pushed = 1000 + i;
		f->s->queue[0].popped = 1000;
		feed_at(f, start + i * second / 10);
		/* Fed again at once, as by a screen that redraws: not one sample more. */
		feed_at(f, start + i * second / 10 + 1000);
	}
	count = rates_queue_history(f->rates, 0, depth, 500);
	assert_in_range(count, 100, 200);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(depth[i], 400 - (count - 1 - i));
	assert_int_equal(rates_queue_history(f->rates, 0, depth, 5), 5);
	assert_int_equal(depth[0], 396);
	assert_int_equal(depth[4], 400);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_speed_is_that_of_the_last_two_seconds, setup,
						teardown),
		cmocka_unit_test_setup_teardown(
			the_first_snapshot_already_has_speeds_since_the_start, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_fed_gives_zeros_and_no_eta, setup,
						teardown),
		cmocka_unit_test_setup_teardown(
			a_long_stage_keeps_the_last_known_cpu_share_and_a_wait_has_none, setup,
			teardown),
		cmocka_unit_test_setup_teardown(an_eta_needs_to_know_how_many_items_there_are,
						setup, teardown),
		cmocka_unit_test_setup_teardown(a_step_back_or_another_run_starts_over, setup,
						teardown),
		cmocka_unit_test_setup_teardown(shares_of_states_are_those_of_the_last_ten_seconds,
						setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_worker_that_was_added_later_is_measured_from_its_start, setup, teardown),
		cmocka_unit_test_setup_teardown(
			one_that_has_ended_is_not_measured_by_its_short_life, setup, teardown),
		cmocka_unit_test_setup_teardown(
			the_history_of_a_queue_is_bounded_and_ends_with_the_newest, setup,
			teardown),
	};

	return cmocka_run_group_tests_name("rates", tests, NULL, NULL);
}
