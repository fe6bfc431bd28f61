/*
 * flow_post.c - when jobs are sent to hosts, and how many at a time.
 *
 * Posting. While items are short, hosts hold up to two batches per worker; for long ones, one item
 * per worker is kept ready, and near the end none: an idle worker must not wait for an item that
 * lies in a busy one's host.
 */
#include "config.h"

#include "engine/flow.h"

#include "base/clock.h"
#include "engine/jobs.h"

enum { MOST_BATCH = 64 };

static const uint64_t BATCH_NS = 4 * CLOCK_MS_NS;
static const uint64_t MEASURE_NS = 20 * CLOCK_MS_NS;

static unsigned smaller(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static void send_job(struct supervisor *sup, struct remote *host, struct entry *entry)
{
	struct group *group = &sup->group[entry->group];

	if (entry->alone) {
		flow_unlink(&sup->alone_first, &sup->alone_last, entry);
	} else {
		flow_unlink(&group->first, &group->last, entry);
		group->length--;
	}
	entry->state = ENTRY_SENT;
	entry->host = host;
	host->untaken++;
	protocol_put_job(host->channel, RECORD_JOB, entry->job);
	host->dirty = true;
}

static unsigned group_workers(const struct supervisor *sup, const struct remote *host)
{
	unsigned workers = 0;
	unsigned first = host->group == GROUP_ALONE ? 0 : sup->group[host->group].first_station;

	for (unsigned i = 0; i < host->nworkers; i++) {
		const struct remote_worker *worker = &host->workers[i];

		workers += !worker->ended && !worker->retiring &&
			   (worker->identity.station == first || host->group == GROUP_ALONE);
	}
	return workers;
}

static bool takes_jobs(const struct remote *host, unsigned group)
{
	return host->group == group && host->state == REMOTE_LIVE && host->channel != NULL &&
	       !host->closing && !host->closing_soon;
}

/* Jobs that may lie untaken in this host. One with an idle worker comes first; jobs are put beside
 * busy workers only while there are more of them than workers: an idle worker must never wait for a
 * job that lies in a busy one's host. */
static unsigned post_limit(const struct group *group, unsigned workers, unsigned taken,
			   const unsigned *totals)
{
	unsigned idle = taken < workers ? workers - taken : 0;

	if (group->batch == 1)
		return group->length > totals[1] ? idle + workers : idle;
	return smaller(workers * 2 * group->batch,
		       (group->length + totals[0] - 1) / totals[0] + idle);
}

/* A host whose items wait between stations inside it has taken more than its first station's
 * workers hold. */
static unsigned taken_by_first_station(const struct group *group, const struct remote *host,
				       unsigned workers)
{
	if (group->first_station == group->last_station)
		return host->taken;
	return smaller(host->taken, workers - (host->untaken == 0 ? 1 : 0));
}

/* One batch to each host in turn, beginning behind the one that was served last. */
static bool post_round(struct supervisor *sup, unsigned index, const unsigned *totals)
{
	struct group *group = &sup->group[index];
	unsigned begin = group->cursor;
	bool sent = false;

	for (unsigned i = 0; i < sup->nremotes && group->first != NULL; i++) {
		struct remote *host = sup->remote[(begin + i) % sup->nremotes];
		unsigned workers, limit;

		if (!takes_jobs(host, index))
			continue;
		workers = group_workers(sup, host);
		limit = post_limit(group, workers, taken_by_first_station(group, host, workers),
				   totals);
		if (host->untaken >= limit)
			continue;
		for (unsigned n = smaller(group->batch, limit - host->untaken);
		     n != 0 && group->first != NULL; n--)
			send_job(sup, host, group->first);
		group->cursor = host->page_host + 1;
		sent = true;
	}
	return sent;
}

static void post(struct supervisor *sup, unsigned index)
{
	unsigned totals[2] = {0, 0}; /* hosts, workers */

	if (sup->group[index].first == NULL)
		return;
	for (unsigned i = 0; i < sup->nremotes; i++) {
		if (takes_jobs(sup->remote[i], index)) {
			totals[0]++;
			totals[1] += group_workers(sup, sup->remote[i]);
		}
	}
	while (totals[0] != 0 && post_round(sup, index, totals))
		continue;
}

static void post_alone(struct supervisor *sup)
{
	struct remote *host = sup->alone;

	if (sup->alone_first == NULL || host == NULL || host->state != REMOTE_LIVE ||
	    host->channel == NULL || host->untaken + host->taken != 0)
		return;
	send_job(sup, host, sup->alone_first);
}

static bool recorder_keeps_up(const struct supervisor *sup)
{
	return sup->unrecorded < 4096;
}

void flow_turn(struct supervisor *sup)
{
	bool hold = sup->paused || sup->stopping || !recorder_keeps_up(sup);

	for (unsigned g = 0; g < sup->ngroups; g++) {
		if (!hold && (g != 0 || !sup->draining))
			post(sup, g);
		flow_grant_credits(sup, g);
		flow_reclaim_credits(sup, g);
	}
	if (!hold)
		post_alone(sup);
	flow_grant_slots(sup);
	flow_admit(sup);
}

void flow_measure(struct supervisor *sup, uint64_t now_ns)
{
	for (unsigned g = 0; g < sup->ngroups; g++) {
		struct group *group = &sup->group[g];
		uint64_t items = group->finished - group->measured;
		uint64_t workers = 0;
		uint64_t service_ns;

		if (now_ns - group->measured_ns < MEASURE_NS || items == 0)
			continue;
		for (unsigned i = 0; i < sup->nremotes; i++) {
			if (sup->remote[i]->group == g && sup->remote[i]->state == REMOTE_LIVE)
				workers += group_workers(sup, sup->remote[i]);
		}
		service_ns = workers * (now_ns - group->measured_ns) / items + 1;
		group->batch = BATCH_NS / service_ns > MOST_BATCH
				       ? MOST_BATCH
				       : (unsigned)(BATCH_NS / service_ns);
		if (group->batch == 0 || sup->paused)
			group->batch = 1;
		group->measured = group->finished;
		group->measured_ns = now_ns;
		for (unsigned i = 0; i < sup->nremotes; i++) {
			if (sup->remote[i]->group == g && sup->remote[i]->channel != NULL)
				channel_set_batch(sup->remote[i]->channel, group->batch);
		}
	}
}
