/*
 * drill_work.h - computing that takes a known amount of work (floor: workload). No state.
 */
#ifndef IMGTOP_WORKLOAD_DRILL_WORK_H
#define IMGTOP_WORKLOAD_DRILL_WORK_H

#include <stdint.h>

/* Rounds of drill_work_rounds that this machine does in a millisecond of thread CPU time; measured
 * here, in some 10 ms. */
uint64_t drill_work_measure(void);

/* So many rounds. The result follows from all of them, so that none can be left out. */
uint64_t drill_work_rounds(uint64_t rounds);

/* 1*1 + 2*2 + ... + count*count; the sum of sin(i)*cos(i) + sqrt(i)*log(i+1). */
double drill_work_squares(uint64_t count);
double drill_work_sines(uint64_t count);

#endif
