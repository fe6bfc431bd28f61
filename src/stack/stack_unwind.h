/*
 * stack_unwind.h - frames with function, file and line from the copy of a stack (floor: stack;
 * internal to the helper).
 *
 * Nothing here stops or touches a thread: stacks come from captures, what is needed beyond them
 * (which files are mapped where, and those files) from /proc and the disk.
 */
#ifndef IMGTOP_STACK_STACK_UNWIND_H
#define IMGTOP_STACK_STACK_UNWIND_H

#include "stack/stack_tracer.h"

struct unwinder;

/* why: a sentence when there is none (NULL): libdw was left out of this build, or is not there. */
struct unwinder *unwinder_new(char *why, size_t size);
void unwinder_free(struct unwinder *unwinder);

/* The frames of a capture that was taken, innermost first, into thread->frame, which has room for
 * STACK_FRAMES; thread->reason says why when there are none. */
void unwinder_frames(struct unwinder *unwinder, const struct capture *capture,
		     struct stack_thread *thread);

#endif
