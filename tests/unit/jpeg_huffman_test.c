/*
 * jpeg_huffman_test.c - codes made from counted symbols.
 */
#include "config.h"

#include "image/jpeg_huffman.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Length of each symbol's code; 0 = it has none. Fails when the codes are no prefix code, or take
 * the one of all ones, which a JPEG file must not use. */
static void read_lengths(const JHUFF_TBL *table, unsigned lengths[JPEG_SYMBOLS])
{
	unsigned used = 0; /* in 1/65536 of all codes */
	unsigned next = 0;

	memset(lengths, 0, JPEG_SYMBOLS * sizeof *lengths);
	for (unsigned length = 1; length <= 16; length++)
		for (unsigned i = 0; i < table->bits[length]; i++) {
			assert_int_equal(lengths[table->huffval[next]], 0);
			lengths[table->huffval[next++]] = length;
			used += 1u << (16 - length);
		}
	assert_true(used < 1u << 16);
}

static void every_legal_symbol_has_a_code_even_when_nothing_was_counted(void **state)
{
	struct jpeg_symbols symbols;
	unsigned lengths[JPEG_SYMBOLS];
	JHUFF_TBL table;
	unsigned coded = 0;

	(void)state;
	jpeg_symbols_init(&symbols);
	jpeg_huffman_table(symbols.dc[1], &table);
	read_lengths(&table, lengths);
	for (unsigned i = 0; i < JPEG_SYMBOLS; i++)
		assert_int_equal(lengths[i] != 0, i <= 11);
	jpeg_huffman_table(symbols.ac[0], &table);
	read_lengths(&table, lengths);
	for (unsigned i = 0; i < JPEG_SYMBOLS; i++) {
		bool legal = i == 0 || i == 0xf0 || (i % 16 >= 1 && i % 16 <= 10);

		assert_int_equal(lengths[i] != 0, legal);
		coded += lengths[i] != 0;
	}
	assert_int_equal(coded, 162);
}

static void the_code_of_a_known_distribution_is_the_best_one(void **state)
{
	/* 8 4 2 1 and the reserved 1: one bit, two, three, four, four. */
	uint32_t counts[JPEG_SYMBOLS] = {[3] = 8, [1] = 4, [200] = 2, [7] = 1};
	unsigned lengths[JPEG_SYMBOLS];
	JHUFF_TBL table;

	(void)state;
	jpeg_huffman_table(counts, &table);
	read_lengths(&table, lengths);
	assert_int_equal(lengths[3], 1);
	assert_int_equal(lengths[1], 2);
	assert_int_equal(lengths[200], 3);
	assert_int_equal(lengths[7], 4);
}

static void no_code_is_longer_than_sixteen_bits(void **state)
{
	uint32_t counts[JPEG_SYMBOLS] = {0};
	unsigned lengths[JPEG_SYMBOLS];
	JHUFF_TBL table;
	uint32_t before = 1;
	uint32_t weight = 1;

	(void)state;
	/* Fibonacci's numbers make the deepest tree there is: 40 bits. */
	for (unsigned i = 0; i < 40; i++) {
		uint32_t sum = before + weight;

		counts[i] = weight;
		before = weight;
		weight = sum;
	}
	jpeg_huffman_table(counts, &table);
	read_lengths(&table, lengths);
	for (unsigned i = 0; i < 40; i++)
		assert_true(lengths[i] >= 1 && lengths[i] <= 16);
	for (unsigned i = 1; i < 40; i++)
		assert_true(lengths[i] <= lengths[i - 1]);
}

static void a_block_is_counted_as_it_would_be_written(void **state)
{
	struct jpeg_symbols symbols;
	struct jpeg_symbols empty;
	JCOEF block[DCTSIZE2] = {0};

	(void)state;
	jpeg_symbols_init(&empty);
	symbols = empty;
	block[0] = 5;	/* from 0: category 3 */
	block[1] = -1;	/* next: run 0, category 1 */
	block[16] = 6;	/* third in zigzag order: run 1, category 3 */
	block[63] = 17; /* run 59: three times 16, then 11, category 5 */
	jpeg_symbols_add(&symbols, 0, 0, block);
	assert_int_equal(symbols.dc[0][3], 2);
	assert_int_equal(symbols.ac[0][0x01], 2);
	assert_int_equal(symbols.ac[0][0x13], 2);
	assert_int_equal(symbols.ac[0][0xf0], 4);
	assert_int_equal(symbols.ac[0][0xb5], 2);
	assert_int_equal(symbols.ac[0][0x00], 1);
	block[63] = 0;
	block[0] = 4; /* from 5: category 1 */
	jpeg_symbols_add(&symbols, 0, 0, block);
	assert_int_equal(symbols.dc[0][1], 2);
	assert_int_equal(symbols.ac[0][0x00], 2);
	assert_memory_equal(symbols.ac[1], empty.ac[1], sizeof empty.ac[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_legal_symbol_has_a_code_even_when_nothing_was_counted),
		cmocka_unit_test(the_code_of_a_known_distribution_is_the_best_one),
		cmocka_unit_test(no_code_is_longer_than_sixteen_bits),
		cmocka_unit_test(a_block_is_counted_as_it_would_be_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
