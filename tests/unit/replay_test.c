/*
 * replay_test.c - the record of a run: what is written is read, whatever happens to the file.
 */
#include "config.h"

#include "tests/unit/replay_fixture.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void every_snapshot_is_read_as_it_was_written_in_any_order(void **state)
{
	struct fixture *f = *state;
	struct replay_writer *writer = create(f, &unlimited);
	struct replay_reader *reader;
	uint64_t first, last;

	add(f, writer, 0, 100);
	finish(writer);
	reader = open_record(f);
	assert_int_equal(replay_count(reader), 100);
	replay_span(reader, &first, &last);
	assert_int_equal(first, base);
	assert_int_equal(last, base + 99 * tenth);
	for (unsigned i = 0; i < 100; i++) {
		read_at(f, reader, base + i * tenth);
		assert_is(f, i);
	}
	for (unsigned i = 0, at = 50; i < 100; i++, at = (at * 37 + 11) % 100) {
		read_at(f, reader, base + at * tenth + tenth / 2);
		assert_is(f, at);
	}
	read_at(f, reader, 0);
	assert_is(f, 0);
	read_at(f, reader, UINT64_MAX);
	assert_is(f, 99);
	replay_close(reader);
}

static void what_has_not_changed_takes_no_room(void **state)
{
	struct fixture *f = *state;
	struct replay_writer *writer = create(f, &unlimited);
	struct stat info;

	add(f, writer, 0, 100);
	finish(writer);
	assert_int_equal(stat(f->path, &info), 0);
	assert_true((size_t)info.st_size < 100 * sizeof(struct page_plan) / 4);
}

static void a_snapshot_that_is_not_newer_is_left_out(void **state)
{
	struct fixture *f = *state;
	struct replay_writer *writer = create(f, &unlimited);
	struct replay_reader *reader;

	add(f, writer, 5, 6);
	add(f, writer, 5, 6);
	add(f, writer, 4, 5);
	finish(writer);
	reader = open_record(f);
	assert_int_equal(replay_count(reader), 1);
	replay_close(reader);
}

static void events_and_log_lines_are_found_by_their_time(void **state)
{
	struct fixture *f = *state;
	struct replay_writer *writer = create(f, &unlimited);
	struct replay_reader *reader;
	struct page_event event[64];
	struct page_log_line line = {.level = LOG_ERROR}, lines[8];
	struct err err;

	for (unsigned i = 0; i < 50; i++) {
		add_event(writer, base + i * tenth, i + 1, i == 20 ? 9 : 0);
		if (i % 10 == 0)
			add(f, writer, i, i + 1);
	}
	line.at_ns = base + second;
	strcpy(line.text, "decode a.png: truncated");
	assert_int_equal(replay_add_log(writer, &line, 1, &err), 0);
	finish(writer);
	reader = open_record(f);
	assert_int_equal(replay_events(reader, 0, UINT64_MAX, event, 64), 50);
	assert_int_equal(replay_events(reader, base + 10 * tenth, base + 15 * tenth, event, 64), 5);
	for (unsigned i = 0; i < 5; i++) {
		assert_int_equal(event[i].job, 11 + i);
		assert_int_equal(event[i].worker, 2);
	}
	assert_int_equal(replay_events(reader, 0, UINT64_MAX, event, 7), 7);
	assert_int_equal(replay_log(reader, base + second, base + second + 1, lines, 8), 1);
	assert_string_equal(lines[0].text, line.text);
	assert_int_equal(replay_log(reader, base + second + 1, UINT64_MAX, lines, 8), 0);
	assert_int_equal(replay_lost(reader, 0, UINT64_MAX), 9);
	assert_int_equal(replay_lost(reader, base + 21 * tenth, UINT64_MAX), 0);
	replay_close(reader);
}

static void a_torn_last_record_is_ignored_wherever_it_was_cut(void **state)
{
	struct fixture *f = *state;
	struct replay_writer *writer = create(f, &unlimited);
	struct replay_reader *reader;
	off_t whole, before;

	add(f, writer, 0, 4);
	before = size_of(f->path);
	add(f, writer, 4, 5);
	finish(writer);
	whole = size_of(f->path);
	assert_true(whole > before);
	for (off_t size = whole; size >= before; size--) {
		assert_int_equal(truncate(f->path, size), 0);
		reader = open_record(f);
		assert_int_equal(replay_count(reader), size == whole ? 5 : 4);
		read_at(f, reader, UINT64_MAX);
		assert_is(f, size == whole ? 4 : 3);
		replay_close(reader);
	}
}

static void a_flipped_byte_ends_the_record_but_never_shows_a_wrong_picture(void **state)
{
	struct fixture *f = *state;
	struct replay_writer *writer = create(f, &unlimited);
	unsigned char byte;
	off_t whole;
	int fd;

	add(f, writer, 0, 4);
	finish(writer);
	whole = size_of(f->path);
	fd = open(f->path, O_RDWR);
	assert_true(fd >= 0);
	for (off_t at = 0; at < whole; at++) {
		struct replay_reader *reader;
		struct err err;

		assert_int_equal(pread(fd, &byte, 1, at), 1);
		byte ^= 0x40;
		assert_int_equal(pwrite(fd, &byte, 1, at), 1);
		reader = replay_open(f->path, &err);
		if (at < (off_t)sizeof(struct replay_head)) {
			assert_null(reader);
		} else {
			assert_non_null(reader);
			assert_true(replay_count(reader) < 4);
		}
		if (reader != NULL && replay_count(reader) > 0) {
			read_at(f, reader, UINT64_MAX);
			assert_is(f, (unsigned)replay_count(reader) - 1);
		}
		replay_close(reader);
		byte ^= 0x40;
		assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	}
	close(fd);
}

static void a_record_whose_sums_are_right_but_whose_words_lie_is_refused(void **state)
{
	struct fixture *f = *state;
	static const struct {
		uint32_t workers;
		uint64_t run;
	} lies[] = {
		{PAGE_WORKERS + 1, 0},
		{1, UINT64_C(0xffffffff) << 32 | 1},
		{1, UINT64_C(0xffffffff)},
		{1, 2}, /* two words are said to follow, one does */
	};

	for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
		struct replay_head head = replay_make_head();
		struct {
			struct replay_shape shape;
			uint64_t run;
			uint64_t word;
		} payload = {.shape.workers = lies[i].workers, .run = lies[i].run};
		struct replay_record record = {
			.kind = REPLAY_FULL,
			.bytes = sizeof payload,
			.from_ns = base,
			.to_ns = base,
		};
		struct replay_reader *reader;
		FILE *file = fopen(f->path, "w");
		struct err err;

		assert_non_null(file);
		record.check = replay_check(&record, &payload);
		assert_int_equal(fwrite(&head, sizeof head, 1, file), 1);
		assert_int_equal(fwrite(&record, sizeof record, 1, file), 1);
		assert_int_equal(fwrite(&payload, sizeof payload, 1, file), 1);
		assert_int_equal(fclose(file), 0);
		reader = open_record(f);
		assert_int_equal(replay_snapshot_at(reader, base, f->read, &err), -1);
		assert_non_null(strstr(err.text, f->path));
		replay_close(reader);
	}
}

static void another_kind_of_file_or_version_is_refused(void **state)
{
	struct fixture *f = *state;
	struct replay_head head = replay_make_head();
	struct err err;
	FILE *file = fopen(f->path, "w");

	assert_non_null(file);
	head.version++;
	fwrite(&head, sizeof head, 1, file);
	fclose(file);
	assert_null(replay_open(f->path, &err));
	assert_non_null(strstr(err.text, "version"));
	file = fopen(f->path, "w");
	assert_non_null(file);
	fputs("this is a text of more than forty-eight bytes in length", file);
	fclose(file);
	assert_null(replay_open(f->path, &err));
	assert_non_null(strstr(err.text, "not a record"));
	assert_int_equal(truncate(f->path, 5), 0);
	assert_null(replay_open(f->path, &err));
	assert_null(replay_open(f->folder, &err));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			every_snapshot_is_read_as_it_was_written_in_any_order, setup, teardown),
		cmocka_unit_test_setup_teardown(what_has_not_changed_takes_no_room, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_snapshot_that_is_not_newer_is_left_out, setup,
						teardown),
		cmocka_unit_test_setup_teardown(events_and_log_lines_are_found_by_their_time, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_torn_last_record_is_ignored_wherever_it_was_cut,
						setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_flipped_byte_ends_the_record_but_never_shows_a_wrong_picture, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			a_record_whose_sums_are_right_but_whose_words_lie_is_refused, setup,
			teardown),
		cmocka_unit_test_setup_teardown(another_kind_of_file_or_version_is_refused, setup,
						teardown),
	};

	return cmocka_run_group_tests_name("replay", tests, NULL, NULL);
}
