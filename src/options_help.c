/*
 * options_help.c - the tables in words: --help and --dump-options (floor: program).
 */
#include "config.h"

#include "options.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "demos.h"
#include "engine/layout.h"
#include "view/control.h"

enum { HELP_COLUMN = 28, HELP_WIDTH = 80, MOST_CHOICES = 32 };

/* Print help in the right-hand column, broken between words; `used` columns are taken already. */
static void print_help_text(FILE *out, int used, const char *help)
{
	int column = used;

	if (used + 2 > HELP_COLUMN) {
		fputc('\n', out);
		column = 0;
	}
	fprintf(out, "%*s", HELP_COLUMN - column, "");
	column = HELP_COLUMN;
	while (*help != '\0') {
		int length = (int)strcspn(help, " ");

		if (column > HELP_COLUMN && column + 1 + length > HELP_WIDTH) {
			fprintf(out, "\n%*s", HELP_COLUMN, "");
			column = HELP_COLUMN;
		} else if (column > HELP_COLUMN) {
			fputc(' ', out);
			column++;
		}
		fprintf(out, "%.*s", length, help);
		column += length;
		help += length;
		help += strspn(help, " ");
	}
	fputc('\n', out);
}

static void print_option(FILE *out, const struct option_spec *spec)
{
	const char *choices[MOST_CHOICES];
	size_t count = options_choices(spec, choices, MOST_CHOICES);
	struct textbuf help;
	int used;

	used = spec->letter != '\0' ? fprintf(out, "  -%c, ", spec->letter)
				    : fprintf(out, "      ");
	used += fprintf(out, "--%s", spec->name);
	if (spec->argument != NULL)
		used += fprintf(out, " %s", spec->argument);
	textbuf_init(&help);
	textbuf_printf(&help, "%s", spec->help);
	for (size_t i = 0; i < count; i++)
		textbuf_printf(&help, "%s%s", i == 0 ? "; one of " : ", ", choices[i]);
	if (spec->initial != NULL && spec->kind != OPTION_FLAG)
		textbuf_printf(&help, " (%s)", spec->initial);
	print_help_text(out, used, help.text);
	textbuf_free(&help);
}

static void print_scope(FILE *out, const struct options *options, enum options_scope scope)
{
	size_t count;
	const struct option_spec *specs = options_scope_specs(scope, options->workload, &count);

	if ((options_command_info(options->command)->scopes & 1u << scope) == 0 || count == 0)
		return;
	fprintf(out, "\nOptions (%s):\n",
		scope == SCOPE_WORKLOAD ? options->workload->name : options_scope_title(scope));
	for (size_t i = 0; i < count; i++)
		print_option(out, &specs[i]);
}

static void print_overview(FILE *out)
{
	for (enum options_command i = COMMAND_SETUP; i < COMMAND_DUMP; i++) {
		const struct options_command_info *info = options_command_info(i);
		int used = fprintf(out, "  imgtop%s%s%s%s", info->name != NULL ? " " : "",
				   info->name != NULL ? info->name : "",
				   *info->arguments != '\0' ? " " : "", info->arguments);

		print_help_text(out, used, info->help);
	}
	fprintf(out, "\nimgtop COMMAND --help says more; so does the manual, imgtop(1).\n");
}

static void print_workloads(FILE *out)
{
	fprintf(out, "\nWorkloads:\n");
	for (size_t i = 0; workload_at(i) != NULL; i++)
		print_help_text(out, fprintf(out, "  %s", workload_at(i)->name),
				workload_at(i)->summary);
}

/* What stands as input by name: use each line of the list, cut in two. */
static void each_input(FILE *out, const struct workload *workload,
		       void (*use)(FILE *out, const char *name, const char *meaning))
{
	char *list = workload->inputs_list != NULL ? workload->inputs_list() : NULL;
	char *rest = list, *line;

	while (rest != NULL && (line = strsep(&rest, "\n")) != NULL) {
		const char *name = strsep(&line, "\t");

		if (line != NULL)
			use(out, name, line);
	}
	free(list);
}

static void print_input(FILE *out, const char *name, const char *meaning)
{
	print_help_text(out, fprintf(out, "  %s", name), meaning);
}

static void print_inputs(FILE *out, const struct workload *workload)
{
	if (workload->inputs_list == NULL)
		return;
	fprintf(out, "\nInputs by name:\n");
	each_input(out, workload, print_input);
}

static void each_demo(FILE *out, void (*use)(FILE *out, const char *name, const char *title))
{
	struct demos demos;

	demos_list(&demos);
	for (size_t i = 0; i < demos.count; i++)
		use(out, demos.demo[i].name, demos.demo[i].title);
	demos_free(&demos);
}

static void print_strategies(FILE *out)
{
	const struct layout_strategy *row;

	fprintf(out, "\nStrategies:\n");
	for (size_t i = 0; (row = layout_strategy_at(i)) != NULL; i++)
		print_help_text(out, fprintf(out, "  %s", row->name), row->sentence);
}

static void print_verbs(FILE *out)
{
	fprintf(out, "\nVerbs:\n");
	for (enum control_verb verb = 0; verb < CONTROL_VERBS; verb++) {
		const struct control_verb_info *info = control_verb_info(verb);

		print_help_text(out,
				fprintf(out, "  %s%s%s", info->name,
					*info->arguments != '\0' ? " " : "", info->arguments),
				info->help);
	}
}

void options_print_help(const struct options *options, FILE *out)
{
	const struct options_command_info *info = options_command_info(options->command);
	bool runs = (info->scopes & 1u << SCOPE_RUN) != 0;

	if (options->command == COMMAND_SETUP) {
		fprintf(out, "imgtop runs a batch of files through a pipeline of workers and shows "
			     "each of them live.\n\n");
		print_overview(out);
		print_workloads(out);
		print_strategies(out);
	} else {
		fprintf(out, "usage: imgtop %s %s\n%s\n", info->name, info->arguments, info->help);
		if (info->takes_workload && options->workload == NULL)
			print_workloads(out);
		if (info->takes_workload && options->workload != NULL)
			print_inputs(out, options->workload);
		if (runs)
			print_strategies(out);
		if (options->command == COMMAND_DEMO) {
			fprintf(out, "\nDemonstrations:\n");
			each_demo(out, print_input);
		}
		if (options->command == COMMAND_CTL)
			print_verbs(out);
	}
	for (enum options_scope scope = SCOPES; scope-- > 0;)
		print_scope(out, options, scope);
}

/* "-" stands for an empty column: blanks between columns would run together in a shell's read. */
static void dump_row(FILE *out, const char *const columns[5])
{
	for (size_t i = 0; i < 5; i++)
		fprintf(out, "%s\t", *columns[i] != '\0' ? columns[i] : "-");
}

static void dump_specs(FILE *out, const char *scope, const struct option_spec *specs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const char *choices[MOST_CHOICES];
		size_t nchoices = options_choices(&specs[i], choices, MOST_CHOICES);
		const char *argument = specs[i].argument != NULL ? specs[i].argument : "";
		char letter[3] = "";
		struct textbuf name, list;

		if (specs[i].letter != '\0')
			snprintf(letter, sizeof letter, "-%c", specs[i].letter);
		textbuf_init(&name);
		textbuf_init(&list);
		textbuf_printf(&name, "--%s", specs[i].name);
		for (size_t j = 0; j < nchoices; j++)
			textbuf_printf(&list, "%s%s", j > 0 ? " " : "", choices[j]);
		dump_row(out, (const char *const[]){scope, name.text, letter, argument, list.text});
		fprintf(out, "%s\n", specs[i].help);
		textbuf_free(&name);
		textbuf_free(&list);
	}
}

/* The scopes whose options a command takes, as choices. */
static void dump_command(FILE *out, const struct options_command_info *info)
{
	struct textbuf scopes;

	textbuf_init(&scopes);
	for (enum options_scope scope = 0; scope < SCOPES; scope++) {
		if ((info->scopes & 1u << scope) != 0)
			textbuf_printf(&scopes, "%s%s", scopes.length > 0 ? " " : "",
				       options_scope_title(scope));
	}
	dump_row(out,
		 (const char *const[]){"command", info->name, "", info->arguments, scopes.text});
	fprintf(out, "%s\n", info->help);
	textbuf_free(&scopes);
}

static void dump_word(FILE *out, const char *scope, const char *name, const char *argument,
		      const char *help)
{
	dump_row(out, (const char *const[]){scope, name, "", argument, ""});
	fprintf(out, "%s\n", help);
}

static void dump_input(FILE *out, const char *name, const char *meaning)
{
	dump_word(out, "input", name, "", meaning);
}

static void dump_demo(FILE *out, const char *name, const char *title)
{
	dump_word(out, "demo", name, "", title);
}

void options_dump(FILE *out)
{
	const struct layout_strategy *row;
	const struct workload *workload;

	for (enum options_command i = COMMAND_RUN; i < COMMAND_DUMP; i++)
		dump_command(out, options_command_info(i));
	for (size_t i = 0; (workload = workload_at(i)) != NULL; i++)
		dump_word(out, "workload", workload->name, "", workload->summary);
	for (size_t i = 0; (workload = workload_at(i)) != NULL; i++)
		each_input(out, workload, dump_input);
	each_demo(out, dump_demo);
	for (size_t i = 0; (row = layout_strategy_at(i)) != NULL; i++)
		dump_word(out, "strategy", row->name, "", row->sentence);
	for (enum control_verb verb = 0; verb < CONTROL_VERBS; verb++) {
		const struct control_verb_info *info = control_verb_info(verb);

		dump_word(out, "verb", info->name, info->arguments, info->help);
	}
	for (enum options_scope scope = 0; scope < SCOPES; scope++) {
		size_t count;
		const struct option_spec *specs = options_scope_specs(scope, NULL, &count);

		dump_specs(out, options_scope_title(scope), specs, count);
	}
	for (size_t i = 0; (workload = workload_at(i)) != NULL; i++)
		dump_specs(out, workload->name, workload->options, workload->noptions);
}
