/*
 * images_options.c - options of the images workload, and what they mean. No state.
 */
#include "config.h"

#include "workload/images_options.h"

#include <assert.h>
#include <string.h>

static const char *const subsampling_names[] = {"420", "422", "444", NULL};
static const char *const icc_names[] = {"keep", "srgb", "drop", NULL};
static const char *const metadata_names[] = {"strip", "keep", NULL};
static const char *const skip_existing_names[] = {"never", "newer", NULL};

static_assert(CODEC_COLOURS_KEPT == 0 && CODEC_COLOURS_SRGB == 1 && CODEC_COLOURS_UNCONVERTED == 2,
	      "icc_names stands in the order of enum codec_colours");
static_assert(JPEG_SAMPLING_420 == 0 && JPEG_SAMPLING_422 == 1 && JPEG_SAMPLING_444 == 2,
	      "subsampling_names stands in the order of enum jpeg_sampling");

/* The largest side that a JPEG file written by libjpeg may have. */
#define LARGEST_SIDE_PX 65500

/* Larger thumbs would not fit their share of the slot (see images_slot.c). */
#define LARGEST_THUMB_PX 4096

enum { LONGEST_SUFFIX = 64 };

#define VALUE(field) .offset = offsetof(struct images_options, field)

const struct option_spec images_option_specs[] = {
	{.name = "max",
	 .kind = OPTION_SIZE,
	 .argument = "WxH",
	 .help = "Box that every picture is fitted into; none is ever enlarged",
	 .initial = "1920x1920",
	 .minimum = 1,
	 .maximum = LARGEST_SIDE_PX,
	 VALUE(max)},
	{.name = "quality",
	 .kind = OPTION_INT,
	 .argument = "N",
	 .help = "JPEG quality of the output: higher is finer and larger",
	 .initial = "85",
	 .minimum = 1,
	 .maximum = 100,
	 VALUE(quality)},
	{.name = "progressive",
	 .kind = OPTION_FLAG,
	 .help = "Write progressive JPEG: somewhat smaller, slower to make",
	 VALUE(progressive)},
	{.name = "subsampling",
	 .kind = OPTION_CHOICE,
	 .argument = "MODE",
	 .help = "Colour resolution of the output: 420 is a quarter, 422 a half, 444 full",
	 .initial = "420",
	 .choices = subsampling_names,
	 VALUE(subsampling)},
	{.name = "kernel",
	 .kind = OPTION_CHOICE,
	 .argument = "NAME",
	 .help = "Filter for resizing: lanczos3 is the sharpest, bilinear the softest",
	 .initial = "lanczos3",
	 .choices = resize_filter_names,
	 VALUE(kernel)},
	{.name = "icc",
	 .kind = OPTION_CHOICE,
	 .argument = "WHAT",
	 .help = "Keep the colour profile in the output, convert to sRGB, or drop it unconverted",
	 .initial = "keep",
	 .choices = icc_names,
	 VALUE(icc)},
	{.name = "metadata",
	 .kind = OPTION_CHOICE,
	 .argument = "WHAT",
	 .help = "Strip EXIF, which holds places and names, or keep it",
	 .initial = "strip",
	 .choices = metadata_names,
	 VALUE(metadata)},
	{.name = "background",
	 .kind = OPTION_TEXT,
	 .argument = "COLOUR",
	 .help = "Colour behind transparent pixels: white, black or RRGGBB in hexadecimal",
	 .initial = "white",
	 VALUE(background)},
	{.name = "thumb",
	 .kind = OPTION_INT,
	 .argument = "N",
	 .help = "Write NAME.thumb.jpg as well, at most N pixels a side",
	 .minimum = 1,
	 .maximum = LARGEST_THUMB_PX,
	 VALUE(thumb)},
	{.name = "patch",
	 .kind = OPTION_TEXT,
	 .argument = "X,Y,WxH",
	 .help = "Swap red and blue in this rectangle of the output, or in its centre",
	 VALUE(patch)},
	{.name = "suffix",
	 .kind = OPTION_TEXT,
	 .argument = "TEXT",
	 .help = "Put TEXT before .jpg in the names of outputs, as in photo-small.jpg",
	 VALUE(suffix)},
	{.name = "skip-existing",
	 .kind = OPTION_CHOICE,
	 .argument = "WHEN",
	 .help = "Do nothing for inputs whose outputs are there already and newer, or never skip",
	 .initial = "never",
	 .choices = skip_existing_names,
	 VALUE(skip_existing)},
	{.name = "tolerate",
	 .kind = OPTION_FLAG,
	 .help = "Write what could be decoded of damaged pictures and count them as damaged",
	 VALUE(tolerate)},
	{.name = "max-bytes",
	 .kind = OPTION_BYTES,
	 .argument = "BYTES",
	 .help = "Refuse input files that are larger",
	 .initial = "512M",
	 .minimum = 1,
	 VALUE(max_bytes)},
	{.name = "max-pixels",
	 .kind = OPTION_INT,
	 .argument = "N",
	 .help = "Refuse pictures of more pixels",
	 .initial = "100000000",
	 .minimum = 1,
	 VALUE(max_pixels)},
	{.name = "max-side",
	 .kind = OPTION_INT,
	 .argument = "N",
	 .help = "Refuse pictures with a longer side",
	 .initial = "65535",
	 .minimum = 1,
	 .maximum = IMAGE_SIDE_MAX,
	 VALUE(max_side)},
	{.name = "max-scans",
	 .kind = OPTION_INT,
	 .argument = "N",
	 .help = "Refuse progressive JPEG files of more scans",
	 .initial = "100",
	 .minimum = 1,
	 VALUE(max_scans)},
	{.name = "jpeg-memory",
	 .kind = OPTION_BYTES,
	 .argument = "BYTES",
	 .help = "Memory that the JPEG decoder itself may take for one picture",
	 .initial = "512M",
	 .minimum = 1 << 20,
	 VALUE(jpeg_memory)},
	{.name = "png-chunk",
	 .kind = OPTION_BYTES,
	 .argument = "BYTES",
	 .help = "Refuse PNG files with a larger chunk besides their pixels",
	 .initial = "8M",
	 .minimum = 1 << 10,
	 VALUE(png_chunk)},
	{.name = "png-chunks",
	 .kind = OPTION_INT,
	 .argument = "N",
	 .help = "Refuse PNG files with more chunks besides their pixels",
	 .initial = "1000",
	 .minimum = 1,
	 VALUE(png_chunks)},
	{.name = "tiff-memory",
	 .kind = OPTION_BYTES,
	 .argument = "BYTES",
	 .help = "Refuse TIFF files of which more must be in memory at once, as for a tile",
	 .initial = "50M",
	 .minimum = 1 << 20,
	 VALUE(tiff_memory)},
	{.name = "max-seconds",
	 .kind = OPTION_SECONDS,
	 .argument = "S",
	 .help = "Refuse pictures that need more CPU time in one stage; 0 is no limit",
	 .initial = "30",
	 VALUE(max_seconds)},
};

static int hex_digit(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	if (digit >= 'A' && digit <= 'F')
		return digit - 'A' + 10;
	return -1;
}

static int parse_colour(const char *text, struct image_colour *colour, struct err *err)
{
	uint8_t parts[3];

	if (strcmp(text, "white") == 0)
		text = "ffffff";
	else if (strcmp(text, "black") == 0)
		text = "000000";
	if (strlen(text) != 6)
		goto refuse;
	for (size_t i = 0; i < 3; i++) {
		int high = hex_digit(text[2 * i]);
		int low = hex_digit(text[2 * i + 1]);

		if (high < 0 || low < 0)
			goto refuse;
		parts[i] = (uint8_t)(16 * high + low);
	}
	*colour = (struct image_colour){.red = parts[0], .green = parts[1], .blue = parts[2]};
	return 0;
refuse:
	return err_permanent(err,
			     "--background: \"%.32s\" is no colour; allowed: white, black or six "
			     "hexadecimal digits RRGGBB",
			     text);
}

static int check_suffix(const char *suffix, struct err *err)
{
	if (strlen(suffix) > LONGEST_SUFFIX)
		return err_permanent(err, "--suffix: at most %d bytes are allowed",
				     (int)LONGEST_SUFFIX);
	if (strchr(suffix, '/') != NULL)
		return err_permanent(err, "--suffix: a file name cannot hold a slash");
	return 0;
}

int images_settings_init(struct images_settings *settings, const struct images_options *options,
			 struct err *err)
{
	const char *background = options->background != NULL ? options->background : "white";

	*settings = (struct images_settings){
		.max_width = (uint32_t)options->max.width_px,
		.max_height = (uint32_t)options->max.height_px,
		.thumb_px = (uint32_t)options->thumb,
		.filter = (enum resize_filter)options->kernel,
		.patching = options->patch != NULL,
		.colours = (enum codec_colours)options->icc,
		.keep_exif = options->metadata == 1,
		.tolerate = options->tolerate,
		.skip_newer = options->skip_existing == 1,
		.max_bytes = options->max_bytes,
		.encode = {.quality = (int)options->quality,
			   .sampling = (enum jpeg_sampling)options->subsampling,
			   .progressive = options->progressive},
		.suffix = options->suffix != NULL ? options->suffix : "",
	};
	codec_limits_init(&settings->limits);
	settings->limits.pixels = (uint64_t)options->max_pixels;
	settings->limits.side_px = (uint64_t)options->max_side;
	settings->limits.jpeg_scans = (uint64_t)options->max_scans;
	settings->limits.jpeg_memory_bytes = options->jpeg_memory;
	settings->limits.png_chunk_bytes = options->png_chunk;
	settings->limits.png_cache_chunks = (uint64_t)options->png_chunks;
	settings->limits.tiff_memory_bytes = options->tiff_memory;
	settings->limits.cpu_ns = (uint64_t)(options->max_seconds * 1e9);
	if (parse_colour(background, &settings->background, err) != 0)
		return -1;
	if (settings->patching && patch_parse(options->patch, &settings->patch, err) != 0)
		return err_context(err, "--patch");
	return check_suffix(settings->suffix, err);
}
