/*
 * advise_text.c - advice in words: what was measured, which rule follows, what to run (floor:
 * program).
 */
#include "config.h"

#include "advise.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { LINE_COLUMNS = 80 };

/* Break text between words; lines after the first one are indented. */
static void add_wrapped(struct textbuf *out, const char *text, int indent, int used)
{
	while (*text != '\0') {
		int length = (int)strcspn(text, " ");

		if (used > indent && used + 1 + length > LINE_COLUMNS) {
			textbuf_printf(out, "\n%*s", indent, "");
			used = indent;
		} else if (used > indent) {
			textbuf_printf(out, " ");
			used++;
		}
		textbuf_append(out, text, (size_t)length);
		used += length;
		text += length;
		text += strspn(text, " ");
	}
	textbuf_printf(out, "\n");
}

static void add_share(struct textbuf *out, double part, double whole)
{
	if (whole > 0)
		textbuf_printf(out, "%7.0f %%\n", 100 * part / whole);
	else
		textbuf_printf(out, "%9s\n", "-");
}

static void add_stages(const struct advise_report *report, struct textbuf *out)
{
	const struct advice_facts *facts = report->facts;

	textbuf_printf(out, "  %-12s %12s %9s\n", "stage", "ms each", "computing");
	for (unsigned i = 0; i < facts->workload->nstages; i++) {
		textbuf_printf(out, "  %-12s %12.3f", facts->workload->stages[i].name,
			       facts->cost->wall_ms[i]);
		add_share(out, facts->cost->cpu_ms[i], facts->cost->wall_ms[i]);
	}
	textbuf_printf(out, "  %-12s %12.3f", "all", advice_wall_ms(facts));
	add_share(out, advice_cpu_ms(facts), advice_wall_ms(facts));
}

/* Other work on this machine: it is not counted, but whoever reads the figures should know. */
static void add_queued(const struct trial_result *result, unsigned nstages, struct textbuf *out)
{
	uint64_t wall_ns = 0, queued_ns = 0;

	for (unsigned i = 0; i < nstages; i++) {
		wall_ns += result->stage[i].wall_ns;
		queued_ns += result->stage[i].queued_ns;
	}
	if (10 * queued_ns > wall_ns + queued_ns)
		textbuf_printf(out,
			       "The machine is busy: %.0f %% of the time the trial waited for a "
			       "CPU; that is not counted.\n",
			       100 * (double)queued_ns / (double)(wall_ns + queued_ns));
}

static void add_found(const struct advise_report *report, struct textbuf *out)
{
	const struct trial_result *result = &report->probe->result;
	char bytes[16];

	text_bytes(bytes, sizeof bytes, result->bytes);
	textbuf_printf(out, "Found: %s%" PRIu64 " %s",
		       result->whole	      ? ""
		       : result->skipped == 0 ? "at least "
					      : "about ",
		       result->items, report->facts->workload->items);
	if (result->bytes > 0)
		textbuf_printf(out, ", %s%s", result->whole ? "" : "in the part looked at ", bytes);
	if (result->skipped > 0)
		textbuf_printf(out, "; %" PRIu64 " more are done already or cannot be",
			       result->skipped);
	textbuf_printf(out, "\n");
}

static void add_measured(const struct advise_report *report, struct textbuf *out)
{
	const struct trial_result *result = &report->probe->result;
	const struct advice_facts *facts = report->facts;
	char bytes[16];

	add_found(report, out);
	if (report->note != NULL)
		textbuf_printf(out, "%s: %s.\n", facts->cost != NULL ? "Note" : "Not measured",
			       report->note);
	if (facts->cost == NULL)
		return;
	textbuf_printf(out,
		       "Measured: %" PRIu64 " of them, one after the other by one worker, in %.2f "
		       "s",
		       result->units, (double)result->tried_ns / 1e9);
	if (result->failed > 0)
		textbuf_printf(out, "; %u more failed", result->failed);
	textbuf_printf(out, "\n");
	add_stages(report, out);
	add_queued(result, facts->workload->nstages, out);
	if (facts->cost->memory_bytes > 0) {
		text_bytes(bytes, sizeof bytes, facts->cost->memory_bytes);
		textbuf_printf(out, "Memory: up to %s for an item", bytes);
		text_bytes(bytes, sizeof bytes, facts->memory_limit_bytes);
		textbuf_printf(out, "; %s for all in flight\n", bytes);
	}
}

static void add_words(struct textbuf *out, const char *meaning,
		      const char words[][ADVICE_TASK_WORD_BYTES], unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		textbuf_printf(out, "%s%s", i == 0 ? meaning : ", ", words[i]);
}

static void add_described(const struct advice_task *task, struct textbuf *out)
{
	textbuf_printf(out, "Described, not measured:");
	add_words(out, " waiting (", task->waiting, task->nwaiting);
	textbuf_printf(out, "%s", task->nwaiting > 0 ? ")" : "");
	add_words(out, " computing (", task->thinking, task->nthinking);
	textbuf_printf(out, "%s%s\n", task->nthinking > 0 ? ")" : "",
		       task->debugging ? " debugging" : "");
}

static void add_rules(const struct advice *advice, struct textbuf *out)
{
	char text[2 * ADVICE_WHY_BYTES];

	textbuf_printf(out, "\nRules:\n");
	for (unsigned i = 0; i < advice->nreasons; i++) {
		const struct advice_reason *reason = &advice->reason[i];

		textbuf_printf(out, "  ");
		snprintf(text, sizeof text, "%s%s.", advice_rule_text(reason->rule),
			 reason->outweighed ? " (outweighed)" : "");
		add_wrapped(out, text, 2, 2);
		textbuf_printf(out, "    ");
		snprintf(text, sizeof text, "Here: %s.", reason->why);
		add_wrapped(out, text, 4, 4);
	}
}

static void add_expected(const struct advise_report *report, struct textbuf *out)
{
	const struct advice *advice = report->advice;
	const char *least = report->probe == NULL	  ? "at best"
			    : report->probe->result.whole ? "about"
							  : "at least";
	char time[ADVICE_TIME_BYTES];

	if (advice->expected_s <= 0)
		return;
	textbuf_printf(out, "Expected: %s %s", least, advice_time(advice->expected_s, time));
	textbuf_printf(
		out, "; one worker takes %s %s (%.1f x)\n", report->probe == NULL ? "the" : least,
		advice_time(advice->sequential_s, time), advice->sequential_s / advice->expected_s);
}

static void add_command(const struct advise_report *report, struct textbuf *out)
{
	char *line;

	if (report->command == NULL) {
		textbuf_printf(out, "Options: --plan %s", report->advice->plan);
		if (report->advice->queue != 0)
			textbuf_printf(out, " --queue %u", report->advice->queue);
		textbuf_printf(out, "\n");
		return;
	}
	line = options_command_line(report->command);
	textbuf_printf(out, "Run it:%s\n  %s\n",
		       report->output_is_example ? " (no -o was given: this one is an example)"
						 : "",
		       line);
	free(line);
}

void advise_text(const struct advise_report *report, struct textbuf *out)
{
	const struct advice *advice = report->advice;
	char machine[128];

	if (report->probe != NULL)
		add_measured(report, out);
	if (report->task != NULL)
		add_described(report->task, out);
	machine_describe(report->machine, machine, sizeof machine);
	textbuf_printf(out, "Machine: %s\n", machine);
	add_rules(advice, out);
	textbuf_printf(out, "\nRecommended: %s", advice->plan);
	if (advice->queue != 0)
		textbuf_printf(out, ", queues of %u", advice->queue);
	textbuf_printf(out, "\n");
	add_expected(report, out);
	add_command(report, out);
}

/* The time for finding something to do was over before the input was. */
static char *none_yet(const struct workload *workload, const struct trial_result *result)
{
	char done[64] = "";

	if (result->skipped > 0)
		snprintf(done, sizeof done, ", of which %" PRIu64 " are done or cannot be",
			 result->skipped);
	return mem_printf("advise: no %s found in %.0f s (looked for %s): %" PRIu64
			  " files and folders were seen by then%s, and there are more; give the "
			  "part that has some",
			  workload->items, (double)result->counted_ns / 1e9,
			  workload->looks_for != NULL ? workload->looks_for : workload->items,
			  result->seen, done);
}

char *advise_why_nothing(const struct plan *plan, const struct advise_probe *probe)
{
	const struct trial_result *result = &probe->result;

	if (result->problem[0] != '\0')
		return mem_strdup(result->problem);
	if (probe->too_long)
		return mem_printf("advise: listing the input took too long: nothing to do was "
				  "found by then, among %" PRIu64
				  " files and folders; give a part of it",
				  result->seen);
	if (probe->killed_by != 0 || probe->exited)
		return mem_printf("advise: what listed the input died%s%s before it found "
				  "anything to do; imgtop run --dry-run lists it as well",
				  probe->killed_by != 0 ? " by SIG" : "",
				  probe->killed_by != 0 ? sigabbrev_np(probe->killed_by) : "");
	if (!result->whole && result->seen > 0)
		return none_yet(plan->workload, result);
	if (result->skipped > 0)
		return mem_printf("advise: nothing is left to share out: %" PRIu64
				  " inputs are done or cannot be",
				  result->skipped);
	return workload_nothing_found(plan->workload, &plan->config);
}
