/*
 * services_fields.c - the form of the setup screen, made from the option tables (floor: program).
 */
#include "config.h"

#include "services_private.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "plan_make.h"
#include "shell_words.h"

/* Options of a run in the order of the form; the rest follows below the fold, but for those that
 * say how the run is shown, which the form itself answers. */
static const char *const first_fields[] = {"output", "strategy", "workers", "io",     "cpu",
					   "queue",  "delay",	 "report",  "layout", NULL};
static const char *const no_fields[] = {"plan", "batch", "json", "detach", NULL};
/* What a workload that makes its items itself has no use for. */
static const char *const input_fields[] = {"input", "output", "from", "null", "fsync", NULL};
static const char *const output_fields[] = {"output", "fsync", "from", "null", NULL};
enum { WORKLOAD_FIRST = 2, LABEL_BYTES = 40 }; /* options of a workload above the fold */

static bool is_among(const char *const *names, const char *name)
{
	for (; *names != NULL; names++) {
		if (strcmp(*names, name) == 0)
			return true;
	}
	return false;
}

/* What the name of an option alone does not tell on the setup screen. */
static const struct {
	const char *name;
	const char *label;
} labels[] = {
	{"io", "I/O workers"},
	{"cpu", "CPU workers"},
	{"max", "Largest size"},
	{"queue", "Queue capacity"},
	{"report", "Report folder"},
	{"icc", "ICC profile"},
	{"gil", "GIL"},
	{"jpeg-memory", "JPEG memory"},
	{"png-chunk", "PNG chunk"},
	{"png-chunks", "PNG chunks"},
	{"tiff-memory", "TIFF memory"},
};

/* "item-timeout" becomes "Item timeout". */
static char *label_of(const char *name)
{
	for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
		if (strcmp(labels[i].name, name) == 0)
			return mem_strdup(labels[i].label);
	}
	char *label = mem_strdup(name);

	for (char *at = label; *at != '\0'; at++)
		*at = *at == '-' ? ' ' : *at;
	label[0] = (char)toupper((unsigned char)label[0]);
	return label;
}

static void add_field(struct services *services, const struct services_field *field,
		      const struct ui_field *shown)
{
	size_t index = services->nfields++;

	services->fields = mem_realloc(services->fields, services->nfields, sizeof *field);
	services->ui_fields = mem_realloc(services->ui_fields, services->nfields, sizeof *shown);
	services->fields[index] = *field;
	services->ui_fields[index] = *shown;
}

static void add_option(struct services *services, enum options_scope scope,
		       const struct workload *workload, const struct option_spec *spec,
		       bool advanced)
{
	struct services_field field = {.kind = FIELD_OPTION,
				       .scope = scope,
				       .spec = spec,
				       .workload = workload,
				       .label = label_of(spec->name)};
	struct ui_field shown = {.name = spec->name,
				 .help = spec->help,
				 .flag = spec->kind == OPTION_FLAG,
				 .advanced = advanced};
	const struct layout_strategy *row;
	size_t count = options_choices(spec, field.choices, SERVICES_CHOICES);

	for (size_t i = 0; i < count && spec->kind != OPTION_CHOICE; i++) {
		row = layout_strategy_at(i);
		field.choice_help[i] = row != NULL ? row->sentence : NULL;
	}
	add_field(services, &field, &shown);
}

static void add_scope(struct services *services, enum options_scope scope,
		      const struct workload *workload)
{
	size_t count;
	const struct option_spec *specs = options_scope_specs(scope, workload, &count);

	for (size_t i = 0; i < count; i++) {
		if (scope == SCOPE_WORKLOAD)
			add_option(services, scope, workload, &specs[i], i >= WORKLOAD_FIRST);
		else if (!is_among(first_fields, specs[i].name) &&
			 !is_among(no_fields, specs[i].name))
			add_option(services, scope, NULL, &specs[i], true);
	}
}

/* Strings and arrays of a field are pointed to once the fields have stopped moving. */
static void join_fields(struct services *services)
{
	for (size_t i = 0; i < services->nfields; i++) {
		struct services_field *field = &services->fields[i];
		struct ui_field *shown = &services->ui_fields[i];

		shown->label = field->label;
		if (field->choices[0] != NULL)
			shown->choices = field->choices;
		if (field->choice_help[0] != NULL)
			shown->choice_help = field->choice_help;
	}
}

void services_fields_make(struct services *services)
{
	struct services_field workload = {.kind = FIELD_WORKLOAD, .label = mem_strdup("Workload")};
	struct services_field inputs = {.kind = FIELD_INPUTS, .label = mem_strdup("Input")};
	size_t count;
	const struct option_spec *run = options_scope_specs(SCOPE_RUN, NULL, &count);

	for (size_t i = 0; workload_at(i) != NULL && i < SERVICES_CHOICES; i++) {
		workload.choices[i] = workload_at(i)->name;
		workload.choice_help[i] = workload_at(i)->summary;
	}
	add_field(services, &workload,
		  &(struct ui_field){.name = "workload", .help = "What is done with every item"});
	add_field(services, &inputs,
		  &(struct ui_field){.name = "input",
				     .help = "Files and folders, with blanks between; quote names "
					     "that have blanks"});
	for (size_t i = 0; first_fields[i] != NULL; i++) {
		const struct option_spec *spec =
			option_find(run, count, first_fields[i], strlen(first_fields[i]));

		if (spec != NULL)
			add_option(services, SCOPE_RUN, NULL, spec,
				   strcmp(spec->name, "layout") == 0);
	}
	for (size_t i = 0; workload_at(i) != NULL; i++)
		add_scope(services, SCOPE_WORKLOAD, workload_at(i));
	add_scope(services, SCOPE_RUN, NULL);
	join_fields(services);
}

void services_fields_free(struct services *services)
{
	for (size_t i = 0; i < services->nfields; i++)
		free(services->fields[i].label);
	free(services->fields);
	free(services->ui_fields);
}

int services_field_find(const struct services *services, const char *name, size_t length)
{
	for (size_t i = 0; i < services->nfields; i++) {
		const struct services_field *field = &services->fields[i];

		if (field->workload != NULL && field->workload != services->options.workload)
			continue;
		if (strlen(services->ui_fields[i].name) == length &&
		    memcmp(services->ui_fields[i].name, name, length) == 0)
			return (int)i;
	}
	return -1;
}

int services_field_inputs(const struct services *services)
{
	return services_field_find(services, "input", strlen("input"));
}

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
	if (services->options.workload->makes_items && is_among(input_fields, name))
		return false;
	if (!has_output(services->options.workload) && is_among(output_fields, name))
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
