/*
 * options_parse.h - the parser's own, shared by options_parse.c and options_words.c (floor:
 * program).
 */
#ifndef IMGTOP_OPTIONS_PARSE_H
#define IMGTOP_OPTIONS_PARSE_H

#include "options.h"

enum { OPTIONS_SHOWN_BYTES = 96 };

/* Where the parser stands. */
struct options_reader {
	int argc;
	const char *const *argv;
	int at;
	struct options *options;
	const char **operands;
	size_t noperands;
};

/* An option as it stands on the command line. */
struct options_found {
	const struct option_spec *spec;
	enum options_scope scope;
};

/* Does the word begin with a dash, and is more than that? */
bool options_is_option(const char *word);

/* A word of the command line, fit for a message. Returns text. */
const char *options_shown(const char *word, char text[OPTIONS_SHOWN_BYTES]);

/* Look an option up by name (letter 0) or by letter in the tables of the command. While the
 * workload is not known, an option of any workload will do. */
bool options_find(const struct options *options, const char *name, size_t length, char letter,
		  struct options_found *found);

/* Which word names the command (argc: none), and set it. */
int options_find_command(struct options_reader *reader, int *word, struct err *err);

/* The sentence for a command that has none. Returns -1. */
int options_no_workload(const char *command, struct err *err);

/* The workload that stands behind command_word. Without one, and asked for help, general.help is
 * set. */
int options_find_workload(struct options_reader *reader, int command_word, struct err *err);

/* The workload of the demonstration that stands behind command_word, or that is shown where none
 * is named. */
int options_find_demo(struct options_reader *reader, int command_word, struct err *err);

#endif
