/*
 * history.c - finished items over time (floor: tui). One thread.
 */
#include "config.h"

#include "tui/history.h"

#include "base/clock.h"

#define FIRST_STEP_NS (CLOCK_SECOND_NS / 10)

static void thin(struct history *history)
{
	for (unsigned i = 0; i < HISTORY_POINTS / 2; i++)
		history->point[i] = history->point[2 * i];
	history->count = HISTORY_POINTS / 2;
	history->step_ns *= 2;
}

uint64_t history_length_ns(const struct history *history)
{
	return history->step_ns == 0 ? 0 : history->point[history->count].at_ns;
}

void history_add(struct history *history, uint64_t elapsed_ns, uint64_t finished)
{
	if (history->step_ns == 0 || elapsed_ns < history_length_ns(history))
		*history = (struct history){.step_ns = FIRST_STEP_NS};
	if (history->count == HISTORY_POINTS)
		thin(history);
	history->point[history->count].at_ns = elapsed_ns;
	history->point[history->count].finished = finished;
	if (history->count == 0 ||
	    elapsed_ns - history->point[history->count - 1].at_ns >= history->step_ns) {
		history->count++; /* it stays; the next one is the latest */
		history->point[history->count] = history->point[history->count - 1];
	}
}

/* Finished by then; between two points as if items came evenly. */
static double finished_by(const struct history *history, double ns)
{
	double before_ns = 0, before = 0;

	for (unsigned i = 0; i <= history->count; i++) {
		double at_ns = (double)history->point[i].at_ns;
		double finished = (double)history->point[i].finished;

		if (ns < at_ns)
			return before +
			       (finished - before) * (ns - before_ns) / (at_ns - before_ns);
		before_ns = at_ns;
		before = finished;
	}
	return before;
}

double history_rate(const struct history *history, uint64_t span_ns, double from, double to)
{
	double begin = from * (double)span_ns, end = to * (double)span_ns;
	double length = (double)history_length_ns(history);

	if (end > length)
		end = length;
	if (end <= begin)
		return 0;
	return (finished_by(history, end) - finished_by(history, begin)) /
	       ((end - begin) / (double)CLOCK_SECOND_NS);
}
