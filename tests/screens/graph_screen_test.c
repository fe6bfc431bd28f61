/*
 * graph_screen_test.c - why workers do not move, on the screens: two readers that have taken two
 * locks in opposite order, and those who wait behind them.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "fixture.h"
#include "golden.h"
#include "sample_run.h"

enum { OUT = 1, LOG = 2, READ = 0 };

static void lock(struct snapshot *snapshot, unsigned worker, unsigned held, unsigned wanted)
{
	struct page_worker_live *live = &snapshot->worker[worker].live;

	live->state = WORKER_LOCK;
	live->wait_on = WAIT_LOCK;
	live->wait_target = wanted;
	live->held[held] = (struct page_held){.since_ns = snapshot->at_ns - 3 * CLOCK_SECOND_NS,
					      .stage = READ};
}

/* The picture does not change for so many seconds. */
static void pass(struct model *model, unsigned seconds)
{
	for (unsigned i = 0; i < seconds; i++) {
		model->live->at_ns += CLOCK_SECOND_NS;
		model_feed(model, model->live);
	}
}

static int set_up(void **state)
{
	struct fixture *fixture;
	struct snapshot *snapshot;

	if (fixture_set_up(state) != 0)
		return -1;
	fixture = *state;
	sample_run_feed(fixture->ui.model);
	snapshot = fixture->ui.model->live;
	snapshot->plan.locks = 3;
	strcpy(snapshot->plan.lock[0], "gil");
	strcpy(snapshot->plan.lock[OUT], "out");
	strcpy(snapshot->plan.lock[LOG], "log");
	lock(snapshot, SAMPLE_READ_1, OUT, LOG);
	lock(snapshot, SAMPLE_READ_2, LOG, OUT);
	for (unsigned i = SAMPLE_DECODE_1; i <= SAMPLE_DECODE_2; i++) {
		snapshot->worker[i].live.state = WORKER_GET;
		snapshot->worker[i].live.wait_on = WAIT_QUEUE;
		snapshot->worker[i].live.wait_target = 1;
	}
	snapshot->queue[1].popped = snapshot->queue[1].pushed;
	pass(fixture->ui.model, 8);
	return 0;
}

static void a_circle_is_named_with_who_waits_behind_it(void **state)
{
	struct fixture *fixture = *state;

	fixture_draw(fixture, 24, 80);
	fixture_press(fixture, "x");
	assert_true(fixture_shows(fixture, "DEADLOCK: read-1 holds out, wants"));
	fixture_compare_sizes(fixture, "graph");
}

static void x_and_esc_lead_back_to_where_one_came_from(void **state)
{
	struct fixture *fixture = *state;

	fixture_draw(fixture, 24, 80);
	fixture_key(fixture, KEYS_TAB, 1);
	assert_ptr_equal(fixture->ui.screen, &screen_queues);
	fixture_press(fixture, "x");
	assert_ptr_equal(fixture->ui.screen, &screen_graph);
	fixture_press(fixture, "x");
	assert_ptr_equal(fixture->ui.screen, &screen_queues);
	fixture_press(fixture, "x");
	fixture_key(fixture, KEYS_ESCAPE, 1);
	assert_ptr_equal(fixture->ui.screen, &screen_queues);
}

static void what_does_not_fit_can_be_scrolled_to(void **state)
{
	struct fixture *fixture = *state;

	fixture_draw(fixture, 12, 60);
	fixture_press(fixture, "x");
	assert_false(fixture_shows(fixture, "waited for by"));
	fixture_key(fixture, KEYS_END, 1);
	assert_true(fixture_shows(fixture, "waited for by write-1"));
	assert_false(fixture_shows(fixture, "Verdict"));
}

static void a_row_in_a_deadlock_has_an_exclamation_mark(void **state)
{
	struct fixture *fixture = *state;

	fixture_draw(fixture, 40, 132);
	assert_true(fixture_shows(fixture, "! lock"));
	assert_true(fixture_shows(fixture, "HUNG"));
}

static void the_details_tell_verdict_chain_and_locks(void **state)
{
	struct fixture *fixture = *state;

	fixture_draw(fixture, 40, 132);
	fixture_press(fixture, "/read-1");
	fixture_key(fixture, KEYS_ENTER, 2);
	assert_true(fixture_shows(fixture, "in a deadlock: since"));
	assert_true(fixture_shows(fixture, "DEADLOCK: read-1 holds out, wants log;"));
	assert_true(fixture_shows(fixture, "read-1 waits for lock log (held by"));
	assert_true(fixture_shows(fixture, "lock out for 11.0s, taken in read"));
}

static void a_calm_run_has_nothing_to_say(void **state)
{
	struct fixture *fixture = *state;

	fixture_press(fixture, "x");
	assert_true(fixture_shows(fixture, "nothing is wrong"));
	assert_false(fixture_shows(fixture, "DEADLOCK"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_circle_is_named_with_who_waits_behind_it, set_up,
						fixture_tear_down),
		cmocka_unit_test_setup_teardown(x_and_esc_lead_back_to_where_one_came_from, set_up,
						fixture_tear_down),
		cmocka_unit_test_setup_teardown(what_does_not_fit_can_be_scrolled_to, set_up,
						fixture_tear_down),
		cmocka_unit_test_setup_teardown(a_row_in_a_deadlock_has_an_exclamation_mark, set_up,
						fixture_tear_down),
		cmocka_unit_test_setup_teardown(the_details_tell_verdict_chain_and_locks, set_up,
						fixture_tear_down),
		cmocka_unit_test_setup_teardown(a_calm_run_has_nothing_to_say, fixture_set_up_run,
						fixture_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
