/*
 * finding.h - why is this worker not moving? One worker, from samples, without memory (floor:
 * view).
 *
 * Pure: what is decided follows from the input alone, and the evidence says from which part of it.
 * Nothing is known here of scenarios or of what a test has injected.
 *
 * Waiting in queues, for locks, memory, simulated latency or the user is ordinary, however long it
 * takes. A worker in a stage is judged when it has been there longer than the stage's own
 * distribution lets expect (finding_limit_ns); then the kernel is asked what it does: it uses its
 * core (spinning), it would but gets none (starved of CPU), it sleeps on a disk, or it does
 * nothing. That is a hang only when nothing else in the run moves either, or when it lasts
 * FINDING_PATIENCE times as long; until then it is slow.
 */
#ifndef IMGTOP_VIEW_FINDING_H
#define IMGTOP_VIEW_FINDING_H

#include "record/page.h"
#include "view/kernel.h"

enum finding {
	FINDING_WORKING,
	FINDING_STARTING,
	FINDING_STARVED,
	FINDING_BACKPRESSURE,
	FINDING_LOCK,
	FINDING_JOIN,
	FINDING_MEMORY,
	FINDING_DELAY,
	FINDING_PAUSED,
	FINDING_SLOW,
	FINDING_CPU_STARVED,
	FINDING_DISK,
	FINDING_STOPPED,
	FINDING_SPINNING,
	FINDING_HUNG,
	FINDING_DEADLOCK,
	FINDING_NEVER_STARTED,
	FINDING_EXITED,
	FINDING_DEAD,
	FINDING_ENDED,
	FINDINGS
};

struct finding_info {
	char letter;	  /* in place of the published state's in the row; 0: that one stays */
	const char *tag;  /* beside the letter, six columns at most */
	const char *word; /* "spinning" */
	const char *says; /* "is spinning", behind a worker's name */
	const char *meaning;
	bool alarm; /* said in the log when it begins */
};

const struct finding_info *finding_info(enum finding finding);

enum {
	FINDING_ENTRIES = 5,   /* of a stage, before its distribution counts */
	FINDING_PATIENCE = 10, /* times the limit: hung although others move */
};

/* How long the items have taken in a stage, over all workers. */
struct finding_usual {
	uint64_t entries;
	uint64_t p95_ns;
	uint64_t max_ns;
};

struct finding_input {
	const struct page_worker_live *live;
	uint64_t now_ns;
	uint64_t host_age_ns;	    /* since its process was started; 0: there is none */
	uint64_t quiet_ns;	    /* since anything in the run moved */
	uint64_t hang_after_ns;	    /* --hang-after; 0: the distribution decides */
	struct finding_usual usual; /* of its stage */
	bool run_paused;
	bool deadlocked;
	unsigned traced_looks; /* in a row at which it was in state t */
	/* What the kernel said when the worker was first seen in this stage (or state) and now;
	 * `seen` false where that is not known. */
	struct kernel_sample first;
	struct kernel_sample last;
};

enum { FINDING_EVIDENCE_BYTES = 224 };

struct finding_result {
	enum finding finding;
	uint64_t limit_ns; /* that its stage's age is measured by; 0: it is in none */
	char evidence[FINDING_EVIDENCE_BYTES];
};

/* From which age on a stage is out of the ordinary: 8 times its p95, at least twice the longest
 * and 5 s; 30 s where fewer than FINDING_ENTRIES items have passed it. */
uint64_t finding_limit_ns(const struct finding_usual *usual, uint64_t hang_after_ns);

/* stage: the name of the stage it is in; for the evidence */
void finding_classify(const struct finding_input *input, const char *stage,
		      struct finding_result *result);

#endif
