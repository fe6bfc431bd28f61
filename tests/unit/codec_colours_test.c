/*
 * codec_colours_test.c - pictures whose colours have to be converted: CMYK, grey with a profile,
 * sRGB on request.
 *
 * Profiles are made here with Little CMS, so that what must come out can be computed from what was
 * put in.
 */
#include "config.h"

#include "image/codec.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <lcms2.h>
#include <tiff.h>

#include "base/mem.h"
#include "image/planes.h"
#include "image_support.h"
#include "tiff_support.h"

enum { SIDE = 48, GRID = 9 };

static struct bytes saved(cmsHPROFILE profile)
{
	cmsUInt32Number length = 0;
	struct bytes bytes;

	assert_non_null(profile);
	assert_true(cmsSaveProfileToMem(profile, NULL, &length));
	bytes = (struct bytes){mem_calloc(length, 1), length};
	assert_true(cmsSaveProfileToMem(profile, bytes.bytes, &length));
	cmsCloseProfile(profile);
	return bytes;
}

/* Samples are amounts of light, not curved as those of sRGB are. */
static struct bytes linear_grey(void)
{
	cmsToneCurve *line = cmsBuildGamma(NULL, 1);
	cmsHPROFILE profile = cmsCreateGrayProfile(cmsD50_xyY(), line);

	cmsFreeToneCurve(line);
	return saved(profile);
}

static struct bytes linear_rgb(void)
{
	const cmsCIExyY white = {0.3127, 0.3290, 1};
	const cmsCIExyYTRIPLE primaries = {{0.64, 0.33, 1}, {0.30, 0.60, 1}, {0.15, 0.06, 1}};
	cmsToneCurve *line = cmsBuildGamma(NULL, 1);
	cmsToneCurve *lines[] = {line, line, line};
	cmsHPROFILE profile = cmsCreateRGBProfile(&white, &primaries, lines);

	cmsFreeToneCurve(line);
	return saved(profile);
}

/* Inks that are all grey: each of the colours takes a third of the lightness, black all of it. */
static double lightness(double c, double m, double y, double k)
{
	return (1 - (c + m + y) / 3) * (1 - k);
}

static cmsInt32Number mix(const cmsUInt16Number inks[], cmsUInt16Number lab[], void *unused)
{
	cmsCIELab colour = {100 * lightness(inks[0] / 65535.0, inks[1] / 65535.0, inks[2] / 65535.0,
					    inks[3] / 65535.0),
			    0, 0};

	(void)unused;
	cmsFloat2LabEncodedV2(lab, &colour);
	return TRUE;
}

static struct bytes grey_inks(void)
{
	cmsHPROFILE profile = cmsCreateProfilePlaceholder(NULL);
	cmsPipeline *pipeline = cmsPipelineAlloc(NULL, 4, 3);
	cmsStage *table = cmsStageAllocCLut16bit(NULL, GRID, 4, 3, NULL);

	assert_true(cmsStageSampleCLut16bit(table, mix, NULL, 0));
	assert_true(cmsPipelineInsertStage(pipeline, cmsAT_BEGIN, table));
	cmsSetProfileVersion(profile, 2.1);
	cmsSetDeviceClass(profile, cmsSigOutputClass);
	cmsSetColorSpace(profile, cmsSigCmykData);
	cmsSetPCS(profile, cmsSigLabData);
	assert_true(cmsWriteTag(profile, cmsSigAToB0Tag, pipeline));
	assert_true(cmsWriteTag(profile, cmsSigAToB1Tag, pipeline));
	cmsPipelineFree(pipeline);
	return saved(profile);
}

/* IEC 61966-2-1 */
static double srgb_of_light(double light)
{
	return 255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * pow(light, 1 / 2.4) - 0.055);
}

/* CIE 15 */
static double light_of_lightness(double lightness_100)
{
	return lightness_100 > 8 ? pow((lightness_100 + 16) / 116, 3) : lightness_100 * 27 / 24389;
}

static struct image decode(struct codec_state *codecs, const struct jpeg_recipe *recipe,
			   enum codec_colours colours, struct codec_result *result)
{
	struct bytes jpeg = make_jpeg(recipe);
	struct codec_input input = input_of(&jpeg);
	struct image image;

	input.colours = colours;
	input.chroma = (struct image_cell){2, 2};
	image = decode_well(codecs, &input, result);
	free(jpeg.bytes);
	return image;
}

/* Is every pixel what the painted one should become? */
static void check(const struct image *image,
		  double (*wanted)(const unsigned char painted[3], unsigned plane), double allowed)
{
	double worst = 0;

	for (unsigned i = 0; i < image->geometry.nplanes; i++)
		for (uint32_t y = 0; y < SIDE; y++)
			for (uint32_t x = 0; x < SIDE; x++) {
				unsigned char painted[3];

				paint_asymmetric(x, y, SIDE, SIDE, painted);
				worst = fmax(worst,
					     fabs(image_row(image, i, y)[x] - wanted(painted, i)));
			}
	if (worst > allowed)
		fail_msg("%.1f off", worst);
}

/* make_jpeg stores cyan, magenta, yellow as the painted colours and black as the painted red. */
static double plain_inverted(const unsigned char painted[3], unsigned plane)
{
	return painted[plane] * painted[0] / 255.0;
}

static double plain(const unsigned char painted[3], unsigned plane)
{
	return (255 - painted[plane]) * (255 - painted[0]) / 255.0;
}

static double by_inks(double c, double m, double y, double k)
{
	return srgb_of_light(light_of_lightness(100 * lightness(c, m, y, k)));
}

static double profiled_inverted(const unsigned char painted[3], unsigned plane)
{
	(void)plane;
	return by_inks(1 - painted[0] / 255.0, 1 - painted[1] / 255.0, 1 - painted[2] / 255.0,
		       1 - painted[0] / 255.0);
}

static double profiled(const unsigned char painted[3], unsigned plane)
{
	(void)plane;
	return by_inks(painted[0] / 255.0, painted[1] / 255.0, painted[2] / 255.0,
		       painted[0] / 255.0);
}

static void inks_are_converted_by_the_marker_with_and_without_profile(void **state)
{
	struct bytes profile = grey_inks();
	const struct {
		bool ycck;
		bool unmarked;
		bool profiled;
		double (*wanted)(const unsigned char painted[3], unsigned plane);
	} cases[] = {
		{false, false, false, plain_inverted},
		{true, false, false, plain_inverted},
		{false, true, false, plain},
		{false, false, true, profiled_inverted},
		{true, false, true, profiled_inverted},
		{false, true, true, profiled},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct jpeg_recipe recipe = {.width = SIDE,
						   .height = SIDE,
						   .components = 4,
						   .quality = 100,
						   .ycck = cases[i].ycck,
						   .unmarked = cases[i].unmarked,
						   .icc = cases[i].profiled ? &profile : NULL};
		struct codec_result result;
		struct image image = decode(*state, &recipe, CODEC_COLOURS_KEPT, &result);

		assert_int_equal(image.geometry.format, IMAGE_RGB8);
		assert_null(result.icc);
		assert_string_equal(result.warning, "");
		/* A profile's grid is not smooth where little light is left. */
		check(&image, cases[i].wanted, cases[i].profiled ? 12 : 6);
		free_image(&image);
	}
	free(profile.bytes);
}

static void a_profile_of_inks_that_is_broken_is_told_and_not_used(void **state)
{
	struct bytes profile = make_icc("CMYK");
	const struct jpeg_recipe recipe = {
		.width = SIDE, .height = SIDE, .components = 4, .quality = 100, .icc = &profile};
	struct codec_result result;
	struct image image = decode(*state, &recipe, CODEC_COLOURS_KEPT, &result);

	assert_non_null(strstr(result.warning, "approximate"));
	assert_null(result.icc);
	check(&image, plain_inverted, 4);
	free_image(&image);
	free(profile.bytes);
}

static void check_inks_of_tiff(struct codec_state *codecs, const struct tiff_recipe *recipe)
{
	struct bytes tiff = make_tiff(recipe);
	struct codec_input input = input_of(&tiff);
	double most = (1u << recipe->bits) - 1;
	struct codec_result result;
	struct image image = decode_well(codecs, &input, &result);

	assert_int_equal(image.geometry.format, IMAGE_RGB8);
	assert_null(result.icc);
	assert_string_equal(result.warning, "");
	for (unsigned i = 0; i < 3; i++)
		for (uint32_t y = 0; y < SIDE; y++)
			for (uint32_t x = 0; x < SIDE; x++) {
				double wanted = by_inks(tiff_sample(recipe, x, y, 0) / most,
							tiff_sample(recipe, x, y, 1) / most,
							tiff_sample(recipe, x, y, 2) / most,
							tiff_sample(recipe, x, y, 3) / most);

				assert_true(fabs(image_row(&image, i, y)[x] - wanted) <= 12);
			}
	free_image(&image);
	free(tiff.bytes);
}

static void inks_of_tiff_files_are_converted_by_their_profile(void **state)
{
	struct bytes profile = grey_inks();
	struct tiff_recipe recipe = {.width = SIDE,
				     .height = SIDE,
				     .photometric = PHOTOMETRIC_SEPARATED,
				     .bits = 8,
				     .icc = &profile};

	check_inks_of_tiff(*state, &recipe);
	recipe.bits = 16;
	check_inks_of_tiff(*state, &recipe);
	recipe.separate = true;
	recipe.tiled = true;
	check_inks_of_tiff(*state, &recipe);
	free(profile.bytes);
}

static void a_broken_profile_of_a_tiff_files_inks_is_told(void **state)
{
	struct bytes profile = make_icc("CMYK");
	struct bytes tiff = make_tiff(&(struct tiff_recipe){.width = SIDE,
							    .height = SIDE,
							    .photometric = PHOTOMETRIC_SEPARATED,
							    .bits = 8,
							    .icc = &profile});
	struct codec_input input = input_of(&tiff);
	struct codec_result result;
	struct image image = decode_well(*state, &input, &result);

	assert_non_null(strstr(result.warning, "approximate"));
	assert_null(result.icc);
	free_image(&image);
	free(tiff.bytes);
	free(profile.bytes);
}

static double grey_unchanged(const unsigned char painted[3], unsigned plane)
{
	(void)plane;
	return painted[0];
}

static double grey_of_light(const unsigned char painted[3], unsigned plane)
{
	(void)plane;
	return srgb_of_light(painted[0] / 255.0);
}

static double rgb_of_light(const unsigned char painted[3], unsigned plane)
{
	return srgb_of_light(painted[plane] / 255.0);
}

static void a_grey_profile_is_converted_because_no_output_could_hold_it(void **state)
{
	struct bytes profile = linear_grey();
	const struct jpeg_recipe recipe = {
		.width = SIDE, .height = SIDE, .components = 1, .quality = 100, .icc = &profile};

	for (int colours = CODEC_COLOURS_KEPT; colours <= CODEC_COLOURS_UNCONVERTED; colours++) {
		struct codec_result result;
		struct image image = decode(*state, &recipe, (enum codec_colours)colours, &result);
		bool converted = colours != CODEC_COLOURS_UNCONVERTED;

		assert_int_equal(image.geometry.format, IMAGE_GRAY8);
		assert_null(result.icc);
		assert_string_equal(result.warning, "");
		/* Where it is dark one level becomes twelve. */
		check(&image, converted ? grey_of_light : grey_unchanged, converted ? 14 : 2);
		free_image(&image);
	}
	free(profile.bytes);
}

static void colours_become_srgb_only_when_that_was_asked_for(void **state)
{
	struct bytes profile = linear_rgb();
	const struct jpeg_recipe recipe = {
		.width = SIDE, .height = SIDE, .quality = 100, .icc = &profile};
	struct codec_result result;
	struct image image = decode(*state, &recipe, CODEC_COLOURS_KEPT, &result);

	assert_int_equal(image.geometry.format, IMAGE_YCBCR8);
	assert_int_equal(result.icc_bytes, profile.length);
	free_image(&image);
	image = decode(*state, &recipe, CODEC_COLOURS_UNCONVERTED, &result);
	assert_int_equal(image.geometry.format, IMAGE_YCBCR8);
	assert_null(result.icc);
	free_image(&image);
	image = decode(*state, &recipe, CODEC_COLOURS_SRGB, &result);
	assert_int_equal(image.geometry.format, IMAGE_RGB8);
	assert_null(result.icc);
	assert_string_equal(result.warning, "");
	check(&image, rgb_of_light, 30);
	assert_in_range(image_row(&image, 0, 10)[SIDE / 2], 185, 191); /* of 127 or 128 */
	free_image(&image);
	free(profile.bytes);
}

static void a_profile_that_cannot_be_used_is_told_and_kept(void **state)
{
	struct bytes profile = make_icc("RGB ");
	const struct jpeg_recipe recipe = {.width = SIDE, .height = SIDE, .icc = &profile};
	struct codec_result result;
	struct image image = decode(*state, &recipe, CODEC_COLOURS_SRGB, &result);

	assert_non_null(strstr(result.warning, "not converted"));
	assert_int_equal(result.icc_bytes, profile.length);
	free_image(&image);
	free(profile.bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(inks_are_converted_by_the_marker_with_and_without_profile),
		cmocka_unit_test(a_profile_of_inks_that_is_broken_is_told_and_not_used),
		cmocka_unit_test(inks_of_tiff_files_are_converted_by_their_profile),
		cmocka_unit_test(a_broken_profile_of_a_tiff_files_inks_is_told),
		cmocka_unit_test(a_grey_profile_is_converted_because_no_output_could_hold_it),
		cmocka_unit_test(colours_become_srgb_only_when_that_was_asked_for),
		cmocka_unit_test(a_profile_that_cannot_be_used_is_told_and_kept),
	};

	return cmocka_run_group_tests(tests, open_codecs, close_codecs);
}
