/*
 * machine.h - how much of this machine the program may use (floor: base).
 */
#ifndef IMGTOP_BASE_MACHINE_H
#define IMGTOP_BASE_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct machine {
	unsigned cpus;	  /* usable at once: affinity and the cgroup's quota, rounded up; >= 1 */
	double cpu_limit; /* the cgroup's quota in CPUs; 0 = none */
	uint64_t memory_bytes; /* RAM, or what the cgroup leaves of it; 0 = unknown */
	bool memory_limited;   /* by the cgroup */
};

/* Look at affinity, /proc and the process's cgroup (version 2) and those above it. */
void machine_read(struct machine *machine);

/* The same with other files, for tests: `root` stands before /proc and /sys; CPUs of the affinity
 * mask are given. */
void machine_read_at(const char *root, unsigned affinity, struct machine *machine);

/* "2 CPUs (container limit 1.5), 24 GB" */
void machine_describe(const struct machine *machine, char *text, size_t size);

#endif
