/*
 * takeout_json.h - what a JSON of a Takeout library says of a photograph, video or album (floor:
 * media).
 *
 * Unknown fields are left alone; a known one of the wrong type counts as missing. Any thread may
 * call.
 */
#ifndef IMGTOP_MEDIA_TAKEOUT_JSON_H
#define IMGTOP_MEDIA_TAKEOUT_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Real ones are a few kB; face groups and long descriptions make some larger. */
enum { TAKEOUT_JSON_MAX_BYTES = 1 << 20 };

enum takeout_json_kind {
	TAKEOUT_JSON_OTHER, /* neither of the next two */
	TAKEOUT_JSON_ASSET, /* has a photoTakenTime */
	TAKEOUT_JSON_ALBUM, /* has a title, but no photoTakenTime */
};

enum takeout_geo {
	TAKEOUT_GEO_NONE,
	TAKEOUT_GEO_DATA, /* geoData: as the user set it */
	TAKEOUT_GEO_EXIF, /* geoDataExif: as the camera wrote it; only where geoData has none */
};

/* Texts are UTF-8 and owned; NULL where missing or empty. */
struct takeout_json {
	enum takeout_json_kind kind;
	char *title;
	char *description;
	char *url;
	char *origin; /* the kind of googlePhotosOrigin: "mobileUpload", "fromPartnerSharing", ...
		       */
	bool has_taken, has_created;
	int64_t taken_s, created_s; /* UTC, seconds since 1970, may be negative */
	enum takeout_geo geo;
	double latitude, longitude, altitude; /* degrees, degrees, metres */
	char **people;
	size_t npeople;
	bool favorited, archived, trashed;
};

/*
 * Read a JSON text. Release with takeout_json_free, which is also fine after an error.
 *   error: permanent: "line 3, column 14: ..." for what is no JSON object; too long
 */
int takeout_json_parse(const char *bytes, size_t length, struct takeout_json *json,
		       struct err *err);

/* The same with the file `name` in the folder that is open as `folder`. bytes_read may be NULL.
 *   error: as above, and those of regular_open and of reading; the text does not name the file */
int takeout_json_read(int folder, const char *name, struct takeout_json *json, uint64_t *bytes_read,
		      struct err *err);

void takeout_json_free(struct takeout_json *json);

#endif
