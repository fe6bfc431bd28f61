/*
 * pen.h - lines written one below the other into an area that shows a part of them (floor: tui).
 */
#ifndef IMGTOP_TUI_PEN_H
#define IMGTOP_TUI_PEN_H

#include "tui/widgets.h"

/* Lines above `top` and beyond the area are counted and not drawn. */
struct pen {
	struct canvas *canvas;
	struct widget_area area;
	int top;    /* line that stands in the first row */
	int line;   /* lines so far */
	int indent; /* of the texts of facts; 0: ten columns */
};

/* Take the next line: its row on the canvas, -1 when it is not in view. */
int pen_next(struct pen *pen);

void pen_blank(struct pen *pen);
void pen_line(struct pen *pen, enum colour colour, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* "Label   text", broken at blanks where it is longer than the line. */
void pen_fact(struct pen *pen, const char *label, enum colour colour, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

#endif
