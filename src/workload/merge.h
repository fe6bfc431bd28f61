/*
 * merge.h - the merge workload: of each key the latest record (floor: workload).
 */
#ifndef IMGTOP_WORKLOAD_MERGE_H
#define IMGTOP_WORKLOAD_MERGE_H

#include "workload/workload.h"

extern const struct workload merge_workload;

#endif
