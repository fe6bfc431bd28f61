/*
 * stack_denied.h - why a thread may not be looked at, in a sentence that says what to do (floor:
 * stack; internal to the helper).
 */
#ifndef IMGTOP_STACK_STACK_DENIED_H
#define IMGTOP_STACK_STACK_DENIED_H

#include <stddef.h>
#include <sys/types.h>

/* What is known of a refusal; stack_denied_look fills it. */
struct stack_refusal {
	int error;	 /* errno; ENOEXEC: it is not this program */
	long process;	 /* that was to be looked at */
	long tracer;	 /* process that traces the thread already; 0 none */
	long other_user; /* whose the process is when it is not ours; -1 ours */
	long yama;	 /* kernel.yama.ptrace_scope; -1: there is no Yama */
	long seccomp;	 /* 2: a filter of system calls is on us */
	int has_right;	 /* CAP_SYS_PTRACE */
};

void stack_denied_look(pid_t pid, pid_t tid, int error, struct stack_refusal *refusal);

/* Pure: the sentence. */
void stack_denied_text(const struct stack_refusal *refusal, char *text, size_t size);

#endif
