/*
 * replay_format.h - the bytes of run.events (floor: record; internal to it).
 *
 * The file is a struct replay_head and then records, each a struct replay_record and its payload,
 * all in whole 64-bit words of the machine that wrote it:
 *
 *   REPLAY_FULL   struct replay_shape, runs against zeros    a snapshot, from_ns = to_ns = at_ns
 *   REPLAY_DELTA  struct replay_shape, runs against the snapshot record before it, same shape
 *   REPLAY_EVENTS struct page_event[]                        from_ns..to_ns: first and last moment
 *   REPLAY_LOG    struct page_log_line[]                     as above
 *   REPLAY_GAP    struct replay_gap                          what is missing from from_ns to to_ns
 *
 * Words of a snapshot: plan, status, recorder, then the queues, hosts and workers in use, end to
 * end. A run is a word `unchanged << 32 | changed` followed by the changed words; what follows the
 * last run is unchanged. A record whose length or checksum is wrong ends the file for a reader: it
 * was being written when its writer died.
 *
 * A reader never trusts a length, count or index: reports travel between people.
 */
#ifndef IMGTOP_RECORD_REPLAY_FORMAT_H
#define IMGTOP_RECORD_REPLAY_FORMAT_H

#include "base/text.h"
#include "record/replay.h"

#define REPLAY_MAGIC   UINT64_C(0x746e657665676d69) /* "imgevent" on a little-endian machine */
#define REPLAY_VERSION 1

enum replay_kind {
	REPLAY_FULL = 1,
	REPLAY_DELTA,
	REPLAY_EVENTS,
	REPLAY_LOG,
	REPLAY_GAP,
};

struct replay_head {
	uint64_t magic;
	uint64_t version;
	uint64_t byte_order;
	uint64_t snapshot_bytes; /* sizes that tell one build's structs from another's */
	uint64_t event_bytes;
	uint64_t line_bytes;
};

struct replay_record {
	uint32_t bytes; /* of the payload */
	uint32_t kind;
	uint64_t from_ns;
	uint64_t to_ns;
	uint64_t check; /* over the fields above and the payload */
};

struct replay_shape {
	uint64_t identity;
	uint32_t workers;
	uint32_t hosts;
	uint32_t queues;
	uint32_t pad;
};

struct replay_gap {
	uint64_t events;
	uint64_t lines;
};

/* A snapshot as words. Zeroed is a valid empty one. */
struct replay_flat {
	struct replay_shape shape;
	uint64_t at_ns;
	uint64_t *words;
	size_t count;
	size_t room;
};

/* Bounds; tests use small ones. */
struct replay_limits {
	uint64_t snapshot_bytes;
	uint64_t event_bytes;
	uint64_t log_bytes;   /* log lines beyond are counted only */
	uint64_t interval_ns; /* between snapshots before any thinning */
	uint64_t slot_ns;     /* events are thinned in slots of this length */
	unsigned full_every;  /* a full snapshot after so many, so that seeking stays cheap */
};

struct replay_head replay_make_head(void);
uint64_t replay_check(const struct replay_record *record, const void *payload);

/* Snapshot to words and back. A shape that no page can have makes the latter fail. */
void replay_flatten(struct replay_flat *flat, const struct snapshot *snapshot);
int replay_unflatten(struct snapshot *snapshot, const struct replay_flat *flat, struct err *err);

bool replay_same_shape(const struct replay_shape *a, const struct replay_shape *b);

/* Give flat the shape, with words that are zero; false for a shape that no page can have. */
bool replay_reshape(struct replay_flat *flat, const struct replay_shape *shape);
void replay_copy_flat(struct replay_flat *to, const struct replay_flat *from);

/* Append the runs that lead from base (NULL: zeros) to flat. */
void replay_encode(struct textbuf *out, const struct replay_flat *base,
		   const struct replay_flat *flat);
/* Apply runs to flat; false when they do not fit it. */
bool replay_decode(struct replay_flat *flat, const void *runs, size_t bytes);

struct replay_writer *replay_create_limited(const char *path, const struct replay_limits *limits,
					    struct err *err);

/* A record of an open file, in file order. */
struct replay_entry {
	struct replay_record record;
	uint64_t offset; /* of the payload */
};

size_t replay_entries(const struct replay_reader *reader);
const struct replay_entry *replay_entry(const struct replay_reader *reader, size_t index);

/* Payload of an entry; valid until the next call. NULL with err filled. */
const void *replay_payload(struct replay_reader *reader, const struct replay_entry *entry,
			   struct err *err);

/* Apply a snapshot record's payload to flat, which holds the snapshot before it. */
int replay_apply(struct replay_flat *flat, const struct replay_entry *entry, const void *payload,
		 struct err *err);

#endif
