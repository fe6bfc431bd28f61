/*
 * replay_writer.h - the inside of a writer of run.events (floor: record; internal to it).
 *
 * replay_write.c appends, replay_thin.c keeps the file within its bounds.
 */
#ifndef IMGTOP_RECORD_REPLAY_WRITER_H
#define IMGTOP_RECORD_REPLAY_WRITER_H

#include "record/replay_format.h"

/* The buffer is written when it holds so many bytes, and with every snapshot. */
enum { REPLAY_BUFFER_BYTES = 256 * 1024 };

/* Bytes of records by what bounds them. */
struct replay_totals {
	uint64_t snapshots;
	uint64_t events;
	uint64_t log;
};

struct replay_hole {
	uint64_t from_ns;
	uint64_t to_ns;
	struct replay_gap lost;
};

struct replay_writer {
	char *path;
	int fd;
	uint64_t offset; /* end of what has been written */
	struct replay_limits limits;
	unsigned snapshot_level; /* how often snapshots were thinned */
	unsigned event_level;
	struct textbuf buffer; /* records that wait to be written */
	struct textbuf scratch;
	struct replay_totals written;
	struct replay_totals buffered;
	struct replay_hole gap;		  /* to be recorded before what follows it */
	struct replay_hole buffered_loss; /* to be added to it should the buffer not be written */
	struct replay_flat now;
	struct replay_flat previous; /* base of the next delta */
	unsigned since_full;	     /* snapshots since the last full one; 0: next one is full */
	uint64_t last_ns;
	uint32_t last_state;
	struct page_event *pending;
	size_t npending;
};

/* Is a bound exceeded? 0 is no bound. */
bool replay_over(uint64_t bytes, uint64_t limit);

/* Add what is missing. */
void replay_lose(struct replay_hole *hole, const struct replay_hole *more);

/* Append to the buffer. A record's checksum is filled in here. */
void replay_put_record(struct replay_writer *writer, struct replay_record record,
		       const void *payload);
void replay_put_gap(struct replay_writer *writer);
void replay_put_pending(struct replay_writer *writer);

/* Append writer->now as a snapshot and make it the base of the next one. */
void replay_put_snapshot(struct replay_writer *writer);
int replay_put_events(struct replay_writer *writer, const struct page_event *events, size_t count,
		      struct err *err);

/* Write the buffer. What cannot be written is given up and becomes part of the gap. */
int replay_flush(struct replay_writer *writer, struct err *err);

/* Close without writing, free. */
void replay_release(struct replay_writer *writer);

/* Thin the file while it is over its bounds. */
int replay_keep_bounds(struct replay_writer *writer, struct err *err);

#endif
