/*
 * watchdog.h - the supervisor looks at its own run as a stranger would: from the page and from
 * what the kernel says, twice a second (floor: engine).
 *
 * It writes into the log, once each, what is wrong with a worker and with the run, and that it is
 * over again. A run that hangs leaves what is known in hang.txt and hang.json of its report folder;
 * when --hang-after was given and no screen shows the run to anybody, it is ended with 3 as soon as
 * the files are there, or have taken too long: what they tell of is gone then.
 *
 * The supervisor may not wait for a disk, nor trace, so a child of its own has the stacks taken and
 * writes the files.
 */
#ifndef IMGTOP_ENGINE_WATCHDOG_H
#define IMGTOP_ENGINE_WATCHDOG_H

#include "engine/supervisor_private.h"

struct watchdog;

struct watchdog *watchdog_new(void);
void watchdog_free(struct watchdog *watchdog);

/* Call often: looks when it is time. */
void watchdog_turn(struct supervisor *sup, uint64_t now_ns);

/* SIGUSR1: leave what is known now in dump-TIME.txt and .json of the report folder. */
void watchdog_dump(struct supervisor *sup);

/* The run is over: files that are still owed, or being written, will not come; the log says so. */
void watchdog_end(struct supervisor *sup);

/* The host's workers have just been buried, and will be started again in a moment: what their
 * slots say is still there to be judged. */
void watchdog_buried(struct supervisor *sup, const struct remote *host);

#endif
