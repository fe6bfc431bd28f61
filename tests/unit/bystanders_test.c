/*
 * bystanders_test.c - those of a run that do no items and can hold it up all the same: the walk,
 * the recorder and the supervisor. What the kernel says is said of a real child that stands still.
 */
#include "config.h"

#include "hang_fixture.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "view/diagnosis.h"

static pid_t child;

static int with_a_stopped_child(void **state)
{
	int status;

	child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	if (kill(child, SIGSTOP) != 0 || waitpid(child, &status, WUNTRACED) != child)
		return -1;
	return hang_setup(state);
}

static void end_child(void)
{
	if (child > 0) {
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
	}
	child = 0;
}

static int without_it(void **state)
{
	end_child();
	return hang_teardown(state);
}

/* Nobody but who is given a process has one. */
static void nobody_has_a_process(struct snapshot *s)
{
	for (unsigned i = 0; i < PEOPLE; i++)
		s->worker[i].live.pid = s->worker[i].live.tid = 0;
	for (unsigned i = 0; i < s->status.hosts; i++)
		s->host[i].pid = 0;
}

static void is_the_child(struct snapshot *s, unsigned worker)
{
	struct page_worker_live *live = &s->worker[worker].live;

	live->pid = live->tid = (uint32_t)child;
	s->host[live->host].pid = live->pid;
}

static void all_wait_for_items(struct snapshot *s)
{
	fills(s, QUEUE_A, 0);
	fills(s, QUEUE_B, 0);
	for (unsigned i = A1; i <= B2; i++)
		waits(s, i, WORKER_GET, WAIT_QUEUE, i < B1 ? QUEUE_A : QUEUE_B);
}

static void walks(struct snapshot *s, enum worker_state walk)
{
	struct page_worker_live *live = &s->worker[WALK].live;

	live->state = walk;
	live->stage = PAGE_NONE;
	live->ended_ns = 0;
	s->status.source_ended = 0;
	s->status.in_flight = 0;
	all_wait_for_items(s);
}

/* Half a second after the other, as a watchdog looks. */
static void look(struct diagnosis *d, struct snapshot *s, unsigned seconds)
{
	for (unsigned i = 0; i < 2 * seconds; i++) {
		s->at_ns += SECOND / 2;
		diagnosis_look(d, s, NULL);
	}
}

static void says(const struct diagnosis *d, bool hung, const char *what)
{
	const struct diagnosis_run *run = diagnosis_run(d);

	if (run->hung != hung || strstr(run->sentence, what) == NULL)
		fail_msg("hung %d: %s", run->hung, run->sentence);
}

static void a_walk_that_has_never_started_hangs_the_run(void **state)
{
	struct diagnosis *d = diagnosis_new(false);
	struct snapshot *s = *state;

	walks(s, WORKER_NEVER_STARTED);
	s->worker[WALK].live.started_ns = 0;
	look(d, s, 15);
	says(d, true, "HUNG: nothing has moved for 14.5s; walk-1 has never started: ");
	diagnosis_free(d);
}

/* Its place in a queue that has become empty says nothing. */
static void what_a_stopped_one_waited_for_is_not_what_holds_it_up(void **state)
{
	struct diagnosis *d = diagnosis_new(true);
	struct snapshot *s = *state;
	char chain[256];

	walks(s, WORKER_PUT);
	nobody_has_a_process(s);
	is_the_child(s, WALK);
	s->worker[WALK].live.wait_on = WAIT_QUEUE;
	s->worker[WALK].live.wait_target = QUEUE_A;
	look(d, s, 1);
	diagnosis_chain(d, s, A1, "<-", chain, sizeof chain);
	assert_string_equal(chain, "a-1 waits for queue intake (empty) <- walk-1 is stopped (T)");
	diagnosis_free(d);
}

static void who_waits_for_one_that_never_started_is_told_so(void **state)
{
	struct diagnosis *d = diagnosis_new(false);
	struct snapshot *s = *state;
	char chain[256];

	fills(s, QUEUE_B, 4);
	s->status.workers = B1 + 1;
	waits(s, A1, WORKER_PUT, WAIT_QUEUE, QUEUE_B);
	s->worker[B1].live.state = WORKER_NEVER_STARTED;
	s->worker[B1].live.started_ns = 0;
	look(d, s, 15);
	diagnosis_chain(d, s, A1, "<-", chain, sizeof chain);
	assert_string_equal(chain, "a-1 waits for queue assemble (full) <- b-1 has never started");
	diagnosis_free(d);
}

/* Every item is over, and the report is still to be written. */
static void a_recorder_that_is_stopped_holds_up_the_end(void **state)
{
	struct diagnosis *d = diagnosis_new(true);
	struct snapshot *s = *state;

	nobody_has_a_process(s);
	for (unsigned i = A1; i < B2; i++) {
		s->worker[i].live.state = WORKER_FINISHED;
		s->worker[i].live.ended_ns = 99 * SECOND;
	}
	s->worker[B2].live.kind = WORKER_RECORDER;
	waits(s, B2, WORKER_GET, WAIT_NOTHING, PAGE_NONE);
	s->status.state = RUN_REPORTING;
	s->status.ended_ns = 99 * SECOND;
	s->status.in_flight = 0;
	look(d, s, 20);
	says(d, false, "");
	is_the_child(s, B2);
	s->worker[B2].live.state_since_ns = 100 * SECOND;
	look(d, s, 2);
	says(d, true, "; b-2 is stopped: T, ");
	diagnosis_free(d);
}

static void a_recorder_that_is_stopped_is_not_to_blame_where_another_is(void **state)
{
	struct diagnosis *d = diagnosis_new(true);
	struct snapshot *s = *state;

	nobody_has_a_process(s);
	s->worker[A2].live.kind = WORKER_RECORDER;
	is_the_child(s, A2);
	waits(s, B1, WORKER_GET, WAIT_QUEUE, QUEUE_B);
	waits(s, B2, WORKER_GET, WAIT_QUEUE, QUEUE_B);
	fills(s, QUEUE_B, 0);
	look(d, s, 40);
	says(d, true, "; a-1 is hung: ");
	diagnosis_free(d);
}

/* What the supervisor says of itself is as old as its last turn. */
static void a_supervisor_that_is_stopped_is_named(void **state)
{
	struct diagnosis *d = diagnosis_new(true);
	struct snapshot *s = *state;

	nobody_has_a_process(s);
	all_wait_for_items(s);
	s->plan.supervisor_pid = (uint32_t)child;
	s->status.updated_ns = s->at_ns;
	look(d, s, 3);
	says(d, false, "the supervisor (process ");
	look(d, s, 3);
	says(d, true, ") is stopped: T, and has said nothing for 6.0s");
	s->status.updated_ns = s->at_ns + SECOND;
	look(d, s, 1);
	says(d, false, "");
	assert_string_equal(diagnosis_run(d)->sentence, "");
	diagnosis_free(d);
}

/* Simulated latency ends by itself, but not in a process that is no more. */
static void nobody_who_is_gone_sits_out_a_delay(void **state)
{
	struct diagnosis *d = diagnosis_new(true);
	struct snapshot *s = *state;

	all_wait_for_items(s);
	nobody_has_a_process(s);
	waits(s, A1, WORKER_DELAY, WAIT_NOTHING, PAGE_NONE);
	s->worker[A1].live.job = 1;
	is_the_child(s, A1);
	end_child();
	look(d, s, 10);
	assert_true(diagnosis_run(d)->quiet_ns >= 9 * SECOND);
	diagnosis_free(d);
}

static void a_supervisor_that_is_gone_is_named_beside_the_worker_that_hangs(void **state)
{
	struct diagnosis *d = diagnosis_new(true);
	struct snapshot *s = *state;

	s->plan.supervisor_pid = (uint32_t)child;
	end_child();
	nobody_has_a_process(s);
	s->status.updated_ns = s->at_ns;
	waits(s, A2, WORKER_GET, WAIT_QUEUE, QUEUE_A);
	fills(s, QUEUE_A, 0);
	look(d, s, 40);
	says(d, true, "; a-1 is hung: ");
	says(d, true, " is gone and has said nothing for 40.0s");
	all_wait_for_items(s);
	look(d, s, 1);
	says(d, true, "; the supervisor (process ");
	diagnosis_free(d);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, with_a_stopped_child, without_it)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_walk_that_has_never_started_hangs_the_run),
		TEST(what_a_stopped_one_waited_for_is_not_what_holds_it_up),
		TEST(who_waits_for_one_that_never_started_is_told_so),
		TEST(a_recorder_that_is_stopped_holds_up_the_end),
		TEST(a_recorder_that_is_stopped_is_not_to_blame_where_another_is),
		TEST(a_supervisor_that_is_stopped_is_named),
		TEST(nobody_who_is_gone_sits_out_a_delay),
		TEST(a_supervisor_that_is_gone_is_named_beside_the_worker_that_hangs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
