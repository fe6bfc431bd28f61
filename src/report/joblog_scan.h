/*
 * joblog_scan.h - what a report needs from joblog.tsv: the names behind job numbers, and the first
 * failures (floor: report).
 *
 * The log is read once, line by line, and only what was asked for is kept, so memory does not grow
 * with the number of items. Say what is wanted, read, then ask. Texts stay as the log spells
 * them: valid UTF-8, escaped.
 */
#ifndef IMGTOP_REPORT_JOBLOG_SCAN_H
#define IMGTOP_REPORT_JOBLOG_SCAN_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define JOBLOG_NAME "joblog.tsv"

enum { JOBLOG_FAILURES = 10 };

struct joblog_failure {
	char *input;
	char *status;
	char *reason;
};

struct joblog_scan {
	struct joblog_name {
		uint64_t job;
		char *input; /* NULL: not in the log */
	} * name;
	size_t names;
	size_t capacity;
	struct joblog_failure failure[JOBLOG_FAILURES];
	uint64_t failures; /* failed or quarantined, also those beyond JOBLOG_FAILURES */
};

/* A line of the log; texts are valid during the call. */
struct joblog_entry {
	uint64_t job;
	const char *input;
	const char *status;
	const char *reason;
	double start_s;
	double seconds;
};

/* Call visit for every line of dir/joblog.tsv. A log that is not there has no lines. error:
 * transient, what could not be read */
int joblog_each(const char *dir, void (*visit)(void *context, const struct joblog_entry *line),
		void *context, struct err *err);

/* Start from an all-zero struct. Job 0 is none. */
void joblog_scan_want(struct joblog_scan *scan, uint64_t job);

/* As joblog_each. */
int joblog_scan_read(struct joblog_scan *scan, const char *dir, struct err *err);

/* The input of a wanted job, NULL when the log does not have it (or scan is NULL). */
const char *joblog_scan_input(const struct joblog_scan *scan, uint64_t job);

void joblog_scan_free(struct joblog_scan *scan);

#endif
