/*
 * advice_notes.c - what is worth saying beside the decision: limits, the number and size of items,
 * queues (floor: program).
 */
#include "config.h"

#include "advice_private.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/text.h"

enum {
	MANY_ITEMS = 1000,
	QUEUE_PER_WORKER = 2, /* within 1..3 */
};

#define LARGE_ITEM_BYTES (UINT64_C(1) << 20)

static const double quick_item_ms = 4; /* quicker ones travel several at a time */
static const double long_item_ms = 1000;

static void note_limit(const struct advice_facts *facts, unsigned wanted, struct advice *advice)
{
	unsigned most = advice_plan_most(facts);

	if (wanted > most && advice_limit(facts, wanted) == most)
		advice_say(advice, ADVICE_MOST_WORKERS,
			   "%u would be wanted for %u CPUs, and there is room for %u in a run",
			   wanted, facts->machine->cpus, most);
}

static void note_memory(const struct advice_facts *facts, unsigned wanted, struct advice *advice)
{
	uint64_t fit = advice_fit(facts);
	char each[16], all[16];

	if (fit >= wanted || (facts->items > 0 && fit >= facts->items))
		return;
	text_bytes(each, sizeof each, facts->cost->memory_bytes);
	text_bytes(all, sizeof all, facts->memory_limit_bytes);
	advice_say(advice, ADVICE_MEMORY_BRAKE,
		   "one of the %s takes up to %s, and %s are allowed for all in flight: more than "
		   "%" PRIu64 " at a time would wait for memory",
		   facts->workload->items, each, all, fit);
}

static void note_items(const struct advice_facts *facts, struct advice *advice)
{
	char time[ADVICE_TIME_BYTES];
	const char *items = facts->workload->items;

	if (advice_is_cut(facts))
		return; /* their number is no property of the work */
	if (facts->items >= MANY_ITEMS)
		advice_say(advice, ADVICE_MANY_ITEMS, "there are %" PRIu64 " %s", facts->items,
			   items);
	if (facts->items == 0 || facts->items >= ADVICE_FEW || facts->cost == NULL)
		return;
	advice_say(advice, ADVICE_FEW_ITEMS,
		   "%" PRIu64 " %s are few, but %s of work is what was measured", facts->items,
		   items, advice_time(advice->sequential_s, time));
	if (advice->reason[advice->nreasons - 1].rule == ADVICE_FEW_ITEMS)
		advice->reason[advice->nreasons - 1].outweighed = true;
}

static void note_data(const struct advice_facts *facts, struct advice *advice)
{
	const struct advice_cost *cost = facts->cost;
	uint64_t bytes = 0;
	char size[16];

	if (cost != NULL)
		bytes = cost->memory_bytes > cost->input_bytes ? cost->memory_bytes
							       : cost->input_bytes;
	if (facts->large_data)
		advice_say(advice, ADVICE_LARGE_DATA, "%s",
			   facts->gil ? "cut it into pieces that each process reads for itself"
				      : "threads share it as it is");
	else if (bytes >= LARGE_ITEM_BYTES && !facts->gil) {
		text_bytes(size, sizeof size, bytes);
		advice_say(advice, ADVICE_LARGE_DATA,
			   "an item has up to %s in memory, and threads pass it on where it lies",
			   size);
	}
}

static void choose_queue(const struct advice_facts *facts, struct advice *advice)
{
	struct layout layout = {0};
	char time[ADVICE_TIME_BYTES];
	struct err err;
	double item_ms = facts->cost != NULL ? advice_wall_ms(facts) : 0;

	advice->queue = facts->queue;
	if (facts->queue != 0 || layout_parse(facts->workload, advice->plan, &layout, &err) != 0 ||
	    advice_most_workers(&layout) < 2)
		return;
	if (facts->cost != NULL && item_ms < quick_item_ms) {
		advice_say(advice, ADVICE_TASK_SIZE,
			   "one of the %s takes %s: up to 64 of them travel together, and the "
			   "queues are left to the program",
			   facts->workload->items, advice_time(item_ms / 1000, time));
		return;
	}
	advice->queue = QUEUE_PER_WORKER * advice_most_workers(&layout);
	advice_say(advice, ADVICE_QUEUE, "%d for each of %u workers", QUEUE_PER_WORKER,
		   advice_most_workers(&layout));
	if (item_ms > long_item_ms && !advice_cut_waits(facts) &&
	    facts->items < 4 * (uint64_t)advice_most_workers(&layout))
		advice_say(advice, ADVICE_TASK_SIZE,
			   "an item takes %s and there are few: smaller ones share out better",
			   advice_time(item_ms / 1000, time));
}

void advice_note(const struct advice_facts *facts, unsigned wanted, struct advice *advice)
{
	note_limit(facts, wanted, advice);
	note_memory(facts, wanted, advice);
	note_items(facts, advice);
	note_data(facts, advice);
	choose_queue(facts, advice);
}
