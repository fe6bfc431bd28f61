/*
 * codec_jpeg.c - JPEG through libjpeg-turbo.
 *
 * The decoder object is made anew for each picture: that costs about a microsecond, while a reused
 * one keeps the quantisation and Huffman tables of the picture before and would decode a file that
 * lacks its own with them - to something else on every worker.
 *
 * Scaling in the DCT gives ceil(width * N / 8) columns, of which the last one is partly padding;
 * the picture's box stays width * N / 8.
 */
#include "config.h"

#include "image/codec_internal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "image/exif.h"
#include "image/jpeg_bands.h"
#include "image/jpeg_guard.h"
#include "image/jpeg_planes.h"
#include "image/mend.h"
#include "image/orientation.h"
#include "image/planes.h"
#include "image/resize.h"

enum {
	DCT_SIZE = 8,
	ROWS_AT_ONCE = 4, /* the most that libjpeg hands out in one go (rec_outbuf_height) */
	COEFFICIENTS_PER_BLOCK = 64,
	EXIF_PREFIX = 6, /* "Exif", NUL, padding */
};

struct jpeg_decoder {
	struct jpeg_decompress_struct cinfo;
	struct jpeg_guard guard;
	const struct codec_input *input;
	struct codec_state *state;
	const struct image_geometry *geometry;
	struct image *image;	   /* for pixels */
	struct jpeg_planes planes; /* none, when pixels are decoded */
	struct jpeg_bands bands;
	uint32_t rows_done;
};

static bool jpeg_recognises(const unsigned char *bytes, size_t length)
{
	return length >= 3 && bytes[0] == 0xff && bytes[1] == 0xd8 && bytes[2] == 0xff;
}

static void read_header(void *context)
{
	struct jpeg_decoder *decoder = context;
	struct jpeg_decompress_struct *cinfo = &decoder->cinfo;
	uint64_t memory = decoder->input->limits->jpeg_memory_bytes;

	jpeg_create_decompress(cinfo);
	jpeg_guard_watch(&decoder->guard, (j_common_ptr)cinfo);
	cinfo->mem->max_memory_to_use = memory < INT32_MAX ? (long)memory : INT32_MAX;
	jpeg_mem_src(cinfo, decoder->input->bytes, decoder->input->length);
	jpeg_save_markers(cinfo, JPEG_APP0 + 1, 0xffff);
	jpeg_save_markers(cinfo, JPEG_APP0 + 2, 0xffff);
	jpeg_read_header(cinfo, TRUE);
}

/* Also after an error the decoder must be closed. */
static int decoder_open(struct jpeg_decoder *decoder, struct codec_state *state,
			const struct codec_input *input, struct err *err)
{
	memset(&decoder->cinfo, 0, sizeof decoder->cinfo);
	jpeg_guard_init(&decoder->guard, (j_common_ptr)&decoder->cinfo, &input->hooks, err);
	decoder->guard.tolerate = input->tolerate;
	decoder->guard.max_scans = input->limits->jpeg_scans;
	decoder->input = input;
	decoder->state = state;
	decoder->image = NULL;
	decoder->planes = (struct jpeg_planes){0};
	decoder->bands = (struct jpeg_bands){
		.cinfo = &decoder->cinfo, .planes = &decoder->planes, .greying = input->tolerate};
	decoder->rows_done = 0;
	return jpeg_guard_run(&decoder->guard, read_header, decoder);
}

static void decoder_close(struct jpeg_decoder *decoder)
{
	jpeg_destroy_decompress(&decoder->cinfo);
}

/* The TIFF structure of the first EXIF marker, NULL when there is none. */
static const unsigned char *find_exif(const struct jpeg_decompress_struct *cinfo, size_t *length)
{
	for (jpeg_saved_marker_ptr marker = cinfo->marker_list; marker; marker = marker->next)
		if (marker->marker == JPEG_APP0 + 1 && marker->data_length > EXIF_PREFIX &&
		    memcmp(marker->data, "Exif", 5) == 0) {
			*length = marker->data_length - EXIF_PREFIX;
			return marker->data + EXIF_PREFIX;
		}
	return NULL;
}

static bool has_icc(const struct jpeg_decompress_struct *cinfo)
{
	for (jpeg_saved_marker_ptr marker = cinfo->marker_list; marker; marker = marker->next)
		if (marker->marker == JPEG_APP0 + 2 && marker->data_length >= 14 &&
		    memcmp(marker->data, "ICC_PROFILE", 12) == 0)
			return true;
	return false;
}

static int choose_colours(struct jpeg_decompress_struct *cinfo, enum image_format *format,
			  struct err *err)
{
	switch (cinfo->jpeg_color_space) {
	case JCS_GRAYSCALE:
		cinfo->out_color_space = JCS_GRAYSCALE;
		*format = IMAGE_GRAY8;
		return 0;
	case JCS_YCbCr:
	case JCS_RGB:
		cinfo->out_color_space = JCS_RGB;
		*format = IMAGE_RGB8;
		return 0;
	case JCS_CMYK:
	case JCS_YCCK:
		return err_permanent(err, "JPEG: CMYK pictures are not supported");
	default:
		return err_permanent(err, "JPEG: pictures of %d components are not supported",
				     cinfo->num_components);
	}
}

/* N of the smallest scale N/8 out of 1/8, 1/4, 1/2, 1 (those that have fast code) at which the
 * picture is still at least as large as what it will be fitted into. */
static unsigned choose_scale(const struct codec_input *input, uint32_t width, uint32_t height,
			     unsigned orientation)
{
	bool swaps = orientation_swaps(orientation);
	uint32_t fit_width;
	uint32_t fit_height;
	unsigned n = 1;

	resize_fit(width, height, swaps ? input->max_height : input->max_width,
		   swaps ? input->max_width : input->max_height, &fit_width, &fit_height);
	while (n < DCT_SIZE && ((uint64_t)width * n < (uint64_t)fit_width * DCT_SIZE ||
				(uint64_t)height * n < (uint64_t)fit_height * DCT_SIZE))
		n *= 2;
	return n;
}

static uint64_t round_up(uint64_t value, int step)
{
	return (value + (uint64_t)step - 1) / (uint64_t)step * (uint64_t)step;
}

/* Coefficients that are kept until the last scan, as libjpeg lays them out (jdcoefct.c). */
static uint64_t coefficient_bytes(struct jpeg_decompress_struct *cinfo)
{
	uint64_t blocks = 0;

	if (!jpeg_has_multiple_scans(cinfo))
		return 0;
	for (int i = 0; i < cinfo->num_components; i++) {
		const jpeg_component_info *component = &cinfo->comp_info[i];

		blocks += round_up(component->width_in_blocks, component->h_samp_factor) *
			  round_up(component->height_in_blocks, component->v_samp_factor);
	}
	return blocks * COEFFICIENTS_PER_BLOCK * sizeof(JCOEF);
}

/* Interleaved output, all planes at one scale. */
static void plan_pixels(struct jpeg_decoder *decoder, enum image_format format,
			unsigned orientation, struct image_geometry *geometry)
{
	struct jpeg_decompress_struct *cinfo = &decoder->cinfo;
	uint32_t width = cinfo->image_width;
	uint32_t height = cinfo->image_height;
	unsigned n = choose_scale(decoder->input, width, height, orientation);

	cinfo->scale_num = n;
	cinfo->scale_denom = DCT_SIZE;
	image_geometry_init(geometry, format,
			    (uint32_t)(round_up((uint64_t)width * n, DCT_SIZE) / DCT_SIZE),
			    (uint32_t)(round_up((uint64_t)height * n, DCT_SIZE) / DCT_SIZE));
	geometry->orientation = orientation;
	geometry->full_width = width;
	geometry->full_height = height;
	for (unsigned i = 0; i < geometry->nplanes; i++)
		geometry->plane[i].box = (struct image_box){
			.width = (double)width * n / DCT_SIZE,
			.height = (double)height * n / DCT_SIZE,
		};
}

/* With the header read: check it, set the decoder's output up and describe it. */
static int plan_output(struct jpeg_decoder *decoder, struct codec_info *info, struct err *err)
{
	struct jpeg_decompress_struct *cinfo = &decoder->cinfo;
	const struct codec_limits *limits = decoder->input->limits;
	const unsigned char *exif;
	size_t exif_bytes;
	uint64_t coefficients = coefficient_bytes(cinfo);
	enum image_format format = IMAGE_RGB8;
	unsigned orientation;

	if (codec_check_size(limits, cinfo->image_width, cinfo->image_height, err) != 0 ||
	    choose_colours(cinfo, &format, err) != 0)
		return -1;
	if (coefficients > limits->jpeg_memory_bytes)
		return err_permanent(err,
				     "JPEG: the decoder needs %" PRIu64
				     " bytes for a picture in several scans, more than %" PRIu64
				     " (--jpeg-memory)",
				     coefficients, limits->jpeg_memory_bytes);
	exif = find_exif(cinfo, &exif_bytes);
	info->width = cinfo->image_width;
	info->height = cinfo->image_height;
	info->has_icc = has_icc(cinfo);
	info->has_exif = exif != NULL;
	info->progressive = cinfo->progressive_mode;
	info->working_bytes =
		coefficients + (uint64_t)info->width * (unsigned)cinfo->num_components * 64;
	orientation = exif != NULL ? exif_orientation(exif, exif_bytes) : 1;
	if (jpeg_planes_suit(cinfo, decoder->input))
		jpeg_planes_plan(cinfo, decoder->input, orientation, &decoder->planes,
				 &info->geometry);
	else
		plan_pixels(decoder, format, orientation, &info->geometry);
	return 0;
}

static int jpeg_probe(struct codec_state *state, const struct codec_input *input,
		      struct codec_info *info, struct err *err)
{
	struct jpeg_decoder decoder;
	int status = decoder_open(&decoder, state, input, err);

	if (status == 0)
		status = plan_output(&decoder, info, err);
	decoder_close(&decoder);
	return status;
}

static void read_rows(struct jpeg_decoder *decoder)
{
	struct jpeg_decompress_struct *cinfo = &decoder->cinfo;
	size_t row_bytes = (size_t)cinfo->output_width * (unsigned)cinfo->output_components;
	JSAMPROW rows[ROWS_AT_ONCE];

	if (codec_buffer_reserve(&decoder->state->rows, row_bytes * ROWS_AT_ONCE,
				 decoder->guard.err) != 0)
		jpeg_guard_escape(&decoder->guard);
	for (unsigned i = 0; i < ROWS_AT_ONCE; i++)
		rows[i] = decoder->state->rows.bytes + i * row_bytes;
	while (cinfo->output_scanline < cinfo->output_height) {
		JDIMENSION got = jpeg_read_scanlines(cinfo, rows, ROWS_AT_ONCE);

		for (JDIMENSION i = 0; i < got; i++)
			planes_split_row(decoder->image, decoder->rows_done++, rows[i]);
	}
}

static void read_planes(struct jpeg_decoder *decoder)
{
	jpeg_planes_start(&decoder->cinfo, &decoder->planes);
	jpeg_bands_read(&decoder->bands);
}

static void decode_picture(void *context)
{
	struct jpeg_decoder *decoder = context;

	jpeg_start_decompress(&decoder->cinfo);
	if (decoder->cinfo.output_width != decoder->geometry->width ||
	    decoder->cinfo.output_height != decoder->geometry->height) {
		err_permanent(decoder->guard.err,
			      "JPEG: the decoder gives %u x %u pixels, not %u x %u",
			      decoder->cinfo.output_width, decoder->cinfo.output_height,
			      decoder->geometry->width, decoder->geometry->height);
		jpeg_guard_escape(&decoder->guard);
	}
	if (decoder->planes.nplanes != 0)
		read_planes(decoder);
	else
		read_rows(decoder);
	/* Reads on to the end marker, which a whole file has. */
	jpeg_finish_decompress(&decoder->cinfo);
}

static void take_icc(void *context)
{
	struct jpeg_decoder *decoder = context;
	struct codec_buffer *icc = &decoder->state->icc;
	JOCTET *bytes;
	unsigned length;

	if (!jpeg_read_icc_profile(&decoder->cinfo, &bytes, &length))
		return;
	free(icc->bytes);
	*icc = (struct codec_buffer){.bytes = bytes, .length = length, .capacity = length};
}

static int take_metadata(struct jpeg_decoder *decoder, struct err *err)
{
	size_t length;
	const unsigned char *exif = find_exif(&decoder->cinfo, &length);

	if (exif != NULL && codec_buffer_set(&decoder->state->exif, exif, length, err) != 0)
		return -1;
	return jpeg_guard_run(&decoder->guard, take_icc, decoder);
}

/* An error is forgiven when damage is tolerated and there is something to show. */
static bool forgive(struct jpeg_decoder *decoder, struct err *err)
{
	if (!decoder->input->tolerate || err->kind != ERR_PERMANENT ||
	    (decoder->rows_done == 0 && decoder->bands.done == 0))
		return false;
	codec_warn(decoder->guard.warning, "damaged %s", err->text);
	decoder->guard.damaged = true;
	err_clear(err);
	return true;
}

/* Decode what was planned. */
static int decode_planned(struct jpeg_decoder *decoder, struct err *err)
{
	if (take_metadata(decoder, err) != 0)
		return -1;
	if (jpeg_guard_run(&decoder->guard, decode_picture, decoder) == 0)
		return 0;
	if (!forgive(decoder, err))
		return -1;
	if (decoder->planes.nplanes != 0)
		jpeg_bands_finish(&decoder->bands);
	return 0;
}

static int decode_into(struct jpeg_decoder *decoder, struct image *image, struct err *err)
{
	struct codec_info info = {0};

	if (plan_output(decoder, &info, err) != 0 ||
	    codec_check_geometry(&info.geometry, image, err) != 0)
		return -1;
	decoder->geometry = &image->geometry;
	decoder->image = image;
	if (decoder->planes.nplanes != 0 &&
	    jpeg_bands_fill(&decoder->bands, image, &decoder->state->rows, err) != 0)
		return -1;
	if (decoder->input->tolerate)
		planes_fill_grey(image);
	if (decode_planned(decoder, err) != 0)
		return -1;
	if (decoder->planes.nplanes == 0)
		mend_edges(image);
	image_pad(image);
	return 0;
}

static int decode_to_sink(struct jpeg_decoder *decoder, const struct image_geometry *geometry,
			  const struct codec_sink *sink, struct err *err)
{
	struct codec_info info = {0};
	struct image placed = {.geometry = *geometry};

	if (plan_output(decoder, &info, err) != 0 ||
	    codec_check_geometry(&info.geometry, &placed, err) != 0)
		return -1;
	if (decoder->planes.nplanes == 0)
		return err_permanent(err, "JPEG: this picture is not decoded in pieces");
	decoder->geometry = &info.geometry;
	if (jpeg_bands_pass(&decoder->bands, &info.geometry, sink, &decoder->state->rows, err) != 0)
		return -1;
	return decode_planned(decoder, err);
}

static void give_result(struct jpeg_decoder *decoder, struct codec_result *result)
{
	result->damaged = decoder->guard.damaged;
	memcpy(result->warning, decoder->guard.warning, sizeof result->warning);
	codec_result_metadata(decoder->state, result);
}

static int jpeg_decode(struct codec_state *state, const struct codec_input *input,
		       struct image *image, struct codec_result *result, struct err *err)
{
	struct jpeg_decoder decoder;
	int status = decoder_open(&decoder, state, input, err);

	if (status == 0)
		status = decode_into(&decoder, image, err);
	if (status == 0)
		give_result(&decoder, result);
	decoder_close(&decoder);
	return status;
}

static bool jpeg_can_stream(const struct image_geometry *geometry)
{
	return geometry->format == IMAGE_YCBCR8;
}

static int jpeg_stream(struct codec_state *state, const struct codec_input *input,
		       const struct image_geometry *geometry, const struct codec_sink *sink,
		       struct codec_result *result, struct err *err)
{
	struct jpeg_decoder decoder;
	int status = decoder_open(&decoder, state, input, err);

	if (status == 0)
		status = decode_to_sink(&decoder, geometry, sink, err);
	if (status == 0)
		give_result(&decoder, result);
	decoder_close(&decoder);
	return status;
}

const struct codec codec_jpeg = {
	.name = "JPEG",
	.recognises = jpeg_recognises,
	.probe = jpeg_probe,
	.decode = jpeg_decode,
	.can_stream = jpeg_can_stream,
	.stream = jpeg_stream,
};
