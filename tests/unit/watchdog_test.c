/*
 * watchdog_test.c - the files that a watchdog owes: until when, and what is said of those that do
 * not come. Its writers are children of the test that write nothing.
 */
#include "config.h"

#include "tests/unit/flow_fixture.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "engine/watchdog.h"
#include "view/diagnosis.h"

enum { MOST_WRITERS = 8, LINES = 32 };

static const uint64_t SECOND_NS = CLOCK_SECOND_NS;

/* What the watchdog meets: no processes left, and a run that hangs. */
static bool no_process_left, hung;
static unsigned asked;
static pid_t writer[MOST_WRITERS];
static unsigned writers;

pid_t __real_fork(void);
pid_t __wrap_fork(void);

/* A writer that writes until it is told to end. */
pid_t __wrap_fork(void)
{
	pid_t pid;

	asked++;
	if (no_process_left || writers == MOST_WRITERS) {
		errno = EAGAIN;
		return -1;
	}
	pid = __real_fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	writer[writers++] = pid;
	return pid;
}

const struct diagnosis_run *__wrap_diagnosis_run(const struct diagnosis *diagnosis);

const struct diagnosis_run *__wrap_diagnosis_run(const struct diagnosis *diagnosis)
{
	static struct diagnosis_run run;

	(void)diagnosis;
	run = (struct diagnosis_run){.hung = hung};
	snprintf(run.sentence, sizeof run.sentence, "HUNG: so it is");
	return &run;
}

static int set_up(void **state)
{
	static const unsigned capacities[] = {4};
	struct flow *flow = flow_new(1, capacities, 2);

	no_process_left = hung = false;
	asked = writers = 0;
	flow->plan.report = true;
	flow->plan.report_dir = "report";
	flow->plan.hang_after_s = 1;
	flow->sup->unwatched = true;
	flow->sup->watchdog = watchdog_new();
	*state = flow;
	return 0;
}

static int tear_down(void **state)
{
	struct flow *flow = *state;

	watchdog_free(flow->sup->watchdog);
	flow_free(flow);
	return 0;
}

/* How many lines of the log have this in them. */
static unsigned told(const struct flow *flow, const char *what)
{
	struct page_log_line line[LINES];
	uint64_t next = 0;
	unsigned count = 0;
	size_t lines = page_read_log(flow->page, &next, line, LINES, NULL);

	for (size_t i = 0; i < lines; i++)
		count += strstr(line[i].text, what) != NULL;
	return count;
}

/* The writer's end can be seen when this is over. */
static void end_writer(unsigned index)
{
	siginfo_t info;

	assert_int_equal(kill(writer[index], SIGKILL), 0);
	assert_int_equal(waitid(P_PID, (id_t)writer[index], &info, WEXITED | WNOWAIT), 0);
}

static void files_stay_owed_until_a_process_can_be_started(void **state)
{
	struct flow *flow = *state;
	uint64_t now_ns = clock_ns();

	no_process_left = true;
	watchdog_dump(flow->sup);
	watchdog_turn(flow->sup, now_ns += SECOND_NS);
	watchdog_turn(flow->sup, now_ns += SECOND_NS);
	assert_int_equal(asked, 3);
	assert_int_equal(told(flow, "no process could be started"), 1);
	no_process_left = false;
	watchdog_turn(flow->sup, now_ns += SECOND_NS);
	watchdog_turn(flow->sup, now_ns += SECOND_NS);
	assert_int_equal(asked, 4);
	assert_int_equal(writers, 1);
}

static void the_end_of_a_hang_waits_for_its_files_and_not_for_ever(void **state)
{
	struct flow *flow = *state;
	uint64_t begun_ns = clock_ns();

	watchdog_dump(flow->sup);
	hung = true;
	watchdog_turn(flow->sup, begun_ns + SECOND_NS);
	assert_int_equal(writers, 1); /* that of the dump */
	end_writer(0);
	watchdog_turn(flow->sup, begun_ns + 9 * SECOND_NS);
	assert_int_equal(writers, 2);
	watchdog_turn(flow->sup, begun_ns + 18 * SECOND_NS);
	assert_false(flow->sup->stopping);
	watchdog_turn(flow->sup, begun_ns + 20 * SECOND_NS);
	assert_true(flow->sup->stopping);
	assert_int_equal(flow->sup->exit_code, 3);
}

static void a_hang_ends_where_no_process_can_be_started_at_all(void **state)
{
	struct flow *flow = *state;
	uint64_t begun_ns = clock_ns();

	no_process_left = hung = true;
	watchdog_turn(flow->sup, begun_ns + SECOND_NS);
	assert_false(flow->sup->stopping);
	assert_int_equal(told(flow, "what is known is in"), 0);
	watchdog_turn(flow->sup, begun_ns + 12 * SECOND_NS);
	assert_true(flow->sup->stopping);
}

static void what_the_end_of_a_run_leaves_unwritten_is_said(void **state)
{
	struct flow *flow = *state;

	watchdog_end(flow->sup);
	assert_int_equal(told(flow, "the run ends before"), 0);
	watchdog_dump(flow->sup);
	watchdog_end(flow->sup);
	assert_int_equal(told(flow, "the run ends before"), 1);
	end_writer(0);
	watchdog_end(flow->sup);
	assert_int_equal(told(flow, "the run ends before"), 1);
	no_process_left = true;
	watchdog_dump(flow->sup);
	watchdog_end(flow->sup);
	assert_int_equal(told(flow, "the run ends before"), 2);
}

static void a_pause_is_not_told_to_be_the_end_of_a_hang(void **state)
{
	struct flow *flow = *state;
	uint64_t now_ns = clock_ns();

	flow->plan.report = false;
	flow->plan.hang_after_s = 0;
	hung = true;
	watchdog_turn(flow->sup, now_ns += SECOND_NS);
	assert_int_equal(told(flow, "HUNG: so it is"), 1);
	flow->sup->paused = true;
	hung = false;
	watchdog_turn(flow->sup, now_ns += SECOND_NS);
	flow->sup->paused = false;
	hung = true;
	watchdog_turn(flow->sup, now_ns += SECOND_NS);
	assert_int_equal(told(flow, "the run goes on again"), 0);
	assert_int_equal(told(flow, "HUNG: so it is"), 1);
	hung = false;
	watchdog_turn(flow->sup, now_ns + SECOND_NS);
	assert_int_equal(told(flow, "the run goes on again"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(files_stay_owed_until_a_process_can_be_started,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			the_end_of_a_hang_waits_for_its_files_and_not_for_ever, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_hang_ends_where_no_process_can_be_started_at_all,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_pause_is_not_told_to_be_the_end_of_a_hang, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(what_the_end_of_a_run_leaves_unwritten_is_said,
						set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
