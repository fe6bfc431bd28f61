/*
 * replay_fixture.c - a made-up run for the tests of its record.
 */
#include "config.h"

#include "tests/unit/replay_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const struct replay_limits unlimited = {
	.interval_ns = CLOCK_SECOND_NS / 10,
	.slot_ns = CLOCK_SECOND_NS,
	.full_every = 16,
};

int setup(void **state)
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

int teardown(void **state)
{
	struct fixture *f = *state;

	unlink(f->path);
	snapshot_free(f->made);
	snapshot_free(f->read);
	assert_int_equal(rmdir(f->folder), 0); /* nothing else was left there */
	free(f);
	return 0;
}

const struct snapshot *make(struct fixture *f, unsigned i)
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

void assert_is(struct fixture *f, unsigned i)
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

struct replay_writer *create(struct fixture *f, const struct replay_limits *limits)
{
	struct err err;
	struct replay_writer *writer = replay_create_limited(f->path, limits, &err);

	assert_non_null(writer);
	return writer;
}

void add(struct fixture *f, struct replay_writer *writer, unsigned from, unsigned to)
{
	struct err err;

	for (unsigned i = from; i < to; i++)
		assert_int_equal(replay_add_snapshot(writer, make(f, i), &err), 0);
}

void finish(struct replay_writer *writer)
{
	struct err err;

	assert_int_equal(replay_finish(writer, &err), 0);
}

struct replay_reader *open_record(struct fixture *f)
{
	struct err err;
	struct replay_reader *reader = replay_open(f->path, &err);

	assert_non_null(reader);
	return reader;
}

void read_at(struct fixture *f, struct replay_reader *reader, uint64_t at_ns)
{
	struct err err;

	memset(f->read, 0xee, sizeof *f->read);
	assert_int_equal(replay_snapshot_at(reader, at_ns, f->read, &err), 0);
}

void add_event(struct replay_writer *writer, uint64_t at_ns, uint64_t job, uint64_t lost)
{
	struct page_event event = {.at_ns = at_ns, .job = job, .state = WORKER_RUN, .worker = 2};
	struct err err;

	assert_int_equal(replay_add_events(writer, &event, 1, lost, &err), 0);
}

off_t size_of(const char *path)
{
	struct stat info;

	assert_int_equal(stat(path, &info), 0);
	return info.st_size;
}
