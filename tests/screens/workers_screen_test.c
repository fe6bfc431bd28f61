/*
 * workers_screen_test.c - finding, filtering, tagging and clicking in the table of workers.
 */
#include "config.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake_form.h"
#include "golden.h"
#include "sample_run.h"
#include "tui/table_columns.h"
#include "tui/table_workers.h"
#include "tui/ui.h"

struct fixture {
	struct fake_form form;
	struct ui ui;
	struct table_workers *table;
	struct canvas *canvas;
};

/* All messages that were sent to the run, a line each. */
static char sent[512];

static int keep_message(struct ui *ui, const char *message, struct err *err)
{
	size_t length = strlen(sent);

	(void)ui;
	(void)err;
	(void)snprintf(sent + length, sizeof(sent) - length, "%s\n", message);
	return 0;
}

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	if (setlocale(LC_ALL, "C.UTF-8") == NULL)
		return -1;
	fake_form_init(&fixture->form);
	ui_init(&fixture->ui, &fixture->form.services, false);
	fixture->ui.send = keep_message;
	fixture->table = fixture->ui.state[screens_index(&screen_workers)];
	fixture->canvas = canvas_new(24, 80, false);
	sent[0] = '\0';
	sample_run_feed(fixture->ui.model);
	ui_draw(&fixture->ui, fixture->canvas);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	canvas_free(fixture->canvas);
	ui_release(&fixture->ui);
	free(fixture);
	return 0;
}

static bool shows(struct fixture *fixture, const char *text)
{
	ui_draw(&fixture->ui, fixture->canvas);
	char *screen = golden_text(fixture->canvas);
	bool found = strstr(screen, text) != NULL;

	free(screen);
	return found;
}

static void press_key(struct fixture *fixture, int key)
{
	ui_key(&fixture->ui, key);
	ui_draw(&fixture->ui, fixture->canvas);
}

static void press(struct fixture *fixture, const char *keys)
{
	for (; *keys != '\0'; keys++)
		press_key(fixture, (unsigned char)*keys);
}

static unsigned selected(const struct fixture *fixture)
{
	return table_worker(fixture->table, model_shown(fixture->ui.model));
}

/* Where the text begins on the screen; fails when it is not there. */
static void find(struct fixture *fixture, const char *text, int *row, int *column)
{
	for (*row = 0; *row < canvas_rows(fixture->canvas); ++*row) {
		char line[1024], before[1024];
		canvas_row_text(fixture->canvas, *row, line, sizeof(line));
		char *found = strstr(line, text);
		if (found != NULL) {
			(void)snprintf(before, sizeof(before), "%.*s", (int)(found - line), line);
			*column = 0;
			for (const char *c = before; *c != '\0'; c++)
				*column += ((unsigned char)*c & 0xC0) != 0x80;
			return;
		}
	}
	fail_msg("%s is not on the screen", text);
}

static void click(struct fixture *fixture, const char *text)
{
	int row, column;

	find(fixture, text, &row, &column);
	ui_mouse(&fixture->ui, UI_CLICK, row, column);
	ui_draw(&fixture->ui, fixture->canvas);
}

static void searching_goes_to_each_match_in_turn(void **state)
{
	struct fixture *fixture = *state;

	press(fixture, "/DECODE");
	assert_int_equal(selected(fixture), SAMPLE_DECODE_1);
	press_key(fixture, KEYS_F0 + 3);
	assert_int_equal(selected(fixture), SAMPLE_DECODE_2);
	press(fixture, "-4");
	assert_int_equal(selected(fixture), SAMPLE_DECODE_4);
	press_key(fixture, KEYS_F0 + 3);
	assert_int_equal(selected(fixture), SAMPLE_DECODE_4); /* round to itself */
	press_key(fixture, KEYS_ENTER);
	press(fixture, "I"); /* a command again, no letter */
	assert_true(fixture->table->inverted);
	assert_int_equal(selected(fixture), SAMPLE_DECODE_4);
}

static void searching_finds_items_and_stages_and_says_when_there_are_none(void **state)
{
	struct fixture *fixture = *state;

	press(fixture, "/a18.p");
	assert_int_equal(selected(fixture), SAMPLE_DECODE_2);
	press_key(fixture, KEYS_ESCAPE);
	press(fixture, "/encode");
	assert_int_equal(selected(fixture), SAMPLE_DECODE_3);
	press(fixture, "xyz");
	assert_int_equal(selected(fixture), SAMPLE_DECODE_3);
	assert_true(shows(fixture, "no worker, stage or item here has 'encodexyz'"));
}

static void a_filter_leaves_only_what_matches(void **state)
{
	struct fixture *fixture = *state;

	press(fixture, "\\read-2|write");
	assert_true(shows(fixture, "read-2"));
	assert_true(shows(fixture, "write-1"));
	assert_false(shows(fixture, "read-1"));
	assert_false(shows(fixture, "decode-1"));
	assert_true(shows(fixture, "filter: 2 of 9"));
	press_key(fixture, KEYS_ENTER);
	assert_false(shows(fixture, "decode-1"));
	press_key(fixture, KEYS_ESCAPE);
	assert_true(shows(fixture, "decode-1"));
}

static void what_the_filter_hides_is_not_acted_on(void **state)
{
	struct fixture *fixture = *state;

	press(fixture, "\\nothing is called so");
	press_key(fixture, KEYS_ENTER);
	press(fixture, "k");
	assert_true(shows(fixture, "no worker is selected"));
	assert_false(fixture->ui.dialog.open);
}

static void hidden_threads_leave_their_hosts(void **state)
{
	struct fixture *fixture = *state;

	press(fixture, "H");
	assert_false(shows(fixture, "read-1"));
	assert_true(shows(fixture, "▸read"));
	assert_true(shows(fixture, "threads hidden"));
	press(fixture, "H");
	assert_true(shows(fixture, "read-1"));
}

static void tagged_workers_are_killed_together_after_one_question(void **state)
{
	struct fixture *fixture = *state;

	press(fixture, "/decode-1");
	press_key(fixture, KEYS_ENTER);
	press(fixture, "  "); /* decode-1 and decode-2: the selection moves on */
	assert_true(shows(fixture, "decode-1*"));
	assert_true(shows(fixture, "2 tagged"));
	press(fixture, "kk");
	assert_true(shows(fixture, "kill 2 workers?"));
	assert_string_equal(sent, "");
	press(fixture, "y");
	assert_string_equal(sent, "kill decode-1 1\nkill decode-2 1\n");
	press(fixture, "U");
	assert_false(shows(fixture, "tagged"));
}

static void a_worker_replaced_since_it_was_tagged_is_left_alone(void **state)
{
	struct fixture *fixture = *state;
	struct snapshot *later = snapshot_new();

	press(fixture, "/decode-1");
	press_key(fixture, KEYS_ENTER);
	press(fixture, "  kk");
	sample_run_fill(later, 130);
	later->worker[SAMPLE_DECODE_1].live.incarnation = 2;
	model_feed(fixture->ui.model, later);
	press(fixture, "y");
	assert_string_equal(sent, "kill decode-2 1\n");
	assert_true(shows(fixture, "1 had ended or were replaced"));
	snapshot_free(later);
}

static void a_host_is_tagged_with_its_threads(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(selected(fixture), SAMPLE_READ_1);
	press(fixture, "c");
	assert_int_equal(tags_count(&fixture->table->tags, fixture->ui.model->live), 2);
	press(fixture, "c");
	assert_int_equal(tags_count(&fixture->table->tags, fixture->ui.model->live), 0);
}

static void a_click_selects_sorts_changes_the_tab_and_presses_keys(void **state)
{
	struct fixture *fixture = *state;

	click(fixture, "decode-3");
	assert_int_equal(selected(fixture), SAMPLE_DECODE_3);
	click(fixture, "CPU%");
	assert_int_equal(fixture->table->sort, SORT_CPU);
	assert_false(fixture->table->inverted);
	click(fixture, "CPU%");
	assert_true(fixture->table->inverted);
	click(fixture, "Log");
	assert_ptr_equal(fixture->ui.screen, &screen_log);
	click(fixture, "Workers");
	click(fixture, "Quit");
	assert_int_equal(fixture->ui.request, UI_QUIT);
}

static void the_wheel_moves_by_three(void **state)
{
	struct fixture *fixture = *state;
	int before = table_selected_row(fixture->table);

	ui_mouse(&fixture->ui, UI_WHEEL_DOWN, 10, 10);
	assert_int_equal(table_selected_row(fixture->table), before + 3);
	ui_mouse(&fixture->ui, UI_WHEEL_UP, 10, 10);
	assert_int_equal(table_selected_row(fixture->table), before);
}

static void a_click_goes_to_the_dialog_while_one_is_open(void **state)
{
	struct fixture *fixture = *state;

	click(fixture, "decode-1");
	press(fixture, "k");
	click(fixture, "kill the worker's process");
	assert_true(shows(fixture, "Kill decode-1?"));
	ui_mouse(&fixture->ui, UI_CLICK, 0, 0); /* beside it */
	assert_true(fixture->ui.dialog.open);
	click(fixture, "yes, kill");
	assert_string_equal(sent, "kill decode-1 1\n");
}

static void every_column_can_be_shown(void **state)
{
	struct fixture *fixture = *state;

	fixture->ui.settings.columns = (1U << TABLE_COLUMNS) - 1;
	canvas_resize(fixture->canvas, 24, 200);
	ui_draw(&fixture->ui, fixture->canvas);
	golden_compare(fixture->canvas, "columns-200x24");
}

static void large_mode_keeps_few_columns(void **state)
{
	struct fixture *fixture = *state;

	fixture->ui.settings.large = true;
	ui_draw(&fixture->ui, fixture->canvas);
	golden_compare(fixture->canvas, "large-80x24");
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(searching_goes_to_each_match_in_turn),
		CASE(searching_finds_items_and_stages_and_says_when_there_are_none),
		CASE(a_filter_leaves_only_what_matches),
		CASE(what_the_filter_hides_is_not_acted_on),
		CASE(hidden_threads_leave_their_hosts),
		CASE(tagged_workers_are_killed_together_after_one_question),
		CASE(a_worker_replaced_since_it_was_tagged_is_left_alone),
		CASE(a_host_is_tagged_with_its_threads),
		CASE(a_click_selects_sorts_changes_the_tab_and_presses_keys),
		CASE(the_wheel_moves_by_three),
		CASE(a_click_goes_to_the_dialog_while_one_is_open),
		CASE(every_column_can_be_shown),
		CASE(large_mode_keeps_few_columns),
	};
#undef CASE

	return cmocka_run_group_tests(tests, NULL, NULL);
}
