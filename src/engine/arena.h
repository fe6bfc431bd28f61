/*
 * arena.h - the memory that items' data lies in, shared by all hosts of a run (floor: engine).
 *
 * One memfd, mapped by the supervisor before the first fork, so that every host has it at the same
 * address (nothing may rely on that: slots hold offsets). Reserved, not committed: a slot costs
 * what is touched of it. The supervisor decides which host may use which slot; the arena itself
 * keeps no record of that.
 *
 * A private arena (--transfer copy) is mapped as pages of each host's own instead; its file only
 * carries what one host copies to another (transfer.h).
 */
#ifndef IMGTOP_ENGINE_ARENA_H
#define IMGTOP_ENGINE_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "workload/slot_memory.h"

enum { ARENA_SLOTS = 256, ARENA_NO_SLOT = UINT32_MAX & 0x7fffffff };

#define ARENA_SLOT_BYTES (UINT64_C(2) << 30) /* default */
#define ARENA_MOST_BYTES (UINT64_C(512) << 30)
#define ARENA_KEEP_BYTES (UINT64_C(8) << 20) /* of a freed slot's region */

struct arena {
	int fd;
	unsigned char *base;
	size_t slot_bytes;
	unsigned slots;
	const unsigned *shares; /* the workload's */
	bool private_pages;
};

/* Reserve up to `slots` slots; fewer when they would exceed ARENA_MOST_BYTES. Map and leave it to
 * children. */
int arena_create(struct arena *arena, unsigned slots, uint64_t slot_bytes, const unsigned *shares,
		 struct err *err);

/* Replace the shared mapping by one that each process which forks off has for itself.
 *   error: transient, no address space; the arena is as it was */
int arena_make_private(struct arena *arena, struct err *err);

void arena_destroy(struct arena *arena);

/* The memory of slot index (< slots). */
struct slot_memory arena_slot(const struct arena *arena, unsigned index);

#endif
