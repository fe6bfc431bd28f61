/*
 * plan_make.h - from options to a plan (floor: program).
 */
#ifndef IMGTOP_PLAN_MAKE_H
#define IMGTOP_PLAN_MAKE_H

#include "base/machine.h"
#include "engine/plan.h"
#include "options.h"

/*
 * Everything but what only the supervisor knows. Inputs and options are checked together.
 *   from_fd: descriptor of a list from standard input, or -1
 *   command: the argument vector for the report
 *   owner:   texts in the plan are those of options and command, which must outlive it; what the
 *            plan owns itself is released with plan_release
 *   error:   permanent, a sentence for exit 2; nothing is to be released
 */
int plan_make(const struct options *options, const struct machine *machine, int from_fd,
	      const char *const *command, struct plan *plan, struct err *err);

/* The plan without the check of inputs, for a preview. */
int plan_make_unchecked(const struct options *options, const struct machine *machine,
			struct plan *plan, struct err *err);

/* Counts of workers where none are given. */
unsigned plan_default_workers(const struct machine *machine);
unsigned plan_default_io(const struct machine *machine);

/* The strategy that is used when none is named. */
const struct layout_strategy *plan_default_strategy(void);

#endif
