/*
 * replay_thin.c - keeping run.events within its bounds.
 *
 * Beyond the bound of snapshots every second one goes and the interval doubles; beyond that of
 * events only every second slot of time keeps its events, then every fourth, and so on: what
 * remains shows the life of all workers in the same moments, and what is missing is counted. The
 * file is written anew beside itself and takes its own place, which happens a few times in the
 * longest of runs.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "record/replay_writer.h"

bool replay_over(uint64_t bytes, uint64_t limit)
{
	return limit != 0 && bytes > limit;
}

/* A file that is copied into a writer that thins more than the one that wrote it. */
struct copying {
	struct replay_writer *to;
	struct replay_reader *from;
	struct replay_flat flat; /* the snapshot that was read last */
	size_t snapshots;	 /* read so far */
	bool every_second;	 /* drop snapshots in between */
};

static int copy_snapshot(struct copying *copying, const struct replay_entry *entry,
			 const void *payload, struct err *err)
{
	size_t index = copying->snapshots++;

	if (replay_apply(&copying->flat, entry, payload, err) != 0)
		return -1;
	/* The last one stays in any case: it shows how the run stands, or ended. */
	if (copying->every_second && index % 2 == 1 && index + 1 < replay_count(copying->from))
		return 0;
	replay_copy_flat(&copying->to->now, &copying->flat);
	replay_put_snapshot(copying->to);
	return 0;
}

static int copy_entry(struct copying *copying, const struct replay_entry *entry, struct err *err)
{
	struct replay_writer *to = copying->to;
	const struct replay_record *record = &entry->record;
	struct replay_hole hole = {record->from_ns, record->to_ns, {0}};
	const void *payload = replay_payload(copying->from, entry, err);

	if (payload == NULL)
		return -1;
	switch (record->kind) {
	case REPLAY_FULL:
	case REPLAY_DELTA:
		return copy_snapshot(copying, entry, payload, err);
	case REPLAY_EVENTS:
		return replay_put_events(to, payload, record->bytes / sizeof(struct page_event),
					 err);
	case REPLAY_LOG:
		replay_put_pending(to);
		replay_put_record(to, *record, payload);
		to->buffered.log += sizeof *record + record->bytes;
		return 0;
	case REPLAY_GAP:
		memcpy(&hole.lost, payload, sizeof hole.lost);
		replay_lose(&to->gap, &hole);
		return 0;
	default:
		return 0;
	}
}

static int copy_thinned(struct replay_writer *to, struct replay_reader *from, bool every_second,
			struct err *err)
{
	struct copying copying = {.to = to, .from = from, .every_second = every_second};
	int result = 0;

	for (size_t i = 0; result == 0 && i < replay_entries(from); i++) {
		result = copy_entry(&copying, replay_entry(from, i), err);
		if (result == 0 && to->buffer.length >= REPLAY_BUFFER_BYTES)
			result = replay_flush(to, err);
	}
	free(copying.flat.words);
	replay_put_pending(to);
	replay_put_gap(to);
	return result == 0 ? replay_flush(to, err) : -1;
}

/* What was written beside the file takes its place; the caller's handle stays the same. */
static int take_over(struct replay_writer *writer, struct replay_writer *thinner, struct err *err)
{
	struct replay_writer old = *writer;

	if (rename(thinner->path, writer->path) != 0)
		return err_errno(err, "rename %s", thinner->path);
	*writer = *thinner;
	writer->path = old.path;
	writer->gap = old.gap;
	writer->last_ns = old.last_ns;
	writer->last_state = old.last_state;
	old.path = thinner->path;
	*thinner = old;
	return 0;
}

static int thin_once(struct replay_writer *writer, struct err *err)
{
	bool snapshots = replay_over(writer->written.snapshots, writer->limits.snapshot_bytes);
	char *path = mem_printf("%s.thin", writer->path);
	struct replay_writer *thinner = replay_create_limited(path, &writer->limits, err);
	struct replay_reader *reader = replay_open(writer->path, err);
	int result = -1;

	if (thinner != NULL && reader != NULL) {
		thinner->snapshot_level = writer->snapshot_level + snapshots;
		thinner->event_level =
			writer->event_level +
			replay_over(writer->written.events, writer->limits.event_bytes);
		result = copy_thinned(thinner, reader, snapshots, err);
	}
	if (result == 0)
		result = take_over(writer, thinner, err);
	if (result != 0)
		unlink(path);
	if (thinner != NULL)
		replay_release(thinner);
	replay_close(reader);
	free(path);
	return result;
}

int replay_keep_bounds(struct replay_writer *writer, struct err *err)
{
	while (replay_over(writer->written.snapshots, writer->limits.snapshot_bytes) ||
	       replay_over(writer->written.events, writer->limits.event_bytes)) {
		uint64_t before = writer->written.snapshots + writer->written.events;
		int result = thin_once(writer, err);

		if (result == 0 && writer->written.snapshots + writer->written.events < before)
			continue;
		/* No room to thin, or nothing left to: not again with every snapshot. */
		writer->limits.snapshot_bytes += writer->limits.snapshot_bytes / 4;
		writer->limits.event_bytes += writer->limits.event_bytes / 4;
		return result;
	}
	return 0;
}
