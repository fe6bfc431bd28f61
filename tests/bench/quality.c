/*
 * quality.c - how good are these reductions of this photograph? (benchmarks; its own program)
 *
 *	quality SOURCE.jpg OUTPUT.jpg...
 *
 * SOURCE is decoded at full size (libjpeg, accurate integer DCT, smooth chroma), turned upright and
 * reduced in double precision to each output's size; see measure.h. Prints a tab-separated line for
 * each output: path, width, height, PSNR in dB over RGB, SSIM of the luma, and the PSNR of the
 * inside (all but EDGE pixels on each side), of the last EDGE columns and of the last EDGE rows.
 *"-" where there is no such number. Colour profiles are not applied.
 *
 * Exit: 0; 1 when a file cannot be read; 2 usage; 3 when SOURCE has colours that RGB cannot be had
 * of without its profile.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <libexif/exif-data.h>

#include "measure.h"

enum { EDGE = 8, BAD_FILE = 1, USAGE = 2, NOT_RGB = 3 };

static void refuse(int status, const char *path, const char *why)
{
	fprintf(stderr, "quality: %s: %s\n", path, why);
	exit(status);
}

static void *allocate(size_t bytes)
{
	void *memory = malloc(bytes);

	if (memory == NULL)
		refuse(BAD_FILE, "memory", "there is not enough");
	return memory;
}

/* ---- reading ---------------------------------------------------------------------------------*/

static void read_rows(struct jpeg_decompress_struct *decoder, const char *path,
		      struct pixels *pixels)
{
	if (decoder->num_components > 3)
		refuse(NOT_RGB, path, "has four components");
	decoder->out_color_space = JCS_RGB;
	decoder->dct_method = JDCT_ISLOW;
	decoder->do_fancy_upsampling = TRUE;
	jpeg_start_decompress(decoder);
	pixels->width = decoder->output_width;
	pixels->height = decoder->output_height;
	pixels->rgb = allocate(pixels->width * pixels->height * 3);
	while (decoder->output_scanline < decoder->output_height) {
		JSAMPROW row = pixels->rgb + decoder->output_scanline * pixels->width * 3;

		jpeg_read_scanlines(decoder, &row, 1);
	}
}

/* libjpeg prints what is wrong with a file and exits with EXIT_FAILURE, which is BAD_FILE. */
static void read_jpeg(const char *path, struct pixels *pixels)
{
	struct jpeg_decompress_struct decoder;
	struct jpeg_error_mgr errors;
	FILE *file = fopen(path, "rb");

	if (file == NULL)
		refuse(BAD_FILE, path, "cannot be opened");
	decoder.err = jpeg_std_error(&errors);
	jpeg_create_decompress(&decoder);
	jpeg_stdio_src(&decoder, file);
	jpeg_read_header(&decoder, TRUE);
	read_rows(&decoder, path, pixels);
	jpeg_finish_decompress(&decoder);
	jpeg_destroy_decompress(&decoder);
	fclose(file);
}

static unsigned orientation_of(const char *path)
{
	ExifData *exif = exif_data_new_from_file(path);
	ExifEntry *entry = NULL;
	unsigned orientation = 1;

	if (exif == NULL)
		return 1;
	entry = exif_content_get_entry(exif->ifd[EXIF_IFD_0], EXIF_TAG_ORIENTATION);
	if (entry != NULL && entry->format == EXIF_FORMAT_SHORT && entry->size >= 2)
		orientation = exif_get_short(entry->data, exif_data_get_byte_order(exif));
	exif_data_unref(exif);
	return orientation;
}

/* EXIF 2.3, tag 0x0112: where row 0 and column 0 of what is stored are in the view. */
static void turn_upright(struct pixels *pixels, unsigned orientation)
{
	size_t width = pixels->width, height = pixels->height;
	int turned = orientation >= 5;
	struct pixels upright = {.width = turned ? height : width,
				 .height = turned ? width : height};
	int flip_x = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
	int flip_y = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;

	if (orientation < 2 || orientation > 8)
		return;
	upright.rgb = allocate(width * height * 3);
	for (size_t y = 0; y < upright.height; y++) {
		for (size_t x = 0; x < upright.width; x++) {
			size_t from_x = turned ? y : x;
			size_t from_y = turned ? x : y;

			from_x = flip_x ? width - 1 - from_x : from_x;
			from_y = flip_y ? height - 1 - from_y : from_y;
			memcpy(upright.rgb + (y * upright.width + x) * 3,
			       pixels->rgb + (from_y * width + from_x) * 3, 3);
		}
	}
	free(pixels->rgb);
	*pixels = upright;
}

static struct pixels read_upright(const char *path)
{
	struct pixels pixels;

	read_jpeg(path, &pixels);
	turn_upright(&pixels, orientation_of(path));
	return pixels;
}

/* ---- answers ---------------------------------------------------------------------------------*/

static void print_number(double number, int digits)
{
	if (isfinite(number))
		printf("\t%.*f", digits, number);
	else
		printf("\t-");
}

static void print_line(const char *path, const double *reference, const struct pixels *output)
{
	size_t width = output->width, height = output->height;
	struct measure_box all = {0, 0, width, height};

	printf("%s\t%zu\t%zu", path, width, height);
	print_number(measure_psnr(reference, output, all), 3);
	print_number(measure_ssim(reference, output), 5);
	if (width > 2 * EDGE && height > 2 * EDGE) {
		print_number(measure_psnr(reference, output,
					  (struct measure_box){EDGE, EDGE, width - 2 * EDGE,
							       height - 2 * EDGE}),
			     3);
		print_number(measure_psnr(reference, output,
					  (struct measure_box){width - EDGE, 0, EDGE, height}),
			     3);
		print_number(measure_psnr(reference, output,
					  (struct measure_box){0, height - EDGE, width, EDGE}),
			     3);
	} else {
		printf("\t-\t-\t-");
	}
	printf("\n");
}

int main(int argc, char **argv)
{
	struct pixels source;
	double *reference = NULL;
	size_t width = 0, height = 0;

	if (argc < 3) {
		fprintf(stderr, "usage: quality SOURCE.jpg OUTPUT.jpg...\n");
		return USAGE;
	}
	source = read_upright(argv[1]);
	for (int i = 2; i < argc; i++) {
		struct pixels output = read_upright(argv[i]);

		/* Programs may round a side differently; each is held against its own size. */
		if (reference == NULL || output.width != width || output.height != height) {
			free(reference);
			width = output.width;
			height = output.height;
			reference = measure_reference(&source, width, height);
		}
		print_line(argv[i], reference, &output);
		free(output.rgb);
	}
	free(reference);
	free(source.rgb);
	return fflush(stdout) == 0 ? 0 : BAD_FILE;
}
