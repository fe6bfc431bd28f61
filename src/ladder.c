/*
 * ladder.c - the rungs, and the options that they imply.
 */
#include "config.h"

#include "ladder.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static const char ladder_workload[] = "images";

static const struct ladder_rung rungs[] = {
	{"read-write:1t", "one worker does everything"},
	{"read-decode:1t | resize-write:1t", "a reading thread + the rest"},
	{"read-decode:1t | resize-patch:1t | encode-write:1t",
	 "a reading and a writing thread + the rest"},
	{"read-decode:1t | resize-thumb:1t | patch:1t | encode-write:1t",
	 "four threads: read, write, thumbnail, patch"},
	{"read-decode:1p | resize-thumb:1p | patch:1p | encode-write:1p",
	 "four processes: the same"},
	{"read:1p | decode-encode:5p | write:2p", "8 processes: 1 read, 2 write, 5 do-all"},
	{"read:4p | decode-encode:7p | write:5p", "16 processes: 4 read, 5 write, 7 do-all"},
	{"read-encode:10p | write:9p", "19 processes: 9 write, 10 do-all"},
	{"read:1t | decode-write:10p",
	 "10 do-all processes + a reading thread over one shared list"},
};

/* What is done besides, where the user does not say. */
static const struct {
	const char *option;
	const char *value;
} implied[] = {{"thumb", "256"}, {"patch", "centre"}};

const struct ladder_rung *ladder_at(size_t index)
{
	return index < sizeof rungs / sizeof rungs[0] ? &rungs[index] : NULL;
}

int ladder_check(const struct options *options, struct err *err)
{
	if (strcmp(options->workload->name, ladder_workload) != 0)
		return err_permanent(err,
				     "--ladder: its rungs cut the stages of %s, and %s has others; "
				     "give --plan once for each plan",
				     ladder_workload, options->workload->name);
	if (options->run.plan != NULL)
		return err_permanent(err, "--ladder: cannot stand together with --plan: it brings "
					  "its own plans; leave one of them out");
	return 0;
}

void ladder_use(struct options *options)
{
	const struct workload *workload = options->workload;
	struct textbuf plans;
	struct err err;

	textbuf_init(&plans);
	for (size_t i = 0; ladder_at(i) != NULL; i++)
		textbuf_printf(&plans, "%s%s", i > 0 ? OPTIONS_PLANS_BETWEEN : "", rungs[i].layout);
	free(options->run.plan);
	options->run.plan = plans.text;
	for (size_t i = 0; i < sizeof implied / sizeof implied[0]; i++) {
		const struct option_spec *spec =
			option_find(workload->options, workload->noptions, implied[i].option,
				    strlen(implied[i].option));

		assert(spec != NULL);
		if (option_is_set(spec, options->values))
			continue;
		if (option_parse(spec, implied[i].value, options->values, &err) != 0)
			abort(); /* the table above is wrong */
	}
}
