/*
 * exif_test.c - orientation and kept metadata, against libexif's reading of the same bytes.
 */
#include "config.h"

#include "image/exif.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libexif/exif-data.h>

#include "base/mem.h"
#include "image_support.h"

static ExifData *load(const struct bytes *tiff)
{
	unsigned char *marker = mem_calloc(tiff->length + 6, 1);
	ExifData *data;

	memcpy(marker, "Exif\0\0", 6);
	memcpy(marker + 6, tiff->bytes, tiff->length);
	data = exif_data_new_from_data(marker, (unsigned)tiff->length + 6);
	free(marker);
	assert_non_null(data);
	return data;
}

static unsigned orientation_by_libexif(const struct bytes *tiff)
{
	ExifData *data = load(tiff);
	ExifEntry *entry = exif_data_get_entry(data, EXIF_TAG_ORIENTATION);
	unsigned orientation;

	assert_non_null(entry);
	orientation = exif_get_short(entry->data, exif_data_get_byte_order(data));
	exif_data_unref(data);
	return orientation;
}

static void all_orientations_are_read_in_both_byte_orders(void **state)
{
	(void)state;
	for (unsigned big = 0; big < 2; big++)
		for (unsigned orientation = 1; orientation <= 8; orientation++) {
			struct bytes tiff = make_exif(orientation, big);

			assert_int_equal(exif_orientation(tiff.bytes, tiff.length), orientation);
			free(tiff.bytes);
		}
}

static void an_orientation_that_does_not_exist_counts_as_upright(void **state)
{
	(void)state;
	for (unsigned orientation = 0; orientation < 300; orientation += 9) {
		struct bytes tiff = make_exif(orientation, true);

		assert_int_equal(exif_orientation(tiff.bytes, tiff.length), 1);
		free(tiff.bytes);
	}
}

static void structures_that_are_cut_short_are_read_no_further(void **state)
{
	struct bytes tiff = make_exif(6, false);

	(void)state;
	for (size_t length = 0; length < tiff.length; length++) {
		/* Exactly so many bytes, so that a sanitizer sees a step beyond. */
		unsigned char *cut = mem_copy(tiff.bytes, length);
		unsigned orientation = exif_orientation(cut, length);

		assert_true(orientation == 6 || orientation == 1);
		exif_set_upright(cut, length);
		assert_int_equal(exif_orientation(cut, length), 1);
		free(cut);
	}
	free(tiff.bytes);
}

static void a_directory_behind_the_end_is_not_followed(void **state)
{
	struct bytes tiff = make_exif(6, false);

	(void)state;
	memset(tiff.bytes + 4, 0xff, 4);
	assert_int_equal(exif_orientation(tiff.bytes, tiff.length), 1);
	tiff.bytes[4] = (unsigned char)(tiff.length - 1);
	memset(tiff.bytes + 5, 0, 3);
	assert_int_equal(exif_orientation(tiff.bytes, tiff.length), 1);
	free(tiff.bytes);
}

static void kept_metadata_is_upright_and_otherwise_the_same(void **state)
{
	(void)state;
	for (unsigned big = 0; big < 2; big++) {
		struct bytes tiff = make_exif(6, big);
		ExifData *data;
		char date[32];

		exif_set_upright(tiff.bytes, tiff.length);
		assert_int_equal(orientation_by_libexif(&tiff), 1);
		data = load(&tiff);
		exif_entry_get_value(exif_data_get_entry(data, EXIF_TAG_DATE_TIME), date,
				     sizeof date);
		assert_string_equal(date, "2026:11:20 16:00:00");
		exif_data_unref(data);
		free(tiff.bytes);
	}
}

static void kept_metadata_loses_its_link_to_the_old_thumbnail(void **state)
{
	/* A directory of one entry (orientation 6), then the link to a second one at 26. */
	unsigned char tiff[] = {'I', 'I', 42, 0, 8, 0, 0, 0, 1,	 0, 0x12, 0x01, 3, 0,
				1,   0,	  0,  0, 6, 0, 0, 0, 26, 0, 0,	  0,	0, 0};

	(void)state;
	exif_set_upright(tiff, sizeof tiff);
	assert_int_equal(tiff[18], 1);
	assert_int_equal(tiff[22], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_orientations_are_read_in_both_byte_orders),
		cmocka_unit_test(an_orientation_that_does_not_exist_counts_as_upright),
		cmocka_unit_test(structures_that_are_cut_short_are_read_no_further),
		cmocka_unit_test(a_directory_behind_the_end_is_not_followed),
		cmocka_unit_test(kept_metadata_is_upright_and_otherwise_the_same),
		cmocka_unit_test(kept_metadata_loses_its_link_to_the_old_thumbnail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
