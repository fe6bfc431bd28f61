/*
 * advice_private.h - shared by advice.c and advice_plan.c (floor: program).
 */
#ifndef IMGTOP_ADVICE_PRIVATE_H
#define IMGTOP_ADVICE_PRIVATE_H

#include "advice.h"

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
