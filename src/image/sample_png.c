/*
 * sample_png.c - see sample_parts.h. Light compression: the noise of a sensor does not compress,
 * and trying hard would make a sample cost seconds.
 */
#include "config.h"

#include "image/sample_parts.h"

#include <stdlib.h>
#include <string.h>

#include <png.h>

#include "base/mem.h"

enum { CUBE_RED = 6, CUBE_GREEN = 7, CUBE_BLUE = 6, CUBE = CUBE_RED * CUBE_GREEN * CUBE_BLUE };

/* Everything that must outlive libpng's longjmp. */
struct png_job {
	const struct sample *sample;
	const struct sample_pixels *pixels;
	struct sample_bytes *file;
	size_t capacity;
	unsigned char *row;
	png_structp png;
	png_infop info;
	char text[128];
};

static void leave(png_structp png, png_const_charp text)
{
	struct png_job *job = png_get_error_ptr(png);

	strncpy(job->text, text, sizeof(job->text) - 1);
	png_longjmp(png, 1);
}

static void ignore_warning(png_structp png, png_const_charp text)
{
	(void)png;
	(void)text;
}

static void append(png_structp png, png_bytep bytes, size_t length)
{
	struct png_job *job = png_get_io_ptr(png);

	if (length > job->capacity - job->file->length) {
		size_t capacity = (job->capacity + length) * 2;
		unsigned char *larger = realloc(job->file->bytes, capacity);
		if (larger == NULL)
			png_error(png, "out of memory");
		job->file->bytes = larger;
		job->capacity = capacity;
	}
	memcpy(job->file->bytes + job->file->length, bytes, length);
	job->file->length += length;
}

static void flush_nothing(png_structp png)
{
	(void)png;
}

/* One pixel to the nearest colour of the cube; the 4 × 4 pattern hides the steps. */
static unsigned char cube_index(const unsigned char *rgb, int x, int y)
{
	static const int bayer[4][4] = {
		{0, 8, 2, 10}, {12, 4, 14, 6}, {3, 11, 1, 9}, {15, 7, 13, 5}};
	int threshold = bayer[y & 3][x & 3] * 16 + 8;
	int red = (rgb[0] * (CUBE_RED - 1) + threshold) >> 8;
	int green = (rgb[1] * (CUBE_GREEN - 1) + threshold) >> 8;
	int blue = (rgb[2] * (CUBE_BLUE - 1) + threshold) >> 8;

	return (unsigned char)((red * CUBE_GREEN + green) * CUBE_BLUE + blue);
}

/* Row y of the picture in the layout of the format, into job->row. */
static void make_row(const struct png_job *job, int y)
{
	int width = job->pixels->width_px;
	const unsigned char *rgb = job->pixels->rgb + (size_t)y * (size_t)width * 3;
	unsigned char *out = job->row;

	switch (job->sample->format) {
	case SAMPLE_PNG_RGBA:
		for (int x = 0; x < width; x++, rgb += 3, out += 4) {
			memcpy(out, rgb, 3);
			out[3] = job->pixels->alpha[(size_t)y * (size_t)width + (size_t)x];
		}
		break;
	case SAMPLE_PNG_PALETTE:
		for (int x = 0; x < width; x++, rgb += 3)
			out[x] = cube_index(rgb, x, y);
		break;
	case SAMPLE_PNG_GRAY16: /* big-endian; BT.601 luma, weights of sum 257 = 65535 ÷ 255 */
		for (int x = 0; x < width; x++, rgb += 3, out += 2) {
			int luma = (rgb[0] * 77 + rgb[1] * 151 + rgb[2] * 29);
			out[0] = (unsigned char)(luma >> 8);
			out[1] = (unsigned char)luma;
		}
		break;
	default:
		memcpy(out, rgb, (size_t)width * 3);
	}
}

static void write_header(struct png_job *job)
{
	enum sample_format format = job->sample->format;
	int type = format == SAMPLE_PNG_RGBA	  ? PNG_COLOR_TYPE_RGB_ALPHA
		   : format == SAMPLE_PNG_PALETTE ? PNG_COLOR_TYPE_PALETTE
		   : format == SAMPLE_PNG_GRAY16  ? PNG_COLOR_TYPE_GRAY
						  : PNG_COLOR_TYPE_RGB;

	png_set_IHDR(job->png, job->info, (png_uint_32)job->pixels->width_px,
		     (png_uint_32)job->pixels->height_px, format == SAMPLE_PNG_GRAY16 ? 16 : 8,
		     type,
		     format == SAMPLE_PNG_INTERLACED ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
		     PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	/* else some readers take 16 bits for linear light */
	png_set_sRGB(job->png, job->info, PNG_sRGB_INTENT_PERCEPTUAL);
	if (format == SAMPLE_PNG_PALETTE) {
		png_color palette[CUBE];
		for (int i = 0; i < CUBE; i++)
			palette[i] = (png_color){
				.red = (png_byte)(i / (CUBE_GREEN * CUBE_BLUE) * 255 /
						  (CUBE_RED - 1)),
				.green = (png_byte)(i / CUBE_BLUE % CUBE_GREEN * 255 /
						    (CUBE_GREEN - 1)),
				.blue = (png_byte)(i % CUBE_BLUE * 255 / (CUBE_BLUE - 1)),
			};
		png_set_PLTE(job->png, job->info, palette, CUBE);
	}
	png_set_compression_level(job->png, 1);
	png_set_filter(job->png, PNG_FILTER_TYPE_BASE,
		       format == SAMPLE_PNG_PALETTE ? PNG_FILTER_NONE : PNG_FILTER_SUB);
	png_write_info(job->png, job->info);
}

static int write_all(struct png_job *job)
{
	int passes;

	if (setjmp(png_jmpbuf(job->png)) != 0)
		return -1;
	png_set_write_fn(job->png, job, append, flush_nothing);
	write_header(job);
	passes = png_set_interlace_handling(job->png);
	for (int pass = 0; pass < passes; pass++) {
		for (int y = 0; y < job->pixels->height_px; y++) {
			make_row(job, y);
			png_write_row(job->png, job->row);
		}
	}
	png_write_end(job->png, NULL);
	return 0;
}

int sample_write_png(const struct sample *sample, const struct sample_pixels *pixels,
		     struct sample_bytes *file, struct err *err)
{
	struct png_job job = {
		.sample = sample,
		.pixels = pixels,
		.file = file,
		.text = "out of memory",
	};
	int rc = -1;

	*file = (struct sample_bytes){.bytes = NULL};
	job.row = mem_try((size_t)pixels->width_px * 4);
	job.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &job, leave, ignore_warning);
	if (job.png != NULL)
		job.info = png_create_info_struct(job.png);
	if (job.row != NULL && job.info != NULL)
		rc = write_all(&job);
	png_destroy_write_struct(&job.png, &job.info);
	free(job.row);
	if (rc != 0) {
		free(file->bytes);
		*file = (struct sample_bytes){.bytes = NULL};
		return err_transient(err, "%s", job.text);
	}
	return 0;
}
