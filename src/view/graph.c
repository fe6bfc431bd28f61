/*
 * graph.c - who waits for whom.
 */
#include "config.h"

#include "view/graph.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "record/page.h"

struct graph *graph_new(void)
{
	return mem_calloc(1, sizeof(struct graph));
}

void graph_free(struct graph *graph)
{
	free(graph);
}

static bool has(const struct graph_set *set, unsigned worker)
{
	return (set->word[worker / 64] >> (worker % 64) & 1) != 0;
}

static void put(struct graph_set *set, unsigned worker)
{
	set->word[worker / 64] |= UINT64_C(1) << (worker % 64);
}

static void drop(struct graph_set *set, unsigned worker)
{
	set->word[worker / 64] &= ~(UINT64_C(1) << (worker % 64));
}

static bool is_empty(const struct graph_set *set)
{
	uint64_t all = 0;

	for (unsigned i = 0; i < GRAPH_SET_WORDS; i++)
		all |= set->word[i];
	return all == 0;
}

bool graph_helps(const struct graph_wait *wait, unsigned worker)
{
	return has(&wait->helpers, worker);
}

static bool lives(const struct page_worker_live *live)
{
	return live->started_ns != 0 && live->ended_ns == 0 &&
	       page_state_info((enum worker_state)live->state)->alive;
}

/* Who works at which station. One that is to be started again is counted: it is as good as alive.
 */
static void find_stations(struct graph *graph, const struct snapshot *snapshot)
{
	memset(graph->station, 0, sizeof graph->station);
	for (unsigned i = 0; i < graph->workers; i++) {
		const struct page_worker_live *live = &snapshot->worker[i].live;

		if (live->kind != WORKER_RECORDER && live->state != WORKER_FINISHED &&
		    (live->kind == WORKER_WALK) == (live->station == 0))
			put(&graph->station[live->station], i);
	}
}

static void add_station(struct graph *graph, unsigned station, unsigned worker)
{
	struct graph_wait *wait = &graph->wait[worker];

	wait->helpers = graph->station[station];
	drop(&wait->helpers, worker);
}

/* Nothing more will be found: the first queue is closed when the last item is over. */
static void wait_for_last_item(struct graph *graph, const struct snapshot *snapshot,
			       unsigned worker)
{
	struct graph_wait *wait = &graph->wait[worker];

	wait->all = true;
	for (unsigned i = 0; i < graph->workers; i++) {
		const struct page_worker_live *live = &snapshot->worker[i].live;

		if (live->job != 0 && lives(live) && live->station > 0)
			put(&wait->helpers, i);
	}
}

static void wait_for_queue(struct graph *graph, const struct snapshot *snapshot, unsigned worker)
{
	struct graph_wait *wait = &graph->wait[worker];
	const struct page_queue *queue = &snapshot->queue[wait->target];
	uint64_t depth = snapshot_depth(snapshot, wait->target);
	bool full = snapshot->worker[worker].live.state == WORKER_PUT;

	if (full ? depth < queue->capacity : depth > 0 || queue->closed != 0) {
		wait->on = WAIT_NOTHING; /* it is about to go on */
		return;
	}
	if (full)
		add_station(graph, queue->station, worker);
	else if (queue->station > 0)
		add_station(graph, queue->station - 1, worker);
	if (full)
		return;
	wait->timed = queue->station == 1 && snapshot->plan.patience_ms != 0;
	if (is_empty(&wait->helpers) && queue->station == 1 && snapshot->status.source_ended != 0)
		wait_for_last_item(graph, snapshot, worker);
	/* Who lost its item fills the first queue again: nobody can say that none will come. */
	wait->partial = is_empty(&wait->helpers);
}

static void find_wait(struct graph *graph, const struct snapshot *snapshot, unsigned worker)
{
	const struct page_worker_live *live = &snapshot->worker[worker].live;
	struct graph_wait *wait = &graph->wait[worker];

	*wait = (struct graph_wait){.target = live->wait_target, .since_ns = live->state_since_ns};
	if (!lives(live))
		return;
	wait->on = (enum wait_on)live->wait_on;
	switch (wait->on) {
	case WAIT_QUEUE:
		if (wait->target < PAGE_QUEUES)
			wait_for_queue(graph, snapshot, worker);
		else
			wait->partial = true;
		break;
	case WAIT_LOCK: {
		unsigned holder = snapshot_lock_holder(snapshot, worker);

		wait->all = true;
		if (holder < PAGE_WORKERS)
			put(&wait->helpers, holder);
		else
			wait->partial = true;
		break;
	}
	case WAIT_ENDED:
		wait->all = true;
		if (wait->target < PAGE_STATIONS)
			add_station(graph, wait->target, worker);
		break;
	case WAIT_SLOT:
	case WAIT_MEMORY:
		wait->partial = true;
		break;
	case WAIT_NOTHING:
	case WAIT_RESUME:
		break;
	}
}

/* Can this worker's wait end, as far as is known by now? */
static bool can_end(const struct graph_wait *wait, const struct graph_set *moving)
{
	uint64_t any = 0, others = 0;

	if (wait->on == WAIT_NOTHING || wait->on == WAIT_RESUME || wait->partial || wait->timed)
		return true;
	for (unsigned i = 0; i < GRAPH_SET_WORDS; i++) {
		any |= wait->helpers.word[i] & moving->word[i];
		others |= wait->helpers.word[i] & ~moving->word[i];
	}
	return wait->all ? others == 0 : any != 0;
}

/* Everybody is taken to be stuck until somebody is found who goes on, and frees others. */
static void find_stuck(struct graph *graph)
{
	struct graph_set moving = {{0}};
	bool changed = true;

	while (changed) {
		changed = false;
		for (unsigned i = 0; i < graph->workers; i++) {
			if (has(&moving, i) || !can_end(&graph->wait[i], &moving))
				continue;
			put(&moving, i);
			changed = true;
		}
	}
	for (unsigned i = 0; i < graph->workers; i++)
		graph->stuck[i] = !has(&moving, i);
}

static unsigned stuck_helper(const struct graph *graph, unsigned worker)
{
	for (unsigned i = 0; i < graph->workers; i++) {
		if (graph_helps(&graph->wait[worker], i) && graph->stuck[i])
			return i;
	}
	return PAGE_WORKERS;
}

/* Keep a cycle, its lowest worker first, unless it is kept already. */
static void keep_cycle(struct graph *graph, const unsigned *path, unsigned length)
{
	struct graph_cycle cycle = {.length = length};
	unsigned lowest = 0;

	if (length > GRAPH_CYCLE_WORKERS || graph->ncycles == GRAPH_CYCLES)
		return;
	for (unsigned i = 1; i < length; i++) {
		if (path[i] < path[lowest])
			lowest = i;
	}
	for (unsigned i = 0; i < length; i++) {
		cycle.worker[i] = path[(lowest + i) % length];
		cycle.since_ns[i] = graph->wait[cycle.worker[i]].since_ns;
	}
	if (!graph_same_cycle(graph, &cycle))
		graph->cycle[graph->ncycles++] = cycle;
}

/* From every stuck worker, the way along stuck helpers ends in a cycle or where nobody is left. */
static void find_cycles(struct graph *graph)
{
	for (unsigned i = 0; i < graph->workers; i++) {
		unsigned path[PAGE_WORKERS], place[PAGE_WORKERS] = {0};
		unsigned length = 0, at = i;

		if (!graph->stuck[i])
			continue;
		while (at < PAGE_WORKERS && place[at] == 0) {
			path[length++] = at;
			place[at] = length;
			at = stuck_helper(graph, at);
		}
		if (at < PAGE_WORKERS)
			keep_cycle(graph, path + place[at] - 1, length - (place[at] - 1));
	}
}

void graph_make(struct graph *graph, const struct snapshot *snapshot)
{
	graph->workers =
		snapshot->status.workers < PAGE_WORKERS ? snapshot->status.workers : PAGE_WORKERS;
	graph->ncycles = 0;
	find_stations(graph, snapshot);
	for (unsigned i = 0; i < graph->workers; i++)
		find_wait(graph, snapshot, i);
	find_stuck(graph);
	find_cycles(graph);
}

unsigned graph_helper(const struct graph *graph, const struct snapshot *snapshot, unsigned worker)
{
	unsigned found = stuck_helper(graph, worker);

	for (unsigned i = 0; i < graph->workers && !(graph->stuck[worker] && found < i); i++) {
		const struct page_worker_live *live = &snapshot->worker[i].live;

		if (graph_helps(&graph->wait[worker], i) &&
		    (found == PAGE_WORKERS ||
		     live->state_since_ns < snapshot->worker[found].live.state_since_ns))
			found = i;
	}
	return found;
}

bool graph_same_cycle(const struct graph *graph, const struct graph_cycle *cycle)
{
	for (unsigned i = 0; i < graph->ncycles; i++) {
		const struct graph_cycle *other = &graph->cycle[i];
		size_t workers = cycle->length * sizeof cycle->worker[0];
		size_t times = cycle->length * sizeof cycle->since_ns[0];

		if (other->length == cycle->length &&
		    memcmp(other->worker, cycle->worker, workers) == 0 &&
		    memcmp(other->since_ns, cycle->since_ns, times) == 0)
			return true;
	}
	return false;
}
