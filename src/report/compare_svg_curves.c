/*
 * compare_svg_curves.c - points with their spread, the ideal line, the fitted law; what lies beyond
 * the CPUs stands on a shaded ground and is hollow.
 */
#include "config.h"

#include "report/compare_svg_curves.h"

#include <math.h>
#include <stdio.h>

#include "report/svg.h"

enum {
	LEFT_PX = 62, /* of a panel: the labels of its axis */
	RIGHT_PX = 14,
	TITLE_PX = 26,
	HIGH_PX = 230,
	TICKS_PX = 40,
	LEGEND_PX = 22,
	STEPS = 120, /* of a law's curve */
	COLOURS = 4,
	PARTS = 4, /* of the y axis */
};

const char compare_svg_curves_style[] =
	".axis{stroke:#444}.grid{stroke:#ddd}.shade{fill:#f3efe6}"
	".law{fill:none;stroke-width:1.6}.amdahl{fill:none;stroke-width:1.2;stroke-dasharray:5 4}"
	".perfect{fill:none;stroke:#c44e52;stroke-width:1.2;stroke-dasharray:2 3}";

static const char *const colours[COLOURS] = {"#4878a8", "#b5702c", "#55883b", "#7b5ea7"};

struct panel {
	bool speedup;
	double left_px, top_px, wide_px;
	double workers_least, workers_most;
	double y_most;
	double base_s, base_workers;
};

static double x_of(const struct panel *panel, double workers)
{
	double range = panel->workers_most - panel->workers_least;

	return panel->left_px +
	       (range > 0 ? (workers - panel->workers_least) / range : 0) * panel->wide_px;
}

static double y_of(const struct panel *panel, double value)
{
	return panel->top_px + HIGH_PX * (1 - value / panel->y_most);
}

static double shown(const struct panel *panel, double seconds)
{
	return panel->speedup ? panel->base_s / seconds : seconds;
}

static void scale(const struct compare *compare, const struct compare_curves *curves,
		  struct panel *panel)
{
	panel->workers_least = INFINITY;
	for (size_t i = 0; i < compare->nplans; i++) {
		struct compare_figures figures = compare_figures(compare, i);

		if (compare_curves_of(curves, i) == NULL)
			continue;
		panel->workers_least = fmin(panel->workers_least, compare->plans[i].workers);
		panel->workers_most = fmax(panel->workers_most, compare->plans[i].workers);
		panel->y_most =
			fmax(panel->y_most, panel->speedup ? figures.speedup : figures.most_s);
	}
	panel->y_most = panel->y_most > 0 ? panel->y_most * 1.15 : 1;
}

/* Is there a plan before it with as many workers? */
static bool is_said_before(const struct compare *compare, const struct compare_curves *curves,
			   size_t plan)
{
	for (size_t i = 0; i < plan; i++) {
		if (compare_curves_of(curves, i) != NULL &&
		    compare->plans[i].workers == compare->plans[plan].workers)
			return true;
	}
	return false;
}

static void add_axes(const struct compare *compare, const struct compare_curves *curves,
		     const struct panel *panel, struct textbuf *out)
{
	double right = panel->left_px + panel->wide_px, bottom = panel->top_px + HIGH_PX;
	double beyond = x_of(panel, compare->cores + 0.5);
	char text[32];

	if (beyond < right) {
		beyond = fmax(beyond, panel->left_px);
		textbuf_printf(out,
			       "<rect class=\"shade\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
			       "height=\"%d\"/>\n",
			       beyond, panel->top_px, right - beyond, HIGH_PX);
	}
	for (int i = 0; i <= PARTS; i++) {
		double value = panel->y_most * i / PARTS, y = y_of(panel, value);

		svg_line(out, i == 0 ? "axis" : "grid", (double[]){panel->left_px, y, right, y});
		snprintf(text, sizeof text, "%.3g", value);
		svg_label(out, panel->left_px - 6, y + 4, "end", text);
	}
	svg_line(out, "axis", (double[]){panel->left_px, panel->top_px, panel->left_px, bottom});
	for (size_t i = 0; i < compare->nplans; i++) {
		unsigned workers = compare->plans[i].workers;

		if (compare_curves_of(curves, i) == NULL || is_said_before(compare, curves, i))
			continue;
		snprintf(text, sizeof text, "%u", workers);
		svg_label(out, x_of(panel, workers), bottom + 17, "middle", text);
	}
	svg_label(out, panel->left_px + panel->wide_px / 2, bottom + 34, "middle", "workers");
	svg_label(out, panel->left_px + panel->wide_px / 2, panel->top_px - 9, "middle",
		  panel->speedup ? "times as fast as the first plan" : "seconds");
}

/* A curve through what `law` (NULL: the ideal) says, as far as it is inside. */
static void add_path(const struct panel *panel, const struct law *law, const char *class,
		     const char *colour, struct textbuf *out)
{
	bool open = false;

	textbuf_printf(out, "<path class=\"%s\"%s%s%s d=\"", class,
		       colour != NULL ? " stroke=\"" : "", colour != NULL ? colour : "",
		       colour != NULL ? "\"" : "");
	for (int i = 0; i <= STEPS; i++) {
		double workers = panel->workers_least +
				 (panel->workers_most - panel->workers_least) * i / STEPS;
		double seconds = law != NULL ? law_seconds(law, workers)
					     : panel->base_s * panel->base_workers / workers;
		double value = shown(panel, seconds);

		if (!(value <= panel->y_most)) {
			open = false;
			continue;
		}
		textbuf_printf(out, "%s%.1f %.1f", open ? " L" : " M", x_of(panel, workers),
			       y_of(panel, value));
		open = true;
	}
	textbuf_printf(out, "\"/>\n");
}

static void add_points(const struct compare *compare, const struct compare_curve *curve,
		       const struct panel *panel, const char *colour, struct textbuf *out)
{
	for (size_t i = 0; i < curve->nplans; i++) {
		struct compare_figures figures = compare_figures(compare, curve->plan[i]);
		double x = x_of(panel, compare->plans[curve->plan[i]].workers);
		double y = y_of(panel, panel->speedup ? figures.speedup : figures.median_s);

		if (!panel->speedup)
			svg_line(out, "whisker",
				 (double[]){x, y_of(panel, figures.least_s), x,
					    y_of(panel, figures.most_s)});
		textbuf_printf(out,
			       "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4.5\" stroke=\"%s\" "
			       "stroke-width=\"1.6\" fill=\"%s\"/>\n",
			       x, y, colour, figures.beyond_cores ? "#fff" : colour);
	}
}

static void add_panel(const struct compare *compare, const struct compare_curves *curves,
		      const struct panel *panel, struct textbuf *out)
{
	add_axes(compare, curves, panel, out);
	if (panel->base_workers > 0)
		add_path(panel, NULL, "perfect", NULL, out);
	for (size_t i = 0; i < curves->count; i++) {
		const struct compare_curve *curve = &curves->curve[i];
		const char *colour = colours[i % COLOURS];

		if (curve->has_amdahl)
			add_path(panel, &curve->amdahl, curve->has_usl ? "amdahl" : "law", colour,
				 out);
		if (curve->has_usl)
			add_path(panel, &curve->usl, "law", colour, out);
		add_points(compare, curve, panel, colour, out);
	}
}

static void add_legend(const struct compare_curves *curves, double y, struct textbuf *out)
{
	double x = LEFT_PX;

	for (size_t i = 0; i < curves->count; i++) {
		textbuf_printf(out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4.5\" fill=\"%s\"/>\n", x,
			       y - 4, colours[i % COLOURS]);
		svg_label(out, x + 9, y, "start", curves->curve[i].family);
		x += 24 + 8 * text_width(curves->curve[i].family);
	}
	svg_label(out, LEFT_PX - 4, y + LEGEND_PX, "start",
		  "hollow, shaded: more workers than CPUs; red: ideal; line: law (dashed: Amdahl "
		  "beside the USL)");
}

int compare_svg_curves(const struct compare *compare, const struct compare_curves *curves,
		       int top_px, int width_px, struct textbuf *out)
{
	if (curves->count == 0)
		return 0;
	for (int i = 0; i < 2; i++) {
		struct panel panel = {.speedup = i == 1,
				      .left_px = LEFT_PX + i * width_px / 2.0,
				      .top_px = top_px + TITLE_PX,
				      .wide_px = width_px / 2.0 - LEFT_PX - RIGHT_PX,
				      .base_s = compare_figures(compare, 0).median_s,
				      .base_workers = compare->plans[0].workers};

		scale(compare, curves, &panel);
		add_panel(compare, curves, &panel, out);
	}
	add_legend(curves, top_px + TITLE_PX + HIGH_PX + TICKS_PX + LEGEND_PX - 4, out);
	return TITLE_PX + HIGH_PX + TICKS_PX + 3 * LEGEND_PX;
}
