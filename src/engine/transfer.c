/*
 * transfer.c - items' data copied from host to host.
 *
 * Why through a file and not through a socket that travels with the job: a socket holds some
 * hundred kilobytes, so the sender would have to stay at it until a worker of the next station has
 * taken the job. That would show what a rendezvous costs. The file takes the whole item at once, as
 * the feeder of a queue of pickled objects does, and costs the same: one copy in, one copy out, and
 * fresh pages at both ends.
 */
#include "config.h"

#include "engine/transfer.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

typedef ssize_t copy_step(int fd, void *bytes, size_t length, off_t offset);

static ssize_t write_step(int fd, void *bytes, size_t length, off_t offset)
{
	return pwrite(fd, bytes, length, offset);
}

/* Move all of it in as many steps as it takes. */
static int copy_piece(copy_step *step, int fd, void *bytes, size_t length, off_t offset)
{
	unsigned char *at = bytes;

	while (length != 0) {
		ssize_t moved = step(fd, at, length, offset);

		if (moved < 0 && errno == EINTR)
			continue;
		if (moved <= 0) {
			errno = moved == 0 ? EIO : errno;
			return -1;
		}
		at += moved;
		offset += moved;
		length -= (size_t)moved;
	}
	return 0;
}

/* The header first: it says what the regions hold. */
static int copy_slot(copy_step *step, const struct arena *arena, int fd, unsigned slot)
{
	struct slot_memory memory = arena_slot(arena, slot);
	off_t offset = (off_t)(arena->slot_bytes * slot);

	if (copy_piece(step, fd, memory.base, SLOT_HEADER_BYTES, offset) != 0)
		return -1;
	for (unsigned region = 0; region < SLOT_REGIONS; region++) {
		size_t bytes;
		unsigned char *start = slot_memory_get(&memory, region, &bytes);

		if (start != NULL &&
		    copy_piece(step, fd, start, bytes, offset + (start - memory.base)) != 0)
			return -1;
	}
	return 0;
}

int transfer_send(const struct arena *arena, int fd, unsigned slot, struct err *err)
{
	struct slot_memory memory = arena_slot(arena, slot);

	if (copy_slot(write_step, arena, fd, slot) != 0)
		return err_errno(err, "copy the item to the next process");
	slot_memory_trim(&memory, 0);
	return 0;
}

int transfer_receive(const struct arena *arena, int fd, unsigned slot, struct err *err)
{
	if (copy_slot(pread, arena, fd, slot) != 0)
		return err_errno(err, "copy the item from the process before");
	/* Where no hole can be punched the pages stay until the slot is used again: no error. */
	(void)fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
			(off_t)(arena->slot_bytes * slot), (off_t)arena->slot_bytes);
	return 0;
}
