/*
 * takeout_plan.c - see takeout_plan.h.
 */
#include "config.h"

#include "takeout_plan.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "takeout_situations.h"

enum { YEARS = 15, FIRST_YEAR = 2010, ALBUMS_MIN = 3, ALBUMS_MAX = 200, MEDIA_PER_ALBUM = 250 };

/* One group in so many goes into an album instead of the folder of its year. */
enum { ALBUM_SHARE = 8 };

#define SECONDS_PER_DAY INT64_C(86400)

struct takeout_library takeout_library(uint64_t seed, int64_t media)
{
	int64_t albums = media / MEDIA_PER_ALBUM;

	if (albums < ALBUMS_MIN)
		albums = ALBUMS_MIN;
	if (albums > ALBUMS_MAX)
		albums = ALBUMS_MAX;
	return (struct takeout_library){
		.seed = seed, .media = media, .years = YEARS, .albums = (unsigned)albums};
}

unsigned takeout_folders(const struct takeout_library *library)
{
	return library->years + library->albums;
}

void takeout_folder_name(const struct takeout_library *library, unsigned folder, char *name,
			 size_t size)
{
	/* Takeout speaks the language of the account; this account has often changed its own. */
	static const char *const years[][2] = {
		{"Photos from ", ""}, {"Fotos von ", ""},   {"Photos de ", ""},
		{"Foto da ", ""},     {"Fotos de ", ""},    {"Foto's uit ", ""},
		{"Zdjęcia z ", ""},   {"Foton från ", ""},  {"Valokuvat vuodelta ", ""},
		{"", " 年の写真"},    {"Photos from ", ""}, {"Photos from ", ""}};
	static const char *const albums[] = {"Holiday",	   "Família 👨‍👩‍👧",
					     "Untitled",   "旅行の写真",
					     "Geburtstag", "Trip to Zürich 🏔"};
	unsigned album = folder - library->years;

	if (folder < library->years) {
		const char *const *words = years[folder % (sizeof years / sizeof years[0])];

		snprintf(name, size, "%s%u%s", words[0], FIRST_YEAR + folder, words[1]);
	} else {
		snprintf(name, size, "%s(%u)", albums[album % (sizeof albums / sizeof albums[0])],
			 album + 1);
	}
}

bool takeout_folder_json(const struct takeout_library *library, unsigned folder, char *name,
			 size_t size)
{
	static const char *const names[] = {"metadata.json",  "Metadaten.json", "métadonnées.json",
					    "metadatos.json", "metadati.json",	"メタデータ.json"};

	if (folder < library->years)
		return false;
	snprintf(name, size, "%s", names[folder % (sizeof names / sizeof names[0])]);
	return true;
}

/* splitmix64: well mixed bits of a seed and a number. */
static uint64_t mixed(uint64_t seed, uint64_t number)
{
	uint64_t z = seed * UINT64_C(0xd1342543de82ef95) + number * UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static const struct takeout_situation *situation_of(const struct takeout_library *library,
						    uint64_t number, int64_t before)
{
	unsigned sum = takeout_situations[0].weight, at;

	/* Each situation once, so that small libraries have them all; then by weight. */
	if (number < takeout_nsituations && library->media >= 2 * (int64_t)takeout_nsituations)
		return &takeout_situations[number];
	for (unsigned i = 1; i < takeout_nsituations; i++)
		sum += takeout_situations[i].weight;
	at = (unsigned)(mixed(library->seed, number) % sum);
	for (unsigned i = 0; i < takeout_nsituations; i++) {
		if (at < takeout_situations[i].weight) {
			/* What is left at the end may be too little for it. */
			return takeout_situations[i].media <= library->media - before
				       ? &takeout_situations[i]
				       : &takeout_situations[0];
		}
		at -= takeout_situations[i].weight;
	}
	return &takeout_situations[0];
}

unsigned takeout_group_media(const struct takeout_library *library, uint64_t number, int64_t before)
{
	return before < library->media ? situation_of(library, number, before)->media : 0;
}

/* A name as cameras and phones give it. */
static void choose_stem(struct takeout_maker *maker)
{
	unsigned number = (unsigned)maker->number;
	struct tm day;

	gmtime_r(&(time_t){maker->group->taken_s}, &day);
	switch (maker->random % 5) {
	case 0:
	case 1:
		snprintf(maker->stem, sizeof maker->stem, "IMG_%08u", number);
		break;
	case 2:
		snprintf(maker->stem, sizeof maker->stem, "PXL_%04d%02d%02d_%09u",
			 day.tm_year + 1900, day.tm_mon + 1, day.tm_mday, number);
		break;
	case 3:
		snprintf(maker->stem, sizeof maker->stem, "DSC_%08u", number);
		break;
	default:
		snprintf(maker->stem, sizeof maker->stem, "Screenshot_%04d%02d%02d-%09u",
			 day.tm_year + 1900, day.tm_mon + 1, day.tm_mday, number);
		break;
	}
}

static void choose_body(struct takeout_maker *maker)
{
	static const struct {
		enum takeout_body body;
		const char *ext;
	} kinds[16] = {
		{TAKEOUT_JPEG, ".jpg"},	 {TAKEOUT_JPEG, ".jpg"},  {TAKEOUT_JPEG, ".jpg"},
		{TAKEOUT_JPEG, ".jpg"},	 {TAKEOUT_JPEG, ".JPG"},  {TAKEOUT_JPEG, ".jpg"},
		{TAKEOUT_JPEG, ".jpg"},	 {TAKEOUT_JPEG, ".jpeg"}, {TAKEOUT_JPEG, ".jpg"},
		{TAKEOUT_HEIC, ".HEIC"}, {TAKEOUT_HEIC, ".heic"}, {TAKEOUT_PNG, ".png"},
		{TAKEOUT_WEBP, ".webp"}, {TAKEOUT_GIF, ".gif"},	  {TAKEOUT_MP4, ".mp4"},
		{TAKEOUT_MOV, ".MOV"},
	};
	unsigned at = maker->random >> 4 & 15;

	maker->body = kinds[at].body;
	maker->ext = kinds[at].ext;
}

/* Seconds since 1970 of the first of January. */
static int64_t year_begins(int year)
{
	int64_t y = year - 1;

	return (y * 365 + y / 4 - y / 100 + y / 400 - INT64_C(719162)) * SECONDS_PER_DAY;
}

void takeout_group(const struct takeout_library *library, uint64_t number, int64_t before,
		   struct takeout_group *group)
{
	const struct takeout_situation *situation = situation_of(library, number, before);
	uint64_t bits = mixed(library->seed + 1, number);
	struct takeout_maker maker = {
		.library = library, .group = group, .number = number, .random = (uint32_t)bits};

	maker.year = (unsigned)(bits >> 32) % library->years;
	maker.album = library->years + (unsigned)(bits >> 40) % library->albums;
	maker.folder = (bits >> 56) % ALBUM_SHARE == 0 ? maker.album : maker.year;
	group->situation = situation->name;
	group->nfiles = 0;
	group->taken_s = year_begins(FIRST_YEAR + (int)maker.year) +
			 (int64_t)(bits >> 16 & 0xffffffff) % (365 * SECONDS_PER_DAY);
	choose_stem(&maker);
	choose_body(&maker);
	situation->make(&maker);
}
