/*
 * compare_svg.c - a comparison as a chart (floor: report). No state.
 *
 * A bar for each plan: its median time, a whisker from the fastest to the slowest round, and a tick
 * where the time would be if as many times the first plan's workers were as many times as fast.
 * Plans with more workers than CPUs are lighter. Below, where plans differ only in their number of
 * workers: time and speed-up against it, and the law that they follow, in words as well.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/compare_curves.h"
#include "report/compare_svg_curves.h"
#include "report/lines.h"
#include "report/svg.h"

enum {
	WIDTH_PX = 960,
	LABEL_LEAST = 12, /* columns left of the bars */
	LABEL_MOST = 62,
	LETTER_PX = 7,
	RIGHT_PX = 150,
	TOP_PX = 56,
	ROW_PX = 34,
	BAR_PX = 18,
	BELOW_PX = 54, /* the bars: what they mean */
	MARGIN_PX = 20,
	LINE_PX = 18,
	WORDS_COLUMNS = 130,
};

static double longest_s(const struct compare *compare)
{
	double longest = 0;

	for (size_t i = 0; i < compare->nplans; i++) {
		double most = compare_figures(compare, i).most_s;

		longest = most > longest ? most : longest;
	}
	return longest > 0 ? longest : 1;
}

/* Where bars begin, and how long a second is. */
struct bars {
	double left_px;
	double px_per_s;
};

static struct bars measure(const struct compare *compare)
{
	int widest = LABEL_LEAST;

	for (size_t i = 0; i < compare->nplans; i++) {
		char *label = compare_label(compare, i);
		int width = text_width(label);

		widest = width > widest ? width : widest;
		free(label);
	}
	widest = widest < LABEL_MOST ? widest : LABEL_MOST;
	return (struct bars){.left_px = MARGIN_PX + LETTER_PX * widest,
			     .px_per_s = (WIDTH_PX - MARGIN_PX - LETTER_PX * widest - RIGHT_PX) /
					 longest_s(compare)};
}

static void add_label(const struct compare *compare, size_t index, double x, double y,
		      struct textbuf *out)
{
	char *label = compare_label(compare, index), clipped[8 * LABEL_MOST];

	if (text_width(label) > LABEL_MOST) {
		text_clip(clipped, sizeof clipped, label, LABEL_MOST);
		svg_label(out, x, y, "end", clipped);
	} else {
		svg_label(out, x, y, "end", label);
	}
	free(label);
}

static void add_bar(const struct compare *compare, size_t index, const struct bars *bars,
		    struct textbuf *out)
{
	struct compare_figures figures = compare_figures(compare, index);
	double base_s = compare_figures(compare, 0).median_s, left = bars->left_px;
	double top = TOP_PX + ROW_PX * (double)index, middle = top + BAR_PX / 2.0;
	double ideal = left + (figures.ideal > 0 ? base_s / figures.ideal : 0) * bars->px_per_s;
	char text[96];

	add_label(compare, index, left - 8, middle + 4, out);
	textbuf_printf(out,
		       "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%d\"/>\n",
		       figures.beyond_cores ? "beyond" : "bar", left, top,
		       figures.median_s * bars->px_per_s, BAR_PX);
	svg_line(out, "whisker",
		 (double[]){left + figures.least_s * bars->px_per_s, middle,
			    left + figures.most_s * bars->px_per_s, middle});
	svg_line(out, "ideal", (double[]){ideal, top - 3, ideal, top + BAR_PX + 3});
	snprintf(text, sizeof text, "%.3g s, %.2f times%s", figures.median_s, figures.speedup,
		 figures.equal && !figures.failed ? "" : " (NOT EQUAL)");
	svg_label(out, left + figures.most_s * bars->px_per_s + 6, middle + 4, "start", text);
}

/* Bars from TOP_PX on; returns where what follows may begin. */
static int add_bars(const struct compare *compare, struct textbuf *out)
{
	const struct bars bars = measure(compare);
	int bottom = TOP_PX + ROW_PX * (int)compare->nplans;

	for (size_t i = 0; i < compare->nplans; i++)
		add_bar(compare, i, &bars, out);
	svg_label(out, bars.left_px, bottom + 8, "start",
		  "bar: median, line: fastest to slowest round, red: ideal by workers");
	svg_label(out, bars.left_px, bottom + 26, "start",
		  "lighter: more workers than CPUs; times: speed-up against the first plan");
	return bottom + BELOW_PX;
}

/* What the laws mean, a line of text after the other. Returns where it ends. */
static int add_words(const struct compare *compare, const struct compare_curves *curves, int top_px,
		     struct textbuf *out)
{
	struct textbuf words;
	char *rest, *line;

	textbuf_init(&words);
	compare_curves_text(compare, curves, &words);
	rest = words.text;
	while ((line = strsep(&rest, "\n")) != NULL)
		top_px += LINE_PX *
			  svg_paragraph(out, MARGIN_PX, top_px, LINE_PX, WORDS_COLUMNS, line);
	textbuf_free(&words);
	return top_px;
}

static void add_head(const struct compare *compare, int height, struct textbuf *out)
{
	char text[160];

	textbuf_printf(out,
		       "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
		       "width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"13\">\n"
		       "<style>.bar{fill:#4878a8}.beyond{fill:#9db8d2}"
		       ".whisker{stroke:#222;stroke-width:1.5}"
		       ".ideal{stroke:#c44e52;stroke-width:2}%s</style>\n"
		       "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n",
		       WIDTH_PX, height, WIDTH_PX, height, compare_svg_curves_style);
	snprintf(text, sizeof text, "%s: seconds by plan, %u round%s, %u CPU%s", compare->workload,
		 compare->rounds, compare->rounds == 1 ? "" : "s", compare->cores,
		 compare->cores == 1 ? "" : "s");
	svg_label(out, WIDTH_PX / 2.0, 28, "middle", text);
}

char *compare_svg(const struct compare *compare)
{
	struct compare_curves curves = compare_curves(compare);
	struct textbuf out, body;
	int height;

	textbuf_init(&out);
	textbuf_init(&body);
	height = add_bars(compare, &body);
	height += compare_svg_curves(compare, &curves, height, WIDTH_PX, &body);
	height = add_words(compare, &curves, height, &body) + MARGIN_PX;
	add_head(compare, height, &out);
	textbuf_printf(&out, "%s</svg>\n", body.text);
	textbuf_free(&body);
	compare_curves_release(&curves);
	return out.text;
}
