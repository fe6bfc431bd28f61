/*
 * exif_fields_test.c - which values of EXIF are believed.
 */
#include "config.h"

#include "media/exif_fields.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "media/exif_block.h"
#include "media_files.h"

static struct facts read_recipe(const struct exif_recipe *recipe)
{
	struct blob blob = make_exif_block(recipe);
	struct feed feed = {.fd = -1,
			    .size_bytes = blob.length,
			    .window = blob.bytes,
			    .window_bytes = blob.length};
	struct feed_part block = feed_whole(&feed);
	struct facts facts = {0};

	exif_block_read(&block, TIFF_PART_PAGE, &facts);
	blob_free(&blob);
	return facts;
}

static void times_are_seconds_of_the_clock_on_the_wall(void **state)
{
	static const struct {
		const char *text;
		int64_t seconds;
	} times[] = {
		{"1970:01:01 00:00:00", 0},	      {"1969:12:31 23:59:59", -1},
		{"2000:02:29 12:00:00", 951825600},   {"2021-07-04 12:30:05", 1625401805},
		{"1826:01:01 00:00:00", -4544208000}, {"2038:01:19 03:14:08", 2147483648},
	};
	int64_t seconds;

	(void)state;
	for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
		assert_true(exif_fields_time(times[i].text, &seconds));
		assert_int_equal(seconds, times[i].seconds);
	}
}

static void times_that_are_none_are_refused(void **state)
{
	static const char *const bad[] = {
		"",
		"0000:00:00 00:00:00",
		"    :  :     :  :  ",
		"2021:07:04 24:00:00",
		"2021:07:04 12:60:00",
		"2021:07:04 12:30:60",
		"2021:00:04 12:30:00",
		"2021:13:04 12:30:00",
		"2021:07:00 12:30:00",
		"2021:02:29 12:30:00",
		"1900:02:29 12:30:00",
		"2021:07:04",
		"2021:07:04 12:30:0",
		"2021:07:04 -1:30:00",
		"20x1:07:04 12:30:00",
	};
	int64_t seconds;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct exif_recipe recipe = full_recipe;
		struct facts facts;

		if (exif_fields_time(bad[i], &seconds))
			fail_msg("taken for a time: '%s'", bad[i]);
		recipe.taken = bad[i];
		facts = read_recipe(&recipe);
		assert_int_equal(facts.taken.source, FACTS_TIME_NONE);
		assert_false(facts.taken.has_utc);
		assert_string_equal(facts.taken.subsec, "");
		/* The other fields do not suffer. */
		assert_string_equal(facts.make, "Lumora");
		assert_true(facts.has_place);
	}
}

static void offsets_that_are_none_cost_only_the_utc(void **state)
{
	static const char *const bad[] = {"   :  ", "      ", "+5:30", "05:30 ", "+15:00",
					  "-12:01", "+05:60", "+0530", "Z"};
	int minutes;

	(void)state;
	assert_true(exif_fields_offset("+00:00", &minutes));
	assert_int_equal(minutes, 0);
	assert_true(exif_fields_offset("-03:30", &minutes));
	assert_int_equal(minutes, -210);
	assert_true(exif_fields_offset("+14:00", &minutes));
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct exif_recipe recipe = full_recipe;
		struct facts facts;

		recipe.offset = bad[i];
		facts = read_recipe(&recipe);
		if (facts.taken.has_offset || facts.taken.has_utc)
			fail_msg("taken for an offset: '%s'", bad[i]);
		assert_int_equal(facts.taken.local_s, 1625401805);
	}
}

static void decimals_of_the_second_are_digits(void **state)
{
	static const char *const texts[][2] = {
		{"5", "5"},
		{"083  ", "083"},
		{"   ", ""},
		{"1a", ""},
		{"1234567890123", "123456789"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct exif_recipe recipe = full_recipe;

		recipe.subsec = texts[i][0];
		assert_string_equal(read_recipe(&recipe).taken.subsec, texts[i][1]);
	}
}

static void references_turn_the_sign(void **state)
{
	static const struct {
		const char *latitude;
		const char *longitude;
		int signs[2];
	} kinds[] = {{"N", "E", {1, 1}},   {"N", "W", {1, -1}},	 {"S", "E", {-1, 1}},
		     {"S", "W", {-1, -1}}, {"s", "w", {-1, -1}}, {"North", "West", {1, -1}}};

	(void)state;
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		for (unsigned big = 0; big < 2; big++) {
			struct exif_recipe recipe = full_recipe;
			struct facts facts;

			recipe.big_endian = big;
			recipe.latitude_ref = kinds[i].latitude;
			recipe.longitude_ref = kinds[i].longitude;
			facts = read_recipe(&recipe);
			assert_true(facts.has_place);
			assert_int_equal(facts.latitude * kinds[i].signs[0], 33);
			assert_int_equal(facts.longitude * kinds[i].signs[1], 70);
		}
}

static void a_place_without_a_hemisphere_is_none(void **state)
{
	static const char *const bad[] = {NULL, "", " ", "X", "E"};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct exif_recipe recipe = full_recipe;
		struct facts facts;

		recipe.latitude_ref = bad[i];
		facts = read_recipe(&recipe);
		assert_false(facts.has_place);
		assert_false(facts.has_altitude);
		assert_string_not_equal(facts.note, "");
	}
}

static void a_place_is_missing_only_when_both_numbers_are_0(void **state)
{
	struct exif_recipe recipe = full_recipe;
	struct facts facts;

	(void)state;
	memset(recipe.latitude, 0, sizeof recipe.latitude);
	recipe.latitude[1] = recipe.latitude[3] = recipe.latitude[5] = 1;
	facts = read_recipe(&recipe);
	assert_true(facts.has_place);
	assert_true(facts.latitude == 0);
	memcpy(recipe.longitude, recipe.latitude, sizeof recipe.longitude);
	facts = read_recipe(&recipe);
	assert_false(facts.has_place);
	/* That is no damage, but what devices write that do not know. */
	assert_string_equal(facts.note, "");
}

static void a_place_beyond_the_earth_or_divided_by_0_is_none(void **state)
{
	struct exif_recipe recipe = full_recipe;

	(void)state;
	recipe.latitude[0] = 91;
	assert_false(read_recipe(&recipe).has_place);
	recipe = full_recipe;
	recipe.longitude[0] = 181;
	assert_false(read_recipe(&recipe).has_place);
	recipe = full_recipe;
	recipe.latitude[1] = 0;
	assert_false(read_recipe(&recipe).has_place);
	recipe = full_recipe;
	recipe.latitude[5] = 0;
	assert_false(read_recipe(&recipe).has_place);
	/* Seconds that are left out are 0/0 with some. */
	recipe.latitude[4] = 0;
	assert_true(read_recipe(&recipe).has_place);
}

static void altitudes_below_the_sea_are_negative(void **state)
{
	struct exif_recipe recipe = full_recipe;

	(void)state;
	recipe.altitude_ref = 1;
	assert_true(fabs(read_recipe(&recipe).altitude_m + 520.3) < 1e-9);
	recipe.altitude = false;
	assert_false(read_recipe(&recipe).has_altitude);
	assert_true(read_recipe(&recipe).has_place);
}

static void orientations_that_do_not_exist_are_absent(void **state)
{
	(void)state;
	for (unsigned orientation = 0; orientation < 12; orientation++) {
		struct exif_recipe recipe = full_recipe;

		recipe.orientation = orientation;
		assert_int_equal(read_recipe(&recipe).orientation,
				 orientation <= 8 ? orientation : 0);
	}
}

static void names_are_trimmed_and_made_harmless(void **state)
{
	struct exif_recipe recipe = full_recipe;
	struct facts facts;

	(void)state;
	recipe.make = "  NIKON CORPORATION   ";
	recipe.model = "\x1b[31mevil\x07 \xff";
	facts = read_recipe(&recipe);
	assert_string_equal(facts.make, "NIKON CORPORATION");
	assert_null(strchr(facts.model, '\x1b'));
	assert_null(strchr(facts.model, '\xff'));
	assert_non_null(strstr(facts.model, "evil"));
}

static void maker_notes_of_any_size_are_passed_over(void **state)
{
	struct exif_recipe recipe = full_recipe;

	(void)state;
	recipe.maker_note_bytes = 60000;
	assert_int_equal(read_recipe(&recipe).taken.local_s, 1625401805);
}

static void nothing_is_added_to_what_a_structure_lacks(void **state)
{
	static const struct facts nothing;
	struct exif_recipe recipe = {.make = ""};
	struct facts facts = read_recipe(&recipe);

	(void)state;
	assert_memory_equal(&facts, &nothing, sizeof facts);
}

static void times_as_text_are_sorted_like_times(void **state)
{
	char text[FACTS_TIME_BYTES];

	(void)state;
	facts_time_text(1625401805, text);
	assert_string_equal(text, "2021-07-04 12:30:05");
	facts_time_text(-62135596800, text);
	assert_string_equal(text, "0001-01-01 00:00:00");
	facts_time_text(253402300799, text);
	assert_string_equal(text, "9999-12-31 23:59:59");
	facts_time_text(INT64_MAX, text);
	assert_int_equal(strlen(text), 19);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_seconds_of_the_clock_on_the_wall),
		cmocka_unit_test(times_that_are_none_are_refused),
		cmocka_unit_test(offsets_that_are_none_cost_only_the_utc),
		cmocka_unit_test(decimals_of_the_second_are_digits),
		cmocka_unit_test(references_turn_the_sign),
		cmocka_unit_test(a_place_without_a_hemisphere_is_none),
		cmocka_unit_test(a_place_is_missing_only_when_both_numbers_are_0),
		cmocka_unit_test(a_place_beyond_the_earth_or_divided_by_0_is_none),
		cmocka_unit_test(altitudes_below_the_sea_are_negative),
		cmocka_unit_test(orientations_that_do_not_exist_are_absent),
		cmocka_unit_test(names_are_trimmed_and_made_harmless),
		cmocka_unit_test(maker_notes_of_any_size_are_passed_over),
		cmocka_unit_test(nothing_is_added_to_what_a_structure_lacks),
		cmocka_unit_test(times_as_text_are_sorted_like_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
