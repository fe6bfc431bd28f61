/*
 * sum.h - the sum workload: random numbers added up in parts (floor: workload).
 */
#ifndef IMGTOP_WORKLOAD_SUM_H
#define IMGTOP_WORKLOAD_SUM_H

#include "workload/workload.h"

extern const struct workload sum_workload;

#endif
