/*
 * signals.h - signals as readable bytes (floor: tui).
 *
 * The handler writes the number into a pipe and does nothing else; the loop that polls the pipe
 * acts on it. One set is open at a time in a process.
 */
#ifndef IMGTOP_TUI_SIGNALS_H
#define IMGTOP_TUI_SIGNALS_H

#include <stddef.h>

#include "base/err.h"

/* Catch these. Returns the descriptor to poll, -1 with err filled. */
int signals_open(const int *signals, size_t count, struct err *err);

/* The next signal that came, 0 when there is none. Never waits. */
int signals_next(int fd);

/* What the signals did before is in force again. */
void signals_close(void);

/* Stop this process as SIGTSTP does; returns when it is continued. The signal is caught again. */
void signals_stop(void);

#endif
