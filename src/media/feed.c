/*
 * feed.c - the bytes of a file for those who look into it.
 */
#include "config.h"

#include "media/feed.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static bool fail(struct feed *feed)
{
	feed->failed = true;
	return false;
}

int feed_check_cancelled(struct feed *feed)
{
	if (feed->failed)
		return -1;
	if (feed->hooks == NULL || feed->hooks->cancelled == NULL ||
	    !feed->hooks->cancelled(feed->hooks->context))
		return 0;
	fail(feed);
	return err_transient(feed->err, "abandoned");
}

static const unsigned char *in_window(const struct feed *feed, uint64_t at, size_t bytes)
{
	uint64_t offset = at - feed->window_at;

	if (at < feed->window_at || offset > feed->window_bytes ||
	    bytes > feed->window_bytes - offset)
		return NULL;
	return feed->window + offset;
}

/* Move the stream on until its window holds the offset. */
static bool advance_to(struct feed *feed, uint64_t at)
{
	while (feed->advance != NULL && at >= feed->window_at + feed->window_bytes)
		if (feed->advance(feed, feed->err) != 0)
			return fail(feed);
	return true;
}

static bool read_aside(struct feed *feed, uint64_t at)
{
	uint64_t left = feed->size_bytes - at;
	size_t wanted = left < sizeof feed->aside ? (size_t)left : sizeof feed->aside;
	ssize_t got;

	if (feed_check_cancelled(feed) != 0)
		return false;
	do
		got = pread(feed->fd, feed->aside, wanted, (off_t)at);
	while (got < 0 && errno == EINTR);
	if (got < 0) {
		err_errno(feed->err, "read");
		return fail(feed);
	}
	feed->aside_at = at;
	feed->aside_bytes = (size_t)got;
	return true;
}

static const unsigned char *aside(const struct feed *feed, uint64_t at, size_t bytes)
{
	uint64_t offset = at - feed->aside_at;

	if (at < feed->aside_at || offset > feed->aside_bytes || bytes > feed->aside_bytes - offset)
		return NULL;
	return feed->aside + offset;
}

static const unsigned char *need(struct feed *feed, uint64_t at, size_t bytes)
{
	const unsigned char *found;

	if (feed->failed || at > feed->size_bytes || bytes > feed->size_bytes - at ||
	    bytes > FEED_MOST_BYTES)
		return NULL;
	found = in_window(feed, at, bytes);
	if (found == NULL)
		found = aside(feed, at, bytes);
	if (found != NULL || feed->fd < 0)
		return found;
	if (!advance_to(feed, at))
		return NULL;
	found = in_window(feed, at, bytes);
	if (found == NULL && read_aside(feed, at))
		found = aside(feed, at, bytes);
	return found;
}

struct feed_part feed_whole(struct feed *feed)
{
	return (struct feed_part){.feed = feed, .bytes = feed->size_bytes};
}

struct feed_part feed_within(const struct feed_part *outer, uint64_t at, uint64_t bytes)
{
	struct feed_part part = {.feed = outer->feed};

	if (at > outer->bytes)
		at = outer->bytes;
	part.at = outer->at + at;
	part.bytes = bytes < outer->bytes - at ? bytes : outer->bytes - at;
	return part;
}

const unsigned char *feed_need(const struct feed_part *part, uint64_t at, size_t bytes)
{
	if (at > part->bytes || bytes > part->bytes - at)
		return NULL;
	return need(part->feed, part->at + at, bytes);
}

bool feed_copy(const struct feed_part *part, uint64_t at, void *to, size_t bytes)
{
	unsigned char *next = to;

	while (bytes > 0) {
		size_t piece = bytes < FEED_MOST_BYTES ? bytes : FEED_MOST_BYTES;
		const unsigned char *found = feed_need(part, at, piece);

		if (found == NULL)
			return false;
		memcpy(next, found, piece);
		next += piece;
		at += piece;
		bytes -= piece;
	}
	return true;
}

static const unsigned char *need_of_tiff(void *context, uint64_t at, size_t bytes)
{
	return feed_need(context, at, bytes);
}

struct tiff_source feed_tiff_source(struct feed_part *part)
{
	return (struct tiff_source){need_of_tiff, part};
}

uint32_t feed_be16(const unsigned char *bytes)
{
	return (uint32_t)bytes[0] << 8 | bytes[1];
}

uint32_t feed_be32(const unsigned char *bytes)
{
	return feed_be16(bytes) << 16 | feed_be16(bytes + 2);
}

uint32_t feed_le16(const unsigned char *bytes)
{
	return (uint32_t)bytes[1] << 8 | bytes[0];
}

uint32_t feed_le24(const unsigned char *bytes)
{
	return (uint32_t)bytes[2] << 16 | feed_le16(bytes);
}

uint32_t feed_le32(const unsigned char *bytes)
{
	return (uint32_t)bytes[3] << 24 | feed_le24(bytes);
}
