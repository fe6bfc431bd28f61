/*
 * merge_cut_test.c - files are cut at record borders; whatever the chunks and whoever is first, the
 * table of keys is the same.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mem.h"
#include "workload/merge.h"
#include "workload/merge_worker.h"

enum { CHUNKS = 4000 };

struct fixture {
	char path[64];
	const char *paths[2];
	struct merge_options options;
	struct workload_config config;
	struct merge_chunk chunk[CHUNKS];
	size_t nchunks;
	char warnings[1024];
	struct merge_worker *worker;
};

static int setup(void **state)
{
	struct fixture *fixture = mem_calloc(1, sizeof *fixture);
	struct err err;
	void *worker;
	int fd;

	snprintf(fixture->path, sizeof fixture->path, "/tmp/imgtop-merge-XXXXXX");
	fd = mkstemp(fixture->path);
	assert_true(fd >= 0);
	close(fd);
	fixture->paths[0] = fixture->paths[1] = fixture->path;
	option_defaults(merge_workload.options, merge_workload.noptions, &fixture->options);
	fixture->config = (struct workload_config){
		.inputs = fixture->paths, .ninputs = 1, .values = &fixture->options};
	assert_int_equal(merge_workload.worker_open(&fixture->config, &worker, &err), 0);
	fixture->worker = worker;
	*state = fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	merge_workload.worker_close(fixture->worker);
	option_release(merge_workload.options, merge_workload.noptions, &fixture->options);
	unlink(fixture->path);
	free(fixture);
	return 0;
}

/* What was read before is forgotten: a file that changes under a worker is refused. */
static void write_input(struct fixture *fixture, const char *text, size_t length)
{
	FILE *file = fopen(fixture->path, "w");
	struct err err;
	void *worker;

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, length, file), length);
	assert_int_equal(fclose(file), 0);
	merge_workload.worker_close(fixture->worker);
	assert_int_equal(merge_workload.worker_open(&fixture->config, &worker, &err), 0);
	fixture->worker = worker;
}

static void keep_warning(void *context, const char *text)
{
	struct fixture *fixture = context;
	size_t used = strlen(fixture->warnings);

	snprintf(fixture->warnings + used, sizeof fixture->warnings - used, "%s\n",
		 strstr(text, ": "));
}

static void cut(struct fixture *fixture, uint64_t chunk_bytes, uint64_t max_record)
{
	struct merge_cut_settings settings;
	struct merge_cutter *cutter;
	struct err err = {0};
	int more;

	fixture->options.chunk = chunk_bytes;
	fixture->options.max_record = max_record;
	settings = merge_settings(&fixture->config);
	settings.warn = keep_warning;
	settings.context = fixture;
	cutter = merge_cutter_new(&settings);
	fixture->nchunks = 0;
	fixture->warnings[0] = '\0';
	do {
		assert_true(fixture->nchunks < CHUNKS);
		more = merge_cutter_next(cutter, &fixture->chunk[fixture->nchunks], &err);
		if (more < 0)
			fail_msg("%s", err.text);
		fixture->nchunks += (size_t)more;
	} while (more == 1);
	merge_cutter_free(cutter);
}

/* Map all chunks, from the last to the first when backwards, into worker->all. */
static struct merge_counts map_all(struct fixture *fixture, bool backwards,
				   struct textbuf *warnings)
{
	struct merge_worker *worker = fixture->worker;
	struct merge_cut_settings settings = merge_settings(&fixture->config);
	struct merge_counts sum = {0}, counts;
	struct err err = {0};

	merge_table_free(&worker->all);
	for (size_t i = 0; i < fixture->nchunks; i++) {
		const struct merge_chunk *chunk =
			&fixture->chunk[backwards ? fixture->nchunks - 1 - i : i];
		size_t length = (size_t)merge_cut_read_bytes(&settings, chunk);
		unsigned char *bytes = mem_calloc(1, length + 1);
		int fd;

		assert_int_equal(merge_input_open(worker, chunk->file, chunk, &fd, &err), 0);
		assert_int_equal(merge_cut_read(fd, bytes, length, chunk->offset, &err), 0);
		if (warnings != NULL && warnings->length != 0)
			textbuf_printf(warnings, "\n");
		if (merge_map_chunk(worker, chunk, &(struct merge_span){bytes, length}, &counts,
				    warnings, &err) != 0)
			fail_msg("%s", err.text);
		sum.records += counts.records;
		sum.broken += counts.broken;
		for (size_t r = 0; r < worker->chunk.count; r++) {
			const struct merge_row *row = &worker->chunk.rows[r];

			assert_int_equal(merge_table_put(&worker->all,
							 worker->chunk.keys + row->key,
							 row->key_length, row, &err),
					 0);
		}
		free(bytes);
	}
	merge_table_sort(&worker->all);
	return sum;
}

/* "KEY@OFFSET+LENGTH ..." in output order. */
static char *table_text(const struct merge_table *table)
{
	struct textbuf text;

	textbuf_init(&text);
	for (size_t i = 0; i < table->count; i++) {
		const struct merge_row *row = &table->rows[i];

		textbuf_printf(&text, "%.*s@%u:%llu+%u ", (int)row->key_length,
			       (const char *)table->keys + row->key, row->latest.file,
			       (unsigned long long)row->latest.offset, row->latest.length);
	}
	return text.text;
}

/* Records of a few keys, of many lengths; in an array with commas, over lines when pretty. */
static char *make_records(unsigned count, bool array, bool pretty)
{
	struct textbuf text;
	uint32_t state = 7;

	textbuf_init(&text);
	textbuf_printf(&text, "%s", array ? "[\n" : "");
	for (unsigned i = 0; i < count; i++) {
		unsigned random, filler;

		state = state * 1664525 + 1013904223;
		random = state >> 8;
		filler = random % 60;
		textbuf_printf(&text,
			       pretty ? "  {\n    \"id\": %u,\n    \"x\": \"%.*s\",\n"
					"    \"updated_at\": %u\n  }"
				      : "{\"id\":%u,\"x\":\"%.*s\",\"updated_at\":%u}",
			       random % 97, filler % 2 != 0 ? (int)filler : 0,
			       "],}[{,:]},{]}xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
			       random / 97 % 50);
		textbuf_printf(&text, "%s\n", array && i + 1 < count ? "," : "");
	}
	textbuf_printf(&text, "%s", array ? "]\n" : "");
	return text.text;
}

static void expect_same_for_every_chunk_size(struct fixture *fixture, unsigned count)
{
	static const uint64_t sizes[] = {64, 100, 333, 1000, 4096, 20000};
	struct merge_counts counts;
	char *expected, *found;

	cut(fixture, 64 << 20, 1 << 20);
	assert_int_equal(fixture->nchunks, 1);
	counts = map_all(fixture, false, NULL);
	assert_int_equal(counts.records, count);
	assert_int_equal(counts.broken, 0);
	assert_in_range(fixture->worker->all.count, 90, 97);
	expected = table_text(&fixture->worker->all);
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		uint64_t end = 0;

		cut(fixture, sizes[i], 1 << 20);
		assert_true(fixture->nchunks > 1);
		assert_string_equal(fixture->warnings, "");
		for (size_t c = 0; c < fixture->nchunks; c++) {
			assert_int_equal(fixture->chunk[c].number, c);
			assert_int_equal(fixture->chunk[c].last, c + 1 == fixture->nchunks);
			assert_true(fixture->chunk[c].offset >= end);
			end = fixture->chunk[c].offset + fixture->chunk[c].length;
		}
		counts = map_all(fixture, i % 2 == 0, NULL);
		assert_int_equal(counts.records, count);
		assert_int_equal(counts.broken, 0);
		found = table_text(&fixture->worker->all);
		assert_string_equal(found, expected);
		free(found);
	}
	free(expected);
}

static void lines_and_arrays_give_the_same_for_every_chunk_size_and_order(void **state)
{
	struct fixture *fixture = *state;

	for (unsigned kind = 0; kind < 3; kind++) {
		char *text = make_records(1000, kind > 0, kind > 1);

		write_input(fixture, text, strlen(text));
		expect_same_for_every_chunk_size(fixture, 1000);
		free(text);
	}
}

/* The table's text for a whole input. */
static void expect_table(struct fixture *fixture, const char *text, const char *expected)
{
	char *found;

	write_input(fixture, text, strlen(text));
	cut(fixture, 64, 1 << 20);
	map_all(fixture, false, NULL);
	found = table_text(&fixture->worker->all);
	assert_string_equal(found, expected);
	free(found);
}

static void the_latest_stays_in_the_place_of_the_first(void **state)
{
	struct fixture *fixture = *state;

	expect_table(fixture,
		     "{\"id\":\"b\",\"updated_at\":2}\n" /* 0, 26 bytes with its end */
		     "{\"id\":\"a\",\"updated_at\":5}\n"
		     "{\"id\":\"b\",\"updated_at\":3}\n"
		     "{\"id\":\"a\",\"updated_at\":4}\n",
		     "sb@0:52+25 sa@0:26+25 ");
	/* of equal times the later in the input */
	expect_table(fixture,
		     "{\"id\":\"b\",\"updated_at\":2}\n{\"id\":\"b\",\"updated_at\":2.0}\n",
		     "sb@0:26+27 ");
}

static void of_equal_times_in_two_files_the_later_file_wins(void **state)
{
	struct fixture *fixture = *state;

	fixture->config.ninputs = 2; /* the same file twice */
	expect_table(fixture, "{\"id\":1,\"updated_at\":2}\n", "n1e1@1:0+23 ");
}

static void empty_files_blank_lines_and_marks_are_fine(void **state)
{
	struct fixture *fixture = *state;

	expect_table(fixture, "", "");
	assert_int_equal(fixture->nchunks, 1);
	expect_table(fixture, " \n\r\n", "");
	expect_table(fixture, "[]", "");
	expect_table(fixture, " [ \n ] \n", "");
	assert_string_equal(fixture->warnings, "");
	expect_table(fixture, "\xef\xbb\xbf\n{\"id\":1,\"updated_at\":2}", "n1e1@0:4+23 ");
	expect_table(fixture, "\xef\xbb\xbf[{\"id\":1,\"updated_at\":2}]", "n1e1@0:4+23 ");
	assert_string_equal(fixture->warnings, "");
}

/* Whatever the chunks are, the same records are told as broken, at the same places. */
static void expect_broken(struct fixture *fixture, const char *text, uint64_t max_record,
			  unsigned records, const char *expected)
{
	static const uint64_t sizes[] = {64, 70, 200, 100000};

	write_input(fixture, text, strlen(text));
	for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
		struct textbuf warnings;
		struct merge_counts counts;
		char *from, *to;

		textbuf_init(&warnings);
		cut(fixture, sizes[i], max_record);
		counts = map_all(fixture, false, &warnings);
		assert_int_equal(counts.records, records);
		/* chunks stand on lines of their own, broken records of one chunk on one */
		for (from = to = warnings.text; *from != '\0'; from++) {
			if (*from == '\n' && (to == warnings.text || to[-1] == '|'))
				continue;
			*to++ = *from == '\n' ? '|' : *from;
			if (from[0] == ';') {
				to[-1] = '|';
				from++;
			}
		}
		while (to > warnings.text && to[-1] == '|')
			to--;
		*to = '\0';
		assert_string_equal(warnings.text, expected);
		textbuf_free(&warnings);
	}
}

static void broken_lines_are_told_with_line_and_column_and_skipped(void **state)
{
	expect_broken(*state,
		      "{\"id\":1,\"updated_at\":1}\n"
		      "{\"id\":2,\"updated_at\":}\n"
		      "\n"
		      "{\"updated_at\":1}\n"
		      "{\"id\":3}\r\n"
		      "{\"id\":\"é\",\"updated_at\":\"soon\"}\n"
		      "{\"id\":4,\"updated_at\":1} x\n"
		      "{\"id\":5,\"updated_at\":1}",
		      1000, 2,
		      "line 2, column 22: a value was expected|"
		      "line 4, column 1: it has no key|"
		      "line 5, column 1: it has no time|"
		      "line 6, column 24: its time is none of ISO 8601|"
		      "line 7, column 25: there is more behind the record");
}

static void a_record_that_is_too_long_is_broken_wherever_it_is_cut(void **state)
{
	struct textbuf text;

	textbuf_init(&text);
	textbuf_printf(&text, "{\"id\":1,\"updated_at\":1}\n{\"id\":2,\"updated_at\":1,\"x\":\"");
	for (unsigned i = 0; i < 30000; i++)
		textbuf_append(&text, "x", 1);
	textbuf_printf(&text, "\"}\n{\"id\":3,\"updated_at\":1}\n");
	expect_broken(*state, text.text, 64, 2, "line 2, column 1: it is longer than --max-record");
	textbuf_free(&text);
}

static void broken_elements_are_told_and_the_rest_of_the_array_goes_on(void **state)
{
	expect_broken(*state,
		      "[{\"id\":1,\"updated_at\":1},\n"
		      "{\"id\":2,\"updated_at\":x},\n"
		      "7,\n"
		      "{\"id\":3,\"updated_at\":1} ,\n"
		      "{\"id\":4 \"updated_at\":1},{\"id\":5,\"updated_at\":1}]\n",
		      1000, 3,
		      "line 2, column 22: a value was expected|"
		      "line 3, column 1: a record must be an object|"
		      "line 5, column 9: a comma or } was expected");
}

static void an_element_without_an_end_costs_no_other_record(void **state)
{
	struct fixture *fixture = *state;

	expect_broken(fixture,
		      "[\n"
		      "  {\"id\":1,\"updated_at\":1},\n"
		      "  {\"id\":2,\"updated_at\":\"1},\n"
		      "  {\"id\":3,\"x\":\n{\n  },\"updated_at\":1},\n"
		      "  {\"id\":4,\"updated_at\":1]\n"
		      "  },\n"
		      "  {\"id\":5,\"updated_at\":1}\n"
		      "]\n",
		      1000, 3,
		      "line 3, column 4: a field's name was expected|"
		      "line 7, column 4: a field's name was expected");
	assert_string_equal(fixture->warnings, "");
}

static void what_follows_an_array_or_is_missing_at_its_end_is_told(void **state)
{
	struct fixture *fixture = *state;

	expect_table(fixture, "[{\"id\":1,\"updated_at\":2}] {\"id\":2,\"updated_at\":2}",
		     "n1e1@0:1+23 ");
	assert_string_equal(fixture->warnings,
			    ": there is text behind the end of the array; it was left out\n");
	expect_table(fixture, "[{\"id\":1,\"updated_at\":2},\n", "n1e1@0:1+23 ");
	assert_string_equal(fixture->warnings, ": the array is not closed\n");
	expect_table(fixture, "[{\"id\":1,\"updated_at\":2}, {\"id\":2,", "n1e1@0:1+23 ");
	assert_non_null(strstr(fixture->warnings, "a record has no end"));
}

static void a_table_of_many_keys_finds_each_again(void **state)
{
	enum { KEYS = 100000 };
	struct merge_table table = {0};
	struct err err;

	(void)state;
	for (int turn = 0; turn < 3; turn++) {
		for (uint64_t i = 0; i < KEYS; i++) {
			uint64_t key = i * 2654435761u % KEYS; /* each once, in another order */
			struct merge_row row = {.time = {.seconds = turn},
						.first_offset = key + 1,
						.latest = {.offset = (uint64_t)turn}};

			assert_int_equal(merge_table_put(&table, (unsigned char *)&key,
							 1 + i % sizeof key, &row, &err),
					 0);
		}
		assert_in_range(table.count, KEYS / 8, KEYS);
	}
	for (size_t i = 0; i < table.count; i++)
		assert_int_equal(table.rows[i].latest.offset, 2);
	for (int turn = 0; turn < 3; turn++) { /* a full one and a nearly empty one */
		merge_table_clear(&table);
		for (uint64_t i = 0; i < 10; i++)
			assert_int_equal(merge_table_put(&table, (unsigned char *)&i, sizeof i,
							 &(struct merge_row){.first_offset = i},
							 &err),
					 0);
		assert_int_equal(table.count, 10);
	}
	merge_table_free(&table);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lines_and_arrays_give_the_same_for_every_chunk_size_and_order),
		TEST(the_latest_stays_in_the_place_of_the_first),
		TEST(of_equal_times_in_two_files_the_later_file_wins),
		TEST(empty_files_blank_lines_and_marks_are_fine),
		TEST(broken_lines_are_told_with_line_and_column_and_skipped),
		TEST(a_record_that_is_too_long_is_broken_wherever_it_is_cut),
		TEST(broken_elements_are_told_and_the_rest_of_the_array_goes_on),
		TEST(an_element_without_an_end_costs_no_other_record),
		TEST(what_follows_an_array_or_is_missing_at_its_end_is_told),
		cmocka_unit_test(a_table_of_many_keys_finds_each_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
