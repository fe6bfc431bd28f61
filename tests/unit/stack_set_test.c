/*
 * stack_set_test.c - what a helper says, read back whole, cut and damaged; and why one may not
 * look, in words.
 */
#include "config.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "stack/stack.h"
#include "stack/stack_denied.h"
#include "stack/stack_job.h"

static void put_sample(struct textbuf *text)
{
	struct stack_frame frame = {.pc = 0x7f0012345678,
				    .line = 42,
				    .inlined = true,
				    .function = "read_here",
				    .file = "src/a\tb.c",
				    .module = "imgtop"};
	struct stack_thread thread = {.pid = 7,
				      .tid = 8,
				      .outcome = STACK_TAKEN,
				      .at_ns = 123456789012,
				      .held_ns = 57000,
				      .name = "wor\x1bk"};

	textbuf_init(text);
	stack_put_thread(text, &thread);
	stack_put_frame(text, &frame);
	frame = (struct stack_frame){.pc = 0x10};
	stack_put_frame(text, &frame);
	thread = (struct stack_thread){.pid = 7,
				       .tid = 9,
				       .round = 1,
				       .outcome = STACK_DENIED,
				       .reason = "it belongs to user 5"};
	stack_put_thread(text, &thread);
	stack_put_end(text);
}

static void what_was_told_is_read_back(void **state)
{
	struct textbuf text;
	struct stack_set *set;
	const struct stack_thread *thread;

	(void)state;
	put_sample(&text);
	set = stack_set_read(text.text, text.length);
	assert_true(set->complete);
	assert_int_equal(set->count, 2);
	thread = stack_set_find(set, 7, 8, 0);
	assert_non_null(thread);
	assert_null(stack_set_find(set, 7, 8, 1));
	assert_int_equal(thread->at_ns, 123456789012);
	assert_int_equal(thread->held_ns, 57000);
	assert_null(strchr(thread->name, '\x1b'));
	assert_int_equal(thread->nframes, 2);
	assert_true(thread->frame[0].pc == 0x7f0012345678);
	assert_true(thread->frame[0].inlined);
	assert_int_equal(thread->frame[0].line, 42);
	assert_string_equal(thread->frame[0].function, "read_here");
	assert_null(strchr(thread->frame[0].file, '\t'));
	assert_string_equal(thread->frame[0].module, "imgtop");
	assert_string_equal(thread->frame[1].function, "");
	thread = stack_set_find(set, 7, 9, 1);
	assert_int_equal(thread->outcome, STACK_DENIED);
	assert_string_equal(thread->reason, "it belongs to user 5");
	stack_set_free(set);
	textbuf_free(&text);
}

static void what_is_cut_anywhere_is_read_as_far_as_it_is_whole(void **state)
{
	struct textbuf text;
	size_t most = 0;

	(void)state;
	put_sample(&text);
	for (size_t length = 0; length <= text.length; length++) {
		struct stack_set *set = stack_set_read(text.text, length);

		assert_true(set->count >= most && set->count <= 2);
		assert_int_equal(set->complete, length == text.length);
		most = set->count;
		stack_set_free(set);
	}
	assert_int_equal(most, 2);
	textbuf_free(&text);
}

static void what_makes_no_sense_is_skipped(void **state)
{
	static const char junk[] = "frame\t1\t0\t0\tnobody's\t\t\n"
				   "thread\t0\n"
				   "thread\t0\t1\t2\tflying\t0\t0\tname\t\n"
				   "frame\t\t\t\t\t\t\n"
				   "\n\t\t\t\t\t\t\t\t\t\t\t\t\t\nwhat\n"
				   "problem\tno libdw\n";
	struct stack_set *set = stack_set_read(junk, sizeof junk - 1);

	(void)state;
	assert_int_equal(set->count, 1);
	assert_int_equal(set->thread[0].outcome, STACK_FAILED);
	assert_int_equal(set->thread[0].nframes, 1);
	assert_string_equal(set->problem, "no libdw");
	assert_false(set->complete);
	stack_set_free(set);
}

static void more_frames_than_there_is_room_for_are_left_out(void **state)
{
	struct textbuf text;
	struct stack_set *set;

	(void)state;
	textbuf_init(&text);
	textbuf_printf(&text, "thread\t0\t1\t2\ttaken\t0\t0\tname\t\n");
	for (int i = 0; i < 10 * STACK_FRAMES; i++)
		textbuf_printf(&text, "frame\t%x\t0\t1\tf\t\t\n", i);
	set = stack_set_read(text.text, text.length);
	assert_int_equal(set->thread[0].nframes, STACK_FRAMES);
	stack_set_free(set);
	textbuf_free(&text);
}

static void frames_are_told_as_far_as_they_are_known(void **state)
{
	struct stack_frame frame = {.pc = 0x7f12, .module = "libc.so.6"};
	char text[200];

	(void)state;
	stack_frame_text(&frame, text, sizeof text);
	assert_string_equal(text, "0x7f12 (no name) in libc.so.6");
	strcpy(frame.function, "read");
	stack_frame_text(&frame, text, sizeof text);
	assert_string_equal(text, "read in libc.so.6");
	strcpy(frame.file, "src/a.c");
	frame.line = 3;
	frame.inlined = true;
	stack_frame_text(&frame, text, sizeof text);
	assert_string_equal(text, "read at src/a.c:3 (inlined)");
}

static void a_job_that_is_ready_needs_no_helper(void **state)
{
	struct stack_job *job = stack_job_ready("problem\tnothing\nend\n");

	(void)state;
	assert_true(stack_job_poll(job));
	stack_job_wait(job);
	assert_string_equal(stack_job_result(job)->problem, "nothing");
	stack_job_free(job);
}

/* The refusal, and a word of what to do. */
static void expect(struct stack_refusal refusal, const char *word)
{
	char text[STACK_REASON_BYTES];

	stack_denied_text(&refusal, text, sizeof text);
	if (strstr(text, word) == NULL)
		fail_msg("'%s' is not in: %s", word, text);
}

static void every_refusal_says_what_to_do(void **state)
{
	const struct stack_refusal plain = {.error = EPERM, .other_user = -1, .yama = -1};
	struct stack_refusal refusal = plain;

	(void)state;
	expect(refusal, "CAP_SYS_PTRACE");
	refusal.has_right = 1;
	expect(refusal, "Operation not permitted");
	refusal = plain;
	refusal.error = ENOSYS;
	expect(refusal, "no ptrace");
	refusal = plain;
	refusal.error = ENOEXEC;
	refusal.process = 4711;
	expect(refusal, "process 4711 is not imgtop");
	refusal = plain;
	refusal.tracer = 77;
	refusal.yama = 1; /* the tracer is the nearer reason */
	expect(refusal, "process 77 traces it already");
	refusal = plain;
	refusal.other_user = 1000;
	expect(refusal, "belongs to user 1000");
	refusal = plain;
	refusal.yama = 1;
	expect(refusal, "SIGUSR1");
	refusal.yama = 2;
	expect(refusal, "as root");
	refusal.yama = 3;
	refusal.has_right = 1; /* not even root may then */
	expect(refusal, "restarted");
	refusal = plain;
	refusal.yama = 0;
	refusal.seccomp = 2;
	expect(refusal, "seccomp=unconfined");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_told_is_read_back),
		cmocka_unit_test(what_is_cut_anywhere_is_read_as_far_as_it_is_whole),
		cmocka_unit_test(what_makes_no_sense_is_skipped),
		cmocka_unit_test(more_frames_than_there_is_room_for_are_left_out),
		cmocka_unit_test(frames_are_told_as_far_as_they_are_known),
		cmocka_unit_test(a_job_that_is_ready_needs_no_helper),
		cmocka_unit_test(every_refusal_says_what_to_do),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
