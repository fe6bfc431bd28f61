/*
 * slot_test.c - a worker's slot: what it publishes, how its times add up, and what a reader finds
 * while the writer is at work or after it was killed.
 */
#include "config.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "record/page_layout.h"
#include "record/slot.h"
#include "record/snapshot.h"

enum { W = 5, QUEUE = 2, READ = 0, DECODE = 1 };

static const struct slot_identity identity = {
	.name = "decode-3",
	.kind = WORKER_PROCESS,
	.host = 4,
	.station = 2,
	.incarnation = 1,
};

static int setup(void **state)
{
	char folder[] = "/tmp/imgtop-slot-XXXXXX";
	char path[96];
	struct err err;

	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof path, "%s/run.page", folder);
	*state = page_create(path, &err);
	/* The mapping lives on without its name. */
	page_remove(path);
	rmdir(folder);
	return *state == NULL ? -1 : 0;
}

static int teardown(void **state)
{
	page_close(*state);
	return 0;
}

static struct page_worker_live live_of(const struct page *page)
{
	struct page_worker_live live;

	assert_true(page_read_worker(page, W, &live));
	return live;
}

static struct page_worker_counters counters_of(const struct page *page)
{
	struct page_worker_counters counters;

	page_read_counters(page, W, &counters);
	return counters;
}

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
	slot_retiring(slot);
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

static void events_that_were_overwritten_are_counted(void **state)
{
	struct page *page = *state;
	struct slot *slot = slot_open(page, W, &identity);
	struct page_event *event = calloc(PAGE_RING_EVENTS, sizeof *event);
	uint64_t next = 0, lost = 0;
	size_t count;

	assert_non_null(event);
	for (unsigned i = 0; i < PAGE_RING_EVENTS + 40; i++)
		slot_resume(slot);
	count = page_read_events(page, W, &next, event, PAGE_RING_EVENTS, &lost);
	assert_true(lost >= 41);
	assert_int_equal(count + lost, PAGE_RING_EVENTS + 41);
	slot_close(slot, "finished");
	free(event);
}

static void a_fatal_signal_is_seen_even_in_the_middle_of_a_turn(void **state)
{
	struct page *page = *state;
	struct slot *slot = slot_open(page, W, &identity);
	struct slot_identity second = identity;

	slot_item(slot, 3, 1, "bad.png", 7);
	words_begin(&page->map->worker[W].sequence);
	slot_fatal(slot, 11);
	slot_bury(page, W, WORKER_DEAD, "killed by SIGSEGV", clock_ns());
	assert_int_equal(live_of(page).fatal_signal, 11);
	assert_string_equal(live_of(page).item, "bad.png");
	slot_close(slot_open(page, W, &second), "finished");
	assert_int_equal(live_of(page).fatal_signal, 0);
	free(slot);
}

static void burying_makes_an_odd_sequence_even_and_ends_the_running_state(void **state)
{
	struct page *page = *state;
	struct slot *slot = slot_open(page, W, &identity);
	struct page_worker_live live;
	struct page_worker_counters counters;
	struct page_worker_live kept = {.job = 77};
	uint64_t since;

	slot_item(slot, 3, 1, "a", 1);
	slot_stage(slot, DECODE, false);
	live = live_of(page);
	since = live.state_since_ns;
	counters = counters_of(page);
	words_begin(&page->map->worker[W].sequence);
	assert_false(page_read_worker(page, W, &kept));
	assert_int_equal(kept.job, 77);
	slot_bury(page, W, WORKER_DEAD, "killed by SIGKILL", since + 5000);
	live = live_of(page);
	assert_int_equal(live.state, WORKER_DEAD);
	assert_int_equal(live.ended_ns, since + 5000);
	assert_string_equal(live.ended, "killed by SIGKILL");
	assert_int_equal(live.stage, DECODE);
	assert_int_equal(live.job, 3);
	assert_int_equal(counters_of(page).state_ns[WORKER_RUN],
			 counters.state_ns[WORKER_RUN] + 5000);
	assert_int_equal(counters_of(page).wall_ns, since + 5000 - live.started_ns);
	/* A second burial changes nothing. */
	slot_bury(page, W, WORKER_DEAD, "exited with 0", since + 9000);
	assert_string_equal(live_of(page).ended, "killed by SIGKILL");
	assert_int_equal(counters_of(page).wall_ns, since + 5000 - live.started_ns);
	free(slot);
}

static void a_worker_is_listed_before_it_starts_and_may_die_before_that(void **state)
{
	struct page *page = *state;

	slot_declare(page, W, &identity);
	assert_int_equal(live_of(page).state, WORKER_NEVER_STARTED);
	assert_string_equal(live_of(page).name, "decode-3");
	assert_int_equal(live_of(page).station, 2);
	slot_bury(page, W, WORKER_DEAD, "killed by SIGKILL", clock_ns());
	assert_int_equal(live_of(page).state, WORKER_DEAD);
	assert_int_equal(counters_of(page).wall_ns, 0);
}

struct hammer {
	struct page *page;
	atomic_bool stop;
};

/* Stores only turns in which item, job and attempt say the same. */
static void *hammer_slot(void *argument)
{
	struct hammer *hammer = argument;
	struct slot *slot = slot_open(hammer->page, W, &identity);
	char name[PAGE_ITEM_BYTES];

	for (uint64_t job = 1; !atomic_load(&hammer->stop); job++) {
		int length = snprintf(name, sizeof name, "%0*llu", (int)(8 + job % 150),
				      (unsigned long long)job);

		slot_item(slot, job, (unsigned)job, name, (size_t)length);
		slot_stage(slot, DECODE, false);
		slot_item_end(slot, ITEM_OK, 3, 1);
	}
	slot_close(slot, "finished");
	return NULL;
}

static void check_sample(const struct page_worker_live *live,
			 const struct page_worker_counters *counters)
{
	uint64_t sum = 0;

	assert_true(live->state_since_ns >= live->started_ns);
	if (live->job != 0) {
		assert_int_equal(strtoull(live->item, NULL, 10), live->job);
		assert_int_equal(live->attempt, (uint32_t)live->job);
		assert_int_equal(strlen(live->item), 8 + live->job % 150);
		assert_int_equal(live->job, counters->ok + 1);
	} else {
		assert_string_equal(live->item, "");
	}
	assert_int_equal(counters->bytes_in, 3 * counters->ok);
	assert_int_equal(counters->bytes_out, counters->ok);
	if (live->ended_ns == 0) {
		for (unsigned i = 0; i < WORKER_STATES; i++)
			sum += counters->state_ns[i];
		assert_int_equal(sum, live->state_since_ns - live->started_ns);
	}
}

static void check_live(const struct page_worker_live *live)
{
	if (live->job != 0)
		assert_int_equal(strtoull(live->item, NULL, 10), live->job);
	else
		assert_string_equal(live->item, "");
}

static void a_reader_beside_a_busy_writer_gets_only_whole_samples(void **state)
{
	struct hammer hammer = {.page = *state};
	struct page_worker_live live;
	struct page_worker_counters counters;
	struct page_event event[64];
	uint64_t next = 0, lost = 0, drained = 0, last_ns = 0, last_job = 0;
	unsigned samples = 0, moved = 0;
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, hammer_slot, &hammer), 0);
	while (samples < 20000 || moved < 100 || drained < 5000) {
		size_t count = page_read_events(*state, W, &next, event, 64, &lost);

		for (size_t i = 0; i < count; i++) {
			assert_true(event[i].at_ns >= last_ns);
			assert_true(event[i].job == 0 || event[i].job >= last_job);
			last_ns = event[i].at_ns;
			last_job = event[i].job != 0 ? event[i].job : last_job;
		}
		drained += count;
		if (page_read_worker(*state, W, &live) && live.started_ns != 0)
			check_live(&live);
		if (!page_read_slot(*state, W, &live, &counters) || live.started_ns == 0)
			continue;
		check_sample(&live, &counters);
		samples++;
		moved += live.job != 0;
	}
	atomic_store(&hammer.stop, true);
	pthread_join(thread, NULL);
	while (page_read_events(*state, W, &next, event, 64, &lost) > 0)
		;
	assert_true(next >= drained + lost);
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
		cmocka_unit_test_setup_teardown(events_that_were_overwritten_are_counted, setup,
						teardown),
		cmocka_unit_test_setup_teardown(a_fatal_signal_is_seen_even_in_the_middle_of_a_turn,
						setup, teardown),
		cmocka_unit_test_setup_teardown(
			burying_makes_an_odd_sequence_even_and_ends_the_running_state, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			a_worker_is_listed_before_it_starts_and_may_die_before_that, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			a_reader_beside_a_busy_writer_gets_only_whole_samples, setup, teardown),
		cmocka_unit_test_setup_teardown(
			a_snapshot_counts_the_running_state_up_to_its_moment, setup, teardown),
	};

	return cmocka_run_group_tests_name("slot", tests, NULL, NULL);
}
