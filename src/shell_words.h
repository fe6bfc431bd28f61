/*
 * shell_words.h - a field of the form that holds several words (floor: program).
 */
#ifndef IMGTOP_SHELL_WORDS_H
#define IMGTOP_SHELL_WORDS_H

#include <stddef.h>

/*
 * Cut text into words as a shell does: '...', "...", \x, and $'...' as textbuf_shell_word writes
 * it; "~/" at the start of a word is the home folder. Nothing else is expanded.
 *   returns: NULL-terminated vector, *count of them; release with options_arguments_free.
 *            NULL when a quote is not closed
 */
char **shell_words_split(const char *text, size_t *count);

/* The other way round: one line. Caller frees. */
char *shell_words_join(char *const *words, size_t count);

#endif
