/*
 * profile_json.c - the profile of one worker as an object of summary.json (floor: report).
 */
#include "config.h"

#include "report/profile.h"

#include <stdlib.h>

#include "report/json.h"
#include "report/lines.h"

static json_t *slowest_json(const struct profile_stage *stage, const struct joblog_scan *names)
{
	json_t *array = json_array();
	unsigned i;

	for (i = 0; i < stage->nslowest; i++) {
		const char *input = joblog_scan_input(names, stage->slowest[i].job);
		json_t *object = json_object();

		json_put(object, "job", json_count(stage->slowest[i].job));
		json_put(object, "seconds", json_seconds(stage->slowest[i].ns));
		if (input != NULL)
			json_put(object, "input", json_text(input));
		json_add(array, object);
	}
	return array;
}

static json_t *stages_json(const struct profile *profile, const struct joblog_scan *names)
{
	json_t *stages = json_object();
	unsigned i;

	for (i = 0; i < profile->nstages; i++) {
		const struct profile_stage *stage = &profile->stage[i];
		json_t *object = json_object();
		char *name;

		json_put(object, "count", json_count(stage->count));
		json_put(object, "total_s", json_seconds(stage->total_ns));
		json_put(object, "mean_ms", json_ms(stage->mean_ns));
		if (stage->has_percentiles) {
			json_put(object, "p50_ms", json_ms(stage->p50_ns));
			json_put(object, "p95_ms", json_ms(stage->p95_ns));
			json_put(object, "p99_ms", json_ms(stage->p99_ns));
		}
		json_put(object, "max_ms", json_ms(stage->max_ns));
		json_put(object, "slowest", slowest_json(stage, names));
		name = lines_sanitised(stage->name); /* a scenario's author chose it */
		json_put(stages, name, object);
		free(name);
	}
	return stages;
}

static void put_identity(json_t *object, const struct profile *profile)
{
	static const char *const role[] = {"worker", "worker", "walk", "recorder"};
	const struct page_worker_live *live = profile->live;

	json_put(object, "name", json_text(live->name));
	/* Walk and recorder are processes too; what they are for is another question. */
	json_put(object, "kind", json_text(live->kind == WORKER_THREAD ? "thread" : "process"));
	json_put(object, "role", json_text(live->kind < 4 ? role[live->kind] : "worker"));
	json_put(object, "station", json_text(profile->station));
	json_put(object, "host", json_text(profile->host));
	json_put(object, "pid", json_count(live->pid));
	json_put(object, "tid", json_count(live->tid));
	json_put(object, "incarnation", json_count(live->incarnation));
	json_put(object, "ended", json_text(profile->ended));
}

json_t *profile_json(const struct profile *profile, const struct joblog_scan *names)
{
	const struct page_worker_counters *counters = profile->counters;
	const uint64_t *state_ns = profile->state_ns;
	json_t *object = json_object();

	put_identity(object, profile);
	json_put(object, "ok", json_count(counters->ok));
	json_put(object, "failed", json_count(counters->failed));
	json_put(object, "skipped", json_count(counters->skipped));
	json_put(object, "handed_on", json_count(counters->handed_on));
	json_put(object, "start_s", json_seconds(profile->start_ns));
	json_put(object, "wall_s", json_seconds(profile->wall_ns));
	json_put(object, "busy_s", json_seconds(profile->busy_ns));
	json_put(object, "get_wait_s", json_seconds(state_ns[WORKER_GET]));
	json_put(object, "put_wait_s", json_seconds(state_ns[WORKER_PUT]));
	json_put(object, "lock_wait_s", json_seconds(state_ns[WORKER_LOCK]));
	json_put(object, "join_wait_s", json_seconds(state_ns[WORKER_JOIN]));
	json_put(object, "resource_wait_s", json_seconds(state_ns[WORKER_RESOURCE]));
	json_put(object, "paused_s", json_seconds(state_ns[WORKER_PAUSED]));
	json_put(object, "delay_s", json_seconds(state_ns[WORKER_DELAY]));
	json_put(object, "cpu_user_s", json_seconds(counters->cpu_user_ns));
	json_put(object, "cpu_sys_s", json_seconds(counters->cpu_sys_ns));
	json_put(object, "ctx_voluntary", json_count(counters->ctx_voluntary));
	json_put(object, "ctx_involuntary", json_count(counters->ctx_involuntary));
	json_put(object, "minor_faults", json_count(counters->minor_faults));
	json_put(object, "major_faults", json_count(counters->major_faults));
	json_put(object, "runqueue_wait_s", json_seconds(counters->runqueue_wait_ns));
	json_put(object, "peak_rss_bytes", json_count(counters->peak_rss_bytes));
	json_put(object, "bytes_in", json_count(counters->bytes_in));
	json_put(object, "bytes_out", json_count(counters->bytes_out));
	json_put(object, "stages", stages_json(profile, names));
	return object;
}
