/*
 * jpeg_encode.c - from a picture to the bytes of a JPEG file, through libjpeg-turbo.
 *
 * The encoder object is made anew for each picture, as the decoder is, and for the same reason.
 *
 * Large baseline pictures are encoded with tables from a sample of their rows: a second encoder
 * object is given those and hands its coefficients to a function that counts instead of writing.
 * Small ones are optimised in full, where a sample would say little, and progressive ones as well,
 * whose scans would each need their own.
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
#include "image/jpeg_huffman.h"
#include "image/jpeg_private.h"
#include "image/planes.h"

enum {
	MARKER_ROOM = 4096, /* all headers and tables of a file without metadata */
	ICC_CHUNK = 65519,  /* bytes of a profile in one marker */
	ICC_OVERHEAD = 18,  /* of such a marker */
	EXIF_OVERHEAD = 10, /* marker, length, "Exif" and two zeros */
	EXIF_PREFIX = 6,
	MCU_ROWS_MAX = 2 * DCTSIZE,
	SAMPLE_EVERY = 8, /* rows of MCUs */
	SAMPLE_FIRST = SAMPLE_EVERY / 2,
	SAMPLED_FROM = 4 * SAMPLE_EVERY, /* pictures of that many */
	DISCARD_BYTES = 1024,
	MID_GREY = 128,
	PLANES = 3,
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
	struct jpeg_compress_struct sampler;
	struct jpeg_destination_mgr nowhere;
	struct jpeg_symbols symbols;
	unsigned char discarded[DISCARD_BYTES]; /* what the sampler writes */
	unsigned char *row; /* one row, interleaved or grey, kept from picture to picture */
	size_t row_capacity;
	unsigned char exif[EXIF_PREFIX + JPEG_EXIF_MAX_BYTES];
};

struct image_cell jpeg_sampling_cell(enum jpeg_sampling sampling)
{
	return (struct image_cell){(uint8_t)samplings[sampling].horizontal,
				   (uint8_t)samplings[sampling].vertical};
}

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

static void discard_start(j_compress_ptr cinfo)
{
	struct jpeg_encoder *encoder = cinfo->client_data;

	encoder->nowhere.next_output_byte = encoder->discarded;
	encoder->nowhere.free_in_buffer = DISCARD_BYTES;
}

static boolean discard(j_compress_ptr cinfo)
{
	discard_start(cinfo);
	return TRUE;
}

/* Planes as libjpeg wants them, or pixels that it has to convert? */
static bool is_raw(const struct jpeg_encoder *encoder)
{
	return encoder->image->geometry.format != IMAGE_RGB8;
}

static void set_up(struct jpeg_encoder *encoder, struct jpeg_compress_struct *cinfo,
		   uint32_t height)
{
	const struct jpeg_encode_options *options = encoder->options;

	cinfo->client_data = encoder;
	cinfo->image_width = encoder->image->geometry.width;
	cinfo->image_height = height;
	cinfo->input_components = PLANES;
	cinfo->in_color_space = is_raw(encoder) ? JCS_YCbCr : JCS_RGB;
	jpeg_set_defaults(cinfo);
	jpeg_set_colorspace(cinfo, JCS_YCbCr);
	jpeg_set_quality(cinfo, options->quality, TRUE);
	cinfo->comp_info[0].h_samp_factor = samplings[options->sampling].horizontal;
	cinfo->comp_info[0].v_samp_factor = samplings[options->sampling].vertical;
	cinfo->raw_data_in = is_raw(encoder);
	cinfo->dct_method = JDCT_ISLOW;
}

/* Give libjpeg one row of MCUs of a picture that is there in planes. */
static void write_planes(struct jpeg_encoder *encoder, struct jpeg_compress_struct *cinfo,
			 uint32_t mcu)
{
	const struct image *image = encoder->image;
	JSAMPROW rows[PLANES][MCU_ROWS_MAX];
	JSAMPARRAY data[PLANES] = {rows[0], rows[1], rows[2]};

	for (unsigned i = 0; i < PLANES; i++) {
		unsigned count = (unsigned)cinfo->comp_info[i].v_samp_factor * DCTSIZE;

		for (unsigned k = 0; k < count; k++) {
			uint32_t row = mcu * count + k;

			if (i >= image->geometry.nplanes) {
				rows[i][k] = encoder->row;
				continue;
			}
			if (row >= image->geometry.plane[i].rows)
				row = image->geometry.plane[i].rows - 1;
			rows[i][k] = image_row(image, i, row);
		}
	}
	jpeg_write_raw_data(cinfo, data, (JDIMENSION)cinfo->comp_info[0].v_samp_factor * DCTSIZE);
}

static void write_pixels(struct jpeg_encoder *encoder, struct jpeg_compress_struct *cinfo,
			 uint32_t mcu)
{
	uint32_t rows = (uint32_t)cinfo->comp_info[0].v_samp_factor * DCTSIZE;
	uint32_t height = encoder->image->geometry.height;
	JSAMPROW row = encoder->row;

	for (uint32_t y = mcu * rows; y < (mcu + 1) * rows && y < height; y++) {
		planes_join_row(encoder->image, y, row);
		jpeg_write_scanlines(cinfo, &row, 1);
	}
}

static void write_mcus(struct jpeg_encoder *encoder, struct jpeg_compress_struct *cinfo,
		       uint32_t mcu)
{
	if (is_raw(encoder))
		write_planes(encoder, cinfo, mcu);
	else
		write_pixels(encoder, cinfo, mcu);
}

static boolean count_mcu(j_compress_ptr cinfo, JBLOCKROW *blocks)
{
	struct jpeg_encoder *encoder = cinfo->client_data;

	for (int i = 0; i < cinfo->blocks_in_MCU; i++) {
		const jpeg_component_info *component =
			cinfo->cur_comp_info[cinfo->MCU_membership[i]];

		jpeg_symbols_add(&encoder->symbols, component->component_index != 0,
				 component->component_index, *blocks[i]);
	}
	return TRUE;
}

/* Count the symbols of every SAMPLE_EVERYth row of MCUs. */
static void count_sample(struct jpeg_encoder *encoder, uint32_t mcus)
{
	struct jpeg_compress_struct *sampler = &encoder->sampler;
	uint32_t mcu_rows = (uint32_t)samplings[encoder->options->sampling].vertical * DCTSIZE;
	uint32_t sampled = (mcus - SAMPLE_FIRST + SAMPLE_EVERY - 1) / SAMPLE_EVERY;

	sampler->err = &encoder->guard.manager;
	jpeg_create_compress(sampler);
	jpeg_guard_watch(&encoder->guard, (j_common_ptr)sampler);
	encoder->nowhere.init_destination = discard_start;
	encoder->nowhere.empty_output_buffer = discard;
	encoder->nowhere.term_destination = discard_start;
	sampler->dest = &encoder->nowhere;
	set_up(encoder, sampler, sampled * mcu_rows);
	jpeg_start_compress(sampler, TRUE);
	jpeg_symbols_init(&encoder->symbols);
	sampler->entropy->encode_mcu = count_mcu;
	for (uint32_t mcu = SAMPLE_FIRST; mcu < mcus; mcu += SAMPLE_EVERY)
		write_mcus(encoder, sampler, mcu);
	jpeg_abort_compress(sampler);
}

static void set_tables(struct jpeg_encoder *encoder)
{
	struct jpeg_compress_struct *cinfo = &encoder->cinfo;

	for (unsigned i = 0; i < JPEG_TABLES; i++) {
		jpeg_huffman_table(encoder->symbols.dc[i], cinfo->dc_huff_tbl_ptrs[i]);
		jpeg_huffman_table(encoder->symbols.ac[i], cinfo->ac_huff_tbl_ptrs[i]);
	}
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
	uint32_t mcu_rows = (uint32_t)samplings[encoder->options->sampling].vertical * DCTSIZE;
	uint32_t height = encoder->image->geometry.height;
	bool sampled = !encoder->options->progressive && height / mcu_rows >= SAMPLED_FROM;

	if (sampled)
		count_sample(encoder, height / mcu_rows);
	jpeg_create_compress(cinfo);
	jpeg_guard_watch(&encoder->guard, (j_common_ptr)cinfo);
	encoder->destination.init_destination = start_output;
	encoder->destination.empty_output_buffer = on_full_output;
	encoder->destination.term_destination = end_output;
	cinfo->dest = &encoder->destination;
	set_up(encoder, cinfo, height);
	cinfo->optimize_coding = !sampled;
	if (encoder->options->progressive)
		jpeg_simple_progression(cinfo);
	if (sampled)
		set_tables(encoder);
	jpeg_start_compress(cinfo, TRUE);
	write_metadata(encoder);
	for (uint32_t mcu = 0; mcu * mcu_rows < height; mcu++)
		write_mcus(encoder, cinfo, mcu);
	jpeg_finish_compress(cinfo);
}

/* Has each chroma plane the samples that the sampling asks for? */
static bool fits_sampling(const struct image_geometry *geometry, enum jpeg_sampling sampling)
{
	struct image_cell cell = jpeg_sampling_cell(sampling);

	for (unsigned i = 1; i < geometry->nplanes; i++)
		if (geometry->plane[i].columns !=
			    (geometry->width + cell.columns - 1) / cell.columns ||
		    geometry->plane[i].rows != (geometry->height + cell.rows - 1) / cell.rows)
			return false;
	return true;
}

static int check(const struct image_geometry *geometry, const struct jpeg_encode_options *options,
		 struct err *err)
{
	assert(geometry->orientation == 1);
	if (geometry->format == IMAGE_RGBA8 ||
	    (geometry->format == IMAGE_YCBCR8 && !fits_sampling(geometry, options->sampling)))
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

/* A row of pixels, or one of grey that is as long as whole blocks need. */
static int reserve_row(struct jpeg_encoder *encoder, const struct image_geometry *geometry,
		       struct err *err)
{
	size_t needed = (size_t)geometry->width * PLANES + MCU_ROWS_MAX;

	if (encoder->row_capacity < needed) {
		free(encoder->row);
		encoder->row = mem_try(needed);
		encoder->row_capacity = encoder->row != NULL ? needed : 0;
	}
	if (encoder->row == NULL)
		return err_transient(err, "JPEG: no memory for a row");
	if (geometry->format == IMAGE_GRAY8)
		memset(encoder->row, MID_GREY, needed);
	return 0;
}

int jpeg_encode(struct jpeg_encoder *encoder, const struct image *image,
		const struct jpeg_encode_options *options, struct jpeg_output *output,
		const struct codec_hooks *hooks, struct err *err)
{
	int status;

	output->length = 0;
	if (check(&image->geometry, options, err) != 0 ||
	    reserve_row(encoder, &image->geometry, err) != 0)
		return -1;
	memset(&encoder->cinfo, 0, sizeof encoder->cinfo);
	memset(&encoder->sampler, 0, sizeof encoder->sampler);
	jpeg_guard_init(&encoder->guard, (j_common_ptr)&encoder->cinfo, hooks, err);
	encoder->image = image;
	encoder->options = options;
	encoder->output = output;
	status = jpeg_guard_run(&encoder->guard, encode_picture, encoder);
	jpeg_destroy_compress(&encoder->cinfo);
	jpeg_destroy_compress(&encoder->sampler);
	return status;
}
