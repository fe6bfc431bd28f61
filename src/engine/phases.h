/*
 * phases.h - the phases of a run: running, draining, stopping, closing, reporting (floor: engine).
 */
#ifndef IMGTOP_ENGINE_PHASES_H
#define IMGTOP_ENGINE_PHASES_H

#include "engine/supervisor_private.h"

/* INT, TERM or HUP: the first drains (started items are finished, the rest stays pending), the
 * second stops at once. */
void phases_interrupt(struct supervisor *sup, int signal);

/* Nothing new enters station one; once. */
void phases_drain(struct supervisor *sup);

/* Stop at the next stage border, go on. */
void phases_pause(struct supervisor *sup, bool paused);

/* Give up the item that a worker has in hand: it is told; when it does not react it is killed. */
int phases_abandon(struct supervisor *sup, struct remote *host, struct remote_worker *worker,
		   struct err *err);

/* Once per turn of the loop. true when the run is over and the supervisor may end. */
bool phases_turn(struct supervisor *sup, uint64_t now_ns);

#endif
