/*
 * colour.h - from the colours of a profile to sRGB, through Little CMS (floor: image).
 *
 * A struct colour belongs to one worker and is used by one thread. It keeps the conversion that was
 * made last: making one costs as much as converting some megapixels.
 */
#ifndef IMGTOP_IMAGE_COLOUR_H
#define IMGTOP_IMAGE_COLOUR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum colour_kind {
	COLOUR_GREY,
	COLOUR_RGB,
	COLOUR_CMYK,	      /* 255 = all of the ink */
	COLOUR_CMYK_INVERTED, /* 255 = no ink, as Adobe's programs store it */
};

struct colour;

struct colour *colour_open(void);
void colour_close(struct colour *colour);

/* Is this a profile for pictures of that kind, by its header? */
bool colour_profile_is_for(const void *profile, size_t bytes, enum colour_kind kind);

/* Prepare for conversion from a profile's colours, relative colorimetric with black point
 * compensation. false: the profile cannot be used. */
bool colour_prepare(struct colour *colour, enum colour_kind kind, const void *profile,
		    size_t bytes);

/* Convert pixels of the kind that was prepared for to three bytes each. `to` overlaps nothing. */
void colour_convert(const struct colour *colour, const unsigned char *from, unsigned char *to,
		    uint32_t pixels);

/* The same for CMYK of which nothing is known: each ink takes away its share of the light. */
void colour_convert_plainly(enum colour_kind kind, const unsigned char *from, unsigned char *to,
			    uint32_t pixels);

#endif
