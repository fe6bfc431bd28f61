/*
 * screen_log.c - what went wrong, and when: the run's log, newest at the bottom (floor: tui).
 *
 * Follows the newest line until one scrolls up. Scrolled up, the view stays on its lines although
 * new ones arrive: the place is kept as a count from the first line ever.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "tui/frame.h"
#include "tui/ui.h"
#include "tui/widgets.h"

struct log_state {
	bool scrolled;
	uint64_t top; /* line at the top, counted from the first ever; when scrolled */
	int page;
	int columns;
};

enum { MOST_ROWS = 3 }; /* of one line */

static void *log_open(void)
{
	return mem_calloc(1, sizeof(struct log_state));
}

static void log_close(void *state)
{
	free(state);
}

static void log_badge(const struct ui *ui, char *text, size_t size)
{
	unsigned errors = model_shown(ui->model)->status.errors_logged;

	if (errors > 0)
		(void)snprintf(text, size, "%u!", errors);
}

static uint64_t oldest(const struct model *model)
{
	return model->log.total - model_log_count(model);
}

/* Column where the text of a line begins, after time, level and worker. */
static int text_column(int columns)
{
	return columns >= 40 ? 16 : 8;
}

/* Rows that a line takes: long ones are wrapped. */
static int line_rows(const struct page_log_line *line, int columns)
{
	int rows = widget_wrap_lines(MOST_ROWS, columns - text_column(columns), line->text);

	return rows > 0 ? rows : 1;
}

/* The first line to show so that the newest one is the last. */
static uint64_t top_when_following(const struct model *model, int rows, int columns)
{
	size_t index = model_log_count(model);

	while (index > 0) {
		rows -= line_rows(model_log_line(model, index - 1), columns);
		if (rows < 0)
			break;
		index--;
	}
	return oldest(model) + index;
}

/* Returns the row after. */
static int draw_line(const struct ui *ui, struct canvas *canvas, int row, int rows,
		     const struct page_log_line *line)
{
	static const char *const words[] = {"info", "warning", "ERROR"};
	static const enum colour colours[] = {COLOUR_PLAIN, COLOUR_WARN, COLOUR_BAD};
	const struct snapshot *snapshot = model_shown(ui->model);
	unsigned level = line->level <= LOG_ERROR ? line->level : LOG_ERROR;
	uint64_t started = snapshot->plan.started_ns;
	int columns = canvas_columns(canvas), indent = text_column(columns);
	char at[32];

	text_elapsed(at, sizeof(at), line->at_ns > started ? line->at_ns - started : 0);
	canvas_field(canvas, row, 0, 7, COLOUR_DIM, at);
	if (indent > 8)
		canvas_field(canvas, row, 8, 7, colours[level], words[level]);
	widget_wrap(canvas,
		    (struct widget_area){
			    .row = row,
			    .column = indent,
			    .rows = rows < MOST_ROWS ? rows : MOST_ROWS,
			    .width = columns - indent,
		    },
		    COLOUR_PLAIN, line->text);
	return row + line_rows(line, columns);
}

static void log_draw(struct ui *ui, void *data, struct canvas *canvas)
{
	struct log_state *state = data;
	const struct model *model = ui->model;
	struct frame_body body;

	frame_draw(ui, canvas, &body);
	if (body.rows <= 0)
		return;
	if (!body.tiny) {
		uint64_t gone = oldest(model) + model->log.lost;
		canvas_blank(canvas, body.row, 0, 1, canvas_columns(canvas), COLOUR_HEAD);
		canvas_printf(canvas, body.row, 0, COLOUR_HEAD,
			      "lines %" PRIu64 ", dropped %" PRIu64 "%s",
			      model->log.total + model->log.lost, gone,
			      state->scrolled ? ", scrolled: F or End follows" : ", following");
		canvas_zone(canvas, (struct zone){.kind = ZONE_SORT,
						  .row = body.row,
						  .width = canvas_columns(canvas)});
		body.row++;
		body.rows--;
	}
	state->page = body.rows;
	state->columns = canvas_columns(canvas);
	uint64_t follow = top_when_following(model, body.rows, state->columns);
	if (!state->scrolled || state->top > follow)
		state->top = follow;
	if (state->top < oldest(model))
		state->top = oldest(model);
	int row = body.row, last = body.row + body.rows;
	for (uint64_t i = state->top; i < model->log.total && row < last; i++)
		row = draw_line(ui, canvas, row, last - row,
				model_log_line(model, (size_t)(i - oldest(model))));
	if (model->log.total == 0 && body.rows > 0)
		canvas_text(canvas, body.row, 1, COLOUR_DIM, "Nothing went wrong so far.");
}

static void scroll_by(struct log_state *state, const struct model *model, int by)
{
	uint64_t follow =
		top_when_following(model, state->page > 0 ? state->page : 1, state->columns);

	if (by < 0) {
		uint64_t up = (uint64_t)-by;
		state->top = state->top - oldest(model) > up ? state->top - up : oldest(model);
		state->scrolled = state->top < follow;
	} else {
		state->top += (uint64_t)by;
		if (state->top >= follow)
			state->scrolled = false;
	}
}

static bool log_command(struct ui *ui, void *data, enum command command)
{
	struct log_state *state = data;

	switch (command) {
	case COMMAND_UP:
		scroll_by(state, ui->model, -1);
		return true;
	case COMMAND_DOWN:
		scroll_by(state, ui->model, 1);
		return true;
	case COMMAND_PAGE_UP:
		scroll_by(state, ui->model, -(state->page > 1 ? state->page : 1));
		return true;
	case COMMAND_PAGE_DOWN:
		scroll_by(state, ui->model, state->page > 1 ? state->page : 1);
		return true;
	case COMMAND_FIRST:
		scroll_by(state, ui->model, -MODEL_LOG_LINES);
		return true;
	case COMMAND_LAST:
		state->scrolled = false;
		return true;
	case COMMAND_FOLLOW:
		state->scrolled = !state->scrolled;
		return true;
	default:
		return false;
	}
}

/* On the heading: follow, or stop. */
static void log_click(struct ui *ui, void *data, const struct zone *zone, int column)
{
	(void)column;
	if (zone->kind == ZONE_SORT)
		log_command(ui, data, COMMAND_FOLLOW);
}

const struct screen screen_log = {
	.name = "Log",
	.scope = SCOPE_LOG,
	.tab = true,
	.badge = log_badge,
	.open = log_open,
	.close = log_close,
	.draw = log_draw,
	.command = log_command,
	.click = log_click,
};
