/*
 * host_private.h - what the port and the workers of one host share (floor: engine).
 *
 * Lock: host.lock guards every field marked (lock); rank 1. A worker may hold it while it appends a
 * record or waits on `changed`, never while it runs a stage, and never while it waits in a queue.
 *
 * Threads: the port (main thread of a thread host, second thread of a process host) is the only one
 * that touches the socket. Workers append records to the channel under the lock and ring `bell`.
 */
#ifndef IMGTOP_ENGINE_HOST_PRIVATE_H
#define IMGTOP_ENGINE_HOST_PRIVATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "engine/channel.h"
#include "engine/host.h"
#include "engine/queue.h"
#include "record/slot.h"

struct host;
struct held; /* see completion.h */

struct worker {
	struct host *host;
	pthread_t thread;
	struct record_worker identity;
	struct slot *slot; /* this worker's only */
	void *state;	   /* the workload's caches */
	struct job *job;   /* in hand; (lock) for writing, the port compares its id */
	struct work work;
	struct held *held; /* items that wait for the workload's commit; own thread only */
	unsigned nheld;
	unsigned held_room;
	uint64_t held_ns;    /* when the oldest of them was done */
	bool called;	     /* look at stop and conclude: set by the port under this lock and with
				queue_wake, read under the queue's, withdrawn by the worker under (lock) */
	bool stop;	     /* (lock) retire */
	bool conclude;	     /* (lock) do the workload's finish */
	bool complete;	     /* (lock) what finish is told */
	uint64_t elapsed_ns; /* (lock) the same */
	bool ended;	     /* (lock) its thread is about to return, or was never there */
	bool joined;
	bool granted;		/* (lock) its item's memory */
	bool holds[PAGE_LOCKS]; /* its own business; the slot shows the same */
	char left[64];		/* why it leaves of its own accord; "" = it does not */
	atomic_bool abandoned;	/* its item */
};

struct host {
	const struct host_config *config;
	const struct plan *plan;
	const struct workload *workload;
	struct channel *channel; /* (lock) */
	int bell;		 /* eventfd: the port should look at the channel */
	int transfer_fd;	 /* the arena's file when items are copied through it, else -1 */
	pthread_mutex_t lock;
	pthread_cond_t changed;		   /* paused, slots, credits, granted, abandoned */
	pthread_mutex_t named[PAGE_LOCKS]; /* PAGE_LOCK_GIL: held while a CPU stage runs, by request
					      only; rank 0, as the workload's own locks */
	struct queue
		*queue[LAYOUT_STATIONS]; /* by station; first_station's is the prefetched input */
	unsigned alive[LAYOUT_STATIONS]; /* (lock) workers of a station that still run */
	struct worker *worker[PAGE_WORKERS]; /* (lock) */
	unsigned nworkers;		     /* (lock) */
	unsigned running;		     /* (lock) workers that have not ended */
	uint32_t slot[ARENA_SLOTS]; /* (lock) arena slots that are free to use here; a stack: the
				       last used is warm */
	unsigned nslots;
	unsigned credits;	 /* (lock) jobs that may be handed over */
	unsigned credit_waiters; /* (lock) */
	bool urgent;		 /* (lock) flush now */
	bool broken;		 /* (lock) a station has lost all its workers unasked */
	uint64_t oldest_ns;	 /* (lock) when the oldest unsent record was appended */
	atomic_bool paused;
	atomic_bool closing;
};

/* Queues, locks, channel and bell of a host; everything in them must have been taken. */
struct host *host_new(const struct host_config *config, int socket_fd);
void host_free(struct host *host);

/* Worker thread. Ends when its queue is closed and empty, or it is told to stop. */
void *worker_main(void *worker);

/* worker_stages.c: stages first..last of the item in hand, those that fit by a fused path; all its
 * locks are free afterwards. error: of the stage that failed, transient when the item was
 * abandoned.
 */
int worker_run_stages(struct worker *worker, unsigned first, unsigned last, struct err *err);

/* While the pipeline is paused: wait, and show it. */
void worker_pause(struct worker *worker);

/* What stages may ask of the engine. */
extern const struct work_calls worker_calls;

/* The locks that stages share, and that of --gil: waits are published, and who holds what. Never
 * with host.lock. */
void worker_lock(struct worker *worker, unsigned lock);
void worker_unlock(struct worker *worker, unsigned lock);

/* Let go of the lock of --gil, if it is held: was it? And take it again, if it was. */
bool worker_gil_leave(struct worker *worker);
void worker_gil_enter(struct worker *worker, bool held);

/* Simulated latency; ends early when the item is abandoned. */
void worker_delay(struct worker *worker, uint64_t ns);

/* Wait as long as another thread's word on host.changed, at most ns. With the lock held. */
void worker_doze(struct worker *worker, uint64_t ns);

/* What the services of workload.h ask for, see there. */
int worker_wait(struct work *work, uint64_t ns, struct err *err);
int worker_join(struct work *work, unsigned stage, struct err *err);
void worker_leave(struct work *work, const char *reason);
unsigned worker_peers(struct work *work);
void worker_take_lock(struct work *work, unsigned lock);
void worker_drop_lock(struct work *work, unsigned lock);

/* The worker takes no more jobs: tell the supervisor, give back what nobody will take. With the
 * lock held. */
void host_worker_leaves(struct host *host, struct worker *worker, const char *reason);

/* With the lock held: a record was appended; wake the port when it should send. */
void host_ring(struct host *host, bool urgent);

/* The worker has left its loop (any thread; takes the lock). */
void host_worker_ended(struct host *host, struct worker *worker);

#endif
