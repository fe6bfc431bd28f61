/*
 * accessible_stacks.h - where the threads of a worker's process stand, in sentences (floor: tui).
 *
 * Nothing here waits: the stacks are asked for, and told when they have been taken. One thread.
 */
#ifndef IMGTOP_TUI_ACCESSIBLE_STACKS_H
#define IMGTOP_TUI_ACCESSIBLE_STACKS_H

#include <stdio.h>

#include "tui/ui.h"

struct accessible_stacks {
	bool awaited; /* asked for, and not told yet; until then the model is diagnosed */
};

/* Have the stacks of the worker's process taken; says so, or why not. */
void accessible_stacks_ask(struct accessible_stacks *stacks, struct ui *ui, unsigned worker);

/* Tell what was asked for, once it is there. */
void accessible_stacks_tell(struct accessible_stacks *stacks, struct ui *ui, FILE *stream);

#endif
