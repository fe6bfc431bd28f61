/*
 * drill_steps.h - what a stage or an item of a drill does: steps, and how they are written (floor:
 * workload).
 *
 *   wait 300ms, lock log, cpu 5..10ms x 3, unlock log, once crash
 *
 * One table names every step, what it takes, and whether it is an injected fault. Pure functions.
 */
#ifndef IMGTOP_WORKLOAD_DRILL_STEPS_H
#define IMGTOP_WORKLOAD_DRILL_STEPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum { DRILL_NAME_BYTES = 32, DRILL_NAMES = 7 };

enum drill_op {
	DRILL_WAIT,
	DRILL_WAITS,
	DRILL_CPU,
	DRILL_SQUARES,
	DRILL_SINES,
	DRILL_ITEM,
	DRILL_HEALTHY,
	DRILL_FAIL,
	DRILL_LOCK,
	DRILL_UNLOCK,
	DRILL_CHECK,
	DRILL_POP,
	DRILL_TAKE,
	DRILL_JOIN,
	DRILL_MEET,
	DRILL_HANG,
	DRILL_SPIN,
	DRILL_CRASH,
	DRILL_EXIT,
	DRILL_STOP,
	DRILL_FIFO,
	DRILL_OPS
};

/* What stands behind a step's name. */
enum drill_argument {
	DRILL_NOTHING,
	DRILL_TIME,	  /* 300ms, 100..300ms */
	DRILL_COUNT,	  /* 8, 1..5 */
	DRILL_COUNT_TIME, /* 10 300..900ms */
	DRILL_PERCENT,	  /* 75% */
	DRILL_LOCK_NAME,
	DRILL_LIST_NAME,
	DRILL_STAGE_NAME,
};

struct drill_op_info {
	const char *name;
	enum drill_argument argument;
	bool cpu;   /* it computes: its stage is no I/O stage */
	bool fault; /* injected: marked wherever it shows */
	const char *meaning;
};

const struct drill_op_info *drill_op_info(enum drill_op op);

/* Both ends belong to it. */
struct drill_range {
	uint64_t least;
	uint64_t most;
};

/* Which items and attempts a step is for. */
enum drill_when { DRILL_ALWAYS, DRILL_FIRST, DRILL_LAST, DRILL_AT, DRILL_ONCE };

struct drill_step {
	enum drill_op op;
	enum drill_when when;
	uint64_t at;		     /* of DRILL_AT: the item's number, from 1 */
	struct drill_range amount;   /* nanoseconds, a count, or percent */
	uint64_t flights;	     /* of DRILL_WAITS */
	struct drill_range repeat;   /* "x 3": at least 1 */
	unsigned target;	     /* lock or list: index of its name */
	char name[DRILL_NAME_BYTES]; /* of a stage, until all are known */
};

struct drill_program {
	struct drill_step *step;
	size_t count;
};

/* Names in order of their first use. */
struct drill_names {
	char name[DRILL_NAMES][DRILL_NAME_BYTES];
	unsigned count;
};

/* The names that steps may speak of; they grow. */
struct drill_vocabulary {
	struct drill_names locks;
	struct drill_names lists;
};

/*
 * Append the steps of a comma-separated text.
 *   error: permanent: which step, what is wrong, what is allowed
 */
int drill_steps_parse(const char *text, struct drill_vocabulary *vocabulary,
		      struct drill_program *program, struct err *err);
void drill_program_free(struct drill_program *program);

/* "300ms", "1..2s"; "8", "1..5". Nothing may follow. error: permanent */
int drill_time_parse(const char *text, struct drill_range *range, struct err *err);
int drill_count_parse(const char *text, struct drill_range *range, struct err *err);

/* Letters, digits, "-", "_" and "."; error: permanent, what is allowed */
int drill_name_check(const char *name, struct err *err);

/* Index of a name, appended when it is new; -1 when there is no room. */
int drill_names_add(struct drill_names *names, const char *name);

/* Is the step for this item (number from 1, of so many) and attempt? */
bool drill_step_applies(const struct drill_step *step, uint64_t number, uint64_t items,
			unsigned attempt);

#endif
