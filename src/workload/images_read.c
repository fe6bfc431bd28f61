/*
 * images_read.c - the read stage: a file into the slot, and what it will cost to decode it.
 *
 * The file is read, never mapped: one that shrinks under a map would kill the whole host. Only
 * regular files are read, opened so that no FIFO and no device can hold the worker up.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/regular.h"
#include "image/reduce.h"
#include "workload/images_slot.h"
#include "workload/images_worker.h"

/* The first piece shows whether the rest is wanted; most files are not longer. */
enum { PIECE_BYTES = 256 << 10 };

static int open_input(const char *name, uint64_t *size_bytes, struct err *err)
{
	struct stat status;
	int fd = regular_open(AT_FDCWD, name, 0, &status, err);

	if (fd >= 0 && status.st_size == 0) {
		close(fd);
		return err_permanent(err, "empty file");
	}
	if (fd >= 0)
		*size_bytes = (uint64_t)status.st_size;
	return fd;
}

/* Read until `wanted` bytes are there or the file ends. Returns how many were, -1 on error. */
static ssize_t read_some(struct work *work, int fd, unsigned char *bytes, size_t wanted,
			 struct err *err)
{
	size_t got = 0;

	while (got < wanted) {
		size_t piece = wanted - got < PIECE_BYTES ? wanted - got : PIECE_BYTES;
		ssize_t count = read(fd, bytes + got, piece);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return err_errno(err, "read");
		got += (size_t)count;
		/* From a regular file less than was asked for means that it ends here. */
		if ((size_t)count < piece)
			break;
		if (work_cancelled(work))
			return err_transient(err, "abandoned");
	}
	return (ssize_t)got;
}

static int check_start(const struct images_settings *settings, const void *bytes, size_t length,
		       uint64_t size_bytes, struct err *err)
{
	char formats[80];

	if (codec_sniff(bytes, length) == NULL) {
		codec_formats(formats, sizeof formats);
		return err_skip(err, "not an image by its first bytes (%s are)", formats);
	}
	if (size_bytes > settings->max_bytes)
		return err_permanent(
			err, "the file has %" PRIu64 " bytes, more than %" PRIu64 " (--max-bytes)",
			size_bytes, settings->max_bytes);
	return 0;
}

/* Read the whole file into the slot. One byte more is asked for, to see a file that grew. */
static int read_input(struct work *work, int fd, uint64_t size_bytes, struct err *err)
{
	const struct images_worker *worker = work->state;
	size_t first = size_bytes < PIECE_BYTES ? (size_t)size_bytes + 1 : PIECE_BYTES;
	ssize_t more = 0;
	ssize_t got;
	void *start;

	if (slot_memory_reserve(work->memory, IMAGES_INPUT, first, &start, err) != 0)
		return -1;
	got = read_some(work, fd, start, first, err);
	if (got < 0 || check_start(&worker->settings, start, (size_t)got, size_bytes, err) != 0)
		return -1;
	if (size_bytes >= first) {
		/* The same place: what was read stays. */
		if (slot_memory_reserve(work->memory, IMAGES_INPUT, (size_t)size_bytes + 1, &start,
					err) != 0)
			return -1;
		more = read_some(work, fd, (unsigned char *)start + got,
				 (size_t)size_bytes + 1 - (size_t)got, err);
		if (more < 0)
			return -1;
	}
	if ((uint64_t)(got + more) != size_bytes)
		return err_transient(err, "the file changed while it was read");
	return slot_memory_reserve(work->memory, IMAGES_INPUT, (size_t)size_bytes, &start, err);
}

/* Read the header and ask for the memory that the rest of the item takes. */
static int admit(struct work *work, struct images_record *record, struct err *err)
{
	struct images_worker *worker = work->state;
	struct reduce_target target = images_target(&worker->settings);
	struct codec_input input;
	struct codec_info info;
	struct image_geometry result;
	size_t length;
	const void *bytes = slot_memory_get(work->memory, IMAGES_INPUT, &length);

	input = images_codec_input(work, bytes, length);
	if (codec_probe(worker->codec, &input, &info, err) != 0)
		return -1;
	record->source = info.geometry;
	record->pixels_in = (uint64_t)info.width * info.height;
	reduce_plan(&info.geometry, &target, &result);
	/* The output is hardly ever larger than its planes. */
	return work_admit(
		work, length + info.geometry.bytes + info.working_bytes + 2 * result.bytes, err);
}

int images_read(struct work *work, struct err *err)
{
	struct images_record record;
	uint64_t size_bytes = 0;
	int fd;
	int rc;

	images_slot_begin(work, &record);
	fd = open_input(work->name, &size_bytes, err);
	if (fd < 0)
		return -1;
	rc = read_input(work, fd, size_bytes, err);
	close(fd);
	if (rc != 0)
		return -1;
	work->bytes_in += size_bytes;
	if (work->payload_length == 0)
		return err_transient(err, "became an image after its folder had been listed: run "
					  "again");
	if (admit(work, &record, err) != 0)
		return -1;
	return images_slot_store(work, &record, IMAGES_DECODE, err);
}

int images_read_look(const struct images_settings *settings, const char *name, struct err *err)
{
	unsigned char start[CODEC_SNIFF_BYTES];
	uint64_t size_bytes = 0;
	int fd = open_input(name, &size_bytes, err);
	ssize_t got;

	if (fd < 0)
		return -1;
	do
		got = pread(fd, start, sizeof start, 0);
	while (got < 0 && errno == EINTR);
	close(fd);
	if (got < 0)
		return err_errno(err, "read");
	return check_start(settings, start, (size_t)got, size_bytes, err);
}
