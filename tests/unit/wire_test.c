/*
 * wire_test.c - bytes of a message: what is put comes back, what is cut is noticed.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "base/wire.h"

static size_t put_all(unsigned char *bytes, size_t room, bool *full)
{
	struct wire_out out;

	wire_begin(&out, bytes, room);
	wire_put_u32(&out, 0xdeadbeef);
	wire_put_u64(&out, UINT64_C(0x0123456789abcdef));
	wire_put_bytes(&out, "name", 4);
	wire_put_bytes(&out, NULL, 0);
	wire_put_var(&out, 300);
	wire_put_raw(&out, "raw", 3);
	*full = out.full;
	return out.length;
}

static bool get_all(const unsigned char *bytes, size_t length)
{
	struct wire_in in;
	size_t name_length, empty_length;
	const char *name, *raw;
	bool right;

	wire_open(&in, bytes, length);
	right = wire_get_u32(&in) == 0xdeadbeef;
	right &= wire_get_u64(&in) == UINT64_C(0x0123456789abcdef);
	name = wire_get_bytes(&in, &name_length);
	right &= name_length == 4 && memcmp(name, "name", 4) == 0;
	wire_get_bytes(&in, &empty_length);
	right &= empty_length == 0;
	right &= wire_get_var(&in) == 300;
	raw = wire_get_raw(&in, 3);
	right &= raw != NULL && memcmp(raw, "raw", 3) == 0;
	return right && !in.bad && in.left == 0;
}

static void what_is_put_comes_back(void **state)
{
	unsigned char bytes[64];
	bool full;
	size_t length = put_all(bytes, sizeof bytes, &full);

	(void)state;
	assert_false(full);
	assert_int_equal(length, 4 + 8 + 4 + 4 + 4 + 2 + 3);
	assert_true(get_all(bytes, length));
}

static void a_message_cut_at_any_byte_is_bad(void **state)
{
	unsigned char bytes[64];
	bool full;
	size_t length = put_all(bytes, sizeof bytes, &full);

	(void)state;
	for (size_t cut = 0; cut < length; cut++)
		assert_false(get_all(bytes, cut));
}

static void nothing_is_written_past_the_room(void **state)
{
	unsigned char bytes[64];
	bool full;

	(void)state;
	for (size_t room = 0; room < 29; room++) {
		memset(bytes, 0xaa, sizeof bytes);
		assert_true(put_all(bytes, room, &full) <= room);
		assert_true(full);
		for (size_t i = room; i < sizeof bytes; i++)
			assert_int_equal(bytes[i], 0xaa);
	}
}

static void after_an_append_that_did_not_fit_nothing_more_is_added(void **state)
{
	unsigned char bytes[8];
	struct wire_out out;

	(void)state;
	wire_begin(&out, bytes, sizeof bytes);
	wire_put_bytes(&out, "too long", 8);
	wire_put_u32(&out, 1);
	assert_true(out.full);
	assert_int_equal(out.length, 4);
}

static void a_length_beyond_the_end_is_bad_and_yields_an_empty_text(void **state)
{
	unsigned char bytes[64];
	uint32_t absurd = UINT32_MAX;
	struct wire_in in;
	size_t length = 7;
	const char *text;

	(void)state;
	memset(bytes, 0, sizeof bytes);
	memcpy(bytes, &absurd, sizeof absurd);
	wire_open(&in, bytes, sizeof bytes);
	text = wire_get_bytes(&in, &length);
	assert_true(in.bad);
	assert_int_equal(length, 0);
	assert_string_equal(text, "");
	assert_int_equal(wire_get_u64(&in), 0);
}

static void a_number_takes_the_fewer_bytes_the_smaller_it_is(void **state)
{
	static const struct {
		uint64_t value;
		size_t bytes;
	} cases[] = {{0, 1},	 {127, 1},	{128, 2},	{16383, 2},
		     {16384, 3}, {1U << 31, 5}, {INT64_MAX, 9}, {UINT64_MAX, 10}};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		unsigned char bytes[16];
		struct wire_out out;
		struct wire_in in;

		wire_begin(&out, bytes, sizeof bytes);
		wire_put_var(&out, cases[i].value);
		assert_int_equal(out.length, cases[i].bytes);
		wire_open(&in, bytes, out.length);
		assert_true(wire_get_var(&in) == cases[i].value);
		assert_false(in.bad);
		assert_int_equal(in.left, 0);
	}
}

static void a_number_without_an_end_is_bad(void **state)
{
	unsigned char bytes[16];
	struct wire_in in;

	(void)state;
	memset(bytes, 0xff, sizeof bytes);
	wire_open(&in, bytes, sizeof bytes);
	assert_int_equal(wire_get_var(&in), 0);
	assert_true(in.bad);
	assert_null(wire_get_raw(&in, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_put_comes_back),
		cmocka_unit_test(a_message_cut_at_any_byte_is_bad),
		cmocka_unit_test(nothing_is_written_past_the_room),
		cmocka_unit_test(after_an_append_that_did_not_fit_nothing_more_is_added),
		cmocka_unit_test(a_number_takes_the_fewer_bytes_the_smaller_it_is),
		cmocka_unit_test(a_number_without_an_end_is_bad),
		cmocka_unit_test(a_length_beyond_the_end_is_bad_and_yields_an_empty_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
