/*
 * plan.c - what a plan leaves open is chosen here.
 */
#include "config.h"

#include "engine/plan.h"

enum {
	INTAKE_CAPACITY = 256, /* names only: enough for two full batches to each of two hosts */
	LEAST_CAPACITY = 4,
};

static unsigned larger(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

void plan_release(struct plan *plan)
{
	if (plan->instance != NULL)
		plan->instance->release(plan->instance);
	*plan = (struct plan){0};
}

void plan_capacities(const struct plan *plan, unsigned capacities[LAYOUT_STATIONS])
{
	const struct layout *layout = &plan->layout;

	for (unsigned i = 0; i < layout->nstations; i++) {
		if (plan->queue_capacity != 0)
			capacities[i] = plan->queue_capacity;
		else if (plan->stage_capacity[layout->station[i].first_stage] != 0)
			capacities[i] = plan->stage_capacity[layout->station[i].first_stage];
		else if (i == 0)
			capacities[i] = INTAKE_CAPACITY;
		else
			capacities[i] =
				larger(LEAST_CAPACITY, 2 * larger(layout->station[i - 1].workers,
								  layout->station[i].workers));
	}
}
