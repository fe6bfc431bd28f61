/*
 * screens_test.c - whole screens at the usual sizes, every size there is, and names that mean harm.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "base/text_utf8.h"
#include "fixture.h"
#include "golden.h"
#include "sample_run.h"

static void the_run_is_shown_at_the_usual_sizes(void **state)
{
	struct fixture *fixture = *state;

	sample_run_feed(fixture->ui.model);
	fixture_compare_sizes(fixture, "run");
	fixture_draw(fixture, 2, 60);
	golden_compare(fixture->canvas, "run-60x2");
}

static void an_ascii_terminal_gets_ascii_only(void **state)
{
	struct fixture *fixture = *state;

	sample_run_feed(fixture->ui.model);
	(void)snprintf(fixture->ui.model->live->worker[SAMPLE_READ_2].live.item, PAGE_ITEM_BYTES,
		       "Übung/日本.png");
	fixture_count_ascii(fixture, ' ');
}

static void the_log_shows_what_went_wrong_and_counts_it_in_its_tab(void **state)
{
	struct fixture *fixture = *state;

	sample_run_feed(fixture->ui.model);
	ui_show(&fixture->ui, &screen_log);
	fixture_compare_sizes(fixture, "log");
}

static void scrolling_up_stops_following_the_log(void **state)
{
	struct fixture *fixture = *state;
	struct page_log_line line = {.level = LOG_INFO, .worker = UINT32_MAX};

	sample_run_feed(fixture->ui.model);
	for (int i = 0; i < 600; i++) {
		(void)snprintf(line.text, sizeof(line.text), "line %d", i);
		model_log_add(fixture->ui.model, &line);
	}
	ui_show(&fixture->ui, &screen_log);
	fixture_draw(fixture, 24, 80);
	assert_true(fixture_shows(fixture, "line 599"));
	ui_key(&fixture->ui, KEYS_PAGE_UP);
	fixture_draw(fixture, 24, 80);
	assert_false(fixture_shows(fixture, "line 599"));
	(void)snprintf(line.text, sizeof(line.text), "the newest");
	model_log_add(fixture->ui.model, &line);
	fixture_draw(fixture, 24, 80);
	assert_false(fixture_shows(fixture, "the newest"));
	ui_key(&fixture->ui, 'F');
	fixture_draw(fixture, 24, 80);
	assert_true(fixture_shows(fixture, "the newest"));
	assert_true(fixture_shows(fixture, "dropped 92"));
}

static void the_end_names_verdict_failures_and_report(void **state)
{
	struct fixture *fixture = *state;

	sample_run_end(fixture->ui.model);
	ui_show(&fixture->ui, &screen_end);
	fixture_compare_sizes(fixture, "end");
	fixture_draw(fixture, 24, 80);
	fixture->ui.model->live->recorder.report_state = 2;
	(void)snprintf(fixture->ui.model->live->recorder.report_error, PAGE_TEXT_BYTES,
		       "No space left on device");
	fixture_draw(fixture, 24, 80);
	assert_true(fixture_shows(fixture, "could not be saved: No space left on device"));
}

static void the_end_scrolls_as_one_and_keeps_the_heading_of_the_workers(void **state)
{
	struct fixture *fixture = *state;

	sample_run_end(fixture->ui.model);
	ui_show(&fixture->ui, &screen_end);
	fixture_draw(fixture, 10, 40);
	assert_false(fixture_shows(fixture, "WORKER"));
	fixture_key(fixture, KEYS_END, 1);
	assert_true(fixture_shows(fixture, "WORKER"));
	assert_true(fixture_shows(fixture, "recorder"));
	assert_false(fixture_shows(fixture, "Verdict"));
	fixture_draw(fixture, 40, 132); /* all has room again */
	assert_true(fixture_shows(fixture, "Verdict"));
	fixture_draw(fixture, 10, 40);
	assert_true(fixture_shows(fixture, "Verdict"));
}

static void the_run_before_stays_beside_the_new_one(void **state)
{
	struct fixture *fixture = *state;

	sample_run_end(fixture->ui.model);
	compare_keep(&fixture->ui.before, fixture->ui.model);
	(void)snprintf(fixture->ui.before.plan, sizeof(fixture->ui.before.plan), "sequential");
	fixture->ui.before.mean_per_s /= 2;
	ui_show(&fixture->ui, &screen_end);
	fixture_draw(fixture, 24, 80);
	golden_compare(fixture->canvas, "end-compared-80x24");
	ui_show(&fixture->ui, &screen_workers);
	fixture_draw(fixture, 24, 80);
	golden_compare(fixture->canvas, "run-compared-80x24");
}

static int start_nothing(void *context, struct ui_run *run, struct err *err)
{
	(void)context;
	(void)run;
	return err_permanent(err, "nothing is started in this test");
}

static void another_strategy_can_be_chosen_at_the_end(void **state)
{
	struct fixture *fixture = *state;

	sample_run_end(fixture->ui.model);
	fixture->form.services.start = start_nothing;
	ui_show(&fixture->ui, &screen_end);
	ui_key(&fixture->ui, 'R');
	fixture_draw(fixture, 24, 80);
	assert_true(fixture_shows(fixture, "Run again with"));
	ui_key(&fixture->ui, '1');
	assert_int_equal(fixture->ui.request, UI_START);
	assert_string_equal(fixture->form.value[FAKE_STRATEGY], "sequential");
}

static void the_end_can_only_be_reached_after_the_end(void **state)
{
	struct fixture *fixture = *state;

	sample_run_feed(fixture->ui.model);
	for (int i = 0; i < 2 * SCREEN_COUNT; i++) {
		ui_key(&fixture->ui, KEYS_TAB);
		assert_ptr_not_equal(fixture->ui.screen, &screen_end);
		assert_true(fixture->ui.screen->tab);
	}
}

static const struct ui_demo demo_list[] = {
	{"images", "Photographs through a pipeline",
	 "Sixty sample photographs are made smaller. Latency lets the eye follow.",
	 "which queue is full and who stands before it in state P or G.", "imgtop demo images"},
	{"lock-order", "Deadlock: two locks, taken in opposite order",
	 "Half of the transfers lock the accounts first and then the log, the others the log "
	 "first. "
	 "Two workers that each hold one lock wait for the other for ever; meeting between the two "
	 "locks makes sure that this happens the first time.",
	 "two workers in state L, each waiting for a lock that the other holds.",
	 "imgtop demo lock-order"},
	{"lock-order-fixed", "Deadlock: two locks, taken in opposite order - the cure",
	 "Every transfer takes the two locks in the same order.", "that it is gone.",
	 "imgtop demo lock-order-fixed"},
	{"sum", "Adding up numbers", "", "", "imgtop demo sum"},
	{"a", "A", "", "", "imgtop demo a"},
	{"b", "B", "", "", "imgtop demo b"},
	{"c", "C", "", "", "imgtop demo c"},
	{"d", "D", "", "", "imgtop demo d"},
	{"e", "E", "", "", "imgtop demo e"},
	{"f", "F", "", "", "imgtop demo f"},
	{"g", "The last of them", "", "", "imgtop demo g"},
};

static void show_menu(struct fixture *fixture, struct ui_demos *menu)
{
	*menu = (struct ui_demos){
		.list = demo_list, .count = sizeof(demo_list) / sizeof(demo_list[0]), .chosen = 1};
	fixture->ui.services = NULL;
	fixture->ui.demos = menu;
	ui_show(&fixture->ui, &screen_demos);
}

static void the_menu_says_what_each_demonstration_shows(void **state)
{
	struct fixture *fixture = *state;
	struct ui_demos menu;

	show_menu(fixture, &menu);
	fixture_compare_sizes(fixture, "demos");
}

static void the_menu_is_walked_and_its_choice_taken(void **state)
{
	struct fixture *fixture = *state;
	struct ui_demos menu;

	show_menu(fixture, &menu);
	fixture_draw(fixture, 10, 40);
	fixture_key(fixture, KEYS_END, 1);
	assert_int_equal(menu.chosen, menu.count - 1);
	assert_true(fixture_shows(fixture, "The last of them"));
	fixture_key(fixture, KEYS_DOWN, 3);
	assert_int_equal(menu.chosen, menu.count - 1);
	fixture_key(fixture, KEYS_PAGE_UP, 1);
	assert_in_range(menu.chosen, 1, menu.count - 3);
	fixture_key(fixture, KEYS_HOME, 1);
	fixture_key(fixture, KEYS_UP, 1);
	assert_int_equal(menu.chosen, 0);
	fixture_press(fixture, "?");
	assert_ptr_equal(fixture->ui.screen, &screen_help);
	fixture_key(fixture, KEYS_ESCAPE, 1);
	assert_ptr_equal(fixture->ui.screen, &screen_demos);
	assert_false(menu.picked);
	fixture_key(fixture, KEYS_ENTER, 1);
	assert_true(menu.picked);
	assert_int_equal(fixture->ui.request, UI_QUIT);
}

static void a_click_chooses_and_another_starts(void **state)
{
	struct fixture *fixture = *state;
	struct ui_demos menu;

	show_menu(fixture, &menu);
	fixture_draw(fixture, 24, 80);
	fixture_click(fixture, "sum");
	assert_int_equal(menu.chosen, 3);
	assert_false(menu.picked);
	fixture_click(fixture, "Adding up");
	assert_true(menu.picked);
	assert_int_equal(menu.chosen, 3);
}

static void setup_shows_strategies_settings_and_the_command_line(void **state)
{
	struct fixture *fixture = *state;

	ui_show(&fixture->ui, &screen_setup);
	fixture_compare_sizes(fixture, "setup");
	fixture_draw(fixture, 12, 50);
	golden_compare(fixture->canvas, "setup-50x12");
}

static void advice_is_measured_when_asked_for_and_taken_when_wanted(void **state)
{
	struct fixture *fixture = *state;

	ui_show(&fixture->ui, &screen_setup);
	fixture_draw(fixture, 24, 80);
	fixture_key(fixture, 'm', 1);
	assert_int_equal(fixture->ui.request, UI_MEASURE);
	fixture->ui.request = UI_NOTHING;
	fixture->form.measured = true;
	fixture->ui.advice_is_new = true;
	assert_true(fixture_shows(fixture, "Measured: 20 of 36 images"));
	assert_false(fixture->ui.advice_is_new);
	golden_compare(fixture->canvas, "setup-measured-80x24");
	fixture_draw(fixture, 10, 40); /* no room for a line of its own */
	assert_false(fixture_shows(fixture, "threads:2, queues of 4"));
	fixture->ui.advice_is_new = true;
	assert_true(fixture_shows(fixture, "threads:2, queues of 4"));
	fixture_draw(fixture, 24, 80);
	fixture_key(fixture, KEYS_F0 + 6, 1);
	assert_int_equal(fixture->form.taken, 1);
	assert_true(fixture_shows(fixture, "-j 2"));
	/* In a text field both are letters, and the F-keys still work. */
	fixture_key(fixture, KEYS_TAB, 1);
	fixture_key(fixture, KEYS_DOWN, 1);
	fixture_press(fixture, "ma");
	assert_int_equal(fixture->form.taken, 1);
	assert_int_equal(fixture->ui.request, UI_NOTHING);
	assert_string_equal(fixture->form.value[FAKE_INPUT], "photosma");
	fixture_key(fixture, KEYS_F0 + 5, 1);
	assert_int_equal(fixture->ui.request, UI_MEASURE);
}

static void help_lists_every_key_and_every_state(void **state)
{
	struct fixture *fixture = *state;
	size_t count;
	const struct key_binding *bindings = keys_table(&count);

	ui_key(&fixture->ui, '?');
	fixture_draw(fixture, 120, 200);
	for (size_t i = 0; i < count; i++) {
		char names[64];

		keys_names(&bindings[i], names, sizeof(names));
		assert_true(fixture_shows(fixture, names));
		assert_true(fixture_shows(fixture, bindings[i].help));
	}
	for (int i = 0; i < WORKER_STATES; i++)
		assert_true(fixture_shows(fixture, page_state_info((enum worker_state)i)->meaning));
}

static void the_help_is_shown_at_the_usual_sizes(void **state)
{
	struct fixture *fixture = *state;

	sample_run_feed(fixture->ui.model);
	ui_key(&fixture->ui, KEYS_F0 + 1);
	fixture_compare_sizes(fixture, "help");
}

static void the_settings_are_shown_at_the_usual_sizes(void **state)
{
	struct fixture *fixture = *state;

	sample_run_feed(fixture->ui.model);
	ui_key(&fixture->ui, 'C');
	fixture_compare_sizes(fixture, "settings");
}

static void large_mode_is_shown_at_the_usual_sizes(void **state)
{
	struct fixture *fixture = *state;

	sample_run_feed(fixture->ui.model);
	fixture->ui.settings.large = true;
	fixture_compare_sizes(fixture, "large");
}

static void draw_everything_at(struct fixture *fixture, int rows, int columns)
{
	for (size_t i = 0; i < SCREEN_COUNT; i++) {
		fixture->ui.screen = screens_at(i);
		fixture_draw(fixture, rows, columns);
	}
	fixture->ui.screen = &screen_workers;
	fixture->ui.own_run = true;
	ui_ask_quit(&fixture->ui);
	fixture_draw(fixture, rows, columns);
	fixture->ui.dialog.open = false;
}

static void every_size_from_one_cell_on_can_be_drawn(void **state)
{
	struct fixture *fixture = *state;

	sample_run_feed(fixture->ui.model);
	for (int rows = 1; rows <= 60; rows += rows < 26 ? 1 : 7)
		for (int columns = 1; columns <= 200; columns += columns < 84 ? 1 : 13)
			draw_everything_at(fixture, rows, columns);
}

static void nothing_is_drawn_wider_than_the_screen(void **state)
{
	struct fixture *fixture = *state;

	sample_run_feed(fixture->ui.model);
	(void)snprintf(fixture->ui.model->live->worker[SAMPLE_READ_2].live.item, PAGE_ITEM_BYTES,
		       "日本語日本語日本語日本語日本語日本語.png");
	for (int columns = 20; columns <= 140; columns++) {
		char line[4096];

		fixture_draw(fixture, 24, columns);
		for (int row = 0; row < 24; row++) {
			canvas_row_text(fixture->canvas, row, line, sizeof(line));
			assert_in_range(text_width(line), 0, columns);
		}
	}
}

static void hostile_names_are_shown_harmless(void **state)
{
	static const char *const names[] = {
		"\033]0;owned\007\033[2J.png",
		"\xff\xfe\xc0\x80.png",
		"a\u202egnp.exe",
		"new\nline\r\ttab",
		"\302\23331m.png",
		"e\u0301\u0301\u0301\u0301.png",
	};
	struct fixture *fixture = *state;

	sample_run_feed(fixture->ui.model);
	struct snapshot *live = fixture->ui.model->live;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		for (unsigned worker = 0; worker < SAMPLE_WORKERS; worker++) {
			struct page_worker_live *slot = &live->worker[worker].live;
			(void)snprintf(slot->item, sizeof(slot->item), "%s", names[i]);
			(void)snprintf(slot->name, sizeof(slot->name), "%s", names[i]);
			(void)snprintf(slot->ended, sizeof(slot->ended), "%s", names[i]);
			slot->job = 1;
		}
		(void)snprintf(live->plan.plan, sizeof(live->plan.plan), "%s", names[i]);
		(void)snprintf(live->queue[0].name, sizeof(live->queue[0].name), "%s", names[i]);
		(void)snprintf(live->host[1].name, sizeof(live->host[1].name), "%s", names[i]);
		fixture_draw(fixture, 40, 200);
		for (int row = 0; row < 40; row++) {
			for (int column = 0; column < 200; column++) {
				const struct canvas_cell *cell =
					canvas_cell(fixture->canvas, row, column);
				if (cell->columns > 0)
					assert_true(text_utf8_harmless(cell->character) &&
						    cell->character >= ' ');
			}
		}
	}
}

static void a_run_whose_supervisor_died_says_so(void **state)
{
	struct fixture *fixture = *state;

	sample_run_feed(fixture->ui.model);
	fixture->ui.model->lost = true;
	fixture_draw(fixture, 24, 80);
	assert_true(fixture_shows(fixture, "SUPERVISOR DIED"));
	assert_true(fixture_shows(fixture, "this is the last picture"));
	ui_show(&fixture->ui, &screen_end);
	fixture_draw(fixture, 24, 80);
	assert_true(fixture_shows(fixture, "The supervisor died before the run was over"));
	assert_true(fixture_shows(fixture, "Run it again to do what is missing"));
}

static void a_frozen_view_is_not_mistaken_for_a_paused_pipeline(void **state)
{
	struct fixture *fixture = *state;

	sample_run_feed(fixture->ui.model);
	ui_key(&fixture->ui, 'Z');
	fixture_draw(fixture, 24, 80);
	assert_true(fixture_shows(fixture, "VIEW FROZEN"));
	assert_true(fixture_shows(fixture, "RUNNING"));
	for (int rows = 3; rows <= 24; rows++) { /* and whatever the size */
		fixture_draw(fixture, rows, 40);
		assert_true(fixture_shows(fixture, "VIEW FROZEN"));
	}
	ui_key(&fixture->ui, 'Z');
	fixture->ui.model->live->status.state = RUN_PAUSED;
	fixture_draw(fixture, 24, 80);
	assert_false(fixture_shows(fixture, "VIEW FROZEN"));
	assert_true(fixture_shows(fixture, "PIPELINE PAUSED"));
}

static void a_frozen_view_keeps_its_picture_while_the_run_goes_on(void **state)
{
	struct fixture *fixture = *state;
	struct snapshot *later = snapshot_new();

	sample_run_feed(fixture->ui.model);
	ui_key(&fixture->ui, 'Z');
	fixture_draw(fixture, 24, 80);
	char *before = golden_text(fixture->canvas);
	sample_run_fill(later, 300);
	model_feed(fixture->ui.model, later);
	fixture_draw(fixture, 24, 80);
	char *after = golden_text(fixture->canvas);
	assert_string_equal(before, after);
	free(before);
	free(after);
	snapshot_free(later);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, fixture_set_up, fixture_tear_down)
		CASE(the_run_is_shown_at_the_usual_sizes),
		CASE(an_ascii_terminal_gets_ascii_only),
		CASE(the_log_shows_what_went_wrong_and_counts_it_in_its_tab),
		CASE(scrolling_up_stops_following_the_log),
		CASE(the_end_names_verdict_failures_and_report),
		CASE(the_end_scrolls_as_one_and_keeps_the_heading_of_the_workers),
		CASE(the_end_can_only_be_reached_after_the_end),
		CASE(the_menu_says_what_each_demonstration_shows),
		CASE(the_menu_is_walked_and_its_choice_taken),
		CASE(a_click_chooses_and_another_starts),
		CASE(setup_shows_strategies_settings_and_the_command_line),
		CASE(advice_is_measured_when_asked_for_and_taken_when_wanted),
		CASE(the_run_before_stays_beside_the_new_one),
		CASE(another_strategy_can_be_chosen_at_the_end),
		CASE(help_lists_every_key_and_every_state),
		CASE(the_help_is_shown_at_the_usual_sizes),
		CASE(the_settings_are_shown_at_the_usual_sizes),
		CASE(large_mode_is_shown_at_the_usual_sizes),
		CASE(every_size_from_one_cell_on_can_be_drawn),
		CASE(nothing_is_drawn_wider_than_the_screen),
		CASE(hostile_names_are_shown_harmless),
		CASE(a_run_whose_supervisor_died_says_so),
		CASE(a_frozen_view_is_not_mistaken_for_a_paused_pipeline),
		CASE(a_frozen_view_keeps_its_picture_while_the_run_goes_on),
#undef CASE
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
