/*
 * slot_fixture.h - a fresh page for each test of a worker's slot.
 */
#ifndef IMGTOP_TESTS_UNIT_SLOT_FIXTURE_H
#define IMGTOP_TESTS_UNIT_SLOT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "record/slot.h"

/* The slot that tests write to, a queue and two stages that they speak of. */
enum { W = 5, QUEUE = 2, READ = 0, DECODE = 1 };

extern const struct slot_identity identity;

/* *state is the struct page. */
int setup(void **state);
int teardown(void **state);

/* Slot W as a reader sees it. */
struct page_worker_live live_of(const struct page *page);
struct page_worker_counters counters_of(const struct page *page);

#endif
