/*
 * snapshot.c - the plain picture of a run at one moment.
 */
#include "config.h"

#include "record/snapshot.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

struct snapshot *snapshot_new(void)
{
	return mem_calloc(1, sizeof(struct snapshot));
}

void snapshot_free(struct snapshot *snapshot)
{
	free(snapshot);
}

void snapshot_copy(struct snapshot *to, const struct snapshot *from)
{
	to->at_ns = from->at_ns;
	to->page_identity = from->page_identity;
	to->plan_sequence = from->plan_sequence;
	to->plan = from->plan;
	to->status = from->status;
	to->recorder = from->recorder;
	memcpy(to->queue, from->queue, from->status.queues * sizeof *to->queue);
	memcpy(to->host, from->host, from->status.hosts * sizeof *to->host);
	memcpy(to->worker, from->worker, from->status.workers * sizeof *to->worker);
}

void snapshot_take(struct snapshot *snapshot, const struct page *page)
{
	uint64_t sequence = page_plan_sequence(page);

	/* Parts of another run's page must not show through where this one's cannot be read. A new
	 * snapshot is empty, and half a megabyte that nothing has touched yet. */
	if (snapshot->page_identity != page_identity(page)) {
		if (snapshot->page_identity != 0)
			memset(snapshot, 0, sizeof *snapshot);
		snapshot->page_identity = page_identity(page);
	}
	/* Before the reading: what changes meanwhile is counted as just begun, so times only grow.
	 */
	snapshot->at_ns = clock_ns();
	if (snapshot->plan_sequence != sequence && page_read_plan(page, &snapshot->plan))
		snapshot->plan_sequence = sequence;
	page_read_status(page, &snapshot->status);
	page_read_recorder(page, &snapshot->recorder);
	for (unsigned i = 0; i < snapshot->status.queues; i++)
		page_read_queue(page, i, &snapshot->queue[i]);
	for (unsigned i = 0; i < snapshot->status.hosts; i++)
		page_read_host(page, i, &snapshot->host[i]);
	for (unsigned i = 0; i < snapshot->status.workers; i++)
		page_read_slot(page, i, &snapshot->worker[i].live, &snapshot->worker[i].counters);
}

static uint64_t between(uint64_t from_ns, uint64_t to_ns)
{
	return to_ns > from_ns ? to_ns - from_ns : 0;
}

static bool alive(const struct page_worker_live *live)
{
	return live->started_ns != 0 && live->ended_ns == 0;
}

uint64_t snapshot_state_ns(const struct snapshot *snapshot, unsigned worker,
			   enum worker_state state)
{
	const struct snapshot_worker *w = &snapshot->worker[worker];
	uint64_t ns = w->counters.state_ns[state];

	if (w->live.state == state && alive(&w->live))
		ns += between(w->live.state_since_ns, snapshot->at_ns);
	return ns;
}

uint64_t snapshot_work_ns(const struct snapshot *snapshot, unsigned worker, unsigned stage)
{
	const struct snapshot_worker *w = &snapshot->worker[worker];
	bool works = w->live.state == WORKER_RUN || w->live.state == WORKER_IO;
	uint64_t ns = w->counters.stage[stage].work_ns;

	if (works && w->live.stage == stage && alive(&w->live))
		ns += between(w->live.state_since_ns, snapshot->at_ns);
	return ns;
}

uint64_t snapshot_wall_ns(const struct snapshot *snapshot, unsigned worker)
{
	const struct snapshot_worker *w = &snapshot->worker[worker];
	uint64_t ns = w->counters.wall_ns;

	if (alive(&w->live))
		ns += between(w->live.started_ns, snapshot->at_ns);
	return ns;
}

uint64_t snapshot_busy_ns(const struct snapshot *snapshot, unsigned worker)
{
	return snapshot_state_ns(snapshot, worker, WORKER_RUN) +
	       snapshot_state_ns(snapshot, worker, WORKER_IO) +
	       snapshot_state_ns(snapshot, worker, WORKER_DELAY);
}

uint64_t snapshot_items(const struct snapshot *snapshot, unsigned worker)
{
	const struct page_worker_counters *c = &snapshot->worker[worker].counters;

	return c->ok + c->failed + c->skipped + c->handed_on;
}

bool snapshot_counted(const struct snapshot *snapshot, unsigned worker)
{
	uint32_t kind = snapshot->worker[worker].live.kind;

	return kind == WORKER_THREAD || kind == WORKER_PROCESS;
}

unsigned snapshot_lock_holder(const struct snapshot *snapshot, unsigned worker)
{
	const struct page_worker_live *waiter = &snapshot->worker[worker].live;

	if (waiter->wait_on != WAIT_LOCK || waiter->wait_target >= PAGE_LOCKS)
		return PAGE_WORKERS;
	for (unsigned i = 0; i < snapshot->status.workers; i++) {
		const struct page_worker_live *live = &snapshot->worker[i].live;

		if (alive(live) && live->host == waiter->host && live->pid == waiter->pid &&
		    live->held[waiter->wait_target].since_ns != 0)
			return i;
	}
	return PAGE_WORKERS;
}

uint64_t snapshot_depth(const struct snapshot *snapshot, unsigned queue)
{
	const struct page_queue *q = &snapshot->queue[queue];

	return q->pushed > q->popped ? q->pushed - q->popped : 0;
}

/* Time in a state, summed over the workers of a station. */
static uint64_t station_state_ns(const struct snapshot *snapshot, unsigned station,
				 enum worker_state state)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < snapshot->status.workers; i++)
		if (snapshot->worker[i].live.kind != WORKER_RECORDER &&
		    snapshot->worker[i].live.station == station)
			sum += snapshot_state_ns(snapshot, i, state);
	return sum;
}

uint64_t snapshot_push_blocked_ns(const struct snapshot *snapshot, unsigned queue)
{
	unsigned station = snapshot->queue[queue].station;

	return station == 0 ? 0 : station_state_ns(snapshot, station - 1, WORKER_PUT);
}

uint64_t snapshot_pop_blocked_ns(const struct snapshot *snapshot, unsigned queue)
{
	return station_state_ns(snapshot, snapshot->queue[queue].station, WORKER_GET);
}

uint64_t snapshot_elapsed_ns(const struct snapshot *snapshot)
{
	uint64_t ended = snapshot->status.ended_ns;

	if (snapshot->plan.started_ns == 0)
		return 0;
	return between(snapshot->plan.started_ns, ended != 0 ? ended : snapshot->at_ns);
}

uint64_t snapshot_finished(const struct snapshot *snapshot)
{
	const uint64_t *done = snapshot->status.done;

	return done[ITEM_OK] + done[ITEM_FAILED] + done[ITEM_SKIPPED] + done[ITEM_QUARANTINED];
}
