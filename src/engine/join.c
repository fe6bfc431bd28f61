/*
 * join.c - have the workers of a station ended?
 */
#include "config.h"

#include "engine/join.h"

unsigned join_station(const struct plan *plan, unsigned stage)
{
	unsigned station = 0;

	while (station + 1 < plan->layout.nstations &&
	       plan->layout.station[station].last_stage < stage)
		station++;
	return station;
}

static bool is_worker_of(const struct page_worker_live *live, unsigned station)
{
	return (live->kind == WORKER_THREAD || live->kind == WORKER_PROCESS) &&
	       live->station == station + 1;
}

bool join_has_ended(const struct page *page, unsigned station)
{
	struct page_worker_live live;
	struct page_status status;

	if (!page_read_status(page, &status))
		return false;
	for (unsigned i = 0; i < status.workers; i++) {
		if (!page_read_worker(page, i, &live))
			return false;
		if (is_worker_of(&live, station) && live.state != WORKER_FINISHED)
			return false;
	}
	return true;
}
