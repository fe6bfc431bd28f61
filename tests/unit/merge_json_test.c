/*
 * merge_json_test.c - records are checked as strictly as RFC 8259 asks, fields are found, keys and
 * times compare as they should.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/mem.h"
#include "workload/merge_json.h"
#include "workload/merge_value.h"

static int scan(struct merge_scan *scan, const char *text)
{
	const unsigned char *bytes = (const unsigned char *)text;

	scan->names[0] = "id";
	scan->names[1] = "t";
	return merge_json_scan(scan, bytes, bytes + strlen(text));
}

static void good_records_are_good(void **state)
{
	static const char *const good[] = {
		"{}",
		" { } ",
		"{\"a\":1}",
		"{\"\":\"\"}",
		"\t{\"a\" : [ ] , \"b\":{ }\r}",
		"{\"a\":[1,-0,0.5,-1.25e10,1E-2,3e+7,true,false,null,\"x\"]}",
		"{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00\\ud800\"}",
		"{\"a\":{\"b\":{\"c\":[[[[{}]]]]}},\"d\":0}",
		"{\"a\":\"a text of more than sixteen bytes, with é, 佐 and 😀 in it\"}",
		NULL};
	struct merge_scan found;

	(void)state;
	for (size_t i = 0; good[i] != NULL; i++) {
		if (scan(&found, good[i]) != 0)
			fail_msg("%s: %s", good[i], found.why);
	}
}

static void broken_records_say_where_and_why(void **state)
{
	static const struct {
		const char *text;
		size_t at;
		const char *why;
	} bad[] = {
		{"", 0, "a record must be an object"},
		{"[1]", 0, "a record must be an object"},
		{"\"a\"", 0, "a record must be an object"},
		{"{", 1, "a field's name was expected"},
		{"{\"a\"}", 4, "a colon was expected"},
		{"{\"a\":}", 5, "a value was expected"},
		{"{\"a\":1,}", 7, "a field's name was expected"},
		{"{\"a\":1 \"b\":2}", 7, "a comma or } was expected"},
		{"{\"a\":[1 2]}", 8, "a comma or ] was expected"},
		{"{\"a\":[1,]}", 8, "a value was expected"},
		{"{\"a\":[1}", 7, "a comma or ] was expected"},
		{"{\"a\":tru}", 5, "a value was expected"},
		{"{\"a\":01}", 5, "a number begins with a zero"},
		{"{\"a\":1.}", 7, "a number lacks a digit"},
		{"{\"a\":-}", 6, "a number lacks a digit"},
		{"{\"a\":1e+}", 8, "a number lacks a digit"},
		{"{\"a\":.5}", 5, "a value was expected"},
		{"{\"a\":+5}", 5, "a value was expected"},
		{"{\"a\":\"x}", 8, "a string is not closed"},
		{"{\"a\":\"x\n\"}", 7, "a control character in a string"},
		{"{\"a\":\"\\x\"}", 6, "there is no such escape"},
		{"{\"a\":\"\\u12g4\"}", 6, "\\u needs four hexadecimal digits"},
		{"{\"a\":\"\xc3(\"}", 6, "a string is not UTF-8"},
		{"{\"a\":\"\xc0\x80\"}", 6, "a string is not UTF-8"},
		{"{\"a\":\"\xed\xa0\x80\"}", 6, "a string is not UTF-8"},
		{"{\"a\":\"\xf4\x90\x80\x80\"}", 6, "a string is not UTF-8"},
		{"{\"a\":\"\xe2\x82\"}", 6, "a string is not UTF-8"},
		{"{\"a\":1", 6, "a comma or } was expected"},
		{"{\"a\":", 5, "it ends in the middle"},
	};
	struct merge_scan found;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		const unsigned char *start = (const unsigned char *)bad[i].text;

		if (scan(&found, bad[i].text) != -1)
			fail_msg("%s was taken for good", bad[i].text);
		if ((size_t)(found.end - start) != bad[i].at || strcmp(found.why, bad[i].why) != 0)
			fail_msg("%s: %zu, %s", bad[i].text, (size_t)(found.end - start),
				 found.why);
	}
}

/* Every byte of a record replaced by each of these, left out or doubled: jansson, which builds the
 * whole of it, must be of the same opinion. */
static void changed_bytes_are_judged_as_by_jansson(void **state)
{
	static const char record[] =
		" {\"id\": 12, \"t\":\"2024-01-01T00:00:00Z\", \"n\":-0.50,"
		"\"list\":[true,false,null,[],{}],\"ö\":\"\\n€ \\\\\",\"x\":{\"y\":[{}]}}";
	static const char bytes[] = "\"\\{}[],:0-.truenx \t\n\x01\x7f\x80\xc3\xff";
	char changed[sizeof record + 1];
	unsigned good = 0;

	(void)state;
	for (size_t at = 0; at + 1 < sizeof record; at++) {
		for (size_t b = 0; b < sizeof bytes + 1; b++) {
			struct merge_scan found;
			json_t *tree;
			bool accepted;

			memcpy(changed, record, sizeof record);
			if (b < sizeof bytes - 1)
				changed[at] = bytes[b];
			else if (b == sizeof bytes - 1)
				memmove(changed + at, record + at + 1, sizeof record - at - 1);
			else
				memmove(changed + at + 1, record + at, sizeof record - at);
			accepted = scan(&found, changed) == 0 &&
				   merge_json_blanks(found.end,
						     (unsigned char *)strchr(changed, '\0')) ==
					   (unsigned char *)strchr(changed, '\0');
			tree = json_loads(changed, 0, NULL);
			if (accepted != (json_is_object(tree)))
				fail_msg("jansson %s, we do not: %s",
					 tree != NULL ? "takes it" : "refuses it", changed);
			good += accepted;
			json_decref(tree);
		}
	}
	assert_in_range(good, 100, 2000); /* some of both */
}

static void depth_has_a_bound_and_costs_no_stack(void **state)
{
	char *text = mem_calloc(1, 4 * MERGE_JSON_DEPTH);
	size_t used = (size_t)sprintf(text, "{\"a\":");
	struct merge_scan found;

	(void)state;
	memset(text + used, '[', MERGE_JSON_DEPTH - 1);
	memset(text + used + MERGE_JSON_DEPTH - 1, ']', MERGE_JSON_DEPTH - 1);
	text[used + 2 * (MERGE_JSON_DEPTH - 1)] = '}';
	assert_int_equal(scan(&found, text), 0);
	memset(text + used, '[', MERGE_JSON_DEPTH);
	assert_int_equal(scan(&found, text), -1);
	assert_string_equal(found.why, "it is nested too deep");
	free(text);
}

static void expect_field(const struct merge_span *field, const char *expected)
{
	if (expected == NULL) {
		assert_null(field->start);
		return;
	}
	assert_non_null(field->start);
	assert_int_equal(field->length, strlen(expected));
	assert_memory_equal(field->start, expected, field->length);
}

static void fields_of_the_record_itself_are_found(void **state)
{
	static const struct {
		const char *text, *id, *time;
	} records[] = {
		{"{\"id\":7,\"t\":\"x\"}", "7", "\"x\""},
		{"{\"t\": -1.5 , \"id\" : \"a\\\"b\" }", "\"a\\\"b\"", "-1.5"},
		{"{\"x\":{\"id\":1,\"t\":2},\"y\":[{\"id\":3}]}", NULL, NULL},
		{"{\"x\":{\"id\":1},\"id\":2,\"y\":[{\"t\":3}]}", "2", NULL},
		{"{\"id\":1,\"id\":{\"t\":[1]},\"t\":[{}]}", "{\"t\":[1]}", "[{}]"},
		{"{\"\\u0069d\":5,\"idd\":6,\"i\":7}", "5", NULL},
		{"{\"id\":null,\"t\":{}}", "null", "{}"},
	};
	struct merge_scan found;

	(void)state;
	for (size_t i = 0; i < sizeof records / sizeof records[0]; i++) {
		assert_int_equal(scan(&found, records[i].text), 0);
		expect_field(&found.fields[0], records[i].id);
		expect_field(&found.fields[1], records[i].time);
	}
}

static void an_element_ends_by_strings_and_brackets(void **state)
{
	static const struct {
		const char *text;
		int end; /* -1: none */
	} elements[] = {
		{"1,2", 1},
		{"{\"a\":\"}],\"},3", 11},
		{"[[],{}]]", 7},
		{"\"\\\",\",", 5},
		{",", 0},
		{"]", 0},
		{"{]}", -1},
		{"}", -1},
		{"{\"a\n\":1},", -1},
		{"{\"a\":1}", -1},
		{"\"x", -1},
		{"tru x,", 5},
	};

	(void)state;
	for (size_t i = 0; i < sizeof elements / sizeof elements[0]; i++) {
		const unsigned char *start = (const unsigned char *)elements[i].text;
		const unsigned char *end =
			merge_json_element(start, start + strlen(elements[i].text));

		assert_int_equal(end != NULL ? (int)(end - start) : -1, elements[i].end);
	}
}

/* ---- keys -------------------------------------------------------------------------------------
 */

static bool same_key(const char *one, const char *other)
{
	const char *texts[] = {one, other};
	unsigned char keys[2][256];
	size_t lengths[2];

	for (int i = 0; i < 2; i++) {
		struct merge_span span = {(const unsigned char *)texts[i], strlen(texts[i])};

		assert_null(merge_key_read(&span, keys[i], &lengths[i]));
		assert_in_range(lengths[i], 1, span.length + 32);
	}
	return lengths[0] == lengths[1] && memcmp(keys[0], keys[1], lengths[0]) == 0;
}

static void equal_keys_are_equal_however_they_are_written(void **state)
{
	static const char *const same[][2] = {
		{"1", "1.0"},
		{"1", "10e-1"},
		{"-0", "0.00e7"},
		{"120", "1.2E2"},
		{"0.0012", "12e-4"},
		{"-5", "-5.000"},
		{"\"A\"", "\"\\u0041\""},
		{"\"é\"", "\"\\u00E9\""},
		{"\"/\"", "\"\\/\""},
		{"\"😀\"", "\"\\ud83d\\ude00\""},
		{"123456789012345678901234567890", "1.2345678901234567890123456789e29"}};
	static const char *const other[][2] = {
		{"1", "\"1\""},
		{"1", "-1"},
		{"1", "10"},
		{"0.1", "0.01"},
		{"\"a\"", "\"A\""},
		{"\"\"", "0"},
		{"\"a\"", "\"a \""},
		{"12", "1.2"},
		{"123456789012345678901234567890", "123456789012345678901234567891"},
		{"\"\\ud83d\"", "\"\\ude00\""}};

	(void)state;
	for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
		if (!same_key(same[i][0], same[i][1]))
			fail_msg("%s is not %s", same[i][0], same[i][1]);
	}
	for (size_t i = 0; i < sizeof other / sizeof other[0]; i++) {
		if (same_key(other[i][0], other[i][1]))
			fail_msg("%s is %s", other[i][0], other[i][1]);
	}
}

static void only_texts_and_numbers_are_keys_or_times(void **state)
{
	static const char *const values[] = {"null", "true", "{}", "[1]"};
	unsigned char key[64];
	struct merge_time time;
	size_t length;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct merge_span span = {(const unsigned char *)values[i], strlen(values[i])};

		assert_string_equal(merge_key_read(&span, key, &length),
				    "its key is neither a text nor a number");
		assert_string_equal(merge_time_read(&span, &time),
				    "its time is neither a text nor a number");
	}
}

/* ---- times ------------------------------------------------------------------------------------
 */

static struct merge_time time_of(const char *text)
{
	struct merge_span span = {(const unsigned char *)text, strlen(text)};
	struct merge_time time;
	const char *why = merge_time_read(&span, &time);

	if (why != NULL)
		fail_msg("%s: %s", text, why);
	return time;
}

static void times_are_in_order(void **state)
{
	static const char *const rising[] = {"-1e30",
					     "-1.5",
					     "-1.4",
					     "-1e-19",
					     "1e-18",
					     "0.5",
					     "\"1970-01-01T00:00:01\"",
					     "1.25",
					     "2",
					     "86399.9",
					     "\"1970-01-02\"",
					     "\"1970-01-02T00:00:00.000000001Z\"",
					     "\"1999-12-31T23:59:59Z\"",
					     "\"2000-01-01T00:00:00.5+00:00\"",
					     "\"2000-02-29 12:00\"",
					     "\"2000-03-01\"",
					     "1700000000",
					     "\"2024-01-01T00:30:00+01:00\"",
					     "\"2023-12-31T23:45:00Z\"",
					     "\"2023-12-31T19:00:00-05\"",
					     "\"20240101T000001Z\"",
					     "1e11",
					     "1700000000123",
					     "1700000000123456788",
					     "1700000000123456789",
					     "8e18"};

	(void)state;
	for (size_t i = 0; i + 1 < sizeof rising / sizeof rising[0]; i++) {
		struct merge_time one = time_of(rising[i]), other = time_of(rising[i + 1]);

		if (merge_time_compare(&one, &other) >= 0)
			fail_msg("%s is not before %s", rising[i], rising[i + 1]);
		assert_true(merge_time_compare(&other, &one) > 0);
	}
}

static void equal_times_are_equal_however_they_are_written(void **state)
{
	static const char *const same[][2] = {
		{"\"1970-01-01\"", "0"},
		{"\"1970-01-01T00:00:01.5Z\"", "1.5"},
		{"\"1969-12-31T23:59:59.25Z\"", "-0.75"},
		{"\"2024-02-29T12:30:00+05:30\"", "\"2024-02-29T07:00:00Z\""},
		{"\"2024-02-29T24:00\"", "\"2024-03-01\""},
		{"\"2016-12-31T23:59:60Z\"", "\"2017-01-01T00:00:00Z\""},
		{"\"2001-09-09T01:46:40Z\"", "1000000000"},
		{"\"2001-09-09t01:46:40z\"", "1e9"},
		{"\"0001-01-01\"", "-62135596800"},
		{"\"9999-12-31T23:59:59Z\"", "253402300799"},
		{"1e30", "1e31"},
		{"0", "-0.0"}};

	(void)state;
	for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
		struct merge_time one = time_of(same[i][0]), other = time_of(same[i][1]);

		if (merge_time_compare(&one, &other) != 0)
			fail_msg("%s is not %s", same[i][0], same[i][1]);
	}
}

static void other_texts_are_no_times(void **state)
{
	static const char *const texts[] = {"\"\"",
					    "\"yesterday\"",
					    "\"2024\"",
					    "\"2024-13-01\"",
					    "\"2023-02-29\"",
					    "\"2024-01-32\"",
					    "\"2024-01-01T25:00\"",
					    "\"2024-01-01T12\"",
					    "\"2024-01-01T12:60\"",
					    "\"2024-01-01T12:00:61\"",
					    "\"2024-01-01T12:00:00.\"",
					    "\"2024-01-01T12:00:00X\"",
					    "\"2024-01-01T12:00:00+1\"",
					    "\"2024-01-01 \"",
					    "\"2024-01-01T12:00:00Z \"",
					    "\"2024-0101\"",
					    "\"2024-01-01T24:01\"",
					    "\"12:00\""};
	struct merge_time time;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct merge_span span = {(const unsigned char *)texts[i], strlen(texts[i])};

		if (merge_time_read(&span, &time) == NULL)
			fail_msg("%s was taken for a time", texts[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_records_are_good),
		cmocka_unit_test(broken_records_say_where_and_why),
		cmocka_unit_test(changed_bytes_are_judged_as_by_jansson),
		cmocka_unit_test(depth_has_a_bound_and_costs_no_stack),
		cmocka_unit_test(fields_of_the_record_itself_are_found),
		cmocka_unit_test(an_element_ends_by_strings_and_brackets),
		cmocka_unit_test(equal_keys_are_equal_however_they_are_written),
		cmocka_unit_test(only_texts_and_numbers_are_keys_or_times),
		cmocka_unit_test(times_are_in_order),
		cmocka_unit_test(equal_times_are_equal_however_they_are_written),
		cmocka_unit_test(other_texts_are_no_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
