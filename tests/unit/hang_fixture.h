/*
 * hang_fixture.h - a run made by hand that hangs in every way: two stations with a queue before
 * each, workers that wait for what a test says.
 */
#ifndef IMGTOP_TESTS_UNIT_HANG_FIXTURE_H
#define IMGTOP_TESTS_UNIT_HANG_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "record/snapshot.h"

enum { WALK, A1, A2, B1, B2, PEOPLE }; /* workers: a-1 and a-2 of station 1, b-1 and b-2 of 2 */
enum { QUEUE_A, QUEUE_B };	       /* by the station that they feed, minus 1 */
enum { GIL, OUT, LOG };		       /* locks of the one host */
enum { PREPARE, ASSEMBLE };	       /* stages */

#define SECOND CLOCK_SECOND_NS

/* *state is the snapshot, at 100 s of the clock; the walk has finished, all others compute since
 * 99 s, queues are half full, the run goes on. */
int hang_setup(void **state);
int hang_teardown(void **state);

void waits(struct snapshot *s, unsigned worker, enum worker_state state, enum wait_on on,
	   unsigned target);
void holds(struct snapshot *s, unsigned worker, unsigned lock, unsigned stage);
void fills(struct snapshot *s, unsigned queue, unsigned depth);

#endif
