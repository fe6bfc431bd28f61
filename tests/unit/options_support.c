/*
 * options_support.c - what the tests of the options share.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "options_support.h"

#define AT(field) .offset = offsetof(struct pictures, field)

static const char *const metadata_words[] = {"strip", "keep", NULL};

static const struct option_spec picture_specs[] = {
	{.name = "max",
	 .kind = OPTION_SIZE,
	 .argument = "WxH",
	 .help = "Box",
	 .initial = "1920x1920",
	 .maximum = 65500,
	 AT(max)},
	{.name = "quality",
	 .kind = OPTION_INT,
	 .argument = "N",
	 .help = "Quality",
	 .initial = "85",
	 .minimum = 1,
	 .maximum = 100,
	 AT(quality)},
	{.name = "patch", .kind = OPTION_TEXT, .argument = "X,Y,WxH", .help = "Patch", AT(patch)},
	{.name = "colour",
	 .kind = OPTION_TEXT,
	 .argument = "NAME",
	 .help = "Colour",
	 .initial = "white",
	 AT(colour)},
	{.name = "tolerate", .letter = 'T', .kind = OPTION_FLAG, .help = "Tolerate", AT(tolerate)},
	{.name = "sharpen", .kind = OPTION_FLAG, .help = "Sharpen", .initial = "yes", AT(sharpen)},
	{.name = "metadata",
	 .kind = OPTION_CHOICE,
	 .argument = "WHAT",
	 .help = "Metadata",
	 .initial = "strip",
	 .choices = metadata_words,
	 AT(metadata)},
};

static const struct workload_stage stages[] = {{.name = "read"}, {.name = "write"}};

const struct workload options_pictures = {.name = "pictures",
					  .summary = "A workload",
					  .stages = stages,
					  .nstages = 2,
					  .options = picture_specs,
					  .noptions =
						  sizeof picture_specs / sizeof picture_specs[0],
					  .values_size = sizeof(struct pictures)};
static const struct workload other = {.name = "other", .summary = "Another", .values_size = 1};

const struct workload *workload_at(size_t index)
{
	return index == 0 ? &options_pictures : index == 1 ? &other : NULL;
}

const struct workload *workload_find(const char *name)
{
	return strcmp(name, "pictures") == 0 ? &options_pictures
	       : strcmp(name, "other") == 0  ? &other
					     : NULL;
}

int workload_stage_index(const struct workload *workload, const char *name, size_t length)
{
	for (unsigned i = 0; i < workload->nstages; i++) {
		if (strlen(workload->stages[i].name) == length &&
		    memcmp(workload->stages[i].name, name, length) == 0)
			return (int)i;
	}
	return -1;
}

static int count_words(const char *const *words)
{
	int count = 0;

	while (words[count] != NULL)
		count++;
	return count;
}

struct options read_words(const char *const *words)
{
	struct options options;
	struct err err = {0};

	if (options_parse(count_words(words), words, &options, &err) != 0)
		fail_msg("refused: %s", err.text);
	return options;
}

void expect_refused(const char *const *words, const char *sentence)
{
	struct options options;
	struct err err = {0};

	assert_int_equal(options_parse(count_words(words), words, &options, &err), -1);
	assert_int_equal(err.kind, ERR_PERMANENT);
	assert_string_equal(err.text, sentence);
}
