/*
 * workload_registry.c - all workloads there are (floor: workload). The first is the default.
 */
#include "config.h"

#include <string.h>

#include "workload/images.h"
#include "workload/workload.h"

static const struct workload *const registry[] = {
	&images_workload,
};

enum { WORKLOADS = sizeof registry / sizeof registry[0] };

const struct workload *workload_at(size_t index)
{
	return index < WORKLOADS ? registry[index] : NULL;
}

const struct workload *workload_find(const char *name)
{
	for (size_t i = 0; i < WORKLOADS; i++) {
		if (strcmp(registry[i]->name, name) == 0)
			return registry[i];
	}
	return NULL;
}

int workload_stage_index(const struct workload *workload, const char *name, size_t length)
{
	for (unsigned i = 0; i < workload->nstages; i++) {
		const char *stage = workload->stages[i].name;

		if (strlen(stage) == length && memcmp(stage, name, length) == 0)
			return (int)i;
	}
	return -1;
}
