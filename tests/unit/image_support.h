/*
 * image_support.h - pictures for the tests of the image floor, made on the spot with libjpeg and
 * libpng themselves. Whatever fails in here ends the test program.
 */
#ifndef IMGTOP_TESTS_IMAGE_SUPPORT_H
#define IMGTOP_TESTS_IMAGE_SUPPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "image/codec.h"
#include "image/image.h"

/* Set-up and tear-down of a group or a test whose state is a struct codec_state. */
int open_codecs(void **state);
int close_codecs(void **state);

/* The colour at (x, y) of a width x height picture. */
typedef void paint_fn(uint32_t x, uint32_t y, uint32_t width, uint32_t height,
		      unsigned char rgb[3]);

/* Smooth, and alike under no turning or mirroring; brightness and colours change everywhere. */
paint_fn paint_asymmetric;

struct bytes {
	unsigned char *bytes;
	size_t length;
};

/* How a test JPEG is made; zero means plain: 4:4:4, baseline, quality 95. */
struct jpeg_recipe {
	uint32_t width;
	uint32_t height;
	paint_fn *paint;
	int components; /* 0 or 3 colour, 1 grey, 4 CMYK */
	bool rgb;	/* stored as RGB */
	bool ycck;	/* CMYK stored as YCCK */
	bool unmarked;	/* CMYK without the marker of Adobe's programs */
	int h_sampling; /* of luma; chroma has 1 (or as below); 0 = 1 */
	int v_sampling;
	int chroma_v_sampling;
	int quality;
	bool progressive;
	bool arithmetic;
	int restart_rows;
	unsigned orientation; /* 0 = no EXIF */
	const struct bytes *icc;
};

struct bytes make_jpeg(const struct jpeg_recipe *recipe);

/* Offset of the first marker of a kind. */
size_t find_jpeg_marker(const struct bytes *jpeg, unsigned char marker);

/* An EXIF structure made with libexif: orientation, and a date as something else to keep. */
struct bytes make_exif(unsigned orientation, bool big_endian);

/* A profile that is only as true as its header: no tags, some noise. */
struct bytes make_icc(const char space[4]);

/* An image in fresh memory that was filled with 0xa5 before; release with free_image. */
struct image new_image(const struct image_geometry *geometry);
void free_image(struct image *image);

/* An RGB image painted directly. */
struct image painted_image(uint32_t width, uint32_t height, paint_fn *paint);

/* An input with default limits. */
struct codec_input input_of(const struct bytes *bytes);

/* Probe and decode; the image is the caller's. Fails the test on an error. */
struct image decode_well(struct codec_state *state, const struct codec_input *input,
			 struct codec_result *result);

/* Probe and decode; -1 with err filled when one of them fails. The image is only there on 0. */
int decode_any(struct codec_state *state, const struct codec_input *input, struct image *image,
	       struct codec_result *result, struct err *err);

/* Does probing or decoding end with such an error, whose text has the word in it? */
void assert_decoding_refused(struct codec_state *state, const struct codec_input *input,
			     enum err_kind kind, const char *word);

/* Does decoding end with a transient error as soon as it is asked to, even if damage is tolerated?
 */
void assert_abandoned(struct codec_state *state, const struct codec_input *input);

/* Mean and largest difference of the samples that both images have. Same formats and sizes. */
struct difference {
	double mean;
	int largest;
};
struct difference compare_images(const struct image *a, const struct image *b);

#endif
