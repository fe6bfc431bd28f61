/*
 * options_serialise.c - a struct options becomes an argument vector again (floor: program).
 */
#include "config.h"

#include "options.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "engine/layout.h"
#include "options_config.h"

/* A vector that grows; always NULL-terminated. */
struct words {
	char **word;
	size_t count;
};

/* Takes the word over. */
static void words_add(struct words *words, char *word)
{
	words->word = mem_realloc(words->word, words->count + 2, sizeof *words->word);
	words->word[words->count++] = word;
	words->word[words->count] = NULL;
}

/* Does what names the layout take workers, or the counts of io and cpu? */
static bool takes_count(const struct options_run *run, bool io_cpu)
{
	const struct layout_strategy *row;

	if (run->plan != NULL || run->layout != NULL)
		return false;
	if (run->strategy == NULL)
		return !io_cpu;
	row = layout_strategy_find(run->strategy, strlen(run->strategy));
	return row != NULL && (io_cpu ? row->takes_io_cpu : row->takes_workers);
}

/* Counts that the strategy at hand does not take may linger in a form; on a command line they would
 * be refused. */
static bool is_of_use(const struct options *options, enum options_scope scope,
		      const struct option_spec *spec)
{
	bool workers = strcmp(spec->name, "workers") == 0;
	bool io_cpu = strcmp(spec->name, "io") == 0 || strcmp(spec->name, "cpu") == 0;

	return scope != SCOPE_RUN || (!workers && !io_cpu) || takes_count(&options->run, io_cpu);
}

void options_drop_idle_counts(struct options *options)
{
	struct options_run *run = &options->run;

	if (!takes_count(run, false))
		run->workers = 0;
	if (!takes_count(run, true))
		run->io = run->cpu = 0;
}

/* Would another value than the default be read where nothing is written? */
static bool is_configured(const struct options *options, enum options_scope scope,
			  const struct option_spec *spec)
{
	const char *section = scope == SCOPE_RUN	? "run"
			      : scope == SCOPE_WORKLOAD ? options->workload->name
							: "";

	return options_config_names(options->config, section, spec->name);
}

static void add_option(struct words *words, const struct option_spec *spec, const void *values)
{
	size_t length = option_format(spec, values, NULL, 0);
	char *text = mem_calloc(length + 1, 1);

	option_format(spec, values, text, length + 1);
	if (spec->kind == OPTION_FLAG && strcmp(text, "yes") == 0) {
		words_add(words, mem_printf("--%s", spec->name));
	} else if (spec->kind == OPTION_FLAG || *text == '\0' || *text == '-') {
		/* Two words would be a flag and a stray one, or read as two options. */
		words_add(words, mem_printf("--%s=%s", spec->name, text));
	} else {
		words_add(words, mem_printf("--%s", spec->name));
		words_add(words, mem_strdup(text));
	}
	free(text);
}

static void add_options(struct words *words, const struct options *options)
{
	unsigned scopes = options_command_info(COMMAND_RUN)->scopes;

	for (enum options_scope scope = SCOPE_SCREEN; scope < SCOPES; scope++) {
		const void *values = options_values_const(options, scope);
		size_t count;
		const struct option_spec *specs =
			options_scope_specs(scope, options->workload, &count);

		for (size_t i = 0; (scopes & 1u << scope) != 0 && i < count; i++) {
			if ((option_is_set(&specs[i], values) ||
			     is_configured(options, scope, &specs[i])) &&
			    is_of_use(options, scope, &specs[i]))
				add_option(words, &specs[i], values);
		}
	}
}

static void add_operands(struct words *words, const struct options *options)
{
	for (size_t i = 0; i < options->noperands; i++)
		words_add(words, mem_strdup(options->operands[i]));
}

char **options_arguments(const struct options *options)
{
	struct words words = {0};
	bool hidden = false;

	for (size_t i = 0; i < options->noperands; i++)
		hidden = hidden || options->operands[i][0] == '-';
	words_add(&words, mem_strdup("imgtop"));
	words_add(&words, mem_strdup(options_command_info(COMMAND_RUN)->name));
	words_add(&words, mem_strdup(options->workload->name));
	if (!hidden)
		add_operands(&words, options);
	add_options(&words, options);
	if (hidden) {
		words_add(&words, mem_strdup("--"));
		add_operands(&words, options);
	}
	return words.word;
}

void options_arguments_free(char **arguments)
{
	for (size_t i = 0; arguments != NULL && arguments[i] != NULL; i++)
		free(arguments[i]);
	free(arguments);
}

char *options_command_line(char *const *arguments)
{
	struct textbuf line;

	textbuf_init(&line);
	for (size_t i = 0; arguments[i] != NULL; i++) {
		if (i > 0)
			textbuf_append(&line, " ", 1);
		textbuf_shell_word(&line, arguments[i]);
	}
	return line.text;
}
