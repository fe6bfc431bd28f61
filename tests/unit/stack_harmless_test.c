/*
 * stack_harmless_test.c - those whose stacks are taken go on as if nothing had been, whatever
 * becomes of who looks; and who asks is not held up.
 */
#include "config.h"

#include "stack_fixture.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "stack_faults.h"

/* ---- children ------------------------------------------------------------------------------- */
/* In a state that no tracer can stop: until the other process, which shares its memory, is over. */
static int wait_for_vfork(int in, int out)
{
	char byte;
	pid_t child;

	victim_say(out, 'r');
	child = vfork();
	if (child == 0) {
		while (read(in, &byte, 1) < 0)
			continue;
		_exit(0);
	}
	return waitpid(child, NULL, 0) == child ? 0 : 1;
}

static volatile sig_atomic_t told;

static void on_told(int number)
{
	(void)number;
	told = told + 1;
}

enum { SIGNALS = 2000 };

/* Until the test has sent all of them, and then something through the pipe. */
static int count_signals(int in, int out)
{
	struct pollfd polled = {.fd = in, .events = POLLIN};

	signal(SIGRTMIN, on_told);
	victim_say(out, 'r');
	while (poll(&polled, 1, 0) != 1)
		continue;
	return told == SIGNALS ? 0 : 1;
}

static pthread_mutex_t contended = PTHREAD_MUTEX_INITIALIZER;

/* Each wait that workers and hosts do, with the pipe to the test as what ends it. */
static bool poll_waits(int in)
{
	struct pollfd polled = {.fd = in, .events = POLLIN};

	return poll(&polled, 1, -1) == 1 && poll(&polled, 1, 60000) == 1;
}

static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool ready;

static void *make_ready(void *in)
{
	bool waited = read_here(*(int *)in) == 1;

	pthread_mutex_lock(&contended);
	ready = waited;
	pthread_cond_signal(&changed);
	pthread_mutex_unlock(&contended);
	return NULL;
}

static bool condition_waits(int in, bool timed)
{
	struct timespec end;
	pthread_t thread;
	int result = 0;

	ready = false;
	clock_gettime(CLOCK_REALTIME, &end);
	end.tv_sec += 60;
	pthread_mutex_lock(&contended);
	if (pthread_create(&thread, NULL, make_ready, &in) != 0)
		return false;
	while (!ready && result == 0)
		result = timed ? pthread_cond_timedwait(&changed, &contended, &end)
			       : pthread_cond_wait(&changed, &contended);
	pthread_mutex_unlock(&contended);
	pthread_join(thread, NULL);
	return ready;
}

static bool sleep_is_whole(int out)
{
	struct timespec rest = {.tv_nsec = 300000000};

	victim_say(out, 's');
	return nanosleep(&rest, NULL) == 0;
}

static int wait_in_every_way(int in, int out)
{
	victim_say(out, 'p');
	if (!poll_waits(in) || read_here(in) != 1)
		return 1;
	victim_say(out, 'c');
	if (!condition_waits(in, false))
		return 2;
	victim_say(out, 't');
	if (!condition_waits(in, true))
		return 3;
	return sleep_is_whole(out) ? 0 : 4;
}

/* ---- nobody is harmed ----------------------------------------------------------------------- */
static void who_cannot_be_stopped_is_let_go_at_the_deadline(void **state)
{
	struct victim victim;
	struct stack_job *job;
	const struct stack_thread *thread;

	(void)state;
	victim_start(&victim, wait_for_vfork);
	victim_says(&victim, 'r');
	victim_await_state(&victim, 'D');
	job = take_all(&victim, 1);
	thread = &stack_job_result(job)->thread[0];
	assert_int_equal(thread->outcome, STACK_LATE);
	assert_non_null(strstr(thread->reason, "uninterruptibly"));
	assert_int_equal(victim_tracer(&victim), 0);
	victim_goes(&victim);
	stack_job_free(job);
}

static void a_helper_that_is_killed_in_the_middle_lets_go(void **state)
{
	struct victim victim;
	struct stack_job *job;

	(void)state;
	helper_suffers(HELPER_STUCK);
	victim_waits(&victim);
	job = start_one(&victim);
	victim_await_state(&victim, 't');
	assert_true(victim_tracer(&victim) > 0);
	stack_job_free(job);
	victim_goes(&victim);
	helper_suffers(HELPER_SOUND);
}

/* The screen polls, a command waits: neither waits for ever. */
static void a_helper_that_never_ends_is_ended_and_that_is_said(void **state)
{
	struct victim victim;
	struct stack_job *job;

	(void)state;
	helper_suffers(HELPER_SILENT);
	victim_waits(&victim);
	job = start_one(&victim);
	assert_false(stack_job_poll(job));
	assert_null(stack_job_result(job));
	asker_ahead_ns = 60000000000;
	stack_job_wait(job);
	assert_non_null(strstr(stack_job_result(job)->problem, "took too long"));
	assert_int_equal(stack_job_result(job)->count, 0);
	stack_job_free(job);
	asker_ahead_ns = 0;
	victim_goes(&victim);
	helper_suffers(HELPER_SOUND);
}

static void a_helper_that_no_signal_ends_is_not_waited_for(void **state)
{
	struct victim victim;
	struct stack_job *job;

	(void)state;
	helper_suffers(HELPER_SILENT);
	victim_waits(&victim);
	job = start_one(&victim);
	asker_ahead_ns = 60000000000;
	asker_spared = -1;
	alarm(120); /* who waits for it does so for ever */
	stack_job_wait(job);
	alarm(0);
	assert_non_null(strstr(stack_job_result(job)->problem, "took too long"));
	stack_job_free(job);
	assert_true(asker_spared > 0);
	assert_int_equal(helper_really_kill(asker_spared, SIGKILL), 0);
	assert_int_equal(waitpid(asker_spared, NULL, 0), asker_spared);
	asker_spared = 0;
	asker_ahead_ns = 0;
	victim_goes(&victim);
	helper_suffers(HELPER_SOUND);
}

static void a_tracer_that_is_stuck_itself_is_ended_by_its_helper(void **state)
{
	struct victim victim;
	struct stack_job *job;

	(void)state;
	helper_suffers(HELPER_STUCK);
	victim_waits(&victim);
	job = take_all(&victim, 1);
	assert_int_equal(stack_job_result(job)->thread[0].outcome, STACK_LATE);
	assert_int_equal(victim_tracer(&victim), 0);
	victim_goes(&victim);
	stack_job_free(job);
	helper_suffers(HELPER_SOUND);
}

/* Let go of, it runs in the kernel until it stands again, so its state is awaited; what it waits
 * for in its program has come before, so that it would read it if it ran on. */
static void who_was_stopped_by_a_signal_stays_so_and_is_told_all_the_same(void **state)
{
	struct victim victim;
	struct stack_job *job;
	int unread = 0;

	(void)state;
	victim_waits(&victim);
	victim_rests(&victim);
	kill(victim.pid, SIGSTOP);
	victim_await_state(&victim, 'T');
	victim_go_on(&victim);
	job = take_all(&victim, 1);
	assert_non_null(frame_of(&stack_job_result(job)->thread[0], "read_here"));
	alarm(120); /* who goes on never stands again */
	victim_await_state(&victim, 'T');
	alarm(0);
	assert_int_equal(ioctl(victim.in, FIONREAD, &unread), 0);
	assert_int_equal(unread, 1);
	kill(victim.pid, SIGCONT);
	victim_ends(&victim);
	stack_job_free(job);
}

static void no_signal_is_lost_and_none_is_added(void **state)
{
	struct victim victim;
	struct stack_job *job = NULL;
	unsigned sent = 0;

	(void)state;
	victim_start(&victim, count_signals);
	victim_says(&victim, 'r');
	while (sent < SIGNALS) {
		if (job == NULL)
			job = start_one(&victim);
		if (sigqueue(victim.pid, SIGRTMIN, (union sigval){0}) == 0)
			sent++;
		if (stack_job_poll(job)) {
			assert_int_equal(stack_job_result(job)->thread[0].outcome, STACK_TAKEN);
			stack_job_free(job);
			job = NULL;
		}
	}
	victim_goes(&victim);
	stack_job_free(job);
}

static void no_wait_ends_because_somebody_looked(void **state)
{
	struct victim victim;

	(void)state;
	victim_start(&victim, wait_in_every_way);
	for (const char *word = "pcts"; *word != '\0'; word++) {
		victim_says(&victim, *word);
		for (int i = 0; i < 3; i++)
			stack_job_free(take_all(&victim, 1));
		if (*word != 's') /* a sleep ends by itself */
			victim_go_on(&victim);
	}
	victim_ends(&victim);
}

static void several_who_look_at_once_wait_for_each_other(void **state)
{
	enum { LOOKERS = 4 };
	struct stack_job *job[LOOKERS];
	struct victim victim;

	(void)state;
	victim_waits(&victim);
	victim_rests(&victim);
	for (int i = 0; i < LOOKERS; i++)
		job[i] = start_one(&victim);
	for (int i = 0; i < LOOKERS; i++) {
		stack_job_wait(job[i]);
		assert_non_null(frame_of(&stack_job_result(job[i])->thread[0], "read_here"));
		stack_job_free(job[i]);
	}
	victim_goes(&victim);
}

/* ---- a helper has nothing of its asker's ---------------------------------------------------- */
static void what_the_asker_closes_its_helper_does_not_hold_open(void **state)
{
	struct stack_job *job;
	struct victim victim;
	struct pollfd polled;
	int ends[2];

	(void)state;
	helper_suffers(HELPER_SILENT);
	victim_waits(&victim);
	assert_int_equal(pipe(ends), 0);
	job = start_one(&victim);
	close(ends[1]);
	polled = (struct pollfd){.fd = ends[0], .events = POLLIN};
	assert_int_equal(poll(&polled, 1, 60000), 1);
	assert_true((polled.revents & POLLHUP) != 0);
	assert_false(stack_job_poll(job));
	close(ends[0]);
	stack_job_free(job);
	victim_goes(&victim);
	helper_suffers(HELPER_SOUND);
}

static void a_signal_that_the_asker_handles_ends_its_helper(void **state)
{
	struct stack_job *job;
	struct victim victim;

	(void)state;
	helper_suffers(HELPER_SILENT);
	signal(SIGTERM, on_told);
	victim_waits(&victim);
	job = start_one(&victim);
	kill(helper_await(), SIGTERM);
	stack_job_wait(job);
	assert_non_null(strstr(stack_job_result(job)->problem, "ended before it was done"));
	assert_int_equal(told, 0);
	stack_job_free(job);
	signal(SIGTERM, SIG_DFL);
	victim_goes(&victim);
	helper_suffers(HELPER_SOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_cannot_be_stopped_is_let_go_at_the_deadline),
		cmocka_unit_test(a_helper_that_is_killed_in_the_middle_lets_go),
		cmocka_unit_test(a_helper_that_never_ends_is_ended_and_that_is_said),
		cmocka_unit_test(a_helper_that_no_signal_ends_is_not_waited_for),
		cmocka_unit_test(a_tracer_that_is_stuck_itself_is_ended_by_its_helper),
		cmocka_unit_test(who_was_stopped_by_a_signal_stays_so_and_is_told_all_the_same),
		cmocka_unit_test(no_signal_is_lost_and_none_is_added),
		cmocka_unit_test(no_wait_ends_because_somebody_looked),
		cmocka_unit_test(several_who_look_at_once_wait_for_each_other),
		cmocka_unit_test(what_the_asker_closes_its_helper_does_not_hold_open),
		cmocka_unit_test(a_signal_that_the_asker_handles_ends_its_helper),
	};

	skip_without_libdw();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
