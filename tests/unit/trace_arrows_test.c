/*
 * trace_arrows_test.c - the way of items from worker to worker, written down as text.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/text.h"
#include "report/trace_arrows.h"

static const uint64_t LONG_NS = 10 * CLOCK_SECOND_NS;

static char written[4096];

/* "s7@1/10 ": the phase, the item, the worker, the moment */
static void write_down(void *context, char phase, uint64_t job, unsigned worker, uint64_t at_ns)
{
	text_add(context, sizeof written, "%c%u@%u/%u ", phase, (unsigned)job, worker,
		 (unsigned)(at_ns % LONG_NS));
}

static struct arrows *begin(size_t places)
{
	written[0] = '\0';
	return arrows_new(places, write_down, written);
}

static void end(struct arrows *arrows)
{
	arrows_finish(arrows);
	arrows_free(arrows);
}

static void an_arrow_begins_touches_and_ends_in_the_order_of_time(void **state)
{
	struct arrows *arrows = begin(ARROWS_PLACES);

	(void)state;
	arrows_touch(arrows, 7, 3, 30);
	arrows_touch(arrows, 8, 3, 40);
	arrows_over(arrows, 7, 35);
	arrows_touch(arrows, 8, 1, 12);
	arrows_touch(arrows, 7, 1, 10);
	arrows_touch(arrows, 7, 2, 20);
	end(arrows);
	assert_string_equal(written, "s7@1/10 t7@2/20 f7@3/30 s8@1/12 f8@3/40 ");
}

static void what_one_worker_does_alone_has_no_arrow(void **state)
{
	struct arrows *arrows = begin(ARROWS_PLACES);

	(void)state;
	arrows_touch(arrows, 7, 3, 30);
	arrows_over(arrows, 7, 35);
	end(arrows);
	assert_string_equal(written, "");
}

/* Tried again from its first station on, it is still the same item. */
static void one_that_is_tried_again_has_one_arrow(void **state)
{
	struct arrows *arrows = begin(ARROWS_PLACES);

	(void)state;
	arrows_touch(arrows, 7, 1, 10);
	arrows_touch(arrows, 7, 2, 20);
	arrows_over(arrows, 7, 25);
	arrows_touch(arrows, 7, 1, 30);
	arrows_touch(arrows, 7, 2, 40);
	arrows_over(arrows, 7, 45);
	end(arrows);
	assert_string_equal(written, "s7@1/10 t7@2/20 t7@1/30 f7@2/40 ");
}

static void those_that_are_over_make_room_and_others_stay(void **state)
{
	struct arrows *arrows = begin(8);

	(void)state;
	arrows_touch(arrows, 1, 1, 10);
	arrows_touch(arrows, 9, 1, 11);
	arrows_touch(arrows, 1, 2, 20);
	arrows_over(arrows, 1, 21);
	arrows_touch(arrows, 2, 1, 30);
	arrows_touch(arrows, 2, 2, 40);
	arrows_over(arrows, 2, 41);
	arrows_touch(arrows, 3, 1, LONG_NS + 50);
	assert_string_equal(written, "");
	arrows_touch(arrows, 9, 2, LONG_NS + 60); /* one more than there is room for */
	assert_string_equal(written, "s1@1/10 f1@2/20 s2@1/30 f2@2/40 ");
	end(arrows);
	assert_non_null(strstr(written, "s9@1/11 f9@2/60 "));
}

static void more_items_than_there_is_room_for_are_cut_and_not_lost(void **state)
{
	struct arrows *arrows = begin(4);
	unsigned ends = 0;

	(void)state;
	for (unsigned i = 1; i <= 20; i++) {
		arrows_touch(arrows, i, 1, i * 10);
		arrows_touch(arrows, i, 2, i * 10 + 5);
	}
	end(arrows);
	for (const char *at = written; (at = strchr(at, 'f')) != NULL; at++)
		ends++;
	assert_int_equal(ends, 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_arrow_begins_touches_and_ends_in_the_order_of_time),
		cmocka_unit_test(what_one_worker_does_alone_has_no_arrow),
		cmocka_unit_test(one_that_is_tried_again_has_one_arrow),
		cmocka_unit_test(those_that_are_over_make_room_and_others_stay),
		cmocka_unit_test(more_items_than_there_is_room_for_are_cut_and_not_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
