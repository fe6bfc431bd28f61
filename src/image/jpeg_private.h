/*
 * jpeg_private.h - two of libjpeg's own objects, which jpeglib.h names but does not describe
 * (floor: image; only for the JPEG files).
 *
 * Not every system installs jpegint.h, where they are described; what is declared here is the
 * start of them, which has been the same in every libjpeg since version 6 of 1995 (applications
 * that replace one of their functions have always relied on it). Never include both.
 */
#ifndef IMGTOP_IMAGE_JPEG_PRIVATE_H
#define IMGTOP_IMAGE_JPEG_PRIVATE_H

#include <stdio.h> /* jpeglib.h needs FILE */

#include <jpeglib.h>

struct jpeg_inverse_dct {
	/* Chooses each component's transform by its DCT_scaled_size; may be called again. */
	void (*start_pass)(j_decompress_ptr cinfo);
};

struct jpeg_entropy_encoder {
	void (*start_pass)(j_compress_ptr cinfo, boolean gather_statistics);
	/* MCU_data: cinfo->blocks_in_MCU pointers, each to one block of quantised coefficients in
	 * natural order. */
	boolean (*encode_mcu)(j_compress_ptr cinfo, JBLOCKROW *MCU_data);
};

#endif
