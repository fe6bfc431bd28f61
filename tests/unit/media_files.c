/*
 * media_files.c - bytes put together, and the pictures that are a list of segments or chunks: JPEG,
 * PNG, WebP and RAF. EXIF and TIFF: media_exif.c; ISO media files: media_boxes.c.
 */
#include "config.h"

#include "media_files.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void blob_add(struct blob *blob, const void *bytes, size_t length)
{
	blob->bytes = mem_realloc(blob->bytes, blob->length + length + 1, 1);
	if (length > 0)
		memcpy(blob->bytes + blob->length, bytes, length);
	blob->length += length;
}

void blob_text(struct blob *blob, const char *text)
{
	blob_add(blob, text, strlen(text));
}

void blob_zeros(struct blob *blob, size_t count)
{
	void *zeros = mem_calloc(count + 1, 1);

	blob_add(blob, zeros, count);
	free(zeros);
}

void blob_set(struct blob *blob, size_t at, uint64_t value, unsigned bytes, bool big_endian)
{
	for (unsigned i = 0; i < bytes; i++)
		blob->bytes[at + (big_endian ? bytes - 1 - i : i)] =
			(unsigned char)(value >> 8 * i);
}

void blob_number(struct blob *blob, uint64_t value, unsigned bytes, bool big_endian)
{
	blob_zeros(blob, bytes);
	blob_set(blob, blob->length - bytes, value, bytes, big_endian);
}

void blob_free(struct blob *blob)
{
	free(blob->bytes);
	*blob = (struct blob){0};
}

static void put_segment(struct blob *blob, unsigned marker, const void *bytes, size_t length)
{
	blob_number(blob, 0xff00 | marker, 2, true);
	blob_number(blob, length + 2, 2, true);
	if (bytes != NULL)
		blob_add(blob, bytes, length);
	else
		blob_zeros(blob, length);
}

struct blob make_jpeg_file(const struct blob *exif, size_t bytes_before)
{
	static const unsigned char frame[] = {8, 0, MADE_HEIGHT, 0, MADE_WIDTH, 1, 1, 0x11, 0};
	static const unsigned char scan[] = {1, 1, 0, 0, 63, 0};
	struct blob blob = {0};
	struct blob body = {0};

	blob_add(&blob, "\xff\xd8", 2);
	while (bytes_before > 0) {
		size_t piece = bytes_before < 65000 ? bytes_before : 65000;

		/* The same marker as EXIF has, but another kind. */
		put_segment(&blob, 0xe1, NULL, piece);
		bytes_before -= piece;
	}
	if (exif != NULL) {
		blob_add(&body, "Exif\0", 6);
		blob_add(&body, exif->bytes, exif->length);
		put_segment(&blob, 0xe1, body.bytes, body.length);
		blob_free(&body);
	}
	put_segment(&blob, 0xdb, NULL, 65);
	blob_add(&blob, "\xff\xff", 2); /* fill bytes before a marker are legal */
	put_segment(&blob, 0xc0, frame, sizeof frame);
	put_segment(&blob, 0xda, scan, sizeof scan);
	blob_zeros(&blob, 20);
	blob_add(&blob, "\xff\xd9", 2);
	return blob;
}

/* The CRC of chunks is left 0: nobody here looks at it. */
static void put_chunk(struct blob *blob, const char *name, const void *bytes, size_t length)
{
	blob_number(blob, length, 4, true);
	blob_text(blob, name);
	blob_add(blob, bytes, length);
	blob_zeros(blob, 4);
}

struct blob make_png_file(const struct blob *exif, bool late)
{
	static const unsigned char header[] = {0,	    0, 0, MADE_WIDTH, 0, 0, 0,
					       MADE_HEIGHT, 8, 2, 0,	      0, 0};
	static const unsigned char data[50] = {0};
	struct blob blob = {0};

	blob_add(&blob, "\x89PNG\r\n\x1a\n", 8);
	put_chunk(&blob, "IHDR", header, sizeof header);
	if (exif != NULL && !late)
		put_chunk(&blob, "eXIf", exif->bytes, exif->length);
	for (unsigned i = 0; i < 3; i++)
		put_chunk(&blob, "IDAT", data, sizeof data);
	if (exif != NULL && late)
		put_chunk(&blob, "eXIf", exif->bytes, exif->length);
	put_chunk(&blob, "IEND", "", 0);
	return blob;
}

struct blob make_webp_file(const struct blob *exif)
{
	static const unsigned char extended[] = {8, 0, 0, 0, MADE_WIDTH - 1, 0, 0, MADE_HEIGHT - 1,
						 0, 0};
	static const unsigned char picture[] = {0,	    0, 0,	    0x9d, 0x01, 0x2a,
						MADE_WIDTH, 0, MADE_HEIGHT, 0,	  7};
	struct blob blob = {0};

	blob_add(&blob, "RIFF\0\0\0\0WEBP", 12);
	if (exif != NULL) {
		blob_text(&blob, "VP8X");
		blob_number(&blob, sizeof extended, 4, false);
		blob_add(&blob, extended, sizeof extended);
	}
	blob_text(&blob, "VP8 ");
	blob_number(&blob, sizeof picture, 4, false);
	blob_add(&blob, picture, sizeof picture);
	blob_zeros(&blob, sizeof picture % 2);
	if (exif != NULL) {
		blob_text(&blob, "EXIF");
		blob_number(&blob, exif->length, 4, false);
		blob_add(&blob, exif->bytes, exif->length);
	}
	blob_set(&blob, 4, blob.length - 8, 4, false);
	return blob;
}

struct blob make_raf_file(const struct blob *exif)
{
	struct blob jpeg = make_jpeg_file(exif, 0);
	struct blob blob = {0};

	blob_text(&blob, "FUJIFILMCCD-RAW 0201FF393107");
	blob_zeros(&blob, 160 - blob.length);
	blob_set(&blob, 84, 160, 4, true);
	blob_set(&blob, 88, jpeg.length, 4, true);
	blob_add(&blob, jpeg.bytes, jpeg.length);
	blob_zeros(&blob, 100);
	blob_free(&jpeg);
	return blob;
}
