/*
 * sidecar_rules.h - the rules that need nothing but names (floor: media).
 *
 * They put names together and ask a finder whether a JSON of that name is there, be it in the list
 * of a folder or on the disk. sidecar.h says what the rules are.
 */
#ifndef IMGTOP_MEDIA_SIDECAR_RULES_H
#define IMGTOP_MEDIA_SIDECAR_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "media/sidecar.h"
#include "media/sidecar_name.h"

struct sidecar_finder {
	/* How many JSON files have this name (0, 1, or more where names that differ count as the
	 * same); *json is one of them. `own`: the name is the file's own, not borrowed from another
	 * as those of edited copies and videos are. */
	unsigned (*find)(void *context, const struct sidecar_key *key, bool own, size_t *json);
	/* Is there any JSON of this name with a number: clip46(base + suffix) + "(n).json"? NULL:
	 * cannot be told. The key is made without a number. */
	bool (*numbered)(void *context, const struct sidecar_key *key);
	/* Names are compared in lower case: one spelling of each extension is enough. */
	bool folded;
	void *context;
};

/* P1 to P5. true: a rule hit, or found more than one JSON; match says which. */
bool sidecar_rules_first(const struct sidecar_finder *finder, const struct sidecar_name *name,
			 struct sidecar_match *match);

/* P7 and P9, likewise. P7 needs finder->numbered. */
bool sidecar_rules_unnumbered(const struct sidecar_finder *finder, const struct sidecar_name *name,
			      struct sidecar_match *match);
bool sidecar_rules_prefix(const struct sidecar_finder *finder, const struct sidecar_name *name,
			  struct sidecar_match *match);

/* What a rule is worth. P4 without the file's number is worth less. */
enum sidecar_confidence sidecar_rule_confidence(enum sidecar_rule rule);

#endif
