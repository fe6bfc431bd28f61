/*
 * outfile_test.c - output files of which nobody ever sees a half.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "scratch_folder.h"
#include "base/outfile.h"
#include "base/path.h"

/* System calls that are made to fail; the linker sends outfile.c's calls through here. */
static struct {
	bool no_nameless;	  /* openat knows no O_TMPFILE */
	bool no_proc_links;	  /* linkat may not name an open file */
	int closes_until_failure; /* of files that were written to; 0 = none fails */
	char opened[256];	  /* last name that openat was given */
} faults;

int __real_openat(int folder, const char *path, int flags, ...);
int __real_linkat(int old_folder, const char *old, int folder, const char *path, int flags);
int __real_close(int fd);
int __wrap_openat(int folder, const char *path, int flags, ...);
int __wrap_linkat(int old_folder, const char *old, int folder, const char *path, int flags);
int __wrap_close(int fd);

int __wrap_openat(int folder, const char *path, int flags, ...)
{
	if (faults.no_nameless && (flags & O_TMPFILE) == O_TMPFILE) {
		errno = EOPNOTSUPP;
		return -1;
	}
	snprintf(faults.opened, sizeof faults.opened, "%s", path);
	return __real_openat(folder, path, flags, 0666);
}

int __wrap_linkat(int old_folder, const char *old, int folder, const char *path, int flags)
{
	if (faults.no_proc_links) {
		errno = EPERM;
		return -1;
	}
	return __real_linkat(old_folder, old, folder, path, flags);
}

int __wrap_close(int fd)
{
	bool writable = (fcntl(fd, F_GETFL) & O_ACCMODE) == O_WRONLY;
	int rc = __real_close(fd);

	if (!writable || faults.closes_until_failure == 0 || --faults.closes_until_failure > 0)
		return rc;
	errno = EIO;
	return -1;
}

struct fixture {
	char folder[SCRATCH_FOLDER_BYTES];
	struct outfile *out;
};

static int make_folder(void **state)
{
	struct fixture *fixture = mem_calloc(1, sizeof *fixture);

	memset(&faults, 0, sizeof faults);
	fixture->out = outfile_new();
	*state = fixture;
	return scratch_folder_enter(fixture->folder);
}

static int remove_folder(void **state)
{
	struct fixture *fixture = *state;
	int rc = scratch_folder_leave(fixture->folder);

	outfile_free(fixture->out);
	free(fixture);
	return rc;
}

static struct outfile_target target_of(const char *relative)
{
	return (struct outfile_target){
		.root = "out", .relative = relative, .temporary = ".imgtop-run-1"};
}

static int put(struct fixture *fixture, const char *relative, const char *text, struct err *err)
{
	struct outfile_target target = target_of(relative);

	return outfile_write(fixture->out, &target, text, strlen(text), err);
}

static void assert_holds(const char *path, const char *expected)
{
	char text[256];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length;

	assert_true(fd >= 0);
	length = read(fd, text, sizeof text - 1);
	close(fd);
	assert_true(length >= 0);
	text[length] = '\0';
	assert_string_equal(text, expected);
}

static unsigned count_entries(const char *path)
{
	DIR *folder = opendir(path);
	unsigned count = 0;

	assert_non_null(folder);
	while (readdir(folder) != NULL)
		count++;
	closedir(folder);
	return count - 2;
}

static void missing_folders_are_made(void **state)
{
	struct err err;

	assert_int_equal(put(*state, "a/b/x.jpg", "one", &err), 0);
	assert_int_equal(put(*state, "a/b/y.jpg", "two", &err), 0);
	assert_int_equal(put(*state, "z.jpg", "three", &err), 0);
	assert_holds("out/a/b/x.jpg", "one");
	assert_holds("out/a/b/y.jpg", "two");
	assert_holds("out/z.jpg", "three");
	assert_int_equal(count_entries("out/a/b"), 2);
}

static void an_existing_file_is_replaced_and_nothing_else_is_left(void **state)
{
	struct err err;
	struct stat before, after;

	assert_int_equal(put(*state, "x.jpg", "old", &err), 0);
	assert_int_equal(stat("out/x.jpg", &before), 0);
	assert_int_equal(put(*state, "x.jpg", "new", &err), 0);
	assert_int_equal(stat("out/x.jpg", &after), 0);
	assert_holds("out/x.jpg", "new");
	assert_true(before.st_ino != after.st_ino); /* readers of the old one keep it whole */
	assert_int_equal(count_entries("out"), 1);
}

static void a_temporary_file_that_a_dead_writer_left_is_no_obstacle(void **state)
{
	struct err err;

	assert_int_equal(put(*state, "x.jpg", "old", &err), 0);
	assert_int_equal(put(*state, ".imgtop-run-1", "left", &err), 0);
	assert_int_equal(put(*state, "x.jpg", "new", &err), 0);
	assert_holds("out/x.jpg", "new");
	assert_int_equal(count_entries("out"), 1);
}

/* A file-size limit stands for the full disk. */
static void a_write_that_fails_leaves_the_old_file_and_no_other(void **state)
{
	struct rlimit limit, small;
	char large[4096];
	struct err err = {.kind = ERR_NONE};
	int rc;

	assert_int_equal(put(*state, "x.jpg", "old", &err), 0);
	memset(large, 'x', sizeof large - 1);
	large[sizeof large - 1] = '\0';
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	small = limit;
	small.rlim_cur = 1000;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	rc = put(*state, "x.jpg", large, &err);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	signal(SIGXFSZ, SIG_DFL);
	assert_int_equal(rc, -1);
	assert_int_equal(err.kind, ERR_TRANSIENT);
	assert_non_null(strstr(err.text, "write out/x.jpg: "));
	assert_non_null(strstr(err.text, "File too large"));
	assert_holds("out/x.jpg", "old");
	assert_int_equal(count_entries("out"), 1);
}

static void a_folder_in_the_way_is_an_error_that_leaves_nothing(void **state)
{
	struct err err;

	assert_int_equal(put(*state, "x.jpg/inner.jpg", "a", &err), 0);
	assert_int_equal(put(*state, "x.jpg", "b", &err), -1);
	assert_int_equal(err.kind, ERR_TRANSIENT);
	assert_int_equal(count_entries("out"), 1);
	assert_int_equal(put(*state, "y.jpg", "a", &err), 0);
	assert_int_equal(put(*state, "y.jpg/inner.jpg", "b", &err), -1);
	assert_holds("out/y.jpg", "a");
}

static void a_folder_that_vanished_is_made_again_on_the_next_attempt(void **state)
{
	struct err err;

	assert_int_equal(put(*state, "a/x.jpg", "one", &err), 0);
	assert_int_equal(unlink("out/a/x.jpg") | rmdir("out/a"), 0);
	assert_int_equal(put(*state, "a/x.jpg", "two", &err), -1);
	assert_int_equal(err.kind, ERR_TRANSIENT);
	assert_int_equal(put(*state, "a/x.jpg", "two", &err), 0);
	assert_holds("out/a/x.jpg", "two");
}

static void a_path_never_climbs_out_of_the_output_folder(void **state)
{
	static const char *const hostile[] = {
		"../x.jpg", "/x.jpg", "a/../../x.jpg", "", "a//x.jpg", "./x.jpg",
		"a/",	    "..",     "a/..",	       "."};
	struct err err;

	for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
		err_clear(&err);
		assert_int_equal(put(*state, hostile[i], "x", &err), -1);
		assert_int_equal(err.kind, ERR_PERMANENT);
	}
	assert_int_equal(count_entries("."), 0);
	assert_int_equal(put(*state, "a/...", "x", &err), 0);
}

static void syncing_writes_the_same_file(void **state)
{
	struct fixture *fixture = *state;
	struct outfile_target target = target_of("s.jpg");
	struct err err;

	target.fsync = true;
	assert_int_equal(outfile_write(fixture->out, &target, "safe", 4, &err), 0);
	assert_holds("out/s.jpg", "safe");
}

static void without_nameless_files_a_temporary_name_is_taken(void **state)
{
	struct err err;

	faults.no_nameless = true;
	assert_int_equal(put(*state, "a/x.jpg", "one", &err), 0);
	assert_string_equal(faults.opened, ".imgtop-run-1");
	assert_holds("out/a/x.jpg", "one");
	assert_int_equal(put(*state, "a/x.jpg", "two", &err), 0);
	assert_holds("out/a/x.jpg", "two");
	assert_int_equal(put(*state, "a/.imgtop-run-1", "left", &err), 0);
	assert_int_equal(put(*state, "a/x.jpg", "3", &err), 0);
	assert_holds("out/a/x.jpg", "3");
	assert_int_equal(count_entries("out/a"), 1);
}

static void where_open_files_cannot_be_named_a_temporary_name_is_taken(void **state)
{
	struct err err;

	faults.no_proc_links = true;
	assert_int_equal(put(*state, "a/x.jpg", "one", &err), 0);
	assert_string_equal(faults.opened, ".imgtop-run-1");
	assert_holds("out/a/x.jpg", "one");
	assert_int_equal(count_entries("out/a"), 1);
}

static void a_close_that_fails_is_never_success_and_leaves_the_old_file(void **state)
{
	struct err err;

	for (int named = 0; named < 2; named++) {
		faults.no_nameless = named == 1;
		assert_int_equal(put(*state, "x.jpg", "old", &err), 0);
		faults.closes_until_failure = 1;
		assert_int_equal(put(*state, "x.jpg", "new", &err), -1);
		assert_int_equal(err.kind, ERR_TRANSIENT);
		faults.closes_until_failure = 1;
		assert_int_equal(put(*state, "y.jpg", "new", &err), -1);
		assert_holds("out/x.jpg", "old");
		assert_int_equal(count_entries("out"), 1);
	}
}

static void a_file_whose_last_close_fails_is_not_left_under_its_name(void **state)
{
	struct err err;

	for (int named = 0; named < 2; named++) {
		faults.no_nameless = named == 1;
		faults.closes_until_failure = 2;
		assert_int_equal(put(*state, "x.jpg", "new", &err), -1);
		assert_int_equal(err.kind, ERR_TRANSIENT);
		assert_int_equal(count_entries("out"), 0);
	}
}

static void an_empty_file_is_a_file(void **state)
{
	struct err err;

	assert_int_equal(put(*state, "empty", "", &err), 0);
	assert_holds("out/empty", "");
}

static void sweeping_removes_the_temporary_file_alone(void **state)
{
	struct outfile_target target = target_of("a/x.jpg");
	struct err err;

	assert_int_equal(put(*state, "a/x.jpg", "mine", &err), 0);
	assert_int_equal(put(*state, "a/.imgtop-run-1", "left", &err), 0);
	outfile_sweep(&target);
	assert_int_equal(count_entries("out/a"), 1);
	assert_holds("out/a/x.jpg", "mine");
	outfile_sweep(&target);
}

static void leftovers_of_earlier_runs_are_swept_and_those_of_this_run_are_not(void **state)
{
	struct err err;

	assert_int_equal(put(*state, "a/.imgtop-old-1", "left", &err), 0);
	assert_int_equal(put(*state, "a/.imgtop-now-1", "mine", &err), 0);
	assert_int_equal(put(*state, "a/.imgtop-nowhere-1", "left", &err), 0);
	assert_int_equal(put(*state, "a/x.jpg", "output", &err), 0);
	outfile_sweep_folder("out/a", "now");
	outfile_sweep_folder("out/none", "now");
	assert_int_equal(count_entries("out/a"), 2);
	assert_holds("out/a/.imgtop-now-1", "mine");
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)
	const struct CMUnitTest tests[] = {
		IN_FOLDER(missing_folders_are_made),
		IN_FOLDER(an_existing_file_is_replaced_and_nothing_else_is_left),
		IN_FOLDER(a_temporary_file_that_a_dead_writer_left_is_no_obstacle),
		IN_FOLDER(a_write_that_fails_leaves_the_old_file_and_no_other),
		IN_FOLDER(a_folder_in_the_way_is_an_error_that_leaves_nothing),
		IN_FOLDER(a_folder_that_vanished_is_made_again_on_the_next_attempt),
		IN_FOLDER(a_path_never_climbs_out_of_the_output_folder),
		IN_FOLDER(syncing_writes_the_same_file),
		IN_FOLDER(without_nameless_files_a_temporary_name_is_taken),
		IN_FOLDER(where_open_files_cannot_be_named_a_temporary_name_is_taken),
		IN_FOLDER(a_close_that_fails_is_never_success_and_leaves_the_old_file),
		IN_FOLDER(a_file_whose_last_close_fails_is_not_left_under_its_name),
		IN_FOLDER(an_empty_file_is_a_file),
		IN_FOLDER(sweeping_removes_the_temporary_file_alone),
		IN_FOLDER(leftovers_of_earlier_runs_are_swept_and_those_of_this_run_are_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
