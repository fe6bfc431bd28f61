/*
 * drill.c - the drill workload: what it is made of.
 *
 * A scenario file says which stages there are and what they cost (drill_scenario.h); the workload
 * that a plan is made of is therefore an instance. drill_source.c makes the items, drill_stage.c
 * does the steps, drill_fault.c what is wrong on purpose, drill_result.c adds up.
 */
#include "config.h"

#include "workload/drill.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/mem.h"
#include "base/text.h"
#include "workload/drill_find.h"
#include "workload/drill_run.h"
#include "workload/drill_work.h"

struct drill_options {
	bool fixed;
	int end; /* 0 = as the scenario says, else 1 + enum drill_end */
};

/* In the order of enum drill_end, behind what the scenario says. */
static const char *const ends[] = {"scenario",	"close",   "count", "sentinel",
				   "sentinels", "timeout", NULL};

static const struct option_spec option_specs[] = {
	{.name = "fixed",
	 .kind = OPTION_FLAG,
	 .help = "Run the cure of a faulty drill instead of the fault",
	 .offset = offsetof(struct drill_options, fixed)},
	{.name = "end",
	 .kind = OPTION_CHOICE,
	 .argument = "WAY",
	 .help = "How workers learn that nothing will come any more",
	 .initial = "scenario",
	 .choices = ends,
	 .offset = offsetof(struct drill_options, end)},
};

/* Workers that leave by timeout wait that long. */
static const uint64_t patience_ns = UINT64_C(1000000000);

static int check_inputs(const struct workload_config *config, struct err *err)
{
	if (config->from != NULL)
		return err_permanent(err, "--from: a drill has no list of inputs; name a scenario");
	if (config->ninputs > 1)
		return err_permanent(err, "drill: one scenario at a time, not '%.64s' as well",
				     config->inputs[1]);
	return 0;
}

static bool measures(const struct drill_program *program)
{
	for (size_t i = 0; i < program->count; i++) {
		if (program->step[i].op == DRILL_CPU)
			return true;
	}
	return false;
}

/* How fast this machine computes is measured once, before there are workers to disturb it. */
static int check(const struct workload_config *config, struct err *err)
{
	const struct drill *drill = drill_of(config);
	const struct drill_scenario *scenario = drill->scenario;
	bool needed = false;

	for (unsigned i = 0; i < scenario->nstages; i++)
		needed |= measures(&scenario->stage[i].program);
	for (unsigned i = 0; i < scenario->nitems; i++)
		needed |= measures(&scenario->items[i].program);
	if (needed && drill->shared->rounds_per_ms == 0)
		drill->shared->rounds_per_ms = drill_work_measure();
	return check_inputs(config, err);
}

/* Without an instance there is nothing to do, and no such call is made. */
static int no_stage(struct work *work, struct err *err)
{
	(void)work;
	return err_permanent(err, "a drill without a scenario");
}

static const struct workload_stage placeholder[] = {{.name = "work", .run = no_stage}};

static void release(struct workload_instance *instance)
{
	struct drill *drill = (struct drill *)instance;

	drill_scenario_free(drill->scenario);
	if (drill->shared != NULL)
		munmap(drill->shared, drill->shared_bytes);
	free(drill->about);
	free(drill);
}

static int share(struct drill *drill, struct err *err)
{
	const struct drill_scenario *scenario = drill->scenario;

	drill->shared_bytes =
		sizeof *drill->shared + scenario->count * sizeof drill->shared->record[0];
	drill->shared = mmap(NULL, drill->shared_bytes, PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (drill->shared == MAP_FAILED) {
		drill->shared = NULL;
		return err_errno(err, "no memory for the drill");
	}
	for (unsigned i = 0; i < DRILL_NAMES; i++)
		drill->shared->left[i] = (int64_t)scenario->elements[i];
	return 0;
}

/* From the first to the last stage that computes, or all where none does: for layouts that part
 * computing from waiting. */
static void find_cpu_stages(struct drill *drill)
{
	struct workload *workload = &drill->instance.workload;

	for (unsigned i = 0; i < workload->nstages; i++) {
		if (drill->stage[i].io)
			continue;
		if (workload->hybrid_cpu_first == NULL)
			workload->hybrid_cpu_first = drill->stage[i].name;
		workload->hybrid_cpu_last = drill->stage[i].name;
	}
	if (workload->hybrid_cpu_first == NULL) {
		workload->hybrid_cpu_first = drill->stage[0].name;
		workload->hybrid_cpu_last = drill->stage[workload->nstages - 1].name;
	}
}

static void fill(struct drill *drill)
{
	const struct drill_scenario *scenario = drill->scenario;
	struct workload_instance *instance = &drill->instance;

	for (unsigned i = 0; i < scenario->nstages; i++)
		drill->stage[i] = (struct workload_stage){
			.name = scenario->stage[i].name,
			.io = !drill_scenario_computes(scenario, i),
			.run = drill_stage,
		};
	for (unsigned i = 0; i < scenario->vocabulary.locks.count; i++)
		drill->lock[i] = scenario->vocabulary.locks.name[i];
	instance->workload = drill_workload;
	instance->workload.accumulator_size = drill_accumulator_size;
	instance->workload.stages = drill->stage;
	instance->workload.nstages = scenario->nstages;
	instance->workload.locks = drill->lock;
	instance->workload.nlocks = scenario->vocabulary.locks.count;
	instance->workload.injected =
		drill_scenario_injects(scenario) || drill->end == DRILL_END_SENTINEL;
	find_cpu_stages(drill);
	instance->layout = scenario->layout;
	instance->queues = scenario->queue;
	instance->patience_ns = drill->end == DRILL_END_TIMEOUT ? patience_ns : 0;
	drill->about =
		mem_printf("%s. %s%s%s", scenario->title != NULL ? scenario->title : scenario->name,
			   scenario->text != NULL ? scenario->text : "",
			   scenario->watch != NULL ? " Watch: " : "",
			   scenario->watch != NULL ? scenario->watch : "");
	instance->about = drill->about;
	instance->release = release;
}

static struct workload_instance *instance_new(const struct workload_config *config, struct err *err)
{
	const struct drill_options *options = config->values;
	char *path = drill_find(config->ninputs > 0 ? config->inputs[0] : NULL, err);
	struct drill *drill;

	if (path == NULL)
		return NULL;
	drill = mem_calloc(1, sizeof *drill);
	drill->scenario = drill_scenario_read(path, options->fixed, err);
	free(path);
	if (drill->scenario == NULL || share(drill, err) != 0) {
		release(&drill->instance);
		return NULL;
	}
	drill->end = options->end != 0 ? (enum drill_end)(options->end - 1) : drill->scenario->end;
	fill(drill);
	return &drill->instance;
}

static const char *const result_varies[] = {"at_once", "kinds", NULL};

const struct workload drill_workload = {
	.name = "drill",
	.summary = "Stages with a cost and no image: shows what concurrency does, and what goes "
		   "wrong",
	.items = "items",
	.stages = placeholder,
	.nstages = 1,
	.options = option_specs,
	.noptions = sizeof option_specs / sizeof option_specs[0],
	.values_size = sizeof(struct drill_options),
	.check = check,
	.source = drill_source,
	.worker_begin = drill_worker_begin,
	.instance = instance_new,
	.inputs_list = drill_find_list,
	.fold = drill_fold,
	.result_varies = result_varies,
	.describe = drill_describe,
};
