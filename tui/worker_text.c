/*
 * worker_text.c - what can be read off a worker's slot (floor: tui). One thread.
 */
#include "config.h"

#include "tui/worker_text.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

uint64_t worker_state_age_ns(const struct snapshot *snapshot, unsigned worker)
{
	const struct page_worker_live *live = &snapshot->worker[worker].live;

	if (!page_state_info((enum worker_state)live->state)->alive || live->state_since_ns == 0 ||
	    live->state_since_ns > snapshot->at_ns)
		return 0;
	return snapshot->at_ns - live->state_since_ns;
}

/* "lock accounts of transfer-2" */
static void lock_text(const struct snapshot *snapshot, unsigned worker, char *text, size_t size)
{
	unsigned lock = snapshot->worker[worker].live.wait_target;
	unsigned holder = snapshot_lock_holder(snapshot, worker);
	const char *name = lock < PAGE_LOCKS ? snapshot->plan.lock[lock] : "";

	(void)snprintf(text, size, "lock%s%s of %s", *name != '\0' ? " " : "", name,
		       holder < PAGE_WORKERS ? snapshot->worker[holder].live.name : "another");
}

void worker_wait_text(const struct snapshot *snapshot, unsigned worker, char *text, size_t size)
{
	const struct page_worker_live *live = &snapshot->worker[worker].live;
	unsigned target = live->wait_target;

	text[0] = '\0';
	if (live->state == WORKER_DEAD || live->state == WORKER_FINISHED) {
		text_sanitise(text, size, live->ended, strnlen(live->ended, sizeof(live->ended)));
		return;
	}
	switch (live->wait_on) {
	case WAIT_QUEUE:
		(void)snprintf(text, size, "queue %s (%s)",
			       target < PAGE_QUEUES ? snapshot->queue[target].name : "?",
			       live->state == WORKER_PUT ? "full" : "empty");
		break;
	case WAIT_SLOT:
		(void)snprintf(text, size, "an arena slot");
		break;
	case WAIT_MEMORY:
		(void)snprintf(text, size, "the memory brake");
		break;
	case WAIT_LOCK:
		lock_text(snapshot, worker, text, size);
		break;
	case WAIT_ENDED:
		(void)snprintf(text, size, "the end of %s",
			       target < PAGE_STATIONS ? snapshot->plan.station[target].name : "?");
		break;
	case WAIT_RESUME:
		(void)snprintf(text, size, "resume");
		break;
	default:
		if (live->retiring)
			(void)snprintf(text, size, "retires");
		break;
	}
}

enum colour worker_state_colour(enum worker_state state)
{
	switch (state) {
	case WORKER_RUN:
		return COLOUR_RUN;
	case WORKER_IO:
		return COLOUR_IO;
	case WORKER_DEAD:
		return COLOUR_BAD;
	case WORKER_NEVER_STARTED:
	case WORKER_FINISHED:
		return COLOUR_DIM;
	case WORKER_LOCK:
	case WORKER_JOIN:
	case WORKER_RESOURCE:
	case WORKER_PAUSED:
		return COLOUR_WARN;
	default:
		return COLOUR_WAIT;
	}
}

const char *worker_kind_word(const struct snapshot *snapshot, unsigned worker)
{
	switch (snapshot->worker[worker].live.kind) {
	case WORKER_THREAD:
		return "thread";
	case WORKER_PROCESS:
		return "process";
	case WORKER_WALK:
		return "walk";
	case WORKER_RECORDER:
		return "recorder";
	default:
		return "?";
	}
}

unsigned worker_count(const struct snapshot *snapshot)
{
	return snapshot->status.workers < PAGE_WORKERS ? snapshot->status.workers : PAGE_WORKERS;
}
