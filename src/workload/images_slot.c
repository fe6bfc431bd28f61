/*
 * images_slot.c - how an image lies in its slot between stages.
 *
 * The shares, with the default limits and slots of 2 GiB: an input of 512 MiB, 100 million pixels
 * decoded to four planes, the same again in three, a thumb of 4096 x 4096, and for the outputs six
 * bytes for each pixel, which is what jpeg_encode_bound asks for at full colour resolution.
 */
#include "config.h"

#include "workload/images_slot.h"

#include <string.h>

const unsigned images_region_shares[SLOT_REGIONS] = {
	[IMAGES_META] = 40,    [IMAGES_INPUT] = 260, [IMAGES_SOURCE] = 210,
	[IMAGES_RESULT] = 165, [IMAGES_THUMB] = 25,  [IMAGES_OUTPUT] = 300,
};

static const uint32_t record_magic = 0x69476d31;

static int damaged_slot(struct err *err, const char *what)
{
	return err_transient(err, "the slot's %s is damaged", what);
}

void images_slot_begin(const struct work *work, struct images_record *record)
{
	slot_memory_reset(work->memory);
	*record = (struct images_record){.magic = record_magic};
}

int images_slot_load(const struct work *work, enum images_stage stage, struct images_record *record,
		     struct err *err)
{
	size_t bytes;
	const void *start = slot_memory_get(work->memory, IMAGES_META, &bytes);

	if (start == NULL || bytes < sizeof *record)
		return damaged_slot(err, "record");
	memcpy(record, start, sizeof *record);
	if (record->magic != record_magic || record->next_stage != stage)
		return damaged_slot(err, "record");
	return 0;
}

int images_slot_store(const struct work *work, struct images_record *record, enum images_stage next,
		      struct err *err)
{
	size_t bytes = sizeof *record + record->icc.bytes + record->exif.bytes;
	void *start;

	record->next_stage = next;
	if (slot_memory_reserve(work->memory, IMAGES_META, bytes, &start, err) != 0)
		return -1;
	memcpy(start, record, sizeof *record);
	return 0;
}

int images_slot_image(const struct work *work, enum images_region region,
		      const struct image_geometry *geometry, struct image *image, struct err *err)
{
	size_t bytes;
	void *start = slot_memory_get(work->memory, region, &bytes);

	if (start == NULL || image_place(geometry, start, bytes, image, err) != 0)
		return damaged_slot(err, "picture");
	return 0;
}

int images_slot_new_image(const struct work *work, enum images_region region,
			  const struct image_geometry *geometry, struct image *image,
			  struct err *err)
{
	void *start;

	if (slot_memory_reserve(work->memory, region, (size_t)geometry->bytes, &start, err) != 0)
		return -1;
	return images_slot_image(work, region, geometry, image, err);
}

int images_slot_span(const struct work *work, enum images_region region,
		     const struct images_span *span, const void **bytes, struct err *err)
{
	size_t room;
	const unsigned char *start = slot_memory_get(work->memory, region, &room);

	*bytes = NULL;
	if (span->bytes == 0)
		return 0;
	if (start == NULL || span->offset > room || span->bytes > room - span->offset)
		return damaged_slot(err, "record");
	*bytes = start + span->offset;
	return 0;
}

int images_slot_put_meta(const struct work *work, struct images_record *record,
			 const struct codec_result *found, struct err *err)
{
	size_t room = slot_memory_room(work->memory, IMAGES_META);
	size_t behind = sizeof *record + found->icc_bytes;
	void *start;

	if (found->icc_bytes > room || found->exif_bytes > room)
		return err_transient(err, "colour profile and EXIF are larger than their room: a "
					  "larger --slot-size makes room");
	if (slot_memory_reserve(work->memory, IMAGES_META, behind + found->exif_bytes, &start,
				err) != 0)
		return -1;
	record->icc = (struct images_span){sizeof *record, found->icc_bytes};
	record->exif = (struct images_span){behind, found->exif_bytes};
	if (found->icc_bytes > 0)
		memcpy((char *)start + record->icc.offset, found->icc, found->icc_bytes);
	if (found->exif_bytes > 0)
		memcpy((char *)start + record->exif.offset, found->exif, found->exif_bytes);
	return 0;
}

void images_slot_release(const struct work *work, enum images_region region)
{
	struct err err;
	void *start;

	(void)slot_memory_reserve(work->memory, region, 0, &start, &err);
}
