/*
 * slot_memory_test.c - one item's data between stages, in the arena.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "workload/slot_memory.h"

enum { SLOT_BYTES = 8 << 20 };

static const unsigned shares[SLOT_REGIONS] = {100, 300, 0, 200, 150, 250};

/* A slot in a memory file, as in an arena. */
static int make_slot(void **state)
{
	struct slot_memory *memory = calloc(1, sizeof *memory);
	int fd = memfd_create("slot", MFD_CLOEXEC);

	if (memory == NULL || fd < 0 || ftruncate(fd, SLOT_BYTES) != 0)
		return -1;
	memory->size = SLOT_BYTES;
	memory->shares = shares;
	memory->base = mmap(NULL, SLOT_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	*state = memory;
	return memory->base == MAP_FAILED ? -1 : 0;
}

static int unmake_slot(void **state)
{
	struct slot_memory *memory = *state;

	munmap(memory->base, memory->size);
	free(memory);
	return 0;
}

static void regions_are_aligned_lie_within_the_slot_and_do_not_overlap(void **state)
{
	struct slot_memory *memory = *state;
	unsigned char *end = memory->base + SLOT_HEADER_BYTES;
	struct err err;

	for (unsigned i = 0; i < SLOT_REGIONS; i++) {
		size_t room = slot_memory_room(memory, i);
		size_t bytes;
		void *start;

		assert_int_equal(slot_memory_reserve(memory, i, room, &start, &err), 0);
		assert_int_equal((uintptr_t)start % SLOT_ALIGNMENT, 0);
		assert_ptr_equal(start, end);
		end += room;
		if (room == 0)
			continue;
		assert_ptr_equal(slot_memory_get(memory, i, &bytes), start);
		assert_int_equal(bytes, room);
	}
	assert_true(end <= memory->base + memory->size);
	assert_true(end > memory->base + memory->size - 3 * SLOT_ALIGNMENT);
}

static void a_region_that_is_too_small_says_how_to_get_a_larger_one(void **state)
{
	struct slot_memory *memory = *state;
	size_t room = slot_memory_room(memory, 0);
	struct err err;
	void *start;

	assert_int_equal(slot_memory_reserve(memory, 0, room + 1, &start, &err), -1);
	assert_int_equal(err.kind, ERR_TRANSIENT);
	assert_non_null(strstr(err.text, "--slot-size"));
}

static void what_is_reserved_is_found_until_the_slot_is_reset(void **state)
{
	struct slot_memory *memory = *state;
	struct err err;
	size_t bytes;
	void *start;

	assert_null(slot_memory_get(memory, 1, &bytes));
	assert_int_equal(bytes, 0);
	assert_int_equal(slot_memory_reserve(memory, 1, 5, &start, &err), 0);
	memcpy(start, "abcd", 5);
	assert_string_equal(slot_memory_get(memory, 1, &bytes), "abcd");
	assert_int_equal(bytes, 5);
	slot_memory_reset(memory);
	assert_null(slot_memory_get(memory, 1, &bytes));
}

static void a_damaged_header_gives_no_region(void **state)
{
	struct slot_memory *memory = *state;
	size_t bytes;

	memset(memory->base, 0xff, SLOT_HEADER_BYTES);
	for (unsigned i = 0; i < SLOT_REGIONS; i++)
		assert_null(slot_memory_get(memory, i, &bytes));
	memset(memory->base, 0, SLOT_HEADER_BYTES);
	for (unsigned i = 0; i < SLOT_REGIONS; i++) {
		/* What is reserved stands first in the header. */
		((uint64_t *)(void *)memory->base)[i] = slot_memory_room(memory, i) + 1;
		assert_null(slot_memory_get(memory, i, &bytes));
	}
	memset(memory->base, 0xff, SLOT_HEADER_BYTES);
	slot_memory_trim(memory, 0); /* must stay within the slot */
	memset(memory->base, 0xff, SLOT_HEADER_BYTES);
	slot_memory_trim(memory, SLOT_BYTES);
}

/* How many pages of a region are in memory. */
static size_t resident_pages(void *start, size_t bytes)
{
	size_t pages = bytes / SLOT_ALIGNMENT;
	unsigned char *map = calloc(pages, 1);
	size_t resident = 0;

	assert_int_equal(mincore(start, bytes, map), 0);
	for (size_t i = 0; i < pages; i++)
		resident += map[i] & 1;
	free(map);
	return resident;
}

static void trimming_gives_back_what_lies_above_the_limit_and_keeps_the_rest(void **state)
{
	struct slot_memory *memory = *state;
	size_t room = slot_memory_room(memory, 1) / SLOT_ALIGNMENT * SLOT_ALIGNMENT;
	struct err err;
	void *start;

	assert_int_equal(slot_memory_reserve(memory, 1, room, &start, &err), 0);
	memset(start, 'x', room);
	slot_memory_reset(memory);
	assert_int_equal(slot_memory_reserve(memory, 1, 10, &start, &err), 0);
	assert_int_equal(resident_pages(start, room), room / SLOT_ALIGNMENT);
	slot_memory_trim(memory, 2 * SLOT_ALIGNMENT);
	assert_int_equal(resident_pages(start, room), 2);
	assert_int_equal(*(char *)start, 'x');
	assert_int_equal(((char *)start)[room - 1], 0);
}

static void trimming_leaves_other_regions_alone(void **state)
{
	struct slot_memory *memory = *state;
	size_t room = slot_memory_room(memory, 3);
	struct err err;
	void *large, *after;

	assert_int_equal(slot_memory_reserve(memory, 3, room, &large, &err), 0);
	assert_int_equal(slot_memory_reserve(memory, 4, 4, &after, &err), 0);
	memset(large, 'x', room);
	memcpy(after, "mine", 4);
	slot_memory_trim(memory, 0);
	/* Region 4 lost its page as well, but only because all of it may go. */
	assert_int_equal(((char *)after)[0], 0);
	memcpy(after, "mine", 4);
	assert_int_equal(slot_memory_reserve(memory, 3, room, &large, &err), 0);
	slot_memory_trim(memory, SLOT_ALIGNMENT);
	assert_memory_equal(after, "mine", 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			regions_are_aligned_lie_within_the_slot_and_do_not_overlap, make_slot,
			unmake_slot),
		cmocka_unit_test_setup_teardown(
			a_region_that_is_too_small_says_how_to_get_a_larger_one, make_slot,
			unmake_slot),
		cmocka_unit_test_setup_teardown(what_is_reserved_is_found_until_the_slot_is_reset,
						make_slot, unmake_slot),
		cmocka_unit_test_setup_teardown(a_damaged_header_gives_no_region, make_slot,
						unmake_slot),
		cmocka_unit_test_setup_teardown(
			trimming_gives_back_what_lies_above_the_limit_and_keeps_the_rest, make_slot,
			unmake_slot),
		cmocka_unit_test_setup_teardown(trimming_leaves_other_regions_alone, make_slot,
						unmake_slot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
