/*
 * stack_test.c - the stacks of other processes: what is told of those who spin, wait and hold.
 */
#include "config.h"

#include "stack_fixture.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stack/stack_helper.h"
#include "stack_faults.h"

/* ---- children ------------------------------------------------------------------------------- */
static volatile sig_atomic_t told;

static void on_told(int number)
{
	(void)number;
	told = 1;
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

__attribute__((always_inline)) static inline int wait_inlined(int in)
{
	return read_here(in) == 1 ? 0 : 1;
}

/* The call stands in a block of its own, as tables tell it: between the function and what was
 * inlined into it. */
enum { AROUND_FROM = __LINE__ + 2 };
__attribute__((noinline)) static int wait_around(int in, int out)
{
	victim_say(out, 'r');
	for (int i = 0;; i++) {
		int result = wait_inlined(in);

		if (result != 0 || i == 0)
			return result;
	}
}
enum { AROUND_TO = __LINE__ - 1 };

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
	victim_waits(&victim);
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
	victim_goes(&victim);
	stack_job_free(job);
}

static void what_was_inlined_is_a_frame_before_who_it_was_inlined_into(void **state)
{
	const struct stack_frame *inlined, *around;
	struct stack_job *job;
	struct victim victim;

	(void)state;
	if (!has_lines()) /* only they tell */
		skip();
	victim_start(&victim, wait_around);
	victim_says(&victim, 'r');
	victim_rests(&victim);
	job = take_all(&victim, 1);
	inlined = frame_of(&stack_job_result(job)->thread[0], "wait_inlined");
	around = frame_of(&stack_job_result(job)->thread[0], "wait_around");
	assert_non_null(inlined);
	assert_true(inlined->inlined);
	assert_ptr_equal(inlined + 1, around);
	assert_false(around->inlined);
	assert_int_equal(around->pc, inlined->pc);
	assert_true(inlined->line < AROUND_FROM);
	assert_string_equal(around->file, "tests/unit/stack_test.c");
	assert_in_range(around->line, AROUND_FROM, AROUND_TO);
	victim_goes(&victim);
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
	victim_goes(&victim);
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
	victim_goes(&victim);
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
	helper_suffers(HELPER_EDGE);
	victim_waits(&victim);
	victim_rests(&victim);
	job = take_all(&victim, 1);
	assert_non_null(frame_of(&stack_job_result(job)->thread[0], "wait_in_read"));
	victim_goes(&victim);
	stack_job_free(job);
	helper_suffers(HELPER_SOUND);
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

/* Here, where a sanitizer sees what is left behind: a helper ends without a look around. */
static void what_a_helper_says_is_whole_and_it_gives_back_what_it_took(void **state)
{
	FILE *said = tmpfile();
	struct stack_target target;
	struct stack_set *set;
	struct victim victim;
	char text[65536];
	ssize_t length;

	(void)state;
	assert_non_null(said);
	victim_waits(&victim);
	victim_rests(&victim);
	target = (struct stack_target){.pid = victim.pid, .tid = victim.pid};
	assert_int_equal(stack_helper_run(&target, 1, 1, fileno(said)), 0);
	length = pread(fileno(said), text, sizeof text, 0);
	assert_true(length > 0);
	set = stack_set_read(text, (size_t)length);
	assert_true(set->complete);
	assert_int_equal(set->count, 1);
	assert_non_null(frame_of(&set->thread[0], "wait_in_read"));
	stack_set_free(set);
	fclose(said);
	victim_goes(&victim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_spins_is_found_in_its_function_with_file_and_line),
		cmocka_unit_test(who_waits_in_a_read_is_found_there_and_gets_what_it_waits_for),
		cmocka_unit_test(what_was_inlined_is_a_frame_before_who_it_was_inlined_into),
		cmocka_unit_test(all_threads_are_told_the_named_one_first),
		cmocka_unit_test(who_has_ended_is_said_to_be_gone),
		cmocka_unit_test(a_stack_at_the_edge_of_its_memory_is_told_all_the_same),
		cmocka_unit_test(of_nobody_nothing_is_told_and_that_is_no_failure),
		cmocka_unit_test(what_a_helper_says_is_whole_and_it_gives_back_what_it_took),
	};

	skip_without_libdw();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
