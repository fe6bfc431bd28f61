/*
 * page_names.c - letters and words of what a run page holds. Screens, reports, help and manual take
 * them from here.
 */
#include "config.h"

#include <stddef.h>

#include "record/page.h"

static const struct worker_state_info states[WORKER_STATES] = {
	[WORKER_NEVER_STARTED] = {'N', "never", "has never started", false},
	[WORKER_RUN] = {'R', "run", "computes", true},
	[WORKER_IO] = {'I', "io", "reads or writes", true},
	[WORKER_GET] = {'G', "get", "waits for a job: its queue is empty", true},
	[WORKER_PUT] = {'P', "put", "waits to hand over: the next queue is full", true},
	[WORKER_LOCK] = {'L', "lock", "waits for a lock", true},
	[WORKER_JOIN] = {'J', "join", "waits for other workers to end", true},
	[WORKER_RESOURCE] = {'M', "memory", "waits for an arena slot or for the memory brake",
			     true},
	[WORKER_DELAY] = {'W', "delay", "sleeps a simulated latency (--delay)", true},
	[WORKER_PAUSED] = {'Z', "paused", "waits for the pipeline to be resumed", true},
	[WORKER_DEAD] = {'X', "dead", "its process died", false},
	[WORKER_FINISHED] = {'F', "finished", "ended by itself", false},
};

static const char *const statuses[ITEM_STATUSES] = {
	[ITEM_OK] = "ok",	    [ITEM_DAMAGED] = "damaged",		[ITEM_FAILED] = "failed",
	[ITEM_SKIPPED] = "skipped", [ITEM_QUARANTINED] = "quarantined", [ITEM_PENDING] = "pending",
};

static const char *const run_states[] = {
	[RUN_STARTING] = "STARTING", [RUN_RUNNING] = "RUNNING",	  [RUN_PAUSED] = "PAUSED",
	[RUN_DRAINING] = "DRAINING", [RUN_STOPPING] = "STOPPING", [RUN_REPORTING] = "REPORTING",
	[RUN_DONE] = "DONE",
};

const struct worker_state_info *page_state_info(enum worker_state state)
{
	return &states[(unsigned)state < WORKER_STATES ? state : WORKER_DEAD];
}

const char *page_item_status_word(enum item_status status)
{
	return (unsigned)status < ITEM_STATUSES ? statuses[status] : "?";
}

const char *page_run_state_word(enum run_state state)
{
	return (unsigned)state < sizeof run_states / sizeof *run_states ? run_states[state] : "?";
}
