/*
 * item_limits.h - ends workers that take too long over one item (floor: engine).
 *
 * Entered by the supervisor's one thread.
 */
#ifndef IMGTOP_ENGINE_ITEM_LIMITS_H
#define IMGTOP_ENGINE_ITEM_LIMITS_H

#include "engine/supervisor_private.h"

/* Look at all workers: call it a few times a second. Those whose item takes longer than
 * --item-timeout or the workload's own limit, or that do not react to being asked to abandon it,
 * are killed with their process, which says why. */
void item_limits_watch(struct supervisor *sup, uint64_t now_ns);

#endif
