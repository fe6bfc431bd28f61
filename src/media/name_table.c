/*
 * name_table.c - see name_table.h. Open addressing, at most half full; entries of the same name
 * hang behind the one that the slot names.
 */
#include "config.h"

#include "media/name_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { SLOTS_MIN = 64, ENTRIES_MIN = 32, BYTES_MIN = 1024 };

/* No folder has so many files that these do not do. */
struct name_entry {
	uint32_t offset; /* into bytes */
	uint32_t length;
	uint32_t number;
	uint32_t next; /* entry of the same name, or NONE */
	uint32_t hash;
};

static const uint32_t NONE = UINT32_MAX;

/* FNV-1a, folded to 32 bits. */
static uint32_t hash_of(const char *name, size_t length)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)name[i]) * UINT64_C(1099511628211);
	return (uint32_t)(hash ^ hash >> 32);
}

void name_table_free(struct name_table *table)
{
	free(table->entries);
	free(table->slots);
	free(table->bytes);
	*table = (struct name_table){0};
}

void name_table_clear(struct name_table *table)
{
	table->count = 0;
	table->used = 0;
	if (table->slots != NULL)
		memset(table->slots, 0, table->nslots * sizeof(*table->slots));
}

/* The slot of that name, or the free one where it would go. */
static size_t slot_of(const struct name_table *table, const char *name, size_t length,
		      uint32_t hash)
{
	size_t slot = hash & (table->nslots - 1);

	while (table->slots[slot] != 0) {
		const struct name_entry *entry = &table->entries[table->slots[slot] - 1];

		if (entry->hash == hash && entry->length == length &&
		    memcmp(table->bytes + entry->offset, name, length) == 0)
			break;
		slot = (slot + 1) & (table->nslots - 1);
	}
	return slot;
}

/* Entries that a slot names: those behind them keep their chain. */
static void grow_slots(struct name_table *table)
{
	uint32_t *old = table->slots;
	size_t nold = table->nslots;

	table->nslots = nold == 0 ? SLOTS_MIN : nold * 2;
	table->slots = mem_calloc(table->nslots, sizeof(*table->slots));
	for (size_t i = 0; i < nold; i++) {
		size_t slot;

		if (old[i] == 0)
			continue;
		slot = table->entries[old[i] - 1].hash & (table->nslots - 1);
		while (table->slots[slot] != 0)
			slot = (slot + 1) & (table->nslots - 1);
		table->slots[slot] = old[i];
	}
	free(old);
}

static size_t keep_bytes(struct name_table *table, const char *name, size_t length)
{
	size_t offset = table->used;

	if (length > table->room - table->used) {
		table->room = 2 * table->room + length + BYTES_MIN;
		table->bytes = mem_realloc(table->bytes, table->room, 1);
	}
	memcpy(table->bytes + offset, name, length);
	table->used += length;
	return offset;
}

void name_table_add(struct name_table *table, const char *name, size_t length, size_t number)
{
	uint32_t hash = hash_of(name, length);
	struct name_entry *entry;
	size_t slot;

	if (table->count * 2 >= table->nslots)
		grow_slots(table);
	if (table->count == table->capacity) {
		table->capacity = table->capacity == 0 ? ENTRIES_MIN : 2 * table->capacity;
		table->entries =
			mem_realloc(table->entries, table->capacity, sizeof(*table->entries));
	}
	slot = slot_of(table, name, length, hash);
	entry = &table->entries[table->count++];
	*entry = (struct name_entry){
		.length = (uint32_t)length, .number = (uint32_t)number, .next = NONE, .hash = hash};
	if (table->slots[slot] == 0) {
		entry->offset = (uint32_t)keep_bytes(table, name, length);
		table->slots[slot] = (uint32_t)table->count;
	} else {
		struct name_entry *first = &table->entries[table->slots[slot] - 1];

		entry->offset = first->offset;
		entry->next = first->next;
		first->next = (uint32_t)table->count - 1;
	}
}

size_t name_table_find(const struct name_table *table, const char *name, size_t length)
{
	size_t slot;

	if (table->count == 0)
		return NAME_TABLE_END;
	slot = slot_of(table, name, length, hash_of(name, length));
	return table->slots[slot] == 0 ? NAME_TABLE_END : table->slots[slot] - 1;
}

size_t name_table_next(const struct name_table *table, size_t entry)
{
	uint32_t next = table->entries[entry].next;

	return next != NONE ? next : NAME_TABLE_END;
}

size_t name_table_number(const struct name_table *table, size_t entry)
{
	return table->entries[entry].number;
}
