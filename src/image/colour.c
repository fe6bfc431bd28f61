/*
 * colour.c - from the colours of a profile to sRGB.
 */
#include "config.h"

#include "image/colour.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <lcms2.h>

#include "base/mem.h"

enum { PROFILE_HEADER = 128, SPACE_AT = 16, SPACE_BYTES = 4 };

struct colour {
	cmsContext context;
	cmsHTRANSFORM transform; /* NULL = none */
	enum colour_kind kind;
	void *profile; /* that the transform was made from */
	size_t profile_bytes;
};

static const struct {
	cmsUInt32Number format;
	const char *space; /* ICC.1:2010, 7.2.6 */
} kinds[] = {
	[COLOUR_GREY] = {TYPE_GRAY_8, "GRAY"},
	[COLOUR_RGB] = {TYPE_RGB_8, "RGB "},
	[COLOUR_CMYK] = {TYPE_CMYK_8, "CMYK"},
	[COLOUR_CMYK_INVERTED] = {TYPE_CMYK_8_REV, "CMYK"},
};

/* What is wrong with a profile shows in what the calls return. */
static void say_nothing(cmsContext context, cmsUInt32Number code, const char *text)
{
	(void)context;
	(void)code;
	(void)text;
}

struct colour *colour_open(void)
{
	struct colour *colour = mem_calloc(1, sizeof *colour);

	colour->context = cmsCreateContext(NULL, NULL);
	if (colour->context != NULL)
		cmsSetLogErrorHandlerTHR(colour->context, say_nothing);
	return colour;
}

static void forget(struct colour *colour)
{
	if (colour->transform != NULL)
		cmsDeleteTransform(colour->transform);
	free(colour->profile);
	colour->transform = NULL;
	colour->profile = NULL;
	colour->profile_bytes = 0;
}

void colour_close(struct colour *colour)
{
	if (colour == NULL)
		return;
	forget(colour);
	if (colour->context != NULL)
		cmsDeleteContext(colour->context);
	free(colour);
}

bool colour_profile_is_for(const void *profile, size_t bytes, enum colour_kind kind)
{
	return bytes >= PROFILE_HEADER &&
	       memcmp((const char *)profile + SPACE_AT, kinds[kind].space, SPACE_BYTES) == 0;
}

static bool is_prepared(const struct colour *colour, enum colour_kind kind, const void *profile,
			size_t bytes)
{
	return colour->transform != NULL && colour->kind == kind &&
	       colour->profile_bytes == bytes && memcmp(colour->profile, profile, bytes) == 0;
}

bool colour_prepare(struct colour *colour, enum colour_kind kind, const void *profile, size_t bytes)
{
	cmsHPROFILE from;
	cmsHPROFILE to;

	if (is_prepared(colour, kind, profile, bytes))
		return true;
	forget(colour);
	if (colour->context == NULL || bytes > UINT32_MAX ||
	    !colour_profile_is_for(profile, bytes, kind))
		return false;
	from = cmsOpenProfileFromMemTHR(colour->context, profile, (cmsUInt32Number)bytes);
	to = cmsCreate_sRGBProfileTHR(colour->context);
	if (from != NULL && to != NULL)
		colour->transform = cmsCreateTransformTHR(
			colour->context, from, kinds[kind].format, to, TYPE_RGB_8,
			INTENT_RELATIVE_COLORIMETRIC, cmsFLAGS_BLACKPOINTCOMPENSATION);
	if (from != NULL)
		cmsCloseProfile(from);
	if (to != NULL)
		cmsCloseProfile(to);
	if (colour->transform == NULL)
		return false;
	colour->kind = kind;
	colour->profile = mem_try(bytes);
	if (colour->profile != NULL) {
		memcpy(colour->profile, profile, bytes);
		colour->profile_bytes = bytes;
	}
	return true;
}

void colour_convert(const struct colour *colour, const unsigned char *from, unsigned char *to,
		    uint32_t pixels)
{
	assert(colour->transform != NULL);
	cmsDoTransform(colour->transform, from, to, pixels);
}

/* a * b / 255, rounded to nearest; exact for all products of two bytes. */
static unsigned char scale_byte(unsigned a, unsigned b)
{
	unsigned product = a * b + 128;

	return (unsigned char)((product + (product >> 8)) >> 8);
}

void colour_convert_plainly(enum colour_kind kind, const unsigned char *from, unsigned char *to,
			    uint32_t pixels)
{
	unsigned flip = kind == COLOUR_CMYK ? UINT8_MAX : 0;

	assert(kind == COLOUR_CMYK || kind == COLOUR_CMYK_INVERTED);
	for (uint32_t i = 0; i < pixels; i++) {
		const unsigned char *inks = from + 4 * (size_t)i;
		unsigned light = inks[3] ^ flip;

		for (unsigned k = 0; k < 3; k++)
			to[3 * (size_t)i + k] = scale_byte(inks[k] ^ flip, light);
	}
}
