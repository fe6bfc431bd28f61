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
#include "tui/ui.h"
#include "tui/widgets.h"
#include "view/runs.h"

enum { LINE_BYTES = 320 };

struct runs_state {
	struct run_entry *entry;
	int count;
	char (*line)[LINE_BYTES]; /* what is shown of each */
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

static void describe(const struct run_entry *entry, struct snapshot *snapshot, char *line)
{
	struct err err;
	struct page *page = page_open(entry->page_path, &err);
	char elapsed[32];

	if (page == NULL) {
		(void)snprintf(line, LINE_BYTES, "%s  (ends)", entry->id);
		return;
	}
	snapshot_take(snapshot, page);
	page_close(page);
	text_elapsed(elapsed, sizeof(elapsed), snapshot_elapsed_ns(snapshot));
	(void)snprintf(line, LINE_BYTES, "%-24s %-9s %8s  %.16s %llu/%llu  %.40s  %.100s",
		       entry->id, page_run_state_word((enum run_state)snapshot->status.state),
		       elapsed, snapshot->plan.workload,
		       (unsigned long long)snapshot_finished(snapshot),
		       (unsigned long long)snapshot->status.found, snapshot->plan.plan,
		       snapshot->plan.output);
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
		describe(&state->entry[i], snapshot, state->line[i]);
		if (strcmp(state->entry[i].id, chosen) == 0)
			state->chosen = i;
	}
	snapshot_free(snapshot);
	if (state->chosen >= state->count)
		state->chosen = state->count > 0 ? state->count - 1 : 0;
	state->read_ns = clock_ns();
}

static void runs_draw(struct ui *ui, void *data, struct canvas *canvas)
{
	struct runs_state *state = data;
	int rows = canvas_rows(canvas), columns = canvas_columns(canvas);

	if (state->read_ns == 0 || clock_ns() - state->read_ns >= CLOCK_SECOND_NS)
		read_list(state);
	canvas_blank(canvas, 0, 0, 1, columns, COLOUR_HEAD);
	canvas_field(canvas, 0, 1, columns - 1, COLOUR_HEAD,
		     "imgtop: runs that are going on; Enter watches one");
	state->page = rows > 2 ? rows - 2 : 1;
	if (state->chosen < state->top)
		state->top = state->chosen;
	if (state->chosen >= state->top + state->page)
		state->top = state->chosen - state->page + 1;
	for (int i = 0; i < state->page && state->top + i < state->count; i++) {
		int entry = state->top + i;
		bool selected = entry == state->chosen;

		canvas_field(canvas, 1 + i, 0, columns, selected ? COLOUR_SELECTED : COLOUR_PLAIN,
			     "");
		canvas_text(canvas, 1 + i, 1, selected ? COLOUR_SELECTED : COLOUR_PLAIN,
			    selected ? ui->glyphs->cursor : " ");
		canvas_field(canvas, 1 + i, 3, columns - 3,
			     selected ? COLOUR_SELECTED : COLOUR_PLAIN, state->line[entry]);
		canvas_zone(canvas, (struct zone){.kind = ZONE_ROW,
						  .value = entry,
						  .row = 1 + i,
						  .width = columns});
	}
	if (state->count == 0 && rows > 1)
		canvas_field(canvas, 1, 3, columns - 3, COLOUR_WARN,
			     state->problem[0] != '\0' ? state->problem
						       : "no run goes on any more");
	if (rows > 3)
		widget_key_bar(canvas, (struct widget_area){rows - 1, 0, 1, canvas_columns(canvas)},
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
	int to = state->chosen;

	switch (command) {
	case COMMAND_UP:
		to--;
		break;
	case COMMAND_DOWN:
		to++;
		break;
	case COMMAND_PAGE_UP:
		to -= state->page;
		break;
	case COMMAND_PAGE_DOWN:
		to += state->page;
		break;
	case COMMAND_FIRST:
		to = 0;
		break;
	case COMMAND_LAST:
		to = state->count;
		break;
	case COMMAND_WATCH:
		pick(ui, state);
		return true;
	case COMMAND_BACK:
		return true; /* there is nothing behind it; q leaves */
	default:
		return false;
	}
	state->chosen = to < 0 || state->count == 0 ? 0 : to < state->count ? to : state->count - 1;
	return true;
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
