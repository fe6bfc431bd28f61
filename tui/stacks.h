/*
 * stacks.h - the stacks of one worker's process that were asked for last, and the screen that shows
 * them (floor: tui).
 */
#ifndef IMGTOP_TUI_STACKS_H
#define IMGTOP_TUI_STACKS_H

#include "tui/pen.h"
#include "tui/ui.h"

/* Have the stacks of the worker's process taken, and show them; Esc leads back to where one came
 * from. Says why when that cannot be. */
void stacks_show(struct ui *ui, unsigned worker);

/* What was taken of this worker, in the incarnation that is shown; NULL: nothing (yet). */
const struct stack_set *stacks_taken(const struct ui *ui, unsigned worker);

/* The frames of a thread, a line each: at most so many, and how many more there are. */
void stacks_write_frames(struct pen *pen, const struct stack_thread *thread, size_t most);

/* ui_stacks.c: begin; false: it was said why not. Forget what was taken. */
bool ui_stacks_take(struct ui *ui, unsigned worker);
void ui_stacks_drop(struct ui *ui);

#endif
