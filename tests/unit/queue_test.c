/*
 * queue_test.c - bounded hand-over between threads, as they see it and as the page shows it.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "engine/job.h"
#include "engine/queue.h"

enum { QUEUE = 3, PRODUCER = 0, CONSUMER = 1 };

static int make_page(void **state)
{
	char folder[] = "/tmp/imgtop-queue-XXXXXX";
	char path[96];
	struct err err;

	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof path, "%s/run.page", folder);
	*state = page_create(path, &err);
	page_remove(path); /* the mapping lives on without its name */
	rmdir(folder);
	return *state == NULL ? -1 : 0;
}

static int close_page(void **state)
{
	page_close(*state);
	return 0;
}

static struct queue *make_queue(struct page *page, unsigned capacity)
{
	struct page_queue identity = {.name = "encode", .capacity = capacity, .station = 4};

	return queue_new(page, QUEUE, true, &identity);
}

static struct job *make_job(uint64_t id)
{
	struct job *job = job_new("n", 1, NULL, 0);

	job->id = id;
	return job;
}

static struct page_queue shown(const struct page *page)
{
	struct page_queue queue;

	assert_true(page_read_queue(page, QUEUE, &queue));
	return queue;
}

static struct slot *open_slot(struct page *page, unsigned worker)
{
	struct slot_identity identity = {.name = "worker", .kind = WORKER_THREAD, .incarnation = 1};

	return slot_open(page, worker, &identity);
}

/* Await, by what the page says, that a worker waits. */
static void await_state(const struct page *page, unsigned worker, enum worker_state state)
{
	struct page_worker_live live = {0};

	while (!page_read_worker(page, worker, &live) || live.state != (uint32_t)state ||
	       live.wait_on != WAIT_QUEUE)
		sched_yield();
	assert_int_equal(live.wait_target, QUEUE);
}

static uint64_t pop(struct queue *queue, struct slot *slot, enum queue_result *result)
{
	static const bool never = false;
	struct job *job = NULL;
	uint64_t id;

	*result = queue_pop(queue, &job, slot, &never);
	id = job != NULL ? job->id : 0;
	job_free(job);
	return id;
}

static void jobs_come_out_in_the_order_they_went_in(void **state)
{
	struct queue *queue = make_queue(*state, 0);
	struct slot *slot = open_slot(*state, CONSUMER);
	enum queue_result result;

	for (uint64_t id = 1; id <= 100; id++)
		assert_int_equal(queue_push(queue, make_job(id), NULL), QUEUE_OK);
	assert_int_equal(queue_length(queue), 100);
	for (uint64_t id = 1; id <= 100; id++) {
		assert_int_equal(pop(queue, slot, &result), id);
		assert_int_equal(result, QUEUE_OK);
	}
	assert_null(queue_take(queue));
	slot_close(slot, "finished");
	queue_free(queue);
}

static void a_closed_queue_drains_and_then_says_closed(void **state)
{
	struct queue *queue = make_queue(*state, 4);
	struct slot *slot = open_slot(*state, CONSUMER);
	struct job *late = make_job(3);
	enum queue_result result;

	queue_push(queue, make_job(1), NULL);
	queue_push(queue, make_job(2), NULL);
	queue_close(queue);
	assert_int_equal(queue_push(queue, late, slot), QUEUE_CLOSED);
	job_free(late); /* still ours */
	assert_int_equal(pop(queue, slot, &result), 1);
	assert_int_equal(pop(queue, slot, &result), 2);
	assert_int_equal(pop(queue, slot, &result), 0);
	assert_int_equal(result, QUEUE_CLOSED);
	assert_int_equal(shown(*state).closed, 1);
	assert_int_equal(shown(*state).pushed, 2);
	slot_close(slot, "finished");
	queue_free(queue);
}

static void the_page_shows_the_counters_of_this_very_queue(void **state)
{
	struct queue *queue = make_queue(*state, 8);

	assert_string_equal(shown(*state).name, "encode");
	assert_int_equal(shown(*state).capacity, 8);
	for (uint64_t id = 1; id <= 5; id++)
		queue_push(queue, make_job(id), NULL);
	for (int i = 0; i < 3; i++)
		job_free(queue_take(queue));
	queue_push(queue, make_job(6), NULL);
	assert_int_equal(shown(*state).pushed, 6);
	assert_int_equal(shown(*state).popped, 3);
	assert_int_equal(shown(*state).high_water, 5);
	queue_set_capacity(queue, 2);
	assert_int_equal(shown(*state).capacity, 2);
	assert_int_equal(queue_length(queue), 3); /* shrinking drops nothing */
	for (int i = 0; i < 3; i++)
		job_free(queue_take(queue));
	assert_int_equal(shown(*state).popped, 6);
	queue_free(queue);
}

static void a_queue_that_is_not_published_leaves_the_page_alone(void **state)
{
	struct page_queue identity = {.name = "input"};
	struct queue *queue = queue_new(*state, QUEUE, false, &identity);

	queue_push(queue, make_job(1), NULL);
	job_free(queue_take(queue));
	assert_int_equal(shown(*state).pushed, 0);
	assert_string_equal(shown(*state).name, "");
	queue_free(queue);
}

struct actor {
	struct page *page;
	struct queue *queue;
	unsigned worker;
	uint64_t first;
	uint64_t jobs; /* to push, or popped */
	uint64_t sum;
	bool stop;
	enum queue_result result;
};

static void *push_jobs(void *context)
{
	struct actor *actor = context;
	struct slot *slot = open_slot(actor->page, actor->worker);

	for (uint64_t i = 0; i < actor->jobs && actor->result == QUEUE_OK; i++) {
		struct job *job = make_job(actor->first + i);

		actor->result = queue_push(actor->queue, job, slot);
		if (actor->result != QUEUE_OK)
			job_free(job);
	}
	slot_close(slot, "finished");
	return NULL;
}

static void *pop_jobs(void *context)
{
	struct actor *actor = context;
	struct slot *slot = open_slot(actor->page, actor->worker);
	struct job *job = NULL;

	while ((actor->result = queue_pop(actor->queue, &job, slot, &actor->stop)) == QUEUE_OK) {
		actor->jobs++;
		actor->sum += job->id;
		job_free(job);
	}
	slot_close(slot, actor->result == QUEUE_CLOSED ? "finished" : "retired");
	return NULL;
}

static void a_full_queue_makes_the_producer_wait_and_its_row_says_so(void **state)
{
	struct queue *queue = make_queue(*state, 2);
	struct actor producer = {
		.page = *state, .queue = queue, .worker = PRODUCER, .first = 1, .jobs = 3};
	struct page_worker_counters counters;
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, push_jobs, &producer), 0);
	await_state(*state, PRODUCER, WORKER_PUT);
	assert_int_equal(queue_length(queue), 2);
	assert_int_equal(shown(*state).pushed, 2);
	job_free(queue_take(queue));
	pthread_join(thread, NULL);
	assert_int_equal(producer.result, QUEUE_OK);
	assert_int_equal(queue_length(queue), 2);
	page_read_counters(*state, PRODUCER, &counters);
	assert_true(counters.state_ns[WORKER_PUT] > 0);
	job_free(queue_take(queue));
	job_free(queue_take(queue));
	queue_free(queue);
}

static void a_larger_capacity_lets_a_waiting_producer_go_on(void **state)
{
	struct queue *queue = make_queue(*state, 1);
	struct actor producer = {
		.page = *state, .queue = queue, .worker = PRODUCER, .first = 1, .jobs = 2};
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, push_jobs, &producer), 0);
	await_state(*state, PRODUCER, WORKER_PUT);
	queue_set_capacity(queue, 2);
	pthread_join(thread, NULL);
	assert_int_equal(queue_length(queue), 2);
	job_free(queue_take(queue));
	job_free(queue_take(queue));
	queue_free(queue);
}

static void closing_frees_a_producer_that_waits(void **state)
{
	struct queue *queue = make_queue(*state, 1);
	struct actor producer = {
		.page = *state, .queue = queue, .worker = PRODUCER, .first = 1, .jobs = 2};
	pthread_t thread;

	assert_int_equal(pthread_create(&thread, NULL, push_jobs, &producer), 0);
	await_state(*state, PRODUCER, WORKER_PUT);
	queue_close(queue);
	pthread_join(thread, NULL);
	assert_int_equal(producer.result, QUEUE_CLOSED);
	job_free(queue_take(queue));
	queue_free(queue);
}

static void a_caller_that_may_not_wait_goes_past_the_bound(void **state)
{
	struct queue *queue = make_queue(*state, 1);

	assert_int_equal(queue_push(queue, make_job(1), NULL), QUEUE_OK);
	assert_int_equal(queue_push(queue, make_job(2), NULL), QUEUE_OK);
	assert_int_equal(queue_length(queue), 2);
	job_free(queue_take(queue));
	job_free(queue_take(queue));
	queue_free(queue);
}

static void a_retiring_worker_is_woken_and_the_other_gets_the_next_job(void **state)
{
	struct queue *queue = make_queue(*state, 4);
	struct actor retiring = {.page = *state, .queue = queue, .worker = 7};
	struct actor staying = {.page = *state, .queue = queue, .worker = 8};
	pthread_t threads[2];

	assert_int_equal(pthread_create(&threads[0], NULL, pop_jobs, &retiring), 0);
	assert_int_equal(pthread_create(&threads[1], NULL, pop_jobs, &staying), 0);
	await_state(*state, 7, WORKER_GET);
	await_state(*state, 8, WORKER_GET);
	queue_wake(queue, &retiring.stop);
	pthread_join(threads[0], NULL);
	assert_int_equal(retiring.result, QUEUE_INTERRUPTED);
	queue_push(queue, make_job(9), NULL);
	queue_close(queue);
	pthread_join(threads[1], NULL);
	assert_int_equal(staying.result, QUEUE_CLOSED);
	assert_int_equal(staying.sum, 9);
	queue_free(queue);
}

static void a_retiring_worker_leaves_what_is_queued_to_others(void **state)
{
	struct queue *queue = make_queue(*state, 4);
	struct slot *slot = open_slot(*state, CONSUMER);
	bool stop = false;
	struct job *job = NULL;

	queue_push(queue, make_job(1), NULL);
	queue_wake(queue, &stop);
	assert_int_equal(queue_pop(queue, &job, slot, &stop), QUEUE_INTERRUPTED);
	assert_null(job);
	assert_int_equal(queue_length(queue), 1);
	job_free(queue_take(queue));
	slot_close(slot, "retired");
	queue_free(queue);
}

static void a_pop_that_does_not_wait_takes_what_is_there_and_else_says_why_not(void **state)
{
	struct queue *queue = make_queue(*state, 4);
	bool stop = false;
	struct job *job = NULL;

	queue_set_patience(queue, CLOCK_MS_NS);
	assert_int_equal(queue_pop(queue, &job, NULL, &stop), QUEUE_EMPTY);
	assert_null(job);
	queue_push(queue, make_job(5), NULL);
	assert_int_equal(queue_pop(queue, &job, NULL, &stop), QUEUE_OK);
	assert_int_equal(job->id, 5);
	job_free(job);
	job = NULL;
	queue_close(queue);
	assert_int_equal(queue_pop(queue, &job, NULL, &stop), QUEUE_CLOSED);
	queue_wake(queue, &stop);
	assert_int_equal(queue_pop(queue, &job, NULL, &stop), QUEUE_INTERRUPTED);
	assert_null(job);
	queue_free(queue);
}

static void a_pop_that_has_no_patience_left_says_so_and_its_row_has_waited(void **state)
{
	struct queue *queue = make_queue(*state, 4);
	struct slot *slot = open_slot(*state, CONSUMER);
	struct page_worker_counters counters;
	bool stop = false;
	struct job *job = NULL;

	queue_set_patience(queue, CLOCK_MS_NS);
	assert_int_equal(queue_pop(queue, &job, slot, &stop), QUEUE_TIMEOUT);
	assert_null(job);
	page_read_counters(*state, CONSUMER, &counters);
	assert_true(counters.state_ns[WORKER_GET] >= CLOCK_MS_NS);
	queue_push(queue, make_job(3), NULL);
	assert_int_equal(queue_pop(queue, &job, slot, &stop), QUEUE_OK);
	assert_int_equal(job->id, 3);
	job_free(job);
	queue_close(queue);
	assert_int_equal(queue_pop(queue, &job, slot, &stop), QUEUE_CLOSED);
	slot_close(slot, "finished");
	queue_free(queue);
}

static void many_threads_pass_every_job_once_while_the_capacity_changes(void **state)
{
	enum { SIDES = 4, JOBS = 3000 };
	struct queue *queue = make_queue(*state, 1);
	struct actor producers[SIDES], consumers[SIDES];
	pthread_t pushing[SIDES], popping[SIDES];
	uint64_t popped = 0, sum = 0;

	for (unsigned i = 0; i < SIDES; i++) {
		producers[i] = (struct actor){.page = *state,
					      .queue = queue,
					      .worker = 10 + i,
					      .first = 1 + i * JOBS,
					      .jobs = JOBS};
		consumers[i] = (struct actor){.page = *state, .queue = queue, .worker = 20 + i};
		assert_int_equal(pthread_create(&popping[i], NULL, pop_jobs, &consumers[i]), 0);
		assert_int_equal(pthread_create(&pushing[i], NULL, push_jobs, &producers[i]), 0);
	}
	for (unsigned i = 0; i < 500; i++) {
		struct page_queue seen = shown(*state);

		assert_true(seen.pushed >= seen.popped);
		queue_set_capacity(queue, 1 + i % 7);
	}
	for (unsigned i = 0; i < SIDES; i++)
		pthread_join(pushing[i], NULL);
	queue_close(queue);
	for (unsigned i = 0; i < SIDES; i++) {
		pthread_join(popping[i], NULL);
		popped += consumers[i].jobs;
		sum += consumers[i].sum;
	}
	assert_int_equal(popped, SIDES * JOBS);
	assert_int_equal(sum, (uint64_t)SIDES * JOBS * (SIDES * JOBS + 1) / 2);
	assert_int_equal(shown(*state).pushed, SIDES * JOBS);
	assert_int_equal(shown(*state).popped, SIDES * JOBS);
	assert_in_range(shown(*state).high_water, 1, 7);
	queue_free(queue);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_page, close_page)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(jobs_come_out_in_the_order_they_went_in),
		TEST(a_closed_queue_drains_and_then_says_closed),
		TEST(the_page_shows_the_counters_of_this_very_queue),
		TEST(a_queue_that_is_not_published_leaves_the_page_alone),
		TEST(a_full_queue_makes_the_producer_wait_and_its_row_says_so),
		TEST(a_larger_capacity_lets_a_waiting_producer_go_on),
		TEST(closing_frees_a_producer_that_waits),
		TEST(a_caller_that_may_not_wait_goes_past_the_bound),
		TEST(a_retiring_worker_is_woken_and_the_other_gets_the_next_job),
		TEST(a_retiring_worker_leaves_what_is_queued_to_others),
		TEST(a_pop_that_does_not_wait_takes_what_is_there_and_else_says_why_not),
		TEST(a_pop_that_has_no_patience_left_says_so_and_its_row_has_waited),
		TEST(many_threads_pass_every_job_once_while_the_capacity_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
