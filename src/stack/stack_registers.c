/*
 * stack_registers.c - the registers of a thread, by their numbers in DWARF: System V ABI, AMD64
 * supplement, figure 3.36; DWARF for the Arm 64-bit architecture, table 1.
 */
#include "config.h"

#include "stack/stack_registers.h"

#include <elf.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>

#if defined(__x86_64__)
int registers_read(struct capture *capture)
{
	struct user_regs_struct regs;
	struct iovec vector = {.iov_base = &regs, .iov_len = sizeof regs};

	if (ptrace(PTRACE_GETREGSET, capture->tid, (void *)NT_PRSTATUS, &vector) != 0)
		return -1;
	const uint64_t values[] = {regs.rax, regs.rdx, regs.rcx, regs.rbx, regs.rsi, regs.rdi,
				   regs.rbp, regs.rsp, regs.r8,	 regs.r9,  regs.r10, regs.r11,
				   regs.r12, regs.r13, regs.r14, regs.r15, regs.rip};
	memcpy(capture->registers, values, sizeof values);
	capture->nregisters = sizeof values / sizeof values[0];
	capture->pc = regs.rip;
	capture->base = regs.rsp - TRACER_BELOW_BYTES;
	return 0;
}
#elif defined(__aarch64__)
int registers_read(struct capture *capture)
{
	struct user_regs_struct regs;
	struct iovec vector = {.iov_base = &regs, .iov_len = sizeof regs};

	if (ptrace(PTRACE_GETREGSET, capture->tid, (void *)NT_PRSTATUS, &vector) != 0)
		return -1;
	for (unsigned i = 0; i < 31; i++)
		capture->registers[i] = regs.regs[i];
	capture->registers[31] = regs.sp;
	capture->nregisters = 32;
	capture->pc = regs.pc;
	capture->base = regs.sp - TRACER_BELOW_BYTES;
	return 0;
}
#else
int registers_read(struct capture *capture)
{
	(void)capture;
	errno = ENOSYS;
	return -1;
}
#endif
