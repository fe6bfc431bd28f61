/*
 * diagnosis.h - what is wrong with a run, if anything: one finding per worker and one for the run,
 * from snapshots in order (floor: view).
 *
 * This is the part with a memory: it remembers since when nothing moves, what the kernel said when
 * a worker was first seen in its stage, and which cycles were there before. The decisions
 * themselves are finding.c and graph.c.
 *
 * A run is hung when nothing in it has moved for as long as its limit and somebody is to blame: a
 * deadlock, a worker that was stopped, hangs, spins or has never started; or when all who have
 * something to do wait, and that for FINDING_PATIENCE times as long. A pause, simulated latency, a
 * walk that finds nothing new, and mere queues never make it so.
 *
 * One thread. Nothing here waits.
 */
#ifndef IMGTOP_VIEW_DIAGNOSIS_H
#define IMGTOP_VIEW_DIAGNOSIS_H

#include "record/snapshot.h"
#include "view/finding.h"
#include "view/graph.h"

enum { DIAGNOSIS_SENTENCE_BYTES = 512 };

struct diagnosis_run {
	bool hung;
	bool partial;	   /* who is to blame could not be told */
	bool unwatched;	   /* its supervisor is stopped or gone: it cannot tell */
	uint64_t quiet_ns; /* since anything moved */
	unsigned culprit;  /* worker, PAGE_WORKERS: none */
	char sentence[DIAGNOSIS_SENTENCE_BYTES]; /* "" when nothing is wrong */
};

struct diagnosis;

/* ask_kernel: the run's processes are on this machine, and may be looked up in /proc. */
struct diagnosis *diagnosis_new(bool ask_kernel);
void diagnosis_free(struct diagnosis *diagnosis);

/* The worker's row is seen: for the next second the kernel is asked about it closely, whatever it
 * does. */
void diagnosis_watch(struct diagnosis *diagnosis, unsigned worker);

/* The next picture of the run. page is for the stages' histograms; NULL: they are not known. */
void diagnosis_look(struct diagnosis *diagnosis, const struct snapshot *snapshot,
		    const struct page *page);

/* After the first look, of one who has not watched until now: how long nothing has moved is taken
 * from what the workers and the supervisor have published. */
void diagnosis_catch_up(struct diagnosis *diagnosis, const struct snapshot *snapshot);

const struct finding_result *diagnosis_worker(const struct diagnosis *diagnosis, unsigned worker);
/* What the kernel said last; `seen` false when it was not asked. */
const struct kernel_sample *diagnosis_kernel(const struct diagnosis *diagnosis, unsigned worker);
/* Of the supervisor; neither `seen` nor `gone` where it has not been silent. */
const struct kernel_sample *diagnosis_supervisor(const struct diagnosis *diagnosis);
const struct graph *diagnosis_graph(const struct diagnosis *diagnosis);
const struct diagnosis_run *diagnosis_run(const struct diagnosis *diagnosis);

/* The cycle that the worker is in, certain; NULL: none. */
const struct graph_cycle *diagnosis_cycle(const struct diagnosis *diagnosis, unsigned worker);

/* "io-1 waits for queue write (full) <- write-1 waits for the disk: fsync of a.jpg 4.2s"; arrow is
 * what stands between two: "<-" or "←". */
void diagnosis_chain(const struct diagnosis *diagnosis, const struct snapshot *snapshot,
		     unsigned worker, const char *arrow, char *text, size_t size);

/* "decode-1 hung: decode for 12s ..." */
void diagnosis_sentence(const struct diagnosis *diagnosis, const struct snapshot *snapshot,
			unsigned worker, char *text, size_t size);

struct textbuf;
/* All that is known: the verdict, each worker with what it waits for, holds and does, the queues.
 */
void diagnosis_text(const struct diagnosis *diagnosis, const struct snapshot *snapshot,
		    struct textbuf *out);

#endif
