/*
 * scanfile_test.c - one pass over a file, whole or in stages, and what is no file.
 */
#include "config.h"

#include "media/scanfile.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <libdeflate.h>

#include "base/mem.h"
#include "media/mime.h"
#include "media_files.h"

struct fixture {
	char folder[64];
	int dir_fd;
	struct scanfile_buffer *buffer;
	unsigned char head[SCANFILE_HEAD_BYTES];
};

static int set_up(void **state)
{
	struct fixture *fixture = mem_calloc(1, sizeof *fixture);

	strcpy(fixture->folder, "/tmp/imgtop-scanfile-XXXXXX");
	assert_non_null(mkdtemp(fixture->folder));
	fixture->dir_fd = open(fixture->folder, O_RDONLY | O_DIRECTORY);
	assert_true(fixture->dir_fd >= 0);
	fixture->buffer = scanfile_buffer_new();
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	unlinkat(fixture->dir_fd, "file", 0);
	unlinkat(fixture->dir_fd, "link", 0);
	close(fixture->dir_fd);
	rmdir(fixture->folder);
	scanfile_buffer_free(fixture->buffer);
	free(fixture);
	return 0;
}

static void write_file(const struct fixture *fixture, const struct blob *blob)
{
	int fd = openat(fixture->dir_fd, "file", O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, blob->bytes, blob->length), blob->length);
	close(fd);
}

static struct scanfile open_file(const struct fixture *fixture)
{
	struct scanfile file;
	struct err err;

	if (scanfile_open(&file, fixture->dir_fd, "file", &err) != 0)
		fail_msg("%s", err.text);
	return file;
}

/* Both ways over the same file must tell the same. */
static struct scanfile_result scan_both_ways(struct fixture *fixture, const struct blob *blob)
{
	struct scanfile_result whole;
	struct scanfile_result staged = {0};
	struct scanfile file;
	struct err err;

	write_file(fixture, blob);
	file = open_file(fixture);
	assert_int_equal(file.size_bytes, blob->length);
	assert_int_equal(scanfile_scan(&file, fixture->buffer, NULL, &whole, &err), 0);
	assert_int_equal(scanfile_head(&file, fixture->head, sizeof fixture->head, &err), 0);
	assert_int_equal(file.head_bytes,
			 blob->length < sizeof fixture->head ? blob->length : sizeof fixture->head);
	assert_int_equal(scanfile_facts(&file, fixture->buffer, NULL, &staged.facts, &err), 0);
	assert_int_equal(scanfile_crc(&file, fixture->buffer, NULL, &staged.crc32, &err), 0);
	staged.mime = mime_sniff(file.head, file.head_bytes);
	scanfile_close(&file);
	assert_int_equal(file.fd, -1);
	assert_int_equal(whole.mime, staged.mime);
	assert_int_equal(whole.crc32, staged.crc32);
	assert_memory_equal(&whole.facts, &staged.facts, sizeof whole.facts);
	assert_int_equal(whole.crc32, libdeflate_crc32(0, blob->bytes, blob->length));
	return whole;
}

static void the_checksum_is_that_of_zlib(void **state)
{
	struct blob blob = {0};

	blob_text(&blob, "123456789");
	assert_int_equal(scan_both_ways(*state, &blob).crc32, 0xcbf43926);
	blob_free(&blob);
}

static void an_empty_file_has_a_checksum_and_nothing_else(void **state)
{
	struct blob blob = {0};
	struct scanfile_result result = scan_both_ways(*state, &blob);

	assert_int_equal(result.crc32, 0);
	assert_int_equal(result.mime, 0);
}

static void both_ways_tell_the_same_at_every_size_near_a_block(void **state)
{
	static const size_t sizes[] = {SCANFILE_HEAD_BYTES - 1,	     SCANFILE_HEAD_BYTES,
				       SCANFILE_HEAD_BYTES + 1,	     SCANFILE_BLOCK_BYTES - 1,
				       SCANFILE_BLOCK_BYTES,	     SCANFILE_BLOCK_BYTES + 1,
				       2 * SCANFILE_BLOCK_BYTES + 77};

	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct blob blob = {0};

		blob_zeros(&blob, sizes[i]);
		for (size_t j = 0; j < blob.length; j++)
			blob.bytes[j] = (unsigned char)(j * 2654435761u >> 13);
		scan_both_ways(*state, &blob);
		blob_free(&blob);
	}
}

/* Large enough to be dropped from the cache behind the stream, while EXIF at its end is looked for.
 */
static void a_large_file_is_no_different(void **state)
{
	struct exif_recipe recipe = full_recipe;
	struct blob tiff;

	recipe.maker_note_bytes = (64 << 20) + 1234;
	tiff = make_tiff_file(&recipe);
	assert_string_equal(scan_both_ways(*state, &tiff).facts.model, "Lumora X3");
	blob_free(&tiff);
}

static void exif_is_found_wherever_the_blocks_end(void **state)
{
	struct blob exif = make_exif_block(&full_recipe);

	/* The block of EXIF lies across the borders of head and block, byte by byte. */
	for (size_t before = SCANFILE_BLOCK_BYTES - 800; before < SCANFILE_BLOCK_BYTES + 40;
	     before += 7) {
		struct blob jpeg = make_jpeg_file(&exif, before);
		struct scanfile_result result = scan_both_ways(*state, &jpeg);

		assert_string_equal(result.facts.model, "Lumora X3");
		assert_int_equal(result.facts.width, MADE_WIDTH);
		assert_true(result.facts.has_place);
		blob_free(&jpeg);
	}
	for (size_t before = SCANFILE_HEAD_BYTES - 800; before < SCANFILE_HEAD_BYTES + 40;
	     before += 7) {
		struct blob jpeg = make_jpeg_file(&exif, before);

		assert_true(scan_both_ways(*state, &jpeg).facts.has_place);
		blob_free(&jpeg);
	}
	blob_free(&exif);
}

static void a_directory_at_the_end_may_point_back_to_the_start(void **state)
{
	struct exif_recipe recipe = full_recipe;
	struct blob tiff;
	struct scanfile_result result;

	recipe.maker_note_bytes = 3 * SCANFILE_BLOCK_BYTES;
	tiff = make_tiff_file(&recipe);
	result = scan_both_ways(*state, &tiff);
	assert_string_equal(result.facts.model, "Lumora X3");
	assert_int_equal(result.facts.taken.local_s, 1625401805);
	assert_int_equal(result.facts.width, MADE_WIDTH);
	blob_free(&tiff);
}

static void a_movie_is_described_behind_its_pictures(void **state)
{
	struct blob movie = make_movie_file("mp42", UINT64_C(2082844800) + 1000, 90, false);
	struct blob file = {0};

	/* A box to be passed over between the first two. */
	blob_add(&file, movie.bytes, 24);
	blob_number(&file, 3 * SCANFILE_BLOCK_BYTES, 4, true);
	blob_text(&file, "free");
	blob_zeros(&file, 3 * SCANFILE_BLOCK_BYTES - 8);
	blob_add(&file, movie.bytes + 24, movie.length - 24);
	assert_int_equal(scan_both_ways(*state, &file).facts.taken.utc_s, 1000);
	blob_free(&file);
	blob_free(&movie);
}

static void what_is_no_regular_file_is_refused_without_waiting(void **state)
{
	struct fixture *fixture = *state;
	struct scanfile file;
	struct err err;

	assert_int_equal(scanfile_open(&file, fixture->dir_fd, "nothing", &err), -1);
	assert_int_equal(err.kind, ERR_PERMANENT);
	assert_int_equal(scanfile_open(&file, fixture->dir_fd, ".", &err), -1);
	assert_non_null(strstr(err.text, "folder"));
	assert_int_equal(mkfifoat(fixture->dir_fd, "file", 0600), 0);
	assert_int_equal(scanfile_open(&file, fixture->dir_fd, "file", &err), -1);
	assert_int_equal(err.kind, ERR_PERMANENT);
	assert_non_null(strstr(err.text, "FIFO"));
	unlinkat(fixture->dir_fd, "file", 0);
	assert_int_equal(symlinkat("/dev/zero", fixture->dir_fd, "link"), 0);
	assert_int_equal(scanfile_open(&file, fixture->dir_fd, "link", &err), -1);
	assert_non_null(strstr(err.text, "link"));
	assert_int_equal(file.fd, -1);
	scanfile_close(&file);
}

static void a_file_that_changes_its_size_is_a_transient_error(void **state)
{
	static const size_t sizes[] = {0, 10, 3 * SCANFILE_BLOCK_BYTES - 5,
				       3 * SCANFILE_BLOCK_BYTES + 5};
	struct fixture *fixture = *state;
	struct blob blob = {0};

	blob_zeros(&blob, 3 * SCANFILE_BLOCK_BYTES);
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct scanfile_result result;
		struct scanfile file;
		struct err err;

		write_file(fixture, &blob);
		file = open_file(fixture);
		assert_int_equal(scanfile_head(&file, fixture->head, sizeof fixture->head, &err),
				 0);
		write_file(fixture, &blob);
		{
			int fd = openat(fixture->dir_fd, "file", O_WRONLY);

			assert_int_equal(ftruncate(fd, (off_t)sizes[i]), 0);
			close(fd);
		}
		assert_int_equal(scanfile_scan(&file, fixture->buffer, NULL, &result, &err), -1);
		assert_int_equal(err.kind, ERR_TRANSIENT);
		assert_non_null(strstr(err.text, "changed"));
		assert_int_equal(scanfile_crc(&file, fixture->buffer, NULL, &result.crc32, &err),
				 -1);
		assert_int_equal(err.kind, ERR_TRANSIENT);
		scanfile_close(&file);
	}
	blob_free(&blob);
}

static bool at_the_third_time(void *context)
{
	return ++*(int *)context >= 3;
}

static void an_abandoned_file_is_a_transient_error(void **state)
{
	struct fixture *fixture = *state;
	struct blob blob = {0};
	struct scanfile_result result;
	struct scanfile file;
	struct err err;
	int times = 0;
	struct scanfile_hooks hooks = {at_the_third_time, &times};

	blob_zeros(&blob, 5 * SCANFILE_BLOCK_BYTES);
	write_file(fixture, &blob);
	file = open_file(fixture);
	assert_int_equal(scanfile_scan(&file, fixture->buffer, &hooks, &result, &err), -1);
	assert_int_equal(err.kind, ERR_TRANSIENT);
	assert_int_equal(times, 3);
	times = 0;
	assert_int_equal(scanfile_crc(&file, fixture->buffer, &hooks, &result.crc32, &err), -1);
	assert_int_equal(err.kind, ERR_TRANSIENT);
	scanfile_close(&file);
	blob_free(&blob);
}

static void a_file_that_cannot_be_read_is_a_transient_error(void **state)
{
	struct fixture *fixture = *state;
	struct scanfile_result result;
	struct scanfile file = {.size_bytes = 100};
	struct facts facts;
	struct err err;

	/* A descriptor of a folder answers every read with an error. */
	file.fd = fixture->dir_fd;
	assert_int_equal(scanfile_scan(&file, fixture->buffer, NULL, &result, &err), -1);
	assert_int_equal(err.kind, ERR_TRANSIENT);
	assert_int_equal(scanfile_head(&file, fixture->head, sizeof fixture->head, &err), -1);
	assert_int_equal(err.kind, ERR_TRANSIENT);
	/* Behind the head as well: the start of a JPEG whose segment leads beyond it. */
	file.head = (const unsigned char *)"\xff\xd8\xff\xe0\0\x20";
	file.head_bytes = 6;
	assert_int_equal(scanfile_facts(&file, fixture->buffer, NULL, &facts, &err), -1);
	assert_int_equal(err.kind, ERR_TRANSIENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_checksum_is_that_of_zlib, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_empty_file_has_a_checksum_and_nothing_else,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(both_ways_tell_the_same_at_every_size_near_a_block,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_large_file_is_no_different, set_up, tear_down),
		cmocka_unit_test_setup_teardown(exif_is_found_wherever_the_blocks_end, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_directory_at_the_end_may_point_back_to_the_start,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_movie_is_described_behind_its_pictures, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_is_no_regular_file_is_refused_without_waiting,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_file_that_changes_its_size_is_a_transient_error,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_abandoned_file_is_a_transient_error, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_file_that_cannot_be_read_is_a_transient_error,
						set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
