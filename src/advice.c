/*
 * advice.c - rules of thumb: which strategy, how many workers, and why (floor: program).
 *
 * Waiting work wants more workers than CPUs (2-5 times as many), computing work as many as CPUs; in
 * C threads compute as well as processes, unless a lock lets one at a time. Little work, little
 * memory or a single CPU is not worth sharing out.
 */
#include "config.h"

#include "advice.h"

#include <inttypes.h>
#include <stdio.h>

#include "engine/layout.h"

enum {
	WORTH_SHARING = 100, /* items below which one worker does */
	WAITING_PER_CPU = 4, /* workers per CPU where they wait: within 2..5 */
	MOST_ADVISED = 64,
};

#define LITTLE_MEMORY_BYTES (UINT64_C(1) << 30)

/* A strategy is found by what it makes, never by its name. */
static const char *strategy_of(const struct workload *workload, bool workers, bool process)
{
	const struct layout_counts two_each = {.workers = 2, .io = 2, .cpu = 2};
	const struct layout_strategy *row;

	for (size_t i = 0; (row = layout_strategy_at(i)) != NULL; i++) {
		struct layout layout;
		struct err err;

		if (row->takes_io_cpu || row->takes_workers != workers ||
		    layout_from_strategy(workload, row->name, &two_each, &layout, &err) != 0)
			continue;
		if (layout.station[0].process == process)
			return row->name;
	}
	return "";
}

void advice_give(const struct workload *workload, const struct advice_facts *facts, char *text,
		 size_t size)
{
	const struct machine *machine = facts->machine;
	unsigned cpus = machine->cpus < MOST_ADVISED ? machine->cpus : MOST_ADVISED;
	unsigned many =
		cpus * WAITING_PER_CPU < MOST_ADVISED ? cpus * WAITING_PER_CPU : MOST_ADVISED;

	if (facts->items > 0 && facts->items < WORTH_SHARING)
		snprintf(text, size,
			 "%s: %" PRIu64 " %s are hardly worth sharing out; parallel work pays from "
			 "some hundreds on",
			 strategy_of(workload, false, false), facts->items, workload->items);
	else if (machine->memory_bytes > 0 && machine->memory_bytes < LITTLE_MEMORY_BYTES)
		snprintf(text, size,
			 "%s: there is less than 1 GB of memory, and each worker takes some",
			 strategy_of(workload, false, false));
	else if (facts->waits)
		snprintf(text, size,
			 "%s:%u: with simulated latency workers mostly wait, so %d per CPU keep it "
			 "busy",
			 strategy_of(workload, true, false), many, WAITING_PER_CPU);
	else if (cpus == 1)
		snprintf(text, size,
			 "%s: there is one CPU, and computing work cannot be shared out",
			 strategy_of(workload, false, false));
	else if (facts->gil)
		snprintf(text, size,
			 "%s:%u: under --gil threads of one process compute one at a time, "
			 "processes "
			 "do not",
			 strategy_of(workload, true, true), cpus);
	else
		snprintf(text, size,
			 "%s:%u: %s mostly need computing, so as many workers as CPUs; threads "
			 "hand over "
			 "at no cost",
			 strategy_of(workload, true, false), cpus, workload->items);
}
