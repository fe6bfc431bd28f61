/*
 * drill_result.c - what a drill's items add up to. Runs in the supervisor.
 */
#include "config.h"

#include "workload/drill_run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"

enum { KINDS = 16, SPANS = 2048 };

struct kind {
	char name[DRILL_NAME_BYTES];
	uint64_t items;
	uint64_t busy_ns;
	uint64_t cpu_ns;
	uint64_t first_ns;
	uint64_t last_ns;
	uint64_t tasks;
	uint64_t flights;
};

/* From an item's first stage to its end. */
struct span {
	uint64_t start_ns;
	uint64_t end_ns;
	uint32_t kind;
	uint32_t pad;
};

struct totals {
	char scenario[DRILL_NAME_BYTES];
	uint64_t items;
	uint64_t healthy;
	uint64_t asked;
	struct kind kind[KINDS];
	unsigned kinds;
	unsigned spans; /* the first SPANS items tell how many were under way at once */
	struct span span[SPANS];
};

const size_t drill_accumulator_size = sizeof(struct totals);

static unsigned kind_index(struct totals *totals, const char *name)
{
	for (unsigned i = 0; i < totals->kinds; i++) {
		if (strcmp(totals->kind[i].name, name) == 0)
			return i;
	}
	if (totals->kinds == KINDS)
		return KINDS - 1; /* the last one takes in all others */
	snprintf(totals->kind[totals->kinds].name, DRILL_NAME_BYTES, "%s", name);
	return totals->kinds++;
}

void drill_fold(void *accumulator, const void *result, size_t length)
{
	struct totals *totals = accumulator;
	struct drill_result one;
	struct kind *kind;
	unsigned index;

	if (length != sizeof one)
		return; /* a sentinel, or from a worker that is not to be trusted */
	memcpy(&one, result, sizeof one);
	one.kind[sizeof one.kind - 1] = one.scenario[sizeof one.scenario - 1] = '\0';
	index = kind_index(totals, one.kind);
	kind = &totals->kind[index];
	memcpy(totals->scenario, one.scenario, sizeof totals->scenario);
	totals->items++;
	totals->asked += one.health != 0;
	totals->healthy += one.health == 2;
	if (kind->items == 0 || one.start_ns < kind->first_ns)
		kind->first_ns = one.start_ns;
	if (one.end_ns > kind->last_ns)
		kind->last_ns = one.end_ns;
	kind->items++;
	kind->busy_ns += one.busy_ns;
	kind->cpu_ns += one.cpu_ns;
	kind->tasks += one.tasks;
	kind->flights += one.flights;
	if (totals->spans < SPANS)
		totals->span[totals->spans++] = (struct span){one.start_ns, one.end_ns, index, 0};
}

/* Most items of a kind (KINDS: of any) under way at one moment: seen when one of them begins. */
static unsigned at_once(const struct totals *totals, unsigned kind)
{
	unsigned most = 0;

	for (unsigned i = 0; i < totals->spans; i++) {
		uint64_t now_ns = totals->span[i].start_ns;
		unsigned count = 0;

		for (unsigned j = 0; j < totals->spans; j++) {
			const struct span *span = &totals->span[j];

			count += (kind == KINDS || span->kind == kind) &&
				 span->start_ns <= now_ns && now_ns < span->end_ns;
		}
		if (count > most)
			most = count;
	}
	return most;
}

static void add_kind(struct textbuf *text, const struct totals *totals, unsigned index)
{
	const struct kind *kind = &totals->kind[index];

	textbuf_printf(text,
		       "%s{\"name\":\"%s\",\"items\":%llu,\"at_once\":%u,\"span_s\":%.3f,"
		       "\"stage_s\":%.3f,\"cpu_s\":%.3f",
		       index > 0 ? "," : "", kind->name, (unsigned long long)kind->items,
		       at_once(totals, index), clock_seconds(kind->last_ns - kind->first_ns),
		       clock_seconds(kind->busy_ns), clock_seconds(kind->cpu_ns));
	if (kind->tasks != 0)
		textbuf_printf(text, ",\"tasks\":%llu,\"us_per_task\":%.1f",
			       (unsigned long long)kind->tasks,
			       (double)kind->busy_ns / 1e3 / (double)kind->tasks);
	if (kind->flights != 0)
		textbuf_printf(text, ",\"waits\":%llu", (unsigned long long)kind->flights);
	textbuf_printf(text, "}");
}

void drill_describe(const void *accumulator, char *json, size_t size)
{
	const struct totals *totals = accumulator;
	struct textbuf text;

	textbuf_init(&text);
	textbuf_printf(&text, "{\"scenario\":\"%s\",\"items\":%llu,\"at_once\":%u",
		       totals->scenario, (unsigned long long)totals->items, at_once(totals, KINDS));
	if (totals->asked != 0)
		textbuf_printf(&text, ",\"healthy\":\"%llu/%llu\"",
			       (unsigned long long)totals->healthy,
			       (unsigned long long)totals->asked);
	textbuf_printf(&text, ",\"kinds\":[");
	for (unsigned i = 0; i < totals->kinds; i++)
		add_kind(&text, totals, i);
	textbuf_printf(&text, "]}");
	snprintf(json, size, "%s", text.text);
	textbuf_free(&text);
}
