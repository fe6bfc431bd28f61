/*
 * merge_cut.c - files of JSON records cut into chunks at record borders.
 *
 * An array's element that does not end (a quote or bracket is missing, or it is longer than a
 * record may be) would swallow the rest of the file. It ends its chunk after its first byte, which
 * is enough for whoever reads the chunk to find it broken, and cutting goes on at the next line
 * that looks like the start of a record: it begins with {, as far from the left as the first record
 * does.
 */
#include "config.h"

#include "workload/merge_cut_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "workload/merge_json.h"

int merge_cut_read(int fd, void *bytes, size_t length, uint64_t offset, struct err *err)
{
	unsigned char *to = bytes;

	while (length != 0) {
		ssize_t got = pread(fd, to, length, (off_t)offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_errno(err, "read");
		if (got == 0)
			return err_transient(err, "the file has become shorter");
		to += got;
		offset += (uint64_t)got;
		length -= (size_t)got;
	}
	return 0;
}

int merge_cut_open(const char *path, struct merge_chunk *stamp, int *fd, struct err *err)
{
	struct stat status;

	/* A FIFO must not block before it is recognised. */
	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (*fd < 0)
		return err_errno(err, "%s", path);
	if (fstat(*fd, &status) != 0 || !S_ISREG(status.st_mode)) {
		close(*fd);
		*fd = -1;
		return err_permanent(err, "%s: is no regular file", path);
	}
	stamp->file_bytes = (uint64_t)status.st_size;
	stamp->file_mtime_ns =
		(int64_t)status.st_mtim.tv_sec * (int64_t)CLOCK_SECOND_NS + status.st_mtim.tv_nsec;
	return 0;
}

/* As many bytes as there are, up to length. */
static int read_some(int fd, unsigned char *bytes, size_t length, uint64_t offset, size_t *got,
		     struct err *err)
{
	ssize_t result;

	do
		result = pread(fd, bytes, length, (off_t)offset);
	while (result < 0 && errno == EINTR);
	if (result < 0)
		return err_errno(err, "read");
	*got = (size_t)result;
	return 0;
}

/* Where the text begins: behind a byte order mark. */
static int find_start(int fd, uint64_t *start, struct err *err)
{
	static const unsigned char mark[] = {0xef, 0xbb, 0xbf};
	unsigned char bytes[sizeof mark];
	size_t got = 0;

	if (read_some(fd, bytes, sizeof bytes, 0, &got, err) != 0)
		return -1;
	*start = got == sizeof mark && memcmp(bytes, mark, sizeof mark) == 0 ? sizeof mark : 0;
	return 0;
}

int merge_cut_is_array(int fd, bool *array, struct err *err)
{
	unsigned char bytes[512];
	uint64_t offset;
	size_t got = 0;

	*array = false;
	if (find_start(fd, &offset, err) != 0)
		return -1;
	for (;;) {
		const unsigned char *found;

		if (read_some(fd, bytes, sizeof bytes, offset, &got, err) != 0)
			return -1;
		if (got == 0)
			return 0;
		found = merge_json_blanks(bytes, bytes + got);
		if (found < bytes + got) {
			*array = *found == '[';
			return 0;
		}
		offset += got;
	}
}

uint64_t merge_cut_read_bytes(const struct merge_cut_settings *settings,
			      const struct merge_chunk *chunk)
{
	uint64_t most = settings->chunk_bytes + settings->max_record_bytes;

	return chunk->length < most ? chunk->length : most;
}

struct merge_cutter *merge_cutter_new(const struct merge_cut_settings *settings)
{
	struct merge_cutter *cutter = mem_calloc(1, sizeof *cutter);

	cutter->settings = *settings;
	cutter->fd = -1;
	return cutter;
}

static void close_file(struct merge_cutter *cutter)
{
	if (cutter->fd >= 0)
		close(cutter->fd);
	cutter->fd = -1;
}

void merge_cutter_free(struct merge_cutter *cutter)
{
	if (cutter == NULL)
		return;
	close_file(cutter);
	free(cutter->window);
	free(cutter);
}

int merge_cut_fail(const struct merge_cutter *cutter, struct err *err)
{
	return err_context(err, "%s", cutter->settings.paths[cutter->file]);
}

void merge_cut_warn(const struct merge_cutter *cutter, const char *what)
{
	char *text;

	if (cutter->settings.warn == NULL)
		return;
	text = mem_printf("%s: %s", cutter->settings.paths[cutter->file], what);
	cutter->settings.warn(cutter->settings.context, text);
	free(text);
}

static int open_file(struct merge_cutter *cutter, struct err *err)
{
	bool array;

	cutter->next = (struct merge_chunk){.file = (uint32_t)cutter->file};
	if (merge_cut_open(cutter->settings.paths[cutter->file], &cutter->next, &cutter->fd, err) !=
	    0)
		return -1;
	if (find_start(cutter->fd, &cutter->at, err) != 0 ||
	    merge_cut_is_array(cutter->fd, &array, err) != 0)
		return merge_cut_fail(cutter, err);
	cutter->next.array = array;
	cutter->file_done = false;
	cutter->at_start = true;
	cutter->indent = SIZE_MAX;
	cutter->filled = 0;
	return 0;
}

/* ---- lines ------------------------------------------------------------------------------------
 */

/* The end of the line that the byte at `offset` belongs to, behind its line end. */
static int find_line_end(struct merge_cutter *cutter, uint64_t offset, uint64_t *end,
			 struct err *err)
{
	unsigned char *bytes = mem_calloc(1, LOOK_BYTES);
	int result;

	for (;;) {
		const unsigned char *found;
		size_t got = 0;

		result = read_some(cutter->fd, bytes, LOOK_BYTES, offset, &got, err);
		if (result != 0 || got == 0)
			break;
		found = memchr(bytes, '\n', got);
		if (found != NULL) {
			offset += (uint64_t)(found - bytes) + 1;
			break;
		}
		offset += got;
	}
	free(bytes);
	*end = offset;
	return result;
}

static int cut_lines(struct merge_cutter *cutter, struct merge_chunk *chunk, struct err *err)
{
	uint64_t size = chunk->file_bytes, begin = cutter->at < size ? cutter->at : size;
	uint64_t end = size;

	if (size - begin > cutter->settings.chunk_bytes &&
	    find_line_end(cutter, begin + cutter->settings.chunk_bytes - 1, &end, err) != 0)
		return merge_cut_fail(cutter, err);
	if (end > size)
		end = size; /* it grows while it is read: what is new is not looked at */
	chunk->offset = begin;
	chunk->length = end - begin;
	cutter->at = end;
	cutter->file_done = end == size;
	return 0;
}

/* ---- all files --------------------------------------------------------------------------------
 */

static int cut_next(struct merge_cutter *cutter, struct merge_chunk *chunk, struct err *err)
{
	int result;

	for (;;) {
		if (cutter->fd < 0 && cutter->file == cutter->settings.npaths)
			return 0;
		if (cutter->fd < 0 && open_file(cutter, err) != 0)
			return -1;
		if (!cutter->file_done)
			break;
		close_file(cutter);
		cutter->file++;
	}
	*chunk = cutter->next;
	result = chunk->array ? merge_cut_array(cutter, chunk, err) : cut_lines(cutter, chunk, err);
	chunk->number = cutter->chunks++;
	return result != 0 ? -1 : 1;
}

int merge_cutter_next(struct merge_cutter *cutter, struct merge_chunk *chunk, struct err *err)
{
	int more;

	if (!cutter->has_ready && !cutter->over) {
		more = cut_next(cutter, &cutter->ready, err);
		if (more < 0)
			return -1;
		cutter->has_ready = more == 1;
	}
	if (!cutter->has_ready)
		return 0;
	*chunk = cutter->ready;
	more = cut_next(cutter, &cutter->ready, err);
	if (more < 0)
		return -1;
	cutter->has_ready = more == 1;
	cutter->over = more == 0;
	chunk->last = more == 0;
	return 1;
}
