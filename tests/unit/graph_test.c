/*
 * graph_test.c - who waits for whom, in runs that are made up here.
 */
#include "config.h"

#include "hang_fixture.h"

#include <string.h>

#include "view/graph.h"

static const struct graph *graph_of(const struct snapshot *s)
{
	static struct graph graph;

	graph_make(&graph, s);
	return &graph;
}

static void reads(const struct snapshot *s, const char *expected)
{
	const struct graph *graph = graph_of(s);
	char text[512];

	assert_int_equal(graph->ncycles, 1);
	graph_cycle_text(s, &graph->cycle[0], text, sizeof text);
	assert_string_equal(text, expected);
}

static void two_locks_in_opposite_order_are_a_deadlock_with_places(void **state)
{
	struct snapshot *s = *state;

	holds(s, A1, OUT, PREPARE);
	holds(s, B1, LOG, ASSEMBLE);
	waits(s, A1, WORKER_LOCK, WAIT_LOCK, LOG);
	waits(s, B1, WORKER_LOCK, WAIT_LOCK, OUT);
	reads(s, "DEADLOCK: a-1 holds out, wants log; b-1 holds log, wants out (out taken in "
		 "prepare, log taken in assemble)");
	assert_true(graph_of(s)->stuck[A1] && graph_of(s)->stuck[B1]);
	assert_false(graph_of(s)->stuck[A2]);
}

static void who_waits_for_a_deadlocked_one_is_stuck_but_not_in_the_cycle(void **state)
{
	struct snapshot *s = *state;

	holds(s, A1, OUT, PREPARE);
	holds(s, B1, LOG, ASSEMBLE);
	waits(s, A1, WORKER_LOCK, WAIT_LOCK, LOG);
	waits(s, B1, WORKER_LOCK, WAIT_LOCK, OUT);
	waits(s, B2, WORKER_LOCK, WAIT_LOCK, OUT);
	assert_int_equal(graph_of(s)->ncycles, 1);
	assert_int_equal(graph_of(s)->cycle[0].length, 2);
	assert_true(graph_of(s)->stuck[B2]);
	assert_int_equal(graph_helper(graph_of(s), s, B2), A1);
}

static void a_lock_whose_holder_goes_on_is_no_deadlock(void **state)
{
	struct snapshot *s = *state;

	holds(s, A1, OUT, PREPARE);
	waits(s, B1, WORKER_LOCK, WAIT_LOCK, OUT);
	waits(s, B2, WORKER_LOCK, WAIT_LOCK, OUT);
	assert_int_equal(graph_of(s)->ncycles, 0);
	assert_false(graph_of(s)->stuck[B1]);
}

static void a_lock_without_a_known_holder_is_partial_and_blames_nobody(void **state)
{
	struct snapshot *s = *state;
	char text[96];

	waits(s, B1, WORKER_LOCK, WAIT_LOCK, OUT);
	assert_true(graph_of(s)->wait[B1].partial);
	assert_false(graph_of(s)->stuck[B1]);
	graph_wait_text(s, B1, text, sizeof text);
	assert_string_equal(text, "lock out (holder not known)");
}

/* a joins b, which cannot end because it wants to hand over to a's full queue. */
static void joining_those_that_wait_for_the_joiner_is_a_deadlock(void **state)
{
	struct snapshot *s = *state;

	s->status.workers = A2 + 1;
	s->worker[A1].live.station = 2;
	s->worker[A2].live.station = 1;
	waits(s, A1, WORKER_JOIN, WAIT_ENDED, 1);
	waits(s, A2, WORKER_PUT, WAIT_QUEUE, QUEUE_B);
	fills(s, QUEUE_B, 4);
	reads(s, "DEADLOCK: a-1 waits for the end of prepare; a-2 wants room in queue assemble");
}

static void a_full_queue_before_a_slow_writer_is_no_deadlock(void **state)
{
	struct snapshot *s = *state;

	fills(s, QUEUE_B, 4);
	waits(s, A1, WORKER_PUT, WAIT_QUEUE, QUEUE_B);
	waits(s, A2, WORKER_PUT, WAIT_QUEUE, QUEUE_B);
	waits(s, B1, WORKER_IO, WAIT_NOTHING, PAGE_NONE);
	waits(s, B2, WORKER_LOCK, WAIT_LOCK, OUT);
	holds(s, B1, OUT, ASSEMBLE);
	assert_int_equal(graph_of(s)->ncycles, 0);
	for (unsigned i = 0; i < PEOPLE; i++)
		assert_false(graph_of(s)->stuck[i]);
}

static void a_queue_with_room_again_keeps_nobody(void **state)
{
	struct snapshot *s = *state;

	waits(s, A1, WORKER_PUT, WAIT_QUEUE, QUEUE_B);
	fills(s, QUEUE_B, 3);
	assert_int_equal(graph_of(s)->wait[A1].on, WAIT_NOTHING);
}

static void stations_that_wait_for_the_first_of_them_at_the_end_are_not_stuck(void **state)
{
	struct snapshot *s = *state;

	fills(s, QUEUE_A, 0);
	fills(s, QUEUE_B, 0);
	for (unsigned i = A1; i <= B2; i++)
		waits(s, i, WORKER_GET, WAIT_QUEUE, i < B1 ? QUEUE_A : QUEUE_B);
	assert_int_equal(graph_of(s)->ncycles, 0);
	for (unsigned i = 0; i < PEOPLE; i++)
		assert_false(graph_of(s)->stuck[i]);
}

/* Everything has been found, and the queue will be closed when the last item is over: never. */
static void joining_those_that_wait_for_the_joiners_own_item_is_a_deadlock(void **state)
{
	struct snapshot *s = *state;

	s->status.workers = B1 + 1;
	fills(s, QUEUE_A, 0);
	waits(s, A1, WORKER_GET, WAIT_QUEUE, QUEUE_A);
	waits(s, A2, WORKER_GET, WAIT_QUEUE, QUEUE_A);
	waits(s, B1, WORKER_JOIN, WAIT_ENDED, 1);
	reads(s, "DEADLOCK: a-1 wants an item of queue intake; b-1 waits for the end of prepare");
	s->worker[B1].live.job = 0; /* who has that item is not known */
	assert_true(graph_of(s)->wait[A1].partial);
	assert_int_equal(graph_of(s)->ncycles, 0);
	s->worker[B1].live.job = 9;
	s->status.source_ended = 0; /* more may come */
	assert_int_equal(graph_of(s)->ncycles, 0);
}

static void who_waits_for_the_last_item_of_one_that_goes_on_is_not_stuck(void **state)
{
	struct snapshot *s = *state;

	fills(s, QUEUE_A, 0);
	fills(s, QUEUE_B, 0);
	waits(s, A1, WORKER_GET, WAIT_QUEUE, QUEUE_A);
	waits(s, A2, WORKER_GET, WAIT_QUEUE, QUEUE_A);
	waits(s, B1, WORKER_GET, WAIT_QUEUE, QUEUE_B);
	for (unsigned i = 0; i < PEOPLE; i++)
		assert_false(graph_of(s)->stuck[i]);
	assert_false(graph_of(s)->wait[A1].partial);
}

static void who_gives_up_after_a_while_is_not_stuck(void **state)
{
	struct snapshot *s = *state;

	s->status.workers = A2 + 1;
	s->worker[WALK].live.ended_ns = 0;
	s->worker[WALK].live.stage = PAGE_NONE;
	waits(s, WALK, WORKER_JOIN, WAIT_ENDED, 1);
	fills(s, QUEUE_A, 0);
	waits(s, A1, WORKER_GET, WAIT_QUEUE, QUEUE_A);
	waits(s, A2, WORKER_GET, WAIT_QUEUE, QUEUE_A);
	assert_int_equal(graph_of(s)->ncycles, 1);
	s->plan.patience_ms = 1000;
	assert_int_equal(graph_of(s)->ncycles, 0);
	assert_false(graph_of(s)->stuck[WALK]);
}

/* The writer wants a lock of the reader, the reader room in the queue that the writer empties. */
static void a_cycle_may_go_through_a_queue(void **state)
{
	struct snapshot *s = *state;

	s->status.workers = B1 + 1;
	s->worker[A2].live.ended_ns = 99 * SECOND;
	s->worker[A2].live.state = WORKER_FINISHED;
	holds(s, A1, OUT, PREPARE);
	fills(s, QUEUE_B, 4);
	waits(s, A1, WORKER_PUT, WAIT_QUEUE, QUEUE_B);
	waits(s, B1, WORKER_LOCK, WAIT_LOCK, OUT);
	reads(s, "DEADLOCK: a-1 holds out, wants room in queue assemble; b-1 wants out (out taken "
		 "in prepare)");
}

static void a_cycle_is_the_same_only_when_its_waits_have_not_begun_anew(void **state)
{
	struct snapshot *s = *state;
	struct graph_cycle cycle;

	holds(s, A1, OUT, PREPARE);
	holds(s, B1, LOG, ASSEMBLE);
	waits(s, A1, WORKER_LOCK, WAIT_LOCK, LOG);
	waits(s, B1, WORKER_LOCK, WAIT_LOCK, OUT);
	cycle = graph_of(s)->cycle[0];
	assert_true(graph_same_cycle(graph_of(s), &cycle));
	s->worker[B1].live.state_since_ns++;
	assert_false(graph_same_cycle(graph_of(s), &cycle));
}

static void a_long_cycle_is_cut_to_the_room_that_there_is(void **state)
{
	struct snapshot *s = *state;
	char text[24];

	holds(s, A1, OUT, PREPARE);
	holds(s, B1, LOG, ASSEMBLE);
	waits(s, A1, WORKER_LOCK, WAIT_LOCK, LOG);
	waits(s, B1, WORKER_LOCK, WAIT_LOCK, OUT);
	graph_cycle_text(s, &graph_of(s)->cycle[0], text, sizeof text);
	assert_string_equal(text, "DEADLOCK: a-1 holds out");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, hang_setup, hang_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(two_locks_in_opposite_order_are_a_deadlock_with_places),
		TEST(who_waits_for_a_deadlocked_one_is_stuck_but_not_in_the_cycle),
		TEST(a_lock_whose_holder_goes_on_is_no_deadlock),
		TEST(a_lock_without_a_known_holder_is_partial_and_blames_nobody),
		TEST(joining_those_that_wait_for_the_joiner_is_a_deadlock),
		TEST(a_full_queue_before_a_slow_writer_is_no_deadlock),
		TEST(a_queue_with_room_again_keeps_nobody),
		TEST(stations_that_wait_for_the_first_of_them_at_the_end_are_not_stuck),
		TEST(joining_those_that_wait_for_the_joiners_own_item_is_a_deadlock),
		TEST(who_waits_for_the_last_item_of_one_that_goes_on_is_not_stuck),
		TEST(who_gives_up_after_a_while_is_not_stuck),
		TEST(a_cycle_may_go_through_a_queue),
		TEST(a_cycle_is_the_same_only_when_its_waits_have_not_begun_anew),
		TEST(a_long_cycle_is_cut_to_the_room_that_there_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
