/*
 * frame.c - header, tab line and key bar of a run (floor: tui). One thread.
 *
 * How it gives way: with fewer than 14 rows the meters fold into the first line; below 40x10 only
 * that line stays; below 20x3 it is the whole screen.
 */
#include "config.h"

#include "tui/frame.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "tui/meters.h"
#include "tui/widgets.h"

enum {
	FULL_ROWS = 14,
	TINY_ROWS = 10,
	TINY_COLUMNS = 40,
	LINE_ROWS = 3,
	LINE_COLUMNS = 20,
	PIECES = 14,
	STALE_NS = 2000000000,
};

/* A line of pieces while it is put together. */
struct line {
	struct widget_piece piece[PIECES];
	size_t count;
};

static void add(struct line *line, enum colour colour, int rank, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static void add(struct line *line, enum colour colour, int rank, const char *format, ...)
{
	va_list arguments;

	if (line->count == PIECES)
		return;
	struct widget_piece *piece = &line->piece[line->count++];
	piece->colour = colour;
	piece->rank = rank;
	va_start(arguments, format);
	(void)vsnprintf(piece->text, sizeof(piece->text), format, arguments);
	va_end(arguments);
}

static const char *state_word(const struct ui *ui, const struct snapshot *snapshot,
			      enum colour *colour)
{
	*colour = COLOUR_BANNER;
	if (ui->model->lost)
		return "SUPERVISOR DIED";
	switch (snapshot->status.state) {
	case RUN_RUNNING:
		*colour = COLOUR_GOOD;
		break;
	case RUN_DONE:
		*colour = COLOUR_VALUE;
		break;
	default:
		break;
	}
	/* The page says so a moment later; the key was pressed now. */
	if (ui->draining && snapshot->status.state < RUN_DRAINING)
		return "DRAINING";
	return page_run_state_word((enum run_state)snapshot->status.state);
}

static void add_counts(struct line *line, const struct snapshot *snapshot)
{
	const struct page_status *status = &snapshot->status;
	uint64_t known = status->found;

	if (status->estimate_found > known && !status->source_ended)
		known = status->estimate_found;
	add(line, COLOUR_VALUE, 2, "%.16s %llu/%llu%s",
	    snapshot->plan.workload[0] != '\0' ? snapshot->plan.workload : "items",
	    (unsigned long long)snapshot_finished(snapshot), (unsigned long long)known,
	    status->source_ended ? "" : "+");
	add(line, COLOUR_GOOD, 7, "ok %llu", (unsigned long long)status->done[ITEM_OK]);
	add(line, status->done[ITEM_FAILED] > 0 ? COLOUR_BAD : COLOUR_PLAIN, 4, "failed %llu",
	    (unsigned long long)status->done[ITEM_FAILED]);
	if (status->done[ITEM_QUARANTINED] > 0)
		add(line, COLOUR_BAD, 4, "quarantined %llu",
		    (unsigned long long)status->done[ITEM_QUARANTINED]);
	if (status->done[ITEM_SKIPPED] > 0)
		add(line, COLOUR_PLAIN, 8, "skipped %llu",
		    (unsigned long long)status->done[ITEM_SKIPPED]);
}

static void add_replay(struct line *line, const struct model *model)
{
	unsigned tenths = model_speed_tenths(model);

	if (tenths == 10)
		add(line, COLOUR_BANNER, 3, "REPLAY%s", model->playing ? "" : " stopped");
	else
		add(line, COLOUR_BANNER, 3, "REPLAY%s x%g", model->playing ? "" : " stopped",
		    tenths / 10.0);
}

static void draw_header(const struct ui *ui, struct canvas *canvas, bool folded)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	struct line line = {.count = 0};
	enum colour colour;
	char text[64], plan[32];
	struct rates_run rates;

	rates_run(ui->model->rates, &rates);
	text_clip(plan, sizeof(plan), snapshot->plan.plan,
		  text_width(snapshot->plan.plan) < 20 ? text_width(snapshot->plan.plan) : 20);
	add(&line, COLOUR_TITLE, 6, "imgtop");
	if (ui->model->replay != NULL)
		add_replay(&line, ui->model);
	add(&line, COLOUR_LABEL, 5, "%s", plan);
	const char *word = state_word(ui, snapshot, &colour);
	add(&line, colour, 1, "%s", word);
	if (snapshot->plan.injected)
		add(&line, COLOUR_BANNER, 3, "INJECTED");
	text_elapsed(text, sizeof(text), snapshot_elapsed_ns(snapshot));
	add(&line, COLOUR_VALUE, 3, "%s", text);
	if (rates.eta_s >= 0 && snapshot->status.state == RUN_RUNNING && !ui->draining) {
		/* Seconds are what an estimate is good for. */
		text_elapsed(text, sizeof(text), (uint64_t)rates.eta_s * CLOCK_SECOND_NS);
		char *dot = strchr(text, '.');
		if (dot != NULL)
			*dot = '\0';
		add(&line, COLOUR_PLAIN, 6, "ETA %s", text);
	}
	add_counts(&line, snapshot);
	if (folded) {
		text_rate(text, sizeof(text), rates.items_per_s);
		add(&line, COLOUR_VALUE, 5, "%s/s", text);
		add(&line, COLOUR_PLAIN, 8, "CPU %.1f/%u", rates.cpu_cores, snapshot->plan.cores);
	}
	int margin = canvas_columns(canvas) >= TINY_COLUMNS ? 1 : 0;
	int gap = canvas_columns(canvas) >= 80 ? 2 : 1;
	widget_pieces(canvas, (struct widget_area){0, margin, 1, canvas_columns(canvas) - margin},
		      line.piece, line.count, gap);
}

/* What must be noticed now, and cannot be mistaken for another. */
static const char *banner(const struct ui *ui)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	const struct page_status *status = &ui->model->live->status;

	if (ui->model->lost)
		return "this is the last picture"; /* the header says why */
	if (ui->model->frozen)
		return "VIEW FROZEN, the run goes on (Z)";
	if (ui->model->replay != NULL)
		return ui->model->position_ns >= ui->model->last_ns ? "end of the recording" : "";
	if (status->ended_ns != 0)
		return "";
	if (status->state == RUN_DRAINING || (ui->draining && status->state < RUN_DRAINING))
		return ui->own_run ? "finishing begun items; Ctrl-C again stops"
				   : "finishing begun items";
	if (status->state == RUN_PAUSED)
		return "PIPELINE PAUSED (p)";
	if (status->updated_ns != 0 && snapshot->at_ns > status->updated_ns + STALE_NS)
		return "the supervisor does not answer";
	return "";
}

static void draw_tabs(const struct ui *ui, struct canvas *canvas, int row)
{
	int column = 1;

	for (size_t i = 0; i < SCREEN_COUNT; i++) {
		const struct screen *screen = screens_at(i);
		bool active = screen == ui->screen;
		char badge[16] = "";

		if (!screen->tab || (screen->available != NULL && !screen->available(ui)))
			continue;
		if (screen->badge != NULL)
			screen->badge(ui, badge, sizeof(badge));
		int start = column;
		column = canvas_printf(canvas, row, column, active ? COLOUR_TAB_ACTIVE : COLOUR_TAB,
				       active ? "[%s%s%s]" : "%s%s%s", screen->name,
				       badge[0] != '\0' ? " " : "", badge);
		canvas_zone(canvas, (struct zone){.kind = ZONE_TAB,
						  .value = (int)i,
						  .row = row,
						  .column = start,
						  .width = column - start});
		column += 2;
	}
	const char *text = banner(ui);
	int room = canvas_columns(canvas) - column - 1;
	int wanted = text_width(text);
	if (wanted > 0 && room > 0) {
		int width = wanted < room ? wanted : room;
		canvas_field(canvas, row, canvas_columns(canvas) - width - 1, width, COLOUR_BANNER,
			     text);
	}
}

void frame_draw(const struct ui *ui, struct canvas *canvas, struct frame_body *body)
{
	int rows = canvas_rows(canvas), columns = canvas_columns(canvas);
	int row = 1;

	*body = (struct frame_body){.tiny = rows < TINY_ROWS || columns < TINY_COLUMNS};
	draw_header(ui, canvas, rows < FULL_ROWS || columns < TINY_COLUMNS);
	if (rows < LINE_ROWS || columns < LINE_COLUMNS)
		return;
	if (body->tiny) {
		body->row = 1;
		body->rows = rows - 1;
		return;
	}
	if (rows >= FULL_ROWS && !ui->screen->bare) {
		row = meters_draw(ui, canvas, row);
	}
	draw_tabs(ui, canvas, row++);
	widget_key_bar(canvas, rows - 1, ui_scopes(ui));
	body->row = row;
	body->rows = rows - 1 - row;
}
