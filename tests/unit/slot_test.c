/*
 * slot_test.c - a worker's slot: what it publishes, and how its times add up.
 */
#include "config.h"

#include "tests/unit/slot_fixture.h"

#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "record/histogram.h"
#include "record/snapshot.h"

static void a_worker_publishes_who_it_is_and_what_it_does(void **state)
{
	struct page *page = *state;
	struct slot *slot = slot_open(page, W, &identity);
	struct page_worker_live live = live_of(page);

	assert_string_equal(live.name, "decode-3");
	assert_int_equal(live.pid, getpid());
	assert_int_equal(live.tid, gettid());
	assert_int_equal(live.state, WORKER_GET);
	assert_int_equal(live.stage, PAGE_NONE);
	slot_item(slot, 17, 2, "a/b.png", 7);
	slot_stage(slot, DECODE, false);
	live = live_of(page);
	assert_int_equal(live.state, WORKER_RUN);
	assert_int_equal(live.stage, DECODE);
	assert_int_equal(live.job, 17);
	assert_int_equal(live.attempt, 2);
	assert_string_equal(live.item, "a/b.png");
	assert_int_equal(live.stage_serial, 1);
	slot_stage(slot, READ, true);
	assert_int_equal(live_of(page).state, WORKER_IO);
	slot_retire(page, W);
	assert_int_equal(live_of(page).retiring, 1);
	slot_item_end(slot, ITEM_OK, 100, 50);
	live = live_of(page);
	assert_int_equal(live.state, WORKER_GET);
	assert_int_equal(live.job, 0);
	assert_string_equal(live.item, "");
	assert_int_equal(live.stage_serial, 3);
	slot_close(slot, "retired");
	live = live_of(page);
	assert_int_equal(live.state, WORKER_FINISHED);
	assert_string_equal(live.ended, "retired");
	assert_true(live.ended_ns >= live.started_ns);
}

static void a_wait_names_its_cause_and_resumes_what_was_left(void **state)
{
	struct page *page = *state;
	struct slot *slot = slot_open(page, W, &identity);
	struct page_worker_live live;
	uint64_t entered = slot_wait(slot, WORKER_GET, WAIT_QUEUE, QUEUE);

	live = live_of(page);
	assert_int_equal(live.wait_on, WAIT_QUEUE);
	assert_int_equal(live.wait_target, QUEUE);
	assert_int_equal(live.state_since_ns, entered);
	assert_true(slot_resume(slot) >= entered);
	slot_item(slot, 1, 1, "x", 1);
	slot_stage(slot, READ, true);
	slot_wait(slot, WORKER_LOCK, WAIT_LOCK, 3);
	assert_int_equal(live_of(page).state, WORKER_LOCK);
	slot_resume(slot);
	live = live_of(page);
	assert_int_equal(live.state, WORKER_IO);
	assert_int_equal(live.wait_on, WAIT_NOTHING);
	slot_stage(slot, PAGE_NONE, false);
	slot_wait(slot, WORKER_PUT, WAIT_QUEUE, QUEUE);
	slot_item_end(slot, ITEM_PENDING, 0, 0);
	assert_int_equal(live_of(page).state, WORKER_GET);
	slot_close(slot, "finished");
}

static void a_lock_is_shown_with_where_it_was_taken(void **state)
{
	struct page *page = *state;
	struct slot *slot = slot_open(page, W, &identity);
	struct page_worker_live live;

	slot_item(slot, 7, 1, "x", 1);
	slot_stage(slot, DECODE, false);
	slot_lock_taken(slot, 2);
	slot_stage(slot, READ, true);
	live = live_of(page);
	assert_true(live.held[2].since_ns >= live.started_ns);
	assert_int_equal(live.held[2].stage, DECODE);
	assert_int_equal(live.held[2].job, 7);
	assert_int_equal(live.held[1].since_ns, 0);
	slot_lock_dropped(slot, 2);
	live = live_of(page);
	assert_int_equal(live.held[2].since_ns, 0);
	assert_int_equal(live.held[2].stage, PAGE_NONE);
	slot_close(slot, "finished");
}

static void the_holder_of_a_lock_is_looked_for_in_the_waiters_host_alone(void **state)
{
	struct page *page = *state;
	struct slot_identity elsewhere = identity;
	struct snapshot *snapshot = snapshot_new();
	struct slot *slot[3];

	elsewhere.host = identity.host + 1;
	slot[0] = slot_open(page, 0, &elsewhere);
	slot[1] = slot_open(page, 1, &identity);
	slot[2] = slot_open(page, 2, &identity);
	page_write_status(page, &(struct page_status){.workers = 3});
	slot_lock_taken(slot[0], 2);
	slot_lock_taken(slot[1], 1);
	slot_wait(slot[2], WORKER_LOCK, WAIT_LOCK, 2);
	snapshot_take(snapshot, page);
	assert_int_equal(snapshot_lock_holder(snapshot, 2), PAGE_WORKERS);
	slot_lock_taken(slot[1], 2);
	snapshot_take(snapshot, page);
	assert_int_equal(snapshot_lock_holder(snapshot, 2), 1);
	assert_int_equal(snapshot_lock_holder(snapshot, 1), PAGE_WORKERS);
	slot_close(slot[1], "finished");
	snapshot_take(snapshot, page);
	assert_int_equal(snapshot_lock_holder(snapshot, 2), PAGE_WORKERS);
	slot_close(slot[0], "finished");
	slot_close(slot[2], "finished");
	snapshot_free(snapshot);
}

static void the_end_of_a_long_name_is_kept(void **state)
{
	struct page *page = *state;
	struct slot *slot = slot_open(page, W, &identity);
	char name[500];

	memset(name, 'x', sizeof name);
	memcpy(name + sizeof name - 8, "last.png", 8);
	slot_item(slot, 1, 1, name, sizeof name);
	assert_int_equal(strlen(live_of(page).item), PAGE_ITEM_BYTES - 1);
	assert_string_equal(live_of(page).item + PAGE_ITEM_BYTES - 1 - 8, "last.png");
	/* A shorter one leaves nothing of it behind. */
	slot_item(slot, 2, 1, "short.png", 9);
	assert_string_equal(live_of(page).item, "short.png");
	slot_close(slot, "finished");
}

static void times_of_all_states_add_up_to_the_wall_time(void **state)
{
	struct page *page = *state;
	struct slot *slot = slot_open(page, W, &identity);
	struct page_worker_counters counters;
	uint64_t sum = 0;

	for (unsigned i = 0; i < 100; i++) {
		slot_wait(slot, WORKER_GET, WAIT_QUEUE, QUEUE);
		slot_resume(slot);
		slot_item(slot, i + 1, 1, "item", 4);
		slot_stage(slot, READ, true);
		slot_stage(slot, DECODE, false);
		slot_wait(slot, WORKER_DELAY, WAIT_NOTHING, 0);
		slot_resume(slot);
		slot_item_end(slot, ITEM_OK, 0, 0);
	}
	slot_close(slot, "finished");
	counters = counters_of(page);
	for (unsigned i = 0; i < WORKER_STATES; i++)
		sum += counters.state_ns[i];
	assert_int_equal(sum, counters.wall_ns);
	assert_int_equal(counters.wall_ns, live_of(page).ended_ns - live_of(page).started_ns);
	assert_true(counters.state_ns[WORKER_IO] > 0);
	assert_true(counters.state_ns[WORKER_RUN] > 0);
	assert_true(counters.state_ns[WORKER_DELAY] > 0);
	assert_int_equal(counters.state_ns[WORKER_PUT], 0);
	/* What it waits for within a stage is the stage's time, and no work. */
	assert_int_equal(counters.stage[READ].work_ns, counters.stage[READ].total_ns);
	assert_int_equal(counters.stage[DECODE].work_ns,
			 counters.stage[DECODE].total_ns - counters.state_ns[WORKER_DELAY]);
	assert_true(counters.stage[READ].work_ns + counters.stage[DECODE].work_ns <=
		    counters.state_ns[WORKER_IO] + counters.state_ns[WORKER_RUN]);
}

static void stages_enter_their_histogram_and_the_slowest_are_kept_in_order(void **state)
{
	struct page *page = *state;
	struct slot *slot = slot_open(page, W, &identity);
	struct page_worker_counters counters;
	struct histogram histogram;
	uint64_t since[6], until[6];

	for (unsigned i = 0; i < 6; i++) {
		slot_item(slot, i + 1, 1, "item", 4);
		slot_stage(slot, DECODE, false);
		since[i] = live_of(page).stage_since_ns;
		while (clock_ns() < since[i] + (i == 3 ? 400000 : i * 10000))
			;
		slot_stage(slot, PAGE_NONE, false);
		until[i] = live_of(page).stage_since_ns;
		slot_item_end(slot, ITEM_OK, 0, 0);
	}
	slot_close(slot, "finished");
	counters = counters_of(page);
	page_read_histogram(page, W, DECODE, &histogram);
	assert_int_equal(counters.stage[DECODE].count, 6);
	assert_int_equal(histogram_total(&histogram), 6);
	assert_int_equal(counters.stage[READ].count, 0);
	for (unsigned i = 0; i < PAGE_SLOWEST; i++) {
		uint64_t job = counters.stage[DECODE].slowest[i].job;

		assert_in_range(job, 1, 6);
		assert_int_equal(counters.stage[DECODE].slowest[i].ns,
				 until[job - 1] - since[job - 1]);
		if (i > 0)
			assert_true(counters.stage[DECODE].slowest[i].ns <=
				    counters.stage[DECODE].slowest[i - 1].ns);
	}
	assert_int_equal(counters.stage[DECODE].max_ns, counters.stage[DECODE].slowest[0].ns);
	for (unsigned i = 0; i < 6; i++)
		assert_true(histogram.count[histogram_bucket(until[i] - since[i])] > 0);
}

static void every_way_to_leave_a_worker_has_its_counter(void **state)
{
	struct page *page = *state;
	struct slot *slot = slot_open(page, W, &identity);
	struct page_worker_counters counters;

	for (unsigned status = 0; status < ITEM_STATUSES; status++) {
		slot_item(slot, status + 1, 1, "item", 4);
		slot_item_end(slot, (enum item_status)status, 10, 1);
	}
	slot_close(slot, "finished");
	counters = counters_of(page);
	assert_int_equal(counters.ok, 2); /* the damaged one was written */
	assert_int_equal(counters.failed, 2);
	assert_int_equal(counters.skipped, 1);
	assert_int_equal(counters.handed_on, 1);
	assert_int_equal(counters.bytes_in, 10 * ITEM_STATUSES);
	assert_int_equal(counters.bytes_out, ITEM_STATUSES);
}

static void the_next_incarnation_goes_on_counting(void **state)
{
	struct page *page = *state;
	struct slot_identity second = identity;
	struct slot *slot = slot_open(page, W, &identity);
	struct page_worker_counters first;

	slot_item(slot, 1, 1, "a", 1);
	slot_item_end(slot, ITEM_OK, 5, 5);
	slot_usage(slot, true);
	slot_close(slot, "finished");
	first = counters_of(page);
	second.incarnation = 2;
	slot = slot_open(page, W, &second);
	assert_int_equal(live_of(page).incarnation, 2);
	assert_string_equal(live_of(page).ended, "");
	slot_item(slot, 2, 1, "b", 1);
	slot_item_end(slot, ITEM_OK, 5, 5);
	slot_usage(slot, true);
	slot_close(slot, "finished");
	assert_int_equal(counters_of(page).ok, 2);
	assert_int_equal(counters_of(page).bytes_in, 10);
	assert_true(counters_of(page).wall_ns > first.wall_ns);
	assert_true(counters_of(page).cpu_user_ns >= first.cpu_user_ns);
	assert_true(counters_of(page).minor_faults >= first.minor_faults);
	assert_true(first.peak_rss_bytes > 0);
}

static void cpu_time_is_read_from_the_kernel(void **state)
{
	struct page *page = *state;
	uint64_t start = clock_thread_cpu_ns();
	struct slot *slot = slot_open(page, W, &identity);
	uint64_t opened = clock_thread_cpu_ns();
	uint64_t least_ns;
	struct page_worker_counters counters;

	while (clock_thread_cpu_ns() - opened < 30 * CLOCK_MS_NS)
		;
	least_ns = clock_thread_cpu_ns() - opened;
	slot_usage(slot, true);
	counters = counters_of(page);
	/* The kernel rounds either number down to a microsecond. */
	assert_in_range(counters.cpu_user_ns + counters.cpu_sys_ns, least_ns - 4000,
			clock_thread_cpu_ns() - start + 4000);
	assert_true(counters.usage_at_ns > 0);
	slot_close(slot, "finished");
}

static void events_tell_the_whole_life_in_order(void **state)
{
	struct page *page = *state;
	struct slot *slot = slot_open(page, W, &identity);
	struct page_event event[16];
	uint64_t next = 0, lost = 0;

	slot_wait(slot, WORKER_GET, WAIT_QUEUE, QUEUE);
	slot_item(slot, 8, 1, "a", 1);
	slot_stage(slot, DECODE, false);
	slot_item_end(slot, ITEM_FAILED, 0, 0);
	slot_close(slot, "finished");
	assert_int_equal(page_read_events(page, W, &next, event, 16, &lost), 6);
	assert_int_equal(lost, 0);
	assert_int_equal(event[1].state, WORKER_GET);
	assert_int_equal(event[1].target, QUEUE);
	assert_int_equal(event[3].state, WORKER_RUN);
	assert_int_equal(event[3].stage, DECODE);
	assert_int_equal(event[3].job, 8);
	assert_int_equal(event[4].item_end, 1 + ITEM_FAILED);
	assert_int_equal(event[4].job, 8);
	assert_int_equal(event[4].state, WORKER_GET);
	assert_int_equal(event[5].state, WORKER_FINISHED);
	for (unsigned i = 0; i < 6; i++) {
		assert_int_equal(event[i].worker, W);
		assert_true(i == 0 || event[i].at_ns >= event[i - 1].at_ns);
	}
}

static void a_snapshot_counts_the_running_state_up_to_its_moment(void **state)
{
	struct page *page = *state;
	struct snapshot *s = snapshot_new();

	(void)page;
	s->at_ns = 10000;
	s->status.workers = 1;
	s->status.queues = 1;
	s->queue[0] = (struct page_queue){.pushed = 9, .popped = 4, .station = 2};
	s->worker[0].live.started_ns = 1000;
	s->worker[0].live.station = 2;
	s->worker[0].live.state = WORKER_GET;
	s->worker[0].live.state_since_ns = 7000;
	s->worker[0].counters.state_ns[WORKER_GET] = 500;
	s->worker[0].counters.state_ns[WORKER_IO] = 2000;
	s->worker[0].counters.state_ns[WORKER_DELAY] = 300;
	s->worker[0].counters.wall_ns = 40;
	assert_int_equal(snapshot_state_ns(s, 0, WORKER_GET), 3500);
	assert_int_equal(snapshot_wall_ns(s, 0), 9040);
	assert_int_equal(snapshot_busy_ns(s, 0), 2300);
	assert_int_equal(snapshot_depth(s, 0), 5);
	assert_int_equal(snapshot_pop_blocked_ns(s, 0), 3500);
	assert_int_equal(snapshot_push_blocked_ns(s, 0), 0);
	/* An ended worker's clock stands still. */
	s->worker[0].live.ended_ns = 9000;
	assert_int_equal(snapshot_state_ns(s, 0, WORKER_GET), 500);
	assert_int_equal(snapshot_wall_ns(s, 0), 40);
	snapshot_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_worker_publishes_who_it_is_and_what_it_does,
						setup, teardown),
		cmocka_unit_test_setup_teardown(a_wait_names_its_cause_and_resumes_what_was_left,
						setup, teardown),
		cmocka_unit_test_setup_teardown(a_lock_is_shown_with_where_it_was_taken, setup,
						teardown),
		cmocka_unit_test_setup_teardown(
			the_holder_of_a_lock_is_looked_for_in_the_waiters_host_alone, setup,
			teardown),
		cmocka_unit_test_setup_teardown(the_end_of_a_long_name_is_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(times_of_all_states_add_up_to_the_wall_time, setup,
						teardown),
		cmocka_unit_test_setup_teardown(
			stages_enter_their_histogram_and_the_slowest_are_kept_in_order, setup,
			teardown),
		cmocka_unit_test_setup_teardown(every_way_to_leave_a_worker_has_its_counter, setup,
						teardown),
		cmocka_unit_test_setup_teardown(the_next_incarnation_goes_on_counting, setup,
						teardown),
		cmocka_unit_test_setup_teardown(cpu_time_is_read_from_the_kernel, setup, teardown),
		cmocka_unit_test_setup_teardown(events_tell_the_whole_life_in_order, setup,
						teardown),
		cmocka_unit_test_setup_teardown(
			a_snapshot_counts_the_running_state_up_to_its_moment, setup, teardown),
	};

	return cmocka_run_group_tests_name("slot", tests, NULL, NULL);
}
