/*
 * trace.c - the run as a trace (floor: report).
 *
 * One pass over the recorded events, in the order of the file: for every worker the last event is
 * kept, and the next one ends its slice. So memory is the same for ten items and for ten million.
 * The names of items come from the joblog, as slices of their own: a run may have more items than
 * names could be kept for.
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

struct trace {
	const struct snapshot *snapshot;
	FILE *file;
	uint64_t most_bytes;
	uint64_t bytes;
	uint64_t left_out;
	bool first;
	bool crossing;		  /* items go through more than one worker */
	char *stage[PAGE_STAGES]; /* names as JSON strings */
	char *queue[PAGE_QUEUES];
	struct page_event last[PAGE_WORKERS];
	bool seen[PAGE_WORKERS];
	uint64_t flowing[PAGE_WORKERS]; /* the job whose arrow has reached this worker */
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

/* The arrow that follows an item: it begins at the item's first slice and touches the first slice
 * of each worker that has it. */
static void put_arrow(struct trace *trace, const struct page_event *event)
{
	unsigned worker = event->worker;
	bool begins = event->stage == 0;

	if (!trace->crossing || trace->flowing[worker] == event->job)
		return;
	trace->flowing[worker] = event->job;
	put(trace,
	    "\"ph\":\"%c\",\"cat\":\"item\",\"name\":\"item\",\"id\":%" PRIu64 ",\"pid\":%" PRIu32
	    ",\"tid\":%" PRIu32 ",\"ts\":%.3f",
	    begins ? 's' : 't', event->job, process_of(trace, worker),
	    worker_of(trace, worker)->tid, us_of(trace, event->at_ns));
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
		put_arrow(trace, event);
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
		put_slice(trace, event, end_ns, "wait", word, queue);
	}
}

static void visit_event(void *context, const struct page_event *event)
{
	struct trace *trace = context;

	if (event->worker >= trace->snapshot->status.workers || event->worker >= PAGE_WORKERS)
		return;
	if (trace->seen[event->worker])
		put_span(trace, &trace->last[event->worker], event->at_ns);
	trace->last[event->worker] = *event;
	trace->seen[event->worker] = true;
}

static void visit_snapshot(void *context, const struct snapshot *snapshot)
{
	struct trace *trace = context;

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
	if (replay_each_event(reader, visit_event, trace, err) != 0 ||
	    replay_each_snapshot(reader, visit_snapshot, trace, err) != 0)
		goto out;
	for (unsigned i = 0; i < trace->snapshot->status.workers; i++) {
		if (trace->seen[i])
			put_span(trace, &trace->last[i], trace->snapshot->at_ns);
	}
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
				.crossing = snapshot->plan.stations > 2};
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
	free(temporary);
	free(path);
	free(trace);
	return result;
}

/* ---- folded ------------------------------------------------------------------------------------
 */

static void fold(struct textbuf *out, const char *host, const char *worker, const char *what,
		 uint64_t ns)
{
	if (ns / 1000 != 0)
		textbuf_printf(out, "%s;%s;%s %" PRIu64 "\n", host, worker, what, ns / 1000);
}

void trace_folded(const struct snapshot *snapshot, struct textbuf *out)
{
	for (unsigned i = 0; i < snapshot->status.workers; i++) {
		const struct snapshot_worker *worker = &snapshot->worker[i];
		const char *name = worker->live.name;
		const char *host = worker->live.host < PAGE_HOSTS
					   ? snapshot->host[worker->live.host].name
					   : "";
		uint64_t work_ns = snapshot_state_ns(snapshot, i, WORKER_RUN) +
				   snapshot_state_ns(snapshot, i, WORKER_IO);
		char what[PAGE_NAME_BYTES + 8];

		for (unsigned s = 0; s < snapshot->plan.stages && s < PAGE_STAGES; s++) {
			uint64_t ns = snapshot_work_ns(snapshot, i, s);

			snprintf(what, sizeof what, "work;%s", snapshot->plan.stage[s].name);
			fold(out, host, name, what, ns);
			work_ns -= ns < work_ns ? ns : work_ns;
		}
		fold(out, host, name, "work;between stages", work_ns);
		for (unsigned s = WORKER_GET; s <= WORKER_PAUSED; s++) {
			snprintf(what, sizeof what, "wait;%s", page_state_info(s)->word);
			fold(out, host, name, what, snapshot_state_ns(snapshot, i, s));
		}
	}
}
