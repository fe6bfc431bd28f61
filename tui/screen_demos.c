/*
 * screen_demos.c - the menu of demonstrations (floor: tui).
 *
 * With 100 columns the chosen one is described at the right of the list, else below it; with less
 * than 12 rows there are two lines for that, and below 6 none.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "tui/pen.h"
#include "tui/scroll.h"
#include "tui/ui.h"
#include "tui/widgets.h"

enum { WIDE = 100, TALL = 12, LEAST = 6, LIST_COLUMNS = 58, NAME_COLUMNS = 24, INDENT = 10 };

struct demos_state {
	int top;
	int page; /* lines of the list */
};

static void *demos_open(void)
{
	return mem_calloc(1, sizeof(struct demos_state));
}

static void demos_close(void *state)
{
	free(state);
}

static void draw_entry(const struct ui *ui, struct canvas *canvas, struct widget_area area,
		       size_t index)
{
	const struct ui_demo *demo = &ui->demos->list[index];
	bool selected = index == ui->demos->chosen;
	enum colour colour = selected ? COLOUR_SELECTED : COLOUR_PLAIN;
	int names = area.width < 2 * NAME_COLUMNS ? area.width - 2 : NAME_COLUMNS;

	canvas_field(canvas, area.row, area.column, area.width, colour, "");
	canvas_text(canvas, area.row, area.column, colour, selected ? ui->glyphs->cursor : " ");
	canvas_field(canvas, area.row, area.column + 2, names - 1,
		     selected ? COLOUR_SELECTED : COLOUR_VALUE, demo->name);
	if (names == NAME_COLUMNS)
		canvas_field(canvas, area.row, area.column + 2 + names, area.width - 2 - names,
			     colour, demo->title);
	canvas_zone(canvas, (struct zone){.kind = ZONE_ROW,
					  .value = (int)index,
					  .row = area.row,
					  .column = area.column,
					  .width = area.width});
}

static void draw_list(const struct ui *ui, struct demos_state *state, struct canvas *canvas,
		      struct widget_area area)
{
	int chosen = (int)ui->demos->chosen, count = (int)ui->demos->count;

	state->page = area.rows > 0 ? area.rows : 1;
	if (state->top + state->page > count)
		state->top = count > state->page ? count - state->page : 0;
	if (chosen < state->top)
		state->top = chosen;
	if (chosen >= state->top + state->page)
		state->top = chosen - state->page + 1;
	for (int i = 0; i < area.rows && state->top + i < count; i++) {
		size_t index = (size_t)state->top + (size_t)i;

		draw_entry(ui, canvas,
			   (struct widget_area){area.row + i, area.column, 1, area.width}, index);
	}
}

static void draw_chosen(const struct ui *ui, struct canvas *canvas, struct widget_area area)
{
	const struct ui_demo *demo = &ui->demos->list[ui->demos->chosen];
	struct pen pen = {.canvas = canvas, .area = area, .indent = INDENT};

	pen_fact(&pen, "", COLOUR_TITLE, "%s", demo->title);
	pen_fact(&pen, "Shows", COLOUR_PLAIN, "%s", demo->text);
	pen_fact(&pen, "Watch", COLOUR_VALUE, "%s", demo->watch);
	pen_fact(&pen, "Command", COLOUR_GOOD, "%s", demo->command);
}

static void draw_rule(const struct ui *ui, struct canvas *canvas, int row)
{
	for (int i = 0; i < canvas_columns(canvas); i++)
		canvas_text(canvas, row, i, COLOUR_DIM, ui->glyphs->horizontal);
}

/* Rows between the head and the key bar: the list and what is said of the chosen one. */
static void draw_body(const struct ui *ui, struct demos_state *state, struct canvas *canvas,
		      int rows)
{
	int columns = canvas_columns(canvas);
	int below = rows >= TALL ? rows * 11 / 20 : rows >= LEAST ? 2 : 0;

	if (columns >= WIDE && rows >= LEAST) {
		draw_list(ui, state, canvas, (struct widget_area){1, 0, rows, LIST_COLUMNS});
		for (int i = 1; i <= rows; i++)
			canvas_text(canvas, i, LIST_COLUMNS, COLOUR_DIM, ui->glyphs->vertical);
		draw_chosen(ui, canvas,
			    (struct widget_area){1, LIST_COLUMNS + 2, rows,
						 columns - LIST_COLUMNS - 2});
		return;
	}
	draw_list(ui, state, canvas, (struct widget_area){1, 0, rows - below, columns});
	if (below == 0)
		return;
	if (rows >= TALL) {
		draw_rule(ui, canvas, 1 + rows - below);
		draw_chosen(ui, canvas,
			    (struct widget_area){2 + rows - below, 1, below - 1, columns - 1});
	} else {
		widget_wrap(canvas, (struct widget_area){1 + rows - below, 1, below, columns - 1},
			    COLOUR_DIM, ui->demos->list[ui->demos->chosen].title);
	}
}

static void demos_draw(struct ui *ui, void *data, struct canvas *canvas)
{
	int rows = canvas_rows(canvas), columns = canvas_columns(canvas);
	bool bar = rows > 3;

	canvas_blank(canvas, 0, 0, 1, columns, COLOUR_HEAD);
	canvas_field(canvas, 0, 1, columns - 1, COLOUR_HEAD,
		     columns >= 60 ? "imgtop demonstrations   Enter starts one, q leaves"
				   : "imgtop demo");
	if (ui->demos == NULL || ui->demos->count == 0)
		return;
	draw_body(ui, data, canvas, rows - 1 - (bar ? 1 : 0));
	if (bar)
		widget_key_bar(canvas, (struct widget_area){rows - 1, 0, 1, columns},
			       ui_scopes(ui));
}

static void pick(struct ui *ui)
{
	ui->demos->picked = true;
	ui->request = UI_QUIT;
}

static bool demos_command(struct ui *ui, void *data, enum command command)
{
	const struct demos_state *state = data;
	int chosen = (int)ui->demos->chosen;

	if (scroll_choose(command, (int)ui->demos->count, state->page, &chosen)) {
		ui->demos->chosen = (size_t)chosen;
		return true;
	}
	if (command == COMMAND_START)
		pick(ui);
	/* There is nothing behind it to go back to; q leaves. */
	return command == COMMAND_START || command == COMMAND_BACK;
}

static void demos_click(struct ui *ui, void *data, const struct zone *zone, int column)
{
	(void)data, (void)column;
	if (zone->kind != ZONE_ROW || (size_t)zone->value >= ui->demos->count)
		return;
	if (ui->demos->chosen == (size_t)zone->value)
		pick(ui);
	ui->demos->chosen = (size_t)zone->value;
}

const struct screen screen_demos = {
	.name = "Demonstrations",
	.scope = SCOPE_DEMOS,
	.open = demos_open,
	.close = demos_close,
	.draw = demos_draw,
	.command = demos_command,
	.click = demos_click,
};
