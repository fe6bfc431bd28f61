/*
 * queue_parts.c - what is told of one queue (floor: tui). One thread.
 */
#include "config.h"

#include "tui/queue_parts.h"

#include <stdio.h>

#include "tui/worker_text.h"

enum {
	CHART_ROWS = 8,
	CHART_LEAST = 3,
	ABOUT_ROWS = 3, /* sentences about the queue */
};

void queue_facts_gather(const struct ui *ui, unsigned queue, struct queue_facts *facts)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	const struct page_queue *q = &snapshot->queue[queue];
	unsigned station = q->station < PAGE_STATIONS ? q->station : 0;

	facts->queue = q;
	facts->depth = snapshot_depth(snapshot, queue);
	rates_queue(ui->model->rates, queue, &facts->push, &facts->pop);
	facts->consumer = snapshot->plan.station[station].name;
	facts->producer = station > 1 ? snapshot->plan.station[station - 1].name : "walk";
	facts->samples = rates_queue_history(ui->model->rates, queue, facts->depths, QUEUE_SAMPLES);
}

/* Eighths of `cells` cells that a depth fills; what is there at all is seen. */
static unsigned eighths(uint64_t depth, uint64_t capacity, unsigned cells)
{
	uint64_t most = (uint64_t)cells * 8;

	if (depth == 0 || capacity == 0)
		return 0;
	if (depth >= capacity)
		return (unsigned)most;
	uint64_t height = (depth * most + capacity / 2) / capacity;
	return height == 0 ? 1 : height >= most ? (unsigned)most - 1 : (unsigned)height;
}

void queue_draw_history(const struct ui *ui, struct canvas *canvas, struct widget_area area,
			const struct queue_facts *facts)
{
	size_t count = facts->samples;
	uint64_t capacity = facts->queue->capacity;

	if (area.width < 1 || area.rows < 1)
		return;
	if (count > (size_t)area.width)
		count = (size_t)area.width;
	for (size_t i = 0; i < count; i++) {
		unsigned depth = facts->depths[facts->samples - count + i];
		unsigned height = eighths(depth, capacity, (unsigned)area.rows);
		enum colour colour = depth >= capacity ? COLOUR_WARN : COLOUR_BAR;
		int column = area.column + area.width - (int)count + (int)i;

		for (int row = 0; row < area.rows; row++) {
			unsigned below = 8 * (unsigned)(area.rows - 1 - row);
			unsigned part = height > below ? height - below : 0;
			if (part > 0)
				canvas_text(canvas, area.row + row, column, colour,
					    ui->glyphs->spark[part < 8 ? part - 1 : 7]);
		}
	}
}

/* "read-1 P, read-2 I": the workers of a station, each with the letter of its state. */
static void name_workers(const struct snapshot *snapshot, unsigned station, char *text, size_t size)
{
	size_t length = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < worker_count(snapshot); i++) {
		const struct page_worker_live *live = &snapshot->worker[i].live;

		if (live->station != station || live->kind == WORKER_RECORDER)
			continue;
		int wrote = snprintf(text + length, size - length, "%s%s %c",
				     length > 0 ? ", " : "", live->name,
				     page_state_info((enum worker_state)live->state)->letter);
		if (wrote < 0 || (size_t)wrote >= size - length)
			break;
		length += (size_t)wrote;
	}
}

/* Who stands at the ends of a queue, and how long they were blocked. Returns the row after. */
static int draw_about(const struct ui *ui, struct canvas *canvas, int row,
		      const struct queue_facts *facts)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	const struct page_queue *q = facts->queue;
	int width = canvas_columns(canvas) - 2;
	char text[512], names[400];

	(void)snprintf(
		text, sizeof(text), "%s: %llu of %u taken, at most %llu; %llu in, %llu out%s",
		q->name, (unsigned long long)facts->depth, q->capacity,
		(unsigned long long)q->high_water, (unsigned long long)q->pushed,
		(unsigned long long)q->popped, q->between_hosts ? "; between processes" : "");
	canvas_field(canvas, row++, 1, width, COLOUR_VALUE, text);
	if (q->station > 0 && q->station < PAGE_STATIONS) {
		name_workers(snapshot, q->station - 1, names, sizeof(names));
		(void)snprintf(text, sizeof(text), "From %s, pushing blocked %.0f %%: %s",
			       facts->producer, facts->push * 100, names);
		canvas_field(canvas, row++, 1, width, COLOUR_PLAIN, text);
		name_workers(snapshot, q->station, names, sizeof(names));
		(void)snprintf(text, sizeof(text), "To %s, popping blocked %.0f %%: %s",
			       facts->consumer, facts->pop * 100, names);
		canvas_field(canvas, row++, 1, width, COLOUR_PLAIN, text);
	}
	return row;
}

void queue_draw_large(const struct ui *ui, struct canvas *canvas, int row, int rows, unsigned queue)
{
	struct queue_facts facts;
	int height;

	queue_facts_gather(ui, queue, &facts);
	if (rows < 1 + ABOUT_ROWS)
		return;
	height = rows - 1 - ABOUT_ROWS - 1;
	row = draw_about(ui, canvas, row + 1, &facts);
	if (height < CHART_LEAST)
		return;
	if (height > CHART_ROWS)
		height = CHART_ROWS;
	int width = canvas_columns(canvas) - 9 < QUEUE_SAMPLES ? canvas_columns(canvas) - 9
							       : QUEUE_SAMPLES;
	canvas_printf(canvas, row++, 1, COLOUR_LABEL,
		      "Depth, ten samples a second, now at the right");
	canvas_printf(canvas, row, 1, COLOUR_DIM, "%5u", facts.queue->capacity);
	canvas_printf(canvas, row + height - 1, 1, COLOUR_DIM, "%5d", 0);
	for (int i = 0; i < height; i++)
		canvas_text(canvas, row + i, 7, COLOUR_DIM, ui->glyphs->vertical);
	queue_draw_history(ui, canvas, (struct widget_area){row, 8, height, width}, &facts);
}
