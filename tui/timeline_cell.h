/*
 * timeline_cell.h - what a cell of the timeline is in words (floor: tui; internal to that screen).
 */
#ifndef IMGTOP_TUI_TIMELINE_CELL_H
#define IMGTOP_TUI_TIMELINE_CELL_H

#include "tui/timeline_view.h"
#include "tui/ui.h"

/* A column of a worker's row. */
struct timeline_place {
	unsigned worker;
	int64_t column;
};

/* In one line: "decode-3 at 0:06.00: FAILED in decode 600ms, a19.png". */
void timeline_cell_line(const struct ui *ui, const struct timeline_scale *scale,
			struct timeline_place place, char *text, size_t size);

/* At length, in a dialog that leads on to the worker; says so when nothing is known. */
void timeline_cell_name(struct ui *ui, const struct timeline_scale *scale,
			struct timeline_place place);

#endif
