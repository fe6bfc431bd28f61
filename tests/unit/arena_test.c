/*
 * arena_test.c - the memory that items' data lies in.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/arena.h"

static const unsigned shares[SLOT_REGIONS] = {500, 500};

static void slots_lie_side_by_side_and_keep_their_content(void **state)
{
	enum { SLOTS = 5, BYTES = 1 << 16 };
	struct arena arena;
	struct err err = {0};

	(void)state;
	assert_int_equal(arena_create(&arena, SLOTS, BYTES, shares, &err), 0);
	assert_int_equal(arena.slots, SLOTS);
	for (unsigned i = 0; i < SLOTS; i++) {
		struct slot_memory slot = arena_slot(&arena, i);

		assert_int_equal(slot.size, BYTES);
		memset(slot.base, (int)i + 1, slot.size);
	}
	for (unsigned i = 0; i < SLOTS; i++) {
		struct slot_memory slot = arena_slot(&arena, i);

		assert_int_equal(slot.base[0], i + 1);
		assert_int_equal(slot.base[slot.size - 1], i + 1);
	}
	arena_destroy(&arena);
}

static void a_child_writes_into_the_same_memory(void **state)
{
	struct arena arena;
	struct err err = {0};
	int status;
	pid_t child;

	(void)state;
	assert_int_equal(arena_create(&arena, 2, 1 << 16, shares, &err), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		arena_slot(&arena, 1).base[77] = 42;
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(arena_slot(&arena, 1).base[77], 42);
	arena_destroy(&arena);
}

static void an_arena_is_reserved_and_not_committed(void **state)
{
	struct arena arena;
	struct err err = {0};
	struct stat info;

	(void)state;
	assert_int_equal(arena_create(&arena, 64, UINT64_C(1) << 30, shares, &err), 0);
	assert_int_equal(fstat(arena.fd, &info), 0);
	assert_int_equal(info.st_size, UINT64_C(64) << 30);
	assert_int_equal(info.st_blocks, 0);
	arena_slot(&arena, 63).base[0] = 1;
	assert_int_equal(fstat(arena.fd, &info), 0);
	assert_in_range(info.st_blocks, 1, 8192);
	arena_destroy(&arena);
}

static void there_are_no_more_slots_than_fit_in_and_at_least_one(void **state)
{
	struct arena arena;
	struct err err = {0};

	(void)state;
	assert_int_equal(arena_create(&arena, 10000, 1 << 16, shares, &err), 0);
	assert_int_equal(arena.slots, ARENA_SLOTS);
	arena_destroy(&arena);
	assert_int_equal(arena_create(&arena, 256, UINT64_C(64) << 30, shares, &err), 0);
	assert_int_equal(arena.slots, 8);
	arena_destroy(&arena);
	assert_int_equal(arena_create(&arena, 0, 1 << 16, shares, &err), 0);
	assert_int_equal(arena.slots, 1);
	arena_destroy(&arena);
}

static void a_slot_size_is_whole_pages(void **state)
{
	struct arena arena;
	struct err err = {0};

	(void)state;
	assert_int_equal(arena_create(&arena, 2, 100000, shares, &err), 0);
	assert_int_equal(arena.slot_bytes % SLOT_ALIGNMENT, 0);
	assert_in_range(arena.slot_bytes, 100000 - SLOT_ALIGNMENT, 100000);
	arena_destroy(&arena);
}

static void what_cannot_be_mapped_is_refused_and_leaves_nothing_open(void **state)
{
	int before = dup(STDIN_FILENO);
	int after;
	struct arena arena;
	struct err err = {0};

	(void)state;
	close(before);
	assert_int_equal(arena_create(&arena, 1, UINT64_C(1) << 60, shares, &err), -1);
	assert_int_equal(err.kind, ERR_TRANSIENT);
	assert_non_null(strstr(err.text, "arena: "));
	after = dup(STDIN_FILENO);
	assert_int_equal(after, before);
	close(after);
	arena_destroy(&arena); /* of one that was not made: harmless */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slots_lie_side_by_side_and_keep_their_content),
		cmocka_unit_test(a_child_writes_into_the_same_memory),
		cmocka_unit_test(an_arena_is_reserved_and_not_committed),
		cmocka_unit_test(there_are_no_more_slots_than_fit_in_and_at_least_one),
		cmocka_unit_test(a_slot_size_is_whole_pages),
		cmocka_unit_test(what_cannot_be_mapped_is_refused_and_leaves_nothing_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
