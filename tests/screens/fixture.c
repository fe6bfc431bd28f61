/*
 * fixture.c - the screens without a terminal.
 */
#include "config.h"

#include "fixture.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"
#include "golden.h"
#include "sample_run.h"

static int keep_message(struct ui *ui, const char *message, struct err *err)
{
	struct fixture *fixture = (struct fixture *)ui; /* its first member */
	size_t length = strlen(fixture->all_sent);

	(void)err;
	(void)snprintf(fixture->sent, sizeof(fixture->sent), "%s", message);
	(void)snprintf(fixture->all_sent + length, sizeof(fixture->all_sent) - length, "%s\n",
		       message);
	return 0;
}

int fixture_set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	if (fixture == NULL || setlocale(LC_ALL, "C.UTF-8") == NULL)
		return -1;
	/* Runs that go on on this machine are none of the tests' business. */
	strcpy(fixture->runtime, "/tmp/imgtop-screens-XXXXXX");
	if (mkdtemp(fixture->runtime) == NULL ||
	    setenv("XDG_RUNTIME_DIR", fixture->runtime, 1) != 0)
		return -1;
	fake_form_init(&fixture->form);
	ui_init(&fixture->ui, &fixture->form.services, false);
	fixture->ui.send = keep_message;
	fixture->canvas = canvas_new(24, 80, false);
	*state = fixture;
	return 0;
}

int fixture_set_up_run(void **state)
{
	struct fixture *fixture;

	if (fixture_set_up(state) != 0)
		return -1;
	fixture = *state;
	sample_run_feed(fixture->ui.model);
	fixture_redraw(fixture);
	return 0;
}

int fixture_tear_down(void **state)
{
	struct fixture *fixture = *state;
	char folder[96];

	canvas_free(fixture->canvas);
	ui_release(&fixture->ui);
	(void)snprintf(folder, sizeof(folder), "%s/imgtop", fixture->runtime);
	(void)rmdir(folder); /* where it was made */
	int result = rmdir(fixture->runtime);
	free(fixture);
	return result;
}

void fixture_draw(struct fixture *fixture, int rows, int columns)
{
	canvas_resize(fixture->canvas, rows, columns);
	fixture_redraw(fixture);
}

void fixture_redraw(struct fixture *fixture)
{
	ui_draw(&fixture->ui, fixture->canvas);
}

bool fixture_shows(struct fixture *fixture, const char *text)
{
	fixture_redraw(fixture);
	char *screen = golden_text(fixture->canvas);
	bool found = strstr(screen, text) != NULL;

	free(screen);
	return found;
}

void fixture_key(struct fixture *fixture, int key, int times)
{
	fixture_redraw(fixture);
	while (times-- > 0) {
		ui_key(&fixture->ui, key);
		fixture_redraw(fixture);
	}
}

void fixture_press(struct fixture *fixture, const char *keys)
{
	for (; *keys != '\0'; keys++)
		fixture_key(fixture, (unsigned char)*keys, 1);
}

void fixture_click(struct fixture *fixture, const char *text)
{
	for (int row = 0; row < canvas_rows(fixture->canvas); row++) {
		char line[1024];

		canvas_row_text(fixture->canvas, row, line, sizeof(line));
		char *found = strstr(line, text);
		if (found == NULL)
			continue;
		*found = '\0';
		ui_mouse(&fixture->ui, UI_CLICK, row, text_width(line));
		fixture_redraw(fixture);
		return;
	}
	fail_msg("%s is not on the screen", text);
}

void fixture_compare_sizes(struct fixture *fixture, const char *name)
{
	static const struct {
		int rows;
		int columns;
	} sizes[] = {{24, 80}, {40, 132}, {10, 40}, {6, 30}};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		char file[64];

		fixture_draw(fixture, sizes[i].rows, sizes[i].columns);
		(void)snprintf(file, sizeof(file), "%s-%dx%d", name, sizes[i].columns,
			       sizes[i].rows);
		golden_compare(fixture->canvas, file);
	}
}

size_t fixture_count_ascii(struct fixture *fixture, char character)
{
	struct canvas *canvas = canvas_new(40, 132, true);
	size_t count = 0;

	fixture->ui.glyphs = glyphs_get(true);
	ui_draw(&fixture->ui, canvas);
	for (int row = 0; row < 40; row++) {
		for (int column = 0; column < 132; column++) {
			uint32_t drawn = canvas_cell(canvas, row, column)->character;

			assert_in_range(drawn, ' ', '~');
			count += drawn == (uint32_t)character;
		}
	}
	canvas_free(canvas);
	return count;
}
