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

static bool produces_for(const struct supervisor *sup, const struct remote *host, unsigned group)
{
	(void)sup;
	if (host->state != REMOTE_LIVE || host->channel == NULL)
		return false;
	return group == 0 ? host->group == GROUP_WALK : host->group == group - 1;
}

static void give_credits(struct remote *host, unsigned credits)
{
	host->credits += credits;
	host->credit_wants = host->credit_wants > credits ? host->credit_wants - credits : 0;
	protocol_put_number(host->channel, RECORD_CREDIT, credits);
	host->dirty = true;
}

/* Free places of a group's queue: capacity less what is queued and what is promised. */
static unsigned free_places(struct supervisor *sup, unsigned group, unsigned *producers)
{
	const struct page_queue *shown = &sup->group[group].shown;
	uint64_t used = shown->pushed - shown->popped;

	*producers = 0;
	for (unsigned i = 0; i < sup->nremotes; i++) {
		if (produces_for(sup, sup->remote[i], group)) {
			used += sup->remote[i]->credits;
			++*producers;
		}
	}
	return used < shown->capacity ? (unsigned)(shown->capacity - used) : 0;
}

void flow_grant_credits(struct supervisor *sup, unsigned group)
{
	unsigned producers;
	unsigned places = free_places(sup, group, &producers);
	unsigned share = producers != 0 ? sup->group[group].shown.capacity / producers : 0;
	/* For long queues of short items: not one by one. */
	unsigned least = share >= 8 ? share / 4 : 1;

	if (sup->draining && group == 0)
		return;
	for (unsigned i = 0; i < sup->nremotes && places != 0; i++) {
		struct remote *host = sup->remote[i];
		unsigned credits;

		if (!produces_for(sup, host, group) || host->credits + least > share)
			continue;
		credits = smaller(places, share - host->credits);
		if (credits < least && host->credits != 0)
			continue;
		give_credits(host, credits);
		places -= credits;
	}
	for (unsigned i = 0; i < sup->nremotes && places != 0; i++) {
		struct remote *host = sup->remote[i];

		if (produces_for(sup, host, group) && host->credit_wants > host->credits) {
			unsigned credits = smaller(places, host->credit_wants - host->credits);

			give_credits(host, credits);
			places -= credits;
		}
	}
}

/* A host waits while the only free places are promised to hosts that do not use them: call those
 * back. */
void flow_reclaim_credits(struct supervisor *sup, unsigned group)
{
	unsigned producers;
	bool wanted = false;

	if (free_places(sup, group, &producers) != 0 || producers < 2 ||
	    sup->group[group].shown.pushed != sup->group[group].shown.popped)
		return;
	for (unsigned i = 0; i < sup->nremotes; i++)
		wanted |= produces_for(sup, sup->remote[i], group) &&
			  sup->remote[i]->credit_wants != 0 && sup->remote[i]->credits == 0;
	if (!wanted)
		return;
	for (unsigned i = 0; i < sup->nremotes; i++) {
		struct remote *host = sup->remote[i];

		if (produces_for(sup, host, group) && host->credits != 0 &&
		    host->credit_wants == 0) {
			channel_put(host->channel, RECORD_RECLAIM, NULL, 0);
			host->dirty = true;
		}
	}
}

static bool is_first_group(const struct remote *host)
{
	return host->group == 0 || host->group == GROUP_ALONE;
}

/* Free slots go to the hosts of the first group that have fewer than they could use. */
void flow_grant_slots(struct supervisor *sup)
{
	unsigned slot = 0;

	if (sup->workload->region_shares == NULL)
		return;
	for (unsigned round = 0; round < sup->nremotes; round++) {
		struct remote *neediest = NULL;

		for (unsigned i = 0; i < sup->nremotes; i++) {
			struct remote *host = sup->remote[i];

			if (host->state == REMOTE_LIVE && host->channel != NULL &&
			    is_first_group(host) && host->slots < host->slots_wanted &&
			    (neediest == NULL || host->slots < neediest->slots))
				neediest = host;
		}
		if (neediest == NULL)
			return;
		while (slot < sup->arena.slots &&
		       (sup->slot_owner[slot] != NULL || sup->slot_with_job[slot]))
			slot++;
		if (slot == sup->arena.slots)
			return;
		sup->slot_owner[slot] = neediest;
		neediest->slots++;
		protocol_put_number(neediest->channel, RECORD_SLOT, slot);
		neediest->dirty = true;
		if (neediest->slots < neediest->slots_wanted)
			round--;
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

static void admit_one(struct supervisor *sup, struct entry *entry, void *context)
{
	(void)context;
	if (entry->wants_bytes == 0 || entry->host == NULL || entry->host->channel == NULL)
		return;
	if (sup->memory_admissions != 0 &&
	    sup->memory_admitted + entry->wants_bytes > sup->memory_budget / 2)
		return;
	entry->admitted_bytes += entry->wants_bytes;
	sup->memory_admitted += entry->wants_bytes;
	sup->memory_admissions++;
	sup->memory_waiting--;
	entry->wants_bytes = 0;
	protocol_put_number(entry->host->channel, RECORD_ADMIT, entry->job->id);
	entry->host->dirty = true;
}

void flow_admit(struct supervisor *sup)
{
	if (sup->memory_waiting != 0)
		jobs_each(sup, admit_one, NULL);
}
