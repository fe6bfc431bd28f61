/*
 * stack_helper.c - takes the stacks of the threads it is told, and tells.
 *
 * All threads are copied first, in every round, and unwound when the last round is over: what takes
 * long holds nobody up, and the tables are read once.
 */
#include "config.h"

#include "stack/stack_helper.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/text.h"
#include "stack/stack_denied.h"
#include "stack/stack_thread.h"
#include "stack/stack_tracer.h"
#include "stack/stack_unwind.h"

enum { ROUNDS = 2, ROUND_MS = 2000 };

struct list {
	size_t count;
	struct stack_target thread[STACK_THREADS]; /* none has tid 0 */
};

struct helper {
	int out; /* descriptor */
	struct textbuf text;
	struct unwinder *unwinder;
};

static void add(struct list *list, pid_t pid, pid_t tid)
{
	for (size_t i = 0; i < list->count; i++) {
		if (list->thread[i].pid == pid && list->thread[i].tid == tid)
			return;
	}
	if (list->count == STACK_THREADS)
		return;
	list->thread[list->count++] = (struct stack_target){.pid = pid, .tid = tid};
}

static void add_all(struct list *list, pid_t pid)
{
	char path[32];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
	dir = opendir(path);
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		long tid = strtol(entry->d_name, NULL, 10);

		if (tid > 0)
			add(list, pid, (pid_t)tid);
	}
	if (dir != NULL)
		closedir(dir);
	else
		add(list, pid, pid); /* whose end is to be told */
}

/* Those that are named first, in their order. */
static void make_list(struct list *list, const struct stack_target *targets, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (targets[i].tid != 0)
			add(list, targets[i].pid, targets[i].tid);
	}
	for (size_t i = 0; i < count; i++) {
		if (targets[i].tid == 0)
			add_all(list, targets[i].pid);
	}
}

/* ---- telling -------------------------------------------------------------------------------- */
static void say_late(const struct capture *capture, char *text, size_t size)
{
	if (capture->error == ETIME)
		snprintf(text, size,
			 "its turn did not come in time (%d ms for all): others took too long to "
			 "stop",
			 ROUND_MS);
	else
		snprintf(text, size, "it did not stop in time (%d ms): %s", TRACER_DEADLINE_MS,
			 thread_state(capture->pid, capture->tid) == 'D'
				 ? "it sleeps uninterruptibly in the kernel (D)"
				 : "it gets no core");
}

static void say_why(const struct capture *capture, struct stack_thread *thread)
{
	struct stack_refusal refusal;

	switch (thread->outcome) {
	case STACK_DENIED:
		stack_denied_look(capture->pid, capture->tid, capture->error, &refusal);
		stack_denied_text(&refusal, thread->reason, sizeof thread->reason);
		break;
	case STACK_LATE:
		say_late(capture, thread->reason, sizeof thread->reason);
		break;
	case STACK_GONE:
		snprintf(thread->reason, sizeof thread->reason, "it has ended");
		break;
	case STACK_FAILED:
		snprintf(thread->reason, sizeof thread->reason, "it could not be looked at: %s",
			 strerror(capture->error));
		break;
	case STACK_TAKEN:
	case STACK_OUTCOMES:
		break;
	}
}

/* -1: nobody listens any more. */
static int tell(struct helper *helper)
{
	struct err err = {0};
	int result = path_write_all(helper->out, helper->text.text, helper->text.length, &err);

	textbuf_free(&helper->text);
	textbuf_init(&helper->text);
	return result;
}

static int tell_thread(struct helper *helper, const struct capture *capture, unsigned round)
{
	struct stack_frame *frames = mem_calloc(STACK_FRAMES, sizeof *frames);
	struct stack_thread thread = {.pid = capture->pid,
				      .tid = capture->tid,
				      .round = round,
				      .outcome = (enum stack_outcome)capture->outcome,
				      .at_ns = capture->at_ns,
				      .held_ns = capture->held_ns,
				      .frame = frames};

	thread_name(thread.pid, thread.tid, thread.name, sizeof thread.name);
	say_why(capture, &thread);
	if (thread.outcome == STACK_TAKEN)
		unwinder_frames(helper->unwinder, capture, &thread);
	stack_put_thread(&helper->text, &thread);
	for (size_t i = 0; i < thread.nframes; i++)
		stack_put_frame(&helper->text, &frames[i]);
	free(frames);
	return tell(helper);
}

/* ---- taking --------------------------------------------------------------------------------- */
static void take_rounds(const struct list *list, struct capture *captures, unsigned rounds)
{
	uint64_t begun_ns = clock_ns();

	for (unsigned round = 0; round < rounds; round++) {
		struct capture *first = captures + round * list->count;
		uint64_t at_ns = begun_ns + round * CLOCK_SECOND_NS;
		const struct timespec at = {.tv_sec = (time_t)(at_ns / CLOCK_SECOND_NS),
					    .tv_nsec = (long)(at_ns % CLOCK_SECOND_NS)};

		if (round > 0)
			clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
		for (size_t i = 0; i < list->count; i++) {
			first[i].pid = list->thread[i].pid;
			first[i].tid = list->thread[i].tid;
		}
		tracer_take(first, list->count, ROUND_MS);
	}
}

static void take_and_tell(struct helper *helper, const struct list *list, unsigned rounds)
{
	struct capture *captures = tracer_captures(rounds * list->count);

	if (captures == NULL) {
		stack_put_problem(&helper->text, "there is no memory to copy stacks into");
		return;
	}
	take_rounds(list, captures, rounds);
	for (size_t i = 0; i < rounds * list->count; i++) {
		if (tell_thread(helper, &captures[i], (unsigned)(i / list->count)) != 0)
			break;
	}
	tracer_release(captures, rounds * list->count);
}

int stack_helper_run(const struct stack_target *targets, size_t count, unsigned rounds, int out)
{
	struct helper helper = {.out = out};
	struct list *list = mem_calloc(1, sizeof *list);
	char why[STACK_REASON_BYTES];
	int status;

	textbuf_init(&helper.text);
	make_list(list, targets, count);
	helper.unwinder = unwinder_new(why, sizeof why);
	if (helper.unwinder == NULL)
		stack_put_problem(&helper.text, why);
	else if (list->count > 0)
		take_and_tell(&helper, list, rounds < ROUNDS ? rounds : ROUNDS);
	stack_put_end(&helper.text);
	status = tell(&helper) == 0 ? 0 : 1;
	textbuf_free(&helper.text);
	unwinder_free(helper.unwinder);
	free(list);
	return status;
}
