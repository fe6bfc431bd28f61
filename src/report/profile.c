/*
 * profile.c - the figures of one worker, gathered from snapshot and page (floor: report).
 */
#include "config.h"

#include "report/profile.h"

#include <string.h>

#include "record/histogram.h"

unsigned profile_workers(const struct snapshot *snapshot)
{
	return snapshot->status.workers < PAGE_WORKERS ? snapshot->status.workers : PAGE_WORKERS;
}

bool profile_name_is_safe(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-_.";

	return name[0] != '\0' && name[0] != '.' && name[strspn(name, allowed)] == '\0';
}

static void take_stage(struct profile_stage *out, const struct snapshot *snapshot,
		       const struct page *page, unsigned worker, unsigned stage)
{
	const struct page_worker_counters *counters = &snapshot->worker[worker].counters;
	unsigned i;

	*out = (struct profile_stage){
		.name = snapshot->plan.stage[stage].name,
		.count = counters->stage[stage].count,
		.total_ns = counters->stage[stage].total_ns,
		.max_ns = counters->stage[stage].max_ns,
	};
	out->mean_ns = out->total_ns / out->count;
	for (i = 0; i < PAGE_SLOWEST && counters->stage[stage].slowest[i].ns != 0; i++) {
		out->slowest[i].ns = counters->stage[stage].slowest[i].ns;
		out->slowest[i].job = counters->stage[stage].slowest[i].job;
	}
	out->nslowest = i;
	if (page != NULL) {
		struct histogram histogram;

		/* A bucket reaches beyond the longest duration in it. */
		page_read_histogram(page, worker, stage, &histogram);
		out->has_percentiles = true;
		out->p50_ns = histogram_percentile_within_ns(&histogram, 50, out->max_ns);
		out->p95_ns = histogram_percentile_within_ns(&histogram, 95, out->max_ns);
		out->p99_ns = histogram_percentile_within_ns(&histogram, 99, out->max_ns);
	}
}

static const char *how_it_ended(const struct page_worker_live *live)
{
	if (live->ended[0] != '\0')
		return live->ended;
	return live->started_ns == 0 ? "never started" : "running";
}

static const char *station_of(const struct snapshot *snapshot, const struct page_worker_live *live)
{
	if (live->kind == WORKER_WALK)
		return "walk";
	if (live->kind == WORKER_RECORDER)
		return "recorder";
	return live->station < PAGE_STATIONS ? snapshot->plan.station[live->station].name : "";
}

void profile_take(struct profile *profile, const struct snapshot *snapshot, const struct page *page,
		  unsigned worker)
{
	const struct page_worker_live *live = &snapshot->worker[worker].live;
	const struct page_worker_counters *counters = &snapshot->worker[worker].counters;
	unsigned stages = snapshot->plan.stages < PAGE_STAGES ? snapshot->plan.stages : PAGE_STAGES;
	unsigned i;

	*profile = (struct profile){
		.live = live,
		.counters = counters,
		.host = live->host < PAGE_HOSTS ? snapshot->host[live->host].name : "",
		.station = station_of(snapshot, live),
		.ended = how_it_ended(live),
		.wall_ns = snapshot_wall_ns(snapshot, worker),
		.busy_ns = snapshot_busy_ns(snapshot, worker),
	};
	if (live->started_ns > snapshot->plan.started_ns)
		profile->start_ns = live->started_ns - snapshot->plan.started_ns;
	for (i = 0; i < WORKER_STATES; i++)
		profile->state_ns[i] = snapshot_state_ns(snapshot, worker, (enum worker_state)i);
	for (i = 0; i < stages; i++) {
		if (counters->stage[i].count == 0)
			continue;
		take_stage(&profile->stage[profile->nstages++], snapshot, page, worker, i);
		profile->staged_ns += counters->stage[i].total_ns;
	}
}

void profile_want(const struct profile *profile, struct joblog_scan *scan)
{
	unsigned i, k;

	for (i = 0; i < profile->nstages; i++)
		for (k = 0; k < profile->stage[i].nslowest; k++)
			joblog_scan_want(scan, profile->stage[i].slowest[k].job);
}
