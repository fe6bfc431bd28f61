/*
 * summary.c - the figures of a whole run that text and JSON share (floor: report).
 */
#include "config.h"

#include "report/summary.h"

#include "base/clock.h"

static uint64_t since(uint64_t from_ns, uint64_t to_ns)
{
	return from_ns != 0 && to_ns > from_ns ? to_ns - from_ns : 0;
}

void summary_take(struct summary *summary, const struct snapshot *snapshot)
{
	const struct page_status *status = &snapshot->status;
	uint64_t settled;
	uint64_t worked;

	*summary = (struct summary){
		.ok = status->done[ITEM_OK],
		.damaged = status->done[ITEM_DAMAGED],
		.failed = status->done[ITEM_FAILED],
		.skipped = status->done[ITEM_SKIPPED],
		.quarantined = status->done[ITEM_QUARANTINED],
		.elapsed_ns = snapshot_elapsed_ns(snapshot),
		.startup_ns = since(snapshot->plan.started_ns, status->running_ns),
		.shutdown_ns = since(status->last_done_ns, status->ended_ns),
	};
	if (status->running_ns == 0)
		summary->startup_ns = 0;
	worked = summary->ok + summary->failed + summary->quarantined;
	settled = worked + summary->skipped;
	summary->pending = status->found > settled ? status->found - settled : 0;
	if (summary->elapsed_ns != 0)
		summary->rate_per_s = (double)worked / clock_seconds(summary->elapsed_ns);
}
