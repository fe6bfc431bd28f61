/*
 * page_groups.c - publishing and reading the groups of a run page.
 *
 * Readers get texts that are terminated and indices that are in range, whatever a worker gone wild
 * has stored in its slot.
 */
#include "config.h"

#include <assert.h>
#include <string.h>

#include "record/page_layout.h"

static void terminate(char *text, size_t size)
{
	text[size - 1] = '\0';
}

static void limit(uint32_t *value, uint32_t most)
{
	if (*value > most)
		*value = most;
}

void page_tame_plan(struct page_plan *plan)
{
	terminate(plan->run_id, sizeof plan->run_id);
	terminate(plan->version, sizeof plan->version);
	terminate(plan->workload, sizeof plan->workload);
	terminate(plan->strategy, sizeof plan->strategy);
	terminate(plan->layout, sizeof plan->layout);
	terminate(plan->plan, sizeof plan->plan);
	terminate(plan->topology, sizeof plan->topology);
	terminate(plan->report_dir, sizeof plan->report_dir);
	terminate(plan->output, sizeof plan->output);
	terminate(plan->command, sizeof plan->command);
	limit(&plan->stages, PAGE_STAGES);
	limit(&plan->stations, PAGE_STATIONS);
	limit(&plan->locks, PAGE_LOCKS);
	for (size_t i = 0; i < PAGE_LOCKS; i++)
		terminate(plan->lock[i], sizeof plan->lock[i]);
	for (size_t i = 0; i < PAGE_STAGES; i++)
		terminate(plan->stage[i].name, sizeof plan->stage[i].name);
	for (size_t i = 0; i < PAGE_STATIONS; i++) {
		terminate(plan->station[i].name, sizeof plan->station[i].name);
		if (plan->station[i].queue >= PAGE_QUEUES)
			plan->station[i].queue = PAGE_NONE;
	}
}

void page_tame_status(struct page_status *status)
{
	terminate(status->message, sizeof status->message);
	terminate(status->result, sizeof status->result);
	limit(&status->state, RUN_DONE);
	limit(&status->workers, PAGE_WORKERS);
	limit(&status->hosts, PAGE_HOSTS);
	limit(&status->queues, PAGE_QUEUES);
}

void page_tame_live(struct page_worker_live *live)
{
	terminate(live->name, sizeof live->name);
	terminate(live->item, sizeof live->item);
	terminate(live->ended, sizeof live->ended);
	limit(&live->kind, WORKER_RECORDER);
	limit(&live->host, PAGE_HOSTS - 1);
	limit(&live->state, WORKER_STATES - 1);
	limit(&live->station, PAGE_STATIONS - 1);
	if (live->wait_on > WAIT_ENDED)
		live->wait_on = WAIT_NOTHING;
	if (live->stage >= PAGE_STAGES)
		live->stage = PAGE_NONE;
	for (size_t i = 0; i < PAGE_LOCKS; i++) {
		if (live->held[i].stage >= PAGE_STAGES)
			live->held[i].stage = PAGE_NONE;
	}
}

void page_tame_recorder(struct page_recorder *recorder)
{
	terminate(recorder->report_error, sizeof recorder->report_error);
}

void page_tame_host(struct page_host *host)
{
	terminate(host->name, sizeof host->name);
}

void page_tame_queue(struct page_queue *queue)
{
	terminate(queue->name, sizeof queue->name);
	limit(&queue->station, PAGE_STATIONS - 1);
}

void page_tame_event(struct page_event *event)
{
	if (event->state >= WORKER_STATES)
		event->state = WORKER_DEAD;
	if (event->stage >= PAGE_STAGES)
		event->stage = PAGE_NONE;
	if (event->item_end > ITEM_STATUSES)
		event->item_end = 0;
	limit(&event->worker, PAGE_WORKERS - 1);
}

void page_tame_line(struct page_log_line *line)
{
	terminate(line->text, sizeof line->text);
	limit(&line->level, LOG_ERROR);
}

void page_write_plan(struct page *page, const struct page_plan *plan)
{
	words_publish(&page->map->plan_sequence, page->map->plan, plan, sizeof *plan);
}

void page_write_status(struct page *page, const struct page_status *status)
{
	words_publish(&page->map->status_sequence, page->map->status, status, sizeof *status);
}

void page_write_host(struct page *page, unsigned host, const struct page_host *value)
{
	struct layout_host *shared = &page->map->host[host];

	assert(host < PAGE_HOSTS);
	words_publish(&shared->sequence, shared->word, value, sizeof *value);
}

void page_write_recorder(struct page *page, const struct page_recorder *value)
{
	words_publish(&page->map->recorder_sequence, page->map->recorder, value, sizeof *value);
}

void page_write_queue(struct page *page, unsigned queue, const struct page_queue *value)
{
	struct layout_queue *shared = &page->map->queue[queue];

	assert(queue < PAGE_QUEUES);
	words_publish(&shared->sequence, shared->word, value, sizeof *value);
}

static struct words_ring log_ring(const struct page *page)
{
	return (struct words_ring){
		.head = &page->map->log_head,
		.words = page->map->log,
		.capacity = PAGE_LOG_LINES,
		.bytes = sizeof(struct page_log_line),
	};
}

struct words_ring page_event_ring(const struct page *page, unsigned worker)
{
	assert(worker < PAGE_WORKERS);
	return (struct words_ring){
		.head = &page->map->ring[worker].head,
		.words = page->map->ring[worker].word,
		.capacity = PAGE_RING_EVENTS,
		.bytes = sizeof(struct page_event),
	};
}

void page_log(struct page *page, const struct page_log_line *line)
{
	struct words_ring ring = log_ring(page);

	words_append(&ring, line);
}

uint64_t page_identity(const struct page *page)
{
	return atomic_load_explicit(&page->map->head.identity, memory_order_relaxed);
}

uint64_t page_plan_sequence(const struct page *page)
{
	return atomic_load_explicit(&page->map->plan_sequence, memory_order_acquire);
}

bool page_read_plan(const struct page *page, struct page_plan *out)
{
	if (!words_read(&page->map->plan_sequence, page->map->plan, out, sizeof *out))
		return false;
	page_tame_plan(out);
	return true;
}

bool page_read_status(const struct page *page, struct page_status *out)
{
	if (!words_read(&page->map->status_sequence, page->map->status, out, sizeof *out))
		return false;
	page_tame_status(out);
	return true;
}

bool page_read_recorder(const struct page *page, struct page_recorder *out)
{
	if (!words_read(&page->map->recorder_sequence, page->map->recorder, out, sizeof *out))
		return false;
	page_tame_recorder(out);
	return true;
}

bool page_read_host(const struct page *page, unsigned host, struct page_host *out)
{
	const struct layout_host *shared = &page->map->host[host];

	assert(host < PAGE_HOSTS);
	if (!words_read(&shared->sequence, shared->word, out, sizeof *out))
		return false;
	page_tame_host(out);
	return true;
}

bool page_read_queue(const struct page *page, unsigned queue, struct page_queue *out)
{
	const struct layout_queue *shared = &page->map->queue[queue];

	assert(queue < PAGE_QUEUES);
	if (!words_read(&shared->sequence, shared->word, out, sizeof *out))
		return false;
	page_tame_queue(out);
	return true;
}

/* The fatal signal and the retiring stand outside the sequence, for they have other writers;
 * readers find them in their places in the live part. */
static void finish_live(const struct layout_worker *shared, struct page_worker_live *live)
{
	live->fatal_signal =
		(uint32_t)atomic_load_explicit(&shared->fatal_signal, memory_order_relaxed);
	live->retiring = atomic_load_explicit(&shared->retiring, memory_order_relaxed) != 0;
	page_tame_live(live);
}

bool page_read_worker(const struct page *page, unsigned worker, struct page_worker_live *out)
{
	const struct layout_worker *shared = &page->map->worker[worker];

	assert(worker < PAGE_WORKERS);
	if (!words_read(&shared->sequence, shared->live, out, sizeof *out))
		return false;
	finish_live(shared, out);
	return true;
}

void page_read_counters(const struct page *page, unsigned worker, struct page_worker_counters *out)
{
	assert(worker < PAGE_WORKERS);
	words_load(page->map->worker[worker].counters, out, sizeof *out);
}

bool page_read_slot(const struct page *page, unsigned worker, struct page_worker_live *live,
		    struct page_worker_counters *counters)
{
	const struct layout_worker *shared = &page->map->worker[worker];
	struct page_worker_live live_copy;
	struct page_worker_counters counters_copy;
	uint64_t seen;

	assert(worker < PAGE_WORKERS);
	for (int try = 0; try < WORDS_TRIES; try++) {
		if (!words_look(&shared->sequence, &seen))
			continue;
		words_load(shared->live, &live_copy, sizeof live_copy);
		words_load(shared->counters, &counters_copy, sizeof counters_copy);
		if (!words_unchanged(&shared->sequence, seen))
			continue;
		*live = live_copy;
		*counters = counters_copy;
		finish_live(shared, live);
		return true;
	}
	return false;
}

size_t page_read_log(const struct page *page, uint64_t *next, struct page_log_line *out,
		     size_t most, uint64_t *lost)
{
	struct words_ring ring = log_ring(page);
	size_t count = words_drain(&ring, next, out, most, lost);

	for (size_t i = 0; i < count; i++)
		page_tame_line(&out[i]);
	return count;
}

size_t page_read_events(const struct page *page, unsigned worker, uint64_t *next,
			struct page_event *out, size_t most, uint64_t *lost)
{
	struct words_ring ring = page_event_ring(page, worker);
	size_t count = words_drain(&ring, next, out, most, lost);

	for (size_t i = 0; i < count; i++) {
		out[i].worker = worker;
		page_tame_event(&out[i]);
	}
	return count;
}

void page_read_histogram(const struct page *page, unsigned worker, unsigned stage,
			 struct histogram *out)
{
	const _Atomic uint32_t *count;

	assert(worker < PAGE_WORKERS && stage < PAGE_STAGES);
	count = page->map->worker[worker].histogram[stage];
	for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++)
		out->count[i] = atomic_load_explicit(&count[i], memory_order_relaxed);
}
