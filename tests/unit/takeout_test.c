/*
 * takeout_test.c - the sample Takeout library, and that matching finds in it what its manifest
 * says.
 */
#include "config.h"

#include "takeout.h"

#include <dirent.h>
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
#include "base/path.h"
#include "media/sidecar.h"
#include "media/sidecar_twin.h"
#include "media/takeout_folder.h"
#include "media/takeout_json.h"
#include "sample_data.h"
#include "takeout_bodies.h"
#include "takeout_plan.h"

enum { COUNT = 3000, COLUMNS = 5, YEARS_MAX = 64, BOX_BYTES = 8 };

struct library {
	char *dir;
	char *root; /* dir joined with "Takeout/Google Photos" */
	char *manifest;
	char *text; /* the manifest's, with its tabs and line ends replaced */
	char *(*rows)[COLUMNS];
	size_t nrows;
	int years[YEARS_MAX]; /* folders of years */
	size_t nyears;
};

/* ---- making and reading -------------------------------------------------------------------- */

static char *read_all(const char *path, size_t *length)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	char *text;

	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &status), 0);
	text = mem_calloc((size_t)status.st_size + 1, 1);
	assert_int_equal(read(fd, text, (size_t)status.st_size), status.st_size);
	close(fd);
	*length = (size_t)status.st_size;
	return text;
}

static void read_manifest(struct library *library)
{
	size_t length;
	char *rest, *line;

	library->text = rest = read_all(library->manifest, &length);
	library->rows = mem_calloc(COUNT, sizeof(*library->rows));
	while ((line = strsep(&rest, "\n")) != NULL) {
		if (line[0] == '#' || line[0] == '\0')
			continue;
		assert_true(library->nrows < COUNT);
		for (int i = 0; i < COLUMNS; i++) {
			library->rows[library->nrows][i] = strsep(&line, "\t");
			assert_non_null(library->rows[library->nrows][i]);
		}
		library->nrows++;
	}
}

/* Thousands of files: where files are wanted, in memory perhaps. */
static struct library make_library(uint64_t seed)
{
	const char *parent = getenv("TMPDIR");
	struct library library = {
		.dir = mem_printf("%s/imgtop-takeout-XXXXXX", parent != NULL ? parent : "/tmp")};
	struct takeout_options options = {.count = COUNT, .seed = seed};
	struct err err;

	assert_non_null(mkdtemp(library.dir));
	library.manifest = mem_printf("%s.tsv", library.dir);
	library.root = path_join(library.dir, TAKEOUT_ROOT);
	options.dir = library.dir;
	options.manifest = library.manifest;
	if (takeout_main(&options, &err) != 0)
		fail_msg("%s", err.text);
	read_manifest(&library);
	return library;
}

static void free_library(struct library *library)
{
	sample_data_remove(library->dir);
	unlink(library->manifest);
	for (size_t i = 0; i < library->nyears; i++)
		close(library->years[i]);
	free(library->rows);
	free(library->text);
	free(library->manifest);
	free(library->root);
	free(library->dir);
}

/* ---- matching as a scan does --------------------------------------------------------------- */

struct listing {
	int folder;
	char **names;
	size_t count;
	struct sidecar_folder *sidecars;
	struct takeout_json last; /* what content() handed out */
};

static bool content(void *context, size_t json, struct sidecar_content *told)
{
	struct listing *listing = context;
	struct err err;

	takeout_json_free(&listing->last);
	if (takeout_json_read(listing->folder, sidecar_json_name(listing->sidecars, json),
			      &listing->last, NULL, &err) != 0)
		return false;
	told->asset = listing->last.kind == TAKEOUT_JSON_ASSET;
	told->title = listing->last.title;
	return true;
}

static char **list_folder(const char *path, size_t *count)
{
	struct dirent **entries;
	int found = scandir(path, &entries, NULL, alphasort);
	char **names;

	assert_true(found >= 2);
	names = mem_calloc((size_t)found, sizeof(*names));
	*count = 0;
	for (int i = 0; i < found; i++) {
		if (entries[i]->d_name[0] != '.')
			names[(*count)++] = strdup(entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return names;
}

static void free_names(char **names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(names[i]);
	free(names);
}

static const char *const *expectation(const struct library *library, const char *folder,
				      const char *name)
{
	for (size_t i = 0; i < library->nrows; i++) {
		char **row = library->rows[i];

		if (strcmp(strrchr(row[0], '/') + 1, folder) == 0 && strcmp(row[1], name) == 0)
			return (const char *const *)row;
	}
	fail_msg("%s/%s is not in the manifest", folder, name);
	return NULL;
}

/* Is the outcome for a media file what its row says? */
static void check_file(const struct library *library, const struct listing *listing, size_t media,
		       const char *folder, const char *name)
{
	const char *const *row = expectation(library, folder, name);
	const struct sidecar_match *match = sidecar_of(listing->sidecars, media);
	const char *rule = "-", *json = "-";
	struct sidecar_twin twin;
	struct stat status;

	if (match->json != SIDECAR_NONE) {
		rule = sidecar_rule_name(match->rule);
		json = sidecar_json_name(listing->sidecars, match->json);
	} else if (!match->ambiguous && takeout_year_folder(folder) == 0) {
		assert_int_equal(fstatat(listing->folder, name, &status, 0), 0);
		if (sidecar_twin_find(library->years, library->nyears, name,
				      (uint64_t)status.st_size, &twin)) {
			rule = sidecar_rule_name(SIDECAR_P10);
			json = twin.json;
		}
	}
	if (strcmp(rule, row[2]) != 0 || strcmp(json, row[3]) != 0)
		fail_msg("%s/%s (%s): got %s by %s, expected %s by %s", folder, name, row[4], json,
			 rule, row[3], row[2]);
}

/* Returns how many media files the folder has. */
static size_t check_folder(const struct library *library, const char *folder)
{
	char *path = path_join(library->root, folder);
	struct listing listing = {.folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC),
				  .sidecars = sidecar_folder_new()};
	const struct sidecar_calls calls = {.content = content, .context = &listing};
	size_t media = 0;

	listing.names = list_folder(path, &listing.count);
	for (size_t i = 0; i < listing.count; i++) {
		if (sidecar_is_json(listing.names[i]))
			sidecar_add_json(listing.sidecars, listing.names[i]);
		else
			sidecar_add_media(listing.sidecars, listing.names[i]);
	}
	sidecar_match(listing.sidecars, &calls);
	for (size_t i = 0; i < listing.count; i++)
		if (!sidecar_is_json(listing.names[i]))
			check_file(library, &listing, media++, folder, listing.names[i]);
	takeout_json_free(&listing.last);
	sidecar_folder_free(listing.sidecars);
	free_names(listing.names, listing.count);
	close(listing.folder);
	free(path);
	return media;
}

static void check_library(uint64_t seed)
{
	struct library library = make_library(seed);
	size_t count, media = 0;
	char **folders = list_folder(library.root, &count);

	for (size_t i = 0; i < count; i++) {
		char *path = path_join(library.root, folders[i]);

		if (takeout_year_folder(folders[i]) != 0)
			library.years[library.nyears++] =
				open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		free(path);
	}
	assert_int_equal(library.nyears, 15);
	for (size_t i = 0; i < count; i++)
		media += check_folder(&library, folders[i]);
	assert_int_equal(media, COUNT);
	assert_int_equal(library.nrows, COUNT);
	free_names(folders, count);
	free_library(&library);
}

static void every_file_of_a_library_is_matched_as_its_manifest_says(void **state)
{
	(void)state;
	check_library(1);
	check_library(20240229);
}

static void a_library_has_every_rule_and_every_situation(void **state)
{
	static const char *const rules[] = {"-",  "P1", "P2", "P3", "P4", "P5",
					    "P6", "P7", "P8", "P9", "P10"};
	static const char *const situations[] = {"plain",
						 "missing",
						 "orphan",
						 "broken-json",
						 "shortened",
						 "emoji",
						 "numbered",
						 "shortened-numbered",
						 "without-extension",
						 "edited",
						 "edited-numbered",
						 "live-photo",
						 "motion-photo",
						 "two-stills",
						 "other-case",
						 "taken-apart",
						 "forgotten-number",
						 "unfit-title",
						 "beginning",
						 "twin",
						 "album-copy",
						 "other-bytes"};
	struct takeout_library library = takeout_library(7, 60);
	struct takeout_group *group = mem_calloc(1, sizeof(*group));
	unsigned seen_rules = 0, seen_situations = 0, media;
	int64_t before = 0;

	(void)state;
	for (uint64_t number = 0; (media = takeout_group_media(&library, number, before)) > 0;
	     number++) {
		unsigned files = 0;

		takeout_group(&library, number, before, group);
		for (unsigned i = 0; i < sizeof situations / sizeof situations[0]; i++)
			if (strcmp(group->situation, situations[i]) == 0)
				seen_situations |= 1u << i;
		for (unsigned i = 0; i < group->nfiles; i++) {
			if (group->files[i].body >= TAKEOUT_MEDIA_BODIES)
				continue;
			files++;
			for (unsigned r = 0; r < sizeof rules / sizeof rules[0]; r++)
				if (strcmp(group->files[i].rule, rules[r]) == 0)
					seen_rules |= 1u << r;
		}
		assert_int_equal(files, media);
		before += media;
	}
	assert_int_equal(before, 60);
	assert_int_equal(seen_rules, (1u << sizeof rules / sizeof rules[0]) - 1);
	assert_int_equal(seen_situations, (1u << sizeof situations / sizeof situations[0]) - 1);
	free(group);
}

static void any_count_is_met_exactly(void **state)
{
	(void)state;
	for (int64_t count = 1; count < 300; count++) {
		struct takeout_library library = takeout_library((uint64_t)count, count);
		int64_t before = 0;
		unsigned media;

		for (uint64_t number = 0;
		     (media = takeout_group_media(&library, number, before)) > 0; number++)
			before += media;
		assert_int_equal(before, count);
	}
}

/* ---- bytes --------------------------------------------------------------------------------- */

static void the_same_serial_makes_the_same_bytes_and_another_others(void **state)
{
	struct err err;
	struct takeout_bodies *one = takeout_bodies_new(5, &err),
			      *two = takeout_bodies_new(5, &err);
	unsigned char *files = mem_calloc(3, TAKEOUT_BODY_BYTES);

	(void)state;
	assert_non_null(one);
	assert_non_null(two);
	for (int body = 0; body < TAKEOUT_MEDIA_BODIES; body++) {
		enum takeout_body kind = (enum takeout_body)body;
		size_t length = takeout_body_copy(one, kind, 808, 1000000000, files);
		unsigned char *other = files + 2 * (size_t)TAKEOUT_BODY_BYTES;

		assert_int_equal(
			takeout_body_copy(two, kind, 808, 1000000000, files + TAKEOUT_BODY_BYTES),
			length);
		assert_memory_equal(files, files + TAKEOUT_BODY_BYTES, length);
		assert_int_equal(takeout_body_copy(one, kind, 809, 1000000000, other), length);
		assert_memory_not_equal(files, other, length);
		assert_non_null(memmem(other, length, "serial-000000000809.", 20));
	}
	takeout_bodies_free(one);
	takeout_bodies_free(two);
	free(files);
}

static void a_file_tells_its_own_time(void **state)
{
	struct err err;
	struct takeout_bodies *bodies = takeout_bodies_new(5, &err);
	unsigned char *file = mem_calloc(1, TAKEOUT_BODY_BYTES);
	/* 2001-09-09 01:46:40, and the same from 1904 on, big-endian. */
	const int64_t taken_s = 1000000000;
	const unsigned char movie[] = {0xb7, 0xc0, 0x7a, 0x80};
	static const enum takeout_body with_exif[] = {TAKEOUT_JPEG, TAKEOUT_PNG, TAKEOUT_WEBP,
						      TAKEOUT_HEIC};
	size_t length;

	(void)state;
	for (size_t i = 0; i < sizeof with_exif / sizeof with_exif[0]; i++) {
		length = takeout_body_copy(bodies, with_exif[i], 1, taken_s, file);
		assert_non_null(memmem(file, length, "2001:09:09 01:46:40", 19));
	}
	length = takeout_body_copy(bodies, TAKEOUT_MP4, 1, taken_s, file);
	assert_non_null(memmem(file, length, movie, sizeof movie));
	takeout_bodies_free(bodies);
	free(file);
}

static void the_boxes_of_a_container_fill_it(void **state)
{
	static const enum takeout_body boxed[] = {TAKEOUT_HEIC, TAKEOUT_MP4, TAKEOUT_MOV};
	struct err err;
	struct takeout_bodies *bodies = takeout_bodies_new(5, &err);
	unsigned char *file = mem_calloc(1, TAKEOUT_BODY_BYTES);

	(void)state;
	for (size_t i = 0; i < sizeof boxed / sizeof boxed[0]; i++) {
		size_t length = takeout_body_copy(bodies, boxed[i], 1, 0, file), at = 0;

		while (at + BOX_BYTES <= length) {
			size_t box = (size_t)file[at] << 24 | (size_t)file[at + 1] << 16 |
				     (size_t)file[at + 2] << 8 | file[at + 3];

			assert_true(box >= BOX_BYTES);
			at += box;
		}
		assert_int_equal(at, length);
	}
	takeout_bodies_free(bodies);
	free(file);
}

static void a_manifest_inside_the_library_is_refused(void **state)
{
	char dir[] = "/tmp/imgtop-takeout-XXXXXX";
	char manifest[64];
	struct takeout_options options = {.dir = dir, .count = 1, .manifest = manifest};
	struct err err;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(manifest, sizeof manifest, "%s/list.tsv", dir);
	assert_int_equal(takeout_main(&options, &err), 2);
	assert_non_null(strstr(err.text, "outside"));
	assert_int_equal(rmdir(dir), 0); /* nothing was made */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_file_of_a_library_is_matched_as_its_manifest_says),
		cmocka_unit_test(a_library_has_every_rule_and_every_situation),
		cmocka_unit_test(any_count_is_met_exactly),
		cmocka_unit_test(the_same_serial_makes_the_same_bytes_and_another_others),
		cmocka_unit_test(a_file_tells_its_own_time),
		cmocka_unit_test(the_boxes_of_a_container_fill_it),
		cmocka_unit_test(a_manifest_inside_the_library_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
