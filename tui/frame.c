/*
 * frame.c - header, tab line and key bar of a run (floor: tui). One thread.
 *
 * How it gives way: with fewer than 14 rows the meters fold into the first line; below 40x10 only
 * that line stays; below 20x3 it is the whole screen.
 */
#include "config.h"

#include "tui/frame.h"

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
	FROZEN_COLUMNS = 60,
	STALE_NS = 2000000000,
};

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

static void add_counts(struct widget_pieces *line, const struct snapshot *snapshot)
{
	const struct page_status *status = &snapshot->status;
	uint64_t known = status->found;

	if (status->estimate_found > known && !status->source_ended)
		known = status->estimate_found;
	widget_add(line, COLOUR_VALUE, 2, "%.16s %llu/%llu%s",
		   snapshot->plan.workload[0] != '\0' ? snapshot->plan.workload : "items",
		   (unsigned long long)snapshot_finished(snapshot), (unsigned long long)known,
		   status->source_ended ? "" : "+");
	widget_add(line, COLOUR_GOOD, 7, "ok %llu", (unsigned long long)status->done[ITEM_OK]);
	widget_add(line, status->done[ITEM_FAILED] > 0 ? COLOUR_BAD : COLOUR_PLAIN, 4,
		   "failed %llu", (unsigned long long)status->done[ITEM_FAILED]);
	if (status->done[ITEM_QUARANTINED] > 0)
		widget_add(line, COLOUR_BAD, 4, "quarantined %llu",
			   (unsigned long long)status->done[ITEM_QUARANTINED]);
	if (status->done[ITEM_SKIPPED] > 0)
		widget_add(line, COLOUR_PLAIN, 8, "skipped %llu",
			   (unsigned long long)status->done[ITEM_SKIPPED]);
}

static void add_replay(struct widget_pieces *line, const struct model *model)
{
	unsigned tenths = model_speed_tenths(model);

	if (tenths == 10)
		widget_add(line, COLOUR_BANNER, 3, "REPLAY%s", model->playing ? "" : " stopped");
	else
		widget_add(line, COLOUR_BANNER, 3, "REPLAY%s x%g", model->playing ? "" : " stopped",
			   tenths / 10.0);
}

static void draw_header(const struct ui *ui, struct canvas *canvas, bool folded)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	struct widget_pieces line = {.count = 0};
	enum colour colour;
	char text[64], plan[32];
	struct rates_run rates;

	rates_run(ui->model->rates, &rates);
	text_clip(plan, sizeof(plan), snapshot->plan.plan,
		  text_width(snapshot->plan.plan) < 20 ? text_width(snapshot->plan.plan) : 20);
	widget_add(&line, COLOUR_TITLE, 6, "imgtop");
	if (ui->model->replay != NULL)
		add_replay(&line, ui->model);
	widget_add(&line, COLOUR_LABEL, 5, "%s", plan);
	const char *word = state_word(ui, snapshot, &colour);
	widget_add(&line, colour, 1, "%s", word);
	if (ui->model->frozen && (folded || canvas_columns(canvas) < FROZEN_COLUMNS))
		widget_add(&line, COLOUR_BANNER, 1, "VIEW FROZEN"); /* no room beside the tabs */
	if (snapshot->plan.injected)
		widget_add(&line, COLOUR_BANNER, 3, "INJECTED");
	text_elapsed(text, sizeof(text), snapshot_elapsed_ns(snapshot));
	widget_add(&line, COLOUR_VALUE, 3, "%s", text);
	if (rates.eta_s >= 0 && snapshot->status.state == RUN_RUNNING && !ui->draining) {
		/* Seconds are what an estimate is good for. */
		text_elapsed(text, sizeof(text), (uint64_t)rates.eta_s * CLOCK_SECOND_NS);
		char *dot = strchr(text, '.');
		if (dot != NULL)
			*dot = '\0';
		/* While the source goes on there are more items than are known of. */
		widget_add(&line, COLOUR_PLAIN, 6, "ETA %s%s",
			   snapshot->status.source_ended ? "" : ">", text);
	}
	add_counts(&line, snapshot);
	if (folded) {
		text_rate(text, sizeof(text), rates.items_per_s);
		widget_add(&line, COLOUR_VALUE, 5, "%s/s", text);
		widget_add(&line, COLOUR_PLAIN, 8, "CPU %.1f/%u", rates.cpu_cores,
			   snapshot->plan.cores);
	}
	int margin = canvas_columns(canvas) >= TINY_COLUMNS ? 1 : 0;
	int gap = canvas_columns(canvas) >= 80 ? 2 : 1;
	widget_pieces(canvas, (struct widget_area){0, margin, 1, canvas_columns(canvas) - margin},
		      &line, gap);
}

/* What must be noticed now, and cannot be mistaken for another. brief: in as few words as do. */
static const char *banner(const struct ui *ui, bool brief)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	const struct page_status *status = &ui->model->live->status;

	if (ui->model->lost)
		return "this is the last picture"; /* the header says why */
	if (ui->model->frozen)
		return brief ? "VIEW FROZEN" : "VIEW FROZEN, the run goes on (Z)";
	if (ui->model->replay != NULL)
		return ui->model->position_ns < ui->model->last_ns ? ""
		       : brief					   ? "its end"
								   : "end of the recording";
	if (status->ended_ns != 0)
		return "";
	if (status->state == RUN_DRAINING || (ui->draining && status->state < RUN_DRAINING))
		return brief	     ? "" /* the header has the word */
		       : ui->own_run ? "finishing begun items; Ctrl-C again stops"
				     : "finishing begun items";
	if (status->state == RUN_PAUSED)
		return brief ? "" : "PIPELINE PAUSED (p)";
	if (diagnosis_run(ui->model->diagnosis)->hung)
		return "HUNG: x shows who waits for whom";
	if (status->updated_ns != 0 && snapshot->at_ns > status->updated_ns + STALE_NS)
		return brief ? "no answer" : "the supervisor does not answer";
	return "";
}

/* "Log 2!"; false: the screen is no tab now. */
static bool name_tab(const struct ui *ui, const struct screen *screen, char *text, size_t size)
{
	char badge[16] = "";

	if (!screen->tab || (screen->available != NULL && !screen->available(ui)))
		return false;
	if (screen->badge != NULL)
		screen->badge(ui, badge, sizeof(badge));
	(void)snprintf(text, size, screen == ui->screen ? "[%s%s%s]" : "%s%s%s", screen->name,
		       badge[0] != '\0' ? " " : "", badge);
	return true;
}

/* Draws the tabs, or with no canvas only counts. Returns the column after. */
static int put_tabs(const struct ui *ui, struct canvas *canvas, int row, int margin, int gap)
{
	int column = margin;

	for (size_t i = 0; i < SCREEN_COUNT; i++) {
		const struct screen *screen = screens_at(i);
		char text[48];

		if (!name_tab(ui, screen, text, sizeof(text)))
			continue;
		column += column > margin ? gap : 0;
		int width = (int)strlen(text);
		if (canvas != NULL) {
			canvas_text(canvas, row, column,
				    screen == ui->screen ? COLOUR_TAB_ACTIVE : COLOUR_TAB, text);
			canvas_zone(canvas, (struct zone){.kind = ZONE_TAB,
							  .value = (int)i,
							  .row = row,
							  .column = column,
							  .width = width});
		}
		column += width;
	}
	return column;
}

static void draw_tabs(const struct ui *ui, struct canvas *canvas, int row)
{
	int columns = canvas_columns(canvas);
	bool wide = put_tabs(ui, NULL, row, 1, 2) <= columns;
	int column = put_tabs(ui, canvas, row, wide ? 1 : 0, wide ? 2 : 1);
	int room = columns - column - 3;
	const char *text = banner(ui, text_width(banner(ui, false)) > room);
	int wanted = text_width(text);

	if (wanted > 0 && room > 0) {
		int width = wanted < room ? wanted : room;
		canvas_field(canvas, row, columns - width - 1, width, COLOUR_BANNER, text);
	}
}

/* The keys, and beside them what makes the list another than usual. */
static void draw_bottom(const struct ui *ui, struct canvas *canvas, int row)
{
	int columns = canvas_columns(canvas);
	char note[64] = "";

	if (ui->screen->note != NULL)
		ui->screen->note(ui, note, sizeof(note));
	int width = note[0] != '\0' ? text_width(note) + 2 : 0;
	if (width > columns / 2)
		width = columns / 2;
	widget_key_bar(canvas, (struct widget_area){row, 0, 1, columns - width}, ui_scopes(ui));
	canvas_field(canvas, row, columns - width, width, COLOUR_BANNER, "");
	canvas_field(canvas, row, columns - width + 1, width - 2, COLOUR_BANNER, note);
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
	draw_bottom(ui, canvas, rows - 1);
	body->row = row;
	body->rows = rows - 1 - row;
}
