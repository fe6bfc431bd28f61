/*
 * kernel.h - what the kernel says of a thread, read without touching it (floor: view).
 *
 * Everything comes from /proc/PID/task/TID; the thread notices nothing and is never stopped.
 * A first look costs two small reads (stat, schedstat). A close one adds status, io, wchan and the
 * system call it is in, for rows that are suspected or looked at. Descriptors stay open between
 * looks; those of threads that nobody asks for any more are closed.
 *
 * What may not be read (another user, Yama, a container) is left empty and `denied` is set; nothing
 * here blocks: none of these files waits for the thread.
 *
 * One thread.
 */
#ifndef IMGTOP_VIEW_KERNEL_H
#define IMGTOP_VIEW_KERNEL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { KERNEL_CALL_BYTES = 128, KERNEL_WCHAN_BYTES = 40 };

struct kernel_sample {
	uint64_t at_ns;
	bool seen;   /* the fields below are the kernel's */
	bool gone;   /* there is no such thread */
	bool close;  /* switches, bytes, wchan and call have been read too */
	bool denied; /* of those, some may not be read */
	char state;  /* R S D T t Z X, as in ps */
	int core;    /* that it ran on last, -1 unknown */
	uint64_t cpu_ns;
	uint64_t runqueue_ns;		/* ready to run without a core */
	uint64_t switches;		/* voluntary and not */
	uint64_t bytes;			/* read and written through the kernel, pipes included */
	char wchan[KERNEL_WCHAN_BYTES]; /* kernel function it sleeps in; "" unknown */
	uint64_t call_sp;		/* its stack and code where the call was made; 0 unknown */
	uint64_t call_pc;
	char call[KERNEL_CALL_BYTES]; /* "read of /in/fifo", "futex"; "" unknown or in none;
					 harmless to show */
};

struct kernel;

struct kernel *kernel_new(void);
void kernel_free(struct kernel *kernel);

/* Look at a thread; *sample is filled. One that slept or was stopped at the look before
 * and is seen to run now, without having computed, keeps its state for once; one that was stopped
 * keeps it as long as it is traced. */
void kernel_look(struct kernel *kernel, pid_t pid, pid_t tid, bool closely,
		 struct kernel_sample *sample);

/* A round of looks is over: what was not looked at in the last few rounds is closed. */
void kernel_round(struct kernel *kernel);

#endif
