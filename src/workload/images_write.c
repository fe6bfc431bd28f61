/*
 * images_write.c - the write stage: outputs get their names, the thumb before the main one.
 *
 * So whoever finds the main output finds its thumb as well.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "workload/images_names.h"
#include "workload/images_slot.h"
#include "workload/images_worker.h"

enum { TEMPORARY_BYTES = 256 };

static const char thumb_mark[] = "-thumb";

static int write_span(struct work *work, const struct images_span *span, const char *relative,
		      const char *more, struct err *err)
{
	struct images_worker *worker = work->state;
	char temporary[TEMPORARY_BYTES];
	struct outfile_target target = {
		.root = work->config->output,
		.relative = relative,
		.temporary = temporary,
		.fsync = work->config->fsync,
	};
	const void *bytes;

	if (images_slot_span(work, IMAGES_OUTPUT, span, &bytes, err) != 0)
		return -1;
	if (bytes == NULL)
		return err_transient(err, "the slot holds no output");
	outfile_temporary(temporary, sizeof temporary, work->config->run_id, work->job, more);
	if (outfile_write(worker->outfile, &target, bytes, (size_t)span->bytes, err) != 0)
		return -1;
	work->bytes_out += span->bytes;
	return 0;
}

static void leave_result(struct work *work, const struct images_record *record)
{
	const struct images_worker *worker = work->state;
	struct images_result result = {
		.pixels_in = record->pixels_in,
		.pixels_out = (uint64_t)record->picture.width * record->picture.height,
		.thumbs = worker->settings.thumb_px != 0,
		.damaged = record->damaged != 0,
	};

	memcpy(work->result, &result, sizeof result);
	work->result_length = sizeof result;
}

int images_write(struct work *work, struct err *err)
{
	const struct images_worker *worker = work->state;
	char *relative = mem_strndup(work->payload, work->payload_length);
	char *thumb = images_names_thumb(relative);
	struct images_record record;
	int rc;

	rc = images_slot_load(work, IMAGES_WRITE, &record, err);
	if (rc == 0 && worker->settings.thumb_px != 0)
		rc = write_span(work, &record.thumb_output, thumb, thumb_mark, err);
	if (rc == 0)
		rc = write_span(work, &record.main_output, relative, "", err);
	if (rc == 0)
		leave_result(work, &record);
	free(thumb);
	free(relative);
	return rc;
}

void images_sweep(const struct workload_config *config, const char *name, const void *payload,
		  size_t payload_length, uint64_t job)
{
	static const char *const marks[] = {"", thumb_mark};
	char *relative = mem_strndup(payload != NULL ? payload : "", payload_length);
	char temporary[TEMPORARY_BYTES];

	(void)name;
	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
		outfile_temporary(temporary, sizeof temporary, config->run_id, job, marks[i]);
		outfile_sweep(&(struct outfile_target){
			.root = config->output, .relative = relative, .temporary = temporary});
	}
	free(relative);
}
