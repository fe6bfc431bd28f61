/*
 * samples_test.c - the files that `imgtop samples` leaves, and what it says when it cannot.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "image/sample.h"
#include "samples.h"

enum { COUNT = 30 };

static int files_seen; /* by count_file: nftw has no context */

static int make_folder(void **state)
{
	char *folder = mem_strdup("/tmp/samples-test-XXXXXX");

	assert_non_null(mkdtemp(folder));
	*state = folder;
	return 0;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status, (void)type, (void)walk;
	return remove(path);
}

static int remove_folder(void **state)
{
	nftw(*state, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
	free(*state);
	return 0;
}

static int count_file(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)path, (void)status, (void)walk;
	files_seen += type == FTW_F;
	return 0;
}

static int files_below(const char *folder)
{
	files_seen = 0;
	assert_int_equal(nftw(folder, count_file, 8, FTW_PHYS), 0);
	return files_seen;
}

static struct samples_options options_for(const char *dir, int64_t count)
{
	return (struct samples_options){
		.dir = dir, .count = count, .width_px = 40, .height_px = 30, .seed = 3};
}

/* Does the file hold what sample_encode gives for this index? */
static bool holds(const char *folder, int64_t index)
{
	struct sample sample;
	struct sample_bytes want;
	struct err err;
	char *path, *got;
	bool same;
	FILE *file;

	sample_choose(&sample, 3, index, 40, 30);
	assert_int_equal(sample_encode(&sample, &want, &err), 0);
	path = path_join(folder, sample.name);
	file = fopen(path, "rb");
	got = mem_calloc(want.length + 1, 1);
	same = file != NULL && fread(got, 1, want.length + 1, file) == want.length &&
	       memcmp(got, want.bytes, want.length) == 0;
	if (file != NULL)
		fclose(file);
	free(got);
	free(path);
	free(want.bytes);
	return same;
}

static void every_index_becomes_its_file_whoever_of_the_threads_makes_it(void **state)
{
	struct samples_options options = options_for(*state, COUNT);
	struct err err;

	assert_int_equal(samples_main(&options, &err), 0);
	assert_int_equal(files_below(*state), COUNT);
	for (int64_t index = 0; index < COUNT; index++)
		assert_true(holds(*state, index));
}

static void files_of_the_same_name_are_replaced(void **state)
{
	struct samples_options options = options_for(*state, 2);
	struct sample sample;
	struct err err;

	assert_int_equal(samples_main(&options, &err), 0);
	sample_choose(&sample, 3, 0, 40, 30);
	char *path = path_join(*state, sample.name);
	assert_int_equal(truncate(path, 3), 0);
	assert_false(holds(*state, 0));
	assert_int_equal(samples_main(&options, &err), 0);
	assert_true(holds(*state, 0));
	assert_int_equal(files_below(*state), 2);
	free(path);
}

static void a_folder_that_cannot_be_used_is_refused_with_2(void **state)
{
	char *path = path_join(*state, "file");
	int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	struct samples_options options = options_for(path, 1);
	struct err err;

	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(samples_main(&options, &err), 2);
	assert_non_null(strstr(err.text, path));
	free(path);
}

static void a_size_beyond_the_limit_is_refused_with_2(void **state)
{
	struct samples_options options = options_for(*state, 1);
	struct err err;

	options.width_px = SAMPLE_SIDE_MAX + 1;
	assert_int_equal(samples_main(&options, &err), 2);
	assert_non_null(strstr(err.text, "--size"));
	assert_int_equal(files_below(*state), 0);
}

static void when_nothing_more_can_be_written_it_says_where_and_leaves_no_half(void **state)
{
	struct samples_options options = options_for(*state, COUNT);
	struct rlimit limit;
	struct err err;
	int status;

	/* stands for a disk that is full: files may not grow beyond what one picture needs */
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	rlim_t before = limit.rlim_cur;
	limit.rlim_cur = 100;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	status = samples_main(&options, &err);
	limit.rlim_cur = before;
	setrlimit(RLIMIT_FSIZE, &limit);
	signal(SIGXFSZ, SIG_DFL);
	assert_int_equal(status, 1);
	assert_int_equal(err.kind, ERR_TRANSIENT);
	assert_non_null(strstr(err.text, *state));
	assert_int_equal(files_below(*state), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			every_index_becomes_its_file_whoever_of_the_threads_makes_it, make_folder,
			remove_folder),
		cmocka_unit_test_setup_teardown(files_of_the_same_name_are_replaced, make_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(a_folder_that_cannot_be_used_is_refused_with_2,
						make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(a_size_beyond_the_limit_is_refused_with_2,
						make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(
			when_nothing_more_can_be_written_it_says_where_and_leaves_no_half,
			make_folder, remove_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
