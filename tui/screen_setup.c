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

enum { WIDE_COLUMNS = 72, WIDE_ROWS = 16, LABEL_COLUMNS = 18, CHOSEN_LINES = 4 };

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

/* Lines that the list takes when a sentence may have `most` of them (the chosen one: three). */
static int list_lines(const struct ui_field *f, int now, int width, int most)
{
	int lines = 0;

	for (int i = 0; f->choices[i] != NULL; i++) {
		lines++;
		if (f->choice_help != NULL && f->choice_help[i] != NULL)
			lines += widget_wrap_lines(i == now ? CHOSEN_LINES : most, width,
						   f->choice_help[i]);
	}
	return lines;
}

static void add_zone(struct canvas *canvas, enum zone_kind kind, int value, struct widget_area area)
{
	for (int i = 0; i < area.rows; i++)
		canvas_zone(canvas, (struct zone){.kind = kind,
						  .value = value,
						  .row = area.row + i,
						  .column = area.column,
						  .width = area.width});
}

static void draw_strategies(const struct ui *ui, const struct form *form, struct canvas *canvas,
			    int row, int rows, int width)
{
	int field = form_strategy(ui->services);
	const struct ui_field *f = &ui->services->fields[field];
	int now = form_choice(ui->services, field);
	bool focused = form->focus == FORM_LIST;
	int last = row + rows;
	int most = CHOSEN_LINES;

	while (most > 0 && list_lines(f, now, width - 4, most) > rows)
		most--;
	for (int i = 0; f->choices[i] != NULL && row < last; i++) {
		enum colour colour = i != now  ? COLOUR_PLAIN
				     : focused ? COLOUR_SELECTED
					       : COLOUR_TITLE;
		int lines = i == now ? CHOSEN_LINES : most;
		char line[128];

		(void)snprintf(line, sizeof(line), "%s %s", i == now ? ui->glyphs->bullet : " ",
			       f->choices[i]);
		add_zone(canvas, ZONE_LIST, i, (struct widget_area){row, 0, 1, width - 1});
		canvas_field(canvas, row++, 1, width - 2, colour, line);
		if (f->choice_help == NULL || f->choice_help[i] == NULL || row >= last)
			continue;
		if (lines == 1)
			canvas_field(canvas, row++, 3, width - 4, COLOUR_DIM, f->choice_help[i]);
		else
			row += widget_wrap(canvas,
					   (struct widget_area){
						   .row = row,
						   .column = 3,
						   .rows = last - row < lines ? last - row : lines,
						   .width = width - 4,
					   },
					   COLOUR_DIM, f->choice_help[i]);
	}
}

/* The value of a field, with what shows that it can be changed. */
static void draw_value(const struct ui *ui, const struct form *form, struct canvas *canvas,
		       struct widget_area area, int field)
{
	const int row = area.row, column = area.column, width = area.width;
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
	if (!focused && value[0] == '\0') {
		canvas_field(canvas, row, column, width, COLOUR_DIM, "(not set)");
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

static bool entry_is_bad(const struct form *form, int entry)
{
	return entry != FORM_FOLD && form->bad_field == entry && form->problem[0] != '\0';
}

/* Rows that an entry takes with what is wrong with it. */
static int entry_rows(const struct form *form, int entry, int width)
{
	if (!entry_is_bad(form, entry))
		return 1;
	return 1 + widget_wrap_lines(2, width - 3, form->problem);
}

/* One entry and what is wrong with it; returns the rows it takes. */
static int draw_entry(const struct ui *ui, const struct form *form, struct canvas *canvas,
		      struct widget_area area, int entry)
{
	const int row = area.row, column = area.column, width = area.width;
	int label = width < 2 * LABEL_COLUMNS ? width / 2 : LABEL_COLUMNS;
	bool bad = entry_is_bad(form, entry);
	struct widget_area value = {row, column + label, 1, width - label};
	struct widget_area problem = {row + 1, column + 2, 2, width - 3};

	if (entry == FORM_FOLD) {
		canvas_printf(canvas, row, column,
			      form->focus == FORM_FOLD ? COLOUR_SELECTED : COLOUR_LABEL, "%s %s",
			      form->unfolded ? ui->glyphs->open : ui->glyphs->closed,
			      form->unfolded ? "fewer settings (Space)" : "more settings (Space)");
		return 1;
	}
	canvas_field(canvas, row, column, label - 1, bad ? COLOUR_BAD : COLOUR_LABEL,
		     ui->services->fields[entry].label);
	draw_value(ui, form, canvas, value, entry);
	return bad ? 1 + widget_wrap(canvas, problem, COLOUR_BAD, form->problem) : 1;
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
		used += entry_rows(form, form->entry[i], width);
	while (used > rows && state->offset < focus) {
		used -= entry_rows(form, form->entry[state->offset], width);
		state->offset++;
	}
	int last = row + rows;
	for (int i = state->offset; i < form->entries && row < last; i++) {
		int rows_taken =
			draw_entry(ui, form, canvas, (struct widget_area){row, column, 1, width},
				   form->entry[i]);
		add_zone(canvas, ZONE_ROW, form->entry[i],
			 (struct widget_area){row, column, rows_taken, width});
		row += rows_taken;
	}
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

/* What the settings come to, line by line, the most important first. */
struct foot_line {
	const char *label;
	const char *text;
	enum colour colour;
	int most; /* lines */
};

enum { FOOT_LINES = 7 };

static size_t foot_lines(const struct ui *ui, const struct form *form, struct foot_line *lines)
{
	const struct ui_services *services = ui->services;
	const struct foot_line advice = {"Advice", form->preview.recommendation, COLOUR_PLAIN,
					 form->preview.measured ? 5 : 2};
	size_t count = 0;

	if (services->needs_samples != NULL && services->needs_samples(services->context))
		lines[count++] = (struct foot_line){
			"Input", "none given: Enter makes the built-in sample photos and runs them",
			COLOUR_WARN, 1};
	if (form->problem[0] != '\0' && form->bad_field == FORM_NONE)
		lines[count++] = (struct foot_line){"Problem", form->problem, COLOUR_BAD, 2};
	if (form->preview.measured) /* it was asked for */
		lines[count++] = advice;
	if (form->preview.about[0] != '\0')
		lines[count++] = (struct foot_line){"Shows", form->preview.about, COLOUR_PLAIN, 6};
	lines[count++] = (struct foot_line){"Runs", form->preview.topology, COLOUR_VALUE, 2};
	lines[count++] = (struct foot_line){"Command", form->preview.command, COLOUR_GOOD, 3};
	lines[count++] = (struct foot_line){"Machine", form->preview.machine, COLOUR_PLAIN, 1};
	if (form->preview.about[0] == '\0' && !form->preview.measured)
		lines[count++] = advice;
	return count;
}

static int foot_indent(const struct canvas *canvas)
{
	return canvas_columns(canvas) >= 60 ? 10 : 1;
}

/* Rows of the foot with the line above it. */
static int foot_rows(const struct canvas *canvas, const struct foot_line *lines, size_t count)
{
	int width = canvas_columns(canvas) - foot_indent(canvas);
	int rows = 1;

	for (size_t i = 0; i < count; i++)
		rows += widget_wrap_lines(lines[i].most, width, lines[i].text);
	return rows;
}

static void draw_foot(const struct ui *ui, struct canvas *canvas, int row, int last,
		      const struct foot_line *lines, size_t count)
{
	int indent = foot_indent(canvas);

	for (int i = 0; i < canvas_columns(canvas); i++)
		canvas_text(canvas, row, i, COLOUR_DIM, ui->glyphs->horizontal);
	row++;
	for (size_t i = 0; i < count && row < last; i++) {
		int most = lines[i].most < last - row ? lines[i].most : last - row;
		if (lines[i].text[0] == '\0')
			continue;
		if (indent > 1)
			canvas_field(canvas, row, 1, indent - 1, COLOUR_LABEL, lines[i].label);
		row += widget_wrap(
			canvas,
			(struct widget_area){row, indent, most, canvas_columns(canvas) - indent},
			lines[i].colour, lines[i].text);
	}
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
	bool news = ui->advice_is_new;
	if (news)
		form->fresh = false;
	ui->advice_is_new = false;
	form_refresh(form, ui->services);
	canvas_blank(canvas, 0, 0, 1, columns, COLOUR_HEAD);
	canvas_field(canvas, 0, 1, columns - 1, COLOUR_HEAD,
		     columns >= 40 ? "imgtop setup   Enter starts the run" : "imgtop");
	if (rows < 2)
		return;
	struct foot_line lines[FOOT_LINES];
	size_t count = foot_lines(ui, form, lines);
	int foot = foot_rows(canvas, lines, count);
	if (foot > rows / 2)
		foot = rows / 2;
	if (rows < 12)
		foot = 0;
	if (news && foot == 0 && form->preview.measured) /* it has no line of its own */
		ui_say(ui, false, "%s", form->preview.recommendation);
	int end = bottom - foot;
	if (foot > 0)
		draw_foot(ui, canvas, end, bottom, lines, count);
	if (end - top >= 4) { /* help of the focus above the foot */
		int taken = widget_wrap_lines(end - top >= 6 ? 2 : 1, columns - 1,
					      focus_help(ui, form));
		end -= taken > 0 ? taken : 1;
		widget_wrap(canvas, (struct widget_area){end, 1, taken, columns - 1}, COLOUR_DIM,
			    focus_help(ui, form));
	}
	if (!form->narrow && form_strategy(ui->services) != FORM_NONE) {
		left = columns * 19 / 40 > 46 ? 46 : columns * 19 / 40;
		draw_strategies(ui, form, canvas, top, end - top, left);
		for (int i = top; i < end; i++)
			canvas_text(canvas, i, left - 1, COLOUR_DIM, ui->glyphs->vertical);
	}
	draw_form(ui, state, canvas, top, end - top, left + 1);
	if (bottom < rows)
		widget_key_bar(canvas, (struct widget_area){rows - 1, 0, 1, canvas_columns(canvas)},
			       ui_scopes(ui));
}

static bool setup_key(struct ui *ui, void *data, int key)
{
	struct setup_state *state = data;

	return ui->services != NULL && form_key(&state->form, ui->services, key);
}

/* Fields change as if they had been typed. */
static void take_advice(struct ui *ui, struct form *form)
{
	const struct ui_services *services = ui->services;
	struct err err;

	err_clear(&err);
	if (services->take_advice == NULL)
		return;
	if (services->take_advice(services->context, &err) != 0)
		ui_say(ui, true, "%s", err.text);
	form->fresh = false;
	form_refresh(form, services);
	form_focus(form, services, form->focus);
}

static bool setup_command(struct ui *ui, void *data, enum command command)
{
	struct setup_state *state = data;

	if (ui->services == NULL)
		return false;
	switch (command) {
	case COMMAND_START:
		if (form_is_good(&state->form, ui->services))
			ui->request = UI_START;
		else
			ui_say(ui, true, "%s", state->form.problem);
		return true;
	case COMMAND_MEASURE:
		if (ui->services->measure != NULL)
			ui->request = UI_MEASURE;
		return true;
	case COMMAND_TAKE_ADVICE:
		take_advice(ui, &state->form);
		return true;
	default:
		return false;
	}
}

/* A click brings the focus; a second one on a choice takes the next of it. */
static void setup_click(struct ui *ui, void *data, const struct zone *zone, int column)
{
	struct form *form = &((struct setup_state *)data)->form;

	(void)column;
	if (zone->kind == ZONE_LIST) {
		int field = form_strategy(ui->services);
		form_focus(form, ui->services, FORM_LIST);
		form_choose(form, ui->services, field,
			    zone->value - form_choice(ui->services, field));
	} else if (zone->kind == ZONE_ROW && zone->value == FORM_FOLD) {
		form_focus(form, ui->services, FORM_FOLD);
		setup_key(ui, data, ' ');
	} else if (zone->kind == ZONE_ROW && form->focus != zone->value) {
		form_focus(form, ui->services, zone->value);
	} else if (zone->kind == ZONE_ROW) {
		const struct ui_field *field = &ui->services->fields[zone->value];
		if (field->choices != NULL || field->flag)
			form_choose(form, ui->services, zone->value, 1);
	}
}

const struct screen screen_setup = {
	.name = "Setup",
	.scope = SCOPE_SETUP,
	.open = setup_open,
	.close = setup_close,
	.draw = setup_draw,
	.key = setup_key,
	.command = setup_command,
	.click = setup_click,
};
