/*
 * jpeg_encode.c - from a picture to the bytes of a JPEG file, through libjpeg-turbo.
 *
 * The encoder object is made anew for each picture, as the decoder is, and for the same reason.
 */
#include "config.h"

#include "image/jpeg_encode.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "image/exif.h"
#include "image/jpeg_guard.h"
#include "image/planes.h"

enum {
	MARKER_ROOM = 4096, /* all headers and tables of a file without metadata */
	ICC_CHUNK = 65519,  /* bytes of a profile in one marker */
	ICC_OVERHEAD = 18,  /* of such a marker */
	EXIF_OVERHEAD = 10, /* marker, length, "Exif" and two zeros */
	EXIF_PREFIX = 6,
};

static const unsigned char exif_prefix[EXIF_PREFIX] = {'E', 'x', 'i', 'f', 0, 0};

/* Sampling factors of luma, and the most bytes that a pixel may take: an 8 x 8 block of noise at
 * quality 100 stays under 128 bytes. */
struct sampling {
	int horizontal;
	int vertical;
	unsigned bytes_per_pixel;
};

static const struct sampling samplings[] = {
	[JPEG_SAMPLING_420] = {2, 2, 3},
	[JPEG_SAMPLING_422] = {2, 1, 4},
	[JPEG_SAMPLING_444] = {1, 1, 6},
};

const char *const jpeg_sampling_names[] = {"4:2:0", "4:2:2", "4:4:4", NULL};

struct jpeg_encoder {
	struct jpeg_compress_struct cinfo;
	struct jpeg_guard guard;
	struct jpeg_destination_mgr destination;
	const struct image *image;
	const struct jpeg_encode_options *options;
	struct jpeg_output *output;
	unsigned char *row; /* one interleaved row, kept from picture to picture */
	size_t row_capacity;
	unsigned char exif[EXIF_PREFIX + JPEG_EXIF_MAX_BYTES];
};

struct jpeg_encoder *jpeg_encoder_open(void)
{
	return mem_calloc(1, sizeof(struct jpeg_encoder));
}

void jpeg_encoder_close(struct jpeg_encoder *encoder)
{
	if (encoder == NULL)
		return;
	free(encoder->row);
	free(encoder);
}

size_t jpeg_encode_bound(const struct image_geometry *geometry,
			 const struct jpeg_encode_options *options)
{
	size_t width = (size_t)(geometry->width + 15) / 16 * 16;
	size_t height = (size_t)(geometry->height + 15) / 16 * 16;
	size_t icc_markers = (options->icc_bytes + ICC_CHUNK - 1) / ICC_CHUNK;

	return width * height * samplings[options->sampling].bytes_per_pixel + MARKER_ROOM +
	       options->icc_bytes + icc_markers * ICC_OVERHEAD + options->exif_bytes +
	       EXIF_OVERHEAD;
}

static boolean on_full_output(j_compress_ptr cinfo)
{
	struct jpeg_encoder *encoder = cinfo->client_data;

	err_permanent(encoder->guard.err, "JPEG: the output needs more than the %zu bytes of room",
		      encoder->output->room);
	jpeg_guard_escape(&encoder->guard);
}

/* libjpeg asks for more room after a byte has filled the last of it, never before the first byte.
 */
static void start_output(j_compress_ptr cinfo)
{
	struct jpeg_encoder *encoder = cinfo->client_data;

	if (encoder->output->room == 0)
		on_full_output(cinfo);
	encoder->destination.next_output_byte = encoder->output->bytes;
	encoder->destination.free_in_buffer = encoder->output->room;
}

static void end_output(j_compress_ptr cinfo)
{
	struct jpeg_encoder *encoder = cinfo->client_data;

	encoder->output->length = encoder->output->room - encoder->destination.free_in_buffer;
}

static void set_up(struct jpeg_encoder *encoder)
{
	struct jpeg_compress_struct *cinfo = &encoder->cinfo;
	const struct jpeg_encode_options *options = encoder->options;

	cinfo->client_data = encoder;
	encoder->destination.init_destination = start_output;
	encoder->destination.empty_output_buffer = on_full_output;
	encoder->destination.term_destination = end_output;
	cinfo->dest = &encoder->destination;
	cinfo->image_width = encoder->image->geometry.width;
	cinfo->image_height = encoder->image->geometry.height;
	cinfo->input_components = 3;
	cinfo->in_color_space = encoder->image->geometry.format == IMAGE_RGB8 ? JCS_RGB : JCS_YCbCr;
	jpeg_set_defaults(cinfo);
	jpeg_set_colorspace(cinfo, JCS_YCbCr);
	jpeg_set_quality(cinfo, options->quality, TRUE);
	cinfo->comp_info[0].h_samp_factor = samplings[options->sampling].horizontal;
	cinfo->comp_info[0].v_samp_factor = samplings[options->sampling].vertical;
	cinfo->optimize_coding = TRUE;
	if (options->progressive)
		jpeg_simple_progression(cinfo);
}

static void write_metadata(struct jpeg_encoder *encoder)
{
	const struct jpeg_encode_options *options = encoder->options;

	if (options->exif_bytes != 0) {
		memcpy(encoder->exif, exif_prefix, EXIF_PREFIX);
		memcpy(encoder->exif + EXIF_PREFIX, options->exif, options->exif_bytes);
		exif_set_upright(encoder->exif + EXIF_PREFIX, options->exif_bytes);
		jpeg_write_marker(&encoder->cinfo, JPEG_APP0 + 1, encoder->exif,
				  (unsigned)options->exif_bytes + EXIF_PREFIX);
	}
	if (options->icc_bytes != 0)
		jpeg_write_icc_profile(&encoder->cinfo, options->icc, (unsigned)options->icc_bytes);
}

static void encode_picture(void *context)
{
	struct jpeg_encoder *encoder = context;
	struct jpeg_compress_struct *cinfo = &encoder->cinfo;
	JSAMPROW row = encoder->row;

	jpeg_create_compress(cinfo);
	jpeg_guard_watch(&encoder->guard, (j_common_ptr)cinfo);
	set_up(encoder);
	jpeg_start_compress(cinfo, TRUE);
	write_metadata(encoder);
	while (cinfo->next_scanline < cinfo->image_height) {
		planes_join_row(encoder->image, cinfo->next_scanline, row);
		jpeg_write_scanlines(cinfo, &row, 1);
	}
	jpeg_finish_compress(cinfo);
}

static int check(const struct image_geometry *geometry, const struct jpeg_encode_options *options,
		 struct err *err)
{
	assert(geometry->orientation == 1);
	if (geometry->format != IMAGE_RGB8 && geometry->format != IMAGE_GRAY8)
		return err_permanent(err, "JPEG: a picture of this kind cannot be encoded");
	if (geometry->width > JPEG_MAX_DIMENSION || geometry->height > JPEG_MAX_DIMENSION)
		return err_permanent(err,
				     "JPEG: the output would be %u x %u pixels, more than %ld a "
				     "side (--max)",
				     geometry->width, geometry->height, JPEG_MAX_DIMENSION);
	if (options->exif_bytes > JPEG_EXIF_MAX_BYTES || options->icc_bytes > JPEG_ICC_MAX_BYTES)
		return err_permanent(err, "JPEG: the metadata does not fit a JPEG file");
	return 0;
}

static int reserve_row(struct jpeg_encoder *encoder, uint32_t width, struct err *err)
{
	size_t needed = (size_t)width * 3;

	if (encoder->row_capacity >= needed)
		return 0;
	free(encoder->row);
	encoder->row = mem_try(needed);
	encoder->row_capacity = encoder->row != NULL ? needed : 0;
	if (encoder->row == NULL)
		return err_transient(err, "JPEG: no memory for a row");
	return 0;
}

int jpeg_encode(struct jpeg_encoder *encoder, const struct image *image,
		const struct jpeg_encode_options *options, struct jpeg_output *output,
		const struct codec_hooks *hooks, struct err *err)
{
	int status;

	output->length = 0;
	if (check(&image->geometry, options, err) != 0 ||
	    reserve_row(encoder, image->geometry.width, err) != 0)
		return -1;
	memset(&encoder->cinfo, 0, sizeof encoder->cinfo);
	jpeg_guard_init(&encoder->guard, (j_common_ptr)&encoder->cinfo, hooks, err);
	encoder->image = image;
	encoder->options = options;
	encoder->output = output;
	status = jpeg_guard_run(&encoder->guard, encode_picture, encoder);
	jpeg_destroy_compress(&encoder->cinfo);
	return status;
}
