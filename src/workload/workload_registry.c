/*
 * workload_registry.c - all workloads there are (floor: workload). The first is the default.
 */
#include "config.h"

#include <string.h>

#include "base/text.h"
#include "workload/drill.h"
#include "workload/images.h"
#include "workload/merge.h"
#include "workload/scan.h"
#include "workload/sum.h"
#include "workload/workload.h"

static const struct workload *const registry[] = {
	&images_workload, /* the main job: pictures made smaller */
	&scan_workload,	  /* a library's files into a catalogue */
	&sum_workload,	  /* numbers added up */
	&merge_workload,  /* records reduced to the latest of each key */
	&drill_workload,  /* stages that a scenario describes */
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

char *workload_nothing_found(const struct workload *workload, const struct workload_config *config)
{
	struct textbuf text;

	textbuf_init(&text);
	textbuf_printf(&text, "nothing to do: no %s found in", workload->items);
	for (size_t i = 0; i < config->ninputs; i++)
		textbuf_printf(&text, "%s '%s'", i != 0 ? "," : "", config->inputs[i]);
	if (config->from != NULL)
		textbuf_printf(&text, "%s the list '%s'", config->ninputs != 0 ? "," : "",
			       config->from);
	if (workload->looks_for != NULL)
		textbuf_printf(&text, " (looked for %s)", workload->looks_for);
	return text.text;
}
