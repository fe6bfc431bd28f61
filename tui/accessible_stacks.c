/*
 * accessible_stacks.c - where the threads of a worker's process stand, in sentences (floor: tui).
 * One thread.
 *
 * The worker's own thread is told in full, a line for each function that it is in; of the others
 * the innermost functions in one line each: there may be many, and a voice takes its time.
 */
#include "config.h"

#include "tui/accessible_stacks.h"

#include <inttypes.h>

#include "base/text.h"
#include "tui/stacks.h"
#include "tui/worker_text.h"
#include "view/stacks.h"

enum { FRAME_BYTES = 320, AGE_BYTES = 16, INNERMOST = 3 };

void accessible_stacks_ask(struct accessible_stacks *stacks, struct ui *ui, unsigned worker)
{
	if (!ui_stacks_take(ui, worker))
		return;
	diagnosis_watch(ui->model->diagnosis, worker);
	if (!stacks->awaited)
		model_diagnose(ui->model);
	stacks->awaited = true;
	ui_say(ui, false, "the stacks of %s's process are being taken",
	       ui->model->live->worker[worker].live.name);
}

/* "in f at a.c:1, called from g at b.c:2"; between: what stands before "called". */
static void tell_frames(FILE *stream, const struct stack_thread *thread, size_t most,
			const char *between)
{
	for (size_t i = 0; i < thread->nframes && i < most; i++) {
		char text[FRAME_BYTES];

		stack_frame_text(&thread->frame[i], text, sizeof(text));
		(void)fprintf(stream, "%s%s%s", i == 0 ? "in " : between,
			      i == 0 ? "" : "called from ", text);
	}
	if (thread->nframes > most)
		(void)fprintf(stream, "%sand %zu more", between, thread->nframes - most);
}

static void tell_verdict(FILE *stream, const struct ui *ui, unsigned worker)
{
	const struct finding_result *result = diagnosis_worker(ui->model->diagnosis, worker);

	(void)fprintf(stream, "%s, worker %u, %s: %s.\n", ui->model->live->worker[worker].live.name,
		      worker, finding_info(result->finding)->word, result->evidence);
}

/* The worker's own thread; thread may be NULL. */
static void tell_own(FILE *stream, const struct ui *ui, unsigned worker,
		     const struct stack_set *set, const struct stack_thread *thread)
{
	const struct snapshot *snapshot = ui->model->live;
	const char *name = snapshot->worker[worker].live.name;
	char text[STACKS_FALLBACK_BYTES], age[AGE_BYTES];

	if (thread == NULL || thread->nframes == 0) {
		stacks_fallback(ui->model->diagnosis, snapshot, worker, text, sizeof(text));
		(void)fprintf(stream, "There is no stack of %s: %s.\n", name,
			      stacks_reason(set, thread));
		(void)fprintf(stream, "What is known without one: %s.\n", text);
		return;
	}
	text_age(age, sizeof(age),
		 snapshot->at_ns > thread->at_ns ? snapshot->at_ns - thread->at_ns : 0);
	(void)fprintf(stream, "%s ago %s stood still for at most %" PRIu64 " us,\n", age, name,
		      thread->held_ns / 1000);
	tell_frames(stream, thread, STACK_FRAMES, ",\n");
	(void)fputs(".\n", stream);
}

static void tell_other(FILE *stream, const struct ui *ui, const struct stack_set *set,
		       const struct stack_thread *thread)
{
	const struct snapshot *snapshot = ui->model->live;
	unsigned worker = stacks_whose(snapshot, thread);

	(void)fprintf(stream, "%s, thread %d of the same process: ",
		      worker < PAGE_WORKERS ? snapshot->worker[worker].live.name : thread->name,
		      (int)thread->tid);
	if (thread->nframes > 0)
		tell_frames(stream, thread, INNERMOST, ", ");
	else
		(void)fprintf(stream, "no stack, %s", stacks_reason(set, thread));
	(void)fputs(".\n", stream);
}

static void tell_all(FILE *stream, const struct ui *ui, unsigned worker,
		     const struct stack_set *set)
{
	const struct stack_thread *own = stacks_find(set, ui->model->live, worker, 0);

	tell_verdict(stream, ui, worker);
	tell_own(stream, ui, worker, set, own);
	for (size_t i = 0; i < set->count; i++) {
		if (&set->thread[i] != own)
			tell_other(stream, ui, set, &set->thread[i]);
	}
}

void accessible_stacks_tell(struct accessible_stacks *stacks, struct ui *ui, FILE *stream)
{
	const struct stack_set *set;
	unsigned worker = ui->stacks.worker;

	if (!stacks->awaited || (ui->stacks.job != NULL && !stack_job_poll(ui->stacks.job)))
		return;
	stacks->awaited = false;
	set = stacks_taken(ui, worker);
	if (set != NULL)
		tell_all(stream, ui, worker, set);
	else if (ui->stacks.job != NULL)
		(void)fprintf(stream,
			      "%s was replaced meanwhile: b takes the stacks of the new one.\n",
			      ui->model->live->worker[worker].live.name);
	model_diagnosed(ui->model);
	(void)fflush(stream);
}
