/*
 * screen_setup.c - choose a strategy and settings, see what will run, start it (floor: tui).
 *
 * Left the strategies with a sentence each, right the settings, below what they come to. With less
 * than 72 columns or 16 rows the strategy becomes the first setting, and below 12 rows only the
 * settings stay.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "tui/form.h"
#include "tui/ui.h"
#include "tui/widgets.h"

enum { WIDE_COLUMNS = 72, WIDE_ROWS = 16, LABEL_COLUMNS = 18, FOOT_ROWS = 8 };

struct setup_state {
	struct form form;
	int offset; /* first entry shown */
};

static void *setup_open(void)
{
	struct setup_state *state = mem_calloc(1, sizeof(*state));

	form_init(&state->form);
	return state;
}

static void setup_close(void *state)
{
	free(state);
}

static void draw_strategies(const struct ui *ui, const struct form *form, struct canvas *canvas,
			    int row, int rows, int width)
{
	int field = form_strategy(ui->services);
	const struct ui_field *f = &ui->services->fields[field];
	int now = form_choice(ui->services, field);
	bool focused = form->focus == FORM_LIST;
	int last = row + rows;

	for (int i = 0; f->choices[i] != NULL && row < last; i++) {
		enum colour colour = i != now  ? COLOUR_PLAIN
				     : focused ? COLOUR_SELECTED
					       : COLOUR_TITLE;
		char line[128];

		(void)snprintf(line, sizeof(line), "%s %s", i == now ? ui->glyphs->bullet : " ",
			       f->choices[i]);
		canvas_field(canvas, row++, 1, width - 2, colour, line);
		if (f->choice_help != NULL && f->choice_help[i] != NULL && row < last)
			row += widget_wrap(canvas, row, 3, last - row < 3 ? last - row : 3,
					   width - 4, COLOUR_DIM, f->choice_help[i]);
	}
}

/* The value of a field, with what shows that it can be changed. */
static void draw_value(const struct ui *ui, const struct form *form, struct canvas *canvas, int row,
		       int column, int width, int field)
{
	const struct ui_field *f = &ui->services->fields[field];
	bool focused = form->focus == field;
	char value[FORM_VALUE_BYTES], shown[FORM_VALUE_BYTES];

	ui->services->get(ui->services->context, (size_t)field, value, sizeof(value));
	if (f->choices != NULL || f->flag) {
		(void)snprintf(shown, sizeof(shown), focused ? "< %.200s >" : "%.200s", value);
		canvas_field(canvas, row, column, width, focused ? COLOUR_SELECTED : COLOUR_VALUE,
			     shown);
		return;
	}
	if (!focused) {
		text_sanitise(shown, sizeof(shown), value, strlen(value));
		char clipped[FORM_VALUE_BYTES];
		text_clip_left(clipped, sizeof(clipped), shown, width);
		canvas_text(canvas, row, column, COLOUR_VALUE, clipped);
		return;
	}
	char before[FORM_VALUE_BYTES];
	text_sanitise(before, sizeof(before), form->edit, form->cursor);
	text_sanitise(shown, sizeof(shown), form->edit, strlen(form->edit));
	int at = text_width(before);
	canvas_blank(canvas, row, column, 1, width, COLOUR_SELECTED);
	if (at >= width) { /* the end is where one types */
		text_clip_left(value, sizeof(value), before, width - 1);
		canvas_text(canvas, row, column, COLOUR_SELECTED, value);
		at = width - 1;
	} else {
		canvas_field(canvas, row, column, width, COLOUR_SELECTED, shown);
	}
	canvas_paint(canvas, row, column + at, 1, COLOUR_BANNER);
}

/* One entry and what is wrong with it; returns the rows it takes. NULL canvas only counts. */
static int draw_entry(const struct ui *ui, const struct form *form, struct canvas *canvas, int row,
		      int column, int width, int entry)
{
	int label = width < 2 * LABEL_COLUMNS ? width / 2 : LABEL_COLUMNS;
	bool bad = form->bad_field == entry && form->problem[0] != '\0';
	int rows = 1;

	if (entry == FORM_FOLD) {
		if (canvas != NULL)
			canvas_printf(canvas, row, column,
				      form->focus == FORM_FOLD ? COLOUR_SELECTED : COLOUR_LABEL,
				      "%s %s",
				      form->unfolded ? ui->glyphs->open : ui->glyphs->closed,
				      form->unfolded ? "fewer settings (Space)"
						     : "more settings (Space)");
		return 1;
	}
	if (canvas != NULL) {
		canvas_field(canvas, row, column, label - 1, bad ? COLOUR_BAD : COLOUR_LABEL,
			     ui->services->fields[entry].label);
		draw_value(ui, form, canvas, row, column + label, width - label, entry);
	}
	if (bad)
		rows += widget_wrap(canvas, row + 1, column + 2, 2, width - 3, COLOUR_BAD,
				    form->problem);
	return rows;
}

static void draw_form(const struct ui *ui, struct setup_state *state, struct canvas *canvas,
		      int row, int rows, int column)
{
	const struct form *form = &state->form;
	int width = canvas_columns(canvas) - column;
	int focus = 0, used = 0;

	for (int i = 0; i < form->entries; i++) {
		if (form->entry[i] == form->focus)
			focus = i;
	}
	if (state->offset > focus)
		state->offset = focus;
	for (int i = state->offset; i <= focus; i++)
		used += draw_entry(ui, form, NULL, 0, 0, width, form->entry[i]);
	while (used > rows && state->offset < focus) {
		used -= draw_entry(ui, form, NULL, 0, 0, width, form->entry[state->offset]);
		state->offset++;
	}
	int last = row + rows;
	for (int i = state->offset; i < form->entries && row < last; i++)
		row += draw_entry(ui, form, canvas, row, column, width, form->entry[i]);
}

/* A sentence about what has the focus. */
static const char *focus_help(const struct ui *ui, const struct form *form)
{
	const struct ui_field *field;

	if (form->focus == FORM_LIST)
		return "Up and Down choose, Tab goes to the settings, Enter starts";
	if (form->focus == FORM_FOLD)
		return "Space shows or hides the rest of the settings";
	field = &ui->services->fields[form->focus];
	if (field->choices != NULL && field->choice_help != NULL) {
		int now = form_choice(ui->services, form->focus);
		if (now >= 0 && field->choice_help[now] != NULL)
			return field->choice_help[now];
	}
	return field->help != NULL ? field->help : "";
}

static int say(struct canvas *canvas, int row, int last, int most, const char *label,
	       enum colour colour, const char *text)
{
	int indent = canvas_columns(canvas) >= 60 ? 10 : 1;

	if (text[0] == '\0' || row >= last)
		return row;
	if (indent > 1)
		canvas_field(canvas, row, 1, indent - 1, COLOUR_LABEL, label);
	if (most > last - row)
		most = last - row;
	return row + widget_wrap(canvas, row, indent, most, canvas_columns(canvas) - indent, colour,
				 text);
}

static void draw_foot(const struct ui *ui, const struct form *form, struct canvas *canvas, int row,
		      int last)
{
	const struct ui_services *services = ui->services;

	for (int i = 0; i < canvas_columns(canvas); i++)
		canvas_text(canvas, row, i, COLOUR_DIM, ui->glyphs->horizontal);
	row++;
	if (services->needs_samples != NULL && services->needs_samples(services->context))
		row = say(canvas, row, last, 1, "Input", COLOUR_WARN,
			  "none given: Enter makes the built-in sample photos and runs them");
	if (form->problem[0] != '\0' && form->bad_field == FORM_NONE)
		row = say(canvas, row, last, 2, "Problem", COLOUR_BAD, form->problem);
	row = say(canvas, row, last, 2, "Runs", COLOUR_VALUE, form->preview.topology);
	row = say(canvas, row, last, 2, "Command", COLOUR_GOOD, form->preview.command);
	row = say(canvas, row, last, 1, "Machine", COLOUR_PLAIN, form->preview.machine);
	say(canvas, row, last, 2, "Advice", COLOUR_PLAIN, form->preview.recommendation);
}

static void setup_draw(struct ui *ui, void *data, struct canvas *canvas)
{
	struct setup_state *state = data;
	struct form *form = &state->form;
	int rows = canvas_rows(canvas), columns = canvas_columns(canvas);
	int left = 0, top = 1, bottom = rows > 3 ? rows - 1 : rows;

	if (ui->services == NULL)
		return;
	form->narrow = columns < WIDE_COLUMNS || rows < WIDE_ROWS;
	form_refresh(form, ui->services);
	canvas_blank(canvas, 0, 0, 1, columns, COLOUR_HEAD);
	canvas_field(canvas, 0, 1, columns - 1, COLOUR_HEAD,
		     columns >= 40 ? "imgtop setup   Enter starts the run" : "imgtop");
	if (rows < 2)
		return;
	int foot = rows >= 12 ? FOOT_ROWS : 0;
	if (rows >= 12 && rows < WIDE_ROWS)
		foot = 5;
	if (rows >= 30)
		foot = FOOT_ROWS + 2;
	int end = bottom - foot;
	if (foot > 0)
		draw_foot(ui, form, canvas, end, bottom);
	if (end - top >= 4) { /* help of the focus above the foot */
		end--;
		canvas_field(canvas, end, 1, columns - 1, COLOUR_DIM, focus_help(ui, form));
	}
	if (!form->narrow && form_strategy(ui->services) != FORM_NONE) {
		left = columns * 2 / 5 > 44 ? 44 : columns * 2 / 5;
		draw_strategies(ui, form, canvas, top, end - top, left);
		for (int i = top; i < end; i++)
			canvas_text(canvas, i, left - 1, COLOUR_DIM, ui->glyphs->vertical);
	}
	draw_form(ui, state, canvas, top, end - top, left + 1);
	if (bottom < rows)
		widget_key_bar(canvas, rows - 1, ui_scopes(ui));
}

static bool setup_key(struct ui *ui, void *data, int key)
{
	struct setup_state *state = data;

	return ui->services != NULL && form_key(&state->form, ui->services, key);
}

static bool setup_command(struct ui *ui, void *data, enum command command)
{
	struct setup_state *state = data;

	if (command != COMMAND_START)
		return false;
	if (form_is_good(&state->form, ui->services))
		ui->request = UI_START;
	else
		ui_say(ui, true, "%s", state->form.problem);
	return true;
}

const struct screen screen_setup = {
	.name = "Setup",
	.scope = SCOPE_SETUP,
	.open = setup_open,
	.close = setup_close,
	.draw = setup_draw,
	.key = setup_key,
	.command = setup_command,
};
