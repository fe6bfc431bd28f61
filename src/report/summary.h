/*
 * summary.h - the figures of a whole run, as text and as JSON (floor: report).
 */
#ifndef IMGTOP_REPORT_SUMMARY_H
#define IMGTOP_REPORT_SUMMARY_H

#include <jansson.h>
#include <stdint.h>

#include "base/text.h"
#include "record/snapshot.h"
#include "report/joblog_scan.h"

struct summary {
	uint64_t ok; /* damaged among them */
	uint64_t damaged;
	uint64_t failed;
	uint64_t skipped;
	uint64_t quarantined;
	uint64_t pending; /* found, and none of the others */
	uint64_t elapsed_ns;
	uint64_t startup_ns;  /* until every first worker had reported */
	uint64_t shutdown_ns; /* after the last item */
	double rate_per_s;    /* items that this run dealt with; skipped ones cost it nothing */
};

void summary_take(struct summary *summary, const struct snapshot *snapshot);

/* summary.json as an object. page and names may be NULL; so may command: it is then the one text
 * that the page holds. */
json_t *summary_json(const struct snapshot *snapshot, const struct page *page,
		     const char *const *command, const struct joblog_scan *names);

/* A workload's own result, a JSON object, as a paragraph and a line for each element of a list.
 * Nothing when it is no object or empty. */
void summary_result(const char *json, struct textbuf *out);

/* The page that people read. log may be NULL: no failures then. saved_in: the folder that this text
 * is being saved in, or NULL: the page says what became of the report. */
void summary_text(const struct snapshot *snapshot, const struct joblog_scan *log,
		  const char *saved_in, struct textbuf *out);

#endif
