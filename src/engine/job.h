/*
 * job.h - an item on its way through one host (floor: engine).
 */
#ifndef IMGTOP_ENGINE_JOB_H
#define IMGTOP_ENGINE_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JOB_WARNING_BYTES = 256 }; /* as struct work has room for */

struct job {
	struct job *next; /* in the queue that holds it */
	uint64_t id;
	uint64_t start_ns; /* when its first stage began; 0 = not yet */
	uint64_t bytes_in;
	uint64_t bytes_out;
	uint32_t attempt;
	uint32_t slot;	/* ARENA_NO_SLOT until one is needed */
	uint32_t units; /* that it counts as */
	bool damaged;
	char *warning; /* owned, NULL = none */
	size_t name_length;
	size_t payload_length;
	unsigned char *payload; /* in the same block as the job */
	char name[];		/* NUL-terminated, then the payload */
};

struct job *job_new(const char *name, size_t name_length, const void *payload,
		    size_t payload_length);
void job_free(struct job *job);

/* Replace the warning; length 0 removes it. */
void job_warn(struct job *job, const char *text, size_t length);

#endif
