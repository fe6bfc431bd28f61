/*
 * stack_tracer.h - copies registers and the top of the stack of threads (floor: stack; internal to
 * the helper).
 *
 * Each thread is stopped by PTRACE_SEIZE and PTRACE_INTERRUPT, so that no signal is sent that could
 * be left behind, and stands still for two small calls: registers, and the stack from
 * /proc/PID/mem, which is opened before. Some are asked to stop at the same time, since one that
 * has no core cannot stop before it gets one; each goes on as soon as it is copied.
 *
 * The tracing is done by a child, since only its death lets go of a thread that does not stop: one
 * that sleeps uninterruptibly cannot be detached from. The child ends when a thread has missed its
 * deadline, is killed when it makes no progress itself, and another goes on with the next thread.
 */
#ifndef IMGTOP_STACK_STACK_TRACER_H
#define IMGTOP_STACK_STACK_TRACER_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "stack/stack.h"

enum {
	TRACER_REGISTERS = 33,	      /* by their DWARF numbers */
	TRACER_STACK_BYTES = 1 << 16, /* copied from the stack pointer on */
	TRACER_BELOW_BYTES = 256,     /* and so much before it: what a leaf function keeps there */
	TRACER_DEADLINE_MS = 200,     /* a thread is given to stop */
	TRACER_PATIENCE_MS = 400,     /* all of them, with tracers that they have already */
};

enum capture_state { CAPTURE_WAITS, CAPTURE_BEGUN, CAPTURE_OVER };

/* Shared with the child that fills it; `state` says whose it is. */
struct capture {
	pid_t pid;
	pid_t tid;
	_Atomic int state;
	int outcome; /* enum stack_outcome */
	int error;   /* errno of what was refused; ETIME with LATE: its turn never came */
	uint64_t at_ns;
	uint64_t held_ns;
	uint64_t registers[TRACER_REGISTERS];
	unsigned nregisters;
	uint64_t pc;
	uint64_t base; /* address of stack[0] */
	size_t length;
	unsigned char stack[TRACER_STACK_BYTES];
};

/* Zeroed, shared between this process and its children; NULL: no memory. */
struct capture *tracer_captures(size_t count);
void tracer_release(struct capture *captures, size_t count);

/* Take them all; each one's outcome is set. budget_ms: for all of them; what is left then is LATE.
 * One that only lacks a core is tried again while there is time. */
void tracer_take(struct capture *captures, size_t count, int budget_ms);

#endif
