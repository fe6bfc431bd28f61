/*
 * fatal.h - a worker that crashes says so before it dies (floor: engine).
 *
 * Handlers for the fatal signals, on an alternate stack, mark the crashing thread's slot in the run
 * page and raise the signal again with its default action. So the supervisor knows which of a
 * host's items to charge.
 */
#ifndef IMGTOP_ENGINE_FATAL_H
#define IMGTOP_ENGINE_FATAL_H

#include "record/slot.h"

struct fatal_stack {
	void *memory;
};

/* Once per process, before its threads. */
void fatal_install(void);

/* In each worker thread; stack and slot stay until fatal_unwatch. */
void fatal_watch(struct fatal_stack *stack, struct slot *slot);
void fatal_unwatch(struct fatal_stack *stack);

#endif
