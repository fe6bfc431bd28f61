/*
 * measure.h - how far a reduced picture is from the ideal one (benchmarks).
 *
 * Straight from the definitions, in double precision, and on purpose without a line of what is
 * measured: it shares neither code nor shortcuts with the program.
 */
#ifndef IMGTOP_BENCH_MEASURE_H
#define IMGTOP_BENCH_MEASURE_H

#include <stddef.h>

/* Interleaved RGB, rows from the top without gaps. */
struct pixels {
	size_t width;
	size_t height;
	unsigned char *rgb;
};

struct measure_box {
	size_t x;
	size_t y;
	size_t width;
	size_t height;
};

/*
 * The ideal picture of this size: Lanczos with three lobes, widened by the scale where it shrinks,
 * pixel centres at (i + 0.5); at the edges what would lie outside is left out and the weights of
 * the rest are made to sum to 1. Values are clipped to 0..255 but not rounded. width * height * 3
 * of them; the caller frees.
 */
double *measure_reference(const struct pixels *source, size_t width, size_t height);

/* Peak signal to noise ratio in dB over the three channels of a box; INFINITY for equal ones, NAN
 * for an empty box. The reference has the picture's size. */
double measure_psnr(const double *reference, const struct pixels *picture, struct measure_box box);

/*
 * Mean structural similarity of the luma (0.299 R + 0.587 G + 0.114 B): Gaussian window of 11 x 11
 * with sigma 1.5, K1 = 0.01, K2 = 0.03 (Wang et al. 2004), only where the whole window lies inside.
 * NAN for pictures smaller than the window.
 */
double measure_ssim(const double *reference, const struct pixels *picture);

#endif
