/*
 * detail.h - opening the screen of one worker's details (floor: tui).
 */
#ifndef IMGTOP_TUI_DETAIL_H
#define IMGTOP_TUI_DETAIL_H

#include "tui/ui.h"

/* Show this worker; Esc leads back to where one came from. */
void detail_show(struct ui *ui, unsigned worker);

#endif
