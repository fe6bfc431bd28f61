/*
 * history_test.c - finished items over time, and one run against another.
 */
#include "config.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/clock.h"
#include "tui/history.h"

static void assert_near(double found, double expected)
{
	if (fabs(found - expected) > expected * 0.02 + 0.01)
		fail_msg("%g instead of %g", found, expected);
}

static void an_even_run_has_the_same_speed_everywhere_however_long_it_is(void **state)
{
	static const unsigned lengths_s[] = {2, 25, 26, 60, 3600};
	struct history history = {.step_ns = 0};

	(void)state;
	for (size_t i = 0; i < sizeof(lengths_s) / sizeof(lengths_s[0]); i++) {
		uint64_t span_ns = lengths_s[i] * CLOCK_SECOND_NS;
		history = (struct history){.step_ns = 0};
		for (unsigned tenths = 0; tenths <= lengths_s[i] * 10; tenths++)
			history_add(&history, tenths * (CLOCK_SECOND_NS / 10), tenths * 5);
		for (int part = 1; part < 10; part++)
			assert_near(history_rate(&history, span_ns, part / 10.0, (part + 1) / 10.0),
				    50);
	}
}

static void a_change_of_speed_stays_where_it_was_when_steps_are_joined(void **state)
{
	struct history history = {.step_ns = 0};
	uint64_t finished = 0;

	(void)state;
	for (unsigned tenths = 0; tenths <= 1000; tenths++) {
		history_add(&history, tenths * (CLOCK_SECOND_NS / 10), finished);
		finished += tenths < 500 ? 1 : 4;
	}
	assert_near(history_rate(&history, 100 * CLOCK_SECOND_NS, 0.1, 0.4), 10);
	assert_near(history_rate(&history, 100 * CLOCK_SECOND_NS, 0.6, 0.9), 40);
}

static void a_run_half_as_long_has_no_speed_after_its_end(void **state)
{
	struct history history = {.step_ns = 0};

	(void)state;
	for (unsigned tenths = 0; tenths <= 50; tenths++)
		history_add(&history, tenths * (CLOCK_SECOND_NS / 10), tenths);
	assert_near(history_rate(&history, 10 * CLOCK_SECOND_NS, 0.1, 0.4), 10);
	assert_near(history_rate(&history, 10 * CLOCK_SECOND_NS, 0.6, 0.9), 0);
}

static void going_back_in_time_starts_over(void **state)
{
	struct history history = {.step_ns = 0};

	(void)state;
	history_add(&history, 10 * CLOCK_SECOND_NS, 1000);
	history_add(&history, 1 * CLOCK_SECOND_NS, 1);
	assert_near(history_rate(&history, CLOCK_SECOND_NS, 0, 1), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_even_run_has_the_same_speed_everywhere_however_long_it_is),
		cmocka_unit_test(a_change_of_speed_stays_where_it_was_when_steps_are_joined),
		cmocka_unit_test(a_run_half_as_long_has_no_speed_after_its_end),
		cmocka_unit_test(going_back_in_time_starts_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
