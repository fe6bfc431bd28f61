/*
 * bundle_stacks.c - the stacks in a dump, as text and as JSON: of each worker two looks a second
 * apart, so that one that stands in the same place can be told from one that comes by often.
 */
#include "config.h"

#include "report/bundle_stacks.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "report/json.h"
#include "view/stacks.h"

enum { FRAME_BYTES = 320, LOOKS = 2 };

static void add_frames(const struct stack_thread *thread, struct textbuf *out)
{
	char text[FRAME_BYTES];

	for (size_t i = 0; i < thread->nframes; i++) {
		stack_frame_text(&thread->frame[i], text, sizeof text);
		textbuf_printf(out, "      #%zu %s\n", i, text);
	}
}

static void add_looks(const struct stack_thread *first, const struct stack_thread *second,
		      struct textbuf *out)
{
	textbuf_printf(out, "    stood still for at most %" PRIu64 " us\n",
		       first->held_ns / (CLOCK_MS_NS / 1000));
	add_frames(first, out);
	if (second == NULL)
		return;
	if (second->nframes == 0) {
		textbuf_printf(out, "    a second later: no stack: %s\n", second->reason);
	} else if (stacks_same(first, second)) {
		textbuf_printf(out, "    a second later: the same\n");
	} else {
		textbuf_printf(out, "    a second later\n");
		add_frames(second, out);
	}
}

/* thread: the first look at the worker's own; NULL: there was none. */
static void add_worker(const struct bundle *bundle, unsigned worker,
		       const struct stack_thread *thread, struct textbuf *out)
{
	const struct page_worker_live *live = &bundle->snapshot->worker[worker].live;
	char text[STACKS_FALLBACK_BYTES];

	textbuf_printf(out, "  %s (pid %u, tid %u)\n", live->name, live->pid, live->tid);
	if (thread != NULL && thread->nframes > 0) {
		add_looks(thread, stacks_find(bundle->stacks, bundle->snapshot, worker, 1), out);
		return;
	}
	stacks_fallback(bundle->diagnosis, bundle->snapshot, worker, text, sizeof text);
	textbuf_printf(out, "    no stack: %s\n    fallback: %s\n",
		       stacks_reason(bundle->stacks, thread), text);
}

/* Of a thread that is no worker's. */
static void add_thread(const struct bundle *bundle, const struct stack_thread *thread,
		       struct textbuf *out)
{
	textbuf_printf(out, "  thread %s (pid %d, tid %d)\n", thread->name, (int)thread->pid,
		       (int)thread->tid);
	if (thread->nframes > 0)
		add_looks(thread, stack_set_find(bundle->stacks, thread->pid, thread->tid, 1), out);
	else
		textbuf_printf(out, "    no stack: %s\n", stacks_reason(bundle->stacks, thread));
}

/* In the order in which they were taken: suspects first. */
static void add_taken(const struct bundle *bundle, struct textbuf *out)
{
	for (size_t i = 0; i < bundle->stacks->count; i++) {
		const struct stack_thread *thread = &bundle->stacks->thread[i];
		unsigned worker = stacks_whose(bundle->snapshot, thread);

		if (thread->round != 0)
			continue;
		if (worker < PAGE_WORKERS)
			add_worker(bundle, worker, thread, out);
		else
			add_thread(bundle, thread, out);
	}
}

void bundle_stacks_text(const struct bundle *bundle, struct textbuf *out)
{
	const struct snapshot *snapshot = bundle->snapshot;

	textbuf_printf(out, "\nstacks%s\n",
		       bundle->stacks == NULL ? " (not taken)" : ", two looks a second apart");
	if (bundle->stacks != NULL)
		add_taken(bundle, out);
	for (unsigned i = 0; i < snapshot->status.workers; i++) {
		if (snapshot->worker[i].live.ended_ns == 0 &&
		    stacks_find(bundle->stacks, snapshot, i, 0) == NULL)
			add_worker(bundle, i, NULL, out);
	}
}

/* ---- JSON ----------------------------------------------------------------------------------- */
static json_t *frames_json(const struct stack_thread *thread)
{
	json_t *array = json_array();

	for (size_t i = 0; i < thread->nframes; i++) {
		const struct stack_frame *frame = &thread->frame[i];
		json_t *object = json_object();
		char address[24];

		snprintf(address, sizeof address, "0x%" PRIx64, frame->pc);
		json_put(object, "address", json_text(address));
		json_put(object, "function",
			 frame->function[0] != '\0' ? json_text(frame->function) : json_null());
		json_put(object, "file",
			 frame->file[0] != '\0' ? json_text(frame->file) : json_null());
		json_put(object, "line", frame->line != 0 ? json_count(frame->line) : json_null());
		json_put(object, "module",
			 frame->module[0] != '\0' ? json_text(frame->module) : json_null());
		json_put(object, "inlined", json_boolean(frame->inlined));
		json_add(array, object);
	}
	return array;
}

static json_t *look_json(const struct stack_thread *thread)
{
	json_t *object = json_object();

	json_put(object, "outcome", json_text(stack_outcome_word(thread->outcome)));
	json_put(object, "reason",
		 thread->reason[0] != '\0' ? json_text(thread->reason) : json_null());
	json_put(object, "at_s", json_seconds(thread->at_ns));
	json_put(object, "held_s", json_seconds(thread->held_ns));
	json_put(object, "frames", frames_json(thread));
	return object;
}

static json_t *looks_json(const struct stack_set *set, pid_t pid, pid_t tid)
{
	json_t *array = json_array();

	for (unsigned round = 0; round < LOOKS; round++) {
		const struct stack_thread *thread = stack_set_find(set, pid, tid, round);

		if (thread != NULL)
			json_add(array, look_json(thread));
	}
	return array;
}

json_t *bundle_stacks_json(const struct bundle *bundle, unsigned worker)
{
	const struct stack_thread *first = stacks_find(bundle->stacks, bundle->snapshot, worker, 0);

	return first != NULL ? looks_json(bundle->stacks, first->pid, first->tid) : json_array();
}

json_t *bundle_fallback_json(const struct bundle *bundle, unsigned worker)
{
	const struct stack_thread *first = stacks_find(bundle->stacks, bundle->snapshot, worker, 0);
	char text[STACKS_FALLBACK_BYTES];
	json_t *object;

	if (bundle->snapshot->worker[worker].live.ended_ns != 0 ||
	    (first != NULL && first->nframes > 0))
		return json_null();
	object = json_object();
	stacks_fallback(bundle->diagnosis, bundle->snapshot, worker, text, sizeof text);
	json_put(object, "reason", json_text(stacks_reason(bundle->stacks, first)));
	json_put(object, "instead", json_text(text));
	return object;
}

json_t *bundle_threads_json(const struct bundle *bundle)
{
	const struct stack_set *set = bundle->stacks;
	json_t *array = json_array();

	for (size_t i = 0; set != NULL && i < set->count; i++) {
		const struct stack_thread *thread = &set->thread[i];
		json_t *object;

		if (thread->round != 0 || stacks_whose(bundle->snapshot, thread) != PAGE_WORKERS)
			continue;
		object = json_object();
		json_put(object, "name", json_text(thread->name));
		json_put(object, "pid", json_count((uint64_t)thread->pid));
		json_put(object, "tid", json_count((uint64_t)thread->tid));
		json_put(object, "stacks", looks_json(set, thread->pid, thread->tid));
		json_add(array, object);
	}
	return array;
}
