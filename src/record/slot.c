/*
 * slot.c - the writing end of one worker's slot.
 *
 * The writer keeps a plain shadow of its slot in its own memory. A change is made in the shadow and
 * the words that it touched are stored, all within one turn of the sequence, so that a reader
 * finds either the state before or the state after with the counters that belong to it. The parts
 * of page_worker_live stand in the order of how often they change: texts first, then from `job`
 * on what nearly every call stores anyway.
 *
 * CPU time and the like are those since slot_open, on top of what earlier incarnations have left
 * in the page: a thread may have lived before it became a worker.
 */
#include "config.h"

#include "record/slot.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "record/page_layout.h"
#include "record/usage.h"

/* How old CPU times may get before slot_usage asks the kernel again. */
#define USAGE_MAX_AGE_NS (5 * CLOCK_MS_NS)

enum { LIVE_TAIL = offsetof(struct page_worker_live, job) };

static_assert(offsetof(struct page_worker_live, held) % 8 == 0, "locks held are whole words");
static_assert(sizeof(struct page_held) % 8 == 0, "each of them as well");
static_assert(LIVE_TAIL % 8 == 0, "the tail is whole words");
static_assert(offsetof(struct page_worker_live, item) % 8 == 0, "the item is whole words");

struct slot {
	struct layout_worker *shared;
	struct words_ring ring;
	unsigned worker;
	bool stage_io;
	bool has_item;
	int schedstat_fd; /* -1: run-queue waits are unknown */
	struct usage at_open;
	struct usage before; /* what earlier incarnations had used */
	struct page_worker_live live;
	struct page_worker_counters counters;
};

static void store_live(struct slot *slot, size_t offset, size_t bytes)
{
	words_store(slot->shared->live + offset / 8, (const char *)&slot->live + offset,
		    (bytes + 7) & ~(size_t)7);
}

static void store_counter(struct slot *slot, const uint64_t *counter)
{
	ptrdiff_t at = (const char *)counter - (const char *)&slot->counters;

	atomic_store_explicit(&slot->shared->counters[at / 8], *counter, memory_order_release);
}

static void count(struct slot *slot, uint64_t *counter, uint64_t amount)
{
	if (amount == 0)
		return;
	*counter += amount;
	store_counter(slot, counter);
}

static void emit(struct slot *slot, uint64_t now, unsigned item_end)
{
	struct page_event event = {
		.at_ns = now,
		.job = slot->live.job,
		.state = (uint8_t)slot->live.state,
		.stage = (uint8_t)slot->live.stage,
		.target = (uint8_t)(slot->live.wait_on == WAIT_QUEUE ? slot->live.wait_target
								     : PAGE_NONE),
		.item_end = (uint8_t)item_end,
		.worker = slot->worker,
	};

	words_append(&slot->ring, &event);
}

/* The state that a worker is in when it does not wait. */
static enum worker_state working_state(const struct slot *slot)
{
	if (slot->live.stage != PAGE_NONE)
		return slot->stage_io ? WORKER_IO : WORKER_RUN;
	return slot->has_item ? WORKER_RUN : WORKER_GET;
}

/* Within a turn: the time until now is the running state's. */
static void settle_state(struct slot *slot, uint64_t now)
{
	struct page_worker_live *live = &slot->live;
	uint64_t ns = now - live->state_since_ns;

	count(slot, &slot->counters.state_ns[live->state], ns);
	if (live->stage < PAGE_STAGES && (live->state == WORKER_RUN || live->state == WORKER_IO))
		count(slot, &slot->counters.stage[live->stage].work_ns, ns);
	live->state_since_ns = now;
}

/* Within a turn: the running state ends and the next one begins; shadow and counter only. */
static void turn_state(struct slot *slot, enum worker_state state, uint64_t now)
{
	struct page_worker_live *live = &slot->live;

	settle_state(slot, now);
	live->state = state;
	live->wait_on = WAIT_NOTHING;
	live->wait_target = PAGE_NONE;
}

/* Within a turn: the item took `ns` in the stage; keep the slowest in descending order. */
static void keep_slowest(struct slot *slot, unsigned stage, uint64_t ns)
{
	unsigned at = PAGE_SLOWEST;

	while (at > 0 && slot->counters.stage[stage].slowest[at - 1].ns < ns)
		at--;
	if (at == PAGE_SLOWEST)
		return;
	for (unsigned i = PAGE_SLOWEST - 1; i > at; i--)
		slot->counters.stage[stage].slowest[i] = slot->counters.stage[stage].slowest[i - 1];
	slot->counters.stage[stage].slowest[at].ns = ns;
	slot->counters.stage[stage].slowest[at].job = slot->live.job;
	for (unsigned i = at; i < PAGE_SLOWEST; i++) {
		store_counter(slot, &slot->counters.stage[stage].slowest[i].ns);
		store_counter(slot, &slot->counters.stage[stage].slowest[i].job);
	}
}

/* Within a turn: enter the stage that ends into counters and histogram. */
static void end_stage(struct slot *slot, uint64_t now)
{
	unsigned stage = slot->live.stage;
	uint64_t ns = now - slot->live.stage_since_ns;
	_Atomic uint32_t *bucket;
	uint32_t entries;

	settle_state(slot, now); /* while it is still known of which stage, or of none */
	if (stage >= PAGE_STAGES)
		return;
	count(slot, &slot->counters.stage[stage].count, 1);
	count(slot, &slot->counters.stage[stage].total_ns, ns);
	if (ns > slot->counters.stage[stage].max_ns) {
		slot->counters.stage[stage].max_ns = ns;
		store_counter(slot, &slot->counters.stage[stage].max_ns);
	}
	keep_slowest(slot, stage, ns);
	bucket = &slot->shared->histogram[stage][histogram_bucket(ns)];
	entries = atomic_load_explicit(bucket, memory_order_relaxed);
	atomic_store_explicit(bucket, entries + 1, memory_order_relaxed);
}

static void set_counter(struct slot *slot, uint64_t *counter, uint64_t value)
{
	if (*counter >= value)
		return;
	*counter = value;
	store_counter(slot, counter);
}

void slot_usage(struct slot *slot, bool force)
{
	struct page_worker_counters *c = &slot->counters;
	const struct usage *open = &slot->at_open, *before = &slot->before;
	struct usage now = *open;
	uint64_t at_ns = clock_ns();

	if (!force && at_ns - c->usage_at_ns < USAGE_MAX_AGE_NS)
		return;
	usage_read(&now, force ? slot->schedstat_fd : -1);
	set_counter(slot, &c->cpu_user_ns,
		    before->cpu_user_ns + now.cpu_user_ns - open->cpu_user_ns);
	set_counter(slot, &c->cpu_sys_ns, before->cpu_sys_ns + now.cpu_sys_ns - open->cpu_sys_ns);
	set_counter(slot, &c->ctx_voluntary,
		    before->ctx_voluntary + now.ctx_voluntary - open->ctx_voluntary);
	set_counter(slot, &c->ctx_involuntary,
		    before->ctx_involuntary + now.ctx_involuntary - open->ctx_involuntary);
	set_counter(slot, &c->minor_faults,
		    before->minor_faults + now.minor_faults - open->minor_faults);
	set_counter(slot, &c->major_faults,
		    before->major_faults + now.major_faults - open->major_faults);
	set_counter(slot, &c->runqueue_wait_ns,
		    before->runqueue_wait_ns + now.runqueue_wait_ns - open->runqueue_wait_ns);
	set_counter(slot, &c->peak_rss_bytes, now.peak_rss_bytes);
	set_counter(slot, &c->usage_at_ns, at_ns);
}

static void begin_usage(struct slot *slot)
{
	const struct page_worker_counters *c = &slot->counters;

	slot->before = (struct usage){
		.cpu_user_ns = c->cpu_user_ns,
		.cpu_sys_ns = c->cpu_sys_ns,
		.ctx_voluntary = c->ctx_voluntary,
		.ctx_involuntary = c->ctx_involuntary,
		.minor_faults = c->minor_faults,
		.major_faults = c->major_faults,
		.runqueue_wait_ns = c->runqueue_wait_ns,
	};
	slot->schedstat_fd = usage_open_schedstat();
	usage_read(&slot->at_open, slot->schedstat_fd);
}

static void set_identity(struct page_worker_live *live, const struct slot_identity *identity)
{
	snprintf(live->name, sizeof live->name, "%s", identity->name);
	live->kind = identity->kind;
	live->host = identity->host;
	live->station = identity->station;
	live->incarnation = identity->incarnation;
	live->stage = PAGE_NONE;
	live->wait_target = PAGE_NONE;
	for (size_t i = 0; i < PAGE_LOCKS; i++)
		live->held[i].stage = PAGE_NONE;
}

struct slot *slot_open(struct page *page, unsigned worker, const struct slot_identity *identity)
{
	struct slot *slot = mem_calloc(1, sizeof *slot);
	uint64_t now = clock_ns();

	assert(worker < PAGE_WORKERS);
	slot->shared = &page->map->worker[worker];
	slot->ring = page_event_ring(page, worker);
	slot->worker = worker;
	words_load(slot->shared->counters, &slot->counters, sizeof slot->counters);
	begin_usage(slot);
	set_identity(&slot->live, identity);
	slot->live.pid = (uint32_t)getpid();
	slot->live.tid = (uint32_t)gettid();
	slot->live.state = WORKER_GET;
	slot->live.started_ns = slot->live.state_since_ns = now;
	atomic_store_explicit(&slot->shared->fatal_signal, 0, memory_order_relaxed);
	words_publish(&slot->shared->sequence, slot->shared->live, &slot->live, sizeof slot->live);
	emit(slot, now, 0);
	return slot;
}

void slot_close(struct slot *slot, const char *ended)
{
	uint64_t now;

	slot_usage(slot, true);
	now = clock_ns();
	words_begin(&slot->shared->sequence);
	end_stage(slot, now);
	turn_state(slot, WORKER_FINISHED, now);
	count(slot, &slot->counters.wall_ns, now - slot->live.started_ns);
	slot->live.ended_ns = now;
	slot->live.job = 0;
	slot->live.stage = PAGE_NONE;
	memset(slot->live.item, 0, sizeof slot->live.item);
	snprintf(slot->live.ended, sizeof slot->live.ended, "%s", ended);
	store_live(slot, 0, sizeof slot->live);
	words_end(&slot->shared->sequence);
	emit(slot, now, 0);
	if (slot->schedstat_fd >= 0)
		close(slot->schedstat_fd);
	free(slot);
}

unsigned slot_worker(const struct slot *slot)
{
	return slot->worker;
}

uint64_t slot_wait(struct slot *slot, enum worker_state state, enum wait_on on, unsigned target)
{
	uint64_t now = clock_ns();

	words_begin(&slot->shared->sequence);
	turn_state(slot, state, now);
	slot->live.wait_on = on;
	slot->live.wait_target = target;
	store_live(slot, LIVE_TAIL, sizeof slot->live - LIVE_TAIL);
	words_end(&slot->shared->sequence);
	emit(slot, now, 0);
	return now;
}

uint64_t slot_resume(struct slot *slot)
{
	return slot_wait(slot, working_state(slot), WAIT_NOTHING, PAGE_NONE);
}

void slot_item(struct slot *slot, uint64_t job, unsigned attempt, const char *name, size_t length)
{
	struct page_worker_live *live = &slot->live;
	size_t keep = length < PAGE_ITEM_BYTES ? length : PAGE_ITEM_BYTES - 1;
	size_t used = (keep + 8) & ~(size_t)7; /* with its end, in whole words */
	uint64_t now = clock_ns();

	memset(live->item, 0, used);
	memcpy(live->item, name + length - keep, keep);
	slot->has_item = true;
	words_begin(&slot->shared->sequence);
	turn_state(slot, working_state(slot), now);
	live->job = job;
	live->attempt = attempt;
	live->item_since_ns = now;
	store_live(slot, offsetof(struct page_worker_live, item), used);
	store_live(slot, LIVE_TAIL, sizeof *live - LIVE_TAIL);
	words_end(&slot->shared->sequence);
	emit(slot, now, 0);
}

void slot_stage(struct slot *slot, unsigned stage, bool io)
{
	struct page_worker_live *live = &slot->live;
	uint64_t now = clock_ns();

	assert(stage < PAGE_STAGES || stage == PAGE_NONE);
	words_begin(&slot->shared->sequence);
	end_stage(slot, now);
	live->stage = stage;
	live->stage_since_ns = now;
	live->stage_serial++;
	slot->stage_io = io;
	turn_state(slot, working_state(slot), now);
	store_live(slot, LIVE_TAIL, sizeof *live - LIVE_TAIL);
	words_end(&slot->shared->sequence);
	emit(slot, now, 0);
}

static void publish_held(struct slot *slot, unsigned lock, const struct page_held *held)
{
	assert(lock < PAGE_LOCKS);
	slot->live.held[lock] = *held;
	words_begin(&slot->shared->sequence);
	store_live(slot, offsetof(struct page_worker_live, held) + lock * sizeof *held,
		   sizeof *held);
	words_end(&slot->shared->sequence);
}

void slot_lock_taken(struct slot *slot, unsigned lock)
{
	struct page_held held = {
		.since_ns = clock_ns(), .job = slot->live.job, .stage = slot->live.stage};

	publish_held(slot, lock, &held);
}

void slot_lock_dropped(struct slot *slot, unsigned lock)
{
	publish_held(slot, lock, &(struct page_held){.stage = PAGE_NONE});
}

/* The counter that a status goes to. */
static uint64_t *status_counter(struct page_worker_counters *counters, enum item_status status)
{
	switch (status) {
	case ITEM_OK:
	case ITEM_DAMAGED:
		return &counters->ok;
	case ITEM_FAILED:
	case ITEM_QUARANTINED:
		return &counters->failed;
	case ITEM_SKIPPED:
		return &counters->skipped;
	default:
		return &counters->handed_on;
	}
}

void slot_item_end(struct slot *slot, enum item_status status, uint64_t bytes_in,
		   uint64_t bytes_out)
{
	struct page_worker_live *live = &slot->live;
	uint64_t *counter = status_counter(&slot->counters, status);
	uint64_t now = clock_ns();

	words_begin(&slot->shared->sequence);
	end_stage(slot, now);
	if (live->stage != PAGE_NONE)
		live->stage_serial++;
	live->stage = PAGE_NONE;
	slot->has_item = false;
	turn_state(slot, WORKER_GET, now);
	count(slot, counter, 1);
	count(slot, &slot->counters.bytes_in, bytes_in);
	count(slot, &slot->counters.bytes_out, bytes_out);
	/* The event still names the job; the live part no longer does. */
	emit(slot, now, 1 + (unsigned)status);
	live->job = 0;
	live->item[0] = '\0';
	store_live(slot, offsetof(struct page_worker_live, item), 8);
	store_live(slot, LIVE_TAIL, sizeof *live - LIVE_TAIL);
	words_end(&slot->shared->sequence);
}

void slot_fatal(struct slot *slot, int signal)
{
	/* The handler may run in the middle of this worker's own turn: no sequence here. */
	atomic_store_explicit(&slot->shared->fatal_signal, (uint64_t)signal, memory_order_relaxed);
}
