/*
 * takeout_text.c - see takeout_text.h. What is in them varies with the file's serial: places set by
 * the user, by the camera, by nobody; people; flags.
 */
#include "config.h"

#include "takeout_text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { ESCAPED_BYTES = 6 * TAKEOUT_NAME_BYTES, SERIAL_SHIFT = 3 };

struct writer {
	char *text;
	size_t length;
};

static void put(struct writer *writer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void put(struct writer *writer, const char *format, ...)
{
	size_t room = TAKEOUT_TEXT_BYTES - writer->length;
	va_list list;
	int wanted;

	va_start(list, format);
	wanted = vsnprintf(writer->text + writer->length, room, format, list);
	va_end(list);
	if (wanted > 0)
		writer->length += (size_t)wanted < room ? (size_t)wanted : room - 1;
}

/* A text in quotation marks. As in life, signs that HTML knows are escaped too. */
static const char *quoted(const char *title, char *escaped)
{
	size_t used = 0;

	escaped[used++] = '"';
	for (; *title != '\0'; title++) {
		if (strchr("\"\\&<>'", *title) == NULL)
			escaped[used++] = *title;
		else
			used += (size_t)sprintf(escaped + used, "\\u%04x", (unsigned char)*title);
	}
	escaped[used++] = '"';
	escaped[used] = '\0';
	return escaped;
}

static void put_place(struct writer *writer, const char *key, double latitude, double longitude)
{
	put(writer,
	    "  \"%s\": {\n    \"latitude\": %.7f,\n    \"longitude\": %.7f,\n"
	    "    \"altitude\": %.1f,\n    \"latitudeSpan\": 0.0,\n    \"longitudeSpan\": 0.0\n  "
	    "},\n",
	    key, latitude, longitude, latitude == 0 ? 0.0 : 420.5);
}

static void put_time(struct writer *writer, const char *key, int64_t seconds)
{
	put(writer, "  \"%s\": {\n    \"timestamp\": \"%" PRId64 "\"\n  },\n", key, seconds);
}

static void put_people(struct writer *writer, uint64_t serial)
{
	static const char *const names[] = {"Ada", "Grace", "Jürgen", "花子"};

	if (serial % 3 != 0)
		return;
	put(writer, "  \"people\": [{\n    \"name\": \"%s\"\n  }", names[serial / 3 % 4]);
	if (serial % 2 == 0)
		put(writer, ", {\n    \"name\": \"%s\"\n  }", names[(serial / 3 + 1) % 4]);
	put(writer, "],\n");
}

static void put_origin(struct writer *writer, uint64_t serial)
{
	static const char *const kinds[] = {
		"\"mobileUpload\": {\n      \"deviceType\": \"ANDROID_PHONE\"\n    }",
		"\"webUpload\": {\n      \"computerUpload\": {\n      }\n    }",
		"\"fromPartnerSharing\": {\n    }"};

	put(writer, "  \"googlePhotosOrigin\": {\n    %s\n  }\n", kinds[serial % 3]);
}

size_t takeout_sidecar_text(const struct takeout_group *group, const struct takeout_file *file,
			    char *text)
{
	struct writer writer = {.text = text};
	uint64_t serial = file->serial >> SERIAL_SHIFT;
	double latitude = serial % 4 == 0 ? 0 : 30 + (double)(serial % 997) / 50;
	double longitude = serial % 4 == 0 ? 0 : (double)(serial % 1009) / 40 - 12.5;
	char escaped[ESCAPED_BYTES + 4];

	put(&writer, "{\n  \"title\": %s,\n", quoted(file->title, escaped));
	put(&writer, "  \"description\": \"%s\",\n", serial % 10 == 0 ? "Worth keeping" : "");
	put(&writer, "  \"imageViews\": \"%" PRIu64 "\",\n", serial % 200);
	put_time(&writer, "creationTime", group->taken_s + 86400);
	put_time(&writer, "photoTakenTime", group->taken_s);
	put_place(&writer, "geoData", serial % 5 == 0 ? 0 : latitude,
		  serial % 5 == 0 ? 0 : longitude);
	put_place(&writer, "geoDataExif", latitude, longitude);
	put_people(&writer, serial);
	put(&writer, "  \"url\": \"https://photos.example/%016" PRIx64 "\",\n", file->serial);
	if (serial % 11 == 0)
		put(&writer, "  \"favorited\": true,\n");
	if (serial % 23 == 0)
		put(&writer, "  \"archived\": true,\n");
	put_origin(&writer, serial);
	put(&writer, "}\n");
	/* A broken one ends in the middle of a text. */
	return file->body == TAKEOUT_SIDECAR_BROKEN ? strlen("{\n  \"tit") : writer.length;
}

size_t takeout_album_text(const char *title, char *text)
{
	struct writer writer = {.text = text};
	char escaped[ESCAPED_BYTES + 4];

	put(&writer,
	    "{\n  \"title\": %s,\n  \"description\": \"\",\n  \"access\": \"protected\",\n"
	    "  \"date\": {\n    \"timestamp\": \"0\"\n  }\n}\n",
	    quoted(title, escaped));
	return writer.length;
}
