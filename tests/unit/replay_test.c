/*
 * replay_test.c - the record of a run: what is written is read, whatever happens to the file.
 */
#include "config.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "record/replay_format.h"

static const uint64_t second = CLOCK_SECOND_NS;
static const uint64_t tenth = CLOCK_SECOND_NS / 10;

/* Snapshot i is taken at base + i tenths; base is the beginning of a slot that thinning keeps. */
static const uint64_t base = 1024 * CLOCK_SECOND_NS;

static const struct replay_limits unlimited = {
	.interval_ns = CLOCK_SECOND_NS / 10,
	.slot_ns = CLOCK_SECOND_NS,
	.full_every = 16,
};

struct fixture {
	char folder[64];
	char path[96];
	struct snapshot *made;
	struct snapshot *read;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	if (f == NULL)
		return -1;
	strcpy(f->folder, "/tmp/imgtop-replay-XXXXXX");
	if (mkdtemp(f->folder) == NULL)
		return -1;
	snprintf(f->path, sizeof f->path, "%s/run.events", f->folder);
	f->made = snapshot_new();
	f->read = snapshot_new();
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	unlink(f->path);
	snapshot_free(f->made);
	snapshot_free(f->read);
	assert_int_equal(rmdir(f->folder), 0); /* nothing else was left there */
	free(f);
	return 0;
}

/* What the run looks like at snapshot i; a worker is added at snapshot 70. */
static const struct snapshot *make(struct fixture *f, unsigned i)
{
	struct snapshot *s = f->made;

	memset(s, 0, sizeof *s);
	s->at_ns = base + i * tenth;
	s->page_identity = 42;
	strcpy(s->plan.run_id, "20261120-160401-4711");
	s->plan.stages = 7;
	s->status.state = RUN_RUNNING;
	s->status.workers = i < 70 ? 3 : 4;
	s->status.hosts = 2;
	s->status.queues = 2;
	s->status.done[ITEM_OK] = i * 3;
	s->queue[1].pushed = i * 2;
	strcpy(s->host[1].name, "decode-1");
	for (unsigned w = 0; w < s->status.workers; w++) {
		snprintf(s->worker[w].live.name, PAGE_NAME_BYTES, "decode-%u", w + 1);
		snprintf(s->worker[w].live.item, PAGE_ITEM_BYTES, "%u/%u.png", w, i / (w + 1));
		s->worker[w].live.stage = i % 7;
		s->worker[w].live.state = WORKER_RUN;
		s->worker[w].counters.ok = i / (w + 1);
		s->worker[w].counters.stage[i % 7].slowest[2].job = i;
	}
	return s;
}

static void assert_is(struct fixture *f, unsigned i)
{
	const struct snapshot *made = make(f, i);
	const struct snapshot *read = f->read;

	assert_int_equal(read->at_ns, made->at_ns);
	assert_int_equal(read->page_identity, made->page_identity);
	assert_memory_equal(&read->plan, &made->plan, sizeof made->plan);
	assert_memory_equal(&read->status, &made->status, sizeof made->status);
	assert_memory_equal(&read->queue, &made->queue, 2 * sizeof *made->queue);
	assert_memory_equal(&read->host, &made->host, 2 * sizeof *made->host);
	assert_memory_equal(&read->worker, &made->worker,
			    made->status.workers * sizeof *made->worker);
}

static struct replay_writer *create(struct fixture *f, const struct replay_limits *limits)
{
	struct err err;
	struct replay_writer *writer = replay_create_limited(f->path, limits, &err);

	assert_non_null(writer);
	return writer;
}

static void add(struct fixture *f, struct replay_writer *writer, unsigned from, unsigned to)
{
	struct err err;

	for (unsigned i = from; i < to; i++)
		assert_int_equal(replay_add_snapshot(writer, make(f, i), &err), 0);
}

static void finish(struct replay_writer *writer)
{
	struct err err;

	assert_int_equal(replay_finish(writer, &err), 0);
}

static struct replay_reader *open_record(struct fixture *f)
{
	struct err err;
	struct replay_reader *reader = replay_open(f->path, &err);

	assert_non_null(reader);
	return reader;
}

static void read_at(struct fixture *f, struct replay_reader *reader, uint64_t at_ns)
{
	struct err err;

	memset(f->read, 0xee, sizeof *f->read);
	assert_int_equal(replay_snapshot_at(reader, at_ns, f->read, &err), 0);
}

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

static void add_event(struct replay_writer *writer, uint64_t at_ns, uint64_t job, uint64_t lost)
{
	struct page_event event = {.at_ns = at_ns, .job = job, .state = WORKER_RUN, .worker = 2};
	struct err err;

	assert_int_equal(replay_add_events(writer, &event, 1, lost, &err), 0);
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

static off_t size_of(const char *path)
{
	struct stat info;

	assert_int_equal(stat(path, &info), 0);
	return info.st_size;
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

static void beyond_the_bound_every_second_snapshot_goes_and_the_interval_doubles(void **state)
{
	struct fixture *f = *state;
	struct replay_limits limits = unlimited;
	struct replay_writer *writer;
	struct replay_reader *reader;
	uint64_t first, last, at;

	limits.snapshot_bytes = 100 << 10;
	writer = create(f, &limits);
	assert_int_equal(replay_interval_ns(writer), tenth);
	add(f, writer, 0, 1000);
	assert_true(replay_interval_ns(writer) > tenth);
	assert_true(size_of(f->path) <= (off_t)limits.snapshot_bytes + 4096);
	finish(writer);
	reader = open_record(f);
	assert_in_range(replay_count(reader), 20, 500);
	replay_span(reader, &first, &last);
	assert_int_equal(first, base);
	assert_true(last > base + 980 * tenth);
	/* What is left is what was there at its time. */
	for (at = first; at <= last; at += 3 * tenth) {
		read_at(f, reader, at);
		assert_true(f->read->at_ns <= at);
		assert_is(f, (unsigned)((f->read->at_ns - base) / tenth));
	}
	replay_close(reader);
}

static void a_change_of_the_runs_state_is_kept_in_a_thinned_file_too(void **state)
{
	struct fixture *f = *state;
	struct replay_limits limits = unlimited;
	struct replay_writer *writer;
	struct replay_reader *reader;
	struct err err;

	limits.snapshot_bytes = 30 << 10;
	writer = create(f, &limits);
	add(f, writer, 0, 1000);
	make(f, 1000);
	f->made->status.state = RUN_DONE;
	assert_int_equal(replay_add_snapshot(writer, f->made, &err), 0);
	finish(writer);
	reader = open_record(f);
	read_at(f, reader, UINT64_MAX);
	assert_int_equal(f->read->status.state, RUN_DONE);
	replay_close(reader);
}

static void thinned_events_are_whole_slots_and_the_others_are_counted(void **state)
{
	struct fixture *f = *state;
	enum { EVENTS = 8000, PER_SECOND = 100 };
	struct replay_limits limits = unlimited;
	struct page_event *event = calloc(EVENTS, sizeof *event);
	struct replay_writer *writer;
	struct replay_reader *reader;
	size_t count;
	unsigned stride;

	assert_non_null(event);
	limits.event_bytes = 50 << 10;
	writer = create(f, &limits);
	for (unsigned i = 0; i < EVENTS; i++) {
		add_event(writer, base + i * (second / PER_SECOND), i + 1, i == 0 ? 5 : 0);
		if (i % 10 == 9)
			add(f, writer, i / 10, i / 10 + 1);
	}
	finish(writer);
	reader = open_record(f);
	count = replay_events(reader, 0, UINT64_MAX, event, EVENTS);
	assert_in_range(count, PER_SECOND, limits.event_bytes / sizeof *event);
	assert_int_equal(count + replay_lost(reader, 0, UINT64_MAX), EVENTS + 5);
	/* The seconds that are left are whole, and evenly spaced. */
	assert_int_equal(event[0].at_ns, base);
	assert_int_equal(count % PER_SECOND, 0);
	stride = (unsigned)((event[PER_SECOND].at_ns - base) / second);
	assert_in_range(stride, 2, 64);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal((event[i].at_ns - base) / second, i / PER_SECOND * stride);
	}
	/* Snapshots were not what was too large. */
	assert_int_equal(replay_count(reader), EVENTS / 10);
	replay_close(reader);
	free(event);
}

static void events_missing_from_a_file_thinned_in_every_way_are_all_counted(void **state)
{
	struct fixture *f = *state;
	enum { EVENTS = 8000 };
	struct replay_limits limits = unlimited;
	struct page_event *event = calloc(EVENTS, sizeof *event);
	struct replay_writer *writer;
	struct replay_reader *reader;
	size_t count;

	assert_non_null(event);
	limits.event_bytes = 20 << 10;
	limits.snapshot_bytes = 60 << 10;
	writer = create(f, &limits);
	for (unsigned i = 0; i < EVENTS; i++) {
		add_event(writer, base + i * tenth / 10, i + 1, 0);
		if (i % 10 == 9)
			add(f, writer, i / 10, i / 10 + 1);
	}
	finish(writer);
	reader = open_record(f);
	count = replay_events(reader, 0, UINT64_MAX, event, EVENTS);
	assert_in_range(count, 1, EVENTS / 2);
	assert_int_equal(count + replay_lost(reader, 0, UINT64_MAX), EVENTS);
	assert_in_range(replay_count(reader), 10, EVENTS / 20);
	replay_close(reader);
	free(event);
}

static void the_newest_snapshot_is_never_thinned_away(void **state)
{
	struct fixture *f = *state;
	struct replay_limits limits = unlimited;
	struct replay_reader *reader;
	struct replay_writer *writer;
	struct err err;

	limits.snapshot_bytes = 10 << 10;
	writer = create(f, &limits);
	for (unsigned i = 0; i < 200; i++) {
		make(f, i);
		/* A change of state is wanted however often the file was thinned. */
		f->made->status.state = i % 2 ? RUN_PAUSED : RUN_RUNNING;
		assert_int_equal(replay_add_snapshot(writer, f->made, &err), 0);
		reader = open_record(f);
		read_at(f, reader, UINT64_MAX);
		assert_int_equal(f->read->at_ns, base + i * tenth);
		replay_close(reader);
	}
	assert_true(replay_interval_ns(writer) > tenth);
	finish(writer);
}

static void log_lines_survive_thinning(void **state)
{
	struct fixture *f = *state;
	struct replay_limits limits = unlimited;
	struct page_log_line line = {.text = "hello"}, lines[20];
	struct replay_writer *writer;
	struct replay_reader *reader;
	struct err err;

	limits.snapshot_bytes = 30 << 10;
	limits.log_bytes = 4096;
	writer = create(f, &limits);
	for (unsigned i = 0; i < 20; i++) {
		line.at_ns = base + i * second;
		assert_int_equal(replay_add_log(writer, &line, 1, &err), 0);
		add(f, writer, i * 10, i * 10 + 10);
	}
	finish(writer);
	reader = open_record(f);
	/* As many as the bound allows, each with its record. */
	assert_int_equal(replay_log(reader, 0, UINT64_MAX, lines, 20),
			 4096 / (sizeof line + sizeof(struct replay_record)));
	assert_string_equal(lines[0].text, "hello");
	replay_close(reader);
}

static void without_space_the_record_has_a_gap_and_goes_on_later(void **state)
{
	struct fixture *f = *state;
	struct replay_writer *writer = create(f, &unlimited);
	struct page_event event[8];
	struct replay_reader *reader;
	struct rlimit before, tight;
	struct err err;

	signal(SIGXFSZ, SIG_IGN);
	add(f, writer, 0, 3);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	tight = before;
	tight.rlim_cur = (rlim_t)size_of(f->path) + 50;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
	add_event(writer, base, 1, 0);
	assert_int_equal(replay_add_snapshot(writer, make(f, 3), &err), -1);
	assert_int_equal(err.kind, ERR_TRANSIENT);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	add_event(writer, base + second, 2, 0);
	add(f, writer, 4, 8);
	finish(writer);
	reader = open_record(f);
	assert_int_equal(replay_count(reader), 7);
	read_at(f, reader, base + 3 * tenth);
	assert_is(f, 2);
	for (unsigned i = 4; i < 8; i++) {
		read_at(f, reader, base + i * tenth);
		assert_is(f, i);
	}
	assert_int_equal(replay_events(reader, 0, UINT64_MAX, event, 8), 1);
	assert_int_equal(event[0].job, 2);
	assert_int_equal(replay_lost(reader, 0, UINT64_MAX), 1);
	replay_close(reader);
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
		cmocka_unit_test_setup_teardown(
			beyond_the_bound_every_second_snapshot_goes_and_the_interval_doubles, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			a_change_of_the_runs_state_is_kept_in_a_thinned_file_too, setup, teardown),
		cmocka_unit_test_setup_teardown(
			thinned_events_are_whole_slots_and_the_others_are_counted, setup, teardown),
		cmocka_unit_test_setup_teardown(
			events_missing_from_a_file_thinned_in_every_way_are_all_counted, setup,
			teardown),
		cmocka_unit_test_setup_teardown(the_newest_snapshot_is_never_thinned_away, setup,
						teardown),
		cmocka_unit_test_setup_teardown(log_lines_survive_thinning, setup, teardown),
		cmocka_unit_test_setup_teardown(
			without_space_the_record_has_a_gap_and_goes_on_later, setup, teardown),
	};

	return cmocka_run_group_tests_name("replay", tests, NULL, NULL);
}
