/*
 * compare_svg.c - a comparison as a chart (floor: report). No state.
 *
 * A bar for each plan: its median time, a whisker from the fastest to the slowest round, and a tick
 * where the time would be if as many times the first plan's workers were as many times as fast.
 * Plans with more workers than CPUs are hatched lighter.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "report/compare.h"

enum {
	WIDTH_PX = 760,
	LEFT_PX = 230,
	RIGHT_PX = 150,
	TOP_PX = 56,
	ROW_PX = 34,
	BAR_PX = 18,
	BOTTOM_PX = 60,
};

/* Text that XML takes; control characters become blanks. */
static void add_text(struct textbuf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		switch (*text) {
		case '<':
			textbuf_printf(out, "&lt;");
			break;
		case '>':
			textbuf_printf(out, "&gt;");
			break;
		case '&':
			textbuf_printf(out, "&amp;");
			break;
		default:
			textbuf_append(out, (unsigned char)*text < ' ' ? " " : text, 1);
		}
	}
}

static void add_label(struct textbuf *out, double x, double y, const char *anchor, const char *text)
{
	textbuf_printf(out, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">", x, y, anchor);
	add_text(out, text);
	textbuf_printf(out, "</text>\n");
}

static void add_line(struct textbuf *out, const char *class, const double ends[4])
{
	textbuf_printf(out,
		       "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>\n",
		       class, ends[0], ends[1], ends[2], ends[3]);
}

static double longest_s(const struct compare *compare)
{
	double longest = 0;

	for (size_t i = 0; i < compare->nplans; i++) {
		double most = compare_figures(compare, i).most_s;

		longest = most > longest ? most : longest;
	}
	return longest > 0 ? longest : 1;
}

static void add_bar(const struct compare *compare, size_t index, double px_per_s,
		    struct textbuf *out)
{
	struct compare_figures figures = compare_figures(compare, index);
	double base_s = compare_figures(compare, 0).median_s;
	double top = TOP_PX + ROW_PX * (double)index, middle = top + BAR_PX / 2.0;
	double end = LEFT_PX + figures.median_s * px_per_s;
	double ideal = LEFT_PX + (figures.ideal > 0 ? base_s / figures.ideal : 0) * px_per_s;
	char text[96];

	add_label(out, LEFT_PX - 8, middle + 4, "end", compare->plans[index].name);
	textbuf_printf(
		out, "<rect class=\"%s\" x=\"%d\" y=\"%.1f\" width=\"%.1f\" height=\"%d\"/>\n",
		figures.beyond_cores ? "beyond" : "bar", LEFT_PX, top, end - LEFT_PX, BAR_PX);
	add_line(out, "whisker",
		 (double[]){LEFT_PX + figures.least_s * px_per_s, middle,
			    LEFT_PX + figures.most_s * px_per_s, middle});
	add_line(out, "ideal", (double[]){ideal, top - 3, ideal, top + BAR_PX + 3});
	snprintf(text, sizeof text, "%.3g s, %.2f times%s", figures.median_s, figures.speedup,
		 figures.equal && !figures.failed ? "" : " (NOT EQUAL)");
	add_label(out, LEFT_PX + figures.most_s * px_per_s + 6, middle + 4, "start", text);
}

char *compare_svg(const struct compare *compare)
{
	double px_per_s = (WIDTH_PX - LEFT_PX - RIGHT_PX) / longest_s(compare);
	int height = TOP_PX + ROW_PX * (int)compare->nplans + BOTTOM_PX;
	struct textbuf out;
	char text[160];

	textbuf_init(&out);
	textbuf_printf(&out,
		       "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" "
		       "width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"13\">\n"
		       "<style>.bar{fill:#4878a8}.beyond{fill:#9db8d2}"
		       ".whisker{stroke:#222;stroke-width:1.5}"
		       ".ideal{stroke:#c44e52;stroke-width:2}</style>\n"
		       "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n",
		       WIDTH_PX, height, WIDTH_PX, height);
	snprintf(text, sizeof text, "%s: seconds by plan, %u round%s, %u CPUs", compare->workload,
		 compare->rounds, compare->rounds == 1 ? "" : "s", compare->cores);
	add_label(&out, WIDTH_PX / 2.0, 28, "middle", text);
	for (size_t i = 0; i < compare->nplans; i++)
		add_bar(compare, i, px_per_s, &out);
	add_label(&out, LEFT_PX, height - 34, "start",
		  "bar: median, line: fastest to slowest round, red: ideal by workers");
	add_label(&out, LEFT_PX, height - 16, "start",
		  "lighter: more workers than CPUs; times: speed-up against the first plan");
	textbuf_printf(&out, "</svg>\n");
	return out.text;
}
