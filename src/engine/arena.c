/*
 * arena.c - the memory that items' data lies in.
 */
#include "config.h"

#include "engine/arena.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

int arena_create(struct arena *arena, unsigned slots, uint64_t slot_bytes, const unsigned *shares,
		 struct err *err)
{
	size_t total;

	if (slot_bytes == 0)
		slot_bytes = ARENA_SLOT_BYTES;
	slot_bytes &= ~(uint64_t)(SLOT_ALIGNMENT - 1);
	if (slots > ARENA_SLOTS)
		slots = ARENA_SLOTS;
	if (slots > ARENA_MOST_BYTES / slot_bytes)
		slots = (unsigned)(ARENA_MOST_BYTES / slot_bytes);
	if (slots == 0)
		slots = 1;
	*arena = (struct arena){
		.fd = -1, .slot_bytes = slot_bytes, .slots = slots, .shares = shares};
	total = slot_bytes * slots;
	arena->fd = memfd_create("imgtop-arena", MFD_CLOEXEC);
	if (arena->fd < 0)
		return err_errno(err, "arena: no memory file could be made");
	if (ftruncate(arena->fd, (off_t)total) != 0) {
		err_errno(err, "arena: %zu bytes could not be reserved%s", total, err_hint(errno));
		goto fail;
	}
	arena->base =
		mmap(NULL, total, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, arena->fd, 0);
	if (arena->base == MAP_FAILED) {
		err_errno(err,
			  "arena: %zu bytes of address space could not be mapped; give a smaller "
			  "--slot-size",
			  total);
		goto fail;
	}
	return 0;
fail:
	close(arena->fd);
	arena->fd = -1;
	arena->base = NULL;
	return -1;
}

int arena_make_private(struct arena *arena, struct err *err)
{
	size_t total = arena->slot_bytes * arena->slots;
	void *pages = mmap(arena->base, total, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);

	if (pages == MAP_FAILED)
		return err_errno(err, "arena: %zu bytes could not be made private", total);
	arena->private_pages = true;
	return 0;
}

void arena_destroy(struct arena *arena)
{
	if (arena->base != NULL)
		munmap(arena->base, arena->slot_bytes * arena->slots);
	if (arena->fd >= 0)
		close(arena->fd);
	arena->base = NULL;
	arena->fd = -1;
}

struct slot_memory arena_slot(const struct arena *arena, unsigned index)
{
	return (struct slot_memory){.base = arena->base + arena->slot_bytes * index,
				    .size = arena->slot_bytes,
				    .shares = arena->shares};
}
