/*
 * profile_text.c - the profile of one worker as a page of text (floor: report).
 */
#include "config.h"

#include "report/profile.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "report/lines.h"

/* What a state that fills most of a worker's time is called in a sentence. */
static const char *const doing[WORKER_STATES] = {
	[WORKER_RUN] = "computed",
	[WORKER_IO] = "read or wrote",
	[WORKER_GET] = "waited for a job (its queue was empty)",
	[WORKER_PUT] = "waited to hand over (the next queue was full)",
	[WORKER_LOCK] = "waited for a lock",
	[WORKER_JOIN] = "waited for other workers to end",
	[WORKER_RESOURCE] = "waited for an arena slot or for memory",
	[WORKER_DELAY] = "sat out simulated latency",
	[WORKER_PAUSED] = "was paused",
};

static int largest_state(const struct profile *profile, int but)
{
	int largest = -1;
	int i;

	for (i = 0; i < WORKER_STATES; i++) {
		if (doing[i] == NULL || i == but || profile->state_ns[i] == 0)
			continue;
		if (largest < 0 || profile->state_ns[i] > profile->state_ns[largest])
			largest = i;
	}
	return largest;
}

static const struct profile_stage *costliest_stage(const struct profile *profile)
{
	const struct profile_stage *costliest = NULL;
	unsigned i;

	for (i = 0; i < profile->nstages; i++)
		if (costliest == NULL || profile->stage[i].total_ns > costliest->total_ns)
			costliest = &profile->stage[i];
	return costliest;
}

/* "decode-2 mostly computed: 78 % of its time; then it waited for a job ...: 20 %. Of its ..." */
static void add_sentence(const struct profile *profile, struct textbuf *out)
{
	const struct profile_stage *stage = costliest_stage(profile);
	int first = largest_state(profile, -1);
	int second = first < 0 ? -1 : largest_state(profile, first);
	struct textbuf sentence;

	textbuf_init(&sentence);
	if (profile->live->started_ns == 0)
		textbuf_printf(&sentence, "%s never started.", profile->live->name);
	else if (first < 0)
		textbuf_printf(&sentence, "%s did nothing that took time.", profile->live->name);
	else
		textbuf_printf(&sentence, "%s mostly %s: %.0f %% of its time", profile->live->name,
			       doing[first],
			       lines_percent(profile->state_ns[first], profile->wall_ns));
	if (second >= 0 && lines_percent(profile->state_ns[second], profile->wall_ns) >= 1)
		textbuf_printf(&sentence, "; then it %s: %.0f %%", doing[second],
			       lines_percent(profile->state_ns[second], profile->wall_ns));
	if (first >= 0)
		textbuf_append(&sentence, ".", 1);
	if (stage != NULL && profile->nstages > 1)
		textbuf_printf(&sentence, " Of its stages %s cost the most: %.0f %%.", stage->name,
			       lines_percent(stage->total_ns, profile->staged_ns));
	lines_wrapped(out, 0, sentence.text);
	textbuf_free(&sentence);
}

static void add_identity(const struct profile *profile, struct textbuf *out)
{
	static const char *const kind[] = {"thread", "process", "walk, a process",
					   "recorder, a process"};
	const struct page_worker_live *live = profile->live;

	lines_printf(out, "Worker", "%s (%s, station %s)", live->name,
		     live->kind < 4 ? kind[live->kind] : "?", profile->station);
	lines_printf(out, "Host", "%s, pid %" PRIu32 ", tid %" PRIu32 ", incarnation %" PRIu32,
		     profile->host, live->pid, live->tid, live->incarnation);
	lines_printf(out, "Ended", "%s", profile->ended);
	lines_printf(out, "Started", "%.3f s after the run", clock_seconds(profile->start_ns));
}

static void add_share(struct textbuf *line, const char *word, uint64_t part, uint64_t whole)
{
	char text[32];

	lines_duration(text, sizeof text, part);
	textbuf_printf(line, "%s%s %s (%.0f %%)", line->length ? ", " : "", word, text,
		       lines_percent(part, whole));
}

static void add_times(const struct profile *profile, struct textbuf *out)
{
	static const struct {
		enum worker_state state;
		const char *word;
	} wait[] = {{WORKER_GET, "get"},
		    {WORKER_PUT, "put"},
		    {WORKER_LOCK, "lock"},
		    {WORKER_JOIN, "join"},
		    {WORKER_RESOURCE, "slot or memory"},
		    {WORKER_PAUSED, "paused"}};
	const struct page_worker_counters *counters = profile->counters;
	uint64_t cpu_ns = counters->cpu_user_ns + counters->cpu_sys_ns;
	struct textbuf line;
	char text[32];
	size_t i;

	lines_duration(text, sizeof text, profile->wall_ns);
	textbuf_init(&line);
	textbuf_printf(&line, "wall %s", text);
	add_share(&line, "busy", profile->busy_ns, profile->wall_ns);
	if (profile->state_ns[WORKER_DELAY] != 0)
		add_share(&line, "of it simulated latency", profile->state_ns[WORKER_DELAY],
			  profile->wall_ns);
	lines_paragraph(out, "Time", line.text);
	textbuf_free(&line);

	textbuf_init(&line);
	for (i = 0; i < sizeof wait / sizeof wait[0]; i++)
		add_share(&line, wait[i].word, profile->state_ns[wait[i].state], profile->wall_ns);
	lines_paragraph(out, "Waits", line.text);
	textbuf_free(&line);

	lines_printf(out, "CPU", "user %.3f s, system %.3f s: %.0f %% of its wall time",
		     clock_seconds(counters->cpu_user_ns), clock_seconds(counters->cpu_sys_ns),
		     lines_percent(cpu_ns, profile->wall_ns));
}

static void add_resources(const struct profile *profile, struct textbuf *out)
{
	const struct page_worker_counters *counters = profile->counters;
	char runqueue[32], rss[16], in[16], written[16];

	lines_duration(runqueue, sizeof runqueue, counters->runqueue_wait_ns);
	text_bytes(rss, sizeof rss, counters->peak_rss_bytes);
	text_bytes(in, sizeof in, counters->bytes_in);
	text_bytes(written, sizeof written, counters->bytes_out);
	lines_printf(out, "Scheduling",
		     "context switches %" PRIu64 " voluntary, %" PRIu64
		     " involuntary; waited %s for a core",
		     counters->ctx_voluntary, counters->ctx_involuntary, runqueue);
	lines_printf(out, "Memory",
		     "peak %s of its process; page faults %" PRIu64 " minor, %" PRIu64 " major",
		     rss, counters->minor_faults, counters->major_faults);
	lines_printf(out, "Items",
		     "%" PRIu64 " ok, %" PRIu64 " failed, %" PRIu64 " skipped, %" PRIu64
		     " handed on; %s read, %s written",
		     counters->ok, counters->failed, counters->skipped, counters->handed_on, in,
		     written);
}

static void add_cell(struct textbuf *out, bool known, uint64_t ns)
{
	char text[32] = "-";

	if (known)
		lines_duration(text, sizeof text, ns);
	textbuf_printf(out, " %8s", text);
}

static void add_stages(const struct profile *profile, struct textbuf *out)
{
	unsigned i;

	textbuf_printf(out, "\n%-12s %7s %8s %8s %8s %8s %8s %8s %5s\n", "STAGE", "COUNT", "TOTAL",
		       "MEAN", "P50", "P95", "P99", "MAX", "SHARE");
	for (i = 0; i < profile->nstages; i++) {
		const struct profile_stage *stage = &profile->stage[i];
		char *safe = lines_sanitised(stage->name);
		char name[64];

		text_clip(name, sizeof name, safe, 12);
		free(safe);
		textbuf_printf(out, "%s %7" PRIu64, name, stage->count);
		add_cell(out, true, stage->total_ns);
		add_cell(out, true, stage->mean_ns);
		add_cell(out, stage->has_percentiles, stage->p50_ns);
		add_cell(out, stage->has_percentiles, stage->p95_ns);
		add_cell(out, stage->has_percentiles, stage->p99_ns);
		add_cell(out, true, stage->max_ns);
		textbuf_printf(out, " %3.0f %%\n",
			       lines_percent(stage->total_ns, profile->staged_ns));
	}
}

static void add_slowest(const struct profile *profile, const struct joblog_scan *names,
			struct textbuf *out)
{
	unsigned i, k;

	textbuf_printf(out, "\nSlowest items\n");
	for (i = 0; i < profile->nstages; i++) {
		const struct profile_stage *stage = &profile->stage[i];

		for (k = 0; k < stage->nslowest; k++) {
			const char *input = joblog_scan_input(names, stage->slowest[k].job);
			char duration[32];
			struct textbuf line;

			lines_duration(duration, sizeof duration, stage->slowest[k].ns);
			textbuf_init(&line);
			textbuf_printf(&line, "%s, job %" PRIu64, duration, stage->slowest[k].job);
			if (input != NULL)
				textbuf_printf(&line, ": %s", input);
			lines_paragraph(out, k == 0 ? stage->name : "", line.text);
			textbuf_free(&line);
		}
	}
}

void profile_text(const struct profile *profile, const struct joblog_scan *names,
		  struct textbuf *out)
{
	add_sentence(profile, out);
	textbuf_append(out, "\n", 1);
	add_identity(profile, out);
	add_times(profile, out);
	add_resources(profile, out);
	if (profile->nstages == 0)
		return;
	add_stages(profile, out);
	add_slowest(profile, names, out);
}
