/*
 * advise_json.c - advice for scripts: one JSON object on a line (floor: program).
 */
#include "config.h"

#include "advise.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "report/json.h"

static json_t *stages_json(const struct advice_facts *facts)
{
	json_t *array = json_array();

	for (unsigned i = 0; facts->cost != NULL && i < facts->workload->nstages; i++) {
		json_t *stage = json_object();
		double wall_ms = facts->cost->wall_ms[i], cpu_ms = facts->cost->cpu_ms[i];

		json_put(stage, "stage", json_text(facts->workload->stages[i].name));
		json_put(stage, "ms", json_number(wall_ms));
		json_put(stage, "cpu_ms", json_number(cpu_ms));
		json_put(stage, "cpu_share", json_number(wall_ms > 0 ? cpu_ms / wall_ms : 0));
		json_add(array, stage);
	}
	return array;
}

static void put_probe(json_t *object, const struct advise_report *report)
{
	const struct trial_result *result = &report->probe->result;
	json_t *sample = json_object();

	json_put(object, "workload", json_text(report->facts->workload->name));
	json_put(object, "items", json_count(result->items));
	json_put(object, "all_counted", json_boolean(result->whole));
	json_put(object, "skipped", json_count(result->skipped));
	json_put(object, "bytes", json_count(result->bytes));
	json_put(sample, "items", json_count(result->units));
	json_put(sample, "failed", json_count(result->failed));
	json_put(sample, "elapsed_s", json_seconds(result->tried_ns));
	json_put(sample, "memory_bytes", json_count(result->memory_bytes));
	json_put(sample, "stages", stages_json(report->facts));
	json_put(object, "sample", sample);
	json_put(object, "note", report->note != NULL ? json_text(report->note) : json_null());
}

static json_t *words_json(const char words[][ADVICE_TASK_WORD_BYTES], unsigned count)
{
	json_t *array = json_array();

	for (unsigned i = 0; i < count; i++)
		json_add(array, json_text(words[i]));
	return array;
}

static void put_task(json_t *object, const struct advice_task *task)
{
	static const char *const kinds[] = {[ADVICE_UNKNOWN] = "unknown",
					    [ADVICE_WAITING] = "waiting",
					    [ADVICE_THINKING] = "thinking",
					    [ADVICE_MIXED] = "mixed"};

	json_put(object, "kind", json_text(kinds[task->kind]));
	json_put(object, "waiting_words", words_json(task->waiting, task->nwaiting));
	json_put(object, "thinking_words", words_json(task->thinking, task->nthinking));
	json_put(object, "debugging", json_boolean(task->debugging));
}

static json_t *rules_json(const struct advice *advice)
{
	json_t *array = json_array();

	for (unsigned i = 0; i < advice->nreasons; i++) {
		json_t *rule = json_object();

		json_put(rule, "rule", json_text(advice_rule_name(advice->reason[i].rule)));
		json_put(rule, "says", json_text(advice_rule_text(advice->reason[i].rule)));
		json_put(rule, "outweighed", json_boolean(advice->reason[i].outweighed));
		json_put(rule, "why", json_text(advice->reason[i].why));
		json_add(array, rule);
	}
	return array;
}

static json_t *or_null(double value)
{
	return value > 0 ? json_number(value) : json_null();
}

char *advise_json(const struct advise_report *report)
{
	const struct advice *advice = report->advice;
	json_t *object = json_object(), *command = json_array();
	char *text, *line;

	json_put(object, "schema", json_integer(ADVISE_SCHEMA));
	if (report->probe != NULL)
		put_probe(object, report);
	if (report->task != NULL)
		put_task(object, report->task);
	json_put(object, "cpus", json_count(report->machine->cpus));
	json_put(object, "rules", rules_json(advice));
	json_put(object, "plan", json_text(advice->plan));
	json_put(object, "queue", advice->queue != 0 ? json_count(advice->queue) : json_null());
	json_put(object, "expected_s", or_null(advice->expected_s));
	json_put(object, "sequential_s", or_null(advice->sequential_s));
	for (size_t i = 0; report->command != NULL && report->command[i] != NULL; i++)
		json_add(command, json_text(report->command[i]));
	json_put(object, "command", command);
	text = json_dump(object, JSON_STYLE | JSON_COMPACT);
	json_decref(object);
	line = mem_printf("%s\n", text);
	free(text);
	return line;
}
