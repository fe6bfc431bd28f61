/*
 * slot_memory.h - one item's data between stages, in the arena (floor: workload).
 *
 * A slot is a piece of the run's memfd arena that every process maps at some address of its own:
 * what lies in it holds offsets, never pointers. It is virtual memory (2 GiB by default): only
 * touched pages count. It is cut into regions whose shares the workload names; how much of each
 * region is in use is kept in the slot itself, so that the engine can give memory back.
 *
 * One item owns a slot at a time, and one worker the item: no locking.
 */
#ifndef IMGTOP_WORKLOAD_SLOT_MEMORY_H
#define IMGTOP_WORKLOAD_SLOT_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
	SLOT_REGIONS = 6, /* region 0 starts after the header */
	SLOT_HEADER_BYTES = 4096,
	SLOT_ALIGNMENT = 4096, /* of every region */
};

struct slot_memory {
	unsigned char *base; /* mapped slot, page-aligned */
	size_t size;
	const unsigned *shares; /* per region, in 1/1000 of the slot; SLOT_REGIONS of them */
};

/* Empty the slot for a new item (its memory stays). */
void slot_memory_reset(struct slot_memory *memory);

/* Begin a region anew with `bytes` of room, 4096-aligned. The content is whatever an earlier item
 * left. error: transient, when the region is smaller: the text names --slot-size */
int slot_memory_reserve(struct slot_memory *memory, unsigned region, size_t bytes, void **start,
			struct err *err);

/* Where a region lies and how many bytes are reserved in it (validated against the slot's size:
 * another process wrote the header). NULL and 0 when none are, or the header is damaged. */
void *slot_memory_get(const struct slot_memory *memory, unsigned region, size_t *bytes);

/* Room of a region in bytes. */
size_t slot_memory_room(const struct slot_memory *memory, unsigned region);

/* Give memory back to the system where more than keep_bytes of a region have been reserved since
 * the last trim; what lay there is lost. */
void slot_memory_trim(struct slot_memory *memory, size_t keep_bytes);

#endif
