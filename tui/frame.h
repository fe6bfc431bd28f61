/*
 * frame.h - what surrounds every tab of a run: header, meters, queue gauges, tab line, key bar
 * (floor: tui).
 */
#ifndef IMGTOP_TUI_FRAME_H
#define IMGTOP_TUI_FRAME_H

#include "tui/ui.h"

/* Rows that are left for the tab itself. */
struct frame_body {
	int row;
	int rows;
	bool tiny; /* below 40x10: `name ST for` is what fits */
};

/* Draw the frame. With body->rows == 0 the frame has taken the whole screen. */
void frame_draw(const struct ui *ui, struct canvas *canvas, struct frame_body *body);

#endif
