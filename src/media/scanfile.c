/*
 * scanfile.c - one media file: opened once, its bytes passed over once.
 *
 * The stream is a window that moves over the file in blocks; each block goes into the checksum as
 * soon as it is there, while it is still in the processor's cache. In scanfile_scan, who looks for
 * EXIF moves the stream on by asking for what lies ahead; what is left is streamed behind that.
 *
 * Files above BIG_BYTES are dropped from the page cache behind the stream: videos would push out
 * all that is worth keeping.
 */
#include "config.h"

#include "media/scanfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/regular.h"
#include "media/container.h"
#include "media/crc.h"
#include "media/heif_library.h"
#include "media/mime.h"

enum { BIG_BYTES = 64 << 20, DROPPED_BYTES = 8 << 20 };

struct scanfile_buffer {
	struct heif_library *heif;
	unsigned char block[SCANFILE_BLOCK_BYTES + 1]; /* see advance() */
};

/* Where the stream stands. */
struct stream {
	const struct scanfile *file;
	struct scanfile_buffer *buffer;
	uint64_t at;	  /* bytes that went into the checksum */
	uint64_t kept_at; /* what lies before it was dropped from the cache */
	uint32_t crc32;
};

struct scanfile_buffer *scanfile_buffer_new(void)
{
	struct scanfile_buffer *buffer = mem_realloc(NULL, 1, sizeof *buffer);

	buffer->heif = heif_library_new();
	return buffer;
}

void scanfile_buffer_free(struct scanfile_buffer *buffer)
{
	if (buffer != NULL)
		heif_library_free(buffer->heif);
	free(buffer);
}

int scanfile_open(struct scanfile *file, int dir_fd, const char *name, struct err *err)
{
	struct stat status;

	*file = (struct scanfile){.fd = regular_open(dir_fd, name, O_NOFOLLOW, &status, err)};
	if (file->fd < 0)
		return -1;
	file->size_bytes = (uint64_t)status.st_size;
	file->mtime_ns = (int64_t)status.st_mtim.tv_sec * 1000000000 + status.st_mtim.tv_nsec;
	/* One block is read at once whatever is announced. */
	if (file->size_bytes > SCANFILE_BLOCK_BYTES)
		posix_fadvise(file->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	return 0;
}

void scanfile_close(struct scanfile *file)
{
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
}

/* Read until `wanted` bytes are there or the file ends. Returns how many were, -1 on error. */
static ssize_t read_at(int fd, void *bytes, size_t wanted, uint64_t at, struct err *err)
{
	unsigned char *next = bytes;
	size_t got = 0;

	while (got < wanted) {
		ssize_t piece = pread(fd, next + got, wanted - got, (off_t)(at + got));

		if (piece < 0 && errno == EINTR)
			continue;
		if (piece < 0)
			return err_errno(err, "read");
		if (piece == 0)
			break;
		got += (size_t)piece;
	}
	return (ssize_t)got;
}

int scanfile_head(struct scanfile *file, void *room, size_t room_bytes, struct err *err)
{
	size_t wanted = room_bytes < SCANFILE_HEAD_BYTES ? room_bytes : SCANFILE_HEAD_BYTES;
	ssize_t got;

	if (wanted > file->size_bytes)
		wanted = (size_t)file->size_bytes;
	got = read_at(file->fd, room, wanted, 0, err);
	if (got < 0)
		return -1;
	file->head = room;
	file->head_bytes = (size_t)got;
	return 0;
}

static int changed(struct err *err)
{
	return err_transient(err, "the file changed while it was read");
}

static struct feed feed_of(const struct scanfile *file, struct scanfile_buffer *buffer,
			   const struct scanfile_hooks *hooks, struct err *err)
{
	return (struct feed){.fd = file->fd,
			     .size_bytes = file->size_bytes,
			     .hooks = hooks,
			     .heif = buffer->heif,
			     .err = err};
}

int scanfile_facts(const struct scanfile *file, struct scanfile_buffer *buffer,
		   const struct scanfile_hooks *hooks, struct facts *facts, struct err *err)
{
	struct feed feed = feed_of(file, buffer, hooks, err);

	feed.window = file->head;
	feed.window_bytes = file->head_bytes;
	container_read(&feed, mime_sniff(file->head, file->head_bytes), facts);
	return feed.failed ? -1 : 0;
}

static void add_bytes(struct stream *stream, const void *bytes, size_t count)
{
	stream->crc32 = crc_add(stream->crc32, bytes, count);
	stream->at += count;
	if (stream->file->size_bytes >= BIG_BYTES &&
	    (stream->at - stream->kept_at >= DROPPED_BYTES ||
	     stream->at == stream->file->size_bytes)) {
		posix_fadvise(stream->file->fd, (off_t)stream->kept_at,
			      (off_t)(stream->at - stream->kept_at), POSIX_FADV_DONTNEED);
		stream->kept_at = stream->at;
	}
}

/* The next block. One byte more than is left is asked for, to see a file that grew. */
static int advance(struct feed *feed, struct err *err)
{
	struct stream *stream = feed->stream;
	uint64_t left = stream->file->size_bytes - stream->at;
	size_t wanted = left <= SCANFILE_BLOCK_BYTES ? (size_t)left + 1 : SCANFILE_BLOCK_BYTES;
	ssize_t got;

	if (feed_check_cancelled(feed) != 0)
		return -1;
	/* A file that ends where it should is read in one call, not asked for its end as well. */
	do
		got = pread(feed->fd, stream->buffer->block, wanted, (off_t)stream->at);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return err_errno(err, "read");
	if (got == 0 || (uint64_t)got > left)
		return changed(err);
	feed->window_at = stream->at;
	feed->window = stream->buffer->block;
	feed->window_bytes = (size_t)got;
	add_bytes(stream, stream->buffer->block, (size_t)got);
	return 0;
}

/* Stream what is left. */
static int run_out(struct feed *feed, struct err *err)
{
	const struct stream *stream = feed->stream;

	while (!feed->failed && stream->at < stream->file->size_bytes)
		if (advance(feed, err) != 0)
			return -1;
	return feed->failed ? -1 : 0;
}

int scanfile_crc(const struct scanfile *file, struct scanfile_buffer *buffer,
		 const struct scanfile_hooks *hooks, uint32_t *crc32, struct err *err)
{
	struct stream stream = {.file = file, .buffer = buffer};
	struct feed feed = feed_of(file, buffer, hooks, err);

	if (file->head_bytes > file->size_bytes)
		return changed(err);
	feed.stream = &stream;
	add_bytes(&stream, file->head, file->head_bytes);
	if (run_out(&feed, err) != 0)
		return -1;
	*crc32 = stream.crc32;
	return 0;
}

int scanfile_scan(const struct scanfile *file, struct scanfile_buffer *buffer,
		  const struct scanfile_hooks *hooks, struct scanfile_result *result,
		  struct err *err)
{
	struct stream stream = {.file = file, .buffer = buffer};
	struct feed feed = feed_of(file, buffer, hooks, err);

	feed.stream = &stream;
	feed.advance = advance;
	*result = (struct scanfile_result){0};
	if (file->size_bytes > 0 && advance(&feed, err) != 0)
		return -1;
	result->mime = mime_sniff(feed.window, feed.window_bytes);
	container_read(&feed, result->mime, &result->facts);
	if (run_out(&feed, err) != 0)
		return -1;
	result->crc32 = stream.crc32;
	return 0;
}
