/*
 * profile.h - the profile of one worker: its figures in one place, as text and as JSON (floor:
 * report).
 *
 * Text and JSON are made from the same struct, so they cannot disagree.
 */
#ifndef IMGTOP_REPORT_PROFILE_H
#define IMGTOP_REPORT_PROFILE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "record/snapshot.h"
#include "report/joblog_scan.h"

struct profile_stage {
	const char *name;
	uint64_t count;
	uint64_t total_ns;
	uint64_t mean_ns;
	uint64_t max_ns;
	bool has_percentiles; /* the page was at hand */
	uint64_t p50_ns;
	uint64_t p95_ns;
	uint64_t p99_ns;
	struct {
		uint64_t ns;
		uint64_t job;
	} slowest[PAGE_SLOWEST];
	unsigned nslowest;
};

struct profile {
	const struct page_worker_live *live;
	const struct page_worker_counters *counters;
	const char *host;    /* name of its process in the run */
	const char *station; /* "walk", "recorder" for these two */
	const char *ended;   /* what became of it; "running" while it lives */
	uint64_t start_ns;   /* of its last incarnation, since the start of the run */
	uint64_t wall_ns;
	uint64_t busy_ns;
	uint64_t state_ns[WORKER_STATES];
	struct profile_stage stage[PAGE_STAGES]; /* those it has entered, in order */
	unsigned nstages;
	uint64_t staged_ns; /* all stages together */
};

/* Gather a worker's figures. Borrows from snapshot; page may be NULL: no percentiles then. */
void profile_take(struct profile *profile, const struct snapshot *snapshot, const struct page *page,
		  unsigned worker);

/* Ask scan for the names of the slowest items. */
void profile_want(const struct profile *profile, struct joblog_scan *scan);

/* One worker's object as in summary.json. names may be NULL. */
json_t *profile_json(const struct profile *profile, const struct joblog_scan *names);

/* What workers/NAME.txt says. */
void profile_text(const struct profile *profile, const struct joblog_scan *names,
		  struct textbuf *out);

/* May this be a file's name? Letters, digits, '-', '_' and '.' (not first). */
bool profile_name_is_safe(const char *name);

/* Workers in a snapshot, whatever its status says. */
unsigned profile_workers(const struct snapshot *snapshot);

#endif
