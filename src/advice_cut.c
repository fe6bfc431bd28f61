/*
 * advice_cut.c - advice on work that is cut to fit the plan: as many items as workers, not as many
 * as there are (floor: program).
 *
 * The computing is shared out then, but simulated latency is each item's own: more workers make
 * more items, and as many more waits. What that comes to is reckoned for each number of workers.
 */
#include "config.h"

#include "advice_private.h"

bool advice_is_cut(const struct advice_facts *facts)
{
	uint64_t (*items_for)(const struct workload_config *, unsigned) =
		facts->config != NULL ? facts->workload->items_for : NULL;

	return items_for != NULL &&
	       items_for(facts->config, 1) != items_for(facts->config, LAYOUT_WORKERS);
}

/* Of one item. */
static double own_latency_ms(const struct advice_facts *facts)
{
	double sum = 0;

	for (unsigned i = 0; i < facts->workload->nstages; i++)
		sum += facts->cost->latency_ms[i];
	return sum;
}

struct advice_facts advice_cut_for(const struct advice_facts *facts, unsigned workers,
				   struct advice_cost *cost)
{
	struct advice_facts made = *facts;
	double part;

	*cost = *facts->cost;
	made.cost = cost;
	if (!advice_is_cut(facts) || facts->items == 0)
		return made;
	made.items = facts->workload->items_for(facts->config, workers);
	part = (double)facts->items / (double)made.items;
	for (unsigned i = 0; i < facts->workload->nstages; i++) {
		cost->wall_ms[i] = cost->latency_ms[i] +
				   part * (facts->cost->wall_ms[i] - cost->latency_ms[i]);
		cost->cpu_ms[i] *= part;
	}
	cost->longest_ms = 0; /* they are all alike */
	cost->memory_bytes = (uint64_t)(part * (double)cost->memory_bytes);
	cost->input_bytes = (uint64_t)(part * (double)cost->input_bytes);
	return made;
}

bool advice_cut_waits(const struct advice_facts *facts)
{
	return facts->cost != NULL && advice_is_cut(facts) && own_latency_ms(facts) > 0;
}

/* How long it takes so many workers, 0: they cannot be had. Their plan. */
static double try_workers(const struct advice_facts *facts, unsigned workers, char *plan)
{
	struct advice_cost cost;
	const struct advice_facts made = advice_cut_for(facts, workers, &cost);

	if (workers > 1 && advice_fit(&made) < workers)
		return 0;
	advice_plan_make(facts, facts->gil ? ADVICE_PROCESSES : ADVICE_THREADS, workers, 0, plan);
	return advice_plan_expect_s(facts, plan);
}

unsigned advice_cut_decide(const struct advice_facts *facts, struct advice *advice)
{
	unsigned most = facts->machine->cpus * ADVICE_WAITING_MOST, best = 1, workers;
	char each[ADVICE_TIME_BYTES], taken[ADVICE_TIME_BYTES];
	double best_s = try_workers(facts, 1, advice->plan), taken_s;

	if (most > advice_plan_most(facts))
		most = advice_plan_most(facts);
	for (workers = 2; workers <= most; workers++) {
		taken_s = try_workers(facts, workers, advice->plan);
		if (taken_s > 0 && taken_s < best_s) {
			best_s = taken_s;
			best = workers;
		}
	}
	/* The fewest that are about as fast. */
	for (workers = 1; workers < best; workers++) {
		taken_s = try_workers(facts, workers, advice->plan);
		if (taken_s > 0 && taken_s <= ADVICE_AS_GOOD * best_s)
			break;
	}
	taken_s = try_workers(facts, workers, advice->plan);
	advice_time(own_latency_ms(facts) / 1000, each);
	advice_time(taken_s, taken);
	if (workers == 1)
		advice_say(advice, ADVICE_OWN_LATENCY,
			   "the %s are cut to fit the workers, and each waits %s for itself: one "
			   "worker takes about %s, and more would hardly be faster",
			   facts->workload->items, each, taken);
	else
		advice_say(advice, ADVICE_OWN_LATENCY,
			   "the %s are cut to fit the workers, and each waits %s for itself: %u "
			   "workers take about %s, and more would hardly be faster",
			   facts->workload->items, each, workers, taken);
	return workers;
}
