/*
 * bmp_checks.h - what is asserted of decoding a BMP file. Whatever fails in here ends the test
 * program.
 */
#ifndef IMGTOP_TESTS_BMP_CHECKS_H
#define IMGTOP_TESTS_BMP_CHECKS_H

#include "bmp_files.h"

/* The pixels are those that the recipe gives; the rows of the picture count, not those of the file.
 */
void assert_bmp_pixels(const struct bmp_recipe *recipe, const struct image *image);

/* It is refused for ever, with the word in the reason. name: for the message. */
void assert_bmp_refused(struct codec_state *codecs, const struct codec_input *input,
			const char *name, const char *word);

#endif
