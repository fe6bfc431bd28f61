/*
 * drill_run.h - a drill while it runs: what its processes share, and what its stages do (floor:
 * workload).
 *
 * The instance is made before the hosts are forked, so each finds the scenario in its memory. What
 * must be common to all of them (elements of lists, who has arrived where, what became of an item
 * so far) lies in shared memory as atomic words: no lock is shared with a process that may be
 * killed. An item's record is written by whoever has the item in hand, and begun anew when the item
 * is; the result travels with the completion.
 */
#ifndef IMGTOP_WORKLOAD_DRILL_RUN_H
#define IMGTOP_WORKLOAD_DRILL_RUN_H

#include <stdatomic.h>

#include "workload/drill_scenario.h"

struct drill_record {
	_Atomic uint64_t start_ns; /* of its first stage */
	_Atomic uint64_t busy_ns;  /* in stages */
	_Atomic uint64_t cpu_ns;
	_Atomic uint32_t tasks;	  /* sums done */
	_Atomic uint32_t flights; /* waits that one worker had under way at once */
	_Atomic uint32_t health;  /* 0 not asked, 1 not healthy, 2 healthy */
	_Atomic uint32_t over;	  /* a check found nothing to do: the rest is left out */
};

struct drill_shared {
	_Atomic uint64_t rounds_per_ms;	   /* see drill_work_measure */
	_Atomic int64_t left[DRILL_NAMES]; /* elements of each list */
	_Atomic uint64_t arrived;	   /* at `meet` */
	_Atomic uint64_t taken;		   /* items that a worker has begun */
	struct drill_record record[];	   /* by number - 1 */
};

struct drill {
	struct workload_instance instance; /* first: a pointer to it is one to the drill */
	struct drill_scenario *scenario;
	enum drill_end end;
	struct drill_shared *shared;
	size_t shared_bytes;
	struct workload_stage stage[DRILL_STAGES];
	const char *lock[DRILL_NAMES];
	char *about;
};

/* What the source sends along with an item. */
struct drill_payload {
	uint32_t number; /* from 1; 0 = a sentinel */
};

/* What an item adds to the run's result. */
struct drill_result {
	uint64_t start_ns;
	uint64_t end_ns;
	uint64_t busy_ns;
	uint64_t cpu_ns;
	uint32_t tasks;
	uint32_t flights;
	uint32_t health; /* as in struct drill_record */
	char scenario[DRILL_NAME_BYTES];
	char kind[DRILL_NAME_BYTES];
};

const struct drill *drill_of(const struct workload_config *config);

/* As in struct workload and its stages. */
int drill_stage(struct work *work, struct err *err);
int drill_source(struct source *source, struct err *err);
void drill_worker_begin(const struct workload_config *config, const char *name);
void drill_fold(void *accumulator, const void *result, size_t length);
void drill_describe(const void *accumulator, char *json, size_t size);
extern const size_t drill_accumulator_size;

/* Do an injected fault; most of them never come back. error: transient, it could not be done */
int drill_fault(struct work *work, const struct drill_step *step, struct err *err);

/* A number that follows from seed, item and place alone: the same for every plan. */
uint64_t drill_draw(const struct drill_range *range, uint64_t seed, uint64_t place);

#endif
