/*
 * replay.h - snapshots and events of a run in a file, written 10 times a second by the recorder,
 * read by `imgtop replay` and the reports (floor: record).
 *
 * run.events is a stream of records; each begins with its length and kind. A torn last record is
 * ignored. When the bound is reached (64 MB of snapshots, 64 MB of events) the file is thinned:
 * every second snapshot goes, the interval doubles; event gaps are counted in the file.
 */
#ifndef IMGTOP_RECORD_REPLAY_H
#define IMGTOP_RECORD_REPLAY_H

#include "record/snapshot.h"

struct replay_writer;

/* Begin path (replaced if it exists). */
struct replay_writer *replay_create(const char *path, struct err *err);

/* Append; only slots in use are stored, and mostly what has changed. A snapshot not newer than the
 * last one is left out, and in a thinned file one that comes much before its time. On an error (no
 * space) what was given is missing from the file and counted there; the next call may succeed
 * again. */
int replay_add_snapshot(struct replay_writer *writer, const struct snapshot *snapshot,
			struct err *err);
int replay_add_events(struct replay_writer *writer, const struct page_event *events, size_t count,
		      uint64_t lost, struct err *err);
int replay_add_log(struct replay_writer *writer, const struct page_log_line *lines, size_t count,
		   struct err *err);

/* Time between snapshots that the writer wants at present (grows by thinning). */
uint64_t replay_interval_ns(const struct replay_writer *writer);

/* Close; checked. The writer is released in any case. */
int replay_finish(struct replay_writer *writer, struct err *err);

struct replay_reader;

/* Open a run.events; refuses another magic or version. */
struct replay_reader *replay_open(const char *path, struct err *err);
void replay_close(struct replay_reader *reader);

/* Time of the first and the last snapshot. */
void replay_span(const struct replay_reader *reader, uint64_t *first_ns, uint64_t *last_ns);
size_t replay_count(const struct replay_reader *reader);

/* The latest snapshot at or before at_ns (the first one when there is none). */
int replay_snapshot_at(struct replay_reader *reader, uint64_t at_ns, struct snapshot *out,
		       struct err *err);

/* Events and log lines in [from_ns, to_ns), in file order; at most `most`. Returns the count. */
size_t replay_events(struct replay_reader *reader, uint64_t from_ns, uint64_t to_ns,
		     struct page_event *out, size_t most);
size_t replay_log(struct replay_reader *reader, uint64_t from_ns, uint64_t to_ns,
		  struct page_log_line *out, size_t most);

/* Call visit for every event, in file order: those of one worker follow each other. Likewise for
 * every snapshot, oldest first. -1 with err: the file could not be read to its end. */
int replay_each_event(struct replay_reader *reader,
		      void (*visit)(void *context, const struct page_event *event), void *context,
		      struct err *err);
int replay_each_snapshot(struct replay_reader *reader,
			 void (*visit)(void *context, const struct snapshot *snapshot),
			 void *context, struct err *err);

/* How many events are known to be missing in gaps that touch [from_ns, to_ns). */
uint64_t replay_lost(struct replay_reader *reader, uint64_t from_ns, uint64_t to_ns);

#endif
