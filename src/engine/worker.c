/*
 * worker.c - the one loop that every worker of every strategy runs.
 *
 * Take a job from the station's queue, do the station's stages (worker_stages.c), pass it on: to
 * the next station's queue in this host, through the supervisor to another host, or, at the end, as
 * completed. What differs between strategies is only which stages, which queue and which neighbours
 * a worker has.
 *
 * Everything that can make a worker wait goes through slot_wait, so that its row says why: an empty
 * or full queue, an arena slot, the memory brake, the pause, the interpreter-like lock of --gil.
 *
 * The first error ends the item, never the worker.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "engine/completion.h"
#include "engine/fatal.h"
#include "engine/host_private.h"
#include "engine/title.h"
#include "engine/transfer.h"

/* Wait for an arena slot of this host. */
static int acquire_slot(struct worker *worker, struct job *job, struct err *err)
{
	struct host *host = worker->host;

	if (host->workload->region_shares == NULL || job->slot != ARENA_NO_SLOT)
		return 0;
	pthread_mutex_lock(&host->lock);
	if (host->nslots == 0) {
		slot_wait(worker->slot, WORKER_RESOURCE, WAIT_SLOT, PAGE_NONE);
		while (host->nslots == 0 && !atomic_load(&worker->abandoned))
			pthread_cond_wait(&host->changed, &host->lock);
		slot_resume(worker->slot);
	}
	if (host->nslots != 0)
		job->slot = host->slot[--host->nslots];
	pthread_mutex_unlock(&host->lock);
	return job->slot != ARENA_NO_SLOT
		       ? 0
		       : err_transient(err, "abandoned while waiting for a slot");
}

/* The item goes on in another host: as soon as that station's queue has room. -1: it was abandoned
 * meanwhile, and is still here. */
static int hand_over(struct worker *worker, struct job *job)
{
	struct host *host = worker->host;
	struct record_handed handed = {.job = job->id,
				       .start_ns = job->start_ns,
				       .bytes_in = worker->work.bytes_in,
				       .bytes_out = worker->work.bytes_out,
				       .slot = job->slot,
				       .worker = worker->identity.worker,
				       .damaged = worker->work.damaged,
				       .warning = job->warning != NULL ? job->warning : "",
				       .warning_length = job->warning ? strlen(job->warning) : 0};

	bool handed_over;

	pthread_mutex_lock(&host->lock);
	if (host->credits == 0 || host->credit_waiters != 0) {
		host->credit_waiters++;
		protocol_put_number(host->channel, RECORD_WANT_CREDIT, host->credit_waiters);
		host_ring(host, true);
		slot_wait(worker->slot, WORKER_PUT, WAIT_QUEUE, host->config->out_queue);
		while (host->credits == 0 && !atomic_load(&worker->abandoned))
			pthread_cond_wait(&host->changed, &host->lock);
		slot_resume(worker->slot);
		host->credit_waiters--;
	}
	handed_over = host->credits != 0;
	if (handed_over) {
		host->credits--;
		worker->job = NULL;
		protocol_put_handed(host->channel, &handed);
		host_ring(host, false);
	}
	pthread_mutex_unlock(&host->lock);
	if (!handed_over)
		return -1;
	job_free(job);
	return 0;
}

/* The item goes on in this host. */
static void push_on(struct worker *worker, struct job *job)
{
	struct host *host = worker->host;

	job->bytes_in = worker->work.bytes_in;
	job->bytes_out = worker->work.bytes_out;
	job->damaged = worker->work.damaged;
	pthread_mutex_lock(&host->lock);
	worker->job = NULL;
	pthread_mutex_unlock(&host->lock);
	queue_push(host->queue[worker->identity.station + 1], job, worker->slot);
}

/* This worker's part is done; what it found out travels with the job. */
static void pass_on(struct worker *worker, struct job *job)
{
	struct work *work = &worker->work;
	uint64_t read_bytes = work->bytes_in - job->bytes_in;
	uint64_t written_bytes = work->bytes_out - job->bytes_out;
	struct err err = {0};

	if (worker->identity.station != worker->host->config->last_station) {
		push_on(worker, job);
	} else if (hand_over(worker, job) != 0) {
		err_transient(&err, "abandoned while waiting for the next queue");
		completion_give(worker, job, -1, &err);
		return;
	}
	slot_item_end(worker->slot, work->damaged ? ITEM_DAMAGED : ITEM_OK, read_bytes,
		      written_bytes);
}

static void take(struct worker *worker, struct job *job)
{
	struct host *host = worker->host;

	atomic_store(&worker->abandoned, false);
	pthread_mutex_lock(&host->lock);
	worker->job = job;
	worker->granted = false;
	if (worker->identity.station == host->config->first_station) {
		protocol_put_number(host->channel, RECORD_TAKEN, job->id);
		host_ring(host, false);
	}
	pthread_mutex_unlock(&host->lock);
	slot_item(worker->slot, job->id, job->attempt, job->name, job->name_length);
}

/* Make the item's slot ready for the stage `first`. */
static int open_slot(struct worker *worker, const struct job *job, unsigned first,
		     struct slot_memory *memory, struct err *err)
{
	struct host *host = worker->host;
	bool from_elsewhere = worker->identity.station == host->config->first_station;

	if (job->slot == ARENA_NO_SLOT)
		return 0;
	*memory = arena_slot(host->config->arena, job->slot);
	if (first == 0)
		slot_memory_reset(memory);
	else if (host->transfer_fd >= 0 && from_elsewhere)
		return transfer_receive(host->config->arena, host->transfer_fd, job->slot, err);
	return 0;
}

/* Before the item leaves this host. */
static int send_slot(struct worker *worker, const struct job *job, struct err *err)
{
	struct host *host = worker->host;

	if (host->transfer_fd < 0 || job->slot == ARENA_NO_SLOT ||
	    worker->identity.station != host->config->last_station)
		return 0;
	return transfer_send(host->config->arena, host->transfer_fd, job->slot, err);
}

static void do_item(struct worker *worker, struct job *job)
{
	struct host *host = worker->host;
	const struct layout_station *station =
		&host->plan->layout.station[worker->identity.station];
	unsigned first = host->config->alone ? 0 : station->first_stage;
	unsigned last = host->config->alone ? host->workload->nstages - 1 : station->last_stage;
	struct slot_memory memory = {0};
	struct err err = {0};
	int result;

	take(worker, job);
	result = acquire_slot(worker, job, &err);
	if (job->start_ns == 0)
		job->start_ns = clock_ns();
	if (result == 0)
		result = open_slot(worker, job, first, &memory, &err);
	worker->work = (struct work){.config = &host->plan->config,
				     .state = worker->state,
				     .name = job->name,
				     .payload = job->payload,
				     .payload_length = job->payload_length,
				     .memory = &memory,
				     .job = job->id,
				     .attempt = job->attempt,
				     .units = job->units,
				     .bytes_in = job->bytes_in,
				     .bytes_out = job->bytes_out,
				     .damaged = job->damaged,
				     .calls = &worker_calls,
				     .engine = worker};
	if (result == 0)
		result = worker_run_stages(worker, first, last, &err);
	if (result == 0 && last + 1 != host->workload->nstages)
		result = send_slot(worker, job, &err);
	if (worker->work.warning[0] != '\0')
		job_warn(job, worker->work.warning, strlen(worker->work.warning));
	if (result != 0 || last + 1 == host->workload->nstages)
		completion_give(worker, job, result, &err);
	else
		pass_on(worker, job);
	slot_usage(worker->slot, false);
}

/* Nothing of what this worker has done may wait with it. */
static void send_before_waiting(struct worker *worker)
{
	struct host *host = worker->host;

	completion_commit(worker);
	pthread_mutex_lock(&host->lock);
	if (channel_backlog(host->channel) != 0)
		host_ring(host, true);
	pthread_mutex_unlock(&host->lock);
	slot_usage(worker->slot, true);
}

/* Whether there is a job is known by taking it alone: others take theirs from the same queue. */
static enum queue_result next_job(struct worker *worker, struct queue *queue, struct job **job)
{
	enum queue_result result = queue_pop(queue, job, NULL, &worker->called);

	if (result != QUEUE_EMPTY)
		return result;
	send_before_waiting(worker);
	return queue_pop(queue, job, worker->slot, &worker->called);
}

/* The port has called: to retire, which is true, or to finish the run's work, which is done. */
static bool answer_call(struct worker *worker)
{
	struct host *host = worker->host;
	bool stop, conclude, complete;
	uint64_t elapsed_ns;

	pthread_mutex_lock(&host->lock);
	stop = worker->stop;
	conclude = worker->conclude;
	complete = worker->complete;
	elapsed_ns = worker->elapsed_ns;
	worker->conclude = false;
	worker->called = stop;
	pthread_mutex_unlock(&host->lock);
	completion_commit(worker);
	if (conclude)
		completion_finish(worker, complete, elapsed_ns);
	return stop;
}

/* Nothing has come for too long. */
static const char *lose_patience(struct worker *worker)
{
	char reason[sizeof worker->left];

	snprintf(reason, sizeof reason, "finished: nothing came for %g s",
		 clock_seconds(worker->host->plan->patience_ns));
	pthread_mutex_lock(&worker->host->lock);
	host_worker_leaves(worker->host, worker, reason);
	pthread_mutex_unlock(&worker->host->lock);
	return worker->left;
}

static const char *work_loop(struct worker *worker)
{
	struct host *host = worker->host;
	struct queue *queue = host->queue[worker->identity.station];

	for (;;) {
		struct job *job = NULL;

		switch (next_job(worker, queue, &job)) {
		case QUEUE_OK:
			if (atomic_load_explicit(&host->paused, memory_order_relaxed))
				completion_commit(worker);
			worker_pause(worker);
			do_item(worker, job);
			completion_commit_due(worker);
			break;
		case QUEUE_CLOSED:
			completion_commit(worker);
			return "finished";
		case QUEUE_INTERRUPTED:
			if (answer_call(worker))
				return worker->left[0] != '\0' ? worker->left : "retired";
			break;
		case QUEUE_TIMEOUT:
			completion_commit(worker);
			return lose_patience(worker);
		case QUEUE_EMPTY: /* of one that does not wait */
			break;
		}
	}
}

static const char *could_not_start(struct worker *worker, const struct err *err)
{
	struct host *host = worker->host;
	char text[PAGE_NAME_BYTES + ERR_TEXT_BYTES + 32];

	snprintf(text, sizeof text, "%s could not start: %s", worker->identity.name, err->text);
	pthread_mutex_lock(&host->lock);
	protocol_put_text(host->channel, RECORD_WARNING, text);
	pthread_mutex_unlock(&host->lock);
	return err->text;
}

void *worker_main(void *argument)
{
	struct worker *worker = argument;
	struct host *host = worker->host;
	struct slot_identity identity = {.name = worker->identity.name,
					 .kind = host->config->process ? WORKER_PROCESS
								       : WORKER_THREAD,
					 .host = host->config->host,
					 .station = worker->identity.station + 1,
					 .incarnation = worker->identity.incarnation};
	struct fatal_stack stack;
	struct err err = {0};
	const char *ended;

	if (host->workload->worker_begin != NULL)
		host->workload->worker_begin(&host->plan->config, worker->identity.name);
	if (!host->config->process)
		title_thread(worker->identity.name);
	worker->slot = slot_open(host->config->page, worker->identity.worker, &identity);
	fatal_watch(&stack, worker->slot);
	if (host->workload->worker_open != NULL &&
	    host->workload->worker_open(&host->plan->config, &worker->state, &err) != 0)
		ended = could_not_start(worker, &err);
	else
		ended = work_loop(worker);
	if (host->workload->worker_close != NULL && worker->state != NULL)
		host->workload->worker_close(worker->state);
	free(worker->held);
	fatal_unwatch(&stack);
	slot_close(worker->slot, ended);
	worker->slot = NULL;
	host_worker_ended(host, worker);
	return NULL;
}
