/*
 * scan_batch.h - an item of a scan: up to 64 files of one folder, and their rows on the way to the
 * catalogue (floor: workload).
 *
 * The payload is what the source knows: the folder, names, and which JSON is whose. The rows lie in
 * the item's slot and grow from stage to stage; they hold numbers and offsets, never pointers.
 * Between hosts travel the rows and, where the stages read and mime are not in one station, the
 * first 64 KiB of each file. No descriptor travels: the next stage opens the file again by its
 * name, in a folder that it keeps open. That costs two system calls, less than sending a
 * descriptor, and 64 of them for every item in flight would soon be more than a process may have.
 *
 * Whoever reads a slot may find what a damaged process left there: texts are checked against their
 * region's bounds, everything else is plain data. What would touch another file's row, the number
 * of a row, is not in it: that comes with the payload.
 */
#ifndef IMGTOP_WORKLOAD_SCAN_BATCH_H
#define IMGTOP_WORKLOAD_SCAN_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "media/facts.h"
#include "media/sidecar.h"
#include "media/takeout_json.h"
#include "workload/workload.h"

enum { SCAN_FILES = 64, SCAN_TITLE_BYTES = 256, SCAN_PEOPLE = 256 };

enum scan_stage {
	SCAN_STAT,
	SCAN_SIDECAR,
	SCAN_READ,
	SCAN_EXIF,
	SCAN_CRC,
	SCAN_MIME,
	SCAN_STORE,
	SCAN_STAGES,
};

/* ---- the payload ---------------------------------------------------------------------------- */

enum scan_dir_kind { SCAN_DIR_FOLDER, SCAN_DIR_ALBUM, SCAN_DIR_YEAR };

/* As in the catalogue. */
const char *scan_dir_kind_name(enum scan_dir_kind kind);

/* What an earlier scan has left of a file. */
struct scan_known {
	int64_t id;   /* of its row */
	bool settled; /* all that can be had of it is in the row, and its JSON is the one of
			 then; the rest is of interest only if it is so */
	uint64_t size_bytes;
	int64_t mtime_ns;
	uint64_t json_bytes; /* of its JSON, if it has one, and of its twin's too */
	int64_t json_mtime_ns;
	int64_t pair_id;  /* row of the live photograph's other file, 0 = none */
	const char *twin; /* for a file without a JSON: the one that it had by P10, NULL = none */
};

struct scan_file {
	const char *name;
	const char *sidecar; /* NULL = none */
	enum sidecar_rule rule;
	enum sidecar_confidence confidence;
	bool ambiguous;
	const struct scan_known *known; /* NULL = it has no row */
};

/* Pointers go into `texts` or, when it is being made, wherever its maker has them. */
struct scan_item {
	const char *dir; /* relative to the root, "" = the root itself */
	enum scan_dir_kind kind;
	int year;
	const char *title; /* of the album, "" = none */
	bool dir_known;	   /* the folder's row says all this already */
	struct scan_file file[SCAN_FILES];
	struct scan_known known[SCAN_FILES]; /* of those that came in a message */
	unsigned count;
	char texts[2 * WORK_PAYLOAD_BYTES + 4 * SCAN_FILES];
};

/* Bytes that the item takes without its files, and that one file takes. */
size_t scan_item_head_bytes(const struct scan_item *item);
size_t scan_file_bytes(const struct scan_file *file);

/* Into room for WORK_PAYLOAD_BYTES. Returns the length, 0 when it does not fit. */
size_t scan_item_pack(const struct scan_item *item, void *bytes);

/* error: transient, when the payload is damaged */
int scan_item_unpack(const void *bytes, size_t length, struct scan_item *item, struct err *err);

/* ---- the rows ------------------------------------------------------------------------------- */

struct scan_text {
	uint32_t offset;
	uint32_t length; /* without the NUL behind it; offset 0 = no text */
};

enum scan_state {
	SCAN_NEW,      /* to be read and written */
	SCAN_SAME,     /* as in an earlier scan */
	SCAN_BAD,      /* could not be read: note says why */
	SCAN_GONE,     /* no longer there */
	SCAN_NO_MEDIA, /* nothing that a library is about */
};

struct scan_row {
	uint32_t state; /* enum scan_state */
	uint32_t bad_stage;
	uint64_t size_bytes;
	int64_t mtime_ns;
	uint64_t json_bytes;
	int64_t json_mtime_ns;
	struct scan_text sidecar;     /* name of the JSON */
	struct scan_text sidecar_dir; /* folder beside this one that it lies in; none = this one */
	uint32_t rule;		      /* enum sidecar_rule */
	uint32_t confidence;
	struct scan_text note;	       /* why the file could not be read */
	struct scan_text sidecar_note; /* why its JSON could not */
	uint32_t head_bytes;	       /* in its part of SCAN_HEADS */
	uint32_t mime;
	uint32_t crc32;
	bool has_crc;
	bool has_facts;
	bool has_json;
	struct facts facts;
	struct { /* of struct takeout_json */
		struct scan_text title, description, url, origin;
		struct scan_text people; /* each with its NUL */
		uint32_t npeople;
		uint32_t geo;
		bool has_taken, favorited, archived, trashed;
		int64_t taken_s;
		double latitude, longitude, altitude;
	} json;
};

struct scan_batch {
	uint32_t magic;
	uint32_t next_stage;
	uint32_t count;
	uint32_t text_bytes; /* used of SCAN_TEXTS */
	uint64_t pass_ns;    /* time in which pass_bytes were read and looked through */
	uint64_t pass_bytes;
	struct scan_row row[SCAN_FILES];
};

enum scan_region { SCAN_ROWS, SCAN_TEXTS, SCAN_HEADS };

extern const unsigned scan_region_shares[SLOT_REGIONS];

/* A new batch of so many rows, all SCAN_NEW. error: NULL, transient */
struct scan_batch *scan_batch_new(struct work *work, unsigned count, struct err *err);

/* The batch of an item whose next stage is this. error: NULL, transient */
struct scan_batch *scan_batch_get(struct work *work, const struct scan_item *item,
				  enum scan_stage stage, struct err *err);

/* Put a text, or several with their NULs, into the slot. error: transient */
int scan_text_put(struct work *work, struct scan_batch *batch, const char *text, size_t length,
		  struct scan_text *ref, struct err *err);

/* NULL when there is none, or its place is none. */
const char *scan_text_get(struct work *work, const struct scan_text *ref);

/* The place for the first bytes of file `index`. error: NULL, transient */
unsigned char *scan_head(struct work *work, unsigned index, struct err *err);

#endif
