/*
 * takeout_situations.c - see takeout_situations.h. The names are made here as Takeout makes them,
 * from titles; which rule leads back is what media/sidecar.h says of them.
 */
#include "config.h"

#include "takeout_situations.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "media/sidecar_edited.h"
#include "media/utf16.h"

enum { CLIP_UNITS = 46, SERIAL_SHIFT = 3 };

/* ---- files --------------------------------------------------------------------------------- */

static void print_name(char *name, const char *format, va_list list)
{
	int length = vsnprintf(name, TAKEOUT_NAME_BYTES, format, list);

	if (length < 0)
		name[0] = '\0';
}

static void text(char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void text(char *name, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	print_name(name, format, list);
	va_end(list);
}

static struct takeout_file *add(struct takeout_maker *maker, enum takeout_body body)
{
	struct takeout_group *group = maker->group;
	struct takeout_file *file = &group->files[group->nfiles];

	*file = (struct takeout_file){.folder = maker->folder,
				      .body = body,
				      .serial = maker->number << SERIAL_SHIFT | group->nfiles,
				      .rule = "-"};
	group->nfiles++;
	return file;
}

/* A media file that no JSON is known of yet. */
static struct takeout_file *media(struct takeout_maker *maker, enum takeout_body body,
				  const char *format, ...) __attribute__((format(printf, 3, 4)));

static struct takeout_file *media(struct takeout_maker *maker, enum takeout_body body,
				  const char *format, ...)
{
	struct takeout_file *file = add(maker, body);
	va_list list;

	va_start(list, format);
	print_name(file->name, format, list);
	va_end(list);
	return file;
}

/* A JSON of that very name. */
static struct takeout_file *json_named(struct takeout_maker *maker, const char *name,
				       const char *title)
{
	struct takeout_file *file = add(maker, TAKEOUT_SIDECAR);

	text(file->name, "%s", name);
	text(file->title, "%s", title);
	return file;
}

/* The JSON of a title as exports of this kind (by the group's bits) name it. */
static struct takeout_file *json(struct takeout_maker *maker, const char *title, const char *number)
{
	const char *suffix = maker->random >> 8 & 3 ? ".supplemental-metadata" : "";
	char name[2 * TAKEOUT_NAME_BYTES];
	int length = snprintf(name, sizeof name, "%s%s", title, suffix);
	struct takeout_file *file = add(maker, TAKEOUT_SIDECAR);

	text(file->name, "%.*s%s.json", (int)utf16_clip(name, (size_t)length, CLIP_UNITS), name,
	     number);
	text(file->title, "%s", title);
	return file;
}

static void belongs(struct takeout_file *file, const char *rule, const struct takeout_file *json)
{
	file->rule = rule;
	text(file->sidecar, "%s", json->name);
}

/* A media file of that title, and its JSON: P1. */
static struct takeout_file *pair(struct takeout_maker *maker, const char *title)
{
	struct takeout_file *file = media(maker, maker->body, "%s", title);

	belongs(file, "P1", json(maker, title, ""));
	return file;
}

static void title_of(const struct takeout_maker *maker, char *title)
{
	text(title, "%s%s", maker->stem, maker->ext);
}

/* A title of more than 46 units, from which Takeout makes a file name with a stem of 47. */
static void long_title(const struct takeout_maker *maker, char *title, char *stem)
{
	text(title, "%08u_%s_and_a_long_tail_that_is_cut_somewhere", (unsigned)maker->number,
	     maker->stem);
	text(stem, "%.47s", title);
}

/* ---- situations ---------------------------------------------------------------------------- */

static void plain(struct takeout_maker *maker)
{
	char title[TAKEOUT_NAME_BYTES];

	title_of(maker, title);
	pair(maker, title);
}

static void missing(struct takeout_maker *maker)
{
	media(maker, maker->body, "%s%s", maker->stem, maker->ext);
}

static void orphan(struct takeout_maker *maker)
{
	char title[TAKEOUT_NAME_BYTES];

	plain(maker);
	text(title, "%s_lost%s", maker->stem, maker->ext);
	json(maker, title, "");
}

static void broken(struct takeout_maker *maker)
{
	plain(maker);
	maker->group->files[maker->group->nfiles - 1].body = TAKEOUT_SIDECAR_BROKEN;
}

static void shortened(struct takeout_maker *maker)
{
	char title[TAKEOUT_NAME_BYTES], stem[TAKEOUT_NAME_BYTES];

	long_title(maker, title, stem);
	belongs(media(maker, maker->body, "%s%s", stem, maker->ext), "P1", json(maker, title, ""));
}

static void emoji(struct takeout_maker *maker)
{
	static const char *const signs[] = {"😀", "🏔", "👨‍👩‍👧", "🎂", "🐕"};
	char title[TAKEOUT_NAME_BYTES];
	size_t length;

	text(title, "%s ", maker->stem);
	length = strlen(title);
	for (unsigned i = 0; i < 4 + maker->random % 12; i++)
		length += (size_t)snprintf(title + length, sizeof title - length, "%s",
					   signs[(maker->random >> i) % 5]);
	snprintf(title + length, sizeof title - length, "%s", maker->ext);
	pair(maker, title);
}

static void numbered(struct takeout_maker *maker)
{
	char title[TAKEOUT_NAME_BYTES];

	title_of(maker, title);
	pair(maker, title);
	belongs(media(maker, maker->body, "%s(1)%s", maker->stem, maker->ext), "P2",
		json(maker, title, "(1)"));
	belongs(media(maker, maker->body, "%s(2)%s", maker->stem, maker->ext), "P2",
		json(maker, title, "(2)"));
}

static void shortened_numbered(struct takeout_maker *maker)
{
	char title[TAKEOUT_NAME_BYTES], stem[TAKEOUT_NAME_BYTES];

	long_title(maker, title, stem);
	belongs(media(maker, maker->body, "%s%s", stem, maker->ext), "P1", json(maker, title, ""));
	belongs(media(maker, maker->body, "%s(1)%s", stem, maker->ext), "P2",
		json(maker, title, "(1)"));
	/* Number 2 has lost its JSON, and must not take that of the first. */
	media(maker, maker->body, "%s(2)%s", stem, maker->ext);
}

static void without_extension(struct takeout_maker *maker)
{
	belongs(media(maker, maker->body, "%s%s", maker->stem, maker->ext), "P3",
		json(maker, maker->stem, ""));
}

static void edited(struct takeout_maker *maker)
{
	size_t words = 1;
	char title[TAKEOUT_NAME_BYTES];
	const struct takeout_file *original;

	while (sidecar_edited_word(words) != NULL)
		words++;
	title_of(maker, title);
	original = pair(maker, title);
	belongs(media(maker, maker->body, "%s%s%s", maker->stem,
		      sidecar_edited_word((maker->random >> 10) % words), maker->ext),
		"P4", original + 1);
}

static void edited_numbered(struct takeout_maker *maker)
{
	char title[TAKEOUT_NAME_BYTES];
	const struct takeout_file *second;

	title_of(maker, title);
	second = json(maker, title, "(1)");
	belongs(media(maker, maker->body, "%s(1)%s", maker->stem, maker->ext), "P2", second);
	belongs(media(maker, maker->body, "%s-bearbeitet(1)%s", maker->stem, maker->ext), "P4",
		second);
}

/* A still of the maker's kind and the video of that moment, which has no JSON. */
static void still_and_video(struct takeout_maker *maker, enum takeout_body video, const char *ext)
{
	char title[TAKEOUT_NAME_BYTES];
	const struct takeout_file *still;

	title_of(maker, title);
	still = pair(maker, title);
	belongs(media(maker, video, "%s%s", maker->stem, ext), "P5", still + 1);
}

static void live_photo(struct takeout_maker *maker)
{
	maker->body = TAKEOUT_HEIC;
	maker->ext = ".HEIC";
	still_and_video(maker, TAKEOUT_MOV, ".MOV");
}

static void motion_photo(struct takeout_maker *maker)
{
	maker->body = TAKEOUT_JPEG;
	maker->ext = ".MP.jpg";
	still_and_video(maker, TAKEOUT_MP4, ".MP");
}

static void two_stills(struct takeout_maker *maker)
{
	char title[TAKEOUT_NAME_BYTES];

	maker->body = TAKEOUT_HEIC;
	text(title, "%s.HEIC", maker->stem);
	pair(maker, title);
	maker->body = TAKEOUT_JPEG;
	text(title, "%s.JPG", maker->stem);
	pair(maker, title);
	media(maker, TAKEOUT_MP4, "%s.MP4", maker->stem);
}

static void other_case(struct takeout_maker *maker)
{
	char title[TAKEOUT_NAME_BYTES];

	text(title, "%s.Jpg", maker->stem);
	belongs(media(maker, TAKEOUT_JPEG, "%s.jpg", maker->stem), "P6", json(maker, title, ""));
}

static void taken_apart(struct takeout_maker *maker)
{
	char title[TAKEOUT_NAME_BYTES];

	/* The file went over a disk that takes accents apart (normal form D). */
	text(title, "Café à Zürich %s%s", maker->stem, maker->ext);
	belongs(media(maker, maker->body, "Cafe\u0301 a\u0300 Zu\u0308rich %s%s", maker->stem,
		      maker->ext),
		"P6", json(maker, title, ""));
}

static void forgotten_number(struct takeout_maker *maker)
{
	char title[TAKEOUT_NAME_BYTES], stem[TAKEOUT_NAME_BYTES];
	struct takeout_file *file;

	long_title(maker, title, stem);
	file = media(maker, maker->body, "%s%s", stem, maker->ext);
	belongs(file, "P1", json(maker, title, ""));
	belongs(media(maker, maker->body, "%s(1)%s", stem, maker->ext), "P7", file + 1);
}

static void unfit_title(struct takeout_maker *maker)
{
	char title[TAKEOUT_NAME_BYTES], name[TAKEOUT_NAME_BYTES];

	text(title, "%s: what? 50%% & more%s", maker->stem, maker->ext);
	text(name, "%s.data.json", maker->stem);
	belongs(media(maker, maker->body, "%s_ what_ 50_ _ more%s", maker->stem, maker->ext), "P8",
		json_named(maker, name, title));
}

static void beginning(struct takeout_maker *maker)
{
	char title[TAKEOUT_NAME_BYTES], name[TAKEOUT_NAME_BYTES];

	text(title, "%s_portrait_COVER", maker->stem);
	text(name, "%s.json", title);
	belongs(media(maker, maker->body, "%s_BURST%s", title, maker->ext), "P9",
		json_named(maker, name, title));
}

/* The album has the file, the folder of the year the file and the JSON. */
static void twin(struct takeout_maker *maker)
{
	char title[TAKEOUT_NAME_BYTES];
	struct takeout_file *first, *second;

	title_of(maker, title);
	maker->folder = maker->year;
	first = pair(maker, title);
	maker->folder = maker->album;
	second = media(maker, maker->body, "%s", title);
	second->serial = first->serial;
	belongs(second, "P10", first + 1);
}

static void album_copy(struct takeout_maker *maker)
{
	char title[TAKEOUT_NAME_BYTES];
	struct takeout_file *first, *second;

	title_of(maker, title);
	maker->folder = maker->year;
	first = pair(maker, title);
	maker->folder = maker->album;
	second = pair(maker, title);
	second->serial = first->serial;
}

static void other_bytes(struct takeout_maker *maker)
{
	char title[TAKEOUT_NAME_BYTES], name[TAKEOUT_NAME_BYTES];

	text(title, "Été %s%s", maker->stem, maker->ext);
	text(name, "\xc9t\xe9 %s%s.json", maker->stem, maker->ext);
	belongs(media(maker, maker->body, "\xc9t\xe9 %s%s", maker->stem, maker->ext), "P1",
		json_named(maker, name, title));
}

const struct takeout_situation takeout_situations[] = {
	{"plain", 600, 1, plain}, /* the first: what fits everywhere */
	{"missing", 20, 1, missing},
	{"orphan", 15, 1, orphan},
	{"broken-json", 5, 1, broken},
	{"shortened", 60, 1, shortened},
	{"emoji", 20, 1, emoji},
	{"numbered", 50, 3, numbered},
	{"shortened-numbered", 15, 3, shortened_numbered},
	{"without-extension", 15, 1, without_extension},
	{"edited", 50, 2, edited},
	{"edited-numbered", 10, 2, edited_numbered},
	{"live-photo", 60, 2, live_photo},
	{"motion-photo", 25, 2, motion_photo},
	{"two-stills", 5, 3, two_stills},
	{"other-case", 10, 1, other_case},
	{"taken-apart", 10, 1, taken_apart},
	{"forgotten-number", 10, 2, forgotten_number},
	{"unfit-title", 5, 1, unfit_title},
	{"beginning", 5, 1, beginning},
	{"twin", 20, 2, twin},
	{"album-copy", 30, 2, album_copy},
	{"other-bytes", 5, 1, other_bytes},
};

const unsigned takeout_nsituations = sizeof takeout_situations / sizeof takeout_situations[0];
