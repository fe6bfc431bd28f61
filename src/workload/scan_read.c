/*
 * scan_read.c - the stages read, exif, crc and mime, and the four in one pass.
 *
 * One station that has all four opens each file once and passes over its bytes once. Cut between
 * them, each stage opens the file anew (why that and no descriptor: scan_batch.h); the first 64 KiB
 * are in the slot by then, so that exif and mime mostly have what they need, and only crc reads the
 * rest. The rows are the same either way.
 */
#include "config.h"

#include <string.h>

#include "base/clock.h"
#include "media/mime.h"
#include "workload/scan_pair.h"
#include "workload/scan_worker.h"

/* What a stage does to one file. */
typedef int scan_action(struct work *work, struct scan_batch *batch, unsigned index,
			struct scanfile *file, struct err *err);

static bool is_cancelled(void *context)
{
	return work_cancelled(context);
}

static struct scanfile_hooks hooks_of(struct work *work)
{
	return (struct scanfile_hooks){.cancelled = is_cancelled, .context = work};
}

/* Do it to every file that is to be read; one that cannot be had is noted in its row. */
static int for_each_file(struct work *work, struct scan_batch *batch, enum scan_stage stage,
			 scan_action *action, struct err *err)
{
	struct scan_worker *worker = work->state;
	int dir_fd = scan_open_dir(worker, err);

	if (dir_fd < 0)
		return -1;
	for (unsigned i = 0; i < batch->count; i++) {
		struct scanfile file = {.fd = -1};
		int rc;

		if (batch->row[i].state != SCAN_NEW)
			continue;
		rc = scanfile_open(&file, dir_fd, worker->item.file[i].name, err);
		if (rc == 0)
			rc = action(work, batch, i, &file, err);
		scanfile_close(&file);
		if (rc == 0)
			continue;
		if (work_cancelled(work) || scan_file_failed(work, batch, i, stage, err) != 0)
			return -1;
	}
	return 0;
}

/* What was read is what counts, should it have changed since stat. */
static void take_size(struct work *work, struct scan_row *row, const struct scanfile *file)
{
	row->size_bytes = file->size_bytes;
	row->mtime_ns = file->mtime_ns;
	work->bytes_in += file->size_bytes;
}

static void take_mime(const struct scan_worker *worker, struct scan_row *row, unsigned index,
		      unsigned mime)
{
	const struct scan_file *file = &worker->item.file[index];

	row->mime = mime;
	if (mime == 0 && row->sidecar.offset == 0 && scan_name_kind(file->name) == SCAN_NAME_OTHER)
		row->state = SCAN_NO_MEDIA;
}

static int read_head(struct work *work, struct scan_batch *batch, unsigned index,
		     struct scanfile *file, struct err *err)
{
	struct scan_row *row = &batch->row[index];
	unsigned char *room = scan_head(work, index, err);

	if (room == NULL || scanfile_head(file, room, SCANFILE_HEAD_BYTES, err) != 0)
		return -1;
	row->head_bytes = (uint32_t)file->head_bytes;
	take_size(work, row, file);
	return 0;
}

int scan_read(struct work *work, struct err *err)
{
	struct scan_batch *batch = scan_begin(work, SCAN_READ, err);

	return batch != NULL ? for_each_file(work, batch, SCAN_READ, read_head, err) : -1;
}

/* The head that stage read has left. */
static int find_head(struct work *work, const struct scan_row *row, unsigned index,
		     struct scanfile *file, struct err *err)
{
	file->head = scan_head(work, index, err);
	if (file->head == NULL)
		return -1;
	if (row->head_bytes > SCANFILE_HEAD_BYTES)
		return err_transient(err, "the item's rows are damaged");
	file->head_bytes = row->head_bytes;
	return 0;
}

static int find_facts(struct work *work, struct scan_batch *batch, unsigned index,
		      struct scanfile *file, struct err *err)
{
	const struct scan_worker *worker = work->state;
	struct scan_row *row = &batch->row[index];
	struct scanfile_hooks hooks = hooks_of(work);

	if (find_head(work, row, index, file, err) != 0 ||
	    scanfile_facts(file, worker->buffer, &hooks, &row->facts, err) != 0)
		return -1;
	row->has_facts = true;
	return 0;
}

int scan_exif(struct work *work, struct err *err)
{
	struct scan_batch *batch = scan_begin(work, SCAN_EXIF, err);

	return batch != NULL ? for_each_file(work, batch, SCAN_EXIF, find_facts, err) : -1;
}

static int find_crc(struct work *work, struct scan_batch *batch, unsigned index,
		    struct scanfile *file, struct err *err)
{
	const struct scan_worker *worker = work->state;
	struct scan_row *row = &batch->row[index];
	struct scanfile_hooks hooks = hooks_of(work);
	uint64_t begin_ns = clock_ns();

	if (find_head(work, row, index, file, err) != 0)
		return -1;
	if (file->size_bytes != row->size_bytes)
		return err_transient(err, "the file changes while it is read");
	if (scanfile_crc(file, worker->buffer, &hooks, &row->crc32, err) != 0)
		return -1;
	row->has_crc = true;
	batch->pass_ns += clock_ns() - begin_ns;
	batch->pass_bytes += row->size_bytes;
	return 0;
}

int scan_crc(struct work *work, struct err *err)
{
	struct scan_batch *batch = scan_begin(work, SCAN_CRC, err);

	return batch != NULL ? for_each_file(work, batch, SCAN_CRC, find_crc, err) : -1;
}

int scan_mime(struct work *work, struct err *err)
{
	struct scan_batch *batch = scan_begin(work, SCAN_MIME, err);
	const struct scan_worker *worker = work->state;

	if (batch == NULL)
		return -1;
	for (unsigned i = 0; i < batch->count; i++) {
		struct scan_row *row = &batch->row[i];
		struct scanfile file = {.fd = -1};

		if (row->state != SCAN_NEW)
			continue;
		if (find_head(work, row, i, &file, err) != 0)
			return -1;
		take_mime(worker, row, i, mime_sniff(file.head, file.head_bytes));
	}
	return 0;
}

static int pass_over(struct work *work, struct scan_batch *batch, unsigned index,
		     struct scanfile *file, struct err *err)
{
	const struct scan_worker *worker = work->state;
	struct scan_row *row = &batch->row[index];
	struct scanfile_hooks hooks = hooks_of(work);
	struct scanfile_result result;

	if (scanfile_scan(file, worker->buffer, &hooks, &result, err) != 0)
		return -1;
	take_size(work, row, file);
	row->facts = result.facts;
	row->has_facts = true;
	row->crc32 = result.crc32;
	row->has_crc = true;
	take_mime(worker, row, index, result.mime);
	batch->pass_bytes += file->size_bytes;
	return 0;
}

bool scan_pass_applies(struct work *work)
{
	(void)work;
	return true;
}

/* All is done in the stage read, where the time goes; the others are announced so that what is
 * asked for at their borders (a delay, a pause) happens. */
int scan_pass(struct work *work, struct err *err)
{
	struct scan_batch *batch;
	uint64_t begin_ns;

	work_stage(work, SCAN_READ);
	batch = scan_begin(work, SCAN_READ, err);
	if (batch == NULL)
		return -1;
	begin_ns = clock_ns();
	if (for_each_file(work, batch, SCAN_READ, pass_over, err) != 0)
		return err_context(err, "read");
	batch->pass_ns = clock_ns() - begin_ns;
	for (unsigned stage = SCAN_EXIF; stage <= SCAN_MIME; stage++)
		work_stage(work, stage);
	batch->next_stage = SCAN_STORE;
	return 0;
}
