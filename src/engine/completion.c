/*
 * completion.c - how an item leaves its last worker: at once, or held until a commit.
 *
 * The arena slot of a held item of the first group is free for the next one: what lay in it is with
 * the workload by now. Elsewhere it goes back with the completion, so the slots bound how many
 * items can be held; when they are used up the worker finds its queue empty, and commits.
 */
#include "config.h"

#include "engine/completion.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

enum { MOST_HELD = 512 };

static const uint64_t HELD_NS = 250 * CLOCK_MS_NS;

struct held {
	struct job *job;
	struct record_done done; /* its texts are set when it is sent */
	unsigned char result[WORK_RESULT_BYTES];
};

/* With the lock held. Slots of the first group stay in their host; others go back with the
 * completion. */
static uint32_t give_slot_back(struct host *host, struct job *job)
{
	uint32_t slot = job->slot;

	if (slot == ARENA_NO_SLOT || host->config->first_station != 0)
		return slot;
	job->slot = ARENA_NO_SLOT;
	host->slot[host->nslots++] = slot;
	pthread_cond_broadcast(&host->changed);
	return ARENA_NO_SLOT;
}

static void trim_slot(struct host *host, const struct job *job)
{
	if (job->slot != ARENA_NO_SLOT) {
		struct slot_memory memory = arena_slot(host->config->arena, job->slot);

		slot_memory_trim(&memory, ARENA_KEEP_BYTES);
	}
}

static enum item_status status_of(const struct work *work, int result, const struct err *err)
{
	if (result != 0)
		return err->kind == ERR_SKIP ? ITEM_SKIPPED : ITEM_FAILED;
	return work->damaged ? ITEM_DAMAGED : ITEM_OK;
}

static void set_reason(struct record_done *done, const char *reason)
{
	done->reason = reason != NULL ? reason : "";
	done->reason_length = strlen(done->reason);
}

/* Keep it until the next commit. */
static void hold(struct worker *worker, struct job *job, const struct record_done *done)
{
	struct held *held;

	if (worker->nheld == worker->held_room) {
		worker->held_room = worker->held_room != 0 ? 2 * worker->held_room : 8;
		worker->held = mem_realloc(worker->held, worker->held_room, sizeof *worker->held);
	}
	if (worker->nheld == 0)
		worker->held_ns = done->end_ns;
	held = &worker->held[worker->nheld++];
	held->job = job;
	held->done = *done;
	memcpy(held->result, worker->work.result, done->result_length);
}

void completion_give(struct worker *worker, struct job *job, int result, const struct err *err)
{
	struct host *host = worker->host;
	struct work *work = &worker->work;
	enum item_status status = status_of(work, result, err);
	struct record_done done = {.job = job->id,
				   .start_ns = job->start_ns,
				   .end_ns = clock_ns(),
				   .bytes_in = work->bytes_in,
				   .bytes_out = work->bytes_out,
				   .attempt = job->attempt,
				   .worker = worker->identity.worker,
				   .status = (uint32_t)status,
				   .error = result != 0 ? (uint32_t)err->kind : ERR_NONE,
				   .failed = result == 0 ? work->failed : 0,
				   .skipped = result == 0 ? work->skipped : 0,
				   .result = work->result,
				   .result_length = result == 0 ? work->result_length : 0};
	bool held = result == 0 && work->hold && host->workload->commit != NULL;

	set_reason(&done, result != 0 ? err->text : job->warning);
	trim_slot(host, job);
	slot_item_end(worker->slot, status, work->bytes_in - job->bytes_in,
		      work->bytes_out - job->bytes_out);
	pthread_mutex_lock(&host->lock);
	worker->job = NULL;
	done.slot = give_slot_back(host, job);
	if (!held) {
		protocol_put_done(host->channel, &done);
		host_ring(host, false);
	}
	pthread_mutex_unlock(&host->lock);
	if (held)
		hold(worker, job, &done);
	else
		job_free(job);
}

/* With the lock held. */
static void send_held(struct worker *worker, struct held *held, const struct err *failed)
{
	held->done.result = held->result;
	set_reason(&held->done, held->job->warning);
	if (failed != NULL) {
		held->done.status = ITEM_FAILED;
		held->done.error = ERR_TRANSIENT;
		held->done.failed = held->done.skipped = 0;
		held->done.result_length = 0;
		set_reason(&held->done, failed->text);
	}
	protocol_put_done(worker->host->channel, &held->done);
	host_ring(worker->host, false);
}

void completion_commit(struct worker *worker)
{
	struct host *host = worker->host;
	struct err err = {0};
	bool failed;

	if (worker->nheld == 0)
		return;
	slot_stage(worker->slot, PAGE_NONE, true);
	failed = host->workload->commit(worker->state, &err) != 0;
	slot_stage(worker->slot, PAGE_NONE, false);
	pthread_mutex_lock(&host->lock);
	for (unsigned i = 0; i < worker->nheld; i++)
		send_held(worker, &worker->held[i], failed ? &err : NULL);
	pthread_mutex_unlock(&host->lock);
	for (unsigned i = 0; i < worker->nheld; i++)
		job_free(worker->held[i].job);
	worker->nheld = 0;
}

void completion_commit_due(struct worker *worker)
{
	if (worker->nheld == 0)
		return;
	if (worker->work.commit || worker->nheld >= MOST_HELD ||
	    clock_ns() - worker->held_ns >= HELD_NS)
		completion_commit(worker);
}

void completion_finish(struct worker *worker, bool complete, uint64_t elapsed_ns)
{
	struct host *host = worker->host;
	struct workload_ending ending = {
		.config = &host->plan->config, .complete = complete, .elapsed_ns = elapsed_ns};
	struct record_concluded concluded = {.reason = "", .result = ending.result};
	struct err err = {0};

	slot_stage(worker->slot, PAGE_NONE, true);
	if (host->workload->finish(worker->state, &ending, &err) != 0)
		concluded.reason = err.text;
	slot_stage(worker->slot, PAGE_NONE, false);
	concluded.reason_length = strlen(concluded.reason);
	concluded.result_length = ending.result_length;
	pthread_mutex_lock(&host->lock);
	protocol_put_concluded(host->channel, &concluded);
	host_ring(host, true);
	pthread_mutex_unlock(&host->lock);
}
