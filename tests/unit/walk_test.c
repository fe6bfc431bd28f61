/*
 * walk_test.c - folder trees in a fixed order.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/text.h"
#include "scratch_folder.h"
#include "base/walk.h"

/* Each test runs in a folder of its own. */
struct fixture {
	char folder[SCRATCH_FOLDER_BYTES];
	struct textbuf seen; /* "folder:name name/ name@ ;" */
	struct textbuf loops;
	struct textbuf failures;
	const char *not_entered;
	unsigned lists_left; /* walk ends when used up */
	size_t entries;	     /* told as seen */
	size_t entries_most; /* walk ends then; 0: never */
};

static int make_folder(void **state)
{
	struct fixture *fixture = mem_calloc(1, sizeof *fixture);

	textbuf_init(&fixture->seen);
	textbuf_init(&fixture->loops);
	textbuf_init(&fixture->failures);
	fixture->lists_left = 1000;
	*state = fixture;
	return scratch_folder_enter(fixture->folder);
}

static int remove_folder(void **state)
{
	struct fixture *fixture = *state;
	int rc = scratch_folder_leave(fixture->folder);

	textbuf_free(&fixture->seen);
	textbuf_free(&fixture->loops);
	textbuf_free(&fixture->failures);
	free(fixture);
	return rc;
}

static bool on_list(void *context, const struct walk_folder *folder)
{
	struct fixture *fixture = context;

	textbuf_printf(&fixture->seen, "%s:", folder->relative);
	for (size_t i = 0; i < folder->count; i++) {
		const struct walk_entry *entry = &folder->entries[i];

		textbuf_printf(&fixture->seen, " %s%s%s", entry->name, entry->link ? "@" : "",
			       entry->kind == WALK_FOLDER  ? "/"
			       : entry->kind == WALK_OTHER ? "?"
							   : "");
	}
	textbuf_printf(&fixture->seen, ";");
	return --fixture->lists_left > 0;
}

static bool on_seen(void *context, size_t entries)
{
	struct fixture *fixture = context;

	fixture->entries += entries;
	return fixture->entries_most == 0 || fixture->entries < fixture->entries_most;
}

static bool on_enter(void *context, const char *path, const struct walk_entry *entry)
{
	const struct fixture *fixture = context;

	(void)path;
	return fixture->not_entered == NULL || strcmp(entry->name, fixture->not_entered) != 0;
}

static bool on_unreadable(void *context, const char *path, const char *relative,
			  const struct err *err)
{
	struct fixture *fixture = context;

	textbuf_printf(&fixture->failures, "%s|%s|%s;", path, relative, err->text);
	return true;
}

static void on_loop(void *context, const char *path)
{
	struct fixture *fixture = context;

	textbuf_printf(&fixture->loops, "%s;", path);
}

static bool walk(struct fixture *fixture, const char *root)
{
	struct walk_calls calls = {.list = on_list,
				   .enter = on_enter,
				   .unreadable = on_unreadable,
				   .loop = on_loop,
				   .seen = on_seen,
				   .context = fixture};

	return walk_tree(root, &calls);
}

static void make_file(const char *path)
{
	int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "x", 1), 1);
	close(fd);
}

static void names_come_in_the_order_of_their_bytes(void **state)
{
	struct fixture *fixture = *state;

	make_file("b");
	make_file("a");
	make_file("B");
	make_file("\xff");
	make_file("a.b");
	assert_true(walk(fixture, "."));
	assert_string_equal(fixture->seen.text, ": B a a.b b \xff;");
}

static void a_folder_comes_before_its_sub_folders_in_order(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(mkdir("root", 0700) | mkdir("root/z", 0700) | mkdir("root/m", 0700) |
				 mkdir("root/m/in", 0700),
			 0);
	make_file("root/n");
	make_file("root/z/1");
	make_file("root/m/in/2");
	assert_true(walk(fixture, "root/"));
	assert_string_equal(fixture->seen.text, ": m/ n z/;m: in/;m/in: 2;z: 1;");
}

static void names_of_any_bytes_and_any_length_are_found(void **state)
{
	struct fixture *fixture = *state;
	char longest[256];
	char expected[600];

	memset(longest, 'l', 255);
	longest[255] = '\0';
	make_file("line\nbreak\x1b[31m");
	make_file(longest);
	make_file("\xc3\x28");
	assert_true(walk(fixture, "."));
	snprintf(expected, sizeof expected, ": line\nbreak\x1b[31m %s \xc3\x28;", longest);
	assert_string_equal(fixture->seen.text, expected);
}

static void links_to_folders_are_followed_and_links_to_files_are_files(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(mkdir("root", 0700) | mkdir("elsewhere", 0700), 0);
	make_file("elsewhere/x");
	assert_int_equal(symlink("../elsewhere", "root/folder") |
				 symlink("../elsewhere/x", "root/file") |
				 symlink("nowhere", "root/broken"),
			 0);
	assert_true(walk(fixture, "root"));
	assert_string_equal(fixture->seen.text, ": broken@? file@ folder@/;folder: x;");
}

static void a_link_to_a_folder_above_is_reported_and_left_out(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(mkdir("root", 0700) | mkdir("root/a", 0700) | mkdir("root/b", 0700), 0);
	assert_int_equal(symlink("..", "root/a/up") | symlink(".", "root/a/self") |
				 symlink("../b", "root/a/b") | symlink("../a", "root/b/a"),
			 0);
	assert_true(walk(fixture, "root"));
	assert_string_equal(fixture->loops.text,
			    "root/a/self;root/a/up;root/a/b/a;root/b/a/b;root/b/a/self;"
			    "root/b/a/up;");
	assert_string_equal(fixture->seen.text, ": a/ b/;a: b@/;a/b:;b: a@/;b/a:;");
}

static void a_fifo_is_found_without_being_opened(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(mkfifo("pipe.jpg", 0600), 0);
	assert_true(walk(fixture, "."));
	assert_string_equal(fixture->seen.text, ": pipe.jpg?;");
}

static void a_folder_that_is_not_wanted_is_neither_listed_nor_entered(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(mkdir("in", 0700) | mkdir("out", 0700), 0);
	make_file("out/x");
	fixture->not_entered = "out";
	assert_true(walk(fixture, "."));
	assert_string_equal(fixture->seen.text, ": in/;in:;");
}

static void an_unreadable_folder_is_reported_and_the_walk_goes_on(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(mkdir("root", 0700) | mkdir("root/a", 0000) | mkdir("root/b", 0700), 0);
	assert_true(walk(fixture, "root"));
	if (geteuid() == 0) /* root reads everything */
		assert_string_equal(fixture->seen.text, ": a/ b/;a:;b:;");
	else
		assert_string_equal(fixture->failures.text,
				    "root/a|a|open folder: Permission denied;");
	assert_non_null(strstr(fixture->seen.text, "b:;"));
	assert_true(walk(fixture, "root/none"));
	assert_non_null(strstr(fixture->failures.text,
			       "root/none||open folder: No such file or directory;"));
}

static void a_callback_can_end_the_walk(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(mkdir("a", 0700) | mkdir("b", 0700) | mkdir("c", 0700), 0);
	fixture->lists_left = 2;
	assert_false(walk(fixture, "."));
	assert_string_equal(fixture->seen.text, ": a/ b/ c/;a:;");
}

static void all_entries_are_told_also_of_folders_that_are_empty_of_files(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(mkdir("a", 0700) | mkdir("a/b", 0700) | mkdir("a/c", 0700), 0);
	make_file("a/x");
	assert_true(walk(fixture, "."));
	assert_int_equal(fixture->entries, 4);
	fixture->entries = 0;
	fixture->entries_most = 4;
	textbuf_free(&fixture->seen);
	textbuf_init(&fixture->seen);
	assert_false(walk(fixture, "."));
	assert_string_equal(fixture->seen.text, ": a/;");
}

static void a_large_folder_is_left_before_it_is_listed_whole(void **state)
{
	struct fixture *fixture = *state;
	char name[16];

	for (int i = 0; i < 3000; i++) {
		snprintf(name, sizeof name, "%d", i);
		assert_int_equal(symlink("x", name), 0);
	}
	fixture->entries_most = 1;
	assert_false(walk(fixture, "."));
	assert_in_range(fixture->entries, 1, 2000);
	assert_string_equal(fixture->seen.text, "");
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)
	const struct CMUnitTest tests[] = {
		IN_FOLDER(names_come_in_the_order_of_their_bytes),
		IN_FOLDER(a_folder_comes_before_its_sub_folders_in_order),
		IN_FOLDER(names_of_any_bytes_and_any_length_are_found),
		IN_FOLDER(links_to_folders_are_followed_and_links_to_files_are_files),
		IN_FOLDER(a_link_to_a_folder_above_is_reported_and_left_out),
		IN_FOLDER(a_fifo_is_found_without_being_opened),
		IN_FOLDER(a_folder_that_is_not_wanted_is_neither_listed_nor_entered),
		IN_FOLDER(an_unreadable_folder_is_reported_and_the_walk_goes_on),
		IN_FOLDER(a_callback_can_end_the_walk),
		IN_FOLDER(all_entries_are_told_also_of_folders_that_are_empty_of_files),
		IN_FOLDER(a_large_folder_is_left_before_it_is_listed_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
