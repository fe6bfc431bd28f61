/*
 * options_config_test.c - defaults of one's own: what a file of them does, and what is refused in
 * it.
 */
#include "config.h"

#include "options_config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <unistd.h>

#include "base/text.h"

enum { VALUE_BYTES = 128 };

struct fixture {
	char path[64];
	struct options_config *config;
	struct err err;
};

enum { NOBODY = 65534 };

static int set_up(void **state)
{
	static struct fixture fixture;
	int fd;

	fixture = (struct fixture){.path = "/tmp/imgtop-config-XXXXXX"};
	*state = &fixture;
	fd = mkstemp(fixture.path);
	return fd < 0 ? -1 : close(fd);
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	options_config_free(fixture->config);
	return unlink(fixture->path);
}

static int load(struct fixture *fixture, const char *content)
{
	FILE *file = fopen(fixture->path, "w");

	assert_non_null(file);
	assert_true(fputs(content, file) >= 0);
	assert_int_equal(fclose(file), 0);
	options_config_free(fixture->config);
	err_clear(&fixture->err);
	return options_config_load(fixture->path, &fixture->config, &fixture->err);
}

static struct options parse(struct fixture *fixture, int argc, const char *const *argv)
{
	struct options options;

	if (options_parse_configured(argc, argv, fixture->config, &options, &fixture->err) != 0)
		fail_msg("%s", fixture->err.text);
	return options;
}

static void assert_value(const struct options *options, enum options_scope scope, const char *name,
			 const char *wanted)
{
	size_t count;
	const struct option_spec *specs = options_scope_specs(scope, options->workload, &count);
	const struct option_spec *spec = option_find(specs, count, name, strlen(name));
	char text[VALUE_BYTES];

	assert_non_null(spec);
	option_format(spec, options_values_const(options, scope), text, sizeof text);
	assert_string_equal(text, wanted);
}

/* Another value than the default, that the option takes. */
static void other_value(const struct option_spec *spec, char *text, size_t size)
{
	switch (spec->kind) {
	case OPTION_FLAG:
		snprintf(text, size, "%s",
			 spec->initial != NULL && strcmp(spec->initial, "yes") == 0 ? "no" : "yes");
		return;
	case OPTION_CHOICE:
		snprintf(text, size, "%s", spec->choices[1]);
		return;
	case OPTION_SIZE:
		snprintf(text, size, "640x480");
		return;
	case OPTION_TEXT:
		snprintf(text, size, "%s", strcmp(spec->name, "patch") == 0 ? "1,2,3x4" : "black");
		return;
	case OPTION_BYTES:
		snprintf(text, size, "7M");
		return;
	default:
		snprintf(text, size, "%d", spec->minimum > 7 ? (int)spec->minimum + 1 : 7);
	}
}

static void every_option_of_a_workload_may_stand_in_the_file(void **state)
{
	const struct workload *images = workload_find("images");
	struct fixture *fixture = *state;
	const char *argv[] = {"imgtop", "run", "images", "in", "--quality", "9", NULL};
	struct textbuf content;
	struct options options;

	textbuf_init(&content);
	textbuf_printf(&content, "[images]\n");
	for (size_t i = 0; i < images->noptions; i++) {
		char value[VALUE_BYTES];

		other_value(&images->options[i], value, sizeof value);
		textbuf_printf(&content, "%s = %s\n", images->options[i].name, value);
	}
	if (load(fixture, content.text) != 0)
		fail_msg("%s", fixture->err.text);
	options = parse(fixture, 6, argv);
	for (size_t i = 0; i < images->noptions; i++) {
		char value[VALUE_BYTES];

		other_value(&images->options[i], value, sizeof value);
		assert_value(&options, SCOPE_WORKLOAD, images->options[i].name,
			     strcmp(images->options[i].name, "quality") == 0 ? "9" : value);
	}
	options_release(&options);
	textbuf_free(&content);
}

static void the_command_line_goes_before_the_file(void **state)
{
	const char *argv[] = {"imgtop",	   "run", "images",	   "in",
			      "--quality", "85",  "--tolerate=no", NULL};
	struct fixture *fixture = *state;
	struct options options;
	struct options again;
	char **words;
	int count = 0;

	assert_int_equal(load(fixture, "[images]\nquality = 70\ntolerate = yes\nmax = 640\n"
				       "[run]\nretries = 3\n"),
			 0);
	options = parse(fixture, 7, argv);
	assert_value(&options, SCOPE_WORKLOAD, "quality", "85");
	assert_value(&options, SCOPE_WORKLOAD, "tolerate", "no");
	assert_value(&options, SCOPE_WORKLOAD, "max", "640x640");
	assert_value(&options, SCOPE_RUN, "retries", "3");
	/* Written again it says the same, with the file and without. */
	words = options_arguments(&options);
	while (words[count] != NULL)
		count++;
	for (unsigned with = 0; with < 2; with++) {
		assert_int_equal(options_parse_configured(count, (const char *const *)words,
							  with ? fixture->config : NULL, &again,
							  &fixture->err),
				 0);
		assert_value(&again, SCOPE_WORKLOAD, "quality", "85");
		assert_value(&again, SCOPE_WORKLOAD, "tolerate", "no");
		assert_value(&again, SCOPE_WORKLOAD, "max", "640x640");
		assert_value(&again, SCOPE_RUN, "retries", "3");
		options_release(&again);
	}
	options_arguments_free(words);
	options_release(&options);
}

static void another_workload_has_its_own_section(void **state)
{
	const char *argv[] = {"imgtop", NULL};
	struct fixture *fixture = *state;
	struct options options;

	assert_int_equal(load(fixture, "[sum]\nparts = 12\n[images]\nquality = 70\n"), 0);
	options = parse(fixture, 1, argv);
	assert_value(&options, SCOPE_WORKLOAD, "quality", "70");
	options_use_workload(&options, workload_find("sum"));
	assert_value(&options, SCOPE_WORKLOAD, "parts", "12");
	options_use_workload(&options, workload_find("images"));
	assert_value(&options, SCOPE_WORKLOAD, "quality", "70");
	options_release(&options);
}

static void what_cannot_be_understood_is_refused_with_its_line(void **state)
{
	static const struct {
		const char *content;
		const char *says;
	} cases[] = {
		{"[images]\nmax = 640\nqualty = 70\n", ":3: [images] has no option 'qualty'"},
		{"[images]\nquality = 700\n", ":2: --quality: \"700\""},
		{"[pictures]\nquality = 70\n", ":2: [pictures] is neither"},
		{"quality = 70\n", ":1: [] is neither"},
		{"[run]\nplan = threads:2\n", ":2: --plan belongs on the command line"},
		{"[run]\ndry-run = yes\n", ":2: --dry-run belongs on the command line"},
		{"[images]\nmax\n", ":2: this is not NAME = VALUE"},
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		assert_int_equal(load(fixture, cases[i].content), -1);
		assert_null(fixture->config);
		assert_int_equal(fixture->err.kind, ERR_PERMANENT);
		if (strstr(fixture->err.text, cases[i].says) == NULL)
			fail_msg("\"%s\" does not say \"%s\"", fixture->err.text, cases[i].says);
	}
}

/* Its lines, those that are commented out as well. */
static void the_example_names_every_option_of_images_and_changes_nothing(void **state)
{
	const struct workload *images = workload_find("images");
	const char *argv[] = {"imgtop", "run", "images", "in", NULL};
	struct fixture *fixture = *state;
	const char *sources = getenv("abs_srcdir");
	char path[512];
	char line[256];
	struct textbuf names;
	struct options options;
	FILE *file;

	if (sources == NULL)
		skip(); /* run by hand */
	snprintf(path, sizeof path, "%s/data/options.ini", sources);
	if (options_config_load(path, &fixture->config, &fixture->err) != 0)
		fail_msg("%s", fixture->err.text);
	options = parse(fixture, 4, argv);
	textbuf_init(&names);
	file = fopen(path, "r");
	assert_non_null(file);
	while (fgets(line, sizeof line, file) != NULL)
		textbuf_printf(&names, "\n%s", line[0] == '#' ? line + 2 : line);
	assert_int_equal(fclose(file), 0);
	for (size_t i = 0; i < images->noptions; i++) {
		char start[64];

		assert_false(option_is_set(&images->options[i], options.values));
		snprintf(start, sizeof start, "\n%s = ", images->options[i].name);
		if (strstr(names.text, start) == NULL)
			fail_msg("%s is not in the example", images->options[i].name);
	}
	textbuf_free(&names);
	options_release(&options);
}

static void a_file_that_is_not_there_says_nothing(void **state)
{
	const char *argv[] = {"imgtop", "run", "images", "in", NULL};
	struct fixture *fixture = *state;
	struct options options;

	assert_int_equal(
		options_config_load("/nowhere/options.ini", &fixture->config, &fixture->err), 0);
	options = parse(fixture, 4, argv);
	assert_value(&options, SCOPE_WORKLOAD, "quality", "85");
	options_release(&options);
}

/* As somebody for whom the modes of files hold; the folder is locked for everybody else. */
static void become_nobody(const char *folder, bool locked)
{
	assert_int_equal(chmod(folder, locked ? 0700 : 0755), 0);
	if (geteuid() == 0)
		assert_int_equal(seteuid(NOBODY), 0);
	else if (locked)
		assert_int_equal(chmod(folder, 0), 0);
}

static void become_self(const char *folder)
{
	assert_int_equal(seteuid(getuid()), 0);
	assert_int_equal(chmod(folder, 0700), 0);
}

static void a_home_that_cannot_be_looked_into_says_nothing(void **state)
{
	char folder[] = "/tmp/imgtop-home-XXXXXX", path[64];
	struct fixture *fixture = *state;

	assert_non_null(mkdtemp(folder));
	(void)snprintf(path, sizeof path, "%s/options.ini", folder);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, 0), 0);

	become_nobody(folder, true);
	assert_int_equal(options_config_load(path, &fixture->config, &fixture->err), 0);
	become_self(folder);
	options_config_free(fixture->config);

	/* One that is there and may not be read is refused: what it says may matter. */
	become_nobody(folder, false);
	assert_int_equal(options_config_load(path, &fixture->config, &fixture->err), -1);
	become_self(folder);
	assert_non_null(strstr(fixture->err.text, "options.ini"));
	assert_int_equal(unlink(path) | rmdir(folder), 0);
}

int main(void)
{
#define WITH_FILE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		WITH_FILE(every_option_of_a_workload_may_stand_in_the_file),
		WITH_FILE(the_command_line_goes_before_the_file),
		WITH_FILE(another_workload_has_its_own_section),
		WITH_FILE(what_cannot_be_understood_is_refused_with_its_line),
		WITH_FILE(the_example_names_every_option_of_images_and_changes_nothing),
		WITH_FILE(a_file_that_is_not_there_says_nothing),
		WITH_FILE(a_home_that_cannot_be_looked_into_says_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
