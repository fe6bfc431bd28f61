/*
 * jpeg_encode.h - from a picture to the bytes of a JPEG file (floor: image).
 *
 * The output has three components whatever the picture's format, carries no metadata but what the
 * options give, and depends on nothing but picture and options.
 */
#ifndef IMGTOP_IMAGE_JPEG_ENCODE_H
#define IMGTOP_IMAGE_JPEG_ENCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "image/codec.h"
#include "image/image.h"

/* The most metadata that a JPEG file holds: one marker of EXIF, 255 of a colour profile. */
enum { JPEG_EXIF_MAX_BYTES = 65533 - 6, JPEG_ICC_MAX_BYTES = 255 * 65519 };

enum jpeg_sampling { JPEG_SAMPLING_420, JPEG_SAMPLING_422, JPEG_SAMPLING_444 };

/* "4:2:0", ...: in the order of the enum, NULL-terminated. */
extern const char *const jpeg_sampling_names[];

/* The pixels that share a chroma sample. */
struct image_cell jpeg_sampling_cell(enum jpeg_sampling sampling);

struct jpeg_encode_options {
	int quality; /* 1..100 */
	enum jpeg_sampling sampling;
	bool progressive;
	const void *icc; /* NULL = none */
	size_t icc_bytes;
	const void *exif; /* TIFF structure; written with orientation 1 and without its thumbnail */
	size_t exif_bytes;
};

/* Memory that takes the encoded bytes. */
struct jpeg_output {
	unsigned char *bytes;
	size_t room;
	size_t length; /* written by jpeg_encode */
};

struct jpeg_encoder;

/* A worker's scratch memory. */
struct jpeg_encoder *jpeg_encoder_open(void);
void jpeg_encoder_close(struct jpeg_encoder *encoder);

/* Room that is always enough for a picture of this geometry and these options. */
size_t jpeg_encode_bound(const struct image_geometry *geometry,
			 const struct jpeg_encode_options *options);

/*
 * Encode an opaque, upright picture; a YCbCr one has to have the chroma planes that the options'
 * sampling asks for, and whole blocks at its edges (image_pad).
 *   error: permanent, when the output does not fit the room or a side is over 65,500 pixels;
 *          transient, when memory is short or hooks.cancelled said so
 */
int jpeg_encode(struct jpeg_encoder *encoder, const struct image *image,
		const struct jpeg_encode_options *options, struct jpeg_output *output,
		const struct codec_hooks *hooks, struct err *err);

#endif
