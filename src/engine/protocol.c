/*
 * protocol.c - bodies of the records that travel between supervisor and hosts.
 */
#include "config.h"

#include "engine/protocol.h"

#include <assert.h>
#include <string.h>

#include "base/wire.h"

struct body {
	unsigned char bytes[CHANNEL_RECORD_BYTES];
	struct wire_out out;
};

static void begin(struct body *body)
{
	wire_begin(&body->out, body->bytes, sizeof body->bytes);
}

static void send_body(struct channel *channel, enum record_type type, const struct body *body)
{
	assert(!body->out.full);
	channel_put(channel, (uint32_t)type, body->bytes, body->out.length);
}

static int finished(const struct wire_in *in)
{
	return in->bad || in->left != 0 ? -1 : 0;
}

void protocol_put_number(struct channel *channel, enum record_type type, uint64_t number)
{
	channel_put(channel, (uint32_t)type, &number, sizeof number);
}

int protocol_get_number(const void *body, size_t length, uint64_t *number)
{
	struct wire_in in;

	wire_open(&in, body, length);
	*number = wire_get_u64(&in);
	return finished(&in);
}

void protocol_put_pair(struct channel *channel, enum record_type type, uint64_t a, uint64_t b)
{
	uint64_t both[2] = {a, b};

	channel_put(channel, (uint32_t)type, both, sizeof both);
}

int protocol_get_pair(const void *body, size_t length, uint64_t *a, uint64_t *b)
{
	struct wire_in in;

	wire_open(&in, body, length);
	*a = wire_get_u64(&in);
	*b = wire_get_u64(&in);
	return finished(&in);
}

void protocol_put_text(struct channel *channel, enum record_type type, const char *text)
{
	channel_put(channel, (uint32_t)type, text, strnlen(text, CHANNEL_RECORD_BYTES));
}

int protocol_get_text(const void *body, size_t length, char *text, size_t size)
{
	size_t kept = length < size ? length : size - 1;

	memcpy(text, body, kept);
	text[kept] = '\0';
	return 0;
}

void protocol_put_job(struct channel *channel, enum record_type type, const struct job *job)
{
	struct body body;

	begin(&body);
	wire_put_u64(&body.out, job->id);
	wire_put_u64(&body.out, job->start_ns);
	wire_put_u64(&body.out, job->bytes_in);
	wire_put_u64(&body.out, job->bytes_out);
	wire_put_u32(&body.out, job->attempt);
	wire_put_u32(&body.out, job->slot);
	wire_put_u32(&body.out, job->damaged);
	wire_put_u32(&body.out, job->units);
	wire_put_bytes(&body.out, job->name, job->name_length);
	wire_put_bytes(&body.out, job->payload, job->payload_length);
	wire_put_bytes(&body.out, job->warning, job->warning != NULL ? strlen(job->warning) : 0);
	send_body(channel, type, &body);
}

struct job *protocol_get_job(const void *bytes, size_t length)
{
	struct wire_in in;
	struct job head = {0};
	const char *name;
	const void *payload;
	const char *warning;
	size_t warning_length;
	struct job *job;

	wire_open(&in, bytes, length);
	head.id = wire_get_u64(&in);
	head.start_ns = wire_get_u64(&in);
	head.bytes_in = wire_get_u64(&in);
	head.bytes_out = wire_get_u64(&in);
	head.attempt = wire_get_u32(&in);
	head.slot = wire_get_u32(&in);
	head.damaged = wire_get_u32(&in) != 0;
	head.units = wire_get_u32(&in);
	name = wire_get_bytes(&in, &head.name_length);
	payload = wire_get_bytes(&in, &head.payload_length);
	warning = wire_get_bytes(&in, &warning_length);
	if (finished(&in) != 0)
		return NULL;
	job = job_new(name, head.name_length, payload, head.payload_length);
	job->id = head.id;
	job->start_ns = head.start_ns;
	job->bytes_in = head.bytes_in;
	job->bytes_out = head.bytes_out;
	job->attempt = head.attempt;
	job->slot = head.slot;
	job->damaged = head.damaged;
	job->units = head.units;
	job_warn(job, warning, warning_length);
	return job;
}

void protocol_put_worker(struct channel *channel, const struct record_worker *worker)
{
	channel_put(channel, RECORD_ADD, worker, sizeof *worker);
}

int protocol_get_worker(const void *body, size_t length, struct record_worker *worker)
{
	if (length != sizeof *worker)
		return -1;
	memcpy(worker, body, sizeof *worker);
	worker->name[sizeof worker->name - 1] = '\0';
	return 0;
}

void protocol_put_done(struct channel *channel, const struct record_done *done)
{
	struct body body;

	begin(&body);
	wire_put_u64(&body.out, done->job);
	wire_put_u64(&body.out, done->start_ns);
	wire_put_u64(&body.out, done->end_ns);
	wire_put_u64(&body.out, done->bytes_in);
	wire_put_u64(&body.out, done->bytes_out);
	wire_put_u32(&body.out, done->attempt);
	wire_put_u32(&body.out, done->worker);
	wire_put_u32(&body.out, done->status);
	wire_put_u32(&body.out, done->error);
	wire_put_u32(&body.out, done->slot);
	wire_put_u32(&body.out, done->failed);
	wire_put_u32(&body.out, done->skipped);
	wire_put_bytes(&body.out, done->reason, done->reason_length);
	wire_put_bytes(&body.out, done->result, done->result_length);
	send_body(channel, RECORD_DONE, &body);
}

int protocol_get_done(const void *body, size_t length, struct record_done *done)
{
	struct wire_in in;

	wire_open(&in, body, length);
	done->job = wire_get_u64(&in);
	done->start_ns = wire_get_u64(&in);
	done->end_ns = wire_get_u64(&in);
	done->bytes_in = wire_get_u64(&in);
	done->bytes_out = wire_get_u64(&in);
	done->attempt = wire_get_u32(&in);
	done->worker = wire_get_u32(&in);
	done->status = wire_get_u32(&in);
	done->error = wire_get_u32(&in);
	done->slot = wire_get_u32(&in);
	done->failed = wire_get_u32(&in);
	done->skipped = wire_get_u32(&in);
	done->reason = wire_get_bytes(&in, &done->reason_length);
	done->result = wire_get_bytes(&in, &done->result_length);
	/* Whether an item is quarantined or left pending is for the supervisor to say. */
	if (done->status > ITEM_SKIPPED || done->worker >= PAGE_WORKERS ||
	    done->reason_length >= ERR_TEXT_BYTES || done->result_length > WORK_RESULT_BYTES)
		return -1;
	return finished(&in);
}

void protocol_put_handed(struct channel *channel, const struct record_handed *handed)
{
	struct body body;

	begin(&body);
	wire_put_u64(&body.out, handed->job);
	wire_put_u64(&body.out, handed->start_ns);
	wire_put_u64(&body.out, handed->bytes_in);
	wire_put_u64(&body.out, handed->bytes_out);
	wire_put_u32(&body.out, handed->slot);
	wire_put_u32(&body.out, handed->worker);
	wire_put_u32(&body.out, handed->damaged);
	wire_put_bytes(&body.out, handed->warning, handed->warning_length);
	send_body(channel, RECORD_HANDED, &body);
}

int protocol_get_handed(const void *body, size_t length, struct record_handed *handed)
{
	struct wire_in in;

	wire_open(&in, body, length);
	handed->job = wire_get_u64(&in);
	handed->start_ns = wire_get_u64(&in);
	handed->bytes_in = wire_get_u64(&in);
	handed->bytes_out = wire_get_u64(&in);
	handed->slot = wire_get_u32(&in);
	handed->worker = wire_get_u32(&in);
	handed->damaged = wire_get_u32(&in);
	handed->warning = wire_get_bytes(&in, &handed->warning_length);
	if (handed->warning_length >= JOB_WARNING_BYTES || handed->worker >= PAGE_WORKERS)
		return -1;
	return finished(&in);
}

void protocol_put_concluded(struct channel *channel, const struct record_concluded *concluded)
{
	struct body body;

	begin(&body);
	wire_put_bytes(&body.out, concluded->reason, concluded->reason_length);
	wire_put_bytes(&body.out, concluded->result, concluded->result_length);
	send_body(channel, RECORD_CONCLUDED, &body);
}

int protocol_get_concluded(const void *body, size_t length, struct record_concluded *concluded)
{
	struct wire_in in;

	wire_open(&in, body, length);
	concluded->reason = wire_get_bytes(&in, &concluded->reason_length);
	concluded->result = wire_get_bytes(&in, &concluded->result_length);
	if (concluded->reason_length >= ERR_TEXT_BYTES ||
	    concluded->result_length > WORK_RESULT_BYTES)
		return -1;
	return finished(&in);
}

void protocol_put_outcome(struct channel *channel, const struct record_outcome *outcome)
{
	struct body body;

	begin(&body);
	wire_put_u64(&body.out, outcome->serial);
	wire_put_u64(&body.out, outcome->job);
	wire_put_u64(&body.out, outcome->start_ns);
	wire_put_u64(&body.out, outcome->end_ns);
	wire_put_u64(&body.out, outcome->bytes_in);
	wire_put_u64(&body.out, outcome->bytes_out);
	wire_put_u32(&body.out, outcome->status);
	wire_put_u32(&body.out, outcome->attempts);
	wire_put_u32(&body.out, outcome->leftovers);
	wire_put_bytes(&body.out, outcome->worker, outcome->worker_length);
	wire_put_bytes(&body.out, outcome->reason, outcome->reason_length);
	wire_put_bytes(&body.out, outcome->name, outcome->name_length);
	wire_put_bytes(&body.out, outcome->payload, outcome->payload_length);
	send_body(channel, RECORD_OUTCOME, &body);
}

int protocol_get_outcome(const void *body, size_t length, struct record_outcome *outcome)
{
	struct wire_in in;

	wire_open(&in, body, length);
	outcome->serial = wire_get_u64(&in);
	outcome->job = wire_get_u64(&in);
	outcome->start_ns = wire_get_u64(&in);
	outcome->end_ns = wire_get_u64(&in);
	outcome->bytes_in = wire_get_u64(&in);
	outcome->bytes_out = wire_get_u64(&in);
	outcome->status = wire_get_u32(&in);
	outcome->attempts = wire_get_u32(&in);
	outcome->leftovers = wire_get_u32(&in);
	outcome->worker = wire_get_bytes(&in, &outcome->worker_length);
	outcome->reason = wire_get_bytes(&in, &outcome->reason_length);
	outcome->name = wire_get_bytes(&in, &outcome->name_length);
	outcome->payload = wire_get_bytes(&in, &outcome->payload_length);
	return finished(&in);
}

bool protocol_item_fits(const struct source_item *item)
{
	return item->name[0] != '\0' &&
	       strlen(item->name) + item->payload_length <= WORK_PAYLOAD_BYTES;
}

int protocol_put_item(struct channel *channel, const struct source_item *item)
{
	struct body body;
	const char *reason = item->reason != NULL ? item->reason : "";

	if (!protocol_item_fits(item))
		return -1;
	begin(&body);
	wire_put_u64(&body.out, item->size_bytes);
	wire_put_u32(&body.out, item->units);
	wire_put_u32(&body.out, (uint32_t)item->verdict);
	wire_put_bytes(&body.out, reason, strnlen(reason, ERR_TEXT_BYTES - 1));
	wire_put_bytes(&body.out, item->name, strlen(item->name));
	wire_put_bytes(&body.out, item->payload, item->payload_length);
	send_body(channel, RECORD_ITEM, &body);
	return 0;
}

int protocol_get_item(const void *body, size_t length, struct received_item *item)
{
	struct wire_in in;

	wire_open(&in, body, length);
	item->size_bytes = wire_get_u64(&in);
	item->units = wire_get_u32(&in);
	item->verdict = (enum err_kind)wire_get_u32(&in);
	item->reason = wire_get_bytes(&in, &item->reason_length);
	item->name = wire_get_bytes(&in, &item->name_length);
	item->payload = wire_get_bytes(&in, &item->payload_length);
	/* What is taken here must fit into every record that it travels in later. */
	if (item->verdict > ERR_SKIP || item->units > WORK_MOST_UNITS ||
	    item->reason_length >= ERR_TEXT_BYTES || item->name_length == 0 ||
	    memchr(item->name, '\0', item->name_length) != NULL ||
	    item->name_length + item->payload_length > WORK_PAYLOAD_BYTES)
		return -1;
	return finished(&in);
}
