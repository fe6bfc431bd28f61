/*
 * workers_screen_test.c - finding, filtering, tagging and clicking in the table of workers.
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
#include "golden.h"
#include "sample_run.h"
#include "tui/table_columns.h"
#include "tui/table_workers.h"
#include "tui/ui.h"

static struct table_workers *table_of(const struct fixture *fixture)
{
	return fixture->ui.state[screens_index(&screen_workers)];
}

static unsigned selected(const struct fixture *fixture)
{
	return table_worker(table_of(fixture), model_shown(fixture->ui.model));
}

static void searching_goes_to_each_match_in_turn(void **state)
{
	struct fixture *fixture = *state;

	fixture_press(fixture, "/DECODE");
	assert_int_equal(selected(fixture), SAMPLE_DECODE_1);
	fixture_key(fixture, KEYS_F0 + 3, 1);
	assert_int_equal(selected(fixture), SAMPLE_DECODE_2);
	fixture_press(fixture, "-4");
	assert_int_equal(selected(fixture), SAMPLE_DECODE_4);
	fixture_key(fixture, KEYS_F0 + 3, 1);
	assert_int_equal(selected(fixture), SAMPLE_DECODE_4); /* round to itself */
	fixture_key(fixture, KEYS_ENTER, 1);
	fixture_press(fixture, "I"); /* a command again, no letter */
	assert_true(table_of(fixture)->inverted);
	assert_int_equal(selected(fixture), SAMPLE_DECODE_4);
}

static void searching_finds_items_and_stages_and_says_when_there_are_none(void **state)
{
	struct fixture *fixture = *state;

	fixture_press(fixture, "/a18.p");
	assert_int_equal(selected(fixture), SAMPLE_DECODE_2);
	fixture_key(fixture, KEYS_ESCAPE, 1);
	fixture_press(fixture, "/encode");
	assert_int_equal(selected(fixture), SAMPLE_DECODE_3);
	fixture_press(fixture, "xyz");
	assert_int_equal(selected(fixture), SAMPLE_DECODE_3);
	assert_true(fixture_shows(fixture, "no worker, stage or item here has 'encodexyz'"));
}

static void a_filter_leaves_only_what_matches(void **state)
{
	struct fixture *fixture = *state;

	fixture_press(fixture, "\\read-2|write");
	assert_true(fixture_shows(fixture, "read-2"));
	assert_true(fixture_shows(fixture, "write-1"));
	assert_false(fixture_shows(fixture, "read-1"));
	assert_false(fixture_shows(fixture, "decode-1"));
	assert_true(fixture_shows(fixture, "filter: 2 of 9"));
	fixture_key(fixture, KEYS_ENTER, 1);
	assert_false(fixture_shows(fixture, "decode-1"));
	fixture_key(fixture, KEYS_ESCAPE, 1);
	assert_true(fixture_shows(fixture, "decode-1"));
}

static void what_a_filter_hid_is_selected_again_when_it_is_shown_again(void **state)
{
	struct fixture *fixture = *state;

	fixture_click(fixture, "decode-3");
	fixture_press(fixture, "P\\read"); /* sorted by CPU: it is not the row that is kept */
	assert_int_equal(selected(fixture), SAMPLE_READ_1);
	fixture_key(fixture, KEYS_BACKSPACE, 4);
	fixture_press(fixture, "no worker");
	assert_int_equal(selected(fixture), PAGE_WORKERS);
	fixture_key(fixture, KEYS_BACKSPACE, 9);
	fixture_press(fixture, "walk");
	fixture_key(fixture, KEYS_ENTER, 1);
	assert_int_equal(selected(fixture), SAMPLE_WALK);
	fixture_press(fixture, "N");
	fixture_key(fixture, KEYS_ESCAPE, 1);
	assert_true(fixture_shows(fixture, "decode-1"));
	assert_int_equal(selected(fixture), SAMPLE_DECODE_3);
}

static void what_is_chosen_behind_a_filter_stays_selected(void **state)
{
	struct fixture *fixture = *state;

	fixture_click(fixture, "decode-3");
	fixture_press(fixture, "\\read|walk");
	fixture_key(fixture, KEYS_ENTER, 1);
	fixture_key(fixture, KEYS_END, 1);
	assert_int_equal(selected(fixture), SAMPLE_READ_2);
	fixture_key(fixture, KEYS_ESCAPE, 1);
	assert_true(fixture_shows(fixture, "decode-3"));
	assert_int_equal(selected(fixture), SAMPLE_READ_2);
}

static void a_thread_is_selected_again_when_its_host_is_unfolded(void **state)
{
	struct fixture *fixture = *state;

	fixture_click(fixture, "read-2");
	fixture_press(fixture, "t");
	assert_true(table_of(fixture)->selected.is_host);
	fixture_press(fixture, "t");
	assert_int_equal(selected(fixture), SAMPLE_READ_2);
}

static void what_the_filter_hides_is_not_acted_on(void **state)
{
	struct fixture *fixture = *state;

	fixture_press(fixture, "\\nothing is called so");
	fixture_key(fixture, KEYS_ENTER, 1);
	fixture_press(fixture, "k");
	assert_true(fixture_shows(fixture, "no worker is selected"));
	assert_false(fixture->ui.dialog.open);
}

static void a_flat_list_is_sorted_across_processes_and_keeps_the_selection(void **state)
{
	struct fixture *fixture = *state;

	fixture_press(fixture, "/read-2");
	fixture_key(fixture, KEYS_ENTER, 1);
	assert_true(fixture_shows(fixture, "▾read"));
	fixture_press(fixture, "Pf");
	assert_false(fixture_shows(fixture, "▾read"));
	assert_false(fixture_shows(fixture, "├─"));
	assert_int_equal(selected(fixture), SAMPLE_READ_2);
	assert_int_equal(table_of(fixture)->rows, SAMPLE_WORKERS);
	/* both threads of read stand between processes, each by its own CPU time */
	assert_int_equal(table_of(fixture)->row[0].index, SAMPLE_DECODE_1);
	assert_int_equal(table_of(fixture)->row[SAMPLE_WORKERS - 1].index, SAMPLE_RECORDER);
	fixture_press(fixture, "t");
	assert_true(fixture_shows(fixture, "f brings the processes back"));
	fixture_press(fixture, "f");
	assert_true(fixture_shows(fixture, "▾read"));
	assert_int_equal(selected(fixture), SAMPLE_READ_2);
}

static void hidden_threads_leave_their_hosts(void **state)
{
	struct fixture *fixture = *state;

	fixture_press(fixture, "H");
	assert_false(fixture_shows(fixture, "read-1"));
	assert_true(fixture_shows(fixture, "▸read"));
	assert_true(fixture_shows(fixture, "threads hidden"));
	fixture_press(fixture, "H");
	assert_true(fixture_shows(fixture, "read-1"));
}

static void tagged_workers_are_killed_together_after_one_question(void **state)
{
	struct fixture *fixture = *state;

	fixture_press(fixture, "/decode-1");
	fixture_key(fixture, KEYS_ENTER, 1);
	fixture_press(fixture, "  "); /* decode-1 and decode-2: the selection moves on */
	assert_true(fixture_shows(fixture, "decode-1*"));
	assert_true(fixture_shows(fixture, "2 tagged"));
	fixture_press(fixture, "kk");
	assert_true(fixture_shows(fixture, "kill 2 workers?"));
	assert_string_equal(fixture->all_sent, "");
	fixture_press(fixture, "y");
	assert_string_equal(fixture->all_sent, "kill decode-1 1\nkill decode-2 1\n");
	fixture_press(fixture, "U");
	assert_false(fixture_shows(fixture, "tagged"));
}

static void threads_of_one_process_are_killed_by_one_message(void **state)
{
	struct fixture *fixture = *state;

	fixture_press(fixture, "c"); /* read-1 and read-2 */
	fixture_press(fixture, "/decode-1");
	fixture_key(fixture, KEYS_ENTER, 1);
	fixture_press(fixture, " kky");
	assert_string_equal(fixture->all_sent, "kill read-1 1\nkill decode-1 1\n");
	assert_true(fixture_shows(fixture, "asked the run to kill 3 workers"));
}

static void a_worker_replaced_since_it_was_tagged_is_left_alone(void **state)
{
	struct fixture *fixture = *state;
	struct snapshot *later = snapshot_new();

	fixture_press(fixture, "/decode-1");
	fixture_key(fixture, KEYS_ENTER, 1);
	fixture_press(fixture, "  kk");
	sample_run_fill(later, 130);
	later->worker[SAMPLE_DECODE_1].live.incarnation = 2;
	model_feed(fixture->ui.model, later);
	fixture_press(fixture, "y");
	assert_string_equal(fixture->all_sent, "kill decode-2 1\n");
	assert_true(fixture_shows(fixture, "1 had ended or were replaced"));
	snapshot_free(later);
}

static void a_host_is_tagged_with_its_threads(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(selected(fixture), SAMPLE_READ_1);
	fixture_press(fixture, "c");
	assert_int_equal(tags_count(&table_of(fixture)->tags, fixture->ui.model->live), 2);
	fixture_press(fixture, "c");
	assert_int_equal(tags_count(&table_of(fixture)->tags, fixture->ui.model->live), 0);
}

static void a_click_selects_sorts_changes_the_tab_and_presses_keys(void **state)
{
	struct fixture *fixture = *state;

	fixture_click(fixture, "decode-3");
	assert_int_equal(selected(fixture), SAMPLE_DECODE_3);
	fixture_click(fixture, "CPU%");
	assert_int_equal(table_of(fixture)->sort, SORT_CPU);
	assert_false(table_of(fixture)->inverted);
	fixture_click(fixture, "CPU%");
	assert_true(table_of(fixture)->inverted);
	fixture_click(fixture, "Log");
	assert_ptr_equal(fixture->ui.screen, &screen_log);
	fixture_click(fixture, "Workers");
	fixture_click(fixture, "Quit");
	assert_int_equal(fixture->ui.request, UI_QUIT);
}

static void the_wheel_moves_by_three(void **state)
{
	struct fixture *fixture = *state;
	int before = table_selected_row(table_of(fixture));

	ui_mouse(&fixture->ui, UI_WHEEL_DOWN, 10, 10);
	assert_int_equal(table_selected_row(table_of(fixture)), before + 3);
	ui_mouse(&fixture->ui, UI_WHEEL_UP, 10, 10);
	assert_int_equal(table_selected_row(table_of(fixture)), before);
}

static void a_click_goes_to_the_dialog_while_one_is_open(void **state)
{
	struct fixture *fixture = *state;

	fixture_click(fixture, "decode-1");
	fixture_press(fixture, "k");
	fixture_click(fixture, "kill the worker's process");
	assert_true(fixture_shows(fixture, "Kill decode-1?"));
	ui_mouse(&fixture->ui, UI_CLICK, 0, 0); /* beside it */
	assert_true(fixture->ui.dialog.open);
	fixture_click(fixture, "yes, kill");
	assert_string_equal(fixture->all_sent, "kill decode-1 1\n");
}

static void what_is_tagged_stands_beside_the_keys_and_not_on_them(void **state)
{
	struct fixture *fixture = *state;

	fixture_press(fixture, " ");
	for (int columns = 40; columns < 132; columns++) {
		fixture_draw(fixture, 24, columns);
		assert_true(fixture_shows(fixture, " 1 tagged"));
		assert_true(fixture_shows(fixture, "F10Quit "));
	}
}

static void every_column_can_be_shown(void **state)
{
	struct fixture *fixture = *state;

	fixture->ui.settings.columns = (1U << TABLE_COLUMNS) - 1;
	canvas_resize(fixture->canvas, 24, 200);
	fixture_redraw(fixture);
	golden_compare(fixture->canvas, "columns-200x24");
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_set_up_run, fixture_tear_down)
	const struct CMUnitTest tests[] = {
		CASE(searching_goes_to_each_match_in_turn),
		CASE(searching_finds_items_and_stages_and_says_when_there_are_none),
		CASE(a_filter_leaves_only_what_matches),
		CASE(what_a_filter_hid_is_selected_again_when_it_is_shown_again),
		CASE(what_is_chosen_behind_a_filter_stays_selected),
		CASE(a_thread_is_selected_again_when_its_host_is_unfolded),
		CASE(what_the_filter_hides_is_not_acted_on),
		CASE(a_flat_list_is_sorted_across_processes_and_keeps_the_selection),
		CASE(hidden_threads_leave_their_hosts),
		CASE(tagged_workers_are_killed_together_after_one_question),
		CASE(threads_of_one_process_are_killed_by_one_message),
		CASE(a_worker_replaced_since_it_was_tagged_is_left_alone),
		CASE(a_host_is_tagged_with_its_threads),
		CASE(a_click_selects_sorts_changes_the_tab_and_presses_keys),
		CASE(the_wheel_moves_by_three),
		CASE(a_click_goes_to_the_dialog_while_one_is_open),
		CASE(what_is_tagged_stands_beside_the_keys_and_not_on_them),
		CASE(every_column_can_be_shown),
	};
#undef CASE

	return cmocka_run_group_tests(tests, NULL, NULL);
}
