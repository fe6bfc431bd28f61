/*
 * mouse_test.c - what a click and the wheel do on each screen beside the table of workers
 * (workers_screen_test.c).
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "sample_run.h"
#include "tui/form.h"

static struct fixture *show(void **state, const struct screen *screen)
{
	struct fixture *fixture = *state;

	ui_show(&fixture->ui, screen);
	fixture_redraw(fixture);
	return fixture;
}

static void a_click_in_the_setup_chooses_the_strategy(void **state)
{
	struct fixture *fixture = show(state, &screen_setup);

	fixture_click(fixture, "hybrid");
	assert_string_equal(fixture->form.value[FAKE_STRATEGY], "hybrid");
	fixture_click(fixture, "sequential");
	assert_string_equal(fixture->form.value[FAKE_STRATEGY], "sequential");
	assert_true(fixture_shows(fixture, "-s sequential"));
}

static void a_click_in_the_setup_brings_the_focus_and_a_second_one_the_next_choice(void **state)
{
	struct fixture *fixture = show(state, &screen_setup);

	fixture_click(fixture, "Input");
	fixture_press(fixture, "2");
	assert_string_equal(fixture->form.value[FAKE_INPUT], "photos2");
	fixture_click(fixture, "photos2"); /* what is typed stays */
	assert_string_equal(fixture->form.value[FAKE_INPUT], "photos2");
	fixture_click(fixture, "more settings");
	fixture_click(fixture, "Sync");
	assert_string_equal(fixture->form.value[FAKE_FSYNC], "no");
	fixture_click(fixture, "Sync");
	assert_string_equal(fixture->form.value[FAKE_FSYNC], "yes");
	fixture_click(fixture, "Start");
	assert_int_equal(fixture->ui.request, UI_START);
}

static void the_strategy_is_a_field_like_the_others_where_it_is_narrow(void **state)
{
	struct fixture *fixture = show(state, &screen_setup);

	fixture_draw(fixture, 10, 40);
	fixture_click(fixture, "Workers");
	fixture_click(fixture, "Strategy");
	assert_string_equal(fixture->form.value[FAKE_STRATEGY], "threads");
	fixture_click(fixture, "Strategy");
	assert_string_equal(fixture->form.value[FAKE_STRATEGY], "processes");
}

static void a_click_selects_the_queue_whose_capacity_is_changed(void **state)
{
	struct fixture *fixture = show(state, &screen_queues);

	fixture_click(fixture, "decode > write");
	fixture_press(fixture, "+");
	assert_string_equal(fixture->sent, "capacity write 9");
	fixture_click(fixture, "intake ");
	fixture_click(fixture, "Fewer");
	assert_string_equal(fixture->sent, "capacity intake 255");
}

static void a_click_in_the_timeline_puts_the_cursor_and_a_second_one_names_the_cell(void **state)
{
	struct fixture *fixture = show(state, &screen_timeline);
	const int row = 6 + SAMPLE_DECODE_3, column = 19;

	fixture_click(fixture, "decode-3");
	assert_true(fixture_shows(fixture, "decode-3 at 0:12.00"));
	ui_mouse(&fixture->ui, UI_CLICK, row, column);
	assert_true(fixture_shows(fixture, "decode-3 at 0:06.00: FAILED"));
	assert_false(fixture->ui.dialog.open);
	ui_mouse(&fixture->ui, UI_CLICK, row, column);
	assert_true(fixture_shows(fixture, "Item: 2024/a19.png"));
	fixture_click(fixture, "back to the timeline");
	assert_false(fixture->ui.dialog.open);
}

static void a_click_on_the_heading_of_the_log_follows_or_stops(void **state)
{
	struct fixture *fixture = show(state, &screen_log);

	fixture_click(fixture, "following");
	assert_true(fixture_shows(fixture, "F or End follows"));
	fixture_click(fixture, "F or End follows");
	assert_true(fixture_shows(fixture, ", following"));
}

static void a_click_selects_a_setting_and_a_second_one_changes_it(void **state)
{
	struct fixture *fixture = show(state, &screen_settings);

	fixture_click(fixture, "Large");
	assert_false(fixture->ui.settings.large);
	fixture_click(fixture, "Large");
	assert_true(fixture->ui.settings.large);
}

static void the_wheel_scrolls_what_is_longer_than_the_screen(void **state)
{
	struct fixture *fixture = show(state, &screen_help);

	assert_true(fixture_shows(fixture, "States of a worker"));
	ui_mouse(&fixture->ui, UI_WHEEL_DOWN, 5, 5);
	assert_false(fixture_shows(fixture, "States of a worker"));
	ui_mouse(&fixture->ui, UI_WHEEL_UP, 5, 5);
	assert_true(fixture_shows(fixture, "States of a worker"));
}

static void tabs_and_the_bottom_bar_are_pressed_on_every_screen_of_a_run(void **state)
{
	static const struct screen *const tabs[] = {&screen_queues, &screen_timeline, &screen_log,
						    &screen_end};
	struct fixture *fixture = *state;

	sample_run_end(fixture->ui.model);
	for (size_t i = 0; i < sizeof(tabs) / sizeof(tabs[0]); i++) {
		ui_show(&fixture->ui, &screen_workers);
		fixture_redraw(fixture);
		fixture_click(fixture, tabs[i]->name);
		assert_ptr_equal(fixture->ui.screen, tabs[i]);
		fixture_click(fixture, "Help");
		assert_ptr_equal(fixture->ui.screen, &screen_help);
		fixture_key(fixture, KEYS_ESCAPE, 1);
		assert_ptr_equal(fixture->ui.screen, tabs[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_set_up_run, fixture_tear_down)
		CASE(a_click_in_the_setup_chooses_the_strategy),
		CASE(a_click_in_the_setup_brings_the_focus_and_a_second_one_the_next_choice),
		CASE(the_strategy_is_a_field_like_the_others_where_it_is_narrow),
		CASE(a_click_selects_the_queue_whose_capacity_is_changed),
		CASE(a_click_in_the_timeline_puts_the_cursor_and_a_second_one_names_the_cell),
		CASE(a_click_on_the_heading_of_the_log_follows_or_stops),
		CASE(a_click_selects_a_setting_and_a_second_one_changes_it),
		CASE(the_wheel_scrolls_what_is_longer_than_the_screen),
		CASE(tabs_and_the_bottom_bar_are_pressed_on_every_screen_of_a_run),
#undef CASE
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
