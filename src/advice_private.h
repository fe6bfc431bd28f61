/*
 * advice_private.h - shared by advice.c and its parts (floor: program).
 */
#ifndef IMGTOP_ADVICE_PRIVATE_H
#define IMGTOP_ADVICE_PRIVATE_H

#include "advice.h"

/* Times that differ by less are about the same. */
#define ADVICE_AS_GOOD 1.1

enum { ADVICE_WAITING_MOST = 5 }; /* workers per CPU where they wait */
enum { ADVICE_FEW = 100 };	  /* fewer items than that are few */

/* Add what a rule says here; the first one said decided. Nothing when there is no more room. */
void advice_say(struct advice *advice, enum advice_rule rule, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Workers for whose items there is memory; UINT64_MAX = any number. */
uint64_t advice_fit(const struct advice_facts *facts);

/* No more than items, than there is memory for, and than a run may have. */
unsigned advice_limit(const struct advice_facts *facts, unsigned workers);

/* advice_cut.c: does another number of workers make another number of items? */
bool advice_is_cut(const struct advice_facts *facts);

/* The facts as they are for a plan whose largest station has so many workers.
 *   owner: *cost, which they point to, is the caller's */
struct advice_facts advice_cut_for(const struct advice_facts *facts, unsigned workers,
				   struct advice_cost *cost);

/* Is there simulated latency that more items only add to? */
bool advice_cut_waits(const struct advice_facts *facts);

/* Then: choose the plan by what each number of workers comes to; returns the workers wanted. */
unsigned advice_cut_decide(const struct advice_facts *facts, struct advice *advice);

/* advice_notes.c: say what holds beside the decision, for which so many workers were wanted, and
 * choose the queues. */
void advice_note(const struct advice_facts *facts, unsigned wanted, struct advice *advice);

/* What a plan is to be made of. */
enum advice_strategy { ADVICE_ONE_WORKER, ADVICE_THREADS, ADVICE_PROCESSES, ADVICE_BOTH };

/* Write the plan. io: the workers of ADVICE_THREADS and ADVICE_PROCESSES, the threads of
 * ADVICE_BOTH; cpu: its processes. plan: ADVICE_PLAN_BYTES. */
void advice_plan_make(const struct advice_facts *facts, enum advice_strategy wanted, unsigned io,
		      unsigned cpu, char *plan);

/* Workers that a strategy may be given: as many as a run may have, but for one that writes alone.
 */
unsigned advice_plan_most(const struct advice_facts *facts);

/* Threads of ADVICE_BOTH that keep so many processes busy: half of them before, half behind what
 * computes. At least 2, at most 5 for each CPU and what a run may have beside them.
 * cpu: at most half of LAYOUT_WORKERS. */
unsigned advice_plan_io(const struct advice_facts *facts, unsigned cpu);

/* advice_expect_s of a plan; 0 when nothing was measured. */
double advice_plan_expect_s(const struct advice_facts *facts, const char *plan);

/* Of the station that has most. */
unsigned advice_most_workers(const struct layout *layout);

#endif
