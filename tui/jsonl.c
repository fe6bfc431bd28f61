/*
 * jsonl.c - JSON Lines from the model (floor: tui). One thread.
 *
 * Texts are sanitised first: what jansson is given is valid UTF-8, so nothing is ever left out.
 */
#include "config.h"

#include "tui/jsonl.h"

#include <jansson.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "tui/worker_text.h"

enum { SCHEMA = 1 };

static json_t *number(uint64_t value)
{
	return json_integer((json_int_t)value);
}

static json_t *text_of(const char *text, size_t most)
{
	char harmless[DIAGNOSIS_SENTENCE_BYTES * 3 + 1];

	text_sanitise(harmless, sizeof(harmless), text, strnlen(text, most));
	return json_string(harmless);
}

static double seconds(uint64_t ns)
{
	uint64_t whole_ms = ns / CLOCK_MS_NS;

	return (double)whole_ms / 1000.0;
}

/* Three digits are what a rate is good for. */
static double rounded(double value)
{
	return (double)(int64_t)(value * 1000.0 + 0.5) / 1000.0;
}

static json_t *record(const struct model *model, const char *type, uint64_t t_ns)
{
	json_t *object = json_object();

	(void)model;
	json_object_set_new(object, "schema", json_integer(SCHEMA));
	json_object_set_new(object, "t", json_real(seconds(t_ns)));
	json_object_set_new(object, "type", json_string(type));
	return object;
}

/* Writes and releases. */
static int write_record(FILE *stream, json_t *object)
{
	int result = json_dumpf(object, stream, JSON_COMPACT | JSON_REAL_PRECISION(9));

	json_decref(object);
	if (result != 0 || putc('\n', stream) == EOF || fflush(stream) != 0)
		return -1;
	return 0;
}

static json_t *queues_of(const struct model *model)
{
	const struct snapshot *snapshot = model_shown(model);
	json_t *array = json_array();

	for (unsigned i = 0; i < snapshot->status.queues && i < PAGE_QUEUES; i++) {
		const struct page_queue *q = &snapshot->queue[i];
		json_t *object = json_object();
		double push, pop;

		rates_queue(model->rates, i, &push, &pop);
		json_object_set_new(object, "name", text_of(q->name, sizeof(q->name)));
		json_object_set_new(object, "depth", number(snapshot_depth(snapshot, i)));
		json_object_set_new(object, "capacity", number(q->capacity));
		json_object_set_new(object, "pushed", number(q->pushed));
		json_object_set_new(object, "popped", number(q->popped));
		json_object_set_new(object, "push_blocked", json_real(rounded(push)));
		json_object_set_new(object, "pop_blocked", json_real(rounded(pop)));
		json_array_append_new(array, object);
	}
	return array;
}

int jsonl_interval(FILE *stream, const struct model *model)
{
	const struct snapshot *snapshot = model_shown(model);
	const struct page_status *status = &snapshot->status;
	json_t *object = record(model, "interval", snapshot_elapsed_ns(snapshot));
	struct rates_run rates;

	rates_run(model->rates, &rates);
	json_object_set_new(object, "state",
			    json_string(page_run_state_word((enum run_state)status->state)));
	json_object_set_new(object, "found", number(status->found));
	json_object_set_new(object, "source_ended", json_boolean(status->source_ended));
	json_object_set_new(object, "finished", number(snapshot_finished(snapshot)));
	for (int i = 0; i < ITEM_STATUSES; i++)
		json_object_set_new(object, page_item_status_word((enum item_status)i),
				    number(status->done[i]));
	json_object_set_new(object, "in_flight", number(status->in_flight));
	json_object_set_new(object, "bytes_in", number(status->bytes_in));
	json_object_set_new(object, "bytes_out", number(status->bytes_out));
	json_object_set_new(object, "rate_per_s", json_real(rounded(rates.items_per_s)));
	json_object_set_new(object, "bytes_in_per_s", json_real(rounded(rates.bytes_in_per_s)));
	json_object_set_new(object, "cpu_cores", json_real(rounded(rates.cpu_cores)));
	json_object_set_new(object, "efficiency", json_real(rounded(rates.efficiency)));
	json_object_set_new(object, "eta_s",
			    rates.eta_s >= 0 ? json_real(rounded(rates.eta_s)) : json_null());
	json_object_set_new(object, "hung", json_boolean(diagnosis_run(model->diagnosis)->hung));
	json_object_set_new(
		object, "diagnosis",
		text_of(diagnosis_run(model->diagnosis)->sentence, DIAGNOSIS_SENTENCE_BYTES));
	json_object_set_new(object, "queues", queues_of(model));
	return write_record(stream, object);
}

/* Why it does not move, and what that is concluded from. */
static void put_finding(json_t *object, const struct model *model, unsigned worker)
{
	const struct finding_result *result = diagnosis_worker(model->diagnosis, worker);
	const struct kernel_sample *kernel = diagnosis_kernel(model->diagnosis, worker);
	char chain[DIAGNOSIS_SENTENCE_BYTES];

	json_object_set_new(object, "finding", json_string(finding_info(result->finding)->word));
	json_object_set_new(object, "evidence",
			    text_of(result->evidence, sizeof(result->evidence)));
	if (kernel->call[0] != '\0')
		json_object_set_new(object, "syscall", text_of(kernel->call, sizeof(kernel->call)));
	if (model_shown(model)->worker[worker].live.wait_on == WAIT_NOTHING)
		return;
	diagnosis_chain(model->diagnosis, model_shown(model), worker, "<-", chain, sizeof(chain));
	json_object_set_new(object, "chain", text_of(chain, sizeof(chain)));
}

static json_t *worker_record(const struct model *model, unsigned worker)
{
	const struct snapshot *snapshot = model_shown(model);
	const struct page_worker_live *live = &snapshot->worker[worker].live;
	json_t *object = record(model, "worker", snapshot_elapsed_ns(snapshot));
	struct rates_worker rates;
	char waiting[256];

	rates_worker(model->rates, worker, &rates);
	worker_wait_text(snapshot, worker, waiting, sizeof(waiting));
	json_object_set_new(object, "id", number(worker));
	json_object_set_new(object, "name", text_of(live->name, sizeof(live->name)));
	json_object_set_new(object, "kind", json_string(worker_kind_word(snapshot, worker)));
	json_object_set_new(object, "pid", number(live->pid));
	json_object_set_new(object, "tid", number(live->tid));
	json_object_set_new(object, "incarnation", number(live->incarnation));
	json_object_set_new(object, "state",
			    json_string(page_state_info((enum worker_state)live->state)->word));
	if (live->stage < PAGE_STAGES && live->stage < snapshot->plan.stages)
		json_object_set_new(
			object, "stage",
			text_of(snapshot->plan.stage[live->stage].name, PAGE_NAME_BYTES));
	else
		json_object_set_new(object, "stage", json_null());
	json_object_set_new(object, "item",
			    live->job != 0 ? text_of(live->item, sizeof(live->item)) : json_null());
	json_object_set_new(object, "for_s",
			    json_real(seconds(worker_state_age_ns(snapshot, worker))));
	json_object_set_new(object, "done", number(snapshot_items(snapshot, worker)));
	json_object_set_new(object, "rate_per_s", json_real(rounded(rates.items_per_s)));
	json_object_set_new(object, "cpu_percent", json_real(rounded(rates.cpu_percent)));
	json_object_set_new(object, "busy_percent", json_real(rounded(rates.busy_percent)));
	json_object_set_new(object, "waiting_on", text_of(waiting, sizeof(waiting)));
	put_finding(object, model, worker);
	return object;
}

int jsonl_workers(FILE *stream, const struct model *model)
{
	unsigned workers = worker_count(model_shown(model));

	for (unsigned i = 0; i < workers; i++) {
		if (write_record(stream, worker_record(model, i)) != 0)
			return -1;
	}
	return 0;
}

int jsonl_event(FILE *stream, const struct model *model, const struct page_log_line *line)
{
	static const char *const levels[] = {"info", "warning", "error"};
	const struct snapshot *snapshot = model_shown(model);
	uint64_t started_ns = snapshot->plan.started_ns;
	json_t *object =
		record(model, "event", line->at_ns > started_ns ? line->at_ns - started_ns : 0);

	json_object_set_new(
		object, "level",
		json_string(levels[line->level <= LOG_ERROR ? line->level : LOG_ERROR]));
	if (line->worker < PAGE_WORKERS)
		json_object_set_new(
			object, "worker",
			text_of(snapshot->worker[line->worker].live.name, PAGE_NAME_BYTES));
	if (line->job != 0)
		json_object_set_new(object, "job", number(line->job));
	json_object_set_new(object, "text", text_of(line->text, sizeof(line->text)));
	return write_record(stream, object);
}

int jsonl_final(FILE *stream, const struct model *model, const char *summary, int exit_code)
{
	json_t *object = record(model, "final", snapshot_elapsed_ns(model_shown(model)));
	json_t *members = summary != NULL ? json_loads(summary, 0, NULL) : NULL;

	if (members != NULL)
		json_object_update_missing(object, members);
	json_decref(members);
	json_object_set_new(object, "exit_code", json_integer(exit_code));
	return write_record(stream, object);
}
