/*
 * summary_json.c - summary.json, schema 1 (floor: report).
 *
 * Fields are a contract with scripts: they may be added, never renamed or removed within a schema.
 */
#include "config.h"

#include "report/summary.h"

#include "base/clock.h"
#include "report/json.h"
#include "report/profile.h"
#include "report/report.h"
#include "view/verdict.h"

static json_t *command_json(const char *const *command, const char *as_text)
{
	json_t *array = json_array();

	if (command == NULL && as_text[0] != '\0')
		json_add(array, json_text(as_text));
	for (; command != NULL && *command != NULL; command++)
		json_add(array, json_text(*command));
	return array;
}

static json_t *items_json(const struct summary *summary, const struct page_status *status)
{
	json_t *items = json_object();

	json_put(items, "found", json_count(status->found));
	json_put(items, "ok", json_count(summary->ok));
	json_put(items, "failed", json_count(summary->failed));
	json_put(items, "skipped", json_count(summary->skipped));
	json_put(items, "quarantined", json_count(summary->quarantined));
	json_put(items, "pending", json_count(summary->pending));
	json_put(items, "damaged", json_count(summary->damaged));
	json_put(items, "retried", json_count(status->retried));
	return items;
}

static json_t *queues_json(const struct snapshot *snapshot)
{
	json_t *array = json_array();
	unsigned i;

	for (i = 0; i < snapshot->status.queues && i < PAGE_QUEUES; i++) {
		const struct page_queue *queue = &snapshot->queue[i];
		json_t *object = json_object();

		json_put(object, "name", json_text(queue->name));
		json_put(object, "capacity", json_count(queue->capacity));
		json_put(object, "pushed", json_count(queue->pushed));
		json_put(object, "popped", json_count(queue->popped));
		json_put(object, "high_water", json_count(queue->high_water));
		json_put(object, "push_blocked_s",
			 json_seconds(snapshot_push_blocked_ns(snapshot, i)));
		json_put(object, "pop_blocked_s",
			 json_seconds(snapshot_pop_blocked_ns(snapshot, i)));
		json_add(array, object);
	}
	return array;
}

static json_t *workers_json(const struct snapshot *snapshot, const struct page *page,
			    const struct joblog_scan *names)
{
	json_t *array = json_array();
	unsigned i;

	for (i = 0; i < profile_workers(snapshot); i++) {
		struct profile profile;

		profile_take(&profile, snapshot, page, i);
		json_add(array, profile_json(&profile, names));
	}
	return array;
}

/* The workload's own result; {} when it has none. */
static json_t *result_json(const char *text)
{
	json_t *result = text[0] != '\0' ? json_loads(text, 0, NULL) : NULL;

	if (!json_is_object(result)) {
		json_decref(result);
		result = json_object();
	}
	return result;
}

static void put_plan(json_t *object, const struct snapshot *snapshot, const char *const *command)
{
	const struct page_plan *plan = &snapshot->plan;
	char started[32];

	clock_format_utc(plan->started_real_ns, started, sizeof started);
	json_put(object, "schema", json_integer(REPORT_SCHEMA));
	json_put(object, "version", json_text(plan->version));
	json_put(object, "workload", json_text(plan->workload));
	json_put(object, "strategy", json_text(plan->strategy));
	json_put(object, "layout", json_text(plan->layout));
	json_put(object, "plan", json_text(plan->plan));
	json_put(object, "command", command_json(command, plan->command));
	json_put(object, "run_id", json_text(plan->run_id));
	json_put(object, "started", json_text(started));
}

json_t *summary_json(const struct snapshot *snapshot, const struct page *page,
		     const char *const *command, const struct joblog_scan *names)
{
	const struct page_status *status = &snapshot->status;
	json_t *object = json_object();
	char sentence[256], bottleneck[PAGE_NAME_BYTES];
	struct summary summary;

	summary_take(&summary, snapshot);
	verdict_sentence(snapshot, sentence, sizeof sentence);
	verdict_bottleneck(snapshot, bottleneck, sizeof bottleneck, NULL);
	put_plan(object, snapshot, command);
	json_put(object, "elapsed_s", json_seconds(summary.elapsed_ns));
	json_put(object, "items", items_json(&summary, status));
	json_put(object, "rate_per_s", json_number(summary.rate_per_s));
	json_put(object, "bytes_in", json_count(status->bytes_in));
	json_put(object, "bytes_out", json_count(status->bytes_out));
	json_put(object, "cpu_s", json_number(verdict_cpu_s(snapshot)));
	json_put(object, "cores", json_count(snapshot->plan.cores));
	json_put(object, "startup_s", json_seconds(summary.startup_ns));
	json_put(object, "shutdown_s", json_seconds(summary.shutdown_ns));
	json_put(object, "paused_s", json_seconds(status->paused_total_ns));
	json_put(object, "peak_memory_bytes", json_count(snapshot->recorder.peak_memory_bytes));
	json_put(object, "efficiency", json_number(verdict_efficiency(snapshot)));
	json_put(object, "ideal_s", json_number(verdict_ideal_s(snapshot)));
	json_put(object, "queues", queues_json(snapshot));
	json_put(object, "workers", workers_json(snapshot, page, names));
	json_put(object, "result", result_json(status->result));
	json_put(object, "bottleneck", json_text(bottleneck));
	json_put(object, "verdict", json_text(sentence));
	json_put(object, "message", json_text(status->message));
	json_put(object, "exit_code", json_count(status->exit_code));
	return object;
}

char *report_summary_json(const struct snapshot *snapshot, const struct page *page,
			  const char *const *command)
{
	json_t *object = summary_json(snapshot, page, command, NULL);
	char *text = json_dump(object, JSON_COMPACT);

	json_decref(object);
	return text;
}
