/*
 * replay_fixture.h - a made-up run for the tests of its record.
 */
#ifndef IMGTOP_TESTS_UNIT_REPLAY_FIXTURE_H
#define IMGTOP_TESTS_UNIT_REPLAY_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <cmocka.h>

#include "base/clock.h"
#include "record/replay_format.h"

static const uint64_t second = CLOCK_SECOND_NS;
static const uint64_t tenth = CLOCK_SECOND_NS / 10;

/* Snapshot i is taken at base + i tenths; base is the beginning of a slot that thinning keeps. */
static const uint64_t base = 1024 * CLOCK_SECOND_NS;

extern const struct replay_limits unlimited;

struct fixture {
	char folder[64];
	char path[96];
	struct snapshot *made;
	struct snapshot *read;
};

int setup(void **state);
int teardown(void **state);

/* What the run looks like at snapshot i; a worker is added at snapshot 70. */
const struct snapshot *make(struct fixture *f, unsigned i);

/* What was read last is what make() makes of snapshot i. */
void assert_is(struct fixture *f, unsigned i);

/* Writer of the fixture's file, and the end of it. */
struct replay_writer *create(struct fixture *f, const struct replay_limits *limits);
/* Add snapshots from..to-1. */
void add(struct fixture *f, struct replay_writer *writer, unsigned from, unsigned to);

void finish(struct replay_writer *writer);

struct replay_reader *open_record(struct fixture *f);
/* Read the snapshot at that time into f->read. */
void read_at(struct fixture *f, struct replay_reader *reader, uint64_t at_ns);

void add_event(struct replay_writer *writer, uint64_t at_ns, uint64_t job, uint64_t lost);

off_t size_of(const char *path);

#endif
