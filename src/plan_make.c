/*
 * plan_make.c - from options to a plan (floor: program).
 */
#include "config.h"

#include "plan_make.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

/* Longest simulated latency, an hour: more is a slip of the finger. */
#define DELAY_MOST_MS 3600000.0

const struct layout_strategy *plan_default_strategy(void)
{
	const struct layout_strategy *row;

	/* The first that takes workers: they cost least where nothing is known of the work. */
	for (size_t i = 0; (row = layout_strategy_at(i)) != NULL; i++) {
		if (row->takes_workers)
			return row;
	}
	return layout_strategy_at(0);
}

/* As many as CPUs; half of what a layout may have, so that two kinds fit. */
unsigned plan_default_workers(const struct machine *machine)
{
	return machine->cpus < LAYOUT_WORKERS / 2 ? machine->cpus : LAYOUT_WORKERS / 2;
}

/* Reading and writing takes a fraction of computing, but one of each must be there. */
unsigned plan_default_io(const struct machine *machine)
{
	unsigned workers = plan_default_workers(machine);

	return workers < 4 ? 2 : workers / 2;
}

static unsigned or_else(int64_t given, unsigned otherwise)
{
	return given > 0 ? (unsigned)given : otherwise;
}

/* The layout as the options say, or, where they do not, as the instance wants it. */
static int make_layout(const struct options *options, const struct machine *machine,
		       struct plan *plan, struct err *err)
{
	const struct options_run *run = &options->run;
	const struct workload_instance *instance = plan->instance;
	const char *name = run->strategy != NULL ? run->strategy : plan_default_strategy()->name;
	const struct layout_counts counts = {
		.workers = or_else(run->workers, plan_default_workers(machine)),
		.io = or_else(run->io, plan_default_io(machine)),
		.cpu = or_else(run->cpu, plan_default_workers(machine)),
	};
	bool open = run->strategy == NULL && run->workers == 0;

	if (run->plan != NULL)
		return layout_parse(plan->workload, run->plan, &plan->layout, err) == 0
			       ? 0
			       : err_context(err, "--plan");
	if (run->layout != NULL)
		return layout_parse(plan->workload, run->layout, &plan->layout, err) == 0
			       ? 0
			       : err_context(err, "--layout");
	if (open && instance != NULL && instance->layout != NULL)
		return layout_parse(plan->workload, instance->layout, &plan->layout, err);
	if (layout_from_strategy(plan->workload, name, &counts, &plan->layout, err) != 0)
		return err_context(err, "--strategy");
	return 0;
}

static int delay_error(const struct workload *workload, const char *piece, struct err *err)
{
	struct textbuf stages;
	char shown[64];

	textbuf_init(&stages);
	for (unsigned i = 0; i < workload->nstages; i++)
		textbuf_printf(&stages, "%s%s", i > 0 ? " " : "", workload->stages[i].name);
	text_sanitise(shown, sizeof shown, piece, strlen(piece));
	err_permanent(
		err,
		"--delay: \"%s\" cannot be used; give STAGE=MS, milliseconds up to %.0f for a "
		"stage of these: %s",
		shown, DELAY_MOST_MS, stages.text);
	textbuf_free(&stages);
	return -1;
}

/* "thumb=200,patch=1.5" */
static int read_delays(const struct workload *workload, const char *text, double *delay_ms,
		       struct err *err)
{
	static const struct option_spec number = {
		.name = "delay", .kind = OPTION_SECONDS, .argument = "MS"};

	while (text != NULL && *text != '\0') {
		size_t length = strcspn(text, ","), name = strcspn(text, "=");
		char *piece = mem_strndup(text, length);
		double ms = -1;
		struct err ignored;
		int stage = -1;

		if (name < length)
			stage = workload_stage_index(workload, piece, name);
		if (stage >= 0 && stage < PAGE_STAGES && piece[name + 1] != '\0' &&
		    option_parse(&number, piece + name + 1, &ms, &ignored) != 0)
			ms = -1;
		if (ms < 0 || ms > DELAY_MOST_MS) {
			delay_error(workload, piece, err);
			free(piece);
			return -1;
		}
		free(piece);
		delay_ms[stage] = ms;
		text += length;
		text += *text == ',';
	}
	return 0;
}

static unsigned most_workers(const struct layout *layout)
{
	unsigned most = 0;

	for (unsigned i = 0; i < layout->nstations; i++) {
		if (layout->station[i].workers > most)
			most = layout->station[i].workers;
	}
	return most;
}

/* Stages that follow from options and inputs: what the plan is made of from here on. */
static int use_instance(struct plan *plan, struct err *err)
{
	struct workload_instance *instance = plan->workload->instance(&plan->config, err);

	if (instance == NULL)
		return -1;
	plan->instance = instance;
	plan->workload = &instance->workload;
	plan->config.instance = instance;
	plan->patience_ns = instance->patience_ns;
	for (unsigned i = 0; instance->queues != NULL && i < plan->workload->nstages; i++)
		plan->stage_capacity[i] = instance->queues[i];
	return 0;
}

int plan_make_unchecked(const struct options *options, const struct machine *machine,
			struct plan *plan, struct err *err)
{
	const struct options_run *run = &options->run;
	const struct workload *workload = options->workload;

	*plan = (struct plan){
		.workload = workload,
		.queue_capacity = (unsigned)run->queue,
		.config = {.inputs = (const char *const *)options->operands,
			   .ninputs = options->noperands,
			   .from = run->from,
			   .from_fd = -1,
			   .from_nul = run->from_nul,
			   .output = run->output != NULL ? run->output : workload->output_default,
			   .report = run->no_report ? NULL : run->report,
			   .fsync = run->fsync,
			   .dry_run = run->dry_run,
			   .values = options->values},
		.gil = run->gil,
		.transfer_copy = run->transfer == OPTIONS_TRANSFER_COPY,
		.retries = (unsigned)run->retries,
		.item_timeout_s = run->item_timeout_s,
		.hang_after_s = run->hang_after_s,
		.detach = run->detach,
		.memory_bytes = run->memory_bytes,
		.slot_bytes = run->slot_bytes,
		.report = !run->no_report,
		.report_dir = run->report,
	};
	if (workload->instance != NULL && use_instance(plan, err) != 0)
		return -1;
	if (make_layout(options, machine, plan, err) != 0 ||
	    read_delays(plan->workload, run->delay, plan->delay_ms, err) != 0) {
		plan_release(plan);
		return -1;
	}
	plan->config.workers = most_workers(&plan->layout);
	return 0;
}

int plan_make(const struct options *options, const struct machine *machine, int from_fd,
	      const char *const *command, struct plan *plan, struct err *err)
{
	if (plan_make_unchecked(options, machine, plan, err) != 0)
		return -1;
	plan->config.from_fd = from_fd;
	plan->command = command;
	if (plan->workload->check(&plan->config, err) == 0)
		return 0;
	plan_release(plan);
	return -1;
}
