/*
 * sidecar.h - which JSON file belongs to which media file of a Takeout folder (floor: media).
 *
 * Takeout lays a JSON file beside each photograph or video and names it after the title that the
 * library knows, which need not be the file's name: it shortens, numbers and translates. The rules
 * are tried in this order, and the first that hits wins. keys(b, n) are two names, the first that
 * exists counts: clip46(b + ".supplemental-metadata") + n + ".json", then clip46(b) + n + ".json";
 * clip46 keeps 46 UTF-16 units.
 *
 *   P1  keys(name, "")
 *   P2  "(n)" moved from before the extension to the end
 *   P3  the name without its extension
 *   P4  an "edited" suffix of some language taken off, then P1 to P3, with "(n)" and without
 *   P5  a video, a motion picture or a file without extension: the JSON of the still beside it
 *   P6  P1 to P5 with names compared in normal form C and without regard to case
 *   P7  a long name with "(n)" where no JSON of that name is numbered: the one without a number
 *   P8  the one JSON that no other file has and whose title, made fit for a file, is the name
 *   P9  the one JSON whose name the file's begins with and is less than 10 units longer than
 *   P10 the JSON of the file of the same name and size in a folder of a year: sidecar_twin.h
 *
 * Where a rule finds more than one JSON, the file gets none and is said to be ambiguous. One JSON
 * may serve several files. A name whose "(n)" would be shortened away is never tried, for it would
 * take the JSON of the file without a number.
 *
 * A folder is used by one thread. Time and memory are linear in its files.
 */
#ifndef IMGTOP_MEDIA_SIDECAR_H
#define IMGTOP_MEDIA_SIDECAR_H

#include <stdbool.h>
#include <stddef.h>

enum sidecar_rule {
	SIDECAR_NO_RULE,
	SIDECAR_P1,
	SIDECAR_P2,
	SIDECAR_P3,
	SIDECAR_P4,
	SIDECAR_P5,
	SIDECAR_P6,
	SIDECAR_P7,
	SIDECAR_P8,
	SIDECAR_P9,
	SIDECAR_P10,
	SIDECAR_RULES,
};

enum sidecar_confidence {
	SIDECAR_NO_CONFIDENCE,
	SIDECAR_LOW,	/* P7, P9, and P4 without the file's number */
	SIDECAR_MEDIUM, /* P3 to P6, P8, P10 */
	SIDECAR_HIGH,	/* P1, P2 */
};

#define SIDECAR_NONE ((size_t)-1)

struct sidecar_match {
	size_t json;		/* as numbered by sidecar_add_json, or SIDECAR_NONE */
	enum sidecar_rule rule; /* that hit, or was ambiguous; SIDECAR_NO_RULE: none did */
	enum sidecar_confidence confidence;
	bool ambiguous; /* rule found more than one: json is SIDECAR_NONE; worth a log line */
};

/* What some rules need to know of a JSON's content. */
struct sidecar_content {
	bool asset;	   /* of a photograph or video, not of an album */
	const char *title; /* NULL when it has none; read before the next call */
};

struct sidecar_calls {
	/*
	 * Read JSON number `json`; false when that cannot be done. Asked at most once for each, and
	 * only where it decides: names that albums use, and JSON files that are nobody's while
	 * there are files without one. NULL: nothing can be read, P8 is left out.
	 */
	bool (*content)(void *context, size_t json, struct sidecar_content *content);
	void *context;
};

struct sidecar_folder;

struct sidecar_folder *sidecar_folder_new(void);
void sidecar_folder_free(struct sidecar_folder *folder); /* NULL is fine */

/* Forget all files, for the next folder; memory is kept. */
void sidecar_folder_clear(struct sidecar_folder *folder);

/* Add a file by its name (raw bytes, terminated, at most NAME_MAX of them). The name is not copied:
 * it must stay until the folder is cleared. Returns its number: 0, 1, ... among its kind. */
size_t sidecar_add_json(struct sidecar_folder *folder, const char *name);
size_t sidecar_add_media(struct sidecar_folder *folder, const char *name);

/* Forget all files as well, and give back memory of large folders. */
void sidecar_folder_trim(struct sidecar_folder *folder);

/* Match all media files that were added, by P1 to P9. Once, after all files were added. */
void sidecar_match(struct sidecar_folder *folder, const struct sidecar_calls *calls);

/* The outcome for a media file; valid until the folder is cleared. */
const struct sidecar_match *sidecar_of(const struct sidecar_folder *folder, size_t media);

/* The name of a JSON, and whether any media file has it. */
const char *sidecar_json_name(const struct sidecar_folder *folder, size_t json);
bool sidecar_json_used(const struct sidecar_folder *folder, size_t json);

/* Does the name end in ".json", in any case? */
bool sidecar_is_json(const char *name);

/* "P1" ... "P10", and NULL for SIDECAR_NO_RULE. "low", "medium", "high", and NULL. */
const char *sidecar_rule_name(enum sidecar_rule rule);
const char *sidecar_confidence_name(enum sidecar_confidence confidence);

#endif
