/*
 * chart.h - a run as a chart, chart.svg of its report (floor: report). No state.
 */
#ifndef IMGTOP_REPORT_CHART_H
#define IMGTOP_REPORT_CHART_H

#include "record/snapshot.h"

#define CHART_NAME "chart.svg"

/* A whole SVG document. Caller frees. */
char *chart_svg(const struct snapshot *snapshot);

#endif
