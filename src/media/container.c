/*
 * container.c - what each kind of file tells: who reads it, and the simple ones.
 */
#include "config.h"

#include "media/container.h"

#include <string.h>

#include "media/exif_block.h"
#include "media/mime.h"

enum { EXIF_PREFIX_BYTES = 6 };

void container_size(struct facts *facts, uint32_t width, uint32_t height)
{
	if (width == 0 || height == 0)
		return;
	facts->width = width;
	facts->height = height;
}

void container_exif(const struct feed_part *block, struct facts *facts)
{
	const unsigned char *start = feed_need(block, 0, EXIF_PREFIX_BYTES);
	bool prefixed = start != NULL && memcmp(start, "Exif\0", EXIF_PREFIX_BYTES) == 0;
	struct feed_part tiff = feed_within(block, prefixed ? EXIF_PREFIX_BYTES : 0, block->bytes);

	exif_block_read(&tiff, TIFF_PART_PAGE, facts);
}

/* GIF89a specification, section 18. */
void container_gif(const struct feed_part *file, struct facts *facts)
{
	const unsigned char *header = feed_need(file, 0, 10);

	if (header != NULL)
		container_size(facts, feed_le16(header + 6), feed_le16(header + 8));
}

/* The header of OS/2 has 16-bit sides; in the others a negative height says that rows go down. */
void container_bmp(const struct feed_part *file, struct facts *facts)
{
	const unsigned char *header = feed_need(file, 0, 26);
	uint32_t height;

	if (header == NULL)
		return;
	if (feed_le32(header + 14) == 12) {
		container_size(facts, feed_le16(header + 18), feed_le16(header + 20));
		return;
	}
	height = feed_le32(header + 22);
	container_size(facts, feed_le32(header + 18), height > INT32_MAX ? 0 - height : height);
}

/* Fuji: a JPEG with the EXIF lies in front of the raw data, named at byte 84. */
void container_raf(const struct feed_part *file, struct facts *facts)
{
	const unsigned char *header = feed_need(file, 84, 8);
	struct feed_part jpeg;

	if (header == NULL)
		return;
	jpeg = feed_within(file, feed_be32(header), feed_be32(header + 4));
	container_jpeg(&jpeg, facts);
}

void container_read(struct feed *feed, unsigned mime, struct facts *facts)
{
	static void (*const readers[])(const struct feed_part *, struct facts *) = {
		[MIME_CONTAINER_BMP] = container_bmp,	  [MIME_CONTAINER_GIF] = container_gif,
		[MIME_CONTAINER_HEIF] = container_heif,	  [MIME_CONTAINER_JPEG] = container_jpeg,
		[MIME_CONTAINER_MOVIE] = container_movie, [MIME_CONTAINER_PNG] = container_png,
		[MIME_CONTAINER_RAF] = container_raf,	  [MIME_CONTAINER_TIFF] = container_tiff,
		[MIME_CONTAINER_WEBP] = container_webp,
	};
	enum mime_container container = mime_container(mime);
	struct feed_part file = feed_whole(feed);

	memset(facts, 0, sizeof *facts);
	if (container == MIME_CONTAINER_TIFF && mime_class(mime) == MIME_CLASS_RAW)
		container_raw(&file, facts);
	else if (readers[container] != NULL)
		readers[container](&file, facts);
}
