/*
 * scan_item_test.c - what travels of a scan: the description of an item, its texts; and which names
 * are a live photograph's.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/mem.h"
#include "workload/scan_batch.h"
#include "workload/scan_pair.h"

static struct scan_item *example(unsigned count)
{
	static char names[SCAN_FILES][32], jsons[SCAN_FILES][48];
	struct scan_item *item = mem_calloc(1, sizeof *item);

	*item = (struct scan_item){.dir = "Fotos von 2019",
				   .kind = SCAN_DIR_YEAR,
				   .year = 2019,
				   .title = "Ä",
				   .dir_known = true};
	for (unsigned i = 0; i < count; i++) {
		snprintf(names[i], sizeof names[i], "IMG_%u.jpg", i);
		snprintf(jsons[i], sizeof jsons[i], "%s.json", names[i]);
		item->file[i] = (struct scan_file){
			.name = names[i],
			.sidecar = i % 4 == 1	? jsons[i]
				   : i % 4 == 3 ? "a.json"
						: NULL,
			.rule = i % 2 != 0 ? SIDECAR_P4 : SIDECAR_NO_RULE,
			.confidence = i % 2 != 0 ? SIDECAR_LOW : SIDECAR_NO_CONFIDENCE,
			.ambiguous = i % 3 == 0};
		item->known[i] = (struct scan_known){.id = i + 1,
						     .settled = i % 4 != 2,
						     .size_bytes = UINT64_MAX - i,
						     .mtime_ns = -(int64_t)i,
						     .json_bytes = 700,
						     .json_mtime_ns = INT64_MAX,
						     .pair_id = i % 5 == 0 ? 70 + (int64_t)i : 0,
						     .twin = i % 8 == 0 ? "t.json" : NULL};
		if (i % 4 != 3)
			item->file[i].known = &item->known[i];
	}
	item->count = count;
	return item;
}

static size_t bytes_of(const struct scan_item *item)
{
	size_t bytes = scan_item_head_bytes(item);

	for (unsigned i = 0; i < item->count; i++)
		bytes += scan_file_bytes(&item->file[i]);
	return bytes;
}

/* What is not settled will be read again: of that only the row's number travels. */
static void expect_known(const struct scan_file *file, const struct scan_file *wanted)
{
	const struct scan_known *known = wanted->known;
	bool json;

	assert_int_equal(file->known != NULL, known != NULL);
	if (known == NULL)
		return;
	json = wanted->sidecar != NULL || known->twin != NULL;

	assert_int_equal(file->known->id, known->id);
	assert_int_equal(file->known->settled, known->settled);
	if (!known->settled)
		return;
	assert_true(file->known->size_bytes == known->size_bytes);
	assert_true(file->known->mtime_ns == known->mtime_ns);
	assert_int_equal(file->known->pair_id, known->pair_id);
	assert_int_equal(file->known->json_bytes, json ? known->json_bytes : 0);
	assert_true(file->known->json_mtime_ns == (json ? known->json_mtime_ns : 0));
	assert_int_equal(file->known->twin != NULL, known->twin != NULL);
	if (known->twin != NULL)
		assert_string_equal(file->known->twin, known->twin);
}

static void an_item_comes_back_as_it_was_packed(void **state)
{
	struct scan_item *item = example(SCAN_FILES);
	struct scan_item *other = mem_calloc(1, sizeof *other);
	unsigned char bytes[WORK_PAYLOAD_BYTES];
	size_t length = scan_item_pack(item, bytes);
	struct err err;

	(void)state;
	assert_true(length != 0);
	assert_int_equal(length, bytes_of(item));
	assert_int_equal(scan_item_unpack(bytes, length, other, &err), 0);
	assert_string_equal(other->dir, "Fotos von 2019");
	assert_int_equal(other->kind, SCAN_DIR_YEAR);
	assert_int_equal(other->year, 2019);
	assert_string_equal(other->title, "Ä");
	assert_true(other->dir_known);
	assert_int_equal(other->count, SCAN_FILES);
	for (unsigned i = 0; i < SCAN_FILES; i++) {
		assert_string_equal(other->file[i].name, item->file[i].name);
		assert_int_equal(other->file[i].sidecar != NULL, i % 2);
		if (i % 2 != 0)
			assert_string_equal(other->file[i].sidecar, item->file[i].sidecar);
		assert_int_equal(other->file[i].rule, item->file[i].rule);
		assert_int_equal(other->file[i].confidence, item->file[i].confidence);
		assert_int_equal(other->file[i].ambiguous, item->file[i].ambiguous);
		expect_known(&other->file[i], &item->file[i]);
	}
	free(item);
	free(other);
}

static void a_description_that_is_cut_or_longer_is_refused(void **state)
{
	struct scan_item *item = example(3);
	struct scan_item *other = mem_calloc(1, sizeof *other);
	unsigned char bytes[WORK_PAYLOAD_BYTES + 1] = {0};
	size_t length = scan_item_pack(item, bytes);
	struct err err;

	(void)state;
	for (size_t cut = 0; cut < length; cut++) {
		unsigned char *exact = mem_copy(bytes, cut); /* so that a sanitizer sees the end */

		assert_int_equal(scan_item_unpack(exact, cut, other, &err), -1);
		assert_int_equal(err.kind, ERR_TRANSIENT);
		free(exact);
	}
	assert_int_equal(scan_item_unpack(bytes, length + 1, other, &err), -1);
	free(item);
	free(other);
}

static void an_item_that_is_too_long_is_not_packed(void **state)
{
	static char name[WORK_PAYLOAD_BYTES + 1];
	struct scan_item *item = example(1);
	unsigned char bytes[WORK_PAYLOAD_BYTES];

	(void)state;
	memset(name, 'n', WORK_PAYLOAD_BYTES);
	item->file[0].name = name;
	assert_int_equal(scan_item_pack(item, bytes), 0);
	free(item);
}

static void texts_of_a_damaged_row_are_not_followed(void **state)
{
	enum { BYTES = 1 << 20 };
	void *base = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct slot_memory memory = {.base = base, .size = BYTES, .shares = scan_region_shares};
	struct work work = {.memory = &memory};
	struct scan_text text, wrong;
	struct scan_batch *batch;
	struct err err;

	(void)state;
	assert_true(base != MAP_FAILED);
	batch = scan_batch_new(&work, 2, &err);
	assert_non_null(batch);
	assert_int_equal(scan_text_put(&work, batch, "first", 5, &text, &err), 0);
	assert_string_equal(scan_text_get(&work, &text), "first");
	assert_int_equal(scan_text_put(&work, batch, "", 0, &wrong, &err), 0);
	assert_string_equal(scan_text_get(&work, &wrong), "");
	assert_string_equal(scan_text_get(&work, &text), "first");
	wrong = (struct scan_text){0};
	assert_null(scan_text_get(&work, &wrong));
	wrong = (struct scan_text){.offset = UINT32_MAX, .length = 1};
	assert_null(scan_text_get(&work, &wrong));
	wrong = (struct scan_text){.offset = text.offset, .length = UINT32_MAX};
	assert_null(scan_text_get(&work, &wrong));
	wrong = (struct scan_text){.offset = text.offset, .length = 2}; /* no NUL behind it */
	assert_null(scan_text_get(&work, &wrong));
	munmap(base, BYTES);
}

static void still_and_video_of_one_stem_are_a_pair(void **state)
{
	(void)state;
	assert_true(scan_pair_same("IMG_1.HEIC", "IMG_1.MOV"));
	assert_true(scan_pair_same("IMG_1(1).HEIC", "IMG_1(1).mp4"));
	assert_true(scan_pair_same("PXL_2.MP.jpg", "PXL_2.MP"));
	assert_true(scan_pair_same("PXL_2.MP.jpg", "PXL_2.MP~2"));
	assert_true(scan_pair_same("MVIMG_3.MV", "MVIMG_3.jpg"));
	assert_false(scan_pair_same("IMG_1.HEIC", "IMG_1(1).MOV"));
	assert_false(scan_pair_same("IMG_1.HEIC", "IMG_10.MOV"));
	assert_false(scan_pair_same("IMG_1.HEIC", "IMG_1.txt"));
	assert_false(scan_pair_same("a.b.jpg", "a.mov"));
}

static void extensions_tell_stills_from_videos(void **state)
{
	(void)state;
	assert_int_equal(scan_name_kind("a.jPg"), SCAN_NAME_STILL);
	assert_int_equal(scan_name_kind("a.dng"), SCAN_NAME_STILL);
	assert_int_equal(scan_name_kind("a.MOV"), SCAN_NAME_VIDEO);
	assert_int_equal(scan_name_kind("a.MP~2"), SCAN_NAME_VIDEO);
	assert_int_equal(scan_name_kind("a"), SCAN_NAME_OTHER);
	assert_int_equal(scan_name_kind(".jpg"), SCAN_NAME_OTHER);
	assert_int_equal(scan_name_kind("a.jpg.txt"), SCAN_NAME_OTHER);
}

static void sorted_by_pair_a_pair_stands_together(void **state)
{
	(void)state;
	/* by bytes alone "IMG_1(1).HEIC" stands between the two */
	assert_true(strcmp("IMG_1.HEIC", "IMG_1(1).HEIC") > 0);
	assert_true(scan_pair_compare("IMG_1.HEIC", "IMG_1.MOV") < 0);
	assert_true(scan_pair_compare("IMG_1.MOV", "IMG_1(1).HEIC") < 0);
	assert_true(scan_pair_compare("IMG_1.HEIC", "IMG_1(1).HEIC") < 0);
	assert_true(scan_pair_compare("a.jpg", "a.jpg") == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_item_comes_back_as_it_was_packed),
		cmocka_unit_test(a_description_that_is_cut_or_longer_is_refused),
		cmocka_unit_test(an_item_that_is_too_long_is_not_packed),
		cmocka_unit_test(texts_of_a_damaged_row_are_not_followed),
		cmocka_unit_test(still_and_video_of_one_stem_are_a_pair),
		cmocka_unit_test(extensions_tell_stills_from_videos),
		cmocka_unit_test(sorted_by_pair_a_pair_stands_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
