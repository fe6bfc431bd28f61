/*
 * runs_screen_test.c - the runs that attach offers: whole screens, choosing with keys and mouse,
 * and a choice that stays with its run.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/text.h"
#include "fixture.h"
#include "golden.h"
#include "record/page.h"

enum { RUNS = 3, HOME_BYTES = 64, PATH_BYTES = 192 };

struct run_made {
	const char *id;
	const char *plan;
	const char *workload;
	const char *output;
	enum run_state state;
	uint64_t begun; /* the order of the list: the newest first */
	uint64_t seconds;
	uint64_t found;
	uint64_t ok;
};

static const struct run_made runs[RUNS] = {
	{"20261120-160401-4194303", "hybrid:4+8", "images", "/srv/photos/2024/small", RUN_RUNNING,
	 300, 12, 1000, 300},
	{"20261120-155900-4402", "read:1t | decode-encode:4p | write:2t", "images",
	 "/home/me/a rather long way to/the pictures/of last summer/in small", RUN_PAUSED, 200,
	 3671, 120000, 99999},
	{"20261120-120000-812", "threads:2", "scan", "lib\033[31m.sqlite", RUN_DRAINING, 100, 1, 0,
	 0},
};

static char home[HOME_BYTES];

static void make_run(const struct run_made *made)
{
	struct page_plan *plan = calloc(1, sizeof(*plan));
	struct page_status status = {.state = made->state, .source_ended = made->found > 0};
	char path[PATH_BYTES];
	struct err err;

	assert_non_null(plan);
	(void)snprintf(path, sizeof(path), "%s/imgtop/%s.page", home, made->id);
	struct page *page = page_create(path, &err);
	assert_non_null(page);
	(void)snprintf(plan->run_id, sizeof(plan->run_id), "%s", made->id);
	(void)snprintf(plan->plan, sizeof(plan->plan), "%s", made->plan);
	(void)snprintf(plan->workload, sizeof(plan->workload), "%s", made->workload);
	(void)snprintf(plan->output, sizeof(plan->output), "%s", made->output);
	plan->supervisor_pid = (uint32_t)getpid();
	plan->started_real_ns = made->begun;
	plan->started_ns = CLOCK_SECOND_NS;
	/* The clock of these runs stands, so that pictures can be compared. */
	status.ended_ns = (1 + made->seconds) * CLOCK_SECOND_NS;
	status.found = made->found;
	status.done[ITEM_OK] = made->ok;
	page_write_plan(page, plan);
	page_write_status(page, &status);
	page_close(page);
	free(plan);
}

static void remove_run(const char *id)
{
	char path[PATH_BYTES];

	(void)snprintf(path, sizeof(path), "%s/imgtop/%s.page", home, id);
	assert_int_equal(unlink(path), 0);
}

static int set_up(void **state)
{
	char folder[PATH_BYTES];

	if (fixture_set_up(state) != 0)
		return -1;
	struct fixture *fixture = *state;
	(void)snprintf(home, sizeof(home), "%s", fixture->runtime);
	(void)snprintf(folder, sizeof(folder), "%s/imgtop", home);
	if (mkdir(folder, 0700) != 0)
		return -1;
	for (size_t i = 0; i < RUNS; i++)
		make_run(&runs[i]);
	ui_show(&fixture->ui, &screen_runs);
	fixture_redraw(fixture);
	return 0;
}

static int tear_down(void **state)
{
	char command[PATH_BYTES];

	(void)snprintf(command, sizeof(command), "rm -rf '%s/imgtop'", home);
	return system(command) | fixture_tear_down(state);
}

static void the_runs_are_shown_at_the_usual_sizes(void **state)
{
	struct fixture *fixture = *state;

	fixture_compare_sizes(fixture, "runs");
}

static void every_size_down_to_one_cell_keeps_the_chosen_run_in_view(void **state)
{
	struct fixture *fixture = *state;

	fixture_key(fixture, KEYS_END, 1);
	for (int rows = 1; rows <= 30; rows++) {
		for (int columns = 1; columns <= 200; columns += columns < 84 ? 1 : 13) {
			fixture_draw(fixture, rows, columns);
			if (rows > 1 && columns >= 26)
				assert_true(fixture_shows(fixture, runs[RUNS - 1].id));
		}
	}
}

static void enter_watches_the_run_that_was_chosen(void **state)
{
	struct fixture *fixture = *state;

	fixture_key(fixture, KEYS_DOWN, 1);
	fixture_key(fixture, KEYS_ENTER, 1);
	assert_int_equal(fixture->ui.request, UI_WATCH);
	assert_non_null(strstr(fixture->ui.picked_page, runs[1].id));
}

static void a_click_chooses_and_the_next_one_watches(void **state)
{
	struct fixture *fixture = *state;

	fixture_click(fixture, runs[2].id);
	assert_int_equal(fixture->ui.request, UI_NOTHING);
	fixture_click(fixture, runs[2].id);
	assert_int_equal(fixture->ui.request, UI_WATCH);
	assert_non_null(strstr(fixture->ui.picked_page, runs[2].id));
}

static void await_shown(struct fixture *fixture, const char *text, bool shown)
{
	const uint64_t until_ns = clock_ns() + 60 * CLOCK_SECOND_NS;

	/* The list is read again once a second. */
	while (fixture_shows(fixture, text) != shown && clock_ns() < until_ns)
		(void)usleep(10000);
	assert_int_equal(fixture_shows(fixture, text), shown);
}

static void the_choice_stays_with_its_run_when_others_begin_and_end(void **state)
{
	static const struct run_made newer = {
		"20261120-170000-9", "processes:2", "images", "out", RUN_RUNNING, 400, 5, 10, 5};
	struct fixture *fixture = *state;

	fixture_key(fixture, KEYS_DOWN, 1);
	make_run(&newer);
	await_shown(fixture, newer.id, true);
	remove_run(runs[0].id);
	await_shown(fixture, runs[0].id, false);
	fixture_key(fixture, KEYS_ENTER, 1);
	assert_non_null(strstr(fixture->ui.picked_page, runs[1].id));
}

static void a_list_without_runs_says_so_and_watches_nothing(void **state)
{
	struct fixture *fixture = *state;

	for (size_t i = 0; i < RUNS; i++)
		remove_run(runs[i].id);
	await_shown(fixture, "no run goes on any more", true);
	fixture_key(fixture, KEYS_ENTER, 1);
	assert_int_equal(fixture->ui.request, UI_NOTHING);
	fixture_key(fixture, 'q', 1);
	assert_int_equal(fixture->ui.request, UI_QUIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		CASE(the_runs_are_shown_at_the_usual_sizes),
		CASE(every_size_down_to_one_cell_keeps_the_chosen_run_in_view),
		CASE(enter_watches_the_run_that_was_chosen),
		CASE(a_click_chooses_and_the_next_one_watches),
		CASE(the_choice_stays_with_its_run_when_others_begin_and_end),
		CASE(a_list_without_runs_says_so_and_watches_nothing),
#undef CASE
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
