/*
 * tiff_layout.c - what the tags of a TIFF page say of its samples, checked.
 *
 * What is not listed here is refused: a format with so many ways to say things must not be
 * guessed at.
 */
#include "config.h"

#include "image/tiff_layout.h"

#include <inttypes.h>
#include <string.h>

enum { LARGEST_PALETTE_BITS = 8, LARGEST_BITS = 16 };

/* Can so many rows of a block be had at once, of all planes? */
static bool fits_at_once(const struct tiff_file *file, const struct tiff_layout *layout,
			 uint32_t rows)
{
	return rows <= file->most_bytes / tiff_layout_planes(layout) / layout->row_bytes;
}

static uint16_t tag_16(const struct tiff_file *file, uint32_t tag)
{
	uint16_t value = 0;

	file->libtiff->get_or_default(file->tiff, tag, &value);
	return value;
}

static int check_compression(const struct tiff_file *file, struct err *err)
{
	uint16_t compression = tag_16(file, TIFFTAG_COMPRESSION);

	switch (compression) {
	case COMPRESSION_NONE:
	case COMPRESSION_CCITTRLE:
	case COMPRESSION_CCITTRLEW:
	case COMPRESSION_CCITTFAX3:
	case COMPRESSION_CCITTFAX4:
	case COMPRESSION_LZW:
	case COMPRESSION_JPEG:
	case COMPRESSION_ADOBE_DEFLATE:
	case COMPRESSION_DEFLATE:
	case COMPRESSION_PACKBITS:
	case COMPRESSION_ZSTD:
		if (file->libtiff->knows_compression(compression))
			return 0;
		return err_permanent(err, "TIFF: the libtiff installed lacks compression %u",
				     (unsigned)compression);
	default:
		return err_permanent(err, "TIFF: compression %u is not supported",
				     (unsigned)compression);
	}
}

static int check_samples(const struct tiff_file *file, const struct tiff_layout *layout,
			 struct err *err)
{
	uint16_t format = tag_16(file, TIFFTAG_SAMPLEFORMAT);

	if (format != SAMPLEFORMAT_UINT && format != SAMPLEFORMAT_VOID)
		return err_permanent(err, "TIFF: %s samples are not supported",
				     format == SAMPLEFORMAT_INT	     ? "signed"
				     : format == SAMPLEFORMAT_IEEEFP ? "floating point"
								     : "complex");
	if (layout->bits == 0 || layout->bits > LARGEST_BITS)
		return err_permanent(err, "TIFF: samples of %u bits are not supported",
				     layout->bits);
	return 0;
}

static int choose_ycbcr(const struct tiff_file *file, struct tiff_layout *layout, struct err *err)
{
	char reason[1024] = "";

	if (tag_16(file, TIFFTAG_COMPRESSION) == COMPRESSION_JPEG && !layout->separate) {
		layout->kind = TIFF_RGB;
		file->libtiff->set(file->tiff, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
		return 0;
	}
	layout->kind = TIFF_YCBCR;
	if (layout->stored != 3 || layout->bits != 8 ||
	    !file->libtiff->converts_to_rgb(file->tiff, reason))
		return err_permanent(err, "TIFF: this kind of YCbCr is not supported%s%.80s",
				     reason[0] != '\0' ? ": " : "", reason);
	/* It would turn the picture itself, and only half. */
	file->libtiff->set(file->tiff, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
	return 0;
}

static int choose_kind(const struct tiff_file *file, struct tiff_layout *layout, struct err *err)
{
	uint16_t photometric;

	if (!file->libtiff->get(file->tiff, TIFFTAG_PHOTOMETRIC, &photometric))
		return err_permanent(err, "TIFF: it does not say what its samples mean");
	layout->colours = 1;
	switch (photometric) {
	case PHOTOMETRIC_MINISWHITE:
	case PHOTOMETRIC_MINISBLACK:
		layout->kind = TIFF_GRAY;
		layout->inverted = photometric == PHOTOMETRIC_MINISWHITE;
		return 0;
	case PHOTOMETRIC_PALETTE:
		layout->kind = TIFF_PALETTE;
		if (layout->bits <= LARGEST_PALETTE_BITS)
			return 0;
		return err_permanent(err, "TIFF: a palette of %u bits is not supported",
				     layout->bits);
	case PHOTOMETRIC_RGB:
		layout->kind = TIFF_RGB;
		layout->colours = 3;
		return 0;
	case PHOTOMETRIC_SEPARATED:
		layout->kind = TIFF_CMYK;
		layout->colours = 4;
		if (tag_16(file, TIFFTAG_INKSET) == INKSET_CMYK)
			return 0;
		return err_permanent(err, "TIFF: inks other than CMYK are not supported");
	case PHOTOMETRIC_YCBCR:
		layout->colours = 3;
		return choose_ycbcr(file, layout, err);
	default:
		return err_permanent(err, "TIFF: colour space %u is not supported",
				     (unsigned)photometric);
	}
}

/* The first extra sample that is said to be alpha; others mean nothing that can be shown. */
static void find_alpha(const struct tiff_file *file, struct tiff_layout *layout)
{
	uint16_t count = 0;
	uint16_t *kinds = NULL;

	layout->alpha = TIFF_NO_ALPHA;
	file->libtiff->get_or_default(file->tiff, TIFFTAG_EXTRASAMPLES, &count, &kinds);
	for (unsigned i = 0; i < count && layout->colours + i < TIFF_SAMPLES; i++) {
		if (kinds[i] != EXTRASAMPLE_ASSOCALPHA && kinds[i] != EXTRASAMPLE_UNASSALPHA)
			continue;
		layout->alpha = (int)(layout->colours + i);
		layout->associated = kinds[i] == EXTRASAMPLE_ASSOCALPHA;
		return;
	}
}

/* Only then do the sizes below hold that libtiff reads by. */
static int check_sizes(const struct tiff_file *file, const struct tiff_layout *layout,
		       struct err *err)
{
	bool tiled = layout->blocks == TIFF_TILES;
	uint64_t row = tiled ? file->libtiff->tile_row_bytes(file->tiff)
			     : file->libtiff->row_bytes(file->tiff);

	if (layout->kind == TIFF_YCBCR || row == layout->row_bytes)
		return 0;
	return err_permanent(err, "damaged TIFF: rows of %" PRIu64 " bytes instead of %zu", row,
			     layout->row_bytes);
}

static int plan_blocks(const struct tiff_file *file, struct tiff_layout *layout, struct err *err)
{
	bool converted = layout->kind == TIFF_YCBCR;
	uint64_t row_bits = converted ? 32 : (uint64_t)layout->bits;

	layout->blocks = file->libtiff->is_tiled(file->tiff) ? TIFF_TILES : TIFF_STRIPS;
	layout->block_width = layout->width;
	file->libtiff->get_or_default(file->tiff, TIFFTAG_ROWSPERSTRIP, &layout->block_height);
	if (layout->blocks == TIFF_TILES) {
		file->libtiff->get(file->tiff, TIFFTAG_TILEWIDTH, &layout->block_width);
		file->libtiff->get(file->tiff, TIFFTAG_TILELENGTH, &layout->block_height);
	} else if (layout->block_height > layout->height) {
		layout->block_height = layout->height;
	}
	if (layout->block_width == 0 || layout->block_height == 0)
		return err_permanent(err, "damaged TIFF: tiles without pixels");
	if (!layout->separate && !converted)
		row_bits *= layout->stored;
	layout->row_bytes = (size_t)((row_bits * layout->block_width + 7) / 8);
	/* A whole strip shows damage better than its rows one by one. */
	if (!fits_at_once(file, layout, layout->block_height)) {
		if (layout->blocks == TIFF_TILES || converted || !fits_at_once(file, layout, 1))
			return err_permanent(
				err,
				"TIFF: a block of %" PRIu32 " x %" PRIu32
				" pixels takes more than %" PRIu64 " bytes (--tiff-memory)",
				layout->block_width, layout->block_height, file->most_bytes);
		layout->blocks = TIFF_ROWS;
		layout->strip_rows = layout->block_height;
		layout->block_height = 1;
	}
	layout->block_bytes = layout->row_bytes * layout->block_height;
	return check_sizes(file, layout, err);
}

int tiff_layout_read(struct tiff_layout *layout, const struct tiff_file *file, struct err *err)
{
	unsigned orientation = tag_16(file, TIFFTAG_ORIENTATION);

	*layout = (struct tiff_layout){
		.orientation = orientation >= 1 && orientation <= 8 ? orientation : 1,
		.bits = tag_16(file, TIFFTAG_BITSPERSAMPLE),
		.stored = tag_16(file, TIFFTAG_SAMPLESPERPIXEL),
		.separate = tag_16(file, TIFFTAG_PLANARCONFIG) == PLANARCONFIG_SEPARATE,
	};
	file->libtiff->get(file->tiff, TIFFTAG_IMAGEWIDTH, &layout->width);
	file->libtiff->get(file->tiff, TIFFTAG_IMAGELENGTH, &layout->height);
	if (layout->width == 0 || layout->height == 0)
		return err_permanent(err, "damaged TIFF: it does not say how large it is");
	if (check_compression(file, err) != 0 || check_samples(file, layout, err) != 0 ||
	    choose_kind(file, layout, err) != 0)
		return -1;
	if (layout->stored < layout->colours)
		return err_permanent(err, "damaged TIFF: %u samples are too few for its colours",
				     layout->stored);
	find_alpha(file, layout);
	layout->plain =
		layout->kind != TIFF_YCBCR && tag_16(file, TIFFTAG_COMPRESSION) == COMPRESSION_NONE;
	layout->separate = layout->separate && layout->stored > 1;
	return plan_blocks(file, layout, err);
}

enum image_format tiff_layout_format(const struct tiff_layout *layout)
{
	if (layout->alpha != TIFF_NO_ALPHA)
		return IMAGE_RGBA8;
	return layout->kind == TIFF_GRAY ? IMAGE_GRAY8 : IMAGE_RGB8;
}

unsigned tiff_layout_planes(const struct tiff_layout *layout)
{
	if (!layout->separate)
		return 1;
	return layout->alpha != TIFF_NO_ALPHA ? (unsigned)layout->alpha + 1 : layout->colours;
}
