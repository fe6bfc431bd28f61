/*
 * codec_colours.c - what becomes of a decoded picture's colours and profile, whatever its format.
 */
#include "config.h"

#include "image/codec_internal.h"

#include "image/jpeg_encode.h"
#include "image/planes.h"

enum { RGB_BYTES = 3, GREEN = 1 };

void codec_prepare_inks(struct codec_state *state, enum colour_kind kind, char *warning)
{
	struct codec_buffer *icc = &state->icc;

	state->by_profile = icc->length != 0 &&
			    colour_prepare(codec_colour(state), kind, icc->bytes, icc->length);
	if (icc->length != 0 && !state->by_profile)
		codec_warn(warning,
			   "the colour profile of the CMYK picture cannot be used: its colours are "
			   "approximate");
	icc->length = 0;
}

/* Rows in the order that the conversion wants them, and back. */
static void convert_row(struct codec_state *state, struct image *image, uint32_t y)
{
	uint32_t width = image->geometry.width;
	unsigned char *from = state->rows.bytes;
	unsigned char *to = from + (size_t)width * RGB_BYTES;
	unsigned nplanes = image->geometry.nplanes < RGB_BYTES ? 1 : RGB_BYTES;

	for (unsigned i = 0; i < nplanes; i++) {
		const unsigned char *row = image_row(image, i, y);

		for (uint32_t x = 0; x < width; x++)
			from[(size_t)x * nplanes + i] = row[x];
	}
	colour_convert(state->colour, from, to, width);
	for (unsigned i = 0; i < nplanes; i++) {
		unsigned char *row = image_row(image, i, y);
		unsigned part = nplanes == 1 ? GREEN : i;

		for (uint32_t x = 0; x < width; x++)
			row[x] = to[(size_t)x * RGB_BYTES + part];
	}
}

static int convert(struct codec_state *state, const struct codec_input *input, struct image *image,
		   struct err *err)
{
	if (codec_buffer_reserve(&state->rows, (size_t)image->geometry.width * 2 * RGB_BYTES,
				 err) != 0)
		return -1;
	for (uint32_t y = 0; y < image->geometry.height; y++) {
		if (y % 64 == 0 && codec_check_cancelled(&input->hooks, err) != 0)
			return -1;
		convert_row(state, image, y);
	}
	image_pad(image);
	state->icc.length = 0;
	return 0;
}

/* Must the picture be converted from this profile? */
static bool wants_conversion(const struct codec_input *input, const struct codec_buffer *icc,
			     const struct image *image, enum colour_kind *kind)
{
	bool grey = image->geometry.format == IMAGE_GRAY8;

	*kind = grey ? COLOUR_GREY : COLOUR_RGB;
	if (image->geometry.format == IMAGE_YCBCR8 ||
	    !colour_profile_is_for(icc->bytes, icc->length, *kind))
		return false;
	return input->colours == CODEC_COLOURS_SRGB ||
	       (grey && input->colours == CODEC_COLOURS_KEPT);
}

static void give_icc(const struct codec_state *state, struct codec_result *result)
{
	const struct codec_buffer *icc = &state->icc;

	if (icc->length == 0)
		return;
	if (!colour_profile_is_for(icc->bytes, icc->length, COLOUR_RGB)) {
		codec_warn(result->warning, "%s colour profile fits no RGB picture and was dropped",
			   colour_profile_is_for(icc->bytes, icc->length, COLOUR_GREY)
				   ? "the grey"
				   : "the embedded");
		return;
	}
	if (icc->length > JPEG_ICC_MAX_BYTES) {
		codec_warn(result->warning, "the colour profile is too large and was dropped");
		return;
	}
	result->icc = icc->bytes;
	result->icc_bytes = icc->length;
}

int codec_settle_colours(struct codec_state *state, const struct codec_input *input,
			 struct image *image, struct codec_result *result, struct err *err)
{
	const struct codec_buffer *icc = &state->icc;
	enum colour_kind kind;

	if (input->colours == CODEC_COLOURS_UNCONVERTED)
		return 0;
	if (icc->length != 0 && image != NULL && wants_conversion(input, icc, image, &kind)) {
		if (colour_prepare(codec_colour(state), kind, icc->bytes, icc->length))
			return convert(state, input, image, err);
		codec_warn(result->warning, "the colour profile cannot be used: the colours were "
					    "not converted");
	}
	give_icc(state, result);
	return 0;
}
