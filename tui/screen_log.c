/*
 * screen_log.c - what went wrong, and when: the run's log, newest at the bottom (floor: tui).
 *
 * Follows the newest line until one scrolls up. Scrolled up, the view stays on its lines although
 * new ones arrive: the place is kept as a count from the first line ever.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "tui/frame.h"
#include "tui/ui.h"

struct log_state {
	bool scrolled;
	uint64_t top; /* line at the top, counted from the first ever; when scrolled */
	int page;
};

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

static uint64_t top_when_following(const struct model *model, int rows)
{
	size_t count = model_log_count(model);

	return count > (size_t)rows ? model->log.total - (uint64_t)rows : oldest(model);
}

static void draw_line(const struct ui *ui, struct canvas *canvas, int row,
		      const struct page_log_line *line)
{
	static const char *const words[] = {"info   ", "warning", "ERROR  "};
	static const enum colour colours[] = {COLOUR_PLAIN, COLOUR_WARN, COLOUR_BAD};
	const struct snapshot *snapshot = model_shown(ui->model);
	unsigned level = line->level <= LOG_ERROR ? line->level : LOG_ERROR;
	uint64_t started = snapshot->plan.started_ns;
	char at[32];
	int column;

	text_elapsed(at, sizeof(at), line->at_ns > started ? line->at_ns - started : 0);
	column = canvas_printf(canvas, row, 0, COLOUR_DIM, "%s ", at);
	if (canvas_columns(canvas) >= 40) {
		column = canvas_text(canvas, row, column, colours[level], words[level]);
		column++;
	}
	if (line->worker < PAGE_WORKERS && canvas_columns(canvas) >= 60)
		column = canvas_printf(canvas, row, column, COLOUR_LABEL, "%s ",
				       snapshot->worker[line->worker].live.name);
	canvas_field(canvas, row, column, canvas_columns(canvas) - column, COLOUR_PLAIN,
		     line->text);
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
		canvas_printf(canvas, body.row, 0, COLOUR_HEAD, "%llu lines, %llu dropped%s",
			      (unsigned long long)(model->log.total + model->log.lost),
			      (unsigned long long)gone,
			      state->scrolled ? ", scrolled: F or End follows" : ", following");
		body.row++;
		body.rows--;
	}
	state->page = body.rows;
	uint64_t follow = top_when_following(model, body.rows);
	if (!state->scrolled || state->top > follow)
		state->top = follow;
	if (state->top < oldest(model))
		state->top = oldest(model);
	for (int i = 0; i < body.rows && state->top + (uint64_t)i < model->log.total; i++)
		draw_line(ui, canvas, body.row + i,
			  model_log_line(model, (size_t)(state->top - oldest(model)) + (size_t)i));
	if (model->log.total == 0 && body.rows > 0)
		canvas_text(canvas, body.row, 1, COLOUR_DIM, "Nothing went wrong so far.");
}

static void scroll_by(struct log_state *state, const struct model *model, int by)
{
	uint64_t follow = top_when_following(model, state->page > 0 ? state->page : 1);

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

const struct screen screen_log = {
	.name = "Log",
	.scope = SCOPE_LOG,
	.tab = true,
	.badge = log_badge,
	.open = log_open,
	.close = log_close,
	.draw = log_draw,
	.command = log_command,
};
