/*
 * job.c - an item on its way through one host.
 */
#include "config.h"

#include "engine/job.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/arena.h"

struct job *job_new(const char *name, size_t name_length, const void *payload,
		    size_t payload_length)
{
	struct job *job = mem_calloc(1, sizeof *job + name_length + 1 + payload_length + 1);

	job->slot = ARENA_NO_SLOT;
	job->name_length = name_length;
	memcpy(job->name, name, name_length);
	job->payload = (unsigned char *)job->name + name_length + 1;
	job->payload_length = payload_length;
	if (payload_length != 0)
		memcpy(job->payload, payload, payload_length);
	return job;
}

void job_warn(struct job *job, const char *text, size_t length)
{
	free(job->warning);
	job->warning = length != 0 ? mem_strndup(text, length) : NULL;
}

void job_free(struct job *job)
{
	if (job == NULL)
		return;
	free(job->warning);
	free(job);
}
