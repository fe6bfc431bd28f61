/*
 * compare_chart.c - curves and bars of character cells.
 *
 * The measured points hide the law, the law hides the ideal: what was measured is always seen. The
 * height of the speed-up follows what was measured, so that the ideal line leaves the chart where
 * it is far above.
 */
#include "config.h"

#include "report/compare_chart.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/lines.h"
#include "report/plot.h"

enum { ROWS = 11, SIDE_BY_SIDE = 76, GAP = 2, NARROWEST = 24, WIDEST = 160, MARKS = 4 };
enum { RED = 31, GREEN = 32, YELLOW = 33, BLUE = 34, MAGENTA = 35, CYAN = 36 };

/* Of the first curves; further ones share them in turn. */
struct mark {
	const char *within;
	const char *beyond;
	int colour;
};

static const struct mark marks_utf8[MARKS] = {
	{"●", "○", GREEN}, {"■", "□", YELLOW}, {"▲", "△", MAGENTA}, {"◆", "◇", BLUE}};
static const struct mark marks_ascii[MARKS] = {
	{"A", "a", GREEN}, {"B", "b", YELLOW}, {"C", "c", MAGENTA}, {"D", "d", BLUE}};

static const struct mark *mark_of(const struct compare_style *style, size_t curve)
{
	return style->ascii ? &marks_ascii[curve % MARKS] : &marks_utf8[curve % MARKS];
}

static struct plot_ink ideal_ink(const struct compare_style *style)
{
	return (struct plot_ink){style->ascii ? "." : "·", RED};
}

static struct plot_ink law_ink(const struct compare_style *style)
{
	return (struct plot_ink){style->ascii ? "-" : "─", CYAN};
}

/* ---- curves -----------------------------------------------------------------------------------
 */

struct line {
	const struct law *law;
	double base_s;
	double base_workers;
};

static double law_time(const void *context, double workers)
{
	return law_seconds(((const struct line *)context)->law, workers);
}

static double law_speedup(const void *context, double workers)
{
	const struct line *line = context;

	return line->base_s / law_seconds(line->law, workers);
}

static double ideal_time(const void *context, double workers)
{
	const struct line *line = context;

	return line->base_s * line->base_workers / workers;
}

static double ideal_speedup(const void *context, double workers)
{
	return workers / ((const struct line *)context)->base_workers;
}

struct ranges {
	double workers_least;
	double workers_most;
	double seconds;
	double speedup;
};

static struct ranges ranges_of(const struct compare *compare, const struct compare_curves *curves)
{
	struct ranges ranges = {.workers_least = INFINITY, .workers_most = 1, .speedup = 1};

	for (size_t i = 0; i < compare->nplans; i++) {
		struct compare_figures figures = compare_figures(compare, i);

		if (compare_curves_of(curves, i) == NULL)
			continue;
		ranges.workers_least = fmin(ranges.workers_least, compare->plans[i].workers);
		ranges.workers_most = fmax(ranges.workers_most, compare->plans[i].workers);
		ranges.seconds = fmax(ranges.seconds, figures.median_s);
		ranges.speedup = fmax(ranges.speedup, figures.speedup);
	}
	if (!(ranges.seconds > 0))
		ranges.seconds = 1;
	ranges.speedup *= 1.2;
	return ranges;
}

static void draw_points(struct plot *plot, const struct compare *compare,
			const struct compare_curves *curves, const struct compare_style *style,
			bool speedup)
{
	for (size_t i = 0; i < curves->count; i++) {
		const struct compare_curve *curve = &curves->curve[i];
		const struct mark *mark = mark_of(style, i);

		for (size_t j = 0; j < curve->nplans; j++) {
			struct compare_figures figures = compare_figures(compare, curve->plan[j]);
			unsigned workers = compare->plans[curve->plan[j]].workers;

			plot_point(plot, workers, speedup ? figures.speedup : figures.median_s,
				   (struct plot_ink){figures.beyond_cores ? mark->beyond
									  : mark->within,
						     mark->colour});
			plot_tick(plot, workers);
		}
	}
}

static struct plot *make_plot(const struct compare *compare, const struct compare_curves *curves,
			      const struct compare_style *style, int columns, bool speedup)
{
	struct ranges ranges = ranges_of(compare, curves);
	struct plot *plot = plot_create(columns, ROWS, ranges.workers_least, ranges.workers_most,
					speedup ? ranges.speedup : ranges.seconds);
	struct line line = {.base_s = compare_figures(compare, 0).median_s,
			    .base_workers = compare->plans[0].workers};

	draw_points(plot, compare, curves, style, speedup);
	for (size_t i = 0; i < curves->count; i++) {
		line.law = compare_curve_law(&curves->curve[i]);
		if (line.law != NULL)
			plot_curve(plot, speedup ? law_speedup : law_time, &line, law_ink(style));
	}
	if (line.base_workers > 0)
		plot_curve(plot, speedup ? ideal_speedup : ideal_time, &line, ideal_ink(style));
	return plot;
}

static void add_plots(struct plot *const plots[2], const struct compare_style *style, bool beside,
		      struct textbuf *out)
{
	static const char *const titles[2] = {"         seconds by workers",
					      "         times as fast, by workers"};

	for (int i = 0; beside && i < plot_lines(plots[0]); i++) {
		plot_line(plots[0], i, titles[0], style->ascii, style->colour, out);
		textbuf_printf(out, "%*s", GAP, "");
		plot_line(plots[1], i, titles[1], style->ascii, style->colour, out);
		textbuf_append(out, "\n", 1);
	}
	for (int p = 0; !beside && p < 2; p++) {
		for (int i = 0; i < plot_lines(plots[p]); i++) {
			plot_line(plots[p], i, titles[p], style->ascii, style->colour, out);
			textbuf_append(out, "\n", 1);
		}
	}
}

static void add_legend(const struct compare *compare, const struct compare_curves *curves,
		       const struct compare_style *style, struct textbuf *out)
{
	struct textbuf legend;
	size_t beyond = 0;
	bool usl = false, amdahl = false;

	textbuf_init(&legend);
	for (size_t i = 0; i < curves->count; i++) {
		const struct compare_curve *curve = &curves->curve[i];

		textbuf_printf(&legend, "%s %s, ", mark_of(style, i)->within, curve->family);
		beyond += curve->beyond;
		usl = usl || curve->has_usl;
		amdahl = amdahl || (curve->has_amdahl && !curve->has_usl);
	}
	if (beyond > 0)
		textbuf_printf(&legend, "%s more workers than the %u CPU%s, ",
			       style->ascii ? "small letter" : "hollow", compare->cores,
			       compare->cores == 1 ? "" : "s");
	textbuf_printf(&legend, "%s ideal, %s law (%s%s%s)", ideal_ink(style).glyph,
		       law_ink(style).glyph, amdahl ? law_name(LAW_AMDAHL) : "",
		       amdahl && usl ? ", " : "", usl ? law_name(LAW_USL) : "");
	lines_wrapped_to(out, 0, style->columns, legend.text);
	textbuf_free(&legend);
}

static void add_curves(const struct compare *compare, const struct compare_curves *curves,
		       const struct compare_style *style, int columns, struct textbuf *out)
{
	bool beside = columns >= SIDE_BY_SIDE;
	int each = beside ? (columns - GAP) / 2 : columns;
	struct plot *plots[2];

	for (int i = 0; i < 2; i++)
		plots[i] = make_plot(compare, curves, style, each, i == 1);
	add_plots(plots, style, beside, out);
	add_legend(compare, curves, style, out);
	for (int i = 0; i < 2; i++)
		plot_free(plots[i]);
}

/* ---- bars -------------------------------------------------------------------------------------
 */

static void add_bar_cells(const struct compare_figures *figures, double base_s, double cells_per_s,
			  int cells, const struct compare_style *style, struct textbuf *out)
{
	int length = (int)lround(figures->median_s * cells_per_s);
	int tick = figures->ideal > 0 ? (int)lround(base_s / figures->ideal * cells_per_s) : -1;
	const char *full = style->ascii ? "#" : "█", *light = style->ascii ? "=" : "▒";
	const char *bar = figures->beyond_cores ? light : full;

	for (int i = 0; i < cells; i++) {
		bool marked = i == (tick < cells ? tick : cells - 1) && tick >= 0;
		int colour = marked ? RED : i < length ? GREEN : 0;
		const char *glyph = marked ? "|" : i < length ? bar : " ";

		if (style->colour && colour != 0)
			textbuf_printf(out, "\033[%dm%s\033[0m", colour, glyph);
		else
			textbuf_printf(out, "%s", glyph);
	}
}

static int widest_label(const struct compare *compare, int most)
{
	int widest = 4;

	for (size_t i = 0; i < compare->nplans; i++) {
		char *label = compare_label(compare, i);
		int width = text_width(label);

		widest = width > widest ? width : widest;
		free(label);
	}
	return widest < most ? widest : most;
}

static void add_bars(const struct compare *compare, const struct compare_style *style, int columns,
		     struct textbuf *out)
{
	enum { FIGURES = 18, CLIPPED = 1024 };
	double base_s = compare_figures(compare, 0).median_s, longest_s = 0;
	int label = widest_label(compare, columns > 60 ? columns * 2 / 5 : columns / 4);
	int cells = columns - label - 1 - FIGURES;
	char clipped[CLIPPED];

	for (size_t i = 0; i < compare->nplans; i++)
		longest_s = fmax(longest_s, compare_figures(compare, i).median_s);
	if (!(longest_s > 0) || cells < 1)
		return;
	for (size_t i = 0; i < compare->nplans; i++) {
		struct compare_figures figures = compare_figures(compare, i);
		char *name = compare_label(compare, i);

		text_clip(clipped, sizeof clipped, name, label);
		textbuf_printf(out, "%s ", clipped);
		add_bar_cells(&figures, base_s, cells / longest_s, cells, style, out);
		textbuf_printf(out, " %7.3f s %6.2fx\n", figures.median_s, figures.speedup);
		free(name);
	}
	lines_wrapped_to(out, 0, style->columns,
			 style->ascii ? "# median time, = the same with more workers than CPUs, | "
					"ideal by workers"
				      : "█ median time, ▒ the same with more workers than CPUs, | "
					"ideal by workers");
}

static bool all_in_curves(const struct compare *compare, const struct compare_curves *curves)
{
	for (size_t i = 0; i < compare->nplans; i++) {
		if (compare_curves_of(curves, i) == NULL)
			return false;
	}
	return true;
}

void compare_chart(const struct compare *compare, const struct compare_style *style,
		   struct textbuf *out)
{
	struct compare_curves curves = compare_curves(compare);
	int columns = style->columns < NARROWEST ? NARROWEST
		      : style->columns > WIDEST	 ? WIDEST
						 : style->columns;
	struct textbuf words;
	char *rest, *line;

	if (curves.count > 0) {
		add_curves(compare, &curves, style, columns, out);
		textbuf_append(out, "\n", 1);
	}
	if (!all_in_curves(compare, &curves)) {
		add_bars(compare, style, columns, out);
		textbuf_append(out, "\n", 1);
	}
	textbuf_init(&words);
	compare_curves_text(compare, &curves, &words);
	rest = words.text;
	while ((line = strsep(&rest, "\n")) != NULL) {
		if (*line != '\0')
			lines_wrapped_to(out, 0, style->columns, line);
	}
	textbuf_free(&words);
	compare_curves_release(&curves);
}
