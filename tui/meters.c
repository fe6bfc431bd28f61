/*
 * meters.c - speed, queues, history and memory of a run (floor: tui). One thread.
 *
 * Which of them are shown is a setting. In large mode, for projectors, the bar of the speed is two
 * rows high and every queue has a line of its own.
 */
#include "config.h"

#include "tui/meters.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "tui/widgets.h"

enum {
	GAUGE_CELLS = 8,
	BRIEF_CELLS = 5,
	LARGE_CELLS = 32,
	GAUGE_WIDTH = 39,
	BRIEF_WIDTH = 40,
	HISTORY_ROWS = 20, /* least rows of a screen that shows the run before unasked */
};

static int draw_throughput(const struct ui *ui, struct canvas *canvas, int row)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	int width = canvas_columns(canvas);
	bool large = ui->settings.large;
	int bar = width * 3 / 10 > 40 && !large ? 40 : width * 3 / 10;
	struct widget_pieces line = {.count = 0};
	struct rates_run rates;
	char text[32];

	rates_run(ui->model->rates, &rates);
	canvas_text(canvas, row, 1, COLOUR_LABEL, "Thru");
	double peak = ui->model->peak_per_s;
	double share = peak > 0 ? rates.items_per_s / peak : 0;
	widget_bar(canvas, row, 6, bar, share, large ? ui->glyphs->gauge_full : ui->glyphs->bar);
	if (large)
		widget_bar(canvas, row + 1, 6, bar, share, ui->glyphs->gauge_full);
	text_rate(text, sizeof(text), rates.items_per_s);
	widget_add(&line, COLOUR_VALUE, 1, "%s/s", text);
	text_bytes(text, sizeof(text), (uint64_t)(rates.bytes_in_per_s + 0.5));
	widget_add(&line, COLOUR_VALUE, 3, "%s/s", text);
	widget_add(&line, COLOUR_PLAIN, 2, "CPU %.1f/%u", rates.cpu_cores, snapshot->plan.cores);
	widget_add(&line, COLOUR_PLAIN, 4, "efficiency %.0f %%", rates.efficiency * 100);
	widget_add(&line, COLOUR_DIM, 5, "self %.1f %%", ui->model->self_percent);
	widget_pieces(canvas, (struct widget_area){row, 7 + bar, 1, width - 7 - bar}, &line, 2);
	return row + (large ? 2 : 1);
}

/* Why the queue is waited for, long and short. */
static enum colour describe_block(const struct ui *ui, unsigned queue, char *text, char *brief,
				  size_t size)
{
	double push, pop;

	text[0] = brief[0] = '\0';
	rates_queue(ui->model->rates, queue, &push, &pop);
	if (model_shown(ui->model)->queue[queue].closed) {
		(void)snprintf(text, size, " closed");
		return COLOUR_DIM;
	}
	if (push >= 0.05 && push >= pop) {
		(void)snprintf(text, size, " PUSH-BLOCKED %.0f%%", push * 100);
		(void)snprintf(brief, size, " PUSH %.0f%%", push * 100);
		return COLOUR_WARN;
	}
	if (pop >= 0.25) {
		(void)snprintf(text, size, " pop-blocked %.0f%%", pop * 100);
		(void)snprintf(brief, size, " pop %.0f%%", pop * 100);
	}
	return COLOUR_WAIT;
}

static void draw_gauge(const struct ui *ui, struct canvas *canvas, int row, int column, int width,
		       unsigned queue)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	const struct page_queue *q = &snapshot->queue[queue];
	uint64_t depth = snapshot_depth(snapshot, queue);
	char name[32], figures[48], text[32], brief[32];
	enum colour colour = describe_block(ui, queue, text, brief, sizeof(text));

	text_clip(name, sizeof(name), q->name, text_width(q->name) < 8 ? text_width(q->name) : 8);
	(void)snprintf(figures, sizeof(figures), " %llu/%u", (unsigned long long)depth,
		       q->capacity);
	int taken = 5 + text_width(name) + (int)strlen(figures);
	/* The same scale for all of them. */
	int cells = ui->settings.large	   ? LARGE_CELLS
		    : width >= BRIEF_WIDTH ? GAUGE_CELLS
					   : BRIEF_CELLS;
	if (taken + cells + (int)strlen(text) > width)
		memcpy(text, brief, sizeof(text));
	column = canvas_printf(canvas, row, column, COLOUR_LABEL, "q %s ", name);
	column = widget_gauge(canvas, (struct widget_area){row, column, 1, cells}, depth,
			      q->capacity, ui->glyphs);
	column = canvas_text(canvas, row, column, COLOUR_VALUE, figures);
	canvas_text(canvas, row, column, colour, text);
}

/* Returns the rows it took. */
static int draw_gauges(const struct ui *ui, struct canvas *canvas, int row)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	int rows = canvas_rows(canvas);
	int most = rows >= 30 || (ui->settings.large && rows >= 20) ? 4 : rows >= 20 ? 2 : 1;
	int across = ui->settings.large ? 1 : (canvas_columns(canvas) - 1) / GAUGE_WIDTH;
	int queues =
		snapshot->status.queues < PAGE_QUEUES ? (int)snapshot->status.queues : PAGE_QUEUES;

	if (across < 1)
		across = 1;
	int width = (canvas_columns(canvas) - 1) / across;
	int shown = queues <= most * across ? queues : most * across - 1;
	for (int i = 0; i < shown; i++)
		draw_gauge(ui, canvas, row + i / across, 1 + i % across * width, width - 2,
			   (unsigned)i);
	if (shown < queues)
		canvas_printf(canvas, row + shown / across, 1 + shown % across * width, COLOUR_DIM,
			      "and %d more queues", queues - shown);
	return (shown < queues ? shown + across : shown + across - 1) / across;
}

struct curve {
	const struct history *history;
	uint64_t span_ns; /* that the line's width stands for */
	double most;	  /* speed of the highest cell */
	enum colour colour;
};

/* A line of speeds. */
static void draw_curve(const struct ui *ui, struct canvas *canvas, struct widget_area area,
		       const struct curve *curve)
{
	for (int i = 0; i < area.width; i++) {
		double rate = history_rate(curve->history, curve->span_ns, (double)i / area.width,
					   (double)(i + 1) / area.width);
		int level = curve->most > 0 ? (int)(rate / curve->most * 8 + 0.5) : 0;
		if (level > 0)
			canvas_text(canvas, area.row, area.column + i, curve->colour,
				    ui->glyphs->spark[level > 8 ? 7 : level - 1]);
	}
}

static double highest(const struct history *history, uint64_t span_ns, int width)
{
	double most = 0;

	for (int i = 0; i < width; i++) {
		double rate =
			history_rate(history, span_ns, (double)i / width, (double)(i + 1) / width);
		if (rate > most)
			most = rate;
	}
	return most;
}

/* The speed of this run and, faint beneath it and on the same scales, of the one before. */
static int draw_history(const struct ui *ui, struct canvas *canvas, int row)
{
	const struct compare *before = &ui->before;
	const struct history *now = &ui->model->history;
	uint64_t span_ns = history_length_ns(now);
	int width = canvas_columns(canvas) - 24 > 0 ? canvas_columns(canvas) - 24 : 1;
	char text[64], rate[16], plan[40];

	if (before->valid && before->elapsed_ns > span_ns)
		span_ns = before->elapsed_ns;
	double most = highest(now, span_ns, width);
	if (before->valid && highest(&before->history, span_ns, width) > most)
		most = highest(&before->history, span_ns, width);
	canvas_text(canvas, row, 1, COLOUR_LABEL, "Hist");
	struct widget_area area = {row, 6, 1, width};
	draw_curve(ui, canvas, area,
		   &(struct curve){
			   .history = now, .span_ns = span_ns, .most = most, .colour = COLOUR_BAR});
	text_rate(rate, sizeof(rate), most);
	(void)snprintf(text, sizeof(text), "most %s/s", rate);
	canvas_text(canvas, row, 7 + width, COLOUR_DIM, text);
	if (!before->valid)
		return row + 1;
	canvas_text(canvas, row + 1, 1, COLOUR_DIM, "last");
	area.row++;
	draw_curve(ui, canvas, area,
		   &(struct curve){.history = &before->history,
				   .span_ns = span_ns,
				   .most = most,
				   .colour = COLOUR_DIM});
	text_rate(rate, sizeof(rate), before->mean_per_s);
	text_clip(plan, sizeof(plan), before->plan,
		  text_width(before->plan) < 9 ? text_width(before->plan) : 9);
	(void)snprintf(text, sizeof(text), "%.32s %s/s", plan, rate);
	canvas_text(canvas, row + 1, 7 + width, COLOUR_DIM, text);
	return row + 2;
}

static void draw_memory(const struct ui *ui, struct canvas *canvas, int row)
{
	const struct page_recorder *recorder = &model_shown(ui->model)->recorder;
	char now[16], peak[16];

	text_bytes(now, sizeof(now), recorder->memory_bytes);
	text_bytes(peak, sizeof(peak), recorder->peak_memory_bytes);
	canvas_text(canvas, row, 1, COLOUR_LABEL, "Mem");
	canvas_printf(canvas, row, 6, COLOUR_VALUE, "%s, at most %s", now, peak);
}

int meters_draw(const struct ui *ui, struct canvas *canvas, int row)
{
	uint32_t meters = ui->settings.meters;

	if (ui->before.valid && canvas_rows(canvas) >= HISTORY_ROWS)
		meters |= 1U << METER_HISTORY;
	if (meters & 1U << METER_THROUGHPUT)
		row = draw_throughput(ui, canvas, row);
	if (meters & 1U << METER_QUEUES)
		row += draw_gauges(ui, canvas, row);
	if (meters & 1U << METER_MEMORY)
		draw_memory(ui, canvas, row++);
	if (meters & 1U << METER_HISTORY)
		row = draw_history(ui, canvas, row);
	return row;
}
