/*
 * jpeg_bands.h - the planes of a JPEG file, one row of MCUs after the other (floor: image; only for
 * the JPEG files).
 *
 * A band is what one row of MCUs holds of each plane. Bands either fill a whole picture, or pass
 * through a window of a few rows on their way to a sink. Whichever it is, they come out the same:
 * damaged ones too, and with the same care for the last row and column.
 */
#ifndef IMGTOP_IMAGE_JPEG_BANDS_H
#define IMGTOP_IMAGE_JPEG_BANDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "image/codec_internal.h"
#include "image/jpeg_planes.h"

struct jpeg_bands {
	struct jpeg_decompress_struct *cinfo;
	const struct jpeg_planes *planes;
	const struct image_geometry *geometry; /* of the whole picture */
	const struct codec_sink *sink;	       /* NULL = the picture is filled */
	struct jpeg_rows to[JPEG_PLANES_MAX];
	unsigned char *spare;
	bool greying;	/* what is not decoded shall be grey */
	bool begun;	/* a band that was not finished */
	uint32_t done;	/* bands */
	uint32_t count; /* of all bands */
};

/* Fill an image that was placed for the planned geometry.
 *   memory: lent by the caller until the last band
 *   error:  transient */
int jpeg_bands_fill(struct jpeg_bands *bands, const struct image *image,
		    struct codec_buffer *memory, struct err *err);

/* Hand the rows to a sink. As above; memory holds the window. */
int jpeg_bands_pass(struct jpeg_bands *bands, const struct image_geometry *geometry,
		    const struct codec_sink *sink, struct codec_buffer *memory, struct err *err);

/* Decode all bands, once the decoder was started. Leaves as libjpeg's errors do. */
void jpeg_bands_read(struct jpeg_bands *bands);

/* After an error that is forgiven: deliver what was decoded of the band in hand, and the others as
 * grey. */
void jpeg_bands_finish(struct jpeg_bands *bands);

#endif
