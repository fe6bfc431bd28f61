/*
 * hang_fixture.c - a run made by hand that hangs in every way.
 */
#include "config.h"

#include "hang_fixture.h"

#include <stdio.h>
#include <string.h>

static void add_worker(struct snapshot *s, unsigned worker, const char *name, unsigned station)
{
	struct page_worker_live *live = &s->worker[worker].live;

	snprintf(live->name, sizeof live->name, "%s", name);
	live->kind = worker == WALK ? WORKER_WALK : WORKER_THREAD;
	live->station = station;
	live->host = worker == WALK ? 0 : 1;
	live->pid = worker == WALK ? 10 : 11;
	live->tid = 10 + worker;
	live->incarnation = 1;
	live->started_ns = SECOND;
	live->state = WORKER_RUN;
	live->state_since_ns = live->stage_since_ns = live->item_since_ns = 99 * SECOND;
	live->stage = station == 1 ? PREPARE : ASSEMBLE;
	live->job = worker;
	live->wait_target = PAGE_NONE;
	snprintf(live->item, sizeof live->item, "item-%u", worker);
	for (unsigned i = 0; i < PAGE_LOCKS; i++)
		live->held[i].stage = PAGE_NONE;
}

int hang_setup(void **state)
{
	struct snapshot *s = snapshot_new();

	s->page_identity = 1;
	s->at_ns = 100 * SECOND;
	s->plan.started_ns = SECOND;
	s->plan.stages = 2;
	s->plan.stations = 2;
	s->plan.locks = 3;
	strcpy(s->plan.lock[GIL], "gil");
	strcpy(s->plan.lock[OUT], "out");
	strcpy(s->plan.lock[LOG], "log");
	strcpy(s->plan.stage[PREPARE].name, "prepare");
	strcpy(s->plan.stage[ASSEMBLE].name, "assemble");
	strcpy(s->plan.station[1].name, "prepare");
	strcpy(s->plan.station[2].name, "assemble");
	s->status.state = RUN_RUNNING;
	s->status.workers = PEOPLE;
	s->status.hosts = 2;
	s->status.queues = 2;
	s->status.found = 50;
	s->status.in_flight = 4;
	s->status.source_ended = 1;
	for (unsigned q = 0; q < 2; q++) {
		s->queue[q].capacity = 4;
		s->queue[q].station = q + 1;
		s->queue[q].pushed = 12;
		s->queue[q].popped = 10;
	}
	strcpy(s->queue[QUEUE_A].name, "intake");
	strcpy(s->queue[QUEUE_B].name, "assemble");
	for (unsigned h = 0; h < 2; h++) {
		s->host[h].pid = 10 + h;
		s->host[h].alive = 1;
		s->host[h].started_ns = SECOND;
	}
	add_worker(s, WALK, "walk-1", 0);
	add_worker(s, A1, "a-1", 1);
	add_worker(s, A2, "a-2", 1);
	add_worker(s, B1, "b-1", 2);
	add_worker(s, B2, "b-2", 2);
	s->worker[WALK].live.state = WORKER_FINISHED;
	s->worker[WALK].live.ended_ns = 2 * SECOND;
	s->worker[WALK].live.job = 0;
	*state = s;
	return 0;
}

int hang_teardown(void **state)
{
	snapshot_free(*state);
	return 0;
}

void waits(struct snapshot *s, unsigned worker, enum worker_state state, enum wait_on on,
	   unsigned target)
{
	struct page_worker_live *live = &s->worker[worker].live;

	live->state = state;
	live->wait_on = on;
	live->wait_target = target;
	if (state == WORKER_GET) {
		live->job = 0;
		live->stage = PAGE_NONE;
	}
}

void holds(struct snapshot *s, unsigned worker, unsigned lock, unsigned stage)
{
	s->worker[worker].live.held[lock] =
		(struct page_held){.since_ns = 98 * SECOND, .stage = stage, .job = worker};
}

void fills(struct snapshot *s, unsigned queue, unsigned depth)
{
	s->queue[queue].pushed = s->queue[queue].popped + depth;
}
