/*
 * sidecar.c - see sidecar.h.
 *
 * All files of a folder go through the sure rules first, so that what is left knows which JSON
 * files are taken: P6 does not take the own JSON of a file whose name differs in case only, and P8
 * reads none but those that are nobody's. The tables for the later rules are made when the first
 * file needs them, which in most folders is never.
 */
#include "config.h"

#include "media/sidecar.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "media/fold.h"
#include "media/name_table.h"
#include "media/sidecar_name.h"
#include "media/sidecar_rules.h"
#include "media/sidecar_title.h"
#include "media/takeout_folder.h"

enum { JSONS_MIN = 64, TRIM_FILES = 1024 };

struct json {
	const char *name;
	bool used;	  /* a media file has it */
	bool own;	  /* by P1 to P3 */
	bool album_named; /* only its content can tell that it is not an album's */
	bool asked;	  /* its content, the answer being: */
	bool asset;
};

struct media {
	const char *name;
	struct sidecar_match match;
};

struct sidecar_folder {
	struct json *jsons;
	size_t njsons, jsons_room;
	struct media *media;
	size_t nmedia, media_room;
	struct name_table exact;    /* JSON names */
	struct name_table folded;   /* the same, folded */
	struct name_table numbered; /* folded, without "(n).json": those that have a number */
	struct name_table titles;   /* of JSON files that are nobody's */
	bool has_folded, has_titles;
	const struct sidecar_calls *calls;
};

struct sidecar_folder *sidecar_folder_new(void)
{
	return mem_calloc(1, sizeof(struct sidecar_folder));
}

/* All that it has, but not itself. */
static void release(struct sidecar_folder *folder)
{
	name_table_free(&folder->exact);
	name_table_free(&folder->folded);
	name_table_free(&folder->numbered);
	name_table_free(&folder->titles);
	free(folder->jsons);
	free(folder->media);
}

void sidecar_folder_free(struct sidecar_folder *folder)
{
	if (folder == NULL)
		return;
	release(folder);
	free(folder);
}

void sidecar_folder_clear(struct sidecar_folder *folder)
{
	name_table_clear(&folder->exact);
	name_table_clear(&folder->folded);
	name_table_clear(&folder->numbered);
	name_table_clear(&folder->titles);
	folder->njsons = folder->nmedia = 0;
	folder->has_folded = folder->has_titles = false;
}

void sidecar_folder_trim(struct sidecar_folder *folder)
{
	if (folder->njsons < TRIM_FILES && folder->nmedia < TRIM_FILES) {
		sidecar_folder_clear(folder);
		return;
	}
	release(folder);
	*folder = (struct sidecar_folder){0};
}

size_t sidecar_add_json(struct sidecar_folder *folder, const char *name)
{
	size_t number = folder->njsons++;

	if (number == folder->jsons_room) {
		folder->jsons_room = number == 0 ? JSONS_MIN : 2 * number;
		folder->jsons =
			mem_realloc(folder->jsons, folder->jsons_room, sizeof(*folder->jsons));
	}
	folder->jsons[number] =
		(struct json){.name = name, .album_named = takeout_album_json(name)};
	name_table_add(&folder->exact, name, strlen(name), number);
	return number;
}

size_t sidecar_add_media(struct sidecar_folder *folder, const char *name)
{
	size_t number = folder->nmedia++;

	if (number == folder->media_room) {
		folder->media_room = number == 0 ? JSONS_MIN : 2 * number;
		folder->media =
			mem_realloc(folder->media, folder->media_room, sizeof(*folder->media));
	}
	folder->media[number] = (struct media){.name = name, .match = {.json = SIDECAR_NONE}};
	return number;
}

/* ---- finding ------------------------------------------------------------------------------- */

/* Read a JSON; false when it is not of a file. content may be NULL. */
static bool ask(struct sidecar_folder *folder, size_t number, struct sidecar_content *content)
{
	struct json *json = &folder->jsons[number];
	struct sidecar_content own = {0};

	if (json->asked && content == NULL)
		return json->asset;
	if (folder->calls == NULL || folder->calls->content == NULL)
		return false;
	if (content == NULL)
		content = &own;
	json->asked = true;
	json->asset =
		folder->calls->content(folder->calls->context, number, content) && content->asset;
	return json->asset;
}

static bool may_have(struct sidecar_folder *folder, size_t number)
{
	return !folder->jsons[number].album_named || ask(folder, number, NULL);
}

static unsigned find_exact(void *context, const struct sidecar_key *key, bool own, size_t *json)
{
	struct sidecar_folder *folder = context;
	size_t entry = name_table_find(&folder->exact, key->bytes, key->length);
	unsigned count = 0;

	(void)own;
	for (; entry != NAME_TABLE_END; entry = name_table_next(&folder->exact, entry)) {
		size_t number = name_table_number(&folder->exact, entry);

		if (may_have(folder, number)) {
			*json = number;
			count++;
		}
	}
	return count;
}

static unsigned find_folded(void *context, const struct sidecar_key *key, bool own, size_t *json)
{
	struct sidecar_folder *folder = context;
	char name[FOLD_BYTES];
	size_t length = fold_name(key->bytes, key->length, FOLD_CASE, name);
	size_t entry = name_table_find(&folder->folded, name, length);
	unsigned count = 0;

	for (; entry != NAME_TABLE_END; entry = name_table_next(&folder->folded, entry)) {
		size_t number = name_table_number(&folder->folded, entry);

		if ((own && folder->jsons[number].own) || !may_have(folder, number))
			continue;
		*json = number;
		count++;
	}
	return count;
}

static bool find_numbered(void *context, const struct sidecar_key *key)
{
	const struct sidecar_folder *folder = context;
	char name[FOLD_BYTES];
	size_t length = fold_name(key->bytes, key->length, FOLD_CASE, name);

	return name_table_find(&folder->numbered, name, length) != NAME_TABLE_END;
}

/* The length of "(n)" before ".json", 0 when there is none. */
static size_t number_of_json(const char *name, size_t length)
{
	size_t suffix = strlen(SIDECAR_JSON);

	return length > suffix ? sidecar_number_length(name, length - suffix) : 0;
}

static void fold_jsons(struct sidecar_folder *folder)
{
	if (folder->has_folded)
		return;
	folder->has_folded = true;
	for (size_t i = 0; i < folder->njsons; i++) {
		const char *name = folder->jsons[i].name;
		char folded[FOLD_BYTES];
		size_t length = fold_name(name, strlen(name), FOLD_CASE, folded);
		size_t number = number_of_json(folded, length);

		name_table_add(&folder->folded, folded, length, i);
		if (number > 0) {
			size_t base = length - strlen(SIDECAR_JSON) - number;

			memcpy(folded + base, SIDECAR_JSON, strlen(SIDECAR_JSON));
			name_table_add(&folder->numbered, folded, base + strlen(SIDECAR_JSON), i);
		}
	}
}

/* ---- the passes ---------------------------------------------------------------------------- */

static void settle(struct sidecar_folder *folder, const struct sidecar_match *match)
{
	struct json *json;

	if (match->json == SIDECAR_NONE)
		return;
	json = &folder->jsons[match->json];
	json->used = true;
	if (match->rule >= SIDECAR_P1 && match->rule <= SIDECAR_P3)
		json->own = true;
}

static bool is_open(const struct media *media)
{
	return media->match.rule == SIDECAR_NO_RULE;
}

/* P1 to P5. Returns how many files none of them hit. */
static size_t match_exact(struct sidecar_folder *folder)
{
	const struct sidecar_finder finder = {.find = find_exact, .context = folder};
	size_t open = 0;

	for (size_t i = 0; i < folder->nmedia; i++) {
		struct media *media = &folder->media[i];
		struct sidecar_name name = sidecar_name_split(media->name, strlen(media->name));

		if (sidecar_rules_first(&finder, &name, &media->match))
			settle(folder, &media->match);
		else
			open++;
	}
	return open;
}

/* P6 and P7 */
static void match_folded(struct sidecar_folder *folder, struct media *media)
{
	const struct sidecar_finder exact = {
		.find = find_exact, .numbered = find_numbered, .context = folder};
	const struct sidecar_finder loose = {
		.find = find_folded, .numbered = find_numbered, .folded = true, .context = folder};
	size_t length = strlen(media->name);
	char normal[FOLD_BYTES];
	struct sidecar_name name = sidecar_name_split(media->name, length), normal_name;

	normal_name =
		sidecar_name_split(normal, fold_name(media->name, length, FOLD_NORMAL, normal));
	if (sidecar_rules_first(&loose, &normal_name, &media->match)) {
		media->match.rule = SIDECAR_P6;
		if (media->match.confidence > sidecar_rule_confidence(SIDECAR_P6))
			media->match.confidence = sidecar_rule_confidence(SIDECAR_P6);
		return;
	}
	if (!sidecar_rules_unnumbered(&exact, &name, &media->match))
		sidecar_rules_unnumbered(&loose, &normal_name, &media->match);
}

static void read_titles(struct sidecar_folder *folder)
{
	if (folder->has_titles || folder->calls == NULL || folder->calls->content == NULL)
		return;
	folder->has_titles = true;
	for (size_t i = 0; i < folder->njsons; i++) {
		const struct json *json = &folder->jsons[i];
		struct sidecar_content content = {0};
		size_t length = strlen(json->name), number = number_of_json(json->name, length);
		char key[SIDECAR_TITLE_BYTES];

		/* One that was asked already is named like an album's, and none. */
		if (json->used || json->asked || !ask(folder, i, &content) || content.title == NULL)
			continue;
		length -= strlen(SIDECAR_JSON) + number;
		name_table_add(&folder->titles, key,
			       sidecar_title_key(content.title, strlen(content.title),
						 json->name + length, number, key),
			       i);
	}
}

/* Count the titles that are this one; *json is one of them. */
static unsigned find_title(const struct sidecar_folder *folder, const char *key, size_t length,
			   size_t *json)
{
	size_t entry = name_table_find(&folder->titles, key, length);
	unsigned count = 0;

	for (; entry != NAME_TABLE_END; entry = name_table_next(&folder->titles, entry)) {
		*json = name_table_number(&folder->titles, entry);
		count++;
	}
	return count;
}

/* P8: numbered duplicates share a title, so the number must be the same too. */
static void match_title(struct sidecar_folder *folder, struct media *media)
{
	struct sidecar_name name = sidecar_name_split(media->name, strlen(media->name));
	char key[SIDECAR_TITLE_BYTES];
	size_t json = SIDECAR_NONE, length;
	unsigned count;

	read_titles(folder);
	length = sidecar_title_key(media->name, strlen(media->name), "", 0, key);
	count = find_title(folder, key, length, &json);
	if (name.number.length > 0) {
		struct sidecar_key plain = {.length = 0};

		sidecar_key_add(&plain, name.stem);
		sidecar_key_add(&plain, name.ext);
		length = sidecar_title_key(plain.bytes, plain.length, name.number.bytes,
					   name.number.length, key);
		count += find_title(folder, key, length, &json);
	}
	if (count == 0)
		return;
	media->match.rule = SIDECAR_P8;
	media->match.ambiguous = count > 1;
	if (count == 1) {
		media->match.json = json;
		media->match.confidence = sidecar_rule_confidence(SIDECAR_P8);
	}
}

static void match_prefix(struct sidecar_folder *folder, struct media *media)
{
	const struct sidecar_finder finder = {.find = find_exact, .context = folder};
	struct sidecar_name name = sidecar_name_split(media->name, strlen(media->name));

	sidecar_rules_prefix(&finder, &name, &media->match);
}

static void each_open(struct sidecar_folder *folder,
		      void (*rule)(struct sidecar_folder *folder, struct media *media))
{
	for (size_t i = 0; i < folder->nmedia; i++) {
		struct media *media = &folder->media[i];

		if (!is_open(media))
			continue;
		rule(folder, media);
		settle(folder, &media->match);
	}
}

void sidecar_match(struct sidecar_folder *folder, const struct sidecar_calls *calls)
{
	if (folder->njsons == 0)
		return;
	folder->calls = calls;
	if (match_exact(folder) > 0) {
		fold_jsons(folder);
		each_open(folder, match_folded);
		each_open(folder, match_title);
		each_open(folder, match_prefix);
	}
	folder->calls = NULL;
}

/* ---- the outcome --------------------------------------------------------------------------- */

const struct sidecar_match *sidecar_of(const struct sidecar_folder *folder, size_t media)
{
	return &folder->media[media].match;
}

const char *sidecar_json_name(const struct sidecar_folder *folder, size_t json)
{
	return folder->jsons[json].name;
}

bool sidecar_json_used(const struct sidecar_folder *folder, size_t json)
{
	return folder->jsons[json].used;
}
