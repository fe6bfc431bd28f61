/*
 * flow_fixture.h - a supervisor without processes: its hosts are sockets whose other end the test
 * holds, so that it hears what a host would hear and says what a host would say.
 */
#ifndef IMGTOP_TESTS_FLOW_FIXTURE_H
#define IMGTOP_TESTS_FLOW_FIXTURE_H

#include "engine/supervisor_private.h"

enum { FLOW_HOSTS = 12, FLOW_JOBS = 512 };

/* The test's side of a host. */
struct peer {
	struct remote *remote;
	struct channel *channel;
	unsigned workers;
	unsigned credits;
	unsigned waiting; /* for credits */
	unsigned slot[ARENA_SLOTS];
	unsigned nslots;
	struct job *job[FLOW_JOBS]; /* sent here, not taken */
	unsigned njobs;
	struct job *hand[FLOW_JOBS]; /* taken; their slot is in the job */
	unsigned nhand;
	uint64_t admitted[FLOW_JOBS];
	unsigned nadmitted;
};

struct flow {
	struct supervisor *sup;
	struct plan plan;
	struct page *page;
	struct peer walk;
	struct peer alone;
	struct peer recorder;
	struct peer host[FLOW_HOSTS]; /* of the groups, in the order they were added */
	unsigned nhosts;
	uint64_t emitted;
	uint64_t done;
};

/* Groups with these capacities, a walk and the host for suspects, which does not live yet; slots
 * of the arena. */
struct flow *flow_new(unsigned ngroups, const unsigned *capacities, unsigned slots);
void flow_free(struct flow *flow);

struct peer *flow_add_host(struct flow *flow, unsigned group, unsigned workers);

/* The host for suspects, the recorder has started; without it nobody is told of outcomes. */
void flow_start_alone(struct flow *flow);
void flow_start_recorder(struct flow *flow);

/* One turn of the supervisor's loop: it hears everybody, grants and sends, and everybody hears it.
 * Invariants are checked: no queue holds more, with what is promised, than its capacity, and no
 * slot is in two places. */
void flow_run_turn(struct flow *flow);

/* A host hears the supervisor, and it the host. */
void flow_hear(struct flow *flow, struct peer *peer);

/* What hosts do; false when they cannot now. */
bool flow_emit(struct flow *flow);			/* the walk, an item */
bool flow_take(struct peer *peer);			/* a worker, a job */
bool flow_hand(struct flow *flow, struct peer *peer);	/* its oldest job, on */
bool flow_finish(struct flow *flow, struct peer *peer); /* its oldest job, for good */
void flow_want_memory(struct peer *peer, uint64_t job, uint64_t bytes);

#endif
