/*
 * verdict_test.c - sentences about runs that are made up here.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "view/verdict.h"

enum { READ = 1, DECODE = 2, WRITE = 3 };

static const uint64_t second = CLOCK_SECOND_NS;

static void is_near(double value, double expected, double tolerance)
{
	if (fabs(value - expected) > tolerance)
		fail_msg("%g instead of %g", value, expected);
}

/* A run of 100 s with three stations; the walk ended after a second. */
static int setup(void **state)
{
	static const char *const names[] = {"walk", "read", "decode", "write"};
	struct snapshot *s = snapshot_new();

	s->plan.started_ns = second;
	s->plan.cores = 4;
	s->plan.stages = 3;
	for (unsigned i = 0; i < 4; i++)
		strcpy(s->plan.station[i].name, names[i]);
	for (unsigned i = 0; i < 3; i++)
		strcpy(s->plan.stage[i].name, names[i + 1]);
	s->at_ns = s->status.ended_ns = 101 * second;
	s->status.workers = 1;
	s->worker[0].live.kind = WORKER_WALK;
	s->worker[0].live.started_ns = second;
	s->worker[0].live.ended_ns = 2 * second;
	s->worker[0].counters.wall_ns = second;
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	snapshot_free(*state);
	return 0;
}

/* A worker of 100 s of wall time: busy in `work`, waiting in `wait`, the rest starting up. */
static struct snapshot_worker *add(struct snapshot *s, unsigned station, enum worker_state work,
				   uint64_t busy_s, enum worker_state wait, uint64_t waited_s)
{
	struct snapshot_worker *w = &s->worker[s->status.workers++];

	w->live.kind = WORKER_THREAD;
	w->live.station = station;
	w->live.started_ns = second;
	w->live.ended_ns = 101 * second;
	w->live.state = WORKER_FINISHED;
	w->counters.wall_ns = 100 * second;
	w->counters.state_ns[work] += busy_s * second;
	w->counters.state_ns[wait] += waited_s * second;
	return w;
}

static void says(const struct snapshot *s, const char *expected)
{
	char sentence[256];

	verdict_sentence(s, sentence, sizeof sentence);
	assert_string_equal(sentence, expected);
}

static void the_busiest_station_is_the_bottleneck_and_who_paid_is_named(void **state)
{
	struct snapshot *s = *state;
	char station[32];
	double share;

	add(s, READ, WORKER_IO, 30, WORKER_PUT, 61);
	add(s, DECODE, WORKER_RUN, 98, WORKER_GET, 1);
	add(s, DECODE, WORKER_RUN, 98, WORKER_GET, 1);
	add(s, WRITE, WORKER_IO, 55, WORKER_GET, 40);
	verdict_bottleneck(s, station, sizeof station, &share);
	assert_string_equal(station, "decode");
	is_near(share, 0.98, 1e-9);
	says(s, "bottleneck: decode (busy 98 %); read was blocked 61 % of the time");
}

static void a_station_behind_the_bottleneck_waits_for_jobs(void **state)
{
	struct snapshot *s = *state;

	add(s, READ, WORKER_RUN, 90, WORKER_GET, 5);
	add(s, DECODE, WORKER_RUN, 20, WORKER_GET, 75);
	says(s, "bottleneck: read (busy 90 %); decode waited for jobs 75 % of the time");
}

static void a_station_of_many_is_judged_per_worker(void **state)
{
	struct snapshot *s = *state;
	char station[32];

	/* Together the readers did more, but each had time to spare. */
	for (unsigned i = 0; i < 4; i++)
		add(s, READ, WORKER_RUN, 50, WORKER_PUT, 45);
	add(s, DECODE, WORKER_RUN, 95, WORKER_GET, 2);
	verdict_bottleneck(s, station, sizeof station, NULL);
	assert_string_equal(station, "decode");
}

static void a_disk_and_a_simulated_latency_are_told_from_computing(void **state)
{
	struct snapshot *s = *state;
	struct snapshot_worker *reader = add(s, READ, WORKER_IO, 95, WORKER_PUT, 0);

	add(s, DECODE, WORKER_RUN, 20, WORKER_GET, 75);
	says(s, "bottleneck: read (busy 95 %, 100 % of it reading and writing); decode waited for "
		"jobs 75 % of the time");
	reader->counters.state_ns[WORKER_IO] = 5 * second;
	reader->counters.state_ns[WORKER_DELAY] = 90 * second;
	says(s,
	     "bottleneck: read (busy 95 %, 95 % of it simulated latency); decode waited for jobs "
	     "75 % of the time");
}

static void workers_that_a_slow_walk_starves_are_not_blamed(void **state)
{
	struct snapshot *s = *state;

	s->worker[0].counters.wall_ns = 95 * second;
	s->worker[0].counters.state_ns[WORKER_IO] = 94 * second;
	add(s, READ, WORKER_IO, 15, WORKER_GET, 84);
	add(s, DECODE, WORKER_RUN, 20, WORKER_GET, 78);
	says(s, "bottleneck: finding the inputs; read waited for jobs 84 % of the time");
	/* The same waits with a walk that was blocked itself: it is not the cause. */
	s->worker[0].counters.state_ns[WORKER_IO] = 5 * second;
	s->worker[0].counters.state_ns[WORKER_PUT] = 89 * second;
	says(s, "no bottleneck: too little work for so many workers, busy 18 % of the time");
}

static void a_lock_that_costs_more_than_the_work_is_the_bottleneck(void **state)
{
	struct snapshot *s = *state;

	for (unsigned i = 0; i < 4; i++)
		add(s, READ, WORKER_RUN, 25, WORKER_LOCK, 74);
	says(s, "bottleneck: a lock; read waited for it 74 % of the time");
}

static void stations_that_are_equally_busy_are_balanced(void **state)
{
	struct snapshot *s = *state;

	add(s, READ, WORKER_RUN, 91, WORKER_PUT, 5);
	add(s, DECODE, WORKER_RUN, 95, WORKER_GET, 2);
	says(s, "balanced: every station was busy 91 to 95 % of the time");
}

static void in_a_single_station_the_costliest_stage_is_named(void **state)
{
	struct snapshot *s = *state;
	struct snapshot_worker *w = add(s, READ, WORKER_RUN, 97, WORKER_GET, 1);

	w->counters.stage[0].total_ns = 7 * second;
	w->counters.stage[1].total_ns = 60 * second;
	w->counters.stage[2].total_ns = 30 * second;
	says(s, "one station does all: busy 97 %; costliest stage: decode (62 % of the work)");
}

static void pauses_are_taken_out_of_the_shares(void **state)
{
	struct snapshot *s = *state;
	char station[32];
	double share;

	add(s, READ, WORKER_RUN, 45, WORKER_PAUSED, 50);
	verdict_bottleneck(s, station, sizeof station, &share);
	is_near(share, 0.9, 1e-9);
}

static void nothing_is_said_of_a_run_that_did_nothing(void **state)
{
	struct snapshot *s = *state;
	char station[32] = "x";
	double share = 1;

	add(s, READ, WORKER_RUN, 0, WORKER_GET, 100);
	verdict_bottleneck(s, station, sizeof station, &share);
	assert_string_equal(station, "");
	is_near(share, 0.0, 0.0);
	says(s, "nothing was done");
	is_near(verdict_efficiency(s), 0.0, 0.0);
}

static void efficiency_and_ideal_time_follow_their_definitions(void **state)
{
	struct snapshot *s = *state;
	struct snapshot_worker *w;

	s->worker[0].counters.state_ns[WORKER_IO] = second; /* the walk counts in neither */
	add(s, READ, WORKER_RUN, 40, WORKER_PUT, 50);
	w = add(s, DECODE, WORKER_RUN, 90, WORKER_GET, 5);
	w->counters.cpu_user_ns = 80 * second;
	w = add(s, DECODE, WORKER_RUN, 70, WORKER_GET, 5);
	w->counters.cpu_sys_ns = 60 * second;
	is_near(verdict_efficiency(s), 200.0 / 300.0, 1e-9);
	is_near(verdict_cpu_s(s), 140.0, 1e-9);
	/* 160 s of decoding over two workers against 140 s of CPU over four cores. */
	is_near(verdict_ideal_s(s), 80.0, 1e-9);
	s->plan.cores = 1;
	is_near(verdict_ideal_s(s), 140.0, 1e-9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			the_busiest_station_is_the_bottleneck_and_who_paid_is_named, setup,
			teardown),
		cmocka_unit_test_setup_teardown(a_station_behind_the_bottleneck_waits_for_jobs,
						setup, teardown),
		cmocka_unit_test_setup_teardown(a_station_of_many_is_judged_per_worker, setup,
						teardown),
		cmocka_unit_test_setup_teardown(
			a_disk_and_a_simulated_latency_are_told_from_computing, setup, teardown),
		cmocka_unit_test_setup_teardown(workers_that_a_slow_walk_starves_are_not_blamed,
						setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_lock_that_costs_more_than_the_work_is_the_bottleneck, setup, teardown),
		cmocka_unit_test_setup_teardown(stations_that_are_equally_busy_are_balanced, setup,
						teardown),
		cmocka_unit_test_setup_teardown(in_a_single_station_the_costliest_stage_is_named,
						setup, teardown),
		cmocka_unit_test_setup_teardown(pauses_are_taken_out_of_the_shares, setup,
						teardown),
		cmocka_unit_test_setup_teardown(nothing_is_said_of_a_run_that_did_nothing, setup,
						teardown),
		cmocka_unit_test_setup_teardown(efficiency_and_ideal_time_follow_their_definitions,
						setup, teardown),
	};

	return cmocka_run_group_tests_name("verdict", tests, NULL, NULL);
}
