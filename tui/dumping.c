/*
 * dumping.c - writing down all that is known of a live run (floor: tui). One thread.
 */
#include "config.h"

#include "tui/dumping.h"

#include <stdlib.h>

#include "base/mem.h"
#include "view/stacks.h"

bool dumping_possible(const struct ui_services *services, const struct model *model)
{
	return model->valid && model->page != NULL && services != NULL && services->dump != NULL;
}

void dumping_begin(struct dumping *dumping, const struct ui_services *services, struct model *model)
{
	struct stack_target *targets;
	struct err err;

	if (dumping->goes_on)
		return;
	dumping->goes_on = true;
	model_diagnose(model);
	if (services->stacks == NULL)
		return;
	err_clear(&err);
	targets = mem_calloc(STACK_THREADS, sizeof(*targets));
	dumping->job =
		services->stacks(services->context, targets,
				 stacks_of_run(model->live, model->diagnosis, targets), 2, &err);
	free(targets);
}

bool dumping_poll(struct dumping *dumping, const struct ui_services *services, struct model *model,
		  char **path, struct err *err)
{
	/* What is shown may be frozen; what is written is the latest. */
	struct ui_dump what = {
		.page = model->page, .snapshot = model->live, .diagnosis = model->diagnosis};

	if (!dumping->goes_on || (dumping->job != NULL && !stack_job_poll(dumping->job)))
		return false;
	if (dumping->job != NULL)
		what.stacks = stack_job_result(dumping->job);
	if (dumping_possible(services, model)) {
		*path = services->dump(services->context, &what, err);
	} else {
		*path = NULL;
		err_transient(err, "the run is not there any more");
	}
	model_diagnosed(model);
	dumping_drop(dumping);
	return true;
}

void dumping_drop(struct dumping *dumping)
{
	stack_job_free(dumping->job);
	*dumping = (struct dumping){0};
}
