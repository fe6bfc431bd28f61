/*
 * utf16_test.c - lengths in UTF-16 units.
 */
#include "config.h"

#include "media/utf16.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static size_t units(const char *text)
{
	return utf16_units(text, strlen(text));
}

static size_t clipped(const char *text, size_t limit)
{
	return utf16_clip(text, strlen(text), limit);
}

static void ascii_accents_and_kana_are_one_unit_each(void **state)
{
	(void)state;
	assert_int_equal(units(""), 0);
	assert_int_equal(units("IMG_1.jpg"), 9);
	assert_int_equal(units("modifi\u00e9"), 7);
	assert_int_equal(units("\u7de8\u96c6"), 2);
}

static void an_emoji_is_two_units(void **state)
{
	(void)state;
	assert_int_equal(units("\U0001F600"), 2);
	/* A family is four emoji and three joiners. */
	assert_int_equal(units("\U0001F468\u200d\U0001F469\u200d\U0001F467\u200d\U0001F466"), 11);
}

static void a_byte_that_is_no_utf8_is_one_unit(void **state)
{
	(void)state;
	assert_int_equal(units("a\xff\xfe"
			       "b"),
			 4);
	assert_int_equal(units("caf\xe9.jpg"), 8);
}

static void a_clip_never_cuts_a_character(void **state)
{
	const char *text = "ab\U0001F600"
			   "c";

	(void)state;
	assert_int_equal(clipped(text, 2), 2);
	assert_int_equal(clipped(text, 3), 2);
	assert_int_equal(clipped(text, 4), 6);
	assert_int_equal(clipped(text, 5), 7);
	assert_int_equal(clipped(text, 99), 7);
}

static void a_clipped_text_has_the_units_asked_for_or_one_less(void **state)
{
	char text[200] = "";

	(void)state;
	for (int i = 0; i < 20; i++)
		strcat(text, i % 3 == 0 ? "\U0001F680" : i % 3 == 1 ? "\u00e9" : "x");
	for (size_t limit = 0; limit <= units(text); limit++) {
		size_t left = utf16_units(text, clipped(text, limit));

		assert_in_range(left, limit == 0 ? 0 : limit - 1, limit);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ascii_accents_and_kana_are_one_unit_each),
		cmocka_unit_test(an_emoji_is_two_units),
		cmocka_unit_test(a_byte_that_is_no_utf8_is_one_unit),
		cmocka_unit_test(a_clip_never_cuts_a_character),
		cmocka_unit_test(a_clipped_text_has_the_units_asked_for_or_one_less),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
