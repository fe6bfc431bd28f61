/*
 * codec_webp.c - WebP through libwebp.
 *
 * The file is taken apart by libwebpdemux, also where it ends too early, and its first picture is
 * decoded piece by piece: so a picture can be abandoned, and damage leaves the rows before it. The
 * picture is decoded whole and made smaller by our own filters: those of libwebp alias.
 *
 * The first picture of an animation may cover only a part of the canvas; the rest is transparent,
 * as browsers show it.
 */
#include "config.h"

#include "image/codec_internal.h"

#include <stdlib.h>
#include <string.h>

#include <webp/decode.h>
#include <webp/demux.h>

#include "base/mem.h"
#include "image/exif.h"
#include "image/planes.h"

enum {
	HEADER_BYTES = 12,
	EXIF_PREFIX = 6,	   /* "Exif", NUL, NUL: not meant to be there, but often is */
	PIECE_BYTES = 64 << 10,	   /* that are decoded between two questions */
	WORKING_BYTES = 512 << 10, /* libwebp's own rows and tables */
};

struct webp_decoder {
	const struct codec_input *input;
	WebPDemuxer *demux;
	WebPDemuxState parsed;
	WebPIterator frame;
	bool has_frame;
	WebPBitstreamFeatures features;
	uint32_t width; /* of the canvas */
	uint32_t height;
	unsigned char *pixels; /* of the frame, interleaved */
	size_t stride;
	uint32_t rows; /* of them that were decoded */
	struct err *err;
};

static bool webp_recognises(const unsigned char *bytes, size_t length)
{
	return length >= HEADER_BYTES && memcmp(bytes, "RIFF", 4) == 0 &&
	       memcmp(bytes + 8, "WEBP", 4) == 0;
}

static const char *describe_status(VP8StatusCode status)
{
	switch (status) {
	case VP8_STATUS_NOT_ENOUGH_DATA:
	case VP8_STATUS_SUSPENDED:
		return "the file ends too early";
	case VP8_STATUS_UNSUPPORTED_FEATURE:
		return "something in it is not known";
	default:
		return "the picture's data are broken";
	}
}

static int damage(const struct webp_decoder *decoder, const char *what)
{
	return err_permanent(decoder->err, "damaged WebP: %s", what);
}

static int find_frame(struct webp_decoder *decoder)
{
	VP8StatusCode status;
	uint64_t right;
	uint64_t bottom;

	decoder->width = WebPDemuxGetI(decoder->demux, WEBP_FF_CANVAS_WIDTH);
	decoder->height = WebPDemuxGetI(decoder->demux, WEBP_FF_CANVAS_HEIGHT);
	if (codec_check_size(decoder->input->limits, decoder->width, decoder->height,
			     decoder->err) != 0)
		return -1;
	decoder->has_frame = WebPDemuxGetFrame(decoder->demux, 1, &decoder->frame) != 0;
	if (!decoder->has_frame)
		return damage(decoder, "it holds no picture");
	status = WebPGetFeatures(decoder->frame.fragment.bytes, decoder->frame.fragment.size,
				 &decoder->features);
	if (status != VP8_STATUS_OK)
		return damage(decoder, describe_status(status));
	right = (uint64_t)decoder->frame.x_offset + (uint64_t)decoder->features.width;
	bottom = (uint64_t)decoder->frame.y_offset + (uint64_t)decoder->features.height;
	if (decoder->frame.x_offset < 0 || decoder->frame.y_offset < 0 || right > decoder->width ||
	    bottom > decoder->height)
		return damage(decoder, "the first picture does not lie on the canvas");
	return 0;
}

/* Also after an error the decoder must be closed. */
static int decoder_open(struct webp_decoder *decoder, const struct codec_input *input,
			struct err *err)
{
	const WebPData data = {.bytes = input->bytes, .size = input->length};

	*decoder = (struct webp_decoder){.input = input, .err = err};
	decoder->demux = WebPDemuxPartial(&data, &decoder->parsed);
	if (decoder->demux == NULL)
		return damage(decoder, decoder->parsed == WEBP_DEMUX_PARSE_ERROR
					       ? "its parts do not fit together"
					       : "the file ends in its header");
	if (decoder->parsed != WEBP_DEMUX_DONE && !input->tolerate)
		return damage(decoder, "the file ends too early");
	return find_frame(decoder);
}

static void decoder_close(struct webp_decoder *decoder)
{
	if (decoder->has_frame)
		WebPDemuxReleaseIterator(&decoder->frame);
	WebPDemuxDelete(decoder->demux);
	free(decoder->pixels);
}

/* Content of a chunk beside the picture, NULL when there is none. It lies in the input. */
static const unsigned char *find_chunk(const struct webp_decoder *decoder, const char *name,
				       size_t *length)
{
	WebPChunkIterator chunk;
	const unsigned char *bytes = NULL;

	if (WebPDemuxGetChunk(decoder->demux, name, 1, &chunk) != 0) {
		bytes = chunk.chunk.bytes;
		*length = chunk.chunk.size;
		WebPDemuxReleaseChunkIterator(&chunk);
	}
	return bytes;
}

static const unsigned char *find_exif(const struct webp_decoder *decoder, size_t *length)
{
	const unsigned char *exif = find_chunk(decoder, "EXIF", length);

	if (exif == NULL || *length < EXIF_PREFIX || memcmp(exif, "Exif\0\0", EXIF_PREFIX) != 0)
		return exif;
	*length -= EXIF_PREFIX;
	return exif + EXIF_PREFIX;
}

static bool covers_canvas(const struct webp_decoder *decoder)
{
	return (uint32_t)decoder->features.width == decoder->width &&
	       (uint32_t)decoder->features.height == decoder->height;
}

static void describe(const struct webp_decoder *decoder, struct codec_info *info)
{
	enum { LOSSLESS = 2 };
	bool alpha = decoder->features.has_alpha != 0;
	enum image_format format = alpha || !covers_canvas(decoder) ? IMAGE_RGBA8 : IMAGE_RGB8;
	uint64_t pixels = (uint64_t)decoder->features.width * (uint64_t)decoder->features.height;
	unsigned own = decoder->features.format == LOSSLESS ? 4 : alpha ? 2 : 0;
	size_t length;
	const unsigned char *exif = find_exif(decoder, &length);

	info->width = decoder->width;
	info->height = decoder->height;
	info->has_alpha = format == IMAGE_RGBA8;
	info->has_exif = exif != NULL;
	info->working_bytes = WORKING_BYTES + pixels * (own + image_format_planes(format));
	image_geometry_init(&info->geometry, format, info->width, info->height);
	if (exif != NULL)
		info->geometry.orientation = exif_orientation(exif, length);
	info->has_icc = find_chunk(decoder, "ICCP", &length) != NULL;
}

static int webp_probe(struct codec_state *state, const struct codec_input *input,
		      struct codec_info *info, struct err *err)
{
	struct webp_decoder decoder;
	int status = decoder_open(&decoder, input, err);

	(void)state;
	if (status == 0)
		describe(&decoder, info);
	decoder_close(&decoder);
	return status;
}

/* Hand out the frame's bytes piece by piece. error: transient, when the item was abandoned */
static int feed(struct webp_decoder *decoder, WebPIDecoder *incremental, VP8StatusCode *status)
{
	const WebPData *data = &decoder->frame.fragment;
	size_t given = 0;

	while (*status == VP8_STATUS_SUSPENDED && given < data->size) {
		if (codec_check_cancelled(&decoder->input->hooks, decoder->err) != 0)
			return -1;
		given = data->size - given < PIECE_BYTES ? data->size : given + PIECE_BYTES;
		*status = WebPIUpdate(incremental, data->bytes, given);
	}
	return 0;
}

static int decode_pixels(struct webp_decoder *decoder, unsigned channels, VP8StatusCode *status)
{
	size_t height = (size_t)decoder->features.height;
	WebPDecoderConfig config;
	WebPIDecoder *incremental;
	int rc;
	int rows = 0;

	decoder->stride = (size_t)decoder->features.width * channels;
	decoder->pixels = mem_try(decoder->stride * height);
	if (decoder->pixels == NULL || !WebPInitDecoderConfig(&config))
		return err_transient(decoder->err, "no memory for %zu bytes of decoded rows",
				     decoder->stride * height);
	config.output.colorspace = channels == 4 ? MODE_RGBA : MODE_RGB;
	config.output.is_external_memory = 1;
	config.output.u.RGBA = (WebPRGBABuffer){.rgba = decoder->pixels,
						.stride = (int)decoder->stride,
						.size = decoder->stride * height};
	incremental = WebPIDecode(NULL, 0, &config);
	if (incremental == NULL)
		return err_transient(decoder->err, "WebP: no memory for the decoder");
	rc = feed(decoder, incremental, status);
	if (WebPIDecGetRGB(incremental, &rows, NULL, NULL, NULL) != NULL && rows > 0)
		decoder->rows = (uint32_t)rows;
	WebPIDelete(incremental);
	WebPFreeDecBuffer(&config.output);
	return rc;
}

static void spread_pixels(const struct webp_decoder *decoder, struct image *image)
{
	uint32_t left = (uint32_t)decoder->frame.x_offset;
	uint32_t top = (uint32_t)decoder->frame.y_offset;

	for (uint32_t y = 0; y < decoder->rows; y++)
		planes_split_part(image, left, top + y, (uint32_t)decoder->features.width,
				  decoder->pixels + y * decoder->stride);
}

static int take_metadata(const struct webp_decoder *decoder, struct codec_state *state)
{
	size_t length;
	const unsigned char *bytes = find_exif(decoder, &length);

	if (bytes != NULL && codec_buffer_set(&state->exif, bytes, length, decoder->err) != 0)
		return -1;
	bytes = find_chunk(decoder, "ICCP", &length);
	return bytes == NULL ? 0 : codec_buffer_set(&state->icc, bytes, length, decoder->err);
}

/* What is not covered shows the background, and what damage left nothing of is grey. */
static void clear_canvas(const struct webp_decoder *decoder, struct image *image)
{
	if (decoder->input->tolerate)
		planes_fill_grey(image);
	if (covers_canvas(decoder))
		return;
	for (unsigned i = 0; i < image->geometry.nplanes; i++)
		memset(image->data[i], 0,
		       (size_t)image->geometry.plane[i].stride * image->geometry.plane[i].rows);
}

static int decode_into(struct webp_decoder *decoder, struct image *image,
		       struct codec_result *result)
{
	VP8StatusCode status = VP8_STATUS_SUSPENDED;

	if (decode_pixels(decoder, image->geometry.nplanes, &status) != 0)
		return -1;
	if (status == VP8_STATUS_OUT_OF_MEMORY)
		return err_transient(decoder->err, "WebP: no memory for the decoder");
	if (status != VP8_STATUS_OK && (!decoder->input->tolerate || decoder->rows == 0))
		return damage(decoder, describe_status(status));
	if (status != VP8_STATUS_OK || decoder->parsed != WEBP_DEMUX_DONE) {
		result->damaged = true;
		codec_warn(
			result->warning, "damaged WebP: %s",
			describe_status(status == VP8_STATUS_OK ? VP8_STATUS_SUSPENDED : status));
	}
	clear_canvas(decoder, image);
	spread_pixels(decoder, image);
	image_pad(image);
	return 0;
}

static int webp_decode(struct codec_state *state, const struct codec_input *input,
		       struct image *image, struct codec_result *result, struct err *err)
{
	struct webp_decoder decoder;
	struct codec_info info = {0};
	int status = decoder_open(&decoder, input, err);

	if (status == 0)
		describe(&decoder, &info);
	if (status == 0 &&
	    (codec_check_geometry(&info.geometry, image, err) != 0 ||
	     take_metadata(&decoder, state) != 0 || decode_into(&decoder, image, result) != 0))
		status = -1;
	if (status == 0) {
		if ((WebPDemuxGetI(decoder.demux, WEBP_FF_FORMAT_FLAGS) & ANIMATION_FLAG) != 0)
			codec_warn(result->warning, "animated: only the first picture was used");
		codec_result_metadata(state, result);
	}
	decoder_close(&decoder);
	return status;
}

const struct codec codec_webp = {
	.name = "WebP",
	.recognises = webp_recognises,
	.probe = webp_probe,
	.decode = webp_decode,
};
