/*
 * trace_folded.c - where the time of each worker went, a line for each thing: what flame graphs are
 * drawn from.
 */
#include "config.h"

#include "report/trace.h"

#include <inttypes.h>
#include <stdio.h>

static void fold(struct textbuf *out, const char *host, const char *worker, const char *what,
		 uint64_t ns)
{
	if (ns / 1000 != 0)
		textbuf_printf(out, "%s;%s;%s %" PRIu64 "\n", host, worker, what, ns / 1000);
}

void trace_folded(const struct snapshot *snapshot, struct textbuf *out)
{
	for (unsigned i = 0; i < snapshot->status.workers; i++) {
		const struct snapshot_worker *worker = &snapshot->worker[i];
		const char *name = worker->live.name;
		const char *host = worker->live.host < PAGE_HOSTS
					   ? snapshot->host[worker->live.host].name
					   : "";
		uint64_t work_ns = snapshot_state_ns(snapshot, i, WORKER_RUN) +
				   snapshot_state_ns(snapshot, i, WORKER_IO);
		char what[PAGE_NAME_BYTES + 8];

		for (unsigned s = 0; s < snapshot->plan.stages && s < PAGE_STAGES; s++) {
			uint64_t ns = snapshot_work_ns(snapshot, i, s);

			snprintf(what, sizeof what, "work;%s", snapshot->plan.stage[s].name);
			fold(out, host, name, what, ns);
			work_ns -= ns < work_ns ? ns : work_ns;
		}
		fold(out, host, name, "work;between stages", work_ns);
		for (unsigned s = WORKER_GET; s <= WORKER_PAUSED; s++) {
			snprintf(what, sizeof what, "wait;%s", page_state_info(s)->word);
			fold(out, host, name, what, snapshot_state_ns(snapshot, i, s));
		}
	}
}
