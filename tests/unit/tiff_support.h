/*
 * tiff_support.h - TIFF files for the tests: every kind of sample in every arrangement, written by
 * libtiff.
 */
#ifndef IMGTOP_TESTS_TIFF_SUPPORT_H
#define IMGTOP_TESTS_TIFF_SUPPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "image_support.h"

struct tiff_recipe {
	uint32_t width;
	uint32_t height;
	unsigned photometric; /* PHOTOMETRIC_... */
	unsigned bits;
	unsigned extras;     /* samples beyond the colours */
	unsigned extra_kind; /* EXTRASAMPLE_..., of the last of them; others are unspecified */
	bool separate;
	bool tiled;		 /* of 32 x 16 */
	uint32_t rows_per_strip; /* 0 = all */
	unsigned compression;	 /* COMPRESSION_...; 0 = none */
	bool predictor;
	bool smooth;	    /* samples as paint_asymmetric has them, for JPEG */
	bool small_palette; /* entries of 8 bits where 16 belong */
	bool reversed;	    /* bits of a byte */
	const char *mode;   /* of TIFFOpen: "w", "wl", "wb", "w8" ...; NULL = "w" */
	unsigned orientation;
	unsigned sample_format; /* 0 = not told */
	unsigned pages;		/* further ones */
	unsigned previews;	/* pages before that are marked as previews */
	bool story;		/* who made it, when, and how */
	const struct bytes *icc;
};

struct bytes make_tiff(const struct tiff_recipe *recipe);

/* What is stored of a pixel, of `bits` bits. */
unsigned tiff_sample(const struct tiff_recipe *recipe, uint32_t x, uint32_t y, unsigned channel);

/* The value that decoding must give, with alpha; grey in all three. Not rounded. */
void tiff_expected(const struct tiff_recipe *recipe, uint32_t x, uint32_t y, double rgba[4]);

bool tiff_has_alpha(const struct tiff_recipe *recipe);

/* Offset of the entry of a tag in the first page of a classic file in this machine's order. */
size_t find_tiff_tag(const struct bytes *tiff, unsigned tag);

#endif
