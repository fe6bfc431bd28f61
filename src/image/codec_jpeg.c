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
#include "image/jpeg_pixels.h"
#include "image/jpeg_planes.h"
#include "image/mend.h"
#include "image/planes.h"

enum {
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
	char conversion[CODEC_WARNING_BYTES]; /* warning; comes after that of damage */
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
	decoder->conversion[0] = '\0';
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

/* libjpeg 3 reads other precisions as well, by other functions. */
static int check_kind(const struct jpeg_decompress_struct *cinfo, struct err *err)
{
	if (cinfo->data_precision == BITS_IN_JSAMPLE)
		return 0;
	return err_permanent(err, "JPEG: data precision %d is not supported",
			     cinfo->data_precision);
}

/* With the header read: check it, set the decoder's output up and describe it. */
static int plan_output(struct jpeg_decoder *decoder, struct codec_info *info, struct err *err)
{
	struct jpeg_decompress_struct *cinfo = &decoder->cinfo;
	const struct codec_limits *limits = decoder->input->limits;
	const unsigned char *exif;
	size_t exif_bytes;
	uint64_t coefficients = coefficient_bytes(cinfo);
	unsigned orientation;

	if (codec_check_size(limits, cinfo->image_width, cinfo->image_height, err) != 0 ||
	    check_kind(cinfo, err) != 0)
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
	if (!jpeg_planes_suit(cinfo, decoder->input) ||
	    (info->has_icc && decoder->input->colours == CODEC_COLOURS_SRGB))
		return jpeg_pixels_plan(cinfo, decoder->input, orientation, &info->geometry, err);
	jpeg_planes_plan(cinfo, decoder->input, orientation, &decoder->planes, &info->geometry);
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
	if (decoder->planes.nplanes != 0) {
		jpeg_planes_start(&decoder->cinfo, &decoder->planes);
		jpeg_bands_read(&decoder->bands);
	} else if (jpeg_pixels_read(&decoder->cinfo, decoder->state, decoder->image,
				    &decoder->rows_done, decoder->guard.err) != 0) {
		jpeg_guard_escape(&decoder->guard);
	}
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
	jpeg_pixels_choose_conversion(&decoder->cinfo, decoder->state, decoder->conversion);
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

/* With the output planned: may it pass in pieces? Not where whole pictures get converted: grey ones
 * by their profile. */
static bool is_streamed(const struct jpeg_decoder *decoder, const struct codec_info *info)
{
	return decoder->planes.nplanes != 0 &&
	       (info->geometry.format == IMAGE_YCBCR8 || !info->has_icc ||
		decoder->input->colours == CODEC_COLOURS_UNCONVERTED);
}

static int decode_to_sink(struct jpeg_decoder *decoder, const struct image_geometry *geometry,
			  const struct codec_sink *sink, struct err *err)
{
	struct codec_info info = {0};
	struct image placed = {.geometry = *geometry};

	/* What the caller was told, which the picture must still be. */
	if (plan_output(decoder, &info, err) != 0 ||
	    codec_check_geometry(&info.geometry, &placed, err) != 0)
		return -1;
	if (!is_streamed(decoder, &info))
		return err_permanent(err, "JPEG: this picture is not decoded in pieces");
	decoder->geometry = geometry;
	if (jpeg_bands_pass(&decoder->bands, geometry, sink, &decoder->state->rows, err) != 0)
		return -1;
	return decode_planned(decoder, err);
}

static void give_result(struct jpeg_decoder *decoder, struct codec_result *result)
{
	result->damaged = decoder->guard.damaged;
	memcpy(result->warning, decoder->guard.warning, sizeof result->warning);
	if (decoder->conversion[0] != '\0')
		codec_warn(result->warning, "%s", decoder->conversion);
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

static bool jpeg_can_stream(const struct codec_input *input, const struct image_geometry *geometry)
{
	struct jpeg_decoder decoder;
	struct codec_info info = {0};
	struct err err;
	bool can;

	if (geometry->format != IMAGE_GRAY8)
		return geometry->format == IMAGE_YCBCR8;
	can = decoder_open(&decoder, NULL, input, &err) == 0 &&
	      plan_output(&decoder, &info, &err) == 0 && is_streamed(&decoder, &info);
	decoder_close(&decoder);
	return can;
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
