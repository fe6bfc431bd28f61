/*
 * bmp_checks.c - what is asserted of decoding a BMP file.
 */
#include "config.h"

#include "bmp_checks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

void assert_bmp_pixels(const struct bmp_recipe *recipe, const struct image *image)
{
	const struct image_geometry *geometry = &image->geometry;

	for (uint32_t y = 0; y < geometry->height; y++)
		for (uint32_t x = 0; x < geometry->width; x++) {
			unsigned char wanted[4];
			bool right = true;

			bmp_expected(recipe, geometry->height, x, y, wanted);
			for (unsigned i = wanted[3] == 0 ? 3 : 0; i < geometry->nplanes; i++)
				right = right && image_row(image, i, y)[x] == wanted[i];
			if (!right)
				fail_msg("%s, %u x %u: wrong at %u,%u", recipe->name,
					 geometry->width, geometry->height, x, y);
		}
}

void assert_bmp_refused(struct codec_state *codecs, const struct codec_input *input,
			const char *name, const char *word)
{
	struct codec_result result;
	struct image image;
	struct err err;

	if (decode_any(codecs, input, &image, &result, &err) == 0)
		fail_msg("%s: decoded, though it should be refused for: %s", name, word);
	assert_int_equal(err.kind, ERR_PERMANENT);
	if (strstr(err.text, word) == NULL)
		fail_msg("%s: \"%s\" does not say: %s", name, err.text, word);
}
