/*
 * screen_timeline.c - a row per worker, time from left to right (floor: tui).
 *
 * Columns are counted from the start of the run, so what a column shows does not depend on where
 * the view begins: the picture is still but for its right edge, and a column whose time is over is
 * worked out once. The cursor is a worker and a column.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "tui/actions.h"
#include "tui/frame.h"
#include "tui/stacks.h"
#include "tui/timeline_cell.h"
#include "tui/timeline_view.h"
#include "tui/ui.h"
#include "tui/widgets.h"
#include "tui/worker_text.h"

enum {
	TICK_COLUMNS = 10,
	LEGEND_ROWS = 7, /* a body this high has room for the legend */
	FIRST_ZOOM = 6,
};

struct timeline_state {
	unsigned selected; /* worker */
	int offset;	   /* first worker shown */
	int rows;	   /* workers shown last */
	int width;	   /* columns shown last */
	int label;	   /* columns before them */
	int zoom;
	bool still;	/* the view does not follow the present */
	int64_t left;	/* first column shown */
	int64_t cursor; /* column */
	struct timeline_cache cache;
};

static void *timeline_open(void)
{
	struct timeline_state *state = mem_calloc(1, sizeof(*state));

	state->zoom = FIRST_ZOOM;
	return state;
}

static void timeline_close(void *state)
{
	free(state);
}

static struct timeline_scale scale_of(const struct ui *ui, const struct timeline_state *state)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	uint64_t first_ns = past_first_ns(ui->model->past);
	uint64_t ended_ns = snapshot->status.ended_ns;
	struct timeline_scale scale = {
		.origin_ns = snapshot->plan.started_ns,
		.now_ns = snapshot->at_ns,
		.step_ns = timeline_zoom(state->zoom),
	};

	if (ended_ns != 0 && ended_ns < scale.now_ns)
		scale.now_ns = ended_ns;
	if (first_ns == 0 || first_ns > scale.now_ns)
		first_ns = scale.now_ns;
	scale.oldest = timeline_column(&scale, first_ns);
	scale.present = timeline_column(&scale, scale.now_ns);
	return scale;
}

static int64_t bounded(int64_t value, int64_t least, int64_t most)
{
	if (value > most)
		value = most;
	return value < least ? least : value;
}

/* Bring view and cursor to where something is. */
static void place_view(struct timeline_state *state, const struct timeline_scale *scale)
{
	int width = state->width > 0 ? state->width : 1;
	int64_t last_left = scale->present - width + 1;

	if (!state->still)
		state->cursor = scale->present;
	state->cursor = bounded(state->cursor, scale->oldest, scale->present);
	if (!state->still)
		state->left = last_left;
	/* A step beyond the edge turns half a page. */
	if (state->cursor < state->left)
		state->left = state->cursor - width / 2;
	if (state->cursor >= state->left + width)
		state->left = state->cursor - width + 1 + width / 2;
	state->left = bounded(state->left, scale->oldest, last_left);
}

static void draw_ruler(struct canvas *canvas, int row, const struct timeline_state *state,
		       const struct timeline_scale *scale)
{
	struct timeline_scale ticks = *scale;

	ticks.step_ns *= TICK_COLUMNS;
	canvas_blank(canvas, row, 0, 1, canvas_columns(canvas), COLOUR_HEAD);
	canvas_field(canvas, row, 0, state->label - 1, COLOUR_HEAD, "WORKER");
	for (int i = 0; i < state->width; i++) {
		int64_t column = state->left + i;
		char text[32];

		if (column < 0 || column % TICK_COLUMNS != 0 || i + TICK_COLUMNS > state->width)
			continue;
		timeline_format(text, sizeof(text), &ticks, timeline_time(scale, column));
		canvas_printf(canvas, row, state->label + i, COLOUR_HEAD, "|%s", text);
	}
	canvas_paint(canvas, row, state->label + (int)(state->cursor - state->left), 1,
		     COLOUR_SELECTED);
}

static void draw_worker(const struct ui *ui, struct canvas *canvas, int row,
			struct timeline_state *state, const struct timeline_scale *scale,
			unsigned worker)
{
	const struct page_worker_live *live = &model_shown(ui->model)->worker[worker].live;
	enum worker_state now = (enum worker_state)live->state;
	bool selected = worker == state->selected;
	char letter[2] = {page_state_info(now)->letter, '\0'};

	canvas_field(canvas, row, 0, state->label - 3, COLOUR_PLAIN, live->name);
	canvas_text(canvas, row, state->label - 2, worker_state_colour(now), letter);
	for (int i = 0; i < state->width; i++) {
		enum timeline_kind kind =
			timeline_cached(&state->cache, scale, worker, state->left + i);

		if (kind != TIMELINE_NOTHING)
			canvas_text(canvas, row, state->label + i, timeline_colour(kind),
				    timeline_glyph(kind, ui->glyphs));
	}
	canvas_zone(canvas, (struct zone){.kind = ZONE_ROW,
					  .value = (int)worker,
					  .row = row,
					  .width = canvas_columns(canvas)});
	if (!selected)
		return;
	canvas_paint(canvas, row, 0, state->label - 1, COLOUR_SELECTED);
	canvas_paint(canvas, row, state->label + (int)(state->cursor - state->left), 1,
		     COLOUR_SELECTED);
}

/* The cell under the cursor in one line. */
static void draw_info(const struct ui *ui, struct canvas *canvas, int row,
		      const struct timeline_state *state, const struct timeline_scale *scale)
{
	char line[512];

	timeline_cell_line(ui, scale, (struct timeline_place){state->selected, state->cursor}, line,
			   sizeof(line));
	canvas_field(canvas, row, 1, canvas_columns(canvas) - 1, COLOUR_VALUE, line);
}

static void draw_legend(const struct ui *ui, struct canvas *canvas, int row,
			const struct timeline_state *state)
{
	struct widget_pieces legend = {.count = 0};
	char age[16];

	text_age(age, sizeof(age), timeline_zoom(state->zoom));
	widget_add(&legend, COLOUR_LABEL, 1, "%s/col%s", age, state->still ? ", F follows" : "");
	for (int i = TIMELINE_NOTHING + 1; i < TIMELINE_UNKNOWN; i++)
		widget_add(&legend, timeline_colour((enum timeline_kind)i), 2 + i, "%s %s",
			   timeline_glyph((enum timeline_kind)i, ui->glyphs),
			   timeline_word((enum timeline_kind)i));
	widget_pieces(canvas, (struct widget_area){row, 1, 1, canvas_columns(canvas) - 1}, &legend,
		      2);
}

static void scroll(struct timeline_state *state, unsigned workers, int rows)
{
	state->rows = rows;
	if (state->selected >= workers)
		state->selected = workers - 1;
	if ((int)state->selected < state->offset)
		state->offset = (int)state->selected;
	if ((int)state->selected >= state->offset + rows)
		state->offset = (int)state->selected - rows + 1;
	if (state->offset > (int)workers - rows)
		state->offset = (int)workers - rows;
	if (state->offset < 0)
		state->offset = 0;
}

/* Columns for name, letter and the blanks behind them. */
static int label_width(int columns)
{
	return columns >= 60 ? 14 : columns >= 20 ? 11 : 7;
}

static void timeline_draw(struct ui *ui, void *data, struct canvas *canvas)
{
	struct timeline_state *state = data;
	unsigned workers = worker_count(model_shown(ui->model));
	struct frame_body body;

	frame_draw(ui, canvas, &body);
	if (body.rows <= 0)
		return;
	if (workers == 0) {
		canvas_text(canvas, body.row, 1, COLOUR_DIM, "No worker yet.");
		return;
	}
	state->label = label_width(canvas_columns(canvas));
	state->width = canvas_columns(canvas) - state->label;
	if (state->width > TIMELINE_COLUMNS)
		state->width = TIMELINE_COLUMNS;
	struct timeline_scale scale = scale_of(ui, state);
	timeline_cache_refresh(&state->cache, &scale, ui->model->past);
	place_view(state, &scale);
	int row = body.row, last = body.row + body.rows;
	if (!body.tiny && body.rows >= 3) {
		draw_ruler(canvas, row++, state, &scale);
		if (body.rows >= LEGEND_ROWS)
			draw_legend(ui, canvas, --last, state);
		last--;
	}
	scroll(state, workers, last - row);
	if (!body.tiny && body.rows >= 3)
		draw_info(ui, canvas, last, state, &scale);
	for (int i = 0; row + i < last && state->offset + i < (int)workers; i++)
		draw_worker(ui, canvas, row + i, state, &scale, (unsigned)(state->offset + i));
}

static void zoom_by(struct timeline_state *state, const struct ui *ui, int by)
{
	struct timeline_scale before = scale_of(ui, state);
	uint64_t at_ns = timeline_time(&before, state->cursor) + before.step_ns / 2;
	int64_t shown_at = state->cursor - state->left;

	if (timeline_zoom(state->zoom + by) == 0)
		return;
	state->zoom += by;
	struct timeline_scale scale = scale_of(ui, state);
	state->cursor = timeline_column(&scale, at_ns);
	state->left = state->cursor - shown_at;
}

/* Move the cursor by columns, and with `turn` the view as well; at the present it follows. */
static void go_by(struct timeline_state *state, const struct ui *ui, int64_t by, bool turn)
{
	struct timeline_scale scale = scale_of(ui, state);

	state->still = true;
	state->cursor = bounded(state->cursor + by, scale.oldest, scale.present);
	if (turn)
		state->left += by;
	if (by > 0 && state->cursor == scale.present)
		state->still = false;
}

static void name_cell(struct ui *ui, const struct timeline_state *state)
{
	struct timeline_scale scale = scale_of(ui, state);

	timeline_cell_name(ui, &scale, (struct timeline_place){state->selected, state->cursor});
}

static bool row_command(struct timeline_state *state, unsigned workers, enum command command)
{
	unsigned page = state->rows > 1 ? (unsigned)state->rows : 1;

	switch (command) {
	case COMMAND_UP:
		state->selected -= state->selected > 0;
		return true;
	case COMMAND_DOWN:
		state->selected += state->selected + 1 < workers;
		return true;
	case COMMAND_PAGE_UP:
		state->selected -= state->selected > page ? page : state->selected;
		return true;
	case COMMAND_PAGE_DOWN:
		state->selected =
			state->selected + page < workers ? state->selected + page : workers - 1;
		return true;
	default:
		return false;
	}
}

static bool timeline_command(struct ui *ui, void *data, enum command command)
{
	struct timeline_state *state = data;
	unsigned workers = worker_count(model_shown(ui->model));
	int half = state->width > 1 ? state->width / 2 : 1;

	if (workers == 0)
		return false;
	if (row_command(state, workers, command))
		return true;
	switch (command) {
	case COMMAND_LEFT:
	case COMMAND_RIGHT:
		go_by(state, ui, command == COMMAND_LEFT ? -1 : 1, false);
		return true;
	case COMMAND_PAN_LEFT:
	case COMMAND_PAN_RIGHT:
		go_by(state, ui, command == COMMAND_PAN_LEFT ? -half : half, true);
		return true;
	case COMMAND_OLDEST:
		go_by(state, ui, INT32_MIN, true);
		return true;
	case COMMAND_FOLLOW:
	case COMMAND_PRESENT:
		state->still = false;
		return true;
	case COMMAND_ZOOM_IN:
	case COMMAND_ZOOM_OUT:
		zoom_by(state, ui, command == COMMAND_ZOOM_IN ? -1 : 1);
		return true;
	case COMMAND_OPEN:
		name_cell(ui, state);
		return true;
	case COMMAND_STACK:
		stacks_show(ui, state->selected);
		return true;
	case COMMAND_ACTIONS:
		actions_menu(ui, state->selected);
		return true;
	default:
		return false;
	}
}

/* A click on a row selects its worker, one in its time puts the cursor there, and one on the cursor
 * names the cell. */
static void timeline_click(struct ui *ui, void *data, const struct zone *zone, int column)
{
	struct timeline_state *state = data;
	int64_t wanted = state->left + column - state->label;
	unsigned worker = (unsigned)zone->value;

	if (zone->kind != ZONE_ROW || worker >= worker_count(model_shown(ui->model)))
		return;
	if (column < state->label) {
		state->selected = worker;
		return;
	}
	struct timeline_scale scale = scale_of(ui, state);
	wanted = bounded(wanted, scale.oldest, scale.present);
	if (worker == state->selected && wanted == state->cursor) {
		name_cell(ui, state);
		return;
	}
	state->selected = worker;
	go_by(state, ui, wanted - state->cursor, false);
}

const struct screen screen_timeline = {
	.name = "Timeline",
	.scope = SCOPE_TIMELINE,
	.tab = true,
	.open = timeline_open,
	.close = timeline_close,
	.draw = timeline_draw,
	.command = timeline_command,
	.click = timeline_click,
};
