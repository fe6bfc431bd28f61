/*
 * flow.c - what goes where between hosts: queues, credits, arena slots, memory.
 *
 * Queues. Each group of stations has one queue in front of it. Its jobs are partly here (QUEUED),
 * partly already in a host (SENT) so that a worker never waits for the post; both count as queued
 * until a worker takes the job, so the gauge and the bound are exact: pushed - popped <= capacity.
 *
 * Credits. A producer (the walk, or a host of the group before) may put as many jobs into a queue
 * as it was given credits. Free places are shared out evenly beforehand; a host whose worker waits
 * gets what is left. So backpressure reaches the worker that produces, and its row names the full
 * queue.
 *
 * Posting. While items are short, hosts hold up to two batches per worker; for long ones, one item
 * per worker is kept ready, and near the end none: an idle worker must not wait for an item that
 * lies in a busy one's host.
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

#include <string.h>

#include "base/clock.h"
#include "engine/jobs.h"

enum { MOST_BATCH = 64 };

static const uint64_t BATCH_NS = 4 * CLOCK_MS_NS;
static const uint64_t MEASURE_NS = 20 * CLOCK_MS_NS;

static void show_push(struct group *group)
{
	uint64_t depth;

	group->shown.pushed++;
	depth = group->shown.pushed - group->shown.popped;
	if (depth > group->shown.high_water)
		group->shown.high_water = depth;
}

static void link_last(struct entry **first, struct entry **last, struct entry *entry)
{
	entry->next = NULL;
	entry->previous = *last;
	if (*last != NULL)
		(*last)->next = entry;
	else
		*first = entry;
	*last = entry;
}

static void link_first(struct entry **first, struct entry **last, struct entry *entry)
{
	entry->previous = NULL;
	entry->next = *first;
	if (*first != NULL)
		(*first)->previous = entry;
	else
		*last = entry;
	*first = entry;
}

static void unlink_entry(struct entry **first, struct entry **last, struct entry *entry)
{
	if (entry->previous != NULL)
		entry->previous->next = entry->next;
	else
		*first = entry->next;
	if (entry->next != NULL)
		entry->next->previous = entry->previous;
	else
		*last = entry->previous;
	entry->next = entry->previous = NULL;
}

void flow_push(struct supervisor *sup, struct entry *entry, unsigned group)
{
	entry->group = group;
	entry->state = ENTRY_QUEUED;
	entry->host = NULL;
	link_last(&sup->group[group].first, &sup->group[group].last, entry);
	sup->group[group].length++;
	show_push(&sup->group[group]);
	sup->status_changed = true;
}

/* Take the entry out of the queue (here or in a host) or out of the worker's hands. */
static void leave_host_and_queue(struct supervisor *sup, struct entry *entry)
{
	struct group *group = &sup->group[entry->group];

	if (entry->state == ENTRY_QUEUED && entry->alone) {
		unlink_entry(&sup->alone_first, &sup->alone_last, entry);
	} else if (entry->state == ENTRY_QUEUED) {
		unlink_entry(&group->first, &group->last, entry);
		group->length--;
		group->shown.popped++;
	} else if (entry->state == ENTRY_SENT) {
		entry->host->untaken--;
		if (!entry->alone)
			group->shown.popped++;
	} else {
		entry->host->taken--;
	}
	entry->host = NULL;
}

void flow_slot_back(struct supervisor *sup, uint32_t slot)
{
	if (slot < sup->arena.slots) {
		sup->slot_owner[slot] = NULL;
		sup->slot_with_job[slot] = false;
	}
}

static void release_memory(struct supervisor *sup, struct entry *entry)
{
	if (entry->wants_bytes != 0)
		sup->memory_waiting--;
	if (entry->admitted_bytes != 0) {
		sup->memory_admitted -= entry->admitted_bytes;
		sup->memory_admissions--;
	}
	entry->wants_bytes = 0;
	entry->admitted_bytes = 0;
}

void flow_release(struct supervisor *sup, struct entry *entry)
{
	leave_host_and_queue(sup, entry);
	release_memory(sup, entry);
	if (entry->job->slot != ARENA_NO_SLOT)
		flow_slot_back(sup, entry->job->slot);
	entry->job->slot = ARENA_NO_SLOT;
}

void flow_restart(struct supervisor *sup, struct entry *entry, bool alone)
{
	bool untouched = entry->state == ENTRY_SENT && entry->group == 0 && !entry->alone;
	struct job *job = entry->job;

	flow_release(sup, entry);
	job->bytes_in = job->bytes_out = 0;
	job->damaged = false;
	entry->alone = alone;
	entry->group = 0;
	entry->state = ENTRY_QUEUED;
	if (alone) {
		link_last(&sup->alone_first, &sup->alone_last, entry);
		return;
	}
	link_first(&sup->group[0].first, &sup->group[0].last, entry);
	sup->group[0].length++;
	if (untouched)
		sup->group[0].shown.popped--; /* it never left the queue */
	else
		show_push(&sup->group[0]);
}

static void send_job(struct supervisor *sup, struct remote *host, struct entry *entry)
{
	struct group *group = &sup->group[entry->group];

	if (entry->alone) {
		unlink_entry(&sup->alone_first, &sup->alone_last, entry);
	} else {
		unlink_entry(&group->first, &group->last, entry);
		group->length--;
	}
	entry->state = ENTRY_SENT;
	entry->host = host;
	host->untaken++;
	protocol_put_job(host->channel, RECORD_JOB, entry->job);
	host->dirty = true;
}

static struct entry *leased_to(struct supervisor *sup, struct remote *host, uint64_t job)
{
	struct entry *entry = jobs_find(sup, job);

	return entry != NULL && entry->host == host && entry->state != ENTRY_QUEUED ? entry : NULL;
}

int flow_taken(struct supervisor *sup, struct remote *host, uint64_t job)
{
	struct entry *entry = leased_to(sup, host, job);

	if (entry == NULL || entry->state != ENTRY_SENT)
		return -1;
	host->untaken--;
	host->taken++;
	entry->state = ENTRY_TAKEN;
	if (!entry->alone)
		sup->group[entry->group].shown.popped++;
	if (entry->job->start_ns == 0)
		entry->job->start_ns = clock_ns();
	sup->status_changed = true;
	return 0;
}

int flow_returned(struct supervisor *sup, struct remote *host, uint64_t job)
{
	struct entry *entry = leased_to(sup, host, job);
	struct group *group;

	if (entry == NULL || entry->state != ENTRY_SENT)
		return -1;
	host->untaken--;
	entry->state = ENTRY_QUEUED;
	entry->host = NULL;
	if (entry->alone) {
		link_first(&sup->alone_first, &sup->alone_last, entry);
		return 0;
	}
	group = &sup->group[entry->group];
	link_first(&group->first, &group->last, entry);
	group->length++;
	return 0;
}

int flow_handed(struct supervisor *sup, struct remote *host, const struct record_handed *handed)
{
	struct entry *entry = leased_to(sup, host, handed->job);
	struct job *job;

	if (entry == NULL || entry->state != ENTRY_TAKEN || host->credits == 0 ||
	    host->group >= sup->ngroups || host->group + 1 >= sup->ngroups)
		return -1;
	if (handed->slot != ARENA_NO_SLOT && handed->slot >= sup->arena.slots)
		return -1;
	host->credits--;
	job = entry->job;
	job->start_ns = handed->start_ns;
	job->bytes_in = handed->bytes_in;
	job->bytes_out = handed->bytes_out;
	job->damaged = handed->damaged != 0;
	job->slot = handed->slot;
	if (job->slot != ARENA_NO_SLOT && sup->slot_owner[job->slot] == host) {
		host->slots--;
		sup->slot_owner[job->slot] = NULL;
	}
	if (job->slot != ARENA_NO_SLOT)
		sup->slot_with_job[job->slot] = true;
	sup->group[entry->group].finished++;
	host->taken--;
	flow_push(sup, entry, host->group + 1);
	return 0;
}

int flow_wants_memory(struct supervisor *sup, struct remote *host, uint64_t job, uint64_t bytes)
{
	struct entry *entry = leased_to(sup, host, job);

	if (entry == NULL)
		return -1;
	if (entry->wants_bytes == 0)
		sup->memory_waiting++;
	entry->wants_bytes = bytes != 0 ? bytes : 1;
	return 0;
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

static bool is_first_group(const struct remote *host)
{
	return host->group == 0 || host->group == GROUP_ALONE;
}

void flow_host_gone(struct supervisor *sup, struct remote *host)
{
	for (unsigned i = 0; i < sup->arena.slots; i++) {
		if (sup->slot_owner[i] == host)
			flow_slot_back(sup, i);
	}
	host->slots = 0;
	host->credits = 0;
	host->credit_wants = 0;
	host->untaken = 0;
	host->taken = 0;
}

/* Free slots go to the hosts of the first group that have fewer than they could use. */
static void grant_slots(struct supervisor *sup)
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

/* --- credits --- */

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

static unsigned smaller(unsigned a, unsigned b)
{
	return a < b ? a : b;
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

static void grant_credits(struct supervisor *sup, unsigned group)
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
static void reclaim_credits(struct supervisor *sup, unsigned group)
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

/* --- posting --- */

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

/* Jobs that may lie in this host untaken. */
static unsigned post_limit(const struct supervisor *sup, const struct group *group,
			   const struct remote *host, unsigned hosts)
{
	unsigned workers = group_workers(sup, host);
	bool one_station = group->first_station == group->last_station;
	unsigned limit = group->batch == 1 ? workers : workers * 2 * group->batch;
	unsigned idle = host->taken < workers ? workers - host->taken : 0;

	if (!sup->source_ended || group->length > limit * hosts)
		return limit;
	/* near the end: share what is left, and leave nothing lying beside an idle worker */
	if (group->batch == 1)
		return one_station ? idle : smaller(limit, workers);
	return smaller(limit, (group->length + hosts - 1) / hosts);
}

static void post(struct supervisor *sup, unsigned index)
{
	struct group *group = &sup->group[index];
	unsigned hosts = 0;

	for (unsigned i = 0; i < sup->nremotes; i++)
		hosts += sup->remote[i]->state == REMOTE_LIVE && sup->remote[i]->group == index;
	/* One job to each in turn, so that a short queue is shared fairly. */
	for (bool sent = true; sent && group->first != NULL;) {
		sent = false;
		for (unsigned i = 0; i < sup->nremotes && group->first != NULL; i++) {
			struct remote *host = sup->remote[i];
			unsigned limit;

			if (host->group != index || host->state != REMOTE_LIVE ||
			    host->channel == NULL || host->closing || host->closing_soon)
				continue;
			limit = post_limit(sup, group, host, hosts);
			if (host->untaken >= limit)
				continue;
			for (unsigned n = smaller(group->batch, limit - host->untaken);
			     n != 0 && group->first != NULL; n--) {
				send_job(sup, host, group->first);
				sent = true;
			}
		}
	}
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
		grant_credits(sup, g);
		reclaim_credits(sup, g);
	}
	if (!hold)
		post_alone(sup);
	grant_slots(sup);
	if (sup->memory_waiting != 0)
		jobs_each(sup, admit_one, NULL);
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

void flow_set_capacity(struct supervisor *sup, unsigned group, unsigned capacity)
{
	sup->group[group].shown.capacity = capacity;
	sup->status_changed = true;
}

void flow_publish(struct supervisor *sup)
{
	for (unsigned g = 0; g < sup->ngroups; g++)
		page_write_queue(sup->page, sup->group[g].first_station, &sup->group[g].shown);
}
