/*
 * stack_fixture.h - children that stand in known places, for those who look at their stacks.
 */
#ifndef IMGTOP_TESTS_STACK_FIXTURE_H
#define IMGTOP_TESTS_STACK_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <cmocka.h>

#include "stack/stack_job.h"

/* A child. Whatever it writes to `out` is for expect_word; it goes on when something is written to
 * `in` or that is closed. */
struct victim {
	pid_t pid;
	int in;
	int out;
};

/* In the child, between the two pipes; what it returns is its exit status. */
typedef int victim_life(int in, int out);

void victim_start(struct victim *victim, victim_life *life);

/* Await the child's next byte; fails unless it is this. */
void victim_says(const struct victim *victim, char word);

/* Let it go on; and expect that it ends with 0. */
void victim_go_on(const struct victim *victim);
void victim_ends(struct victim *victim);

/* The usual life: one that waits in a read, started; and let go on to its end. */
void victim_waits(struct victim *victim);
void victim_goes(struct victim *victim);

/* In a child: one word to the test. */
void victim_say(int out, char word);

/* Who traces its main thread. */
long victim_tracer(const struct victim *victim);

/* Await that the main thread's state is this (R, S, t, T ... as in ps); or that all threads sleep.
 */
void victim_await_state(const struct victim *victim, char state);
void victim_rests(const struct victim *victim);

/* Lives of several tests: blocked in read until the test lets it go on, and how that ended. */
victim_life wait_in_read;
ssize_t read_here(int fd);

/* One look at a thread, or at the child's main one, begun. */
struct stack_job *start_thread(pid_t pid, pid_t tid);
struct stack_job *start_one(const struct victim *victim);

/* The stacks of all its threads; the job must be over within its time. The caller frees it. */
struct stack_job *take_all(const struct victim *victim, unsigned rounds);

/* The frame whose function is this; NULL: there is none. */
const struct stack_frame *frame_of(const struct stack_thread *thread, const char *function);

/* Has this program tables of its source lines? */
bool has_lines(void);

/* Ends the test's program where nobody's stack can be taken. */
void skip_without_libdw(void);

#endif
