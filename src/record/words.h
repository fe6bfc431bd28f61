/*
 * words.h - plain structs in shared memory as atomic words (floor: record; internal to it).
 *
 * Every shared field of the run page is an array of 64-bit atomic words, so that a copy that
 * races with its writer is stale or torn but never undefined. Two protocols stand on them:
 *
 * Sequence (seqlock), for groups that belong together. The writer makes the sequence odd, stores
 * words, makes it even. A reader copies between two looks at the sequence and takes the copy only
 * when both saw the same even number. The order holds without fences (which thread sanitizers do
 * not know): words are stored with release and loaded with acquire, so a reader that saw one new
 * word must then see the odd sequence that was stored before it.
 *
 * Ring, for records in order. The writer stores the record's words with release and then the head
 * with release. A reader copies records below the head and looks at the head again: record k may
 * have been overwritten once the head has reached k + capacity.
 *
 * One writer each; any number of readers, in any process. Nothing here waits.
 */
#ifndef IMGTOP_RECORD_WORDS_H
#define IMGTOP_RECORD_WORDS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Copy bytes (a multiple of 8) between plain memory and words; to words with release, from words
 * with acquire. */
void words_store(_Atomic uint64_t *words, const void *value, size_t bytes);
void words_load(const _Atomic uint64_t *words, void *value, size_t bytes);

/* Enter and leave a sequence. An odd one that a dead writer left is taken over. */
void words_begin(_Atomic uint64_t *sequence);
void words_end(_Atomic uint64_t *sequence);

/* Publish a whole group; stores only words that differ from what stands there. */
void words_publish(_Atomic uint64_t *sequence, _Atomic uint64_t *words, const void *value,
		   size_t bytes);

/* How often a reader tries before it keeps what it had. */
enum { WORDS_TRIES = 64 };

/* The sequence when it is even now (true), to be confirmed by words_unchanged after the copy. */
bool words_look(const _Atomic uint64_t *sequence, uint64_t *seen);
bool words_unchanged(const _Atomic uint64_t *sequence, uint64_t seen);

/* Consistent copy of a whole group; false, out untouched, when the writer was inside each time. */
bool words_read(const _Atomic uint64_t *sequence, const _Atomic uint64_t *words, void *out,
		size_t bytes);

/* A ring of `capacity` records (a power of two) of `bytes` bytes (a multiple of 8) each. */
struct words_ring {
	_Atomic uint64_t *head; /* records ever appended */
	_Atomic uint64_t *words;
	size_t capacity;
	size_t bytes;
};

void words_append(const struct words_ring *ring, const void *record);

/* Copy up to `most` records from *next on, oldest first; *next moves behind them. Records that were
 * overwritten before they could be read are added to *lost (may be NULL). */
size_t words_drain(const struct words_ring *ring, uint64_t *next, void *out, size_t most,
		   uint64_t *lost);

#endif
