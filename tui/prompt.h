/*
 * prompt.h - a line of text that is being typed at the foot of a screen (floor: tui).
 */
#ifndef IMGTOP_TUI_PROMPT_H
#define IMGTOP_TUI_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/canvas.h"

enum { PROMPT_BYTES = 128 };

struct prompt {
	bool open;
	const char *label; /* "Search" */
	char text[PROMPT_BYTES];
};

enum prompt_result {
	PROMPT_IGNORED,	 /* not a key for typing; the prompt stays */
	PROMPT_CHANGED,	 /* text is another one */
	PROMPT_TAKEN,	 /* Enter: closed */
	PROMPT_CANCELLED /* Esc: closed, text is empty */
};

void prompt_open(struct prompt *prompt, const char *label);
enum prompt_result prompt_key(struct prompt *prompt, int key);
void prompt_draw(const struct prompt *prompt, struct canvas *canvas, const char *note);

/* Is one of the words of `pattern`, which '|' separates, part of text? Letters of ASCII count as
 * the same whatever their case. An empty pattern is part of everything. */
bool prompt_matches(const char *pattern, const char *text);

#endif
