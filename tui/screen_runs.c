/*
 * screen_runs.c - the runs that are going on, to choose the one to watch (floor: tui).
 *
 * The list is read anew once a second while it is shown; the choice follows the run, not the row.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "tui/scroll.h"
#include "tui/ui.h"
#include "tui/widgets.h"
#include "view/runs.h"

/* Left to right; what says which run it is goes last where there is little room. A name ends in a
 * process number, which may have seven digits. */
enum runs_column {
	RUN_ID,
	RUN_STATE,
	RUN_TIME,
	RUN_ITEMS,
	RUN_WORKLOAD,
	RUN_PLAN,
	RUN_OUTPUT,
	RUN_COLUMNS
};

static const struct widget_column columns_of_runs[RUN_COLUMNS] = {
	[RUN_ID] = {"RUN", 23, 24, 1, false},	   [RUN_STATE] = {"STATE", 8, 9, 2, false},
	[RUN_TIME] = {"TIME", 7, 9, 3, true},	   [RUN_ITEMS] = {"ITEMS", 12, 15, 4, true},
	[RUN_WORKLOAD] = {"WORK", 6, 8, 7, false}, [RUN_PLAN] = {"PLAN", 10, 30, 5, false},
	[RUN_OUTPUT] = {"OUTPUT", 8, 0, 6, false},
};

enum { CELL_BYTES = PAGE_PATH_BYTES, MARGIN = 3 };

struct runs_line {
	char cell[RUN_COLUMNS][CELL_BYTES];
};

struct runs_state {
	struct run_entry *entry;
	int count;
	struct runs_line *line; /* what is shown of each */
	int chosen;
	int top;
	int page;
	uint64_t read_ns;
	char problem[ERR_TEXT_BYTES];
};

static void *runs_open(void)
{
	return mem_calloc(1, sizeof(struct runs_state));
}

static void forget(struct runs_state *state)
{
	if (state->entry != NULL)
		runs_free(state->entry, state->count);
	free(state->line);
	state->entry = NULL;
	state->line = NULL;
	state->count = 0;
}

static void runs_close(void *data)
{
	struct runs_state *state = data;

	forget(state);
	free(state);
}

static void describe(const struct run_entry *entry, struct snapshot *snapshot,
		     struct runs_line *line)
{
	struct err err;
	struct page *page = page_open(entry->page_path, &err);

	(void)snprintf(line->cell[RUN_ID], CELL_BYTES, "%s", entry->id);
	if (page == NULL) {
		(void)snprintf(line->cell[RUN_STATE], CELL_BYTES, "(ends)");
		return;
	}
	snapshot_take(snapshot, page);
	page_close(page);
	(void)snprintf(line->cell[RUN_STATE], CELL_BYTES, "%s",
		       page_run_state_word((enum run_state)snapshot->status.state));
	text_elapsed(line->cell[RUN_TIME], CELL_BYTES, snapshot_elapsed_ns(snapshot));
	(void)snprintf(line->cell[RUN_ITEMS], CELL_BYTES, "%llu/%llu%s",
		       (unsigned long long)snapshot_finished(snapshot),
		       (unsigned long long)snapshot->status.found,
		       snapshot->status.source_ended ? "" : "+");
	(void)snprintf(line->cell[RUN_WORKLOAD], CELL_BYTES, "%s", snapshot->plan.workload);
	text_sanitise(line->cell[RUN_PLAN], CELL_BYTES, snapshot->plan.plan,
		      strnlen(snapshot->plan.plan, sizeof(snapshot->plan.plan)));
	text_sanitise(line->cell[RUN_OUTPUT], CELL_BYTES, snapshot->plan.output,
		      strnlen(snapshot->plan.output, sizeof(snapshot->plan.output)));
}

static void read_list(struct runs_state *state)
{
	struct snapshot *snapshot;
	char chosen[sizeof(state->entry->id)] = "";
	struct err err;

	if (state->chosen < state->count)
		memcpy(chosen, state->entry[state->chosen].id, sizeof(chosen));
	forget(state);
	err_clear(&err);
	state->count = runs_list(&state->entry, &err);
	if (state->count < 0)
		state->count = 0;
	(void)snprintf(state->problem, sizeof(state->problem), "%s", err.text);
	state->line = mem_calloc((size_t)state->count + 1, sizeof(*state->line));
	snapshot = snapshot_new();
	for (int i = 0; i < state->count; i++) {
		describe(&state->entry[i], snapshot, &state->line[i]);
		if (strcmp(state->entry[i].id, chosen) == 0)
			state->chosen = i;
	}
	snapshot_free(snapshot);
	if (state->chosen >= state->count)
		state->chosen = state->count > 0 ? state->count - 1 : 0;
	state->read_ns = clock_ns();
}

static void draw_titles(struct canvas *canvas, const int *widths)
{
	int column = MARGIN;

	canvas_blank(canvas, 1, 0, 1, canvas_columns(canvas), COLOUR_HEAD);
	for (size_t i = 0; i < RUN_COLUMNS; i++) {
		if (widths[i] == 0)
			continue;
		if (columns_of_runs[i].right)
			canvas_field_right(canvas, 1, column, widths[i], COLOUR_HEAD,
					   columns_of_runs[i].title);
		else
			canvas_field(canvas, 1, column, widths[i], COLOUR_HEAD,
				     columns_of_runs[i].title);
		column += widths[i] + 1;
	}
}

static void draw_run(const struct ui *ui, const struct runs_state *state, struct canvas *canvas,
		     int entry, int row, const int *widths)
{
	bool selected = entry == state->chosen;
	enum colour colour = selected ? COLOUR_SELECTED : COLOUR_PLAIN;
	int column = MARGIN;

	canvas_blank(canvas, row, 0, 1, canvas_columns(canvas), colour);
	canvas_text(canvas, row, 1, colour, selected ? ui->glyphs->cursor : " ");
	for (size_t i = 0; i < RUN_COLUMNS; i++) {
		const char *text = state->line[entry].cell[i];
		char clipped[CELL_BYTES];

		if (widths[i] == 0)
			continue;
		if (i == RUN_OUTPUT) { /* the end of a path says more than its beginning */
			text_clip_left(clipped, sizeof(clipped), text, widths[i]);
			canvas_text(canvas, row, column, colour, clipped);
		} else if (columns_of_runs[i].right) {
			canvas_field_right(canvas, row, column, widths[i], colour, text);
		} else {
			canvas_field(canvas, row, column, widths[i], colour, text);
		}
		column += widths[i] + 1;
	}
	canvas_zone(canvas, (struct zone){.kind = ZONE_ROW,
					  .value = entry,
					  .row = row,
					  .width = canvas_columns(canvas)});
}

/* Keep the chosen one among those in view. */
static void scroll_to_chosen(struct runs_state *state, int rows)
{
	state->page = rows > 0 ? rows : 1;
	if (state->chosen < state->top)
		state->top = state->chosen;
	if (state->chosen >= state->top + state->page)
		state->top = state->chosen - state->page + 1;
}

static void runs_draw(struct ui *ui, void *data, struct canvas *canvas)
{
	struct runs_state *state = data;
	int rows = canvas_rows(canvas), columns = canvas_columns(canvas);
	int first = rows > 4 ? 2 : rows > 1 ? 1 : 0, last = rows > 3 ? rows - 1 : rows;
	int widths[RUN_COLUMNS];

	if (state->read_ns == 0 || clock_ns() - state->read_ns >= CLOCK_SECOND_NS)
		read_list(state);
	widget_columns(columns_of_runs, RUN_COLUMNS, columns - MARGIN, widths);
	canvas_blank(canvas, 0, 0, 1, columns, COLOUR_HEAD);
	canvas_field(canvas, 0, 1, columns - 1, COLOUR_HEAD,
		     "imgtop: runs going on; Enter watches one");
	if (first == 2)
		draw_titles(canvas, widths);
	scroll_to_chosen(state, last - first);
	for (int i = 0; i < state->page && state->top + i < state->count; i++)
		draw_run(ui, state, canvas, state->top + i, first + i, widths);
	if (state->count == 0 && rows > 1)
		canvas_field(canvas, first, MARGIN, columns - MARGIN, COLOUR_WARN,
			     state->problem[0] != '\0' ? state->problem
						       : "no run goes on any more");
	if (last < rows)
		widget_key_bar(canvas, (struct widget_area){rows - 1, 0, 1, columns},
			       ui_scopes(ui));
}

static void pick(struct ui *ui, const struct runs_state *state)
{
	if (state->chosen >= state->count)
		return;
	free(ui->picked_page);
	ui->picked_page = mem_strdup(state->entry[state->chosen].page_path);
	ui->request = UI_WATCH;
}

static bool runs_command(struct ui *ui, void *data, enum command command)
{
	struct runs_state *state = data;

	if (scroll_choose(command, state->count, state->page, &state->chosen))
		return true;
	if (command == COMMAND_WATCH)
		pick(ui, state);
	/* There is nothing behind it to go back to; q leaves. */
	return command == COMMAND_WATCH || command == COMMAND_BACK;
}

static void runs_click(struct ui *ui, void *data, const struct zone *zone, int column)
{
	(void)column;
	struct runs_state *state = data;

	if (zone->kind != ZONE_ROW || zone->value >= state->count)
		return;
	if (state->chosen == zone->value)
		pick(ui, state);
	state->chosen = zone->value;
}

const struct screen screen_runs = {
	.name = "Runs",
	.scope = SCOPE_RUNS,
	.open = runs_open,
	.close = runs_close,
	.draw = runs_draw,
	.command = runs_command,
	.click = runs_click,
};
