/*
 * replay_test.c - a saved run on the screen: it plays, stops, and goes back and forth.
 */
#include "config.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "golden.h"
#include "sample_run.h"
#include "tui/ui.h"

enum { TENTHS = 120 };

#define TENTH_NS (CLOCK_SECOND_NS / 10)

struct fixture {
	char folder[64];
	char path[96];
	struct ui ui;
	struct canvas *canvas;
	uint64_t now_ns;
};

/* Twelve seconds of the sample run, with a line in the log at each whole second. */
static void save_run(const char *path)
{
	struct err err;
	struct replay_writer *writer = replay_create(path, &err);
	struct snapshot *snapshot = snapshot_new();

	assert_non_null(writer);
	for (unsigned tenths = 0; tenths <= TENTHS; tenths++) {
		struct page_log_line line = {.level = LOG_ERROR, .worker = UINT32_MAX};

		sample_run_fill(snapshot, tenths);
		assert_int_equal(replay_add_snapshot(writer, snapshot, &err), 0);
		line.at_ns = snapshot->at_ns;
		(void)snprintf(line.text, sizeof(line.text), "line of second %u", tenths / 10);
		if (tenths % 10 == 0)
			assert_int_equal(replay_add_log(writer, &line, 1, &err), 0);
	}
	assert_int_equal(replay_finish(writer, &err), 0);
	snapshot_free(snapshot);
}

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	struct err err;

	setlocale(LC_ALL, "C.UTF-8");
	strcpy(fixture->folder, "/tmp/imgtop-replay-XXXXXX");
	if (mkdtemp(fixture->folder) == NULL)
		return -1;
	(void)snprintf(fixture->path, sizeof(fixture->path), "%s/run.events", fixture->folder);
	save_run(fixture->path);
	ui_init(&fixture->ui, NULL, false);
	fixture->canvas = canvas_new(24, 80, false);
	fixture->now_ns = 5 * CLOCK_SECOND_NS;
	*state = fixture;
	return model_open_replay(fixture->ui.model, fixture->path, &err);
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	canvas_free(fixture->canvas);
	ui_release(&fixture->ui);
	unlink(fixture->path);
	rmdir(fixture->folder);
	free(fixture);
	return 0;
}

/* The clock goes on by tenths; the screen is drawn at each, as the program does. */
static void pass(struct fixture *fixture, unsigned tenths)
{
	do {
		model_update(fixture->ui.model, fixture->now_ns);
		ui_draw(&fixture->ui, fixture->canvas);
		fixture->now_ns += TENTH_NS;
	} while (tenths-- > 0);
	fixture->now_ns -= TENTH_NS;
}

static bool shows(struct fixture *fixture, const char *text)
{
	ui_draw(&fixture->ui, fixture->canvas);
	char *screen = golden_text(fixture->canvas);
	bool found = strstr(screen, text) != NULL;

	free(screen);
	return found;
}

static void it_plays_in_real_time_and_stops_at_its_end(void **state)
{
	struct fixture *fixture = *state;

	pass(fixture, 0);
	assert_true(shows(fixture, "00:00.0"));
	assert_true(shows(fixture, "REPLAY"));
	pass(fixture, 35);
	assert_true(shows(fixture, "00:03.5"));
	pass(fixture, 300);
	assert_true(shows(fixture, "00:12.0"));
	assert_true(shows(fixture, "end of the recording"));
}

static void space_stops_it_and_time_that_passes_then_is_not_made_up(void **state)
{
	struct fixture *fixture = *state;

	pass(fixture, 20);
	ui_key(&fixture->ui, ' ');
	assert_true(shows(fixture, "REPLAY stopped"));
	fixture->now_ns += 60 * CLOCK_SECOND_NS;
	ui_key(&fixture->ui, 'p');
	pass(fixture, 0);
	assert_true(shows(fixture, "00:02.0"));
	pass(fixture, 10);
	assert_true(shows(fixture, "00:03.0"));
}

static void left_and_right_step_a_second_and_never_leave_the_run(void **state)
{
	struct fixture *fixture = *state;

	pass(fixture, 50);
	ui_key(&fixture->ui, ' ');
	ui_key(&fixture->ui, KEYS_RIGHT);
	assert_true(shows(fixture, "00:06.0"));
	ui_key(&fixture->ui, KEYS_LEFT);
	ui_key(&fixture->ui, KEYS_LEFT);
	assert_true(shows(fixture, "00:04.0"));
	for (int i = 0; i < 20; i++)
		ui_key(&fixture->ui, KEYS_LEFT);
	assert_true(shows(fixture, "00:00.0"));
	for (int i = 0; i < 20; i++)
		ui_key(&fixture->ui, KEYS_RIGHT);
	assert_true(shows(fixture, "00:12.0"));
}

static void the_log_goes_back_with_the_picture(void **state)
{
	struct fixture *fixture = *state;

	pass(fixture, 52);
	ui_show(&fixture->ui, &screen_log);
	assert_true(shows(fixture, "line of second 5"));
	assert_false(shows(fixture, "line of second 6"));
	assert_int_equal(fixture->ui.model->log.total, 6);
	ui_key(&fixture->ui, KEYS_LEFT);
	ui_key(&fixture->ui, KEYS_LEFT);
	assert_false(shows(fixture, "line of second 4"));
	assert_true(shows(fixture, "line of second 3"));
	assert_int_equal(fixture->ui.model->log.total, 4);
}

static void nothing_can_be_changed_in_a_saved_run(void **state)
{
	struct fixture *fixture = *state;

	pass(fixture, 10);
	ui_key(&fixture->ui, ']');
	assert_true(shows(fixture, "this is a saved run"));
	ui_key(&fixture->ui, 'k');
	assert_false(fixture->ui.dialog.open);
	ui_key(&fixture->ui, 'q');
	assert_int_equal(fixture->ui.request, UI_QUIT);
}

static void it_plays_slower_and_faster(void **state)
{
	struct fixture *fixture = *state;

	pass(fixture, 0);
	ui_key(&fixture->ui, '}');
	assert_true(shows(fixture, "REPLAY x2"));
	pass(fixture, 10);
	assert_true(shows(fixture, "00:02.0"));
	for (int i = 0; i < 9; i++)
		ui_key(&fixture->ui, '{');
	assert_true(shows(fixture, "REPLAY x0.1"));
	pass(fixture, 10);
	assert_true(shows(fixture, "00:02.1"));
	for (int i = 0; i < 9; i++)
		ui_key(&fixture->ui, '}');
	assert_true(shows(fixture, "REPLAY x10"));
	pass(fixture, 9);
	assert_true(shows(fixture, "00:11.0") || shows(fixture, "00:11.1"));
}

static void home_and_end_seek_and_a_picture_can_be_stepped_to(void **state)
{
	struct fixture *fixture = *state;

	pass(fixture, 20);
	ui_key(&fixture->ui, KEYS_END);
	assert_true(shows(fixture, "00:12.0"));
	assert_true(shows(fixture, "end of the recording"));
	ui_key(&fixture->ui, ',');
	assert_true(shows(fixture, "00:11.9"));
	assert_true(shows(fixture, "REPLAY stopped"));
	ui_key(&fixture->ui, KEYS_HOME);
	assert_true(shows(fixture, "00:00.0"));
	ui_key(&fixture->ui, '.');
	ui_key(&fixture->ui, '.');
	assert_true(shows(fixture, "00:00.2"));
	pass(fixture, 5);
	assert_true(shows(fixture, "00:00.2"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		CASE(it_plays_in_real_time_and_stops_at_its_end),
		CASE(space_stops_it_and_time_that_passes_then_is_not_made_up),
		CASE(left_and_right_step_a_second_and_never_leave_the_run),
		CASE(the_log_goes_back_with_the_picture),
		CASE(nothing_can_be_changed_in_a_saved_run),
		CASE(it_plays_slower_and_faster),
		CASE(home_and_end_seek_and_a_picture_can_be_stepped_to),
#undef CASE
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
