/*
 * screen_queues.c - what stands between the stations: depth, history, who pushes, who pops, and
 * which station is the bottleneck (floor: tui).
 *
 * One row per queue; below them, where there is room, the selected queue at large.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "tui/actions.h"
#include "tui/frame.h"
#include "tui/queue_parts.h"
#include "tui/ui.h"
#include "tui/widgets.h"
#include "tui/worker_text.h"
#include "view/verdict.h"

struct queues_state {
	unsigned selected; /* queues are never reordered: the index is the queue */
	int offset;
};

enum column {
	COLUMN_NAME,
	COLUMN_GAUGE,
	COLUMN_DEPTH,
	COLUMN_HIGH,
	COLUMN_PUSH,
	COLUMN_POP,
	COLUMN_HISTORY,
	COLUMN_BETWEEN,
	COLUMN_COUNT,
};

enum {
	CELL_BYTES = 128,
	SENTENCE_ROWS = 3,
};

static const struct widget_column columns[COLUMN_COUNT] = {
	[COLUMN_NAME] = {"QUEUE", 7, 16, 1, false},
	[COLUMN_GAUGE] = {"DEPTH", 8, 18, 4, false},
	[COLUMN_DEPTH] = {"USED", 7, 9, 1, true},
	[COLUMN_HIGH] = {"HIGH", 4, 6, 3, true},
	[COLUMN_PUSH] = {"PUSH%", 5, 5, 2, true},
	[COLUMN_POP] = {"POP%", 4, 5, 2, true},
	[COLUMN_HISTORY] = {"HISTORY", 10, QUEUE_SAMPLES, 5, false},
	[COLUMN_BETWEEN] = {"FROM > TO", 15, 24, 6, false},
};

static void *queues_open(void)
{
	return mem_calloc(1, sizeof(struct queues_state));
}

static void queues_close(void *state)
{
	free(state);
}

static unsigned queue_count(const struct snapshot *snapshot)
{
	return snapshot->status.queues < PAGE_QUEUES ? snapshot->status.queues : PAGE_QUEUES;
}

static void draw_cell(const struct ui *ui, struct canvas *canvas, struct widget_area area,
		      enum column column, const struct queue_facts *facts)
{
	const struct page_queue *q = facts->queue;
	enum colour colour = COLOUR_PLAIN;
	char text[CELL_BYTES] = "";

	switch (column) {
	case COLUMN_GAUGE:
		area.width -= 2;
		widget_gauge(canvas, area, facts->depth, q->capacity, ui->glyphs);
		return;
	case COLUMN_HISTORY:
		queue_draw_history(ui, canvas, area, facts);
		return;
	case COLUMN_NAME:
		(void)snprintf(text, sizeof(text), "%s", q->name);
		break;
	case COLUMN_DEPTH:
		(void)snprintf(text, sizeof(text), "%llu/%u", (unsigned long long)facts->depth,
			       q->capacity);
		colour = COLOUR_VALUE;
		break;
	case COLUMN_HIGH:
		(void)snprintf(text, sizeof(text), "%llu", (unsigned long long)q->high_water);
		break;
	case COLUMN_PUSH:
		(void)snprintf(text, sizeof(text), "%.0f", facts->push * 100);
		colour = facts->push >= 0.5 ? COLOUR_WARN : COLOUR_PLAIN;
		break;
	case COLUMN_POP:
		(void)snprintf(text, sizeof(text), "%.0f", facts->pop * 100);
		colour = facts->pop >= 0.5 ? COLOUR_WAIT : COLOUR_PLAIN;
		break;
	default:
		(void)snprintf(text, sizeof(text), "%s > %s", facts->producer, facts->consumer);
		break;
	}
	if (columns[column].right)
		canvas_field_right(canvas, area.row, area.column, area.width, colour, text);
	else
		canvas_field(canvas, area.row, area.column, area.width, colour, text);
}

static void draw_row(const struct ui *ui, struct canvas *canvas, int row, const int *widths,
		     unsigned queue)
{
	struct queue_facts facts;
	int column = 0;

	queue_facts_gather(ui, queue, &facts);
	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		if (widths[i] == 0)
			continue;
		draw_cell(ui, canvas, (struct widget_area){row, column, 1, widths[i]},
			  (enum column)i, &facts);
		column += widths[i] + 1;
	}
}

static void draw_head(struct canvas *canvas, int row, const int *widths)
{
	int column = 0;

	canvas_blank(canvas, row, 0, 1, canvas_columns(canvas), COLOUR_HEAD);
	for (size_t i = 0; i < COLUMN_COUNT; i++) {
		if (widths[i] == 0)
			continue;
		if (columns[i].right)
			canvas_field_right(canvas, row, column, widths[i], COLOUR_HEAD,
					   columns[i].title);
		else
			canvas_field(canvas, row, column, widths[i], COLOUR_HEAD, columns[i].title);
		column += widths[i] + 1;
	}
}

/* `name 8/8`, and no more. */
static void tiny_widths(int width, int *widths)
{
	memset(widths, 0, COLUMN_COUNT * sizeof(*widths));
	widths[COLUMN_DEPTH] = columns[COLUMN_DEPTH].minimum;
	widths[COLUMN_PUSH] = width >= 24 ? 5 : 0;
	widths[COLUMN_NAME] = width - 8 - (widths[COLUMN_PUSH] > 0 ? 6 : 0);
	if (widths[COLUMN_NAME] > columns[COLUMN_NAME].maximum)
		widths[COLUMN_NAME] = columns[COLUMN_NAME].maximum;
}

static void scroll(struct queues_state *state, int count, int rows)
{
	if (state->selected >= (unsigned)count)
		state->selected = count > 0 ? (unsigned)count - 1 : 0;
	if ((int)state->selected < state->offset)
		state->offset = (int)state->selected;
	if ((int)state->selected >= state->offset + rows)
		state->offset = (int)state->selected - rows + 1;
	if (state->offset > count - rows)
		state->offset = count - rows;
	if (state->offset < 0)
		state->offset = 0;
}

/* Returns the row after. */
static int draw_sentence(const struct ui *ui, struct canvas *canvas, int row, int rows)
{
	char sentence[512];

	verdict_sentence(model_shown(ui->model), sentence, sizeof(sentence));
	if (sentence[0] >= 'a' && sentence[0] <= 'z')
		sentence[0] = (char)(sentence[0] - 'a' + 'A');
	return row +
	       widget_wrap(canvas,
			   (struct widget_area){row, 1, rows < SENTENCE_ROWS ? rows : SENTENCE_ROWS,
						canvas_columns(canvas) - 2},
			   COLOUR_TITLE, sentence);
}

static void queues_draw(struct ui *ui, void *data, struct canvas *canvas)
{
	struct queues_state *state = data;
	int widths[COLUMN_COUNT];
	struct frame_body body;

	frame_draw(ui, canvas, &body);
	int row = body.row, last = body.row + body.rows;
	int count = (int)queue_count(model_shown(ui->model));
	if (body.rows <= 0)
		return;
	if (body.tiny) {
		tiny_widths(canvas_columns(canvas), widths);
	} else {
		/* as long as head and queues keep their rows */
		int spare = body.rows - 1 - count > 2 ? body.rows - 1 - count : 2;
		row = draw_sentence(ui, canvas, row, spare < body.rows - 2 ? spare : body.rows - 2);
		widget_columns(columns, COLUMN_COUNT, canvas_columns(canvas), widths);
		if (row < last)
			draw_head(canvas, row++, widths);
	}
	int rows = last - row;
	if (rows <= 0)
		return;
	scroll(state, count, rows);
	for (int i = 0; i < rows && state->offset + i < count; i++) {
		unsigned queue = (unsigned)(state->offset + i);

		draw_row(ui, canvas, row + i, widths, queue);
		canvas_zone(canvas, (struct zone){.kind = ZONE_ROW,
						  .value = (int)queue,
						  .row = row + i,
						  .width = canvas_columns(canvas)});
		if (queue == state->selected)
			canvas_paint(canvas, row + i, 0, canvas_columns(canvas), COLOUR_SELECTED);
	}
	if (count == 0)
		canvas_text(canvas, row, 1, COLOUR_DIM, "No queue yet.");
	else if (!body.tiny && count < rows)
		queue_draw_large(ui, canvas, row + count, rows - count, state->selected);
}

/* A worker that the queue feeds, PAGE_WORKERS when there is none. */
static unsigned a_consumer(const struct snapshot *snapshot, unsigned queue)
{
	for (unsigned i = 0; i < worker_count(snapshot); i++) {
		if (snapshot_counted(snapshot, i) &&
		    snapshot->worker[i].live.station == snapshot->queue[queue].station)
			return i;
	}
	return PAGE_WORKERS;
}

static bool queues_command(struct ui *ui, void *data, enum command command)
{
	struct queues_state *state = data;
	const struct snapshot *snapshot = model_shown(ui->model);
	unsigned count = queue_count(snapshot);

	if (count == 0)
		return false;
	switch (command) {
	case COMMAND_UP:
		state->selected -= state->selected > 0;
		return true;
	case COMMAND_DOWN:
		state->selected += state->selected + 1 < count;
		return true;
	case COMMAND_PAGE_UP:
	case COMMAND_FIRST:
		state->selected = 0;
		return true;
	case COMMAND_PAGE_DOWN:
	case COMMAND_LAST:
		state->selected = count - 1;
		return true;
	case COMMAND_MORE_CAPACITY:
	case COMMAND_LESS_CAPACITY:
		actions_resize(ui, state->selected, command == COMMAND_MORE_CAPACITY ? 1 : -1);
		return true;
	case COMMAND_ADD:
	case COMMAND_RETIRE:
		actions_resize_station(ui, a_consumer(snapshot, state->selected),
				       command == COMMAND_ADD);
		return true;
	default:
		return false;
	}
}

static void queues_click(struct ui *ui, void *data, const struct zone *zone, int column)
{
	struct queues_state *state = data;

	(void)ui;
	(void)column;
	if (zone->kind == ZONE_ROW)
		state->selected = (unsigned)zone->value;
}

const struct screen screen_queues = {
	.name = "Queues",
	.scope = SCOPE_QUEUES,
	.tab = true,
	.bare = true,
	.open = queues_open,
	.close = queues_close,
	.draw = queues_draw,
	.command = queues_command,
	.click = queues_click,
};
