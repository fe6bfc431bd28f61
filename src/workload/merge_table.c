/*
 * merge_table.c - of each key: where it was first seen, and where its latest record lies.
 */
#include "config.h"

#include "workload/merge_table.h"

#include <stdlib.h>
#include <string.h>

enum { LEAST_ROOM = 64 };

/* One round of the finaliser of MurmurHash3 (Austin Appleby). */
static uint64_t mix(uint64_t hash, uint64_t factor)
{
	hash *= factor;
	return hash ^ hash >> 33;
}

static uint64_t hash_of(const unsigned char *key, size_t length)
{
	uint64_t hash = UINT64_C(0x2d358dccaa6c78a5) ^ length, word;

	for (; length >= sizeof word; length -= sizeof word, key += sizeof word) {
		memcpy(&word, key, sizeof word);
		hash = mix(hash ^ word, UINT64_C(0xff51afd7ed558ccd));
	}
	word = 0;
	memcpy(&word, key, length);
	return mix(mix(hash ^ word, UINT64_C(0xff51afd7ed558ccd)), UINT64_C(0xc4ceb9fe1a85ec53));
}

void merge_table_free(struct merge_table *table)
{
	free(table->rows);
	free(table->keys);
	free(table->slots);
	*table = (struct merge_table){0};
}

void merge_table_clear(struct merge_table *table)
{
	/* A table that was nearly empty is swept by its rows: a large one costs nothing then. */
	if (table->count < table->nslots / 16) {
		for (size_t i = 0; i < table->count; i++) {
			size_t slot = table->rows[i].hash & (table->nslots - 1);

			while (table->slots[slot] != 0) {
				table->slots[slot] = 0;
				slot = (slot + 1) & (table->nslots - 1);
			}
		}
	} else if (table->nslots != 0) {
		memset(table->slots, 0, table->nslots * sizeof *table->slots);
	}
	table->count = 0;
	table->keys_length = 0;
}

static int no_memory(const struct merge_table *table, struct err *err)
{
	return err_transient(err, "no memory for more than %zu different keys", table->count);
}

/* Twice as many slots, filled again from the rows. */
static int grow_slots(struct merge_table *table, struct err *err)
{
	size_t nslots = table->nslots != 0 ? 2 * table->nslots : 4 * (size_t)LEAST_ROOM;
	uint32_t *slots = calloc(nslots, sizeof *slots);

	if (slots == NULL)
		return no_memory(table, err);
	for (size_t i = 0; i < table->count; i++) {
		size_t slot = table->rows[i].hash & (nslots - 1);

		while (slots[slot] != 0)
			slot = (slot + 1) & (nslots - 1);
		slots[slot] = (uint32_t)(i + 1);
	}
	free(table->slots);
	table->slots = slots;
	table->nslots = nslots;
	return 0;
}

static int grow_rows(struct merge_table *table, struct err *err)
{
	size_t room = table->room != 0 ? table->room + table->room / 2 : LEAST_ROOM;
	struct merge_row *rows;

	if (table->count >= UINT32_MAX - 1)
		return err_permanent(err, "more than %zu different keys", table->count);
	rows = realloc(table->rows, room * sizeof *rows);
	if (rows == NULL)
		return no_memory(table, err);
	table->rows = rows;
	table->room = room;
	return 0;
}

static int grow_keys(struct merge_table *table, size_t length, struct err *err)
{
	size_t room = table->keys_room + table->keys_room / 2 + length + 32 * LEAST_ROOM;
	unsigned char *keys = realloc(table->keys, room);

	if (keys == NULL)
		return no_memory(table, err);
	table->keys = keys;
	table->keys_room = room;
	return 0;
}

static int make_room(struct merge_table *table, size_t length, struct err *err)
{
	if (2 * (table->count + 1) > table->nslots && grow_slots(table, err) != 0)
		return -1;
	if (table->count == table->room && grow_rows(table, err) != 0)
		return -1;
	if (table->keys_length + length > table->keys_room && grow_keys(table, length, err) != 0)
		return -1;
	return 0;
}

static int compare_places(uint32_t file, uint64_t offset, uint32_t other_file,
			  uint64_t other_offset)
{
	if (file != other_file)
		return file < other_file ? -1 : 1;
	if (offset != other_offset)
		return offset < other_offset ? -1 : 1;
	return 0;
}

static void join(struct merge_row *row, const struct merge_row *more)
{
	int later = merge_time_compare(&more->time, &row->time);

	if (later == 0)
		later = compare_places(more->latest.file, more->latest.offset, row->latest.file,
				       row->latest.offset);
	if (later > 0) {
		row->time = more->time;
		row->latest = more->latest;
	}
	if (compare_places(more->first_file, more->first_offset, row->first_file,
			   row->first_offset) < 0) {
		row->first_file = more->first_file;
		row->first_offset = more->first_offset;
	}
}

int merge_table_put(struct merge_table *table, const unsigned char *key, size_t length,
		    const struct merge_row *row, struct err *err)
{
	uint64_t hash = hash_of(key, length);
	struct merge_row *found;
	size_t slot;

	if (make_room(table, length, err) != 0)
		return -1;
	for (slot = hash & (table->nslots - 1); table->slots[slot] != 0;
	     slot = (slot + 1) & (table->nslots - 1)) {
		found = &table->rows[table->slots[slot] - 1];
		if (found->hash == hash && found->key_length == length &&
		    memcmp(table->keys + found->key, key, length) == 0) {
			join(found, row);
			return 0;
		}
	}
	found = &table->rows[table->count++];
	*found = *row;
	found->hash = hash;
	found->key = table->keys_length;
	found->key_length = (uint32_t)length;
	memcpy(table->keys + table->keys_length, key, length);
	table->keys_length += length;
	table->slots[slot] = (uint32_t)table->count;
	return 0;
}

static int by_first(const void *one, const void *other)
{
	const struct merge_row *a = one, *b = other;

	return compare_places(a->first_file, a->first_offset, b->first_file, b->first_offset);
}

void merge_table_sort(struct merge_table *table)
{
	if (table->count != 0)
		qsort(table->rows, table->count, sizeof *table->rows, by_first);
}
