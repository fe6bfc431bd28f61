/*
 * terminfo.h - what is asked of terminfo without curses: whether there is a terminal to draw on,
 * and how it is given back when a signal kills this process (floor: tui).
 */
#ifndef IMGTOP_TUI_TERMINFO_H
#define IMGTOP_TUI_TERMINFO_H

#include <stdbool.h>

#include "base/err.h"

/* Can TERM be driven at all? Writes nothing. error: permanent, says what to do. */
int terminfo_check(struct err *err);

/* Remember the modes of the terminal as they are now. 0, or -1 with errno. */
int terminfo_remember(int keys_fd);

/* From now on a fatal signal leaves the alternate screen and restores the modes before it kills.
 * Needs a terminal that curses has set up. */
void terminfo_arm(void);

/* Does the terminal report the mouse? Then that is switched off as well. */
void terminfo_arm_mouse(bool mouse);

/* The terminal was given back in order. */
void terminfo_disarm(void);

#endif
