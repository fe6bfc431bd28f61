/*
 * slot_fault_test.c - a worker's slot while a reader is too slow, while its writer never rests, and
 * after its writer was killed.
 */
#include "config.h"

#include "tests/unit/slot_fixture.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "record/page_layout.h"

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
	assert_int_equal(counters_of(page).stage[DECODE].work_ns,
			 counters.stage[DECODE].work_ns + 5000);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
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
	};

	return cmocka_run_group_tests_name("slot_fault", tests, NULL, NULL);
}
