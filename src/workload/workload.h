/*
 * workload.h - what a workload is: stages, source, options, item (floor: workload).
 *
 * A workload is one file, one line in workload_registry.c and its name in Makefile.am. It knows
 * nothing of processes, queues or screens: the engine calls source() once, in the walk host, and a
 * stage's run() for each item, in whatever thread or process the layout says. A stage keeps nothing
 * that outlives an item, but caches in its worker state; what the next stage needs lies in the slot
 * memory.
 */
#ifndef IMGTOP_WORKLOAD_WORKLOAD_H
#define IMGTOP_WORKLOAD_WORKLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/option.h"
#include "workload/slot_memory.h"

enum {
	WORK_PAYLOAD_BYTES = 8192, /* longest name + payload of an item */
	WORK_RESULT_BYTES = 512,   /* longest result that an item adds to the run's */
	WORK_MOST_UNITS = 65536,   /* that one item may count as */
	WORK_LOCKS = 7,
};

/* What every workload is given; owned by the caller, unchanged during the run. */
struct workload_config {
	const char *const *inputs; /* files and folders as the user wrote them */
	size_t ninputs;
	const char *from;   /* --from: a list file, "-" for descriptor from_fd; NULL = none */
	int from_fd;	    /* standard input of the front, or -1 */
	bool from_nul;	    /* the list is NUL-separated */
	const char *output; /* -o, or the workload's default */
	const char
		*report; /* folder of the report, or of all reports, which holds no input; NULL */
	uint64_t started_ns; /* the run's start, since 1970; set by the supervisor */
	const char *run_id;  /* unique among running runs: for temporary names */
	bool fsync;
	unsigned workers;   /* of the station that has most of them; 0 = not known */
	bool dry_run;	    /* source() alone is called, and must write nothing */
	const void *values; /* the workload's own options, see workload.options */
	const struct workload_instance *instance; /* what these options made of it, or NULL */
};

/* The engine's services to a stage; see work_* below. */
struct work;
struct work_calls {
	void (*stage)(struct work *work, unsigned stage);
	bool (*cancelled)(struct work *work);
	int (*admit)(struct work *work, uint64_t bytes, struct err *err);
	void (*lock)(struct work *work, unsigned lock);
	void (*unlock)(struct work *work, unsigned lock);
	int (*wait)(struct work *work, uint64_t ns, struct err *err);
	int (*join)(struct work *work, unsigned stage, struct err *err);
	void (*leave)(struct work *work, const char *reason);
	unsigned (*peers)(struct work *work);
};

/* One item on its way through stages of one worker. */
struct work {
	const struct workload_config *config;
	void *state;	     /* of this worker, from worker_open */
	const char *name;    /* the item's input, NUL-terminated raw bytes */
	const void *payload; /* as the source emitted it */
	size_t payload_length;
	struct slot_memory *memory; /* carries the item's data from stage to stage */
	uint64_t job;
	unsigned attempt;   /* 1, 2, ... */
	unsigned stage;	    /* that is being done */
	uint64_t bytes_in;  /* a stage adds what it read */
	uint64_t bytes_out; /* a stage adds what it wrote */
	uint32_t units;	    /* that the item counts as, see struct source_item */
	uint32_t failed;    /* of them, when the item itself is ok: these have failed */
	uint32_t skipped;   /* and these were skipped */
	bool hold;	    /* set by the last stage: done, but not durable before commit() */
	bool commit;	    /* with hold: enough is held, commit now */
	bool damaged;	    /* a stage of this worker found damage and went on (--tolerate) */
	char warning[256];  /* "" or a sentence for the log and the joblog; the item is still ok */
	unsigned char result[WORK_RESULT_BYTES]; /* the last stage's addition to the run's result */
	size_t result_length;
	const struct work_calls *calls;
	void *engine; /* the engine's own */
};

/* A fused path calls this at every stage border inside it; the engine publishes the stage, applies
 * --delay and pauses there. */
void work_stage(struct work *work, unsigned stage);

/* Has the item been abandoned? Polled by long loops (codec progress hooks). A stage that stops for
 * it returns a transient error. */
bool work_cancelled(struct work *work);

/* Ask the memory brake for `bytes` of memory for the rest of this item before allocating them;
 * waits until granted (one item is always admitted). Held until the item ends. */
int work_admit(struct work *work, uint64_t bytes, struct err *err);

/*
 * Locks that stages of one host share: workload.locks names them, every host has its own set. The
 * page shows who waits for one and who holds it. Taking one that this worker holds already waits
 * for ever, as with any plain lock. What a worker still holds when its item leaves it is let go
 * then.
 */
void work_lock(struct work *work, unsigned lock);
void work_unlock(struct work *work, unsigned lock);

/* Do nothing for a while, as one that waits for a disk or a server does; the lock of --gil is free
 * meanwhile. error: transient, the item was abandoned */
int work_wait(struct work *work, uint64_t ns, struct err *err);

/* Wait until every worker of the station that does `stage` has ended. error: permanent when it is
 * this worker's own station, which would never end; transient, the item was abandoned */
int work_join(struct work *work, unsigned stage, struct err *err);

/* This worker takes no more items after the one in hand and ends; reason stands in its row. */
void work_leave(struct work *work, const char *reason);

/* Workers that the plan has at this worker's station, itself included; 1 for an item that is
 * retried alone. */
unsigned work_peers(struct work *work);

struct workload_stage {
	const char *name;
	bool io; /* reads or writes files; the others are CPU stages */
	/* Do the stage. 0, or -1 with err: permanent fails the item, transient retries it, skip
	 * counts it as skipped. */
	int (*run)(struct work *work, struct err *err);
};

/* Does stages first..last in one go when a station covers them all. Must leave the same bytes as
 * the stages one by one. */
struct workload_fused {
	unsigned first;
	unsigned last;
	bool (*applies)(struct work *work);
	int (*run)(struct work *work, struct err *err);
};

/* The engine's ear for what the source finds. */
struct source_item {
	const char *name;      /* input, as shown and as in the joblog */
	const void *payload;   /* for the stages; may be NULL */
	size_t payload_length; /* strlen(name) + payload_length <= WORK_PAYLOAD_BYTES - 16 */
	uint64_t size_bytes;   /* of the input, 0 = unknown: the job table may prefer large ones */
	uint32_t units;	       /* that it counts as in found, ok, ...; 0 = 1 */
	enum err_kind verdict; /* ERR_NONE, or the item is over already: failed or skipped */
	const char *reason;    /* with a verdict */
};

struct source {
	const struct workload_config *config;
	/* Hand an item over; waits while the intake is full. false: the run is stopping, return. */
	bool (*emit)(struct source *source, const struct source_item *item);
	/* "So many items are known of by now", for the ETA; optional. */
	void (*estimate)(struct source *source, uint64_t items);
	/* So many more entries of folders have been seen, wanted or not. false: return. NULL: not
	 * wanted. */
	bool (*seen)(struct source *source, uint64_t entries);
	/* A line for the log. */
	void (*warn)(struct source *source, const char *text);
	/* Find nothing for a while; wait until all workers that do `stage` have ended. false: the
	 * run is stopping, return. NULL for --dry-run: there is nothing to wait for. */
	bool (*wait)(struct source *source, uint64_t ns);
	bool (*join)(struct source *source, unsigned stage);
	/* How many workers the plan has for it; NULL for --dry-run. */
	unsigned (*workers)(struct source *source, unsigned stage);
	void *engine;
};

/* The end of the run's work, for finish(). */
struct workload_ending {
	const struct workload_config *config;
	/* The source has ended by itself and without an error, and no item as a whole has failed:
	 * whatever there is has been in the last stage's hands. */
	bool complete;
	uint64_t elapsed_ns;			 /* since the run's start */
	unsigned char result[WORK_RESULT_BYTES]; /* folded like an item's; result_length 0 = none */
	size_t result_length;
};

struct workload {
	const char *name;	    /* "images" */
	const char *summary;	    /* one sentence */
	const char *items;	    /* plural: "images" */
	const char *output_default; /* of -o; NULL = none needed */
	const struct workload_stage *stages;
	unsigned nstages;
	const struct workload_fused *fused; /* tried in order; nfused of them */
	unsigned nfused;
	const unsigned *region_shares; /* of the slot memory, in 1/1000; SLOT_REGIONS of them; NULL
					  = no slots needed */
	const struct option_spec *options;
	size_t noptions;
	size_t values_size; /* of the struct that the options fill */

	/* Default cuts for the strategies: names of stages. See engine/layout.h */
	const char *hybrid_cpu_first; /* "decode" */
	const char *hybrid_cpu_last;  /* "encode" */
	const char *single_writer; /* stage that must have one worker, or NULL ("store" of scan) */

	/* Takes neither inputs nor an output: its source makes the items from the options. */
	bool makes_items;

	/* -o names a folder: made when missing, locked against a second run. */
	bool output_is_folder;

	/* -o names a file: made when missing, locked against a second run; one that the run
	 * had to make is removed again if it found nothing. */
	bool output_is_file;

	/* That file is never written in place: another one with the whole output takes its name. An
	 * empty one that the run had to make is removed if that did not happen. */
	bool output_is_replaced;

	/* The payload is the output's name relative to the output folder: the joblog shows it. */
	bool payload_is_output;

	/* Members of the result that differ between runs which did the same; NULL-terminated, NULL
	 * = none. */
	const char *const *result_varies;

	/* NULL, or for an output whose bytes differ between runs which did the same: a number for
	 * what must be equal in it, 0 where there is none. error: it cannot be read */
	int (*output_digest)(const char *path, uint64_t *digest, struct err *err);

	/* Text for "nothing found": "JPEG and PNG files". */
	const char *looks_for;

	/* Check options and inputs together before anything starts; fast, opens no input's content.
	 *   error: permanent, what and what to do: exit 2 */
	int (*check)(const struct workload_config *config, struct err *err);

	/* NULL, or for a source that cuts its items to fit the plan: how many it makes where the
	 * largest station has so many workers; 0: it cannot be said. Looks at options alone. */
	uint64_t (*items_for)(const struct workload_config *config, unsigned workers);

	/* In the walk host, or for --dry-run in the front: emit every item, in an order that
	 * follows from the inputs alone: when the walk dies another one begins anew and passes over
	 * what is known. -1: a sentence; with nothing emitted the run is refused (exit 2),
	 * otherwise it goes on with what was found and ends with exit 1. */
	int (*source)(struct source *source, struct err *err);

	/* CPU time in one stage after which an item's worker is ended, where it is a process; 0:
	 * no limit. The stages themselves should refuse the item before. NULL: no limit. */
	uint64_t (*item_cpu_ns)(const struct workload_config *config);

	/* A worker's caches. open may return NULL for none; on error -1. */
	int (*worker_open)(const struct workload_config *config, void **state, struct err *err);
	void (*worker_close)(void *state);

	/*
	 * Make durable what the last stage has done for the items that it holds (work.hold), in
	 * that stage's worker, with its state. Called when the stage asks for it, when the oldest
	 * has been held for 250 ms, and before the worker waits, pauses or ends; only when it has
	 * succeeded are the items reported as done. error: nothing of what was held is kept, the
	 * worker can go on; each of the items fails as transient. NULL: no stage holds. */
	int (*commit)(void *state, struct err *err);

	/*
	 * The run's last piece of work, in a worker of the last stage (the one writer, where there
	 * must be one), with its state: it has what is needed open, its row shows the work, and as
	 * in any stage its death costs only that the work is done again in its successor. So it
	 * must be possible to do it twice. Not called for a run that found nothing or was stopped
	 * by force. error: told as the run's, which ends with exit 1. NULL: nothing to do. */
	int (*finish)(void *state, struct workload_ending *ending, struct err *err);

	/* In the recorder, when the run has ended and there is a report: write what else belongs
	 * into its folder `dir`. error: the report could not be saved (exit 5). NULL: nothing. */
	int (*report)(const struct workload_config *config, const char *dir, struct err *err);

	/* In the recorder, after a worker died or was stopped in the middle of this item: remove
	 * what it may have left. */
	void (*sweep)(const struct workload_config *config, const char *name, const void *payload,
		      size_t payload_length, uint64_t job);

	/* May this worker begin? Called in it before it shows itself; NULL: always. Drills keep one
	 * from ever starting. */
	void (*worker_begin)(const struct workload_config *config, const char *name);

	/* Names of the locks that its stages share, at most WORK_LOCKS; see work_lock. */
	const char *const *locks;
	unsigned nlocks;

	/* Faults are injected on purpose: screens and reports say so. */
	bool injected;

	/* NULL, or: its stages follow from options and inputs. Makes what a plan is then made of:
	 * wherever there is one, in the front as in the supervisor. *config has all but `instance`
	 * and what the supervisor knows.
	 *   error: NULL; permanent, what and what to do
	 *   owner: plan_release calls its `release` */
	struct workload_instance *(*instance)(const struct workload_config *config,
					      struct err *err);

	/* NULL, or: what stands as input by name, "NAME<tab>what it is<newline>" each. Caller
	 * frees. */
	char *(*inputs_list)(void);

	/* Fold items' results into one; JSON of it (an object) for the summary. accumulator has
	 * accumulator_size bytes, zeroed at first. */
	size_t accumulator_size;
	void (*fold)(void *accumulator, const void *result, size_t length);
	void (*describe)(const void *accumulator, char *json, size_t size);
};

/* A workload as its options and inputs make it, and what it wants where the user says nothing. */
struct workload_instance {
	struct workload workload; /* all pointers are the instance's, or constant */
	const char *layout;	  /* a plan, as for --plan; NULL = as for every workload */
	const unsigned *queues;	  /* by stage: capacity of the queue in front of it, 0 = chosen */
	uint64_t patience_ns;	  /* workers of the first station leave when nothing has come for
				     this long; 0 = they wait for ever */
	const char *about;	  /* what it shows, for the setup screen; NULL = nothing to say */
	void (*release)(struct workload_instance *instance);
};

/* NULL when there is none of that name. */
const struct workload *workload_find(const char *name);

/* The index-th workload in the registry, NULL past the end. */
const struct workload *workload_at(size_t index);

/* The sentence for a run that found no input. Caller frees. */
char *workload_nothing_found(const struct workload *workload, const struct workload_config *config);

/* Index of a stage by name (length bytes), or -1. */
int workload_stage_index(const struct workload *workload, const char *name, size_t length);

/*
 * Do the stages first..last of an item, by fused paths where there are such that suit it and end no
 * later than last. It is given up at the border of a stage when work_cancelled says so.
 *   error: the stage's, or transient: it was abandoned
 */
int work_run(const struct workload *workload, struct work *work, unsigned first, unsigned last,
	     struct err *err);

#endif
