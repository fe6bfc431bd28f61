/*
 * codec_bmp.c - BMP, by our own decoder.
 *
 * Pixels lie in the file as they are shown, or nearly so: rows are taken straight from it. What
 * cannot be shown rightly is refused with its reason, and a file that says too little about itself
 * to be sure (transparency that would leave nothing to see) gets a warning.
 */
#include "config.h"

#include "image/codec_internal.h"

#include <inttypes.h>
#include <string.h>

#include "image/bmp_header.h"
#include "image/bmp_rle.h"
#include "image/planes.h"

enum { POLL_EVERY = 64, OPAQUE = 255 };

struct bmp_decoder {
	const struct codec_input *input;
	const unsigned char *bytes;
	struct bmp_header header;
	struct bmp_palette palette;
	unsigned char *indices; /* of one row */
	struct image *image;
	unsigned char any_alpha; /* all alpha samples together */
	struct codec_result *result;
	struct err *err;
};

/* Damage is an error, or when it is tolerated a warning. */
static int damage(struct bmp_decoder *decoder, const char *what)
{
	if (!decoder->input->tolerate)
		return err_permanent(decoder->err, "damaged BMP: %s", what);
	if (!decoder->result->damaged)
		decoder->result->warning[0] = '\0';
	decoder->result->damaged = true;
	codec_warn(decoder->result->warning, "damaged BMP: %s", what);
	return 0;
}

static bool is_run_length(const struct bmp_header *header)
{
	return header->coding == BMP_RLE4 || header->coding == BMP_RLE8 ||
	       header->coding == BMP_RLE24;
}

static enum image_format output_format(const struct bmp_header *header)
{
	bool alpha = header->coding == BMP_MASKED && header->mask[BMP_ALPHA].bits != 0;

	return alpha || is_run_length(header) ? IMAGE_RGBA8 : IMAGE_RGB8;
}

/* Rows that the file holds; the padding of the last one may be missing. */
static uint64_t rows_in_file(const struct bmp_header *header, size_t length)
{
	size_t room = length - header->pixels_at;
	size_t last = ((size_t)header->width * header->bits + 7) / 8;

	return room / header->row_bytes + (room % header->row_bytes >= last);
}

static int read_header(const struct codec_input *input, struct bmp_header *header, struct err *err)
{
	if (bmp_header_read(header, input->bytes, input->length, err) != 0 ||
	    codec_check_size(input->limits, header->width, header->height, err) != 0)
		return -1;
	/* Known before memory is taken for what is not there. */
	if (!input->tolerate && !is_run_length(header) &&
	    rows_in_file(header, input->length) < header->height)
		return err_permanent(err, "damaged BMP: the file ends too early");
	return 0;
}

static void describe(const struct bmp_header *header, struct codec_info *info)
{
	enum image_format format = output_format(header);

	info->width = header->width;
	info->height = header->height;
	info->has_alpha = format == IMAGE_RGBA8;
	info->has_icc = header->profile_bytes != 0;
	info->working_bytes = header->width;
	image_geometry_init(&info->geometry, format, info->width, info->height);
}

static int bmp_probe(struct codec_state *state, const struct codec_input *input,
		     struct codec_info *info, struct err *err)
{
	struct bmp_header header;

	(void)state;
	if (read_header(input, &header, err) != 0)
		return -1;
	describe(&header, info);
	return 0;
}

static void read_palette(struct bmp_decoder *decoder)
{
	const struct bmp_header *header = &decoder->header;
	const unsigned char *entry = decoder->bytes + header->palette_at;

	for (unsigned i = 0; i < header->colours; i++, entry += header->entry_bytes)
		for (unsigned colour = 0; colour < 3; colour++)
			decoder->palette.plane[colour][i] = entry[2 - colour];
}

static int read_indexed_row(struct bmp_decoder *decoder, const unsigned char *from, uint32_t y)
{
	const struct bmp_header *header = &decoder->header;
	unsigned char *indices = decoder->indices;
	unsigned per_byte = 8 / header->bits;
	unsigned mask = (1u << header->bits) - 1;
	unsigned largest = 0;

	for (uint32_t x = 0; x < header->width; x++) {
		unsigned shift = (per_byte - 1 - x % per_byte) * header->bits;
		unsigned index = (unsigned)from[x / per_byte] >> shift & mask;

		indices[x] = (unsigned char)index;
		largest = index > largest ? index : largest;
	}
	for (unsigned i = 0; i < 3; i++) {
		const unsigned char *colours = decoder->palette.plane[i];
		unsigned char *to = image_row(decoder->image, i, y);

		for (uint32_t x = 0; x < header->width; x++)
			to[x] = colours[indices[x]];
	}
	if (largest >= header->colours)
		return damage(decoder, "a colour that the palette has not");
	return 0;
}

static uint32_t read_pixel(const unsigned char *from, unsigned bytes)
{
	uint32_t pixel = from[0] | (uint32_t)from[1] << 8;

	return bytes == 2 ? pixel : pixel | (uint32_t)from[2] << 16 | (uint32_t)from[3] << 24;
}

/* Samples of a mask, stretched to 8 bits and rounded. Returns all of them together. */
static unsigned char unmask_row(const struct bmp_decoder *decoder, const struct bmp_mask *mask,
				const unsigned char *from, unsigned char *to)
{
	unsigned bytes = decoder->header.bits / 8;
	uint64_t most = (UINT64_C(1) << mask->bits) - 1;
	unsigned char together = 0;

	if (mask->bits == 8) {
		for (uint32_t x = 0; x < decoder->header.width; x++, from += bytes) {
			to[x] = (unsigned char)(read_pixel(from, bytes) >> mask->shift);
			together |= to[x];
		}
		return together;
	}
	for (uint32_t x = 0; x < decoder->header.width; x++, from += bytes) {
		uint64_t sample = read_pixel(from, bytes) >> mask->shift & most;

		to[x] = (unsigned char)((sample * 510 + most) / (2 * most));
		together |= to[x];
	}
	return together;
}

static void read_masked_row(struct bmp_decoder *decoder, const unsigned char *from, uint32_t y)
{
	const struct bmp_header *header = &decoder->header;

	for (unsigned i = 0; i < decoder->image->geometry.nplanes; i++) {
		unsigned char *to = image_row(decoder->image, i, y);
		unsigned char together = unmask_row(decoder, &header->mask[i], from, to);

		if (i == BMP_ALPHA)
			decoder->any_alpha |= together;
	}
}

static void read_bgr_row(struct bmp_decoder *decoder, const unsigned char *from, uint32_t y)
{
	unsigned char *red = image_row(decoder->image, 0, y);
	unsigned char *green = image_row(decoder->image, 1, y);
	unsigned char *blue = image_row(decoder->image, 2, y);

	for (uint32_t x = 0; x < decoder->header.width; x++, from += 3) {
		red[x] = from[2];
		green[x] = from[1];
		blue[x] = from[0];
	}
}

static int read_row(struct bmp_decoder *decoder, const unsigned char *from, uint32_t y)
{
	switch (decoder->header.coding) {
	case BMP_PALETTE:
		return read_indexed_row(decoder, from, y);
	case BMP_MASKED:
		read_masked_row(decoder, from, y);
		return 0;
	default:
		read_bgr_row(decoder, from, y);
		return 0;
	}
}

static int read_rows(struct bmp_decoder *decoder)
{
	const struct bmp_header *header = &decoder->header;
	uint64_t there = rows_in_file(header, decoder->input->length);
	const unsigned char *from = decoder->bytes + header->pixels_at;

	for (uint32_t i = 0; i < header->height && i < there; i++) {
		uint32_t y = header->top_down ? i : header->height - 1 - i;

		if (i % POLL_EVERY == 0 &&
		    codec_check_cancelled(&decoder->input->hooks, decoder->err) != 0)
			return -1;
		if (read_row(decoder, from + i * header->row_bytes, y) != 0)
			return -1;
	}
	return there < header->height ? damage(decoder, "the file ends too early") : 0;
}

static int read_run_lengths(struct bmp_decoder *decoder)
{
	const struct bmp_rle_input input = {
		.header = &decoder->header,
		.palette = &decoder->palette,
		.bytes = decoder->bytes + decoder->header.pixels_at,
		.length = decoder->input->length - decoder->header.pixels_at,
		.strict = !decoder->input->tolerate,
		.cancelled = decoder->input->hooks.cancelled,
		.context = decoder->input->hooks.context,
	};

	if (codec_check_cancelled(&decoder->input->hooks, decoder->err) != 0)
		return -1;
	switch (bmp_rle_decode(&input, decoder->image)) {
	case BMP_RLE_WHOLE:
		return 0;
	case BMP_RLE_PADDED:
		codec_warn(decoder->result->warning,
			   "rows are told with their padding: it was left out");
		return 0;
	case BMP_RLE_GAPS:
		codec_warn(decoder->result->warning,
			   "some pixels are left out in the file: they are transparent");
		return 0;
	case BMP_RLE_SHORT:
		return damage(decoder, "the file ends too early");
	case BMP_RLE_OUTSIDE:
		return damage(decoder, "pixels outside of the picture");
	case BMP_RLE_NO_COLOUR:
		return damage(decoder, "a colour that the palette has not");
	default:
		return err_transient(decoder->err, "abandoned");
	}
}

/* Writers that leave alpha empty everywhere mean an opaque picture, not an invisible one. */
static void mend_alpha(struct bmp_decoder *decoder)
{
	const struct image_plane *plane = &decoder->image->geometry.plane[BMP_ALPHA];

	if (decoder->header.coding != BMP_MASKED || decoder->header.mask[BMP_ALPHA].bits == 0 ||
	    decoder->any_alpha != 0)
		return;
	memset(decoder->image->data[BMP_ALPHA], OPAQUE, (size_t)plane->stride * plane->rows);
	codec_warn(decoder->result->warning, "all pixels are transparent: shown opaque");
}

static int take_profile(struct bmp_decoder *decoder, struct codec_state *state)
{
	const struct bmp_header *header = &decoder->header;

	if (header->profile_is_cut)
		return damage(decoder, "the file ends before its colour profile does");
	if (header->linked_profile)
		codec_warn(decoder->result->warning,
			   "the colour profile is another file and was not used");
	if (header->profile_bytes == 0)
		return 0;
	return codec_buffer_set(&state->icc, decoder->bytes + header->profile_at,
				header->profile_bytes, decoder->err);
}

static int decode_into(struct bmp_decoder *decoder, struct codec_state *state)
{
	const struct bmp_header *header = &decoder->header;

	if (codec_buffer_reserve(&state->rows, header->width, decoder->err) != 0 ||
	    take_profile(decoder, state) != 0)
		return -1;
	decoder->indices = state->rows.bytes;
	if (header->bits <= 8)
		read_palette(decoder);
	if (decoder->input->tolerate)
		planes_fill_grey(decoder->image);
	if ((is_run_length(header) ? read_run_lengths(decoder) : read_rows(decoder)) != 0)
		return -1;
	mend_alpha(decoder);
	image_pad(decoder->image);
	codec_result_metadata(state, decoder->result);
	return 0;
}

static int bmp_decode(struct codec_state *state, const struct codec_input *input,
		      struct image *image, struct codec_result *result, struct err *err)
{
	struct bmp_decoder decoder = {.input = input,
				      .bytes = input->bytes,
				      .image = image,
				      .result = result,
				      .err = err};
	struct codec_info info = {0};

	if (read_header(input, &decoder.header, err) != 0)
		return -1;
	describe(&decoder.header, &info);
	if (codec_check_geometry(&info.geometry, image, err) != 0)
		return -1;
	return decode_into(&decoder, state);
}

const struct codec codec_bmp = {
	.name = "BMP",
	.recognises = bmp_recognises,
	.probe = bmp_probe,
	.decode = bmp_decode,
};
