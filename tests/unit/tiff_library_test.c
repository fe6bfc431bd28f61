/*
 * tiff_library_test.c - libtiff is loaded with the first TIFF file, and only then; where it is not
 * there, that is said.
 */
#include "config.h"

#include "image/codec.h"

#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <tiffio.h>

#include "image_support.h"
#include "tiff_support.h"

static bool missing;
static unsigned loaded;

/* Linked in place of dlopen where libtiff is loaded. */
void *__real_dlopen(const char *name, int how);
void *__wrap_dlopen(const char *name, int how);

void *__wrap_dlopen(const char *name, int how)
{
	assert_non_null(strstr(name, "libtiff"));
	loaded++;
	return missing ? NULL : __real_dlopen(name, how);
}

static int set_up(void **state)
{
	*state = codec_open();
	missing = false;
	loaded = 0;
	return 0;
}

static struct bytes a_tiff(void)
{
	return make_tiff(&(struct tiff_recipe){
		.width = 20, .height = 10, .photometric = PHOTOMETRIC_RGB, .bits = 8});
}

/* Probe it; the result of codec_probe. */
static int probe(struct codec_state *codecs, const struct bytes *file, struct err *err)
{
	struct codec_limits limits;
	struct codec_info info;

	codec_limits_init(&limits);
	return codec_probe(codecs,
			   &(struct codec_input){
				   .bytes = file->bytes, .length = file->length, .limits = &limits},
			   &info, err);
}

static void it_is_loaded_with_the_first_file_and_once(void **state)
{
	struct bytes jpeg = make_jpeg(
		&(struct jpeg_recipe){.width = 20, .height = 10, .paint = paint_asymmetric});
	struct bytes tiff = a_tiff();
	struct err err = {0};

	assert_int_equal(probe(*state, &jpeg, &err), 0);
	assert_int_equal(loaded, 0);
	assert_int_equal(probe(*state, &tiff, &err), 0);
	assert_int_equal(loaded, 1);
	assert_int_equal(probe(*state, &tiff, &err), 0);
	assert_int_equal(loaded, 1);
	free(jpeg.bytes);
	free(tiff.bytes);
}

static void where_it_is_missing_the_file_fails_and_what_to_install_is_said(void **state)
{
	struct bytes tiff = a_tiff();
	struct err err = {0};

	missing = true;
	assert_int_equal(probe(*state, &tiff, &err), -1);
	assert_int_equal(err.kind, ERR_PERMANENT);
	assert_non_null(strstr(err.text, "libtiff.so.6 is not there: install libtiff6"));
	missing = false;
	assert_int_equal(probe(*state, &tiff, &err), 0);
	free(tiff.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(it_is_loaded_with_the_first_file_and_once, set_up,
						close_codecs),
		cmocka_unit_test_setup_teardown(
			where_it_is_missing_the_file_fails_and_what_to_install_is_said, set_up,
			close_codecs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
