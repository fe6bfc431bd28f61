/*
 * crc_test.c - the checksum against libdeflate's, at every length and in any pieces.
 */
#include "config.h"

#include "media/crc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>
#include <libdeflate.h>

#include "base/mem.h"

enum { LONGEST = 5 * CRC_AVX512_BYTES + 40 };

static unsigned char *noise(size_t length)
{
	unsigned char *bytes = mem_calloc(length, 1);
	uint32_t seed = 7;

	for (size_t i = 0; i < length; i++) {
		seed = seed * 1664525 + 1013904223;
		bytes[i] = (unsigned char)(seed >> 24);
	}
	return bytes;
}

static void the_checksum_of_nothing_is_0_and_of_digits_as_published(void **state)
{
	(void)state;
	assert_int_equal(crc_add(0, "", 0), 0);
	assert_int_equal(crc_add(0, "123456789", 9), 0xcbf43926);
}

static void every_length_has_the_checksum_of_libdeflate(void **state)
{
	(void)state;
	for (size_t length = 0; length <= LONGEST; length++) {
		/* Of its own size, so that a sanitizer sees a step beyond. */
		unsigned char *bytes = noise(length + 1);
		uint32_t before = (uint32_t)(length * 2654435761u);

		assert_int_equal(crc_add(0, bytes + 1, length),
				 libdeflate_crc32(0, bytes + 1, length));
		assert_int_equal(crc_add(before, bytes + 1, length),
				 libdeflate_crc32(before, bytes + 1, length));
		free(bytes);
	}
}

static void every_bit_of_a_block_counts(void **state)
{
	unsigned char *bytes = noise(2 * CRC_AVX512_BYTES);
	uint32_t whole = crc_add(0, bytes, 2 * CRC_AVX512_BYTES);

	(void)state;
	for (size_t bit = 0; bit < 16 * CRC_AVX512_BYTES; bit++) {
		bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
		assert_int_not_equal(crc_add(0, bytes, 2 * CRC_AVX512_BYTES), whole);
		bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
	}
	free(bytes);
}

static void pieces_add_up_wherever_they_are_cut(void **state)
{
	unsigned char *bytes = noise(LONGEST);
	uint32_t whole = libdeflate_crc32(0, bytes, LONGEST);

	(void)state;
	for (size_t cut = 0; cut <= LONGEST; cut += 3)
		assert_int_equal(crc_add(crc_add(0, bytes, cut), bytes + cut, LONGEST - cut),
				 whole);
	free(bytes);
}

static void the_fast_way_stands_for_the_message(void **state)
{
	unsigned char *bytes = noise(3 * CRC_AVX512_BYTES);
	unsigned char folded[16];

	(void)state;
	if (!crc_avx512_usable()) {
		print_message("# this processor multiplies no 512 bits\n");
		free(bytes);
		skip();
	}
	crc_avx512_fold(UINT32_MAX, bytes, 3, folded);
	assert_int_equal(libdeflate_crc32(UINT32_MAX, folded, sizeof folded),
			 libdeflate_crc32(0, bytes, 3 * CRC_AVX512_BYTES));
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_checksum_of_nothing_is_0_and_of_digits_as_published),
		cmocka_unit_test(every_length_has_the_checksum_of_libdeflate),
		cmocka_unit_test(every_bit_of_a_block_counts),
		cmocka_unit_test(pieces_add_up_wherever_they_are_cut),
		cmocka_unit_test(the_fast_way_stands_for_the_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
