/*
 * jpeg_scale.c - how far a JPEG decoder may scale a picture down that will be reduced further.
 *
 * The margins come from 36 photographs reduced to 17 sizes between 160 and 1920 pixels at quality
 * 85, held against the full picture reduced in double precision: just below them the sharpest of
 * the photographs loses 0.5 dB or more to a decoder that does not scale, from them on none loses
 * more than 0.3 dB. Without them it is 1.7 dB at 1/4.
 */
#include "config.h"

#include "image/jpeg_scale.h"

#include <stdbool.h>

enum { DCT_SIZE = 8, HUNDRED = 100 };

/* How long a scaled side must be at least, in % of what it will be. */
static const unsigned margins[DCT_SIZE + 1] = {[1] = 165, [2] = 155, [4] = 130};

static bool reaches(struct jpeg_side side, unsigned n, unsigned percent)
{
	return side.full * n * HUNDRED >= side.wanted * DCT_SIZE * percent;
}

unsigned jpeg_scale_smallest(struct jpeg_side across, struct jpeg_side down)
{
	unsigned n = 1;

	while (n < DCT_SIZE && !(reaches(across, n, HUNDRED) && reaches(down, n, HUNDRED)))
		n *= 2;
	return n;
}

unsigned jpeg_scale_good(struct jpeg_side across, struct jpeg_side down)
{
	unsigned n = 1;

	while (n < DCT_SIZE && !(reaches(across, n, margins[n]) && reaches(down, n, margins[n])))
		n *= 2;
	return n;
}
