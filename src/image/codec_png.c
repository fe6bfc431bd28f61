/*
 * codec_png.c - PNG through libpng.
 *
 * libpng gives samples of 8 bits whatever the file holds: grey, RGB or RGBA. Passes of an
 * interlaced picture are spread over the planes here, so that no second picture is held in memory.
 * Chunks that say nothing of the picture are skipped unread. EXIF is looked for in the file itself:
 * its chunk may stand behind the picture data, where its orientation would come too late.
 */
#include "config.h"

#include "image/codec_internal.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <png.h>

#include "image/adam7.h"
#include "image/exif.h"
#include "image/planes.h"
#include "image/png_chunks.h"

enum {
	NAME_BYTES = 5, /* of a chunk, with its NUL, in libpng's lists */
	TOLERANT_READ_BYTES = 64,
	POLL_EVERY = 32,	   /* rows */
	WORKING_BYTES = 128 << 10, /* zlib's window and libpng's own */
};

/* Known to libpng, but of no use here: a text that unpacks to gigabytes is not even looked at. */
static const png_byte skipped_chunks[] = "bKGD\0cHRM\0eXIf\0hIST\0iTXt\0oFFs\0pCAL\0pHYs\0"
					 "sBIT\0sCAL\0sPLT\0tEXt\0tIME\0zTXt";

struct png_decoder {
	png_structp png;
	png_infop info;
	const struct codec_input *input;
	struct codec_state *state;
	struct image *image;
	struct err *err;
	size_t position;
	bool started; /* some rows are there */
	bool damaged;
	char warning[CODEC_WARNING_BYTES];
};

static bool png_recognises(const unsigned char *bytes, size_t length)
{
	return length >= PNG_CHUNKS_SIGNATURE_BYTES &&
	       memcmp(bytes, "\x89PNG\r\n\x1a\n", PNG_CHUNKS_SIGNATURE_BYTES) == 0;
}

static void describe_error(const struct png_decoder *decoder, const char *text)
{
	const struct codec_limits *limits = decoder->input->limits;

	if (strstr(text, "ut of memory") != NULL || strstr(text, "nsufficient memory") != NULL)
		err_transient(decoder->err, "PNG: %s", text);
	else if (strstr(text, "chunk data is too large") != NULL ||
		 strstr(text, "exceeds application limits") != NULL)
		err_permanent(decoder->err, "PNG: %s: more than %" PRIu64 " bytes (--png-chunk)",
			      text, limits->png_chunk_bytes);
	else if (strstr(text, "no space in chunk cache") != NULL)
		err_permanent(decoder->err, "PNG: %s: more than %" PRIu64 " chunks (--png-chunks)",
			      text, limits->png_cache_chunks);
	else
		err_permanent(decoder->err, "damaged PNG: %s", text);
}

static _Noreturn void on_error(png_structp png, png_const_charp text)
{
	describe_error(png_get_error_ptr(png), text);
	png_longjmp(png, 1);
}

/* What libpng finds fault with in what is said about colours is left out; the picture's data are as
 * good as before. */
static bool is_colour_message(const char *text)
{
	return (strncmp(text, "iCCP: ", 6) == 0 || strncmp(text, "gAMA: ", 6) == 0 ||
		strncmp(text, "sRGB: ", 6) == 0) &&
	       strstr(text, "CRC error") == NULL;
}

static void on_warning(png_structp png, png_const_charp text)
{
	struct png_decoder *decoder = png_get_error_ptr(png);
	bool harmless = is_colour_message(text);

	if (!harmless && !decoder->input->tolerate) {
		describe_error(decoder, text);
		png_longjmp(png, 1);
	}
	if (!harmless && !decoder->damaged) {
		decoder->damaged = true;
		decoder->warning[0] = '\0';
	}
	codec_warn(decoder->warning, "%s: %s",
		   !harmless	    ? "damaged PNG"
		   : text[0] == 'i' ? "the colour profile was dropped"
				    : "what is said about colours is doubtful",
		   text);
}

static void on_read(png_structp png, png_bytep bytes, size_t length)
{
	struct png_decoder *decoder = png_get_io_ptr(png);

	if (length > decoder->input->length - decoder->position)
		png_error(png, "the file ends too early");
	memcpy(bytes, (const unsigned char *)decoder->input->bytes + decoder->position, length);
	decoder->position += length;
}

static void set_limits(struct png_decoder *decoder)
{
	const struct codec_limits *limits = decoder->input->limits;
	png_structp png = decoder->png;

	/* Sides are checked by codec_check_size, which names the option. */
	png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
	png_set_chunk_malloc_max(png, limits->png_chunk_bytes);
	png_set_chunk_cache_max(png, limits->png_cache_chunks < UINT32_MAX
					     ? (png_uint_32)limits->png_cache_chunks
					     : UINT32_MAX);
	png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, skipped_chunks,
				    sizeof skipped_chunks / NAME_BYTES);
	/* Profiles of well-known wrong sRGB are no reason for a word. */
	png_set_option(png, PNG_SKIP_sRGB_CHECK_PROFILE, PNG_OPTION_ON);
	if (decoder->input->tolerate) {
		png_set_crc_action(png, PNG_CRC_WARN_USE, PNG_CRC_WARN_USE);
		/* What is read in one go is lost as a whole where the file ends in it. */
		png_set_compression_buffer_size(png, TOLERANT_READ_BYTES);
	}
}

/* Do a step of libpng's. -1 with the error record filled when it gave up in it. */
static int guarded(struct png_decoder *decoder, void (*step)(struct png_decoder *))
{
	if (setjmp(png_jmpbuf(decoder->png)) != 0)
		return -1;
	step(decoder);
	return 0;
}

static void read_header(struct png_decoder *decoder)
{
	set_limits(decoder);
	png_set_read_fn(decoder->png, decoder, on_read);
	png_read_info(decoder->png, decoder->info);
}

/* Also after an error the decoder must be closed. */
static int decoder_open(struct png_decoder *decoder, struct codec_state *state,
			const struct codec_input *input, struct err *err)
{
	uint64_t chunks = png_chunks_count_others(input->bytes, input->length);

	*decoder = (struct png_decoder){.input = input, .state = state, .err = err};
	if (chunks > input->limits->png_cache_chunks)
		return err_permanent(err,
				     "PNG: %" PRIu64
				     " chunks besides the pixels, more than %" PRIu64
				     " (--png-chunks)",
				     chunks, input->limits->png_cache_chunks);
	decoder->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, decoder, on_error, on_warning);
	if (decoder->png != NULL)
		decoder->info = png_create_info_struct(decoder->png);
	if (decoder->info == NULL)
		return err_transient(err, "PNG: no memory for the decoder");
	return guarded(decoder, read_header);
}

static void decoder_close(struct png_decoder *decoder)
{
	png_destroy_read_struct(&decoder->png, &decoder->info, NULL);
}

static enum image_format output_format(const struct png_decoder *decoder)
{
	int colours = png_get_color_type(decoder->png, decoder->info);

	if ((colours & PNG_COLOR_MASK_ALPHA) != 0 ||
	    png_get_valid(decoder->png, decoder->info, PNG_INFO_tRNS) != 0)
		return IMAGE_RGBA8;
	return colours == PNG_COLOR_TYPE_GRAY ? IMAGE_GRAY8 : IMAGE_RGB8;
}

static int describe(const struct png_decoder *decoder, struct codec_info *info, struct err *err)
{
	const struct codec_input *input = decoder->input;
	enum image_format format = output_format(decoder);
	const unsigned char *exif;
	size_t exif_bytes;

	info->width = png_get_image_width(decoder->png, decoder->info);
	info->height = png_get_image_height(decoder->png, decoder->info);
	if (codec_check_size(input->limits, info->width, info->height, err) != 0)
		return -1;
	exif = png_chunks_find(input->bytes, input->length, "eXIf", &exif_bytes);
	info->has_alpha = format == IMAGE_RGBA8;
	info->has_icc = png_get_valid(decoder->png, decoder->info, PNG_INFO_iCCP) != 0;
	info->has_exif = exif != NULL;
	info->progressive =
		png_get_interlace_type(decoder->png, decoder->info) != PNG_INTERLACE_NONE;
	info->working_bytes = WORKING_BYTES + (uint64_t)info->width * 8 * 4;
	image_geometry_init(&info->geometry, format, info->width, info->height);
	if (exif != NULL)
		info->geometry.orientation = exif_orientation(exif, exif_bytes);
	return 0;
}

static int png_probe(struct codec_state *state, const struct codec_input *input,
		     struct codec_info *info, struct err *err)
{
	struct png_decoder decoder;
	int status = decoder_open(&decoder, state, input, err);

	if (status == 0)
		status = describe(&decoder, info, err);
	decoder_close(&decoder);
	return status;
}

/* Without a profile samples are taken for sRGB; where the file says that they are lighter or darker
 * than that, they are corrected. */
static void set_gamma(struct png_decoder *decoder)
{
	png_fixed_point gamma;

	if (png_get_valid(decoder->png, decoder->info, PNG_INFO_iCCP | PNG_INFO_sRGB) == 0 &&
	    png_get_gAMA_fixed(decoder->png, decoder->info, &gamma) != 0)
		png_set_gamma_fixed(decoder->png, PNG_DEFAULT_sRGB, gamma);
}

/* Palettes, 1 to 4 bits and transparent colours to whole samples; 16 bits scaled to 8, not cut. */
static void set_transforms(struct png_decoder *decoder)
{
	png_structp png = decoder->png;

	png_set_expand(png);
	png_set_scale_16(png);
	set_gamma(decoder);
	if (decoder->image->geometry.format == IMAGE_RGBA8)
		png_set_gray_to_rgb(png);
	png_read_update_info(png, decoder->info);
	if (png_get_channels(png, decoder->info) != decoder->image->geometry.nplanes ||
	    png_get_bit_depth(png, decoder->info) != 8)
		png_error(png, "samples that cannot be converted");
}

static void poll_row(const struct png_decoder *decoder, uint32_t row)
{
	if (row % POLL_EVERY == 0 &&
	    codec_check_cancelled(&decoder->input->hooks, decoder->err) != 0)
		png_longjmp(decoder->png, 1);
}

static void read_plain(struct png_decoder *decoder)
{
	unsigned char *row = decoder->state->rows.bytes;

	for (uint32_t y = 0; y < decoder->image->geometry.height; y++) {
		poll_row(decoder, y);
		png_read_row(decoder->png, row, NULL);
		planes_split_row(decoder->image, y, row);
		decoder->started = true;
	}
}

static void read_interlaced(struct png_decoder *decoder)
{
	const struct image_geometry *geometry = &decoder->image->geometry;

	for (int pass = 0; pass < PNG_INTERLACE_ADAM7_PASSES; pass++) {
		uint32_t rows = (uint32_t)PNG_PASS_ROWS((int)geometry->height, pass);

		if (PNG_PASS_COLS((int)geometry->width, pass) == 0)
			continue;
		for (uint32_t y = 0; y < rows; y++) {
			poll_row(decoder, y);
			png_read_row(decoder->png, decoder->state->rows.bytes, NULL);
			adam7_spread_row(decoder->image, pass, y, decoder->state->rows.bytes);
			decoder->started = true;
		}
	}
}

static void decode_picture(struct png_decoder *decoder)
{
	set_transforms(decoder);
	if (codec_buffer_reserve(&decoder->state->rows,
				 png_get_rowbytes(decoder->png, decoder->info), decoder->err) != 0)
		png_longjmp(decoder->png, 1);
	if (png_get_interlace_type(decoder->png, decoder->info) == PNG_INTERLACE_NONE)
		read_plain(decoder);
	else
		read_interlaced(decoder);
	/* Checks what is left: a file that was cut short behind the last row shows here. */
	png_read_end(decoder->png, NULL);
}

static int take_metadata(struct png_decoder *decoder, struct err *err)
{
	size_t exif_bytes;
	const unsigned char *exif =
		png_chunks_find(decoder->input->bytes, decoder->input->length, "eXIf", &exif_bytes);
	png_charp name;
	png_bytep icc;
	png_uint_32 icc_bytes;
	int compression;

	if (exif != NULL && codec_buffer_set(&decoder->state->exif, exif, exif_bytes, err) != 0)
		return -1;
	if (png_get_iCCP(decoder->png, decoder->info, &name, &compression, &icc, &icc_bytes) == 0)
		return 0;
	return codec_buffer_set(&decoder->state->icc, icc, icc_bytes, err);
}

/* An error is forgiven when damage is tolerated and there is something to show. */
static bool forgive(struct png_decoder *decoder, struct err *err)
{
	if (!decoder->input->tolerate || !decoder->started || err->kind != ERR_PERMANENT)
		return false;
	if (!decoder->damaged)
		decoder->warning[0] = '\0';
	codec_warn(decoder->warning, "%s", err->text);
	decoder->damaged = true;
	err_clear(err);
	return true;
}

static int decode_into(struct png_decoder *decoder, struct image *image, struct err *err)
{
	struct codec_info info = {0};

	if (describe(decoder, &info, err) != 0 ||
	    codec_check_geometry(&info.geometry, image, err) != 0 ||
	    take_metadata(decoder, err) != 0)
		return -1;
	decoder->image = image;
	if (decoder->input->tolerate)
		planes_fill_grey(image);
	if (guarded(decoder, decode_picture) != 0 && !forgive(decoder, err))
		return -1;
	image_pad(image);
	return 0;
}

static int png_decode(struct codec_state *state, const struct codec_input *input,
		      struct image *image, struct codec_result *result, struct err *err)
{
	struct png_decoder decoder;
	size_t length;
	int status = decoder_open(&decoder, state, input, err);

	if (status == 0)
		status = decode_into(&decoder, image, err);
	if (status == 0) {
		result->damaged = decoder.damaged;
		memcpy(result->warning, decoder.warning, sizeof result->warning);
		if (png_chunks_find(input->bytes, input->length, "acTL", &length) != NULL)
			codec_warn(result->warning, "animated: only the first picture was used");
		codec_result_metadata(state, result);
	}
	decoder_close(&decoder);
	return status;
}

const struct codec codec_png = {
	.name = "PNG",
	.recognises = png_recognises,
	.probe = png_probe,
	.decode = png_decode,
};
