/*
 * timeline_test.c - the timeline and the details of a worker: whole pictures, the cursor, zoom and
 * pan, what Enter names, the way there and back.
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
#include "tui/detail.h"

static int set_up(void **state)
{
	if (fixture_set_up_run(state) != 0)
		return -1;
	ui_show(&((struct fixture *)*state)->ui, &screen_timeline);
	return 0;
}

static void the_timeline_is_shown_at_the_usual_sizes(void **state)
{
	fixture_compare_sizes(*state, "timeline");
}

static void the_details_are_shown_at_the_usual_sizes(void **state)
{
	struct fixture *fixture = *state;

	detail_show(&fixture->ui, SAMPLE_DECODE_3);
	fixture_compare_sizes(fixture, "detail");
}

static void an_ascii_terminal_gets_ascii_only(void **state)
{
	assert_true(fixture_count_ascii(*state, '#') > 100);
}

static void the_cursor_stands_at_the_present_and_follows_it(void **state)
{
	struct fixture *fixture = *state;
	struct snapshot *later = snapshot_new();

	assert_true(fixture_shows(fixture, "walk-1 at 0:12.00: put, queue intake"));
	sample_run_fill(later, 125);
	model_feed(fixture->ui.model, later);
	assert_true(fixture_shows(fixture, "walk-1 at 0:12.50: put, queue intake"));
	fixture_key(fixture, KEYS_LEFT, 5);
	assert_true(fixture_shows(fixture, "walk-1 at 0:12.00"));
	sample_run_fill(later, 140);
	model_feed(fixture->ui.model, later);
	assert_true(fixture_shows(fixture, "walk-1 at 0:12.00"));
	fixture_key(fixture, 'F', 1);
	assert_true(fixture_shows(fixture, "walk-1 at 0:14.00"));
	fixture_key(fixture, KEYS_LEFT, 2);
	fixture_key(fixture, KEYS_RIGHT, 2);
	sample_run_fill(later, 150);
	model_feed(fixture->ui.model, later);
	assert_true(fixture_shows(fixture, "walk-1 at 0:15.00"));
	snapshot_free(later);
}

static void a_failure_is_seen_at_any_zoom(void **state)
{
	struct fixture *fixture = *state;

	fixture_key(fixture, KEYS_DOWN, SAMPLE_DECODE_3);
	for (int i = 0; i < 20; i++) {
		fixture_redraw(fixture);
		char *screen = golden_text(fixture->canvas);
		char *row = strstr(screen, "decode-3");

		assert_non_null(row);
		*strchr(row, '\n') = '\0';
		assert_non_null(strchr(row, '!'));
		free(screen);
		fixture_key(fixture, '-', 1);
	}
}

static void enter_names_the_item_that_failed_its_stage_and_how_long_it_took(void **state)
{
	struct fixture *fixture = *state;

	fixture_key(fixture, KEYS_DOWN, SAMPLE_DECODE_3);
	fixture_key(fixture, KEYS_LEFT, 60);
	assert_true(fixture_shows(fixture,
				  "decode-3 at 0:06.00: FAILED in decode 600ms, 2024/a19.png"));
	fixture_key(fixture, '\r', 1);
	assert_true(fixture_shows(fixture, "Item: 2024/a19.png"));
	assert_true(fixture_shows(fixture, "Stage: decode, FAILED"));
	assert_true(fixture_shows(fixture, "Duration: 600ms, from 0:05.400 to 0:06.000"));
	fixture_key(fixture, KEYS_ESCAPE, 1);
	assert_false(fixture->ui.dialog.open);
	assert_ptr_equal(fixture->ui.screen, &screen_timeline);
}

static void enter_names_what_goes_on_and_leads_to_the_worker(void **state)
{
	struct fixture *fixture = *state;

	fixture_key(fixture, KEYS_DOWN, SAMPLE_DECODE_1);
	fixture_key(fixture, '\r', 1);
	assert_true(fixture_shows(fixture, "Item: 2024/a17.png"));
	assert_true(fixture_shows(fixture, "so far, from 0:"));
	fixture_key(fixture, 'd', 1);
	assert_ptr_equal(fixture->ui.screen, &screen_detail);
	assert_true(fixture_shows(fixture, "decode-1, ID 3, process"));
	fixture_key(fixture, KEYS_ESCAPE, 1);
	assert_ptr_equal(fixture->ui.screen, &screen_timeline);
}

static void zooming_keeps_the_cursor_at_its_time(void **state)
{
	struct fixture *fixture = *state;

	fixture_key(fixture, KEYS_LEFT, 40);
	assert_true(fixture_shows(fixture, "walk-1 at 0:08.00"));
	fixture_key(fixture, '+', 2);
	assert_true(fixture_shows(fixture, "20ms/col"));
	assert_true(fixture_shows(fixture, "walk-1 at 0:08.0"));
	fixture_key(fixture, '-', 4);
	assert_true(fixture_shows(fixture, "500ms/col"));
	assert_true(fixture_shows(fixture, "walk-1 at 0:08.00"));
	fixture_key(fixture, '+', 50);
	assert_true(fixture_shows(fixture, "1ms/col"));
	fixture_key(fixture, '-', 50);
	assert_true(fixture_shows(fixture, "/col"));
}

static void panning_and_home_and_end_reach_both_ends_of_time(void **state)
{
	struct fixture *fixture = *state;

	fixture_key(fixture, '+', 1);
	fixture_key(fixture, '<', 1);
	assert_true(fixture_shows(fixture, "walk-1 at 0:10.35"));
	fixture_key(fixture, '>', 1);
	assert_true(fixture_shows(fixture, "walk-1 at 0:12.00"));
	fixture_key(fixture, KEYS_HOME, 1);
	assert_true(fixture_shows(fixture, "walk-1 at 0:00.00: io 400ms"));
	fixture_key(fixture, KEYS_LEFT, 3);
	assert_true(fixture_shows(fixture, "walk-1 at 0:00.00"));
	fixture_key(fixture, KEYS_END, 1);
	assert_true(fixture_shows(fixture, "walk-1 at 0:12.00"));
}

static void what_was_never_recorded_is_not_made_up(void **state)
{
	struct fixture *fixture = *state;
	struct page_event event = {.worker = SAMPLE_DECODE_1,
				   .state = WORKER_RUN,
				   .stage = 1,
				   .target = PAGE_NONE,
				   .job = 9,
				   .at_ns = 112 * CLOCK_SECOND_NS};

	past_gap(fixture->ui.model->past, SAMPLE_DECODE_1);
	past_add(fixture->ui.model->past, &event);
	fixture_key(fixture, KEYS_DOWN, SAMPLE_DECODE_1);
	fixture_key(fixture, KEYS_LEFT, 1);
	assert_true(fixture_shows(fixture, "decode-1 at 0:11.90: not recorded"));
}

static void enter_on_a_worker_shows_its_details_and_esc_leads_back(void **state)
{
	struct fixture *fixture = *state;

	ui_show(&fixture->ui, &screen_workers);
	fixture_key(fixture, KEYS_HOME, 1);
	fixture_key(fixture, '\r', 1);
	assert_ptr_equal(fixture->ui.screen, &screen_detail);
	assert_true(fixture_shows(fixture, "walk-1, ID 0, walk"));
	assert_true(
		fixture_shows(fixture, "queue intake (full), 240 of 256 places taken, since 41ms"));
	fixture_key(fixture, KEYS_F0 + 1, 1);
	fixture_key(fixture, KEYS_ESCAPE, 1);
	assert_ptr_equal(fixture->ui.screen, &screen_detail);
	fixture_key(fixture, KEYS_ESCAPE, 1);
	assert_ptr_equal(fixture->ui.screen, &screen_workers);
	fixture_key(fixture, KEYS_DOWN, 1);
	fixture_key(fixture, '\r', 1);
	assert_ptr_equal(fixture->ui.screen, &screen_workers);
	assert_true(fixture_shows(fixture, "choose one of the host's threads"));
}

static void tab_leaves_the_details_for_the_next_screen(void **state)
{
	struct fixture *fixture = *state;

	detail_show(&fixture->ui, SAMPLE_WRITE);
	fixture_key(fixture, KEYS_TAB, 1);
	assert_ptr_equal(fixture->ui.screen, &screen_log);
}

static void actions_from_the_details_are_for_that_worker_and_incarnation(void **state)
{
	struct fixture *fixture = *state;

	detail_show(&fixture->ui, SAMPLE_DECODE_3);
	fixture_key(fixture, 'k', 1);
	assert_true(fixture->ui.dialog.open);
	assert_int_equal(fixture->ui.dialog.target.worker, SAMPLE_DECODE_3);
	assert_int_equal(fixture->ui.dialog.target.incarnation, 2);
}

static void details_scroll_to_the_last_event_and_no_further(void **state)
{
	struct fixture *fixture = *state;

	detail_show(&fixture->ui, SAMPLE_READ_1);
	assert_false(fixture_shows(fixture, "00:06.3"));
	fixture_key(fixture, KEYS_END, 1);
	assert_true(fixture_shows(fixture, "00:06.3"));
	fixture_key(fixture, KEYS_DOWN, 3);
	assert_true(fixture_shows(fixture, "00:06.3"));
	fixture_key(fixture, KEYS_HOME, 1);
	assert_true(fixture_shows(fixture, "read-1, ID 1, thread"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, fixture_tear_down)
		CASE(the_timeline_is_shown_at_the_usual_sizes),
		CASE(the_details_are_shown_at_the_usual_sizes),
		CASE(an_ascii_terminal_gets_ascii_only),
		CASE(the_cursor_stands_at_the_present_and_follows_it),
		CASE(a_failure_is_seen_at_any_zoom),
		CASE(enter_names_the_item_that_failed_its_stage_and_how_long_it_took),
		CASE(enter_names_what_goes_on_and_leads_to_the_worker),
		CASE(zooming_keeps_the_cursor_at_its_time),
		CASE(panning_and_home_and_end_reach_both_ends_of_time),
		CASE(what_was_never_recorded_is_not_made_up),
		CASE(enter_on_a_worker_shows_its_details_and_esc_leads_back),
		CASE(tab_leaves_the_details_for_the_next_screen),
		CASE(actions_from_the_details_are_for_that_worker_and_incarnation),
		CASE(details_scroll_to_the_last_event_and_no_further),
#undef CASE
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
