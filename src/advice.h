/*
 * advice.h - rules of thumb: which strategy, how many workers, and why (floor: program).
 *
 * One set of rules for `imgtop advise`, which measures first, for `imgtop advise --task`, which has
 * a description only, and for the setup screen, which begins with what it can know at once. Pure
 * functions: what was found out about the work goes in, what is advised and by which rules comes
 * out.
 */
#ifndef IMGTOP_ADVICE_H
#define IMGTOP_ADVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/machine.h"
#include "engine/layout.h"
#include "record/page.h"
#include "workload/workload.h"

/* What an item costs one worker, measured. Times in milliseconds. */
struct advice_cost {
	double wall_ms[PAGE_STAGES];	/* by stage; simulated latency included */
	double cpu_ms[PAGE_STAGES];	/* of that, computing */
	double latency_ms[PAGE_STAGES]; /* of wall_ms, simulated: however small the item is */
	double longest_ms;		/* of the items, the one that took longest; 0 = not known */
	uint64_t memory_bytes; /* that an item asks of the memory brake, at most; 0 = nothing */
	uint64_t input_bytes;  /* of an item, on average; 0 = unknown */
};

enum advice_kind { ADVICE_UNKNOWN, ADVICE_WAITING, ADVICE_THINKING, ADVICE_MIXED };

struct advice_facts {
	const struct workload *workload;
	const struct machine *machine;
	uint64_t items; /* 0 = not known */
	/* For workloads that cut their items to fit the plan, which is asked for then; NULL: there
	 * are `items` whatever the plan. */
	const struct workload_config *config;
	bool waits; /* simulated latency was asked for */
	bool gil;   /* threads of one process compute one at a time */
	bool debugging;
	bool large_data;	/* by description */
	const char *own_layout; /* the point of the work is its layout: this one; or NULL */
	enum advice_kind kind;	/* by description; unknown where cost tells, or nothing does */
	double duration_s;	/* of all work for one worker, by description; 0 = not known */
	const struct advice_cost *cost; /* NULL = nothing was measured */
	uint64_t memory_limit_bytes;	/* for items in flight; 0 = not known */
	unsigned queue;			/* capacity that was asked for, 0 = none */
};

enum advice_rule {
	ADVICE_OWN_LAYOUT,
	ADVICE_DEBUGGING,
	ADVICE_LITTLE_MEMORY,
	ADVICE_FEW_ITEMS,
	ADVICE_LITTLE_WORK,
	ADVICE_ONE_CPU,
	ADVICE_OWN_LATENCY,
	ADVICE_WAITING_WORK,
	ADVICE_THINKING_WORK,
	ADVICE_ONE_LOCK,
	ADVICE_MIXED_WORK,
	ADVICE_BOTH_LARGE,
	ADVICE_MOST_WORKERS,
	ADVICE_MEMORY_BRAKE,
	ADVICE_MANY_ITEMS,
	ADVICE_LARGE_DATA,
	ADVICE_QUEUE,
	ADVICE_TASK_SIZE,
	ADVICE_RULES
};

enum { ADVICE_REASONS = 8, ADVICE_WHY_BYTES = 256, ADVICE_PLAN_BYTES = LAYOUT_TEXT_BYTES };

struct advice {
	char plan[ADVICE_PLAN_BYTES]; /* for --plan */
	unsigned queue;		      /* for --queue; 0 = left to the program */
	double sequential_s;	      /* what one worker takes; 0 = not known */
	double expected_s;	      /* what the plan takes; 0 = not known */
	unsigned nreasons;	      /* the first one decided */
	struct advice_reason {
		enum advice_rule rule;
		bool outweighed; /* it would say so, but something else counts for more */
		char why[ADVICE_WHY_BYTES]; /* a sentence without its full stop */
	} reason[ADVICE_REASONS];
};

void advice_give(const struct advice_facts *facts, struct advice *advice);

/* "threads:4: as many workers as CPUs, since ...": the plan and what decided it. */
void advice_sentence(const struct advice *advice, char *text, size_t size);

/* "0.11 ms", "31 ms", "1.04 s", "312 s". Returns text. */
enum { ADVICE_TIME_BYTES = 32 };
const char *advice_time(double seconds, char text[ADVICE_TIME_BYTES]);

/* A rule's name for scripts ("thinking-work"), and what it says. */
const char *advice_rule_name(enum advice_rule rule);
const char *advice_rule_text(enum advice_rule rule);

/* Sums over all stages, in milliseconds. */
double advice_wall_ms(const struct advice_facts *facts);
double advice_cpu_ms(const struct advice_facts *facts);

/*
 * advice_plan.c: how long a layout takes for all items, in seconds, not counting its start: as
 * long as its slowest station, and no less than the computing takes the CPUs there are. Under --gil
 * the computing of threads that share a process is one after the other. Items that are cut to fit
 * the plan are as many and as large as it makes them. facts->cost must be there.
 */
double advice_expect_s(const struct advice_facts *given, const struct layout *layout);

#endif
