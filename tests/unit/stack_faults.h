/*
 * stack_faults.h - what a helper that takes stacks is made to suffer, and who asks it.
 *
 * The functions that it happens in are linked in place of those of the C library and of the program
 * (stack_faults_wraps in Makefile.am).
 */
#ifndef IMGTOP_TESTS_STACK_FAULTS_H
#define IMGTOP_TESTS_STACK_FAULTS_H

#include <stdint.h>
#include <sys/types.h>

enum helper_fault {
	HELPER_SOUND,
	HELPER_STUCK,	 /* it stops for ever with the thread in its hands */
	HELPER_SILENT,	 /* it says nothing, for ever */
	HELPER_FILTERED, /* a filter of system calls refuses ptrace */
	HELPER_STRANGER, /* it is another user's */
	HELPER_EDGE,	 /* nothing can be read below the page that a stack pointer is in */
	HELPER_HURRIED,	 /* an hour passes whenever it looks at the clock */
	HELPER_CAREFUL,	 /* it ends when it would sleep before it has copied a stack */
};

/* Those that are started from now on. */
void helper_suffers(enum helper_fault fault);

/* Await the next one of them, when it has become a helper. */
pid_t helper_await(void);

/* The clock of who asks is put forward by so much. */
extern uint64_t asker_ahead_ns;

/* -1: whom it kills next outlives it, as one does who sleeps uninterruptibly, and stands here. */
extern pid_t asker_spared;
int helper_really_kill(pid_t pid, int number);

#endif
