/*
 * trace.c - the run as a trace (floor: report).
 *
 * One pass over the recorded snapshots, which tell the depth of queues and when the run was paused,
 * and one over the events, in the order of the file: for every worker the last event is kept, and
 * the next one ends its slice. So memory is the same for ten items and for ten million. The names
 * of items come from the joblog, as slices of their own: a run may have more items than names could
 * be kept for.
 *
 * Format: "Trace Event Format", the JSON that Chrome writes: ph X is a slice with its duration, M
 * names a process or thread, C is a counter, b and e are the ends of an asynchronous slice, s, t
 * and f an arrow between slices.
 */
#include "config.h"

#include "report/trace.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "record/replay.h"
#include "report/joblog_scan.h"
#include "report/json.h"
#include "report/trace_arrows.h"

/* Of more, those that come after are no gaps for workers that wait. */
enum { PAUSES = 64 };

struct trace {
	const struct snapshot *snapshot;
	FILE *file;
	uint64_t most_bytes;
	uint64_t bytes;
	uint64_t left_out;
	bool first;
	char *stage[PAGE_STAGES]; /* names as JSON strings */
	char *queue[PAGE_QUEUES];
	struct page_event last[PAGE_WORKERS];
	bool seen[PAGE_WORKERS];
	struct {
		uint64_t from_ns;
		uint64_t to_ns;
	} pause[PAUSES];
	unsigned pauses;
	bool paused; /* at the snapshot before */
	bool noted;  /* the pause that was last seen is among them */
	struct arrows *arrows;
	uint64_t touched[PAGE_WORKERS]; /* the job that this worker began with last */
};

static char *quoted(const char *text)
{
	json_t *string = json_text(text);
	char *dumped = json_dump(string, JSON_ENCODE_ANY);

	json_decref(string);
	return dumped;
}

/* One event, without its braces. */
static void put(struct trace *trace, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void put(struct trace *trace, const char *format, ...)
{
	va_list arguments;
	int length;

	if (trace->bytes >= trace->most_bytes) {
		trace->left_out++;
		return;
	}
	fputs(trace->first ? "\n{" : ",\n{", trace->file);
	trace->first = false;
	va_start(arguments, format);
	length = vfprintf(trace->file, format, arguments);
	va_end(arguments);
	fputc('}', trace->file);
	trace->bytes += length > 0 ? (uint64_t)length + 4 : 0;
}

static double us_of(const struct trace *trace, uint64_t at_ns)
{
	uint64_t origin_ns = trace->snapshot->plan.started_ns;

	return at_ns > origin_ns ? (double)(at_ns - origin_ns) / 1e3 : 0;
}

static const struct page_worker_live *worker_of(const struct trace *trace, unsigned worker)
{
	return &trace->snapshot->worker[worker].live;
}

static uint32_t process_of(const struct trace *trace, unsigned worker)
{
	return worker_of(trace, worker)->pid;
}

/* ---- names ---------------------------------------------------------------------------------- */

static void put_name(struct trace *trace, const char *what, uint32_t pid, uint32_t tid,
		     const char *name)
{
	char *text = quoted(name);

	put(trace,
	    "\"ph\":\"M\",\"name\":\"%s\",\"pid\":%" PRIu32 ",\"tid\":%" PRIu32
	    ",\"args\":{\"name\":%s}",
	    what, pid, tid, text);
	free(text);
}

static void put_names(struct trace *trace)
{
	const struct snapshot *snapshot = trace->snapshot;

	put_name(trace, "process_name", snapshot->plan.supervisor_pid,
		 snapshot->plan.supervisor_pid, "run");
	for (unsigned i = 0; i < snapshot->status.hosts; i++) {
		const struct page_host *host = &snapshot->host[i];

		if (host->pid != 0) /* one that retries alone may never have been needed */
			put_name(trace, "process_name", host->pid, host->pid, host->name);
	}
	for (unsigned i = 0; i < snapshot->status.workers; i++) {
		const struct page_worker_live *live = worker_of(trace, i);

		if (live->started_ns == 0)
			continue;
		put_name(trace, "thread_name", live->pid, live->tid, live->name);
		put(trace,
		    "\"ph\":\"M\",\"name\":\"thread_sort_index\",\"pid\":%" PRIu32
		    ",\"tid\":%" PRIu32 ",\"args\":{\"sort_index\":%u}",
		    live->pid, live->tid, i);
	}
}

/* ---- what workers did ---------------------------------------------------------------------------
 */

/* A place of the arrow that follows an item: the slice that encloses it. */
static void put_arrow(void *context, char phase, uint64_t job, unsigned worker, uint64_t at_ns)
{
	struct trace *trace = context;

	put(trace,
	    "\"ph\":\"%c\",\"cat\":\"item\",\"name\":\"item\",\"id\":%" PRIu64 ",\"pid\":%" PRIu32
	    ",\"tid\":%" PRIu32 ",\"ts\":%.3f%s",
	    phase, job, process_of(trace, worker), worker_of(trace, worker)->tid,
	    us_of(trace, at_ns), phase == 'f' ? ",\"bp\":\"e\"" : "");
}

/* The first slice of an item in a worker. */
static void touch(struct trace *trace, const struct page_event *event)
{
	if (trace->touched[event->worker] == event->job)
		return;
	trace->touched[event->worker] = event->job;
	arrows_touch(trace->arrows, event->job, event->worker, event->at_ns);
}

static void put_slice(struct trace *trace, const struct page_event *event, uint64_t end_ns,
		      const char *category, const char *name, const char *more)
{
	put(trace,
	    "\"ph\":\"X\",\"cat\":\"%s\",\"name\":%s,\"pid\":%" PRIu32 ",\"tid\":%" PRIu32
	    ",\"ts\":%.3f,\"dur\":%.3f,\"args\":{\"job\":%" PRIu64 "%s%s}",
	    category, name, process_of(trace, event->worker), worker_of(trace, event->worker)->tid,
	    us_of(trace, event->at_ns), (double)(end_ns - event->at_ns) / 1e3, event->job,
	    more[0] != '\0' ? ",\"queue\":" : "", more);
}

/* A wait may go on all through a pause, and nobody waits for anything then: pauses are left out, as
 * far as they are known. */
static void put_wait(struct trace *trace, const struct page_event *event, uint64_t end_ns,
		     const char *word, const char *queue)
{
	struct page_event part = *event;

	for (unsigned i = 0; i < trace->pauses && part.at_ns < end_ns; i++) {
		uint64_t from_ns = trace->pause[i].from_ns, to_ns = trace->pause[i].to_ns;

		if (to_ns <= part.at_ns || from_ns >= end_ns)
			continue;
		if (from_ns > part.at_ns)
			put_slice(trace, &part, from_ns, "wait", word, queue);
		part.at_ns = to_ns;
	}
	if (part.at_ns <= end_ns)
		put_slice(trace, &part, end_ns, "wait", word, queue);
}

/* What the worker did from this event to the next. */
static void put_span(struct trace *trace, const struct page_event *event, uint64_t end_ns)
{
	const struct worker_state_info *info;
	const char *queue = "";
	char word[32];

	if (event->state >= WORKER_STATES || end_ns < event->at_ns)
		return;
	info = page_state_info(event->state);
	switch ((enum worker_state)event->state) {
	case WORKER_RUN:
	case WORKER_IO:
		if (event->stage >= PAGE_STAGES || trace->stage[event->stage] == NULL)
			return;
		put_slice(trace, event, end_ns, "stage", trace->stage[event->stage], "");
		touch(trace, event);
		return;
	case WORKER_NEVER_STARTED:
	case WORKER_PAUSED: /* a gap */
	case WORKER_DEAD:
	case WORKER_FINISHED:
		return;
	default:
		if (event->target < PAGE_QUEUES && trace->queue[event->target] != NULL)
			queue = trace->queue[event->target];
		snprintf(word, sizeof word, "\"%s\"", info->word);
		put_wait(trace, event, end_ns, word, queue);
	}
}

/* Is the item over with this event? What is done with at other stations than the last goes on. */
static bool is_over(const struct trace *trace, const struct page_event *event)
{
	bool well = event->item_end == 1 + ITEM_OK || event->item_end == 1 + ITEM_DAMAGED;

	if (event->item_end == 0 || event->item_end == 1 + ITEM_PENDING)
		return false;
	return !well ||
	       worker_of(trace, event->worker)->station + 1 == trace->snapshot->plan.stations;
}

static void visit_event(void *context, const struct page_event *event)
{
	struct trace *trace = context;

	if (event->worker >= trace->snapshot->status.workers || event->worker >= PAGE_WORKERS)
		return;
	if (trace->seen[event->worker])
		put_span(trace, &trace->last[event->worker], event->at_ns);
	if (is_over(trace, event))
		arrows_over(trace->arrows, event->job, event->at_ns);
	trace->last[event->worker] = *event;
	trace->seen[event->worker] = true;
}

/* When the run was paused, to a tenth of a second. */
static void note_pause(struct trace *trace, const struct snapshot *snapshot)
{
	bool paused = snapshot->status.state == RUN_PAUSED;

	if (paused && !trace->paused) {
		trace->noted = trace->pauses < PAUSES;
		if (trace->noted)
			trace->pause[trace->pauses++].from_ns = snapshot->at_ns;
	}
	if (paused && trace->noted)
		trace->pause[trace->pauses - 1].to_ns = snapshot->at_ns;
	trace->paused = paused;
}

static void visit_snapshot(void *context, const struct snapshot *snapshot)
{
	struct trace *trace = context;

	note_pause(trace, snapshot);
	for (unsigned i = 0; i < snapshot->status.queues && i < PAGE_QUEUES; i++) {
		if (trace->queue[i] == NULL)
			continue;
		put(trace,
		    "\"ph\":\"C\",\"name\":%s,\"pid\":%" PRIu32
		    ",\"ts\":%.3f,\"args\":{\"depth\":%" PRIu64 "}",
		    trace->queue[i], trace->snapshot->plan.supervisor_pid,
		    us_of(trace, snapshot->at_ns), snapshot_depth(snapshot, i));
	}
}

static int put_events(struct trace *trace, const char *dir, uint64_t *lost, struct err *err)
{
	char *path = path_join(dir, "run.events");
	struct replay_reader *reader = replay_open(path, err);
	int result = -1;

	free(path);
	if (reader == NULL)
		return -1;
	if (replay_each_snapshot(reader, visit_snapshot, trace, err) != 0 ||
	    replay_each_event(reader, visit_event, trace, err) != 0)
		goto out;
	for (unsigned i = 0; i < trace->snapshot->status.workers; i++) {
		if (trace->seen[i])
			put_span(trace, &trace->last[i], trace->snapshot->at_ns);
	}
	arrows_finish(trace->arrows);
	*lost = replay_lost(reader, 0, UINT64_MAX);
	result = 0;
out:
	replay_close(reader);
	return result;
}

/* ---- items ------------------------------------------------------------------------------------
 */

static void visit_line(void *context, const struct joblog_entry *line)
{
	struct trace *trace = context;
	uint32_t pid = trace->snapshot->plan.supervisor_pid;
	char *name = quoted(line->input);

	put(trace,
	    "\"ph\":\"b\",\"cat\":\"items\",\"id\":%" PRIu64 ",\"name\":%s,\"pid\":%" PRIu32
	    ",\"ts\":%.3f,\"args\":{\"status\":\"%s\"}",
	    line->job, name, pid, line->start_s * 1e6, line->status);
	put(trace,
	    "\"ph\":\"e\",\"cat\":\"items\",\"id\":%" PRIu64 ",\"name\":%s,\"pid\":%" PRIu32
	    ",\"ts\":%.3f",
	    line->job, name, pid, (line->start_s + line->seconds) * 1e6);
	free(name);
}

/* ---- the whole --------------------------------------------------------------------------------
 */

static void take_names(struct trace *trace)
{
	const struct snapshot *snapshot = trace->snapshot;

	for (unsigned i = 0; i < snapshot->plan.stages && i < PAGE_STAGES; i++)
		trace->stage[i] = quoted(snapshot->plan.stage[i].name);
	for (unsigned i = 0; i < snapshot->status.queues && i < PAGE_QUEUES; i++) {
		char name[PAGE_NAME_BYTES + 8];

		snprintf(name, sizeof name, "queue %s", snapshot->queue[i].name);
		trace->queue[i] = quoted(name);
	}
}

static void forget_names(struct trace *trace)
{
	for (unsigned i = 0; i < PAGE_STAGES; i++)
		free(trace->stage[i]);
	for (unsigned i = 0; i < PAGE_QUEUES; i++)
		free(trace->queue[i]);
}

static int write_all(struct trace *trace, const char *dir, struct err *err)
{
	uint64_t lost = 0;

	fputs("{\"displayTimeUnit\":\"ms\",\"traceEvents\":[", trace->file);
	put_names(trace);
	if (put_events(trace, dir, &lost, err) != 0 ||
	    joblog_each(dir, visit_line, trace, err) != 0)
		return -1;
	fprintf(trace->file,
		"\n],\"otherData\":{\"version\":\"%s\",\"run_id\":\"%s\",\"left_out\":%" PRIu64
		",\"lost\":%" PRIu64 "}}\n",
		trace->snapshot->plan.version, trace->snapshot->plan.run_id, trace->left_out, lost);
	return 0;
}

int trace_write(const char *dir, const struct snapshot *snapshot, uint64_t most_bytes,
		struct err *err)
{
	struct trace *trace = mem_calloc(1, sizeof *trace);
	char *path = path_join(dir, TRACE_NAME);
	char name[64], *temporary;
	int result = -1;

	/* The recorder and a screen may both be at it. */
	snprintf(name, sizeof name, ".imgtop-report-trace-%d", (int)getpid());
	temporary = path_join(dir, name);
	*trace = (struct trace){.snapshot = snapshot,
				.most_bytes = most_bytes,
				.first = true,
				.arrows = arrows_new(ARROWS_PLACES, put_arrow, trace)};
	trace->file = fopen(temporary, "we");
	if (trace->file == NULL) {
		err_errno(err, "%s", temporary);
		goto out;
	}
	take_names(trace);
	result = write_all(trace, dir, err);
	forget_names(trace);
	if (result == 0 && ferror(trace->file))
		result = err_errno(err, "%s", path);
	if (fclose(trace->file) != 0 && result == 0)
		result = err_errno(err, "%s", path);
	if (result == 0 && rename(temporary, path) != 0)
		result = err_errno(err, "%s", path);
	if (result != 0)
		unlink(temporary);
out:
	arrows_free(trace->arrows);
	free(temporary);
	free(path);
	free(trace);
	return result;
}
