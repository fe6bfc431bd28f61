/*
 * fleet_workers.c - which workers there are: declared from the layout, added and retired live.
 *
 * Neighbouring thread stations share a host; a process worker is a host of its own. The walk, the
 * recorder and the host for items that are retried alone are declared too, with group numbers that
 * are no index.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/fleet.h"
#include "engine/flow.h"
#include "engine/jobs.h"
#include "record/slot.h"

static struct remote *new_remote(struct supervisor *sup, const char *name, unsigned group)
{
	struct remote *host = mem_calloc(1, sizeof *host);

	snprintf(host->name, sizeof host->name, "%s", name);
	host->page_host = sup->nremotes;
	host->group = group;
	host->pid_fd = -1;
	host->culprit = NO_CULPRIT;
	sup->remote[sup->nremotes++] = host;
	sup->status.hosts = sup->nremotes;
	return host;
}

static struct remote_worker *new_worker(struct supervisor *sup, struct remote *host,
					const char *name, unsigned station, enum worker_kind kind)
{
	struct remote_worker *worker;
	struct slot_identity identity = {.name = name, .kind = kind, .host = host->page_host};

	host->workers = mem_realloc(host->workers, host->nworkers + 1, sizeof *host->workers);
	worker = &host->workers[host->nworkers++];
	*worker = (struct remote_worker){
		.identity = {.worker = sup->page_workers++, .station = station}};
	snprintf(worker->identity.name, sizeof worker->identity.name, "%s", name);
	identity.station = kind == WORKER_THREAD || kind == WORKER_PROCESS ? station + 1 : 0;
	slot_declare(sup->page, worker->identity.worker, &identity);
	sup->status.workers = sup->page_workers;
	sup->status_changed = true;
	return worker;
}

static const char *station_name(const struct supervisor *sup, unsigned station)
{
	return sup->workload->stages[sup->plan->layout.station[station].first_stage].name;
}

/* Workers are numbered through per station, added ones included. */
static void next_name(struct supervisor *sup, unsigned station, char *name, size_t size)
{
	unsigned number = 1;

	for (unsigned i = 0; i < sup->nremotes; i++) {
		if (sup->remote[i]->group >= sup->ngroups)
			continue;
		for (unsigned w = 0; w < sup->remote[i]->nworkers; w++)
			number += sup->remote[i]->workers[w].identity.station == station;
	}
	snprintf(name, size, "%s-%u", station_name(sup, station), number);
}

static void declare_process_group(struct supervisor *sup, unsigned index)
{
	unsigned station = sup->group[index].first_station;
	char name[PAGE_NAME_BYTES];

	for (unsigned i = 0; i < sup->plan->layout.station[station].workers; i++) {
		struct remote *host;

		next_name(sup, station, name, sizeof name);
		host = new_remote(sup, name, index);
		host->slots_wanted = 1;
		new_worker(sup, host, name, station, WORKER_PROCESS);
	}
}

static void declare_thread_group(struct supervisor *sup, unsigned index, const unsigned *capacities)
{
	const struct group *group = &sup->group[index];
	const struct layout_station *first = &sup->plan->layout.station[group->first_station];
	unsigned hosts = first->hosts != 0 ? first->hosts : 1;
	char name[PAGE_NAME_BYTES];

	for (unsigned h = 0; h < hosts; h++) {
		struct remote *host;

		if (hosts > 1)
			snprintf(name, sizeof name, "%s@%u",
				 station_name(sup, group->first_station), h + 1);
		else
			snprintf(name, sizeof name, "%s", station_name(sup, group->first_station));
		host = new_remote(sup, name, index);
		for (unsigned s = group->first_station; s <= group->last_station; s++) {
			unsigned workers = sup->plan->layout.station[s].workers;

			for (unsigned i = h; i < workers; i += hosts) {
				next_name(sup, s, name, sizeof name);
				new_worker(sup, host, name, s, WORKER_THREAD);
			}
			host->slots_wanted += (workers + hosts - 1) / hosts;
			host->slots_wanted += s != group->first_station ? capacities[s] : 0;
		}
	}
}

/* Cut the stations into groups that share hosts. */
static void make_groups(struct supervisor *sup)
{
	const struct layout *layout = &sup->plan->layout;

	for (unsigned s = 0; s < layout->nstations; s++) {
		const struct layout_station *station = &layout->station[s];
		struct group *before = sup->ngroups != 0 ? &sup->group[sup->ngroups - 1] : NULL;

		if (before != NULL && !before->process && !station->process &&
		    station->hosts == 0 && layout->station[before->first_station].hosts == 0) {
			before->last_station = s;
			continue;
		}
		sup->group[sup->ngroups++] = (struct group){.first_station = s,
							    .last_station = s,
							    .process = station->process,
							    .batch = 1};
	}
}

static void declare_queues(struct supervisor *sup, const unsigned *capacities)
{
	const struct layout *layout = &sup->plan->layout;

	for (unsigned s = 0; s < layout->nstations; s++) {
		struct page_queue queue = {.capacity = capacities[s], .station = s + 1};

		snprintf(queue.name, sizeof queue.name, "%s",
			 s == 0 ? "intake" : station_name(sup, s));
		for (unsigned g = 0; g < sup->ngroups; g++) {
			if (sup->group[g].first_station != s)
				continue;
			queue.between_hosts = 1;
			sup->group[g].shown = queue;
		}
		page_write_queue(sup->page, s, &queue);
	}
	sup->status.queues = layout->nstations;
}

void fleet_declare(struct supervisor *sup)
{
	unsigned capacities[LAYOUT_STATIONS];

	plan_capacities(sup->plan, capacities);
	sup->walk = new_remote(sup, "walk-1", GROUP_WALK);
	new_worker(sup, sup->walk, "walk-1", 0, WORKER_WALK);
	sup->recorder = new_remote(sup, "recorder", GROUP_RECORDER);
	new_worker(sup, sup->recorder, "recorder", 0, WORKER_RECORDER);
	make_groups(sup);
	declare_queues(sup, capacities);
	for (unsigned g = 0; g < sup->ngroups; g++) {
		if (sup->group[g].process)
			declare_process_group(sup, g);
		else
			declare_thread_group(sup, g, capacities);
	}
	sup->alone = new_remote(sup, "alone-1", GROUP_ALONE);
	sup->alone->slots_wanted = 1;
}

/* Its worker is listed only when there is something for it to do. */
void fleet_start_alone(struct supervisor *sup)
{
	if (sup->alone->nworkers == 0)
		new_worker(sup, sup->alone, "alone-1", 0, WORKER_PROCESS);
	fleet_start(sup, sup->alone);
}

struct remote *fleet_find_worker(struct supervisor *sup, const char *name, uint32_t incarnation,
				 struct remote_worker **worker)
{
	for (unsigned i = 0; i < sup->nremotes; i++) {
		struct remote *host = sup->remote[i];

		for (unsigned w = 0; w < host->nworkers; w++) {
			if (strcmp(host->workers[w].identity.name, name) != 0 ||
			    host->state != REMOTE_LIVE || host->channel == NULL ||
			    host->workers[w].ended ||
			    (incarnation != 0 && incarnation != host->incarnation))
				continue;
			*worker = &host->workers[w];
			return host;
		}
	}
	return NULL;
}

static unsigned live_workers(const struct remote *host, unsigned station)
{
	unsigned count = 0;

	for (unsigned w = 0; w < host->nworkers; w++)
		count += host->workers[w].identity.station == station &&
			 !host->workers[w].retiring && !host->workers[w].ended;
	return count;
}

static int add_process(struct supervisor *sup, unsigned group, unsigned station, struct err *err)
{
	char name[PAGE_NAME_BYTES];
	struct remote *host;

	if (sup->nremotes == PAGE_HOSTS)
		return err_permanent(err, "there are %d processes already", PAGE_HOSTS);
	next_name(sup, station, name, sizeof name);
	host = new_remote(sup, name, group);
	host->slots_wanted = 1;
	new_worker(sup, host, name, station, WORKER_PROCESS);
	fleet_start(sup, host);
	return 0;
}

/* To the host of the group with the fewest workers. */
static int add_thread(struct supervisor *sup, unsigned group, unsigned station, struct err *err)
{
	char name[PAGE_NAME_BYTES];
	struct remote_worker *worker;
	struct remote *host = NULL;

	for (unsigned i = 0; i < sup->nremotes; i++) {
		struct remote *other = sup->remote[i];

		if (other->group == group && other->channel != NULL && !other->closing &&
		    (host == NULL || live_workers(other, station) < live_workers(host, station)))
			host = other;
	}
	if (host == NULL)
		return err_permanent(err, "its process is not running at the moment");
	next_name(sup, station, name, sizeof name);
	worker = new_worker(sup, host, name, station, WORKER_THREAD);
	worker->identity.incarnation = host->incarnation;
	host->slots_wanted++;
	protocol_put_worker(host->channel, &worker->identity);
	host->dirty = true;
	return 0;
}

static unsigned group_of_station(const struct supervisor *sup, unsigned station)
{
	unsigned group = 0;

	while (station > sup->group[group].last_station)
		group++;
	return group;
}

/* Each process of the first group must find an arena slot, or what is sent to it waits for ever. */
static bool slots_for_more(const struct supervisor *sup)
{
	unsigned hosts = 2; /* the new one, and the one for suspects */

	for (unsigned i = 0; i < sup->nremotes; i++)
		hosts += sup->remote[i]->group == 0 && sup->remote[i]->state != REMOTE_ENDED;
	return sup->workload->region_shares == NULL || hosts <= sup->arena.slots;
}

static bool may_grow(const struct supervisor *sup, unsigned station)
{
	struct layout grown = sup->plan->layout;

	grown.station[station].workers++;
	return !layout_crowded(sup->workload, &grown);
}

int fleet_add_worker(struct supervisor *sup, unsigned station, struct err *err)
{
	unsigned group = group_of_station(sup, station);

	/* One row stays for the worker that does suspects alone. */
	if (sup->page_workers + (sup->alone->nworkers == 0) >= PAGE_WORKERS)
		return err_permanent(err, "there are %u workers already", sup->page_workers);
	if (sup->draining || sup->stopping || sup->closed_all)
		return err_permanent(err, "the run is ending");
	if (!may_grow(sup, station))
		return err_permanent(err, "%s can have one worker only",
				     station_name(sup, station));
	if (group == 0 && sup->group[0].process && !slots_for_more(sup))
		return err_permanent(err, "no arena slot is left for one more");
	return sup->group[group].process ? add_process(sup, group, station, err)
					 : add_thread(sup, group, station, err);
}

static struct remote *last_of_station(struct supervisor *sup, unsigned station,
				      struct remote_worker **worker, unsigned *living)
{
	struct remote *found = NULL;

	*living = 0;
	for (unsigned i = 0; i < sup->nremotes; i++) {
		struct remote *host = sup->remote[i];

		if (host->group >= sup->ngroups || host->state != REMOTE_LIVE ||
		    host->channel == NULL)
			continue;
		for (unsigned w = 0; w < host->nworkers; w++) {
			if (host->workers[w].identity.station != station ||
			    host->workers[w].retiring || host->workers[w].ended)
				continue;
			++*living;
			*worker = &host->workers[w];
			found = host;
		}
	}
	return found;
}

int fleet_retire_worker(struct supervisor *sup, const char *name, struct err *err)
{
	struct remote_worker *worker = NULL;
	struct remote *host = fleet_find_worker(sup, name, 0, &worker);
	struct remote_worker *last = NULL;
	unsigned living;

	for (unsigned s = 0; host == NULL && s < sup->plan->layout.nstations; s++) {
		if (strcmp(station_name(sup, s), name) == 0)
			host = last_of_station(sup, s, &worker, &living);
	}
	if (host == NULL || host->group >= sup->ngroups)
		return err_permanent(err, "'%s' is neither a station nor one of its workers", name);
	last_of_station(sup, worker->identity.station, &last, &living);
	if (living < 2)
		return err_permanent(err,
				     "%s is the last worker of its station; add another before",
				     worker->identity.name);
	if (worker->retiring)
		return err_permanent(err, "%s is retiring already", worker->identity.name);
	worker->retiring = true;
	slot_retire(sup->page, worker->identity.worker);
	protocol_put_number(host->channel, RECORD_RETIRE, worker->identity.worker);
	host->dirty = true;
	if (sup->group[host->group].process)
		host->closing_soon = true;
	return 0;
}
