/*
 * trace.h - the run as a trace that Perfetto and chrome://tracing open, and as folded stacks that
 * flame graphs are drawn from (floor: report).
 *
 * Entered by whoever has a report folder with a run.events: the recorder at the end, and before
 * that a screen, for what there is so far.
 */
#ifndef IMGTOP_REPORT_TRACE_H
#define IMGTOP_REPORT_TRACE_H

#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "record/snapshot.h"

#define TRACE_NAME	  "trace.json"
#define TRACE_FOLDED_NAME "states.folded"

enum { TRACE_MOST_BYTES = 64 << 20 };

/*
 * Write dir/trace.json from dir/run.events and dir/joblog.tsv, in the JSON form of the Trace Event
 * Format: a slice for every stage and every wait of every worker, a counter for the depth of every
 * queue, an asynchronous slice with its name for every item, arrows that follow an item from worker
 * to worker, names of threads and processes. Time is in microseconds since the start; pauses are
 * gaps. What exceeds `most_bytes` is left out and counted in "otherData", and so are events that
 * the run itself had lost.
 *   error: transient, the file that could not be read or written; no half trace is left
 */
int trace_write(const char *dir, const struct snapshot *snapshot, uint64_t most_bytes,
		struct err *err);

/* A line for each thing that a worker spent time on: "host;worker;work;decode 123456", in
 * microseconds. What it waited for within a stage is no work: its lines add up to its wall time. */
void trace_folded(const struct snapshot *snapshot, struct textbuf *out);

#endif
