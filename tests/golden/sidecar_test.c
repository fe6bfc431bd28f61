/*
 * sidecar_test.c - the table of worked cases, and another one where it is named by
 * IMGTOP_SIDECAR_CASES. README beside it describes the columns.
 */
#include "config.h"

#include "media/sidecar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"

enum { LINE_BYTES = 4096, COLUMNS = 5, JSONS = 16 };

struct row {
	char *columns[COLUMNS]; /* media, JSON names, expected, rule, why; NULL where missing */
	char *jsons[JSONS];
	char *titles[JSONS]; /* NULL: cannot be read */
	size_t njsons;
};

static void split_jsons(struct row *row)
{
	char *rest = row->columns[1], *name;

	while ((name = strsep(&rest, "|")) != NULL) {
		char *title = strchr(name, '=');

		if (row->njsons == JSONS)
			fail_msg("more than %d JSON files: %s", JSONS, row->columns[0]);
		if (title != NULL)
			*title++ = '\0';
		row->titles[row->njsons] = title;
		row->jsons[row->njsons++] = name;
	}
}

/* false: a comment or an empty line. */
static bool split_row(char *line, struct row *row)
{
	char *rest = line;

	*row = (struct row){0};
	line[strcspn(line, "\r\n")] = '\0';
	if (line[0] == '\0' || line[0] == '#')
		return false;
	for (int i = 0; i < COLUMNS; i++)
		row->columns[i] = strsep(&rest, "\t");
	if (row->columns[2] == NULL)
		fail_msg("fewer than three columns: %s", line);
	split_jsons(row);
	return true;
}

static bool read_title(void *context, size_t json, struct sidecar_content *content)
{
	const struct row *row = context;

	content->asset = true;
	content->title = row->titles[json];
	return content->title != NULL;
}

static const char *outcome(const struct sidecar_folder *folder, const struct sidecar_match *match)
{
	if (match->ambiguous)
		return "AMBIGUOUS";
	return match->json == SIDECAR_NONE ? "NONE" : sidecar_json_name(folder, match->json);
}

/* Match the row's file; a difference is told and counted. */
static int check(struct row *row)
{
	struct sidecar_folder *folder = sidecar_folder_new();
	const struct sidecar_calls calls = {.content = read_title, .context = row};
	const char *expected = row->columns[2], *rule = row->columns[3], *got;
	const struct sidecar_match *match;
	bool differs;

	for (size_t i = 0; i < row->njsons; i++)
		assert_int_equal(sidecar_add_json(folder, row->jsons[i]), i);
	assert_int_equal(sidecar_add_media(folder, row->columns[0]), 0);
	sidecar_match(folder, &calls);
	match = sidecar_of(folder, 0);
	got = sidecar_rule_name(match->rule);
	/* The other table knows no AMBIGUOUS. */
	differs = strcmp(outcome(folder, match), expected) != 0 &&
		  !(match->ambiguous && strcmp(expected, "NONE") == 0);
	if (rule != NULL)
		differs = differs || strcmp(got == NULL ? "-" : got, rule) != 0;
	if (differs)
		print_error("%s: got %s by %s, expected %s by %s\n", row->columns[0],
			    outcome(folder, match), got == NULL ? "-" : got, expected,
			    rule == NULL ? "any rule" : rule);
	for (size_t i = 0; i < row->njsons; i++)
		assert_int_equal(sidecar_json_used(folder, i), match->json == i);
	sidecar_folder_free(folder);
	return differs;
}

/* Check every row, with the rules that the table names or without. */
static void check_table(const char *path, bool rules)
{
	FILE *file = fopen(path, "r");
	char line[LINE_BYTES];
	int rows = 0, wrong = 0;

	if (file == NULL)
		fail_msg("%s cannot be opened", path);
	while (fgets(line, sizeof(line), file) != NULL) {
		struct row row;

		if (!split_row(line, &row))
			continue;
		if (!rules)
			row.columns[3] = NULL;
		rows++;
		wrong += check(&row);
	}
	fclose(file);
	print_message("%d cases of %s\n", rows, path);
	assert_true(rows > 0);
	assert_int_equal(wrong, 0);
}

static void every_case_of_the_table_is_matched_as_it_says(void **state)
{
	char *path = mem_printf("%s/tests/golden/sidecar_cases.tsv", getenv("abs_srcdir"));

	(void)state;
	check_table(path, true);
	free(path);
}

static void every_case_of_a_table_from_outside_is_matched_as_it_says(void **state)
{
	const char *path = getenv("IMGTOP_SIDECAR_CASES");

	(void)state;
	if (path == NULL) {
		print_message("skipped: IMGTOP_SIDECAR_CASES names no table\n");
		skip();
	}
	check_table(path, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_case_of_the_table_is_matched_as_it_says),
		cmocka_unit_test(every_case_of_a_table_from_outside_is_matched_as_it_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
