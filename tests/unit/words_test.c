/*
 * words_test.c - sequences and rings under a writer that never rests.
 */
#include "config.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "record/words.h"

/* Large records in a small ring: the writer laps the reader in the middle of its copy. */
enum { RECORD = 512, CAPACITY = 4 };

struct shared {
	_Atomic uint64_t sequence;
	_Atomic uint64_t group[RECORD];
	_Atomic uint64_t head;
	_Atomic uint64_t record[CAPACITY * RECORD];
	atomic_bool stop;
};

static struct words_ring ring_of(struct shared *shared)
{
	return (struct words_ring){
		.head = &shared->head,
		.words = shared->record,
		.capacity = CAPACITY,
		.bytes = RECORD * sizeof(uint64_t),
	};
}

static void fill(uint64_t *words, uint64_t value)
{
	for (size_t i = 0; i < RECORD; i++)
		words[i] = value;
}

static bool is_whole(const uint64_t *words)
{
	for (size_t i = 1; i < RECORD; i++)
		if (words[i] != words[0])
			return false;
	return true;
}

static void *write_groups(void *argument)
{
	struct shared *shared = argument;
	uint64_t words[RECORD];

	for (uint64_t value = 1; !atomic_load(&shared->stop); value++) {
		fill(words, value);
		words_publish(&shared->sequence, shared->group, words, sizeof words);
	}
	return NULL;
}

static void *write_records(void *argument)
{
	struct shared *shared = argument;
	struct words_ring ring = ring_of(shared);
	uint64_t words[RECORD];

	for (uint64_t value = 0; !atomic_load(&shared->stop); value++) {
		fill(words, value);
		words_append(&ring, words);
	}
	return NULL;
}

static void a_group_is_read_whole_or_not_at_all(void **state)
{
	static struct shared shared;
	uint64_t words[RECORD];
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, write_groups, &shared), 0);
	for (unsigned reads = 0; reads < 20000;) {
		if (!words_read(&shared.sequence, shared.group, words, sizeof words))
			continue;
		assert_true(is_whole(words));
		reads += words[0] != 0;
	}
	atomic_store(&shared.stop, true);
	pthread_join(thread, NULL);
}

static void a_record_is_read_whole_in_its_turn_or_counted_as_lost(void **state)
{
	static struct shared shared;
	static uint64_t words[CAPACITY][RECORD];
	struct words_ring ring = ring_of(&shared);
	uint64_t next = 0, lost = 0, whole = 0, last = 0;
	pthread_t thread;

	(void)state;
	assert_int_equal(pthread_create(&thread, NULL, write_records, &shared), 0);
	while (whole < 5000 || lost < 5000) {
		uint64_t before = next, missing = lost;
		size_t count = words_drain(&ring, &next, words, CAPACITY, &lost);

		assert_int_equal(next - before, count + lost - missing);
		for (size_t i = 0; i < count; i++) {
			assert_true(is_whole(words[i]));
			/* A record's value is its number. */
			assert_int_equal(words[i][0], next - count + i);
			assert_true(whole == 0 || words[i][0] > last);
			last = words[i][0];
			whole++;
		}
	}
	atomic_store(&shared.stop, true);
	pthread_join(thread, NULL);
}

static void a_sequence_that_a_dead_writer_left_odd_is_taken_over(void **state)
{
	static struct shared shared;
	uint64_t words[RECORD], seen;

	(void)state;
	fill(words, 7);
	words_begin(&shared.sequence);
	assert_false(words_look(&shared.sequence, &seen));
	assert_false(words_read(&shared.sequence, shared.group, words, sizeof words));
	assert_int_equal(words[0], 7);
	words_publish(&shared.sequence, shared.group, words, sizeof words);
	fill(words, 0);
	assert_true(words_read(&shared.sequence, shared.group, words, sizeof words));
	assert_int_equal(words[RECORD - 1], 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_group_is_read_whole_or_not_at_all),
		cmocka_unit_test(a_record_is_read_whole_in_its_turn_or_counted_as_lost),
		cmocka_unit_test(a_sequence_that_a_dead_writer_left_odd_is_taken_over),
	};

	return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
