/*
 * settings_test.c - the settings screen and its file.
 */
#include "config.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "golden.h"
#include "sample_run.h"
#include "tui/table_columns.h"
#include "tui/ui.h"

struct fixture {
	char folder[64];
	char below[80];
	char path[96];
	char broken[112];
	struct ui ui;
	struct canvas *canvas;
};

static const struct settings_override nothing = {.mono = false};

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	setlocale(LC_ALL, "C.UTF-8");
	strcpy(fixture->folder, "/tmp/imgtop-settings-XXXXXX");
	if (mkdtemp(fixture->folder) == NULL)
		return -1;
	(void)snprintf(fixture->below, sizeof(fixture->below), "%s/imgtop", fixture->folder);
	(void)snprintf(fixture->path, sizeof(fixture->path), "%s/imgtop.ini", fixture->below);
	(void)snprintf(fixture->broken, sizeof(fixture->broken), "%s.broken", fixture->path);
	ui_init(&fixture->ui, NULL, false);
	ui_open_settings(&fixture->ui, fixture->path, &nothing);
	sample_run_feed(fixture->ui.model);
	fixture->canvas = canvas_new(24, 80, false);
	ui_draw(&fixture->ui, fixture->canvas);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	canvas_free(fixture->canvas);
	ui_release(&fixture->ui);
	unlink(fixture->path);
	unlink(fixture->broken);
	rmdir(fixture->below);
	rmdir(fixture->folder);
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

static void press(struct fixture *fixture, int key, int times)
{
	while (times-- > 0)
		ui_key(&fixture->ui, key);
	ui_draw(&fixture->ui, fixture->canvas);
}

static void write_file(const struct fixture *fixture, const char *text)
{
	FILE *file;

	(void)mkdir(fixture->below, 0700);
	file = fopen(fixture->path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void f2_opens_them_where_nothing_can_be_started_and_esc_leads_back(void **state)
{
	struct fixture *fixture = *state;

	press(fixture, KEYS_F0 + 2, 1);
	assert_ptr_equal(fixture->ui.screen, &screen_settings);
	press(fixture, KEYS_ESCAPE, 1);
	assert_ptr_equal(fixture->ui.screen, &screen_workers);
	press(fixture, 'C', 1);
	assert_ptr_equal(fixture->ui.screen, &screen_settings);
}

static void a_change_is_in_force_and_in_the_file_at_once(void **state)
{
	struct fixture *fixture = *state;
	struct settings kept;
	struct err err;

	assert_int_not_equal(access(fixture->path, F_OK), 0);
	press(fixture, 'C', 1);
	press(fixture, ' ', 1); /* colours: default -> light */
	assert_int_equal(fixture->ui.settings.scheme, SCHEME_LIGHT);
	assert_int_equal(fixture->ui.request, UI_RESTYLE);
	press(fixture, KEYS_DOWN, 2);
	press(fixture, KEYS_RIGHT, 2); /* refresh */
	press(fixture, KEYS_END, 1);
	press(fixture, KEYS_ENTER, 1); /* the last column */
	assert_int_equal(settings_load(fixture->path, &kept, &err), 0);
	assert_int_equal(kept.scheme, SCHEME_LIGHT);
	assert_int_equal(kept.refresh_ms, 500);
	assert_int_equal(kept.columns, table_columns_default() & ~(1U << COLUMN_WAITING));
	assert_true(kept.mouse);
}

static void every_setting_comes_back_from_the_file_as_it_was(void **state)
{
	struct fixture *fixture = *state;
	struct settings settings, kept;
	struct err err;

	for (unsigned i = 0; i < SCHEMES * METERS; i++) {
		settings_defaults(&settings);
		settings.scheme = (enum scheme)(i % SCHEMES);
		settings.meters = i;
		settings.columns = (i * 77777U) & ((1U << TABLE_COLUMNS) - 1);
		settings.glyphs = (enum settings_glyphs)(i % SETTINGS_GLYPHS);
		settings.large = i & 1;
		settings.mouse = i & 2;
		settings.refresh_ms = settings_refresh_choices()[i % 6];
		settings.meters &= (1U << METERS) - 1;
		assert_int_equal(settings_save(fixture->path, &settings, &err), 0);
		assert_int_equal(settings_load(fixture->path, &kept, &err), 0);
		assert_int_equal(kept.scheme, settings.scheme);
		assert_int_equal(kept.meters, settings.meters);
		assert_int_equal(kept.columns, settings.columns);
		assert_int_equal(kept.glyphs, settings.glyphs);
		assert_int_equal(kept.large, settings.large);
		assert_int_equal(kept.mouse, settings.mouse);
		assert_int_equal(kept.refresh_ms, settings.refresh_ms);
	}
}

static void what_the_command_line_asks_for_is_never_kept(void **state)
{
	struct fixture *fixture = *state;
	struct settings_override all = {.mono = true, .ascii = true, .no_mouse = true};
	struct settings kept;
	struct err err;

	ui_open_settings(&fixture->ui, fixture->path, &all);
	assert_int_equal(fixture->ui.settings.scheme, SCHEME_MONO);
	press(fixture, 'C', 1);
	assert_true(shows(fixture, "mono now: --mono or NO_COLOR asks for it"));
	press(fixture, KEYS_DOWN, 3);
	press(fixture, ' ', 1); /* large */
	assert_true(fixture->ui.settings.large);
	assert_int_equal(fixture->ui.settings.scheme, SCHEME_MONO);
	assert_int_equal(settings_load(fixture->path, &kept, &err), 0);
	assert_true(kept.large);
	assert_int_equal(kept.scheme, SCHEME_DEFAULT);
	assert_int_equal(kept.glyphs, SETTINGS_GLYPHS_AUTO);
	assert_true(kept.mouse);
}

static void a_broken_file_is_explained_ignored_and_set_aside(void **state)
{
	static const struct {
		const char *text;
		const char *says;
	} cases[] = {
		{"[screen]\nscheme = purple\n", "imgtop.ini:2: 'purple' is not a choice here"},
		{"[screen]\nlarge = yes\ncolumns = id cup\n", ":3: there is nothing called 'cup'"},
		{"[screen]\nrefresh_ms = 0\n", ":2: '0' is none of 100"},
		{"[screen]\nmouse = perhaps\n", ":2: 'perhaps' is neither yes nor no"},
		{"[screen]\nlarge = yes\nthis is no setting\n", ":3: "},
		{"[other]\nx = 1\n", ":2: there is no setting 'other.x'"},
		{"[screen]\nscheme = \033[31mred\n", "[31mred' is not a choice here"},
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		write_file(fixture, cases[i].text);
		ui_open_settings(&fixture->ui, fixture->path, &nothing);
		if (strstr(fixture->ui.message, cases[i].says) == NULL)
			fail_msg("'%s' does not say '%s'", fixture->ui.message, cases[i].says);
		assert_null(strchr(fixture->ui.message, '\033'));
		assert_false(fixture->ui.settings.large);
		assert_int_equal(fixture->ui.settings.scheme, SCHEME_DEFAULT);
	}
	fixture->ui.chosen.large = true;
	ui_apply_settings(&fixture->ui);
	assert_int_equal(access(fixture->broken, F_OK), 0);
	ui_open_settings(&fixture->ui, fixture->path, &nothing);
	assert_true(fixture->ui.settings.large);
}

static void a_folder_that_cannot_be_made_is_told_and_the_change_still_holds(void **state)
{
	struct fixture *fixture = *state;

	ui_open_settings(&fixture->ui, "/dev/null/imgtop/imgtop.ini", &nothing);
	fixture->ui.chosen.large = true;
	ui_apply_settings(&fixture->ui);
	assert_true(shows(fixture, "not kept: "));
	assert_true(fixture->ui.settings.large);
}

/* Black on black says nothing, and neither may two meanings that matter look the same in mono. */
static void no_scheme_hides_anything(void **state)
{
	(void)state;
	for (int scheme = 0; scheme < SCHEMES; scheme++) {
		for (int colour = 0; colour < COLOURS; colour++) {
			const struct shade *shade =
				colours_shade((enum colour)colour, (enum scheme)scheme);
			assert_true(shade->foreground < 0 ||
				    shade->foreground != shade->background);
		}
	}
	for (int colour = 0; colour < COLOURS; colour++) {
		const struct shade *shade = colours_shade((enum colour)colour, SCHEME_MONO);
		assert_int_equal(shade->foreground, -1);
		assert_int_equal(shade->background, -1);
	}
}

int main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(f2_opens_them_where_nothing_can_be_started_and_esc_leads_back),
		CASE(a_change_is_in_force_and_in_the_file_at_once),
		CASE(every_setting_comes_back_from_the_file_as_it_was),
		CASE(what_the_command_line_asks_for_is_never_kept),
		CASE(a_broken_file_is_explained_ignored_and_set_aside),
		CASE(a_folder_that_cannot_be_made_is_told_and_the_change_still_holds),
		cmocka_unit_test(no_scheme_hides_anything),
	};
#undef CASE

	return cmocka_run_group_tests(tests, NULL, NULL);
}
