/*
 * detail_diagnosis.c - why a worker does not move, at length (floor: tui). One thread.
 */
#include "config.h"

#include "tui/detail_parts.h"

#include <stdio.h>

#include "base/text.h"
#include "tui/stacks.h"
#include "view/stacks.h"

enum { AGE_BYTES = 16, INNERMOST = 8 };

static void write_locks(struct pen *pen, const struct snapshot *snapshot, unsigned worker)
{
	const struct page_worker_live *live = &snapshot->worker[worker].live;

	for (unsigned i = 0; i < snapshot->plan.locks && i < PAGE_LOCKS; i++) {
		const struct page_held *held = &live->held[i];
		char age[AGE_BYTES];

		if (held->since_ns == 0)
			continue;
		text_age(age, sizeof(age),
			 snapshot->at_ns > held->since_ns ? snapshot->at_ns - held->since_ns : 0);
		pen_fact(pen, "Holds", COLOUR_WARN, "lock %s for %s, taken in %s",
			 snapshot->plan.lock[i], age,
			 held->stage < snapshot->plan.stages
				 ? snapshot->plan.stage[held->stage].name
				 : "no stage");
	}
}

static void write_kernel(struct pen *pen, const struct kernel_sample *kernel)
{
	char queued[AGE_BYTES];

	if (!kernel->seen)
		return;
	text_age(queued, sizeof(queued), kernel->runqueue_ns);
	pen_fact(pen, "Kernel", COLOUR_PLAIN, "%c%s%s%s%s, core %d, %s in wait for a core%s",
		 kernel->state, kernel->call[0] != '\0' ? ", in " : "", kernel->call,
		 kernel->wchan[0] != '\0' ? ", asleep in " : "", kernel->wchan, kernel->core,
		 queued, kernel->denied ? "; its system call may not be read here" : "");
}

void detail_diagnosis(struct pen *pen, const struct ui *ui, unsigned worker)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	const struct diagnosis *diagnosis = ui->model->diagnosis;
	const struct finding_result *result = diagnosis_worker(diagnosis, worker);
	const struct finding_info *info = finding_info(result->finding);
	const struct graph_cycle *cycle = diagnosis_cycle(diagnosis, worker);
	char text[DIAGNOSIS_SENTENCE_BYTES];

	diagnosis_watch(ui->model->diagnosis, worker);
	pen_fact(pen, "Verdict", info->alarm ? COLOUR_BAD : COLOUR_PLAIN, "%s: %s", info->word,
		 result->evidence);
	if (cycle != NULL) {
		graph_cycle_text(snapshot, cycle, text, sizeof(text));
		pen_fact(pen, "", COLOUR_BAD, "%s", text);
	}
	if (graph_helper(diagnosis_graph(diagnosis), snapshot, worker) < PAGE_WORKERS) {
		diagnosis_chain(diagnosis, snapshot, worker, ui->glyphs->because, text,
				sizeof(text));
		pen_fact(pen, "Chain", COLOUR_PLAIN, "%s", text);
	}
	write_locks(pen, snapshot, worker);
	write_kernel(pen, diagnosis_kernel(diagnosis, worker));
}

void detail_stack(struct pen *pen, const struct ui *ui, unsigned worker)
{
	const struct snapshot *snapshot = model_shown(ui->model);
	const struct stack_set *set = stacks_taken(ui, worker);
	const struct stack_thread *thread = stacks_find(set, snapshot, worker, 0);
	char age[AGE_BYTES];

	if (ui->model->replay != NULL || snapshot->worker[worker].live.ended_ns != 0)
		return;
	if (set == NULL) {
		pen_fact(pen, "Stack", COLOUR_DIM, "b takes it");
		return;
	}
	if (thread == NULL || thread->nframes == 0) {
		pen_fact(pen, "Stack", COLOUR_WARN, "none: %s", stacks_reason(set, thread));
		return;
	}
	text_age(age, sizeof(age),
		 snapshot->at_ns > thread->at_ns ? snapshot->at_ns - thread->at_ns : 0);
	pen_fact(pen, "Stack", COLOUR_PLAIN, "of %s ago; b takes it again, with all threads", age);
	stacks_write_frames(pen, thread, INNERMOST);
}
