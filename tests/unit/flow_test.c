/*
 * flow_test.c - credits, arena slots and when jobs are sent, without a process.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/fleet.h"
#include "engine/flow.h"
#include "engine/jobs.h"
#include "tests/unit/flow_fixture.h"

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 16;
}

/* One random thing that somebody could do now. */
static void act(struct flow *flow, uint64_t items, uint32_t *seed)
{
	unsigned who = next_random(seed) % (flow->nhosts + 1);
	struct peer *peer;

	if (who == flow->nhosts) {
		if (flow->emitted < items)
			flow_emit(flow);
		return;
	}
	peer = &flow->host[who];
	if (next_random(seed) % 2 == 0)
		flow_take(peer);
	else if (peer->remote->group + 1 == flow->sup->ngroups)
		flow_finish(flow, peer);
	else
		flow_hand(flow, peer);
}

static void run_to_the_end(struct flow *flow, uint64_t items, uint32_t seed)
{
	for (unsigned turns = 0; flow->done < items; turns++) {
		assert_true(turns < 100000); /* else it stands still */
		for (unsigned i = next_random(&seed) % 4; i != 0; i--)
			act(flow, items, &seed);
		flow_run_turn(flow);
	}
	flow_run_turn(flow);
	assert_int_equal(flow->sup->entries, 0);
	assert_int_equal(flow->sup->status.done[ITEM_OK], items);
}

static unsigned free_slots(const struct flow *flow)
{
	unsigned count = 0;

	for (unsigned i = 0; i < flow->sup->arena.slots; i++)
		count += flow->sup->slot_owner[i] == NULL && !flow->sup->slot_with_job[i];
	return count;
}

static void whatever_the_order_every_item_arrives_and_no_bound_is_broken(void **state)
{
	static const unsigned capacities[][2] = {{1, 1}, {3, 2}, {256, 1}, {16, 40}};

	(void)state;
	for (uint32_t seed = 1; seed <= 40; seed++) {
		struct flow *flow = flow_new(2, capacities[seed % 4], 7 + seed % 9);

		for (unsigned i = 0; i <= seed % 5; i++)
			flow_add_host(flow, 0, 1 + (seed + i) % 3);
		for (unsigned i = 0; i <= seed % 3; i++)
			flow_add_host(flow, 1, 1 + i);
		flow->sup->group[0].batch = 1 + seed % 7;
		run_to_the_end(flow, 120, seed);
		flow_free(flow);
	}
}

/* Each producer holds an item and wants to hand it over; the queue has room for one. */
static void with_room_for_one_all_producers_get_their_turn(void **state)
{
	enum { PRODUCERS = 4, ROUNDS = 40 };
	struct flow *flow = flow_new(2, (unsigned[]){256, 1}, 64);
	struct peer *producer[PRODUCERS];
	unsigned handed[PRODUCERS] = {0};
	struct peer *consumer;

	(void)state;
	for (unsigned i = 0; i < PRODUCERS; i++)
		producer[i] = flow_add_host(flow, 0, 1);
	consumer = flow_add_host(flow, 1, 1);
	flow_run_turn(flow);
	for (unsigned i = 0; i < 250; i++)
		assert_true(flow_emit(flow));
	while (flow->done < ROUNDS) {
		for (unsigned i = 0; i < PRODUCERS; i++) {
			flow_take(producer[i]);
			handed[i] += flow_hand(flow, producer[i]);
		}
		flow_run_turn(flow);
		flow_take(consumer);
		flow_finish(flow, consumer);
		flow_run_turn(flow);
	}
	for (unsigned i = 0; i < PRODUCERS; i++)
		assert_in_range(handed[i], ROUNDS / PRODUCERS - 2, ROUNDS / PRODUCERS + 2);
	flow_free(flow);
}

/* All places are promised to a host that has nothing to hand over. */
static void credits_that_nobody_uses_are_called_back_for_who_waits(void **state)
{
	struct flow *flow = flow_new(2, (unsigned[]){256, 2}, 64);
	struct peer *idle = flow_add_host(flow, 0, 2);
	struct peer *busy;

	(void)state;
	flow_run_turn(flow);
	assert_int_equal(idle->credits, 2);
	idle->remote->closing = true; /* sent nothing any more */
	busy = flow_add_host(flow, 0, 1);
	flow_add_host(flow, 1, 1);
	assert_true(flow_emit(flow));
	for (int i = 0; i < 4; i++) {
		flow_run_turn(flow);
		flow_take(busy);
	}
	assert_int_equal(busy->nhand, 1);
	for (int i = 0; i < 6 && !flow_hand(flow, busy); i++)
		flow_run_turn(flow);
	flow_run_turn(flow);
	assert_int_equal(flow->sup->group[1].shown.pushed, 1);
	flow_free(flow);
}

static void a_queue_that_shrinks_drops_nothing_and_keeps_the_new_bound(void **state)
{
	struct flow *flow = flow_new(2, (unsigned[]){256, 8}, 64);
	struct peer *producer = flow_add_host(flow, 0, 8);
	struct group *queue = &flow->sup->group[1];

	(void)state;
	flow_run_turn(flow);
	for (unsigned i = 0; i < 30; i++)
		assert_true(flow_emit(flow));
	flow_run_turn(flow);
	while (flow_take(producer))
		flow_run_turn(flow);
	for (unsigned i = 0; i < 5; i++)
		assert_true(flow_hand(flow, producer));
	flow_run_turn(flow);
	assert_int_equal(queue->length, 5);
	assert_int_equal(producer->remote->credits, 3);
	flow_set_capacity(flow->sup, 1, 5);
	queue->shown.high_water = 5;
	flow_turn(flow->sup); /* asks for the three promised places back */
	assert_true(producer->remote->reclaiming);
	flow_hear(flow, producer);
	flow_hear(flow, producer);
	assert_int_equal(producer->remote->credits, 0);
	assert_false(producer->remote->reclaiming);
	assert_int_equal(queue->length, 5);
	flow_add_host(flow, 1, 1);
	run_to_the_end(flow, 30, 3);
	flow_free(flow);
}

static void slots_come_back_with_completions_and_are_never_granted_twice(void **state)
{
	struct flow *flow = flow_new(3, (unsigned[]){64, 4, 4}, 6);

	(void)state;
	flow_add_host(flow, 0, 3);
	flow_add_host(flow, 0, 3);
	flow_add_host(flow, 1, 2);
	flow_add_host(flow, 2, 2);
	run_to_the_end(flow, 200, 7);
	for (unsigned i = 0; i < flow->sup->arena.slots; i++)
		assert_false(flow->sup->slot_with_job[i]);
	flow_free(flow);
}

static void the_last_slot_is_kept_for_suspects(void **state)
{
	struct flow *flow = flow_new(1, (unsigned[]){64}, 4);
	struct peer *greedy = flow_add_host(flow, 0, 10);

	(void)state;
	flow_run_turn(flow);
	assert_int_equal(greedy->nslots, 3);
	assert_int_equal(free_slots(flow), 1);
	flow_start_alone(flow);
	flow_run_turn(flow);
	assert_int_equal(flow->alone.nslots, 1);
	assert_int_equal(free_slots(flow), 0);
	flow_free(flow);
}

static void slots_are_shared_out_evenly(void **state)
{
	struct flow *flow = flow_new(1, (unsigned[]){64}, 10);
	struct peer *first = flow_add_host(flow, 0, 8);
	struct peer *second = flow_add_host(flow, 0, 8);

	(void)state;
	flow_run_turn(flow);
	assert_int_equal(first->nslots + second->nslots, 9);
	assert_in_range(first->nslots, 4, 5);
	flow_free(flow);
}

/* A hand-over that names a slot which is not the host's. */
static void a_host_cannot_hand_over_a_slot_that_it_was_not_given(void **state)
{
	struct flow *flow = flow_new(2, (unsigned[]){64, 4}, 8);
	struct peer *honest = flow_add_host(flow, 0, 1);
	struct peer *thief = flow_add_host(flow, 0, 1);

	(void)state;
	flow_run_turn(flow);
	flow_emit(flow);
	flow_emit(flow);
	for (int i = 0; i < 4; i++) {
		flow_run_turn(flow);
		flow_take(honest);
		flow_take(thief);
	}
	flow_run_turn(flow);
	assert_int_equal(thief->nhand, 1);
	thief->hand[0]->slot = honest->hand[0]->slot;
	assert_true(flow_hand(flow, thief));
	assert_int_equal(channel_flush(thief->channel), 0);
	fleet_receive(flow->sup, thief->remote);
	assert_null(thief->remote->channel);
	assert_string_equal(thief->remote->kill_reason, "it sent a malformed message");
	assert_int_equal(flow->sup->group[1].shown.pushed, 0);
	flow_free(flow);
}

/* A process to be buried; it never does anything. */
static void give_process(struct remote *remote)
{
	remote->pid = fork();
	assert_true(remote->pid >= 0);
	if (remote->pid == 0) {
		for (;;)
			pause();
	}
	remote->pid_fd = pidfd_open(remote->pid, 0);
	assert_true(remote->pid_fd >= 0);
}

static void a_hosts_death_gives_back_its_slots_credits_and_jobs(void **state)
{
	struct flow *flow = flow_new(2, (unsigned[]){64, 6}, 8);
	struct peer *mortal = flow_add_host(flow, 0, 3);
	siginfo_t info;

	(void)state;
	give_process(mortal->remote);
	flow_run_turn(flow);
	for (int i = 0; i < 5; i++)
		flow_emit(flow);
	for (int i = 0; i < 3; i++) {
		flow_run_turn(flow);
		flow_take(mortal);
	}
	flow_run_turn(flow);
	assert_true(mortal->remote->slots != 0 && mortal->remote->credits != 0);
	assert_true(mortal->remote->taken != 0);
	kill(mortal->remote->pid, SIGKILL);
	assert_int_equal(waitid(P_PID, (id_t)mortal->remote->pid, &info, WEXITED | WNOWAIT), 0);
	/* As the kernel does with a dead process's end. */
	channel_free(mortal->channel);
	mortal->channel = NULL;
	fleet_reap(flow->sup, mortal->remote);
	assert_int_equal(mortal->remote->state, REMOTE_WAITING);
	assert_int_equal(mortal->remote->credits, 0);
	assert_int_equal(mortal->remote->slots, 0);
	assert_int_equal(free_slots(flow), 8);
	assert_int_equal(flow->sup->group[0].length, 5);
	assert_int_equal(flow->sup->group[0].shown.pushed - flow->sup->group[0].shown.popped, 5);
	assert_int_equal(flow->sup->entries, 5);
	flow_free(flow);
}

static void near_the_end_no_job_lies_beside_a_busy_worker_until_one_is_idle(void **state)
{
	enum { HOSTS = 3 };
	struct flow *flow = flow_new(1, (unsigned[]){64}, 8);
	struct peer *host[HOSTS];

	(void)state;
	for (unsigned i = 0; i < HOSTS; i++)
		host[i] = flow_add_host(flow, 0, 1);
	flow_run_turn(flow);
	for (unsigned i = 0; i < HOSTS; i++)
		flow_emit(flow);
	flow_run_turn(flow);
	flow_run_turn(flow);
	for (unsigned i = 0; i < HOSTS; i++)
		assert_true(flow_take(host[i])); /* one each */
	for (unsigned i = 0; i < HOSTS; i++)
		flow_emit(flow);
	flow->sup->source_ended = true;
	flow_run_turn(flow);
	flow_run_turn(flow);
	for (unsigned i = 0; i < HOSTS; i++)
		assert_int_equal(host[i]->njobs, 0);
	flow_finish(flow, host[1]);
	flow_run_turn(flow);
	for (unsigned i = 0; i < HOSTS; i++)
		assert_int_equal(host[i]->njobs, i == 1);
	flow_free(flow);
}

static void only_a_new_acknowledgement_shows_that_the_recorder_works(void **state)
{
	struct flow *flow = flow_new(1, (unsigned[]){64}, 8);
	struct peer *host = flow_add_host(flow, 0, 1);
	struct peer *recorder = &flow->recorder;

	(void)state;
	flow_start_recorder(flow);
	recorder->remote->deaths = 3;
	protocol_put_number(recorder->channel, RECORD_ACKNOWLEDGE, 0);
	flow_hear(flow, recorder);
	assert_int_equal(recorder->remote->deaths, 3);
	flow_run_turn(flow);
	flow_emit(flow);
	flow_run_turn(flow);
	flow_run_turn(flow);
	assert_true(flow_take(host));
	assert_true(flow_finish(flow, host));
	flow_run_turn(flow);
	assert_int_equal(flow->sup->unrecorded, 1);
	protocol_put_number(recorder->channel, RECORD_ACKNOWLEDGE, 1);
	flow_hear(flow, recorder);
	assert_int_equal(flow->sup->unrecorded, 0);
	assert_int_equal(recorder->remote->deaths, 0);
	flow_free(flow);
}

static void a_host_cannot_speak_for_the_walk_or_the_recorder(void **state)
{
	static const enum record_type foreign[] = {RECORD_ACKNOWLEDGE, RECORD_ESTIMATE,
						   RECORD_SOURCE_END};

	(void)state;
	for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
		struct flow *flow = flow_new(1, (unsigned[]){64}, 8);
		struct peer *host = flow_add_host(flow, 0, 1);

		protocol_put_number(host->channel, foreign[i], 7);
		flow_hear(flow, host);
		assert_null(host->remote->channel);
		assert_string_equal(host->remote->kill_reason, "it sent a malformed message");
		assert_false(flow->sup->source_ended);
		flow_free(flow);
	}
}

static void a_paused_run_sends_no_job(void **state)
{
	struct flow *flow = flow_new(1, (unsigned[]){64}, 8);
	struct peer *host = flow_add_host(flow, 0, 2);

	(void)state;
	flow->sup->paused = true;
	flow_run_turn(flow);
	flow_emit(flow);
	flow_run_turn(flow);
	flow_run_turn(flow);
	assert_int_equal(host->njobs, 0);
	flow->sup->paused = false;
	flow_run_turn(flow);
	assert_int_equal(host->njobs, 1);
	flow_free(flow);
}

static void the_intake_stops_the_walk_when_it_is_full(void **state)
{
	struct flow *flow = flow_new(1, (unsigned[]){10}, 8);
	unsigned emitted = 0;

	(void)state;
	for (int i = 0; i < 50; i++) {
		flow_run_turn(flow);
		while (flow_emit(flow))
			emitted++;
	}
	assert_int_equal(emitted, 10); /* no host takes anything */
	flow_free(flow);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_the_order_every_item_arrives_and_no_bound_is_broken),
		cmocka_unit_test(with_room_for_one_all_producers_get_their_turn),
		cmocka_unit_test(credits_that_nobody_uses_are_called_back_for_who_waits),
		cmocka_unit_test(a_queue_that_shrinks_drops_nothing_and_keeps_the_new_bound),
		cmocka_unit_test(slots_come_back_with_completions_and_are_never_granted_twice),
		cmocka_unit_test(the_last_slot_is_kept_for_suspects),
		cmocka_unit_test(slots_are_shared_out_evenly),
		cmocka_unit_test(a_host_cannot_hand_over_a_slot_that_it_was_not_given),
		cmocka_unit_test(a_hosts_death_gives_back_its_slots_credits_and_jobs),
		cmocka_unit_test(near_the_end_no_job_lies_beside_a_busy_worker_until_one_is_idle),
		cmocka_unit_test(only_a_new_acknowledgement_shows_that_the_recorder_works),
		cmocka_unit_test(a_host_cannot_speak_for_the_walk_or_the_recorder),
		cmocka_unit_test(a_paused_run_sends_no_job),
		cmocka_unit_test(the_intake_stops_the_walk_when_it_is_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
