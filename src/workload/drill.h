/*
 * drill.h - the drill workload: stages with a cost and no image (floor: workload).
 */
#ifndef IMGTOP_WORKLOAD_DRILL_H
#define IMGTOP_WORKLOAD_DRILL_H

#include "workload/workload.h"

extern const struct workload drill_workload;

#endif
