/*
 * meters.h - the figures above the tabs of a run: speed, queues, history, memory (floor: tui).
 */
#ifndef IMGTOP_TUI_METERS_H
#define IMGTOP_TUI_METERS_H

#include "tui/ui.h"

/* Draw those that were chosen from this row on; returns the row after them. */
int meters_draw(const struct ui *ui, struct canvas *canvas, int row);

#endif
