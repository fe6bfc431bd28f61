/*
 * takeout_json.c - see takeout_json.h. jansson reads; here is what the fields mean.
 */
#include "config.h"

#include "media/takeout_json.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "base/mem.h"
#include "base/regular.h"

/* A copy of a text field; NULL when it is missing, empty or no text. */
static char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text != NULL && text[0] != '\0' ? mem_strdup(text) : NULL;
}

/* {"timestamp": "1577880000"}: seconds as a text; a number is taken too. */
static bool timestamp_of(const json_t *root, const char *key, int64_t *seconds)
{
	const json_t *value = json_object_get(json_object_get(root, key), "timestamp");
	const char *text = json_string_value(value);
	char *end;

	if (json_is_integer(value)) {
		*seconds = json_integer_value(value);
		return true;
	}
	if (text == NULL || text[0] == '\0')
		return false;
	errno = 0;
	*seconds = strtoll(text, &end, 10);
	return errno == 0 && *end == '\0';
}

/* A place counts as missing when both coordinates are 0, which is how Takeout writes none. */
static bool place_of(const json_t *root, const char *key, struct takeout_json *json)
{
	const json_t *geo = json_object_get(root, key);
	const json_t *latitude = json_object_get(geo, "latitude");
	const json_t *longitude = json_object_get(geo, "longitude");
	double north = json_number_value(latitude), east = json_number_value(longitude);

	if (!json_is_number(latitude) || !json_is_number(longitude) || (north == 0 && east == 0) ||
	    fabs(north) > 90 || fabs(east) > 180)
		return false;
	json->latitude = north;
	json->longitude = east;
	json->altitude = json_number_value(json_object_get(geo, "altitude"));
	return true;
}

static void read_people(const json_t *list, struct takeout_json *json)
{
	size_t count = json_array_size(list);

	if (count == 0)
		return;
	json->people = mem_calloc(count, sizeof(*json->people));
	for (size_t i = 0; i < count; i++) {
		char *name = text_of(json_array_get(list, i), "name");

		if (name != NULL)
			json->people[json->npeople++] = name;
	}
}

/* {"mobileUpload": {...}}: which kind it is, is the key. */
static char *origin_of(json_t *root)
{
	json_t *origin = json_object_get(root, "googlePhotosOrigin");
	const char *key = json_object_iter_key(json_object_iter(origin));

	return key != NULL && key[0] != '\0' ? mem_strdup(key) : NULL;
}

static void read_fields(json_t *root, struct takeout_json *json)
{
	const json_t *album = json_object_get(root, "albumData");

	json->title = text_of(root, "title");
	json->description = text_of(root, "description");
	json->url = text_of(root, "url");
	json->origin = origin_of(root);
	json->has_taken = timestamp_of(root, "photoTakenTime", &json->taken_s);
	json->has_created = timestamp_of(root, "creationTime", &json->created_s);
	if (place_of(root, "geoData", json))
		json->geo = TAKEOUT_GEO_DATA;
	else if (place_of(root, "geoDataExif", json))
		json->geo = TAKEOUT_GEO_EXIF;
	read_people(json_object_get(root, "people"), json);
	json->favorited = json_is_true(json_object_get(root, "favorited"));
	json->archived = json_is_true(json_object_get(root, "archived"));
	json->trashed = json_is_true(json_object_get(root, "trashed"));
	/* Old exports put an album's title one level down. */
	if (json->title == NULL)
		json->title = text_of(album, "title");
	if (json_object_get(root, "photoTakenTime") != NULL)
		json->kind = TAKEOUT_JSON_ASSET;
	else if (json->title != NULL || album != NULL)
		json->kind = TAKEOUT_JSON_ALBUM;
}

int takeout_json_parse(const char *bytes, size_t length, struct takeout_json *json, struct err *err)
{
	static const char mark[] = "\xef\xbb\xbf"; /* some tools that edit JSON put it before */
	json_error_t error;
	json_t *root;
	int rc = 0;

	*json = (struct takeout_json){0};
	if (length > TAKEOUT_JSON_MAX_BYTES)
		return err_permanent(err, "more than %d bytes of JSON", TAKEOUT_JSON_MAX_BYTES);
	if (length >= strlen(mark) && memcmp(bytes, mark, strlen(mark)) == 0) {
		bytes += strlen(mark);
		length -= strlen(mark);
	}
	root = json_loadb(bytes, length, 0, &error);
	if (root == NULL)
		return err_permanent(err, "line %d, column %d: %s", error.line, error.column,
				     error.text);
	if (json_is_object(root))
		read_fields(root, json);
	else
		rc = err_permanent(err, "line 1, column 1: a list where an object is expected");
	json_decref(root);
	return rc;
}

/* Read the whole of a regular file into bytes (room of them). Returns its length, or -1. */
static ssize_t read_whole(int fd, char *bytes, size_t room, struct err *err)
{
	size_t length = 0;

	while (length < room) {
		ssize_t got = read(fd, bytes + length, room - length);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_errno(err, "read");
		if (got == 0)
			break;
		length += (size_t)got;
	}
	return (ssize_t)length;
}

/* Read an open file that has so many bytes. */
static int read_open(int fd, off_t size_bytes, struct takeout_json *json, uint64_t *bytes_read,
		     struct err *err)
{
	size_t room;
	ssize_t length;
	char *bytes;
	int rc;

	if (size_bytes > TAKEOUT_JSON_MAX_BYTES)
		return err_permanent(err, "more than %d bytes of JSON", TAKEOUT_JSON_MAX_BYTES);
	/* One byte more shows whether it has grown meanwhile; then it is too new to be read. */
	room = (size_t)size_bytes + 1;
	bytes = mem_try(room);
	if (bytes == NULL)
		return err_transient(err, "no memory for %zu bytes", room);
	length = read_whole(fd, bytes, room, err);
	if (length < 0) {
		rc = -1;
	} else if ((size_t)length == room) {
		rc = err_transient(err, "it grew while it was read");
	} else {
		*bytes_read = (uint64_t)length;
		rc = takeout_json_parse(bytes, (size_t)length, json, err);
	}
	free(bytes);
	return rc;
}

int takeout_json_read(int folder, const char *name, struct takeout_json *json, uint64_t *bytes_read,
		      struct err *err)
{
	uint64_t ignored;
	struct stat status;
	int fd = regular_open(folder, name, 0, &status, err);
	int rc;

	*json = (struct takeout_json){0};
	if (bytes_read == NULL)
		bytes_read = &ignored;
	*bytes_read = 0;
	if (fd < 0)
		return -1;
	rc = read_open(fd, status.st_size, json, bytes_read, err);
	close(fd);
	return rc;
}

void takeout_json_free(struct takeout_json *json)
{
	free(json->title);
	free(json->description);
	free(json->url);
	free(json->origin);
	for (size_t i = 0; i < json->npeople; i++)
		free(json->people[i]);
	free(json->people);
	*json = (struct takeout_json){0};
}
