/*
 * options.c - a struct options from its defaults to its end (floor: program).
 */
#include "config.h"

#include "options.h"

#include <stdlib.h>

#include "base/mem.h"
#include "options_config.h"

void options_init(struct options *options, enum options_command command,
		  const struct workload *workload)
{
	*options = (struct options){.command = command};
	for (enum options_scope scope = 0; scope < SCOPES; scope++) {
		const struct option_spec *specs;
		size_t count;

		if (scope == SCOPE_WORKLOAD)
			continue;
		specs = options_scope_specs(scope, NULL, &count);
		option_defaults(specs, count, options_values(options, scope));
	}
	options->operands = mem_calloc(1, sizeof *options->operands);
	options_use_workload(options, workload);
}

static void release_values(struct options *options)
{
	if (options->workload != NULL)
		option_release(options->workload->options, options->workload->noptions,
			       options->values);
	free(options->values);
	options->values = NULL;
}

void options_use_workload(struct options *options, const struct workload *workload)
{
	release_values(options);
	options->workload = workload;
	if (workload == NULL)
		return;
	options->values = mem_calloc(1, workload->values_size);
	option_defaults(workload->options, workload->noptions, options->values);
	options_config_apply(options->config, workload->name, workload->options, workload->noptions,
			     options->values);
}

const char *options_output_example(const struct workload *workload)
{
	/* Those whose inputs have names of their own make no files. */
	if (workload->makes_items || workload->inputs_list != NULL ||
	    workload->output_default != NULL)
		return NULL;
	return workload->output_is_file ? "imgtop-output.json" : "imgtop-output";
}

void options_set_operands(struct options *options, const char *const *words, size_t count)
{
	char **operands = mem_calloc(count + 1, sizeof *operands);

	for (size_t i = 0; i < count; i++)
		operands[i] = mem_strdup(words[i]);
	options_arguments_free(options->operands);
	options->operands = operands;
	options->noperands = count;
}

void options_release(struct options *options)
{
	for (enum options_scope scope = 0; scope < SCOPES; scope++) {
		const struct option_spec *specs;
		size_t count;

		if (scope == SCOPE_WORKLOAD)
			continue;
		specs = options_scope_specs(scope, NULL, &count);
		option_release(specs, count, options_values(options, scope));
	}
	release_values(options);
	options_arguments_free(options->operands);
	*options = (struct options){0};
}

void options_environment(struct options *options)
{
	const char *input = getenv("INPUT_DIR");
	const char *output = getenv("OUTPUT_DIR");

	if (options->command != COMMAND_SETUP &&
	    !options_command_info(options->command)->takes_workload)
		return;
	if (options->workload != NULL && options->workload->makes_items)
		return;
	if (input != NULL && *input != '\0' && options->noperands == 0 && options->run.from == NULL)
		options_set_operands(options, &input, 1);
	if (output != NULL && *output != '\0' && options->run.output == NULL)
		options->run.output = mem_strdup(output);
}
