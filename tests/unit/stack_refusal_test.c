/*
 * stack_refusal_test.c - whose stacks are not taken: they are not touched, and why is said.
 */
#include "config.h"

#include "stack_fixture.h"

#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <unistd.h>

#include "stack_faults.h"

/* Who may not look is told why, and nobody is touched. */
static void refuse(enum helper_fault fault, const char *why)
{
	struct victim victim;
	struct stack_job *job;
	const struct stack_thread *thread;

	helper_suffers(fault);
	victim_waits(&victim);
	job = take_all(&victim, 1);
	thread = &stack_job_result(job)->thread[0];
	assert_int_equal(thread->outcome, STACK_DENIED);
	assert_int_equal(thread->nframes, 0);
	if (strstr(thread->reason, "yama") == NULL) /* it comes first where it is strict */
		assert_non_null(strstr(thread->reason, why));
	victim_goes(&victim);
	stack_job_free(job);
	helper_suffers(HELPER_SOUND);
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
	victim_waits(&other);
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
	refuse(HELPER_FILTERED, "--cap-add=SYS_PTRACE");
}

static void a_process_of_another_user_is_named_as_such(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip(); /* only root can become somebody else */
	refuse(HELPER_STRANGER, "it belongs to user 0");
}

static void who_is_traced_already_is_left_to_that_tracer(void **state)
{
	struct victim victim;
	struct stack_job *job;
	char expected[64];

	(void)state;
	victim_waits(&victim);
	assert_int_equal(ptrace(PTRACE_SEIZE, victim.pid, NULL, NULL), 0);
	job = take_all(&victim, 1);
	snprintf(expected, sizeof expected, "process %d traces it already", (int)getpid());
	assert_int_equal(stack_job_result(job)->thread[0].outcome, STACK_DENIED);
	assert_non_null(strstr(stack_job_result(job)->thread[0].reason, expected));
	victim_goes(&victim);
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
	helper_suffers(HELPER_CAREFUL);
	for (int i = 0; i < 2; i++) {
		victim_waits(&victims[i]);
	}
	assert_int_equal(ptrace(PTRACE_SEIZE, victims[1].pid, NULL, NULL), 0);
	job = take_main_threads(victims, 2);
	assert_int_equal(stack_job_result(job)->thread[0].outcome, STACK_TAKEN);
	assert_int_equal(stack_job_result(job)->thread[1].outcome, STACK_DENIED);
	stack_job_free(job);
	for (int i = 0; i < 2; i++) {
		victim_goes(&victims[i]);
	}
	helper_suffers(HELPER_SOUND);
}

/* However many a debugger has: those behind them get their turn. */
static void many_who_are_traced_already_leave_time_for_others(void **state)
{
	enum { VICTIMS = 16 };
	struct victim victims[VICTIMS];
	struct stack_job *job;

	(void)state;
	for (int i = 0; i < VICTIMS; i++) {
		victim_waits(&victims[i]);
		if (i + 1 < VICTIMS)
			assert_int_equal(ptrace(PTRACE_SEIZE, victims[i].pid, NULL, NULL), 0);
	}
	job = take_main_threads(victims, VICTIMS);
	for (int i = 0; i < VICTIMS; i++)
		assert_int_equal(stack_job_result(job)->thread[i].outcome,
				 i + 1 < VICTIMS ? STACK_DENIED : STACK_TAKEN);
	stack_job_free(job);
	for (int i = 0; i < VICTIMS; i++) {
		victim_goes(&victims[i]);
	}
}

static void whose_turn_never_came_is_told_so(void **state)
{
	struct victim victim;
	struct stack_job *job;

	(void)state;
	helper_suffers(HELPER_HURRIED);
	victim_waits(&victim);
	job = take_main_threads(&victim, 1);
	assert_int_equal(stack_job_result(job)->thread[0].outcome, STACK_LATE);
	assert_non_null(strstr(stack_job_result(job)->thread[0].reason, "turn did not come"));
	stack_job_free(job);
	victim_goes(&victim);
	helper_suffers(HELPER_SOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_runs_another_program_is_not_touched),
		cmocka_unit_test(a_thread_of_another_process_is_not_touched),
		cmocka_unit_test(a_filter_of_system_calls_is_named_as_the_reason),
		cmocka_unit_test(a_process_of_another_user_is_named_as_such),
		cmocka_unit_test(who_is_traced_already_is_left_to_that_tracer),
		cmocka_unit_test(nobody_stands_still_while_a_tracer_is_waited_for),
		cmocka_unit_test(many_who_are_traced_already_leave_time_for_others),
		cmocka_unit_test(whose_turn_never_came_is_told_so),
	};

	skip_without_libdw();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
