/*
 * bundle_text.c - the dump of a run for people: the diagnosis, and behind it what it does not tell.
 */
#include "config.h"

#include "report/bundle.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "report/bundle_parts.h"
#include "report/bundle_stacks.h"

enum { AGE_BYTES = 16, LINE_BYTES = 3 * PAGE_COMMAND_BYTES };

/* "  word: text"; nothing when text is empty. */
static void add_fact(struct textbuf *out, const char *word, const char *text)
{
	char harmless[LINE_BYTES];

	if (text[0] == '\0')
		return;
	text_sanitise(harmless, sizeof harmless, text, strlen(text));
	textbuf_printf(out, "  %s: %s\n", word, harmless);
}

static void add_run(const struct bundle *bundle, struct textbuf *out)
{
	const struct snapshot *snapshot = bundle->snapshot;
	const struct page_plan *plan = &snapshot->plan;
	const struct page_status *status = &snapshot->status;
	char elapsed[AGE_BYTES], silent[AGE_BYTES], from[BUNDLE_TIME_BYTES];
	char supervisor = bundle_supervisor_state(bundle);

	text_elapsed(elapsed, sizeof elapsed, snapshot_elapsed_ns(snapshot));
	text_age(silent, sizeof silent, bundle_supervisor_silent_ns(snapshot));
	bundle_time(from, sizeof from, plan->started_real_ns);
	textbuf_printf(out, "\nrun\n");
	add_fact(out, "state", page_run_state_word((enum run_state)status->state));
	add_fact(out, "message", status->message);
	textbuf_printf(out, "  started: %s, %s ago\n", from, elapsed);
	textbuf_printf(out, "  supervisor: process %u, %s, last turn %s ago\n",
		       plan->supervisor_pid,
		       supervisor == '\0'  ? "gone"
		       : supervisor == 'T' ? "stopped"
					   : "there",
		       silent);
	textbuf_printf(out,
		       "  items: %" PRIu64 " found, %" PRIu64 " ok, %" PRIu64 " failed, %" PRIu64
		       " in flight\n",
		       status->found, status->done[ITEM_OK], status->done[ITEM_FAILED],
		       status->in_flight);
	add_fact(out, "strategy", plan->strategy);
	add_fact(out, "layout", plan->layout);
	add_fact(out, "topology", plan->topology);
	add_fact(out, "command", plan->command);
	add_fact(out, "output", plan->output);
	add_fact(out, "report", plan->report_dir);
	if (plan->injected)
		textbuf_printf(out, "  faults are injected on purpose\n");
}

static void add_hosts(const struct snapshot *snapshot, struct textbuf *out)
{
	textbuf_printf(out, "\nprocesses\n");
	for (unsigned i = 0; i < snapshot->status.hosts; i++) {
		const struct page_host *host = &snapshot->host[i];

		if (host->name[0] == '\0') /* kept for a host that retries alone */
			continue;
		textbuf_printf(out, "  %s: process %u, %s, incarnation %u, workers %u\n",
			       host->name, host->pid, host->alive ? "alive" : "not alive",
			       host->incarnation, host->workers);
	}
}

static void add_versions(const struct snapshot *snapshot, struct textbuf *out)
{
	char text[BUNDLE_VERSION_BYTES];

	textbuf_printf(out, "\nversions\n");
	for (enum bundle_version i = 0; i < BUNDLE_VERSIONS; i++) {
		const char *name = bundle_version(snapshot, i, text, sizeof text);

		add_fact(out, name, text[0] != '\0' ? text : "built without it");
	}
}

static void add_event(const struct snapshot *snapshot, const struct page_event *event,
		      struct textbuf *out)
{
	char age[AGE_BYTES];
	const char *stage = bundle_stage(snapshot, event->stage);

	text_age(age, sizeof age,
		 snapshot->at_ns > event->at_ns ? snapshot->at_ns - event->at_ns : 0);
	textbuf_printf(out, "    %6s ago  %-8s", age,
		       page_state_info((enum worker_state)event->state)->word);
	if (stage != NULL)
		textbuf_printf(out, " %s", stage);
	if (event->target < snapshot->status.queues)
		textbuf_printf(out, " queue %s", snapshot->queue[event->target].name);
	if (event->job != 0)
		textbuf_printf(out, " item %" PRIu64, event->job);
	if (event->item_end != 0)
		textbuf_printf(out, ", which was %s",
			       page_item_status_word((enum item_status)(event->item_end - 1)));
	textbuf_printf(out, "\n");
}

static void add_events(const struct bundle *bundle, struct textbuf *out)
{
	struct page_event *events = mem_calloc(BUNDLE_EVENTS, sizeof *events);

	textbuf_printf(out, "\nlast events\n");
	for (unsigned i = 0; i < bundle->snapshot->status.workers; i++) {
		size_t count = bundle_events(bundle->page, i, events);

		textbuf_printf(out, "  %s\n", bundle->snapshot->worker[i].live.name);
		for (size_t e = 0; e < count; e++)
			add_event(bundle->snapshot, &events[e], out);
	}
	free(events);
}

static void add_log(const struct bundle *bundle, struct textbuf *out)
{
	struct page_log_line *lines = mem_calloc(BUNDLE_LOG_LINES, sizeof *lines);
	size_t count = bundle_log(bundle->page, lines);

	textbuf_printf(out, "\nlog\n");
	for (size_t i = 0; i < count; i++) {
		char age[AGE_BYTES];

		text_age(age, sizeof age,
			 bundle->snapshot->at_ns > lines[i].at_ns
				 ? bundle->snapshot->at_ns - lines[i].at_ns
				 : 0);
		textbuf_printf(out, "  %6s ago  %s\n", age, lines[i].text);
	}
	free(lines);
}

void bundle_text(const struct bundle *bundle, struct textbuf *out)
{
	char now[BUNDLE_TIME_BYTES];

	diagnosis_text(bundle->diagnosis, bundle->snapshot, out);
	add_run(bundle, out);
	add_hosts(bundle->snapshot, out);
	bundle_stacks_text(bundle, out);
	if (bundle->page != NULL) {
		add_events(bundle, out);
		add_log(bundle, out);
	}
	add_versions(bundle->snapshot, out);
	bundle_time(now, sizeof now, bundle_real_ns(bundle->snapshot));
	textbuf_printf(out, "\ntaken at %s\n", now);
}
