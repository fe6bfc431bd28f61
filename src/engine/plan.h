/*
 * plan.h - all that a run is to be: workload, layout, capacities, options (floor: engine).
 */
#ifndef IMGTOP_ENGINE_PLAN_H
#define IMGTOP_ENGINE_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/layout.h"
#include "engine/title.h"
#include "record/page.h"
#include "workload/workload.h"

/* The most items that a queue may be told to hold. */
enum { PLAN_MOST_CAPACITY = 65536 };

struct plan {
	const struct workload *workload;
	struct layout layout;
	unsigned queue_capacity; /* of every queue; 0 = chosen per queue, see plan_capacities */
	unsigned stage_capacity[PAGE_STAGES]; /* of the queue in front of a stage; 0 = chosen */
	uint64_t patience_ns;		      /* see struct workload_instance */
	struct workload_instance *instance;   /* owned, NULL = none: workload is part of it */
	struct workload_config config;	      /* run_id is filled by the supervisor */
	const char *const *command;	      /* NULL-terminated argv of the user, for reports */
	struct title title; /* what ps shows may be written here; empty = nowhere */

	double delay_ms[PAGE_STAGES]; /* --delay STAGE=MS */
	bool gil;		      /* one lock per host around CPU stages */
	bool transfer_copy;	      /* items' data are copied between hosts instead of shared */
	unsigned retries;	/* times an item may kill its worker before it is quarantined... */
	double item_timeout_s;	/* 0 = none: a worker process longer at one item is killed */
	double hang_after_s;	/* 0 = not given: the stages' own times decide what a hang is */
	uint64_t memory_bytes;	/* the brake; 0 = a quarter of the RAM or of the cgroup */
	uint64_t slot_bytes;	/* virtual size of an arena slot; 0 = 2 GiB */
	bool detach;		/* the front leaves as soon as the run goes on */
	bool report;		/* false: --no-report */
	const char *report_dir; /* NULL = a dated folder under the state folder */
};

/* Let go of what the plan owns: the instance. The rest belongs to whoever made the options. */
void plan_release(struct plan *plan);

/* Capacity of each queue (index = the station it feeds - 1) as the run will use it.
 * The intake carries only names: 256 unless given. The others hold pictures: twice the larger of
 * the worker counts on their two sides, at least 4. */
void plan_capacities(const struct plan *plan, unsigned capacities[LAYOUT_STATIONS]);

#endif
