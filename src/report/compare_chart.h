/*
 * compare_chart.h - a comparison as a chart of characters (floor: report). No state.
 */
#ifndef IMGTOP_REPORT_COMPARE_CHART_H
#define IMGTOP_REPORT_COMPARE_CHART_H

#include "report/compare_curves.h"

/* Time and speed-up against workers, where there are curves: side by side where the width allows
 * it. A bar for each plan, where one is in no curve. A legend, and what the laws mean. */
void compare_chart(const struct compare *compare, const struct compare_style *style,
		   struct textbuf *out);

#endif
