/*
 * images.c - the images workload: what it is made of.
 *
 * The item is one picture. images_source.c finds it and says what its output is called, the stages
 * in images_read.c, images_stages.c and images_write.c take it through the slot that images_slot.c
 * describes, and here is what joins them.
 */
#include "config.h"

#include "workload/images.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "workload/images_inputs.h"
#include "workload/images_options.h"
#include "workload/images_slot.h"
#include "workload/images_source.h"
#include "workload/images_worker.h"

static const struct workload_stage stages[IMAGES_STAGES] = {
	[IMAGES_READ] = {.name = "read", .io = true, .run = images_read},
	[IMAGES_DECODE] = {.name = "decode", .run = images_decode},
	[IMAGES_RESIZE] = {.name = "resize", .run = images_resize},
	[IMAGES_MAKE_THUMB] = {.name = "thumb", .run = images_make_thumb},
	[IMAGES_PATCH] = {.name = "patch", .run = images_patch},
	[IMAGES_ENCODE] = {.name = "encode", .run = images_encode},
	[IMAGES_WRITE] = {.name = "write", .io = true, .run = images_write},
};

static const struct workload_fused fused[] = {
	{.first = IMAGES_DECODE,
	 .last = IMAGES_RESIZE,
	 .applies = images_fused_applies,
	 .run = images_fused},
};

/* Sums over all items. */
struct images_totals {
	uint64_t images;
	uint64_t pixels_in;
	uint64_t pixels_out;
	uint64_t thumbs;
	uint64_t damaged;
};

static int check_inputs(struct images_inputs *inputs, const char *suffix, struct err *err)
{
	for (size_t i = 0; i < inputs->count; i++) {
		if (inputs->items[i].kind == IMAGES_INPUT_MISSING)
			return err_permanent(err,
					     "%s: %s; name files and folders that are there, or a "
					     "list with --from",
					     inputs->items[i].path[0] != '\0'
						     ? inputs->items[i].path
						     : "an input without a name",
					     strerror(inputs->items[i].error));
	}
	return images_inputs_check(inputs, suffix, err);
}

static int check(const struct workload_config *config, struct err *err)
{
	struct images_settings settings;
	struct images_inputs inputs;
	int rc;

	if (images_settings_init(&settings, config->values, err) != 0)
		return -1;
	if (config->output == NULL || config->output[0] == '\0')
		return err_permanent(err, "no output folder: name one with -o");
	if (config->ninputs == 0 && config->from == NULL)
		return err_permanent(err, "no input: name files or folders, or a list with --from");
	images_inputs_init(&inputs, config);
	rc = check_inputs(&inputs, settings.suffix, err);
	images_inputs_free(&inputs);
	return rc;
}

static uint64_t item_cpu_ns(const struct workload_config *config)
{
	const struct images_options *options = config->values;

	return (uint64_t)(options->max_seconds * 1e9);
}

static void worker_close(void *state)
{
	struct images_worker *worker = state;

	if (worker == NULL)
		return;
	codec_close(worker->codec);
	resizer_close(worker->resizer);
	jpeg_encoder_close(worker->encoder);
	outfile_free(worker->outfile);
	free(worker);
}

static int worker_open(const struct workload_config *config, void **state, struct err *err)
{
	struct images_worker *worker = mem_calloc(1, sizeof *worker);

	*state = NULL;
	if (images_settings_init(&worker->settings, config->values, err) != 0) {
		free(worker);
		return -1;
	}
	worker->codec = codec_open();
	worker->resizer = resizer_open(worker->settings.filter);
	worker->encoder = jpeg_encoder_open();
	worker->outfile = outfile_new();
	*state = worker;
	return 0;
}

static void fold(void *accumulator, const void *result, size_t length)
{
	struct images_totals *totals = accumulator;
	struct images_result one;

	if (length != sizeof one)
		return; /* from a worker that is not to be trusted */
	memcpy(&one, result, sizeof one);
	totals->images++;
	totals->pixels_in += one.pixels_in;
	totals->pixels_out += one.pixels_out;
	totals->thumbs += one.thumbs;
	totals->damaged += one.damaged;
}

static void describe(const void *accumulator, char *json, size_t size)
{
	const struct images_totals *totals = accumulator;

	snprintf(json, size,
		 "{\"images\":%" PRIu64 ",\"pixels_in\":%" PRIu64 ",\"pixels_out\":%" PRIu64
		 ",\"thumbs\":%" PRIu64 ",\"damaged\":%" PRIu64 "}",
		 totals->images, totals->pixels_in, totals->pixels_out, totals->thumbs,
		 totals->damaged);
}

const struct workload images_workload = {
	.name = "images",
	.summary = "Turns pictures upright, makes them fit a box, and writes them as JPEG files",
	.items = "images",
	.stages = stages,
	.nstages = IMAGES_STAGES,
	.fused = fused,
	.nfused = sizeof fused / sizeof fused[0],
	.region_shares = images_region_shares,
	.options = images_option_specs,
	.noptions = IMAGES_OPTIONS,
	.values_size = sizeof(struct images_options),
	.hybrid_cpu_first = "decode",
	.hybrid_cpu_last = "encode",
	.output_is_folder = true,
	.payload_is_output = true,
	.looks_for = "JPEG, PNG, BMP, TIFF and WebP files",
	.check = check,
	.source = images_source,
	.item_cpu_ns = item_cpu_ns,
	.worker_open = worker_open,
	.worker_close = worker_close,
	.sweep = images_sweep,
	.accumulator_size = sizeof(struct images_totals),
	.fold = fold,
	.describe = describe,
};
