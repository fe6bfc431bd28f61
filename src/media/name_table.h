/*
 * name_table.h - from names to numbers, by hash (floor: media).
 *
 * Names are raw bytes and are copied. One name may have several numbers. Finding takes the same
 * time however many there are. A table is used by one thread.
 */
#ifndef IMGTOP_MEDIA_NAME_TABLE_H
#define IMGTOP_MEDIA_NAME_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct name_entry;

/* All zero is an empty table. */
struct name_table {
	struct name_entry *entries;
	size_t count, capacity;
	uint32_t *slots; /* entry + 1, or 0 */
	size_t nslots;	 /* a power of two, or 0 */
	char *bytes;	 /* of all names */
	size_t used, room;
};

#define NAME_TABLE_END SIZE_MAX

void name_table_free(struct name_table *table);
void name_table_clear(struct name_table *table); /* memory is kept */

void name_table_add(struct name_table *table, const char *name, size_t length, size_t number);

/* The first entry of that name, and the one after it; NAME_TABLE_END when there is none. */
size_t name_table_find(const struct name_table *table, const char *name, size_t length);
size_t name_table_next(const struct name_table *table, size_t entry);

size_t name_table_number(const struct name_table *table, size_t entry);

#endif
