/*
 * sample_jpeg.c - see sample_parts.h.
 */
#include "config.h"

#include "image/sample_parts.h"

#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

/* libjpeg leaves through here; only a lack of memory can bring it to that. */
struct jpeg_exit {
	struct jpeg_error_mgr manager;
	jmp_buf back;
	unsigned char
		*bytes; /* here, not in a local variable, which longjmp would leave undefined */
	unsigned long length;
	char text[JMSG_LENGTH_MAX];
};

static void leave(j_common_ptr jpeg)
{
	struct jpeg_exit *out = (struct jpeg_exit *)(void *)jpeg->err;

	out->manager.format_message(jpeg, out->text);
	longjmp(out->back, 1);
}

static void set_parameters(struct jpeg_compress_struct *jpeg, const struct sample *sample)
{
	jpeg->image_width = (JDIMENSION)sample->width_px;
	jpeg->image_height = (JDIMENSION)sample->height_px;
	jpeg->input_components = 3;
	jpeg->in_color_space = JCS_RGB;
	jpeg_set_defaults(jpeg);
	if (sample->chroma == SAMPLE_GRAY)
		jpeg_set_colorspace(jpeg, JCS_GRAYSCALE);
	jpeg_set_quality(jpeg, SAMPLE_JPEG_QUALITY, TRUE);
	jpeg->comp_info[0].h_samp_factor =
		sample->chroma == SAMPLE_420 || sample->chroma == SAMPLE_422 ? 2 : 1;
	jpeg->comp_info[0].v_samp_factor = sample->chroma == SAMPLE_420 ? 2 : 1;
	/* Exif wants its block directly behind the start of the image. */
	jpeg->write_JFIF_header = FALSE;
	if (sample->progressive)
		jpeg_simple_progression(jpeg);
}

int sample_write_jpeg(const struct sample *sample, const struct sample_pixels *pixels,
		      struct sample_bytes *file, struct err *err)
{
	struct jpeg_compress_struct jpeg;
	struct jpeg_exit out = {.bytes = NULL};
	unsigned char exif[SAMPLE_EXIF_BYTES];

	jpeg.err = jpeg_std_error(&out.manager);
	out.manager.error_exit = leave;
	if (setjmp(out.back) != 0) {
		/* The bytes so far are lost: libjpeg may have moved them without saying where to.
		 */
		jpeg_destroy_compress(&jpeg);
		return err_transient(err, "%s", out.text);
	}
	jpeg_create_compress(&jpeg);
	jpeg_mem_dest(&jpeg, &out.bytes, &out.length);
	set_parameters(&jpeg, sample);
	jpeg_start_compress(&jpeg, TRUE);
	jpeg_write_marker(&jpeg, JPEG_APP0 + 1, exif, (unsigned int)sample_exif(sample, exif));
	while (jpeg.next_scanline < jpeg.image_height) {
		JSAMPROW row = pixels->rgb + (size_t)jpeg.next_scanline * jpeg.image_width * 3;
		jpeg_write_scanlines(&jpeg, &row, 1);
	}
	jpeg_finish_compress(&jpeg);
	jpeg_destroy_compress(&jpeg);
	*file = (struct sample_bytes){.bytes = out.bytes, .length = out.length};
	return 0;
}
