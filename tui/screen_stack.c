/*
 * screen_stack.c - where the threads of a worker's process stand: its own first (floor: tui).
 *
 * Where there is no stack, the reason stands in its place, and what is known without one.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/text.h"
#include "tui/stacks.h"
#include "tui/worker_page.h"
#include "tui/worker_text.h"
#include "view/stacks.h"

enum { FRAME_BYTES = 320, AGE_BYTES = 16, FRAME_INDENT = 4 };

void stacks_show(struct ui *ui, unsigned worker)
{
	if (ui_stacks_take(ui, worker))
		worker_page_show(ui, &screen_stack, ui->screen != &screen_stack ? ui->screen : NULL,
				 worker);
}

void stacks_write_frames(struct pen *pen, const struct stack_thread *thread, size_t most)
{
	struct pen frames = *pen;

	frames.indent = FRAME_INDENT;
	for (size_t i = 0; i < thread->nframes && i < most; i++) {
		char label[24], text[FRAME_BYTES];

		(void)snprintf(label, sizeof(label), "#%zu", i);
		stack_frame_text(&thread->frame[i], text, sizeof(text));
		pen_fact(&frames, label, COLOUR_PLAIN, "%s", text);
	}
	if (thread->nframes > most)
		pen_fact(&frames, "", COLOUR_DIM, "%zu more, with b", thread->nframes - most);
	pen->line = frames.line;
}

static uint64_t microseconds(uint64_t ns)
{
	return ns / 1000;
}

static void write_verdict(struct pen *pen, const struct ui *ui, unsigned worker)
{
	const struct finding_result *result = diagnosis_worker(ui->model->diagnosis, worker);
	const struct finding_info *info = finding_info(result->finding);

	diagnosis_watch(ui->model->diagnosis, worker);
	pen_fact(pen, "Verdict", info->alarm ? COLOUR_BAD : COLOUR_PLAIN, "%s: %s", info->word,
		 result->evidence);
}

/* The worker's own thread; thread may be NULL. */
static void write_own(struct pen *pen, const struct ui *ui, unsigned worker,
		      const struct stack_set *set, const struct stack_thread *thread)
{
	char text[STACKS_FALLBACK_BYTES], age[AGE_BYTES];
	uint64_t now_ns = ui->model->live->at_ns;

	if (thread != NULL && thread->nframes > 0) {
		text_age(age, sizeof(age), now_ns > thread->at_ns ? now_ns - thread->at_ns : 0);
		pen_fact(pen, "Stack", COLOUR_PLAIN,
			 "taken %s ago; the thread stood still for at most %" PRIu64 " us", age,
			 microseconds(thread->held_ns));
		stacks_write_frames(pen, thread, STACK_FRAMES);
		return;
	}
	pen_fact(pen, "No stack", COLOUR_WARN, "%s", stacks_reason(set, thread));
	stacks_fallback(ui->model->diagnosis, model_shown(ui->model), worker, text, sizeof(text));
	pen_fact(pen, "Fallback", COLOUR_PLAIN, "%s", text);
}

static void write_other(struct pen *pen, const struct ui *ui, const struct stack_set *set,
			const struct stack_thread *thread)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	unsigned worker = stacks_whose(snapshot, thread);
	const char *name =
		worker < PAGE_WORKERS ? snapshot->worker[worker].live.name : thread->name;

	pen_blank(pen);
	if (thread->nframes > 0) {
		pen_line(pen, COLOUR_LABEL, "%s, tid %d, stood still for at most %" PRIu64 " us",
			 name, (int)thread->tid, microseconds(thread->held_ns));
		stacks_write_frames(pen, thread, STACK_FRAMES);
	} else {
		pen_line(pen, COLOUR_LABEL, "%s, tid %d", name, (int)thread->tid);
		pen_fact(pen, "No stack", COLOUR_WARN, "%s", stacks_reason(set, thread));
	}
}

static int write_all(struct ui *ui, struct pen *pen, unsigned worker)
{
	const struct stack_set *set = stacks_taken(ui, worker);
	const struct stack_thread *own = stacks_find(set, model_shown(ui->model), worker, 0);

	write_verdict(pen, ui, worker);
	if (set == NULL && ui->stacks.job != NULL && stack_job_result(ui->stacks.job) == NULL) {
		pen_fact(pen, "Stack", COLOUR_DIM, "being taken...");
		return pen->line;
	}
	if (set == NULL) {
		pen_fact(pen, "Stack", COLOUR_DIM, "it was of an earlier incarnation; b takes it");
		return pen->line;
	}
	write_own(pen, ui, worker, set, own);
	for (size_t i = 0; i < set->count; i++) {
		if (&set->thread[i] != own)
			write_other(pen, ui, set, &set->thread[i]);
	}
	return pen->line;
}

static void stack_draw(struct ui *ui, void *data, struct canvas *canvas)
{
	struct worker_page *page = data;
	struct frame_body body;

	if (!worker_page_begin(ui, page, canvas, &body))
		return;
	const struct page_worker_live *live = &model_shown(ui->model)->worker[page->worker].live;
	canvas_printf(canvas, body.row, 0, COLOUR_HEAD, "Stack of %s, pid %u, tid %u", live->name,
		      live->pid, live->tid);
	if (canvas_columns(canvas) >= 80)
		canvas_text(canvas, body.row, canvas_columns(canvas) - 39, COLOUR_HEAD,
			    "b again, Up and Down scroll, Esc back");
	worker_page_text(ui, page, canvas, &body, write_all);
}

static bool stack_command(struct ui *ui, void *data, enum command command)
{
	struct worker_page *page = data;

	if (worker_page_command(ui, page, command))
		return true;
	if (command != COMMAND_STACK)
		return false;
	stacks_show(ui, page->worker);
	return true;
}

const struct screen screen_stack = {
	.name = "Stack",
	.scope = SCOPE_STACK,
	.bare = true,
	.of_run = true,
	.open = worker_page_open,
	.close = worker_page_close,
	.draw = stack_draw,
	.command = stack_command,
};
