/*
 * diagnosis_text.c - all that is known of a run that hangs, for people to read.
 */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "view/diagnosis_private.h"

enum { AGE_BYTES = 16, CHAIN_BYTES = 512 };

static void add_line(struct textbuf *out, const char *indent, const char *text)
{
	char harmless[3 * CHAIN_BYTES];

	text_sanitise(harmless, sizeof harmless, text, strlen(text));
	textbuf_printf(out, "%s%s\n", indent, harmless);
}

static void add_kernel(struct textbuf *out, const struct kernel_sample *kernel)
{
	char text[CHAIN_BYTES];
	char cpu[AGE_BYTES], queued[AGE_BYTES];

	if (!kernel->seen)
		return;
	text_age(cpu, sizeof cpu, kernel->cpu_ns);
	text_age(queued, sizeof queued, kernel->runqueue_ns);
	snprintf(text, sizeof text, "kernel: %c, core %d, CPU %s, waited for a core %s%s%s%s%s%s",
		 kernel->state, kernel->core, cpu, queued, kernel->call[0] != '\0' ? ", in " : "",
		 kernel->call, kernel->wchan[0] != '\0' ? ", asleep in " : "", kernel->wchan,
		 kernel->denied ? " (not all may be read)" : "");
	add_line(out, "    ", text);
}

static void add_locks(struct textbuf *out, const struct snapshot *snapshot,
		      const struct page_worker_live *live)
{
	char text[CHAIN_BYTES];

	for (unsigned i = 0; i < snapshot->plan.locks; i++) {
		const struct page_held *held = &live->held[i];
		char age[AGE_BYTES];

		if (held->since_ns == 0)
			continue;
		text_age(age, sizeof age,
			 snapshot->at_ns > held->since_ns ? snapshot->at_ns - held->since_ns : 0);
		snprintf(text, sizeof text, "holds lock %s for %s, taken in %s",
			 snapshot->plan.lock[i], age,
			 held->stage < snapshot->plan.stages
				 ? snapshot->plan.stage[held->stage].name
				 : "no stage");
		add_line(out, "    ", text);
	}
}

static void add_worker(struct textbuf *out, const struct diagnosis *diagnosis,
		       const struct snapshot *snapshot, unsigned worker)
{
	const struct page_worker_live *live = &snapshot->worker[worker].live;
	const struct finding_result *result = diagnosis_worker(diagnosis, worker);
	char text[CHAIN_BYTES];

	snprintf(text, sizeof text, "%s (pid %u, tid %u, incarnation %u): %s: %s", live->name,
		 live->pid, live->tid, live->incarnation, finding_info(result->finding)->word,
		 result->evidence);
	add_line(out, "  ", text);
	if (live->ended_ns != 0)
		return;
	if (live->job != 0) {
		snprintf(text, sizeof text, "item %" PRIu64 " %.*s", live->job,
			 (int)sizeof live->item, live->item);
		add_line(out, "    ", text);
	}
	if (live->wait_on != WAIT_NOTHING) {
		diagnosis_chain(diagnosis, snapshot, worker, "<-", text, sizeof text);
		add_line(out, "    ", text);
	}
	add_locks(out, snapshot, live);
	add_kernel(out, diagnosis_kernel(diagnosis, worker));
}

void diagnosis_text(const struct diagnosis *diagnosis, const struct snapshot *snapshot,
		    struct textbuf *out)
{
	const struct diagnosis_run *run = diagnosis_run(diagnosis);
	const struct graph *graph = diagnosis_graph(diagnosis);
	char text[DIAGNOSIS_SENTENCE_BYTES];

	add_line(out, "", run->sentence[0] != '\0' ? run->sentence : "Nothing is wrong.");
	textbuf_printf(out, "\nrun %s, imgtop %s, %s, plan %s\n", snapshot->plan.run_id,
		       snapshot->plan.version, snapshot->plan.workload, snapshot->plan.plan);
	for (unsigned i = 0; i < graph->ncycles; i++) {
		graph_cycle_text(snapshot, &graph->cycle[i], text, sizeof text);
		add_line(out, "\n", text);
	}
	textbuf_printf(out, "\nworkers\n");
	for (unsigned i = 0; i < snapshot->status.workers; i++)
		add_worker(out, diagnosis, snapshot, i);
	textbuf_printf(out, "\nqueues\n");
	for (unsigned i = 0; i < snapshot->status.queues; i++) {
		const struct page_queue *queue = &snapshot->queue[i];

		textbuf_printf(
			out, "  %s: %" PRIu64 " of %u, pushed %" PRIu64 ", popped %" PRIu64 "%s\n",
			queue->name, snapshot_depth(snapshot, i), queue->capacity, queue->pushed,
			queue->popped, queue->closed ? ", closed" : "");
	}
}
