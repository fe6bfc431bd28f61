/*
 * jpeg_pixels.h - a JPEG file as grey or RGB pixels (floor: image; only for the JPEG files).
 *
 * For what jpeg_planes.h does not suit: RGB and CMYK files, odd sampling, and pictures whose
 * colours shall be converted.
 */
#ifndef IMGTOP_IMAGE_JPEG_PIXELS_H
#define IMGTOP_IMAGE_JPEG_PIXELS_H

#include <stdint.h>
#include <stdio.h> /* jpeglib.h needs FILE */

#include <jpeglib.h>

#include "base/err.h"
#include "image/codec_internal.h"

/*
 * With the header read: set the decoder's output up, at the smallest scale that is good enough (see
 * jpeg_scale.h), and describe it.
 *   orientation: of the picture, 1..8
 *   error:       permanent, for colours that there is no way to RGB from
 */
int jpeg_pixels_plan(struct jpeg_decompress_struct *cinfo, const struct codec_input *input,
		     unsigned orientation, struct image_geometry *geometry, struct err *err);

/*
 * Before the decoder is started: how will CMYK become RGB? By the profile in state->icc, which is
 * used up, or plainly. Does nothing for other pictures.
 *   warning: filled when there is a profile but it cannot be used
 */
void jpeg_pixels_choose_conversion(const struct jpeg_decompress_struct *cinfo,
				   struct codec_state *state, char *warning);

/*
 * Decode all rows, once the decoder was started. Leaves as libjpeg's errors do.
 *   rows_done: counts rows, also when it does not come back
 *   error:     transient, returned
 */
int jpeg_pixels_read(struct jpeg_decompress_struct *cinfo, struct codec_state *state,
		     struct image *image, uint32_t *rows_done, struct err *err);

#endif
