/*
 * queues_test.c - the screen of the queues: whole pictures, the selection, capacities changed live.
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

#include "golden.h"
#include "sample_run.h"
#include "tui/ui.h"

struct fixture {
	struct ui ui;
	struct canvas *canvas;
};

/* The last message that was sent to the run. */
static char sent[128];

static int keep_message(struct ui *ui, const char *message, struct err *err)
{
	(void)ui;
	(void)err;
	(void)snprintf(sent, sizeof(sent), "%s", message);
	return 0;
}

static int set_up(void **state)
{
	struct fixture *fixture;

	if (setlocale(LC_ALL, "C.UTF-8") == NULL)
		return -1;
	fixture = calloc(1, sizeof(*fixture));
	ui_init(&fixture->ui, NULL, false);
	fixture->ui.send = keep_message;
	fixture->canvas = canvas_new(24, 80, false);
	sent[0] = '\0';
	sample_run_feed(fixture->ui.model);
	ui_show(&fixture->ui, &screen_queues);
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

static void draw(struct fixture *fixture, int rows, int columns)
{
	canvas_resize(fixture->canvas, rows, columns);
	ui_draw(&fixture->ui, fixture->canvas);
}

static bool shows(struct fixture *fixture, const char *text)
{
	draw(fixture, 24, 80);
	char *screen = golden_text(fixture->canvas);
	bool found = strstr(screen, text) != NULL;

	free(screen);
	return found;
}

static void the_queues_are_shown_at_the_usual_sizes(void **state)
{
	struct fixture *fixture = *state;

	draw(fixture, 24, 80);
	golden_compare(fixture->canvas, "queues-80x24");
	draw(fixture, 40, 132);
	golden_compare(fixture->canvas, "queues-132x40");
	draw(fixture, 10, 40);
	golden_compare(fixture->canvas, "queues-40x10");
	draw(fixture, 6, 30);
	golden_compare(fixture->canvas, "queues-30x6");
}

static void an_ascii_terminal_gets_its_charts_in_ascii(void **state)
{
	struct fixture *fixture = *state;
	struct canvas *canvas = canvas_new(40, 132, true);
	size_t drawn = 0;

	fixture->ui.glyphs = glyphs_get(true);
	ui_draw(&fixture->ui, canvas);
	for (int row = 0; row < 40; row++) {
		for (int column = 0; column < 132; column++) {
			uint32_t character = canvas_cell(canvas, row, column)->character;

			assert_in_range(character, ' ', '~');
			drawn += character == '#';
		}
	}
	assert_true(drawn > 50);
	canvas_free(canvas);
}

static void plus_and_minus_change_the_capacity_of_the_selected_queue(void **state)
{
	struct fixture *fixture = *state;

	ui_key(&fixture->ui, '+');
	assert_string_equal(sent, "capacity intake 257");
	ui_key(&fixture->ui, KEYS_DOWN);
	ui_key(&fixture->ui, '-');
	assert_string_equal(sent, "capacity decode 7");
	ui_key(&fixture->ui, KEYS_END);
	ui_key(&fixture->ui, '=');
	assert_string_equal(sent, "capacity write 9");
	ui_key(&fixture->ui, KEYS_DOWN);
	ui_key(&fixture->ui, KEYS_UP);
	ui_key(&fixture->ui, '+');
	assert_string_equal(sent, "capacity decode 9");
}

static void the_last_place_of_a_queue_is_not_taken_away(void **state)
{
	struct fixture *fixture = *state;

	fixture->ui.model->live->queue[0].capacity = 1;
	ui_key(&fixture->ui, '-');
	assert_string_equal(sent, "");
	assert_true(shows(fixture, "queue intake has one place, the least there is"));
}

static void workers_are_added_to_the_station_that_the_queue_feeds(void **state)
{
	struct fixture *fixture = *state;

	ui_key(&fixture->ui, KEYS_DOWN);
	ui_key(&fixture->ui, ']');
	assert_string_equal(sent, "add decode");
	ui_key(&fixture->ui, KEYS_F0 + 8);
	assert_string_equal(sent, "retire decode");
}

static void the_selected_queue_names_those_who_push_and_those_who_pop(void **state)
{
	struct fixture *fixture = *state;

	ui_key(&fixture->ui, KEYS_DOWN);
	assert_true(shows(fixture, "From read, pushing blocked 61 %: read-1 P, read-2 I"));
	assert_true(shows(fixture, "To decode, popping blocked 0 %: decode-1 R, decode-2 R"));
	ui_key(&fixture->ui, KEYS_DOWN);
	assert_true(shows(fixture, "To write, popping blocked 88 %: write-1 G"));
}

static void the_bottleneck_is_named_in_a_sentence(void **state)
{
	struct fixture *fixture = *state;

	assert_true(shows(fixture, "Bottleneck: decode"));
}

static void a_selection_beyond_the_queues_of_a_later_run_is_brought_back(void **state)
{
	struct fixture *fixture = *state;

	ui_key(&fixture->ui, KEYS_END);
	fixture->ui.model->live->status.queues = 1;
	draw(fixture, 24, 80);
	ui_key(&fixture->ui, '+');
	assert_string_equal(sent, "capacity intake 257");
	fixture->ui.model->live->status.queues = 0;
	assert_true(shows(fixture, "No queue yet."));
	sent[0] = '\0';
	ui_key(&fixture->ui, '+');
	assert_string_equal(sent, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
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
