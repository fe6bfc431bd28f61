/*
 * slot_memory.c - one item's data between stages, in the arena.
 *
 * The first page holds, per region, how much is reserved and how much has ever been since memory
 * was last given back. Another process may have written it: nothing read from it is used before it
 * has been held against the room of the region, which follows from the plan alone.
 */
#include "config.h"

#include "workload/slot_memory.h"

#include <assert.h>
#include <string.h>
#include <sys/mman.h>

struct slot_header {
	uint64_t reserved[SLOT_REGIONS];
	uint64_t high_water[SLOT_REGIONS];
};

static_assert(sizeof(struct slot_header) <= SLOT_HEADER_BYTES, "the header has one page");

static struct slot_header *header_of(const struct slot_memory *memory)
{
	return (struct slot_header *)(void *)memory->base;
}

/* Offset of a region; region SLOT_REGIONS is the end of the last one. */
static size_t region_offset(const struct slot_memory *memory, unsigned region)
{
	size_t usable = memory->size - SLOT_HEADER_BYTES;
	uint64_t before = 0;
	size_t offset;

	for (unsigned i = 0; i < region; i++)
		before += memory->shares[i];
	assert(before <= 1000);
	/* Divided first, so that the largest arena does not overflow. */
	offset = usable / 1000 * before + usable % 1000 * before / 1000;
	return SLOT_HEADER_BYTES + offset / SLOT_ALIGNMENT * SLOT_ALIGNMENT;
}

void slot_memory_reset(struct slot_memory *memory)
{
	memset(header_of(memory)->reserved, 0, sizeof header_of(memory)->reserved);
}

size_t slot_memory_room(const struct slot_memory *memory, unsigned region)
{
	assert(region < SLOT_REGIONS && memory->size > SLOT_HEADER_BYTES);
	return region_offset(memory, region + 1) - region_offset(memory, region);
}

int slot_memory_reserve(struct slot_memory *memory, unsigned region, size_t bytes, void **start,
			struct err *err)
{
	struct slot_header *header = header_of(memory);
	size_t room = slot_memory_room(memory, region);

	if (bytes > room)
		return err_transient(err,
				     "needs %zu bytes where a slot has room for %zu: "
				     "a larger --slot-size makes room",
				     bytes, room);
	header->reserved[region] = bytes;
	if (header->high_water[region] < bytes)
		header->high_water[region] = bytes;
	*start = memory->base + region_offset(memory, region);
	return 0;
}

void *slot_memory_get(const struct slot_memory *memory, unsigned region, size_t *bytes)
{
	uint64_t reserved = header_of(memory)->reserved[region];

	*bytes = 0;
	if (reserved == 0 || reserved > slot_memory_room(memory, region))
		return NULL;
	*bytes = (size_t)reserved;
	return memory->base + region_offset(memory, region);
}

/* Pages of a file are given back by punching a hole, private ones are not of a file. Where neither
 * is possible the memory simply stays: no error. */
static void give_back(unsigned char *start, size_t bytes)
{
	if (madvise(start, bytes, MADV_REMOVE) != 0)
		(void)madvise(start, bytes, MADV_DONTNEED);
}

void slot_memory_trim(struct slot_memory *memory, size_t keep_bytes)
{
	struct slot_header *header = header_of(memory);
	size_t keep = (keep_bytes + SLOT_ALIGNMENT - 1) / SLOT_ALIGNMENT * SLOT_ALIGNMENT;

	for (unsigned i = 0; i < SLOT_REGIONS; i++) {
		size_t room = slot_memory_room(memory, i);
		uint64_t high = header->high_water[i] < room ? header->high_water[i] : room;
		size_t end = ((size_t)high + SLOT_ALIGNMENT - 1) / SLOT_ALIGNMENT * SLOT_ALIGNMENT;

		if (end <= keep)
			continue;
		give_back(memory->base + region_offset(memory, i) + keep, end - keep);
		header->high_water[i] = keep;
	}
}
