/*
 * shell_words_test.c - a field of several words is cut as a shell cuts it.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "options.h"
#include "shell_words.h"

/* words: what is expected, each closed by '|'. */
static void expect_words(const char *text, const char *expected)
{
	size_t count;
	char **words = shell_words_split(text, &count);
	char joined[256] = "";

	assert_non_null(words);
	assert_null(words[count]);
	for (size_t i = 0; i < count; i++) {
		strcat(joined, words[i]);
		strcat(joined, "|");
	}
	assert_string_equal(joined, expected);
	options_arguments_free(words);
}

static void words_are_cut_at_blanks(void **state)
{
	(void)state;
	expect_words("", "");
	expect_words("  \t ", "");
	expect_words("a", "a|");
	expect_words(" photos/2024  photos/2025 ", "photos/2024|photos/2025|");
}

static void quotes_keep_blanks(void **state)
{
	(void)state;
	expect_words("'my photos' b", "my photos|b|");
	expect_words("my\\ photos", "my photos|");
	expect_words("\"it's\" 'say \"x\"'", "it's|say \"x\"|");
	expect_words("a'b c'd", "ab cd|");
	expect_words("''", "|");
	expect_words("\"a\\\"b\"", "a\"b|");
	expect_words("$'a\\nb\\033\\'c\\0017'", "a\nb\033'c\0017|");
	expect_words("$HOME/x", "$HOME/x|");
	expect_words("a\\", "a\\|");
}

static void a_tilde_at_the_start_is_the_home_folder(void **state)
{
	(void)state;
	setenv("HOME", "/home/me", 1);
	expect_words("~/photos ~ a~ ~b '~'", "/home/me/photos|/home/me|a~|~b|~|");
}

static void an_open_quote_is_refused(void **state)
{
	static const char *const open[] = {"'", "a 'b", "\"a", "$'a\\'", "b $'"};
	size_t count = 7;

	(void)state;
	for (size_t i = 0; i < sizeof open / sizeof open[0]; i++) {
		assert_null(shell_words_split(open[i], &count));
		assert_int_equal(count, 0);
	}
}

static void what_is_joined_is_cut_the_same(void **state)
{
	static char *const hard[] = {"",
				     "a b",
				     "it's",
				     "x\ny",
				     "\x1b[31m",
				     "\xff\xfe",
				     "~x",
				     "$HOME",
				     "\\",
				     "\"",
				     "\xe2\x80\xae"
				     "1",
				     "-x"};
	const size_t total = sizeof hard / sizeof hard[0];
	char *line = shell_words_join(hard, total), **words;
	size_t count;

	(void)state;
	words = shell_words_split(line, &count);
	assert_non_null(words);
	assert_int_equal(count, total);
	for (size_t i = 0; i < total; i++)
		assert_string_equal(words[i], hard[i]);
	options_arguments_free(words);
	free(line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_cut_at_blanks),
		cmocka_unit_test(quotes_keep_blanks),
		cmocka_unit_test(a_tilde_at_the_start_is_the_home_folder),
		cmocka_unit_test(an_open_quote_is_refused),
		cmocka_unit_test(what_is_joined_is_cut_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
