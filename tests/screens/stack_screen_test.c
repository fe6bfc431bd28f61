/*
 * stack_screen_test.c - where a worker stands, on the screens: the key, what a helper said, why it
 * said nothing, and the dump that has stacks in it.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/text.h"
#include "fixture.h"
#include "sample_run.h"
#include "stack/stack_job.h"
#include "tui/detail.h"
#include "tui/stacks.h"
#include "view/stacks.h"

/* What is asked of the program, and what it answers. */
struct asked {
	struct ui_services services;
	struct stack_target target[STACK_THREADS];
	size_t count;
	unsigned rounds;
	struct textbuf answer; /* "": no helper can be started */
	size_t dumped;	       /* threads in the last dump */
};

static struct asked asked;

static struct stack_job *stacks(void *context, const struct stack_target *targets, size_t count,
				unsigned rounds, struct err *err)
{
	struct asked *record = context;

	memcpy(record->target, targets, count * sizeof(*targets));
	record->count = count;
	record->rounds = rounds;
	if (record->answer.length != 0)
		return stack_job_ready(record->answer.text);
	err_transient(err, "no process could be started that takes stacks");
	return NULL;
}

static char *dump(void *context, const struct ui_dump *what, struct err *err)
{
	struct asked *record = context;

	(void)err;
	record->dumped = what->stacks != NULL ? what->stacks->count : 0;
	return strdup("report/dump-1.txt");
}

static int set_up(void **state)
{
	struct fixture *fixture;

	if (fixture_set_up_run(state) != 0)
		return -1;
	fixture = *state;
	asked = (struct asked){.services = {.context = &asked, .stacks = stacks, .dump = dump}};
	textbuf_init(&asked.answer);
	fixture->ui.writers = &asked.services;
	return 0;
}

static int tear_down(void **state)
{
	textbuf_free(&asked.answer);
	return fixture_tear_down(state);
}

static const struct page_worker_live *worker(const struct fixture *fixture, unsigned index)
{
	return &fixture->ui.model->live->worker[index].live;
}

/* Two frames of the worker's thread, half a second ago, and one of another thread. */
static void answer_with_frames(const struct fixture *fixture, unsigned index)
{
	const struct page_worker_live *live = worker(fixture, index);

	textbuf_printf(&asked.answer,
		       "thread\t0\t%u\t%u\ttaken\t%llu\t57000\tdecode\t\n"
		       "frame\t7f01\t1\t31\tdecode_row\tsrc/image/codec_jpeg.c\timgtop\n"
		       "frame\t7f01\t0\t312\tworker_main\tsrc/engine/worker.c\timgtop\n"
		       "frame\t7f02\t0\t0\t\t\tlibc.so.6\n"
		       "thread\t0\t%u\t4711\ttaken\t0\t61000\tport\t\n"
		       "frame\t7f03\t0\t0\tpoll\t\tlibc.so.6\n"
		       "thread\t0\t%u\t4712\tlate\t0\t0\tlazy\tit did not stop in time\n"
		       "end\n",
		       live->pid, live->tid,
		       (unsigned long long)(fixture->ui.model->live->at_ns - CLOCK_SECOND_NS / 2),
		       live->pid, live->pid);
}

static void b_shows_the_stacks_of_the_workers_process(void **state)
{
	struct fixture *fixture = *state;

	answer_with_frames(fixture, SAMPLE_DECODE_3);
	fixture_press(fixture, "/decode-3");
	fixture_key(fixture, KEYS_ENTER, 1);
	fixture_press(fixture, "b");
	assert_ptr_equal(fixture->ui.screen, &screen_stack);
	assert_int_equal(asked.count, 2);
	assert_int_equal(asked.rounds, 1);
	assert_int_equal(asked.target[0].tid, worker(fixture, SAMPLE_DECODE_3)->tid);
	assert_int_equal(asked.target[1].pid, worker(fixture, SAMPLE_DECODE_3)->pid);
	assert_int_equal(asked.target[1].tid, 0);
	fixture_compare_sizes(fixture, "stack");
}

/* A worker that has damaged its part of the page names any process as its own. */
static void who_is_not_in_its_host_is_not_asked_for(void **state)
{
	struct fixture *fixture = *state;
	struct stack_target targets[2];
	struct snapshot *snapshot = fixture->ui.model->live;
	struct page_worker_live *live = &snapshot->worker[SAMPLE_DECODE_3].live;

	assert_int_equal(stacks_of_worker(snapshot, SAMPLE_DECODE_3, targets), 2);
	live->pid++;
	assert_int_equal(stacks_of_worker(snapshot, SAMPLE_DECODE_3, targets), 0);
	live->pid--;
	snapshot->host[live->host].alive = false;
	assert_int_equal(stacks_of_worker(snapshot, SAMPLE_DECODE_3, targets), 0);
}

static void esc_leads_back_and_the_details_keep_the_innermost_frames(void **state)
{
	struct fixture *fixture = *state;

	fixture_draw(fixture, 40, 132);
	answer_with_frames(fixture, SAMPLE_DECODE_3);
	detail_show(&fixture->ui, SAMPLE_DECODE_3);
	assert_true(fixture_shows(fixture, "b takes it"));
	fixture_press(fixture, "b");
	fixture_key(fixture, KEYS_ESCAPE, 1);
	assert_ptr_equal(fixture->ui.screen, &screen_detail);
	assert_true(fixture_shows(fixture, "decode_row at src/image/codec_jpeg.c:31 (inlined)"));
	detail_show(&fixture->ui, SAMPLE_DECODE_2); /* those are another's */
	assert_true(fixture_shows(fixture, "b takes it"));
	assert_false(fixture_shows(fixture, "decode_row"));
}

static void b_on_the_screen_takes_them_again(void **state)
{
	struct fixture *fixture = *state;

	answer_with_frames(fixture, SAMPLE_DECODE_3);
	stacks_show(&fixture->ui, SAMPLE_DECODE_3);
	asked.count = 0;
	fixture_press(fixture, "b");
	assert_int_equal(asked.count, 2);
	assert_true(fixture_shows(fixture, "worker_main at src/engine/worker.c:312"));
	fixture_key(fixture, KEYS_TAB, 1);
	assert_ptr_equal(fixture->ui.screen, &screen_queues);
}

static void a_new_incarnation_has_not_the_stack_of_the_old_one(void **state)
{
	struct fixture *fixture = *state;

	answer_with_frames(fixture, SAMPLE_DECODE_3);
	stacks_show(&fixture->ui, SAMPLE_DECODE_3);
	fixture->ui.model->live->worker[SAMPLE_DECODE_3].live.incarnation++;
	assert_true(fixture_shows(fixture, "earlier incarnation"));
	assert_false(fixture_shows(fixture, "decode_row"));
}

static void where_there_is_no_stack_stand_the_reason_and_the_fallback(void **state)
{
	struct fixture *fixture = *state;

	textbuf_printf(
		&asked.answer,
		"thread\t0\t%u\t%u\tdenied\t0\t0\tdecode\tprocess 5 traces it already\nend\n",
		worker(fixture, SAMPLE_DECODE_3)->pid, worker(fixture, SAMPLE_DECODE_3)->tid);
	stacks_show(&fixture->ui, SAMPLE_DECODE_3);
	assert_true(fixture_shows(fixture, "No stack  process 5 traces it already"));
	assert_true(fixture_shows(fixture, "Fallback  encode of "));
	detail_show(&fixture->ui, SAMPLE_DECODE_3);
	assert_true(fixture_shows(fixture, "none: process 5 traces it already"));
	textbuf_free(&asked.answer);
	textbuf_init(&asked.answer);
	textbuf_printf(&asked.answer, "problem\tbuilt without libdw\nend\n");
	stacks_show(&fixture->ui, SAMPLE_DECODE_3);
	assert_true(fixture_shows(fixture, "No stack  built without libdw"));
}

static void what_cannot_be_asked_is_said(void **state)
{
	struct fixture *fixture = *state;

	fixture_press(fixture, "b"); /* no helper can be started */
	assert_ptr_equal(fixture->ui.screen, &screen_workers);
	assert_true(fixture_shows(fixture, "no process could be started"));
	fixture->ui.model->live->worker[SAMPLE_DECODE_3].live.ended_ns = 1;
	stacks_show(&fixture->ui, SAMPLE_DECODE_3);
	assert_true(fixture_shows(fixture, "has no thread"));
	fixture->ui.model->live->status.state = RUN_DONE;
	fixture->ui.model->live->status.ended_ns = 1;
	stacks_show(&fixture->ui, SAMPLE_DECODE_2);
	assert_true(fixture_shows(fixture, "the run has ended"));
}

static void a_dump_has_two_looks_at_every_worker(void **state)
{
	struct fixture *fixture = *state;
	struct model *model = fixture->ui.model;
	struct page *nowhere = (struct page *)&asked; /* only that there is one counts */

	answer_with_frames(fixture, SAMPLE_DECODE_3);
	model->page = nowhere;
	ui_dump(&fixture->ui);
	assert_int_equal(asked.rounds, 2);
	assert_true(asked.count >= model->live->status.workers / 2);
	assert_false(strcmp(fixture->ui.message, "") == 0);
	ui_dump_poll(&fixture->ui);
	model->page = NULL;
	assert_int_equal(asked.dumped, 3);
	assert_true(fixture_shows(fixture, "written: report/dump-1.txt"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(who_is_not_in_its_host_is_not_asked_for, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(b_shows_the_stacks_of_the_workers_process, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(
			esc_leads_back_and_the_details_keep_the_innermost_frames, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(b_on_the_screen_takes_them_again, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_new_incarnation_has_not_the_stack_of_the_old_one,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			where_there_is_no_stack_stand_the_reason_and_the_fallback, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(what_cannot_be_asked_is_said, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_dump_has_two_looks_at_every_worker, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
