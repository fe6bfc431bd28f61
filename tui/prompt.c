/*
 * prompt.c - typing a search or a filter (floor: tui). One thread.
 */
#include "config.h"

#include "tui/prompt.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "tui/keys.h"

void prompt_open(struct prompt *prompt, const char *label)
{
	*prompt = (struct prompt){.open = true, .label = label};
}

static bool is_continuation(char byte)
{
	return ((unsigned char)byte & 0xC0) == 0x80;
}

static void append(struct prompt *prompt, int key)
{
	static const unsigned lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
	size_t count = key < 0x80 ? 1 : key < 0x800 ? 2 : key < 0x10000 ? 3 : 4;
	size_t length = strlen(prompt->text);
	unsigned value = (unsigned)key;

	if (length + count + 1 > sizeof(prompt->text))
		return;
	prompt->text[length + count] = '\0';
	for (size_t i = count - 1; i > 0; i--, value >>= 6)
		prompt->text[length + i] = (char)(0x80 | (value & 0x3F));
	prompt->text[length] = (char)(lead[count] | value);
}

enum prompt_result prompt_key(struct prompt *prompt, int key)
{
	size_t length = strlen(prompt->text);

	switch (key) {
	case KEYS_ENTER:
		prompt->open = false;
		return PROMPT_TAKEN;
	case KEYS_ESCAPE:
		prompt->open = false;
		prompt->text[0] = '\0';
		return PROMPT_CANCELLED;
	case KEYS_BACKSPACE:
		while (length > 0 && is_continuation(prompt->text[--length]))
			;
		prompt->text[length] = '\0';
		return PROMPT_CHANGED;
	default:
		if (key < ' ' || key >= KEYS_SPECIAL)
			return PROMPT_IGNORED;
		append(prompt, key);
		return PROMPT_CHANGED;
	}
}

void prompt_draw(const struct prompt *prompt, struct canvas *canvas, const char *note)
{
	int row = canvas_rows(canvas) - 1, columns = canvas_columns(canvas);
	char shown[PROMPT_BYTES * 2], line[PROMPT_BYTES * 3];

	text_sanitise(shown, sizeof(shown), prompt->text, strlen(prompt->text));
	(void)snprintf(line, sizeof(line), "%s: %s", prompt->label, shown);
	canvas_field(canvas, row, 0, columns, COLOUR_KEY_LABEL, line);
	canvas_paint(canvas, row, text_width(line), 1, COLOUR_BANNER);
	int at = columns - text_width(note) - 1;
	if (at > text_width(line) + 1)
		canvas_text(canvas, row, at, COLOUR_KEY_LABEL, note);
}

static char lower(char letter)
{
	return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
}

static bool contains(const char *text, const char *word, size_t length)
{
	for (; *text != '\0' || length == 0; text++) {
		size_t i = 0;
		while (i < length && text[i] != '\0' && lower(text[i]) == lower(word[i]))
			i++;
		if (i == length)
			return true;
	}
	return false;
}

bool prompt_matches(const char *pattern, const char *text)
{
	bool any = false;

	while (*pattern != '\0') {
		size_t length = strcspn(pattern, "|");
		if (length > 0 && contains(text, pattern, length))
			return true;
		any = any || length > 0; /* "a|" while it is typed still means a */
		pattern += length + (pattern[length] == '|');
	}
	return !any;
}
