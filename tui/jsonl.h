/*
 * jsonl.h - records of `--json`: one object a line, each with "schema", "t" and "type"
 * (floor: tui).
 *
 * t is the elapsed time of the run in seconds. Schema 1:
 *   interval  state, items by status, rates, queues; once a second
 *   worker    one per worker and interval
 *   event     a line of the log
 *   final     the summary's fields and exit_code; the last line
 */
#ifndef IMGTOP_TUI_JSONL_H
#define IMGTOP_TUI_JSONL_H

#include <stdio.h>

#include "tui/model.h"

/* Each writes whole lines and flushes. 0, or -1 when the stream failed (errno). */
int jsonl_interval(FILE *stream, const struct model *model);
int jsonl_workers(FILE *stream, const struct model *model);
int jsonl_event(FILE *stream, const struct model *model, const struct page_log_line *line);

/* summary: JSON object as text whose members are put into the record, or NULL. */
int jsonl_final(FILE *stream, const struct model *model, const char *summary, int exit_code);

#endif
