/*
 * engine_numbers.h - a workload for the engine's tests, and runs of it in a process of their own.
 *
 * An item is a number. `load` fills the item's slot with words that follow from it, `work` checks
 * them and makes others, `check` checks both, `store` counts the item. So a slot that two items
 * share, or that changes on its way, is noticed. What happened is counted in memory that all
 * processes of the run share with the test.
 */
#ifndef IMGTOP_TESTS_ENGINE_NUMBERS_H
#define IMGTOP_TESTS_ENGINE_NUMBERS_H

#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "engine/plan.h"
#include "workload/workload.h"

enum {
	NUMBERS_MOST = 10000,
	NUMBERS_ADMITTED_BYTES = 300 * 1024,
	NUMBERS_SLOT_BYTES = 1 << 20,
	NUMBERS_SHAPES = 5,
};

/* Of the joblog. */
enum { NUMBERS_COLUMN_STATUS = 2, NUMBERS_COLUMN_REASON = 3, NUMBERS_COLUMN_ATTEMPTS = 5 };

/* Plans of every kind of host and hand-over, a few workers each. */
extern const char *const numbers_shapes[NUMBERS_SHAPES];

enum numbers_fault {
	NUMBERS_SOUND,
	NUMBERS_KILL_ONCE,  /* SIGKILL at the first attempt */
	NUMBERS_KILL,	    /* SIGKILL at every attempt */
	NUMBERS_ABORT_ONCE, /* SIGABRT at the first attempt */
	NUMBERS_EXIT_ONCE,  /* _exit(0) at the first attempt */
	NUMBERS_PERMANENT,
	NUMBERS_TRANSIENT_ONCE,
	NUMBERS_TRANSIENT,
	NUMBERS_SKIP,
	NUMBERS_WARN, /* ok, with a sentence from a stage before the last */
};

/* What the run reports to the test. */
struct numbers_shared {
	sem_t stored; /* +1 for every item that was stored */
	_Atomic uint32_t times_stored[NUMBERS_MOST];
	_Atomic uint32_t damaged_slots;
	_Atomic uint32_t times_swept[NUMBERS_MOST];
	_Atomic uint32_t walks; /* begun */
	struct numbers_total {
		uint64_t count;
		uint64_t sum;
		uint64_t digest;
	} total; /* as folded in the supervisor */
};

/* The workload's options. */
struct numbers {
	unsigned items;
	bool endless;	/* and from the first again, until the run is stopped */
	unsigned every; /* these have the fault: n % every == every - 1; 0 = none */
	enum numbers_fault fault;
	bool no_worker;	     /* worker_open fails */
	bool kill_recorder;  /* the first sweep of an item kills it */
	bool kill_recorders; /* every sweep does */
	unsigned kill_walks; /* so many times the source kills itself ... */
	unsigned walk_most;  /* ... when it has found so many more than the one before */
	bool rename;	     /* to every walk a number has another name */
	bool admit;	     /* each item asks for NUMBERS_ADMITTED_BYTES */
	struct numbers_shared *shared;
	void *more; /* a test's own */
};

extern const struct workload numbers_workload;

/* What an item that is done adds to the run's total. */
void numbers_add(struct numbers_total *total, uint64_t number);

/* A run: fill in options and what the plan should have, then start. */
struct numbers_run {
	struct numbers numbers;
	const struct workload *workload; /* NULL = numbers_workload */
	const char *plan;		 /* "hybrid:4+2" or a layout */
	unsigned queue_capacity;	 /* as in struct plan */
	unsigned retries;
	uint64_t memory_bytes;
	bool gil;
	char *folder; /* of the run's report; removed by numbers_free */
	int tether;   /* the front's end */
	pid_t supervisor;
};

/* A run of so many items, and the end of it. */
struct numbers_run *numbers_new(unsigned items);
void numbers_free(struct numbers_run *run);

void numbers_start(struct numbers_run *run);

/* Send the supervisor one of enum tether's words. */
void numbers_tell(const struct numbers_run *run, char word);

/* The run's page, once it exists. */
struct page *numbers_page(const struct numbers_run *run);

/* Await the supervisor's end; its exit status, or 128 + the signal that killed it. No process of
 * the run may be left, no page, and nobody may have written to its standard error. */
int numbers_wait(struct numbers_run *run);

/* Lines of the joblog in which column `column` (0-based) is `text`; "" = all lines. */
unsigned numbers_count(const struct numbers_run *run, unsigned column, const char *text);

/* A file of the report; "" when there is none. Caller frees. */
char *numbers_report_file(const struct numbers_run *run, const char *name);

/* Is what was folded what these items give: all stored once, sums and digest right? */
void numbers_assert_complete(const struct numbers_run *run);

#endif
