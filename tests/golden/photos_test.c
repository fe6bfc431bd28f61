/*
 * photos_test.c - real photographs, reduced by the program's path and by the exact one.
 *
 * IMGTOP_PHOTOS names a folder with camera/ (JPEG files of cameras) and orientation/
 * (Landscape_0.jpg to Landscape_8.jpg and Portrait_0.jpg to Portrait_8.jpg: the same view stored in
 * all orientations). Without it the test is skipped.
 */
#include "config.h"

#include <dirent.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "image/codec.h"
#include "image/orientation.h"
#include "image/reduce.h"
#include "image_support.h"
#include "resize_reference.h"

enum { SKIPPED = 77, BOX = 500 };

struct tools {
	const char *folder;
	struct codec_state *codecs;
	struct resizer *resizer;
};

static struct bytes read_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct bytes bytes = {0};
	size_t got;

	if (file == NULL)
		fail_msg("%s cannot be opened", path);
	do {
		bytes.bytes = mem_realloc(bytes.bytes, bytes.length + (1 << 20), 1);
		got = fread(bytes.bytes + bytes.length, 1, 1 << 20, file);
		bytes.length += got;
	} while (got > 0);
	fclose(file);
	return bytes;
}

static struct image reduced(struct tools *tools, const struct bytes *file)
{
	struct codec_input input = input_of(file);
	struct image_geometry geometry;
	struct image decoded;
	struct image result;
	struct err err;

	input.max_width = input.max_height = BOX;
	decoded = decode_well(tools->codecs, &input, NULL);
	reduce_plan(&decoded.geometry, &(struct reduce_target){BOX, BOX, {0}}, &geometry);
	result = new_image(&geometry);
	if (reduce_run(tools->resizer, &decoded, (struct image_colour){0}, &result, NULL, &err) !=
	    0)
		fail_msg("%s", err.text);
	free_image(&decoded);
	return result;
}

static void all_orientations_of_a_view_look_the_same(void **state)
{
	static const char *const kinds[] = {"Landscape", "Portrait"};
	struct tools *tools = *state;

	for (size_t kind = 0; kind < 2; kind++) {
		struct image first = {0};

		for (unsigned i = 0; i <= 8; i++) {
			char *path = mem_printf("%s/orientation/%s_%u.jpg", tools->folder,
						kinds[kind], i);
			struct bytes file = read_file(path);
			struct image image = reduced(tools, &file);

			/* Each shows its own number, in less than a hundredth of the picture. */
			if (i > 0 && compare_images(&first, &image).mean > 3.0)
				fail_msg("%s looks different from the first", path);
			if (i == 0)
				first = image;
			else
				free_image(&image);
			free(file.bytes);
			free(path);
		}
		free_image(&first);
	}
}

/* Squared errors of green: all samples but the last two rows and columns, and those. */
struct errors {
	double inside;
	double last;
};

static struct errors deviation(struct tools *tools, const struct bytes *file)
{
	struct codec_input input = input_of(file);
	struct image full = decode_well(tools->codecs, &input, NULL);
	struct image result = reduced(tools, file);
	uint32_t width = result.geometry.width;
	uint32_t height = result.geometry.height;
	struct image_geometry turned = full.geometry;
	struct errors errors = {0};
	double samples[2] = {0};
	struct image upright;
	double *wanted = mem_calloc((size_t)width * height, sizeof(double));

	if (orientation_swaps(full.geometry.orientation))
		image_geometry_init(&turned, full.geometry.format, full.geometry.height,
				    full.geometry.width);
	upright = new_image(&turned);
	orientation_apply(&full, full.geometry.orientation, &upright);
	reference_lanczos(&upright, 1, width, height, wanted);
	for (uint32_t y = 0; y < height; y++)
		for (uint32_t x = 0; x < width; x++) {
			double value = fmin(fmax(wanted[(size_t)y * width + x], 0), 255);
			bool last = x + 2 >= width || y + 2 >= height;

			*(last ? &errors.last : &errors.inside) +=
				pow(value - image_row(&result, 1, y)[x], 2);
			samples[last]++;
		}
	errors.inside /= samples[0];
	errors.last /= samples[1];
	free(wanted);
	free_image(&full);
	free_image(&upright);
	free_image(&result);
	return errors;
}

static double decibels(double squared_error)
{
	return 10 * log10(255 * 255 / squared_error);
}

static void camera_pictures_are_close_to_the_exact_reduction_up_to_the_last_row(void **state)
{
	struct tools *tools = *state;
	char *folder = mem_printf("%s/camera", tools->folder);
	DIR *listing = opendir(folder);
	unsigned pictures = 0;
	struct dirent *entry;

	if (listing == NULL)
		fail_msg("%s cannot be listed", folder);
	while ((entry = readdir(listing)) != NULL) {
		char *path = mem_printf("%s/%s", folder, entry->d_name);

		if (strstr(entry->d_name, ".jpg") != NULL) {
			struct bytes file = read_file(path);
			struct errors errors = deviation(tools, &file);

			print_message("%5.1f dB, last rows and columns %5.1f dB: %s\n",
				      decibels(errors.inside), decibels(errors.last),
				      entry->d_name);
			assert_true(decibels(errors.inside) > 33);
			assert_true(decibels(errors.last) > decibels(errors.inside) - 7);
			pictures++;
			free(file.bytes);
		}
		free(path);
	}
	closedir(listing);
	free(folder);
	assert_true(pictures > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_orientations_of_a_view_look_the_same),
		cmocka_unit_test(
			camera_pictures_are_close_to_the_exact_reduction_up_to_the_last_row),
	};
	struct tools tools = {.folder = getenv("IMGTOP_PHOTOS")};
	struct CMUnitTest own[2];
	int failed;

	if (tools.folder == NULL) {
		puts("skipped: IMGTOP_PHOTOS names no folder of photographs");
		return SKIPPED;
	}
	tools.codecs = codec_open();
	tools.resizer = resizer_open(RESIZE_LANCZOS3);
	for (size_t i = 0; i < 2; i++) {
		own[i] = tests[i];
		own[i].initial_state = &tools;
	}
	failed = cmocka_run_group_tests(own, NULL, NULL);
	codec_close(tools.codecs);
	resizer_close(tools.resizer);
	return failed;
}
