/*
 * report_fixture.h - a run that never was, for the tests of the reports: its page with real
 * histograms, and a snapshot whose figures are known.
 */
#ifndef IMGTOP_TESTS_REPORT_FIXTURE_H
#define IMGTOP_TESTS_REPORT_FIXTURE_H

#include <stdint.h>

#include "record/page.h"
#include "record/snapshot.h"

enum { FIXTURE_WALK, FIXTURE_READ, FIXTURE_DECODE, FIXTURE_RECORDER, FIXTURE_WORKERS };

struct fixture {
	char *dir; /* of the test, removed by fixture_free */
	struct page *page;
	struct snapshot *snapshot;
};

struct fixture *fixture_new(void);
void fixture_free(struct fixture *fixture);

/* cmocka's setup and teardown around these. */
int fixture_setup(void **state);
int fixture_teardown(void **state);

/* The bytes of dir/name, terminated; NULL when it is not there. Caller frees. */
char *fixture_read(const struct fixture *fixture, const char *name);

#endif
