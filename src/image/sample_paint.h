/*
 * sample_paint.h - colours, and a row of a sample picture while it is painted (floor: image).
 *
 * Shared by what paints the landscape and what stands in it. Plain values, no state.
 */
#ifndef IMGTOP_IMAGE_SAMPLE_PAINT_H
#define IMGTOP_IMAGE_SAMPLE_PAINT_H

#include <stdint.h>

/* Red, green, blue in 1/16 of an 8-bit level: 0..4080; may leave the range until it is stored. */
struct sample_colour {
	int32_t r;
	int32_t g;
	int32_t b;
};

struct sample_row {
	struct sample_colour *pixels;
	const int32_t *texture; /* noise for this row, see sample_field_row */
	int width;
	int y;
};

/* 0xrrggbb */
static inline struct sample_colour sample_rgb(uint32_t rgb)
{
	return (struct sample_colour){
		.r = (int32_t)(rgb >> 16 & 255) * 16,
		.g = (int32_t)(rgb >> 8 & 255) * 16,
		.b = (int32_t)(rgb & 255) * 16,
	};
}

static inline int32_t sample_clamp(int32_t value, int32_t low, int32_t high)
{
	return value < low ? low : value > high ? high : value;
}

/* a at t = 0, b at t = 256 */
static inline struct sample_colour sample_blend(struct sample_colour a, struct sample_colour b,
						int32_t t)
{
	return (struct sample_colour){
		.r = a.r + ((b.r - a.r) * t >> 8),
		.g = a.g + ((b.g - a.g) * t >> 8),
		.b = a.b + ((b.b - a.b) * t >> 8),
	};
}

/* The colour times light; light is in 1/4096. */
static inline struct sample_colour sample_light(struct sample_colour c, int32_t light)
{
	return (struct sample_colour){
		.r = c.r * light >> 12,
		.g = c.g * light >> 12,
		.b = c.b * light >> 12,
	};
}

/* Paint columns left..right-1 (clipped), lit by the row's texture; contrast in 1/256. */
void sample_span(const struct sample_row *row, int left, int right, struct sample_colour colour,
		 int contrast);

/*
 * One line of text in block letters of 5 by 7 dots, `dot_px` pixels each, the line's left top at
 * (left, top). Letters A to Z; everything else is a space.
 */
void sample_text_row(const struct sample_row *row, const char *text, int left, int top, int dot_px,
		     struct sample_colour ink);

/* Dots that a text takes from left to right. */
int sample_text_dots(const char *text);

/* A word of a sign, chosen by number. */
const char *sample_word(uint32_t number);

#endif
