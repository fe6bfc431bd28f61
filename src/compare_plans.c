/*
 * compare_plans.c - the plans of a comparison: from its options to what is run (floor: program).
 */
#include "config.h"

#include "compare.h"

#include <ctype.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "ladder.h"
#include "plan_make.h"

enum { INPUT_BYTES = 256 /* of a family's name, which charts show */ };

static void add_plan(struct compare *compare, const char *text, size_t length, bool ladder)
{
	const struct ladder_rung *rung = ladder ? ladder_at(compare->nplans) : NULL;

	compare->plans = mem_realloc(compare->plans, compare->nplans + 1, sizeof *compare->plans);
	compare->plans[compare->nplans++] =
		(struct compare_plan){.name = mem_strndup(text, length),
				      .title = rung != NULL ? mem_strdup(rung->name) : NULL};
}

void compare_plans_read(const struct options *options, struct compare *compare)
{
	const char *text = options->run.plan;
	size_t given;

	while (text != NULL && *text != '\0') {
		size_t length = strcspn(text, OPTIONS_PLANS_BETWEEN);

		add_plan(compare, text, length, options->compare.ladder);
		text += length;
		text += *text != '\0';
	}
	given = options->compare.against != NULL ? compare->nplans : 0;
	for (size_t i = 0; i < given; i++) {
		add_plan(compare, compare->plans[i].name, strlen(compare->plans[i].name), false);
		compare->plans[compare->nplans - 1].input = mem_strdup(options->compare.against);
	}
}

/* A single writer beside the workers is no part of what the plan's number says. */
static unsigned shared_by(const struct workload *workload, const struct layout *layout)
{
	unsigned workers = layout_workers(layout);

	return workload->single_writer != NULL && layout->nstations > 1 ? workers - 1 : workers;
}

/* Plans that differ only in how many workers they have: of a strategy, or of one way to cut the
 * stages ("read:t | decode-encode:p | write:t"). Caller frees. */
static char *family_of(const struct layout *layout, const char *text)
{
	char *family, *to;

	if (layout_strategy_find(layout->strategy, strlen(layout->strategy)) != NULL)
		return mem_strdup(layout->strategy);
	family = to = mem_strdup(text);
	for (bool counts = false; *text != '\0'; text++) {
		counts = *text == ':' || (counts && isdigit((unsigned char)*text));
		if (!counts || *text == ':')
			*to++ = *text;
	}
	*to = '\0';
	return family;
}

void compare_plans_use_input(const struct compare_plan *plan, struct options *options)
{
	glob_t found = {0};
	char **operands;
	size_t count;

	if (plan->input == NULL)
		return;
	/* what matches nothing is taken as it is, and then found missing */
	if (glob(plan->input, GLOB_NOCHECK, NULL, &found) != 0)
		found = (glob_t){0};
	count = found.gl_pathc > 0 ? found.gl_pathc : 1;
	operands = mem_calloc(count + 1, sizeof *operands);
	for (size_t i = 0; i < count; i++)
		operands[i] = mem_strdup(found.gl_pathc > 0 ? found.gl_pathv[i] : plan->input);
	globfree(&found);
	options->operands = operands;
	options->noperands = count;
	options->run.from = NULL;
	options->run.from_nul = false;
}

void compare_plans_drop_input(const struct compare_plan *plan, struct options *options)
{
	if (plan->input != NULL)
		options_arguments_free(options->operands);
}

static int check_plan(const struct options *given, const struct machine *machine,
		      const char *result, struct compare_plan *compared, struct err *err)
{
	struct options options = *given;
	char layout[LAYOUT_TEXT_BYTES], input[INPUT_BYTES], *family = NULL;
	struct plan plan;
	int made;

	options.run.plan = compared->name;
	options.run.output = (char *)result;
	compare_plans_use_input(compared, &options);
	made = plan_make(&options, machine, -1, NULL, &plan, err);
	if (made == 0) {
		layout_format(plan.workload, &plan.layout, layout, sizeof layout);
		compared->layout = mem_strdup(layout);
		if (!options.compare.ladder)
			family = family_of(&plan.layout, layout);
		if (family != NULL && compared->input != NULL) {
			text_sanitise(input, sizeof input, compared->input,
				      strlen(compared->input));
			compared->family = mem_printf("%s on %s", family, input);
		} else if (family != NULL)
			compared->family = mem_strdup(family);
		compared->workers = shared_by(plan.workload, &plan.layout);
		plan_release(&plan);
	}
	free(family);
	compare_plans_drop_input(compared, &options);
	return made;
}

int compare_plans_check(const struct options *options, const struct machine *machine,
			const char *result, struct compare *compare, struct err *err)
{
	for (size_t i = 0; i < compare->nplans; i++) {
		if (check_plan(options, machine, result, &compare->plans[i], err) != 0)
			return -1;
	}
	return 0;
}
