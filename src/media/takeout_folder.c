/*
 * takeout_folder.c - see takeout_folder.h.
 */
#include "config.h"

#include "media/takeout_folder.h"

#include <stddef.h>
#include <string.h>

#include "media/fold.h"
#include "media/sidecar_name.h"

enum { YEAR_FIRST = 1800, YEAR_LAST = 2199, YEAR_DIGITS = 4, ALBUM_NAME_BYTES = 96 };

/* '#' is the year; in normal form C and lower case. */
static const char *const years[] = {
	"photos from #",	/* English */
	"fotos von #",		/* German */
	"fotos aus #",		/* German */
	"photos de #",		/* French */
	"photos du #",		/* French */
	"fotos de #",		/* Spanish, Portuguese, Galician */
	"fotos del #",		/* Spanish */
	"fotos d'el #",		/* Catalan */
	"foto da #",		/* Italian */
	"foto del #",		/* Italian */
	"foto's uit #",		/* Dutch */
	"foto's van #",		/* Dutch */
	"bilder från #",	/* Swedish */
	"foton från #",		/* Swedish */
	"bilder fra #",		/* Norwegian */
	"billeder fra #",	/* Danish */
	"valokuvat vuodelta #", /* Finnish */
	"kuvat vuodelta #",	/* Finnish */
	"fotod aastast #",	/* Estonian */
	"fotoattēli no # gada", /* Latvian */
	"nuotraukos iš #",	/* Lithuanian */
	"zdjęcia z #",		/* Polish */
	"fotky z #",		/* Czech */
	"fotky z roku #",	/* Czech, Slovak */
	"# képei",		/* Hungarian */
	"fotók - #",		/* Hungarian */
	"fotografii din #",	/* Romanian */
	"fotografije iz #",	/* Croatian, Slovenian */
	"# fotoğrafları",	/* Turkish */
	"foto dari #",		/* Indonesian */
	"foto dari tahun #",	/* Indonesian, Malay */
	"ảnh từ năm #",		/* Vietnamese */
	"φωτογραφίεσ από το #", /* Greek */
	"фото за # год",	/* Russian */
	"фото за #",		/* Russian */
	"фото за # рік",	/* Ukrainian */
	"снимки от #",		/* Bulgarian */
	"תמונות מ-#",		/* Hebrew */
	"صور من #",		/* Arabic */
	"# รูปภาพ",		/* Thai */
	"# 年の写真",		/* Japanese */
	"#年の写真",		/* Japanese */
	"#년 사진",		/* Korean */
	"#년의 사진",		/* Korean */
	"# 年的照片",		/* Chinese */
	"#年的照片",		/* Chinese */
	"# 年的相片",		/* Chinese, Hong Kong */
};

/* The album's own JSON in many languages, then those of the library. */
static const char *const albums[] = {
	"metadata",
	"metadaten",
	"métadonnées",
	"metadatos",
	"metadati",
	"metadades",
	"metadados",
	"metagegevens",
	"metadane",
	"metadáta",
	"metadátum",
	"metaadatok",
	"metaadat",
	"metadate",
	"metatiedot",
	"metaandmed",
	"metaduomenys",
	"metapodaci",
	"metapodatki",
	"meta veriler",
	"meta veri",
	"siêu dữ liệu",
	"μεταδεδομένα",
	"метаданные",
	"метадані",
	"метаданни",
	"метадані",
	"מטא-נתונים",
	"メタデータ",
	"메타데이터",
	"元数据",
	"中繼資料",
	"中繼數據",
	"print-subscriptions",
	"shared_album_comments",
	"user-generated-memory-titles",
};

/* Four digits, as a year of photographs; else 0. */
static int year_at(const char *text)
{
	int year = 0;

	for (int i = 0; i < YEAR_DIGITS; i++) {
		if (text[i] < '0' || text[i] > '9')
			return 0;
		year = year * 10 + (text[i] - '0');
	}
	return year >= YEAR_FIRST && year <= YEAR_LAST ? year : 0;
}

/* The year where text is the pattern, else 0. */
static int year_by(const char *pattern, const char *text, size_t length)
{
	size_t before = strcspn(pattern, "#"), after = strlen(pattern + before + 1);

	if (length != before + YEAR_DIGITS + after || memcmp(text, pattern, before) != 0 ||
	    memcmp(text + before + YEAR_DIGITS, pattern + before + 1, after) != 0)
		return 0;
	return year_at(text + before);
}

int takeout_year_folder(const char *name)
{
	char folded[FOLD_BYTES];
	size_t length = strlen(name);

	if (length > FOLD_BYTES / 4)
		return 0;
	length = fold_name(name, length, FOLD_CASE, folded);
	for (size_t i = 0; i < sizeof years / sizeof years[0]; i++) {
		int year = year_by(years[i], folded, length);

		if (year != 0)
			return year;
	}
	return 0;
}

bool takeout_album_json(const char *name)
{
	char folded[FOLD_BYTES];
	size_t length = strlen(name), suffix = strlen(SIDECAR_JSON);

	/* Almost every other name has a second dot: that is told at once. */
	if (length <= suffix || length > ALBUM_NAME_BYTES || strcspn(name, ".") != length - suffix)
		return false;
	length = fold_name(name, length, FOLD_CASE, folded);
	if (memcmp(folded + length - suffix, SIDECAR_JSON, suffix) != 0)
		return false;
	length -= suffix;
	length -= sidecar_number_length(folded, length);
	for (size_t i = 0; i < sizeof albums / sizeof albums[0]; i++)
		if (strlen(albums[i]) == length && memcmp(albums[i], folded, length) == 0)
			return true;
	return false;
}
