/*
 * stack_thread.h - what /proc says of a thread at a glance (floor: stack; internal to the helper).
 */
#ifndef IMGTOP_STACK_STACK_THREAD_H
#define IMGTOP_STACK_STACK_THREAD_H

#include <stddef.h>
#include <sys/types.h>

/* R S D ..., as in ps; '\0': it is gone. */
char thread_state(pid_t pid, pid_t tid);

/* Its name, "" when it is gone; not yet harmless. */
void thread_name(pid_t pid, pid_t tid, char *name, size_t size);

/*
 * Whether it is a thread of this process, and the process runs the program that we are. Numbers are
 * taken from what a run has left behind, and the kernel gives them out anew.
 *   error: 0, or an errno; ENOEXEC: it is another program
 */
int thread_check_program(pid_t pid, pid_t tid);

#endif
