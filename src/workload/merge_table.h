/*
 * merge_table.h - of each key: where it was first seen, and where its latest record lies (floor:
 * workload).
 *
 * The same table does for a chunk and for everything. Putting records in is commutative: which of
 * two is the later follows from their times, and of equal times from their places, so whatever
 * comes in whichever order, even twice, the table ends up the same.
 *
 * It holds keys and places, never records: 64 bytes and the key's own for each, and at most twice
 * that while it grows. One worker's; no locking.
 */
#ifndef IMGTOP_WORKLOAD_MERGE_TABLE_H
#define IMGTOP_WORKLOAD_MERGE_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "workload/merge_value.h"

/* A record's place in the input. */
struct merge_place {
	uint64_t offset; /* in the file */
	uint32_t file;	 /* as the user named them, from 0 */
	uint32_t length; /* of the record in bytes */
};

struct merge_row {
	uint64_t key; /* offset in the table's keys */
	uint32_t key_length;
	uint32_t first_file;
	uint64_t first_offset;
	struct merge_time time;
	struct merge_place latest;
	uint64_t hash;
};

struct merge_table {
	struct merge_row *rows; /* by when they came */
	size_t count;
	size_t room;
	unsigned char *keys;
	size_t keys_length;
	size_t keys_room;
	uint32_t *slots; /* row + 1 by hash, 0 = free; nslots is a power of two */
	size_t nslots;
};

/* All zeros is an empty table. */
void merge_table_free(struct merge_table *table);

/* Empty, its memory stays. */
void merge_table_clear(struct merge_table *table);

/* Put a record in. row: time, latest and first are read, the rest is the table's.
 *   error: transient, no memory for that many keys */
int merge_table_put(struct merge_table *table, const unsigned char *key, size_t length,
		    const struct merge_row *row, struct err *err);

/* Put the rows into the order of their keys' first places. Nothing can be put in after this. */
void merge_table_sort(struct merge_table *table);

#endif
