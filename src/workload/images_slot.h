/*
 * images_slot.h - how an image lies in its slot between stages (floor: workload).
 *
 * Region META starts with a record, followed by colour profile and EXIF; the other regions hold
 * what their names say. The record holds sizes and offsets only. The stage before may have run in a
 * process that was damaged by its input: whatever is read here is checked before it is used.
 */
#ifndef IMGTOP_WORKLOAD_IMAGES_SLOT_H
#define IMGTOP_WORKLOAD_IMAGES_SLOT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "image/codec.h"
#include "image/image.h"
#include "workload/workload.h"

enum images_region {
	IMAGES_META,   /* record, profile, EXIF */
	IMAGES_INPUT,  /* the file, until it is decoded */
	IMAGES_SOURCE, /* decoded planes */
	IMAGES_RESULT, /* reduced planes */
	IMAGES_THUMB,  /* planes of the thumb */
	IMAGES_OUTPUT, /* JPEG files: main, then thumb */
};

/* Stages in order, as in the workload's table. */
enum images_stage {
	IMAGES_READ,
	IMAGES_DECODE,
	IMAGES_RESIZE,
	IMAGES_MAKE_THUMB,
	IMAGES_PATCH,
	IMAGES_ENCODE,
	IMAGES_WRITE,
	IMAGES_STAGES,
};

/* Bytes within a region. */
struct images_span {
	uint64_t offset;
	uint64_t bytes; /* 0 = there are none */
};

struct images_record {
	uint32_t magic;
	uint32_t next_stage;	 /* enum images_stage */
	uint32_t picture_region; /* where the output picture lies: IMAGES_SOURCE or IMAGES_RESULT */
	uint32_t damaged;
	uint64_t pixels_in;
	struct image_geometry source;
	struct image_geometry picture;
	struct image_geometry thumb;
	struct images_span icc;		 /* in META */
	struct images_span exif;	 /* in META */
	struct images_span main_output;	 /* in OUTPUT */
	struct images_span thumb_output; /* in OUTPUT */
};

/* Parts of the slot, in 1/1000. */
extern const unsigned images_region_shares[SLOT_REGIONS];

/* Empty the slot and begin with an empty record. */
void images_slot_begin(const struct work *work, struct images_record *record);

/* A copy of the record of an item whose next stage is this one; a copy, so that nobody can change
 * what was checked. error: transient, when the record is damaged or of another stage */
int images_slot_load(const struct work *work, enum images_stage stage, struct images_record *record,
		     struct err *err);

/* Put the record back; the item's next stage is `next`. error: transient */
int images_slot_store(const struct work *work, struct images_record *record, enum images_stage next,
		      struct err *err);

/* The picture with this geometry in a region that was reserved before.
 *   error: transient, when it does not lie within the region */
int images_slot_image(const struct work *work, enum images_region region,
		      const struct image_geometry *geometry, struct image *image, struct err *err);

/* Reserve a region for a picture of this geometry. error: transient */
int images_slot_new_image(const struct work *work, enum images_region region,
			  const struct image_geometry *geometry, struct image *image,
			  struct err *err);

/* Bytes of a span; NULL when it has none.
 *   error: transient, when it does not lie within the region */
int images_slot_span(const struct work *work, enum images_region region,
		     const struct images_span *span, const void **bytes, struct err *err);

/* Keep what decoding found behind the record: profile and EXIF, either may be missing. error:
 * transient */
int images_slot_put_meta(const struct work *work, struct images_record *record,
			 const struct codec_result *found, struct err *err);

/* A region is no longer needed. */
void images_slot_release(const struct work *work, enum images_region region);

#endif
