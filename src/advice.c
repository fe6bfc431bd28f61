/*
 * advice.c - rules of thumb: which strategy, how many workers, and why (floor: program).
 *
 * Waiting work wants more workers than CPUs (2-5 times as many), computing work as many as CPUs; in
 * C threads compute as well as processes, unless a lock lets one at a time. Little work, little
 * memory or a single CPU is not worth sharing out. Where the work was measured, that outweighs what
 * its number of items suggests: the count is only a guess at the same thing.
 */
#include "config.h"

#include "advice_private.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"
#include "plan_make.h"

enum {
	WAITING_LEAST = 2, /* workers per CPU where they wait */
	WAITING_USUAL = 4,
};

#define LITTLE_MEMORY_BYTES (UINT64_C(1) << 30)

static const double little_work_s = 0.1;
static const double thinking_share = 0.75, waiting_share = 0.25;
static const double large_share = 1.0 / 3; /* of the time: both kinds are large */

/* ---- what a decision is made of ---------------------------------------------------------------
 */

void advice_say(struct advice *advice, enum advice_rule rule, const char *format, ...)
{
	struct advice_reason *reason;
	va_list arguments;

	if (advice->nreasons == ADVICE_REASONS)
		return;
	reason = &advice->reason[advice->nreasons++];
	reason->rule = rule;
	va_start(arguments, format);
	(void)vsnprintf(reason->why, sizeof reason->why, format, arguments);
	va_end(arguments);
}

/* Simulated latency that is there for each of the items, as many as there may be. */
static bool waits_for_each(const struct advice_facts *facts)
{
	return facts->waits && !advice_is_cut(facts);
}

static enum advice_kind kind_of(const struct advice_facts *facts)
{
	double wall_ms = facts->cost != NULL ? advice_wall_ms(facts) : 0;
	double share;

	if (wall_ms <= 0)
		return waits_for_each(facts) && facts->kind == ADVICE_UNKNOWN ? ADVICE_WAITING
									      : facts->kind;
	share = advice_cpu_ms(facts) / wall_ms;
	return share >= thinking_share	? ADVICE_THINKING
	       : share <= waiting_share ? ADVICE_WAITING
					: ADVICE_MIXED;
}

/* So many workers that the CPUs are busy although workers wait: within least..5 for each CPU. */
static unsigned workers_that_wait(const struct advice_facts *facts, unsigned least)
{
	unsigned cpus = facts->machine->cpus;
	unsigned most = cpus * ADVICE_WAITING_MOST, count = cpus * WAITING_USUAL;
	double cpu_ms = facts->cost != NULL ? advice_cpu_ms(facts) : 0;

	if (cpu_ms > 0) {
		double wanted = cpus * advice_wall_ms(facts) / cpu_ms;

		count = wanted < most ? (unsigned)(wanted + 0.999) : most;
	} else if (facts->cost != NULL) {
		count = most;
	}
	return count > least * cpus ? count : least * cpus;
}

uint64_t advice_fit(const struct advice_facts *facts)
{
	uint64_t memory = facts->cost != NULL ? facts->cost->memory_bytes : 0;
	uint64_t fit;

	if (memory == 0 || facts->memory_limit_bytes == 0)
		return UINT64_MAX;
	fit = facts->memory_limit_bytes / memory;
	return fit > 0 ? fit : 1;
}

unsigned advice_limit(const struct advice_facts *facts, unsigned workers)
{
	uint64_t fit = advice_fit(facts);

	if (workers > advice_plan_most(facts))
		workers = advice_plan_most(facts);
	if (facts->items > 0 && facts->items < workers)
		workers = (unsigned)facts->items;
	return fit < workers ? (unsigned)fit : workers;
}

/* "of 31 ms each 99 % is computing" */
static void describe_share(const struct advice_facts *facts, char *text, size_t size)
{
	char time[ADVICE_TIME_BYTES];

	if (facts->cost != NULL)
		snprintf(text, size, "of %s for each of the %s %.0f %% is computing",
			 advice_time(advice_wall_ms(facts) / 1000, time), facts->workload->items,
			 100 * advice_cpu_ms(facts) / advice_wall_ms(facts));
	else if (facts->kind != ADVICE_UNKNOWN)
		snprintf(text, size, "by its description");
	else if (waits_for_each(facts))
		snprintf(text, size, "with simulated latency workers mostly wait");
	else
		snprintf(text, size, "%s mostly need computing", facts->workload->items);
}

/* ---- decisions --------------------------------------------------------------------------------
 */

static void decide_one(const struct advice_facts *facts, struct advice *advice)
{
	advice_plan_make(facts, ADVICE_ONE_WORKER, 1, 0, advice->plan);
}

/* true: it is not worth sharing out, whatever kind of work it is. */
static bool decide_against(const struct advice_facts *facts, struct advice *advice)
{
	const char *items = facts->workload->items;
	bool measured = facts->cost != NULL || facts->duration_s > 0;
	char time[ADVICE_TIME_BYTES];

	if (facts->own_layout != NULL) {
		snprintf(advice->plan, sizeof advice->plan, "%s", facts->own_layout);
		advice_say(advice, ADVICE_OWN_LAYOUT,
			   "who does what is the point of this one, and its own layout shows it");
		return true;
	}
	if (facts->debugging)
		advice_say(advice, ADVICE_DEBUGGING,
			   "one worker does things in the same order every time, and one stack "
			   "says all");
	else if (facts->machine->memory_bytes > 0 &&
		 facts->machine->memory_bytes < LITTLE_MEMORY_BYTES)
		advice_say(advice, ADVICE_LITTLE_MEMORY,
			   "there is less than 1 GB of memory, and each worker takes some");
	else if (measured && advice->sequential_s < little_work_s)
		advice_say(advice, ADVICE_LITTLE_WORK,
			   "all of it takes one worker about %s: starting others costs as much",
			   advice_time(advice->sequential_s, time));
	else if (!measured && facts->items > 0 && facts->items < ADVICE_FEW)
		advice_say(advice, ADVICE_FEW_ITEMS,
			   "%" PRIu64 " %s are hardly worth sharing out; parallel work pays from "
			   "some hundreds on",
			   facts->items, items);
	else
		return false;
	decide_one(facts, advice);
	return true;
}

/* Each of these returns how many workers it would like to have. */

static unsigned decide_waiting(const struct advice_facts *facts, const char *share,
			       struct advice *advice)
{
	unsigned wanted = workers_that_wait(facts, WAITING_LEAST);
	unsigned workers = advice_limit(facts, wanted);

	advice_plan_make(facts, ADVICE_THREADS, workers, 0, advice->plan);
	advice_say(advice, ADVICE_WAITING_WORK,
		   "%s; %u threads wait at the same time, and waiting takes no CPU%s", share,
		   workers, facts->gil ? ", nor the lock of --gil" : "");
	return wanted;
}

static unsigned decide_thinking(const struct advice_facts *facts, const char *share,
				struct advice *advice)
{
	unsigned cpus = facts->machine->cpus, workers;

	if (cpus == 1) {
		decide_one(facts, advice);
		advice_say(advice, ADVICE_ONE_CPU,
			   "%s; there is one CPU, and computing work cannot be shared out", share);
		return 1;
	}
	workers = advice_limit(facts, cpus);
	advice_plan_make(facts, facts->gil ? ADVICE_PROCESSES : ADVICE_THREADS, workers, 0,
			 advice->plan);
	if (facts->gil)
		advice_say(advice, ADVICE_ONE_LOCK,
			   "%s; under --gil threads of one process compute one at a time, "
			   "processes do not",
			   share);
	else if (workers == cpus)
		advice_say(advice, ADVICE_THINKING_WORK,
			   "%s, so as many workers as CPUs; threads hand over at no cost", share);
	else if (workers == advice_plan_most(facts))
		advice_say(advice, ADVICE_THINKING_WORK,
			   "%s; there are %u CPUs, more than a run may have workers", share, cpus);
	else
		advice_say(advice, ADVICE_THINKING_WORK,
			   "%s; there are %u CPUs, and room for %u of the %s at a time", share,
			   cpus, workers, facts->workload->items);
	return cpus;
}

/* Do stages that wait and stages that compute each take a good part of the time? */
static bool both_large(const struct advice_facts *facts)
{
	const struct advice_cost *cost = facts->cost;
	double wall_ms, waiting_ms = 0;

	if (cost == NULL)
		return false;
	wall_ms = advice_wall_ms(facts);
	for (unsigned i = 0; i < facts->workload->nstages; i++) {
		if (2 * cost->cpu_ms[i] < cost->wall_ms[i])
			waiting_ms += cost->wall_ms[i];
	}
	return waiting_ms >= large_share * wall_ms && waiting_ms <= (1 - large_share) * wall_ms;
}

/* Threads first. Under --gil computing takes processes, which threads that wait need not be. */
static unsigned decide_mixed(const struct advice_facts *facts, const char *share,
			     struct advice *advice)
{
	unsigned cpus = plan_default_workers(facts->machine);
	unsigned wanted = workers_that_wait(facts, 1), workers = advice_limit(facts, wanted);
	bool large = cpus > 1 && both_large(facts);
	char both[ADVICE_PLAN_BYTES] = "";
	char time[ADVICE_TIME_BYTES];
	double both_s = 0;

	advice_plan_make(facts, facts->gil ? ADVICE_PROCESSES : ADVICE_THREADS, workers, 0,
			 advice->plan);
	if (large) {
		advice_plan_make(facts, ADVICE_BOTH, advice_plan_io(facts, cpus), cpus, both);
		both_s = advice_plan_expect_s(facts, both);
		large = both_s > 0; /* it can be run */
	}
	if (large && facts->gil &&
	    both_s <= ADVICE_AS_GOOD * advice_plan_expect_s(facts, advice->plan)) {
		snprintf(advice->plan, sizeof advice->plan, "%s", both);
		advice_say(advice, ADVICE_BOTH_LARGE,
			   "%s, in stages of their own: %u processes compute past the lock of "
			   "--gil, threads wait, in about %s",
			   share, cpus, advice_time(both_s, time));
		return wanted;
	}
	if (facts->gil)
		advice_say(
			advice, ADVICE_MIXED_WORK,
			"%s; while one waits another computes, and under --gil only processes do "
			"so freely",
			share);
	else
		advice_say(advice, ADVICE_MIXED_WORK, "%s; while one waits another computes%s%s%s",
			   share, large ? " (under --gil it would be " : "", both,
			   large ? ")" : "");
	return wanted;
}

/* ---- all of it --------------------------------------------------------------------------------
 */

/* By the kind of work; returns the workers wanted. */
static unsigned decide_kind(const struct advice_facts *facts, struct advice *advice)
{
	char share[ADVICE_WHY_BYTES / 2];

	if (advice_cut_waits(facts))
		return advice_cut_decide(facts, advice);
	describe_share(facts, share, sizeof share);
	switch (kind_of(facts)) {
	case ADVICE_WAITING:
		return decide_waiting(facts, share, advice);
	case ADVICE_MIXED:
		return decide_mixed(facts, share, advice);
	case ADVICE_THINKING:
	case ADVICE_UNKNOWN:
		break;
	}
	return decide_thinking(facts, share, advice);
}

/* At best: waits overlap as far as there are workers, computing as far as there are CPUs. */
static double expect_described(const struct advice_facts *facts, const char *plan)
{
	struct layout layout = {0};
	struct err err;
	unsigned workers;

	if (layout_parse(facts->workload, plan, &layout, &err) != 0)
		return 0;
	workers = advice_most_workers(&layout);
	if (kind_of(facts) != ADVICE_WAITING && workers > facts->machine->cpus)
		workers = facts->machine->cpus;
	return facts->duration_s / workers;
}

static double expect_alone(const struct advice_facts *facts)
{
	struct advice_cost cost;
	const struct advice_facts alone = advice_cut_for(facts, 1, &cost);

	return advice_wall_ms(&alone) * (alone.items > 0 ? (double)alone.items : 1) / 1000;
}

void advice_give(const struct advice_facts *facts, struct advice *advice)
{
	unsigned wanted = 1;
	bool shared;

	*advice = (struct advice){.sequential_s = facts->cost != NULL ? expect_alone(facts)
								      : facts->duration_s};
	shared = !decide_against(facts, advice);
	if (shared)
		wanted = decide_kind(facts, advice);
	advice->expected_s = facts->cost != NULL ? advice_plan_expect_s(facts, advice->plan)
						 : expect_described(facts, advice->plan);
	if (!shared)
		return;
	advice_note(facts, wanted, advice);
}
