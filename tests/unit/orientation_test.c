/*
 * orientation_test.c - the eight ways a picture may lie.
 */
#include "config.h"

#include "image/orientation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "image_support.h"

/* EXIF's table in its own words: which side of the visible picture the stored row 0 and column 0
 * are. */
enum side { TOP, BOTTOM, LEFT, RIGHT };
static const struct {
	enum side row0;
	enum side column0;
} sides[9] = {
	[1] = {TOP, LEFT}, [2] = {TOP, RIGHT}, [3] = {BOTTOM, RIGHT}, [4] = {BOTTOM, LEFT},
	[5] = {LEFT, TOP}, [6] = {RIGHT, TOP}, [7] = {RIGHT, BOTTOM}, [8] = {LEFT, BOTTOM},
};

/* Index of a stored row or column, counted from the side of the visible picture where the 0th lies.
 */
static uint32_t from_side(enum side side, uint32_t x, uint32_t y, uint32_t width, uint32_t height)
{
	switch (side) {
	case TOP:
		return y;
	case BOTTOM:
		return height - 1 - y;
	case LEFT:
		return x;
	default:
		return width - 1 - x;
	}
}

static void check(unsigned orientation, uint32_t stored_width, uint32_t stored_height)
{
	struct image stored = painted_image(stored_width, stored_height, paint_asymmetric);
	bool swaps = orientation_swaps(orientation);
	uint32_t width = swaps ? stored_height : stored_width;
	uint32_t height = swaps ? stored_width : stored_height;
	struct image_geometry geometry;
	struct image upright;

	image_geometry_init(&geometry, IMAGE_RGB8, width, height);
	upright = new_image(&geometry);
	orientation_apply(&stored, orientation, &upright);
	for (unsigned i = 0; i < 3; i++)
		for (uint32_t y = 0; y < height; y++)
			for (uint32_t x = 0; x < width; x++) {
				uint32_t row =
					from_side(sides[orientation].row0, x, y, width, height);
				uint32_t column =
					from_side(sides[orientation].column0, x, y, width, height);

				assert_int_equal(image_row(&upright, i, y)[x],
						 image_row(&stored, i, row)[column]);
			}
	free_image(&stored);
	free_image(&upright);
}

static void every_orientation_is_turned_as_exif_says(void **state)
{
	static const uint32_t sizes[][2] = {{7, 5}, {1, 9}, {9, 1}, {64, 64}, {65, 130}, {200, 63}};

	(void)state;
	for (unsigned orientation = 1; orientation <= 8; orientation++)
		for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
			check(orientation, sizes[i][0], sizes[i][1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_orientation_is_turned_as_exif_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
