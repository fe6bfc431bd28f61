/*
 * ui_stacks.c - having the stacks of a worker's process taken (floor: tui). One thread.
 *
 * A helper takes them; it is asked at every picture whether it is done. What it said stays until
 * the next are asked for, and is shown of that worker in that incarnation only.
 */
#include "config.h"

#include "tui/stacks.h"

#include "view/stacks.h"

bool ui_stacks_take(struct ui *ui, unsigned worker)
{
	const struct snapshot *snapshot = ui->model->live;
	struct stack_target targets[2];
	struct err err;
	size_t count;

	if (!ui_can_command(ui))
		return false;
	count = stacks_of_worker(snapshot, worker, targets);
	if (count == 0) {
		ui_say(ui, true, "this worker has no thread: it has no stack");
		return false;
	}
	if (ui->writers == NULL || ui->writers->stacks == NULL) {
		ui_say(ui, true, "stacks cannot be taken here");
		return false;
	}
	ui_stacks_drop(ui);
	err_clear(&err);
	ui->stacks.job = ui->writers->stacks(ui->writers->context, targets, count, 1, &err);
	if (ui->stacks.job == NULL) {
		ui_say(ui, true, "%s", err.text);
		return false;
	}
	ui->stacks.worker = worker;
	ui->stacks.incarnation = snapshot->worker[worker].live.incarnation;
	ui->stacks.identity = snapshot->page_identity;
	return true;
}

void ui_stacks_drop(struct ui *ui)
{
	stack_job_free(ui->stacks.job);
	ui->stacks = (struct ui_stacks){0};
}

const struct stack_set *stacks_taken(const struct ui *ui, unsigned worker)
{
	const struct snapshot *snapshot = model_shown(ui->model);

	if (ui->stacks.job == NULL || ui->stacks.worker != worker ||
	    ui->stacks.identity != snapshot->page_identity ||
	    ui->stacks.incarnation != snapshot->worker[worker].live.incarnation)
		return NULL;
	return stack_job_result(ui->stacks.job);
}
