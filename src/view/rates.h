/*
 * rates.h - speeds and shares from two or more snapshots (floor: view).
 *
 * Feed it every snapshot in order; it keeps a sliding window (default 2 s for rates, 10 s for state
 * shares) and answers from that. Works the same on a live page and on a replay, also after a seek
 * backwards (it starts over).
 */
#ifndef IMGTOP_VIEW_RATES_H
#define IMGTOP_VIEW_RATES_H

#include "record/snapshot.h"

struct rates;

struct rates *rates_new(void);
void rates_free(struct rates *rates);
void rates_feed(struct rates *rates, const struct snapshot *snapshot);

struct rates_worker {
	double items_per_s;
	double cpu_percent;		   /* of one core, over the window */
	double busy_percent;		   /* RUN, IO and DELAY, over the window */
	double state_share[WORKER_STATES]; /* 0..1, over 10 s */
};

struct rates_run {
	double items_per_s; /* over the window */
	double mean_per_s;  /* since the start */
	double bytes_in_per_s;
	double cpu_cores;  /* "CPU 3.3/4" */
	double efficiency; /* 0..1 since the start: busy of all counted workers ÷ their wall */
	double eta_s;	   /* < 0: unknown (source not ended, or nothing done yet) */
};

void rates_worker(const struct rates *rates, unsigned worker, struct rates_worker *out);
void rates_run(const struct rates *rates, struct rates_run *out);

/* Shares (0..1) of time that push and pop of a queue were blocked, over 10 s. */
void rates_queue(const struct rates *rates, unsigned queue, double *push_blocked,
		 double *pop_blocked);

/* Last up to `most` depth samples of a queue, oldest first, for a sparkline. Returns the count. */
size_t rates_queue_history(const struct rates *rates, unsigned queue, unsigned *depths,
			   size_t most);

#endif
