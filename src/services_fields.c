/*
 * services_fields.c - the fields of the setup screen's form, made from the option tables (floor:
 * program).
 */
#include "config.h"

#include "services_private.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/layout.h"

/* Options of a run in the order of the form; the rest follows below the fold, but for those that
 * say how the run is shown, which the form itself answers. */
static const char *const first_fields[] = {"output", "strategy", "workers", "io",     "cpu",
					   "queue",  "delay",	 "report",  "layout", NULL};
static const char *const no_fields[] = {"plan", "batch", "json", "detach", NULL};
enum { WORKLOAD_FIRST = 2, LABEL_BYTES = 40 }; /* options of a workload above the fold */

bool services_is_among(const char *const *names, const char *name)
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
		else if (!services_is_among(first_fields, specs[i].name) &&
			 !services_is_among(no_fields, specs[i].name))
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
