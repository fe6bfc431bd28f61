/*
 * shell_words.c - a field of the form that holds several words (floor: program).
 */
#include "config.h"

#include "shell_words.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "options.h"

/* One escape of $'...' behind its backslash; returns what follows it. */
static const char *read_escape(const char *at, struct textbuf *word)
{
	unsigned value = 0, digits = 0;
	char byte;

	while (digits < 3 && at[digits] >= '0' && at[digits] <= '7')
		value = value * 8 + (unsigned)(at[digits++] - '0');
	byte = digits > 0 ? (char)value : *at == 'n' ? '\n' : *at == 't' ? '\t' : *at;
	textbuf_append(word, &byte, 1);
	return at + (digits > 0 ? digits : 1);
}

/* What stands between quotes; returns what follows the closing one, NULL when there is none. */
static const char *read_quoted(const char *at, char quote, bool escapes, struct textbuf *word)
{
	while (*at != quote) {
		if (*at == '\0')
			return NULL;
		if (escapes && *at == '\\' && at[1] != '\0') {
			at = read_escape(at + 1, word);
			continue;
		}
		if (quote == '"' && *at == '\\' && (at[1] == '"' || at[1] == '\\'))
			at++;
		textbuf_append(word, at++, 1);
	}
	return at + 1;
}

static const char *read_word(const char *at, struct textbuf *word)
{
	const char *home = getenv("HOME");

	if (at[0] == '~' && (at[1] == '/' || at[1] == ' ' || at[1] == '\0') && home != NULL) {
		textbuf_append(word, home, strlen(home));
		at++;
	}
	while (at != NULL && *at != '\0' && strchr(" \t\n", *at) == NULL) {
		if (*at == '\'' || *at == '"') {
			at = read_quoted(at + 1, *at, false, word);
		} else if (*at == '$' && at[1] == '\'') {
			at = read_quoted(at + 2, '\'', true, word);
		} else {
			at += *at == '\\' && at[1] != '\0';
			textbuf_append(word, at++, 1);
		}
	}
	return at;
}

char **shell_words_split(const char *text, size_t *count)
{
	char **words = mem_calloc(1, sizeof *words);

	*count = 0;
	text += strspn(text, " \t\n");
	while (*text != '\0') {
		struct textbuf word;

		textbuf_init(&word);
		text = read_word(text, &word);
		words = mem_realloc(words, *count + 2, sizeof *words);
		words[(*count)++] = word.text;
		words[*count] = NULL;
		if (text == NULL) {
			options_arguments_free(words);
			*count = 0;
			return NULL;
		}
		text += strspn(text, " \t\n");
	}
	return words;
}

char *shell_words_join(char *const *words, size_t count)
{
	struct textbuf line;

	textbuf_init(&line);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			textbuf_append(&line, " ", 1);
		textbuf_shell_word(&line, words[i]);
	}
	return line.text;
}
