/*
 * takeout_plan.h - what the files of a sample Takeout library are (floor: program).
 *
 * A library is a number of folders and of groups of files. A group is one situation of which such
 * libraries are full (an edited copy, a live photo, a numbered duplicate, a JSON that is missing):
 * one to three media files and the JSON files beside them, with names that no other group has. What
 * a group is follows from the seed and its number alone, so that any thread can make any group.
 * Nothing is kept between calls.
 */
#ifndef IMGTOP_TAKEOUT_PLAN_H
#define IMGTOP_TAKEOUT_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	TAKEOUT_NAME_BYTES = 256,
	TAKEOUT_GROUP_FILES = 8,
	TAKEOUT_FOLDERS_MAX = 256,
	TAKEOUT_ROOT_DEPTH = 2, /* "Takeout/Google Photos" */
};

#define TAKEOUT_ROOT "Takeout/Google Photos"

/* What is inside a file. */
enum takeout_body {
	TAKEOUT_JPEG,
	TAKEOUT_PNG,
	TAKEOUT_WEBP,
	TAKEOUT_GIF,
	TAKEOUT_HEIC,
	TAKEOUT_MP4,
	TAKEOUT_MOV,
	TAKEOUT_MEDIA_BODIES, /* the above are media files */
	TAKEOUT_SIDECAR = TAKEOUT_MEDIA_BODIES,
	TAKEOUT_SIDECAR_BROKEN, /* a JSON that ends too early */
};

struct takeout_library {
	uint64_t seed;
	int64_t media; /* how many media files there are */
	unsigned years, albums;
};

struct takeout_file {
	unsigned folder;
	enum takeout_body body;
	uint64_t serial; /* media files of the same body and serial have the same bytes */
	char name[TAKEOUT_NAME_BYTES];
	char title[TAKEOUT_NAME_BYTES];	  /* of a JSON: valid UTF-8 */
	const char *rule;		  /* of a media file: "P1" ... "P10", "-" = none */
	char sidecar[TAKEOUT_NAME_BYTES]; /* the JSON it belongs to, "" = none */
};

struct takeout_group {
	const char *situation; /* "live-photo": a word for lists */
	int64_t taken_s;
	unsigned nfiles;
	struct takeout_file files[TAKEOUT_GROUP_FILES];
};

/* A library of so many media files. */
struct takeout_library takeout_library(uint64_t seed, int64_t media);

/* Its folders: first those of years, then albums. */
unsigned takeout_folders(const struct takeout_library *library);
void takeout_folder_name(const struct takeout_library *library, unsigned folder, char *name,
			 size_t size);
/* An album's own JSON; false: a folder of a year has none. */
bool takeout_folder_json(const struct takeout_library *library, unsigned folder, char *name,
			 size_t size);

/*
 * How many media files group `number` has, `before` of the library's being in the groups with
 * smaller numbers; 0: there is no such group. The next group's `before` is the sum.
 */
unsigned takeout_group_media(const struct takeout_library *library, uint64_t number,
			     int64_t before);

/* The same group's files. */
void takeout_group(const struct takeout_library *library, uint64_t number, int64_t before,
		   struct takeout_group *group);

#endif
