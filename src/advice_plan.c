/*
 * advice_plan.c - plans that may be advised, and how long they take by what an item costs one
 * worker (floor: program).
 */
#include "config.h"

#include "advice_private.h"

#include <stdio.h>
#include <string.h>

/* Beyond so many rounds it does not matter whether the last one is full. */
enum { MANY_ROUNDS = 20, THREADS_PER_CPU = 5 };

struct station_cost {
	double wall_ms;
	double locked_ms; /* of it, under the lock of --gil */
};

static struct station_cost cost_of(const struct advice_facts *facts,
				   const struct layout_station *station)
{
	struct station_cost cost = {0};

	for (unsigned i = station->first_stage; i <= station->last_stage; i++) {
		cost.wall_ms += facts->cost->wall_ms[i];
		if (!facts->workload->stages[i].io)
			cost.locked_ms += facts->cost->cpu_ms[i];
	}
	return cost;
}

/* How many items one after the other the busiest of the workers has. */
static double rounds_of(double items, unsigned workers)
{
	double rounds = items / workers, whole = (double)(uint64_t)rounds;

	if (rounds >= MANY_ROUNDS || rounds <= whole)
		return rounds > 1 ? rounds : 1;
	return whole + 1;
}

static double larger(double a, double b)
{
	return a > b ? a : b;
}

/* Items that are all alike and begun together: where there are more workers than CPUs they compute
 * one after the other, and then all wait. */
static double in_step_ms(const struct advice_facts *facts, double items, unsigned workers)
{
	double at_once = items < workers ? items : workers;
	double turns = larger(at_once / facts->machine->cpus, 1);

	return rounds_of(items, workers) *
	       (advice_wall_ms(facts) + (turns - 1) * advice_cpu_ms(facts));
}

double advice_expect_s(const struct advice_facts *given, const struct layout *layout)
{
	struct advice_cost cut;
	const struct advice_facts made = advice_cut_for(given, advice_most_workers(layout), &cut);
	const struct advice_facts *facts = &made;
	double items = facts->items > 0 ? (double)facts->items : 1;
	double at_once = items < facts->machine->cpus ? items : facts->machine->cpus;
	double longest_ms = larger(advice_cpu_ms(facts) * items / at_once, facts->cost->longest_ms);
	double through_ms = 0, slowest_ms = 0; /* of one item: all stations, the slowest */
	double host_ms = 0;		       /* of neighbouring threads, under their lock */

	if (advice_cut_waits(facts) && layout->nstations == 1)
		longest_ms =
			larger(longest_ms, in_step_ms(facts, items, layout->station[0].workers));
	for (unsigned i = 0; i < layout->nstations; i++) {
		const struct layout_station *station = &layout->station[i];
		struct station_cost cost = cost_of(facts, station);

		longest_ms = larger(longest_ms, cost.wall_ms * rounds_of(items, station->workers));
		through_ms += cost.wall_ms;
		slowest_ms = larger(slowest_ms, cost.wall_ms);
		host_ms = station->process || station->hosts != 0 ? 0 : host_ms + cost.locked_ms;
		if (facts->gil)
			longest_ms = larger(longest_ms, host_ms * items);
	}
	/* The first item has to get to the slowest station, and the last one from there. */
	return (longest_ms + through_ms - slowest_ms) / 1000;
}

/* The strategy is found by what it makes, never by its name. */

static bool is_wanted(const struct workload *workload, const struct layout_strategy *row,
		      enum advice_strategy wanted)
{
	const struct layout_counts two_each = {.workers = 2, .io = 2, .cpu = 2};
	struct layout layout;
	struct err err;

	if (wanted == ADVICE_BOTH || row->takes_io_cpu)
		return wanted == ADVICE_BOTH && row->takes_io_cpu;
	if (row->takes_workers != (wanted != ADVICE_ONE_WORKER))
		return false;
	return layout_from_strategy(workload, row->name, &two_each, &layout, &err) == 0 &&
	       layout.station[0].process == (wanted == ADVICE_PROCESSES);
}

static const char *strategy_of(const struct workload *workload, enum advice_strategy wanted)
{
	const struct layout_strategy *row;

	for (size_t i = 0; (row = layout_strategy_at(i)) != NULL; i++) {
		if (is_wanted(workload, row, wanted))
			return row->name;
	}
	return "";
}

void advice_plan_make(const struct advice_facts *facts, enum advice_strategy wanted, unsigned io,
		      unsigned cpu, char *plan)
{
	const char *name = strategy_of(facts->workload, wanted);

	if (wanted != ADVICE_BOTH && io <= 1) {
		name = strategy_of(facts->workload, ADVICE_ONE_WORKER);
		wanted = ADVICE_ONE_WORKER;
	}
	if (wanted == ADVICE_ONE_WORKER)
		snprintf(plan, ADVICE_PLAN_BYTES, "%s", name);
	else if (wanted == ADVICE_BOTH)
		snprintf(plan, ADVICE_PLAN_BYTES, "%s:%u+%u", name, io, cpu);
	else
		snprintf(plan, ADVICE_PLAN_BYTES, "%s:%u", name, io);
}

unsigned advice_plan_most(const struct advice_facts *facts)
{
	return LAYOUT_WORKERS - (facts->workload->single_writer != NULL);
}

unsigned advice_plan_io(const struct advice_facts *facts, unsigned cpu)
{
	const struct workload *workload = facts->workload;
	int first = workload_stage_index(workload, workload->hybrid_cpu_first,
					 strlen(workload->hybrid_cpu_first));
	int last = workload_stage_index(workload, workload->hybrid_cpu_last,
					strlen(workload->hybrid_cpu_last));
	unsigned room = advice_plan_most(facts) - cpu, most = THREADS_PER_CPU * cpu;
	double before_ms = 0, within_ms = 0, behind_ms = 0, each;

	for (int i = 0; i < (int)workload->nstages; i++) {
		double wall_ms = facts->cost->wall_ms[i];

		*(i < first ? &before_ms : i > last ? &behind_ms : &within_ms) += wall_ms;
	}
	if (within_ms <= 0)
		return 2;
	if (most > room)
		most = room;
	each = cpu * larger(before_ms, behind_ms) / within_ms;
	if (2 * each >= most)
		return most;
	return each > 1 ? 2 * (unsigned)(each + 0.999) : 2;
}

double advice_plan_expect_s(const struct advice_facts *facts, const char *plan)
{
	struct layout layout = {0};
	struct err err;

	if (facts->cost == NULL || layout_parse(facts->workload, plan, &layout, &err) != 0)
		return 0;
	return advice_expect_s(facts, &layout);
}

unsigned advice_most_workers(const struct layout *layout)
{
	unsigned most = 0;

	for (unsigned i = 0; i < layout->nstations; i++) {
		if (layout->station[i].workers > most)
			most = layout->station[i].workers;
	}
	return most;
}
