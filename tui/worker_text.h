/*
 * worker_text.h - what a worker does, in figures and words that screens and JSON share
 * (floor: tui).
 */
#ifndef IMGTOP_TUI_WORKER_TEXT_H
#define IMGTOP_TUI_WORKER_TEXT_H

#include "record/snapshot.h"
#include "tui/colours.h"

/* Slots in use. */
unsigned worker_count(const struct snapshot *snapshot);

/* For how long the worker is in its state; 0 when it is in none. */
uint64_t worker_state_age_ns(const struct snapshot *snapshot, unsigned worker);

/* "queue write (full)", "lock of decode-2", or how it ended; "" when it waits for nothing. */
void worker_wait_text(const struct snapshot *snapshot, unsigned worker, char *text, size_t size);

/* How a state is coloured wherever its letter is shown. */
enum colour worker_state_colour(enum worker_state state);

/* "thread", "process", "walk", "recorder" */
const char *worker_kind_word(const struct snapshot *snapshot, unsigned worker);

#endif
