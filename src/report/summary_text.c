/*
 * summary_text.c - the summary that people read (floor: report).
 *
 * At most 80 columns, but for the folder's path, which must stay fit to be copied.
 */
#include "config.h"

#include "report/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "report/lines.h"
#include "report/profile.h"
#include "report/summary.h"
#include "view/verdict.h"

/* One line of the tables of stations and workers, summed over its workers. */
struct row {
	unsigned workers;
	uint64_t wall_ns;
	uint64_t busy_ns;
	uint64_t get_ns;
	uint64_t put_ns;
	uint64_t other_ns; /* waits for a lock, a slot, memory, and pauses */
	uint64_t cpu_ns;
	uint64_t items; /* that have left these workers, also towards the next station */
	uint64_t failed;
};

static void row_add(struct row *row, const struct snapshot *snapshot, unsigned worker)
{
	const struct page_worker_counters *counters = &snapshot->worker[worker].counters;

	row->workers++;
	row->wall_ns += snapshot_wall_ns(snapshot, worker);
	row->busy_ns += snapshot_busy_ns(snapshot, worker);
	row->get_ns += snapshot_state_ns(snapshot, worker, WORKER_GET);
	row->put_ns += snapshot_state_ns(snapshot, worker, WORKER_PUT);
	row->other_ns += snapshot_state_ns(snapshot, worker, WORKER_LOCK) +
			 snapshot_state_ns(snapshot, worker, WORKER_JOIN) +
			 snapshot_state_ns(snapshot, worker, WORKER_RESOURCE) +
			 snapshot_state_ns(snapshot, worker, WORKER_PAUSED);
	row->cpu_ns += counters->cpu_user_ns + counters->cpu_sys_ns;
	row->items += snapshot_items(snapshot, worker);
	row->failed += counters->failed;
}

static void row_print(struct textbuf *out, const char *name, const char *kind,
		      const struct row *row)
{
	char *safe = lines_sanitised(name);
	char clipped[80];

	text_clip(clipped, sizeof clipped, safe, 17);
	free(safe);
	textbuf_printf(
		out, "%s %-4s %7.1fs %5.0f %5.0f %5.0f %6.0f %5.0f %7" PRIu64 " %7" PRIu64 "\n",
		clipped, kind, clock_seconds(row->wall_ns),
		lines_percent(row->busy_ns, row->wall_ns), lines_percent(row->get_ns, row->wall_ns),
		lines_percent(row->put_ns, row->wall_ns),
		lines_percent(row->other_ns, row->wall_ns),
		lines_percent(row->cpu_ns, row->wall_ns), row->items, row->failed);
}

static void add_heading(struct textbuf *out, const char *of)
{
	textbuf_printf(out, "\n%-17s %-4s %8s %5s %5s %5s %6s %5s %7s %7s\n", of, "KIND", "WALL",
		       "BUSY%", "GET%", "PUT%", "OTHER%", "CPU%", "ITEMS", "FAILED");
}

static bool works_at(const struct page_worker_live *live, unsigned station)
{
	return live->kind != WORKER_RECORDER && live->station == station;
}

static void add_stations(struct textbuf *out, const struct snapshot *snapshot)
{
	unsigned station, worker;

	add_heading(out, "STATION");
	for (station = 0; station < PAGE_STATIONS; station++) {
		struct row row = {0};
		const char *name = snapshot->plan.station[station].name;
		char kind[16];

		for (worker = 0; worker < profile_workers(snapshot); worker++)
			if (works_at(&snapshot->worker[worker].live, station))
				row_add(&row, snapshot, worker);
		if (row.workers == 0)
			continue;
		snprintf(kind, sizeof kind, "%u%c", row.workers,
			 station == 0 || snapshot->plan.station[station].process ? 'p' : 't');
		row_print(out, station == 0 ? "walk" : name, kind, &row);
	}
}

static void add_workers(struct textbuf *out, const struct snapshot *snapshot)
{
	unsigned i;

	add_heading(out, "WORKER");
	for (i = 0; i < profile_workers(snapshot); i++) {
		const struct page_worker_live *live = &snapshot->worker[i].live;
		struct row row = {0};

		row_add(&row, snapshot, i);
		row_print(out, live->name, live->kind == WORKER_THREAD ? "t" : "p", &row);
	}
}

static uint64_t wall_at(const struct snapshot *snapshot, unsigned station)
{
	uint64_t wall_ns = 0;
	unsigned i;

	for (i = 0; i < profile_workers(snapshot); i++)
		if (works_at(&snapshot->worker[i].live, station))
			wall_ns += snapshot_wall_ns(snapshot, i);
	return wall_ns;
}

static void add_queues(struct textbuf *out, const struct snapshot *snapshot)
{
	unsigned i;

	if (snapshot->status.queues == 0)
		return;
	textbuf_printf(out, "\n%-17s %8s %9s %9s %6s %13s %12s\n", "QUEUE", "CAPACITY", "PUSHED",
		       "POPPED", "HIGH", "PUSH-BLOCKED%", "POP-BLOCKED%");
	for (i = 0; i < snapshot->status.queues && i < PAGE_QUEUES; i++) {
		const struct page_queue *queue = &snapshot->queue[i];
		uint64_t push_ns = snapshot_push_blocked_ns(snapshot, i);
		uint64_t pop_ns = snapshot_pop_blocked_ns(snapshot, i);
		uint64_t producers_ns =
			queue->station > 0 ? wall_at(snapshot, queue->station - 1) : 0;
		char *safe = lines_sanitised(queue->name);
		char clipped[80];

		text_clip(clipped, sizeof clipped, safe, 17);
		free(safe);
		textbuf_printf(out,
			       "%s %8" PRIu32 " %9" PRIu64 " %9" PRIu64 " %6" PRIu64
			       " %13.0f %12.0f\n",
			       clipped, queue->capacity, queue->pushed, queue->popped,
			       queue->high_water, lines_percent(push_ns, producers_ns),
			       lines_percent(pop_ns, wall_at(snapshot, queue->station)));
	}
}

static void add_items(struct textbuf *out, const struct summary *summary,
		      const struct page_status *status)
{
	struct textbuf line;

	textbuf_init(&line);
	textbuf_printf(&line, "%" PRIu64 " found: %" PRIu64 " ok", status->found, summary->ok);
	if (summary->damaged != 0)
		textbuf_printf(&line, " (%" PRIu64 " of them damaged)", summary->damaged);
	textbuf_printf(&line,
		       ", %" PRIu64 " failed, %" PRIu64 " skipped, %" PRIu64
		       " quarantined, %" PRIu64 " pending",
		       summary->failed, summary->skipped, summary->quarantined, summary->pending);
	if (status->retried != 0)
		textbuf_printf(&line, "; %" PRIu64 " retried", status->retried);
	lines_paragraph(out, "Items", line.text);
	textbuf_free(&line);
}

/* "61 MB/s" of bytes over the run's time. */
static void format_speed(char *text, size_t size, uint64_t bytes, uint64_t elapsed_ns)
{
	double per_s = elapsed_ns ? (double)bytes / clock_seconds(elapsed_ns) : 0;

	text_bytes(text, size, per_s < 1e18 ? (uint64_t)per_s : 0);
}

static void add_figures(struct textbuf *out, const struct snapshot *snapshot,
			const struct summary *summary)
{
	const struct page_status *status = &snapshot->status;
	char elapsed[16], rate[16], in[16], in_speed[16], written[16], out_speed[16], peak[16];

	text_elapsed(elapsed, sizeof elapsed, summary->elapsed_ns);
	text_rate(rate, sizeof rate, summary->rate_per_s);
	text_bytes(in, sizeof in, status->bytes_in);
	format_speed(in_speed, sizeof in_speed, status->bytes_in, summary->elapsed_ns);
	text_bytes(written, sizeof written, status->bytes_out);
	format_speed(out_speed, sizeof out_speed, status->bytes_out, summary->elapsed_ns);
	text_bytes(peak, sizeof peak, snapshot->recorder.peak_memory_bytes);
	lines_printf(out, "Elapsed", "%s, of it start-up %.2f s, shut-down %.2f s, paused %.2f s",
		     elapsed, clock_seconds(summary->startup_ns),
		     clock_seconds(summary->shutdown_ns), clock_seconds(status->paused_total_ns));
	lines_printf(out, "Throughput", "%s items/s; read %s (%s/s), wrote %s (%s/s)", rate, in,
		     in_speed, written, out_speed);
	lines_printf(out, "Efficiency", "workers were busy %.0f %% of their time; ideal %.2f s",
		     100 * verdict_efficiency(snapshot), verdict_ideal_s(snapshot));
	lines_printf(out, "CPU", "%.2f s on %" PRIu32 " %s", verdict_cpu_s(snapshot),
		     snapshot->plan.cores, snapshot->plan.cores == 1 ? "core" : "cores");
	lines_printf(out, "Memory", "peak %s, all processes together", peak);
}

static void add_failures(struct textbuf *out, const struct joblog_scan *log)
{
	uint64_t shown = log->failures < JOBLOG_FAILURES ? log->failures : JOBLOG_FAILURES;
	uint64_t i;

	if (log->failures == 0)
		return;
	textbuf_printf(out, "\nFailures (%" PRIu64 ")\n", log->failures);
	for (i = 0; i < shown; i++) {
		const struct joblog_failure *failure = &log->failure[i];
		struct textbuf line;

		textbuf_init(&line);
		textbuf_printf(&line, "%s: %s: %s", failure->input, failure->status,
			       failure->reason);
		lines_wrapped(out, 2, line.text);
		textbuf_free(&line);
	}
	if (log->failures > shown)
		textbuf_printf(out, "  \xe2\x80\xa6 and %" PRIu64 " more in " JOBLOG_NAME "\n",
			       log->failures - shown);
}

static void add_where(struct textbuf *out, const struct snapshot *snapshot, const char *saved_in)
{
	const struct page_recorder *recorder = &snapshot->recorder;
	const char *dir = saved_in != NULL ? saved_in : snapshot->plan.report_dir;
	char *safe = lines_sanitised(dir);

	if (dir[0] == '\0' && recorder->report_state != 2)
		textbuf_printf(out, "\n%-*snone was asked for\n", LINES_LABEL, "Report");
	else if (saved_in != NULL || recorder->report_state == 1)
		textbuf_printf(out, "\n%-*s%s\n", LINES_LABEL, "Report", safe);
	else if (recorder->report_state == 2) {
		textbuf_printf(out, "\n%-*scould not be saved%s%s\n", LINES_LABEL, "Report",
			       dir[0] != '\0' ? " in " : "", safe);
		lines_paragraph(out, "", recorder->report_error);
	} else
		textbuf_printf(out, "\n%-*snot written to %s\n", LINES_LABEL, "Report", safe);
	free(safe);
}

void summary_text(const struct snapshot *snapshot, const struct joblog_scan *log,
		  const char *saved_in, struct textbuf *out)
{
	const struct page_plan *plan = &snapshot->plan;
	char sentence[256];
	struct summary summary;

	summary_take(&summary, snapshot);
	verdict_sentence(snapshot, sentence, sizeof sentence);
	if (sentence[0] != '\0') {
		lines_wrapped(out, 0, sentence);
		textbuf_append(out, "\n", 1);
	}
	lines_printf(out, "Run", "imgtop %s, %s, %s%s", plan->version, plan->workload, plan->plan,
		     plan->injected ? ", faults INJECTED" : "");
	if (snapshot->status.message[0] != '\0')
		lines_paragraph(out, "Stopped", snapshot->status.message);
	add_items(out, &summary, &snapshot->status);
	add_figures(out, snapshot, &summary);
	summary_result(snapshot->status.result, out);
	add_stations(out, snapshot);
	add_workers(out, snapshot);
	add_queues(out, snapshot);
	if (log != NULL)
		add_failures(out, log);
	add_where(out, snapshot, saved_in);
}

char *report_summary_text(const struct snapshot *snapshot)
{
	struct textbuf out;

	textbuf_init(&out);
	summary_text(snapshot, NULL, NULL, &out);
	return out.text;
}
