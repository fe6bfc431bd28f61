/*
 * sidecar_words.c - names of JSON files, and the words for rules and confidence. See sidecar.h.
 */
#include "config.h"

#include "media/sidecar.h"

#include <string.h>

#include "media/fold.h"
#include "media/sidecar_name.h"

bool sidecar_is_json(const char *name)
{
	size_t length = strlen(name), suffix = strlen(SIDECAR_JSON);
	char end[FOLD_BYTES];

	if (length <= suffix)
		return false;
	fold_name(name + length - suffix, suffix, FOLD_CASE, end);
	return memcmp(end, SIDECAR_JSON, suffix) == 0;
}

const char *sidecar_rule_name(enum sidecar_rule rule)
{
	static const char *const names[SIDECAR_RULES] = {NULL, "P1", "P2", "P3", "P4", "P5",
							 "P6", "P7", "P8", "P9", "P10"};

	return rule < SIDECAR_RULES ? names[rule] : NULL;
}

const char *sidecar_confidence_name(enum sidecar_confidence confidence)
{
	static const char *const names[] = {NULL, "low", "medium", "high"};

	return confidence <= SIDECAR_HIGH ? names[confidence] : NULL;
}
