/*
 * keys_on_screens_test.c - what keys do: selection, actions, the form, leaving.
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
#include "sample_run.h"
#include "tui/table_workers.h"
#include "tui/ui.h"

static int refuse_message(struct ui *ui, const char *message, struct err *err)
{
	(void)ui;
	return err_permanent(err, "the last worker of a station stays (%s)", message);
}

/* To the first row, from wherever the selection begins. */
static void go_home(struct fixture *fixture)
{
	fixture_redraw(fixture);
	ui_key(&fixture->ui, KEYS_HOME);
}

/* The text of the row that is painted as selected. */
static void selected_line(struct fixture *fixture, char *line, size_t size)
{
	line[0] = '\0';
	for (int row = 0; row < canvas_rows(fixture->canvas); row++) {
		if (canvas_cell(fixture->canvas, row, 79)->colour == COLOUR_SELECTED &&
		    canvas_cell(fixture->canvas, row, 0)->colour == COLOUR_SELECTED)
			canvas_row_text(fixture->canvas, row, line, size);
	}
}

static void select_decode_2(struct fixture *fixture)
{
	char line[1024];

	go_home(fixture);
	fixture_key(fixture, KEYS_DOWN, 5);
	selected_line(fixture, line, sizeof(line));
	assert_non_null(strstr(line, "decode-2"));
}

static void the_selection_follows_the_worker_when_the_order_changes(void **state)
{
	static const char *const orders[] = {"P", "T", "I", "N", "I", "t"};
	struct fixture *fixture = *state;
	char line[1024];

	select_decode_2(fixture);
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		fixture_press(fixture, orders[i]);
		selected_line(fixture, line, sizeof(line));
		assert_non_null(strstr(line, "decode-2"));
	}
}

static void the_selection_follows_the_worker_when_the_figures_change(void **state)
{
	struct fixture *fixture = *state;
	struct snapshot *later = snapshot_new();
	char line[1024];

	select_decode_2(fixture);
	fixture_press(fixture, "P");
	sample_run_fill(later, 130);
	later->worker[SAMPLE_DECODE_2].counters.cpu_user_ns = 0;
	later->worker[SAMPLE_READ_1].counters.cpu_user_ns *= 40;
	model_feed(fixture->ui.model, later);
	fixture_redraw(fixture);
	selected_line(fixture, line, sizeof(line));
	assert_non_null(strstr(line, "decode-2"));
	snapshot_free(later);
}

static void the_selection_begins_at_a_worker_that_counts(void **state)
{
	struct fixture *fixture = *state;
	char line[1024];

	fixture_redraw(fixture);
	selected_line(fixture, line, sizeof(line));
	assert_non_null(strstr(line, "read-1"));
}

static void a_folded_thread_leaves_the_selection_to_its_host(void **state)
{
	struct fixture *fixture = *state;
	char line[1024];

	go_home(fixture);
	fixture_key(fixture, KEYS_DOWN, 2);
	selected_line(fixture, line, sizeof(line));
	assert_non_null(strstr(line, "read-1"));
	fixture_press(fixture, "t");
	selected_line(fixture, line, sizeof(line));
	assert_non_null(strstr(line, "▸read"));
	assert_false(fixture_shows(fixture, "read-1"));
	fixture_press(fixture, "t");
	assert_true(fixture_shows(fixture, "read-1"));
}

static void sorting_by_cpu_puts_the_hungriest_first(void **state)
{
	struct fixture *fixture = *state;
	struct table_workers *table = fixture->ui.state[screens_index(&screen_workers)];

	fixture_press(fixture, "P");
	assert_int_equal(table->row[0].index, SAMPLE_DECODE_1);
	fixture_press(fixture, "I");
	assert_int_equal(table->row[table->rows - 1].index, SAMPLE_DECODE_1);
}

static void killing_asks_first_and_names_the_incarnation(void **state)
{
	struct fixture *fixture = *state;

	go_home(fixture);
	fixture_key(fixture, KEYS_DOWN, 6); /* decode-3, in its second life */
	fixture_press(fixture, "k");
	assert_true(fixture_shows(fixture, "decode-3, worker 5, incarnation 2"));
	fixture_press(fixture, "k");
	assert_true(fixture_shows(fixture, "Kill decode-3?"));
	assert_string_equal(fixture->sent, "");
	fixture_press(fixture, "n");
	assert_string_equal(fixture->sent, "");
	fixture_press(fixture, "kky");
	assert_string_equal(fixture->sent, "kill decode-3 2");
}

static void killing_a_thread_names_whose_work_starts_again(void **state)
{
	struct fixture *fixture = *state;

	go_home(fixture);
	fixture_key(fixture, KEYS_DOWN, 2); /* read-1 shares its host with read-2 */
	fixture_press(fixture, "kk");
	assert_true(fixture_shows(fixture, "start again too: read-2"));
	fixture_press(fixture, "y");
	assert_string_equal(fixture->sent, "kill read-1 1");
}

static void an_action_never_hits_the_next_incarnation(void **state)
{
	struct fixture *fixture = *state;

	select_decode_2(fixture);
	fixture_press(fixture, "ka");
	fixture->ui.model->live->worker[SAMPLE_DECODE_2].live.incarnation = 2;
	fixture_press(fixture, "y");
	assert_string_equal(fixture->sent, "");
	assert_true(fixture_shows(fixture, "nothing was done"));
}

static void an_action_stays_with_its_worker_when_the_rows_move(void **state)
{
	struct fixture *fixture = *state;
	struct snapshot *later = snapshot_new();

	select_decode_2(fixture);
	fixture_press(fixture, "P");
	fixture_press(fixture, "ka");
	sample_run_fill(later, 130);
	later->worker[SAMPLE_DECODE_2].counters.cpu_user_ns = 0;
	model_feed(fixture->ui.model, later);
	fixture_redraw(fixture);
	fixture_press(fixture, "y");
	assert_string_equal(fixture->sent, "abandon decode-2 1");
	snapshot_free(later);
}

static void a_host_is_not_killed_for_one_of_its_threads(void **state)
{
	struct fixture *fixture = *state;

	go_home(fixture);
	fixture_key(fixture, KEYS_DOWN, 1);
	fixture_press(fixture, "k");
	assert_false(fixture->ui.dialog.open);
	assert_true(fixture_shows(fixture, "choose one of the host's threads"));
}

static void live_keys_send_commands_for_the_selected_station(void **state)
{
	struct fixture *fixture = *state;

	select_decode_2(fixture);
	fixture_press(fixture, "]");
	assert_string_equal(fixture->sent, "add decode");
	fixture_press(fixture, "[");
	assert_string_equal(fixture->sent, "retire decode");
	fixture_press(fixture, "+");
	assert_string_equal(fixture->sent, "capacity decode 9");
	fixture_press(fixture, "-");
	assert_string_equal(fixture->sent, "capacity decode 7");
	fixture_press(fixture, "p");
	assert_string_equal(fixture->sent, "pause");
	fixture->ui.model->live->status.state = RUN_PAUSED;
	fixture_press(fixture, "p");
	assert_string_equal(fixture->sent, "resume");
}

static void a_queue_never_shrinks_to_nothing(void **state)
{
	struct fixture *fixture = *state;

	select_decode_2(fixture);
	fixture->ui.model->live->queue[1].capacity = 1;
	fixture_press(fixture, "-");
	assert_string_equal(fixture->sent, "");
}

static void a_refused_command_says_why(void **state)
{
	struct fixture *fixture = *state;

	fixture->ui.send = refuse_message;
	select_decode_2(fixture);
	fixture_press(fixture, "[");
	assert_true(fixture_shows(fixture, "the last worker of a station stays"));
}

static void nothing_is_sent_to_a_run_that_has_ended(void **state)
{
	struct fixture *fixture = *state;

	select_decode_2(fixture);
	fixture->ui.model->live->status.ended_ns = 1;
	fixture_press(fixture, "][+-pk");
	assert_string_equal(fixture->sent, "");
	assert_false(fixture->ui.dialog.open);
}

static void quitting_asks_while_our_run_goes_on(void **state)
{
	struct fixture *fixture = *state;

	fixture->ui.own_run = true;
	fixture_press(fixture, "q");
	assert_int_equal(fixture->ui.request, UI_NOTHING);
	assert_true(fixture_shows(fixture, "detach"));
	fixture_press(fixture, "d");
	assert_int_equal(fixture->ui.request, UI_LET_GO);
	fixture_press(fixture, "qc");
	assert_int_equal(fixture->ui.request, UI_CANCEL);
	fixture->ui.request = UI_NOTHING;
	fixture_press(fixture, "qw");
	assert_int_equal(fixture->ui.request, UI_NOTHING);
	assert_true(fixture->ui.leave_at_end);
}

static void quitting_does_not_ask_when_we_only_watch(void **state)
{
	struct fixture *fixture = *state;

	fixture_press(fixture, "q");
	assert_int_equal(fixture->ui.request, UI_QUIT);
}

static void the_first_enter_starts_a_run(void **state)
{
	struct fixture *fixture = *state;

	fixture->form.samples = true;
	ui_show(&fixture->ui, &screen_setup);
	assert_true(fixture_shows(fixture, "Enter makes the built-in sample photos"));
	fixture_key(fixture, '\r', 1);
	assert_int_equal(fixture->ui.request, UI_START);
}

static void the_list_chooses_the_strategy_and_the_form_what_applies(void **state)
{
	struct fixture *fixture = *state;

	ui_show(&fixture->ui, &screen_setup);
	assert_false(fixture_shows(fixture, "I/O threads"));
	fixture_key(fixture, KEYS_DOWN, 2);
	assert_string_equal(fixture->form.value[FAKE_STRATEGY], "hybrid");
	assert_true(fixture_shows(fixture, "I/O threads"));
	assert_true(fixture_shows(fixture, "-s hybrid"));
}

static void a_value_that_cannot_be_used_is_explained_beside_its_field(void **state)
{
	struct fixture *fixture = *state;

	ui_show(&fixture->ui, &screen_setup);
	fixture_key(fixture, KEYS_TAB, 1);
	fixture_key(fixture, KEYS_BACKSPACE, 1);
	fixture_press(fixture, "999");
	assert_true(fixture_shows(fixture, "999 is not a number"));
	assert_string_equal(fixture->form.value[FAKE_WORKERS], "99");
	fixture_key(fixture, '\r', 1);
	assert_int_equal(fixture->ui.request, UI_NOTHING);
	fixture_key(fixture, KEYS_BACKSPACE, 2);
	assert_string_equal(fixture->form.value[FAKE_WORKERS], "9");
	fixture_key(fixture, '\r', 1);
	assert_int_equal(fixture->ui.request, UI_START);
}

static void letters_are_typed_into_text_and_are_keys_elsewhere(void **state)
{
	struct fixture *fixture = *state;

	ui_show(&fixture->ui, &screen_setup);
	fixture_key(fixture, KEYS_TAB, 2);
	fixture_key(fixture, KEYS_END, 1);
	fixture_press(fixture, "/q");
	ui_key(&fixture->ui, 0xDC); /* U with two dots, two bytes in UTF-8 */
	ui_key(&fixture->ui, KEYS_BACKSPACE);
	assert_string_equal(fixture->form.value[FAKE_INPUT], "photos/q");
	assert_int_equal(fixture->ui.request, UI_NOTHING);
	fixture_key(fixture, KEYS_ESCAPE, 1);
	fixture_press(fixture, "q");
	assert_int_equal(fixture->ui.request, UI_QUIT);
}

static void advanced_settings_lie_below_a_fold(void **state)
{
	struct fixture *fixture = *state;

	ui_show(&fixture->ui, &screen_setup);
	assert_false(fixture_shows(fixture, "Sync"));
	fixture_key(fixture, KEYS_TAB, 3);
	fixture_press(fixture, " ");
	assert_true(fixture_shows(fixture, "Sync"));
	fixture_key(fixture, KEYS_DOWN, 1);
	fixture_key(fixture, ' ', 1);
	assert_string_equal(fixture->form.value[FAKE_FSYNC], "yes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_set_up_run, fixture_tear_down)
		CASE(the_selection_follows_the_worker_when_the_order_changes),
		CASE(the_selection_follows_the_worker_when_the_figures_change),
		CASE(the_selection_begins_at_a_worker_that_counts),
		CASE(a_folded_thread_leaves_the_selection_to_its_host),
		CASE(sorting_by_cpu_puts_the_hungriest_first),
		CASE(killing_asks_first_and_names_the_incarnation),
		CASE(killing_a_thread_names_whose_work_starts_again),
		CASE(an_action_never_hits_the_next_incarnation),
		CASE(an_action_stays_with_its_worker_when_the_rows_move),
		CASE(a_host_is_not_killed_for_one_of_its_threads),
		CASE(live_keys_send_commands_for_the_selected_station),
		CASE(a_queue_never_shrinks_to_nothing),
		CASE(a_refused_command_says_why),
		CASE(nothing_is_sent_to_a_run_that_has_ended),
		CASE(quitting_asks_while_our_run_goes_on),
		CASE(quitting_does_not_ask_when_we_only_watch),
		CASE(the_first_enter_starts_a_run),
		CASE(the_list_chooses_the_strategy_and_the_form_what_applies),
		CASE(a_value_that_cannot_be_used_is_explained_beside_its_field),
		CASE(letters_are_typed_into_text_and_are_keys_elsewhere),
		CASE(advanced_settings_lie_below_a_fold),
#undef CASE
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
