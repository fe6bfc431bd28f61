/*
 * images_stages.c - the CPU stages: decode, resize, thumb, patch, encode.
 *
 * Each takes its input from the slot and leaves its output there, so that any of them may be the
 * first of a worker in another process. What a stage does follows from the picture's header and the
 * options alone, never from where the stages are cut. A region is released as soon as no later
 * stage reads it: where pixels are copied between processes, only what is reserved travels.
 */
#include "config.h"

#include <stdio.h>

#include "base/clock.h"
#include "image/patch.h"
#include "image/reduce.h"
#include "workload/images_slot.h"
#include "workload/images_worker.h"

static bool is_cancelled(void *context)
{
	return work_cancelled(context);
}

struct codec_hooks images_hooks(struct work *work)
{
	const struct images_worker *worker = work->state;

	return (struct codec_hooks){.cancelled = is_cancelled,
				    .context = work,
				    .max_cpu_ns = worker->settings.limits.cpu_ns,
				    .begun_cpu_ns = clock_thread_cpu_ns(),
				    .begun_ns = clock_ns()};
}

struct codec_input images_codec_input(struct work *work, const void *bytes, size_t length)
{
	const struct images_worker *worker = work->state;

	return (struct codec_input){
		.bytes = bytes,
		.length = length,
		.limits = &worker->settings.limits,
		.hooks = images_hooks(work),
		.max_width = worker->settings.max_width,
		.max_height = worker->settings.max_height,
		.chroma = jpeg_sampling_cell(worker->settings.encode.sampling),
		.colours = worker->settings.colours,
		.tolerate = worker->settings.tolerate,
	};
}

struct reduce_target images_target(const struct images_settings *settings)
{
	return (struct reduce_target){
		.max_width = settings->max_width,
		.max_height = settings->max_height,
		.chroma = jpeg_sampling_cell(settings->encode.sampling),
	};
}

void images_note_warning(struct work *work, const char *text)
{
	if (work->warning[0] == '\0')
		snprintf(work->warning, sizeof work->warning, "%s", text);
}

int images_take_found(struct work *work, struct images_record *record, struct codec_result *found,
		      struct err *err)
{
	const struct images_worker *worker = work->state;

	if (!worker->settings.keep_exif)
		found->exif_bytes = 0;
	if (images_slot_put_meta(work, record, found, err) != 0)
		return -1;
	images_slot_release(work, IMAGES_INPUT);
	images_note_warning(work, found->warning);
	work->damaged = work->damaged || found->damaged;
	record->damaged = found->damaged;
	return 0;
}

int images_decode(struct work *work, struct err *err)
{
	struct images_worker *worker = work->state;
	struct images_record record;
	struct codec_input input;
	struct codec_result found;
	struct image image;
	size_t length;
	const void *bytes;

	if (images_slot_load(work, IMAGES_DECODE, &record, err) != 0)
		return -1;
	bytes = slot_memory_get(work->memory, IMAGES_INPUT, &length);
	input = images_codec_input(work, bytes, length);
	if (images_slot_new_image(work, IMAGES_SOURCE, &record.source, &image, err) != 0 ||
	    codec_decode(worker->codec, &input, &image, &found, err) != 0)
		return -1;
	if (images_take_found(work, &record, &found, err) != 0)
		return -1;
	return images_slot_store(work, &record, IMAGES_RESIZE, err);
}

int images_resize(struct work *work, struct err *err)
{
	struct images_worker *worker = work->state;
	const struct images_settings *settings = &worker->settings;
	struct codec_hooks hooks = images_hooks(work);
	struct reduce_target target = images_target(settings);
	struct images_record record;
	struct image source, result;

	if (images_slot_load(work, IMAGES_RESIZE, &record, err) != 0 ||
	    images_slot_image(work, IMAGES_SOURCE, &record.source, &source, err) != 0)
		return -1;
	reduce_plan(&source.geometry, &target, &record.picture);
	if (reduce_is_copy(&source.geometry, &record.picture)) {
		record.picture = source.geometry;
		record.picture_region = IMAGES_SOURCE;
		return images_slot_store(work, &record, IMAGES_MAKE_THUMB, err);
	}
	if (images_slot_new_image(work, IMAGES_RESULT, &record.picture, &result, err) != 0 ||
	    reduce_run(worker->resizer, &source, settings->background, &result, &hooks, err) != 0)
		return -1;
	record.picture_region = IMAGES_RESULT;
	images_slot_release(work, IMAGES_SOURCE);
	return images_slot_store(work, &record, IMAGES_MAKE_THUMB, err);
}

/* The output picture, wherever it lies. */
static int open_picture(const struct work *work, const struct images_record *record,
			struct image *picture, struct err *err)
{
	enum images_region region =
		record->picture_region == IMAGES_SOURCE ? IMAGES_SOURCE : IMAGES_RESULT;

	return images_slot_image(work, region, &record->picture, picture, err);
}

int images_make_thumb(struct work *work, struct err *err)
{
	struct images_worker *worker = work->state;
	const struct images_settings *settings = &worker->settings;
	struct codec_hooks hooks = images_hooks(work);
	struct reduce_target target = images_target(settings);
	struct images_record record;
	struct image picture, thumb;

	if (images_slot_load(work, IMAGES_MAKE_THUMB, &record, err) != 0)
		return -1;
	if (settings->thumb_px == 0)
		return images_slot_store(work, &record, IMAGES_PATCH, err);
	if (open_picture(work, &record, &picture, err) != 0)
		return -1;
	target.max_width = target.max_height = settings->thumb_px;
	reduce_plan(&picture.geometry, &target, &record.thumb);
	if (images_slot_new_image(work, IMAGES_THUMB, &record.thumb, &thumb, err) != 0 ||
	    reduce_run(worker->resizer, &picture, settings->background, &thumb, &hooks, err) != 0)
		return -1;
	return images_slot_store(work, &record, IMAGES_PATCH, err);
}

int images_patch(struct work *work, struct err *err)
{
	const struct images_worker *worker = work->state;
	struct images_record record;
	struct image picture;

	if (images_slot_load(work, IMAGES_PATCH, &record, err) != 0)
		return -1;
	if (worker->settings.patching) {
		if (open_picture(work, &record, &picture, err) != 0)
			return -1;
		if (!patch_apply(&worker->settings.patch, &picture))
			images_note_warning(work, "--patch lies outside of this picture");
	}
	return images_slot_store(work, &record, IMAGES_ENCODE, err);
}

/* Encode a picture behind what the output region holds already. */
static int encode_one(struct work *work, const struct image *picture,
		      const struct jpeg_encode_options *options, struct images_span *span,
		      struct err *err)
{
	struct images_worker *worker = work->state;
	struct codec_hooks hooks = images_hooks(work);
	struct jpeg_output output = {.room = jpeg_encode_bound(&picture->geometry, options)};
	void *start;

	if (slot_memory_reserve(work->memory, IMAGES_OUTPUT, (size_t)span->offset + output.room,
				&start, err) != 0)
		return -1;
	output.bytes = (unsigned char *)start + span->offset;
	if (jpeg_encode(worker->encoder, picture, options, &output, &hooks, err) != 0)
		return -1;
	span->bytes = output.length;
	return slot_memory_reserve(work->memory, IMAGES_OUTPUT,
				   (size_t)(span->offset + span->bytes), &start, err);
}

static int encode_thumb(struct work *work, struct images_record *record,
			const struct jpeg_encode_options *options, struct err *err)
{
	struct image thumb;

	if (images_slot_image(work, IMAGES_THUMB, &record->thumb, &thumb, err) != 0)
		return -1;
	record->thumb_output.offset = record->main_output.bytes;
	return encode_one(work, &thumb, options, &record->thumb_output, err);
}

int images_encode(struct work *work, struct err *err)
{
	const struct images_worker *worker = work->state;
	struct jpeg_encode_options options = worker->settings.encode;
	struct images_record record;
	struct image picture;

	if (images_slot_load(work, IMAGES_ENCODE, &record, err) != 0 ||
	    open_picture(work, &record, &picture, err) != 0 ||
	    images_slot_span(work, IMAGES_META, &record.icc, &options.icc, err) != 0 ||
	    images_slot_span(work, IMAGES_META, &record.exif, &options.exif, err) != 0)
		return -1;
	options.icc_bytes = (size_t)record.icc.bytes;
	options.exif_bytes = (size_t)record.exif.bytes;
	record.main_output = (struct images_span){0};
	if (encode_one(work, &picture, &options, &record.main_output, err) != 0)
		return -1;
	/* The thumb shows the same colours but tells nothing of where and when. */
	options.exif = NULL;
	options.exif_bytes = 0;
	if (worker->settings.thumb_px != 0 && encode_thumb(work, &record, &options, err) != 0)
		return -1;
	images_slot_release(work, IMAGES_SOURCE);
	images_slot_release(work, IMAGES_RESULT);
	images_slot_release(work, IMAGES_THUMB);
	return images_slot_store(work, &record, IMAGES_WRITE, err);
}
