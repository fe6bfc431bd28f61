/*
 * catalogue_digest_test.c - catalogues that say the same have the same digest, others have not.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/mem.h"
#include "base/path.h"
#include "media/catalogue_digest.h"
#include "media/catalogue.h"
#include "scratch_folder.h"

static int setup(void **state)
{
	char *path = mem_calloc(SCRATCH_FOLDER_BYTES, 1);

	*state = path;
	return scratch_folder_enter(path);
}

static int teardown(void **state)
{
	int result = scratch_folder_leave(*state);

	free(*state);
	return result;
}

/* Two folders of two files each, in this order or the other way round. */
static void make(const char *path, bool backwards)
{
	static const char *const dirs[] = {"a", "b"}, *const files[] = {"one.jpg", "two.jpg"};
	struct err err = {0};
	struct catalogue *catalogue = catalogue_open_writer(path, &err);
	int64_t run, id;

	assert_non_null(catalogue);
	assert_int_equal(catalogue_begin_run(catalogue, "/root", backwards, &run, &err), 0);
	for (int i = 0; i < 4; i++) {
		int at = backwards ? 3 - i : i;
		struct catalogue_dir dir = {.path = dirs[at / 2], .kind = "folder", .title = ""};
		struct catalogue_media media = {.name = files[at % 2],
						.size_bytes = 100 + (uint64_t)at,
						.has_crc = true,
						.crc32 = (uint32_t)at,
						.status = "ok"};

		assert_int_equal(catalogue_put_dir(catalogue, &dir, &media.dir, &err), 0);
		assert_int_equal(catalogue_put(catalogue, &media, &id, &err), 0);
		assert_int_equal(
			catalogue_error(catalogue, media.dir, files[at % 2], "read", "x", &err), 0);
	}
	assert_int_equal(catalogue_commit(catalogue, &err), 0);
	catalogue_close(catalogue);
}

static uint64_t digest_of(const char *path)
{
	struct err err = {0};
	uint64_t digest = 1;

	if (catalogue_digest(path, &digest, &err) != 0)
		fail_msg("%s", err.text);
	return digest;
}

static void change(const char *path, const char *sql)
{
	sqlite3 *db = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void the_order_of_writing_does_not_matter(void **state)
{
	(void)state;
	make("one", false);
	make("other", true);
	assert_true(digest_of("one") != 0);
	assert_true(digest_of("one") == digest_of("other"));
}

static void every_difference_that_matters_is_seen(void **state)
{
	static const char *const changes[] = {
		"UPDATE media SET crc32=77 WHERE name=x'6f6e652e6a7067'",
		"UPDATE media SET width=5",
		"UPDATE media SET rule='P1' WHERE id=2",
		"UPDATE media SET rule='P2', width=NULL WHERE id=2",
		"UPDATE dir SET title='t' WHERE id=1",
		"UPDATE media SET pair_id=1 WHERE id=2",
		"INSERT INTO person VALUES(1, 'Zoe'); INSERT INTO media_person VALUES(2, 1)",
		"UPDATE error SET message='y'",
		"UPDATE run SET status='complete'",
		"DELETE FROM media WHERE id=4",
	};
	static const char path[] = "changed";
	uint64_t before;

	(void)state;
	make(path, false);
	before = digest_of(path);
	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		uint64_t after;

		change(path, changes[i]);
		after = digest_of(path);
		if (after == before)
			fail_msg("not seen: %s", changes[i]);
		before = after;
	}
	change(path, "UPDATE run SET started=5, ended=6");
	assert_true(digest_of(path) == before);
}

static void there_is_none_of_nothing_and_an_error_of_no_catalogue(void **state)
{
	static const char path[] = "no-database";
	struct err err = {0};
	uint64_t digest;

	(void)state;
	assert_true(digest_of("/nonexistent/file") == 0);
	assert_int_equal(
		path_replace_file(path, "no database at all, but long enough", 35, 0666, &err), 0);
	assert_int_equal(catalogue_digest(path, &digest, &err), -1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_order_of_writing_does_not_matter),
		TEST(every_difference_that_matters_is_seen),
		TEST(there_is_none_of_nothing_and_an_error_of_no_catalogue),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
