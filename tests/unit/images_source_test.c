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
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "workload/images_options.h"
#include "workload/workload.h"

enum { MOST_INPUTS = 4 };

struct fixture {
	char folder[64];
	const struct workload *workload;
	struct images_options options;
	struct workload_config config;
	const char *inputs[MOST_INPUTS];
	struct textbuf found; /* "input>output" or "input!reason", a line each */
	struct textbuf warnings;
	uint64_t estimate;
	unsigned emits_left; /* the run is stopped when used up */
	struct err err;
};

static int set_up(void **state)
{
	struct fixture *fixture = mem_calloc(1, sizeof *fixture);

	strcpy(fixture->folder, "/tmp/imgtop-source-XXXXXX");
	fixture->workload = workload_find("images");
	option_defaults(fixture->workload->options, fixture->workload->noptions, &fixture->options);
	fixture->config = (struct workload_config){.inputs = fixture->inputs,
						   .from_fd = -1,
						   .output = "out",
						   .run_id = "test",
						   .values = &fixture->options};
	textbuf_init(&fixture->found);
	textbuf_init(&fixture->warnings);
	fixture->emits_left = 1000;
	*state = fixture;
	if (mkdtemp(fixture->folder) == NULL)
		return -1;
	return chdir(fixture->folder);
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *at)
{
	(void)status;
	(void)kind;
	(void)at;
	return remove(path);
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	if (chdir("/") != 0)
		return -1;
	nftw(fixture->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	option_release(fixture->workload->options, fixture->workload->noptions, &fixture->options);
	textbuf_free(&fixture->found);
	textbuf_free(&fixture->warnings);
	free(fixture);
	return 0;
}

static void set(struct fixture *fixture, const char *name, const char *value)
{
	const struct option_spec *spec = option_find(
		fixture->workload->options, fixture->workload->noptions, name, strlen(name));

	assert_non_null(spec);
	assert_int_equal(option_parse(spec, value, &fixture->options, &fixture->err), 0);
}

static bool on_emit(struct source *source, const struct source_item *item)
{
	struct fixture *fixture = source->engine;

	assert_true(strlen(item->name) + item->payload_length <= WORK_PAYLOAD_BYTES - 16);
	if (item->verdict != ERR_NONE)
		textbuf_printf(&fixture->found, "%s!%s%s\n", item->name,
			       item->verdict == ERR_SKIP ? "skip: " : "", item->reason);
	else
		textbuf_printf(&fixture->found, "%s>%.*s\n", item->name, (int)item->payload_length,
			       (const char *)item->payload);
	return --fixture->emits_left > 0;
}

static void on_estimate(struct source *source, uint64_t items)
{
	struct fixture *fixture = source->engine;

	assert_true(items >= fixture->estimate);
	fixture->estimate = items;
}

static void on_warn(struct source *source, const char *text)
{
	struct fixture *fixture = source->engine;

	textbuf_printf(&fixture->warnings, "%s\n", text);
}

static int find(struct fixture *fixture, const char *first, const char *second)
{
	struct source source = {.config = &fixture->config,
				.emit = on_emit,
				.estimate = on_estimate,
				.warn = on_warn,
				.engine = fixture};

	fixture->inputs[0] = first;
	fixture->inputs[1] = second;
	fixture->config.ninputs = second != NULL ? 2 : first != NULL ? 1 : 0;
	fixture->estimate = 0;
	textbuf_free(&fixture->found);
	textbuf_init(&fixture->found);
	err_clear(&fixture->err);
	return fixture->workload->source(&source, &fixture->err);
}

static int check(struct fixture *fixture, const char *first, const char *second)
{
	fixture->inputs[0] = first;
	fixture->inputs[1] = second;
	fixture->config.ninputs = second != NULL ? 2 : first != NULL ? 1 : 0;
	err_clear(&fixture->err);
	return fixture->workload->check(&fixture->config, &fixture->err);
}

static void assert_found(struct fixture *fixture, const char *first, const char *second,
			 const char *expected)
{
	assert_int_equal(find(fixture, first, second), 0);
	assert_string_equal(fixture->found.text, expected);
}

static void assert_check_says(struct fixture *fixture, const char *first, const char *second,
			      const char *reason)
{
	assert_int_equal(check(fixture, first, second), -1);
	assert_int_equal(fixture->err.kind, ERR_PERMANENT);
	if (strstr(fixture->err.text, reason) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", fixture->err.text, reason);
}

static void put(const char *path, const void *bytes, size_t length)
{
	int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, length), length);
	close(fd);
}

/* Enough of a JPEG file to be taken for one. */
static void image(const char *path)
{
	put(path, "\xff\xd8\xff\xe0\0\020JFIF\0\1\1\0\0\1\0\1\0\0", 20);
}

static void folder(const char *path)
{
	assert_int_equal(mkdir(path, 0700), 0);
}

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
	assert_non_null(strstr(fixture->err.text, "the same name"));
	assert_found(fixture, "x.jpg", "./x.jpg", "x.jpg>x.jpg\n");
	assert_non_null(strstr(fixture->warnings.text, "./x.jpg: given more than once"));
	put("x.jpg", "text", 4);
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
	put("in/b.txt", "text", 4);
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
	fixture->config.from = "list";
	put("list", "c.jpg\n\nnone.jpg\nin", 18);
	assert_found(fixture, NULL, NULL,
		     "none.jpg!open: No such file or directory\nc.jpg>c.jpg\n"
		     "in/a.jpg>in/a.jpg\n");
	fixture->config.from_nul = true;
	put("list", "b\n.jpg\0c.jpg\0", 13);
	assert_found(fixture, NULL, NULL, "b\n.jpg>b\n.jpg\nc.jpg>c.jpg\n");
	fixture->config.from = "nowhere";
	assert_int_equal(find(fixture, NULL, NULL), -1);
	assert_non_null(strstr(fixture->err.text, "nowhere"));
	assert_int_equal(check(fixture, NULL, NULL), 0);
	fixture->config.from = "-";
	fixture->config.from_fd = open("list", O_RDONLY | O_CLOEXEC);
	assert_found(fixture, "in", NULL, "b\n.jpg>b\n.jpg\nc.jpg>c.jpg\nin/a.jpg>in/a.jpg\n");
	close(fixture->config.from_fd);
}

static void the_output_folder_is_never_walked(void **state)
{
	folder("in");
	folder("in/out");
	folder("in/out/deep");
	image("in/a.jpg");
	image("in/out/a.jpg");
	image("in/out/deep/b.jpg");
	assert_int_equal(symlink("out/deep", "in/link") | symlink("out", "in/other"), 0);
	((struct fixture *)*state)->config.output = "in/out";
	assert_int_equal(check(*state, "in", NULL), 0);
	assert_found(*state, "in", NULL, "in/a.jpg>a.jpg\n");
}

static void an_input_folder_that_is_the_output_folder_needs_a_suffix(void **state)
{
	struct fixture *fixture = *state;

	folder("in");
	folder("in/sub");
	image("in/a.jpg");
	image("in/a-s.jpg");
	image("in/a-s.thumb.jpg");
	image("in/sub/b-s.jpg");
	put("in/.imgtop-old-1", "left", 4);
	assert_int_equal(symlink("in", "out"), 0);
	assert_check_says(fixture, "in", NULL, "--suffix");
	assert_check_says(fixture, "in/a.jpg", NULL, "--suffix");
	set(fixture, "suffix", "-s");
	assert_int_equal(check(fixture, "in", NULL), 0);
	assert_int_equal(check(fixture, "in/a.jpg", "in/a-s.jpg"), 0);
	assert_found(fixture, "in", NULL,
		     "in/a-s.jpg!skip: carries the suffix: an output of an earlier run, by its "
		     "name\n"
		     "in/a-s.thumb.jpg!skip: carries the suffix: an output of an earlier run, by "
		     "its name\n"
		     "in/a.jpg>a-s.jpg\n"
		     "in/sub/b-s.jpg!skip: carries the suffix: an output of an earlier run, by its "
		     "name\n");
	assert_int_equal(access("in/.imgtop-old-1", F_OK), -1);
	assert_found(fixture, "in/a.jpg", "in/a-s.jpg",
		     "in/a-s.jpg!skip: carries the suffix: an output of an earlier run, by its "
		     "name\n"
		     "in/a.jpg>a-s.jpg\n");
}

static void inputs_that_lie_in_the_output_folder_are_refused(void **state)
{
	folder("out");
	folder("out/photos");
	folder("outer");
	image("out/photos/a.jpg");
	assert_check_says(*state, "out/photos", NULL, "lies in the output folder");
	assert_int_equal(find(*state, "out/photos", NULL), -1);
	assert_check_says(*state, "outer", "out", "lies in the output folder");
	assert_int_equal(check(*state, "outer", NULL), 0);
	assert_int_equal(check(*state, "out/photos/a.jpg", NULL), 0);
}

static void links_do_not_lead_outputs_to_inputs(void **state)
{
	struct fixture *fixture = *state;

	folder("in");
	folder("out");
	folder("out/in");
	image("in/a.jpg");
	image("out/b.jpg");
	image("out/in/c.jpg");
	assert_int_equal(
		symlink("../out/b.jpg", "in/b.jpg") | symlink("../in/a.jpg", "out/link.jpg"), 0);
	assert_found(fixture, "in", NULL,
		     "in/b.jpg!skip: a link into the output folder\nin/a.jpg>a.jpg\n");
	assert_check_says(fixture, "in/b.jpg", NULL, "lies in the output folder");
	assert_check_says(fixture, "out/link.jpg", NULL, "lies in the output folder");
	assert_int_equal(check(fixture, "in/a.jpg", "out/in/c.jpg"), 0);
	assert_check_says(fixture, "in", "out/in/c.jpg", "could replace inputs");
}

static void what_cannot_start_is_refused_with_a_sentence(void **state)
{
	struct fixture *fixture = *state;

	assert_check_says(fixture, NULL, NULL, "no input");
	assert_check_says(fixture, "none", NULL, "none: No such file");
	image("a.jpg");
	set(fixture, "background", "pink");
	assert_check_says(fixture, "a.jpg", NULL, "--background");
	set(fixture, "background", "#aabbc");
	assert_check_says(fixture, "a.jpg", NULL, "--background");
	set(fixture, "background", "00aAfF");
	assert_int_equal(check(fixture, "a.jpg", NULL), 0);
	set(fixture, "suffix", "a/b");
	assert_check_says(fixture, "a.jpg", NULL, "--suffix");
	set(fixture, "suffix", "");
	set(fixture, "patch", "1,2");
	assert_check_says(fixture, "a.jpg", NULL, "--patch");
	set(fixture, "patch", "");
	fixture->config.output = NULL;
	assert_check_says(fixture, "a.jpg", NULL, "-o");
}

static void folders_that_cannot_be_read_and_loops_are_reported(void **state)
{
	struct fixture *fixture = *state;

	folder("in");
	folder("in/sub");
	image("in/a.jpg");
	assert_int_equal(symlink("..", "in/sub/up"), 0);
	assert_found(fixture, "in", NULL, "in/a.jpg>a.jpg\n");
	assert_non_null(strstr(fixture->warnings.text, "in/sub/up: leads back"));
	if (geteuid() == 0)
		return; /* who may read everything */
	assert_int_equal(chmod("in/sub", 0), 0);
	assert_found(fixture, "in", NULL,
		     "in/a.jpg>a.jpg\nin/sub!open folder: Permission denied\n");
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

static void a_fifo_is_handed_on_without_being_opened(void **state)
{
	folder("in");
	assert_int_equal(mkfifo("in/a.jpg", 0600), 0);
	image("in/a.png");
	assert_found(*state, "in", NULL, "in/a.jpg>\nin/a.png>a.jpg\n");
}

static void leftovers_of_earlier_runs_are_swept_and_never_inputs(void **state)
{
	folder("in");
	folder("out");
	folder("out/sub");
	folder("in/sub");
	image("in/.imgtop-x-1");
	image("in/sub/a.jpg");
	image("out/.imgtop-old-1");
	image("out/sub/.imgtop-old-2");
	image("out/sub/.imgtop-test-1");
	assert_found(*state, "in", NULL, "in/sub/a.jpg>sub/a.jpg\n");
	assert_int_equal(access("out/.imgtop-old-1", F_OK), -1);
	assert_int_equal(access("out/sub/.imgtop-old-2", F_OK), -1);
	assert_int_equal(access("out/sub/.imgtop-test-1", F_OK), 0);
	assert_int_equal(access("in/.imgtop-x-1", F_OK), 0);
}

static void a_stopped_run_is_not_searched_on(void **state)
{
	struct fixture *fixture = *state;

	folder("in");
	folder("in/sub");
	image("in/a.jpg");
	image("in/b.jpg");
	image("in/sub/c.jpg");
	fixture->emits_left = 1;
	assert_found(fixture, "in", NULL, "in/a.jpg>a.jpg\n");
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
		IN_FOLDER(several_folders_go_under_their_names),
		IN_FOLDER(folders_of_one_name_are_refused),
		IN_FOLDER(files_go_into_the_output_folder_itself),
		IN_FOLDER(a_file_makes_way_for_a_folder_of_its_outputs_name),
		IN_FOLDER(files_of_one_name_are_refused_unless_they_are_one_file),
		IN_FOLDER(collisions_are_settled_per_folder),
		IN_FOLDER(thumbs_and_suffix_take_part_in_names),
		IN_FOLDER(a_list_is_read_in_either_form),
		IN_FOLDER(the_output_folder_is_never_walked),
		IN_FOLDER(an_input_folder_that_is_the_output_folder_needs_a_suffix),
		IN_FOLDER(inputs_that_lie_in_the_output_folder_are_refused),
		IN_FOLDER(links_do_not_lead_outputs_to_inputs),
		IN_FOLDER(what_cannot_start_is_refused_with_a_sentence),
		IN_FOLDER(folders_that_cannot_be_read_and_loops_are_reported),
		IN_FOLDER(names_of_any_bytes_become_outputs),
		IN_FOLDER(a_fifo_is_handed_on_without_being_opened),
		IN_FOLDER(leftovers_of_earlier_runs_are_swept_and_never_inputs),
		IN_FOLDER(a_stopped_run_is_not_searched_on),
		IN_FOLDER(the_registry_knows_the_workload_and_its_stages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
