/*
 * history.h - how many items were finished when, over a whole run (floor: tui).
 *
 * A fixed number of points: when they are full every second one goes, so that a run of any length
 * keeps its shape.
 */
#ifndef IMGTOP_TUI_HISTORY_H
#define IMGTOP_TUI_HISTORY_H

#include <stdint.h>

enum { HISTORY_POINTS = 256 };

struct history {
	uint64_t step_ns; /* least time between two points; 0: nothing was added yet */
	unsigned count;
	struct {
		uint64_t at_ns;
		uint64_t finished;
	} point[HISTORY_POINTS + 1]; /* the one at `count` is the latest, however near */
};

/* The run had finished so many items when it was so old. Going back in time starts over. */
void history_add(struct history *history, uint64_t elapsed_ns, uint64_t finished);

/* Age of the run at the latest point. */
uint64_t history_length_ns(const struct history *history);

/* Items per second in the part from..to (0..1) of a time of span_ns. */
double history_rate(const struct history *history, uint64_t span_ns, double from, double to);

#endif
