/*
 * graph_text.c - the wait-for graph in words.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "view/graph.h"

static const char *lock_name(const struct snapshot *snapshot, unsigned lock)
{
	return lock < PAGE_LOCKS && snapshot->plan.lock[lock][0] != '\0' ? snapshot->plan.lock[lock]
									 : "?";
}

void graph_target_text(const struct snapshot *snapshot, enum wait_on on, unsigned target,
		       char *text, size_t size)
{
	text[0] = '\0';
	switch (on) {
	case WAIT_QUEUE:
		snprintf(text, size, "queue %s",
			 target < PAGE_QUEUES ? snapshot->queue[target].name : "?");
		break;
	case WAIT_SLOT:
		snprintf(text, size, "an arena slot");
		break;
	case WAIT_MEMORY:
		snprintf(text, size, "the memory brake");
		break;
	case WAIT_LOCK:
		snprintf(text, size, "lock %s", lock_name(snapshot, target));
		break;
	case WAIT_RESUME:
		snprintf(text, size, "resume");
		break;
	case WAIT_ENDED:
		snprintf(text, size, "the end of %s",
			 target < PAGE_STATIONS ? snapshot->plan.station[target].name : "?");
		break;
	case WAIT_NOTHING:
		break;
	}
}

void graph_wait_text(const struct snapshot *snapshot, unsigned worker, char *text, size_t size)
{
	const struct page_worker_live *live = &snapshot->worker[worker].live;
	unsigned holder;

	graph_target_text(snapshot, (enum wait_on)live->wait_on, live->wait_target, text, size);
	if (live->wait_on == WAIT_QUEUE)
		text_add(text, size, " (%s)", live->state == WORKER_PUT ? "full" : "empty");
	if (live->wait_on != WAIT_LOCK)
		return;
	holder = snapshot_lock_holder(snapshot, worker);
	if (holder < PAGE_WORKERS)
		text_add(text, size, " (held by %s)", snapshot->worker[holder].live.name);
	else
		text_add(text, size, " (holder not known)");
}

/* What the worker before in the cycle waits for, when this one holds it. */
static const struct page_held *wanted_lock(const struct snapshot *snapshot,
					   const struct graph_cycle *cycle, unsigned at,
					   unsigned *lock)
{
	unsigned before = cycle->worker[(at + cycle->length - 1) % cycle->length];
	const struct page_worker_live *waiter = &snapshot->worker[before].live;

	*lock = waiter->wait_target;
	if (waiter->wait_on != WAIT_LOCK || *lock >= PAGE_LOCKS)
		return NULL;
	return &snapshot->worker[cycle->worker[at]].live.held[*lock];
}

static void add_want(const struct snapshot *snapshot, unsigned worker, char *text, size_t size)
{
	const struct page_worker_live *live = &snapshot->worker[worker].live;
	char target[PAGE_NAME_BYTES + 32];

	graph_target_text(snapshot, (enum wait_on)live->wait_on, live->wait_target, target,
			  sizeof target);
	if (live->wait_on == WAIT_LOCK)
		text_add(text, size, "wants %s", lock_name(snapshot, live->wait_target));
	else if (live->wait_on == WAIT_QUEUE)
		text_add(text, size, "wants %s %s",
			 live->state == WORKER_PUT ? "room in" : "an item of", target);
	else
		text_add(text, size, "waits for %s", target);
}

void graph_cycle_text(const struct snapshot *snapshot, const struct graph_cycle *cycle, char *text,
		      size_t size)
{
	const struct page_held *held;
	bool begun = false;
	unsigned lock;

	snprintf(text, size, "DEADLOCK: ");
	for (unsigned i = 0; i < cycle->length; i++) {
		held = wanted_lock(snapshot, cycle, i, &lock);
		text_add(text, size, "%s%s ", i > 0 ? "; " : "",
			 snapshot->worker[cycle->worker[i]].live.name);
		if (held != NULL)
			text_add(text, size, "holds %s, ", lock_name(snapshot, lock));
		add_want(snapshot, cycle->worker[i], text, size);
	}
	for (unsigned i = 0; i < cycle->length; i++) {
		held = wanted_lock(snapshot, cycle, i, &lock);
		if (held == NULL)
			continue;
		text_add(text, size, "%s%s taken in %s", begun ? ", " : " (",
			 lock_name(snapshot, lock),
			 held->stage < snapshot->plan.stages
				 ? snapshot->plan.stage[held->stage].name
				 : "no stage");
		begun = true;
	}
	if (begun)
		text_add(text, size, ")");
}
