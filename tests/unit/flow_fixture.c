/*
 * flow_fixture.c - a supervisor without processes.
 */
#include "config.h"

#include "tests/unit/flow_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "engine/fleet.h"
#include "engine/flow.h"
#include "engine/jobs.h"

static const unsigned shares[SLOT_REGIONS] = {1000};
static const struct workload_stage stages[] = {{.name = "a"}, {.name = "b"}, {.name = "c"}};
static const struct workload workload = {
	.name = "test", .stages = stages, .nstages = 3, .region_shares = shares};

static struct remote *add_remote(struct flow *flow, const char *name, unsigned group,
				 unsigned workers)
{
	struct supervisor *sup = flow->sup;
	struct remote *remote = mem_calloc(1, sizeof *remote);

	snprintf(remote->name, sizeof remote->name, "%s", name);
	remote->page_host = sup->nremotes;
	remote->group = group;
	remote->pid_fd = -1;
	remote->culprit = NO_CULPRIT;
	remote->slots_wanted = workers;
	remote->workers = mem_calloc(workers, sizeof *remote->workers);
	remote->nworkers = workers;
	for (unsigned i = 0; i < workers; i++) {
		remote->workers[i].identity.worker = sup->page_workers++;
		remote->workers[i].identity.station =
			group < sup->ngroups ? sup->group[group].first_station : 0;
	}
	sup->remote[sup->nremotes++] = remote;
	return remote;
}

static void connect_peer(struct peer *peer, struct remote *remote)
{
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	remote->state = REMOTE_LIVE;
	remote->channel = channel_new(pair[0]);
	peer->remote = remote;
	peer->channel = channel_new(pair[1]);
	peer->workers = remote->nworkers;
}

static struct page *make_page(void)
{
	char folder[] = "/tmp/imgtop-flow-XXXXXX";
	char path[96];
	struct err err;
	struct page *page;

	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/run.page", folder);
	page = page_create(path, &err);
	assert_non_null(page);
	page_remove(path);
	rmdir(folder);
	return page;
}

struct flow *flow_new(unsigned ngroups, const unsigned *capacities, unsigned slots)
{
	struct flow *flow = mem_calloc(1, sizeof *flow);
	struct supervisor *sup = mem_calloc(1, sizeof *sup);

	flow->sup = sup;
	flow->page = make_page();
	flow->plan.workload = &workload;
	flow->plan.layout.nstations = ngroups;
	sup->plan = &flow->plan;
	sup->workload = &workload;
	sup->page = flow->page;
	sup->epoll_fd = -1;
	sup->arena.slots = slots;
	sup->memory_budget = 1000;
	sup->ngroups = ngroups;
	for (unsigned g = 0; g < ngroups; g++) {
		flow->plan.layout.station[g].workers = 1;
		sup->group[g] = (struct group){.first_station = g,
					       .last_station = g,
					       .batch = 1,
					       .shown = {.capacity = capacities[g]}};
	}
	sup->walk = add_remote(flow, "walk-1", GROUP_WALK, 1);
	connect_peer(&flow->walk, sup->walk);
	sup->recorder = add_remote(flow, "recorder", GROUP_RECORDER, 1);
	sup->recorder->state = REMOTE_ENDED;
	sup->alone = add_remote(flow, "alone-1", GROUP_ALONE, 1);
	return flow;
}

static void free_peer(struct peer *peer)
{
	for (unsigned i = 0; i < peer->njobs; i++)
		job_free(peer->job[i]);
	for (unsigned i = 0; i < peer->nhand; i++)
		job_free(peer->hand[i]);
	channel_free(peer->channel);
}

void flow_free(struct flow *flow)
{
	free_peer(&flow->walk);
	free_peer(&flow->alone);
	free_peer(&flow->recorder);
	for (unsigned i = 0; i < flow->nhosts; i++)
		free_peer(&flow->host[i]);
	jobs_free(flow->sup);
	fleet_free(flow->sup);
	page_close(flow->page);
	free(flow->sup);
	free(flow);
}

struct peer *flow_add_host(struct flow *flow, unsigned group, unsigned workers)
{
	struct peer *peer = &flow->host[flow->nhosts++];

	assert_true(flow->nhosts <= FLOW_HOSTS);
	connect_peer(peer, add_remote(flow, "host", group, workers));
	return peer;
}

void flow_start_alone(struct flow *flow)
{
	connect_peer(&flow->alone, flow->sup->alone);
}

void flow_start_recorder(struct flow *flow)
{
	connect_peer(&flow->recorder, flow->sup->recorder);
}

/* The slot stands nowhere else. */
static void assert_slot_is_new(const struct flow *flow, unsigned slot)
{
	for (unsigned i = 0; i <= flow->nhosts; i++) {
		const struct peer *peer = i < flow->nhosts ? &flow->host[i] : &flow->alone;

		for (unsigned k = 0; k < peer->nslots; k++)
			assert_int_not_equal(peer->slot[k], slot);
		for (unsigned k = 0; k < peer->nhand; k++)
			assert_int_not_equal(peer->hand[k]->slot, slot);
		for (unsigned k = 0; k < peer->njobs; k++)
			assert_int_not_equal(peer->job[k]->slot, slot);
	}
}

struct listening {
	struct flow *flow;
	struct peer *peer;
};

static int on_record(void *context, uint32_t type, const void *body, size_t length)
{
	struct listening *listening = context;
	struct peer *peer = listening->peer;
	uint64_t number = 0;

	if (type == RECORD_JOB) {
		peer->job[peer->njobs] = protocol_get_job(body, length);
		assert_non_null(peer->job[peer->njobs++]);
		return 0;
	}
	if (type == RECORD_RECLAIM) {
		protocol_put_number(peer->channel, RECORD_CREDIT_BACK, peer->credits);
		peer->credits = 0;
		return 0;
	}
	if (type == RECORD_OUTCOME)
		return 0;
	assert_int_equal(protocol_get_number(body, length, &number), 0);
	switch (type) {
	case RECORD_CREDIT:
		peer->credits += (unsigned)number;
		break;
	case RECORD_SLOT:
		assert_slot_is_new(listening->flow, (unsigned)number);
		peer->slot[peer->nslots++] = (unsigned)number;
		break;
	case RECORD_ADMIT:
		peer->admitted[peer->nadmitted++] = number;
		break;
	default:
		fail_msg("record %u", type);
	}
	return 0;
}

static void assert_bounds(const struct flow *flow)
{
	const struct supervisor *sup = flow->sup;

	for (unsigned g = 0; g < sup->ngroups; g++) {
		const struct page_queue *shown = &sup->group[g].shown;
		uint64_t used = shown->pushed - shown->popped;

		for (unsigned i = 0; i < sup->nremotes; i++) {
			const struct remote *remote = sup->remote[i];

			if (remote->group == (g == 0 ? GROUP_WALK : g - 1))
				used += remote->credits;
		}
		assert_true(used <= shown->capacity);
		assert_true(shown->high_water <= shown->capacity);
	}
}

/* The host hears what is there and says what it has to say. */
static void listen_and_speak(struct flow *flow, struct peer *peer)
{
	struct listening listening = {.flow = flow, .peer = peer};

	if (peer->remote == NULL || peer->remote->channel == NULL)
		return;
	assert_int_equal(channel_flush(peer->remote->channel), 0);
	while (channel_receive(peer->channel, on_record, &listening) == 1)
		continue;
	assert_int_equal(channel_flush(peer->channel), 0);
}

void flow_hear(struct flow *flow, struct peer *peer)
{
	listen_and_speak(flow, peer);
	if (peer->remote != NULL && peer->remote->channel != NULL)
		fleet_receive(flow->sup, peer->remote);
}

void flow_run_turn(struct flow *flow)
{
	flow_hear(flow, &flow->walk);
	flow_hear(flow, &flow->alone);
	for (unsigned i = 0; i < flow->nhosts; i++)
		flow_hear(flow, &flow->host[i]);
	flow_turn(flow->sup);
	assert_bounds(flow);
	listen_and_speak(flow, &flow->walk);
	listen_and_speak(flow, &flow->alone);
	for (unsigned i = 0; i < flow->nhosts; i++)
		listen_and_speak(flow, &flow->host[i]);
}

bool flow_emit(struct flow *flow)
{
	struct peer *walk = &flow->walk;
	char name[32];

	if (walk->credits == 0) {
		if (walk->waiting == 0)
			protocol_put_number(walk->channel, RECORD_WANT_CREDIT, ++walk->waiting);
		return false;
	}
	walk->waiting = 0;
	walk->credits--;
	snprintf(name, sizeof name, "item %u", (unsigned)++flow->emitted);
	assert_int_equal(protocol_put_item(walk->channel, &(struct source_item){.name = name}), 0);
	return true;
}

bool flow_take(struct peer *peer)
{
	struct job *job = peer->job[0];

	if (peer->njobs == 0 || peer->nhand == peer->workers)
		return false;
	if (job->slot == ARENA_NO_SLOT) {
		if (peer->nslots == 0)
			return false;
		job->slot = peer->slot[--peer->nslots];
	}
	memmove(peer->job, peer->job + 1, --peer->njobs * sizeof *peer->job);
	peer->hand[peer->nhand++] = job;
	protocol_put_number(peer->channel, RECORD_TAKEN, job->id);
	return true;
}

static void drop_hand(struct peer *peer)
{
	job_free(peer->hand[0]);
	memmove(peer->hand, peer->hand + 1, --peer->nhand * sizeof *peer->hand);
}

bool flow_hand(struct flow *flow, struct peer *peer)
{
	(void)flow;
	if (peer->nhand == 0)
		return false;
	if (peer->credits == 0) {
		if (peer->waiting < peer->nhand)
			protocol_put_number(peer->channel, RECORD_WANT_CREDIT, ++peer->waiting);
		return false;
	}
	peer->credits--;
	if (peer->waiting != 0)
		peer->waiting--;
	protocol_put_handed(peer->channel, &(struct record_handed){.job = peer->hand[0]->id,
								   .slot = peer->hand[0]->slot,
								   .warning = ""});
	drop_hand(peer);
	return true;
}

bool flow_finish(struct flow *flow, struct peer *peer)
{
	if (peer->nhand == 0)
		return false;
	protocol_put_done(peer->channel,
			  &(struct record_done){.job = peer->hand[0]->id,
						.attempt = 1,
						.worker = peer->remote->workers[0].identity.worker,
						.status = ITEM_OK,
						.slot = peer->hand[0]->slot,
						.reason = "",
						.result = ""});
	if (peer->remote->group == 0)
		peer->slot[peer->nslots++] = peer->hand[0]->slot;
	drop_hand(peer);
	flow->done++;
	return true;
}

void flow_want_memory(struct peer *peer, uint64_t job, uint64_t bytes)
{
	protocol_put_pair(peer->channel, RECORD_WANT_MEMORY, job, bytes);
}
