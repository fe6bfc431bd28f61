/*
 * jobs.c - the job table: every item that was found and is not over.
 *
 * A row is made when the walk reports an item and freed when its completion has been counted, so
 * the table is as large as what is in flight: the intake's capacity plus what the stations hold.
 * Completions wait in a list until the recorder has acknowledged them.
 */
#include "config.h"

#include "engine/jobs.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "engine/flow.h"

static struct entry **bucket_of(struct supervisor *sup, uint64_t id)
{
	return &sup->bucket[id % JOB_BUCKETS];
}

struct entry *jobs_find(struct supervisor *sup, uint64_t id)
{
	struct entry *entry = *bucket_of(sup, id);

	while (entry != NULL && entry->job->id != id)
		entry = entry->hash_next;
	return entry;
}

void jobs_each(struct supervisor *sup, void (*visit)(struct supervisor *, struct entry *, void *),
	       void *context)
{
	for (unsigned i = 0; i < JOB_BUCKETS; i++) {
		struct entry *entry = sup->bucket[i];

		while (entry != NULL) {
			struct entry *next = entry->hash_next;

			visit(sup, entry, context);
			entry = next;
		}
	}
}

void jobs_log(struct supervisor *sup, enum log_level level, uint64_t job, const char *format, ...)
{
	struct page_log_line line = {
		.at_ns = clock_ns(), .job = job, .level = (uint32_t)level, .worker = UINT32_MAX};
	char text[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	text_sanitise(line.text, sizeof line.text, text, strlen(text));
	page_log(sup->page, &line);
	if (level == LOG_ERROR)
		sup->status.errors_logged++;
	sup->status_changed = true;
}

static struct entry *new_entry(struct supervisor *sup, const struct received_item *item)
{
	struct entry *entry = mem_calloc(1, sizeof *entry);
	struct entry **bucket;

	entry->job = job_new(item->name, item->name_length, item->payload, item->payload_length);
	entry->job->id = ++sup->next_job;
	entry->job->attempt = 1;
	entry->job->units = item->units != 0 ? item->units : 1;
	bucket = bucket_of(sup, entry->job->id);
	entry->hash_next = *bucket;
	*bucket = entry;
	sup->entries++;
	return entry;
}

void jobs_found(struct supervisor *sup, const struct received_item *item)
{
	struct entry *entry = new_entry(sup, item);
	char reason[ERR_TEXT_BYTES];
	struct ending ending = {.reason = reason, .worker = "walk-1", .end_ns = clock_ns()};

	sup->status.found += entry->job->units;
	sup->status_changed = true;
	if (item->verdict == ERR_NONE && !sup->draining) {
		flow_push(sup, entry, 0);
		return;
	}
	snprintf(reason, sizeof reason, "%.*s", (int)item->reason_length, item->reason);
	ending.status = item->verdict == ERR_NONE   ? ITEM_PENDING
			: item->verdict == ERR_SKIP ? ITEM_SKIPPED
						    : ITEM_FAILED;
	jobs_end(sup, entry, &ending);
}

static void record(struct supervisor *sup, const struct entry *entry, const struct ending *ending)
{
	const struct job *job = entry->job;
	size_t worker_length = strlen(ending->worker);
	size_t reason_length = strlen(ending->reason);
	struct unrecorded *kept;
	char *texts;

	if (sup->recorder->state == REMOTE_ENDED)
		return; /* given up: nobody will ever want it */
	kept = mem_calloc(1, sizeof *kept + worker_length + reason_length + job->name_length +
				     job->payload_length);
	texts = (char *)(kept + 1);
	memcpy(texts, ending->worker, worker_length);
	memcpy(texts + worker_length, ending->reason, reason_length);
	memcpy(texts + worker_length + reason_length, job->name, job->name_length);
	memcpy(texts + worker_length + reason_length + job->name_length, job->payload,
	       job->payload_length);
	kept->outcome = (struct record_outcome){.serial = ++sup->next_serial,
						.job = job->id,
						.start_ns = job->start_ns,
						.end_ns = ending->end_ns,
						.bytes_in = job->bytes_in,
						.bytes_out = job->bytes_out,
						.status = (uint32_t)ending->status,
						.attempts = job->attempt,
						.leftovers = entry->leftovers,
						.worker = texts,
						.worker_length = worker_length,
						.reason = texts + worker_length,
						.reason_length = reason_length,
						.name = texts + worker_length + reason_length,
						.name_length = job->name_length,
						.payload = texts + worker_length + reason_length +
							   job->name_length,
						.payload_length = job->payload_length};
	if (sup->unrecorded_last != NULL)
		sup->unrecorded_last->next = kept;
	else
		sup->unrecorded_first = kept;
	sup->unrecorded_last = kept;
	sup->unrecorded++;
	if (sup->recorder->channel != NULL) {
		protocol_put_outcome(sup->recorder->channel, &kept->outcome);
		sup->recorder->dirty = true;
	}
}

void jobs_resend(struct supervisor *sup)
{
	for (struct unrecorded *kept = sup->unrecorded_first; kept != NULL; kept = kept->next)
		protocol_put_outcome(sup->recorder->channel, &kept->outcome);
	sup->recorder->dirty = true;
}

void jobs_acknowledged(struct supervisor *sup, uint64_t serial)
{
	while (sup->unrecorded_first != NULL && sup->unrecorded_first->outcome.serial <= serial) {
		struct unrecorded *kept = sup->unrecorded_first;

		sup->unrecorded_first = kept->next;
		if (sup->unrecorded_first == NULL)
			sup->unrecorded_last = NULL;
		sup->unrecorded--;
		free(kept);
	}
}

void jobs_fold(struct supervisor *sup, const void *result, size_t length)
{
	struct page_status *status = &sup->status;

	if (sup->workload->fold == NULL)
		return;
	sup->workload->fold(sup->accumulator, result, length);
	sup->workload->describe(sup->accumulator, status->result, sizeof status->result);
	sup->status_changed = true;
}

static void count(struct supervisor *sup, const struct entry *entry, const struct ending *ending)
{
	struct page_status *status = &sup->status;

	uint32_t units = entry->job->units - ending->failed - ending->skipped;

	status->done[ITEM_FAILED] += ending->failed;
	status->done[ITEM_SKIPPED] += ending->skipped;
	status->done[ending->status] += units;
	if (ending->status == ITEM_DAMAGED)
		status->done[ITEM_OK] += units;
	sup->items_lost |= ending->status == ITEM_FAILED || ending->status == ITEM_QUARANTINED ||
			   ending->status == ITEM_PENDING;
	if (ending->status == ITEM_OK || ending->status == ITEM_DAMAGED)
		sup->transient_row = 0;
	status->bytes_in += entry->job->bytes_in;
	status->bytes_out += entry->job->bytes_out;
	status->last_done_ns = ending->end_ns;
	if (ending->result_length != 0)
		jobs_fold(sup, ending->result, ending->result_length);
	sup->status_changed = true;
}

static void unlink_entry(struct supervisor *sup, struct entry *entry)
{
	struct entry **at = bucket_of(sup, entry->job->id);

	while (*at != entry)
		at = &(*at)->hash_next;
	*at = entry->hash_next;
	sup->entries--;
}

void jobs_end(struct supervisor *sup, struct entry *entry, const struct ending *ending)
{
	const struct job *job = entry->job;

	count(sup, entry, ending);
	if (ending->status == ITEM_FAILED || ending->status == ITEM_QUARANTINED)
		jobs_log(sup, LOG_ERROR, job->id, "%s: %s%s", job->name,
			 ending->status == ITEM_QUARANTINED ? "quarantined: " : "", ending->reason);
	else if (ending->reason[0] != '\0')
		jobs_log(sup, LOG_WARNING, job->id, "%s: %s%s", job->name,
			 ending->status == ITEM_SKIPPED	  ? "skipped: "
			 : ending->status == ITEM_PENDING ? "left undone: "
							  : "",
			 ending->reason);
	record(sup, entry, ending);
	unlink_entry(sup, entry);
	job_free(entry->job);
	free(entry);
}

static void free_entry(struct supervisor *sup, struct entry *entry, void *context)
{
	(void)context;
	unlink_entry(sup, entry);
	job_free(entry->job);
	free(entry);
}

void jobs_free(struct supervisor *sup)
{
	jobs_each(sup, free_entry, NULL);
	jobs_acknowledged(sup, UINT64_MAX);
}
