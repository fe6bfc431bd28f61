/*
 * finding_test.c - one worker, judged from samples that are made up here.
 */
#include "config.h"

#include "hang_fixture.h"

#include <stdio.h>
#include <string.h>

#include "view/finding.h"

/* A worker that has been in a stage for age_s, of which 95 % take 100 ms. */
struct person {
	struct page_worker_live live;
	struct finding_input input;
};

static void begin(struct person *person, uint64_t age_s)
{
	memset(person, 0, sizeof *person);
	person->live.started_ns = SECOND;
	person->live.state = WORKER_RUN;
	person->live.stage = PREPARE;
	person->live.job = 7;
	person->live.state_since_ns = person->live.stage_since_ns = (1000 - age_s) * SECOND;
	person->input.live = &person->live;
	person->input.now_ns = 1000 * SECOND;
	person->input.host_age_ns = 999 * SECOND;
	person->input.usual =
		(struct finding_usual){.entries = 100, .p95_ns = SECOND / 10, .max_ns = SECOND / 5};
}

/* Between two looks, ten seconds apart, the thread ran, was ready, read and wrote so much. */
static void kernel_said(struct person *person, char letter, uint64_t cpu_ms, uint64_t ready_ms,
			uint64_t bytes)
{
	person->input.first = (struct kernel_sample){
		.at_ns = 990 * SECOND, .seen = true, .close = true, .state = letter, .cpu_ns = 5};
	person->input.last = person->input.first;
	person->input.last.at_ns = 1000 * SECOND;
	person->input.last.cpu_ns += cpu_ms * CLOCK_MS_NS;
	person->input.last.runqueue_ns = ready_ms * CLOCK_MS_NS;
	person->input.last.bytes = bytes;
}

static struct finding_result result_of(const struct person *person)
{
	struct finding_result result;

	finding_classify(&person->input, "prepare", &result);
	return result;
}

static void is_found(const struct person *person, enum finding expected)
{
	struct finding_result result = result_of(person);

	if (result.finding != expected)
		fail_msg("%s instead of %s: %s", finding_info(result.finding)->word,
			 finding_info(expected)->word, result.evidence);
	assert_true(result.evidence[0] != '\0');
}

static void waiting_in_any_way_for_an_hour_is_no_alarm(void **state)
{
	static const struct {
		enum worker_state state;
		enum finding finding;
	} waits_of[] = {
		{WORKER_GET, FINDING_STARVED},	 {WORKER_PUT, FINDING_BACKPRESSURE},
		{WORKER_LOCK, FINDING_LOCK},	 {WORKER_JOIN, FINDING_JOIN},
		{WORKER_DELAY, FINDING_DELAY},	 {WORKER_RESOURCE, FINDING_MEMORY},
		{WORKER_PAUSED, FINDING_PAUSED},
	};
	struct person person;

	(void)state;
	begin(&person, 999);
	person.input.quiet_ns = 900 * SECOND;
	kernel_said(&person, 'S', 0, 0, 0);
	for (size_t i = 0; i < sizeof waits_of / sizeof waits_of[0]; i++) {
		person.live.state = waits_of[i].state;
		is_found(&person, waits_of[i].finding);
		assert_false(finding_info(waits_of[i].finding)->alarm);
	}
}

static void a_stage_within_its_distribution_is_work(void **state)
{
	struct person person;

	(void)state;
	begin(&person, 4);
	person.input.quiet_ns = 4 * SECOND;
	kernel_said(&person, 'S', 0, 0, 0);
	is_found(&person, FINDING_WORKING);
}

static void the_limit_follows_the_distribution_or_the_user(void **state)
{
	struct finding_usual usual = {.entries = 100, .p95_ns = SECOND, .max_ns = 2 * SECOND};

	(void)state;
	assert_int_equal(finding_limit_ns(&usual, 0), 8 * SECOND);
	usual.max_ns = 7 * SECOND;
	assert_int_equal(finding_limit_ns(&usual, 0), 14 * SECOND);
	assert_int_equal(finding_limit_ns(&usual, 3 * SECOND), 3 * SECOND);
	usual = (struct finding_usual){.entries = 100, .p95_ns = SECOND / 100};
	assert_int_equal(finding_limit_ns(&usual, 0), 5 * SECOND);
	usual.entries = FINDING_ENTRIES - 1;
	assert_int_equal(finding_limit_ns(&usual, 0), 30 * SECOND);
}

static void a_stage_that_does_nothing_while_nothing_else_moves_is_hung(void **state)
{
	struct finding_result result;
	struct person person;

	(void)state;
	begin(&person, 12);
	person.input.quiet_ns = 11 * SECOND;
	kernel_said(&person, 'S', 0, 0, 0);
	strcpy(person.input.last.call, "read of /in/fifo");
	strcpy(person.input.last.wchan, "pipe_read");
	is_found(&person, FINDING_HUNG);
	result = result_of(&person);
	assert_string_equal(
		result.evidence,
		"prepare for 12.0s, limit 5.0s (p95 100ms); S, no CPU, no bytes, in read "
		"of /in/fifo (pipe_read); nothing else moves");
}

static void who_is_only_woken_does_not_move(void **state)
{
	struct person person;

	(void)state;
	begin(&person, 12);
	person.input.quiet_ns = 11 * SECOND;
	kernel_said(&person, 'S', 2, 1200, 0);
	is_found(&person, FINDING_HUNG);
	kernel_said(&person, 'S', 200, 1200, 0);
	is_found(&person, FINDING_SLOW);
}

static void one_look_is_too_little_to_say_that_a_thread_does_nothing(void **state)
{
	struct person person;

	(void)state;
	begin(&person, 12);
	person.input.quiet_ns = 11 * SECOND;
	kernel_said(&person, 'S', 0, 0, 0);
	person.input.first.at_ns = person.input.last.at_ns;
	is_found(&person, FINDING_SLOW);
	kernel_said(&person, 'R', 0, 0, 0);
	is_found(&person, FINDING_SLOW);
}

static void while_others_go_on_it_is_slow_for_ten_times_as_long(void **state)
{
	struct person person;

	(void)state;
	begin(&person, 12);
	kernel_said(&person, 'S', 0, 0, 0);
	is_found(&person, FINDING_SLOW);
	begin(&person, 50);
	kernel_said(&person, 'S', 0, 0, 0);
	is_found(&person, FINDING_HUNG);
}

static void the_users_threshold_overrides_the_distribution(void **state)
{
	struct person person;

	(void)state;
	begin(&person, 12);
	kernel_said(&person, 'S', 0, 0, 0);
	person.input.quiet_ns = 12 * SECOND;
	person.input.hang_after_ns = 20 * SECOND;
	is_found(&person, FINDING_WORKING);
	person.input.hang_after_ns = 2 * SECOND;
	is_found(&person, FINDING_HUNG);
}

static void using_a_core_for_long_is_spinning_only_when_nothing_else_moves(void **state)
{
	struct person person;

	(void)state;
	begin(&person, 30);
	kernel_said(&person, 'R', 9900, 50, 0);
	person.input.first.at_ns -= 15 * SECOND;
	person.input.last.cpu_ns += 15 * SECOND;
	is_found(&person, FINDING_SLOW);
	person.input.quiet_ns = 25 * SECOND;
	is_found(&person, FINDING_SPINNING);
	assert_true(finding_info(FINDING_SPINNING)->letter == 'S');
}

static void a_long_item_that_computes_is_slow_but_fine(void **state)
{
	struct person person;

	(void)state;
	begin(&person, 12);
	person.input.quiet_ns = 12 * SECOND;
	kernel_said(&person, 'R', 9900, 50, 0);
	is_found(&person, FINDING_SLOW);
	assert_false(finding_info(FINDING_SLOW)->alarm);
}

static void a_slow_disk_that_gives_bytes_is_slow_but_fine(void **state)
{
	struct person person;

	(void)state;
	begin(&person, 40);
	person.live.state = WORKER_IO;
	person.input.quiet_ns = 40 * SECOND;
	kernel_said(&person, 'D', 10, 0, 4096);
	is_found(&person, FINDING_SLOW);
}

static void a_worker_that_gets_no_core_is_starved_of_cpu_not_hung(void **state)
{
	struct person person;

	(void)state;
	begin(&person, 12);
	person.input.quiet_ns = 12 * SECOND;
	kernel_said(&person, 'R', 300, 9000, 0);
	is_found(&person, FINDING_CPU_STARVED);
	begin(&person, 3);
	kernel_said(&person, 'R', 300, 9000, 0);
	is_found(&person, FINDING_CPU_STARVED);
}

static void sleeping_on_a_disk_is_named_at_once(void **state)
{
	struct person person;

	(void)state;
	begin(&person, 1);
	person.live.state = WORKER_IO;
	kernel_said(&person, 'D', 0, 0, 0);
	is_found(&person, FINDING_DISK);
	assert_int_equal(finding_info(FINDING_DISK)->letter, 'D');
}

static void a_stopped_one_is_stopped_whatever_it_publishes(void **state)
{
	struct person person;

	(void)state;
	begin(&person, 1);
	kernel_said(&person, 'T', 0, 0, 0);
	is_found(&person, FINDING_STOPPED);
	person.live.state = WORKER_GET;
	is_found(&person, FINDING_STOPPED);
	person.live = (struct page_worker_live){.state = WORKER_NEVER_STARTED, .stage = PAGE_NONE};
	person.input.host_age_ns = 7 * SECOND;
	is_found(&person, FINDING_STOPPED);
	assert_non_null(strstr(result_of(&person).evidence, "in state never for 7.0s"));
	person.live.state = WORKER_FINISHED;
	strcpy(person.live.ended, "finished");
	is_found(&person, FINDING_ENDED);
}

static void one_that_is_traced_for_a_moment_is_not_stopped(void **state)
{
	struct person person;

	(void)state;
	begin(&person, 1);
	kernel_said(&person, 't', 0, 0, 0);
	person.input.traced_looks = 1;
	is_found(&person, FINDING_WORKING);
	person.input.traced_looks = 2;
	is_found(&person, FINDING_STOPPED);
}

static void a_disk_that_takes_long_is_waited_for_longer(void **state)
{
	struct person person;

	(void)state;
	begin(&person, 12);
	person.live.state = WORKER_IO;
	person.input.quiet_ns = 12 * SECOND;
	kernel_said(&person, 'D', 0, 0, 0);
	is_found(&person, FINDING_DISK);
	begin(&person, 60);
	person.input.quiet_ns = 60 * SECOND;
	kernel_said(&person, 'D', 0, 0, 0);
	is_found(&person, FINDING_HUNG);
	begin(&person, 12);
	person.input.quiet_ns = 12 * SECOND;
	person.input.hang_after_ns = 10 * SECOND;
	kernel_said(&person, 'D', 0, 0, 0);
	is_found(&person, FINDING_HUNG);
}

static void without_the_kernel_a_hang_is_partial_knowledge(void **state)
{
	struct finding_result result;
	struct person person;

	(void)state;
	begin(&person, 12);
	person.input.quiet_ns = 12 * SECOND;
	is_found(&person, FINDING_HUNG);
	result = result_of(&person);
	assert_non_null(strstr(result.evidence, "partial"));
}

static void an_exit_in_mid_item_is_silent_and_a_signal_is_a_death(void **state)
{
	struct finding_result result;
	struct person person;

	(void)state;
	begin(&person, 1);
	person.live.state = WORKER_DEAD;
	strcpy(person.live.ended, "exited with 0");
	is_found(&person, FINDING_EXITED);
	result = result_of(&person);
	assert_string_equal(result.evidence, "exited with 0, with an item in hand");
	strcpy(person.live.ended, "killed by SIGSEGV");
	is_found(&person, FINDING_DEAD);
}

static void a_process_without_its_worker_has_never_started(void **state)
{
	struct person person;

	(void)state;
	begin(&person, 1);
	person.live = (struct page_worker_live){.state = WORKER_NEVER_STARTED, .stage = PAGE_NONE};
	person.input.host_age_ns = 9 * SECOND;
	kernel_said(&person, 'S', 0, 0, 0);
	is_found(&person, FINDING_STARTING);
	person.input.host_age_ns = 11 * SECOND;
	is_found(&person, FINDING_NEVER_STARTED);
	kernel_said(&person, 'R', 3000, 6000, 0);
	is_found(&person, FINDING_STARTING); /* it is getting there */
	kernel_said(&person, 'R', 41000, 1000, 0);
	is_found(&person, FINDING_NEVER_STARTED); /* it is not */
	person.input.hang_after_ns = 20 * SECOND;
	kernel_said(&person, 'R', 19000, 1000, 0);
	is_found(&person, FINDING_STARTING);
	kernel_said(&person, 'R', 20000, 1000, 0);
	is_found(&person, FINDING_NEVER_STARTED);
	person.input.host_age_ns = 0;
	is_found(&person, FINDING_STARTING);
}

static void a_thread_that_vanished_is_dead(void **state)
{
	struct person person;

	(void)state;
	begin(&person, 1);
	kernel_said(&person, 'S', 0, 0, 0);
	person.input.last = (struct kernel_sample){.at_ns = 1000 * SECOND, .gone = true};
	is_found(&person, FINDING_DEAD);
}

static void pause_and_deadlock_come_before_the_state(void **state)
{
	struct person person;

	(void)state;
	begin(&person, 100);
	person.live.state = WORKER_LOCK;
	person.input.quiet_ns = 100 * SECOND;
	person.input.deadlocked = true;
	is_found(&person, FINDING_DEADLOCK);
	person.input.run_paused = true;
	is_found(&person, FINDING_PAUSED);
}

static void who_has_not_come_to_a_border_works_on_in_a_pause(void **state)
{
	struct person person;

	(void)state;
	begin(&person, 1);
	person.input.run_paused = true;
	is_found(&person, FINDING_WORKING);
	begin(&person, 100);
	kernel_said(&person, 'S', 0, 0, 0);
	person.input.quiet_ns = 100 * SECOND;
	person.input.run_paused = true;
	is_found(&person, FINDING_SLOW);
	assert_non_null(strstr(result_of(&person).evidence, "partial: the run is paused"));
	person.live.state = WORKER_PAUSED;
	is_found(&person, FINDING_PAUSED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(waiting_in_any_way_for_an_hour_is_no_alarm),
		cmocka_unit_test(a_stage_within_its_distribution_is_work),
		cmocka_unit_test(the_limit_follows_the_distribution_or_the_user),
		cmocka_unit_test(a_stage_that_does_nothing_while_nothing_else_moves_is_hung),
		cmocka_unit_test(who_is_only_woken_does_not_move),
		cmocka_unit_test(one_look_is_too_little_to_say_that_a_thread_does_nothing),
		cmocka_unit_test(while_others_go_on_it_is_slow_for_ten_times_as_long),
		cmocka_unit_test(the_users_threshold_overrides_the_distribution),
		cmocka_unit_test(using_a_core_for_long_is_spinning_only_when_nothing_else_moves),
		cmocka_unit_test(a_long_item_that_computes_is_slow_but_fine),
		cmocka_unit_test(a_slow_disk_that_gives_bytes_is_slow_but_fine),
		cmocka_unit_test(a_worker_that_gets_no_core_is_starved_of_cpu_not_hung),
		cmocka_unit_test(sleeping_on_a_disk_is_named_at_once),
		cmocka_unit_test(a_stopped_one_is_stopped_whatever_it_publishes),
		cmocka_unit_test(one_that_is_traced_for_a_moment_is_not_stopped),
		cmocka_unit_test(a_disk_that_takes_long_is_waited_for_longer),
		cmocka_unit_test(without_the_kernel_a_hang_is_partial_knowledge),
		cmocka_unit_test(an_exit_in_mid_item_is_silent_and_a_signal_is_a_death),
		cmocka_unit_test(a_process_without_its_worker_has_never_started),
		cmocka_unit_test(a_thread_that_vanished_is_dead),
		cmocka_unit_test(pause_and_deadlock_come_before_the_state),
		cmocka_unit_test(who_has_not_come_to_a_border_works_on_in_a_pause),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
