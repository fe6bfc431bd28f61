/*
 * diagnosis_test.c - a run watched over time: made-up pictures, one a second, mostly without a
 * kernel.
 */
#include "config.h"

#include "hang_fixture.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "view/diagnosis.h"

/* So many pictures, a second apart, in which nothing changes but the clock. */
static void pass(struct diagnosis *d, struct snapshot *s, unsigned seconds)
{
	for (unsigned i = 0; i < seconds; i++) {
		s->at_ns += SECOND;
		diagnosis_look(d, s, NULL);
	}
}

static void deadlock(struct snapshot *s)
{
	holds(s, A1, OUT, PREPARE);
	holds(s, B1, LOG, ASSEMBLE);
	waits(s, A1, WORKER_LOCK, WAIT_LOCK, LOG);
	waits(s, B1, WORKER_LOCK, WAIT_LOCK, OUT);
	waits(s, A2, WORKER_LOCK, WAIT_LOCK, OUT);
	waits(s, B2, WORKER_GET, WAIT_QUEUE, QUEUE_B);
	fills(s, QUEUE_B, 0);
}

static void a_deadlock_is_certain_at_the_second_look_and_hangs_the_run(void **state)
{
	struct diagnosis *d = diagnosis_new(false);
	struct snapshot *s = *state;

	deadlock(s);
	diagnosis_look(d, s, NULL);
	assert_int_equal(diagnosis_worker(d, A1)->finding, FINDING_LOCK);
	pass(d, s, 1);
	assert_int_equal(diagnosis_worker(d, A1)->finding, FINDING_DEADLOCK);
	assert_int_equal(diagnosis_worker(d, B1)->finding, FINDING_DEADLOCK);
	assert_int_equal(diagnosis_worker(d, A2)->finding, FINDING_LOCK);
	assert_false(diagnosis_run(d)->hung);
	pass(d, s, 5);
	assert_true(diagnosis_run(d)->hung);
	assert_string_equal(diagnosis_run(d)->sentence,
			    "HUNG: nothing has moved for 6.0s; DEADLOCK: a-1 holds out, wants log; "
			    "b-1 holds log, wants out (out taken in prepare, log taken in "
			    "assemble)");
	diagnosis_free(d);
}

static void a_run_that_moves_is_not_hung_though_two_are_locked(void **state)
{
	struct diagnosis *d = diagnosis_new(false);
	struct snapshot *s = *state;

	deadlock(s);
	for (unsigned i = 0; i < 30; i++) {
		s->status.done[ITEM_OK]++;
		pass(d, s, 1);
	}
	assert_int_equal(diagnosis_worker(d, A1)->finding, FINDING_DEADLOCK);
	assert_false(diagnosis_run(d)->hung);
	assert_int_equal(diagnosis_run(d)->culprit, A1);
	diagnosis_free(d);
}

static void a_stage_that_never_returns_hangs_the_run_once_its_limit_is_over(void **state)
{
	struct diagnosis *d = diagnosis_new(false);
	struct snapshot *s = *state;

	for (unsigned i = A2; i <= B2; i++)
		waits(s, i, WORKER_GET, WAIT_QUEUE, i < B1 ? QUEUE_A : QUEUE_B);
	pass(d, s, 28);
	assert_false(diagnosis_run(d)->hung); /* its usual time is not known: 30 s */
	pass(d, s, 4);
	assert_true(diagnosis_run(d)->hung);
	assert_int_equal(diagnosis_run(d)->culprit, A1);
	assert_non_null(strstr(diagnosis_run(d)->sentence, "a-1 is hung: prepare for"));
	assert_non_null(strstr(diagnosis_run(d)->sentence, "item item-1"));
	diagnosis_free(d);
}

static void the_users_threshold_is_the_runs(void **state)
{
	struct diagnosis *d = diagnosis_new(false);
	struct snapshot *s = *state;

	s->plan.hang_after_ms = 3000;
	for (unsigned i = A2; i <= B2; i++)
		waits(s, i, WORKER_GET, WAIT_QUEUE, i < B1 ? QUEUE_A : QUEUE_B);
	pass(d, s, 3);
	assert_false(diagnosis_run(d)->hung);
	pass(d, s, 1);
	assert_true(diagnosis_run(d)->hung);
	diagnosis_free(d);
}

static void a_pause_and_simulated_latency_are_no_hang_however_long(void **state)
{
	struct diagnosis *d = diagnosis_new(false);
	struct snapshot *s = *state;

	s->status.state = RUN_PAUSED;
	pass(d, s, 1000);
	assert_false(diagnosis_run(d)->hung);
	s->status.state = RUN_RUNNING;
	for (unsigned i = A1; i <= B2; i++)
		waits(s, i, i == A1 ? WORKER_DELAY : WORKER_PUT,
		      i == A1 ? WAIT_NOTHING : WAIT_QUEUE, QUEUE_B);
	pass(d, s, 1000);
	assert_false(diagnosis_run(d)->hung);
	assert_string_equal(diagnosis_run(d)->sentence, "");
	diagnosis_free(d);
}

static void what_stood_still_before_a_pause_stands_still_after_it(void **state)
{
	struct diagnosis *d = diagnosis_new(false);
	struct snapshot *s = *state;

	s->plan.hang_after_ms = 20000;
	for (unsigned i = A2; i <= B2; i++)
		waits(s, i, WORKER_GET, WAIT_QUEUE, i < B1 ? QUEUE_A : QUEUE_B);
	pass(d, s, 15);
	s->status.state = RUN_PAUSED;
	pass(d, s, 100);
	assert_false(diagnosis_run(d)->hung);
	s->status.state = RUN_RUNNING;
	pass(d, s, 3);
	assert_false(diagnosis_run(d)->hung);
	pass(d, s, 4);
	assert_true(diagnosis_run(d)->hung);
	s->status.state = RUN_PAUSED;
	pass(d, s, 1);
	s->worker[A1].live.stage_serial++;
	pass(d, s, 1);
	s->status.state = RUN_RUNNING;
	pass(d, s, 15);
	assert_false(diagnosis_run(d)->hung);
	diagnosis_free(d);
}

static void who_looks_too_seldom_takes_no_gap_for_a_hang(void **state)
{
	struct diagnosis *d = diagnosis_new(false);
	struct snapshot *s = *state;

	diagnosis_look(d, s, NULL);
	s->at_ns += 300 * SECOND;
	diagnosis_look(d, s, NULL);
	assert_true(diagnosis_run(d)->quiet_ns <= SECOND);
	assert_false(diagnosis_run(d)->hung);
	diagnosis_free(d);
}

static void when_all_wait_and_nobody_is_to_blame_that_is_said_to_be_partial(void **state)
{
	struct diagnosis *d = diagnosis_new(false);
	struct snapshot *s = *state;

	for (unsigned i = A1; i <= B2; i++)
		waits(s, i, WORKER_RESOURCE, WAIT_SLOT, PAGE_NONE);
	pass(d, s, 49);
	assert_false(diagnosis_run(d)->hung);
	pass(d, s, 3);
	assert_true(diagnosis_run(d)->hung && diagnosis_run(d)->partial);
	assert_non_null(strstr(diagnosis_run(d)->sentence, "partial"));
	assert_non_null(strstr(diagnosis_run(d)->sentence, "waits for an arena slot"));
	diagnosis_free(d);
}

static void workers_without_work_wait_for_a_slow_source_in_peace(void **state)
{
	struct diagnosis *d = diagnosis_new(false);
	struct snapshot *s = *state;

	s->worker[WALK].live.state = WORKER_RUN;
	s->worker[WALK].live.stage = PAGE_NONE;
	s->worker[WALK].live.ended_ns = 0;
	s->status.in_flight = 0;
	s->status.source_ended = 0;
	fills(s, QUEUE_A, 0);
	fills(s, QUEUE_B, 0);
	for (unsigned i = A1; i <= B2; i++)
		waits(s, i, WORKER_GET, WAIT_QUEUE, i < B1 ? QUEUE_A : QUEUE_B);
	pass(d, s, 1000);
	assert_false(diagnosis_run(d)->hung);
	assert_int_equal(diagnosis_worker(d, A1)->finding, FINDING_STARVED);
	diagnosis_free(d);
}

/* One that was never started, or is stopped, matters only to those who wait for it. */
static void without_work_nobody_is_to_blame_for_standing_still(void **state)
{
	struct diagnosis *d = diagnosis_new(false);
	struct snapshot *s = *state;

	s->status.in_flight = 0;
	s->status.source_ended = 0;
	s->worker[WALK].live.state = WORKER_RUN;
	s->worker[WALK].live.stage = PAGE_NONE;
	s->worker[WALK].live.ended_ns = 0;
	fills(s, QUEUE_A, 0);
	fills(s, QUEUE_B, 0);
	for (unsigned i = A1; i <= B2; i++)
		waits(s, i, WORKER_GET, WAIT_QUEUE, i < B1 ? QUEUE_A : QUEUE_B);
	s->worker[B2].live.state = WORKER_NEVER_STARTED;
	s->worker[B2].live.started_ns = 0;
	pass(d, s, 100);
	assert_int_equal(diagnosis_worker(d, B2)->finding, FINDING_NEVER_STARTED);
	assert_false(diagnosis_run(d)->hung);
	s->status.in_flight = 1;
	pass(d, s, 100);
	assert_true(diagnosis_run(d)->hung);
	diagnosis_free(d);
}

/* The walk waits for workers to end that wait for what it would have to send them. */
static void an_item_in_hand_is_work_though_the_supervisor_has_not_said_so(void **state)
{
	struct diagnosis *d = diagnosis_new(false);
	struct snapshot *s = *state;

	s->status.in_flight = s->status.found = 0;
	s->status.source_ended = 0;
	fills(s, QUEUE_A, 0);
	fills(s, QUEUE_B, 0);
	for (unsigned i = A2; i <= B2; i++)
		waits(s, i, WORKER_GET, WAIT_QUEUE, i < B1 ? QUEUE_A : QUEUE_B);
	pass(d, s, 100);
	assert_int_equal(diagnosis_run(d)->culprit, A1);
	assert_true(diagnosis_run(d)->hung);
	diagnosis_free(d);
}

static void a_deadlock_hangs_a_run_without_items_too(void **state)
{
	struct diagnosis *d = diagnosis_new(false);
	struct snapshot *s = *state;

	s->status.in_flight = 0;
	s->status.source_ended = 0;
	s->status.workers = A2 + 1;
	s->worker[WALK].live.ended_ns = 0;
	s->worker[WALK].live.stage = PAGE_NONE;
	waits(s, WALK, WORKER_JOIN, WAIT_ENDED, 1);
	fills(s, QUEUE_A, 0);
	waits(s, A1, WORKER_GET, WAIT_QUEUE, QUEUE_A);
	waits(s, A2, WORKER_GET, WAIT_QUEUE, QUEUE_A);
	pass(d, s, 10);
	assert_true(diagnosis_run(d)->hung);
	assert_non_null(strstr(diagnosis_run(d)->sentence,
			       "walk-1 waits for the end of prepare; a-1 wants an item of queue"));
	diagnosis_free(d);
}

static void a_chain_leads_from_who_waits_to_who_acts(void **state)
{
	struct diagnosis *d = diagnosis_new(false);
	struct snapshot *s = *state;
	char text[512];

	fills(s, QUEUE_B, 4);
	waits(s, A1, WORKER_PUT, WAIT_QUEUE, QUEUE_B);
	waits(s, B1, WORKER_LOCK, WAIT_LOCK, OUT);
	s->worker[B1].live.state_since_ns = 90 * SECOND;
	holds(s, B2, OUT, ASSEMBLE);
	diagnosis_look(d, s, NULL);
	diagnosis_chain(d, s, A1, "<-", text, sizeof text);
	assert_string_equal(text, "a-1 waits for queue assemble (full) <- b-1 waits for lock out "
				  "(held by b-2) <- b-2 in assemble 1.0s");
	diagnosis_free(d);
}

static void a_chain_that_closes_says_so(void **state)
{
	struct diagnosis *d = diagnosis_new(false);
	struct snapshot *s = *state;
	char text[512];

	deadlock(s);
	diagnosis_look(d, s, NULL);
	diagnosis_chain(d, s, A2, "<-", text, sizeof text);
	assert_string_equal(text, "a-2 waits for lock out (held by a-1) <- a-1 waits for lock log "
				  "(held by b-1) <- b-1 waits for lock out (held by a-1) <- a-1 "
				  "again: a circle");
	diagnosis_free(d);
}

static void another_runs_page_begins_without_memories(void **state)
{
	struct diagnosis *d = diagnosis_new(false);
	struct snapshot *s = *state;

	deadlock(s);
	pass(d, s, 20);
	assert_true(diagnosis_run(d)->hung);
	s->page_identity++;
	pass(d, s, 1);
	assert_false(diagnosis_run(d)->hung);
	assert_int_equal(diagnosis_worker(d, A1)->finding, FINDING_LOCK);
	diagnosis_free(d);
}

/* Await that the kernel says the child sleeps, and look at it as at a-1. */
static const struct kernel_sample *asleep(struct diagnosis *d, struct snapshot *s, pid_t child)
{
	s->worker[A1].live.pid = s->worker[A1].live.tid = (uint32_t)child;
	do {
		diagnosis_watch(d, A1);
		s->at_ns += SECOND;
		diagnosis_look(d, s, NULL);
	} while (diagnosis_kernel(d, A1)->state != 'S' || diagnosis_kernel(d, A1)->call[0] == '\0');
	return diagnosis_kernel(d, A1);
}

static void stop_for_a_moment(pid_t child)
{
	int status;

	assert_int_equal(ptrace(PTRACE_SEIZE, child, NULL, NULL), 0);
	assert_int_equal(ptrace(PTRACE_INTERRUPT, child, NULL, NULL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSTOPPED(status));
	assert_int_equal(ptrace(PTRACE_DETACH, child, NULL, NULL), 0);
}

static void a_timed_wait_keeps_its_name_when_a_stack_was_taken(void **state)
{
	struct diagnosis *d = diagnosis_new(true);
	struct snapshot *s = *state;
	char before[KERNEL_CALL_BYTES];
	pid_t child;

#ifndef HAVE_LIBSECCOMP
	skip(); /* calls have no names */
#endif
	child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			sleep(600);
	}
	strcpy(before, asleep(d, s, child)->call);
	stop_for_a_moment(child);
	assert_string_equal(asleep(d, s, child)->call, before);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	diagnosis_free(d);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, hang_setup, hang_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_deadlock_is_certain_at_the_second_look_and_hangs_the_run),
		TEST(a_run_that_moves_is_not_hung_though_two_are_locked),
		TEST(a_stage_that_never_returns_hangs_the_run_once_its_limit_is_over),
		TEST(the_users_threshold_is_the_runs),
		TEST(a_pause_and_simulated_latency_are_no_hang_however_long),
		TEST(what_stood_still_before_a_pause_stands_still_after_it),
		TEST(who_looks_too_seldom_takes_no_gap_for_a_hang),
		TEST(when_all_wait_and_nobody_is_to_blame_that_is_said_to_be_partial),
		TEST(workers_without_work_wait_for_a_slow_source_in_peace),
		TEST(without_work_nobody_is_to_blame_for_standing_still),
		TEST(an_item_in_hand_is_work_though_the_supervisor_has_not_said_so),
		TEST(a_deadlock_hangs_a_run_without_items_too),
		TEST(a_chain_leads_from_who_waits_to_who_acts),
		TEST(a_chain_that_closes_says_so),
		TEST(another_runs_page_begins_without_memories),
		TEST(a_timed_wait_keeps_its_name_when_a_stack_was_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
