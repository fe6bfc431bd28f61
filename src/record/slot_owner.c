/*
 * slot_owner.c - the supervisor's side of a worker's slot: before its first incarnation and
 * between one's death and the next one's start. The caller knows that no incarnation lives.
 */
#include "config.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "record/page_layout.h"
#include "record/slot.h"

void slot_declare(struct page *page, unsigned worker, const struct slot_identity *identity)
{
	struct layout_worker *shared = &page->map->worker[worker];
	struct page_worker_live live;

	assert(worker < PAGE_WORKERS);
	memset(&live, 0, sizeof live);
	snprintf(live.name, sizeof live.name, "%s", identity->name);
	live.kind = identity->kind;
	live.host = identity->host;
	live.station = identity->station;
	live.incarnation = identity->incarnation;
	live.stage = PAGE_NONE;
	live.wait_target = PAGE_NONE;
	for (size_t i = 0; i < PAGE_LOCKS; i++)
		live.held[i].stage = PAGE_NONE;
	live.state = WORKER_NEVER_STARTED;
	words_publish(&shared->sequence, shared->live, &live, sizeof live);
	atomic_store_explicit(&shared->retiring, 0, memory_order_relaxed);
}

void slot_retire(struct page *page, unsigned worker)
{
	assert(worker < PAGE_WORKERS);
	atomic_store_explicit(&page->map->worker[worker].retiring, 1, memory_order_relaxed);
}

static void add(_Atomic uint64_t *counter, uint64_t amount)
{
	uint64_t value = atomic_load_explicit(counter, memory_order_relaxed);

	atomic_store_explicit(counter, value + amount, memory_order_release);
}

static uint64_t between(uint64_t from_ns, uint64_t to_ns)
{
	return to_ns > from_ns ? to_ns - from_ns : 0;
}

/* Of the work in a stage, as a word of the counters. */
static size_t work_word(unsigned stage)
{
	const struct page_worker_counters *counters;
	size_t first = offsetof(struct page_worker_counters, stage[0].work_ns);

	return (first + stage * sizeof counters->stage[0]) / 8;
}

/* Times that the dead incarnation could no longer add. */
static void settle(struct layout_worker *shared, const struct page_worker_live *live,
		   uint64_t ended_ns)
{
	size_t state = offsetof(struct page_worker_counters, state_ns) / 8 + live->state;
	size_t wall = offsetof(struct page_worker_counters, wall_ns) / 8;

	if (live->started_ns == 0)
		return;
	add(&shared->counters[state], between(live->state_since_ns, ended_ns));
	if (live->stage < PAGE_STAGES && (live->state == WORKER_RUN || live->state == WORKER_IO))
		add(&shared->counters[work_word(live->stage)],
		    between(live->state_since_ns, ended_ns));
	add(&shared->counters[wall], between(live->started_ns, ended_ns));
}

void slot_bury(struct page *page, unsigned worker, enum worker_state state, const char *ended,
	       uint64_t ended_ns)
{
	struct layout_worker *shared = &page->map->worker[worker];
	struct words_ring ring = page_event_ring(page, worker);
	struct page_worker_live live;
	struct page_event event;

	assert(worker < PAGE_WORKERS);
	words_load(shared->live, &live, sizeof live);
	page_tame_live(&live);
	words_begin(&shared->sequence);
	/* One that has ended by itself has said why, and its times are settled. */
	if (live.ended_ns == 0) {
		settle(shared, &live, ended_ns);
		live.state = state;
		live.state_since_ns = live.ended_ns = ended_ns;
		live.wait_on = WAIT_NOTHING;
		live.wait_target = PAGE_NONE;
		memset(live.ended, 0, sizeof live.ended);
		snprintf(live.ended, sizeof live.ended, "%s", ended);
		words_store(shared->live, &live, sizeof live);
		event = (struct page_event){
			.at_ns = ended_ns,
			.job = live.job,
			.state = (uint8_t)state,
			.stage = (uint8_t)live.stage,
			.target = PAGE_NONE,
			.worker = worker,
		};
		words_append(&ring, &event);
	}
	words_end(&shared->sequence);
}
