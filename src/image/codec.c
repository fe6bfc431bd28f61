/*
 * codec.c - the registry of codecs, and what they share.
 */
#include "config.h"

#include "image/codec.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "image/codec_internal.h"
#include "image/jpeg_encode.h"
#include "image/tiff_library.h"

/* Scratch memory above this is not kept for the next picture. */
enum { KEPT_BYTES = 4 << 20 };

static const struct codec *const registry[] = {
	&codec_jpeg, &codec_png, &codec_bmp, &codec_tiff, &codec_webp,
};

enum { CODECS = sizeof registry / sizeof registry[0] };

void codec_limits_init(struct codec_limits *limits)
{
	*limits = (struct codec_limits){
		.pixels = 100000000,
		.side_px = IMAGE_SIDE_MAX,
		.jpeg_scans = 100,
		.jpeg_memory_bytes = UINT64_C(512) << 20,
		.png_chunk_bytes = UINT64_C(8) << 20,
		.png_cache_chunks = 1000,
		.tiff_memory_bytes = UINT64_C(50) << 20,
		.cpu_ns = 30 * CLOCK_SECOND_NS,
	};
}

struct codec_state *codec_open(void)
{
	return mem_calloc(1, sizeof(struct codec_state));
}

void codec_close(struct codec_state *state)
{
	if (state == NULL)
		return;
	free(state->rows.bytes);
	free(state->icc.bytes);
	free(state->exif.bytes);
	colour_close(state->colour);
	tiff_library_free(state->tiff);
	free(state);
}

/* The number of the codec that knows these first bytes, or CODECS. */
static size_t find_codec(const void *bytes, size_t length)
{
	size_t codec = 0;

	while (codec < CODECS && !registry[codec]->recognises(bytes, length))
		codec++;
	return codec;
}

const char *codec_sniff(const void *bytes, size_t length)
{
	size_t codec = find_codec(bytes, length);

	return codec < CODECS ? registry[codec]->name : NULL;
}

/* All formats, the last two joined by a word: "JPEG, PNG or BMP". */
static void list_formats(char *text, size_t size, const char *word)
{
	size_t used = 0;

	if (size > 0)
		text[0] = '\0';
	for (size_t i = 0; i < CODECS && used < size; i++) {
		const char *joint = i == 0 ? "" : i + 1 < CODECS ? ", " : word;

		used += (size_t)snprintf(text + used, size - used, "%s%s", joint,
					 registry[i]->name);
	}
}

void codec_formats(char *text, size_t size)
{
	list_formats(text, size, " and ");
}

static const struct codec *require_codec(const struct codec_input *input, struct err *err)
{
	size_t codec = find_codec(input->bytes, input->length);
	char formats[80];

	if (codec < CODECS)
		return registry[codec];
	if (input->length == 0) {
		err_skip(err, "the file is empty");
		return NULL;
	}
	list_formats(formats, sizeof formats, " or ");
	err_skip(err, "not a %s image by its first bytes", formats);
	return NULL;
}

int codec_probe(struct codec_state *state, const struct codec_input *input, struct codec_info *info,
		struct err *err)
{
	const struct codec *codec = require_codec(input, err);

	if (codec == NULL)
		return -1;
	*info = (struct codec_info){.format = codec->name};
	return codec->probe(state, input, info, err);
}

static void release_large(struct codec_buffer *buffer)
{
	if (buffer->capacity <= KEPT_BYTES)
		return;
	free(buffer->bytes);
	*buffer = (struct codec_buffer){0};
}

static void begin_picture(struct codec_state *state, struct codec_result *result)
{
	*result = (struct codec_result){0};
	release_large(&state->icc);
	release_large(&state->exif);
	state->icc.length = 0;
	state->exif.length = 0;
}

int codec_decode(struct codec_state *state, const struct codec_input *input, struct image *image,
		 struct codec_result *result, struct err *err)
{
	const struct codec *codec = require_codec(input, err);
	int status;

	if (codec == NULL)
		return -1;
	begin_picture(state, result);
	status = codec->decode(state, input, image, result, err);
	if (status == 0)
		status = codec_settle_colours(state, input, image, result, err);
	release_large(&state->rows);
	return status;
}

bool codec_can_stream(const struct codec_input *input, const struct image_geometry *geometry)
{
	size_t codec = find_codec(input->bytes, input->length);

	return codec < CODECS && registry[codec]->can_stream != NULL &&
	       registry[codec]->can_stream(input, geometry);
}

int codec_stream(struct codec_state *state, const struct codec_input *input,
		 const struct image_geometry *geometry, const struct codec_sink *sink,
		 struct codec_result *result, struct err *err)
{
	const struct codec *codec = require_codec(input, err);
	int status;

	if (codec == NULL)
		return -1;
	if (codec->stream == NULL)
		return err_permanent(err, "%s is not decoded in pieces", codec->name);
	begin_picture(state, result);
	status = codec->stream(state, input, geometry, sink, result, err);
	if (status == 0)
		status = codec_settle_colours(state, input, NULL, result, err);
	release_large(&state->rows);
	return status;
}

struct colour *codec_colour(struct codec_state *state)
{
	if (state->colour == NULL)
		state->colour = colour_open();
	return state->colour;
}

int codec_buffer_reserve(struct codec_buffer *buffer, size_t bytes, struct err *err)
{
	if (buffer->capacity >= bytes)
		return 0;
	free(buffer->bytes);
	*buffer = (struct codec_buffer){.bytes = mem_try(bytes)};
	if (buffer->bytes == NULL)
		return err_transient(err, "no memory for %zu bytes of decoded rows", bytes);
	buffer->capacity = bytes;
	return 0;
}

int codec_buffer_set(struct codec_buffer *buffer, const void *bytes, size_t length, struct err *err)
{
	if (codec_buffer_reserve(buffer, length, err) != 0)
		return -1;
	if (length != 0)
		memcpy(buffer->bytes, bytes, length);
	buffer->length = length;
	return 0;
}

int codec_check_size(const struct codec_limits *limits, uint64_t width, uint64_t height,
		     struct err *err)
{
	uint64_t side = limits->side_px < IMAGE_SIDE_MAX ? limits->side_px : IMAGE_SIDE_MAX;

	if (width == 0 || height == 0)
		return err_permanent(err, "the picture has no pixels (%" PRIu64 " x %" PRIu64 ")",
				     width, height);
	if (width > side || height > side)
		return err_permanent(err,
				     "the picture is %" PRIu64 " x %" PRIu64
				     " pixels, more than %" PRIu64 " a side (--max-side)",
				     width, height, side);
	if (width * height > limits->pixels)
		return err_permanent(err,
				     "the picture has %" PRIu64 " pixels (%" PRIu64 " x %" PRIu64
				     "), more than %" PRIu64 " (--max-pixels)",
				     width * height, width, height, limits->pixels);
	return 0;
}

/* A thread's CPU time costs a system call, and never runs faster than the clock: it is asked for
 * only when so much has passed at all. */
static bool is_overdue(const struct codec_hooks *hooks)
{
	return hooks->max_cpu_ns != 0 && clock_ns() - hooks->begun_ns > hooks->max_cpu_ns &&
	       clock_thread_cpu_ns() - hooks->begun_cpu_ns > hooks->max_cpu_ns;
}

int codec_check_cancelled(const struct codec_hooks *hooks, struct err *err)
{
	if (hooks == NULL)
		return 0;
	if (hooks->cancelled != NULL && hooks->cancelled(hooks->context))
		return err_transient(err, "abandoned");
	if (is_overdue(hooks))
		return err_permanent(err,
				     "more than %g s of computing for one picture (--max-seconds)",
				     clock_seconds(hooks->max_cpu_ns));
	return 0;
}

void codec_warn(char *warning, const char *format, ...)
{
	va_list args;

	if (warning[0] != '\0')
		return;
	va_start(args, format);
	vsnprintf(warning, CODEC_WARNING_BYTES, format, args);
	va_end(args);
}

void codec_result_metadata(const struct codec_state *state, struct codec_result *result)
{
	if (state->exif.length == 0 || state->exif.length > JPEG_EXIF_MAX_BYTES)
		return;
	result->exif = state->exif.bytes;
	result->exif_bytes = state->exif.length;
}

int codec_check_geometry(const struct image_geometry *decoded, const struct image *image,
			 struct err *err)
{
	const struct image_geometry *placed = &image->geometry;

	for (unsigned i = 0; i < decoded->nplanes; i++)
		if (placed->format != decoded->format || placed->nplanes != decoded->nplanes ||
		    placed->plane[i].columns != decoded->plane[i].columns ||
		    placed->plane[i].rows != decoded->plane[i].rows)
			return err_permanent(err, "the memory was not made for this picture");
	return 0;
}
