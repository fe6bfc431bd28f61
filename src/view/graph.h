/*
 * graph.h - who waits for whom: workers, queues and locks, and the cycles among them (floor: view).
 *
 * Made from one snapshot, of nothing but what workers have published: what each waits for and since
 * when, which locks it holds and where it took them. A wait leads to the workers that can end it:
 * for a lock its holder; for a full queue any worker of the station that it feeds; for an empty one
 * any worker of the station before it; for the end of a station every worker of it. Once all has
 * been found, an empty first queue ends by being closed, and that takes every worker that has an
 * item in hand. A worker is stuck when nobody who could end its wait can go on: what goes on frees
 * those that wait for it, those free others in turn, and who is left is stuck. Each stuck worker
 * leads to another one, so that there is a cycle among them, unless nobody is left at all who could
 * end the wait.
 *
 * What is not published is not guessed: an arena slot or memory has no known holder. Such a wait is
 * partial, said to be so, and never the reason for calling a worker stuck.
 *
 * A snapshot is no instant: its parts were read one after the other. A cycle is certain only when
 * it is the same, with the same beginnings, in two snapshots (graph_same_cycle).
 */
#ifndef IMGTOP_VIEW_GRAPH_H
#define IMGTOP_VIEW_GRAPH_H

#include "record/snapshot.h"

enum { GRAPH_CYCLES = 8, GRAPH_CYCLE_WORKERS = 16, GRAPH_SET_WORDS = PAGE_WORKERS / 64 };

/* Workers, a bit each. */
struct graph_set {
	uint64_t word[GRAPH_SET_WORDS];
};

/* What a worker waits for. */
struct graph_wait {
	enum wait_on on; /* WAIT_NOTHING: it does not wait */
	unsigned target; /* as in page_worker_live */
	uint64_t since_ns;
	bool all;		  /* all helpers are needed, not any */
	bool partial;		  /* not all who could help are known */
	bool timed;		  /* it ends by itself: who waits gives up */
	struct graph_set helpers; /* that are known */
};

struct graph_cycle {
	unsigned length;
	unsigned worker[GRAPH_CYCLE_WORKERS]; /* each waits for the next, the last for the first */
	uint64_t since_ns[GRAPH_CYCLE_WORKERS];
};

struct graph {
	unsigned workers;
	struct graph_wait wait[PAGE_WORKERS];
	bool stuck[PAGE_WORKERS];
	struct graph_set station[PAGE_STATIONS]; /* who works there; [0]: the walk */
	unsigned ncycles;
	struct graph_cycle cycle[GRAPH_CYCLES];
};

/* Large: allocate. */
struct graph *graph_new(void);
void graph_free(struct graph *graph);
void graph_make(struct graph *graph, const struct snapshot *snapshot);

bool graph_helps(const struct graph_wait *wait, unsigned worker);

/* The helper to name: a stuck one where there is one, else the one that has been in its state for
 * longest. PAGE_WORKERS: none is known. */
unsigned graph_helper(const struct graph *graph, const struct snapshot *snapshot, unsigned worker);

/* Is there a cycle of these workers, each waiting since the same moment? */
bool graph_same_cycle(const struct graph *graph, const struct graph_cycle *cycle);

/* "queue write (full)", "lock log (held by decode-1)": what the worker waits for; "" for nothing.
 */
void graph_wait_text(const struct snapshot *snapshot, unsigned worker, char *text, size_t size);

/* "DEADLOCK: a holds out, wants log; b holds log, wants out (out taken in prepare, log taken in
 * assemble)" */
void graph_cycle_text(const struct snapshot *snapshot, const struct graph_cycle *cycle, char *text,
		      size_t size);

/* What a wait is called on its own: "queue write", "lock log", "the end of read", "memory". */
void graph_target_text(const struct snapshot *snapshot, enum wait_on on, unsigned target,
		       char *text, size_t size);

#endif
