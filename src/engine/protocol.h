/*
 * protocol.h - the records that travel between supervisor and hosts (floor: engine).
 *
 * One table names each record and who sends it. Bodies are written and read here and nowhere else,
 * so that sizes are checked in one place; a body that does not decode means a broken peer, and the
 * supervisor kills it.
 */
#ifndef IMGTOP_ENGINE_PROTOCOL_H
#define IMGTOP_ENGINE_PROTOCOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/channel.h"
#include "engine/job.h"
#include "record/page.h"
#include "workload/workload.h"

enum record_type {
	/* supervisor to a host with stations */
	RECORD_JOB = 1, /* struct job */
	RECORD_SLOT,	/* number: this arena slot is yours to use */
	RECORD_CREDIT,	/* number: so many jobs may be handed over more */
	RECORD_RECLAIM, /* give unused credits back */
	RECORD_PAUSE,	/* stop at the next stage border */
	RECORD_RESUME,
	RECORD_RETURN,	 /* give back the jobs that no worker has taken */
	RECORD_CLOSE,	 /* nothing will come any more: finish and exit */
	RECORD_ADD,	 /* struct record_worker: start one more thread */
	RECORD_RETIRE,	 /* number: page index of the worker */
	RECORD_ABANDON,	 /* pair: page index of the worker, job */
	RECORD_CAPACITY, /* pair: queue index, capacity of a queue inside the host */
	RECORD_ADMIT,	 /* number: job whose memory is granted */
	RECORD_CONCLUDE, /* pair: is the run complete, its age in ns; to the last stage's host */
	/* supervisor to every host */
	RECORD_LEFT, /* the front has left: stacks are taken by the supervisor's helpers now */
	/* a host with stations to the supervisor */
	RECORD_TAKEN,	 /* number: job, a worker has it in hand */
	RECORD_DONE,	 /* struct record_done: its item is over */
	RECORD_HANDED,	 /* struct record_handed: on to the next station's queue (uses a credit) */
	RECORD_RETURNED, /* number: job, untouched */
	RECORD_WANT_CREDIT, /* number: workers that wait for one */
	RECORD_CREDIT_BACK, /* number */
	RECORD_WANT_MEMORY, /* pair: job, bytes */
	RECORD_CONCLUDED,   /* struct record_concluded */
	RECORD_ENDED,	    /* number: page index of a worker that has ended by itself */
	RECORD_LEAVES,	    /* number: page index of a worker that will take no more */
	RECORD_WARNING,	    /* text for the log */
	/* walk host to the supervisor */
	RECORD_ITEM,	   /* struct source_item */
	RECORD_ESTIMATE,   /* number */
	RECORD_SOURCE_END, /* text: "" or why it ended early */
	/* supervisor to the recorder, and back */
	RECORD_OUTCOME,	    /* struct record_outcome */
	RECORD_FINISH,	    /* write the report and end */
	RECORD_ACKNOWLEDGE, /* number: outcomes taken so far */
};

struct record_worker {
	uint32_t worker;  /* page index */
	uint32_t station; /* index in the layout */
	uint32_t incarnation;
	char name[PAGE_NAME_BYTES];
};

struct record_done {
	uint64_t job;
	uint64_t start_ns;
	uint64_t end_ns;
	uint64_t bytes_in;
	uint64_t bytes_out;
	uint32_t attempt;
	uint32_t worker;
	uint32_t status;    /* enum item_status */
	uint32_t error;	    /* enum err_kind of a failure */
	uint32_t slot;	    /* goes back, unless it stays in the host */
	uint32_t failed;    /* of an item of several units whose status is ok: so many failed */
	uint32_t skipped;   /* and so many were skipped */
	const char *reason; /* points into the message; "" when ok */
	size_t reason_length;
	const void *result;
	size_t result_length;
};

struct record_handed {
	uint64_t job;
	uint64_t start_ns;
	uint64_t bytes_in;
	uint64_t bytes_out;
	uint32_t slot;
	uint32_t worker;
	uint32_t damaged;
	const char *warning;
	size_t warning_length;
};

struct record_concluded {
	const char *reason; /* points into the message; "" when all is well */
	size_t reason_length;
	const void *result;
	size_t result_length;
};

struct record_outcome {
	uint64_t serial; /* 1, 2, ...: what the recorder acknowledges */
	uint64_t job;
	uint64_t start_ns;
	uint64_t end_ns;
	uint64_t bytes_in;
	uint64_t bytes_out;
	uint32_t status;
	uint32_t attempts;
	uint32_t leftovers; /* a killed attempt may have left temporary files: sweep them */
	const char *worker;
	size_t worker_length;
	const char *reason;
	size_t reason_length;
	const char *name;
	size_t name_length;
	const void *payload;
	size_t payload_length;
};

/* Senders. */
void protocol_put_number(struct channel *channel, enum record_type type, uint64_t number);
void protocol_put_pair(struct channel *channel, enum record_type type, uint64_t a, uint64_t b);
void protocol_put_text(struct channel *channel, enum record_type type, const char *text);
void protocol_put_job(struct channel *channel, enum record_type type, const struct job *job);
void protocol_put_worker(struct channel *channel, const struct record_worker *worker);
void protocol_put_done(struct channel *channel, const struct record_done *done);
void protocol_put_handed(struct channel *channel, const struct record_handed *handed);
void protocol_put_concluded(struct channel *channel, const struct record_concluded *concluded);
void protocol_put_outcome(struct channel *channel, const struct record_outcome *outcome);
/* -1 when name and payload are longer than a record may be. */
int protocol_put_item(struct channel *channel, const struct source_item *item);
/* Can it be put? */
bool protocol_item_fits(const struct source_item *item);

/* Readers: -1 when the body is malformed. */
int protocol_get_number(const void *body, size_t length, uint64_t *number);
int protocol_get_pair(const void *body, size_t length, uint64_t *a, uint64_t *b);
/* Terminated copy, clipped. */
int protocol_get_text(const void *body, size_t length, char *text, size_t size);
/* A new job, owned by the caller; NULL when malformed. */
struct job *protocol_get_job(const void *body, size_t length);
int protocol_get_worker(const void *body, size_t length, struct record_worker *worker);
int protocol_get_done(const void *body, size_t length, struct record_done *done);
int protocol_get_handed(const void *body, size_t length, struct record_handed *handed);
int protocol_get_concluded(const void *body, size_t length, struct record_concluded *concluded);
int protocol_get_outcome(const void *body, size_t length, struct record_outcome *outcome);

struct received_item {
	const char *name; /* into the message, not terminated */
	size_t name_length;
	const void *payload;
	size_t payload_length;
	uint64_t size_bytes;
	uint32_t units;
	enum err_kind verdict;
	const char *reason;
	size_t reason_length;
};
int protocol_get_item(const void *body, size_t length, struct received_item *item);

#endif
