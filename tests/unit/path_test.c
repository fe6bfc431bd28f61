/*
 * path_test.c - paths, the user's folders, and files that are replaced whole.
 */
#include "config.h"

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

#include "base/mem.h"
#include "base/path.h"

/* A fresh folder per test, real and without links; the test runs inside it. */
static int setup(void **state)
{
	char name[] = "/tmp/imgtop-path-XXXXXX";

	if (mkdtemp(name) == NULL || chdir(name) != 0)
		return -1;
	*state = realpath(name, NULL);
	return 0;
}

static int teardown(void **state)
{
	char *command = mem_printf("rm -rf '%s'", (char *)*state);
	int result = chdir("/") != 0 || system(command) != 0 ? -1 : 0;

	free(command);
	free(*state);
	return result;
}

static void expect_owned(char *got, const char *expected)
{
	assert_non_null(got);
	assert_string_equal(got, expected);
	free(got);
}

static void joining_never_doubles_a_slash(void **state)
{
	(void)state;
	expect_owned(path_join("a", "b"), "a/b");
	expect_owned(path_join("a/", "b"), "a/b");
	expect_owned(path_join("/", "b"), "/b");
	expect_owned(path_join("", "b"), "b");
}

static void the_base_is_the_last_component(void **state)
{
	(void)state;
	expect_owned(path_base("/a/photos/"), "photos");
	expect_owned(path_base("/a/photos//"), "photos");
	expect_owned(path_base("photos"), "photos");
	expect_owned(path_base("/"), "/");
	expect_owned(path_base("///"), "/");
	expect_owned(path_base(""), "");
}

static void real_paths_follow_links_and_keep_what_is_missing(void **state)
{
	const char *here = *state;
	char *expected;

	assert_int_equal(mkdir("target", 0700), 0);
	assert_int_equal(symlink("target", "link"), 0);
	expected = path_join(here, "target");
	expect_owned(path_real("link"), expected);
	expect_owned(path_real("./link/../link/"), expected);
	expect_owned(path_real("missing/../link"), expected);
	free(expected);
	expected = path_join(here, "target/new/out");
	expect_owned(path_real("link/new/out"), expected);
	expect_owned(path_real("link//new/./other/../out/"), expected);
	free(expected);
	expect_owned(path_real("/no/such/folder"), "/no/such/folder");
	expect_owned(path_real("/../.."), "/");
}

static void within_means_the_same_folder_or_beneath(void **state)
{
	(void)state;
	assert_true(path_is_within("/a/b", "/a"));
	assert_true(path_is_within("/a", "/a"));
	assert_true(path_is_within("/a/b", "/a/"));
	assert_true(path_is_within("/a", "/"));
	assert_true(path_is_within("/", "/"));
	assert_false(path_is_within("/ab", "/a"));
	assert_false(path_is_within("/a", "/a/b"));
}

static void missing_folders_are_made_with_their_mode(void **state)
{
	struct err err;
	struct stat status;

	(void)state;
	assert_int_equal(path_make_dirs("x/y//z/", 0700, &err), 0);
	assert_int_equal(stat("x/y/z", &status), 0);
	assert_int_equal(status.st_mode & 07777, 0700);
	assert_int_equal(path_make_dirs("x/y/z", 0700, &err), 0);
	assert_int_equal(path_make_dirs("/", 0700, &err), 0);
}

static void a_file_in_the_way_is_an_error(void **state)
{
	struct err err;
	int fd = open("file", O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(path_make_dirs("file", 0700, &err), -1);
	assert_non_null(strstr(err.text, "file"));
	assert_int_equal(path_make_dirs("file/below", 0700, &err), -1);
}

static void user_folders_follow_the_xdg_variables(void **state)
{
	const char *here = *state;
	struct err err;
	char *path;

	path = path_join(here, "state");
	setenv("XDG_STATE_HOME", path, 1);
	free(path);
	path = path_join(here, "state/imgtop");
	expect_owned(path_state_dir(&err), path);
	assert_int_equal(access(path, W_OK), 0);
	free(path);

	unsetenv("XDG_STATE_HOME");
	setenv("HOME", here, 1);
	path = path_join(here, ".local/state/imgtop");
	expect_owned(path_state_dir(&err), path);
	/* A relative value counts as none. */
	setenv("XDG_STATE_HOME", "relative", 1);
	expect_owned(path_state_dir(&err), path);
	free(path);

	unsetenv("XDG_CACHE_HOME");
	path = path_join(here, ".cache/imgtop");
	expect_owned(path_cache_dir(&err), path);
	assert_int_equal(access(path, W_OK), 0);
	free(path);

	unsetenv("XDG_CONFIG_HOME");
	path = path_join(here, ".config/imgtop");
	expect_owned(path_config_dir(&err), path);
	assert_int_equal(access(path, F_OK), -1);
	free(path);
	setenv("XDG_CONFIG_HOME", "/elsewhere", 1);
	expect_owned(path_config_dir(&err), "/elsewhere/imgtop");
}

static void the_runtime_folder_is_private(void **state)
{
	const char *here = *state;
	char *path = path_join(here, "imgtop");
	struct err err;
	struct stat status;
	mode_t old = umask(0);

	setenv("XDG_RUNTIME_DIR", here, 1);
	expect_owned(path_runtime_dir(&err), path);
	umask(old);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0700);
	expect_owned(path_runtime_dir(&err), path);
	free(path);
}

static void a_runtime_folder_that_others_may_enter_is_refused(void **state)
{
	static const mode_t loose[] = {0710, 0701, 0770, 0777, 0740};
	struct err err;

	setenv("XDG_RUNTIME_DIR", *state, 1);
	assert_int_equal(mkdir("imgtop", 0700), 0);
	for (size_t i = 0; i < sizeof loose / sizeof loose[0]; i++) {
		assert_int_equal(chmod("imgtop", loose[i]), 0);
		assert_null(path_runtime_dir(&err));
		assert_non_null(strstr(err.text, "chmod 700"));
	}
}

static void a_link_in_place_of_the_runtime_folder_is_refused(void **state)
{
	struct err err;

	setenv("XDG_RUNTIME_DIR", *state, 1);
	assert_int_equal(mkdir("target", 0700), 0);
	assert_int_equal(symlink("target", "imgtop"), 0);
	assert_null(path_runtime_dir(&err));
	assert_int_equal(err.kind, ERR_PERMANENT);
	assert_non_null(strstr(err.text, "imgtop"));
}

static void a_runtime_folder_of_somebody_else_is_refused(void **state)
{
	struct err err;

	setenv("XDG_RUNTIME_DIR", *state, 1);
	assert_int_equal(mkdir("imgtop", 0700), 0);
	if (chown("imgtop", 65534, 65534) != 0)
		skip(); /* only root gives folders away */
	assert_null(path_runtime_dir(&err));
	assert_non_null(strstr(err.text, "65534"));
}

static void a_runtime_variable_that_leads_nowhere_falls_back_to_shared_memory(void **state)
{
	char *missing = path_join(*state, "gone"), *dir;
	char *expected = mem_printf("/dev/shm/imgtop-%ld", (long)geteuid());
	bool existed = access(expected, F_OK) == 0;
	struct err err;

	if (access("/dev/shm", W_OK) != 0)
		skip();
	setenv("XDG_RUNTIME_DIR", missing, 1);
	dir = path_runtime_dir(&err);
	assert_non_null(dir);
	assert_string_equal(dir, expected);
	if (!existed)
		rmdir(dir);
	free(dir);
	free(expected);
	free(missing);
}

static void a_replaced_file_has_the_new_bytes_and_mode_and_no_litter(void **state)
{
	struct err err;
	struct stat status;
	char bytes[8] = {0};
	int fd;

	(void)state;
	assert_int_equal(path_replace_file("conf.ini", "old content", 11, 0600, &err), 0);
	assert_int_equal(path_replace_file("./conf.ini", "new", 3, 0644, &err), 0);
	assert_int_equal(stat("conf.ini", &status), 0);
	assert_int_equal(status.st_mode & 07777, 0644);
	assert_int_equal(status.st_size, 3);
	fd = open("conf.ini", O_RDONLY | O_CLOEXEC);
	assert_int_equal(read(fd, bytes, sizeof bytes), 3);
	close(fd);
	assert_string_equal(bytes, "new");
	assert_int_equal(unlink("conf.ini"), 0);
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(rmdir(*state), 0);
	assert_int_equal(mkdir(*state, 0700), 0);
}

static void a_file_that_cannot_be_replaced_leaves_no_litter(void **state)
{
	struct err err;

	assert_int_equal(mkdir("busy", 0700), 0);
	assert_int_equal(mkdir("busy/x", 0700), 0);
	assert_int_equal(path_replace_file("busy", "new", 3, 0644, &err), -1);
	assert_int_equal(err.kind, ERR_TRANSIENT);
	assert_int_equal(rmdir("busy/x"), 0);
	assert_int_equal(rmdir("busy"), 0);
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(rmdir(*state), 0); /* empty */
	assert_int_equal(mkdir(*state, 0700), 0);
}

static void a_full_disk_is_a_transient_error(void **state)
{
	struct err err;
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);

	(void)state;
	if (fd < 0)
		skip();
	assert_int_equal(path_write_all(fd, "bytes", 5, &err), -1);
	assert_int_equal(err.kind, ERR_TRANSIENT);
	assert_non_null(strstr(err.text, strerror(ENOSPC)));
	close(fd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(joining_never_doubles_a_slash),
		TEST(the_base_is_the_last_component),
		TEST(real_paths_follow_links_and_keep_what_is_missing),
		TEST(within_means_the_same_folder_or_beneath),
		TEST(missing_folders_are_made_with_their_mode),
		TEST(a_file_in_the_way_is_an_error),
		TEST(user_folders_follow_the_xdg_variables),
		TEST(the_runtime_folder_is_private),
		TEST(a_runtime_folder_that_others_may_enter_is_refused),
		TEST(a_link_in_place_of_the_runtime_folder_is_refused),
		TEST(a_runtime_folder_of_somebody_else_is_refused),
		TEST(a_runtime_variable_that_leads_nowhere_falls_back_to_shared_memory),
		TEST(a_replaced_file_has_the_new_bytes_and_mode_and_no_litter),
		TEST(a_file_that_cannot_be_replaced_leaves_no_litter),
		TEST(a_full_disk_is_a_transient_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
