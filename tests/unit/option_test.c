/*
 * option_test.c - option tables parse, refuse with a reason, and format what they parse.
 */
#include "config.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/option.h"

struct values {
	bool verbose;
	int64_t count;
	int64_t offset;
	uint64_t memory;
	double delay;
	char *output;
	char *title;
	int mode;
	struct option_size max;
	struct option_size thumb;
};

static const char *const modes[] = {"keep", "srgb", "drop", NULL};

#define AT(field) .offset = offsetof(struct values, field)

static const struct option_spec specs[] = {
	{.name = "verbose", .letter = 'v', .kind = OPTION_FLAG, AT(verbose)},
	{.name = "count",
	 .letter = 'n',
	 .kind = OPTION_INT,
	 .argument = "N",
	 .initial = "8",
	 .minimum = 1,
	 .maximum = 100,
	 AT(count)},
	{.name = "offset", .kind = OPTION_INT, .argument = "N", .minimum = -10, AT(offset)},
	{.name = "memory",
	 .kind = OPTION_BYTES,
	 .argument = "BYTES",
	 .initial = "512M",
	 .minimum = 1024,
	 .maximum = INT64_C(1) << 40,
	 AT(memory)},
	{.name = "delay", .kind = OPTION_SECONDS, .argument = "S", .initial = "0.5", AT(delay)},
	{.name = "output", .letter = 'o', .kind = OPTION_TEXT, .argument = "DIR", AT(output)},
	{.name = "title", .kind = OPTION_TEXT, .argument = "TEXT", .initial = "run", AT(title)},
	{.name = "mode",
	 .kind = OPTION_CHOICE,
	 .argument = "MODE",
	 .initial = "srgb",
	 .choices = modes,
	 AT(mode)},
	{.name = "max",
	 .kind = OPTION_SIZE,
	 .argument = "WxH",
	 .initial = "1920x1080",
	 .maximum = 65535,
	 AT(max)},
	{.name = "thumb", .kind = OPTION_SIZE, .argument = "WxH", .maximum = 4096, AT(thumb)},
};
enum { COUNT = sizeof specs / sizeof specs[0] };

static int setup(void **state)
{
	struct values *values = mem_calloc(1, sizeof *values);

	option_defaults(specs, COUNT, values);
	*state = values;
	return 0;
}

static int teardown(void **state)
{
	option_release(specs, COUNT, *state);
	free(*state);
	return 0;
}

static const struct option_spec *spec(const char *name)
{
	const struct option_spec *found = option_find(specs, COUNT, name, strlen(name));

	assert_non_null(found);
	return found;
}

static void parse(struct values *values, const char *name, const char *text)
{
	struct err err = {0};

	if (option_parse(spec(name), text, values, &err) != 0)
		fail_msg("%s", err.text);
}

static void refused(struct values *values, const char *name, const char *text, const char *sentence)
{
	struct err err = {0};

	assert_int_equal(option_parse(spec(name), text, values, &err), -1);
	assert_int_equal(err.kind, ERR_PERMANENT);
	assert_string_equal(err.text, sentence);
}

static void expect_format(struct values *values, const char *name, const char *expected)
{
	char text[64];
	size_t length = option_format(spec(name), values, text, sizeof text);

	assert_string_equal(text, expected);
	assert_int_equal(length, strlen(expected));
}

static void defaults_are_those_of_the_table(void **state)
{
	struct values *values = *state;

	assert_false(values->verbose);
	assert_int_equal(values->count, 8);
	assert_int_equal(values->offset, 0);
	assert_int_equal(values->memory, 512 << 20);
	assert_true(values->delay == 0.5);
	assert_null(values->output);
	assert_string_equal(values->title, "run");
	assert_int_equal(values->mode, 1);
	assert_int_equal(values->max.width_px, 1920);
	assert_int_equal(values->max.height_px, 1080);
	assert_int_equal(values->thumb.width_px, 0);
	for (size_t i = 0; i < COUNT; i++)
		assert_false(option_is_set(&specs[i], values));
}

static void values_of_every_kind_are_read(void **state)
{
	struct values *values = *state;

	parse(values, "verbose", NULL);
	assert_true(values->verbose);
	parse(values, "verbose", "no");
	assert_false(values->verbose);
	parse(values, "count", "100");
	assert_int_equal(values->count, 100);
	parse(values, "offset", "-10");
	assert_int_equal(values->offset, -10);
	parse(values, "memory", "3G");
	assert_int_equal(values->memory, UINT64_C(3) << 30);
	parse(values, "memory", "1500");
	assert_int_equal(values->memory, 1500);
	parse(values, "delay", "0.3");
	assert_true(values->delay == 0.3);
	parse(values, "delay", ".25");
	assert_true(values->delay == 0.25);
	parse(values, "delay", "12");
	assert_true(values->delay == 12);
	parse(values, "output", "a b");
	parse(values, "output", "c");
	assert_string_equal(values->output, "c");
	parse(values, "mode", "drop");
	assert_int_equal(values->mode, 2);
	parse(values, "max", "640x480");
	assert_int_equal(values->max.width_px, 640);
	assert_int_equal(values->max.height_px, 480);
	parse(values, "thumb", "96");
	assert_int_equal(values->thumb.width_px, 96);
	assert_int_equal(values->thumb.height_px, 96);
}

static void errors_name_the_option_the_text_and_what_is_allowed(void **state)
{
	struct values *values = *state;

	refused(values, "count", "0",
		"--count: \"0\" cannot be used; allowed: a whole number from 1 to 100");
	refused(values, "count", "101",
		"--count: \"101\" cannot be used; allowed: a whole number from 1 to 100");
	refused(values, "offset", "-11",
		"--offset: \"-11\" cannot be used; allowed: a whole number from -10");
	refused(values, "mode", "sRGB",
		"--mode: \"sRGB\" cannot be used; allowed: keep, srgb or drop");
	refused(values, "memory", "1X",
		"--memory: \"1X\" cannot be used; allowed: a number of bytes from 1k to 1T, "
		"with k, M, G or T behind it if you like");
	refused(values, "delay", "1,5",
		"--delay: \"1,5\" cannot be used; allowed: a number of seconds, as 2 or 0.5");
	refused(values, "max", "0x5",
		"--max: \"0x5\" cannot be used; allowed: WIDTHxHEIGHT or one number for a "
		"square, each from 1 to 65535");
	refused(values, "verbose", "maybe",
		"--verbose: \"maybe\" cannot be used; allowed: yes or no");
	refused(values, "output", NULL, "--output: needs a value (DIR)");
	refused(values, "mode", "\x1b[2J",
		"--mode: \"?[2J\" cannot be used; allowed: keep, "
		"srgb or drop");
}

static void a_refused_text_leaves_the_value_alone(void **state)
{
	struct values *values = *state;
	static const char *const bad[] = {"",	 "x",	"1x",	"1 ",  " 1",
					  "+1",	 "1e2", "0x10", "--1", "99999999999999999999",
					  "-0x1"};
	struct err err;

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		assert_int_equal(option_parse(spec("count"), bad[i], values, &err), -1);
		assert_int_equal(option_parse(spec("delay"), bad[i], values, &err), -1);
		assert_int_equal(option_parse(spec("mode"), bad[i], values, &err), -1);
	}
	assert_int_equal(option_parse(spec("memory"), "9000000T", values, &err), -1);
	assert_int_equal(option_parse(spec("memory"), "2T", values, &err), -1);
	assert_int_equal(option_parse(spec("delay"), ".", values, &err), -1);
	assert_int_equal(option_parse(spec("delay"), "1000000001", values, &err), -1);
	assert_int_equal(option_parse(spec("max"), "640x", values, &err), -1);
	assert_int_equal(option_parse(spec("max"), "640x480x1", values, &err), -1);
	assert_int_equal(option_parse(spec("max"), "70000", values, &err), -1);
	for (size_t i = 0; i < COUNT; i++)
		assert_false(option_is_set(&specs[i], values));
}

static void what_is_formatted_is_read_back(void **state)
{
	static const char *const texts[][2] = {
		{"verbose", "yes"}, {"count", "17"},	 {"offset", "-3"},   {"memory", "3G"},
		{"memory", "1025"}, {"memory", "1536k"}, {"delay", "0.007"}, {"delay", "3"},
		{"delay", "1000"},  {"output", "a b"},	 {"mode", "keep"},   {"max", "1x2"},
		{"thumb", "96x96"}, {"title", ""},
	};
	struct values *values = *state;

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		parse(values, texts[i][0], texts[i][1]);
		expect_format(values, texts[i][0], texts[i][1]);
		assert_true(option_is_set(spec(texts[i][0]), values));
	}
}

static void options_that_were_not_given_are_empty_and_can_be_emptied(void **state)
{
	struct values *values = *state;

	expect_format(values, "output", "");
	expect_format(values, "thumb", "");
	parse(values, "thumb", "12");
	parse(values, "thumb", "");
	assert_false(option_is_set(spec("thumb"), values));
	parse(values, "output", "x");
	parse(values, "output", "");
	assert_null(values->output);
}

static void a_decimal_comma_in_the_locale_changes_nothing(void **state)
{
	struct values *values = *state;
	const char *found = NULL;
	static const char *const locales[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8"};

	for (size_t i = 0; i < 3 && found == NULL; i++)
		found = setlocale(LC_NUMERIC, locales[i]);
	parse(values, "delay", "0.125");
	assert_true(values->delay == 0.125);
	setlocale(LC_NUMERIC, "C");
	if (found == NULL)
		skip();
}

static void options_are_found_by_name_and_letter(void **state)
{
	(void)state;
	assert_ptr_equal(option_find(specs, COUNT, "count=5", 5), &specs[1]);
	assert_null(option_find(specs, COUNT, "coun", 4));
	assert_null(option_find(specs, COUNT, "counts", 6));
	assert_ptr_equal(option_find_letter(specs, COUNT, 'o'), &specs[5]);
	assert_null(option_find_letter(specs, COUNT, '\0'));
	assert_null(option_find_letter(specs, COUNT, 'x'));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_those_of_the_table),
		cmocka_unit_test(values_of_every_kind_are_read),
		cmocka_unit_test(errors_name_the_option_the_text_and_what_is_allowed),
		cmocka_unit_test(a_refused_text_leaves_the_value_alone),
		cmocka_unit_test(what_is_formatted_is_read_back),
		cmocka_unit_test(options_that_were_not_given_are_empty_and_can_be_emptied),
		cmocka_unit_test(a_decimal_comma_in_the_locale_changes_nothing),
		cmocka_unit_test(options_are_found_by_name_and_letter),
	};
	struct CMUnitTest framed[sizeof tests / sizeof tests[0]];

	for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
		framed[i] = tests[i];
		framed[i].setup_func = setup;
		framed[i].teardown_func = teardown;
	}
	return cmocka_run_group_tests(framed, NULL, NULL);
}
