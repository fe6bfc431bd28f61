/*
 * bmp_header.c - what the headers of a BMP file say, checked.
 *
 * Fields that say nothing of the picture (sizes of file and data, resolution, count of important
 * colours) are not looked at: many writers leave them empty or wrong.
 */
#include "config.h"

#include "image/bmp_header.h"

#include <inttypes.h>
#include <string.h>

enum {
	FILE_HEADER = 14,
	/* sizes of the headers behind it */
	OS2_1 = 12,
	OS2_2_SHORTEST = 16,
	WINDOWS_3 = 40,
	WINDOWS_MASKS = 52,
	WINDOWS_ALPHA = 56,
	OS2_2 = 64,
	WINDOWS_4 = 108,
	WINDOWS_5 = 124,
	/* offsets of fields from the start of the file */
	AT_PIXELS = 10,
	AT_HEADER = 14,
	AT_WIDTH = 18,
	AT_COMPRESSION = 30,
	AT_COLOURS = 46,
	AT_MASKS = 54,
	AT_COLOUR_SPACE = 70,
	AT_PROFILE = 126,
};

enum compression {
	PLAIN = 0,
	RLE8 = 1,
	RLE4 = 2,
	BITFIELDS = 3, /* OS/2: Huffman */
	JPEG = 4,      /* OS/2: RLE24 */
	PNG = 5,
	ALPHA_BITFIELDS = 6,
};

/* A header on its way to being understood. */
struct reader {
	const unsigned char *bytes;
	size_t length;
	uint32_t header_bytes;
	uint32_t compression;
	uint32_t colours_used;
	bool os2;	 /* either version */
	size_t masks_at; /* 0 = default masks */
	struct bmp_header *header;
};

static unsigned read_16(const unsigned char *bytes)
{
	return bytes[0] | (unsigned)bytes[1] << 8;
}

static uint32_t read_32(const unsigned char *bytes)
{
	return read_16(bytes) | (uint32_t)read_16(bytes + 2) << 16;
}

bool bmp_recognises(const unsigned char *bytes, size_t length)
{
	/* Any text may start with BM; as the size of a header its bytes would be far too large. */
	return length >= 16 && bytes[0] == 'B' && bytes[1] == 'M' &&
	       read_16(bytes + AT_HEADER) >= OS2_1 && read_16(bytes + AT_HEADER) < 256;
}

static bool is_known_size(uint32_t size)
{
	switch (size) {
	case OS2_1:
	case WINDOWS_4:
	case WINDOWS_5:
		return true;
	default:
		/* OS/2 2.x: what a shorter header leaves out is 0 */
		return size >= OS2_2_SHORTEST && size <= OS2_2 && size % 2 == 0;
	}
}

/* A field of the header that need not be there. */
static uint32_t optional_32(const struct reader *reader, size_t at)
{
	return at + 4 <= FILE_HEADER + reader->header_bytes ? read_32(reader->bytes + at) : 0;
}

static int read_size(struct reader *reader, struct err *err)
{
	struct bmp_header *header = reader->header;
	const unsigned char *at = reader->bytes + AT_WIDTH;
	bool small = reader->header_bytes == OS2_1;
	uint32_t width = small ? read_16(at) : read_32(at);
	uint32_t height = small ? read_16(at + 2) : read_32(at + 4);
	unsigned planes = read_16(at + (small ? 4 : 8));

	header->bits = read_16(at + (small ? 6 : 10));
	header->top_down = !small && height > INT32_MAX;
	if (header->top_down)
		height = 0 - height;
	if (width == 0 || height == 0 || width > INT32_MAX || height > INT32_MAX)
		return err_permanent(err,
				     "damaged BMP: its size cannot be (%" PRId32 " x %" PRId32 ")",
				     (int32_t)width, (int32_t)height);
	if (planes != 1)
		return err_permanent(err, "damaged BMP: %u planes instead of 1", planes);
	header->width = width;
	header->height = height;
	return 0;
}

static int choose_palette_coding(struct reader *reader, struct err *err)
{
	struct bmp_header *header = reader->header;

	if (reader->compression == PLAIN)
		header->coding = BMP_PALETTE;
	else if (reader->compression == RLE8 && header->bits == 8)
		header->coding = BMP_RLE8;
	else if (reader->compression == RLE4 && header->bits == 4)
		header->coding = BMP_RLE4;
	else if (reader->compression == BITFIELDS && reader->os2 && header->bits == 1)
		return err_permanent(err, "BMP: Huffman coding is not supported");
	else
		return err_permanent(err,
				     "BMP: compression %" PRIu32 " of %u bits is not supported",
				     reader->compression, header->bits);
	return 0;
}

static int choose_masks(struct reader *reader, struct err *err)
{
	bool listed = reader->compression == BITFIELDS || reader->compression == ALPHA_BITFIELDS;

	reader->header->coding = BMP_MASKED;
	if (listed && !reader->os2) {
		reader->masks_at = AT_MASKS;
		return 0;
	}
	if (reader->compression == PLAIN)
		return 0;
	return err_permanent(err, "BMP: compression %" PRIu32 " of %u bits is not supported",
			     reader->compression, reader->header->bits);
}

static int choose_coding(struct reader *reader, struct err *err)
{
	struct bmp_header *header = reader->header;

	if (!reader->os2 && (reader->compression == JPEG || reader->compression == PNG))
		return err_permanent(err, "BMP: a %s picture inside is not supported",
				     reader->compression == JPEG ? "JPEG" : "PNG");
	switch (header->bits) {
	case 1:
	case 2:
	case 4:
	case 8:
		return choose_palette_coding(reader, err);
	case 16:
	case 32:
		return choose_masks(reader, err);
	case 24:
		header->coding = reader->compression == PLAIN ? BMP_BGR : BMP_RLE24;
		if (reader->compression == PLAIN || (reader->compression == JPEG && reader->os2))
			return 0;
		return err_permanent(err,
				     "BMP: compression %" PRIu32 " of 24 bits is not supported",
				     reader->compression);
	default:
		return err_permanent(err, "BMP: %u bits per pixel are not supported", header->bits);
	}
}

/* Bits of a mask must lie side by side within a pixel, and be no other mask's. */
static int read_mask(struct bmp_mask *mask, uint32_t value, unsigned pixel_bits, uint32_t *taken,
		     struct err *err)
{
	uint32_t rest = value;

	*mask = (struct bmp_mask){0};
	if (value == 0)
		return 0;
	for (; (rest & 1) == 0; rest >>= 1)
		mask->shift++;
	for (; (rest & 1) != 0; rest >>= 1)
		mask->bits++;
	if (rest != 0 || mask->shift + mask->bits > pixel_bits || (value & *taken) != 0)
		return err_permanent(err,
				     "damaged BMP: colour mask %08" PRIx32 " cannot be, of %u bits",
				     value, pixel_bits);
	*taken |= value;
	return 0;
}

static int read_masks(struct reader *reader, struct err *err)
{
	struct bmp_header *header = reader->header;
	/* The masks of a plain header follow it; larger ones hold them, and alpha's, in the same
	 * place. */
	bool alpha =
		reader->compression == ALPHA_BITFIELDS || reader->header_bytes >= WINDOWS_ALPHA;
	size_t count = alpha ? 4 : 3;
	uint32_t values[BMP_MASKS] = {0xff0000, 0xff00, 0xff};
	uint32_t taken = 0;

	if (header->bits == 16)
		memcpy(values, (uint32_t[BMP_MASKS]){0x7c00, 0x3e0, 0x1f}, sizeof values);
	if (reader->masks_at != 0) {
		if (reader->length < reader->masks_at + 4 * count)
			return err_permanent(err, "damaged BMP: the file ends in its header");
		for (size_t i = 0; i < count; i++)
			values[i] = read_32(reader->bytes + reader->masks_at + 4 * i);
	}
	for (size_t i = 0; i < BMP_MASKS; i++)
		if (read_mask(&header->mask[i], values[i], header->bits, &taken, err) != 0)
			return -1;
	for (size_t i = 0; i < BMP_ALPHA; i++)
		if (header->mask[i].bits == 0)
			return err_permanent(err, "damaged BMP: no mask for one of the colours");
	return 0;
}

/* Where the headers, and masks behind them, end. */
static size_t end_of_headers(const struct reader *reader)
{
	size_t masks = 0;

	if (reader->masks_at != 0 && reader->header_bytes == WINDOWS_3)
		masks = reader->compression == ALPHA_BITFIELDS ? 16 : 12;
	return FILE_HEADER + reader->header_bytes + masks;
}

/* The palette lies between headers and pixels. Where its length is not told, it has what is
 * between, up to a colour for each value of a pixel. */
static int read_palette(struct reader *reader, struct err *err)
{
	struct bmp_header *header = reader->header;
	size_t most = (size_t)1 << header->bits;
	size_t room;

	header->palette_at = end_of_headers(reader);
	header->entry_bytes = reader->header_bytes == OS2_1 ? 3 : 4;
	if (header->pixels_at < header->palette_at || header->pixels_at >= reader->length)
		return err_permanent(err,
				     "damaged BMP: its pixels cannot lie at %zu in a file of %zu "
				     "bytes",
				     header->pixels_at, reader->length);
	if (header->bits > 8)
		return 0;
	room = (header->pixels_at - header->palette_at) / header->entry_bytes;
	if (reader->colours_used > room)
		return err_permanent(err,
				     "damaged BMP: a palette of %" PRIu32 " colours has no room "
				     "before the pixels",
				     reader->colours_used);
	if (reader->colours_used != 0)
		room = reader->colours_used;
	header->colours = (unsigned)(room < most ? room : most);
	if (header->colours == 0)
		return err_permanent(err, "damaged BMP: no palette");
	return 0;
}

static void read_profile(struct reader *reader)
{
	struct bmp_header *header = reader->header;
	uint32_t kind;

	if (reader->header_bytes != WINDOWS_5)
		return;
	kind = read_32(reader->bytes + AT_COLOUR_SPACE);
	header->linked_profile = kind == 0x4c494e4b;
	if (kind != 0x4d424544)
		return;
	header->profile_at = FILE_HEADER + (size_t)read_32(reader->bytes + AT_PROFILE);
	header->profile_bytes = read_32(reader->bytes + AT_PROFILE + 4);
	if (header->profile_at > reader->length ||
	    header->profile_bytes > reader->length - header->profile_at) {
		header->profile_is_cut = true;
		header->profile_bytes = 0;
	}
}

int bmp_header_read(struct bmp_header *header, const unsigned char *bytes, size_t length,
		    struct err *err)
{
	struct reader reader = {.bytes = bytes, .length = length, .header = header};

	*header = (struct bmp_header){0};
	if (length < FILE_HEADER + OS2_1)
		return err_permanent(err, "damaged BMP: the file ends in its header");
	reader.header_bytes = read_32(bytes + AT_HEADER);
	if (!is_known_size(reader.header_bytes))
		return err_permanent(err, "BMP: a header of %" PRIu32 " bytes is not supported",
				     reader.header_bytes);
	if (length < FILE_HEADER + reader.header_bytes)
		return err_permanent(err, "damaged BMP: the file ends in its header");
	reader.os2 = reader.header_bytes != WINDOWS_3 && reader.header_bytes != WINDOWS_MASKS &&
		     reader.header_bytes != WINDOWS_ALPHA && reader.header_bytes <= OS2_2;
	header->pixels_at = read_32(bytes + AT_PIXELS);
	reader.compression = optional_32(&reader, AT_COMPRESSION);
	reader.colours_used = optional_32(&reader, AT_COLOURS);
	if (read_size(&reader, err) != 0 || choose_coding(&reader, err) != 0)
		return -1;
	if (header->top_down && header->coding != BMP_PALETTE && header->coding != BMP_MASKED &&
	    header->coding != BMP_BGR)
		return err_permanent(err, "damaged BMP: run lengths cannot go from the top down");
	if (header->coding == BMP_MASKED && read_masks(&reader, err) != 0)
		return -1;
	header->row_bytes = ((size_t)header->width * header->bits + 31) / 32 * 4;
	read_profile(&reader);
	return read_palette(&reader, err);
}
