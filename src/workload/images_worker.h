/*
 * images_worker.h - a worker's caches and the stages of the images workload (floor: workload).
 *
 * Each worker has its own struct images_worker, opened before its first item; the stages find it in
 * work->state. Nothing in it outlives an item but caches.
 */
#ifndef IMGTOP_WORKLOAD_IMAGES_WORKER_H
#define IMGTOP_WORKLOAD_IMAGES_WORKER_H

#include <stdint.h>

#include "base/outfile.h"
#include "image/codec.h"
#include "image/jpeg_encode.h"
#include "image/reduce.h"
#include "image/resize.h"
#include "workload/images_options.h"
#include "workload/images_slot.h"
#include "workload/workload.h"

struct images_worker {
	struct images_settings settings;
	struct codec_state *codec;
	struct resizer *resizer;
	struct jpeg_encoder *encoder;
	struct outfile *outfile;
};

/* What one item adds to the run's result. */
struct images_result {
	uint64_t pixels_in;
	uint64_t pixels_out;
	uint32_t thumbs;
	uint32_t damaged;
};

/* Stages, as in struct workload_stage. */
int images_read(struct work *work, struct err *err);
int images_decode(struct work *work, struct err *err);
int images_resize(struct work *work, struct err *err);
int images_make_thumb(struct work *work, struct err *err);
int images_patch(struct work *work, struct err *err);
int images_encode(struct work *work, struct err *err);
int images_write(struct work *work, struct err *err);

/* What reading would say of this input, as far as its first bytes tell: for --dry-run. Needs no
 * worker. error: that of images_read */
int images_read_look(const struct images_settings *settings, const char *name, struct err *err);

/* Decode and resize in one go, as in struct workload_fused. */
bool images_fused_applies(struct work *work);
int images_fused(struct work *work, struct err *err);

/* As in struct workload. */
void images_sweep(const struct workload_config *config, const char *name, const void *payload,
		  size_t payload_length, uint64_t job);

/* Hooks that stop a long call when the item is abandoned. */
struct codec_hooks images_hooks(struct work *work);

/* What pictures are reduced to. */
struct reduce_target images_target(const struct images_settings *settings);

/* What codecs are told of an input. */
struct codec_input images_codec_input(struct work *work, const void *bytes, size_t length);

/* After decoding: keep what is wanted of what was found, and let go of the input. */
int images_take_found(struct work *work, struct images_record *record, struct codec_result *found,
		      struct err *err);

/* Warn of something that is no failure. */
void images_note_warning(struct work *work, const char *text);

#endif
