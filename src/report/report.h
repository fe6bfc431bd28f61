/*
 * report.h - the report folder of a run (floor: report).
 *
 * Written by the recorder host at the end, from the last snapshot, the histograms in the page and the
 * joblog that it kept while the run went on. File names and fields are a contract (schema 1).
 */
#ifndef IMGTOP_REPORT_REPORT_H
#define IMGTOP_REPORT_REPORT_H

#include <stdint.h>

#include "base/err.h"
#include "record/snapshot.h"

enum { REPORT_SCHEMA = 1 };

struct report_input {
	const char *dir;                 /* exists */
	const struct snapshot *snapshot; /* the last one */
	const struct page *page;         /* for histograms and the copy run.page */
	const char *const *command;      /* NULL-terminated argv of the user */
};

/* Write summary.txt, summary.json, workers/NAME.txt, workers/NAME.json, run.page. Everything is tried; the
 * first error is returned. */
int report_write(const struct report_input *input, struct err *err);

/* summary.json as text (one object, no newline at the end); NULL page leaves percentiles out. Caller frees. */
char *report_summary_json(const struct snapshot *snapshot, const struct page *page,
			  const char *const *command);

/* The summary people read, also printed after the screen has been left. Caller frees. */
char *report_summary_text(const struct snapshot *snapshot);

/* One line of joblog.tsv, appended while the run goes on. Columns:
 * job input status reason worker attempts start seconds bytes_in bytes_out output */
struct joblog_line {
	uint64_t job;
	const char *input;  /* raw bytes; tab, newline, backslash and control bytes are escaped */
	enum item_status status;
	const char *reason; /* "" when ok */
	const char *worker; /* that finished or failed it */
	unsigned attempts;
	double start_s;     /* since the start of the run */
	double seconds;     /* from first stage to completion */
	uint64_t bytes_in;
	uint64_t bytes_out;
	const char *output; /* relative to the output folder, "" when none */
};

struct joblog;
struct joblog *joblog_open(const char *dir, struct err *err);
/* Buffered; joblog_flush writes and checks. */
void joblog_add(struct joblog *log, const struct joblog_line *line);
int joblog_flush(struct joblog *log, struct err *err);
int joblog_close(struct joblog *log, struct err *err);

#endif
