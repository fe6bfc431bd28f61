/*
 * media_files.h - media files for tests, made on the spot: small, valid as far as headers go, and
 * with an EXIF structure of the test's choice. Whatever fails in here ends the test program.
 */
#ifndef IMGTOP_TESTS_MEDIA_FILES_H
#define IMGTOP_TESTS_MEDIA_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Exactly so many bytes in memory of their own, so that a sanitizer sees a step beyond. */
struct blob {
	unsigned char *bytes;
	size_t length;
};

void blob_add(struct blob *blob, const void *bytes, size_t length);
void blob_text(struct blob *blob, const char *text); /* without its NUL */
void blob_zeros(struct blob *blob, size_t count);
void blob_number(struct blob *blob, uint64_t value, unsigned bytes, bool big_endian);
void blob_set(struct blob *blob, size_t at, uint64_t value, unsigned bytes, bool big_endian);
void blob_free(struct blob *blob);

/* What an EXIF structure says; zero or NULL = that field is not there. */
struct exif_recipe {
	bool big_endian;
	const char *make;
	const char *model;
	const char *taken;
	const char *offset;
	const char *subsec;
	unsigned orientation;
	uint32_t width; /* PixelXDimension; of TIFF files ImageWidth */
	uint32_t height;
	const char *latitude_ref;
	const char *longitude_ref;
	uint32_t latitude[6]; /* three ratios */
	uint32_t longitude[6];
	bool place;
	bool altitude;
	unsigned altitude_ref;
	uint32_t altitude_dm; /* in tenths of a metre */
	size_t maker_note_bytes;
};

/* One with every field: exif_recipe_facts tells what it says. */
extern const struct exif_recipe full_recipe;

struct blob make_exif_block(const struct exif_recipe *recipe);
/* The same as a file: with the size in its first page. */
struct blob make_tiff_file(const struct exif_recipe *recipe);

/* 64 x 48 pixels, each with the EXIF block where `late` says: after the picture, or after large
 * segments (JPEG); NULL = none. */
struct blob make_jpeg_file(const struct blob *exif, size_t bytes_before);
struct blob make_png_file(const struct blob *exif, bool late);
struct blob make_webp_file(const struct blob *exif);
struct blob make_heic_file(const struct blob *exif);
struct blob make_raf_file(const struct blob *exif);
struct blob make_cr3_file(const struct exif_recipe *recipe);
/* Taken at seconds since 1904; turned by 0, 90, 180 or 270 degrees; moov behind the pictures. */
struct blob make_movie_file(const char *brand, uint64_t since_1904_s, unsigned degrees,
			    bool long_form);

enum { MADE_WIDTH = 64, MADE_HEIGHT = 48 };

#endif
