/*
 * dry_run.h - what a run would do, without doing it (floor: program).
 */
#ifndef IMGTOP_DRY_RUN_H
#define IMGTOP_DRY_RUN_H

#include "options.h"

/*
 * Have the workload find its inputs, in this process, and print a line for each on standard output:
 * "INPUT -> OUTPUT", "INPUT: would be skipped: WHY" or "INPUT: would fail: WHY". Names are quoted
 * where a shell would need it, so that they are exact and harmless. The sums go to standard error.
 * Returns the exit status: 0; 1 when inputs would fail for certain; 2 when the run would be
 * refused.
 */
int dry_run(const struct options *options);

#endif
