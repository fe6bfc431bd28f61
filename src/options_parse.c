/*
 * options_parse.c - an argument vector becomes a struct options (floor: program).
 *
 * The workload's name decides which options there are, and may stand behind some of them: it is
 * looked for first, then everything is read in order.
 */
#include "config.h"

#include "options_parse.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "options_config.h"

enum { MOST_NAMES = 128 };

/* Look an option up by name (letter 0) or by letter in one table. */
static const struct option_spec *find_in(const struct option_spec *specs, size_t count,
					 const char *name, size_t length, char letter)
{
	return letter != '\0' ? option_find_letter(specs, count, letter)
			      : option_find(specs, count, name, length);
}

/* In the tables of the command. While the workload is not known, an option of any workload will do.
 */
bool options_find(const struct options *options, const char *name, size_t length, char letter,
		  struct options_found *found)
{
	unsigned scopes = options_command_info(options->command)->scopes;

	for (enum options_scope scope = 0; scope < SCOPES; scope++) {
		const struct workload *workload = options->workload;
		size_t count, index = 0;

		if ((scopes & 1u << scope) == 0)
			continue;
		if (scope == SCOPE_WORKLOAD && workload == NULL)
			workload = workload_at(index++);
		do {
			const struct option_spec *specs =
				options_scope_specs(scope, workload, &count);

			found->spec = find_in(specs, count, name, length, letter);
			found->scope = scope;
			if (found->spec != NULL)
				return true;
			workload = index > 0 ? workload_at(index++) : NULL;
		} while (workload != NULL);
	}
	return false;
}

static const char *command_name(const struct options *options)
{
	const char *name = options_command_info(options->command)->name;

	return name != NULL ? name : "";
}

static int unknown_option(const struct options *options, const char *word, size_t length,
			  struct err *err)
{
	unsigned scopes = options_command_info(options->command)->scopes;
	const char *names[MOST_NAMES];
	char text[OPTIONS_SHOWN_BYTES], help[64] = "";
	size_t total = 0;

	for (enum options_scope scope = 0; scope < SCOPES; scope++) {
		size_t count;
		const struct option_spec *specs =
			options_scope_specs(scope, options->workload, &count);

		for (size_t i = 0; (scopes & 1u << scope) != 0 && i < count; i++) {
			if (total < MOST_NAMES)
				names[total++] = specs[i].name;
		}
	}
	snprintf(help, sizeof help, "imgtop%s%s --help", *command_name(options) ? " " : "",
		 command_name(options));
	if (options_command_info(options->command)->takes_workload && options->workload != NULL)
		snprintf(help, sizeof help, "imgtop %s %s --help", command_name(options),
			 options->workload->name);
	text_sanitise(text, sizeof text, word, length);
	if (word[0] == '-' && word[1] == '-')
		return err_permanent(
			err, "%s: there is no such option here; the nearest is --%s (%s)", text,
			options_nearest(word + 2, length - 2, names, total), help);
	return err_permanent(err, "%s: there is no such option here; %s lists them", text, help);
}

/* --delay adds to what was given before, for its values belong to different stages; --plan does
 * where plans are compared. */
static char *joined(const struct options_found *found, const struct options_reader *reader,
		    const char *text)
{
	const struct options_run *run = &reader->options->run;
	bool compares = reader->options->command == COMMAND_COMPARE;

	if (found->scope != SCOPE_RUN)
		return mem_strdup(text);
	if (strcmp(found->spec->name, "delay") == 0 && run->delay != NULL)
		return mem_printf("%s,%s", run->delay, text);
	if (compares && strcmp(found->spec->name, "plan") == 0 && run->plan != NULL)
		return mem_printf("%s%s%s", run->plan, OPTIONS_PLANS_BETWEEN, text);
	return mem_strdup(text);
}

static int store(struct options_reader *reader, const struct options_found *found, const char *text,
		 struct err *err)
{
	void *values = options_values(reader->options, found->scope);
	const struct option_spec *spec = found->spec;
	char *whole;
	int result;

	if (text == NULL)
		return option_parse(spec, NULL, values, err);
	if (*text == '\0' && spec->initial == NULL)
		return err_permanent(
			err, "--%s: the value is empty; give a %s or leave the option out",
			spec->name, spec->argument != NULL ? spec->argument : "yes or no");
	whole = joined(found, reader, text);
	result = option_parse(spec, whole, values, err);
	free(whole);
	return result;
}

static int missing_value(const struct option_spec *spec, struct err *err)
{
	char allowed[256];

	option_allowed(spec, allowed, sizeof allowed);
	return err_permanent(err, "--%s: needs a value behind it: --%s %s, %s", spec->name,
			     spec->name, spec->argument, allowed);
}

/* "--name", "--name=value", "--name" "value" */
static int read_long(struct options_reader *reader, struct err *err)
{
	const char *word = reader->argv[reader->at++];
	const char *name = word + 2, *value = strchr(word, '=');
	size_t length = value != NULL ? (size_t)(value - name) : strlen(name);
	struct options_found found;

	if (!options_find(reader->options, name, length, '\0', &found))
		return unknown_option(reader->options, word, length + 2, err);
	if (value != NULL)
		return store(reader, &found, value + 1, err);
	if (found.spec->kind == OPTION_FLAG)
		return store(reader, &found, NULL, err);
	if (reader->at >= reader->argc)
		return missing_value(found.spec, err);
	return store(reader, &found, reader->argv[reader->at++], err);
}

/* "-x", several flags in one word, "-jN", "-j" "N" */
static int read_letters(struct options_reader *reader, struct err *err)
{
	const char *word = reader->argv[reader->at++];

	for (const char *letter = word + 1; *letter != '\0'; letter++) {
		struct options_found found;

		if (!options_find(reader->options, NULL, 0, *letter, &found)) {
			char single[] = {'-', *letter, '\0'};

			return unknown_option(reader->options, single, 2, err);
		}
		if (found.spec->kind == OPTION_FLAG) {
			if (store(reader, &found, NULL, err) != 0)
				return -1;
			continue;
		}
		if (letter[1] != '\0')
			return store(reader, &found, letter + 1, err);
		if (reader->at >= reader->argc)
			return missing_value(found.spec, err);
		return store(reader, &found, reader->argv[reader->at++], err);
	}
	return 0;
}

static int read_all(struct options_reader *reader, struct err *err)
{
	bool ended = false;

	while (reader->at < reader->argc) {
		const char *word = reader->argv[reader->at];
		int result = 0;

		if (ended || !options_is_option(word)) {
			reader->operands[reader->noperands++] = word;
			reader->at++;
		} else if (strcmp(word, "--") == 0) {
			ended = true;
			reader->at++;
		} else if (word[1] == '-') {
			result = read_long(reader, err);
		} else {
			result = read_letters(reader, err);
		}
		if (result != 0)
			return -1;
	}
	return 0;
}

static int check_operands(const struct options *options, struct err *err)
{
	const struct options_command_info *info = options_command_info(options->command);
	char text[OPTIONS_SHOWN_BYTES];

	if (options->noperands < info->least_operands)
		return err_permanent(err, "%s: needs more words: imgtop %s %s", info->name,
				     info->name, info->arguments);
	if (options->noperands > info->most_operands)
		return err_permanent(err, "%s: one word too many: imgtop %s%s%s",
				     options_shown(options->operands[info->most_operands], text),
				     info->name, *info->arguments ? " " : "", info->arguments);
	return 0;
}

/* All of options_parse but what follows from failure. */
static int read_command_line(struct options_reader *reader, struct err *err)
{
	struct options *options = reader->options;
	size_t skip = 0;
	int word;

	if (reader->argc == 2 &&
	    strcmp(reader->argv[1], options_command_info(COMMAND_DUMP)->name) == 0) {
		options->command = COMMAND_DUMP;
		return 0;
	}
	if (options_find_command(reader, &word, err) != 0)
		return -1;
	if (options->command == COMMAND_SETUP)
		options_use_workload(options, workload_at(0));
	if (options->command == COMMAND_DEMO && options_find_demo(reader, word, err) != 0)
		return -1;
	if (options_command_info(options->command)->takes_workload &&
	    options_find_workload(reader, word, err) != 0)
		return -1;
	if (options->general.help)
		return 0;
	reader->at = 1;
	if (read_all(reader, err) != 0)
		return -1;
	if (options->command != COMMAND_SETUP)
		skip = options_command_info(options->command)->takes_workload ? 2 : 1;
	skip = skip < reader->noperands ? skip : reader->noperands;
	options_set_operands(options, reader->operands + skip, reader->noperands - skip);
	if (options->general.help || options->general.version)
		return 0;
	if (check_operands(options, err) != 0)
		return -1;
	if (options_command_info(options->command)->takes_workload && options->workload == NULL &&
	    options->advise.task == NULL)
		return options_no_workload(command_name(options), err);
	return options_check(options, err);
}

int options_parse(int argc, const char *const *argv, struct options *options, struct err *err)
{
	return options_parse_configured(argc, argv, NULL, options, err);
}

int options_parse_configured(int argc, const char *const *argv, const struct options_config *config,
			     struct options *options, struct err *err)
{
	const struct option_spec *specs;
	size_t count;
	struct options_reader reader = {.argc = argc, .argv = argv, .options = options};
	int result;

	options_init(options, COMMAND_SETUP, NULL);
	options->config = config;
	specs = options_scope_specs(SCOPE_RUN, NULL, &count);
	options_config_apply(config, "run", specs, count, &options->run);
	reader.operands = mem_calloc((size_t)argc + 1, sizeof *reader.operands);
	result = read_command_line(&reader, err);
	free(reader.operands);
	if (result != 0)
		options_release(options);
	return result;
}
