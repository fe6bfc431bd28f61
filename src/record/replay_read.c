/*
 * replay_read.c - reading run.events.
 *
 * Opening reads the file once to check it and to list its records; after that only what is asked
 * for is read. The words of the last snapshot that was asked for are kept, so playing forward
 * applies one record at a time; a jump begins at the full snapshot before it.
 */
#include "config.h"

#include "record/replay.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "record/page_layout.h"
#include "record/replay_format.h"

struct replay_reader {
	int fd;
	char *path;
	uint64_t size;
	struct replay_entry *entry;
	size_t entries;
	size_t *snapshot; /* entries that are snapshots */
	size_t snapshots;
	unsigned char *payload;
	size_t payload_room;
	struct replay_flat flat; /* snapshot `at`, when at < snapshots */
	size_t at;
};

static int read_at(const struct replay_reader *reader, void *bytes, size_t length, uint64_t offset,
		   struct err *err)
{
	unsigned char *to = bytes;

	while (length > 0) {
		ssize_t got = pread(reader->fd, to, length, (off_t)offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_errno(err, "read %s", reader->path);
		if (got == 0)
			return err_permanent(err, "read %s: shorter than it was", reader->path);
		to += got;
		length -= (size_t)got;
		offset += (uint64_t)got;
	}
	return 0;
}

const void *replay_payload(struct replay_reader *reader, const struct replay_entry *entry,
			   struct err *err)
{
	if (reader->payload_room < entry->record.bytes) {
		reader->payload = mem_realloc(reader->payload, entry->record.bytes, 1);
		reader->payload_room = entry->record.bytes;
	}
	if (reader->payload == NULL)
		reader->payload = mem_calloc(1, 1);
	return read_at(reader, reader->payload, entry->record.bytes, entry->offset, err) == 0
		       ? reader->payload
		       : NULL;
}

static bool is_snapshot(const struct replay_entry *entry)
{
	return entry->record.kind == REPLAY_FULL || entry->record.kind == REPLAY_DELTA;
}

/* Does the length fit the kind? Kinds that this version does not know may have any. */
static bool fits(const struct replay_record *record)
{
	if (record->bytes % 8 != 0)
		return false;
	switch (record->kind) {
	case REPLAY_FULL:
	case REPLAY_DELTA:
		return record->bytes >= sizeof(struct replay_shape);
	case REPLAY_EVENTS:
		return record->bytes % sizeof(struct page_event) == 0;
	case REPLAY_LOG:
		return record->bytes % sizeof(struct page_log_line) == 0;
	case REPLAY_GAP:
		return record->bytes == sizeof(struct replay_gap);
	default:
		return true;
	}
}

/* The record at offset, whole and sound; false at the end of what can be used. */
static bool next_record(struct replay_reader *reader, uint64_t offset, struct replay_entry *entry)
{
	const struct replay_record *record = &entry->record;
	const void *payload;
	struct err err;

	if (reader->size - offset < sizeof *record ||
	    read_at(reader, &entry->record, sizeof *record, offset, &err) != 0)
		return false;
	entry->offset = offset + sizeof *record;
	if (record->bytes > reader->size - entry->offset || !fits(record))
		return false;
	payload = replay_payload(reader, entry, &err);
	return payload != NULL && replay_check(record, payload) == record->check;
}

/* Snapshots must be in order of time, and the first one full: both are searched by it. */
static bool in_order(const struct replay_reader *reader, const struct replay_entry *entry)
{
	if (reader->snapshots == 0)
		return entry->record.kind == REPLAY_FULL;
	return entry->record.from_ns >
	       reader->entry[reader->snapshot[reader->snapshots - 1]].record.from_ns;
}

static void list_records(struct replay_reader *reader)
{
	uint64_t offset = sizeof(struct replay_head);
	struct replay_entry entry;
	size_t room = 0;

	while (next_record(reader, offset, &entry)) {
		if (is_snapshot(&entry) && !in_order(reader, &entry))
			return;
		if (reader->entries == room) {
			room = room ? 2 * room : 256;
			reader->entry = mem_realloc(reader->entry, room, sizeof *reader->entry);
			reader->snapshot =
				mem_realloc(reader->snapshot, room, sizeof *reader->snapshot);
		}
		if (is_snapshot(&entry))
			reader->snapshot[reader->snapshots++] = reader->entries;
		reader->entry[reader->entries++] = entry;
		offset = entry.offset + entry.record.bytes;
	}
}

static int check_head(struct replay_reader *reader, struct err *err)
{
	struct replay_head head, ours = replay_make_head();
	struct stat info;

	if (fstat(reader->fd, &info) != 0)
		return err_errno(err, "look at %s", reader->path);
	if (!S_ISREG(info.st_mode))
		return err_permanent(err, "%s: not a regular file", reader->path);
	reader->size = (uint64_t)info.st_size;
	if (reader->size < sizeof head)
		return err_permanent(err, "%s: not a record of a run", reader->path);
	if (read_at(reader, &head, sizeof head, 0, err) != 0)
		return -1;
	if (head.magic != ours.magic)
		return err_permanent(err, "%s: not a record of a run", reader->path);
	if (head.version != ours.version)
		return err_permanent(err, "%s: version %llu of the record instead of %d",
				     reader->path, (unsigned long long)head.version,
				     REPLAY_VERSION);
	if (memcmp(&head, &ours, sizeof head) != 0)
		return err_permanent(err, "%s: recorded by another build", reader->path);
	return 0;
}

struct replay_reader *replay_open(const char *path, struct err *err)
{
	struct replay_reader *reader = mem_calloc(1, sizeof *reader);

	reader->path = mem_strdup(path);
	reader->at = SIZE_MAX;
	reader->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (reader->fd < 0)
		err_errno(err, "open %s", path);
	if (reader->fd < 0 || check_head(reader, err) != 0) {
		replay_close(reader);
		return NULL;
	}
	list_records(reader);
	return reader;
}

void replay_close(struct replay_reader *reader)
{
	if (reader == NULL)
		return;
	if (reader->fd >= 0)
		close(reader->fd);
	free(reader->path);
	free(reader->entry);
	free(reader->snapshot);
	free(reader->payload);
	free(reader->flat.words);
	free(reader);
}

size_t replay_entries(const struct replay_reader *reader)
{
	return reader->entries;
}

const struct replay_entry *replay_entry(const struct replay_reader *reader, size_t index)
{
	return &reader->entry[index];
}

static const struct replay_entry *snapshot_entry(const struct replay_reader *reader, size_t index)
{
	return &reader->entry[reader->snapshot[index]];
}

void replay_span(const struct replay_reader *reader, uint64_t *first_ns, uint64_t *last_ns)
{
	*first_ns = *last_ns = 0;
	if (reader->snapshots == 0)
		return;
	*first_ns = snapshot_entry(reader, 0)->record.from_ns;
	*last_ns = snapshot_entry(reader, reader->snapshots - 1)->record.from_ns;
}

size_t replay_count(const struct replay_reader *reader)
{
	return reader->snapshots;
}

int replay_apply(struct replay_flat *flat, const struct replay_entry *entry, const void *payload,
		 struct err *err)
{
	const unsigned char *bytes = payload;
	struct replay_shape shape;
	bool sound;

	memcpy(&shape, bytes, sizeof shape);
	if (entry->record.kind == REPLAY_FULL)
		sound = replay_reshape(flat, &shape);
	else
		sound = flat->words != NULL && replay_same_shape(&flat->shape, &shape);
	if (!sound ||
	    !replay_decode(flat, bytes + sizeof shape, entry->record.bytes - sizeof shape))
		return err_permanent(err, "replay: a snapshot does not fit the one before it");
	flat->at_ns = entry->record.from_ns;
	return 0;
}

/* Bring reader->flat to snapshot `wanted`. */
static int go_to(struct replay_reader *reader, size_t wanted, struct err *err)
{
	size_t from = wanted;

	while (from > 0 && snapshot_entry(reader, from)->record.kind != REPLAY_FULL)
		from--;
	if (reader->at <= wanted && reader->at >= from)
		from = reader->at + 1;
	for (size_t i = from; i <= wanted; i++) {
		const struct replay_entry *entry = snapshot_entry(reader, i);
		const void *payload = replay_payload(reader, entry, err);

		reader->at = SIZE_MAX;
		if (payload == NULL || replay_apply(&reader->flat, entry, payload, err) != 0)
			return -1;
		reader->at = i;
	}
	return 0;
}

int replay_snapshot_at(struct replay_reader *reader, uint64_t at_ns, struct snapshot *out,
		       struct err *err)
{
	size_t low = 0, high = reader->snapshots;

	if (reader->snapshots == 0)
		return err_permanent(err, "%s: holds no snapshot", reader->path);
	/* First one after at_ns. */
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (snapshot_entry(reader, middle)->record.from_ns <= at_ns)
			low = middle + 1;
		else
			high = middle;
	}
	if (go_to(reader, low > 0 ? low - 1 : 0, err) != 0)
		return err_context(err, "%s", reader->path);
	return replay_unflatten(out, &reader->flat, err);
}

static bool overlaps(const struct replay_entry *entry, uint64_t from_ns, uint64_t to_ns)
{
	return entry->record.from_ns < to_ns && entry->record.to_ns >= from_ns;
}

size_t replay_events(struct replay_reader *reader, uint64_t from_ns, uint64_t to_ns,
		     struct page_event *out, size_t most)
{
	size_t count = 0;
	struct err err;

	for (size_t i = 0; i < reader->entries && count < most; i++) {
		const struct replay_entry *entry = &reader->entry[i];
		const struct page_event *event;

		if (entry->record.kind != REPLAY_EVENTS || !overlaps(entry, from_ns, to_ns))
			continue;
		event = replay_payload(reader, entry, &err);
		if (event == NULL)
			break;
		for (size_t j = 0; j < entry->record.bytes / sizeof *event && count < most; j++) {
			if (event[j].at_ns < from_ns || event[j].at_ns >= to_ns)
				continue;
			out[count] = event[j];
			page_tame_event(&out[count++]);
		}
	}
	return count;
}

int replay_each_event(struct replay_reader *reader,
		      void (*visit)(void *context, const struct page_event *event), void *context,
		      struct err *err)
{
	for (size_t i = 0; i < reader->entries; i++) {
		const struct replay_entry *entry = &reader->entry[i];
		const struct page_event *event;

		if (entry->record.kind != REPLAY_EVENTS)
			continue;
		event = replay_payload(reader, entry, err);
		if (event == NULL)
			return -1;
		for (size_t j = 0; j < entry->record.bytes / sizeof *event; j++) {
			struct page_event tame = event[j];

			page_tame_event(&tame);
			visit(context, &tame);
		}
	}
	return 0;
}

int replay_each_snapshot(struct replay_reader *reader,
			 void (*visit)(void *context, const struct snapshot *snapshot),
			 void *context, struct err *err)
{
	struct snapshot *snapshot = snapshot_new();
	int result = 0;

	for (size_t i = 0; i < reader->snapshots && result == 0; i++) {
		uint64_t at_ns = snapshot_entry(reader, i)->record.from_ns;

		result = replay_snapshot_at(reader, at_ns, snapshot, err);
		if (result == 0)
			visit(context, snapshot);
	}
	snapshot_free(snapshot);
	return result;
}

size_t replay_log(struct replay_reader *reader, uint64_t from_ns, uint64_t to_ns,
		  struct page_log_line *out, size_t most)
{
	size_t count = 0;
	struct err err;

	for (size_t i = 0; i < reader->entries && count < most; i++) {
		const struct replay_entry *entry = &reader->entry[i];
		const struct page_log_line *line;

		if (entry->record.kind != REPLAY_LOG || !overlaps(entry, from_ns, to_ns))
			continue;
		line = replay_payload(reader, entry, &err);
		if (line == NULL)
			break;
		for (size_t j = 0; j < entry->record.bytes / sizeof *line && count < most; j++) {
			if (line[j].at_ns < from_ns || line[j].at_ns >= to_ns)
				continue;
			out[count] = line[j];
			page_tame_line(&out[count++]);
		}
	}
	return count;
}

uint64_t replay_lost(struct replay_reader *reader, uint64_t from_ns, uint64_t to_ns)
{
	uint64_t lost = 0;
	struct err err;

	for (size_t i = 0; i < reader->entries; i++) {
		const struct replay_entry *entry = &reader->entry[i];
		const struct replay_gap *gap;

		if (entry->record.kind != REPLAY_GAP || !overlaps(entry, from_ns, to_ns))
			continue;
		gap = replay_payload(reader, entry, &err);
		if (gap == NULL)
			break;
		lost += gap->events;
	}
	return lost;
}
