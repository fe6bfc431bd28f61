/*
 * bmp_kinds.h - the kinds of BMP files that are known.
 */
#ifndef IMGTOP_TESTS_BMP_KINDS_H
#define IMGTOP_TESTS_BMP_KINDS_H

#include <stddef.h>

#include "bmp_files.h"

/* Kinds whose meaning is beyond doubt. */
extern const struct bmp_recipe bmp_good[];
extern const size_t bmp_good_count;

/* Kinds that can be shown, with a word on what had to be guessed. */
struct bmp_doubtful {
	struct bmp_recipe recipe;
	const char *warning;
};
extern const struct bmp_doubtful bmp_doubtful[];
extern const size_t bmp_doubtful_count;

#endif
