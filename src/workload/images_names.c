/*
 * images_names.c - what the outputs of one folder are called.
 *
 * Each input stands on a level. Level 0 is its name without extension, level 1 its full name, and
 * each further one adds another ".jpg" to that. In every group of inputs that claim the same
 * output, those on the lowest level rise by one, until no group is left. That ends: inputs on the
 * same level above 1 cannot collide (their names differ), so one rises past all others only because
 * of a sub-folder, of which there are finitely many; and what grows longer than a file name may be
 * leaves the game.
 */
#include "config.h"

#include "workload/images_names.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const char extension[] = ".jpg";
static const char thumb_extension[] = ".thumb.jpg";

/* What is known of an input while names are being decided. */
struct standing {
	unsigned level;
	unsigned claimed; /* the level that its claims of this round are made on */
	bool sniffed;
	bool out; /* claims nothing */
};

/* "owner wants this file name", case folded. */
struct claim {
	char *folded;
	size_t owner;
};

struct game {
	struct images_name *names;
	struct standing *standings;
	size_t count;
	struct claim *claims;
	size_t nclaims;
	const struct images_names_rules *rules;
};

static char fold(char byte)
{
	return byte >= 'A' && byte <= 'Z' ? (char)(byte - 'A' + 'a') : byte;
}

static char *folded_copy(const char *text)
{
	char *copy = mem_strdup(text);

	for (char *at = copy; *at != '\0'; at++)
		*at = fold(*at);
	return copy;
}

static bool same_folded(const char *left, const char *right)
{
	for (; fold(*left) == fold(*right); left++, right++) {
		if (*left == '\0')
			return true;
	}
	return false;
}

/* Length without the last extension; a leading dot does not begin one. */
static size_t bare_length(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot != NULL && dot != name ? (size_t)(dot - name) : strlen(name);
}

static char *name_on_level(const struct game *game, size_t index, const char *ending)
{
	const char *name = game->names[index].name;
	unsigned level = game->standings[index].level;
	size_t length = level == 0 ? bare_length(name) : strlen(name);
	unsigned repeats = level > 1 ? level - 1 : 0;
	size_t repeated = repeats * strlen(extension);
	size_t suffix = strlen(game->rules->suffix);
	char *text = mem_calloc(length + repeated + suffix + strlen(ending) + 1, 1);

	memcpy(text, name, length);
	for (unsigned i = 0; i < repeats; i++, length += strlen(extension))
		memcpy(text + length, extension, strlen(extension));
	memcpy(text + length, game->rules->suffix, suffix);
	memcpy(text + length + suffix, ending, strlen(ending));
	return text;
}

static void add_claim(struct game *game, char *name, size_t owner)
{
	game->claims[game->nclaims++] = (struct claim){.folded = folded_copy(name), .owner = owner};
	free(name);
}

static int by_folded_name(const void *left, const void *right)
{
	const struct claim *a = left;
	const struct claim *b = right;

	return strcmp(a->folded, b->folded);
}

static void clear_claims(struct game *game)
{
	for (size_t i = 0; i < game->nclaims; i++)
		free(game->claims[i].folded);
	game->nclaims = 0;
}

/* Every name that somebody wants now, sorted, so that equal ones stand together. */
static void stake_claims(struct game *game)
{
	clear_claims(game);
	for (size_t i = 0; i < game->count; i++) {
		char *longest;

		game->standings[i].claimed = game->standings[i].level;
		if (game->standings[i].out)
			continue;
		if (game->names[i].folder) {
			add_claim(game, mem_strdup(game->names[i].name), i);
			continue;
		}
		longest = name_on_level(game, i, game->rules->thumb ? thumb_extension : extension);
		if (strlen(longest) > IMAGES_NAME_BYTES) {
			game->names[i].state = IMAGES_NAME_TOO_LONG;
			game->standings[i].out = true;
			free(longest);
			continue;
		}
		add_claim(game, longest, i);
		if (game->rules->thumb)
			add_claim(game, name_on_level(game, i, extension), i);
	}
	if (game->nclaims > 0)
		qsort(game->claims, game->nclaims, sizeof *game->claims, by_folded_name);
}

/* Strike out those of a group that are no images. Returns whether any was. */
static bool sniff_group(struct game *game, const struct claim *group, size_t size)
{
	bool struck = false;

	for (size_t i = 0; i < size; i++) {
		size_t owner = group[i].owner;
		struct standing *standing = &game->standings[owner];

		if (game->names[owner].folder || standing->sniffed)
			continue;
		standing->sniffed = true;
		if (game->rules->is_image(game->rules->context, owner))
			continue;
		standing->out = true;
		game->names[owner].state = IMAGES_NAME_NOT_IMAGE;
		struck = true;
	}
	return struck;
}

/* Full names that differ in case alone stay as they are: no further ".jpg" would part them. */
static bool is_settled(const struct game *game, const struct claim *group, size_t size)
{
	const struct images_name *first = &game->names[group[0].owner];
	unsigned level = game->standings[group[0].owner].claimed;

	for (size_t i = 0; i < size; i++) {
		const struct images_name *name = &game->names[group[i].owner];

		if (name->folder || level == 0 ||
		    game->standings[group[i].owner].claimed != level ||
		    !same_folded(name->name, first->name))
			return false;
	}
	return true;
}

/* Returns whether there was any: sub-folders alone stay what they are. Who collides with its output
 * and with its thumb as well rises once. */
static bool raise_lowest(struct game *game, const struct claim *group, size_t size)
{
	unsigned lowest = (unsigned)-1;
	bool raised = false;

	for (size_t i = 0; i < size; i++) {
		size_t owner = group[i].owner;

		if (!game->names[owner].folder && game->standings[owner].claimed < lowest)
			lowest = game->standings[owner].claimed;
	}
	for (size_t i = 0; i < size; i++) {
		size_t owner = group[i].owner;

		if (game->names[owner].folder || game->standings[owner].claimed != lowest)
			continue;
		game->standings[owner].level = lowest + 1;
		raised = true;
	}
	return raised;
}

/* One look at all claims. Returns whether anything moved. */
static bool play_round(struct game *game)
{
	bool moved = false;
	size_t size;

	stake_claims(game);
	for (size_t first = 0; first < game->nclaims; first += size) {
		const struct claim *group = &game->claims[first];

		for (size = 1; first + size < game->nclaims; size++) {
			if (strcmp(group->folded, group[size].folded) != 0)
				break;
		}
		if (size == 1)
			continue;
		if (sniff_group(game, group, size))
			moved = true;
		else if (!is_settled(game, group, size) && raise_lowest(game, group, size))
			moved = true;
	}
	return moved;
}

void images_names_decide(struct images_name *names, size_t count,
			 const struct images_names_rules *rules)
{
	struct game game = {.names = names, .count = count, .rules = rules};

	game.standings = mem_calloc(count, sizeof *game.standings);
	game.claims = mem_calloc(2 * count, sizeof *game.claims);
	for (size_t i = 0; i < count; i++) {
		names[i].state = IMAGES_NAME_GIVEN;
		names[i].output = NULL;
	}
	while (play_round(&game))
		continue;
	for (size_t i = 0; i < count; i++) {
		if (!names[i].folder && names[i].state == IMAGES_NAME_GIVEN)
			names[i].output = name_on_level(&game, i, extension);
	}
	clear_claims(&game);
	free(game.claims);
	free(game.standings);
}

char *images_names_thumb(const char *output)
{
	size_t length = strlen(output);
	size_t ending = strlen(extension);

	if (length >= ending && strcmp(output + length - ending, extension) == 0)
		length -= ending;
	return mem_printf("%.*s%s", (int)length, output, thumb_extension);
}
