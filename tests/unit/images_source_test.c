/*
 * images_source_test.c - which images are found, and where their outputs go.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "images_source_fixture.h"

static void a_single_folder_keeps_its_tree_below_the_output(void **state)
{
	folder("in");
	folder("in/sub");
	image("in/b.png");
	image("in/a.jpg");
	image("in/sub/c.JPEG");
	assert_found(*state, "in", NULL,
		     "in/a.jpg>a.jpg\nin/b.png>b.jpg\nin/sub/c.JPEG>sub/c.jpg\n");
	assert_int_equal(((struct fixture *)*state)->estimate, 3);
	assert_found(*state, "in/", NULL,
		     "in/a.jpg>a.jpg\nin/b.png>b.jpg\nin/sub/c.JPEG>sub/c.jpg\n");
}

static void who_has_seen_enough_ends_the_search(void **state)
{
	struct fixture *fixture = *state;

	folder("in");
	folder("in/sub");
	folder("in/sub/empty");
	image("in/sub/a.jpg");
	assert_found(fixture, "in", NULL, "in/sub/a.jpg>sub/a.jpg\n");
	assert_int_equal(fixture->seen, 3);
	fixture->seen_most = 2;
	assert_found(fixture, "in", NULL, "");
}

static void several_folders_go_under_their_names(void **state)
{
	folder("p");
	folder("p/one");
	folder("two");
	image("p/one/a.jpg");
	image("two/a.jpg");
	assert_found(*state, "p/one/", "two", "p/one/a.jpg>one/a.jpg\ntwo/a.jpg>two/a.jpg\n");
	assert_int_equal(check(*state, "p/one/", "two"), 0);
}

static void folders_of_one_name_are_refused(void **state)
{
	folder("p");
	folder("p/same");
	folder("same");
	assert_check_says(*state, "p/same", "same", "p/same and same would both");
}

static void files_go_into_the_output_folder_itself(void **state)
{
	folder("p");
	folder("q");
	image("p/x.png");
	image("q/x.jpg");
	image("q/y.png");
	assert_found(*state, "p/x.png", "q/y.png", "p/x.png>x.jpg\nq/y.png>y.jpg\n");
	assert_found(*state, "p/x.png", "q/x.jpg", "q/x.jpg>x.jpg.jpg\np/x.png>x.png.jpg\n");
	assert_found(*state, "p/x.png", "q", "p/x.png>x.jpg\nq/x.jpg>q/x.jpg\nq/y.png>q/y.jpg\n");
}

static void a_file_makes_way_for_a_folder_of_its_outputs_name(void **state)
{
	folder("x.jpg");
	image("x.jpg/in.jpg");
	image("x.png");
	assert_found(*state, "x.png", "x.jpg", "x.png>x.png.jpg\nx.jpg/in.jpg>x.jpg/in.jpg\n");
}

static void files_of_one_name_are_refused_unless_they_are_one_file(void **state)
{
	struct fixture *fixture = *state;

	folder("p");
	image("p/x.jpg");
	image("x.jpg");
	assert_int_equal(find(fixture, "p/x.jpg", "x.jpg"), -1);
	assert_string_equal(fixture->found.text, "");
	assert_non_null(strstr(fixture->base.err.text, "the same name"));
	assert_found(fixture, "x.jpg", "./x.jpg", "x.jpg>x.jpg\n");
	assert_non_null(strstr(fixture->warnings.text, "./x.jpg: given more than once"));
	put_file("x.jpg", "text", 4);
	assert_int_equal(find(fixture, "p/x.jpg", "x.jpg"), 0);
	assert_non_null(strstr(fixture->found.text, "p/x.jpg>x.jpg\n"));
	assert_non_null(strstr(fixture->found.text, "x.jpg>\n"));
}

static void collisions_are_settled_per_folder(void **state)
{
	folder("in");
	folder("in/sub");
	image("in/a.png");
	image("in/a.jpg");
	image("in/sub/a.png");
	put_file("in/b.txt", "text", 4);
	image("in/b.jpg");
	assert_found(*state, "in", NULL,
		     "in/a.jpg>a.jpg.jpg\nin/a.png>a.png.jpg\nin/b.jpg>b.jpg\nin/b.txt>\n"
		     "in/sub/a.png>sub/a.jpg\n");
}

static void thumbs_and_suffix_take_part_in_names(void **state)
{
	struct fixture *fixture = *state;

	folder("in");
	image("in/a.jpg");
	image("in/a.thumb.jpg");
	set(fixture, "suffix", "-s");
	assert_found(fixture, "in", NULL, "in/a.jpg>a-s.jpg\nin/a.thumb.jpg>a.thumb-s.jpg\n");
	set(fixture, "suffix", "");
	set(fixture, "thumb", "100");
	assert_found(fixture, "in", NULL, "in/a.jpg>a.jpg.jpg\nin/a.thumb.jpg>a.thumb.jpg.jpg\n");
}

static void a_list_is_read_in_either_form(void **state)
{
	struct fixture *fixture = *state;

	folder("in");
	image("in/a.jpg");
	image("b\n.jpg");
	image("c.jpg");
	fixture->base.config.from = "list";
	put_file("list", "c.jpg\n\nnone.jpg\nin", 18);
	assert_found(fixture, NULL, NULL,
		     "none.jpg!open: No such file or directory\nc.jpg>c.jpg\n"
		     "in/a.jpg>in/a.jpg\n");
	fixture->base.config.from_nul = true;
	put_file("list", "b\n.jpg\0c.jpg\0", 13);
	assert_found(fixture, NULL, NULL, "b\n.jpg>b\n.jpg\nc.jpg>c.jpg\n");
	fixture->base.config.from = "nowhere";
	assert_int_equal(find(fixture, NULL, NULL), -1);
	assert_non_null(strstr(fixture->base.err.text, "nowhere"));
	assert_int_equal(check(fixture, NULL, NULL), 0);
	fixture->base.config.from = "-";
	fixture->base.config.from_fd = open("list", O_RDONLY | O_CLOEXEC);
	assert_found(fixture, "in", NULL, "b\n.jpg>b\n.jpg\nc.jpg>c.jpg\nin/a.jpg>in/a.jpg\n");
	close(fixture->base.config.from_fd);
}

static void names_of_any_bytes_become_outputs(void **state)
{
	struct fixture *fixture = *state;
	char name[300];
	char expected[900];

	folder("in");
	image("in/a\n\x1b[31m.jpg");
	image("in/\xff.png");
	snprintf(name, sizeof name, "in/%0252d.j", 1);
	image(name);
	snprintf(expected, sizeof expected,
		 "%s!the name of its output would be longer than 255 bytes\n"
		 "in/a\n\x1b[31m.jpg>a\n\x1b[31m.jpg\nin/\xff.png>\xff.jpg\n",
		 name);
	assert_found(fixture, "in", NULL, expected);
}

static void the_registry_knows_the_workload_and_its_stages(void **state)
{
	const struct workload *workload = workload_at(0);

	(void)state;
	assert_string_equal(workload->name, "images");
	assert_ptr_equal(workload_find("images"), workload);
	assert_null(workload_find("image"));
	assert_null(workload_at(1000));
	assert_int_equal(workload_stage_index(workload, "read|", 4), 0);
	assert_int_equal(workload_stage_index(workload, "write", 5), 6);
	assert_int_equal(workload_stage_index(workload, "writ", 4), -1);
	assert_true(workload_stage_index(workload, workload->hybrid_cpu_first,
					 strlen(workload->hybrid_cpu_first)) >= 0);
	assert_true(workload_stage_index(workload, workload->hybrid_cpu_last,
					 strlen(workload->hybrid_cpu_last)) >= 0);
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		IN_FOLDER(a_single_folder_keeps_its_tree_below_the_output),
		IN_FOLDER(who_has_seen_enough_ends_the_search),
		IN_FOLDER(several_folders_go_under_their_names),
		IN_FOLDER(folders_of_one_name_are_refused),
		IN_FOLDER(files_go_into_the_output_folder_itself),
		IN_FOLDER(a_file_makes_way_for_a_folder_of_its_outputs_name),
		IN_FOLDER(files_of_one_name_are_refused_unless_they_are_one_file),
		IN_FOLDER(collisions_are_settled_per_folder),
		IN_FOLDER(thumbs_and_suffix_take_part_in_names),
		IN_FOLDER(a_list_is_read_in_either_form),
		IN_FOLDER(names_of_any_bytes_become_outputs),
		IN_FOLDER(the_registry_knows_the_workload_and_its_stages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
