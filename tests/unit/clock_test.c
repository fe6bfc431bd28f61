/*
 * clock_test.c - seconds that users write as what the program counts in.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"

static void a_limit_keeps_its_meaning_however_short_or_long(void **state)
{
	(void)state;
	assert_int_equal(clock_limit_ms(0), 0);
	assert_int_equal(clock_limit_ms(2.5), 2500);
	assert_int_equal(clock_limit_ms(0.0001), 1);
	assert_int_equal(clock_limit_ms(4294967.2), 4294967200);
	assert_int_equal(clock_limit_ms(4294968), UINT32_MAX);
	assert_int_equal(clock_limit_ms(1e9), UINT32_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_limit_keeps_its_meaning_however_short_or_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
