/*
 * images_fused.c - decode and resize in one go, where one worker does both.
 *
 * Rows are resized as soon as they are decoded, out of a window of a few of them: the picture is
 * never there at its full size, neither in the slot nor in the cache. All else is left as the two
 * stages one after the other leave it, to the byte.
 */
#include "config.h"

#include <string.h>

#include "image/reduce.h"
#include "workload/images_slot.h"
#include "workload/images_worker.h"

static struct codec_input input_of(struct work *work)
{
	size_t length;
	const void *bytes = slot_memory_get(work->memory, IMAGES_INPUT, &length);

	return images_codec_input(work, bytes, length);
}

bool images_fused_applies(struct work *work)
{
	const struct images_worker *worker = work->state;
	struct reduce_target target = images_target(&worker->settings);
	struct codec_input input = input_of(work);
	struct images_record record;
	struct image_geometry result;
	struct err err;

	/* Whatever is wrong here the stages themselves will say. */
	if (input.bytes == NULL || images_slot_load(work, IMAGES_DECODE, &record, &err) != 0)
		return false;
	if (!image_header_is_sane(&record.source) || !codec_can_stream(&input, &record.source))
		return false;
	reduce_plan(&record.source, &target, &result);
	return !reduce_is_copy(&record.source, &result);
}

static void on_rows(void *context, unsigned plane, const struct image_rows *rows)
{
	resize_feed(context, plane, rows);
}

/* What the record says of the source came through memory that others may write; here it decides
 * over loops and weights, so it has to be what the file itself says. */
static int check_source(struct images_worker *worker, const struct codec_input *input,
			const struct images_record *record, struct err *err)
{
	struct codec_info info;

	if (codec_probe(worker->codec, input, &info, err) != 0)
		return -1;
	if (!image_geometry_equals(&info.geometry, &record->source))
		return err_transient(err, "the slot's record is damaged");
	return 0;
}

static int decode_and_resize(struct work *work, struct images_record *record, struct err *err)
{
	struct images_worker *worker = work->state;
	struct codec_input input = input_of(work);
	struct reduce_target target = images_target(&worker->settings);
	struct codec_sink sink = {.rows = on_rows, .context = worker->resizer};
	struct codec_result found;
	struct image resized;
	struct image result;

	if (check_source(worker, &input, record, err) != 0)
		return -1;
	reduce_plan(&record->source, &target, &record->picture);
	if (images_slot_new_image(work, IMAGES_RESULT, &record->picture, &result, err) != 0 ||
	    reduce_begin(worker->resizer, &record->source, &result, &resized, err) != 0)
		return -1;
	for (unsigned i = 0; i < record->source.nplanes; i++)
		sink.window[i] = resize_window(worker->resizer, i);
	if (codec_stream(worker->codec, &input, &record->source, &sink, &found, err) != 0 ||
	    images_take_found(work, record, &found, err) != 0)
		return -1;
	work_stage(work, IMAGES_RESIZE);
	reduce_end(&record->source, &resized, &result);
	record->picture_region = IMAGES_RESULT;
	return images_slot_store(work, record, IMAGES_MAKE_THUMB, err);
}

int images_fused(struct work *work, struct err *err)
{
	struct images_record record;

	work_stage(work, IMAGES_DECODE);
	if (images_slot_load(work, IMAGES_DECODE, &record, err) != 0 ||
	    decode_and_resize(work, &record, err) != 0)
		return err_context(err, "decode");
	return 0;
}
