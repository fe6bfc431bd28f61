/*
 * sidecar_test.c - folders of several files, and what holds for all names. The rules one by one are
 * in tests/golden/sidecar_cases.tsv.
 */
#include "config.h"

#include "media/sidecar.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "media/sidecar_edited.h"
#include "media/sidecar_name.h"
#include "media/sidecar_twin.h"
#include "media/utf16.h"

enum { MANY = 50000, NAMES = 2000 };

static struct sidecar_folder *folder_of(const char *const *jsons, const char *const *media)
{
	struct sidecar_folder *folder = sidecar_folder_new();

	for (; *jsons != NULL; jsons++)
		sidecar_add_json(folder, *jsons);
	for (; *media != NULL; media++)
		sidecar_add_media(folder, *media);
	sidecar_match(folder, NULL);
	return folder;
}

static void expect(const struct sidecar_folder *folder, size_t media, const char *json,
		   enum sidecar_rule rule)
{
	const struct sidecar_match *match = sidecar_of(folder, media);

	assert_int_equal(match->rule, rule);
	if (json == NULL)
		assert_true(match->json == SIDECAR_NONE);
	else
		assert_string_equal(sidecar_json_name(folder, match->json), json);
}

/* ---- numbers ------------------------------------------------------------------------------- */

static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

/* A stem of letters, accents and emoji, `units` long or one more. */
static void random_stem(char *stem, size_t units, uint32_t *state)
{
	static const char *const letters[] = {"a", "Z", "_", "é", "写", "😀", "🏔"};

	stem[0] = '\0';
	while (utf16_units(stem, strlen(stem)) < units)
		strcat(stem, letters[next_random(state) % 7]);
}

static void a_key_keeps_46_units_and_never_half_a_character(void **state)
{
	uint32_t seed = 1;
	char stem[512];

	(void)state;
	for (size_t i = 0; i < NAMES; i++) {
		struct sidecar_key key;
		struct sidecar_part base;
		size_t units, body;

		random_stem(stem, 1 + i % 90, &seed);
		base = sidecar_part_of(stem);
		sidecar_key_make(&key, base, SIDECAR_SUPPLEMENT, sidecar_part_of("(7)"));
		assert_false(key.full);
		body = key.length - strlen("(7).json");
		assert_memory_equal(key.bytes + body, "(7).json", 8);
		units = utf16_units(key.bytes, body);
		assert_in_range(units, 22, 46);
		if (utf16_units(stem, strlen(stem)) + 22 >= 46)
			assert_in_range(units, 45, 46);
		assert_memory_equal(key.bytes, stem, body < base.length ? body : base.length);
	}
}

static void numbered_files_never_get_the_json_of_another_number(void **state)
{
	uint32_t seed = 2;
	char stem[512];

	(void)state;
	for (size_t i = 0; i < NAMES; i++) {
		struct sidecar_folder *folder = sidecar_folder_new();
		struct sidecar_key keys[3];
		char media[4][600], name[560];
		const char *numbers[] = {"", "(1)", "(2)"};

		random_stem(stem, 1 + i % 80, &seed);
		snprintf(name, sizeof(name), "%s.jpg", stem);
		for (size_t n = 0; n < 3; n++) {
			sidecar_key_make(&keys[n], sidecar_part_of(name),
					 i % 2 == 0 ? SIDECAR_SUPPLEMENT : "",
					 sidecar_part_of(numbers[n]));
			keys[n].bytes[keys[n].length] = '\0';
			sidecar_add_json(folder, keys[n].bytes);
			snprintf(media[n], sizeof(media[n]), "%s%s.jpg", stem, numbers[n]);
			sidecar_add_media(folder, media[n]);
		}
		snprintf(media[3], sizeof(media[3]), "%s(3).jpg", stem);
		sidecar_add_media(folder, media[3]);
		sidecar_match(folder, NULL);
		for (size_t n = 0; n < 3; n++)
			assert_int_equal(sidecar_of(folder, n)->json, n);
		assert_true(sidecar_of(folder, 3)->json == SIDECAR_NONE);
		sidecar_folder_free(folder);
	}
}

static void a_shortened_number_does_not_steal(void **state)
{
	/* 46 units: the clip leaves nothing of "(17)", and the rest is the name of another file. */
	const char *jsons[] = {"Forty-six letters of a very long name end here.json",
			       "Forty-six letters of a very long name end here(1).json", NULL};
	const char *media[] = {"Forty-six letters of a very long name end here(17).jpg", NULL};
	struct sidecar_folder *folder = folder_of(jsons, media);

	(void)state;
	expect(folder, 0, NULL, SIDECAR_NO_RULE);
	sidecar_folder_free(folder);
}

/* ---- several files ------------------------------------------------------------------------- */

static void one_json_serves_the_original_its_edited_copy_and_its_video(void **state)
{
	const char *jsons[] = {"IMG_1.HEIC.supplemental-metadata.json", NULL};
	const char *media[] = {"IMG_1.HEIC", "IMG_1-edited.HEIC", "IMG_1.MOV", NULL};
	struct sidecar_folder *folder = folder_of(jsons, media);

	(void)state;
	expect(folder, 0, jsons[0], SIDECAR_P1);
	expect(folder, 1, jsons[0], SIDECAR_P4);
	expect(folder, 2, jsons[0], SIDECAR_P5);
	sidecar_folder_free(folder);
}

static void files_that_differ_in_case_do_not_share(void **state)
{
	const char *jsons[] = {"IMG_1.JPG.json", NULL};
	const char *media[] = {"IMG_1.JPG", "IMG_1.jpg", NULL};
	struct sidecar_folder *folder = folder_of(jsons, media);

	(void)state;
	expect(folder, 0, jsons[0], SIDECAR_P1);
	expect(folder, 1, NULL, SIDECAR_NO_RULE);
	sidecar_folder_free(folder);
}

/* A short name of few different parts, so that many names resemble each other. */
static void random_name(char *name, bool json, uint32_t *state)
{
	static const char *const starts[] = {"a", "A", "IMG_1", "img_1", "e\u0301t\u00e9", "\xff"};
	static const char *const middles[] = {"",
					      "",
					      "(1)",
					      "(2)",
					      "-edited",
					      "-Modifi\u00e9(1)",
					      "_and_forty_six_more_units_of_a_long_long_name",
					      "_and_forty_six_more_units_of_a_long_long_na(1)"};
	static const char *const exts[] = {".jpg", ".JPG", ".MOV", ".MP", ".MP~2", ".HEIC", ""};
	static const char *const ends[] = {".json",
					   "(1).json",
					   ".supplemental-metadata.json",
					   ".supplemental-metadata(1).json",
					   ".s.json",
					   ".JSON"};

	sprintf(name, "%s%s%s%s", starts[next_random(state) % 6], middles[next_random(state) % 8],
		exts[next_random(state) % 7], json ? ends[next_random(state) % 6] : "");
}

/* Match n media and n JSON files, added from the first or from the last. */
static struct sidecar_folder *match_names(char (*names)[160], size_t n, bool backwards)
{
	struct sidecar_folder *folder = sidecar_folder_new();

	for (size_t i = 0; i < n; i++) {
		size_t at = backwards ? n - 1 - i : i;

		sidecar_add_media(folder, names[at]);
		sidecar_add_json(folder, names[n + at]);
	}
	sidecar_match(folder, NULL);
	return folder;
}

static void the_order_of_the_files_decides_nothing(void **state)
{
	enum { EACH = 12, ROUNDS = 1500 };
	char names[2 * EACH][160];
	uint32_t seed = 3;
	size_t matched = 0;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct sidecar_folder *one, *two;

		for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
			random_name(names[i], i >= EACH, &seed);
		one = match_names(names, EACH, false);
		two = match_names(names, EACH, true);
		for (size_t i = 0; i < EACH; i++) {
			const struct sidecar_match *a = sidecar_of(one, i);
			const struct sidecar_match *b = sidecar_of(two, EACH - 1 - i);

			assert_int_equal(a->rule, b->rule);
			assert_int_equal(a->ambiguous, b->ambiguous);
			assert_int_equal(a->confidence, b->confidence);
			assert_true((a->json == SIDECAR_NONE) == (b->json == SIDECAR_NONE));
			assert_true(!a->ambiguous || a->json == SIDECAR_NONE);
			if (a->json == SIDECAR_NONE)
				continue;
			matched++;
			assert_string_equal(sidecar_json_name(one, a->json),
					    sidecar_json_name(two, b->json));
		}
		sidecar_folder_free(one);
		sidecar_folder_free(two);
	}
	assert_in_range(matched, ROUNDS, ROUNDS * EACH);
}

static void an_ambiguous_file_gets_no_json_and_says_so(void **state)
{
	const char *jsons[] = {"IMG_1.HEIC.json", "IMG_1.PNG.json", NULL};
	const char *media[] = {"IMG_1.MP4", "IMG_1.HEIC", NULL};
	struct sidecar_folder *folder = folder_of(jsons, media);

	(void)state;
	expect(folder, 0, NULL, SIDECAR_P5);
	assert_true(sidecar_of(folder, 0)->ambiguous);
	assert_int_equal(sidecar_of(folder, 0)->confidence, SIDECAR_NO_CONFIDENCE);
	expect(folder, 1, jsons[0], SIDECAR_P1);
	assert_false(sidecar_of(folder, 1)->ambiguous);
	assert_true(sidecar_json_used(folder, 0));
	assert_false(sidecar_json_used(folder, 1));
	sidecar_folder_free(folder);
}

static void names_that_are_no_utf8_are_matched_by_their_bytes(void **state)
{
	const char *jsons[] = {"caf\xe9.jpg.json", "\xff\xfe(1).JPG.json", NULL};
	const char *media[] = {"caf\xe9.jpg", "\xff\xfe(1).jpg", "caf\xe8.jpg", NULL};
	struct sidecar_folder *folder = folder_of(jsons, media);

	(void)state;
	expect(folder, 0, jsons[0], SIDECAR_P1);
	expect(folder, 1, jsons[1], SIDECAR_P6);
	expect(folder, 2, NULL, SIDECAR_NO_RULE);
	sidecar_folder_free(folder);
}

static void confidence_falls_with_the_guess(void **state)
{
	const char *jsons[] = {"a.jpg.json", "b.json", "c.jpg(1).json", "d.jpg.json", NULL};
	const char *media[] = {"a.jpg", "b.jpg", "c(1).jpg", "d-edited(2).jpg", NULL};
	struct sidecar_folder *folder = folder_of(jsons, media);
	const char *expected[] = {"high", "medium", "high", "low"};

	(void)state;
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(sidecar_confidence_name(sidecar_of(folder, i)->confidence),
				    expected[i]);
	sidecar_folder_free(folder);
}

static void a_cleared_folder_knows_nothing_of_the_one_before(void **state)
{
	const char *jsons[] = {"a.JPG.json", NULL};
	const char *media[] = {"a.jpg", NULL};
	struct sidecar_folder *folder = folder_of(jsons, media);

	(void)state;
	expect(folder, 0, jsons[0], SIDECAR_P6);
	sidecar_folder_clear(folder);
	sidecar_add_json(folder, "b.JPG.json");
	sidecar_add_media(folder, "a.jpg");
	sidecar_add_media(folder, "b.jpg");
	sidecar_match(folder, NULL);
	expect(folder, 0, NULL, SIDECAR_NO_RULE);
	expect(folder, 1, "b.JPG.json", SIDECAR_P6);
	sidecar_folder_free(folder);
}

static void a_folder_of_fifty_thousand_files_is_matched_whole(void **state)
{
	struct sidecar_folder *folder = sidecar_folder_new();
	char(*names)[2][64] = mem_calloc(MANY, sizeof(*names));
	size_t matched = 0;

	(void)state;
	/* Every third file has no JSON of its own. */
	for (int i = 0; i < MANY; i++) {
		snprintf(names[i][0], sizeof(names[i][0]), "IMG_%06d.jpg", i);
		snprintf(names[i][1], sizeof(names[i][1]), "IMG_%06d.%s.supplemental-metadata.json",
			 i, i % 3 == 0 ? "X" : "jpg");
		sidecar_add_media(folder, names[i][0]);
		sidecar_add_json(folder, names[i][1]);
	}
	sidecar_match(folder, NULL);
	for (int i = 0; i < MANY; i++) {
		const struct sidecar_match *match = sidecar_of(folder, (size_t)i);

		assert_true(match->json == (i % 3 == 0 ? SIDECAR_NONE : (size_t)i));
		matched += match->json != SIDECAR_NONE;
	}
	assert_int_equal(matched, MANY - (MANY + 2) / 3);
	/* its memory goes, the folder can be used again */
	sidecar_folder_trim(folder);
	sidecar_add_json(folder, "b.JPG.json");
	sidecar_add_media(folder, "b.jpg");
	sidecar_match(folder, NULL);
	expect(folder, 0, "b.JPG.json", SIDECAR_P6);
	sidecar_folder_free(folder);
	free(names);
}

/* ---- content ------------------------------------------------------------------------------- */

struct asked {
	unsigned times[4];
};

static bool count_and_tell(void *context, size_t json, struct sidecar_content *content)
{
	struct asked *asked = context;

	asked->times[json]++;
	content->asset = json != 3;
	content->title = "what?.jpg";
	return true;
}

static void only_json_files_that_are_nobodys_are_read(void **state)
{
	struct sidecar_folder *folder = sidecar_folder_new();
	struct asked asked = {{0}};
	const struct sidecar_calls calls = {.content = count_and_tell, .context = &asked};

	(void)state;
	sidecar_add_json(folder, "a.jpg.json");
	sidecar_add_json(folder, "b.jpg.json");
	sidecar_add_json(folder, "strange.json");
	sidecar_add_json(folder, "metadata.json");
	sidecar_add_media(folder, "a.jpg");
	sidecar_add_media(folder, "b.jpg");
	sidecar_match(folder, &calls);
	assert_int_equal(asked.times[2], 0);
	sidecar_folder_clear(folder);

	sidecar_add_json(folder, "a.jpg.json");
	sidecar_add_json(folder, "b.jpg.json");
	sidecar_add_json(folder, "strange.json");
	sidecar_add_json(folder, "metadata.json");
	sidecar_add_media(folder, "a.jpg");
	sidecar_add_media(folder, "b.jpg");
	sidecar_add_media(folder, "what_.jpg");
	sidecar_add_media(folder, "metadata.jpg");
	sidecar_match(folder, &calls);
	assert_int_equal(asked.times[0] + asked.times[1], 0);
	assert_int_equal(asked.times[2], 1);
	assert_int_equal(asked.times[3], 1);
	expect(folder, 2, "strange.json", SIDECAR_P8);
	expect(folder, 3, NULL, SIDECAR_NO_RULE);
	sidecar_folder_free(folder);
}

/* ---- other folders ------------------------------------------------------------------------- */

static void put(int folder, const char *name, const char *text)
{
	int fd = openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static void a_twin_has_the_same_name_and_size_in_exactly_one_year(void **state)
{
	char first[] = "/tmp/imgtop-twin-XXXXXX", second[] = "/tmp/imgtop-twin-XXXXXX";
	struct sidecar_twin twin;
	int folders[2];

	(void)state;
	assert_non_null(mkdtemp(first));
	assert_non_null(mkdtemp(second));
	folders[0] = open(first, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	folders[1] = open(second, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	put(folders[0], "a(1).jpg", "other");
	put(folders[0], "a.jpg(1).json", "{}");
	put(folders[1], "a(1).jpg", "four");
	assert_false(sidecar_twin_find(folders, 2, "a(1).jpg", 4, &twin));
	put(folders[1], "a.jpg.supplemental-metadata(1).json", "{}");
	assert_true(sidecar_twin_find(folders, 2, "a(1).jpg", 4, &twin));
	assert_int_equal(twin.folder, 1);
	assert_string_equal(twin.json, "a.jpg.supplemental-metadata(1).json");
	assert_false(sidecar_twin_find(folders, 2, "a(1).jpg", 3, &twin));
	assert_false(twin.ambiguous);
	put(folders[0], "a(1).jpg", "4444");
	assert_false(sidecar_twin_find(folders, 2, "a(1).jpg", 4, &twin));
	assert_true(twin.ambiguous);
	for (int i = 0; i < 2; i++) {
		unlinkat(folders[i], "a(1).jpg", 0);
		unlinkat(folders[i], "a.jpg(1).json", 0);
		unlinkat(folders[i], "a.jpg.supplemental-metadata(1).json", 0);
		close(folders[i]);
	}
	rmdir(first);
	rmdir(second);
}

static void every_edited_suffix_is_taken_off_whole(void **state)
{
	size_t count = 0;
	const char *word;

	(void)state;
	while ((word = sidecar_edited_word(count)) != NULL) {
		char *stem = mem_printf("IMG-1%s", word);

		assert_int_equal(sidecar_edited_length(stem, strlen(stem), false), strlen(word));
		free(stem);
		count++;
	}
	assert_true(count >= 20);
}

static void a_json_is_known_by_its_ending_in_any_case(void **state)
{
	(void)state;
	assert_true(sidecar_is_json("a.jpg.json"));
	assert_true(sidecar_is_json("a.JSON"));
	assert_false(sidecar_is_json(".json"));
	assert_false(sidecar_is_json("a.jsonl"));
	assert_false(sidecar_is_json("json"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_keeps_46_units_and_never_half_a_character),
		cmocka_unit_test(numbered_files_never_get_the_json_of_another_number),
		cmocka_unit_test(a_shortened_number_does_not_steal),
		cmocka_unit_test(one_json_serves_the_original_its_edited_copy_and_its_video),
		cmocka_unit_test(files_that_differ_in_case_do_not_share),
		cmocka_unit_test(the_order_of_the_files_decides_nothing),
		cmocka_unit_test(an_ambiguous_file_gets_no_json_and_says_so),
		cmocka_unit_test(names_that_are_no_utf8_are_matched_by_their_bytes),
		cmocka_unit_test(confidence_falls_with_the_guess),
		cmocka_unit_test(a_cleared_folder_knows_nothing_of_the_one_before),
		cmocka_unit_test(a_folder_of_fifty_thousand_files_is_matched_whole),
		cmocka_unit_test(only_json_files_that_are_nobodys_are_read),
		cmocka_unit_test(a_twin_has_the_same_name_and_size_in_exactly_one_year),
		cmocka_unit_test(every_edited_suffix_is_taken_off_whole),
		cmocka_unit_test(a_json_is_known_by_its_ending_in_any_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
