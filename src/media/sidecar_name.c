/*
 * sidecar_name.c - see sidecar_name.h.
 */
#include "config.h"

#include "media/sidecar_name.h"

#include <string.h>

#include "media/utf16.h"

enum { EXTENSION_BYTES = 5, NUMBER_DIGITS = 9 };

struct sidecar_part sidecar_part_of(const char *text)
{
	return (struct sidecar_part){.bytes = text, .length = strlen(text)};
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Length of the extension with its dot, or 0. */
static size_t extension_length(const char *name, size_t length)
{
	size_t at = length;
	bool letters = false;

	while (at > 0 && name[at - 1] != '.' && length - at <= EXTENSION_BYTES) {
		char c = name[--at];

		if (!is_letter(c) && !is_digit(c) && c != '~')
			return 0;
		letters = letters || !is_digit(c);
	}
	if (at < 2 || name[at - 1] != '.' || !letters || length - at > EXTENSION_BYTES)
		return 0;
	return length - at + 1;
}

size_t sidecar_number_length(const char *bytes, size_t length)
{
	size_t at = length, digits;

	if (length < 4 || bytes[length - 1] != ')')
		return 0;
	at--;
	while (at > 0 && is_digit(bytes[at - 1]))
		at--;
	digits = length - 1 - at;
	if (digits < 1 || digits > NUMBER_DIGITS || at < 2 || bytes[at - 1] != '(')
		return 0;
	return digits + 2;
}

struct sidecar_name sidecar_name_split(const char *name, size_t length)
{
	size_t ext = extension_length(name, length);
	size_t number = sidecar_number_length(name, length - ext);
	size_t stem = length - ext - number;

	return (struct sidecar_name){.stem = {name, stem},
				     .number = {name + stem, number},
				     .ext = {name + stem + number, ext}};
}

void sidecar_key_add(struct sidecar_key *key, struct sidecar_part part)
{
	if (part.length > sizeof(key->bytes) - key->length) {
		key->full = true;
		return;
	}
	memcpy(key->bytes + key->length, part.bytes, part.length);
	key->length += part.length;
}

void sidecar_key_make(struct sidecar_key *key, struct sidecar_part base, const char *suffix,
		      struct sidecar_part number)
{
	key->length = 0;
	key->full = false;
	sidecar_key_add(key, base);
	sidecar_key_add(key, sidecar_part_of(suffix));
	key->length = utf16_clip(key->bytes, key->length, SIDECAR_CLIP_UNITS);
	sidecar_key_add(key, number);
	sidecar_key_add(key, sidecar_part_of(SIDECAR_JSON));
}
