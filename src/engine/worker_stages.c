/*
 * worker_stages.c - the stages of one item, and what they ask of the engine meanwhile: the border
 * between two of them, the pause, the memory brake. What else they may ask: worker_services.c.
 *
 * Entered by the worker's own thread alone.
 */
#include "config.h"

#include "engine/failpoint.h"
#include "engine/host_private.h"

static struct worker *worker_of(const struct work *work)
{
	return work->engine;
}

void worker_pause(struct worker *worker)
{
	struct host *host = worker->host;

	if (!atomic_load_explicit(&host->paused, memory_order_relaxed))
		return;
	pthread_mutex_lock(&host->lock);
	if (atomic_load(&host->paused)) {
		slot_wait(worker->slot, WORKER_PAUSED, WAIT_RESUME, PAGE_NONE);
		while (atomic_load(&host->paused))
			pthread_cond_wait(&host->changed, &host->lock);
		slot_resume(worker->slot);
	}
	pthread_mutex_unlock(&host->lock);
}

static void begin_stage(struct work *work, unsigned stage)
{
	struct worker *worker = worker_of(work);
	const struct plan *plan = worker->host->plan;
	const struct workload_stage *info = &worker->host->workload->stages[stage];

	worker_gil_leave(worker);
	worker_pause(worker);
	slot_stage(worker->slot, stage, info->io);
	work->stage = stage;
	slot_usage(worker->slot, false);
	failpoint_stage(info->name, work->name, work->attempt);
	if (plan->delay_ms[stage] > 0)
		worker_delay(worker, (uint64_t)(plan->delay_ms[stage] * 1e6));
	worker_gil_enter(worker, plan->gil && !info->io);
}

static bool is_cancelled(struct work *work)
{
	return atomic_load_explicit(&worker_of(work)->abandoned, memory_order_relaxed);
}

static int admit(struct work *work, uint64_t bytes, struct err *err)
{
	struct worker *worker = worker_of(work);
	struct host *host = worker->host;
	bool held_gil;
	bool granted;

	if (bytes <= host->config->admit_bytes)
		return 0;
	held_gil = worker_gil_leave(worker);
	pthread_mutex_lock(&host->lock);
	if (worker->granted)
		goto out;
	protocol_put_pair(host->channel, RECORD_WANT_MEMORY, work->job, bytes);
	host_ring(host, true);
	slot_wait(worker->slot, WORKER_RESOURCE, WAIT_MEMORY, PAGE_NONE);
	while (!worker->granted && !atomic_load(&worker->abandoned))
		pthread_cond_wait(&host->changed, &host->lock);
	slot_resume(worker->slot);
out:
	granted = worker->granted;
	pthread_mutex_unlock(&host->lock);
	worker_gil_enter(worker, held_gil);
	return granted ? 0 : err_transient(err, "abandoned while waiting for memory");
}

const struct work_calls worker_calls = {.stage = begin_stage,
					.cancelled = is_cancelled,
					.admit = admit,
					.lock = worker_take_lock,
					.unlock = worker_drop_lock,
					.wait = worker_wait,
					.join = worker_join,
					.leave = worker_leave,
					.peers = worker_peers};

int worker_run_stages(struct worker *worker, unsigned first, unsigned last, struct err *err)
{
	const struct workload *workload = worker->host->workload;
	int result = work_run(workload, &worker->work, first, last, err);

	for (unsigned lock = 0; lock < PAGE_LOCKS; lock++) {
		if (worker->holds[lock])
			worker_unlock(worker, lock);
	}
	slot_stage(worker->slot, PAGE_NONE, false);
	return result;
}
