/*
 * stack.h - the stacks of threads of other processes, as they were when a helper looked (floor:
 * stack).
 *
 *   who asks ── stack_job ──fork── helper ──fork── tracer ··ptrace·· thread
 *                    ▲                │               │
 *                    └─ lines, a pipe ┘◀── memory ────┘
 *
 * The tracer (stack_tracer.c) stops each thread for as long as it takes to copy its registers and
 * the top of its stack, and lets it go. The helper (stack_helper.c) unwinds the
 * copies and looks names and lines up when every thread runs again, and writes them as lines. Who
 * asks (stack_job.c) only reads a pipe: a helper that does not end in time is killed, and the
 * kernel lets go of whatever a dead tracer held.
 *
 * This file is what comes back. One thread.
 */
#ifndef IMGTOP_STACK_STACK_H
#define IMGTOP_STACK_STACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	STACK_FRAMES = 48, /* innermost ones of a thread */
	STACK_THREADS = 512,
	STACK_NAME_BYTES = 16,
	STACK_FUNCTION_BYTES = 96,
	STACK_FILE_BYTES = 96,
	STACK_MODULE_BYTES = 48,
	STACK_REASON_BYTES = 320,
};

/* A thread; tid 0: all threads of the process that are not named otherwise. */
struct stack_target {
	pid_t pid;
	pid_t tid;
};

enum stack_outcome {
	STACK_TAKEN,
	STACK_DENIED, /* it may not be looked at */
	STACK_LATE,   /* it did not stop within its deadline, or its turn never came */
	STACK_GONE,   /* it ended */
	STACK_FAILED, /* anything else */
	STACK_OUTCOMES
};

/* "taken", "denied", ... */
const char *stack_outcome_word(enum stack_outcome outcome);

struct stack_frame {
	uint64_t pc;
	bool inlined;			     /* into the frame behind it */
	unsigned line;			     /* 0: unknown */
	char function[STACK_FUNCTION_BYTES]; /* "" unknown */
	char file[STACK_FILE_BYTES];	     /* "" unknown */
	char module[STACK_MODULE_BYTES];     /* "libc.so.6"; "" unknown */
};

struct stack_thread {
	pid_t pid;
	pid_t tid;
	unsigned round; /* 0: the first look, 1: a second later */
	enum stack_outcome outcome;
	uint64_t at_ns;		     /* CLOCK_MONOTONIC */
	uint64_t held_ns;	     /* it stood still for at most so long: since it was asked to */
	char name[STACK_NAME_BYTES]; /* as the kernel has it; harmless to show */
	char reason[STACK_REASON_BYTES]; /* why there are no frames, and what to do; "" */
	size_t nframes;
	struct stack_frame *frame; /* innermost first */
};

struct stack_set {
	size_t count;
	struct stack_thread *thread;
	bool complete;			  /* the helper has said all it had to say */
	char problem[STACK_REASON_BYTES]; /* of all of them; "" none */
};

/*
 * Read what a helper wrote; a last line that is not whole is left out, and whatever does not read
 * as such lines is skipped.
 *   owner: the caller, stack_set_free
 */
struct stack_set *stack_set_read(const char *text, size_t length);
void stack_set_free(struct stack_set *set);

/* The thread's stack of this round; NULL: it was not looked at. */
const struct stack_thread *stack_set_find(const struct stack_set *set, pid_t pid, pid_t tid,
					  unsigned round);

struct textbuf;
/* The lines that stack_set_read understands. */
void stack_put_problem(struct textbuf *out, const char *problem);
void stack_put_thread(struct textbuf *out, const struct stack_thread *thread);
void stack_put_frame(struct textbuf *out, const struct stack_frame *frame);
void stack_put_end(struct textbuf *out);

/* Of the library that this was built with, "0.188"; "" without it: there are no stacks. */
void stack_version(char *text, size_t size);

/* "worker_main at engine/worker.c:312", "read in libc.so.6", "0x7f0012 (no name)" */
void stack_frame_text(const struct stack_frame *frame, char *text, size_t size);

#endif
