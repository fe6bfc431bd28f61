/*
 * fleet_hear.c - what hosts report, record by record. A report that makes no sense (a job that is
 * not leased to the host, a credit that it did not have) means a broken or hostile host: it is
 * killed, its jobs are done again.
 */
#include "config.h"

#include "engine/fleet.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "engine/flow.h"
#include "engine/jobs.h"
#include "engine/phases.h"
#include "engine/watch.h"
#include "record/slot.h"

/* A transient failure: once more, then the item stays pending; the run says what is wrong, and
 * stops taking new items when nothing succeeds any more. */
static enum item_status transient_verdict(struct supervisor *sup, struct entry *entry,
					  const char *reason)
{
	unsigned patience = 2 * layout_workers(&sup->plan->layout);

	if (entry->abandoned)
		return ITEM_FAILED;
	sup->transient_row++;
	if (sup->transient_row > (patience > 8 ? patience : 8) && !sup->draining) {
		phases_drain(sup);
		sup->exit_code = 1;
		snprintf(sup->status.message, sizeof sup->status.message,
			 "stopped: every item fails: %.150s", reason);
		jobs_log(sup, LOG_ERROR, 0, "%s", sup->status.message);
	}
	return ITEM_PENDING;
}

static int on_done(struct supervisor *sup, struct remote *host, const void *body, size_t length)
{
	struct record_done done;
	struct entry *entry;
	struct ending ending;
	char reason[ERR_TEXT_BYTES];

	if (protocol_get_done(body, length, &done) != 0)
		return -1;
	entry = jobs_find(sup, done.job);
	if (entry == NULL || entry->host != host || entry->state != ENTRY_TAKEN)
		return -1;
	if ((done.failed != 0 || done.skipped != 0) &&
	    (done.status > ITEM_DAMAGED ||
	     (uint64_t)done.failed + done.skipped > entry->job->units))
		return -1;
	/* Only the last stage can say that all is well. */
	if (done.status <= ITEM_DAMAGED && host->group != GROUP_ALONE &&
	    host->group + 1 != sup->ngroups)
		return -1;
	snprintf(reason, sizeof reason, "%.*s", (int)done.reason_length, done.reason);
	if (host->group < sup->ngroups)
		sup->group[host->group].finished++;
	host->deaths = 0;
	entry->job->start_ns = done.start_ns;
	entry->job->bytes_in = done.bytes_in;
	entry->job->bytes_out = done.bytes_out;
	ending = (struct ending){.status = (enum item_status)done.status,
				 .reason = reason,
				 .worker = fleet_worker_name(sup, done.worker),
				 .end_ns = done.end_ns,
				 .failed = done.failed,
				 .skipped = done.skipped,
				 .result = done.result,
				 .result_length = done.result_length};
	if (ending.status == ITEM_FAILED && done.error == ERR_TRANSIENT) {
		if (!entry->abandoned && !sup->draining && entry->transient_tries++ == 0) {
			entry->job->attempt++;
			sup->status.retried++;
			flow_restart(sup, entry, entry->alone);
			return 0;
		}
		ending.status = transient_verdict(sup, entry, reason);
	}
	flow_release(sup, entry);
	jobs_end(sup, entry, &ending);
	return 0;
}

/* As if it had been retired, but that it was its own idea. */
static int on_leaves(struct supervisor *sup, struct remote *host, uint64_t page_index)
{
	for (unsigned i = 0; i < host->nworkers; i++) {
		if (host->workers[i].identity.worker != page_index)
			continue;
		host->workers[i].retiring = true;
		slot_retire(sup->page, host->workers[i].identity.worker);
		if (host->group < sup->ngroups && sup->group[host->group].process)
			host->closing_soon = true;
		return 0;
	}
	return -1;
}

static int on_ended(struct remote *host, uint64_t page_index)
{
	for (unsigned i = 0; i < host->nworkers; i++) {
		if (host->workers[i].identity.worker == page_index) {
			host->workers[i].ended = true;
			return 0;
		}
	}
	return -1;
}

/* Every recorder says first how far its predecessor came: only what is new shows that it works. */
static void on_acknowledged(struct supervisor *sup, uint64_t serial)
{
	unsigned before = sup->unrecorded;

	jobs_acknowledged(sup, serial);
	if (sup->unrecorded != before)
		sup->recorder->deaths = 0;
}

static int on_number(struct supervisor *sup, struct remote *host, uint32_t type, uint64_t number)
{
	switch (type) {
	case RECORD_TAKEN:
		return flow_taken(sup, host, number);
	case RECORD_RETURNED:
		return flow_returned(sup, host, number);
	case RECORD_WANT_CREDIT:
		host->credit_wants = number > PAGE_WORKERS ? PAGE_WORKERS : (unsigned)number;
		return 0;
	case RECORD_CREDIT_BACK:
		if (number > host->credits)
			return -1;
		host->credits -= (unsigned)number;
		host->reclaiming = false;
		return 0;
	case RECORD_ENDED:
		return on_ended(host, number);
	case RECORD_LEAVES:
		return on_leaves(sup, host, number);
	case RECORD_ESTIMATE:
		if (host != sup->walk)
			return -1;
		sup->status.estimate_found = number;
		return 0;
	case RECORD_ACKNOWLEDGE:
		if (host != sup->recorder)
			return -1;
		on_acknowledged(sup, number);
		return 0;
	default:
		return -1;
	}
}

static int on_item(struct supervisor *sup, struct remote *host, const void *body, size_t length)
{
	struct received_item item;

	if (host != sup->walk || host->credits == 0 || protocol_get_item(body, length, &item) != 0)
		return -1;
	flow_credit_used(host);
	host->deaths = 0;
	walk_count(&sup->walked, item.name, item.name_length);
	jobs_found(sup, &item);
	return 0;
}

static int on_source_end(struct supervisor *sup, const struct remote *host, const void *body,
			 size_t length)
{
	char text[ERR_TEXT_BYTES];

	if (host != sup->walk)
		return -1;
	protocol_get_text(body, length, text, sizeof text);
	sup->source_ended = true;
	sup->source_whole = text[0] == '\0';
	if (text[0] == '\0' || sup->draining)
		return 0;
	if (sup->status.found == 0) {
		snprintf(sup->refusal, sizeof sup->refusal, "%s", text);
	} else {
		sup->exit_code = 1;
		jobs_log(sup, LOG_ERROR, 0, "%s", text);
	}
	return 0;
}

/* The run's work is finished, for good or ill. */
static int on_concluded(struct supervisor *sup, const struct remote *host, const void *body,
			size_t length)
{
	struct record_concluded concluded;

	if (host != sup->finisher || host->incarnation != sup->finisher_incarnation ||
	    sup->concluded || protocol_get_concluded(body, length, &concluded) != 0)
		return -1;
	sup->concluded = true;
	if (concluded.result_length != 0)
		jobs_fold(sup, concluded.result, concluded.result_length);
	if (concluded.reason_length == 0)
		return 0;
	sup->exit_code = 1;
	snprintf(sup->status.message, sizeof sup->status.message, "%.*s",
		 (int)concluded.reason_length, concluded.reason);
	jobs_log(sup, LOG_ERROR, 0, "%s", sup->status.message);
	return 0;
}

struct hearing {
	struct supervisor *sup;
	struct remote *host;
};

static int on_record(void *context, uint32_t type, const void *body, size_t length)
{
	struct hearing *hearing = context;
	struct supervisor *sup = hearing->sup;
	struct remote *host = hearing->host;
	struct record_handed handed;
	char text[ERR_TEXT_BYTES];
	uint64_t a, b;

	switch (type) {
	case RECORD_DONE:
		return on_done(sup, host, body, length);
	case RECORD_HANDED:
		host->deaths = 0;
		return protocol_get_handed(body, length, &handed) == 0
			       ? flow_handed(sup, host, &handed)
			       : -1;
	case RECORD_CONCLUDED:
		return on_concluded(sup, host, body, length);
	case RECORD_ITEM:
		return on_item(sup, host, body, length);
	case RECORD_WANT_MEMORY:
		return protocol_get_pair(body, length, &a, &b) == 0
			       ? flow_wants_memory(sup, host, a, b)
			       : -1;
	case RECORD_WARNING:
		protocol_get_text(body, length, text, sizeof text);
		jobs_log(sup, LOG_WARNING, 0, "%s", text);
		return 0;
	case RECORD_SOURCE_END:
		return on_source_end(sup, host, body, length);
	default:
		return protocol_get_number(body, length, &a) == 0 ? on_number(sup, host, type, a)
								  : -1;
	}
}

/* Not without end, so that a flood from one host leaves time for the others. */
bool fleet_receive(struct supervisor *sup, struct remote *host)
{
	enum { MESSAGES_AT_ONCE = 64 };
	struct hearing hearing = {.sup = sup, .host = host};
	int received = 1;

	for (int i = 0; i < MESSAGES_AT_ONCE && host->channel != NULL && received == 1; i++)
		received = channel_receive(host->channel, on_record, &hearing);
	if (host->channel != NULL && received < 0) {
		fleet_hang_up(sup, host);
		host->hung_up_ns = clock_ns();
	}
	if (received == -2)
		fleet_kill(sup, host, "it sent a malformed message", NO_CULPRIT);
	host->dirty = true; /* answers */
	return host->channel != NULL && received == 1;
}
