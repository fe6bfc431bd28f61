/*
 * screen_settings.c - how the screens look: colours, glyphs, refresh, meters, columns
 * (floor: tui).
 *
 * A change is in force, and in the file, at once.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "tui/scroll.h"
#include "tui/table_columns.h"
#include "tui/ui.h"
#include "tui/widgets.h"

enum kind {
	KIND_SCHEME,
	KIND_GLYPHS,
	KIND_REFRESH,
	KIND_LARGE,
	KIND_MOUSE,
	KIND_METER,
	KIND_COLUMN,
};

enum { FIRST_METER = KIND_METER, ENTRIES = FIRST_METER + METERS + TABLE_COLUMNS };

enum {
	LABEL_COLUMNS = 16,
	VALUE_COLUMNS = 19,
	BESIDE_COLUMNS = 80, /* with less, the help of the chosen entry stands at the bottom */
	HELP_ROWS = 2,
	HELPED_ROWS = 8, /* with less it is left out */
};

struct settings_state {
	int chosen;
	int top;
	int page;
};

/* An entry, and which meter or column it is about. */
static enum kind kind_of(int entry, unsigned *index)
{
	*index = 0;
	if (entry < FIRST_METER)
		return (enum kind)entry;
	*index = (unsigned)(entry - FIRST_METER);
	if (*index < METERS)
		return KIND_METER;
	*index -= METERS;
	return KIND_COLUMN;
}

static void *settings_open(void)
{
	return mem_calloc(1, sizeof(struct settings_state));
}

static void settings_close(void *state)
{
	free(state);
}

static const char *yes(bool flag)
{
	return flag ? "yes" : "no";
}

struct entry_text {
	char label[24];
	char value[24];
	const char *help;
};

static void describe_choice(const struct ui *ui, enum kind kind, struct entry_text *text)
{
	const struct settings *chosen = &ui->chosen;
	const char *label = "", *value = "";
	char refresh[16];

	switch (kind) {
	case KIND_SCHEME:
		label = "Colours";
		value = colours_scheme_name(chosen->scheme);
		text->help = ui->override.mono ? "mono now: --mono or NO_COLOR asks for it"
					       : "scheme; no state is told by colour alone";
		break;
	case KIND_GLYPHS:
		label = "Glyphs";
		value = settings_glyphs_name(chosen->glyphs);
		text->help = ui->override.ascii ? "ascii now, for --ascii, locale or console"
						: "auto: UTF-8 where the locale has it";
		break;
	case KIND_REFRESH:
		(void)snprintf(refresh, sizeof(refresh), "%u ms", chosen->refresh_ms);
		label = "Refresh";
		value = refresh;
		text->help = "shortest time between two pictures";
		break;
	case KIND_LARGE:
		label = "Large";
		value = yes(chosen->large);
		text->help = "for projectors: bigger bars, fewer columns";
		break;
	default:
		label = "Mouse";
		value = yes(chosen->mouse);
		text->help = ui->override.no_mouse ? "off now: -M asks for it"
						   : "click on rows, headings, tabs and keys";
		break;
	}
	(void)snprintf(text->label, sizeof(text->label), "%s", label);
	(void)snprintf(text->value, sizeof(text->value), "< %s >", value);
}

static void describe(const struct ui *ui, int entry, struct entry_text *text)
{
	static const char *const meter_help[METERS] = {
		[METER_THROUGHPUT] = "speed, bytes, CPU, efficiency",
		[METER_QUEUES] = "how full each queue is, who is blocked",
		[METER_HISTORY] = "speed over the run, and of the one before",
		[METER_MEMORY] = "memory of all processes, now and at most",
	};
	unsigned index;
	enum kind kind = kind_of(entry, &index);

	*text = (struct entry_text){.help = ""};
	if (kind == KIND_METER) {
		(void)snprintf(text->label, sizeof(text->label), "%s",
			       settings_meter_name((enum meter)index));
		(void)snprintf(text->value, sizeof(text->value), "[%s]",
			       ui->chosen.meters & 1U << index ? "x" : " ");
		text->help = meter_help[index];
	} else if (kind == KIND_COLUMN) {
		bool fixed = table_columns_fixed() & 1U << index;
		(void)snprintf(text->label, sizeof(text->label), "%s",
			       table_column_name((enum table_column)index));
		(void)snprintf(text->value, sizeof(text->value), "[%s]%s",
			       fixed || ui->chosen.columns & 1U << index ? "x" : " ",
			       fixed ? " always" : "");
		text->help = table_column_help((enum table_column)index);
	} else {
		describe_choice(ui, kind, text);
	}
}

/* "Meters" before the first of them; NULL where no group begins. */
static const char *heading(int entry)
{
	if (entry == 0)
		return "Screen";
	if (entry == FIRST_METER)
		return "Meters";
	return entry == FIRST_METER + METERS ? "Columns of the worker table" : NULL;
}

static void draw_entry(const struct ui *ui, struct canvas *canvas, int row, int entry,
		       bool selected)
{
	int width = canvas_columns(canvas);
	struct entry_text text;

	describe(ui, entry, &text);
	canvas_field(canvas, row, 3, LABEL_COLUMNS - 1, COLOUR_LABEL, text.label);
	canvas_field(canvas, row, 3 + LABEL_COLUMNS, VALUE_COLUMNS, COLOUR_VALUE, text.value);
	if (width >= BESIDE_COLUMNS)
		canvas_field(canvas, row, 3 + LABEL_COLUMNS + VALUE_COLUMNS,
			     width - 3 - LABEL_COLUMNS - VALUE_COLUMNS, COLOUR_DIM, text.help);
	if (selected) {
		canvas_text(canvas, row, 1, COLOUR_SELECTED, ui->glyphs->cursor);
		canvas_paint(canvas, row, 0, width, COLOUR_SELECTED);
	}
	canvas_zone(canvas,
		    (struct zone){.kind = ZONE_ROW, .value = entry, .row = row, .width = width});
}

/* Lines from one entry up to and with another. */
static int lines_between(int first, int last)
{
	int lines = 0;

	for (int i = first; i <= last; i++)
		lines += heading(i) != NULL ? 2 : 1;
	return lines;
}

/* The help of an entry above this row. Returns the row where it begins. */
static int draw_help(const struct ui *ui, struct canvas *canvas, int row, int entry)
{
	int width = canvas_columns(canvas) - 4;
	struct entry_text text;

	describe(ui, entry, &text);
	row -= widget_wrap_lines(HELP_ROWS, width, text.help);
	widget_wrap(canvas, (struct widget_area){row, 3, HELP_ROWS, width}, COLOUR_DIM, text.help);
	return row;
}

static void settings_draw(struct ui *ui, void *data, struct canvas *canvas)
{
	struct settings_state *state = data;
	int rows = canvas_rows(canvas);
	int last = rows > 3 ? rows - 1 : rows;
	int row = 1;

	canvas_blank(canvas, 0, 0, 1, canvas_columns(canvas), COLOUR_HEAD);
	canvas_field(canvas, 0, 1, canvas_columns(canvas) - 1, COLOUR_HEAD,
		     canvas_columns(canvas) >= 50 ? "imgtop settings: Space changes, Esc leads back"
						  : "imgtop settings");
	if (canvas_columns(canvas) < BESIDE_COLUMNS && rows >= HELPED_ROWS)
		last = draw_help(ui, canvas, last, state->chosen);
	state->page = last - row;
	if (state->top > state->chosen)
		state->top = state->chosen;
	while (state->top < state->chosen && lines_between(state->top, state->chosen) > state->page)
		state->top++;
	if (lines_between(0, state->chosen) <= state->page)
		state->top = 0;
	for (int i = state->top; i < ENTRIES && row < last; i++) {
		if (heading(i) != NULL && row + 1 < last)
			canvas_text(canvas, row++, 1, COLOUR_TITLE, heading(i));
		draw_entry(ui, canvas, row++, i, i == state->chosen);
	}
	if (rows > 3)
		widget_key_bar(canvas, (struct widget_area){rows - 1, 0, 1, canvas_columns(canvas)},
			       ui_scopes(ui));
}

static unsigned next_refresh(unsigned now_ms, int step)
{
	const unsigned *choices = settings_refresh_choices();
	int count = 0, at = 0;

	for (; choices[count] != 0; count++) {
		if (choices[count] == now_ms)
			at = count;
	}
	return count != 0 ? choices[(at + step + count) % count] : now_ms;
}

static int next(int now, int step, int count)
{
	return (now + step + count) % count;
}

static void change(struct ui *ui, int entry, int step)
{
	struct settings *chosen = &ui->chosen;
	unsigned index;

	switch (kind_of(entry, &index)) {
	case KIND_SCHEME:
		chosen->scheme = (enum scheme)next((int)chosen->scheme, step, SCHEMES);
		break;
	case KIND_GLYPHS:
		chosen->glyphs =
			(enum settings_glyphs)next((int)chosen->glyphs, step, SETTINGS_GLYPHS);
		break;
	case KIND_REFRESH:
		chosen->refresh_ms = next_refresh(chosen->refresh_ms, step);
		break;
	case KIND_LARGE:
		chosen->large = !chosen->large;
		break;
	case KIND_MOUSE:
		chosen->mouse = !chosen->mouse;
		break;
	case KIND_METER:
		chosen->meters ^= 1U << index;
		break;
	case KIND_COLUMN:
		if (table_columns_fixed() & 1U << index) {
			ui_say(ui, false, "this column is always shown");
			return;
		}
		chosen->columns ^= 1U << index;
		break;
	}
	ui_apply_settings(ui);
}

static bool settings_command(struct ui *ui, void *data, enum command command)
{
	struct settings_state *state = data;

	if (scroll_choose(command, ENTRIES, state->page, &state->chosen))
		return true;
	switch (command) {
	case COMMAND_CHANGE:
	case COMMAND_CHANGE_BACK:
		change(ui, state->chosen, command == COMMAND_CHANGE ? 1 : -1);
		return true;
	case COMMAND_SETTINGS:
		ui_go_back(ui);
		return true;
	default:
		return false;
	}
}

static void settings_click(struct ui *ui, void *data, const struct zone *zone, int column)
{
	(void)column;
	struct settings_state *state = data;

	if (zone->kind != ZONE_ROW || zone->value < 0 || zone->value >= ENTRIES)
		return;
	if (state->chosen == zone->value)
		change(ui, zone->value, 1);
	state->chosen = zone->value;
}

const struct screen screen_settings = {
	.name = "Settings",
	.scope = SCOPE_SETTINGS,
	.open = settings_open,
	.close = settings_close,
	.draw = settings_draw,
	.command = settings_command,
	.click = settings_click,
};
