/*
 * services_values.c - what the fields of the setup screen's form hold, and what typing into one
 * changes in the others (floor: program).
 */
#include "config.h"

#include "services_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "plan_make.h"
#include "shell_words.h"

/* What a workload that makes its items itself has no use for, and one that makes no files. */
static const char *const input_fields[] = {"input", "output", "from", "null", "fsync", NULL};
static const char *const output_fields[] = {"output", "fsync", "from", "null", NULL};

/* Which counts the layout at hand takes, if it comes from a strategy. */
static const struct layout_strategy *strategy_at_hand(const struct services *services)
{
	const struct options_run *run = &services->options.run;

	if (run->layout != NULL || run->plan != NULL)
		return NULL;
	if (run->strategy == NULL)
		return plan_default_strategy();
	return layout_strategy_find(run->strategy, strlen(run->strategy));
}

/* Those whose inputs have names of their own make no files. */
static bool has_output(const struct workload *workload)
{
	return !workload->makes_items && workload->inputs_list == NULL;
}

bool services_field_applies(void *context, size_t index)
{
	const struct services *services = context;
	const struct services_field *field = &services->fields[index];
	const struct layout_strategy *row = strategy_at_hand(services);
	const char *name = services->ui_fields[index].name;

	if (field->workload != NULL)
		return field->workload == services->options.workload;
	if (services->options.workload->makes_items && services_is_among(input_fields, name))
		return false;
	if (!has_output(services->options.workload) && services_is_among(output_fields, name))
		return false;
	if (strcmp(name, "workers") == 0)
		return row != NULL && row->takes_workers;
	if (strcmp(name, "io") == 0 || strcmp(name, "cpu") == 0)
		return row != NULL && row->takes_io_cpu;
	if (strcmp(name, "null") == 0)
		return services->options.run.from != NULL;
	if (strcmp(name, "report") == 0)
		return !services->options.run.no_report;
	return true;
}

/* What stands for a value that was not given, where that is a single thing to name. */
static void get_effective(const struct services *services, const char *name, char *text,
			  size_t size)
{
	const struct workload *workload = services->options.workload;
	const struct layout_strategy *row = strategy_at_hand(services);
	struct layout layout;
	struct err err;

	if (strcmp(name, "output") == 0 && workload->output_default != NULL)
		snprintf(text, size, "%s", workload->output_default);
	if (strcmp(name, "strategy") == 0 && row != NULL)
		snprintf(text, size, "%s", row->name);
	if (strcmp(name, "workers") == 0)
		snprintf(text, size, "%u", plan_default_workers(&services->machine));
	if (strcmp(name, "io") == 0)
		snprintf(text, size, "%u", plan_default_io(&services->machine));
	if (strcmp(name, "cpu") == 0)
		snprintf(text, size, "%u", plan_default_workers(&services->machine));
	/* A plan in a word may come from the command line; the form shows what it names. */
	if (strcmp(name, "strategy") == 0 && services->options.run.plan != NULL &&
	    layout_parse(workload, services->options.run.plan, &layout, &err) == 0)
		snprintf(text, size, "%s", layout.strategy);
}

void services_get(void *context, size_t index, char *text, size_t size)
{
	const struct services *services = context;
	const struct services_field *field = &services->fields[index];
	const struct options *options = &services->options;
	char *joined;

	if (size == 0)
		return;
	text[0] = '\0';
	switch (field->kind) {
	case FIELD_WORKLOAD:
		snprintf(text, size, "%s", options->workload->name);
		return;
	case FIELD_INPUTS:
		joined = shell_words_join(options->operands, options->noperands);
		snprintf(text, size, "%s", joined);
		free(joined);
		return;
	case FIELD_OPTION:
		break;
	}
	if (field->workload != NULL && field->workload != options->workload)
		return;
	option_format(field->spec, options_values_const(options, field->scope), text, size);
	if (text[0] == '\0' && field->scope == SCOPE_RUN)
		get_effective(services, field->spec->name, text, size);
}

static int set_inputs(struct services *services, const char *text, struct err *err)
{
	size_t count;
	char **words = shell_words_split(text, &count);

	if (words == NULL)
		return err_permanent(err, "a quote is not closed");
	options_set_operands(&services->options, (const char *const *)words, count);
	options_arguments_free(words);
	return 0;
}

static void forget(char **text)
{
	free(*text);
	*text = NULL;
}

/* Was it chosen for some workload, and not by the user? */
static bool is_example(const char *output)
{
	for (size_t i = 0; workload_at(i) != NULL; i++) {
		const char *example = options_output_example(workload_at(i));

		if (example != NULL && strcmp(output, example) == 0)
			return true;
	}
	return false;
}

void services_choose_output(struct services *services)
{
	const struct workload *workload = services->options.workload;
	const char *example = options_output_example(workload);
	char **output = &services->options.run.output;

	if (*output != NULL && (!has_output(workload) || is_example(*output)))
		forget(output);
	if (*output == NULL && example != NULL)
		*output = mem_strdup(example);
}

static int set_workload(struct services *services, const char *text, struct err *err)
{
	const struct workload *workload = workload_find(text);
	bool named; /* inputs that mean nothing to the other */

	if (workload == NULL)
		return err_permanent(err, "there is no workload '%s'", text);
	if (workload == services->options.workload)
		return 0;
	named = workload->inputs_list != NULL || services->options.workload->inputs_list != NULL;
	options_use_workload(&services->options, workload);
	if (workload->makes_items || named) {
		options_set_operands(&services->options, NULL, 0);
		forget(&services->options.run.from);
	}
	services_choose_output(services);
	return 0;
}

/* Strategy, layout and plan say the same: the last one chosen stays. */
static void settle(struct services *services, const char *name)
{
	struct options_run *run = &services->options.run;
	bool strategy = strcmp(name, "strategy") == 0 && run->strategy != NULL;
	bool layout = strcmp(name, "layout") == 0 && run->layout != NULL;

	if (strategy)
		forget(&run->layout);
	if (layout)
		forget(&run->strategy);
	if (strategy || layout)
		forget(&run->plan);
}

/* What was typed as the option's text. "~/" at the start of a path is the home folder: no shell has
 * looked at it; a blank behind a number is nothing. */
static char *read_typed(const struct option_spec *spec, const char *text)
{
	const char *home = getenv("HOME");
	bool path = strcmp(spec->name, "output") == 0 || strcmp(spec->name, "report") == 0 ||
		    strcmp(spec->name, "from") == 0;

	if (path && home != NULL && text[0] == '~' && (text[1] == '/' || text[1] == '\0'))
		return mem_printf("%s%s", home, text + 1);
	if (spec->kind != OPTION_TEXT) {
		text += strspn(text, " ");
		size_t length = strlen(text);
		while (length > 0 && text[length - 1] == ' ')
			length--;
		return mem_printf("%.*s", (int)length, text);
	}
	return mem_strdup(text);
}

int services_set(void *context, size_t index, const char *text, struct err *err)
{
	struct services *services = context;
	const struct services_field *field = &services->fields[index];
	const struct option_spec *spec = field->spec;
	void *values;
	char *typed;
	int result;

	if (field->kind == FIELD_WORKLOAD)
		return set_workload(services, text, err);
	if (field->kind == FIELD_INPUTS)
		return set_inputs(services, text, err);
	if (field->workload != NULL && field->workload != services->options.workload)
		return err_permanent(err, "this is an option of another workload");
	values = options_values(&services->options, field->scope);
	if (*text == '\0' && spec->initial != NULL)
		text = spec->initial; /* an emptied field goes back to its default */
	typed = read_typed(spec, text);
	result = option_parse(spec, typed, values, err);
	free(typed);
	if (result == 0 && field->scope == SCOPE_RUN)
		settle(services, spec->name);
	return result;
}
