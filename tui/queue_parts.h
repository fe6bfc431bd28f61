/*
 * queue_parts.h - what is told of one queue: figures, history, and who stands at its ends (floor:
 * tui; internal to the screen of the queues).
 */
#ifndef IMGTOP_TUI_QUEUE_PARTS_H
#define IMGTOP_TUI_QUEUE_PARTS_H

#include "tui/ui.h"
#include "tui/widgets.h"

enum { QUEUE_SAMPLES = 128 }; /* of depth; all that rates keeps */

/* What is said of a queue. */
struct queue_facts {
	const struct page_queue *queue;
	uint64_t depth;
	double push; /* shares of time blocked, over 10 s */
	double pop;
	const char *producer; /* names of the stations at its ends */
	const char *consumer;
	unsigned depths[QUEUE_SAMPLES];
	size_t samples;
};

void queue_facts_gather(const struct ui *ui, unsigned queue, struct queue_facts *facts);

/* The last samples of the depth in the rows of an area, newest at the right edge. */
void queue_draw_history(const struct ui *ui, struct canvas *canvas, struct widget_area area,
			const struct queue_facts *facts);

/* The queue at large, in so many rows from this one on. */
void queue_draw_large(const struct ui *ui, struct canvas *canvas, int row, int rows,
		      unsigned queue);

#endif
