/*
 * queue.c - bounded hand-over between two stations of one host.
 */
#include "config.h"

#include "engine/queue.h"

#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "engine/job.h"

struct queue {
	pthread_mutex_t lock;
	pthread_cond_t not_empty;
	pthread_cond_t not_full;
	struct job *first;
	struct job *last;
	size_t length;
	uint64_t patience_ns; /* of a pop; 0 = without end */
	bool publish;
	unsigned page_index;
	struct page *page;
	struct page_queue shown; /* counters, capacity and closed live here */
};

struct queue *queue_new(struct page *page, unsigned page_index, bool publish,
			const struct page_queue *identity)
{
	struct queue *queue = mem_calloc(1, sizeof *queue);
	pthread_condattr_t monotonic;

	pthread_mutex_init(&queue->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&queue->not_empty, &monotonic);
	pthread_condattr_destroy(&monotonic);
	pthread_cond_init(&queue->not_full, NULL);
	queue->page = page;
	queue->page_index = page_index;
	queue->publish = publish;
	queue->shown = *identity;
	if (publish)
		page_write_queue(page, page_index, &queue->shown);
	return queue;
}

void queue_free(struct queue *queue)
{
	assert(queue->first == NULL);
	pthread_cond_destroy(&queue->not_full);
	pthread_cond_destroy(&queue->not_empty);
	pthread_mutex_destroy(&queue->lock);
	free(queue);
}

static void show(struct queue *queue)
{
	if (queue->publish)
		page_write_queue(queue->page, queue->page_index, &queue->shown);
}

static bool is_full(const struct queue *queue)
{
	return queue->shown.capacity != 0 && queue->length >= queue->shown.capacity;
}

enum queue_result queue_push(struct queue *queue, struct job *job, struct slot *slot)
{
	enum queue_result result = QUEUE_OK;

	pthread_mutex_lock(&queue->lock);
	if (slot != NULL && is_full(queue) && !queue->shown.closed) {
		slot_wait(slot, WORKER_PUT, WAIT_QUEUE, queue->page_index);
		while (is_full(queue) && !queue->shown.closed)
			pthread_cond_wait(&queue->not_full, &queue->lock);
		slot_resume(slot);
	}
	if (queue->shown.closed) {
		result = QUEUE_CLOSED;
	} else {
		job->next = NULL;
		if (queue->last != NULL)
			queue->last->next = job;
		else
			queue->first = job;
		queue->last = job;
		queue->length++;
		queue->shown.pushed++;
		if (queue->length > queue->shown.high_water)
			queue->shown.high_water = queue->length;
		show(queue);
		pthread_cond_signal(&queue->not_empty);
	}
	pthread_mutex_unlock(&queue->lock);
	return result;
}

/* Under the lock. */
static struct job *unlink_first(struct queue *queue)
{
	struct job *job = queue->first;

	if (job == NULL)
		return NULL;
	queue->first = job->next;
	if (queue->first == NULL)
		queue->last = NULL;
	job->next = NULL;
	queue->length--;
	queue->shown.popped++;
	show(queue);
	pthread_cond_signal(&queue->not_full);
	return job;
}

/* Under the lock: wait for a push. true: there is nothing, and patience is at its end. */
static bool await_job(struct queue *queue, uint64_t since_ns)
{
	uint64_t end_ns = since_ns + queue->patience_ns;
	struct timespec until = {.tv_sec = (time_t)(end_ns / CLOCK_SECOND_NS),
				 .tv_nsec = (long)(end_ns % CLOCK_SECOND_NS)};

	if (queue->patience_ns == 0)
		pthread_cond_wait(&queue->not_empty, &queue->lock);
	else if (pthread_cond_timedwait(&queue->not_empty, &queue->lock, &until) == ETIMEDOUT)
		return queue->first == NULL && !queue->shown.closed;
	return false;
}

/* Under the lock: for as long as there is no reason to return. */
static enum queue_result await_any(struct queue *queue, struct slot *slot, const bool *stop)
{
	uint64_t since_ns = slot_wait(slot, WORKER_GET, WAIT_QUEUE, queue->page_index);
	bool timed_out = false;

	while (queue->first == NULL && !queue->shown.closed && !*stop && !timed_out)
		timed_out = await_job(queue, since_ns);
	slot_resume(slot);
	return timed_out ? QUEUE_TIMEOUT : QUEUE_OK;
}

enum queue_result queue_pop(struct queue *queue, struct job **job, struct slot *slot,
			    const bool *stop)
{
	enum queue_result result = QUEUE_OK;

	pthread_mutex_lock(&queue->lock);
	if (queue->first == NULL && !queue->shown.closed && !*stop)
		result = slot != NULL ? await_any(queue, slot, stop) : QUEUE_EMPTY;
	if (*stop)
		result = QUEUE_INTERRUPTED;
	else if (result == QUEUE_OK)
		*job = unlink_first(queue);
	if (result == QUEUE_OK && *job == NULL)
		result = QUEUE_CLOSED;
	pthread_mutex_unlock(&queue->lock);
	return result;
}

struct job *queue_take(struct queue *queue)
{
	struct job *job;

	pthread_mutex_lock(&queue->lock);
	job = unlink_first(queue);
	pthread_mutex_unlock(&queue->lock);
	return job;
}

void queue_close(struct queue *queue)
{
	pthread_mutex_lock(&queue->lock);
	queue->shown.closed = 1;
	show(queue);
	pthread_cond_broadcast(&queue->not_empty);
	pthread_cond_broadcast(&queue->not_full);
	pthread_mutex_unlock(&queue->lock);
}

void queue_set_capacity(struct queue *queue, unsigned capacity)
{
	pthread_mutex_lock(&queue->lock);
	queue->shown.capacity = capacity;
	show(queue);
	pthread_cond_broadcast(&queue->not_full);
	pthread_mutex_unlock(&queue->lock);
}

void queue_set_patience(struct queue *queue, uint64_t ns)
{
	pthread_mutex_lock(&queue->lock);
	queue->patience_ns = ns;
	pthread_mutex_unlock(&queue->lock);
}

void queue_wake(struct queue *queue, bool *flag)
{
	pthread_mutex_lock(&queue->lock);
	*flag = true;
	pthread_cond_broadcast(&queue->not_empty);
	pthread_mutex_unlock(&queue->lock);
}

size_t queue_length(struct queue *queue)
{
	size_t length;

	pthread_mutex_lock(&queue->lock);
	length = queue->length;
	pthread_mutex_unlock(&queue->lock);
	return length;
}
