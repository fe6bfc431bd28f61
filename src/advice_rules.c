/*
 * advice_rules.c - the rules of thumb in words, and sums over stages (floor: program). Constant
 * data.
 */
#include "config.h"

#include "advice.h"

#include <stdio.h>

static const struct {
	const char *name;
	const char *text;
} rules[ADVICE_RULES] = {
	[ADVICE_OWN_LAYOUT] = {"own-layout", "what shows something by its layout is run in that"},
	[ADVICE_DEBUGGING] = {"debugging", "while debugging: sequential"},
	[ADVICE_LITTLE_MEMORY] = {"little-memory", "under 1 GB of memory: sequential"},
	[ADVICE_FEW_ITEMS] = {"few-items", "under 100 items: sequential"},
	[ADVICE_LITTLE_WORK] = {"little-work", "under 0.1 s of work: stay sequential"},
	[ADVICE_ONE_CPU] = {"one-cpu", "computing cannot be shared out on one CPU: sequential"},
	[ADVICE_OWN_LATENCY] = {"own-latency",
				"latency that each part has for itself: no more workers than "
				"computing can use"},
	[ADVICE_WAITING_WORK] = {"waiting-work", "waiting work: threads, 2-5 for each CPU"},
	[ADVICE_THINKING_WORK] = {"thinking-work",
				  "thinking work: as many workers as CPUs; in C threads do as well "
				  "as processes"},
	[ADVICE_ONE_LOCK] = {"one-lock", "thinking work under --gil: only processes help"},
	[ADVICE_MIXED_WORK] = {"mixed-work", "mixed work: threads first, and look at the profile"},
	[ADVICE_BOTH_LARGE] = {"both-large", "mixed work, and much of both kinds: hybrid"},
	[ADVICE_MOST_WORKERS] = {"most-workers", "no more workers than a run may have"},
	[ADVICE_MEMORY_BRAKE] = {"memory-brake",
				 "no more workers than there is memory for their items"},
	[ADVICE_MANY_ITEMS] = {"many-items", "over 1,000 items: sharing out pays"},
	[ADVICE_LARGE_DATA] =
		{"large-data",
		 "large data: threads or pieces, since copies between processes cost"},
	[ADVICE_QUEUE] = {"queue", "queues hold 1-3 items for each worker"},
	[ADVICE_TASK_SIZE] = {"task-size", "0.1-1 s is a good size of an item: batch smaller ones"},
};

const char *advice_rule_name(enum advice_rule rule)
{
	return rules[rule].name;
}

const char *advice_rule_text(enum advice_rule rule)
{
	return rules[rule].text;
}

const char *advice_time(double seconds, char text[ADVICE_TIME_BYTES])
{
	double value = seconds < 1 ? 1000 * seconds : seconds;
	int decimals = value >= 99.5 ? 0 : value >= 9.95 ? 1 : 2;

	snprintf(text, ADVICE_TIME_BYTES, "%.*f %s", decimals, value, seconds < 1 ? "ms" : "s");
	return text;
}

static double sum_of(const double *ms, unsigned n)
{
	double sum = 0;

	for (unsigned i = 0; i < n; i++)
		sum += ms[i];
	return sum;
}

double advice_wall_ms(const struct advice_facts *facts)
{
	return sum_of(facts->cost->wall_ms, facts->workload->nstages);
}

double advice_cpu_ms(const struct advice_facts *facts)
{
	return sum_of(facts->cost->cpu_ms, facts->workload->nstages);
}

void advice_sentence(const struct advice *advice, char *text, size_t size)
{
	snprintf(text, size, "%s: %s", advice->plan, advice->reason[0].why);
}
