/*
 * jpeg_huffman.c - Huffman tables made for a picture from a sample of it.
 */
#include "config.h"

#include "image/jpeg_huffman.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
	DC_CATEGORIES = 12, /* 0..11, with 8-bit samples */
	AC_CATEGORIES = 10, /* 1..10 */
	RUNS = 16,
	END_OF_BLOCK = 0x00,
	ZERO_RUN = 0xf0,
	RESERVED = JPEG_SYMBOLS, /* takes the code of all ones, which no symbol may have */
	LONGEST_CODE = 16,
	LONGEST_UNLIMITED = JPEG_SYMBOLS + 1,
	NOTHING = -1,
};

/* Place in the block of the coefficients that follow each other in the file, T.81 figure A.6. */
static const uint8_t zigzag[DCTSIZE2] = {
	0,  1,	8,  16, 9,  2,	3,  10, 17, 24, 32, 25, 18, 11, 4,  5,	12, 19, 26, 33, 40, 48,
	41, 34, 27, 20, 13, 6,	7,  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23,
	30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
};

void jpeg_symbols_init(struct jpeg_symbols *symbols)
{
	memset(symbols, 0, sizeof *symbols);
	for (unsigned table = 0; table < JPEG_TABLES; table++) {
		for (unsigned category = 0; category < DC_CATEGORIES; category++)
			symbols->dc[table][category] = 1;
		for (unsigned run = 0; run < RUNS; run++)
			for (unsigned category = 1; category <= AC_CATEGORIES; category++)
				symbols->ac[table][run << 4 | category] = 1;
		symbols->ac[table][END_OF_BLOCK] = 1;
		symbols->ac[table][ZERO_RUN] = 1;
	}
}

/* Bits of the magnitude of a value. */
static unsigned category_of(int value)
{
	unsigned magnitude = (unsigned)abs(value);

	return magnitude == 0 ? 0 : 32 - (unsigned)__builtin_clz(magnitude);
}

void jpeg_symbols_add(struct jpeg_symbols *symbols, int table, int component,
		      const JCOEF block[DCTSIZE2])
{
	uint32_t *ac = symbols->ac[table];
	unsigned run = 0;

	symbols->dc[table][category_of(block[0] - symbols->last_dc[component])]++;
	symbols->last_dc[component] = block[0];
	for (unsigned k = 1; k < DCTSIZE2; k++) {
		int value = block[zigzag[k]];

		if (value == 0) {
			run++;
			continue;
		}
		for (; run >= RUNS; run -= RUNS)
			ac[ZERO_RUN]++;
		ac[(run << 4 | category_of(value)) % JPEG_SYMBOLS]++;
		run = 0;
	}
	if (run > 0)
		ac[END_OF_BLOCK]++;
}

/* Symbols on their way into one tree: those of one branch are chained. */
struct forest {
	uint64_t weight[JPEG_SYMBOLS + 1]; /* of the branch that the symbol leads; 0 = leads none */
	int next[JPEG_SYMBOLS + 1];
	unsigned depth[JPEG_SYMBOLS + 1];
};

/* Leader of the lightest branch but `other`; of equal ones the one with the greatest symbol. */
static int lightest(const struct forest *forest, int other)
{
	int found = NOTHING;

	for (int i = 0; i <= JPEG_SYMBOLS; i++)
		if (forest->weight[i] != 0 && i != other &&
		    (found == NOTHING || forest->weight[i] <= forest->weight[found]))
			found = i;
	return found;
}

/* Join two branches: all their symbols get one bit longer. */
static void join(struct forest *forest, int leader, int other)
{
	int last = leader;

	forest->weight[leader] += forest->weight[other];
	forest->weight[other] = 0;
	for (int i = leader; i != NOTHING; i = forest->next[i]) {
		forest->depth[i]++;
		last = i;
	}
	forest->next[last] = other;
	for (int i = other; i != NOTHING; i = forest->next[i])
		forest->depth[i]++;
}

/* Figure K.3: no code may have more than 16 bits. A pair of the longest codes goes: one of them is
 * shortened by its last bit, the other hangs itself beside a shorter code. */
static void limit_lengths(unsigned lengths[LONGEST_UNLIMITED + 1])
{
	for (unsigned i = LONGEST_UNLIMITED; i > LONGEST_CODE; i--)
		while (lengths[i] > 0) {
			unsigned j = i - 2;

			while (lengths[j] == 0)
				j--;
			lengths[i] -= 2;
			lengths[i - 1]++;
			lengths[j + 1] += 2;
			lengths[j]--;
		}
}

static void write_table(const struct forest *forest, unsigned lengths[LONGEST_UNLIMITED + 1],
			JHUFF_TBL *table)
{
	unsigned longest = LONGEST_CODE;
	unsigned written = 0;

	/* The reserved symbol is the last of the longest ones. */
	while (lengths[longest] == 0)
		longest--;
	lengths[longest]--;
	memset(table, 0, sizeof *table);
	for (unsigned i = 1; i <= LONGEST_CODE; i++)
		table->bits[i] = (UINT8)lengths[i];
	for (unsigned depth = 1; depth <= LONGEST_UNLIMITED; depth++)
		for (unsigned i = 0; i < JPEG_SYMBOLS; i++)
			if (forest->depth[i] == depth)
				table->huffval[written++] = (UINT8)i;
}

void jpeg_huffman_table(const uint32_t counts[JPEG_SYMBOLS], JHUFF_TBL *table)
{
	unsigned lengths[LONGEST_UNLIMITED + 1] = {0};
	struct forest forest = {.weight[RESERVED] = 1};
	int first;
	int second;

	for (unsigned i = 0; i < JPEG_SYMBOLS; i++)
		forest.weight[i] = counts[i];
	for (unsigned i = 0; i <= JPEG_SYMBOLS; i++)
		forest.next[i] = NOTHING;
	first = lightest(&forest, NOTHING);
	second = lightest(&forest, first);
	while (second != NOTHING) {
		join(&forest, first, second);
		first = lightest(&forest, NOTHING);
		second = lightest(&forest, first);
	}
	for (unsigned i = 0; i <= JPEG_SYMBOLS; i++)
		lengths[forest.depth[i]]++;
	lengths[0] = 0;
	limit_lengths(lengths);
	write_table(&forest, lengths, table);
}
