/*
 * codec_tiff.c - TIFF through libtiff.
 *
 * Samples are read block by block, a block being a tile, a strip or a single row, and converted by
 * tiff_samples.c. Where samples have planes of their own, each plane is read through a handle of
 * its own: libtiff reads rows in order only, and would begin again at every change of planes.
 *
 * A strip that turns out damaged is read once more, row by row, when damage is tolerated: the rows
 * before the damage are then there.
 */
#include "config.h"

#include "image/codec_internal.h"

#include <string.h>

#include "image/jpeg_encode.h"
#include "image/planes.h"
#include "image/tiff_exif.h"
#include "image/tiff_file.h"
#include "image/tiff_layout.h"
#include "image/tiff_samples.h"

enum {
	HEADER_BYTES = 8,
	POLL_EVERY = 32,	   /* blocks of a row */
	WORKING_BYTES = 512 << 10, /* libtiff's own, and its decompressors' */
};

struct tiff_decoder {
	const struct codec_input *input;
	struct tiff_file file;
	struct tiff_file rows[TIFF_SAMPLES]; /* further handles, one for each plane */
	struct tiff_layout layout;
	struct tiff_samples samples;
	unsigned char *block; /* of all planes, one behind the other */
	struct image *image;
	struct codec_result *result;
	bool started; /* some pixels are there */
	struct err *err;
};

static bool tiff_recognises(const unsigned char *bytes, size_t length)
{
	return length >= HEADER_BYTES &&
	       (memcmp(bytes, "II*\0", 4) == 0 || memcmp(bytes, "MM\0*", 4) == 0 ||
		memcmp(bytes, "II+\0", 4) == 0 || memcmp(bytes, "MM\0+", 4) == 0);
}

/* Also after an error the decoder must be closed. */
static int decoder_open(struct tiff_decoder *decoder, struct codec_state *state,
			const struct codec_input *input, struct err *err)
{
	struct tiff_layout *layout = &decoder->layout;
	uint64_t bytes;

	memset(decoder, 0, sizeof *decoder);
	decoder->input = input;
	decoder->err = err;
	if (tiff_library_load(&state->tiff, err) != 0 ||
	    tiff_file_open(&decoder->file, state->tiff, input, err) != 0 ||
	    tiff_layout_read(layout, &decoder->file, err) != 0 ||
	    codec_check_size(input->limits, layout->width, layout->height, err) != 0)
		return -1;
	/* Known before memory is taken for what is not there. */
	bytes = ((uint64_t)layout->width * layout->bits * layout->stored + 7) / 8 * layout->height;
	if (layout->plain && !input->tolerate && bytes > input->length)
		return err_permanent(err, "damaged TIFF: the file ends too early");
	return 0;
}

static void decoder_close(struct tiff_decoder *decoder)
{
	tiff_file_close(&decoder->file);
	for (unsigned i = 0; i < TIFF_SAMPLES; i++)
		tiff_file_close(&decoder->rows[i]);
}

static void describe(const struct tiff_decoder *decoder, struct codec_info *info)
{
	const struct tiff_layout *layout = &decoder->layout;
	const struct tiff_file *file = &decoder->file;
	enum image_format format = tiff_layout_format(layout);
	uint32_t icc_bytes;
	const void *icc;
	toff_t exif;

	info->width = layout->width;
	info->height = layout->height;
	info->has_alpha = format == IMAGE_RGBA8;
	info->has_icc = file->libtiff->get(file->tiff, TIFFTAG_ICCPROFILE, &icc_bytes, &icc);
	info->has_exif = file->libtiff->get(file->tiff, TIFFTAG_EXIFIFD, &exif);
	info->working_bytes = WORKING_BYTES + tiff_samples_scratch(layout) +
			      layout->block_bytes * tiff_layout_planes(layout);
	image_geometry_init(&info->geometry, format, info->width, info->height);
	info->geometry.orientation = layout->orientation;
}

static int tiff_probe(struct codec_state *state, const struct codec_input *input,
		      struct codec_info *info, struct err *err)
{
	struct tiff_decoder decoder;
	int status = decoder_open(&decoder, state, input, err);

	if (status == 0)
		describe(&decoder, info);
	decoder_close(&decoder);
	return status;
}

/* Damage is an error, or when it is tolerated a warning. */
static int damage(struct tiff_decoder *decoder, struct tiff_file *file)
{
	struct err err = {0};

	tiff_file_failed(file, &err);
	tiff_file_forget(file);
	if (!decoder->input->tolerate || err.kind != ERR_PERMANENT) {
		*decoder->err = err;
		return -1;
	}
	decoder->result->damaged = true;
	codec_warn(decoder->result->warning, "%s", err.text);
	return 0;
}

static bool said_something(const struct tiff_file *file)
{
	return file->message[0] != '\0';
}

/* Convert rows of a block that was read to the part of the picture that begins at (x, y). */
static void convert_block(struct tiff_decoder *decoder, uint32_t x, uint32_t y, uint32_t rows)
{
	const struct tiff_layout *layout = &decoder->layout;
	uint32_t count = layout->width - x;
	const unsigned char *row[TIFF_SAMPLES] = {NULL};

	count = count < layout->block_width ? count : layout->block_width;
	for (uint32_t i = 0; i < rows && i < layout->height - y; i++) {
		const struct tiff_part part = {x, y + i, count};

		for (unsigned plane = 0; plane < tiff_layout_planes(layout); plane++)
			row[plane] = decoder->block + plane * layout->block_bytes +
				     i * layout->row_bytes;
		tiff_samples_convert(&decoder->samples, row, &part, decoder->image);
	}
	decoder->started = true;
}

/* Handles for reading rows, which begin anew wherever they were. */
static int open_row_handles(struct tiff_decoder *decoder)
{
	for (unsigned i = 0; i < tiff_layout_planes(&decoder->layout); i++) {
		struct tiff_file *file = &decoder->rows[i];
		struct tiff_layout layout;

		tiff_file_close(file);
		if (tiff_file_open(file, decoder->file.libtiff, decoder->input, decoder->err) !=
			    0 ||
		    tiff_layout_read(&layout, file, decoder->err) != 0)
			return -1;
	}
	return 0;
}

/* Read rows from y on up to `end` one by one, as far as there are any. */
static int read_rows(struct tiff_decoder *decoder, uint32_t y, uint32_t end)
{
	const struct tiff_layout *layout = &decoder->layout;

	for (; y < end; y++) {
		if (y % POLL_EVERY == 0 &&
		    codec_check_cancelled(&decoder->input->hooks, decoder->err) != 0)
			return -1;
		for (unsigned plane = 0; plane < tiff_layout_planes(layout); plane++) {
			struct tiff_file *file = &decoder->rows[plane];
			unsigned char *to = decoder->block + plane * layout->block_bytes;
			bool there =
				file->libtiff->read_row(file->tiff, to, y, (uint16_t)plane) == 1;

			if ((!there || said_something(file)) && damage(decoder, file) != 0)
				return -1;
			if (!there)
				return 0;
		}
		convert_block(decoder, 0, y, 1);
	}
	return 0;
}

/* The block's samples of one plane. False when they are not all there. */
static bool read_plane(struct tiff_decoder *decoder, unsigned plane, uint32_t x, uint32_t y,
		       uint32_t rows)
{
	const struct tiff_layout *layout = &decoder->layout;
	const struct tiff_library *libtiff = decoder->file.libtiff;
	TIFF *tiff = decoder->file.tiff;
	unsigned char *to = decoder->block + plane * layout->block_bytes;
	uint16_t sample = (uint16_t)plane;
	tmsize_t bytes = (tmsize_t)(layout->row_bytes * rows);

	if (layout->blocks == TIFF_TILES)
		return libtiff->read_tile(tiff, libtiff->tile_at(tiff, x, y, 0, sample), to,
					  bytes) == bytes;
	return libtiff->read_strip(tiff, libtiff->strip_at(tiff, y, sample), to, bytes) == bytes;
}

static int read_block(struct tiff_decoder *decoder, uint32_t x, uint32_t y)
{
	const struct tiff_layout *layout = &decoder->layout;
	uint32_t rows = layout->block_height;
	bool there = true;

	if (layout->blocks != TIFF_TILES && rows > layout->height - y)
		rows = layout->height - y;
	for (unsigned plane = 0; there && plane < tiff_layout_planes(layout); plane++)
		there = read_plane(decoder, plane, x, y, rows);
	if ((!there || said_something(&decoder->file)) && damage(decoder, &decoder->file) != 0)
		return -1;
	if (there) {
		convert_block(decoder, x, y, rows);
		return 0;
	}
	if (layout->blocks == TIFF_TILES)
		return 0;
	return open_row_handles(decoder) != 0 ? -1 : read_rows(decoder, y, y + rows);
}

/* The same for colours that libtiff converts, as red, green and blue from the bottom up. A strip is
 * as high as there are rows, a tile always as high as it is. */
static int read_rgb_block(struct tiff_decoder *decoder, uint32_t x, uint32_t y)
{
	const struct tiff_layout *layout = &decoder->layout;
	uint32_t *pixels = (uint32_t *)(void *)decoder->block;
	bool tiled = layout->blocks == TIFF_TILES;
	uint32_t rows = layout->height - y;
	uint32_t count = layout->width - x;
	const struct tiff_library *libtiff = decoder->file.libtiff;
	TIFF *tiff = decoder->file.tiff;
	int there = tiled ? libtiff->read_rgb_tile(tiff, x, y, pixels, 1)
			  : libtiff->read_rgb_strip(tiff, y, pixels, 1);

	if ((there == 0 || said_something(&decoder->file)) && damage(decoder, &decoder->file) != 0)
		return -1;
	if (there == 0)
		return 0;
	rows = rows < layout->block_height ? rows : layout->block_height;
	count = count < layout->block_width ? count : layout->block_width;
	for (uint32_t i = 0; i < rows; i++) {
		uint32_t from_bottom = (tiled ? layout->block_height : rows) - 1 - i;

		tiff_samples_take_rgb(pixels + (size_t)from_bottom * layout->block_width,
				      &(struct tiff_part){x, y + i, count}, decoder->image);
	}
	decoder->started = true;
	return 0;
}

static int read_blocks(struct tiff_decoder *decoder)
{
	const struct tiff_layout *layout = &decoder->layout;

	for (uint32_t y = 0; y < layout->height; y += layout->block_height)
		for (uint32_t x = 0; x < layout->width; x += layout->block_width) {
			int rc;

			if (codec_check_cancelled(&decoder->input->hooks, decoder->err) != 0)
				return -1;
			rc = layout->kind == TIFF_YCBCR ? read_rgb_block(decoder, x, y)
							: read_block(decoder, x, y);
			if (rc != 0)
				return -1;
		}
	return 0;
}

/* Strips too large to be had at once; after damage the next one is gone on with. */
static int read_large_strips(struct tiff_decoder *decoder)
{
	const struct tiff_layout *layout = &decoder->layout;

	if (open_row_handles(decoder) != 0)
		return -1;
	for (uint32_t y = 0; y < layout->height; y += layout->strip_rows) {
		uint32_t rows = layout->height - y;

		rows = rows < layout->strip_rows ? rows : layout->strip_rows;
		if (read_rows(decoder, y, y + rows) != 0)
			return -1;
	}
	return 0;
}

static int take_metadata(const struct tiff_decoder *decoder, struct codec_state *state)
{
	const struct tiff_file *file = &decoder->file;
	uint32_t length;
	const void *bytes;

	if (codec_buffer_reserve(&state->exif, JPEG_EXIF_MAX_BYTES, decoder->err) != 0)
		return -1;
	state->exif.length =
		tiff_exif_collect(file->bytes, file->length, file->libtiff->page_offset(file->tiff),
				  state->exif.bytes, JPEG_EXIF_MAX_BYTES);
	if (file->libtiff->get(file->tiff, TIFFTAG_ICCPROFILE, &length, &bytes) == 0)
		return 0;
	return codec_buffer_set(&state->icc, bytes, length, decoder->err);
}

static int decode_into(struct tiff_decoder *decoder, struct codec_state *state)
{
	const struct tiff_layout *layout = &decoder->layout;
	size_t blocks = layout->block_bytes * tiff_layout_planes(layout);
	char conversion[CODEC_WARNING_BYTES] = ""; /* comes after damage */
	int rc;

	if (take_metadata(decoder, state) != 0 ||
	    codec_buffer_reserve(&state->rows, blocks + tiff_samples_scratch(layout),
				 decoder->err) != 0 ||
	    tiff_samples_init(&decoder->samples, layout, &decoder->file, state->rows.bytes + blocks,
			      decoder->err) != 0)
		return -1;
	decoder->block = state->rows.bytes;
	if (layout->kind == TIFF_CMYK) {
		codec_prepare_inks(state, COLOUR_CMYK, conversion);
		decoder->samples.colour = state->by_profile ? state->colour : NULL;
	}
	if (decoder->input->tolerate)
		planes_fill_grey(decoder->image);
	rc = layout->blocks == TIFF_ROWS ? read_large_strips(decoder) : read_blocks(decoder);
	if (rc != 0)
		return -1;
	if (!decoder->started)
		return err_permanent(decoder->err, "%s", decoder->result->warning);
	image_pad(decoder->image);
	if (conversion[0] != '\0')
		codec_warn(decoder->result->warning, "%s", conversion);
	if (decoder->file.more_pages)
		codec_warn(decoder->result->warning,
			   "several pages: only the first picture was used");
	codec_result_metadata(state, decoder->result);
	return 0;
}

static int tiff_decode(struct codec_state *state, const struct codec_input *input,
		       struct image *image, struct codec_result *result, struct err *err)
{
	struct tiff_decoder decoder;
	struct codec_info info = {0};
	int status = decoder_open(&decoder, state, input, err);

	decoder.image = image;
	decoder.result = result;
	if (status == 0) {
		describe(&decoder, &info);
		status = codec_check_geometry(&info.geometry, image, err);
	}
	if (status == 0)
		status = decode_into(&decoder, state);
	decoder_close(&decoder);
	return status;
}

const struct codec codec_tiff = {
	.name = "TIFF",
	.recognises = tiff_recognises,
	.probe = tiff_probe,
	.decode = tiff_decode,
};
