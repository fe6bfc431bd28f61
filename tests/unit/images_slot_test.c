/*
 * images_slot_test.c - what the stages leave each other in the slot.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "images_stages_fixture.h"

static void a_slot_that_moves_between_stages_gives_the_same_bytes(void **state)
{
	static const char *const inputs[] = {"in.jpg", "in.png", "small.jpg"};
	struct fixture *fixture = *state;

	put_turned_jpeg("in.jpg", 301, 203, 8);
	put_png("in.png", 90, 70);
	put_jpeg("small.jpg", 50, 40);
	set(fixture, "max", "64");
	set(fixture, "thumb", "16");
	set(fixture, "patch", "centre");
	set(fixture, "metadata", "keep");
	for (size_t i = 0; i < 3; i++) {
		fixture->moving = false;
		assert_int_equal(run(fixture, inputs[i], "still.jpg"), 0);
		fixture->moving = true;
		assert_int_equal(run(fixture, inputs[i], "moving.jpg"), 0);
		assert_true(same_bytes("out/still.jpg", "out/moving.jpg"));
		assert_true(same_bytes("out/still.thumb.jpg", "out/moving.thumb.jpg"));
	}
}

static void what_a_slot_held_before_does_not_show(void **state)
{
	struct fixture *fixture = *state;

	put_jpeg("in.jpg", 301, 203);
	put_jpeg("other.jpg", 640, 480);
	set(fixture, "max", "64");
	assert_int_equal(run(fixture, "in.jpg", "first.jpg"), 0);
	memset(fixture->slots[0].base, 0xa5, SLOT_BYTES);
	assert_int_equal(run(fixture, "other.jpg", "other.jpg"), 0);
	assert_int_equal(run(fixture, "in.jpg", "again.jpg"), 0);
	assert_true(same_bytes("out/first.jpg", "out/again.jpg"));
}

static void regions_are_released_when_no_later_stage_needs_them(void **state)
{
	struct fixture *fixture = *state;
	size_t bytes;

	put_jpeg("in.jpg", 300, 200);
	set(fixture, "max", "100");
	set(fixture, "thumb", "20");
	begin(fixture, "in.jpg", "o.jpg");
	assert_int_equal(run_stages(fixture, IMAGES_READ, IMAGES_DECODE), 0);
	assert_null(slot_memory_get(fixture->work.memory, IMAGES_INPUT, &bytes));
	assert_int_equal(run_stages(fixture, IMAGES_RESIZE, IMAGES_RESIZE), 0);
	assert_null(slot_memory_get(fixture->work.memory, IMAGES_SOURCE, &bytes));
	assert_int_equal(run_stages(fixture, IMAGES_MAKE_THUMB, IMAGES_ENCODE), 0);
	assert_null(slot_memory_get(fixture->work.memory, IMAGES_RESULT, &bytes));
	assert_null(slot_memory_get(fixture->work.memory, IMAGES_THUMB, &bytes));
	assert_int_equal(run_stages(fixture, IMAGES_WRITE, IMAGES_WRITE), 0);
	slot_memory_get(fixture->work.memory, IMAGES_OUTPUT, &bytes);
	assert_int_equal(bytes, fixture->work.bytes_out);
}

static void a_slot_that_is_too_small_is_the_machines_fault(void **state)
{
	struct fixture *fixture = *state;

	put_jpeg("in.jpg", 400, 300);
	fixture->slots[0].size = 256 << 10;
	assert_refused(fixture, "in.jpg", ERR_TRANSIENT, "--slot-size");
}

static void memory_is_asked_for_before_decoding(void **state)
{
	struct fixture *fixture = *state;

	put_jpeg("in.jpg", 400, 300);
	begin(fixture, "in.jpg", "o.jpg");
	assert_int_equal(run_stages(fixture, IMAGES_READ, IMAGES_READ), 0);
	assert_true(fixture->admitted >= 2 * 400 * 300 * 3);
}

static void an_abandoned_item_stops_without_a_verdict(void **state)
{
	struct fixture *fixture = *state;

	put_jpeg("in.jpg", 1000, 1000);
	set(fixture, "max", "500");
	begin(fixture, "in.jpg", "o.jpg");
	assert_int_equal(run_stages(fixture, IMAGES_READ, IMAGES_READ), 0);
	fixture->abandoned = true;
	assert_int_equal(run_stages(fixture, IMAGES_DECODE, IMAGES_WRITE), -1);
	assert_int_equal(fixture->base.err.kind, ERR_TRANSIENT);
}

static void a_stage_refuses_what_another_stage_left(void **state)
{
	struct fixture *fixture = *state;

	put_jpeg("in.jpg", 40, 30);
	begin(fixture, "in.jpg", "o.jpg");
	assert_int_equal(run_stages(fixture, IMAGES_READ, IMAGES_DECODE), 0);
	for (unsigned i = 0; i < IMAGES_STAGES; i++) {
		if (i == IMAGES_RESIZE || i == IMAGES_READ)
			continue;
		assert_int_equal(run_stages(fixture, i, i), -1);
		assert_int_equal(fixture->base.err.kind, ERR_TRANSIENT);
		assert_non_null(strstr(fixture->base.err.text, "record is damaged"));
	}
	memset(fixture->slots[0].base, 0, SLOT_HEADER_BYTES);
	assert_int_equal(run_stages(fixture, IMAGES_RESIZE, IMAGES_RESIZE), -1);
}

/* Change each number of the record in turn to something absurd, before each stage. */
static void a_damaged_record_never_leads_out_of_the_slot(void **state)
{
	static const uint32_t absurd[] = {0, 1, 0x7fffffff, 0xffffffff, 65536};
	struct fixture *fixture = *state;
	unsigned refused = 0;

	put_jpeg("in.jpg", 40, 30);
	set(fixture, "max", "16");
	set(fixture, "thumb", "8");
	set(fixture, "patch", "centre");
	for (unsigned stage = IMAGES_DECODE; stage < IMAGES_STAGES; stage++) {
		for (size_t at = 0; at < sizeof(struct images_record); at += sizeof(uint32_t)) {
			unsigned char *record;
			size_t bytes;

			begin(fixture, "in.jpg", "o.jpg");
			assert_int_equal(run_stages(fixture, IMAGES_READ, stage - 1), 0);
			record = slot_memory_get(fixture->work.memory, IMAGES_META, &bytes);
			memcpy(record + at, &absurd[(at / 4 + stage) % 5], sizeof absurd[0]);
			if (run_stages(fixture, stage, IMAGES_WRITE) != 0) {
				refused++;
				assert_int_not_equal(fixture->base.err.kind, ERR_NONE);
			}
		}
	}
	assert_true(refused > 100);
}

int main(void)
{
#define WITH_SLOT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		WITH_SLOT(a_slot_that_moves_between_stages_gives_the_same_bytes),
		WITH_SLOT(what_a_slot_held_before_does_not_show),
		WITH_SLOT(regions_are_released_when_no_later_stage_needs_them),
		WITH_SLOT(a_slot_that_is_too_small_is_the_machines_fault),
		WITH_SLOT(memory_is_asked_for_before_decoding),
		WITH_SLOT(an_abandoned_item_stops_without_a_verdict),
		WITH_SLOT(a_stage_refuses_what_another_stage_left),
		WITH_SLOT(a_damaged_record_never_leads_out_of_the_slot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
