/*
 * patch_test.c - the rectangle that is cut out, recoloured and pasted back.
 */
#include "config.h"

#include "image/patch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "image_support.h"

/* Are red and blue exchanged exactly within the rectangle, and nothing else changed? */
static void assert_swapped_within(const struct image *image, uint32_t left, uint32_t top,
				  uint32_t right, uint32_t bottom)
{
	uint32_t width = image->geometry.width;
	uint32_t height = image->geometry.height;

	for (uint32_t y = 0; y < height; y++)
		for (uint32_t x = 0; x < width; x++) {
			bool inside = x >= left && x < right && y >= top && y < bottom;
			unsigned char rgb[3];

			paint_asymmetric(x, y, width, height, rgb);
			assert_int_equal(image_row(image, 0, y)[x], rgb[inside ? 2 : 0]);
			assert_int_equal(image_row(image, 1, y)[x], rgb[1]);
			assert_int_equal(image_row(image, 2, y)[x], rgb[inside ? 0 : 2]);
		}
}

static bool apply(const char *text, struct image *image)
{
	struct patch patch;
	struct err err;

	assert_int_equal(patch_parse(text, &patch, &err), 0);
	return patch_apply(&patch, image);
}

static void red_and_blue_change_places_in_the_rectangle_only(void **state)
{
	struct image image = painted_image(60, 40, paint_asymmetric);

	(void)state;
	assert_true(apply("5,7,20x10", &image));
	assert_swapped_within(&image, 5, 7, 25, 17);
	free_image(&image);
}

static void a_rectangle_is_clipped_to_the_picture(void **state)
{
	struct image image = painted_image(60, 40, paint_asymmetric);

	(void)state;
	assert_true(apply("50,30,2147483647x2147483647", &image));
	assert_swapped_within(&image, 50, 30, 60, 40);
	free_image(&image);
}

static void a_rectangle_beside_the_picture_changes_nothing_and_says_so(void **state)
{
	struct image image = painted_image(60, 40, paint_asymmetric);

	(void)state;
	assert_false(apply("60,0,5x5", &image));
	assert_false(apply("0,40,5x5", &image));
	assert_swapped_within(&image, 0, 0, 0, 0);
	free_image(&image);
}

static void the_centre_is_a_quarter_of_each_side(void **state)
{
	struct image image = painted_image(60, 40, paint_asymmetric);
	struct image tiny = painted_image(1, 1, paint_asymmetric);

	(void)state;
	assert_true(apply("centre", &image));
	assert_swapped_within(&image, 22, 15, 37, 25);
	assert_true(apply("center", &tiny));
	assert_swapped_within(&tiny, 0, 0, 1, 1);
	free_image(&image);
	free_image(&tiny);
}

static void a_grey_picture_stays_as_it_is(void **state)
{
	struct image_geometry geometry;
	struct image image;

	(void)state;
	image_geometry_init(&geometry, IMAGE_GRAY8, 8, 8);
	image = new_image(&geometry);
	assert_true(apply("centre", &image));
	assert_int_equal(image.data[0][3 * 64 + 3], 0xa5);
	free_image(&image);
}

static void what_is_no_rectangle_is_refused_with_what_is_one(void **state)
{
	static const char *const wrong[] = {
		"",	    "1,2,3",	"1,2,3x",   "1,2,3x4x", "1,2,0x4",	     "1,2,3x0",
		"-1,2,3x4", "1,2,3x-4", " 1,2,3x4", "1;2;3x4",	"1,2,99999999999x4", "middle",
		"1,2,3x4 ", "+1,2,3x4",
	};
	struct patch patch;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
		struct err err = {0};

		if (patch_parse(wrong[i], &patch, &err) == 0)
			fail_msg("\"%s\" was taken", wrong[i]);
		assert_int_equal(err.kind, ERR_PERMANENT);
		assert_non_null(strstr(err.text, "X,Y,WxH"));
	}
}

/* The YCbCr planes of an RGB picture, chroma as the mean of each cell. */
static void convert(const struct image *rgb, struct image *planes)
{
	static const double weights[3][3] = {
		{0.299, 0.587, 0.114}, {-0.168736, -0.331264, 0.5}, {0.5, -0.418688, -0.081312}};

	for (unsigned i = 0; i < 3; i++) {
		const struct image_plane *plane = &planes->geometry.plane[i];
		uint32_t cell = i == 0 ? 1 : 2;

		for (uint32_t y = 0; y < plane->rows * cell; y += cell)
			for (uint32_t x = 0; x < plane->columns * cell; x += cell) {
				double sum = 0;
				unsigned pixels = 0;

				for (uint32_t k = 0; k < cell * cell; k++) {
					uint32_t px = x + k % cell;
					uint32_t py = y + k / cell;

					if (px >= rgb->geometry.width || py >= rgb->geometry.height)
						continue;
					pixels++;
					for (unsigned c = 0; c < 3; c++)
						sum += weights[i][c] * image_row(rgb, c, py)[px];
				}
				image_row(planes, i, y / cell)[x / cell] =
					(unsigned char)(sum / pixels + (i == 0 ? 0 : 128) + 0.5);
			}
	}
}

/* The same colour in all pixels of a cell, else RGB knows more than the planes do. */
static void paint_cells(uint32_t x, uint32_t y, uint32_t width, uint32_t height,
			unsigned char rgb[3])
{
	(void)width;
	(void)height;
	rgb[0] = (unsigned char)(60 + 9 * (x / 2) % 100);
	rgb[1] = (unsigned char)(90 + 5 * (y / 2) % 60);
	rgb[2] = (unsigned char)(180 - 7 * (x / 2 + y / 2) % 120);
}

static void planes_are_patched_as_rgb_would_be_even_where_cells_are_cut(void **state)
{
	static const char *const rectangles[] = {"4,6,8x10",	"5,7,8x10", "5,7,9x11",
						 "30,20,99x99", "0,0,1x1",  "centre"};

	(void)state;
	for (size_t i = 0; i < sizeof rectangles / sizeof rectangles[0]; i++) {
		struct image rgb = painted_image(39, 27, paint_cells);
		struct image_geometry geometry;
		struct image planes;
		struct image wanted;

		image_geometry_init_ycbcr(&geometry, 39, 27, (struct image_cell){2, 2});
		planes = new_image(&geometry);
		wanted = new_image(&geometry);
		convert(&rgb, &planes);
		assert_true(apply(rectangles[i], &rgb));
		assert_true(apply(rectangles[i], &planes));
		convert(&rgb, &wanted);
		if (compare_images(&wanted, &planes).largest > 1)
			fail_msg("%s: %d off", rectangles[i],
				 compare_images(&wanted, &planes).largest);
		free_image(&rgb);
		free_image(&planes);
		free_image(&wanted);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(red_and_blue_change_places_in_the_rectangle_only),
		cmocka_unit_test(a_rectangle_is_clipped_to_the_picture),
		cmocka_unit_test(a_rectangle_beside_the_picture_changes_nothing_and_says_so),
		cmocka_unit_test(the_centre_is_a_quarter_of_each_side),
		cmocka_unit_test(a_grey_picture_stays_as_it_is),
		cmocka_unit_test(what_is_no_rectangle_is_refused_with_what_is_one),
		cmocka_unit_test(planes_are_patched_as_rgb_would_be_even_where_cells_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
