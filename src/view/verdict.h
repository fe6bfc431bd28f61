/*
 * verdict.h - what can be said of a run in a sentence (floor: view).
 */
#ifndef IMGTOP_VIEW_VERDICT_H
#define IMGTOP_VIEW_VERDICT_H

#include "record/snapshot.h"

/* The station whose workers are busiest (per worker wall), by its first stage's name; its share
 * 0..1 may be NULL. "" when nothing was done yet. */
void verdict_bottleneck(const struct snapshot *snapshot, char *station, size_t size, double *share);

/* "bottleneck: decode (busy 98 %); readers were blocked 61 % of the time" */
void verdict_sentence(const struct snapshot *snapshot, char *sentence, size_t size);

/* Sum of busy ÷ sum of wall of the counted workers (walk and recorder are not), 0..1. */
double verdict_efficiency(const struct snapshot *snapshot);

/* The larger of: costliest station's work ÷ its workers; all CPU time ÷ cores. Seconds. */
double verdict_ideal_s(const struct snapshot *snapshot);

/* CPU seconds of all processes' workers. */
double verdict_cpu_s(const struct snapshot *snapshot);

#endif
