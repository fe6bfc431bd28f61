/*
 * jpeg_pixels.c - a JPEG file as grey or RGB pixels.
 */
#include "config.h"

#include "image/jpeg_pixels.h"

#include "image/jpeg_scale.h"
#include "image/orientation.h"
#include "image/planes.h"
#include "image/resize.h"

enum {
	DCT_SIZE = 8,
	ROWS_AT_ONCE = 4, /* the most that libjpeg hands out in one go (rec_outbuf_height) */
	RGB_BYTES = 3,
};

static int choose_colours(struct jpeg_decompress_struct *cinfo, enum image_format *format,
			  struct err *err)
{
	*format = IMAGE_RGB8;
	switch (cinfo->jpeg_color_space) {
	case JCS_GRAYSCALE:
		cinfo->out_color_space = JCS_GRAYSCALE;
		*format = IMAGE_GRAY8;
		return 0;
	case JCS_YCbCr:
	case JCS_RGB:
		cinfo->out_color_space = JCS_RGB;
		return 0;
	case JCS_CMYK:
	case JCS_YCCK:
		cinfo->out_color_space = JCS_CMYK;
		return 0;
	default:
		return err_permanent(err, "JPEG: pictures of %d components are not supported",
				     cinfo->num_components);
	}
}

static unsigned choose_scale(const struct codec_input *input, uint32_t width, uint32_t height,
			     unsigned orientation)
{
	bool swaps = orientation_swaps(orientation);
	uint32_t fit_width;
	uint32_t fit_height;

	resize_fit(width, height, swaps ? input->max_height : input->max_width,
		   swaps ? input->max_width : input->max_height, &fit_width, &fit_height);
	return jpeg_scale_good((struct jpeg_side){width, fit_width},
			       (struct jpeg_side){height, fit_height});
}

int jpeg_pixels_plan(struct jpeg_decompress_struct *cinfo, const struct codec_input *input,
		     unsigned orientation, struct image_geometry *geometry, struct err *err)
{
	uint32_t width = cinfo->image_width;
	uint32_t height = cinfo->image_height;
	unsigned n = choose_scale(input, width, height, orientation);
	enum image_format format;

	if (choose_colours(cinfo, &format, err) != 0)
		return -1;
	cinfo->scale_num = n;
	cinfo->scale_denom = DCT_SIZE;
	image_geometry_init(geometry, format,
			    (uint32_t)(((uint64_t)width * n + DCT_SIZE - 1) / DCT_SIZE),
			    (uint32_t)(((uint64_t)height * n + DCT_SIZE - 1) / DCT_SIZE));
	geometry->orientation = orientation;
	geometry->full_width = width;
	geometry->full_height = height;
	for (unsigned i = 0; i < geometry->nplanes; i++) {
		geometry->plane[i].averaged = DCT_SIZE / n;
		geometry->plane[i].box = (struct image_box){
			.width = (double)width * n / DCT_SIZE,
			.height = (double)height * n / DCT_SIZE,
		};
	}
	return 0;
}

/* Adobe's programs store inks inverted, and mark their files; nobody else does either. */
static enum colour_kind kind_of(const struct jpeg_decompress_struct *cinfo)
{
	return cinfo->saw_Adobe_marker ? COLOUR_CMYK_INVERTED : COLOUR_CMYK;
}

void jpeg_pixels_choose_conversion(const struct jpeg_decompress_struct *cinfo,
				   struct codec_state *state, char *warning)
{
	if (cinfo->out_color_space == JCS_CMYK)
		codec_prepare_inks(state, kind_of(cinfo), warning);
}

static void convert_row(const struct jpeg_decompress_struct *cinfo, const struct codec_state *state,
			const unsigned char *from, unsigned char *to)
{
	if (state->by_profile)
		colour_convert(state->colour, from, to, cinfo->output_width);
	else
		colour_convert_plainly(kind_of(cinfo), from, to, cinfo->output_width);
}

int jpeg_pixels_read(struct jpeg_decompress_struct *cinfo, struct codec_state *state,
		     struct image *image, uint32_t *rows_done, struct err *err)
{
	bool inks = cinfo->out_color_space == JCS_CMYK;
	size_t row_bytes = (size_t)cinfo->output_width * (unsigned)cinfo->output_components;
	size_t rgb_bytes = (size_t)cinfo->output_width * RGB_BYTES;
	JSAMPROW rows[ROWS_AT_ONCE];
	unsigned char *rgb;

	if (codec_buffer_reserve(&state->rows, row_bytes * ROWS_AT_ONCE + rgb_bytes, err) != 0)
		return -1;
	for (unsigned i = 0; i < ROWS_AT_ONCE; i++)
		rows[i] = state->rows.bytes + i * row_bytes;
	rgb = state->rows.bytes + ROWS_AT_ONCE * row_bytes;
	while (cinfo->output_scanline < cinfo->output_height) {
		JDIMENSION got = jpeg_read_scanlines(cinfo, rows, ROWS_AT_ONCE);

		for (JDIMENSION i = 0; i < got; i++) {
			if (inks)
				convert_row(cinfo, state, rows[i], rgb);
			planes_split_row(image, (*rows_done)++, inks ? rgb : rows[i]);
		}
	}
	return 0;
}
