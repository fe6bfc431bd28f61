/*
 * sidecar_title.c - see sidecar_title.h.
 */
#include "config.h"

#include "media/sidecar_title.h"

#include <stdbool.h>
#include <string.h>

/* Which signs are replaced has changed over the years, so any that might be counts as the same. */
static bool is_kept(unsigned char c)
{
	return c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || strchr(" .-_()", c) != NULL;
}

size_t sidecar_title_key(const char *title, size_t length, const char *number, size_t number_length,
			 char *key)
{
	char fit[FOLD_BYTES];
	size_t used;

	if (length > sizeof(fit))
		length = sizeof(fit);
	for (size_t i = 0; i < length; i++)
		fit[i] = (char)(title[i] != '\0' && is_kept((unsigned char)title[i]) ? title[i]
										     : '_');
	used = fold_name(fit, length, FOLD_CASE, key);
	if (number_length > SIDECAR_TITLE_BYTES - used)
		number_length = SIDECAR_TITLE_BYTES - used;
	memcpy(key + used, number, number_length);
	return used + number_length;
}
