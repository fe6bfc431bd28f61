/*
 * image_test.c - geometry of pictures, and what is believed of it.
 */
#include "config.h"

#include "image/image.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "image_support.h"

enum { ROOM = 1 << 16 };

static _Alignas(IMAGE_ALIGNMENT) unsigned char room[ROOM];

static struct image_geometry sane_geometry(void)
{
	struct image_geometry geometry;

	image_geometry_init(&geometry, IMAGE_RGB8, 70, 33);
	return geometry;
}

static int place(const struct image_geometry *geometry)
{
	struct image image;
	struct err err = {0};
	int status = image_place(geometry, room, ROOM, &image, &err);

	if (status != 0) {
		assert_int_equal(err.kind, ERR_PERMANENT);
		assert_true(strlen(err.text) > 0);
	}
	return status;
}

static void planes_lie_aligned_one_after_the_other(void **state)
{
	struct image_geometry geometry = sane_geometry();

	(void)state;
	assert_int_equal(geometry.nplanes, 3);
	assert_int_equal(geometry.plane[0].stride, 128);
	assert_int_equal(geometry.plane[0].room_rows, 48);
	assert_int_equal(geometry.plane[1].offset, 128 * 48);
	assert_int_equal(geometry.bytes, 3 * 128 * 48);
	assert_int_equal(place(&geometry), 0);
}

static void planes_of_different_sizes_are_laid_out_without_overlap(void **state)
{
	struct image_geometry geometry;

	(void)state;
	image_geometry_init(&geometry, IMAGE_YCBCR8, 70, 33);
	for (unsigned i = 1; i < 3; i++) {
		geometry.plane[i].columns = 35;
		geometry.plane[i].rows = 17;
		geometry.plane[i].box = (struct image_box){.width = 35, .height = 16.5};
	}
	image_geometry_layout(&geometry);
	assert_int_equal(geometry.plane[1].stride, 64);
	assert_int_equal(geometry.plane[2].offset,
			 geometry.plane[1].offset + 64 * geometry.plane[1].room_rows);
	assert_int_equal(place(&geometry), 0);
}

/* Single numbers that make a sane geometry one that must not be believed. */
static const struct {
	size_t at;
	uint32_t value;
} bad_words[] = {
	{offsetof(struct image_geometry, format), IMAGE_FORMATS},
	{offsetof(struct image_geometry, nplanes), 4},
	{offsetof(struct image_geometry, nplanes), 1},
	{offsetof(struct image_geometry, width), 0},
	{offsetof(struct image_geometry, height), IMAGE_SIDE_MAX + 1},
	{offsetof(struct image_geometry, full_width), 0},
	{offsetof(struct image_geometry, orientation), 0},
	{offsetof(struct image_geometry, orientation), 9},
	{offsetof(struct image_geometry, plane[1].columns), 0},
	{offsetof(struct image_geometry, plane[1].columns), 71},
	{offsetof(struct image_geometry, plane[1].columns), 69},
	{offsetof(struct image_geometry, plane[1].rows), 34},
	{offsetof(struct image_geometry, plane[1].stride), 64},
	{offsetof(struct image_geometry, plane[1].stride), 129},
	{offsetof(struct image_geometry, plane[1].stride), 0xffffffc0},
	{offsetof(struct image_geometry, plane[1].room_rows), 32},
	{offsetof(struct image_geometry, plane[1].averaged), 0},
	{offsetof(struct image_geometry, plane[1].averaged), IMAGE_AVERAGED_MAX + 1},
	{offsetof(struct image_geometry, plane[1].room_rows), UINT32_MAX},
};

static const struct {
	size_t at;
	uint64_t value;
} bad_offsets[] = {
	{offsetof(struct image_geometry, plane[1].offset), 128 * 48 + 1},
	{offsetof(struct image_geometry, plane[1].offset), ROOM},
	{offsetof(struct image_geometry, plane[1].offset), UINT64_MAX - 63},
};

static const struct {
	size_t at;
	double value;
} bad_boxes[] = {
	{offsetof(struct image_geometry, plane[1].box.x), -1},
	{offsetof(struct image_geometry, plane[1].box.x), NAN},
	{offsetof(struct image_geometry, plane[1].box.width), 0},
	{offsetof(struct image_geometry, plane[1].box.width), 70.5},
	{offsetof(struct image_geometry, plane[1].box.height), NAN},
	{offsetof(struct image_geometry, plane[1].box.y), INFINITY},
};

static void assert_refused_with(size_t at, const void *value, size_t size)
{
	struct image_geometry geometry = sane_geometry();

	memcpy((unsigned char *)&geometry + at, value, size);
	if (place(&geometry) == 0)
		fail_msg("a geometry with a wrong number at %zu was believed", at);
}

static void a_damaged_record_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof bad_words / sizeof bad_words[0]; i++)
		assert_refused_with(bad_words[i].at, &bad_words[i].value, sizeof(uint32_t));
	for (size_t i = 0; i < sizeof bad_offsets / sizeof bad_offsets[0]; i++)
		assert_refused_with(bad_offsets[i].at, &bad_offsets[i].value, sizeof(uint64_t));
	for (size_t i = 0; i < sizeof bad_boxes / sizeof bad_boxes[0]; i++)
		assert_refused_with(bad_boxes[i].at, &bad_boxes[i].value, sizeof(double));
}

static void memory_that_is_too_small_or_not_aligned_is_refused(void **state)
{
	struct image_geometry geometry = sane_geometry();
	struct image image;
	struct err err;

	(void)state;
	assert_int_equal(image_place(&geometry, room, geometry.bytes, &image, &err), 0);
	assert_int_equal(image_place(&geometry, room, geometry.bytes - 1, &image, &err), -1);
	assert_int_equal(image_place(&geometry, room + 1, ROOM - 1, &image, &err), -1);
}

static void padding_repeats_the_edge_and_nothing_older_is_left(void **state)
{
	struct image image = painted_image(70, 33, paint_asymmetric);

	(void)state;
	image_pad(&image);
	for (unsigned i = 0; i < 3; i++)
		for (uint32_t y = 0; y < image.geometry.plane[i].room_rows; y++)
			for (uint32_t x = 0; x < image.geometry.plane[i].stride; x++)
				assert_int_equal(
					image_row(&image, i, y)[x],
					image_row(&image, i, y < 33 ? y : 32)[x < 70 ? x : 69]);
	free_image(&image);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(planes_lie_aligned_one_after_the_other),
		cmocka_unit_test(planes_of_different_sizes_are_laid_out_without_overlap),
		cmocka_unit_test(a_damaged_record_is_refused),
		cmocka_unit_test(memory_that_is_too_small_or_not_aligned_is_refused),
		cmocka_unit_test(padding_repeats_the_edge_and_nothing_older_is_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
