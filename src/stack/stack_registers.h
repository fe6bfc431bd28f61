/*
 * stack_registers.h - the registers of a thread that stands still (floor: stack; internal to the
 * helper).
 */
#ifndef IMGTOP_STACK_STACK_REGISTERS_H
#define IMGTOP_STACK_STACK_REGISTERS_H

#include "stack/stack_tracer.h"

/* Fills registers, pc and base, the address to copy the stack from. The thread is traced by the
 * caller. Returns -1 with errno; ENOSYS: this machine's registers are not known here. */
int registers_read(struct capture *capture);

#endif
