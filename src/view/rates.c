/*
 * rates.c - speeds and shares from a sliding window of samples.
 *
 * A sample keeps of a snapshot what differences are made from. The latest one is always kept; the
 * history behind it holds one every SPACING at most, so that its length is bounded however often a
 * screen feeds it. What has no older sample to compare with is answered from the start of the run
 * (all zeros there), so the first picture of an attached run already shows speeds.
 */
#include "config.h"

#include "view/rates.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "view/verdict.h"

#define SPACING_NS	(95 * CLOCK_MS_NS)
#define RATE_WINDOW_NS	(2 * CLOCK_SECOND_NS)
#define SHARE_WINDOW_NS (10 * CLOCK_SECOND_NS)

enum { HISTORY = 128 }; /* > SHARE_WINDOW / SPACING, and enough for a sparkline */

struct worker_sample {
	uint64_t items;
	uint64_t cpu_ns;
	uint64_t usage_at_ns;
	uint64_t wall_ns;
	uint64_t state_ns[WORKER_STATES];
	uint32_t state;
	uint32_t station;
	bool counted;
};

struct queue_sample {
	uint32_t depth;
	uint32_t station;
};

struct sample {
	uint64_t at_ns;
	uint64_t finished;
	uint64_t bytes_in;
	unsigned workers;
	unsigned queues;
	unsigned room; /* allocated workers */
	struct worker_sample *worker;
	struct queue_sample queue[PAGE_QUEUES];
};

struct rates {
	char run_id[PAGE_NAME_BYTES];
	struct sample history[HISTORY]; /* a ring */
	size_t first;
	size_t count;
	struct sample latest;
	struct sample start; /* zeros at the run's start */
	double efficiency;
	double mean_per_s;
	uint64_t expected; /* items to do, 0 = unknown */
	bool going;	   /* running, not paused */
	bool ended;
};

struct rates *rates_new(void)
{
	return mem_calloc(1, sizeof(struct rates));
}

static void start_over(struct rates *rates)
{
	rates->first = rates->count = 0;
}

void rates_free(struct rates *rates)
{
	if (rates == NULL)
		return;
	for (size_t i = 0; i < HISTORY; i++)
		free(rates->history[i].worker);
	free(rates->latest.worker);
	free(rates->start.worker);
	free(rates);
}

static void make_room(struct sample *sample, unsigned workers)
{
	if (sample->room < workers) {
		sample->worker = mem_realloc(sample->worker, workers, sizeof *sample->worker);
		sample->room = workers;
	}
	sample->workers = workers;
}

static void sample_worker(struct worker_sample *sample, const struct snapshot *snapshot,
			  unsigned worker)
{
	const struct snapshot_worker *w = &snapshot->worker[worker];

	sample->items = snapshot_items(snapshot, worker);
	sample->cpu_ns = w->counters.cpu_user_ns + w->counters.cpu_sys_ns;
	sample->usage_at_ns = w->counters.usage_at_ns;
	sample->wall_ns = snapshot_wall_ns(snapshot, worker);
	for (unsigned i = 0; i < WORKER_STATES; i++)
		sample->state_ns[i] = snapshot_state_ns(snapshot, worker, (enum worker_state)i);
	sample->state = w->live.state;
	sample->station = w->live.station;
	sample->counted = w->live.kind != WORKER_RECORDER;
}

static void take_sample(struct sample *sample, const struct snapshot *snapshot)
{
	sample->at_ns = snapshot->at_ns;
	sample->finished = snapshot_finished(snapshot);
	sample->bytes_in = snapshot->status.bytes_in;
	make_room(sample, snapshot->status.workers);
	for (unsigned i = 0; i < sample->workers; i++)
		sample_worker(&sample->worker[i], snapshot, i);
	sample->queues = snapshot->status.queues;
	for (unsigned i = 0; i < sample->queues; i++) {
		sample->queue[i].depth = (uint32_t)snapshot_depth(snapshot, i);
		sample->queue[i].station = snapshot->queue[i].station;
	}
}

static void copy_sample(struct sample *to, const struct sample *from)
{
	struct worker_sample *worker = to->worker;
	unsigned room = to->room;

	*to = *from;
	to->worker = worker;
	to->room = room;
	make_room(to, from->workers);
	if (from->workers > 0)
		memcpy(to->worker, from->worker, from->workers * sizeof *to->worker);
}

static const struct sample *history_at(const struct rates *rates, size_t index)
{
	return &rates->history[(rates->first + index) % HISTORY];
}

static void remember(struct rates *rates)
{
	if (rates->count > 0 &&
	    rates->latest.at_ns < history_at(rates, rates->count - 1)->at_ns + SPACING_NS)
		return;
	if (rates->count == HISTORY) {
		rates->first = (rates->first + 1) % HISTORY;
		rates->count--;
	}
	copy_sample(&rates->history[(rates->first + rates->count) % HISTORY], &rates->latest);
	rates->count++;
}

/* Zeros at the run's start, and for workers at theirs: wall time is the same as on the page. */
static void make_start(struct rates *rates, const struct snapshot *snapshot)
{
	make_room(&rates->start, snapshot->status.workers);
	if (rates->start.workers > 0)
		memset(rates->start.worker, 0, rates->start.workers * sizeof *rates->start.worker);
	for (unsigned i = 0; i < rates->start.workers; i++)
		rates->start.worker[i].usage_at_ns = snapshot->worker[i].live.started_ns;
	rates->start.at_ns = snapshot->plan.started_ns;
	rates->start.finished = rates->start.bytes_in = 0;
}

void rates_feed(struct rates *rates, const struct snapshot *snapshot)
{
	const struct page_status *status = &snapshot->status;
	uint64_t elapsed_ns = snapshot_elapsed_ns(snapshot);

	if (strcmp(rates->run_id, snapshot->plan.run_id) != 0 ||
	    snapshot->at_ns < rates->latest.at_ns ||
	    snapshot_finished(snapshot) < rates->latest.finished)
		start_over(rates);
	memcpy(rates->run_id, snapshot->plan.run_id, sizeof rates->run_id);
	take_sample(&rates->latest, snapshot);
	make_start(rates, snapshot);
	remember(rates);
	rates->efficiency = verdict_efficiency(snapshot);
	rates->mean_per_s =
		elapsed_ns > 0 ? (double)rates->latest.finished / clock_seconds(elapsed_ns) : 0.0;
	rates->expected = 0;
	if (status->source_ended)
		rates->expected = status->found;
	else if (status->estimate_found > status->found)
		rates->expected = status->estimate_found;
	rates->going = status->state == RUN_RUNNING || status->state == RUN_DRAINING;
	rates->ended = status->ended_ns != 0;
}

/* What to compare the latest sample with: the newest one that is a window older, else the oldest
 * there is, else the start. */
static const struct sample *base_of(const struct rates *rates, uint64_t window_ns)
{
	const struct sample *base = NULL;

	for (size_t i = 0; i < rates->count; i++) {
		const struct sample *sample = history_at(rates, i);

		if (sample->at_ns >= rates->latest.at_ns)
			break;
		if (base != NULL && sample->at_ns + window_ns > rates->latest.at_ns)
			break;
		base = sample;
	}
	return base != NULL ? base : &rates->start;
}

static uint64_t growth(uint64_t from, uint64_t to)
{
	return to > from ? to - from : 0;
}

static double per(uint64_t amount, uint64_t whole)
{
	return whole > 0 ? (double)amount / (double)whole : 0.0;
}

static double at_most_one(double share)
{
	return share < 1.0 ? share : 1.0;
}

/* The worker in a sample; a worker that was added later has zeros there. */
static struct worker_sample worker_in(const struct sample *sample, unsigned worker)
{
	return worker < sample->workers ? sample->worker[worker] : (struct worker_sample){0};
}

static bool works(uint32_t state)
{
	return state == WORKER_RUN || state == WORKER_IO;
}

/*
 * Share of a core. Workers publish their CPU time at stage borders only, so it is divided by the
 * time between the two readings; in a long stage, with no new reading, the last known share stands.
 * A worker that waits uses nothing after its last reading.
 */
static double cpu_share(const struct rates *rates, unsigned worker, const struct sample *base)
{
	struct worker_sample now = worker_in(&rates->latest, worker);
	struct worker_sample before = worker_in(base, worker);
	bool working = works(now.state);

	if (now.usage_at_ns == before.usage_at_ns && !working)
		return 0.0;
	for (size_t i = rates->count; now.usage_at_ns == before.usage_at_ns && i > 0; i--)
		before = worker_in(history_at(rates, i - 1), worker);
	if (now.usage_at_ns == before.usage_at_ns || before.usage_at_ns == 0)
		before = worker_in(&rates->start, worker);
	return per(growth(before.cpu_ns, now.cpu_ns),
		   growth(before.usage_at_ns, working ? now.usage_at_ns : rates->latest.at_ns));
}

void rates_worker(const struct rates *rates, unsigned worker, struct rates_worker *out)
{
	const struct sample *base = base_of(rates, RATE_WINDOW_NS);
	const struct sample *old = base_of(rates, SHARE_WINDOW_NS);
	struct worker_sample now = worker_in(&rates->latest, worker);
	struct worker_sample before = worker_in(base, worker);
	uint64_t wall_ns = growth(before.wall_ns, now.wall_ns);
	uint64_t busy_ns = 0;

	memset(out, 0, sizeof *out);
	/* One that has ended hands on nothing more; divided by its short life it would seem to. */
	bool alive = page_state_info((enum worker_state)now.state)->alive;
	out->items_per_s = per(growth(before.items, now.items) * CLOCK_SECOND_NS,
			       alive ? wall_ns : growth(base->at_ns, rates->latest.at_ns));
	out->cpu_percent = 100.0 * cpu_share(rates, worker, base);
	busy_ns += growth(before.state_ns[WORKER_RUN], now.state_ns[WORKER_RUN]);
	busy_ns += growth(before.state_ns[WORKER_IO], now.state_ns[WORKER_IO]);
	busy_ns += growth(before.state_ns[WORKER_DELAY], now.state_ns[WORKER_DELAY]);
	out->busy_percent = 100.0 * at_most_one(per(busy_ns, wall_ns));
	before = worker_in(old, worker);
	wall_ns = growth(before.wall_ns, now.wall_ns);
	for (unsigned i = 0; i < WORKER_STATES; i++)
		out->state_share[i] =
			at_most_one(per(growth(before.state_ns[i], now.state_ns[i]), wall_ns));
}

/* Items still to do ÷ the speed of the last seconds, or since the start when nothing was done in
 * them. */
static double eta_s(const struct rates *rates)
{
	const struct sample *base = base_of(rates, SHARE_WINDOW_NS);
	double speed = per(growth(base->finished, rates->latest.finished) * CLOCK_SECOND_NS,
			   growth(base->at_ns, rates->latest.at_ns));

	if (rates->ended)
		return 0.0;
	if (speed <= 0.0)
		speed = rates->mean_per_s;
	if (!rates->going || rates->expected == 0 || speed <= 0.0)
		return -1.0;
	return (double)growth(rates->latest.finished, rates->expected) / speed;
}

void rates_run(const struct rates *rates, struct rates_run *out)
{
	const struct sample *base = base_of(rates, RATE_WINDOW_NS);
	uint64_t passed_ns = growth(base->at_ns, rates->latest.at_ns);

	memset(out, 0, sizeof *out);
	out->items_per_s =
		per(growth(base->finished, rates->latest.finished) * CLOCK_SECOND_NS, passed_ns);
	out->bytes_in_per_s = per(growth(base->bytes_in, rates->latest.bytes_in), passed_ns) * 1e9;
	out->mean_per_s = rates->mean_per_s;
	for (unsigned i = 0; i < rates->latest.workers; i++)
		out->cpu_cores += cpu_share(rates, i, base);
	out->efficiency = rates->efficiency;
	out->eta_s = eta_s(rates);
}

/* Share of the wall time of a station's workers that they spent in a state since `base`. */
static double station_share(const struct rates *rates, const struct sample *base, unsigned station,
			    enum worker_state state)
{
	uint64_t blocked_ns = 0, wall_ns = 0;

	for (unsigned i = 0; i < rates->latest.workers; i++) {
		struct worker_sample now = rates->latest.worker[i];
		struct worker_sample before = worker_in(base, i);

		if (now.station != station || !now.counted)
			continue;
		blocked_ns += growth(before.state_ns[state], now.state_ns[state]);
		wall_ns += growth(before.wall_ns, now.wall_ns);
	}
	return at_most_one(per(blocked_ns, wall_ns));
}

void rates_queue(const struct rates *rates, unsigned queue, double *push_blocked,
		 double *pop_blocked)
{
	const struct sample *base = base_of(rates, SHARE_WINDOW_NS);
	unsigned station;

	*push_blocked = *pop_blocked = 0.0;
	if (queue >= rates->latest.queues)
		return;
	station = rates->latest.queue[queue].station;
	if (station > 0)
		*push_blocked = station_share(rates, base, station - 1, WORKER_PUT);
	*pop_blocked = station_share(rates, base, station, WORKER_GET);
}

size_t rates_queue_history(const struct rates *rates, unsigned queue, unsigned *depths, size_t most)
{
	size_t count = rates->count < most ? rates->count : most;

	if (queue >= PAGE_QUEUES)
		return 0;
	for (size_t i = 0; i < count; i++) {
		const struct sample *sample = history_at(rates, rates->count - count + i);

		depths[i] = queue < sample->queues ? sample->queue[queue].depth : 0;
	}
	return count;
}
