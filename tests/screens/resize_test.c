/*
 * resize_test.c - a storm of sizes leaves every screen as a fresh start would draw it.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "fixture.h"
#include "golden.h"
#include "sample_run.h"
#include "tui/detail.h"

enum { MOST_ROWS = 120, MOST_COLUMNS = 400, STORM = 60 };

static const struct {
	int rows;
	int columns;
} last_sizes[] = {{1, 1},   {1, 400}, {120, 1},	 {2, 60},  {3, 20},   {6, 30},
		  {10, 40}, {24, 80}, {40, 132}, {5, 300}, {120, 400}};

/* The screen of this index as it is come upon; the same way in every fixture. */
static void show(struct fixture *fixture, size_t screen)
{
	if (screens_at(screen) == &screen_end)
		sample_run_end(fixture->ui.model);
	else
		sample_run_feed(fixture->ui.model);
	if (screens_at(screen) == &screen_detail)
		detail_show(&fixture->ui, SAMPLE_READ_1);
	else
		fixture->ui.screen = screens_at(screen);
}

/* Numbers that are the same in every run of the test. */
static int number_up_to(unsigned *seed, int most)
{
	*seed = *seed * 1103515245u + 12345u;
	return 1 + (int)(*seed >> 16) % most;
}

static void compare_with_fresh(struct fixture *stormed, size_t screen, int rows, int columns)
{
	struct fixture *fresh;
	void *state;

	assert_int_equal(fixture_set_up(&state), 0);
	fresh = state;
	show(fresh, screen);
	fixture_draw(fresh, rows, columns);
	fixture_draw(stormed, rows, columns);
	if (!canvas_equal(fresh->canvas, stormed->canvas)) {
		char *expected = golden_text(fresh->canvas), *found = golden_text(stormed->canvas);
		fail_msg("%s at %dx%d; fresh:\n%s\nafter the storm:\n%s", screens_at(screen)->name,
			 columns, rows, expected, found);
	}
	fixture_tear_down(&state);
}

static void after_a_storm_of_sizes_every_screen_is_as_a_fresh_one(void **state)
{
	(void)state;
	for (size_t screen = 0; screen < SCREEN_COUNT; screen++) {
		struct fixture *fixture;
		unsigned seed = 4711;
		void *own;

		assert_int_equal(fixture_set_up(&own), 0);
		fixture = own;
		show(fixture, screen);
		for (size_t i = 0; i < sizeof(last_sizes) / sizeof(last_sizes[0]); i++) {
			for (int j = 0; j < STORM; j++)
				fixture_draw(fixture, number_up_to(&seed, MOST_ROWS),
					     number_up_to(&seed, MOST_COLUMNS));
			compare_with_fresh(fixture, screen, last_sizes[i].rows,
					   last_sizes[i].columns);
		}
		fixture_tear_down(&own);
	}
}

static void what_was_scrolled_to_its_end_is_still_filled_in_a_larger_window(void **state)
{
	static const struct screen *const texts[] = {&screen_help, &screen_end, &screen_detail,
						     &screen_log};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		size_t screen = screens_index(texts[i]);
		struct fixture *fixture;
		void *own;

		assert_int_equal(fixture_set_up(&own), 0);
		fixture = own;
		show(fixture, screen);
		fixture_draw(fixture, 10, 40);
		fixture_key(fixture, KEYS_END, 1);
		fixture_key(fixture, KEYS_HOME, 1);
		fixture_draw(fixture, 120, 200);
		char *home = golden_text(fixture->canvas);
		fixture_draw(fixture, 10, 40);
		fixture_key(fixture, KEYS_END, 1);
		fixture_draw(fixture, 120, 200);
		char *end = golden_text(fixture->canvas);
		assert_string_equal(home, end);
		free(home);
		free(end);
		fixture_tear_down(&own);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(after_a_storm_of_sizes_every_screen_is_as_a_fresh_one),
		cmocka_unit_test(what_was_scrolled_to_its_end_is_still_filled_in_a_larger_window),
	};

	setenv("XDG_RUNTIME_DIR", "/nonexistent", 1); /* no run that goes on beside the test */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
