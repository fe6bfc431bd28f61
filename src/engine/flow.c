/*
 * flow.c - where each item is: in a queue between hosts, on its way to a host, or in its hands.
 * What is granted to hosts stands in flow_grants.c, when jobs are sent in flow_post.c.
 *
 * Queues. Each group of stations has one queue in front of it. Its jobs are partly here (QUEUED),
 * partly already in a host (SENT) so that a worker never waits for the post; both count as queued
 * until a worker takes the job, so the gauge and the bound are exact: pushed - popped <= capacity.
 */
#include "config.h"

#include "engine/flow.h"

#include "base/clock.h"
#include "engine/jobs.h"

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

void flow_unlink(struct entry **first, struct entry **last, struct entry *entry)
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
		flow_unlink(&sup->alone_first, &sup->alone_last, entry);
	} else if (entry->state == ENTRY_QUEUED) {
		flow_unlink(&group->first, &group->last, entry);
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
	job_warn(job, "", 0);
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

void flow_credit_used(struct remote *host)
{
	host->credits--;
	if (host->credit_wants != 0)
		host->credit_wants--;
}

/* The slot must be the one that came with the job, or, where none did, one of the host's own: two
 * jobs in one slot would write over each other. */
static bool may_hand(const struct supervisor *sup, const struct remote *host, const struct job *job,
		     uint32_t slot)
{
	if (slot == job->slot)
		return true;
	return job->slot == ARENA_NO_SLOT && slot < sup->arena.slots &&
	       sup->slot_owner[slot] == host;
}

int flow_handed(struct supervisor *sup, struct remote *host, const struct record_handed *handed)
{
	struct entry *entry = leased_to(sup, host, handed->job);
	struct job *job;

	if (entry == NULL || entry->state != ENTRY_TAKEN || host->credits == 0 ||
	    host->group >= sup->ngroups || host->group + 1 >= sup->ngroups)
		return -1;
	if (!may_hand(sup, host, entry->job, handed->slot))
		return -1;
	flow_credit_used(host);
	job = entry->job;
	job_warn(job, handed->warning, handed->warning_length);
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
	if (bytes > sup->memory_budget)
		bytes = sup->memory_budget; /* alone, then; and sums stay sums */
	entry->wants_bytes = bytes != 0 ? bytes : 1;
	return 0;
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
	host->reclaiming = false;
	host->untaken = 0;
	host->taken = 0;
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
