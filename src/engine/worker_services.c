/*
 * worker_services.c - what a worker does for its stages when they wait: for a lock, for time to
 * pass, for other workers to end. Each of these waits is published, and the lock of --gil is let go
 * meanwhile, as CPython does.
 *
 * Locks are those of one host: nothing is shared with a process that may be killed. They are taken
 * before host.lock and never while it is held.
 */
#include "config.h"

#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "engine/host_private.h"
#include "engine/join.h"

/* How long it may take to notice that workers of another host have ended. */
#define LOOK_AGAIN_NS (20 * CLOCK_MS_NS)

static struct worker *worker_of(const struct work *work)
{
	return work->engine;
}

void worker_lock(struct worker *worker, unsigned lock)
{
	pthread_mutex_t *mutex = &worker->host->named[lock];

	if (pthread_mutex_trylock(mutex) != 0) {
		slot_wait(worker->slot, WORKER_LOCK, WAIT_LOCK, lock);
		pthread_mutex_lock(mutex);
		slot_resume(worker->slot);
	}
	worker->holds[lock] = true;
	slot_lock_taken(worker->slot, lock);
}

void worker_unlock(struct worker *worker, unsigned lock)
{
	worker->holds[lock] = false;
	slot_lock_dropped(worker->slot, lock);
	pthread_mutex_unlock(&worker->host->named[lock]);
}

bool worker_gil_leave(struct worker *worker)
{
	bool held = worker->holds[PAGE_LOCK_GIL];

	if (held)
		worker_unlock(worker, PAGE_LOCK_GIL);
	return held;
}

void worker_gil_enter(struct worker *worker, bool held)
{
	if (held)
		worker_lock(worker, PAGE_LOCK_GIL);
}

/* The workload's locks stand behind that of --gil. */
void worker_take_lock(struct work *work, unsigned lock)
{
	struct worker *worker = worker_of(work);
	bool held = worker_gil_leave(worker);

	worker_lock(worker, 1 + lock);
	worker_gil_enter(worker, held);
}

void worker_drop_lock(struct work *work, unsigned lock)
{
	struct worker *worker = worker_of(work);

	if (worker->holds[1 + lock])
		worker_unlock(worker, 1 + lock);
}

void worker_doze(struct worker *worker, uint64_t ns)
{
	uint64_t end_ns = clock_ns() + ns;
	struct timespec until = {.tv_sec = (time_t)(end_ns / CLOCK_SECOND_NS),
				 .tv_nsec = (long)(end_ns % CLOCK_SECOND_NS)};

	pthread_cond_timedwait(&worker->host->changed, &worker->host->lock, &until);
}

void worker_delay(struct worker *worker, uint64_t ns)
{
	struct host *host = worker->host;
	uint64_t now_ns = slot_wait(worker->slot, WORKER_DELAY, WAIT_NOTHING, PAGE_NONE);
	uint64_t end_ns = now_ns + ns;

	pthread_mutex_lock(&host->lock);
	for (; now_ns < end_ns && !atomic_load(&worker->abandoned); now_ns = clock_ns())
		worker_doze(worker, end_ns - now_ns);
	pthread_mutex_unlock(&host->lock);
	slot_resume(worker->slot);
}

static int abandoned(struct worker *worker, struct err *err)
{
	return atomic_load(&worker->abandoned) ? err_transient(err, "abandoned on request") : 0;
}

int worker_wait(struct work *work, uint64_t ns, struct err *err)
{
	struct worker *worker = worker_of(work);
	bool held = worker_gil_leave(worker);

	worker_delay(worker, ns);
	worker_gil_enter(worker, held);
	return abandoned(worker, err);
}

int worker_join(struct work *work, unsigned stage, struct err *err)
{
	struct worker *worker = worker_of(work);
	struct host *host = worker->host;
	unsigned station = join_station(host->plan, stage);
	bool held;

	if (host->config->alone || station == worker->identity.station)
		return err_permanent(err, "a worker cannot wait for its own end");
	held = worker_gil_leave(worker);
	slot_wait(worker->slot, WORKER_JOIN, WAIT_ENDED, station + 1);
	pthread_mutex_lock(&host->lock);
	while (!join_has_ended(host->config->page, station) && !atomic_load(&worker->abandoned))
		worker_doze(worker, LOOK_AGAIN_NS);
	pthread_mutex_unlock(&host->lock);
	slot_resume(worker->slot);
	worker_gil_enter(worker, held);
	return abandoned(worker, err);
}

void worker_leave(struct work *work, const char *reason)
{
	struct worker *worker = worker_of(work);

	pthread_mutex_lock(&worker->host->lock);
	host_worker_leaves(worker->host, worker, reason);
	pthread_mutex_unlock(&worker->host->lock);
}

unsigned worker_peers(struct work *work)
{
	const struct worker *worker = worker_of(work);

	if (worker->host->config->alone)
		return 1;
	return worker->host->plan->layout.station[worker->identity.station].workers;
}
