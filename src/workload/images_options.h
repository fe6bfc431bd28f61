/*
 * images_options.h - options of the images workload, and what they mean (floor: workload).
 *
 * struct images_options is what the table fills; struct images_settings is the same in the terms
 * of the image floor. Both are constant during a run.
 */
#ifndef IMGTOP_WORKLOAD_IMAGES_OPTIONS_H
#define IMGTOP_WORKLOAD_IMAGES_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/option.h"
#include "image/codec.h"
#include "image/jpeg_encode.h"
#include "image/patch.h"
#include "image/resize.h"

struct images_options {
	struct option_size max;
	int64_t quality;
	bool progressive;
	int subsampling; /* enum jpeg_sampling */
	int icc;	 /* enum codec_colours */
	int metadata;	 /* 0 strip, 1 keep */
	int kernel;	 /* enum resize_filter */
	char *background;
	int64_t thumb; /* longest side in pixels, 0 = none */
	char *patch;
	char *suffix;
	int skip_existing; /* 0 never, 1 newer */
	bool tolerate;
	uint64_t max_bytes;
	int64_t max_pixels;
	int64_t max_side;
	int64_t max_scans;
	uint64_t jpeg_memory;
	uint64_t png_chunk;
	int64_t png_chunks;
	uint64_t tiff_memory;
	double max_seconds;
};

enum { IMAGES_OPTIONS = 22 };
extern const struct option_spec images_option_specs[IMAGES_OPTIONS];

struct images_settings {
	uint32_t max_width;
	uint32_t max_height;
	uint32_t thumb_px; /* 0 = no thumb */
	enum resize_filter filter;
	struct image_colour background;
	bool patching;
	struct patch patch;
	enum codec_colours colours;
	bool keep_exif;
	bool tolerate;
	bool skip_newer;
	uint64_t max_bytes;
	struct codec_limits limits;
	struct jpeg_encode_options encode; /* without profile and EXIF */
	const char *suffix;		   /* "" = none; the options' own */
};

/* Translate options. error: permanent, naming the option and what is allowed. */
int images_settings_init(struct images_settings *settings, const struct images_options *options,
			 struct err *err);

#endif
