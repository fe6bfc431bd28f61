/*
 * services_advice_test.c - the recommendation of the setup screen: measuring it, taking it, and
 * that what is taken can be run.
 */
#include "config.h"

#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "services_fixture.h"

/* ---- the program that is started is this one, see main --------------------------------------- */

static const char said_before_plan[] =
	"{\"schema\":1,\"items\":36,\"sample\":{\"items\":20},\"note\":null,"
	"\"rules\":[{\"rule\":\"thinking-work\",\"says\":\"thinking work\",\"why\":\"much "
	"computing\"}],";

/* What is advised, by the delay that is asked for. */
static const struct {
	const char *delay;
	const char *plan;
	unsigned queue;
} plans[] = {
	{"", "hybrid:2+3", 6},
	{"read=1", "threads:4", 8},
	{"read=2", "sequential", 0},
	{"read=3", "processes:3", 0},
	{"read=4", "read:1t | decode-write:2p", 4},
};
enum { PLANS = sizeof plans / sizeof plans[0] };

/* The delay of one that ignores that it is to end. */
static const char stubborn[] = "read=9";

static _Noreturn void be_stubborn(void)
{
	signal(SIGTERM, SIG_IGN);
	printf("x");
	fflush(stdout);
	for (;;)
		pause();
}

/* "imgtop" "advise" "images" "photos" ... */
static int be_measured(int argc, char **argv)
{
	bool refuses = argc > 3 && strcmp(argv[3], "photos") != 0;
	const char *delay = "";
	size_t plan = 0;

	for (int i = 4; i < argc; i++) {
		refuses = refuses || strcmp(argv[i], "--strategy") == 0;
		if (strcmp(argv[i - 1], "--delay") == 0)
			delay = argv[i];
	}
	if (strcmp(delay, stubborn) == 0)
		be_stubborn();
	while (plan + 1 < PLANS && strcmp(plans[plan].delay, delay) != 0)
		plan++;
	if (refuses)
		fprintf(stderr, "imgtop: refused\n");
	else
		printf("%s\"plan\":\"%s\",\"queue\":%u,\"expected_s\":0.5,\"sequential_s\":1}\n",
		       said_before_plan, plans[plan].plan, plans[plan].queue);
	return refuses ? 2 : 0;
}

static void await_measured(const struct form *form)
{
	struct pollfd polled = {.fd = form->ui->measure_fd(form->ui->context), .events = POLLIN};

	assert_true(polled.fd >= 0);
	while (!form->ui->measured(form->ui->context))
		assert_int_equal(poll(&polled, 1, 60000), 1);
	assert_int_equal(form->ui->measure_fd(form->ui->context), -1);
}

static void expect_recommendation(const struct form *form, bool measured, const char *text)
{
	struct ui_preview preview;

	form->ui->preview(form->ui->context, &preview);
	assert_int_equal(preview.measured, measured);
	if (strstr(preview.recommendation, text) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", preview.recommendation, text);
}

static void a_measurement_holds_for_the_values_it_was_made_of(void **state)
{
	struct form *form = *state;
	struct err err = {0};

	assert_int_equal(form->ui->measure(form->ui->context, &err), -1);
	assert_string_equal(err.text, "there is nothing to measure yet: give an input");
	form_put(form, "input", "photos");
	form_put(form, "strategy", "sequential");
	assert_int_equal(form->ui->measure(form->ui->context, &err), 0);
	expect_recommendation(form, true, "measuring a sample...");
	await_measured(form);
	expect_recommendation(form, true,
			      "hybrid:2+3, queues of 6: much computing. Rule: thinking");
	expect_recommendation(form, true,
			      "Measured: 20 of 36 images; about 500 ms, one worker 1.00 s");
	form_put(form, "strategy", "threads"); /* is no part of what was measured */
	expect_recommendation(form, true, "hybrid:2+3");
	form_put(form, "max", "100");
	expect_recommendation(form, false, ": ");
	form_put(form, "max", "1920x1920");
	expect_recommendation(form, true, "hybrid:2+3");
}

static void what_cannot_be_measured_says_why(void **state)
{
	struct form *form = *state;
	struct err err = {0};

	form_put(form, "input", "elsewhere");
	assert_int_equal(form->ui->measure(form->ui->context, &err), 0);
	await_measured(form);
	expect_recommendation(form, true, "imgtop: refused");
}

static void advice_is_taken_into_the_fields(void **state)
{
	struct form *form = *state;
	struct err err = {0};

	form_put(form, "input", "photos");
	form_put(form, "delay", "read=100");
	assert_int_equal(form->ui->take_advice(form->ui->context, &err), 0);
	form_value_is(form, "strategy", "threads"); /* by the rules */
	form_put(form, "delay", "");
	assert_int_equal(form->ui->measure(form->ui->context, &err), 0);
	await_measured(form);
	assert_int_equal(form->ui->take_advice(form->ui->context, &err), 0);
	form_value_is(form, "strategy", "hybrid");
	form_value_is(form, "io", "2");
	form_value_is(form, "cpu", "3");
	form_value_is(form, "queue", "6");
	expect_recommendation(form, true, "hybrid:2+3"); /* it still holds */
}

static void take_measured_advice(const struct form *form, size_t plan)
{
	struct err err = {0};

	form_put(form, "delay", plans[plan].delay);
	assert_int_equal(form->ui->measure(form->ui->context, &err), 0);
	await_measured(form);
	assert_int_equal(form->ui->take_advice(form->ui->context, &err), 0);
}

static void expect_no_problem(const struct form *form, const char *what)
{
	struct ui_preview preview;

	form->ui->preview(form->ui->context, &preview);
	if (preview.problem[0] != '\0')
		fail_msg("%s: %s", what, preview.problem);
}

static void whatever_was_taken_before_advice_leaves_a_run_that_can_start(void **state)
{
	struct form *form = *state;

	form_put(form, "input", "photos");
	for (size_t first = 0; first < PLANS; first++) {
		for (size_t second = 0; second < PLANS; second++) {
			char queue[16] = "";

			take_measured_advice(form, first);
			take_measured_advice(form, second);
			expect_no_problem(form, plans[second].plan);
			if (plans[second].queue > 0)
				snprintf(queue, sizeof queue, "%u", plans[second].queue);
			form_value_is(form, "queue", queue); /* not the one before */
		}
	}
}

static void counts_that_no_longer_apply_are_in_nobodys_way(void **state)
{
	struct form *form = *state;
	struct ui_run run = {0};
	struct err err = {0};

	form_put(form, "input", "photos");
	form_put(form, "workers", "8");
	form_put(form, "strategy", "sequential");
	expect_no_problem(form, "sequential");
	form_put(form, "layout", "read-write:2t");
	expect_no_problem(form, "a layout");
	form_put(form, "strategy", "hybrid");
	form_put(form, "io", "4");
	form_put(form, "cpu", "2");
	expect_no_problem(form, "hybrid");
	form_put(form, "strategy", "threads");
	expect_no_problem(form, "threads");
	form_value_is(form, "workers", "8");
	form_put(form, "strategy", "sequential");
	form_put(form, "input", "missing");
	/* The one thing that is wrong is what the start is refused for. */
	assert_int_equal(form->ui->start(form->ui->context, &run, &err), -1);
	assert_non_null(strstr(err.text, "missing"));
}

/* ---- ending a measurement -------------------------------------------------------------------- */

static int told[2];
static bool signal_behind_the_fork;

static void tell(int signal)
{
	char byte = (char)signal;

	(void)!write(told[1], &byte, 1);
}

/* In the child, before the fork has returned there. */
static void be_forked(void)
{
	if (signal_behind_the_fork)
		raise(SIGTERM);
}

static void a_signal_for_the_measurement_alone_does_not_reach_the_screen(void **state)
{
	struct form *form = *state;
	struct sigaction action = {.sa_handler = tell}, before;
	struct pollfd polled = {.events = POLLIN};
	struct err err = {0};

	assert_int_equal(pipe(told), 0);
	assert_int_equal(pthread_atfork(NULL, NULL, be_forked), 0);
	sigemptyset(&action.sa_mask);
	sigaction(SIGTERM, &action, &before);
	form_put(form, "input", "photos");
	signal_behind_the_fork = true;
	assert_int_equal(form->ui->measure(form->ui->context, &err), 0);
	signal_behind_the_fork = false;
	await_measured(form);
	polled.fd = told[0];
	assert_int_equal(poll(&polled, 1, 0), 0);
	expect_recommendation(form, true, ""); /* it has ended without a word */
	/* The screen itself hears of its own as before. */
	raise(SIGTERM);
	assert_int_equal(poll(&polled, 1, 0), 1);
	sigaction(SIGTERM, &before, NULL);
	close(told[0]);
	close(told[1]);
}

static void a_measurement_that_will_not_end_is_not_waited_for(void **state)
{
	struct form *form = *state;
	struct pollfd polled = {.events = POLLIN};
	struct err err = {0};

	form_put(form, "input", "photos");
	form_put(form, "delay", stubborn);
	assert_int_equal(form->ui->measure(form->ui->context, &err), 0);
	polled.fd = form->ui->measure_fd(form->ui->context);
	assert_int_equal(poll(&polled, 1, 60000), 1); /* it ignores the signal by now */
	alarm(60);				      /* where it would be waited for, for ever */
	take_measured_advice(form, 0);
	alarm(0);
}

static void a_measurement_under_way_ends_with_the_form(void **state)
{
	struct form *form = *state;
	struct err err = {0};

	form_put(form, "input", "photos");
	assert_int_equal(form->ui->measure(form->ui->context, &err), 0);
	assert_int_equal(form->ui->measure(form->ui->context, &err), 0); /* a new one instead */
	assert_true(form->ui->measure_fd(form->ui->context) >= 0);
	/* teardown releases it */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, form_setup, form_teardown)

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "advise") == 0)
		return be_measured(argc, argv);
	const struct CMUnitTest tests[] = {
		TEST(a_measurement_holds_for_the_values_it_was_made_of),
		TEST(what_cannot_be_measured_says_why),
		TEST(advice_is_taken_into_the_fields),
		TEST(whatever_was_taken_before_advice_leaves_a_run_that_can_start),
		TEST(counts_that_no_longer_apply_are_in_nobodys_way),
		TEST(a_signal_for_the_measurement_alone_does_not_reach_the_screen),
		TEST(a_measurement_that_will_not_end_is_not_waited_for),
		TEST(a_measurement_under_way_ends_with_the_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
