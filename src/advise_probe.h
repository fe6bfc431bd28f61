/*
 * advise_probe.h - a trial in a process of its own (floor: program).
 */
#ifndef IMGTOP_ADVISE_PROBE_H
#define IMGTOP_ADVISE_PROBE_H

#include "trial.h"

struct advise_probe {
	struct trial_result result; /* as far as the trial came */
	int killed_by;		    /* signal that ended it, 0 = none */
	bool exited;		    /* it ended by itself before its time */
	bool too_long;		    /* it was ended because it did not come back */
};

/*
 * Count the plan's items and, with measure, try a sample of them. What the trial writes goes into a
 * folder of its own that is removed again, also when SIGINT, SIGTERM or SIGHUP comes. Takes some
 * seconds at most.
 *   error: no folder or process could be made, or a signal came (compare_signal)
 */
int advise_probe(const struct plan *plan, bool measure, struct advise_probe *probe,
		 struct err *err);

#endif
