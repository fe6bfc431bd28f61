/*
 * container_chunks.c - PNG and WebP: both are chunks with a name and a length, and both may keep
 * EXIF behind the picture.
 *
 * PNG: ISO/IEC 15948 and its extension eXIf; WebP: RFC 9649.
 */
#include "config.h"

#include <string.h>

#include "media/container.h"
#include "media/exif_block.h"

enum { MOST_CHUNKS = 10 * 1000 * 1000 };

void container_png(const struct feed_part *file, struct facts *facts)
{
	uint64_t at = 8;

	for (unsigned i = 0; i < MOST_CHUNKS; i++) {
		const unsigned char *head = feed_need(file, at, 8);
		struct feed_part body;

		if (head == NULL || memcmp(head + 4, "IEND", 4) == 0)
			break;
		body = feed_within(file, at + 8, feed_be32(head));
		at += 12 + (uint64_t)feed_be32(head);
		if (memcmp(head + 4, "eXIf", 4) == 0) {
			container_exif(&body, facts);
			break;
		}
		if (memcmp(head + 4, "IHDR", 4) == 0) {
			const unsigned char *sides = feed_need(&body, 0, 8);

			if (sides != NULL)
				container_size(facts, feed_be32(sides), feed_be32(sides + 4));
		}
	}
}

/* The size in the first chunk: of the canvas (VP8X), or of the only picture. */
static void webp_size(const struct feed_part *chunk, const unsigned char name[4],
		      struct facts *facts)
{
	const unsigned char *body = feed_need(chunk, 0, 10);
	uint32_t bits;

	if (body == NULL)
		return;
	if (memcmp(name, "VP8X", 4) == 0) {
		container_size(facts, 1 + feed_le24(body + 4), 1 + feed_le24(body + 7));
	} else if (memcmp(name, "VP8L", 4) == 0 && body[0] == 0x2f) {
		bits = feed_le32(body + 1);
		container_size(facts, 1 + (bits & 0x3fff), 1 + (bits >> 14 & 0x3fff));
	} else if (memcmp(name, "VP8 ", 4) == 0 && memcmp(body + 3, "\x9d\x01\x2a", 3) == 0) {
		/* The upper two bits ask the viewer to enlarge it. */
		container_size(facts, feed_le16(body + 6) & 0x3fff, feed_le16(body + 8) & 0x3fff);
	}
}

void container_webp(const struct feed_part *file, struct facts *facts)
{
	uint64_t at = 12;

	for (unsigned i = 0; i < MOST_CHUNKS; i++) {
		const unsigned char *head = feed_need(file, at, 8);
		struct feed_part body;
		unsigned char name[4];
		uint32_t length;

		if (head == NULL)
			break;
		memcpy(name, head, sizeof name);
		length = feed_le32(head + 4);
		body = feed_within(file, at + 8, length);
		if (memcmp(name, "EXIF", 4) == 0) {
			container_exif(&body, facts);
			break;
		}
		if (i == 0) {
			webp_size(&body, name, facts);
			/* Only the extended form has more than a picture. */
			if (memcmp(name, "VP8X", 4) != 0)
				break;
		}
		at += 8 + (uint64_t)length + (length & 1);
	}
}
