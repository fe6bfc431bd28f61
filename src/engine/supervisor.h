/*
 * supervisor.h - runs a plan (floor: engine). See supervisor.c for the whole picture.
 */
#ifndef IMGTOP_ENGINE_SUPERVISOR_H
#define IMGTOP_ENGINE_SUPERVISOR_H

#include "engine/plan.h"

/*
 * Run the plan to its end in this process, which has one thread and nothing else to do. tether_fd
 * is the front's socket (taken over). Returns the exit status of CLI contract: 0 all done or
 * skipped, 1 some failed, 2 refused, 3 hang, 4 workers kept dying, 5 report not saved, 128+n after
 * a signal.
 */
int supervisor_run(struct plan *plan, int tether_fd);

/* Tell the front that the run is refused, with a sentence, before supervisor_run. Returns 2. */
int supervisor_refuse(int tether_fd, const char *sentence);

#endif
