/*
 * takeout_json_test.c - what the JSON files of a Takeout library say.
 */
#include "config.h"

#include "media/takeout_json.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"

static int parse(const char *text, struct takeout_json *json, struct err *err)
{
	err_clear(err);
	return takeout_json_parse(text, strlen(text), json, err);
}

static void an_asset_is_read_whole(void **state)
{
	static const char text[] =
		"{\"title\": \"Z\\u00fcrich.jpg\", \"description\": \"By the lake\",\n"
		"\"imageViews\": \"3\",\n"
		"\"creationTime\": {\"timestamp\": \"1600000000\", \"formatted\": \"...\"},\n"
		"\"photoTakenTime\": {\"timestamp\": \"-86400\", \"formatted\": \"...\"},\n"
		"\"geoData\": {\"latitude\": 47.35, \"longitude\": 8.55, \"altitude\": 408.5},\n"
		"\"geoDataExif\": {\"latitude\": 1.0, \"longitude\": 2.0, \"altitude\": 3.0},\n"
		"\"people\": [{\"name\": \"Ada\"}, {\"name\": \"\"}, {}, {\"name\": \"Grace\"}],\n"
		"\"url\": \"https://photos.example/1\", \"favorited\": true, \"trashed\": false,\n"
		"\"googlePhotosOrigin\": {\"mobileUpload\": {\"deviceType\": \"ANDROID_PHONE\"}}}";
	struct takeout_json json;
	struct err err;

	(void)state;
	assert_int_equal(parse(text, &json, &err), 0);
	assert_int_equal(json.kind, TAKEOUT_JSON_ASSET);
	assert_string_equal(json.title, "Zürich.jpg");
	assert_string_equal(json.description, "By the lake");
	assert_string_equal(json.url, "https://photos.example/1");
	assert_string_equal(json.origin, "mobileUpload");
	assert_true(json.has_taken && json.has_created);
	assert_int_equal(json.taken_s, -86400);
	assert_int_equal(json.created_s, 1600000000);
	assert_int_equal(json.geo, TAKEOUT_GEO_DATA);
	assert_float_equal(json.latitude, 47.35, 1e-9);
	assert_float_equal(json.longitude, 8.55, 1e-9);
	assert_float_equal(json.altitude, 408.5, 1e-9);
	assert_int_equal(json.npeople, 2);
	assert_string_equal(json.people[0], "Ada");
	assert_string_equal(json.people[1], "Grace");
	assert_true(json.favorited);
	assert_false(json.archived || json.trashed);
	takeout_json_free(&json);
}

static void a_place_of_zeros_is_none_and_the_camera_is_asked(void **state)
{
	struct takeout_json json;
	struct err err;

	(void)state;
	assert_int_equal(parse("{\"geoData\": {\"latitude\": 0.0, \"longitude\": 0.0},"
			       "\"geoDataExif\": {\"latitude\": 0.0, \"longitude\": -3.5}}",
			       &json, &err),
			 0);
	assert_int_equal(json.geo, TAKEOUT_GEO_EXIF);
	assert_float_equal(json.latitude, 0, 1e-9);
	assert_float_equal(json.longitude, -3.5, 1e-9);
	takeout_json_free(&json);
	assert_int_equal(parse("{\"geoData\": {\"latitude\": 0, \"longitude\": 0}}", &json, &err),
			 0);
	assert_int_equal(json.geo, TAKEOUT_GEO_NONE);
	takeout_json_free(&json);
	assert_int_equal(
		parse("{\"geoData\": {\"latitude\": 91.5, \"longitude\": 1}}", &json, &err), 0);
	assert_int_equal(json.geo, TAKEOUT_GEO_NONE);
	takeout_json_free(&json);
}

static void an_album_has_a_title_and_no_time(void **state)
{
	struct takeout_json json;
	struct err err;

	(void)state;
	assert_int_equal(
		parse("{\"title\": \"Summer\", \"date\": {\"timestamp\": \"1\"}}", &json, &err), 0);
	assert_int_equal(json.kind, TAKEOUT_JSON_ALBUM);
	assert_string_equal(json.title, "Summer");
	takeout_json_free(&json);
	assert_int_equal(parse("{\"albumData\": {\"title\": \"Winter\"}}", &json, &err), 0);
	assert_int_equal(json.kind, TAKEOUT_JSON_ALBUM);
	assert_string_equal(json.title, "Winter");
	takeout_json_free(&json);
	assert_int_equal(parse("{\"subscriptions\": []}", &json, &err), 0);
	assert_int_equal(json.kind, TAKEOUT_JSON_OTHER);
	takeout_json_free(&json);
}

static void a_field_of_the_wrong_type_counts_as_missing(void **state)
{
	struct takeout_json json;
	struct err err;

	(void)state;
	assert_int_equal(
		parse("{\"title\": 5, \"people\": {\"name\": \"x\"}, \"geoData\": [1, 2],"
		      "\"photoTakenTime\": {\"timestamp\": \"soon\"}, \"favorited\": \"yes\","
		      "\"creationTime\": {\"timestamp\": \"99999999999999999999\"},"
		      "\"googlePhotosOrigin\": \"web\", \"url\": null}",
		      &json, &err),
		0);
	assert_null(json.title);
	assert_null(json.url);
	assert_null(json.origin);
	assert_int_equal(json.npeople, 0);
	assert_int_equal(json.geo, TAKEOUT_GEO_NONE);
	assert_false(json.has_taken || json.has_created || json.favorited);
	takeout_json_free(&json);
}

static void damage_is_told_with_line_and_column(void **state)
{
	struct takeout_json json;
	struct err err;

	(void)state;
	assert_int_equal(parse("{\"title\": \"a\",\n \"description\": oops}", &json, &err), -1);
	assert_int_equal(err.kind, ERR_PERMANENT);
	assert_non_null(strstr(err.text, "line 2, column 20"));
	takeout_json_free(&json);
	assert_int_equal(parse("{\"title\": \"a\"", &json, &err), -1);
	assert_int_equal(parse("", &json, &err), -1);
	assert_int_equal(parse("[1]", &json, &err), -1);
	assert_int_equal(parse("{\"title\": \"\xff\"}", &json, &err), -1);
	assert_int_equal(err.kind, ERR_PERMANENT);
}

static void every_beginning_of_a_json_is_an_error(void **state)
{
	static const char text[] =
		"{\"title\":\"a\",\"people\":[{\"name\":\"b\"}],\"geoData\":{\"latitude\":1}}";
	struct takeout_json json;
	struct err err;

	(void)state;
	for (size_t length = 0; length + 1 < strlen(text); length++) {
		assert_int_equal(takeout_json_parse(text, length, &json, &err), -1);
		takeout_json_free(&json);
	}
}

static void a_byte_order_mark_is_passed_over(void **state)
{
	struct takeout_json json;
	struct err err;

	(void)state;
	assert_int_equal(parse("\xef\xbb\xbf{\"title\": \"a\"}", &json, &err), 0);
	assert_string_equal(json.title, "a");
	takeout_json_free(&json);
}

static void a_json_beyond_the_bound_is_not_parsed(void **state)
{
	char *text = mem_calloc(TAKEOUT_JSON_MAX_BYTES + 1, 1);
	struct takeout_json json;
	struct err err;

	(void)state;
	memset(text, ' ', TAKEOUT_JSON_MAX_BYTES + 1);
	memcpy(text, "{}", 2);
	assert_int_equal(takeout_json_parse(text, TAKEOUT_JSON_MAX_BYTES, &json, &err), 0);
	assert_int_equal(takeout_json_parse(text, TAKEOUT_JSON_MAX_BYTES + 1, &json, &err), -1);
	assert_int_equal(err.kind, ERR_PERMANENT);
	free(text);
}

static void a_file_is_read_and_anything_else_refused(void **state)
{
	char dir[] = "/tmp/imgtop-json-XXXXXX";
	static const char text[] = "{\"title\": \"a\"}";
	struct takeout_json json;
	struct err err;
	uint64_t bytes;
	int folder, fd;

	(void)state;
	assert_non_null(mkdtemp(dir));
	folder = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	fd = openat(folder, "a.json", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	assert_int_equal(takeout_json_read(folder, "a.json", &json, &bytes, &err), 0);
	assert_int_equal(bytes, strlen(text));
	assert_string_equal(json.title, "a");
	takeout_json_free(&json);
	assert_int_equal(ftruncate(fd, TAKEOUT_JSON_MAX_BYTES + 1), 0);
	close(fd);
	assert_int_equal(takeout_json_read(folder, "a.json", &json, NULL, &err), -1);
	assert_int_equal(err.kind, ERR_PERMANENT);
	assert_int_equal(mkfifoat(folder, "fifo.json", 0600), 0);
	assert_int_equal(takeout_json_read(folder, "fifo.json", &json, NULL, &err), -1);
	assert_int_equal(err.kind, ERR_PERMANENT);
	assert_int_equal(takeout_json_read(folder, "none.json", &json, NULL, &err), -1);
	assert_int_equal(err.kind, ERR_PERMANENT);
	unlinkat(folder, "a.json", 0);
	unlinkat(folder, "fifo.json", 0);
	close(folder);
	rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_asset_is_read_whole),
		cmocka_unit_test(a_place_of_zeros_is_none_and_the_camera_is_asked),
		cmocka_unit_test(an_album_has_a_title_and_no_time),
		cmocka_unit_test(a_field_of_the_wrong_type_counts_as_missing),
		cmocka_unit_test(damage_is_told_with_line_and_column),
		cmocka_unit_test(every_beginning_of_a_json_is_an_error),
		cmocka_unit_test(a_byte_order_mark_is_passed_over),
		cmocka_unit_test(a_json_beyond_the_bound_is_not_parsed),
		cmocka_unit_test(a_file_is_read_and_anything_else_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
