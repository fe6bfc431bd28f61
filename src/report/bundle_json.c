/*
 * bundle_json.c - the dump of a run as one JSON object, schema 1.
 */
#include "config.h"

#include "report/bundle.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/bundle_parts.h"
#include "report/bundle_stacks.h"
#include "report/json.h"

enum { SCHEMA = 1 };

static json_t *bounded_text(const char *bytes, size_t size)
{
	char text[PAGE_PATH_BYTES];
	size_t length = strnlen(bytes, size < sizeof text ? size : sizeof text - 1);

	memcpy(text, bytes, length);
	text[length] = '\0';
	return json_text(text);
}

static json_t *age(const struct snapshot *snapshot, uint64_t since_ns)
{
	if (since_ns == 0)
		return json_null();
	return json_seconds(snapshot->at_ns > since_ns ? snapshot->at_ns - since_ns : 0);
}

static json_t *stage_name(const struct snapshot *snapshot, unsigned stage)
{
	const char *name = bundle_stage(snapshot, stage);

	return name != NULL ? json_text(name) : json_null();
}

static json_t *verdict(const struct bundle *bundle)
{
	const struct diagnosis_run *run = diagnosis_run(bundle->diagnosis);
	json_t *object = json_object();

	json_put(object, "hung", json_boolean(run->hung));
	json_put(object, "partial", json_boolean(run->partial));
	json_put(object, "quiet_s", json_seconds(run->quiet_ns));
	json_put(object, "culprit",
		 run->culprit < PAGE_WORKERS
			 ? json_text(bundle->snapshot->worker[run->culprit].live.name)
			 : json_null());
	json_put(object, "sentence", json_text(run->sentence));
	return object;
}

static json_t *run_facts(const struct snapshot *snapshot)
{
	const struct page_plan *plan = &snapshot->plan;
	const struct page_status *status = &snapshot->status;
	json_t *object = json_object();
	char started[BUNDLE_TIME_BYTES];

	bundle_time(started, sizeof started, plan->started_real_ns);
	json_put(object, "id", json_text(plan->run_id));
	json_put(object, "workload", json_text(plan->workload));
	json_put(object, "strategy", json_text(plan->strategy));
	json_put(object, "layout", json_text(plan->layout));
	json_put(object, "plan", json_text(plan->plan));
	json_put(object, "command", json_text(plan->command));
	json_put(object, "output", json_text(plan->output));
	json_put(object, "report", json_text(plan->report_dir));
	json_put(object, "started", json_text(started));
	json_put(object, "elapsed_s", json_seconds(snapshot_elapsed_ns(snapshot)));
	json_put(object, "state", json_text(page_run_state_word((enum run_state)status->state)));
	json_put(object, "message", json_text(status->message));
	json_put(object, "injected", json_boolean(plan->injected));
	json_put(object, "found", json_count(status->found));
	json_put(object, "in_flight", json_count(status->in_flight));
	for (enum item_status i = 0; i < ITEM_STATUSES; i++)
		json_put(object, page_item_status_word(i), json_count(status->done[i]));
	return object;
}

static json_t *versions(const struct snapshot *snapshot)
{
	json_t *object = json_object();
	char text[BUNDLE_VERSION_BYTES];

	for (enum bundle_version i = 0; i < BUNDLE_VERSIONS; i++) {
		const char *name = bundle_version(snapshot, i, text, sizeof text);

		json_put(object, name, text[0] != '\0' ? json_text(text) : json_null());
	}
	return object;
}

static json_t *supervisor_facts(const struct bundle *bundle)
{
	const struct snapshot *snapshot = bundle->snapshot;
	const char state[2] = {bundle_supervisor_state(bundle), '\0'};
	json_t *object = json_object();

	json_put(object, "pid", json_count(snapshot->plan.supervisor_pid));
	json_put(object, "alive", json_boolean(state[0] != '\0'));
	json_put(object, "state", json_text(state));
	json_put(object, "silent_s", json_seconds(bundle_supervisor_silent_ns(snapshot)));
	return object;
}

static json_t *hosts(const struct snapshot *snapshot)
{
	json_t *array = json_array();

	for (unsigned i = 0; i < snapshot->status.hosts; i++) {
		const struct page_host *host = &snapshot->host[i];
		json_t *object;

		if (host->name[0] == '\0') /* kept for a host that retries alone */
			continue;
		object = json_object();

		json_put(object, "name", json_text(host->name));
		json_put(object, "pid", json_count(host->pid));
		json_put(object, "alive", json_boolean(host->alive));
		json_put(object, "incarnation", json_count(host->incarnation));
		json_put(object, "workers", json_count(host->workers));
		json_add(array, object);
	}
	return array;
}

static json_t *queues(const struct snapshot *snapshot)
{
	json_t *array = json_array();

	for (unsigned i = 0; i < snapshot->status.queues; i++) {
		const struct page_queue *queue = &snapshot->queue[i];
		json_t *object = json_object();

		json_put(object, "name", json_text(queue->name));
		json_put(object, "depth", json_count(snapshot_depth(snapshot, i)));
		json_put(object, "capacity", json_count(queue->capacity));
		json_put(object, "pushed", json_count(queue->pushed));
		json_put(object, "popped", json_count(queue->popped));
		json_put(object, "high_water", json_count(queue->high_water));
		json_put(object, "closed", json_boolean(queue->closed));
		json_add(array, object);
	}
	return array;
}

static json_t *cycles(const struct bundle *bundle)
{
	const struct graph *graph = diagnosis_graph(bundle->diagnosis);
	json_t *array = json_array();

	for (unsigned i = 0; i < graph->ncycles; i++) {
		const struct graph_cycle *cycle = &graph->cycle[i];
		json_t *object = json_object(), *names = json_array();
		char sentence[DIAGNOSIS_SENTENCE_BYTES];

		graph_cycle_text(bundle->snapshot, cycle, sentence, sizeof sentence);
		for (unsigned w = 0; w < cycle->length; w++)
			json_add(names,
				 json_text(bundle->snapshot->worker[cycle->worker[w]].live.name));
		json_put(object, "sentence", json_text(sentence));
		json_put(object, "workers", names);
		json_add(array, object);
	}
	return array;
}

/* What the worker waits for, and all who are known to be able to end that. */
static json_t *wait_facts(const struct bundle *bundle, unsigned worker)
{
	const struct snapshot *snapshot = bundle->snapshot;
	const struct graph *graph = diagnosis_graph(bundle->diagnosis);
	const struct graph_wait *wait = &graph->wait[worker];
	char text[DIAGNOSIS_SENTENCE_BYTES];
	json_t *object, *helpers;

	if (wait->on == WAIT_NOTHING)
		return json_null();
	object = json_object();
	helpers = json_array();
	graph_wait_text(snapshot, worker, text, sizeof text);
	json_put(object, "on", json_text(text));
	json_put(object, "age_s", age(snapshot, wait->since_ns));
	json_put(object, "all", json_boolean(wait->all));
	json_put(object, "partial", json_boolean(wait->partial));
	json_put(object, "stuck", json_boolean(graph->stuck[worker]));
	for (unsigned i = 0; i < snapshot->status.workers; i++) {
		if (graph_helps(wait, i))
			json_add(helpers, json_text(snapshot->worker[i].live.name));
	}
	json_put(object, "helpers", helpers);
	diagnosis_chain(bundle->diagnosis, snapshot, worker, "<-", text, sizeof text);
	json_put(object, "chain", json_text(text));
	return object;
}

static json_t *locks(const struct snapshot *snapshot, const struct page_worker_live *live)
{
	json_t *array = json_array();

	for (unsigned i = 0; i < snapshot->plan.locks && i < PAGE_LOCKS; i++) {
		json_t *object;

		if (live->held[i].since_ns == 0)
			continue;
		object = json_object();
		json_put(object, "lock", json_text(snapshot->plan.lock[i]));
		json_put(object, "age_s", age(snapshot, live->held[i].since_ns));
		json_put(object, "stage", stage_name(snapshot, live->held[i].stage));
		json_add(array, object);
	}
	return array;
}

static json_t *kernel_facts(const struct kernel_sample *kernel)
{
	const char state[2] = {kernel->state, '\0'};
	json_t *object;

	if (!kernel->seen)
		return json_null();
	object = json_object();
	json_put(object, "state", json_text(state));
	json_put(object, "core", json_integer(kernel->core));
	json_put(object, "cpu_s", json_seconds(kernel->cpu_ns));
	json_put(object, "runqueue_s", json_seconds(kernel->runqueue_ns));
	json_put(object, "call", json_text(kernel->call));
	json_put(object, "wchan", json_text(kernel->wchan));
	json_put(object, "denied", json_boolean(kernel->denied));
	return object;
}

static json_t *events(const struct bundle *bundle, unsigned worker)
{
	const struct snapshot *snapshot = bundle->snapshot;
	struct page_event *list = mem_calloc(BUNDLE_EVENTS, sizeof *list);
	size_t count = bundle->page != NULL ? bundle_events(bundle->page, worker, list) : 0;
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++) {
		const struct page_event *event = &list[i];
		json_t *object = json_object();

		json_put(object, "age_s", age(snapshot, event->at_ns));
		json_put(object, "state",
			 json_text(page_state_info((enum worker_state)event->state)->word));
		json_put(object, "stage", stage_name(snapshot, event->stage));
		json_put(object, "queue",
			 event->target < snapshot->status.queues
				 ? json_text(snapshot->queue[event->target].name)
				 : json_null());
		json_put(object, "job", json_count(event->job));
		json_put(object, "item_end",
			 event->item_end != 0 ? json_text(page_item_status_word(
							(enum item_status)(event->item_end - 1)))
					      : json_null());
		json_add(array, object);
	}
	free(list);
	return array;
}

static json_t *worker_facts(const struct bundle *bundle, unsigned worker)
{
	const struct snapshot *snapshot = bundle->snapshot;
	const struct page_worker_live *live = &snapshot->worker[worker].live;
	const struct finding_result *result = diagnosis_worker(bundle->diagnosis, worker);
	json_t *object = json_object();

	json_put(object, "name", json_text(live->name));
	json_put(object, "pid", json_count(live->pid));
	json_put(object, "tid", json_count(live->tid));
	json_put(object, "incarnation", json_count(live->incarnation));
	json_put(object, "state", json_text(page_state_info((enum worker_state)live->state)->word));
	json_put(object, "state_age_s", age(snapshot, live->state_since_ns));
	json_put(object, "stage", stage_name(snapshot, live->stage));
	json_put(object, "stage_age_s",
		 live->stage != PAGE_NONE ? age(snapshot, live->stage_since_ns) : json_null());
	json_put(object, "job", json_count(live->job));
	json_put(object, "item",
		 live->job != 0 ? bounded_text(live->item, sizeof live->item) : json_null());
	json_put(object, "attempt", json_count(live->attempt));
	json_put(object, "ended", bounded_text(live->ended, sizeof live->ended));
	json_put(object, "done", json_count(snapshot_items(snapshot, worker)));
	json_put(object, "finding", json_text(finding_info(result->finding)->word));
	json_put(object, "alarm", json_boolean(finding_info(result->finding)->alarm));
	json_put(object, "evidence", json_text(result->evidence));
	json_put(object, "waits", wait_facts(bundle, worker));
	json_put(object, "holds", locks(snapshot, live));
	json_put(object, "kernel", kernel_facts(diagnosis_kernel(bundle->diagnosis, worker)));
	json_put(object, "stacks", bundle_stacks_json(bundle, worker));
	json_put(object, "fallback", bundle_fallback_json(bundle, worker));
	json_put(object, "events", events(bundle, worker));
	return object;
}

static json_t *log_lines(const struct bundle *bundle)
{
	struct page_log_line *list = mem_calloc(BUNDLE_LOG_LINES, sizeof *list);
	size_t count = bundle->page != NULL ? bundle_log(bundle->page, list) : 0;
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++) {
		json_t *object = json_object();

		json_put(object, "age_s", age(bundle->snapshot, list[i].at_ns));
		json_put(object, "level", json_count(list[i].level));
		json_put(object, "text", bounded_text(list[i].text, sizeof list[i].text));
		json_add(array, object);
	}
	free(list);
	return array;
}

char *bundle_json(const struct bundle *bundle)
{
	const struct snapshot *snapshot = bundle->snapshot;
	json_t *object = json_object(), *workers = json_array();
	char taken[BUNDLE_TIME_BYTES];
	char *text;

	bundle_time(taken, sizeof taken, bundle_real_ns(snapshot));
	for (unsigned i = 0; i < snapshot->status.workers; i++)
		json_add(workers, worker_facts(bundle, i));
	json_put(object, "schema", json_integer(SCHEMA));
	json_put(object, "type", json_text("dump"));
	json_put(object, "version", json_text(snapshot->plan.version));
	json_put(object, "versions", versions(snapshot));
	json_put(object, "taken", json_text(taken));
	json_put(object, "verdict", verdict(bundle));
	json_put(object, "run", run_facts(snapshot));
	json_put(object, "supervisor", supervisor_facts(bundle));
	json_put(object, "processes", hosts(snapshot));
	json_put(object, "queues", queues(snapshot));
	json_put(object, "deadlocks", cycles(bundle));
	json_put(object, "workers", workers);
	json_put(object, "threads", bundle_threads_json(bundle));
	json_put(object, "log", log_lines(bundle));
	text = json_dump(object, JSON_INDENT(2));
	json_decref(object);
	return text;
}
