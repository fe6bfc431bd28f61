/*
 * stack_helper.h - the process that takes stacks and ends (floor: stack).
 *
 * Started by stack_job as "imgtop --take-stacks ROUNDS PID:TID...", where a TID of 0 means all
 * threads of the process that are not named. Writes the lines that stack_set_read understands to
 * standard output, a second between the rounds, and those of the last thread at the end: what it
 * says of a thread is there before it looks at the next.
 */
#ifndef IMGTOP_STACK_STACK_HELPER_H
#define IMGTOP_STACK_STACK_HELPER_H

#define STACK_HELPER_WORD "--take-stacks"

/* What main does when argv[1] is STACK_HELPER_WORD; exit status 0, 2 for arguments that are none.
 */
int stack_helper_main(int argc, char **argv);

#endif
