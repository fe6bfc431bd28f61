/*
 * container_damage_test.c - damaged files cost fields and nothing else: cut at every byte, every
 * bit turned over. Under a sanitizer this also sees every step beyond the bytes that are there.
 */
#include "config.h"

#include "media/container.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "media/heif_library.h"
#include "media/mime.h"
#include "media_files.h"

enum { KINDS = 11 };

static struct heif_library *heif;

static int set_up(void **state)
{
	(void)state;
	heif = heif_library_new();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	heif_library_free(heif);
	return 0;
}

static struct blob make(unsigned kind)
{
	struct exif_recipe recipe = full_recipe;
	struct blob exif;
	struct blob file = {0};

	recipe.big_endian = kind % 2 != 0;
	recipe.maker_note_bytes = 10;
	exif = make_exif_block(&recipe);
	switch (kind) {
	case 0:
	case 1:
		file = make_jpeg_file(&exif, 0);
		break;
	case 2:
		file = make_png_file(&exif, true);
		break;
	case 3:
		file = make_webp_file(&exif);
		break;
	case 4:
	case 5:
		file = make_tiff_file(&recipe);
		break;
	case 6:
		file = make_raf_file(&exif);
		break;
	case 7:
		file = make_cr3_file(&recipe);
		break;
	case 8:
		file = make_movie_file("qt  ", UINT64_C(2082844800) + 1000, 90, true);
		break;
	case 9:
		file = make_heic_file(&exif);
		break;
	default:
		file = make_tiff_file(&recipe);
		memcpy(file.bytes, "IIRO", 4);
		break;
	}
	blob_free(&exif);
	return file;
}

static bool ends(const char *text, size_t size)
{
	return memchr(text, '\0', size) != NULL;
}

/* As one type, whatever the first bytes are by now: the containers are to be tried, not the
 * signatures. */
static void check(const unsigned char *bytes, size_t length, unsigned mime)
{
	struct feed feed = {.fd = -1,
			    .size_bytes = length,
			    .window = bytes,
			    .window_bytes = length,
			    .heif = heif};
	struct facts facts;

	container_read(&feed, mime, &facts);
	assert_false(feed.failed);
	assert_true(facts.orientation <= 8);
	assert_true(ends(facts.make, sizeof facts.make) && ends(facts.model, sizeof facts.model));
	assert_true(ends(facts.note, sizeof facts.note));
	assert_true(ends(facts.taken.subsec, sizeof facts.taken.subsec));
	assert_true((facts.width == 0) == (facts.height == 0));
	assert_true(fabs(facts.latitude) <= 90 && fabs(facts.longitude) <= 180);
	assert_true(facts.has_place || !facts.has_altitude);
	assert_true(abs(facts.taken.offset_min) <= 14 * 60);
}

static void files_cut_at_any_byte_cost_fields_only(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < KINDS; kind++) {
		struct blob file = make(kind);
		unsigned mime = mime_sniff(file.bytes, file.length);

		assert_int_not_equal(mime, 0);
		for (size_t length = 0; length <= file.length; length++) {
			unsigned char *cut = mem_try(length > 0 ? length : 1);

			assert_non_null(cut);
			memcpy(cut, file.bytes, length);
			check(cut, length, mime);
			mime_sniff(cut, length);
			free(cut);
		}
		blob_free(&file);
	}
}

static void any_bit_turned_over_costs_fields_only(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < KINDS; kind++) {
		struct blob file = make(kind);
		unsigned mime = mime_sniff(file.bytes, file.length);
		unsigned char *copy = mem_copy(file.bytes, file.length);

		for (size_t bit = 0; bit < 8 * file.length; bit++) {
			copy[bit / 8] ^= (unsigned char)(1 << bit % 8);
			check(copy, file.length, mime);
			copy[bit / 8] ^= (unsigned char)(1 << bit % 8);
		}
		free(copy);
		blob_free(&file);
	}
}

/* Offsets and lengths are four bytes: all of them at once become 0, huge, or one's own place. */
static void any_four_bytes_replaced_cost_fields_only(void **state)
{
	static const uint32_t values[] = {0, 1, 8, 0x7fffffff, 0x80000000, 0xffffffff, 0xfffffff8};

	(void)state;
	for (unsigned kind = 0; kind < KINDS; kind++) {
		struct blob file = make(kind);
		unsigned mime = mime_sniff(file.bytes, file.length);
		struct blob copy = {0};

		blob_add(&copy, file.bytes, file.length);
		for (size_t at = 0; at + 4 <= file.length; at++)
			for (size_t i = 0; i <= sizeof values / sizeof values[0]; i++) {
				uint32_t value = i == 0 ? (uint32_t)at : values[i - 1];

				blob_set(&copy, at, value, 4, kind % 2 != 0);
				check(copy.bytes, copy.length, mime);
				memcpy(copy.bytes + at, file.bytes + at, 4);
			}
		blob_free(&copy);
		blob_free(&file);
	}
}

static void bytes_without_any_sense_are_read_as_every_type(void **state)
{
	unsigned char noise[600];
	uint32_t seed = 1;

	(void)state;
	for (unsigned round = 0; round < 200; round++) {
		struct blob file = make(round % KINDS);
		size_t kept = file.length < 40 ? file.length : 40;
		unsigned mime = mime_sniff(file.bytes, file.length);

		for (size_t i = 0; i < sizeof noise; i++) {
			seed = seed * 1664525 + 1013904223;
			noise[i] = (unsigned char)(seed >> 24);
		}
		memcpy(noise, file.bytes, round % 2 == 0 ? kept : 12);
		check(noise, sizeof noise, mime);
		blob_free(&file);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_cut_at_any_byte_cost_fields_only),
		cmocka_unit_test(any_bit_turned_over_costs_fields_only),
		cmocka_unit_test(any_four_bytes_replaced_cost_fields_only),
		cmocka_unit_test(bytes_without_any_sense_are_read_as_every_type),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
