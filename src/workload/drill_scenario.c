/*
 * drill_scenario.c - what a scenario says of its items and stages.
 */
#include "config.h"

#include "workload/drill_scenario.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

const char *const drill_end_names[DRILL_ENDS + 1] = {
	[DRILL_END_CLOSE] = "close",	   [DRILL_END_COUNT] = "count",
	[DRILL_END_SENTINEL] = "sentinel", [DRILL_END_SENTINELS] = "sentinels",
	[DRILL_END_TIMEOUT] = "timeout",
};

void drill_scenario_free(struct drill_scenario *scenario)
{
	if (scenario == NULL)
		return;
	for (unsigned i = 0; i < scenario->nstages; i++)
		drill_program_free(&scenario->stage[i].program);
	for (unsigned i = 0; i < scenario->nitems; i++)
		drill_program_free(&scenario->items[i].program);
	free(scenario->title);
	free(scenario->text);
	free(scenario->watch);
	free(scenario->layout);
	free(scenario);
}

/* The kind of an item, and which of its kind it is, from 1; NULL where there are no kinds. */
static const struct drill_items *kind_of(const struct drill_scenario *scenario, uint64_t number,
					 uint64_t *within)
{
	*within = number;
	for (unsigned i = 0; i < scenario->nitems; i++) {
		if (*within <= scenario->items[i].count)
			return &scenario->items[i];
		*within -= scenario->items[i].count;
	}
	return NULL;
}

void drill_scenario_item(const struct drill_scenario *scenario, uint64_t number, char *name,
			 size_t size, const struct drill_program **program)
{
	uint64_t within;
	const struct drill_items *kind = kind_of(scenario, number, &within);

	*program = kind != NULL ? &kind->program : NULL;
	if (kind != NULL && !kind->numbered)
		snprintf(name, size, "%s", kind->name);
	else
		snprintf(name, size, "%s-%" PRIu64, kind != NULL ? kind->name : scenario->item,
			 within);
}

const char *drill_scenario_kind(const struct drill_scenario *scenario, uint64_t number)
{
	uint64_t within;
	const struct drill_items *kind = kind_of(scenario, number, &within);

	return kind != NULL ? kind->name : scenario->item;
}

static const struct drill_step *find_fault(const struct drill_program *program, uint64_t number,
					   uint64_t items)
{
	for (size_t i = 0; program != NULL && i < program->count; i++) {
		const struct drill_step *step = &program->step[i];

		if (drill_op_info(step->op)->fault && drill_step_applies(step, number, items, 1))
			return step;
	}
	return NULL;
}

static bool has_op(const struct drill_program *program, enum drill_op op)
{
	for (size_t i = 0; i < program->count; i++) {
		if (program->step[i].op == op)
			return true;
	}
	return false;
}

const struct drill_step *drill_scenario_fault(const struct drill_scenario *scenario,
					      uint64_t number, unsigned *stage)
{
	const struct drill_program *own;
	const struct drill_step *fault;
	char name[DRILL_NAME_BYTES + 24];

	drill_scenario_item(scenario, number, name, sizeof name, &own);
	for (*stage = 0; *stage < scenario->nstages; ++*stage) {
		const struct drill_program *program = &scenario->stage[*stage].program;

		fault = find_fault(program, number, scenario->count);
		if (fault == NULL && has_op(program, DRILL_ITEM))
			fault = find_fault(own, number, scenario->count);
		if (fault != NULL)
			return fault;
	}
	return NULL;
}

bool drill_scenario_injects(const struct drill_scenario *scenario)
{
	unsigned stage;

	if (scenario->never[0] != '\0' || scenario->end == DRILL_END_SENTINEL)
		return true;
	for (uint64_t number = 1; number <= scenario->count; number++) {
		if (drill_scenario_fault(scenario, number, &stage) != NULL)
			return true;
	}
	return false;
}

static bool computes(const struct drill_program *program)
{
	for (size_t i = 0; i < program->count; i++) {
		if (drill_op_info(program->step[i].op)->cpu)
			return true;
	}
	return false;
}

bool drill_scenario_computes(const struct drill_scenario *scenario, unsigned stage)
{
	const struct drill_program *program = &scenario->stage[stage].program;

	if (computes(program))
		return true;
	for (unsigned i = 0; has_op(program, DRILL_ITEM) && i < scenario->nitems; i++) {
		if (computes(&scenario->items[i].program))
			return true;
	}
	return false;
}
