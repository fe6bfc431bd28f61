/*
 * takeout_boxes.c - see takeout_boxes.h. Layouts: PNG (third edition), WebP container
 * specification, GIF89a, ISO/IEC 14496-12 (boxes), 23008-12 (HEIF).
 */
#include "config.h"

#include "takeout_boxes.h"

#include <assert.h>
#include <string.h>

/* Of a movie: three seconds. */
enum { TICKS_PER_SECOND = 1000, TICKS = 3000 };

enum { PNG_HEAD_BYTES = 8, PNG_CHUNK_BYTES = 12, IHDR_BYTES = 25 };

/* ---- bytes --------------------------------------------------------------------------------- */

void takeout_put(struct takeout_bytes *out, const void *bytes, size_t length)
{
	assert(length <= sizeof(out->bytes) - out->length);
	memcpy(out->bytes + out->length, bytes, length);
	out->length += length;
}

void takeout_patch_be(unsigned char *at, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		at[i] = (unsigned char)(value >> 8 * (bytes - 1 - i));
}

void takeout_put_be(struct takeout_bytes *out, uint64_t value, int bytes)
{
	unsigned char text[8];

	takeout_patch_be(text, value, bytes);
	takeout_put(out, text, (size_t)bytes);
}

void takeout_put_le(struct takeout_bytes *out, uint64_t value, int bytes)
{
	for (int i = 0; i < bytes; i++)
		takeout_put_be(out, value >> 8 * i & 0xff, 1);
}

void takeout_put_zeros(struct takeout_bytes *out, size_t count)
{
	while (count-- > 0)
		takeout_put_be(out, 0, 1);
}

static void put_text(struct takeout_bytes *out, const char *text)
{
	takeout_put(out, text, strlen(text));
}

/* ---- PNG ----------------------------------------------------------------------------------- */

/* Bit by bit: the chunks that it is taken of are short. */
static uint32_t crc_of(const unsigned char *bytes, size_t length)
{
	uint32_t crc = UINT32_MAX;

	for (size_t i = 0; i < length; i++) {
		crc ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (UINT32_C(0xedb88320) & -(crc & 1));
	}
	return ~crc;
}

static void put_chunk(struct takeout_bytes *out, const char *type, const void *bytes, size_t length)
{
	size_t start = out->length + 4;

	takeout_put_be(out, length, 4);
	put_text(out, type);
	takeout_put(out, bytes, length);
	takeout_put_be(out, crc_of(out->bytes + start, length + 4), 4);
}

void takeout_write_png(struct takeout_bytes *out, const struct takeout_load *load,
		       const unsigned char *png, size_t png_length)
{
	char comment[8 + TAKEOUT_SERIAL_BYTES] = "Comment";
	size_t head = PNG_HEAD_BYTES + IHDR_BYTES;

	memcpy(comment + 8, load->serial, TAKEOUT_SERIAL_BYTES);
	takeout_put(out, png, head);
	put_chunk(out, "tEXt", comment, sizeof comment);
	put_chunk(out, "eXIf", load->tiff, load->tiff_length);
	takeout_put(out, png + head, png_length - head);
}

void takeout_mend_png(unsigned char *png, size_t length)
{
	size_t at = PNG_HEAD_BYTES + IHDR_BYTES;

	/* The two that takeout_write_png added. */
	for (int i = 0; i < 2 && at + PNG_CHUNK_BYTES <= length; i++) {
		size_t size = (size_t)png[at] << 24 | (size_t)png[at + 1] << 16 |
			      (size_t)png[at + 2] << 8 | png[at + 3];

		takeout_patch_be(png + at + 8 + size, crc_of(png + at + 4, size + 4), 4);
		at += size + PNG_CHUNK_BYTES;
	}
}

/* ---- WebP and GIF -------------------------------------------------------------------------- */

static void put_riff(struct takeout_bytes *out, const char *type, const void *bytes, size_t length)
{
	put_text(out, type);
	takeout_put_le(out, length, 4);
	takeout_put(out, bytes, length);
	takeout_put_zeros(out, length & 1);
}

void takeout_write_webp(struct takeout_bytes *out, const struct takeout_load *load)
{
	/* EXIF is there; one pixel by one. */
	static const unsigned char extended[10] = {0x08};
	/* That pixel, lossless. */
	static const unsigned char pixel[] = {0x2f, 0x00, 0x00, 0x00, 0x10, 0x07, 0x10,
					      0x11, 0x11, 0x88, 0x88, 0xfe, 0x07};
	size_t size;

	put_text(out, "RIFF");
	size = out->length;
	takeout_put_zeros(out, 4);
	put_text(out, "WEBP");
	put_riff(out, "VP8X", extended, sizeof extended);
	put_riff(out, "VP8L", pixel, sizeof pixel);
	put_riff(out, "EXIF", load->tiff, load->tiff_length);
	put_riff(out, "sERI", load->serial, TAKEOUT_SERIAL_BYTES);
	for (int i = 0; i < 4; i++)
		out->bytes[size + (size_t)i] = (unsigned char)((out->length - 8) >> 8 * i);
}

void takeout_write_gif(struct takeout_bytes *out, const struct takeout_load *load)
{
	static const unsigned char head[] = {'G',  'I', 'F', '8', '9', 'a', 1,	  0,	1,   0,
					     0x80, 0,	0,   0,	  0,   0,   0xff, 0xff, 0xff};
	static const unsigned char picture[] = {0x2c, 0, 0, 0, 0,    1, 0, 1,
						0,    0, 2, 2, 0x44, 1, 0, 0x3b};

	takeout_put(out, head, sizeof head);
	takeout_put_be(out, 0x21fe, 2);
	takeout_put_be(out, TAKEOUT_SERIAL_BYTES, 1);
	takeout_put(out, load->serial, TAKEOUT_SERIAL_BYTES);
	takeout_put_be(out, 0, 1);
	takeout_put(out, picture, sizeof picture);
}

/* ---- boxes --------------------------------------------------------------------------------- */

/* Returns where the box begins, for box_end. */
static size_t box(struct takeout_bytes *out, const char *type)
{
	size_t start = out->length;

	takeout_put_zeros(out, 4);
	put_text(out, type);
	return start;
}

static size_t full_box(struct takeout_bytes *out, const char *type, unsigned version)
{
	size_t start = box(out, type);

	takeout_put_be(out, (uint64_t)version << 24, 4);
	return start;
}

static void box_end(struct takeout_bytes *out, size_t start)
{
	takeout_patch_be(out->bytes + start, out->length - start, 4);
}

static void put_serial(struct takeout_bytes *out, const struct takeout_load *load)
{
	size_t start = box(out, "free");

	takeout_put(out, load->serial, TAKEOUT_SERIAL_BYTES);
	box_end(out, start);
}

static void put_type(struct takeout_bytes *out, const char *major, const char *others)
{
	size_t start = box(out, "ftyp");

	put_text(out, major);
	takeout_put_zeros(out, 4);
	put_text(out, others);
	box_end(out, start);
}

/* The identity, in 16.16 and 2.30. */
static void put_matrix(struct takeout_bytes *out)
{
	for (int i = 0; i < 9; i++)
		takeout_put_be(out, i == 8 ? 0x40000000 : i % 4 == 0 ? 0x10000 : 0, 4);
}

/* A track that tells its size, and nothing of what is in it. */
static void put_track(struct takeout_bytes *out)
{
	size_t track = box(out, "trak"), head = full_box(out, "tkhd", 0);

	takeout_put_zeros(out, 8);
	takeout_put_be(out, 1, 4); /* the first track */
	takeout_put_zeros(out, 4);
	takeout_put_be(out, TICKS, 4);
	takeout_put_zeros(out, 16);
	put_matrix(out);
	takeout_put_be(out, 1280 << 16, 4);
	takeout_put_be(out, 720 << 16, 4);
	box_end(out, head);
	box_end(out, track);
}

void takeout_write_movie(struct takeout_bytes *out, const struct takeout_load *load, bool mov,
			 size_t *time_at)
{
	size_t movie, head, data;

	put_type(out, mov ? "qt  " : "isom", mov ? "qt  " : "isommp42");
	movie = box(out, "moov");
	head = full_box(out, "mvhd", 0);
	*time_at = out->length;
	takeout_put_zeros(out, 8); /* made, changed */
	takeout_put_be(out, TICKS_PER_SECOND, 4);
	takeout_put_be(out, TICKS, 4);
	takeout_put_be(out, 0x10000, 4);    /* speed 1 */
	takeout_put_be(out, 0x01000000, 4); /* volume 1 */
	takeout_put_zeros(out, 8);
	put_matrix(out);
	takeout_put_zeros(out, 24);
	takeout_put_be(out, 2, 4); /* the next track */
	box_end(out, head);
	put_track(out);
	box_end(out, movie);
	put_serial(out, load);
	data = box(out, "mdat");
	takeout_put_zeros(out, 64);
	box_end(out, data);
}

/* An item of the picture: its number and type. */
static void put_item(struct takeout_bytes *out, unsigned number, const char *type)
{
	size_t start = full_box(out, "infe", 2);

	takeout_put_be(out, number, 2);
	takeout_put_be(out, 0, 2);
	put_text(out, type);
	takeout_put_zeros(out, 1); /* no name */
	box_end(out, start);
}

/* The picture's size and its decoder's settings. */
static void put_properties(struct takeout_bytes *out)
{
	/* Main profile, level 3; 4:2:0, 8 bits; no parameter sets. */
	static const unsigned char settings[23] = {1,	 1,    0x60, 0, 0,    0,    0x90, 0,
						   0,	 0,    0,    0, 0x5a, 0xf0, 0,	  0xfc,
						   0xfd, 0xf8, 0xf8, 0, 0,    0x0f, 0};
	size_t properties = box(out, "iprp"), list = box(out, "ipco"),
	       one = full_box(out, "ispe", 0);

	takeout_put_be(out, 640, 4);
	takeout_put_be(out, 480, 4);
	box_end(out, one);
	one = box(out, "hvcC");
	takeout_put(out, settings, sizeof settings);
	box_end(out, one);
	box_end(out, list);
	one = full_box(out, "ipma", 0);
	takeout_put_be(out, 1, 4); /* one item: */
	takeout_put_be(out, 1, 2);
	takeout_put_be(out, 2, 1); /* both properties, the second essential */
	takeout_put_be(out, 0x0182, 2);
	box_end(out, one);
	box_end(out, properties);
}

/* Returns where the places of the items stand: eight bytes each. */
static size_t put_places(struct takeout_bytes *out)
{
	size_t start = full_box(out, "iloc", 0), places;

	takeout_put_be(out, 0x4400, 2); /* offsets and lengths of four bytes */
	takeout_put_be(out, 2, 2);
	places = out->length + 6;
	for (unsigned item = 1; item <= 2; item++) {
		takeout_put_be(out, item, 2);
		takeout_put_be(out, 0, 2); /* in this file */
		takeout_put_be(out, 1, 2); /* in one piece */
		takeout_put_zeros(out, 8);
	}
	box_end(out, start);
	return places;
}

void takeout_write_heic(struct takeout_bytes *out, const struct takeout_load *load)
{
	enum { PICTURE_BYTES = 64, EXIF_HEAD_BYTES = 4, PLACE_BYTES = 14 };
	size_t meta, one, inner, places, data;

	put_type(out, "heic", "mif1heic");
	meta = full_box(out, "meta", 0);
	one = full_box(out, "hdlr", 0);
	takeout_put_zeros(out, 4);
	put_text(out, "pict");
	takeout_put_zeros(out, 13);
	box_end(out, one);
	one = full_box(out, "pitm", 0);
	takeout_put_be(out, 1, 2);
	box_end(out, one);
	one = full_box(out, "iinf", 0);
	takeout_put_be(out, 2, 2);
	put_item(out, 1, "hvc1");
	put_item(out, 2, "Exif");
	box_end(out, one);
	one = full_box(out, "iref", 0);
	inner = box(out, "cdsc"); /* item 2 describes item 1 */
	takeout_put_be(out, 2, 2);
	takeout_put_be(out, 1, 2);
	takeout_put_be(out, 1, 2);
	box_end(out, inner);
	box_end(out, one);
	put_properties(out);
	places = put_places(out);
	box_end(out, meta);
	put_serial(out, load);
	data = box(out, "mdat");
	takeout_patch_be(out->bytes + places, out->length, 4);
	takeout_patch_be(out->bytes + places + 4, PICTURE_BYTES, 4);
	takeout_put_zeros(out, PICTURE_BYTES);
	takeout_patch_be(out->bytes + places + PLACE_BYTES, out->length, 4);
	takeout_patch_be(out->bytes + places + PLACE_BYTES + 4, EXIF_HEAD_BYTES + load->tiff_length,
			 4);
	takeout_put_zeros(out, EXIF_HEAD_BYTES); /* the TIFF head follows at once */
	takeout_put(out, load->tiff, load->tiff_length);
	box_end(out, data);
}
