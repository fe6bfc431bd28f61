/*
 * drill_scenario.h - a drill as its file describes it (floor: workload).
 *
 * A scenario file (inih) has these sections:
 *   [scenario]  title, text, watch, items, item, seed, interval, layout, queue, timeout, tries,
 * end, never [stages]    NAME = STEPS, in order [queues]    STAGE = CAPACITY, of the queue in front
 * of it [items]     NAME = STEPS, or NAME*N = STEPS: items with steps of their own (the step
 * `item`) [lists]     NAME = ELEMENTS, for check, pop and take [fixed], [fixed stages], ...  what
 * --fixed replaces or adds A line that begins with a blank goes on with the value before it.
 *
 * Constant once made; forked processes find it in their memory.
 */
#ifndef IMGTOP_WORKLOAD_DRILL_SCENARIO_H
#define IMGTOP_WORKLOAD_DRILL_SCENARIO_H

#include "workload/drill_steps.h"
#include "workload/workload.h"

enum {
	DRILL_STAGES = 12,
	DRILL_ITEMS = 10000, /* of one run */
	DRILL_ITEM_KINDS = 64,
};

/* How workers learn that nothing will come any more. */
enum drill_end {
	DRILL_END_CLOSE,     /* the queue is closed */
	DRILL_END_COUNT,     /* each knows how many items are its own */
	DRILL_END_SENTINEL,  /* one item says so, to whom it comes */
	DRILL_END_SENTINELS, /* one such item for each */
	DRILL_END_TIMEOUT,   /* nothing has come for a while */
	DRILL_ENDS
};
extern const char *const drill_end_names[DRILL_ENDS + 1]; /* NULL-terminated */

struct drill_stage {
	char name[DRILL_NAME_BYTES];
	struct drill_program program;
};

/* Items NAME-1..NAME-count, or NAME alone when there is one. */
struct drill_items {
	char name[DRILL_NAME_BYTES];
	uint64_t count;
	bool numbered;
	struct drill_program program;
};

struct drill_scenario {
	char name[DRILL_NAME_BYTES]; /* of its file, without .ini */
	char *title;
	char *text;
	char *watch;
	char *layout; /* NULL = as for every workload */
	struct drill_stage stage[DRILL_STAGES];
	unsigned nstages;
	unsigned queue[DRILL_STAGES]; /* 0 = chosen */
	unsigned every_queue;
	struct drill_items items[DRILL_ITEM_KINDS];
	unsigned nitems; /* kinds */
	uint64_t count;	 /* items of all kinds */
	char item[DRILL_NAME_BYTES];
	uint64_t plain; /* items without steps of their own, where there are no kinds */
	uint64_t seed;
	struct drill_range interval; /* between two items, nanoseconds */
	uint64_t timeout_ns;	     /* of an item; 0 = none */
	uint64_t tries;
	enum drill_end end;
	char never[DRILL_NAME_BYTES]; /* worker that never starts; "" = none */
	struct drill_vocabulary vocabulary;
	uint64_t elements[DRILL_NAMES]; /* of a list */
	bool has_fixed;			/* there are sections for --fixed */
};

/*
 * Read a scenario file; with `fixed` its cure.
 *   error: NULL; permanent "FILE:LINE: what: what to do"
 *   owner: the caller; drill_scenario_free
 */
struct drill_scenario *drill_scenario_read(const char *path, bool fixed, struct err *err);
void drill_scenario_free(struct drill_scenario *scenario);

/* Name and own steps of the item `number` (from 1); program NULL when it has none. */
void drill_scenario_item(const struct drill_scenario *scenario, uint64_t number, char *name,
			 size_t size, const struct drill_program **program);

/* Name of the kind of an item. */
const char *drill_scenario_kind(const struct drill_scenario *scenario, uint64_t number);

/* The first step that injects a fault into this item, NULL when there is none; *stage is where. */
const struct drill_step *drill_scenario_fault(const struct drill_scenario *scenario,
					      uint64_t number, unsigned *stage);

/* Does anything of it inject a fault? */
bool drill_scenario_injects(const struct drill_scenario *scenario);

/* Does the stage compute, in any item? */
bool drill_scenario_computes(const struct drill_scenario *scenario, unsigned stage);

#endif
