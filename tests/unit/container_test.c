/*
 * container_test.c - what each kind of file tells, wherever it keeps it.
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

#include "media/heif_library.h"
#include "media/mime.h"
#include "media_files.h"

static struct facts read_blob(const struct blob *blob)
{
	struct feed feed = {.fd = -1,
			    .size_bytes = blob->length,
			    .window = blob->bytes,
			    .window_bytes = blob->length,
			    .heif = heif_library_new()};
	struct facts facts;

	container_read(&feed, mime_sniff(blob->bytes, blob->length), &facts);
	assert_false(feed.failed);
	heif_library_free(feed.heif);
	return facts;
}

static bool near(double a, double b)
{
	return fabs(a - b) < 1e-9;
}

/* The EXIF of full_recipe, and the picture's own size. Frees the file. */
static void check_full(struct blob *blob)
{
	struct facts facts = read_blob(blob);

	assert_string_equal(facts.note, "");
	assert_false(facts.unread);
	assert_string_equal(facts.make, "Lumora");
	assert_string_equal(facts.model, "Lumora X3");
	assert_int_equal(facts.orientation, 6);
	assert_int_equal(facts.width, MADE_WIDTH);
	assert_int_equal(facts.height, MADE_HEIGHT);
	assert_int_equal(facts.taken.source, FACTS_TIME_EXIF);
	assert_int_equal(facts.taken.local_s, 1625401805);
	assert_int_equal(facts.taken.offset_min, 330);
	assert_true(facts.taken.has_utc);
	assert_int_equal(facts.taken.utc_s, 1625401805 - 330 * 60);
	assert_string_equal(facts.taken.subsec, "083");
	assert_true(facts.has_place);
	assert_true(near(facts.latitude, -(33 + 51.0 / 60 + 31.41 / 3600)));
	assert_true(near(facts.longitude, -(70 + 40.0 / 60)));
	assert_true(facts.has_altitude);
	assert_true(near(facts.altitude_m, 520.3));
	blob_free(blob);
}

static struct exif_recipe in_order(bool big_endian)
{
	struct exif_recipe recipe = full_recipe;

	recipe.big_endian = big_endian;
	return recipe;
}

static void jpeg_tells_all_in_both_byte_orders_also_behind_large_segments(void **state)
{
	(void)state;
	for (unsigned big = 0; big < 2; big++) {
		struct exif_recipe recipe = in_order(big);
		struct blob exif = make_exif_block(&recipe);
		struct blob plain = make_jpeg_file(&exif, 0);
		struct blob behind = make_jpeg_file(&exif, 400000);

		check_full(&plain);
		check_full(&behind);
		blob_free(&exif);
	}
}

static void png_tells_all_before_and_behind_the_picture(void **state)
{
	(void)state;
	for (unsigned late = 0; late < 2; late++) {
		struct exif_recipe recipe = in_order(late);
		struct blob exif = make_exif_block(&recipe);
		struct blob png = make_png_file(&exif, late);

		check_full(&png);
		blob_free(&exif);
	}
}

static void webp_tells_all_at_its_end(void **state)
{
	struct blob exif = make_exif_block(&full_recipe);
	struct blob prefixed = {0};
	struct blob webp = make_webp_file(&exif);

	(void)state;
	check_full(&webp);
	/* Some writers leave JPEG's prefix before it. */
	blob_add(&prefixed, "Exif\0", 6);
	blob_add(&prefixed, exif.bytes, exif.length);
	webp = make_webp_file(&prefixed);
	check_full(&webp);
	blob_free(&prefixed);
	blob_free(&exif);
}

static void tiff_tells_all_in_both_byte_orders(void **state)
{
	(void)state;
	for (unsigned big = 0; big < 2; big++) {
		struct exif_recipe recipe = in_order(big);
		struct blob tiff = make_tiff_file(&recipe);

		check_full(&tiff);
	}
}

static void fuji_and_canon_raw_files_tell_all(void **state)
{
	struct blob exif = make_exif_block(&full_recipe);
	struct blob raf = make_raf_file(&exif);
	struct blob cr3 = make_cr3_file(&full_recipe);

	(void)state;
	check_full(&raf);
	check_full(&cr3);
	blob_free(&exif);
}

static void olympus_raw_files_are_tiff_with_another_magic(void **state)
{
	struct blob orf = make_tiff_file(&full_recipe);

	(void)state;
	memcpy(orf.bytes, "IIRO", 4);
	check_full(&orf);
}

static void heic_tells_all_through_libheif(void **state)
{
	struct heif_library *library = heif_library_new();
	bool works = library != NULL && heif_library_works(library);
	struct blob exif = make_exif_block(&full_recipe);
	struct blob heic = make_heic_file(&exif);

	(void)state;
	heif_library_free(library);
	blob_free(&exif);
	if (!works) {
		struct facts facts = read_blob(&heic);

		/* Without it the file has a row all the same, and the row says why. */
		assert_non_null(strstr(facts.note, "libheif"));
		assert_true(facts.unread);
		blob_free(&heic);
		skip();
	}
	check_full(&heic);
}

static void files_without_exif_tell_their_size(void **state)
{
	static const unsigned char gif[] = "GIF89a\x40\0\x30\0\0\0\0;";
	static const unsigned char bmp[] =
		"BM\x1a\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x40\0\0\0\xd0\xff\xff\xff\1\0\x18\0";
	struct blob files[] = {make_jpeg_file(NULL, 0),
			       make_png_file(NULL, false),
			       make_webp_file(NULL),
			       {0},
			       {0}};

	(void)state;
	blob_add(&files[3], gif, sizeof gif - 1);
	blob_add(&files[4], bmp, sizeof bmp - 1);
	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		struct facts facts = read_blob(&files[i]);

		assert_string_equal(facts.note, "");
		assert_int_equal(facts.width, MADE_WIDTH);
		assert_int_equal(facts.height, MADE_HEIGHT);
		assert_int_equal(facts.orientation, 0);
		assert_int_equal(facts.taken.source, FACTS_TIME_NONE);
		blob_free(&files[i]);
	}
}

static void exif_has_the_size_where_the_container_has_none(void **state)
{
	struct exif_recipe recipe = full_recipe;
	struct blob exif;
	struct blob jpeg;
	struct facts facts;

	(void)state;
	exif = make_exif_block(&recipe);
	jpeg = make_jpeg_file(&exif, 0);
	/* Up to the frame header, which is the last 41 bytes and more. */
	jpeg.length -= 45;
	facts = read_blob(&jpeg);
	assert_int_equal(facts.width, 4000);
	assert_int_equal(facts.height, 3000);
	assert_string_not_equal(facts.note, "");
	blob_free(&exif);
	blob_free(&jpeg);
}

static void a_raw_file_is_as_large_as_its_largest_picture(void **state)
{
	/* A small preview, and a page below it. */
	static const unsigned char nef[] = "MM\0*\0\0\0\x08"
					   "\0\5"
					   "\0\xfe\0\4\0\0\0\1\0\0\0\1"
					   "\1\0\0\4\0\0\0\1\0\0\0\x10"
					   "\1\1\0\4\0\0\0\1\0\0\0\x0c"
					   "\1\x0f\0\2\0\0\0\6\0\0\0\x6a"
					   "\1\x4a\0\4\0\0\0\1\0\0\0\x4a"
					   "\0\0\0\0"
					   "\0\2"
					   "\1\0\0\3\0\0\0\1\0\x40\0\0"
					   "\1\1\0\3\0\0\0\1\0\x30\0\0"
					   "\0\0\0\0\0\0NIKON";
	struct blob file = {0};
	struct facts facts;

	(void)state;
	blob_add(&file, nef, sizeof nef);
	assert_string_equal(mime_name(mime_sniff(file.bytes, file.length)), "image/x-nikon-nef");
	facts = read_blob(&file);
	assert_string_equal(facts.make, "NIKON");
	assert_int_equal(facts.width, MADE_WIDTH);
	assert_int_equal(facts.height, MADE_HEIGHT);
	blob_free(&file);
}

static void movies_tell_their_size_turn_and_time(void **state)
{
	static const struct {
		unsigned degrees;
		unsigned orientation;
	} turns[] = {{0, 1}, {90, 6}, {180, 3}, {270, 8}};

	(void)state;
	for (size_t i = 0; i < sizeof turns / sizeof turns[0]; i++) {
		struct blob movie = make_movie_file(i % 2 == 0 ? "qt  " : "mp42",
						    UINT64_C(2082844800) + 1625401805,
						    turns[i].degrees, i % 2 != 0);
		struct facts facts = read_blob(&movie);

		assert_string_equal(facts.note, "");
		assert_int_equal(facts.width, MADE_WIDTH);
		assert_int_equal(facts.height, MADE_HEIGHT);
		assert_int_equal(facts.orientation, turns[i].orientation);
		assert_int_equal(facts.taken.source, FACTS_TIME_MOVIE);
		assert_false(facts.taken.has_local);
		assert_true(facts.taken.has_utc);
		assert_int_equal(facts.taken.utc_s, 1625401805);
		blob_free(&movie);
	}
}

static void a_movie_whose_clock_was_never_set_has_no_time(void **state)
{
	static const uint64_t never[] = {0, 1000, 2082844800, UINT64_MAX};

	(void)state;
	for (size_t i = 0; i < sizeof never / sizeof never[0]; i++) {
		struct blob movie = make_movie_file("isom", never[i], 0, true);

		assert_int_equal(read_blob(&movie).taken.source, FACTS_TIME_NONE);
		blob_free(&movie);
	}
}

static void what_is_no_media_file_tells_nothing(void **state)
{
	static const struct facts nothing;
	struct blob text = {0};
	struct facts facts;

	(void)state;
	blob_text(&text, "Dear diary");
	facts = read_blob(&text);
	assert_memory_equal(&facts, &nothing, sizeof facts);
	blob_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(jpeg_tells_all_in_both_byte_orders_also_behind_large_segments),
		cmocka_unit_test(png_tells_all_before_and_behind_the_picture),
		cmocka_unit_test(webp_tells_all_at_its_end),
		cmocka_unit_test(tiff_tells_all_in_both_byte_orders),
		cmocka_unit_test(fuji_and_canon_raw_files_tell_all),
		cmocka_unit_test(olympus_raw_files_are_tiff_with_another_magic),
		cmocka_unit_test(heic_tells_all_through_libheif),
		cmocka_unit_test(files_without_exif_tell_their_size),
		cmocka_unit_test(exif_has_the_size_where_the_container_has_none),
		cmocka_unit_test(a_raw_file_is_as_large_as_its_largest_picture),
		cmocka_unit_test(movies_tell_their_size_turn_and_time),
		cmocka_unit_test(a_movie_whose_clock_was_never_set_has_no_time),
		cmocka_unit_test(what_is_no_media_file_tells_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
