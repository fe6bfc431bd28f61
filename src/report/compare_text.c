/*
 * compare_text.c - a comparison as a table with its charts (floor: report). No state.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/compare.h"
#include "report/compare_chart.h"
#include "report/lines.h"

enum { NAME_COLUMNS = 14, RUNG_COLUMNS = 3 };

static const char *verdict_of(const struct compare_figures *figures)
{
	if (figures->failed)
		return "FAILED";
	return figures->equal ? "yes" : "NO";
}

/* "threads:2     ", or on a line of its own "2. a reading thread + the rest: LAYOUT", on two where
 * it is too long: then the figures stand below it. */
static void add_name(const struct compare *compare, size_t index, struct textbuf *out)
{
	const struct compare_plan *plan = &compare->plans[index];
	char *name =
		plan->title != NULL ? lines_sanitised(plan->name) : compare_label(compare, index);
	int width = text_width(name);

	if (plan->title != NULL) {
		bool fits = RUNG_COLUMNS + text_width(plan->title) + 2 + width <= LINES_COLUMNS;

		textbuf_printf(out, "%zu. %s:", index + 1, plan->title);
		textbuf_printf(out, fits ? " %s\n" : "\n   %s\n", name);
		width = 0;
	} else if (width > NAME_COLUMNS) {
		textbuf_printf(out, "%s\n", name);
		width = 0;
	} else {
		textbuf_printf(out, "%s", name);
	}
	textbuf_printf(out, "%*s", NAME_COLUMNS - width, "");
	free(name);
}

static void add_row(const struct compare *compare, size_t index, struct textbuf *out)
{
	struct compare_figures figures = compare_figures(compare, index);
	char memory[16];

	text_bytes(memory, sizeof memory, figures.peak_memory_bytes);
	add_name(compare, index, out);
	textbuf_printf(out, " %7.3f %3.0f %5.2f %4.1f%c %4.0f %7s %4.0f %3.0f %3.0f %3.0f %6s\n",
		       figures.median_s, 100 * figures.spread, figures.speedup, figures.ideal,
		       figures.beyond_cores ? '*' : ' ', 100 * figures.efficiency, memory,
		       100 * figures.shares.busy, 100 * figures.shares.get,
		       100 * figures.shares.put, 100 * figures.shares.lock, verdict_of(&figures));
}

static bool any_beyond_cores(const struct compare *compare)
{
	for (size_t i = 0; i < compare->nplans; i++) {
		if (compare_figures(compare, i).beyond_cores)
			return true;
	}
	return false;
}

/* How many items there are, unless that depends on the plan. */
static void add_items(const struct compare *compare, struct textbuf *out)
{
	uint64_t found = compare->plans[0].runs[0].found;

	for (size_t i = 1; i < compare->nplans; i++) {
		if (compare->plans[i].runs[0].found != found)
			return;
	}
	textbuf_printf(out, " %llu %s,", (unsigned long long)found, compare->items);
}

static void add_meanings(const struct compare *compare, const char *spread, struct textbuf *out)
{
	char *meanings = mem_printf("SECONDS are medians over the rounds, %s the distance of the "
				    "slowest from the fastest. BUSY, GET, PUT, LCK: %% of the "
				    "workers' time at work, waiting for something to do, for room "
				    "behind them, for locks. EQUAL: outputs and results are those "
				    "of the first plan.",
				    spread);

	if (any_beyond_cores(compare))
		textbuf_printf(out, "* more workers than CPUs: only waiting can be shared out "
				    "further\n");
	lines_wrapped(out, 0, meanings);
	free(meanings);
}

void compare_text(const struct compare *compare, const struct compare_style *style,
		  struct textbuf *out)
{
	const char *spread = style->ascii ? "+-%" : "±%";

	textbuf_printf(out, "%s:", compare->workload);
	add_items(compare, out);
	textbuf_printf(out, " %u round%s, %u CPU%s; each plan against the first\n\n",
		       compare->rounds, compare->rounds == 1 ? "" : "s", compare->cores,
		       compare->cores == 1 ? "" : "s");
	textbuf_printf(out, "%-*s %7s %*s%s %5s %5s %4s %7s %4s %3s %3s %3s %6s\n", NAME_COLUMNS,
		       "PLAN", "SECONDS", 3 - text_width(spread), "", spread, "SPEED", "IDEAL",
		       "EFF%", "MEMORY", "BUSY", "GET", "PUT", "LCK", "EQUAL");
	for (size_t i = 0; i < compare->nplans; i++)
		add_row(compare, i, out);
	textbuf_append(out, "\n", 1);
	add_meanings(compare, spread, out);
	textbuf_append(out, "\n", 1);
	compare_chart(compare, style, out);
}
