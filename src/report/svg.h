/*
 * svg.h - pieces of an SVG chart (floor: report). No state. Lengths are pixels.
 */
#ifndef IMGTOP_REPORT_SVG_H
#define IMGTOP_REPORT_SVG_H

#include "base/text.h"

/* Any text: what XML would obey is escaped, control characters become blanks. */
void svg_text(struct textbuf *out, const char *text);

/* anchor: start, middle or end */
void svg_label(struct textbuf *out, double x_px, double y_px, const char *anchor, const char *text);

/* ends: x1, y1, x2, y2 */
void svg_line(struct textbuf *out, const char *class, const double ends_px[4]);

/* Text broken at blanks into lines of at most `columns` characters. Returns how many lines. */
int svg_paragraph(struct textbuf *out, double x_px, double y_px, double line_px, int columns,
		  const char *text);

#endif
