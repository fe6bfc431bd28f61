/*
 * scan_batch.c - an item of a scan and its rows.
 */
#include "config.h"

#include "workload/scan_batch.h"

#include <assert.h>
#include <string.h>

#include "base/wire.h"
#include "media/scanfile.h"

enum { MAGIC = 0x5363616e, TEXTS_START = 8 };

/* With the default slot of 2 GiB: rows 20 MiB, texts 1 GiB, heads 600 MiB; of the last two only as
 * much is touched as there is, a few hundred kB and at most 4 MiB. */
const unsigned scan_region_shares[SLOT_REGIONS] = {
	[SCAN_ROWS] = 100, [SCAN_TEXTS] = 500, [SCAN_HEADS] = 400};

const char *scan_dir_kind_name(enum scan_dir_kind kind)
{
	static const char *const names[] = {"folder", "album", "year"};

	return kind <= SCAN_DIR_YEAR ? names[kind] : names[SCAN_DIR_FOLDER];
}

/* A file's numbers, packed into one: rule, confidence and what follows. */
enum {
	CONFIDENCE_SHIFT = 4,
	FLAG_AMBIGUOUS = 1 << 6,
	FLAG_SIDECAR = 1 << 7,
	FLAG_KNOWN = 1 << 8,
	FLAG_SETTLED = 1 << 9,
	FLAG_TWIN = 1 << 10,
	FLAG_PAIRED = 1 << 11,
	FLAGS_END = 1 << 12,
};

static_assert(SIDECAR_RULES <= 1 << CONFIDENCE_SHIFT, "a rule has four bits");
static_assert(SIDECAR_HIGH < 4, "a confidence has two bits");

static uint32_t flags_of(const struct scan_file *file)
{
	bool known = file->known != NULL;
	bool settled = known && file->known->settled;

	return (uint32_t)file->rule | (uint32_t)file->confidence << CONFIDENCE_SHIFT |
	       (file->ambiguous ? FLAG_AMBIGUOUS : 0) | (file->sidecar != NULL ? FLAG_SIDECAR : 0) |
	       (known ? FLAG_KNOWN : 0) | (settled ? FLAG_SETTLED : 0) |
	       (settled && file->known->twin != NULL ? FLAG_TWIN : 0) |
	       (settled && file->known->pair_id != 0 ? FLAG_PAIRED : 0);
}

/* A JSON mostly begins with the file's name: only what follows is sent. */
static size_t shared_bytes(const char *name, const char *sidecar)
{
	size_t shared = 0;

	while (name[shared] != '\0' && name[shared] == sidecar[shared])
		shared++;
	return shared;
}

static void put_text(struct wire_out *out, const char *text)
{
	size_t length = strlen(text);

	wire_put_var(out, length);
	wire_put_raw(out, text, length);
}

static void put_settled(struct wire_out *out, const struct scan_known *known, uint32_t flags)
{
	wire_put_var(out, known->size_bytes);
	wire_put_var(out, (uint64_t)known->mtime_ns);
	if ((flags & FLAG_TWIN) != 0)
		put_text(out, known->twin);
	if ((flags & FLAG_PAIRED) != 0)
		wire_put_var(out, (uint64_t)known->pair_id);
	if ((flags & (FLAG_SIDECAR | FLAG_TWIN)) != 0) {
		wire_put_var(out, known->json_bytes);
		wire_put_var(out, (uint64_t)known->json_mtime_ns);
	}
}

static void put_file(struct wire_out *out, const struct scan_file *file)
{
	uint32_t flags = flags_of(file);

	wire_put_var(out, flags);
	put_text(out, file->name);
	if (file->sidecar != NULL) {
		size_t shared = shared_bytes(file->name, file->sidecar);

		wire_put_var(out, shared);
		put_text(out, file->sidecar + shared);
	}
	if ((flags & FLAG_KNOWN) != 0)
		wire_put_var(out, (uint64_t)file->known->id);
	if ((flags & FLAG_SETTLED) != 0)
		put_settled(out, file->known, flags);
}

static void put_head(struct wire_out *out, const struct scan_item *item)
{
	put_text(out, item->dir);
	wire_put_u32(out, (uint32_t)item->kind | (item->dir_known ? 1U << 8 : 0));
	wire_put_u32(out, (uint32_t)item->year);
	put_text(out, item->title);
	wire_put_u32(out, item->count);
}

size_t scan_item_head_bytes(const struct scan_item *item)
{
	unsigned char bytes[WORK_PAYLOAD_BYTES];
	struct wire_out out;

	wire_begin(&out, bytes, sizeof bytes);
	put_head(&out, item);
	return out.full ? sizeof bytes + 1 : out.length;
}

size_t scan_file_bytes(const struct scan_file *file)
{
	/* flags, three lengths, and names of NAME_MAX bytes leave room in this for the numbers */
	unsigned char bytes[1024];
	struct wire_out out;

	wire_begin(&out, bytes, sizeof bytes);
	put_file(&out, file);
	return out.full ? WORK_PAYLOAD_BYTES + 1 : out.length;
}

size_t scan_item_pack(const struct scan_item *item, void *bytes)
{
	struct wire_out out;

	wire_begin(&out, bytes, WORK_PAYLOAD_BYTES);
	put_head(&out, item);
	for (unsigned i = 0; i < item->count; i++)
		put_file(&out, &item->file[i]);
	return out.full ? 0 : out.length;
}

/* A text of the message behind those that are there: `shared` bytes of `prefix`, then what the
 * message has, and a NUL. */
static const char *keep(struct scan_item *item, size_t *used, struct wire_in *in,
			const char *prefix, size_t shared)
{
	uint64_t length = wire_get_var(in);
	const void *bytes = wire_get_raw(in, length);
	char *start = item->texts + *used;

	if (bytes == NULL || shared + length + 1 > sizeof item->texts - *used ||
	    memchr(bytes, '\0', length) != NULL) {
		in->bad = true;
		return "";
	}
	memcpy(start, prefix, shared);
	memcpy(start + shared, bytes, length);
	start[shared + length] = '\0';
	*used += shared + length + 1;
	return start;
}

static void get_settled(struct scan_item *item, struct scan_known *known, uint32_t flags,
			size_t *used, struct wire_in *in)
{
	known->settled = true;
	known->size_bytes = wire_get_var(in);
	known->mtime_ns = (int64_t)wire_get_var(in);
	if ((flags & FLAG_TWIN) != 0)
		known->twin = keep(item, used, in, "", 0);
	if ((flags & FLAG_PAIRED) != 0)
		known->pair_id = (int64_t)wire_get_var(in);
	if ((flags & (FLAG_SIDECAR | FLAG_TWIN)) != 0) {
		known->json_bytes = wire_get_var(in);
		known->json_mtime_ns = (int64_t)wire_get_var(in);
	}
}

static void get_file(struct scan_item *item, unsigned index, size_t *used, struct wire_in *in)
{
	struct scan_file *file = &item->file[index];
	struct scan_known *known = &item->known[index];
	uint64_t packed = wire_get_var(in);
	uint32_t flags = (uint32_t)packed;

	*file = (struct scan_file){
		.rule = (enum sidecar_rule)(flags & ((1U << CONFIDENCE_SHIFT) - 1)),
		.confidence = (enum sidecar_confidence)(flags >> CONFIDENCE_SHIFT & 3),
		.ambiguous = (flags & FLAG_AMBIGUOUS) != 0};
	file->name = keep(item, used, in, "", 0);
	if ((flags & FLAG_SIDECAR) != 0) {
		uint64_t shared = wire_get_var(in);

		if (shared > strlen(file->name)) {
			in->bad = true;
			return;
		}
		file->sidecar = keep(item, used, in, file->name, shared);
	}
	if ((flags & FLAG_KNOWN) != 0) {
		*known = (struct scan_known){.id = (int64_t)wire_get_var(in)};
		file->known = known;
	}
	if ((flags & FLAG_SETTLED) != 0)
		get_settled(item, known, flags, used, in);
	if (packed >= FLAGS_END || (flags & (FLAG_KNOWN | FLAG_SETTLED)) == FLAG_SETTLED ||
	    file->rule >= SIDECAR_RULES)
		in->bad = true;
}

int scan_item_unpack(const void *bytes, size_t length, struct scan_item *item, struct err *err)
{
	struct wire_in in;
	size_t used = 0;
	uint32_t kind;

	wire_open(&in, bytes, length);
	item->dir = keep(item, &used, &in, "", 0);
	kind = wire_get_u32(&in);
	item->kind = (enum scan_dir_kind)(kind & 0xff);
	item->dir_known = kind >> 8 != 0;
	item->year = (int)wire_get_u32(&in);
	item->title = keep(item, &used, &in, "", 0);
	item->count = wire_get_u32(&in);
	if (item->count > SCAN_FILES)
		in.bad = true;
	for (unsigned i = 0; i < item->count && !in.bad; i++)
		get_file(item, i, &used, &in);
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
