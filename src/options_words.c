/*
 * options_words.c - which words of a command line name the command and the workload (floor:
 * program).
 *
 * The workload's name decides which options there are, and may stand behind some of them: it is
 * looked for first, then everything is read in order.
 */
#include "config.h"

#include "options_parse.h"

#include <string.h>

#include "base/text.h"
#include "demos.h"

bool options_is_option(const char *word)
{
	return word[0] == '-' && word[1] != '\0';
}

const char *options_shown(const char *word, char text[OPTIONS_SHOWN_BYTES])
{
	text_sanitise(text, OPTIONS_SHOWN_BYTES, word, strlen(word));
	return text;
}

/* Does this option word take the word behind it? */
static bool takes_next_word(const struct options *options, const char *word)
{
	struct options_found found;

	if (word[1] == '-')
		return strchr(word, '=') == NULL &&
		       options_find(options, word + 2, strlen(word + 2), '\0', &found) &&
		       found.spec->kind != OPTION_FLAG;
	for (const char *letter = word + 1; *letter != '\0'; letter++) {
		if (!options_find(options, NULL, 0, *letter, &found))
			return false;
		if (found.spec->kind != OPTION_FLAG)
			return letter[1] == '\0';
	}
	return false;
}

/* The first operand from `at` on; argc when there is none. */
static int first_operand(const struct options_reader *reader, int at)
{
	for (; at < reader->argc; at++) {
		const char *word = reader->argv[at];

		if (strcmp(word, "--") == 0)
			return at + 1 < reader->argc ? at + 1 : reader->argc;
		if (!options_is_option(word))
			return at;
		if (takes_next_word(reader->options, word))
			at++;
	}
	return reader->argc;
}

static int unknown_command(const char *word, struct err *err)
{
	const char *names[COMMANDS];
	char text[OPTIONS_SHOWN_BYTES];
	size_t count = 0;

	for (enum options_command i = COMMAND_RUN; i < COMMAND_DUMP; i++)
		names[count++] = options_command_info(i)->name;
	return err_permanent(
		err,
		"%s: there is no such command; the nearest is %s, and files are given to a "
		"workload: imgtop run %s FILE...",
		options_shown(word, text), options_nearest(word, strlen(word), names, count),
		workload_at(0)->name);
}

/* Is every option before the command word one that may stand there? */
static int check_leading(const struct options_reader *reader, int end, struct err *err)
{
	for (int at = 1; at < end; at++) {
		const char *word = reader->argv[at];
		size_t length = strcspn(word, "=");
		struct options_found found;
		char text[OPTIONS_SHOWN_BYTES];

		if (strcmp(word, "--") == 0)
			return 0;
		for (size_t i = 1; word[1] != '-' && i < length; i++) {
			if (!options_find(reader->options, NULL, 0, word[i], &found))
				length = 0;
		}
		if (length == 0 || (word[1] == '-' && !options_find(reader->options, word + 2,
								    length - 2, '\0', &found)))
			return err_permanent(
				err,
				"%s: stands before any command, where there is no such "
				"option; put it behind one, as in imgtop run %s %s",
				options_shown(word, text), workload_at(0)->name, text);
	}
	return 0;
}

/* Options before the command word are those of every command that has a screen. */
int options_find_command(struct options_reader *reader, int *word, struct err *err)
{
	struct options *options = reader->options;

	*word = first_operand(reader, 1);
	if (check_leading(reader, *word, err) != 0)
		return -1;
	if (*word == reader->argc)
		return 0;
	for (enum options_command i = COMMAND_RUN; i < COMMAND_DUMP; i++) {
		if (strcmp(options_command_info(i)->name, reader->argv[*word]) == 0) {
			options->command = i;
			return 0;
		}
	}
	return unknown_command(reader->argv[*word], err);
}

/* word NULL: there is none. */
static int unknown_workload(const char *command, const char *word, struct err *err)
{
	struct textbuf names;
	char text[OPTIONS_SHOWN_BYTES];

	textbuf_init(&names);
	for (size_t i = 0; workload_at(i) != NULL; i++)
		textbuf_printf(&names, "%s%s", i > 0 ? ", " : "", workload_at(i)->name);
	if (word == NULL)
		err_permanent(err,
			      "%s: needs the name of a workload: %s; as in imgtop %s %s FILE...",
			      command, names.text, command, workload_at(0)->name);
	else
		err_permanent(err,
			      "%s: there is no workload '%s' in this version, only: %s; as in "
			      "imgtop %s %s FILE...",
			      command, options_shown(word, text), names.text, command,
			      workload_at(0)->name);
	textbuf_free(&names);
	return -1;
}

int options_no_workload(const char *command, struct err *err)
{
	return unknown_workload(command, NULL, err);
}

/* Is --help or -h anywhere before "--"? */
static bool wants_help(const struct options_reader *reader)
{
	for (int i = 1; i < reader->argc && strcmp(reader->argv[i], "--") != 0; i++) {
		if (strcmp(reader->argv[i], "--help") == 0 || strcmp(reader->argv[i], "-h") == 0)
			return true;
	}
	return false;
}

int options_find_workload(struct options_reader *reader, int command_word, struct err *err)
{
	struct options *options = reader->options;
	const char *command = options_command_info(options->command)->name;
	int word = first_operand(reader, command_word + 1);
	const struct workload *workload;

	if (word == reader->argc) {
		options->general.help = wants_help(reader);
		/* Whether a description stands there instead is known when all is read. */
		if (options->general.help || options->command == COMMAND_ADVISE)
			return 0;
		return options_no_workload(command, err);
	}
	workload = workload_find(reader->argv[word]);
	if (workload == NULL)
		return unknown_workload(command, reader->argv[word], err);
	options_use_workload(options, workload);
	return 0;
}

int options_find_demo(struct options_reader *reader, int command_word, struct err *err)
{
	int word = first_operand(reader, command_word + 1);
	const char *name = word < reader->argc ? reader->argv[word] : NULL;
	const struct workload *workload = demos_workload(name, err);

	if (workload == NULL)
		return -1;
	options_use_workload(reader->options, workload);
	return 0;
}
