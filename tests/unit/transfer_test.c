/*
 * transfer_test.c - an item's data copied from one process's pages into another's.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/transfer.h"

enum { SLOTS = 3, SLOT = 1, SLOT_BYTES = 4 << 20, LARGE = 1500000, SMALL = 5 };

static const unsigned shares[SLOT_REGIONS] = {500, 100, 100, 100, 100, 100};

static void make(struct arena *arena)
{
	struct err err = {0};

	assert_int_equal(arena_create(arena, SLOTS, SLOT_BYTES, shares, &err), 0);
	assert_int_equal(arena_make_private(arena, &err), 0);
}

static unsigned char byte_at(size_t i)
{
	return (unsigned char)(i * 7 + i / 251);
}

/* In the other process, where an assertion would not be heard. */
static int fill_and_send(const struct arena *arena)
{
	struct slot_memory memory = arena_slot(arena, SLOT);
	struct err err = {0};
	void *start;

	slot_memory_reset(&memory);
	if (slot_memory_reserve(&memory, 0, LARGE, &start, &err) != 0)
		return 1;
	for (size_t i = 0; i < LARGE; i++)
		((unsigned char *)start)[i] = byte_at(i);
	if (slot_memory_reserve(&memory, 4, SMALL, &start, &err) != 0)
		return 2;
	memcpy(start, "small", SMALL);
	return transfer_send(arena, arena->fd, SLOT, &err) == 0 ? 0 : 3;
}

static void send_from_another_process(const struct arena *arena)
{
	int status;
	pid_t child = fork();

	if (child == 0)
		_exit(fill_and_send(arena));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void what_is_sent_arrives_and_nothing_else_is_shared(void **state)
{
	struct arena arena;
	struct slot_memory memory;
	struct err err = {0};
	unsigned char *start;
	size_t bytes;

	(void)state;
	make(&arena);
	memory = arena_slot(&arena, SLOT);
	send_from_another_process(&arena);
	assert_null(slot_memory_get(&memory, 0, &bytes));
	assert_int_equal(transfer_receive(&arena, arena.fd, SLOT, &err), 0);
	start = slot_memory_get(&memory, 0, &bytes);
	assert_int_equal(bytes, LARGE);
	for (size_t i = 0; i < LARGE; i++)
		assert_int_equal(start[i], byte_at(i));
	assert_memory_equal(slot_memory_get(&memory, 4, &bytes), "small", SMALL);
	assert_int_equal(bytes, SMALL);
	assert_null(slot_memory_get(&memory, 1, &bytes));
	arena_destroy(&arena);
}

static void the_file_keeps_nothing_of_what_has_arrived(void **state)
{
	struct arena arena;
	struct err err = {0};
	struct stat info;

	(void)state;
	make(&arena);
	send_from_another_process(&arena);
	assert_int_equal(fstat(arena.fd, &info), 0);
	assert_true(info.st_blocks * 512 >= LARGE);
	assert_int_equal(transfer_receive(&arena, arena.fd, SLOT, &err), 0);
	assert_int_equal(fstat(arena.fd, &info), 0);
	assert_int_equal(info.st_blocks, 0);
	arena_destroy(&arena);
}

static void what_cannot_be_copied_is_nobodys_fault(void **state)
{
	struct arena arena;
	struct err err = {0};
	int null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	(void)state;
	make(&arena);
	assert_int_equal(transfer_send(&arena, null_fd, SLOT, &err), -1);
	assert_int_equal(err.kind, ERR_TRANSIENT);
	err_clear(&err);
	assert_int_equal(transfer_receive(&arena, null_fd, SLOT, &err), -1);
	assert_int_equal(err.kind, ERR_TRANSIENT);
	close(null_fd);
	arena_destroy(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_sent_arrives_and_nothing_else_is_shared),
		cmocka_unit_test(the_file_keeps_nothing_of_what_has_arrived),
		cmocka_unit_test(what_cannot_be_copied_is_nobodys_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
