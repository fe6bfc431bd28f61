/*
 * drill_source.c - the items of a drill, one after the other. Runs in the walk host, one thread.
 */
#include "config.h"

#include "workload/drill_run.h"

#include <stdio.h>

enum { ITEM_NAME_BYTES = 96, SENTENCE_BYTES = 200 };

static bool emit(struct source *source, const char *name, uint64_t number)
{
	struct drill_payload payload = {.number = (uint32_t)number};
	struct source_item item = {
		.name = name, .payload = &payload, .payload_length = sizeof payload};

	return source->emit(source, &item);
}

static bool emit_item(struct source *source, const struct drill_scenario *scenario, uint64_t number)
{
	const struct drill_program *own;
	char plain[DRILL_NAME_BYTES + 24], name[ITEM_NAME_BYTES];
	const struct drill_step *fault;
	unsigned stage;

	drill_scenario_item(scenario, number, plain, sizeof plain, &own);
	fault = drill_scenario_fault(scenario, number, &stage);
	if (fault != NULL)
		snprintf(name, sizeof name, "%s INJECTED", plain);
	else
		snprintf(name, sizeof name, "%s", plain);
	return emit(source, name, number);
}

/* Each kind of fault once, with the first item that it is for. */
static void confess(struct source *source, const struct drill_scenario *scenario)
{
	bool told[DRILL_OPS] = {false};
	char text[SENTENCE_BYTES];

	for (uint64_t number = 1; number <= scenario->count; number++) {
		unsigned stage;
		const struct drill_step *fault = drill_scenario_fault(scenario, number, &stage);
		const struct drill_program *own;
		char item[DRILL_NAME_BYTES + 24];

		if (fault == NULL || told[fault->op])
			continue;
		told[fault->op] = true;
		drill_scenario_item(scenario, number, item, sizeof item, &own);
		snprintf(text, sizeof text, "INJECTED from %s on: stage %s %s (%s)", item,
			 scenario->stage[stage].name, drill_op_info(fault->op)->meaning,
			 drill_op_info(fault->op)->name);
		source->warn(source, text);
	}
	if (scenario->never[0] != '\0') {
		snprintf(text, sizeof text, "INJECTED: %s never starts", scenario->never);
		source->warn(source, text);
	}
}

/* Tell the workers that nothing will come any more, and see them end. */
static void end_workers(struct source *source, enum drill_end end)
{
	unsigned sentinels = 0;
	char name[DRILL_NAME_BYTES];

	if (end == DRILL_END_SENTINEL) {
		source->warn(source, "INJECTED: one sentinel for all workers: the others wait on");
		sentinels = 1;
	} else if (end == DRILL_END_SENTINELS && source->workers != NULL) {
		sentinels = source->workers(source, 0);
	}
	for (unsigned i = 1; i <= sentinels; i++) {
		snprintf(name, sizeof name, "sentinel-%u", i);
		if (!emit(source, name, 0))
			return;
	}
	if (source->join != NULL)
		source->join(source, 0);
}

int drill_source(struct source *source, struct err *err)
{
	const struct drill *drill = drill_of(source->config);
	const struct drill_scenario *scenario = drill->scenario;
	uint64_t place = 0;

	(void)err;
	if (source->estimate != NULL)
		source->estimate(source, scenario->count);
	confess(source, scenario);
	for (uint64_t number = 1; number <= scenario->count; number++) {
		uint64_t ns = drill_draw(&scenario->interval, scenario->seed, place++);

		if (number > 1 && ns != 0 && source->wait != NULL && !source->wait(source, ns))
			return 0;
		if (!emit_item(source, scenario, number))
			return 0;
	}
	if (drill->end != DRILL_END_CLOSE)
		end_workers(source, drill->end);
	return 0;
}
