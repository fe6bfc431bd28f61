/*
 * table_draw.c - the worker table on the canvas (floor: tui). One thread.
 *
 * Only rows in view are worked out.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tui/table_columns.h"
#include "tui/table_workers.h"
#include "tui/widgets.h"

/* Columns from which on a state is a letter and a word; and that suffice for "queue encode (full)".
 */
enum { STATE_WORD = 6, WAITING_ENOUGH = 20 };

/* Columns that nothing is sorted by have SORT_KEYS. */
static const enum table_sort sort_of[TABLE_COLUMNS] = {
	[COLUMN_ID] = SORT_ID,
	[COLUMN_NAME] = SORT_NAME,
	[COLUMN_PID] = SORT_KEYS,
	[COLUMN_STATE] = SORT_STATE,
	[COLUMN_STAGE] = SORT_STAGE,
	[COLUMN_ITEM] = SORT_KEYS,
	[COLUMN_FOR] = SORT_TIME,
	[COLUMN_DONE] = SORT_DONE,
	[COLUMN_ERRORS] = SORT_ERRORS,
	[COLUMN_RATE] = SORT_RATE,
	[COLUMN_CPU] = SORT_CPU,
	[COLUMN_BUSY] = SORT_BUSY,
	[COLUMN_P50] = SORT_KEYS,
	[COLUMN_P95] = SORT_KEYS,
	[COLUMN_BYTES] = SORT_BYTES,
	[COLUMN_SWITCHES] = SORT_SWITCHES,
	[COLUMN_DELAY] = SORT_DELAY,
	[COLUMN_RSS] = SORT_RSS,
	[COLUMN_INCARNATION] = SORT_INCARNATION,
	[COLUMN_CORE] = SORT_KEYS,
	[COLUMN_CALL] = SORT_KEYS,
	[COLUMN_WCHAN] = SORT_KEYS,
	[COLUMN_WAITING] = SORT_KEYS,
};

/* One cell, set as its column wants it. */
static void draw_cell(struct canvas *canvas, struct widget_area area,
		      const struct table_cells *cells, enum table_column i)
{
	const int row = area.row, column = area.column, width = area.width;
	enum colour colour = i == COLUMN_STATE ? cells->state : cells->colour;
	char clipped[CELL_BYTES];

	if (i == COLUMN_ITEM && !cells->is_host) {
		/* The end of a path says more than its beginning. */
		text_clip_left(clipped, sizeof(clipped), cells->text[i], width);
		canvas_text(canvas, row, column, colour, clipped);
	} else if (i == COLUMN_STATE) { /* words of ASCII; cut off they are still known */
		(void)snprintf(clipped, sizeof(clipped), "%.*s", width < STATE_WORD ? 1 : width,
			       cells->text[i]);
		canvas_field(canvas, row, column, width, colour, clipped);
	} else if (i == COLUMN_WAITING && text_width(cells->text[i]) > width &&
		   strncmp(cells->text[i], "queue ", 6) == 0) {
		(void)snprintf(clipped, sizeof(clipped), "q %.200s", cells->text[i] + 6);
		canvas_field(canvas, row, column, width, colour, clipped);
	} else if (table_column_layout(i)->right) {
		canvas_field_right(canvas, row, column, width, colour, cells->text[i]);
	} else {
		canvas_field(canvas, row, column, width, colour, cells->text[i]);
	}
}

/* How a row stands out from the others. */
struct row_look {
	bool selected;
	bool tagged;
};

static void draw_row(struct canvas *canvas, int row, const struct table_cells *cells,
		     const int *widths, struct row_look look)
{
	int column = 0;

	for (size_t i = 0; i < TABLE_COLUMNS; i++) {
		if (widths[i] == 0)
			continue;
		draw_cell(canvas, (struct widget_area){row, column, 1, widths[i]}, cells,
			  (enum table_column)i);
		if (i == COLUMN_NAME && look.tagged) {
			/* a mark, for those who see no colour */
			int width = text_width(cells->text[i]);
			int at = width < widths[i] ? width : widths[i] - 1;
			canvas_paint(canvas, row, column, widths[i], COLOUR_TAGGED);
			canvas_text(canvas, row, column + at, COLOUR_TAGGED, "*");
		}
		column += widths[i] + 1;
	}
	if (look.selected)
		canvas_paint(canvas, row, 0, canvas_columns(canvas), COLOUR_SELECTED);
}

static const char *head_title(const struct ui *ui, enum table_column column)
{
	bool images = strcmp(model_shown(ui->model)->plan.workload, "images") == 0;

	return column == COLUMN_RATE && !images ? "PER S" : table_column_layout(column)->title;
}

static void draw_head(const struct table_workers *table, const struct ui *ui, struct canvas *canvas,
		      int row, const int *widths)
{
	int column = 0;

	canvas_blank(canvas, row, 0, 1, canvas_columns(canvas), COLOUR_HEAD);
	for (size_t i = 0; i < TABLE_COLUMNS; i++) {
		bool sorts = sort_of[i] == table->sort;
		enum colour colour = sorts ? COLOUR_SORT : COLOUR_HEAD;
		const char *name = head_title(ui, (enum table_column)i);
		char title[32];

		if (widths[i] == 0)
			continue;
		(void)snprintf(title, sizeof(title), "%s", name);
		if (sorts && (int)strlen(title) < widths[i])
			(void)snprintf(title, sizeof(title), "%s%s", name,
				       table->inverted ? ui->glyphs->down : ui->glyphs->up);
		if (table_column_layout((enum table_column)i)->right)
			canvas_field_right(canvas, row, column, widths[i], colour, title);
		else
			canvas_field(canvas, row, column, widths[i], colour, title);
		if (sort_of[i] != SORT_KEYS)
			canvas_zone(canvas, (struct zone){.kind = ZONE_SORT,
							  .value = (int)sort_of[i],
							  .row = row,
							  .column = column,
							  .width = widths[i]});
		column += widths[i] + 1;
	}
}

/* Keep the offset in range, and the selection in view when it was moved or is to be followed. */
static void scroll(struct table_workers *table, int rows)
{
	int selected = table_selected_row(table);

	table->page = rows;
	if (selected >= 0 && (table->moved || table->follow)) {
		if (selected < table->offset)
			table->offset = selected;
		if (selected >= table->offset + rows)
			table->offset = selected - rows + 1;
	}
	table->moved = false;
	if (table->offset > table->rows - rows)
		table->offset = table->rows - rows;
	if (table->offset < 0)
		table->offset = 0;
}

/* Columns that the widest name of a thread with its process takes, 0 without threads. */
static int widest_thread(const struct table_workers *table, const struct ui *ui)
{
	char name[CELL_BYTES];
	int widest = 0;

	for (int i = 0; i < table->rows; i++) {
		if (table->row[i].is_host || !table->row[i].beneath)
			continue;
		table_worker_name(ui, &table->row[i], true, name, sizeof(name));
		int width = text_width(name);
		widest = width > widest ? width : widest;
	}
	return widest;
}

/* `name ST for`, and no more. */
static void tiny_widths(int width, int *widths)
{
	int most = table_column_layout(COLUMN_NAME)->maximum;

	memset(widths, 0, TABLE_COLUMNS * sizeof(*widths));
	widths[COLUMN_STATE] = 2;
	widths[COLUMN_FOR] = 5;
	widths[COLUMN_NAME] = width > 10 ? width - 9 : 1;
	if (widths[COLUMN_NAME] > most)
		widths[COLUMN_NAME] = most;
}

/* Share the width out over the columns that are wanted, with at least `name` for the names. Returns
 * how many have room. */
static int share_width(uint32_t mask, int width, int name, int *widths)
{
	struct widget_column wanted[TABLE_COLUMNS];
	int shared[TABLE_COLUMNS];
	size_t count = 0;

	for (size_t i = 0; i < TABLE_COLUMNS; i++) {
		if ((mask & 1U << i) == 0)
			continue;
		wanted[count] = *table_column_layout((enum table_column)i);
		if (i == COLUMN_NAME && wanted[count].minimum < name)
			wanted[count].minimum = name;
		if (i == COLUMN_NAME && wanted[count].maximum < name)
			wanted[count].maximum = name;
		count++;
	}
	int shown = widget_columns(wanted, count, width, shared);
	count = 0;
	for (size_t i = 0; i < TABLE_COLUMNS; i++)
		widths[i] = mask & 1U << i ? shared[count++] : 0;
	return shown;
}

/* A state's word is cut off nowhere when others can give the room: what is waited for first, which
 * seldom needs all of its own. */
static void widen_states(int *widths)
{
	const struct widget_column *state = table_column_layout(COLUMN_STATE);
	const struct widget_column *item = table_column_layout(COLUMN_ITEM);

	while (widths[COLUMN_STATE] >= STATE_WORD && widths[COLUMN_STATE] < state->maximum) {
		if (widths[COLUMN_WAITING] > WAITING_ENOUGH)
			widths[COLUMN_WAITING]--;
		else if (widths[COLUMN_ITEM] > item->minimum)
			widths[COLUMN_ITEM]--;
		else
			return;
		widths[COLUMN_STATE]++;
	}
}

/* Names get the room they want where no other column has to go for it. */
static void choose_widths(uint32_t mask, int width, int name, int *widths)
{
	int shown = share_width(mask, width, 0, widths);

	if (widths[COLUMN_NAME] < name && width > name &&
	    share_width(mask, width, name, widths) < shown)
		(void)share_width(mask, width, 0, widths);
	widen_states(widths);
}

void table_draw(struct table_workers *table, const struct ui *ui, struct canvas *canvas, int row,
		int rows, bool tiny)
{
	uint32_t mask = ui->settings.columns | table_columns_fixed();
	const int name = widest_thread(table, ui);
	int widths[TABLE_COLUMNS];
	int selected;

	if (ui->settings.large)
		mask &= table_columns_large();
	if (tiny) {
		tiny_widths(canvas_columns(canvas), widths);
	} else {
		choose_widths(mask, canvas_columns(canvas), name, widths);
		draw_head(table, ui, canvas, row, widths);
		row++;
		rows--;
	}
	if (rows <= 0)
		return;
	scroll(table, rows);
	selected = table_selected_row(table);
	for (int i = 0; i < rows && table->offset + i < table->rows; i++) {
		const struct table_row *line = &table->row[table->offset + i];
		struct table_cells cells = {
			.colour = COLOUR_PLAIN,
			.state = COLOUR_PLAIN,
			.is_host = line->is_host,
			.whole_names = widths[COLUMN_NAME] >= name,
		};
		struct row_look look = {
			.selected = table->offset + i == selected,
			.tagged = !line->is_host &&
				  tags_has(&table->tags, model_shown(ui->model), line->index),
		};

		if (line->is_host)
			table_fill_host(&cells, ui, line, table_is_folded(table, line->index));
		else
			table_fill_worker(&cells, ui, line, mask);
		draw_row(canvas, row + i, &cells, widths, look);
		canvas_zone(canvas, (struct zone){.kind = ZONE_ROW,
						  .value = table->offset + i,
						  .row = row + i,
						  .width = canvas_columns(canvas)});
	}
}
