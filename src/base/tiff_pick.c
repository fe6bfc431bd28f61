/*
 * tiff_pick.c - copies of chosen tags: directories one behind the other, each followed by its
 * values.
 */
#include "config.h"

#include "base/tiff.h"

#include <string.h>

enum { HEADER_BYTES = 8, ENTRY_BYTES = 12, EMPTY_DIRECTORY = 2 + 4, MOST_ENTRIES = 128 };

struct picker {
	const struct tiff *tiff;
	const struct tiff_choice *choice;
	unsigned char *to;
	size_t room;
	size_t used;
	bool full;
};

/* Indices of entries that are worth a copy. */
struct chosen {
	unsigned count;
	uint16_t index[MOST_ENTRIES];
};

static void write_number(struct picker *picker, size_t at, size_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++) {
		unsigned place = picker->tiff->big_endian ? bytes - 1 - i : i;

		picker->to[at + place] = (unsigned char)(value >> 8 * i);
	}
}

/* The part that an entry of a page leads to; the page itself when to none. */
static enum tiff_part part_behind(const struct tiff_entry *entry)
{
	if (entry->tag == TIFF_TAG_EXIF)
		return TIFF_PART_EXIF;
	return entry->tag == TIFF_TAG_GPS ? TIFF_PART_GPS : TIFF_PART_PAGE;
}

static void choose(const struct picker *picker, uint64_t directory, enum tiff_part part,
		   struct chosen *chosen);

static bool is_wanted(const struct picker *picker, const struct tiff_entry *entry,
		      enum tiff_part part)
{
	enum tiff_part behind = part_behind(entry);
	struct chosen others;

	if (!picker->choice->wanted(part, entry->tag) || entry->value_bytes == 0 ||
	    entry->value_bytes > picker->choice->most_value_bytes)
		return false;
	if (behind != TIFF_PART_PAGE) {
		if (part != TIFF_PART_PAGE || entry->value_bytes != 4)
			return false;
		choose(picker, tiff_32(picker->tiff, entry->raw + 8), behind, &others);
		return others.count > 0;
	}
	return picker->tiff->source.need(picker->tiff->source.context, entry->value_at,
					 entry->value_bytes) != NULL;
}

/* NOLINTNEXTLINE(misc-no-recursion): from a page to its parts, and no deeper */
static void choose(const struct picker *picker, uint64_t directory, enum tiff_part part,
		   struct chosen *chosen)
{
	unsigned entries = tiff_count(picker->tiff, directory);
	struct tiff_entry entry;

	chosen->count = 0;
	for (unsigned i = 0; i < entries && chosen->count < MOST_ENTRIES; i++) {
		if (!tiff_entry(picker->tiff, directory, i, &entry))
			break;
		if (is_wanted(picker, &entry, part))
			chosen->index[chosen->count++] = (uint16_t)i;
	}
}

/* Room for a value or a directory, at an even offset. */
static size_t take_room(struct picker *picker, size_t bytes)
{
	size_t at = picker->used + picker->used % 2;

	if (at > picker->room || bytes > picker->room - at) {
		picker->full = true;
		return 0;
	}
	memset(picker->to + picker->used, 0, at + bytes - picker->used);
	picker->used = at + bytes;
	return at;
}

static size_t copy_directory(struct picker *picker, uint64_t directory, enum tiff_part part);

static void copy_entry(struct picker *picker, const struct tiff_entry *entry, size_t at)
{
	enum tiff_part behind = part_behind(entry);
	const unsigned char *bytes;
	size_t value;

	memcpy(picker->to + at, entry->raw, ENTRY_BYTES);
	if (behind != TIFF_PART_PAGE) {
		/* TIFF has a type of its own for it, EXIF has not. */
		value = copy_directory(picker, tiff_32(picker->tiff, entry->raw + 8), behind);
		write_number(picker, at + 2, TIFF_TYPE_LONG, 2);
		write_number(picker, at + 8, value, 4);
	} else if (entry->value_bytes > 4) {
		value = take_room(picker, entry->value_bytes);
		bytes = picker->tiff->source.need(picker->tiff->source.context, entry->value_at,
						  entry->value_bytes);
		if (value == 0 || bytes == NULL) {
			picker->full = true;
			return;
		}
		memcpy(picker->to + value, bytes, entry->value_bytes);
		write_number(picker, at + 8, value, 4);
	}
}

/* Copy a directory and all it leads to. Returns its offset, 0 when nothing of it is wanted.
 * NOLINTNEXTLINE(misc-no-recursion): from a page to its parts, and no deeper */
static size_t copy_directory(struct picker *picker, uint64_t directory, enum tiff_part part)
{
	struct tiff_entry entry;
	struct chosen chosen;
	size_t at;

	choose(picker, directory, part, &chosen);
	if (chosen.count == 0)
		return 0;
	at = take_room(picker, EMPTY_DIRECTORY + (size_t)chosen.count * ENTRY_BYTES);
	if (at == 0)
		return 0;
	write_number(picker, at, chosen.count, 2);
	for (unsigned i = 0; i < chosen.count && !picker->full; i++)
		if (tiff_entry(picker->tiff, directory, chosen.index[i], &entry))
			copy_entry(picker, &entry, at + 2 + (size_t)i * ENTRY_BYTES);
	return at;
}

size_t tiff_pick(const struct tiff *tiff, struct tiff_directory from,
		 const struct tiff_choice *choice, unsigned char *to, size_t room)
{
	struct picker picker = {.tiff = tiff, .choice = choice, .to = to, .room = room};

	if (room < HEADER_BYTES)
		return 0;
	memcpy(to, tiff->big_endian ? "MM\0*" : "II*\0", 4);
	write_number(&picker, 4, HEADER_BYTES, 4);
	picker.used = HEADER_BYTES;
	if (copy_directory(&picker, from.at, from.part) == 0 || picker.full)
		return 0;
	return picker.used;
}
