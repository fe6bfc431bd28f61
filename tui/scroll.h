/*
 * scroll.h - where a text that is longer than its window is scrolled to (floor: tui).
 */
#ifndef IMGTOP_TUI_SCROLL_H
#define IMGTOP_TUI_SCROLL_H

#include <stdbool.h>

#include "tui/keys.h"

struct scroll {
	int top;   /* line that stands in the first row */
	int lines; /* when drawn last */
	int page;  /* rows of the window */
};

/* The text has so many lines and the window so many rows: keep the top where there is text. */
void scroll_fit(struct scroll *scroll, int lines, int page);

/* Up, down, a page, to an end; false: the command is none of these. */
bool scroll_command(struct scroll *scroll, enum command command);

/* The same for the chosen row of a list of `count` rows, of which `page` show at a time: it stays
 * within the list (0 in an empty one). false: the command is none of these; nothing changes. */
bool scroll_choose(enum command command, int count, int page, int *chosen);

#endif
