/*
 * sidecar_rules.c - see sidecar_rules.h.
 */
#include "config.h"

#include "media/sidecar_rules.h"

#include <string.h>

#include "media/sidecar_edited.h"
#include "media/utf16.h"

/* P9: so many units may be missing at most, and so many must be there. */
enum { PREFIX_MISSING = 9, PREFIX_UNITS = 10 };

/* What one rule has found so far. */
struct attempt {
	const struct sidecar_finder *finder;
	bool own;
	size_t json;
	unsigned found; /* different JSON files */
	struct sidecar_key key;
};

static const struct sidecar_part nothing = {"", 0};

static void begin(struct attempt *attempt, const struct sidecar_finder *finder, bool own)
{
	attempt->finder = finder;
	attempt->own = own;
	attempt->json = SIDECAR_NONE;
	attempt->found = 0;
}

/* Ask for the key that was made. */
static bool look(struct attempt *attempt)
{
	size_t json = SIDECAR_NONE;
	unsigned count;

	if (attempt->key.full)
		return false;
	count = attempt->finder->find(attempt->finder->context, &attempt->key, attempt->own, &json);
	if (count > 1 || (count == 1 && json != attempt->json)) {
		attempt->found += count;
		attempt->json = json;
	}
	return count > 0;
}

/* keys(base, number) */
static void keys(struct attempt *attempt, struct sidecar_part base, struct sidecar_part number)
{
	sidecar_key_make(&attempt->key, base, SIDECAR_SUPPLEMENT, number);
	if (look(attempt))
		return;
	sidecar_key_make(&attempt->key, base, "", number);
	look(attempt);
}

static struct sidecar_part joined(struct sidecar_key *key, struct sidecar_part first,
				  struct sidecar_part second, struct sidecar_part third)
{
	key->length = 0;
	key->full = false;
	sidecar_key_add(key, first);
	sidecar_key_add(key, second);
	sidecar_key_add(key, third);
	return (struct sidecar_part){key->bytes, key->length};
}

/* Would clip46 cut into a number that ends here? */
static bool number_is_clipped(struct sidecar_part upto)
{
	return utf16_units(upto.bytes, upto.length) > SIDECAR_CLIP_UNITS;
}

/* The name as it is: P1, and P3 when `ext` is empty. */
static void whole(struct attempt *attempt, const struct sidecar_name *name, struct sidecar_part ext)
{
	struct sidecar_key base;
	struct sidecar_part stem = joined(&base, name->stem, name->number, nothing);

	if (name->number.length > 0 && number_is_clipped(stem))
		return;
	keys(attempt, joined(&base, name->stem, name->number, ext), nothing);
}

/* The number behind the extension: P2. */
static void moved(struct attempt *attempt, const struct sidecar_name *name)
{
	struct sidecar_key base;
	struct sidecar_part numbered;

	if (name->number.length == 0)
		return;
	keys(attempt, joined(&base, name->stem, name->ext, nothing), name->number);
	numbered = joined(&base, name->stem, name->ext, name->number);
	if (!number_is_clipped(numbered))
		keys(attempt, numbered, nothing);
}

/* The title had no extension: P3. */
static void bare(struct attempt *attempt, const struct sidecar_name *name)
{
	if (name->ext.length == 0)
		return;
	whole(attempt, name, nothing);
	if (name->number.length > 0)
		keys(attempt, name->stem, name->number);
}

/* P1 to P3, the first that finds anything. */
static enum sidecar_rule first_three(struct attempt *attempt, const struct sidecar_name *name)
{
	whole(attempt, name, name->ext);
	if (attempt->found > 0)
		return SIDECAR_P1;
	moved(attempt, name);
	if (attempt->found > 0)
		return SIDECAR_P2;
	bare(attempt, name);
	return attempt->found > 0 ? SIDECAR_P3 : SIDECAR_NO_RULE;
}

/*
 * P4. "x-edited(1).jpg" is the edited copy of a file numbered 1, or number 1 of the edited copies:
 * so without the number as well. In "x(1)-edited.jpg" the number belongs to the original.
 */
static bool edited(struct attempt *attempt, const struct sidecar_name *name, bool *number_lost)
{
	bool shortened = utf16_units(name->stem.bytes, name->stem.length) >= SIDECAR_CLIP_UNITS;
	size_t suffix = sidecar_edited_length(name->stem.bytes, name->stem.length, shortened);
	struct sidecar_name original = *name;
	size_t number;

	*number_lost = false;
	if (suffix == 0)
		return false;
	original.stem.length -= suffix;
	number = sidecar_number_length(original.stem.bytes, original.stem.length);
	if (name->number.length == 0 && number > 0) {
		original.stem.length -= number;
		original.number.bytes = original.stem.bytes + original.stem.length;
		original.number.length = number;
	}
	first_three(attempt, &original);
	if (attempt->found == 0 && name->number.length > 0) {
		original.number = nothing;
		first_three(attempt, &original);
		*number_lost = true;
	}
	return attempt->found > 0;
}

static bool is_one_of(struct sidecar_part ext, const char *const *list)
{
	for (; *list != NULL; list++) {
		size_t i = 0, length = strlen(*list);

		while (i < length && i < ext.length && (ext.bytes[i] | 0x20) == (*list)[i])
			i++;
		if (i == length && i == ext.length)
			return true;
	}
	return false;
}

/* ".MP", ".MV", ".MP~2": the moving half of a picture, whose still has ".jpg" behind all that. */
static bool is_motion(struct sidecar_part ext)
{
	static const char *const list[] = {".mp", ".mv", NULL};
	size_t tilde = 0;

	while (tilde < ext.length && ext.bytes[tilde] != '~')
		tilde++;
	return is_one_of((struct sidecar_part){ext.bytes, tilde}, list);
}

static bool is_video(struct sidecar_part ext)
{
	static const char *const list[] = {".mp4",  ".mov",  ".m4v", ".3gp",  ".3g2",
					   ".avi",  ".mkv",  ".mts", ".m2ts", ".mpg",
					   ".mpeg", ".webm", ".wmv", ".asf",  NULL};

	return is_one_of(ext, list);
}

/* The JSON of any still of that stem. */
static void stills(struct attempt *attempt, const struct sidecar_name *name)
{
	/* In the order of how often they come; the spellings that cameras use. */
	static const char *const exts[] = {".heic", ".jpg",  ".jpeg", ".png", ".heif",
					   ".webp", ".gif",  ".HEIC", ".JPG", ".JPEG",
					   ".PNG",  ".HEIF", ".WEBP", ".GIF"};
	size_t count = sizeof exts / sizeof exts[0];
	struct sidecar_name still = *name;

	if (attempt->finder->folded)
		count /= 2;
	for (size_t i = 0; i < count; i++) {
		unsigned before = attempt->found;

		still.ext = sidecar_part_of(exts[i]);
		whole(attempt, &still, still.ext);
		if (attempt->found == before)
			moved(attempt, &still);
	}
}

/* P5 */
static bool still_beside(struct attempt *attempt, const struct sidecar_name *name)
{
	struct sidecar_name still = *name;
	struct sidecar_key stem;

	if (is_motion(name->ext)) {
		still.stem = joined(&stem, name->stem, name->ext, nothing);
		stills(attempt, &still);
	}
	if (attempt->found == 0 &&
	    (name->ext.length == 0 || is_motion(name->ext) || is_video(name->ext)))
		stills(attempt, name);
	return attempt->found > 0;
}

enum sidecar_confidence sidecar_rule_confidence(enum sidecar_rule rule)
{
	switch (rule) {
	case SIDECAR_P1:
	case SIDECAR_P2:
		return SIDECAR_HIGH;
	case SIDECAR_P7:
	case SIDECAR_P9:
		return SIDECAR_LOW;
	case SIDECAR_NO_RULE:
		return SIDECAR_NO_CONFIDENCE;
	default:
		return SIDECAR_MEDIUM;
	}
}

static bool settle(const struct attempt *attempt, enum sidecar_rule rule,
		   struct sidecar_match *match)
{
	if (attempt->found == 0)
		return false;
	match->rule = rule;
	match->ambiguous = attempt->found > 1;
	match->json = match->ambiguous ? SIDECAR_NONE : attempt->json;
	match->confidence =
		match->ambiguous ? SIDECAR_NO_CONFIDENCE : sidecar_rule_confidence(rule);
	return true;
}

bool sidecar_rules_first(const struct sidecar_finder *finder, const struct sidecar_name *name,
			 struct sidecar_match *match)
{
	struct attempt attempt;
	enum sidecar_rule rule;
	bool number_lost;

	begin(&attempt, finder, true);
	rule = first_three(&attempt, name);
	if (rule != SIDECAR_NO_RULE)
		return settle(&attempt, rule, match);
	begin(&attempt, finder, false);
	if (edited(&attempt, name, &number_lost)) {
		settle(&attempt, SIDECAR_P4, match);
		if (number_lost && !match->ambiguous)
			match->confidence = SIDECAR_LOW;
		return true;
	}
	still_beside(&attempt, name);
	return settle(&attempt, SIDECAR_P5, match);
}

/* Has any JSON a number that could be of this file? */
static bool any_numbered(struct attempt *attempt, const struct sidecar_name *name)
{
	const struct sidecar_finder *finder = attempt->finder;
	const struct sidecar_part exts[] = {name->ext, nothing};

	for (size_t i = 0; i < sizeof exts / sizeof exts[0]; i++) {
		struct sidecar_key base;
		struct sidecar_part part = joined(&base, name->stem, exts[i], nothing);

		sidecar_key_make(&attempt->key, part, SIDECAR_SUPPLEMENT, nothing);
		if (finder->numbered(finder->context, &attempt->key))
			return true;
		sidecar_key_make(&attempt->key, part, "", nothing);
		if (finder->numbered(finder->context, &attempt->key))
			return true;
	}
	return false;
}

bool sidecar_rules_unnumbered(const struct sidecar_finder *finder, const struct sidecar_name *name,
			      struct sidecar_match *match)
{
	struct attempt attempt;
	struct sidecar_name plain = *name;

	if (name->number.length == 0 ||
	    utf16_units(name->stem.bytes, name->stem.length) < SIDECAR_CLIP_UNITS)
		return false;
	begin(&attempt, finder, false);
	if (any_numbered(&attempt, name))
		return false;
	plain.number = nothing;
	first_three(&attempt, &plain);
	return settle(&attempt, SIDECAR_P7, match);
}

/* Where a number goes on, a shorter one is another number. */
static bool cuts_a_number(struct sidecar_part stem, size_t at)
{
	return at > 0 && at < stem.length && stem.bytes[at - 1] >= '0' &&
	       stem.bytes[at - 1] <= '9' && stem.bytes[at] >= '0' && stem.bytes[at] <= '9';
}

bool sidecar_rules_prefix(const struct sidecar_finder *finder, const struct sidecar_name *name,
			  struct sidecar_match *match)
{
	struct attempt attempt;
	size_t units = utf16_units(name->stem.bytes, name->stem.length);

	begin(&attempt, finder, false);
	for (size_t missing = 1; missing <= PREFIX_MISSING && units >= missing + PREFIX_UNITS;
	     missing++) {
		struct sidecar_part prefix = name->stem;

		prefix.length = utf16_clip(prefix.bytes, prefix.length, units - missing);
		if (!cuts_a_number(name->stem, prefix.length))
			keys(&attempt, prefix, name->number);
	}
	return settle(&attempt, SIDECAR_P9, match);
}
