/*
 * words.c - plain structs in shared memory as atomic words.
 */
#include "config.h"

#include "record/words.h"

#include <assert.h>
#include <string.h>

enum { WORD = 8, LARGEST_GROUP = 32768 };

void words_store(_Atomic uint64_t *words, const void *value, size_t bytes)
{
	const unsigned char *from = value;
	uint64_t word;

	for (size_t i = 0; i < bytes / WORD; i++) {
		memcpy(&word, from + i * WORD, WORD);
		atomic_store_explicit(&words[i], word, memory_order_release);
	}
}

void words_load(const _Atomic uint64_t *words, void *value, size_t bytes)
{
	unsigned char *to = value;
	uint64_t word;

	for (size_t i = 0; i < bytes / WORD; i++) {
		word = atomic_load_explicit(&words[i], memory_order_acquire);
		memcpy(to + i * WORD, &word, WORD);
	}
}

void words_begin(_Atomic uint64_t *sequence)
{
	uint64_t seen = atomic_load_explicit(sequence, memory_order_relaxed);

	atomic_store_explicit(sequence, seen | 1, memory_order_relaxed);
}

void words_end(_Atomic uint64_t *sequence)
{
	uint64_t seen = atomic_load_explicit(sequence, memory_order_relaxed);

	atomic_store_explicit(sequence, (seen | 1) + 1, memory_order_release);
}

void words_publish(_Atomic uint64_t *sequence, _Atomic uint64_t *words, const void *value,
		   size_t bytes)
{
	const unsigned char *from = value;
	uint64_t word;

	assert(bytes % WORD == 0);
	words_begin(sequence);
	for (size_t i = 0; i < bytes / WORD; i++) {
		memcpy(&word, from + i * WORD, WORD);
		if (atomic_load_explicit(&words[i], memory_order_relaxed) != word)
			atomic_store_explicit(&words[i], word, memory_order_release);
	}
	words_end(sequence);
}

bool words_look(const _Atomic uint64_t *sequence, uint64_t *seen)
{
	*seen = atomic_load_explicit(sequence, memory_order_acquire);
	return (*seen & 1) == 0;
}

bool words_unchanged(const _Atomic uint64_t *sequence, uint64_t seen)
{
	/* The acquire loads of the words keep this load behind them. */
	return atomic_load_explicit(sequence, memory_order_relaxed) == seen;
}

bool words_read(const _Atomic uint64_t *sequence, const _Atomic uint64_t *words, void *out,
		size_t bytes)
{
	unsigned char copy[LARGEST_GROUP];
	uint64_t seen;

	assert(bytes % WORD == 0 && bytes <= sizeof copy);
	for (int try = 0; try < WORDS_TRIES; try++) {
		if (!words_look(sequence, &seen))
			continue;
		words_load(words, copy, bytes);
		if (!words_unchanged(sequence, seen))
			continue;
		memcpy(out, copy, bytes);
		return true;
	}
	return false;
}

void words_append(const struct words_ring *ring, const void *record)
{
	uint64_t head = atomic_load_explicit(ring->head, memory_order_relaxed);
	size_t at = (size_t)(head & (ring->capacity - 1));

	words_store(ring->words + at * (ring->bytes / WORD), record, ring->bytes);
	atomic_store_explicit(ring->head, head + 1, memory_order_release);
}

size_t words_drain(const struct words_ring *ring, uint64_t *next, void *out, size_t most,
		   uint64_t *lost)
{
	unsigned char *to = out;
	uint64_t head = atomic_load_explicit(ring->head, memory_order_acquire);
	uint64_t first = *next > head ? head : *next;
	uint64_t oldest = head >= ring->capacity ? head - ring->capacity + 1 : 0;
	uint64_t missed = 0;
	size_t count, stale = 0;

	if (first < oldest) {
		missed = oldest - first;
		first = oldest;
	}
	count = head - first < most ? (size_t)(head - first) : most;
	for (size_t i = 0; i < count; i++) {
		size_t at = (size_t)((first + i) & (ring->capacity - 1));

		words_load(ring->words + at * (ring->bytes / WORD), to + i * ring->bytes,
			   ring->bytes);
	}
	/* What the writer may have begun to overwrite meanwhile is dropped from the front. */
	head = atomic_load_explicit(ring->head, memory_order_acquire);
	oldest = head >= ring->capacity ? head - ring->capacity + 1 : 0;
	if (oldest > first)
		stale = oldest - first < count ? (size_t)(oldest - first) : count;
	memmove(to, to + stale * ring->bytes, (count - stale) * ring->bytes);
	*next = first + count;
	if (lost != NULL)
		*lost += missed + stale;
	return count - stale;
}
