/*
 * report.h - the report folder of a run (floor: report).
 *
 * Written by the recorder host at the end, from the last snapshot, the histograms in the page and
 * the joblog that it kept while the run went on. File names and fields are a contract (schema 1).
 */
#ifndef IMGTOP_REPORT_REPORT_H
#define IMGTOP_REPORT_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "record/snapshot.h"

enum { REPORT_SCHEMA = 1 };

struct report_input {
	const char *dir;		 /* exists */
	const struct snapshot *snapshot; /* the last one */
	const struct page *page;	 /* for histograms and the copy run.page */
	const char *const *command;	 /* NULL-terminated argv of the user */
	bool recorded;			 /* dir holds a finished run.events */
};

/* Before a run: remove what an earlier one has left in its report folder, so that nothing in it is
 * of another run; its log would go on in the old one. Only where a report was: what else is there
 * stays, dumps that were asked for as well. error: transient, with the file named */
int report_clear(const char *dir, struct err *err);

/* Write summary.txt, summary.json, workers/NAME.txt, workers/NAME.json, chart.svg, run.page,
 * trace.json, states.folded. Flush the joblog
 * before: names and failures are read from it. Everything is tried; the first error is returned,
 * with the file named. A NULL page leaves percentiles and run.page out. */
int report_write(const struct report_input *input, struct err *err);

/* summary.json as text (one object on one line, no newline at the end); NULL page leaves
 * percentiles out; NULL command: "command" holds the one text that the page keeps of it. Caller
 * frees. */
char *report_summary_json(const struct snapshot *snapshot, const struct page *page,
			  const char *const *command);

/* The summary people read, also printed after the screen has been left. Caller frees. */
char *report_summary_text(const struct snapshot *snapshot);

/*
 * One line of joblog.tsv, appended while the run goes on. Columns:
 * job input status reason worker attempts start seconds bytes_in bytes_out output
 *
 * The file is valid UTF-8 and fit to be shown. In texts, tab, newline and backslash are \t, \n and
 * \\; the bytes of control characters (also of the second set), of marks that reorder or hide text,
 * and of what is no UTF-8 are \xNN (two upper-case hexadecimal digits each). Undoing these gives
 * the bytes as they were.
 */
struct joblog_line {
	uint64_t job;
	const char *input; /* raw bytes; tab, newline, backslash and control bytes are escaped */
	enum item_status status;
	const char *reason; /* "" when ok */
	const char *worker; /* that finished or failed it */
	unsigned attempts;
	double start_s; /* since the start of the run */
	double seconds; /* from first stage to completion */
	uint64_t bytes_in;
	uint64_t bytes_out;
	const char *output; /* relative to the output folder, "" when none */
};

struct joblog;

/* Open dir/joblog.tsv for appending; a new one gets its header line. What a killed recorder left of
 * a line is cut off. NULL with err filled (transient). */
struct joblog *joblog_open(const char *dir, struct err *err);

/* How many lines it had when it was opened, the header not among them. */
uint64_t joblog_held(const struct joblog *log);

/* Buffered; never fails by itself: joblog_flush writes and checks. */
void joblog_add(struct joblog *log, const struct joblog_line *line);

/* Write what is pending. error: transient (no space); what could not be written is kept and tried
 * again by the next flush, up to 16 MiB, beyond which lines are given up and counted in the error.
 */
int joblog_flush(struct joblog *log, struct err *err);

/* Flush, close, release (in any case). */
int joblog_close(struct joblog *log, struct err *err);

#endif
