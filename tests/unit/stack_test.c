/*
 * stack_test.c - the stacks of other processes: what is told of those who spin, wait and hold, and
 * that they go on as if nothing had been, whatever becomes of who looks.
 *
 * This program is its own helper. What a helper is to suffer stands in its environment:
 *   IMGTOP_TEST_HELPER=stuck     it stops for ever with the thread in its hands
 *   IMGTOP_TEST_HELPER=silent    it says nothing, for ever
 *   IMGTOP_TEST_HELPER=filtered  a filter of system calls refuses ptrace
 *   IMGTOP_TEST_HELPER=stranger  it is another user's
 *   IMGTOP_TEST_HELPER=edge      nothing can be read below the page that a stack pointer is in
 *   IMGTOP_TEST_HELPER=hurried   an hour passes whenever it looks at the clock
 *   IMGTOP_TEST_HELPER=careful   it ends when it would sleep before it has copied a stack
 */
#include "config.h"

#include "stack_fixture.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "stack/stack_helper.h"

#define HELPER_VARIABLE "IMGTOP_TEST_HELPER"

enum { STRANGER = 54321, HOUR_S = 3600 };

static bool helping; /* in this process */

static bool helper_is(const char *what)
{
	const char *value = getenv(HELPER_VARIABLE);

	return value != NULL && strcmp(value, what) == 0;
}

static bool copied;

/* Linked in place of pread in the tracer, which calls it while the thread stands still. */
ssize_t __real_pread(int fd, void *bytes, size_t size, off_t at);
ssize_t __wrap_pread(int fd, void *bytes, size_t size, off_t at);

ssize_t __wrap_pread(int fd, void *bytes, size_t size, off_t at)
{
	while (helper_is("stuck"))
		pause();
	if (helper_is("edge") && at % sysconf(_SC_PAGESIZE) != 0) {
		errno = EIO;
		return -1;
	}
	copied = true;
	return __real_pread(fd, bytes, size, at);
}

int __real_nanosleep(const struct timespec *length, struct timespec *left);
int __wrap_nanosleep(const struct timespec *length, struct timespec *left);

int __wrap_nanosleep(const struct timespec *length, struct timespec *left)
{
	if (helping && !copied && helper_is("careful"))
		_exit(96);
	return __real_nanosleep(length, left);
}

/* The clock of those who ask, put forward by so much. */
static uint64_t forward_ns;

uint64_t __real_clock_ns(void);
uint64_t __wrap_clock_ns(void);

uint64_t __wrap_clock_ns(void)
{
	if (helping && helper_is("hurried"))
		forward_ns += HOUR_S * 1000000000ULL;
	return __real_clock_ns() + forward_ns;
}

/* Who sleeps uninterruptibly outlives the signal that kills: so does this one, for its killer. */
static pid_t spared;

int __real_kill(pid_t pid, int number);
int __wrap_kill(pid_t pid, int number);

int __wrap_kill(pid_t pid, int number)
{
	if (spared == 0 || number != SIGKILL)
		return __real_kill(pid, number);
	spared = pid;
	return 0;
}

/* ---- children ------------------------------------------------------------------------------- */
static volatile sig_atomic_t told;

static void on_told(int number)
{
	(void)number;
	told = told + 1;
}

enum { SPIN_FROM = __LINE__ + 2 };
__attribute__((noinline)) static void spin_here(int out)
{
	victim_say(out, 'r');
	while (told == 0)
		continue;
}
enum { SPIN_TO = __LINE__ - 1 };

static int spin(int in, int out)
{
	(void)in;
	signal(SIGUSR1, on_told);
	spin_here(out);
	return 0;
}

/* Blocked in read until the test lets it go on; says how that ended. */
__attribute__((noinline)) static ssize_t read_here(int fd)
{
	char byte;
	ssize_t got = read(fd, &byte, 1);

	return got < 0 ? -errno : got;
}

static int wait_in_read(int in, int out)
{
	victim_say(out, 'r');
	return read_here(in) == 1 ? 0 : 1;
}

static pthread_mutex_t contended = PTHREAD_MUTEX_INITIALIZER;

__attribute__((noinline)) static void lock_here(void)
{
	pthread_mutex_lock(&contended);
	pthread_mutex_unlock(&contended);
}

static void *second_thread(void *out)
{
	prctl(PR_SET_NAME, "second");
	victim_say(*(int *)out, 'r');
	lock_here();
	return NULL;
}

static int wait_for_lock(int in, int out)
{
	pthread_t thread;

	pthread_mutex_lock(&contended);
	if (pthread_create(&thread, NULL, second_thread, &out) != 0)
		return 2;
	if (read_here(in) != 1)
		return 1;
	pthread_mutex_unlock(&contended);
	return pthread_join(thread, NULL) == 0 ? 0 : 3;
}

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

/* ---- what is told --------------------------------------------------------------------------- */
static void who_spins_is_found_in_its_function_with_file_and_line(void **state)
{
	struct victim victim;
	struct stack_job *job;
	const struct stack_thread *thread;
	const struct stack_frame *frame;

	(void)state;
	victim_start(&victim, spin);
	victim_says(&victim, 'r');
	job = take_all(&victim, 1);
	assert_int_equal(stack_job_result(job)->count, 1);
	thread = &stack_job_result(job)->thread[0];
	assert_int_equal(thread->outcome, STACK_TAKEN);
	assert_true(thread->held_ns > 0);
	frame = frame_of(thread, "spin_here");
	assert_non_null(frame);
	assert_non_null(frame_of(thread, "main"));
	if (has_lines()) {
		assert_string_equal(frame->file, "tests/unit/stack_test.c");
		assert_in_range(frame->line, SPIN_FROM, SPIN_TO);
	}
	kill(victim.pid, SIGUSR1);
	victim_ends(&victim);
	stack_job_free(job);
}

static void who_waits_in_a_read_is_found_there_and_gets_what_it_waits_for(void **state)
{
	struct victim victim;
	struct stack_job *job;
	const struct stack_thread *thread;

	(void)state;
	victim_start(&victim, wait_in_read);
	victim_says(&victim, 'r');
	victim_rests(&victim);
	job = take_all(&victim, 2);
	for (unsigned round = 0; round < 2; round++) {
		thread = stack_set_find(stack_job_result(job), victim.pid, victim.pid, round);
		assert_non_null(thread);
		assert_non_null(frame_of(thread, "read_here"));
		assert_non_null(frame_of(thread, "wait_in_read"));
	}
	assert_true(thread->at_ns - stack_job_result(job)->thread[0].at_ns >= 900000000);
	assert_int_equal(victim_tracer(&victim), 0);
	victim_go_on(&victim);
	victim_ends(&victim);
	stack_job_free(job);
}

static void all_threads_are_told_the_named_one_first(void **state)
{
	struct victim victim;
	struct stack_job *job;
	const struct stack_set *set;

	(void)state;
	victim_start(&victim, wait_for_lock);
	victim_says(&victim, 'r');
	victim_rests(&victim);
	job = take_all(&victim, 1);
	set = stack_job_result(job);
	assert_true(set->count >= 2); /* a sanitizer may have one of its own */
	assert_int_equal(set->thread[0].tid, victim.pid);
	assert_non_null(frame_of(&set->thread[0], "wait_for_lock"));
	for (size_t i = 1; i < set->count; i++) {
		if (strcmp(set->thread[i].name, "second") == 0) {
			assert_non_null(frame_of(&set->thread[i], "lock_here"));
			assert_non_null(frame_of(&set->thread[i], "second_thread"));
			break;
		}
		assert_true(i + 1 < set->count);
	}
	victim_go_on(&victim);
	victim_ends(&victim);
	stack_job_free(job);
}

static void who_has_ended_is_said_to_be_gone(void **state)
{
	struct victim victim;
	struct stack_job *job;
	pid_t pid;

	(void)state;
	victim_start(&victim, wait_in_read);
	pid = victim.pid;
	victim_go_on(&victim);
	victim_ends(&victim);
	victim.pid = pid;
	job = take_all(&victim, 1);
	assert_int_equal(stack_job_result(job)->thread[0].outcome, STACK_GONE);
	assert_string_equal(stack_job_result(job)->thread[0].reason, "it has ended");
	stack_job_free(job);
}

static void a_stack_at_the_edge_of_its_memory_is_told_all_the_same(void **state)
{
	struct victim victim;
	struct stack_job *job;

	(void)state;
	setenv(HELPER_VARIABLE, "edge", 1);
	victim_start(&victim, wait_in_read);
	victim_says(&victim, 'r');
	victim_rests(&victim);
	job = take_all(&victim, 1);
	assert_non_null(frame_of(&stack_job_result(job)->thread[0], "wait_in_read"));
	victim_go_on(&victim);
	victim_ends(&victim);
	stack_job_free(job);
	unsetenv(HELPER_VARIABLE);
}

static void of_nobody_nothing_is_told_and_that_is_no_failure(void **state)
{
	struct err err = {0};
	struct stack_job *job = stack_job_start(NULL, 0, 2, &err);

	(void)state;
	assert_non_null(job);
	stack_job_wait(job);
	assert_string_equal(stack_job_result(job)->problem, "");
	assert_true(stack_job_result(job)->complete);
	assert_int_equal(stack_job_result(job)->count, 0);
	stack_job_free(job);
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
	victim_go_on(&victim);
	victim_ends(&victim);
	stack_job_free(job);
}

static struct stack_job *start_thread(pid_t pid, pid_t tid)
{
	const struct stack_target target = {.pid = pid, .tid = tid};
	struct err err = {0};
	struct stack_job *job = stack_job_start(&target, 1, 1, &err);

	assert_non_null(job);
	return job;
}

static struct stack_job *start_one(const struct victim *victim)
{
	return start_thread(victim->pid, victim->pid);
}

static void a_helper_that_is_killed_in_the_middle_lets_go(void **state)
{
	struct victim victim;
	struct stack_job *job;

	(void)state;
	setenv(HELPER_VARIABLE, "stuck", 1);
	victim_start(&victim, wait_in_read);
	victim_says(&victim, 'r');
	job = start_one(&victim);
	victim_await_state(&victim, 't');
	assert_true(victim_tracer(&victim) > 0);
	stack_job_free(job);
	victim_go_on(&victim);
	victim_ends(&victim);
	unsetenv(HELPER_VARIABLE);
}

/* The screen polls, a command waits: neither waits for ever. */
static void a_helper_that_never_ends_is_ended_and_that_is_said(void **state)
{
	struct victim victim;
	struct stack_job *job;

	(void)state;
	setenv(HELPER_VARIABLE, "silent", 1);
	victim_start(&victim, wait_in_read);
	victim_says(&victim, 'r');
	job = start_one(&victim);
	assert_false(stack_job_poll(job));
	assert_null(stack_job_result(job));
	forward_ns = 60000000000;
	stack_job_wait(job);
	assert_non_null(strstr(stack_job_result(job)->problem, "took too long"));
	assert_int_equal(stack_job_result(job)->count, 0);
	stack_job_free(job);
	forward_ns = 0;
	victim_go_on(&victim);
	victim_ends(&victim);
	unsetenv(HELPER_VARIABLE);
}

static void a_helper_that_no_signal_ends_is_not_waited_for(void **state)
{
	struct victim victim;
	struct stack_job *job;

	(void)state;
	setenv(HELPER_VARIABLE, "silent", 1);
	victim_start(&victim, wait_in_read);
	victim_says(&victim, 'r');
	job = start_one(&victim);
	forward_ns = 60000000000;
	spared = -1;
	alarm(120); /* who waits for it does so for ever */
	stack_job_wait(job);
	alarm(0);
	assert_non_null(strstr(stack_job_result(job)->problem, "took too long"));
	stack_job_free(job);
	assert_true(spared > 0);
	assert_int_equal(__real_kill(spared, SIGKILL), 0);
	assert_int_equal(waitpid(spared, NULL, 0), spared);
	spared = 0;
	forward_ns = 0;
	victim_go_on(&victim);
	victim_ends(&victim);
	unsetenv(HELPER_VARIABLE);
}

static void a_tracer_that_is_stuck_itself_is_ended_by_its_helper(void **state)
{
	struct victim victim;
	struct stack_job *job;

	(void)state;
	setenv(HELPER_VARIABLE, "stuck", 1);
	victim_start(&victim, wait_in_read);
	victim_says(&victim, 'r');
	job = take_all(&victim, 1);
	assert_int_equal(stack_job_result(job)->thread[0].outcome, STACK_LATE);
	assert_int_equal(victim_tracer(&victim), 0);
	victim_go_on(&victim);
	victim_ends(&victim);
	stack_job_free(job);
	unsetenv(HELPER_VARIABLE);
}

static void who_was_stopped_by_a_signal_stays_so_and_is_told_all_the_same(void **state)
{
	struct victim victim;
	struct stack_job *job;

	(void)state;
	victim_start(&victim, wait_in_read);
	victim_says(&victim, 'r');
	victim_rests(&victim);
	kill(victim.pid, SIGSTOP);
	victim_await_state(&victim, 'T');
	job = take_all(&victim, 1);
	assert_non_null(frame_of(&stack_job_result(job)->thread[0], "read_here"));
	assert_int_equal(victim_state(&victim), 'T');
	kill(victim.pid, SIGCONT);
	victim_go_on(&victim);
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
	victim_go_on(&victim);
	victim_ends(&victim);
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
	victim_start(&victim, wait_in_read);
	victim_says(&victim, 'r');
	victim_rests(&victim);
	for (int i = 0; i < LOOKERS; i++)
		job[i] = start_one(&victim);
	for (int i = 0; i < LOOKERS; i++) {
		stack_job_wait(job[i]);
		assert_non_null(frame_of(&stack_job_result(job[i])->thread[0], "read_here"));
		stack_job_free(job[i]);
	}
	victim_go_on(&victim);
	victim_ends(&victim);
}

/* ---- refusals ------------------------------------------------------------------------------- */
/* One that may not trace cannot look for leaks in itself, either. */
static void look_for_no_leaks(void)
{
	const char *before = getenv("ASAN_OPTIONS");
	char options[1024];

	snprintf(options, sizeof options, "%s:detect_leaks=0", before != NULL ? before : "");
	setenv("ASAN_OPTIONS", options, 1);
}

/* Who may not look is told why, and nobody is touched. */
static void refuse(const char *how, const char *why)
{
	struct victim victim;
	struct stack_job *job;
	const struct stack_thread *thread;

	look_for_no_leaks();
	setenv(HELPER_VARIABLE, how, 1);
	victim_start(&victim, wait_in_read);
	victim_says(&victim, 'r');
	job = take_all(&victim, 1);
	thread = &stack_job_result(job)->thread[0];
	assert_int_equal(thread->outcome, STACK_DENIED);
	assert_int_equal(thread->nframes, 0);
	if (strstr(thread->reason, "yama") == NULL) /* it comes first where it is strict */
		assert_non_null(strstr(thread->reason, why));
	victim_go_on(&victim);
	victim_ends(&victim);
	stack_job_free(job);
	unsetenv(HELPER_VARIABLE);
}

static int run_another_program(int in, int out)
{
	if (dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0)
		return 98;
	execlp("sh", "sh", "-c", "printf r; read -r word; test \"$word\" = g", (char *)NULL);
	return 97;
}

/* Its number was given to somebody else, whom nobody asked. */
static void who_runs_another_program_is_not_touched(void **state)
{
	struct victim victim;
	struct stack_job *job;
	const struct stack_thread *thread;
	char expected[64];

	(void)state;
	victim_start(&victim, run_another_program);
	victim_says(&victim, 'r');
	job = start_one(&victim);
	stack_job_wait(job);
	assert_int_equal(stack_job_result(job)->count, 1);
	thread = &stack_job_result(job)->thread[0];
	snprintf(expected, sizeof expected, "process %d is not imgtop", (int)victim.pid);
	assert_int_equal(thread->outcome, STACK_DENIED);
	assert_non_null(strstr(thread->reason, expected));
	assert_int_equal(thread->held_ns, 0);
	stack_job_free(job);
	assert_int_equal(write(victim.in, "g\n", 2), 2);
	victim_ends(&victim);
}

static void a_thread_of_another_process_is_not_touched(void **state)
{
	struct victim named, other;
	struct stack_job *job;

	(void)state;
	victim_start(&named, wait_in_read);
	victim_start(&other, wait_in_read);
	victim_says(&other, 'r');
	job = start_thread(named.pid, other.pid);
	stack_job_wait(job);
	assert_int_equal(stack_job_result(job)->thread[0].outcome, STACK_GONE);
	assert_int_equal(stack_job_result(job)->thread[0].held_ns, 0);
	stack_job_free(job);
	victim_go_on(&named);
	victim_go_on(&other);
	victim_ends(&named);
	victim_ends(&other);
}

static void a_filter_of_system_calls_is_named_as_the_reason(void **state)
{
	(void)state;
	refuse("filtered", "--cap-add=SYS_PTRACE");
}

static void a_process_of_another_user_is_named_as_such(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip(); /* only root can become somebody else */
	refuse("stranger", "it belongs to user 0");
}

static void who_is_traced_already_is_left_to_that_tracer(void **state)
{
	struct victim victim;
	struct stack_job *job;
	char expected[64];

	(void)state;
	victim_start(&victim, wait_in_read);
	victim_says(&victim, 'r');
	assert_int_equal(ptrace(PTRACE_SEIZE, victim.pid, NULL, NULL), 0);
	job = take_all(&victim, 1);
	snprintf(expected, sizeof expected, "process %d traces it already", (int)getpid());
	assert_int_equal(stack_job_result(job)->thread[0].outcome, STACK_DENIED);
	assert_non_null(strstr(stack_job_result(job)->thread[0].reason, expected));
	victim_go_on(&victim);
	victim_ends(&victim);
	stack_job_free(job);
}

/* Of these threads only the main ones. */
static struct stack_job *take_main_threads(const struct victim *victims, size_t count)
{
	struct stack_target targets[STACK_THREADS];
	struct err err = {0};
	struct stack_job *job;

	for (size_t i = 0; i < count; i++)
		targets[i] = (struct stack_target){.pid = victims[i].pid, .tid = victims[i].pid};
	job = stack_job_start(targets, count, 1, &err);
	assert_non_null(job);
	stack_job_wait(job);
	assert_int_equal(stack_job_result(job)->count, count);
	return job;
}

static void nobody_stands_still_while_a_tracer_is_waited_for(void **state)
{
	struct victim victims[2];
	struct stack_job *job;

	(void)state;
	setenv(HELPER_VARIABLE, "careful", 1);
	for (int i = 0; i < 2; i++) {
		victim_start(&victims[i], wait_in_read);
		victim_says(&victims[i], 'r');
	}
	assert_int_equal(ptrace(PTRACE_SEIZE, victims[1].pid, NULL, NULL), 0);
	job = take_main_threads(victims, 2);
	assert_int_equal(stack_job_result(job)->thread[0].outcome, STACK_TAKEN);
	assert_int_equal(stack_job_result(job)->thread[1].outcome, STACK_DENIED);
	stack_job_free(job);
	for (int i = 0; i < 2; i++) {
		victim_go_on(&victims[i]);
		victim_ends(&victims[i]);
	}
	unsetenv(HELPER_VARIABLE);
}

/* However many a debugger has: those behind them get their turn. */
static void many_who_are_traced_already_leave_time_for_others(void **state)
{
	enum { VICTIMS = 16 };
	struct victim victims[VICTIMS];
	struct stack_job *job;

	(void)state;
	for (int i = 0; i < VICTIMS; i++) {
		victim_start(&victims[i], wait_in_read);
		victim_says(&victims[i], 'r');
		if (i + 1 < VICTIMS)
			assert_int_equal(ptrace(PTRACE_SEIZE, victims[i].pid, NULL, NULL), 0);
	}
	job = take_main_threads(victims, VICTIMS);
	for (int i = 0; i < VICTIMS; i++)
		assert_int_equal(stack_job_result(job)->thread[i].outcome,
				 i + 1 < VICTIMS ? STACK_DENIED : STACK_TAKEN);
	stack_job_free(job);
	for (int i = 0; i < VICTIMS; i++) {
		victim_go_on(&victims[i]);
		victim_ends(&victims[i]);
	}
}

static void whose_turn_never_came_is_told_so(void **state)
{
	struct victim victim;
	struct stack_job *job;

	(void)state;
	setenv(HELPER_VARIABLE, "hurried", 1);
	victim_start(&victim, wait_in_read);
	victim_says(&victim, 'r');
	job = take_main_threads(&victim, 1);
	assert_int_equal(stack_job_result(job)->thread[0].outcome, STACK_LATE);
	assert_non_null(strstr(stack_job_result(job)->thread[0].reason, "turn did not come"));
	stack_job_free(job);
	victim_go_on(&victim);
	victim_ends(&victim);
	unsetenv(HELPER_VARIABLE);
}

static void refuse_ptrace(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_ptrace, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {.len = sizeof filter / sizeof filter[0], .filter = filter};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
		_exit(98);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_spins_is_found_in_its_function_with_file_and_line),
		cmocka_unit_test(who_waits_in_a_read_is_found_there_and_gets_what_it_waits_for),
		cmocka_unit_test(all_threads_are_told_the_named_one_first),
		cmocka_unit_test(who_has_ended_is_said_to_be_gone),
		cmocka_unit_test(a_stack_at_the_edge_of_its_memory_is_told_all_the_same),
		cmocka_unit_test(of_nobody_nothing_is_told_and_that_is_no_failure),
		cmocka_unit_test(who_cannot_be_stopped_is_let_go_at_the_deadline),
		cmocka_unit_test(a_helper_that_is_killed_in_the_middle_lets_go),
		cmocka_unit_test(a_helper_that_never_ends_is_ended_and_that_is_said),
		cmocka_unit_test(a_helper_that_no_signal_ends_is_not_waited_for),
		cmocka_unit_test(a_tracer_that_is_stuck_itself_is_ended_by_its_helper),
		cmocka_unit_test(who_was_stopped_by_a_signal_stays_so_and_is_told_all_the_same),
		cmocka_unit_test(no_signal_is_lost_and_none_is_added),
		cmocka_unit_test(no_wait_ends_because_somebody_looked),
		cmocka_unit_test(several_who_look_at_once_wait_for_each_other),
		cmocka_unit_test(who_runs_another_program_is_not_touched),
		cmocka_unit_test(a_thread_of_another_process_is_not_touched),
		cmocka_unit_test(a_filter_of_system_calls_is_named_as_the_reason),
		cmocka_unit_test(a_process_of_another_user_is_named_as_such),
		cmocka_unit_test(who_is_traced_already_is_left_to_that_tracer),
		cmocka_unit_test(nobody_stands_still_while_a_tracer_is_waited_for),
		cmocka_unit_test(many_who_are_traced_already_leave_time_for_others),
		cmocka_unit_test(whose_turn_never_came_is_told_so),
	};

	if (argc > 1 && strcmp(argv[1], STACK_HELPER_WORD) == 0) {
		helping = true;
		while (helper_is("silent"))
			pause();
		if (helper_is("filtered"))
			refuse_ptrace();
		if (helper_is("stranger") && setresuid(STRANGER, STRANGER, STRANGER) != 0)
			return 97;
		return stack_helper_main(argc, argv);
	}
#ifndef HAVE_LIBDW
	printf("1..0 # SKIP built without libdw\n");
	return 0;
#endif
	return cmocka_run_group_tests(tests, NULL, NULL);
}
