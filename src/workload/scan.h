/*
 * scan.h - the scan workload: a Google Photos Takeout library into an SQLite file (floor:
 * workload).
 */
#ifndef IMGTOP_WORKLOAD_SCAN_H
#define IMGTOP_WORKLOAD_SCAN_H

#include "workload/workload.h"

extern const struct workload scan_workload;

#endif
