/*
 * media_exif.h - directories of TIFF and EXIF fields, for the files that hold them.
 */
#ifndef IMGTOP_TESTS_MEDIA_EXIF_H
#define IMGTOP_TESTS_MEDIA_EXIF_H

#include "media_files.h"

enum { BYTE = 1, ASCII = 2, SHORT = 3, LONG = 4, RATIONAL = 5, UNDEFINED = 7, MOST_FIELDS = 16 };

struct field {
	unsigned tag;
	unsigned type;
	uint32_t count;
	const char *text;	/* ASCII, UNDEFINED, BYTE; NULL = zeros */
	const uint32_t *ratios; /* two numbers each */
	uint32_t number;
};

struct fields {
	struct field list[MOST_FIELDS];
	unsigned count;
};

/* A field with one SHORT or LONG. */
void media_add_number(struct fields *fields, unsigned tag, unsigned type, uint32_t number);

/* The three directories that tell the recipe; altitude is a ratio, and must outlive its fields. */
struct fields media_exif_fields(const struct exif_recipe *recipe);
struct fields media_gps_fields(const struct exif_recipe *recipe, const uint32_t altitude[2]);
struct fields media_page_fields(const struct exif_recipe *recipe);

/* Byte order and magic; the offset of the first directory is still 0. */
struct blob media_begin_tiff(bool big);

/* Values first, the directory behind them: whoever reads it has to go back. Returns its offset. */
size_t media_put_directory(struct blob *blob, const struct fields *fields, bool big);

#endif
