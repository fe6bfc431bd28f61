/*
 * advise.c - `imgtop advise`: measure a sample, apply the rules, say the command line (floor:
 * program).
 *
 * Nothing is written where the user's outputs go: the trial has a folder of its own. With --task
 * nothing is measured at all.
 */
#include "config.h"

#include "advise.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "commands.h"
#include "compare.h"
#include "plan_make.h"

static int print(const struct advise_report *report, bool json)
{
	struct textbuf text;
	char *line;

	if (json) {
		line = advise_json(report);
		fputs(line, stdout);
		free(line);
		return 0;
	}
	textbuf_init(&text);
	advise_text(report, &text);
	fputs(text.text, stdout);
	textbuf_free(&text);
	return 0;
}

/* ---- from a description -----------------------------------------------------------------------
 */

static int refuse_description(const char *text)
{
	struct textbuf sentence, waiting, thinking;
	int status;

	textbuf_init(&sentence);
	textbuf_init(&waiting);
	textbuf_init(&thinking);
	advice_task_words(ADVICE_WAITING, &waiting);
	advice_task_words(ADVICE_THINKING, &thinking);
	textbuf_printf(&sentence,
		       "advise: \"%.80s\" tells neither of waiting nor of computing. Say it with "
		       "such words as %.60s... (waiting) or %.60s... (computing), or have it "
		       "measured: imgtop advise %s FILE...",
		       text, waiting.text, thinking.text, workload_at(0)->name);
	status = command_refuse(sentence.text);
	textbuf_free(&sentence);
	textbuf_free(&waiting);
	textbuf_free(&thinking);
	return status;
}

static int advise_task(const struct options *options, const struct machine *machine)
{
	const struct options_advise *said = &options->advise;
	struct workload described = *workload_at(0); /* for what strategies make of any */
	struct advice_task task;
	struct advice_facts facts = {.workload = &described,
				     .machine = machine,
				     .gil = options->run.gil,
				     .duration_s = said->duration_s,
				     .large_data = said->data == OPTIONS_DATA_LARGE,
				     .queue = (unsigned)options->run.queue};
	struct advice advice;
	struct advise_report report = {
		.machine = machine, .facts = &facts, .advice = &advice, .task = &task};

	described.items = "items";
	advice_task_read(said->task, &task);
	facts.kind = task.kind;
	facts.items = task.items;
	facts.debugging = task.debugging;
	if (task.kind == ADVICE_UNKNOWN && !task.debugging)
		return refuse_description(said->task);
	advice_give(&facts, &advice);
	return print(&report, options->run.json);
}

/* ---- from a sample ----------------------------------------------------------------------------
 */

/* false: nothing was measured, so that the rules must do without. */
static bool take_cost(const struct plan *plan, const struct trial_result *result,
		      struct advice_cost *cost)
{
	*cost = (struct advice_cost){.longest_ms = (double)result->longest_ns / 1e6,
				     .memory_bytes = result->memory_bytes};
	if (result->units == 0)
		return false;
	for (unsigned i = 0; i < plan->workload->nstages; i++) {
		cost->wall_ms[i] = (double)result->stage[i].wall_ns / 1e6 / (double)result->units;
		cost->latency_ms[i] = plan->delay_ms[i];
		cost->cpu_ms[i] = (double)result->stage[i].cpu_ns / 1e6 / (double)result->units;
	}
	if (result->items > 0)
		cost->input_bytes = result->bytes / result->items;
	return true;
}

/* The layout is the point where a fault needs it, or where a stage waits for other workers. */
static const char *layout_that_matters(const struct plan *plan, const struct trial_result *result)
{
	const char *own = plan->instance != NULL ? plan->instance->layout : NULL;

	return own != NULL && (plan->workload->injected || result->needs_others) ? own : NULL;
}

/* What kept from measuring, or is not in the figures; or NULL. */
static char *note_of(const struct plan *plan, const struct advise_probe *probe)
{
	const struct trial_result *result = &probe->result;

	if (plan->workload->injected)
		return mem_strdup("faults are injected on purpose: there is nothing to measure");
	if (result->needs_others)
		return mem_strdup("a stage waits for other workers: one alone cannot be measured");
	if (probe->too_long)
		return mem_printf("the trial was ended because %s did not come back",
				  result->in_hand[0] != '\0' ? result->in_hand : "the input");
	if (probe->killed_by != 0 || probe->exited)
		return mem_printf("the trial died%s%s of %s; a run sets such an item aside",
				  probe->killed_by != 0 ? " by SIG" : "",
				  probe->killed_by != 0 ? sigabbrev_np(probe->killed_by) : "",
				  result->in_hand[0] != '\0' ? result->in_hand : "the input");
	if (result->units == 0 && result->tried > 0)
		return mem_printf("none of the %u items that were tried could be done%s",
				  result->tried, result->failed == 0 ? " in that time" : "");
	if (result->problem[0] != '\0')
		return mem_strdup(result->problem);
	/* What is added to knows what is done already; the trial's own does not. */
	if (plan->workload->output_is_file && !plan->workload->output_is_replaced &&
	    access(plan->config.output, F_OK) == 0)
		return mem_printf(
			"measured as if %s were not there: what it has already takes less",
			plan->config.output);
	return NULL;
}

/* The argument vector of the run that is advised. */
static char **command_of(const struct options *options, const struct advice *advice)
{
	struct options run = *options;

	run.command = COMMAND_RUN;
	run.run.plan = (char *)advice->plan;
	run.run.queue = advice->queue;
	run.run.json = false;
	return options_arguments(&run);
}

static int say(const struct options *options, const struct machine *machine,
	       const struct plan *plan, const struct advise_probe *probe, bool example)
{
	const struct trial_result *result = &probe->result;
	struct advice_cost cost;
	struct advice_facts facts = {
		.workload = plan->workload,
		.machine = machine,
		.items = result->items,
		.config = &plan->config,
		.waits = options->run.delay != NULL,
		.gil = options->run.gil,
		.own_layout = layout_that_matters(plan, result),
		.memory_limit_bytes =
			plan->memory_bytes != 0 ? plan->memory_bytes : machine->memory_bytes / 4,
		.queue = (unsigned)options->run.queue,
	};
	struct advice advice;
	struct advise_report report = {.machine = machine,
				       .facts = &facts,
				       .advice = &advice,
				       .probe = probe,
				       .output_is_example = example};
	char *note = note_of(plan, probe);
	int status;

	if (take_cost(plan, result, &cost))
		facts.cost = &cost;
	advice_give(&facts, &advice);
	report.command = command_of(options, &advice);
	report.note = note;
	status = print(&report, options->run.json);
	options_arguments_free(report.command);
	free(note);
	return status;
}

/* No item to share out: none could be listed, none is left, or there never was one. */
static int refuse_nothing(const struct plan *plan, const struct advise_probe *probe)
{
	char *sentence = advise_why_nothing(plan, probe);
	int status = command_refuse(sentence);

	free(sentence);
	return status;
}

static int measure_and_say(const struct options *options, const struct machine *machine,
			   const struct plan *plan, bool example)
{
	struct advise_probe probe;
	struct err err = {0};

	compare_catch_signals();
	if (advise_probe(plan, !plan->workload->injected, &probe, &err) != 0)
		return compare_signal() != 0 ? 128 + compare_signal() : command_refuse(err.text);
	if (probe.result.items > 0)
		return say(options, machine, plan, &probe, example);
	return refuse_nothing(plan, &probe);
}

int command_advise(const struct options *given)
{
	struct options options = *given;
	const char *example = NULL;
	struct machine machine;
	struct plan plan;
	struct err err = {0};
	int status;

	machine_read(&machine);
	/* Where a file of defaults says how to share out, that is not asked. */
	options.run.strategy = options.run.layout = options.run.plan = NULL;
	options.run.workers = options.run.io = options.run.cpu = 0;
	if (options.advise.task != NULL)
		return advise_task(&options, &machine);
	if (options.run.output == NULL)
		example = options_output_example(options.workload);
	if (example != NULL)
		options.run.output = (char *)example;
	if (plan_make(&options, &machine, -1, NULL, &plan, &err) != 0)
		return command_refuse(err.text);
	status = measure_and_say(&options, &machine, &plan, example != NULL);
	plan_release(&plan);
	return status;
}
