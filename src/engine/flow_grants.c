/*
 * flow_grants.c - what the supervisor grants: credits, arena slots, memory.
 *
 * Credits. A producer (the walk, or a host of the group before) may put as many jobs into a queue
 * as it was given credits. Free places are shared out evenly beforehand; a host whose worker waits
 * gets what is left. So backpressure reaches the worker that produces, and its row names the full
 * queue.
 *
 * Slots. Hosts of the first group own arena slots and reuse them, last used first. A slot that
 * has gone on with a job comes back here with its completion and goes to whichever of them is
 * short.
 *
 * Memory. Items whose need is small beside the budget never ask. The others are admitted one by
 * one: at least one always, more while half of the budget holds them.
 */
#include "config.h"

#include "engine/flow.h"

#include "base/clock.h"
#include "engine/jobs.h"

static unsigned smaller(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static bool produces_for(const struct remote *host, unsigned group)
{
	if (host->state != REMOTE_LIVE || host->channel == NULL)
		return false;
	return group == 0 ? host->group == GROUP_WALK : host->group == group - 1;
}

/* Free places of a group's queue: capacity less what is queued and what is promised. */
static unsigned free_places(struct supervisor *sup, unsigned group, unsigned *producers)
{
	const struct page_queue *shown = &sup->group[group].shown;
	uint64_t used = shown->pushed - shown->popped;

	*producers = 0;
	for (unsigned i = 0; i < sup->nremotes; i++) {
		if (produces_for(sup->remote[i], group)) {
			used += sup->remote[i]->credits;
			++*producers;
		}
	}
	return used < shown->capacity ? (unsigned)(shown->capacity - used) : 0;
}

/* What this host should get now: its share beforehand, or as many as its workers wait for. */
static unsigned credits_for(const struct remote *host, unsigned share, unsigned places)
{
	/* For long queues of short items: not one by one. */
	unsigned least = share >= 8 ? share / 4 : 1;
	unsigned credits = 0;

	if (host->credits + least <= share)
		credits = smaller(places, share - host->credits);
	if (credits < least && host->credits != 0)
		credits = 0;
	if (host->credit_wants > host->credits + credits)
		credits = smaller(places, host->credit_wants - host->credits);
	return credits;
}

/* In turn, beginning behind the host that was served last: one that is always hungry must not take
 * every place that falls free. */
void flow_grant_credits(struct supervisor *sup, unsigned group)
{
	unsigned producers;
	unsigned places = free_places(sup, group, &producers);
	unsigned share = producers != 0 ? sup->group[group].shown.capacity / producers : 0;
	unsigned first = sup->group[group].next_producer;

	if (sup->draining && group == 0)
		return;
	for (unsigned n = 0; n < sup->nremotes && places != 0; n++) {
		struct remote *host = sup->remote[(first + n) % sup->nremotes];
		unsigned credits;

		if (!produces_for(host, group))
			continue;
		credits = credits_for(host, share, places);
		if (credits == 0)
			continue;
		host->credits += credits;
		protocol_put_number(host->channel, RECORD_CREDIT, credits);
		host->dirty = true;
		places -= credits;
		sup->group[group].next_producer = (first + n + 1) % sup->nremotes;
	}
}

/* Call back what the producers of a group have not used and do not wait for. */
static void reclaim(struct supervisor *sup, unsigned group)
{
	for (unsigned i = 0; i < sup->nremotes; i++) {
		struct remote *host = sup->remote[i];

		if (produces_for(host, group) && host->credits > host->credit_wants &&
		    !host->reclaiming) {
			channel_put(host->channel, RECORD_RECLAIM, NULL, 0);
			host->reclaiming = true;
			host->dirty = true;
		}
	}
}

/* A host waits while the only free places are promised to hosts that do not use them, or more are
 * promised than a queue that has shrunk may hold: call them back. */
void flow_reclaim_credits(struct supervisor *sup, unsigned group)
{
	const struct page_queue *shown = &sup->group[group].shown;
	uint64_t depth = shown->pushed - shown->popped;
	uint64_t promised = 0;
	unsigned producers;
	bool wanted = false;

	if (free_places(sup, group, &producers) != 0)
		return;
	for (unsigned i = 0; i < sup->nremotes; i++) {
		const struct remote *host = sup->remote[i];

		if (produces_for(host, group)) {
			promised += host->credits;
			wanted |= host->credit_wants != 0 && host->credits == 0;
		}
	}
	if ((wanted && depth == 0) || (promised != 0 && depth + promised > shown->capacity))
		reclaim(sup, group);
}

static bool is_first_group(const struct remote *host)
{
	return host->group == 0 || host->group == GROUP_ALONE;
}

static bool lacks_slots(const struct remote *host)
{
	return host->state == REMOTE_LIVE && host->channel != NULL && is_first_group(host) &&
	       host->slots < host->slots_wanted;
}

static bool is_free(const struct supervisor *sup, unsigned slot)
{
	return sup->slot_owner[slot] == NULL && !sup->slot_with_job[slot];
}

/* The last free slot is kept for items that are retried alone: the others may never give any back.
 */
static struct remote *neediest(const struct supervisor *sup, unsigned slots_left)
{
	struct remote *found = NULL;

	if (slots_left == 1 && sup->alone != NULL && sup->alone->slots == 0)
		return lacks_slots(sup->alone) ? sup->alone : NULL;
	for (unsigned i = 0; i < sup->nremotes; i++) {
		struct remote *host = sup->remote[i];

		if (lacks_slots(host) && (found == NULL || host->slots < found->slots))
			found = host;
	}
	return found;
}

/* Free slots go to the hosts of the first group that have fewer than they could use. */
void flow_grant_slots(struct supervisor *sup)
{
	struct remote *host;
	unsigned left = 0;

	if (sup->workload->region_shares == NULL)
		return;
	for (unsigned slot = 0; slot < sup->arena.slots; slot++)
		left += is_free(sup, slot);
	for (unsigned slot = 0; left != 0 && slot < sup->arena.slots; slot++) {
		if (!is_free(sup, slot))
			continue;
		host = neediest(sup, left);
		if (host == NULL)
			return;
		sup->slot_owner[slot] = host;
		host->slots++;
		protocol_put_number(host->channel, RECORD_SLOT, slot);
		host->dirty = true;
		left--;
	}
}

unsigned flow_slots_needed(const struct supervisor *sup, const unsigned *capacities)
{
	const struct layout *layout = &sup->plan->layout;
	unsigned needed = layout_workers(layout) + 1; /* one for items that are retried alone */

	for (unsigned s = 1; s < layout->nstations; s++)
		needed += capacities[s];
	return needed;
}

static void find_oldest(struct supervisor *sup, struct entry *entry, void *context)
{
	struct entry **oldest = context;

	(void)sup;
	if (entry->wants_bytes != 0 && entry->host != NULL && entry->host->channel != NULL &&
	    (*oldest == NULL || entry->job->id < (*oldest)->job->id))
		*oldest = entry;
}

/* One that holds memory already is never kept waiting for more: two of them could wait for each
 * other. */
static bool may_have(const struct supervisor *sup, const struct entry *entry)
{
	return sup->memory_admissions == 0 || entry->admitted_bytes != 0 ||
	       sup->memory_admitted + entry->wants_bytes <= sup->memory_budget / 2;
}

static void admit(struct supervisor *sup, struct entry *entry)
{
	if (entry->admitted_bytes == 0)
		sup->memory_admissions++;
	if (entry->wants_bytes > entry->admitted_bytes) {
		sup->memory_admitted += entry->wants_bytes - entry->admitted_bytes;
		entry->admitted_bytes = entry->wants_bytes;
	}
	sup->memory_waiting--;
	entry->wants_bytes = 0;
	protocol_put_number(entry->host->channel, RECORD_ADMIT, entry->job->id);
	entry->host->dirty = true;
}

/* The oldest first; one that does not fit holds the younger back, or small ones could pass a large
 * one for ever. */
void flow_admit(struct supervisor *sup)
{
	while (sup->memory_waiting != 0) {
		struct entry *oldest = NULL;

		jobs_each(sup, find_oldest, &oldest);
		if (oldest == NULL || !may_have(sup, oldest))
			return;
		admit(sup, oldest);
	}
}
