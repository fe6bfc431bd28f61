/*
 * jobs.h - the job table: every item that was found and is not over (floor: engine).
 */
#ifndef IMGTOP_ENGINE_JOBS_H
#define IMGTOP_ENGINE_JOBS_H

#include "engine/supervisor_private.h"

/* Enter a new item into the table and the intake. */
void jobs_found(struct supervisor *sup, const struct received_item *item);

/* NULL when there is no such row. */
struct entry *jobs_find(struct supervisor *sup, uint64_t id);

/* Call visit for every row; visit may end or requeue the row it is given. */
void jobs_each(struct supervisor *sup, void (*visit)(struct supervisor *, struct entry *, void *),
	       void *context);

struct ending {
	enum item_status status;
	const char *reason; /* "" */
	const char *worker; /* name, "" */
	uint64_t end_ns;
	uint32_t failed;  /* units of the item that went another way than the rest; together */
	uint32_t skipped; /* they are not more than the item has */
	const void *result;
	size_t result_length;
};

/* The item is over: count it, log a failure, tell the recorder, free the row. Its lease, slot and
 * memory must have been settled (flow_release). */
void jobs_end(struct supervisor *sup, struct entry *entry, const struct ending *ending);

/* Add to the run's result what an item, or the end of the work, contributes. */
void jobs_fold(struct supervisor *sup, const void *result, size_t length);

/* The recorder has these. */
void jobs_acknowledged(struct supervisor *sup, uint64_t serial);

/* Tell a new recorder all that its predecessor had not acknowledged. */
void jobs_resend(struct supervisor *sup);

/* A line for the log in the page. job 0 = none; text is made harmless. */
void jobs_log(struct supervisor *sup, enum log_level level, uint64_t job, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

void jobs_free(struct supervisor *sup);

#endif
