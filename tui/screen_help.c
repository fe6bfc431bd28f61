/*
 * screen_help.c - every key and every state letter, from the tables that are in force
 * (floor: tui).
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "tui/pen.h"
#include "tui/scroll.h"
#include "tui/ui.h"
#include "tui/widgets.h"

struct help_state {
	struct scroll scroll;
};

/* Where the next line goes; lines above the top are counted and not drawn. */
static void *help_open(void)
{
	return mem_calloc(1, sizeof(struct help_state));
}

static void help_close(void *state)
{
	free(state);
}

static void write_keys(struct pen *pen, unsigned scope)
{
	size_t count;
	const struct key_binding *bindings = keys_table(&count);
	bool titled = false;

	for (size_t i = 0; i < count; i++) {
		char names[64];

		/* A key of several screens stands with the first of them. */
		unsigned first = bindings[i].scopes & (~bindings[i].scopes + 1);
		if (first != scope)
			continue;
		if (!titled)
			pen_line(pen, COLOUR_TITLE, "%s", keys_scope_title(scope));
		titled = true;
		keys_names(&bindings[i], names, sizeof(names));
		pen_fact(pen, names, COLOUR_PLAIN, "%s", bindings[i].help);
	}
}

static void write_states(struct pen *pen)
{
	pen_line(pen, COLOUR_TITLE, "States of a worker");
	for (int i = 0; i < WORKER_STATES; i++) {
		const struct worker_state_info *info = page_state_info((enum worker_state)i);
		char name[32];

		(void)snprintf(name, sizeof(name), "%c %s", info->letter, info->word);
		pen_fact(pen, name, COLOUR_PLAIN, "%s", info->meaning);
	}
}

static void write_findings(struct pen *pen)
{
	pen_line(pen, COLOUR_TITLE, "What is found out about a worker");
	for (int i = 0; i < FINDINGS; i++) {
		const struct finding_info *info = finding_info((enum finding)i);
		char name[32];

		if (info->letter == 0)
			continue;
		(void)snprintf(name, sizeof(name), "%c %s", info->letter, info->tag);
		pen_fact(pen, name, COLOUR_PLAIN, "%s: %s", info->word, info->meaning);
	}
}

static void write_all(struct pen *pen)
{
	write_states(pen);
	write_findings(pen);
	for (unsigned scope = 1; scope != 0; scope <<= 1)
		write_keys(pen, scope);
	pen_fact(pen, "Ctrl-C", COLOUR_PLAIN,
		 "finish what was begun, save and leave; a second one stops at once");
}

static void help_draw(struct ui *ui, void *data, struct canvas *canvas)
{
	struct help_state *state = data;
	int rows = canvas_rows(canvas), columns = canvas_columns(canvas);
	struct pen pen = {.canvas = canvas,
			  .area = {1, 1, 0, columns - 1},
			  .indent = columns >= 60 ? 20 : 11};

	canvas_blank(canvas, 0, 0, 1, columns, COLOUR_HEAD);
	canvas_field(canvas, 0, 1, columns - 1, COLOUR_HEAD,
		     columns >= 50 ? "imgtop help: Up and Down scroll, Esc leads back"
				   : "imgtop help");
	write_all(&pen); /* only counts: there are no rows yet */
	scroll_fit(&state->scroll, pen.line, rows > 2 ? rows - 2 : 0);
	pen.area.rows = state->scroll.page;
	pen.top = state->scroll.top;
	pen.line = 0;
	write_all(&pen);
	if (rows > 2)
		widget_key_bar(canvas, (struct widget_area){rows - 1, 0, 1, canvas_columns(canvas)},
			       ui_scopes(ui));
}

static bool help_command(struct ui *ui, void *data, enum command command)
{
	struct help_state *state = data;

	if (scroll_command(&state->scroll, command))
		return true;
	if (command != COMMAND_HELP)
		return false;
	ui_go_back(ui);
	return true;
}

const struct screen screen_help = {
	.name = "Help",
	.scope = SCOPE_HELP,
	.open = help_open,
	.close = help_close,
	.draw = help_draw,
	.command = help_command,
};
