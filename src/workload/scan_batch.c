/*
 * scan_batch.c - an item of a scan and its rows.
 */
#include "config.h"

#include "workload/scan_batch.h"

#include <string.h>

#include "base/wire.h"
#include "media/scanfile.h"

enum { MAGIC = 0x5363616e, TEXTS_START = 8 };

/* With the default slot of 2 GiB: rows 20 MiB, texts 1 GiB, heads 600 MiB; of the last two only as
 * much is touched as there is, a few hundred kB and at most 4 MiB. */
const unsigned scan_region_shares[SLOT_REGIONS] = {
	[SCAN_ROWS] = 100, [SCAN_TEXTS] = 500, [SCAN_HEADS] = 400};

size_t scan_item_bytes(const struct scan_item *item)
{
	size_t bytes = 5 * sizeof(uint32_t) + strlen(item->dir) + strlen(item->title);

	for (unsigned i = 0; i < item->count; i++) {
		const struct scan_file *file = &item->file[i];

		bytes += 3 * sizeof(uint32_t) + strlen(file->name) +
			 (file->sidecar != NULL ? strlen(file->sidecar) : 0);
	}
	return bytes;
}

size_t scan_item_pack(const struct scan_item *item, void *bytes)
{
	struct wire_out out;

	wire_begin(&out, bytes, WORK_PAYLOAD_BYTES);
	wire_put_bytes(&out, item->dir, strlen(item->dir));
	wire_put_u32(&out, (uint32_t)item->kind);
	wire_put_u32(&out, (uint32_t)item->year);
	wire_put_bytes(&out, item->title, strlen(item->title));
	wire_put_u32(&out, item->count);
	for (unsigned i = 0; i < item->count; i++) {
		const struct scan_file *file = &item->file[i];
		const char *sidecar = file->sidecar != NULL ? file->sidecar : "";

		wire_put_bytes(&out, file->name, strlen(file->name));
		wire_put_bytes(&out, sidecar, strlen(sidecar));
		wire_put_u32(&out, (uint32_t)file->rule | (uint32_t)file->confidence << 8 |
					   (uint32_t)file->ambiguous << 16);
	}
	return out.full ? 0 : out.length;
}

/* A text of the message, with a NUL, behind those that are there. */
static const char *keep(struct scan_item *item, size_t *used, struct wire_in *in)
{
	size_t length;
	const void *bytes = wire_get_bytes(in, &length);
	char *start = item->texts + *used;

	if (length + 1 > sizeof item->texts - *used || memchr(bytes, '\0', length) != NULL) {
		in->bad = true;
		return "";
	}
	memcpy(start, bytes, length);
	start[length] = '\0';
	*used += length + 1;
	return start;
}

int scan_item_unpack(const void *bytes, size_t length, struct scan_item *item, struct err *err)
{
	struct wire_in in;
	size_t used = 0;

	wire_open(&in, bytes, length);
	item->dir = keep(item, &used, &in);
	item->kind = (enum scan_dir_kind)wire_get_u32(&in);
	item->year = (int)wire_get_u32(&in);
	item->title = keep(item, &used, &in);
	item->count = wire_get_u32(&in);
	if (item->count > SCAN_FILES)
		in.bad = true;
	for (unsigned i = 0; i < item->count && !in.bad; i++) {
		struct scan_file *file = &item->file[i];
		uint32_t packed;

		file->name = keep(item, &used, &in);
		file->sidecar = keep(item, &used, &in);
		packed = wire_get_u32(&in);
		file->rule = (enum sidecar_rule)(packed & 0xff);
		file->confidence = (enum sidecar_confidence)(packed >> 8 & 0xff);
		file->ambiguous = packed >> 16 != 0;
		if (file->sidecar[0] == '\0')
			file->sidecar = NULL;
		if (file->rule >= SIDECAR_RULES || file->confidence > SIDECAR_HIGH)
			in.bad = true;
	}
	if (in.bad || in.left != 0 || item->kind > SCAN_DIR_YEAR)
		return err_transient(err, "the item's description is damaged");
	return 0;
}

struct scan_batch *scan_batch_new(struct work *work, unsigned count, struct err *err)
{
	struct scan_batch *batch;
	void *start;

	if (slot_memory_reserve(work->memory, SCAN_ROWS, sizeof *batch, &start, err) != 0)
		return NULL;
	batch = start;
	memset(batch, 0, offsetof(struct scan_batch, row) + count * sizeof batch->row[0]);
	batch->magic = MAGIC;
	batch->count = count;
	batch->text_bytes = TEXTS_START;
	batch->next_stage = SCAN_SIDECAR;
	return batch;
}

struct scan_batch *scan_batch_get(struct work *work, const struct scan_item *item,
				  enum scan_stage stage, struct err *err)
{
	size_t bytes;
	struct scan_batch *batch = slot_memory_get(work->memory, SCAN_ROWS, &bytes);

	if (batch != NULL && bytes >= sizeof *batch && batch->magic == MAGIC &&
	    batch->count == item->count && batch->next_stage == (uint32_t)stage) {
		batch->next_stage = (uint32_t)stage + 1;
		return batch;
	}
	err_transient(err, "the item's rows are damaged");
	return NULL;
}

int scan_text_put(struct work *work, struct scan_batch *batch, const char *text, size_t length,
		  struct scan_text *ref, struct err *err)
{
	size_t end = (size_t)batch->text_bytes + length + 1;
	void *start;

	/* What lies in the region stays. */
	if (slot_memory_reserve(work->memory, SCAN_TEXTS, end, &start, err) != 0)
		return -1;
	memcpy((char *)start + batch->text_bytes, text, length);
	((char *)start)[end - 1] = '\0';
	*ref = (struct scan_text){.offset = batch->text_bytes, .length = (uint32_t)length};
	batch->text_bytes = (uint32_t)end;
	return 0;
}

const char *scan_text_get(struct work *work, const struct scan_text *ref)
{
	size_t bytes;
	const char *start = slot_memory_get(work->memory, SCAN_TEXTS, &bytes);
	size_t offset = ref->offset;
	size_t length = ref->length;

	if (offset == 0 || start == NULL || offset >= bytes || length >= bytes - offset ||
	    start[offset + length] != '\0')
		return NULL;
	return start + offset;
}

unsigned char *scan_head(struct work *work, unsigned index, struct err *err)
{
	void *start;

	if (slot_memory_reserve(work->memory, SCAN_HEADS, (size_t)SCAN_FILES * SCANFILE_HEAD_BYTES,
				&start, err) != 0)
		return NULL;
	return (unsigned char *)start + (size_t)index * SCANFILE_HEAD_BYTES;
}
