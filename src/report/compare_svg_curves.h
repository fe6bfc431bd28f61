/*
 * compare_svg_curves.h - the panels of a comparison's SVG chart that show time and speed-up against
 * workers (floor: report). No state.
 */
#ifndef IMGTOP_REPORT_COMPARE_SVG_CURVES_H
#define IMGTOP_REPORT_COMPARE_SVG_CURVES_H

#include "report/compare_curves.h"

/* Styles of what is drawn, for the file's style sheet. */
extern const char compare_svg_curves_style[];

/* Draw both panels side by side, width_px together, from top_px on, the legend below them. Returns
 * their height in pixels; 0 where there is no curve. */
int compare_svg_curves(const struct compare *compare, const struct compare_curves *curves,
		       int top_px, int width_px, struct textbuf *out);

#endif
