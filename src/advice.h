/*
 * advice.h - rules of thumb: which strategy, how many workers, and why (floor: program).
 */
#ifndef IMGTOP_ADVICE_H
#define IMGTOP_ADVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/machine.h"
#include "workload/workload.h"

struct advice_facts {
	const struct machine *machine;
	uint64_t items; /* 0 = not known before the inputs have been walked */
	bool waits;	/* simulated latency was asked for: workers will mostly wait */
	bool gil;	/* threads of one process compute one at a time */
};

/* "threads:4: as many workers as CPUs, since ..." A pure function. */
void advice_give(const struct workload *workload, const struct advice_facts *facts, char *text,
		 size_t size);

#endif
