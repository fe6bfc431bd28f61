/*
 * queues_test.c - the screen of the queues: whole pictures, the selection, capacities changed live.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"

static int set_up(void **state)
{
	if (fixture_set_up_run(state) != 0)
		return -1;
	ui_show(&((struct fixture *)*state)->ui, &screen_queues);
	return 0;
}

static void the_queues_are_shown_at_the_usual_sizes(void **state)
{
	fixture_compare_sizes(*state, "queues");
}

static void an_ascii_terminal_gets_its_charts_in_ascii(void **state)
{
	assert_true(fixture_count_ascii(*state, '#') > 50);
}

static void plus_and_minus_change_the_capacity_of_the_selected_queue(void **state)
{
	struct fixture *fixture = *state;

	ui_key(&fixture->ui, '+');
	assert_string_equal(fixture->sent, "capacity intake 257");
	ui_key(&fixture->ui, KEYS_DOWN);
	ui_key(&fixture->ui, '-');
	assert_string_equal(fixture->sent, "capacity decode 7");
	ui_key(&fixture->ui, KEYS_END);
	ui_key(&fixture->ui, '=');
	assert_string_equal(fixture->sent, "capacity write 9");
	ui_key(&fixture->ui, KEYS_DOWN);
	ui_key(&fixture->ui, KEYS_UP);
	ui_key(&fixture->ui, '+');
	assert_string_equal(fixture->sent, "capacity decode 9");
}

static void the_last_place_of_a_queue_is_not_taken_away(void **state)
{
	struct fixture *fixture = *state;

	fixture->ui.model->live->queue[0].capacity = 1;
	ui_key(&fixture->ui, '-');
	assert_string_equal(fixture->sent, "");
	assert_true(fixture_shows(fixture, "queue intake has one place, the least there is"));
}

static void workers_are_added_to_the_station_that_the_queue_feeds(void **state)
{
	struct fixture *fixture = *state;

	ui_key(&fixture->ui, KEYS_DOWN);
	ui_key(&fixture->ui, ']');
	assert_string_equal(fixture->sent, "add decode");
	ui_key(&fixture->ui, KEYS_F0 + 8);
	assert_string_equal(fixture->sent, "retire decode");
}

static void the_selected_queue_names_those_who_push_and_those_who_pop(void **state)
{
	struct fixture *fixture = *state;

	ui_key(&fixture->ui, KEYS_DOWN);
	assert_true(fixture_shows(fixture, "From read, pushing blocked 61 %: read-1 P, read-2 I"));
	assert_true(
		fixture_shows(fixture, "To decode, popping blocked 0 %: decode-1 R, decode-2 R"));
	ui_key(&fixture->ui, KEYS_DOWN);
	assert_true(fixture_shows(fixture, "To write, popping blocked 88 %: write-1 G"));
}

static void the_bottleneck_is_named_in_a_sentence(void **state)
{
	struct fixture *fixture = *state;

	assert_true(fixture_shows(fixture, "Bottleneck: decode"));
}

static void a_selection_beyond_the_queues_of_a_later_run_is_brought_back(void **state)
{
	struct fixture *fixture = *state;

	ui_key(&fixture->ui, KEYS_END);
	fixture->ui.model->live->status.queues = 1;
	fixture_redraw(fixture);
	ui_key(&fixture->ui, '+');
	assert_string_equal(fixture->sent, "capacity intake 257");
	fixture->ui.model->live->status.queues = 0;
	assert_true(fixture_shows(fixture, "No queue yet."));
	fixture->sent[0] = '\0';
	ui_key(&fixture->ui, '+');
	assert_string_equal(fixture->sent, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, fixture_tear_down)
		CASE(the_queues_are_shown_at_the_usual_sizes),
		CASE(an_ascii_terminal_gets_its_charts_in_ascii),
		CASE(plus_and_minus_change_the_capacity_of_the_selected_queue),
		CASE(the_last_place_of_a_queue_is_not_taken_away),
		CASE(workers_are_added_to_the_station_that_the_queue_feeds),
		CASE(the_selected_queue_names_those_who_push_and_those_who_pop),
		CASE(the_bottleneck_is_named_in_a_sentence),
		CASE(a_selection_beyond_the_queues_of_a_later_run_is_brought_back),
#undef CASE
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
