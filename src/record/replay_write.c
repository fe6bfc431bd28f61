/*
 * replay_write.c - writing run.events.
 *
 * The recorder is the only caller. Records gather in a buffer that is written with every snapshot,
 * so a writer that dies loses a tenth of a second. What could not be written (no space) is given up
 * and counted as a gap; the next snapshot is a full one again, and the file stays sound.
 */
#include "config.h"

#include "record/replay.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "record/replay_writer.h"

enum { PENDING_EVENTS = 4096 };

static const struct replay_limits default_limits = {
	.snapshot_bytes = 64 << 20,
	.event_bytes = 64 << 20,
	.log_bytes = 16 << 20,
	.interval_ns = CLOCK_SECOND_NS / 10,
	.slot_ns = CLOCK_SECOND_NS,
	.full_every = 64,
};

static void widen(struct replay_hole *gap, uint64_t from_ns, uint64_t to_ns)
{
	if (gap->lost.events + gap->lost.lines == 0) {
		gap->from_ns = from_ns;
		gap->to_ns = to_ns;
		return;
	}
	if (from_ns < gap->from_ns)
		gap->from_ns = from_ns;
	if (to_ns > gap->to_ns)
		gap->to_ns = to_ns;
}

void replay_lose(struct replay_hole *gap, const struct replay_hole *more)
{
	if (more->lost.events + more->lost.lines == 0)
		return;
	widen(gap, more->from_ns, more->to_ns);
	gap->lost.events += more->lost.events;
	gap->lost.lines += more->lost.lines;
}

void replay_put_record(struct replay_writer *writer, struct replay_record record,
		       const void *payload)
{
	record.check = replay_check(&record, payload);
	textbuf_append(&writer->buffer, (const char *)&record, sizeof record);
	textbuf_append(&writer->buffer, payload, record.bytes);
}

void replay_put_gap(struct replay_writer *writer)
{
	const struct replay_hole *gap = &writer->gap;
	struct replay_record record = {
		.kind = REPLAY_GAP,
		.bytes = sizeof gap->lost,
		.from_ns = gap->from_ns,
		.to_ns = gap->to_ns,
	};

	if (gap->lost.events + gap->lost.lines == 0)
		return;
	replay_put_record(writer, record, &gap->lost);
	writer->buffered.events += sizeof record + record.bytes;
	replay_lose(&writer->buffered_loss, gap);
	memset(&writer->gap, 0, sizeof writer->gap);
}

/* Span of times in an array of records that begin with their time. */
static void span(struct replay_record *record, const void *items, size_t count, size_t size)
{
	const unsigned char *from = items;
	uint64_t at_ns;

	record->from_ns = UINT64_MAX;
	record->to_ns = 0;
	for (size_t i = 0; i < count; i++) {
		memcpy(&at_ns, from + i * size, sizeof at_ns);
		if (at_ns < record->from_ns)
			record->from_ns = at_ns;
		if (at_ns > record->to_ns)
			record->to_ns = at_ns;
	}
}

void replay_put_pending(struct replay_writer *writer)
{
	struct replay_record record = {
		.kind = REPLAY_EVENTS,
		.bytes = (uint32_t)(writer->npending * sizeof *writer->pending),
	};
	struct replay_hole loss = {.lost.events = writer->npending};

	if (writer->npending == 0)
		return;
	replay_put_gap(writer);
	span(&record, writer->pending, writer->npending, sizeof *writer->pending);
	replay_put_record(writer, record, writer->pending);
	writer->buffered.events += sizeof record + record.bytes;
	loss.from_ns = record.from_ns;
	loss.to_ns = record.to_ns;
	replay_lose(&writer->buffered_loss, &loss);
	writer->npending = 0;
}

static int write_at(const struct replay_writer *writer, const void *bytes, size_t length,
		    uint64_t offset, struct err *err)
{
	const unsigned char *from = bytes;

	while (length > 0) {
		ssize_t put = pwrite(writer->fd, from, length, (off_t)offset);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return err_errno(err, "write %s", writer->path);
		from += put;
		length -= (size_t)put;
		offset += (uint64_t)put;
	}
	return 0;
}

int replay_flush(struct replay_writer *writer, struct err *err)
{
	int result =
		write_at(writer, writer->buffer.text, writer->buffer.length, writer->offset, err);

	if (result == 0) {
		writer->offset += writer->buffer.length;
		writer->written.snapshots += writer->buffered.snapshots;
		writer->written.events += writer->buffered.events;
		writer->written.log += writer->buffered.log;
	} else {
		/* The next write goes to the same place. A delta has lost its base. */
		replay_lose(&writer->gap, &writer->buffered_loss);
		writer->since_full = 0;
	}
	writer->buffer.length = 0;
	memset(&writer->buffered, 0, sizeof writer->buffered);
	memset(&writer->buffered_loss, 0, sizeof writer->buffered_loss);
	return result;
}

void replay_release(struct replay_writer *writer)
{
	if (writer->fd >= 0)
		close(writer->fd);
	textbuf_free(&writer->buffer);
	textbuf_free(&writer->scratch);
	free(writer->now.words);
	free(writer->previous.words);
	free(writer->pending);
	free(writer->path);
	free(writer);
}

struct replay_writer *replay_create_limited(const char *path, const struct replay_limits *limits,
					    struct err *err)
{
	struct replay_writer *writer = mem_calloc(1, sizeof *writer);
	struct replay_head head = replay_make_head();

	writer->path = mem_strdup(path);
	writer->limits = *limits;
	writer->pending = mem_calloc(PENDING_EVENTS, sizeof *writer->pending);
	textbuf_init(&writer->buffer);
	textbuf_init(&writer->scratch);
	writer->fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (writer->fd < 0)
		err_errno(err, "create %s", path);
	if (writer->fd < 0 || write_at(writer, &head, sizeof head, 0, err) != 0) {
		replay_release(writer);
		return NULL;
	}
	writer->offset = sizeof head;
	return writer;
}

struct replay_writer *replay_create(const char *path, struct err *err)
{
	return replay_create_limited(path, &default_limits, err);
}

/* Append writer->now as a snapshot and make it the base of the next one. */
void replay_put_snapshot(struct replay_writer *writer)
{
	struct replay_flat *now = &writer->now;
	bool full = writer->since_full == 0 || writer->since_full >= writer->limits.full_every ||
		    !replay_same_shape(&writer->previous.shape, &now->shape);
	struct replay_record record = {
		.kind = full ? REPLAY_FULL : REPLAY_DELTA,
		.from_ns = now->at_ns,
		.to_ns = now->at_ns,
	};
	struct replay_flat base = writer->previous;

	writer->scratch.length = 0;
	textbuf_append(&writer->scratch, (const char *)&now->shape, sizeof now->shape);
	replay_encode(&writer->scratch, full ? NULL : &base, now);
	record.bytes = (uint32_t)writer->scratch.length;
	replay_put_pending(writer);
	replay_put_record(writer, record, writer->scratch.text);
	writer->buffered.snapshots += sizeof record + record.bytes;
	writer->since_full = full ? 1 : writer->since_full + 1;
	writer->previous = *now;
	writer->now = base;
}

/* Does thinning leave this event out? */
static bool thinned_out(const struct replay_writer *writer, uint64_t at_ns)
{
	uint64_t slot = at_ns / writer->limits.slot_ns;

	return (slot & ((UINT64_C(1) << writer->event_level) - 1)) != 0;
}

int replay_put_events(struct replay_writer *writer, const struct page_event *events, size_t count,
		      struct err *err)
{
	int result = 0;

	for (size_t i = 0; i < count; i++) {
		struct replay_hole loss = {events[i].at_ns, events[i].at_ns, {.events = 1}};

		if (thinned_out(writer, events[i].at_ns)) {
			replay_lose(&writer->gap, &loss);
			continue;
		}
		if (writer->npending == PENDING_EVENTS)
			replay_put_pending(writer);
		writer->pending[writer->npending++] = events[i];
	}
	if (writer->buffer.length >= REPLAY_BUFFER_BYTES)
		result = replay_flush(writer, err);
	return result;
}

/* Once thinned, the file wants no more snapshots than before, but every change of the run's state.
 */
static bool too_early(const struct replay_writer *writer, const struct snapshot *snapshot)
{
	uint64_t interval_ns = replay_interval_ns(writer);

	return writer->snapshot_level > 0 && snapshot->status.state == writer->last_state &&
	       snapshot->at_ns - writer->last_ns < interval_ns - interval_ns / 8;
}

int replay_add_snapshot(struct replay_writer *writer, const struct snapshot *snapshot,
			struct err *err)
{
	if (snapshot->at_ns <= writer->last_ns || too_early(writer, snapshot))
		return 0;
	replay_flatten(&writer->now, snapshot);
	replay_put_snapshot(writer);
	writer->last_ns = snapshot->at_ns;
	writer->last_state = snapshot->status.state;
	if (replay_flush(writer, err) != 0)
		return -1;
	return replay_keep_bounds(writer, err);
}

int replay_add_events(struct replay_writer *writer, const struct page_event *events, size_t count,
		      uint64_t lost, struct err *err)
{
	struct replay_hole loss = {.lost.events = lost};

	loss.from_ns = loss.to_ns = count > 0 ? events[0].at_ns : writer->last_ns;
	replay_lose(&writer->gap, &loss);
	return replay_put_events(writer, events, count, err);
}

int replay_add_log(struct replay_writer *writer, const struct page_log_line *lines, size_t count,
		   struct err *err)
{
	struct replay_record record = {
		.kind = REPLAY_LOG,
		.bytes = (uint32_t)(count * sizeof *lines),
	};
	struct replay_hole loss = {.lost.lines = count};

	if (count == 0)
		return 0;
	span(&record, lines, count, sizeof *lines);
	loss.from_ns = record.from_ns;
	loss.to_ns = record.to_ns;
	if (replay_over(writer->written.log + writer->buffered.log + record.bytes,
			writer->limits.log_bytes)) {
		replay_lose(&writer->gap, &loss);
		return 0;
	}
	replay_put_pending(writer);
	replay_put_record(writer, record, lines);
	writer->buffered.log += sizeof record + record.bytes;
	replay_lose(&writer->buffered_loss, &loss);
	return writer->buffer.length >= REPLAY_BUFFER_BYTES ? replay_flush(writer, err) : 0;
}

uint64_t replay_interval_ns(const struct replay_writer *writer)
{
	return writer->limits.interval_ns << writer->snapshot_level;
}

int replay_finish(struct replay_writer *writer, struct err *err)
{
	int result;

	replay_put_pending(writer);
	replay_put_gap(writer);
	result = replay_flush(writer, err);
	/* Bytes of a write that failed half way may lie behind the end. */
	if (ftruncate(writer->fd, (off_t)writer->offset) != 0 && result == 0)
		result = err_errno(err, "write %s", writer->path);
	if (close(writer->fd) != 0 && result == 0)
		result = err_errno(err, "close %s", writer->path);
	writer->fd = -1;
	replay_release(writer);
	return result;
}
