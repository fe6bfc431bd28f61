/*
 * past_test.c - the past of the workers: order, gaps, thinning, what a live page and a saved run
 * give.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "record/slot.h"
#include "tui/model.h"
#include "tui/past.h"
#include "tui/timeline.h"

enum { W = 3 };

static struct page_event event_at(uint64_t ns, enum worker_state state, uint64_t job)
{
	return (struct page_event){.at_ns = ns,
				   .job = job,
				   .state = (uint8_t)state,
				   .stage = PAGE_NONE,
				   .target = PAGE_NONE,
				   .worker = W};
}

static void add(struct past *past, uint64_t ns, enum worker_state state, uint64_t job)
{
	struct page_event event = event_at(ns, state, job);

	past_add(past, &event);
}

static void a_time_finds_the_span_in_force(void **state)
{
	struct past *past = past_new(true);

	(void)state;
	assert_int_equal(past_find(past, W, 5), 0);
	add(past, 10, WORKER_RUN, 1);
	add(past, 20, WORKER_GET, 0);
	assert_int_equal(past_find(past, W, 9), 2);
	assert_int_equal(past_find(past, W, 10), 0);
	assert_int_equal(past_find(past, W, 19), 0);
	assert_int_equal(past_find(past, W, 20), 1);
	assert_int_equal(past_find(past, W, 1000), 1);
	assert_int_equal(past_first_ns(past), 10);
	past_free(past);
}

static void time_never_runs_backwards(void **state)
{
	struct past *past = past_new(true);
	const struct past_span *spans;

	(void)state;
	add(past, 30, WORKER_RUN, 1);
	add(past, 20, WORKER_GET, 0);
	assert_int_equal(past_spans(past, W, &spans), 2);
	assert_int_equal(spans[1].at_ns, 30);
	past_free(past);
}

/* Work of 3 ms, a wait of 1 ms, in turn. */
static void a_live_history_is_bounded_and_stays_true_at_a_distance(void **state)
{
	struct past *past = past_new(true);
	const struct past_span *spans;
	const uint64_t events = 400000;
	uint64_t at_ns = CLOCK_SECOND_NS;

	(void)state;
	for (uint64_t i = 0; i < events; i++) {
		add(past, at_ns, i % 2 == 0 ? WORKER_RUN : WORKER_LOCK, i);
		at_ns += (i % 2 == 0 ? 3 : 1) * CLOCK_MS_NS;
	}
	size_t count = past_spans(past, W, &spans);
	assert_in_range(count, PAST_SPANS / 4, PAST_SPANS);
	assert_in_range(at_ns - spans[0].at_ns, 590 * CLOCK_SECOND_NS, 700 * CLOCK_SECOND_NS);
	assert_true(past_revision(past) > 0);
	for (size_t i = 1; i < count; i++)
		assert_true(spans[i].at_ns >= spans[i - 1].at_ns);
	/* What is recent is exact, what is old is what took most of the time. */
	for (size_t i = count - 1000; i < count; i++)
		assert_false(spans[i].merged);
	for (size_t i = 0; i < 100; i++) {
		assert_true(spans[i].merged);
		assert_int_equal(spans[i].state, WORKER_RUN);
	}
	past_free(past);
}

static void thinning_keeps_failures(void **state)
{
	struct past *past = past_new(true);
	const struct past_span *spans;
	uint64_t at_ns = CLOCK_SECOND_NS;
	size_t failures = 0;

	(void)state;
	for (uint64_t i = 0; i < 40000; i++) {
		struct page_event event = event_at(at_ns, i % 2 == 0 ? WORKER_RUN : WORKER_GET, i);

		if (i == 1001 || i == 20001)
			event.item_end = 1 + ITEM_FAILED;
		else if (i % 2 == 1)
			event.item_end = 1 + ITEM_PENDING;
		past_add(past, &event);
		at_ns += CLOCK_MS_NS;
	}
	size_t count = past_spans(past, W, &spans);
	for (size_t i = 0; i < count; i++)
		failures += past_failed(&spans[i]);
	assert_int_equal(failures, 2);
	past_free(past);
}

static void a_saved_run_is_kept_whole(void **state)
{
	struct past *past = past_new(false);
	const struct past_span *spans;

	(void)state;
	for (uint64_t i = 0; i < 3 * PAST_SPANS; i++)
		add(past, i * CLOCK_SECOND_NS, WORKER_RUN, i);
	assert_int_equal(past_spans(past, W, &spans), 3 * PAST_SPANS);
	past_free(past);
}

static struct slot *open_slot(struct page **page, char *path, size_t size)
{
	static const struct slot_identity identity = {
		.name = "w-1", .kind = WORKER_THREAD, .station = 1, .incarnation = 1};
	struct err err;

	(void)snprintf(path, size, "/tmp/imgtop-past-%ld.page", (long)getpid());
	*page = page_create(path, &err);
	assert_non_null(*page);
	return slot_open(*page, W, &identity);
}

static void a_page_is_read_on_from_where_it_was_left(void **state)
{
	struct past *past = past_new(true);
	const struct past_span *spans;
	struct page *page;
	char path[64];
	struct slot *slot = open_slot(&page, path, sizeof(path));

	(void)state;
	past_read_page(past, page, PAGE_WORKERS);
	assert_int_equal(past_spans(past, W, &spans), 1);
	slot_item(slot, 7, 1, "a.png", 5);
	slot_stage(slot, 0, true);
	slot_item_end(slot, ITEM_FAILED, 1, 1);
	past_read_page(past, page, PAGE_WORKERS);
	past_read_page(past, page, PAGE_WORKERS);
	assert_int_equal(past_spans(past, W, &spans), 4);
	assert_int_equal(spans[2].state, WORKER_IO);
	assert_int_equal(spans[2].job, 7);
	assert_true(past_failed(&spans[3]));
	slot_close(slot, "finished");
	page_close(page);
	page_remove(path);
	past_free(past);
}

/* More than a look takes in: the newest are read, and the gap is marked. */
static void a_worker_too_fast_to_be_read_whole_is_read_in_samples(void **state)
{
	struct past *past = past_new(true);
	const struct past_span *spans;
	struct page *page;
	char path[64];
	struct slot *slot = open_slot(&page, path, sizeof(path));
	size_t gaps = 0;

	(void)state;
	past_read_page(past, page, PAGE_WORKERS);
	for (int i = 0; i < 1700; i++)
		slot_item(slot, (uint64_t)i + 1, 1, "a", 1);
	past_read_page(past, page, PAGE_WORKERS);
	size_t count = past_spans(past, W, &spans);
	assert_in_range(count, 2, 300);
	assert_int_equal(spans[count - 1].job, 1700);
	for (size_t i = 0; i < count; i++)
		gaps += spans[i].state == PAST_UNKNOWN;
	assert_int_equal(gaps, 1);
	for (int i = 0; i < 5000; i++)
		slot_item(slot, (uint64_t)i + 1, 1, "a", 1);
	past_read_page(past, page, PAGE_WORKERS);
	count = past_spans(past, W, &spans);
	assert_int_equal(spans[count - 1].job, 5000);
	slot_close(slot, "finished");
	page_close(page);
	page_remove(path);
	past_free(past);
}

static void the_past_of_a_page_is_read_when_one_comes_late(void **state)
{
	struct past *past = past_new(true);
	const struct past_span *spans;
	struct page *page;
	char path[64];
	struct slot *slot = open_slot(&page, path, sizeof(path));

	(void)state;
	for (int i = 0; i < 1900; i++)
		slot_item(slot, (uint64_t)i + 1, 1, "a", 1);
	past_read_page(past, page, PAGE_WORKERS);
	assert_int_equal(past_spans(past, W, &spans), 1901);
	slot_close(slot, "finished");
	page_close(page);
	page_remove(path);
	past_free(past);
}

static void a_model_keeps_the_past_unless_nobody_will_see_it(void **state)
{
	static const struct page_status running = {.state = RUN_RUNNING, .workers = W + 1};
	const struct past_span *spans;
	struct page *page;
	char path[64];
	struct slot *slot = open_slot(&page, path, sizeof(path));
	struct err err;

	(void)state;
	page_write_status(page, &running);
	slot_item(slot, 7, 1, "a.png", 5);
	for (int present_only = 0; present_only < 2; present_only++) {
		struct model *model = model_new();

		model->present_only = present_only;
		assert_int_equal(model_open_page(model, path, &err), 0);
		model_update(model, clock_ns());
		assert_int_equal(past_spans(model->past, W, &spans), present_only ? 0 : 2);
		assert_string_equal(model_shown(model)->worker[W].live.item, "a.png");
		model_free(model);
	}
	slot_close(slot, "finished");
	page_close(page);
	page_remove(path);
}

static void names_of_items_are_remembered_for_a_while(void **state)
{
	struct past *past = past_new(true);
	struct snapshot *snapshot = snapshot_new();

	(void)state;
	snapshot->status.workers = 1;
	snapshot->worker[0].live.job = 5;
	strcpy(snapshot->worker[0].live.item, "five.png");
	past_see(past, snapshot);
	snapshot->worker[0].live.job = 0;
	strcpy(snapshot->worker[0].live.item, "");
	past_see(past, snapshot);
	assert_string_equal(past_name(past, 5), "five.png");
	assert_null(past_name(past, 6));
	assert_null(past_name(past, 0));
	snapshot_free(snapshot);
	past_free(past);
}

static void a_cell_stands_for_what_took_most_of_its_time(void **state)
{
	struct past *past = past_new(true);
	struct timeline_stretch stretch = {.from_ns = 100, .to_ns = 200, .now_ns = 1000};
	struct timeline_pick pick;

	(void)state;
	assert_int_equal(timeline_cell(past, W, &stretch), TIMELINE_NOTHING);
	add(past, 50, WORKER_LOCK, 1);
	add(past, 140, WORKER_RUN, 1);
	add(past, 170, WORKER_DELAY, 1);
	add(past, 175, WORKER_RUN, 1);
	assert_int_equal(timeline_cell(past, W, &stretch), TIMELINE_WORK);
	assert_true(timeline_pick(past, W, &stretch, &pick));
	assert_int_equal(pick.begin_ns, 140);
	assert_int_equal(pick.end_ns, 170);
	assert_int_equal(pick.changes, 3);
	assert_false(pick.going);
	stretch.from_ns = 0;
	stretch.to_ns = 100;
	assert_int_equal(timeline_cell(past, W, &stretch), TIMELINE_LOCK);
	stretch.to_ns = 50;
	assert_int_equal(timeline_cell(past, W, &stretch), TIMELINE_NOTHING);
	/* What comes after now has not happened yet. */
	stretch = (struct timeline_stretch){.from_ns = 100, .to_ns = 200, .now_ns = 145};
	assert_int_equal(timeline_cell(past, W, &stretch), TIMELINE_LOCK);
	stretch = (struct timeline_stretch){.from_ns = 200, .to_ns = 300, .now_ns = 199};
	assert_int_equal(timeline_cell(past, W, &stretch), TIMELINE_NOTHING);
	assert_false(timeline_pick(past, W, &stretch, &pick));
	past_free(past);
}

static void every_state_has_its_own_sign_where_one_is_promised(void **state)
{
	static const struct {
		enum worker_state state;
		enum timeline_kind kind;
	} cases[] = {
		{WORKER_RUN, TIMELINE_WORK},	       {WORKER_IO, TIMELINE_WORK},
		{WORKER_GET, TIMELINE_IDLE},	       {WORKER_PUT, TIMELINE_PUT},
		{WORKER_LOCK, TIMELINE_LOCK},	       {WORKER_RESOURCE, TIMELINE_MEMORY},
		{WORKER_DELAY, TIMELINE_DELAY},	       {WORKER_PAUSED, TIMELINE_PAUSED},
		{WORKER_DEAD, TIMELINE_ERROR},	       {WORKER_FINISHED, TIMELINE_IDLE},
		{WORKER_NEVER_STARTED, TIMELINE_IDLE},
	};
	struct timeline_stretch stretch = {.from_ns = 0, .to_ns = 10, .now_ns = 10};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct past *past = past_new(true);

		add(past, 0, cases[i].state, 1);
		assert_int_equal(timeline_cell(past, W, &stretch), cases[i].kind);
		past_free(past);
	}
	struct past *past = past_new(true);
	struct page_event event = event_at(0, WORKER_GET, 0);
	event.target = 1;
	past_add(past, &event);
	assert_int_equal(timeline_cell(past, W, &stretch), TIMELINE_GET);
	past_free(past);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_time_finds_the_span_in_force),
		cmocka_unit_test(time_never_runs_backwards),
		cmocka_unit_test(a_live_history_is_bounded_and_stays_true_at_a_distance),
		cmocka_unit_test(thinning_keeps_failures),
		cmocka_unit_test(a_saved_run_is_kept_whole),
		cmocka_unit_test(a_page_is_read_on_from_where_it_was_left),
		cmocka_unit_test(a_worker_too_fast_to_be_read_whole_is_read_in_samples),
		cmocka_unit_test(the_past_of_a_page_is_read_when_one_comes_late),
		cmocka_unit_test(a_model_keeps_the_past_unless_nobody_will_see_it),
		cmocka_unit_test(names_of_items_are_remembered_for_a_while),
		cmocka_unit_test(a_cell_stands_for_what_took_most_of_its_time),
		cmocka_unit_test(every_state_has_its_own_sign_where_one_is_promised),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
