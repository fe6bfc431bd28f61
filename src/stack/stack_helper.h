/*
 * stack_helper.h - what a helper does: takes the stacks of threads, and tells (floor: stack).
 *
 * In a process of its own, which stack_job starts. Only those who are the same program can be asked
 * for: others are refused.
 */
#ifndef IMGTOP_STACK_STACK_HELPER_H
#define IMGTOP_STACK_STACK_HELPER_H

#include "stack/stack.h"

/*
 * Look at these, in this order, and write what came of it to the descriptor: lines for
 * stack_set_read, those of a thread as soon as they are known. rounds: 1 or 2, a second apart.
 * Returns an exit status: 0, or 1 when nobody listens.
 */
int stack_helper_run(const struct stack_target *targets, size_t count, unsigned rounds, int out);

#endif
