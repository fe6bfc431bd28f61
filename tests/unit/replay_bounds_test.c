/*
 * replay_bounds_test.c - the record of a run that grows beyond its bounds, or finds no space.
 */
#include "config.h"

#include "tests/unit/replay_fixture.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

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

	return cmocka_run_group_tests_name("replay_bounds", tests, NULL, NULL);
}
