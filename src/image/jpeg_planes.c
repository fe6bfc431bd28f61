/*
 * jpeg_planes.c - a JPEG file as the planes that it is made of.
 *
 * libjpeg decodes chroma at a larger scale than luma where that saves the upsampling: right for
 * RGB, wasted here, as such planes are resized to half of luma's size anyhow. The scale of each
 * component is therefore set after jpeg_start_decompress, and the inverse transform started anew.
 * All four sizes of it read their coefficients through the same tables.
 */
#include "config.h"

#include "image/jpeg_planes.h"

#include <assert.h>

#include "image/jpeg_private.h"
#include "image/jpeg_scale.h"
#include "image/orientation.h"
#include "image/resize.h"

enum { DCT_SIZE = 8, ROWS_MAX = 4 * DCT_SIZE };

bool jpeg_planes_suit(const struct jpeg_decompress_struct *cinfo, const struct codec_input *input)
{
	bool colour = cinfo->jpeg_color_space == JCS_YCbCr && cinfo->num_components == 3;
	bool grey = cinfo->jpeg_color_space == JCS_GRAYSCALE && cinfo->num_components == 1;

	if (input->chroma.columns == 0 || input->chroma.rows == 0 || !(colour || grey))
		return false;
	for (int i = 1; i < cinfo->num_components; i++)
		if (cinfo->comp_info[i].h_samp_factor > cinfo->comp_info[0].h_samp_factor ||
		    cinfo->comp_info[i].v_samp_factor > cinfo->comp_info[0].v_samp_factor)
			return false;
	return true;
}

/* Sides of the output before it is turned upright, and of its chroma cells. */
struct output {
	uint64_t width;
	uint64_t height;
	struct image_cell cell;
};

static struct output plan_output(const struct jpeg_decompress_struct *cinfo,
				 const struct codec_input *input, unsigned orientation)
{
	bool swaps = orientation_swaps(orientation);
	struct output output = {.cell = input->chroma};
	uint32_t width;
	uint32_t height;

	resize_fit(cinfo->image_width, cinfo->image_height,
		   swaps ? input->max_height : input->max_width,
		   swaps ? input->max_width : input->max_height, &width, &height);
	output.width = width;
	output.height = height;
	if (swaps)
		output.cell = (struct image_cell){input->chroma.rows, input->chroma.columns};
	return output;
}

/* A side of `full` pixels that has `factor` samples for every `factors`, and of which the output
 * keeps one for each `cell` of `wanted` pixels. */
static struct jpeg_side side_of(uint64_t full, int factor, int factors, uint64_t wanted,
				unsigned cell)
{
	return (struct jpeg_side){.full = full * (unsigned)factor * cell,
				  .wanted = wanted * (unsigned)factors};
}

static int choose_scale(const struct jpeg_decompress_struct *cinfo, int index,
			const struct output *output)
{
	const jpeg_component_info *component = &cinfo->comp_info[index];
	unsigned columns = index == 0 ? 1 : output->cell.columns;
	unsigned rows = index == 0 ? 1 : output->cell.rows;
	struct jpeg_side across = side_of(cinfo->image_width, component->h_samp_factor,
					  cinfo->max_h_samp_factor, output->width, columns);
	struct jpeg_side down = side_of(cinfo->image_height, component->v_samp_factor,
					cinfo->max_v_samp_factor, output->height, rows);

	return (int)(index == 0 ? jpeg_scale_good(across, down)
				: jpeg_scale_smallest(across, down));
}

static uint32_t ceiling(double samples)
{
	uint32_t whole = (uint32_t)samples;

	return whole < samples ? whole + 1 : whole;
}

static struct image_plane describe(const struct jpeg_decompress_struct *cinfo, int index, int scale)
{
	const jpeg_component_info *component = &cinfo->comp_info[index];
	uint64_t width = (uint64_t)cinfo->image_width * (unsigned)component->h_samp_factor;
	uint64_t height = (uint64_t)cinfo->image_height * (unsigned)component->v_samp_factor;
	struct image_box box = {
		.width = (double)(width * (unsigned)scale) / (DCT_SIZE * cinfo->max_h_samp_factor),
		.height =
			(double)(height * (unsigned)scale) / (DCT_SIZE * cinfo->max_v_samp_factor),
	};

	return (struct image_plane){.columns = ceiling(box.width),
				    .rows = ceiling(box.height),
				    .averaged = DCT_SIZE / (unsigned)scale,
				    .box = box};
}

void jpeg_planes_plan(struct jpeg_decompress_struct *cinfo, const struct codec_input *input,
		      unsigned orientation, struct jpeg_planes *planes,
		      struct image_geometry *geometry)
{
	struct output output = plan_output(cinfo, input, orientation);
	bool grey = cinfo->num_components == 1;

	*planes = (struct jpeg_planes){.nplanes = (unsigned)cinfo->num_components};
	for (int i = 0; i < cinfo->num_components; i++)
		planes->scale[i] = choose_scale(cinfo, i, &output);
	cinfo->out_color_space = cinfo->jpeg_color_space;
	cinfo->raw_data_out = TRUE;
	cinfo->dct_method = JDCT_ISLOW;
	cinfo->scale_num = (unsigned)planes->scale[0];
	cinfo->scale_denom = DCT_SIZE;
	*geometry = (struct image_geometry){
		.format = grey ? IMAGE_GRAY8 : IMAGE_YCBCR8,
		.nplanes = planes->nplanes,
		.full_width = cinfo->image_width,
		.full_height = cinfo->image_height,
		.orientation = orientation,
	};
	for (unsigned i = 0; i < planes->nplanes; i++)
		geometry->plane[i] = describe(cinfo, (int)i, planes->scale[i]);
	geometry->width = geometry->plane[0].columns;
	geometry->height = geometry->plane[0].rows;
	image_geometry_layout(geometry);
}

static void set_scale(jpeg_component_info *component, int scale)
{
#if JPEG_LIB_VERSION >= 70
	component->DCT_h_scaled_size = scale;
	component->DCT_v_scaled_size = scale;
#else
	component->DCT_scaled_size = scale;
#endif
	component->MCU_sample_width = component->MCU_width * scale;
}

void jpeg_planes_start(struct jpeg_decompress_struct *cinfo, const struct jpeg_planes *planes)
{
	for (unsigned i = 0; i < planes->nplanes; i++)
		set_scale(&cinfo->comp_info[i], planes->scale[i]);
	cinfo->idct->start_pass(cinfo);
}

unsigned jpeg_planes_mcu_rows(const struct jpeg_decompress_struct *cinfo,
			      const struct jpeg_planes *planes, unsigned plane)
{
	return (unsigned)(cinfo->comp_info[plane].v_samp_factor * planes->scale[plane]);
}

void jpeg_planes_read(struct jpeg_decompress_struct *cinfo, const struct jpeg_planes *planes,
		      const struct jpeg_rows *to, unsigned char *spare)
{
	unsigned luma_rows = (unsigned)(cinfo->max_v_samp_factor * planes->scale[0]);
	JDIMENSION mcu = cinfo->output_scanline / luma_rows;
	JSAMPROW rows[JPEG_PLANES_MAX][ROWS_MAX];
	JSAMPARRAY data[JPEG_PLANES_MAX];

	for (unsigned i = 0; i < planes->nplanes; i++) {
		unsigned count = jpeg_planes_mcu_rows(cinfo, planes, i);

		assert(count <= ROWS_MAX);
		for (unsigned k = 0; k < count; k++) {
			uint32_t row = mcu * count + k;
			bool fits = to[i].wraps || row < to[i].room;

			rows[i][k] = fits ? jpeg_rows_at(&to[i], row) : spare;
		}
		data[i] = rows[i];
	}
	jpeg_read_raw_data(cinfo, data, luma_rows);
}
