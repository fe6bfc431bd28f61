/*
 * usage.h - what the kernel counts for the calling thread (floor: record; internal to it).
 */
#ifndef IMGTOP_RECORD_USAGE_H
#define IMGTOP_RECORD_USAGE_H

#include <stdint.h>

struct usage {
	uint64_t cpu_user_ns;
	uint64_t cpu_sys_ns;
	uint64_t ctx_voluntary;
	uint64_t ctx_involuntary;
	uint64_t minor_faults;
	uint64_t major_faults;
	uint64_t runqueue_wait_ns;
	uint64_t peak_rss_bytes; /* of its process */
};

/* The calling thread's /proc/thread-self/schedstat, to be opened before a sandbox forbids it; -1
 * when there is none. Caller closes. */
int usage_open_schedstat(void);

/* Nanoseconds for which the calling thread has been ready to run without a CPU; 0 where that is not
 * known. */
uint64_t usage_runqueue_wait_ns(int schedstat_fd);

/* Fill in what the kernel says; runqueue_wait_ns only with a schedstat_fd >= 0. What cannot be had
 * stays as it is. */
void usage_read(struct usage *usage, int schedstat_fd);

#endif
