/*
 * tiff_exif.c - what a TIFF page tells of how it was taken, as an EXIF structure.
 *
 * EXIF is TIFF without the picture: the tags that describe it are copied, in the file's own byte
 * order, with their values behind them. Left out are what describes the samples, and maker notes,
 * which hold offsets that only their makers know. Files of more than 4 GB (BigTIFF) have none.
 */
#include "config.h"

#include "image/tiff_exif.h"

#include <stdbool.h>
#include <string.h>

enum {
	TAG_EXIF = 0x8769,
	TAG_GPS = 0x8825,
	TAG_MAKER_NOTE = 0x927c,
	TAG_INTEROPERABILITY = 0xa005,
	HEADER_BYTES = 8,
	ENTRY_BYTES = 12,
	EMPTY_DIRECTORY = 2 + 4,
	MOST_VALUE_BYTES = 8 << 10,
	MOST_ENTRIES = 128,
	TYPE_LONG = 4,
};

/* Tags of a page that tell of the picture and not of its samples. */
static const unsigned page_tags[] = {
	0x010e, 0x010f, 0x0110, 0x0112, 0x011a,	  0x011b,  0x0128,
	0x0131, 0x0132, 0x013b, 0x8298, TAG_EXIF, TAG_GPS,
};

struct collector {
	const unsigned char *file;
	size_t length;
	bool big_endian;
	unsigned char *to;
	size_t room;
	size_t used;
	bool full;
};

static unsigned read_16(const struct collector *collector, size_t at)
{
	const unsigned char *bytes = collector->file + at;

	return collector->big_endian ? (unsigned)bytes[0] << 8 | bytes[1]
				     : (unsigned)bytes[1] << 8 | bytes[0];
}

static uint32_t read_32(const struct collector *collector, size_t at)
{
	uint32_t first = read_16(collector, at);
	uint32_t second = read_16(collector, at + 2);

	return collector->big_endian ? first << 16 | second : second << 16 | first;
}

static void write_number(struct collector *collector, size_t at, size_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++) {
		unsigned place = collector->big_endian ? bytes - 1 - i : i;

		collector->to[at + place] = (unsigned char)(value >> 8 * i);
	}
}

/* Bytes of an entry's value, 0 when its type is not known or it cannot be. */
static size_t value_bytes(const struct collector *collector, size_t entry)
{
	static const unsigned sizes[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};
	unsigned type = read_16(collector, entry + 2);
	uint32_t count = read_32(collector, entry + 4);

	if (type >= sizeof sizes / sizeof sizes[0] || count > MOST_VALUE_BYTES)
		return 0;
	return (size_t)sizes[type] * count;
}

static bool lies_within(const struct collector *collector, uint64_t at, uint64_t bytes)
{
	return at <= collector->length && bytes <= collector->length - at;
}

static unsigned list_directory(const struct collector *collector, uint64_t directory, bool page,
			       size_t wanted[MOST_ENTRIES]);

static bool is_wanted(const struct collector *collector, size_t entry, bool page)
{
	unsigned tag = read_16(collector, entry);
	size_t bytes = value_bytes(collector, entry);
	bool pointer = tag == TAG_EXIF || tag == TAG_GPS;
	bool listed = !page && !pointer && tag != TAG_MAKER_NOTE && tag != TAG_INTEROPERABILITY;
	size_t others[MOST_ENTRIES];

	for (size_t i = 0; page && i < sizeof page_tags / sizeof page_tags[0]; i++)
		listed = listed || tag == page_tags[i];
	if (!listed || bytes == 0 || bytes > MOST_VALUE_BYTES)
		return false;
	if (pointer)
		return bytes == 4 &&
		       list_directory(collector, read_32(collector, entry + 8), false, others) > 0;
	return bytes <= 4 || lies_within(collector, read_32(collector, entry + 8), bytes);
}

/* Offsets of the entries that are worth a copy. Returns how many. */
static unsigned list_directory(const struct collector *collector, uint64_t directory, bool page,
			       size_t wanted[MOST_ENTRIES])
{
	unsigned count = 0;
	unsigned entries;

	if (!lies_within(collector, directory, 2))
		return 0;
	entries = read_16(collector, (size_t)directory);
	for (unsigned i = 0; i < entries && count < MOST_ENTRIES; i++) {
		size_t entry = (size_t)directory + 2 + (size_t)i * ENTRY_BYTES;

		if (!lies_within(collector, entry, ENTRY_BYTES))
			break;
		if (is_wanted(collector, entry, page))
			wanted[count++] = entry;
	}
	return count;
}

/* Room for a value or a directory, at an even offset. */
static size_t take_room(struct collector *collector, size_t bytes)
{
	size_t at = collector->used + collector->used % 2;

	if (at > collector->room || bytes > collector->room - at) {
		collector->full = true;
		return 0;
	}
	memset(collector->to + collector->used, 0, at + bytes - collector->used);
	collector->used = at + bytes;
	return at;
}

static size_t copy_directory(struct collector *collector, uint64_t directory, bool page);

static void copy_entry(struct collector *collector, size_t entry, size_t at)
{
	unsigned tag = read_16(collector, entry);
	size_t bytes = value_bytes(collector, entry);
	size_t value;

	memcpy(collector->to + at, collector->file + entry, ENTRY_BYTES);
	if (tag == TAG_EXIF || tag == TAG_GPS) {
		/* TIFF has a type of its own for it, EXIF has not. */
		value = copy_directory(collector, read_32(collector, entry + 8), false);
		write_number(collector, at + 2, TYPE_LONG, 2);
		write_number(collector, at + 8, value, 4);
	} else if (bytes > 4) {
		value = take_room(collector, bytes);
		if (value == 0)
			return;
		memcpy(collector->to + value, collector->file + read_32(collector, entry + 8),
		       bytes);
		write_number(collector, at + 8, value, 4);
	}
}

/* Copy a directory and all it points to. Returns its offset, 0 when nothing of it is wanted. */
static size_t copy_directory(struct collector *collector, uint64_t directory, bool page)
{
	size_t wanted[MOST_ENTRIES];
	unsigned count = list_directory(collector, directory, page, wanted);
	size_t at;

	if (count == 0)
		return 0;
	at = take_room(collector, EMPTY_DIRECTORY + (size_t)count * ENTRY_BYTES);
	if (at == 0)
		return 0;
	write_number(collector, at, count, 2);
	for (unsigned i = 0; i < count && !collector->full; i++)
		copy_entry(collector, wanted[i], at + 2 + (size_t)i * ENTRY_BYTES);
	return at;
}

size_t tiff_exif_collect(const unsigned char *file, size_t length, uint64_t directory,
			 unsigned char *to, size_t room)
{
	struct collector collector = {.file = file, .length = length, .to = to, .room = room};

	if (length < HEADER_BYTES || room < HEADER_BYTES)
		return 0;
	if (memcmp(file, "MM\0*", 4) == 0)
		collector.big_endian = true;
	else if (memcmp(file, "II*\0", 4) != 0)
		return 0;
	memcpy(to, file, 4);
	write_number(&collector, 4, HEADER_BYTES, 4);
	collector.used = HEADER_BYTES;
	if (copy_directory(&collector, directory, true) == 0 || collector.full)
		return 0;
	return collector.used;
}
