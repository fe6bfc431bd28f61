/*
 * text_test.c - names are harmless, columns are exact, numbers are short.
 */
#include "config.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "base/text.h"

static void expect_sanitised(const char *bytes, const char *expected)
{
	char text[256];
	size_t length = text_sanitise(text, sizeof text, bytes, strlen(bytes));

	assert_string_equal(text, expected);
	assert_int_equal(length, strlen(expected));
}

static void printable_names_stay_as_they_are(void **state)
{
	(void)state;
	expect_sanitised("photo 1.jpg", "photo 1.jpg");
	expect_sanitised("Gr\xc3\xbc\xc3\x9f"
			 "e.jpg",
			 "Gr\xc3\xbc\xc3\x9f"
			 "e.jpg");
	expect_sanitised("\xe5\x86\x99\xe7\x9c\x9f.png", "\xe5\x86\x99\xe7\x9c\x9f.png");
	expect_sanitised("e\xcc\x81.png", "e\xcc\x81.png");
	expect_sanitised("\xf0\x9f\x93\xb7", "\xf0\x9f\x93\xb7");
}

static void escape_sequences_lose_their_escape(void **state)
{
	(void)state;
	expect_sanitised("\x1b[31mred\x1b[0m", "?[31mred?[0m");
	expect_sanitised("\x1b]0;title\x07", "?]0;title?");
	expect_sanitised("a\nb\tc\rd\x7f", "a?b?c?d?");
}

static void c1_controls_become_question_marks(void **state)
{
	(void)state;
	expect_sanitised("\xc2\x9b"
			 "31m",
			 "?31m");
	expect_sanitised("\xc2\x80\xc2\x85\xc2\x9f", "???");
	/* The same as raw bytes, as an 8-bit terminal would take them. */
	expect_sanitised("\x9b"
			 "31m",
			 "?31m");
}

static void marks_that_turn_the_direction_become_question_marks(void **state)
{
	static const unsigned marks[] = {0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066,
					 0x2067, 0x2068, 0x2069, 0x200e, 0x200f, 0x061c};

	(void)state;
	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
		unsigned point = marks[i];
		char name[8];

		if (point < 0x800)
			snprintf(name, sizeof name, "a%c%cb", (int)(0xc0 | point >> 6),
				 (int)(0x80 | (point & 0x3f)));
		else
			snprintf(name, sizeof name, "a%c%c%cb", (int)(0xe0 | point >> 12),
				 (int)(0x80 | (point >> 6 & 0x3f)), (int)(0x80 | (point & 0x3f)));
		expect_sanitised(name, "a?b");
	}
}

static void what_has_no_width_of_its_own_becomes_a_question_mark(void **state)
{
	(void)state;
	expect_sanitised("a\xe2\x80\x8b"
			 "b",
			 "a?b"); /* zero width space */
	expect_sanitised("a\xe2\x80\x8d"
			 "b",
			 "a?b"); /* joiner */
	expect_sanitised("a\xef\xbb\xbf"
			 "b",
			 "a?b"); /* byte order mark */
	expect_sanitised("a\xc2\xad"
			 "b",
			 "a?b"); /* soft hyphen */
	expect_sanitised("a\xe2\x80\xa8"
			 "b",
			 "a?b"); /* line separator */
	expect_sanitised("a\xf3\xa0\x81\x81"
			 "b",
			 "a?b"); /* tag */
}

static void bytes_that_are_no_utf8_become_one_question_mark_each(void **state)
{
	(void)state;
	expect_sanitised("a\xff\xfe"
			 "b",
			 "a??b");
	expect_sanitised("\xc0\xaf", "??");	      /* overlong slash */
	expect_sanitised("\xe0\x80\xaf", "???");      /* overlong, three bytes */
	expect_sanitised("\xf0\x80\x80\xaf", "????"); /* overlong, four bytes */
	expect_sanitised("\xed\xa0\x80", "???");      /* surrogate */
	expect_sanitised("\xf4\x90\x80\x80", "????"); /* beyond U+10FFFF */
	expect_sanitised("abc\xe5\x86", "abc??");     /* cut */
	expect_sanitised("\xc3(", "?(");	      /* second byte missing */
	expect_sanitised("\xef\xbf\xbf", "?");	      /* no character */
}

static void a_nul_in_the_bytes_is_shown(void **state)
{
	char text[16];

	(void)state;
	assert_int_equal(text_sanitise(text, sizeof text, "a\0b", 3), 3);
	assert_string_equal(text, "a?b");
}

static void a_small_buffer_cuts_between_characters(void **state)
{
	char text[5];

	(void)state;
	assert_int_equal(text_sanitise(text, sizeof text, "ab\xe5\x86\x99", 5), 2);
	assert_string_equal(text, "ab");
	assert_int_equal(text_sanitise(text, sizeof text, "a\xe5\x86\x99", 4), 4);
	assert_int_equal(text_sanitise(text, 1, "abc", 3), 0);
	assert_string_equal(text, "");
	assert_int_equal(text_sanitise(text, 0, "abc", 3), 0);
}

static void widths_count_wide_and_combining_characters(void **state)
{
	(void)state;
	assert_int_equal(text_width(""), 0);
	assert_int_equal(text_width("abc"), 3);
	assert_int_equal(text_width("e\xcc\x81x"), 2);
	assert_int_equal(text_width("\xe5\x86\x99\xe7\x9c\x9f"), 4);
}

static void expect_clip(const char *text, int columns, const char *expected)
{
	char out[64];

	text_clip(out, sizeof out, text, columns);
	assert_string_equal(out, expected);
}

static void expect_clip_left(const char *text, int columns, const char *expected)
{
	char out[64];

	text_clip_left(out, sizeof out, text, columns);
	assert_string_equal(out, expected);
}

static void clipped_text_takes_exactly_its_columns(void **state)
{
	(void)state;
	expect_clip("abc", 5, "abc  ");
	expect_clip("abcde", 5, "abcde");
	expect_clip("abcdef", 5, "abcd\xe2\x80\xa6");
	expect_clip("abcdef", 1, "\xe2\x80\xa6");
	expect_clip("abcdef", 0, "");
	expect_clip("", 2, "  ");
	/* A wide character that would straddle the border leaves a space. */
	expect_clip("\xe5\x86\x99\xe7\x9c\x9f\xe5\x86\x99", 4, "\xe5\x86\x99\xe2\x80\xa6 ");
	expect_clip("\xe5\x86\x99\xe7\x9c\x9f", 4, "\xe5\x86\x99\xe7\x9c\x9f");
	/* A mark goes with its letter. */
	expect_clip("e\xcc\x81"
		    "e\xcc\x81"
		    "e\xcc\x81",
		    2, "e\xcc\x81\xe2\x80\xa6");
}

static void paths_are_clipped_at_their_front(void **state)
{
	(void)state;
	expect_clip_left("a/b", 5, "a/b  ");
	expect_clip_left("2024/a17.png", 8,
			 "\xe2\x80\xa6"
			 "a17.png");
	expect_clip_left("abcdef", 1, "\xe2\x80\xa6");
	expect_clip_left("abcdef", 0, "");
	expect_clip_left("xx\xe5\x86\x99\xe7\x9c\x9f", 4, "\xe2\x80\xa6\xe7\x9c\x9f ");
	/* No mark may combine with the ellipsis. */
	expect_clip_left("abe\xcc\x81"
			 "cd",
			 3,
			 "\xe2\x80\xa6"
			 "cd");
}

static void a_small_buffer_never_overflows_and_cuts_between_characters(void **state)
{
	char out[4];

	(void)state;
	text_clip(out, sizeof out, "abcdef", 6);
	assert_string_equal(out, "abc");
	text_clip(out, sizeof out, "a\xe5\x86\x99", 6);
	assert_string_equal(out, "a  ");
	text_clip(out, 1, "abc", 3);
	assert_string_equal(out, "");
}

static void other_locales_get_ascii_only(void **state)
{
	char out[32], expected_locale[64];

	(void)state;
	snprintf(expected_locale, sizeof expected_locale, "%s", setlocale(LC_CTYPE, NULL));
	assert_non_null(setlocale(LC_CTYPE, "C"));
	text_clip(out, sizeof out, "gr\xc3\xbcn", 4);
	assert_string_equal(out, "gr?n");
	text_clip(out, sizeof out, "abcdef", 4);
	assert_string_equal(out, "abc~");
	text_clip_left(out, sizeof out, "abcdef", 4);
	assert_string_equal(out, "~def");
	assert_non_null(setlocale(LC_CTYPE, expected_locale));
}

static void bytes_are_shown_in_at_most_three_digits(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} cases[] = {{0, "0 B"},	   {999, "999 B"},
		     {1000, "1.0 kB"},	   {9949, "9.9 kB"},
		     {9950, "10 kB"},	   {812000, "812 kB"},
		     {999499, "999 kB"},   {999500, "1.0 MB"},
		     {61000000, "61 MB"},  {UINT64_C(1400000000), "1.4 GB"},
		     {UINT64_MAX, "18 EB"}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char text[16];

		text_bytes(text, sizeof text, cases[i].bytes);
		assert_string_equal(text, cases[i].text);
	}
}

static void ages_take_at_most_five_columns(void **state)
{
	static const struct {
		uint64_t ms;
		const char *text;
	} cases[] = {{0, "0ms"},
		     {9, "9ms"},
		     {10, "10ms"},
		     {41, "41ms"},
		     {999, "999ms"},
		     {1000, "1.0s"},
		     {4299, "4.2s"},
		     {59999, "59.9s"},
		     {60000, "1m00"},
		     {187000, "3m07"},
		     {3599999, "59m59"},
		     {3600000, "1h00"},
		     {8100000, "2h15"},
		     {86399999, "23h59"},
		     {86400000, "1d00"},
		     {8640000000, "100d"},
		     {8640000000000, "9999d"}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char text[16];

		text_age(text, sizeof text, cases[i].ms * 1000000);
		assert_string_equal(text, cases[i].text);
		assert_true(strlen(text) <= 5);
	}
	char text[16];
	text_age(text, sizeof text, 999999);
	assert_string_equal(text, "0.9ms");
}

static void elapsed_times_gain_hours_when_needed(void **state)
{
	char text[16];

	(void)state;
	text_elapsed(text, sizeof text, UINT64_C(12450000000));
	assert_string_equal(text, "00:12.4");
	text_elapsed(text, sizeof text, UINT64_C(3599990000000));
	assert_string_equal(text, "59:59.9");
	text_elapsed(text, sizeof text, UINT64_C(3729000000000));
	assert_string_equal(text, "1:02:09");
}

static void rates_take_at_most_five_columns(void **state)
{
	static const struct {
		double rate;
		const char *text;
	} cases[] = {{0, "0.00"},      {0.42, "0.42"}, {0.999, "1.0"}, {6.1, "6.1"},
		     {25.1, "25.1"},   {99.97, "100"}, {312, "312"},   {99999, "99999"},
		     {100000, "100k"}, {12e6, "12M"},  {-1, "-"}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char text[16];

		text_rate(text, sizeof text, cases[i].rate);
		assert_string_equal(text, cases[i].text);
	}
	for (double rate = 1e-3; rate < 1e13; rate *= 1.7) {
		char text[16];

		text_rate(text, sizeof text, rate);
		assert_true(strlen(text) <= 5);
	}
}

static void a_text_buffer_grows_as_it_must(void **state)
{
	struct textbuf buffer;

	(void)state;
	textbuf_init(&buffer);
	assert_string_equal(buffer.text, "");
	for (int i = 0; i < 1000; i++)
		textbuf_printf(&buffer, "%04d,", i);
	textbuf_append(&buffer, "end", 3);
	assert_int_equal(buffer.length, 5003);
	assert_int_equal(strlen(buffer.text), 5003);
	assert_string_equal(buffer.text + 4995, "0999,end");
	textbuf_free(&buffer);
}

static void expect_word(const char *word, const char *expected)
{
	struct textbuf buffer;

	textbuf_init(&buffer);
	textbuf_shell_word(&buffer, word);
	assert_string_equal(buffer.text, expected);
	textbuf_free(&buffer);
}

static void words_are_quoted_only_where_they_must_be(void **state)
{
	(void)state;
	expect_word("images", "images");
	expect_word("--max=1920x1920", "--max=1920x1920");
	expect_word("", "''");
	expect_word("my photos", "'my photos'");
	expect_word("~", "'~'");
	expect_word("it's", "'it'\\''s'");
	expect_word("a\nb\x1b'c", "$'a\\nb\\033\\'c'");
	expect_word("gr\xc3\xbcn", "'gr\xc3\xbcn'");
	expect_word("\xe2\x80\xae", "$'\\342\\200\\256'");
}

/* What bash makes of the word, as its printf prints it. */
static void expect_bash_reads_back(const char *word)
{
	struct textbuf command;
	char got[64];
	size_t length;
	FILE *pipe;

	textbuf_init(&command);
	textbuf_printf(&command, "exec bash -c 'printf %%s \"$1\"' - ");
	textbuf_shell_word(&command, word);
	setenv("COMMAND", command.text, 1);
	pipe = popen("exec bash -c \"$COMMAND\"", "r");
	assert_non_null(pipe);
	length = fread(got, 1, sizeof got - 1, pipe);
	got[length] = '\0';
	assert_int_equal(pclose(pipe), 0);
	assert_string_equal(got, word);
	textbuf_free(&command);
}

static void a_shell_reads_every_word_back(void **state)
{
	char all[256];

	(void)state;
	if (system("bash -c true >/dev/null 2>&1") != 0)
		skip();
	expect_bash_reads_back("it's a \"test\" $HOME `x` \\n *");
	expect_bash_reads_back("a\001"
			       "7\x1b[0m\t\n\\'\x7f");
	expect_bash_reads_back("\xff\xfe\xe2\x80\xae");
	for (int begin = 1; begin < 256; begin += 51) {
		for (int i = 0; i < 51; i++)
			all[i] = (char)(begin + i);
		all[51] = '\0';
		expect_bash_reads_back(all);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(printable_names_stay_as_they_are),
		cmocka_unit_test(escape_sequences_lose_their_escape),
		cmocka_unit_test(c1_controls_become_question_marks),
		cmocka_unit_test(marks_that_turn_the_direction_become_question_marks),
		cmocka_unit_test(what_has_no_width_of_its_own_becomes_a_question_mark),
		cmocka_unit_test(bytes_that_are_no_utf8_become_one_question_mark_each),
		cmocka_unit_test(a_nul_in_the_bytes_is_shown),
		cmocka_unit_test(a_small_buffer_cuts_between_characters),
		cmocka_unit_test(widths_count_wide_and_combining_characters),
		cmocka_unit_test(clipped_text_takes_exactly_its_columns),
		cmocka_unit_test(paths_are_clipped_at_their_front),
		cmocka_unit_test(a_small_buffer_never_overflows_and_cuts_between_characters),
		cmocka_unit_test(other_locales_get_ascii_only),
		cmocka_unit_test(bytes_are_shown_in_at_most_three_digits),
		cmocka_unit_test(ages_take_at_most_five_columns),
		cmocka_unit_test(elapsed_times_gain_hours_when_needed),
		cmocka_unit_test(rates_take_at_most_five_columns),
		cmocka_unit_test(a_text_buffer_grows_as_it_must),
		cmocka_unit_test(words_are_quoted_only_where_they_must_be),
		cmocka_unit_test(a_shell_reads_every_word_back),
	};

	if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
		return 77;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
