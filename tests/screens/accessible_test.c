/*
 * accessible_test.c - commands and questions of a run that is told in sentences: what each key
 * says, and what it sends.
 */
#include "config.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/text.h"
#include "sample_run.h"
#include "stack/stack_job.h"
#include "tui/accessible_keys.h"

struct fixture {
	struct model *model;
	struct ui_services services;
	struct textbuf stacks; /* what a helper says; "": none can be started */
	pid_t looked_at;
	struct accessible_keys *keys;
	FILE *stream;
	char *said;
	size_t length;
};

static struct stack_job *take_stacks(void *context, const struct stack_target *targets,
				     size_t count, unsigned rounds, struct err *err)
{
	struct fixture *f = context;

	assert_int_equal(count, 2);
	assert_int_equal(rounds, 1);
	f->looked_at = targets[0].tid;
	if (f->stacks.length != 0)
		return stack_job_ready(f->stacks.text);
	err_transient(err, "no process could be started that takes stacks");
	return NULL;
}

static int begin(void **state, bool own)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (f == NULL || setlocale(LC_ALL, "C.UTF-8") == NULL)
		return -1;
	f->model = model_new();
	sample_run_feed(f->model);
	f->stream = open_memstream(&f->said, &f->length);
	textbuf_init(&f->stacks);
	f->services = (struct ui_services){.context = f, .stacks = take_stacks};
	f->keys = accessible_keys_new(f->stream, &f->services, f->model, -1, own);
	*state = f;
	return 0;
}

static int set_up(void **state)
{
	return begin(state, true);
}

static int set_up_watching(void **state)
{
	return begin(state, false);
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	accessible_keys_free(f->keys);
	fclose(f->stream);
	free(f->said);
	textbuf_free(&f->stacks);
	model_free(f->model);
	free(f);
	return 0;
}

/* What a key is answered with; good until the next one. */
static const char *press(struct fixture *f, int key)
{
	size_t before;

	fflush(f->stream);
	before = f->length;
	(void)accessible_key(f->keys, key);
	fflush(f->stream);
	return f->said + before;
}

/* What is said of itself when time has passed. */
static const char *wait_for_more(struct fixture *f)
{
	size_t before;

	fflush(f->stream);
	before = f->length;
	(void)accessible_keys_take(f->keys, false);
	fflush(f->stream);
	return f->said + before;
}

static void expect(const char *said, const char *text)
{
	if (strstr(said, text) == NULL)
		fail_msg("\"%s\" is not in what was said:\n%s", text, said);
}

static void help_tells_every_key_that_works_here(void **state)
{
	struct fixture *f = *state;
	size_t count;
	const struct key_binding *bindings = keys_table(&count);
	const char *said = press(f, 'h');
	unsigned told = 0;

	for (size_t i = 0; i < count; i++) {
		if ((bindings[i].scopes & SCOPE_SENTENCES) == 0)
			continue;
		expect(said, bindings[i].help);
		told++;
	}
	assert_true(told >= 10);
	expect(said, "F1 h ?: ");
	expect(said, "F10 q: ");
	expect(said, "Ctrl-C: ");
	expect(press(f, '?'), "F1 h ?: ");
	expect(press(f, KEYS_F0 + 1), "F1 h ?: ");
}

static void every_key_is_answered(void **state)
{
	struct fixture *f = *state;

	for (int key = 1; key < 127; key++) {
		assert_true(strlen(press(f, key)) > 0);
		(void)press(f, KEYS_ESCAPE); /* what it may have asked */
	}
	expect(press(f, 'x'), "that key does nothing here; h tells the keys");
}

static void nothing_is_said_that_moves_the_cursor(void **state)
{
	struct fixture *f = *state;

	(void)snprintf(f->model->live->worker[SAMPLE_DECODE_1].live.item, PAGE_ITEM_BYTES,
		       "\033[2J\rgone.png");
	for (int key = 1; key < 127; key++)
		(void)press(f, key);
	for (size_t i = 0; i < f->length; i++)
		assert_true((unsigned char)f->said[i] >= ' ' || f->said[i] == '\n');
}

static void the_run_is_told_with_its_bottleneck(void **state)
{
	const char *said = press(*state, ' ');

	expect(said, "RUNNING for 00:12.0: 302 of 1000 items, 300 ok, 2 failed, 25.0 per second");
	expect(said, "about 28 seconds left. bottleneck: ");
}

static void workers_are_told_one_by_one_or_all(void **state)
{
	struct fixture *f = *state;

	expect(press(f, KEYS_DOWN), "read-1, worker 1: put for 82ms, queue decode (full)");
	expect(press(f, KEYS_DOWN),
	       "read-2, worker 2: io for 123ms, stage read, item 2024/a31.png");
	expect(press(f, KEYS_UP), "read-1, worker 1: ");
	expect(press(f, KEYS_UP), "walk-1, worker 0: ");
	expect(press(f, KEYS_UP), "This is the first worker.");
	expect(press(f, 'w'), "decode-4, worker 6: dead, killed by SIGSEGV");
	for (int i = 0; i < SAMPLE_WORKERS; i++)
		(void)press(f, KEYS_DOWN);
	expect(press(f, KEYS_DOWN), "This is the last worker.");
}

static void killing_asks_twice_and_no_is_no(void **state)
{
	struct fixture *f = *state;
	const char *said;

	(void)press(f, KEYS_DOWN);
	(void)press(f, KEYS_DOWN);
	(void)press(f, KEYS_DOWN);
	said = press(f, 'k');
	expect(said, "decode-1, worker 3, incarnation 1\nItem: 2024/a17.png\n");
	expect(said, "\nk: kill the worker's process\n");
	expect(said, "\nEsc: nothing\n");
	expect(press(f, 'z'), "That is no answer to this question:\ndecode-1, worker 3");
	expect(press(f, '\n'), "That is no answer to this question:");
	said = press(f, 'k');
	expect(said, "Kill decode-1?\nProcess 802 (incarnation 1) is killed and replaced");
	expect(said, "\ny: yes, kill decode-1\n");
	expect(press(f, 'n'), "nothing was done.\n");
	(void)press(f, 'k');
	expect(press(f, KEYS_ESCAPE), "nothing was done.\n");
	expect(press(f, 'y'), "that key does nothing here"); /* no question is left over */
}

static void a_worker_that_was_replaced_meanwhile_is_left_alone(void **state)
{
	struct fixture *f = *state;

	(void)press(f, KEYS_DOWN);
	(void)press(f, 'k');
	(void)press(f, 'k');
	f->model->live->worker[SAMPLE_READ_1].live.incarnation++;
	expect(press(f, 'y'), "read-1 has ended or was replaced meanwhile: nothing was done");
}

static void quitting_asks_in_a_run_of_ours(void **state)
{
	struct fixture *f = *state;
	const char *said = press(f, 'q');

	expect(said, "The run is still going on.\n");
	expect(said, "\nd: detach: the run goes on alone\n");
	expect(press(f, 'w'), "imgtop leaves when the run has ended");
	(void)press(f, 'q');
	assert_int_equal(accessible_key(f->keys, 'd'), UI_LET_GO);
	(void)press(f, 'q');
	assert_int_equal(accessible_key(f->keys, 'c'), UI_CANCEL);
	(void)press(f, 'q');
	expect(press(f, 's'), "nothing was done");
}

static void quitting_leaves_a_run_that_is_only_watched(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(accessible_key(f->keys, 'q'), UI_QUIT);
}

static void what_cannot_be_sent_is_told(void **state)
{
	struct fixture *f = *state;

	/* The sample run has nobody who listens. */
	expect(press(f, 'p'), "pause: nobody takes commands for this run");
	expect(press(f, ']'), "add read: ");
	expect(press(f, '['), "retire read: ");
	expect(press(f, '+'), "capacity intake 257: ");
}

static void select_decode_1(struct fixture *f)
{
	(void)press(f, KEYS_DOWN);
	(void)press(f, KEYS_DOWN);
	(void)press(f, KEYS_DOWN);
}

static void b_tells_where_the_threads_of_the_process_stand(void **state)
{
	struct fixture *f = *state;
	const struct page_worker_live *live = &f->model->live->worker[SAMPLE_DECODE_1].live;

	f->model->undiagnosed = true;
	textbuf_printf(&f->stacks,
		       "thread\t0\t%u\t%u\ttaken\t%llu\t57000\tdecode\t\n"
		       "frame\t7f01\t1\t31\tdecode_row\tsrc/image/codec_jpeg.c\timgtop\n"
		       "frame\t7f01\t0\t312\tworker_main\tsrc/engine/worker.c\timgtop\n"
		       "frame\t7f02\t0\t0\t\t\tlibc.so.6\n"
		       "thread\t0\t%u\t4711\ttaken\t0\t61000\tport\t\n"
		       "frame\t7f03\t0\t0\tpoll\t\tlibc.so.6\n"
		       "frame\t7f04\t0\t0\tport_wait\t\timgtop\n"
		       "frame\t7f05\t0\t0\tport_main\t\timgtop\n"
		       "frame\t7f06\t0\t0\tstart_thread\t\tlibc.so.6\n"
		       "frame\t7f07\t0\t0\tclone3\t\tlibc.so.6\n"
		       "thread\t0\t%u\t4712\tlate\t0\t0\tlazy\tit did not stop in time\n"
		       "end\n",
		       live->pid, live->tid,
		       (unsigned long long)(f->model->live->at_ns - CLOCK_SECOND_NS / 2), live->pid,
		       live->pid);
	select_decode_1(f);
	expect(press(f, 'b'), "the stacks of decode-1's process are being taken.\n");
	assert_int_equal(f->looked_at, live->tid);
	assert_int_equal(f->model->asked, 1);
	const char *said = wait_for_more(f);
	expect(said, "decode-1, worker 3, working: ");
	expect(said, "\n500ms ago decode-1 stood still for at most 57 us,\n"
		     "in decode_row at src/image/codec_jpeg.c:31 (inlined),\n"
		     "called from worker_main at src/engine/worker.c:312,\n"
		     "called from 0x7f02 (no name) in libc.so.6.\n"
		     "port, thread 4711 of the same process: in poll in libc.so.6, called from "
		     "port_wait in imgtop, called from port_main in imgtop, and 2 more.\n"
		     "lazy, thread 4712 of the same process: no stack, it did not stop in time.\n");
	assert_int_equal(f->model->asked, 0);
	assert_string_equal(wait_for_more(f), ""); /* once is enough */
}

static void where_there_is_no_stack_the_reason_is_told(void **state)
{
	struct fixture *f = *state;
	struct page_worker_live *live = &f->model->live->worker[SAMPLE_DECODE_1].live;
	const char *said;

	select_decode_1(f);
	expect(press(f, 'b'), "no process could be started that takes stacks.\n");
	assert_string_equal(wait_for_more(f), "");
	textbuf_printf(
		&f->stacks,
		"thread\t0\t%u\t%u\tdenied\t0\t0\tdecode\tprocess 5 traces it already\nend\n",
		live->pid, live->tid);
	(void)press(f, 'b');
	said = wait_for_more(f);
	expect(said, "There is no stack of decode-1: process 5 traces it already.\n");
	expect(said, "What is known without one: decode of 2024/a17.png for ");
	(void)press(f, 'b');
	live->incarnation++;
	expect(wait_for_more(f),
	       "decode-1 was replaced meanwhile: b takes the stacks of the new one.\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
		CASE(help_tells_every_key_that_works_here),
		CASE(every_key_is_answered),
		CASE(nothing_is_said_that_moves_the_cursor),
		CASE(the_run_is_told_with_its_bottleneck),
		CASE(workers_are_told_one_by_one_or_all),
		CASE(killing_asks_twice_and_no_is_no),
		CASE(a_worker_that_was_replaced_meanwhile_is_left_alone),
		CASE(quitting_asks_in_a_run_of_ours),
		cmocka_unit_test_setup_teardown(quitting_leaves_a_run_that_is_only_watched,
						set_up_watching, tear_down),
		CASE(what_cannot_be_sent_is_told),
		CASE(b_tells_where_the_threads_of_the_process_stand),
		CASE(where_there_is_no_stack_the_reason_is_told),
#undef CASE
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
