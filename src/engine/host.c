/*
 * host.c - a process with one or more workers, and its port to the supervisor.
 *
 * In a thread host the main thread is the port and each worker a thread; in a process host the main
 * thread is the worker (so that its pid is the worker's) and the port a second thread. The port
 * owns the socket: it sleeps in poll, hands jobs that arrive to the first station's queue, and
 * sends what workers have appended to the channel.
 *
 * When records are sent: at once when a worker waits for the answer or sits down idle, when a batch
 * is full, else at most BATCH_NS after the oldest was appended. The supervisor says in every
 * message how many records make a batch (1 for items of 4 ms and more), so the hand-over of long
 * items is never delayed.
 *
 * A host whose station has lost all its workers unasked (none could be started) gives up: it exits
 * with 1, and the supervisor starts it anew or ends the run.
 *
 * End: after CLOSE the first station's queue is closed; when a station's last worker has ended the
 * next queue is closed; when the last worker has ended the port sends what is left and exits. End
 * of file on the socket means that the supervisor is gone: the process exits at once.
 */
#include "config.h"

#include "engine/host.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "engine/fatal.h"
#include "engine/host_private.h"

static const uint64_t BATCH_NS = 4 * CLOCK_MS_NS;

void host_ring(struct host *host, bool urgent)
{
	size_t backlog = channel_backlog(host->channel);

	if (backlog == 1 || host->oldest_ns == 0)
		host->oldest_ns = clock_ns();
	host->urgent |= urgent;
	if (urgent || backlog == 1 || backlog == channel_peer_batch(host->channel))
		eventfd_write(host->bell, 1);
}

static int start_worker(struct host *host, const struct record_worker *identity)
{
	struct worker *worker = mem_calloc(1, sizeof *worker);

	worker->host = host;
	worker->identity = *identity;
	pthread_mutex_lock(&host->lock);
	host->worker[host->nworkers++] = worker;
	host->alive[identity->station]++;
	host->running++;
	pthread_mutex_unlock(&host->lock);
	if (host->config->process)
		return 0; /* the main thread will be it */
	if (pthread_create(&worker->thread, NULL, worker_main, worker) == 0)
		return 0;
	pthread_mutex_lock(&host->lock);
	worker->joined = true;
	protocol_put_text(host->channel, RECORD_WARNING,
			  "a worker thread could not be started: going on with fewer");
	pthread_mutex_unlock(&host->lock);
	host_worker_ended(host, worker);
	return -1;
}

void host_worker_ended(struct host *host, struct worker *worker)
{
	unsigned station = worker->identity.station;

	pthread_mutex_lock(&host->lock);
	worker->stop = true;
	worker->ended = true;
	host->alive[station]--;
	host->running--;
	if (host->alive[station] == 0 && !atomic_load(&host->closing) && worker->left[0] == '\0')
		host->broken = host->running != 0;
	else if (station < host->config->last_station && host->alive[station] == 0)
		queue_close(host->queue[station + 1]);
	protocol_put_number(host->channel, RECORD_ENDED, worker->identity.worker);
	host_ring(host, true);
	pthread_mutex_unlock(&host->lock);
}

static struct worker *find_worker(struct host *host, uint64_t page_index)
{
	for (unsigned i = 0; i < host->nworkers; i++) {
		if (host->worker[i]->identity.worker == page_index)
			return host->worker[i];
	}
	return NULL;
}

/* Give back what no worker has taken. With the lock held. */
static void return_prefetched(struct host *host)
{
	struct queue *input = host->queue[host->config->first_station];
	struct job *job;

	while ((job = queue_take(input)) != NULL) {
		protocol_put_number(host->channel, RECORD_RETURNED, job->id);
		job_free(job);
	}
	host_ring(host, true);
}

/* Is anybody left who will take what has been prefetched? With the lock held. */
static bool takes_jobs(const struct host *host)
{
	for (unsigned i = 0; i < host->nworkers; i++) {
		if (host->worker[i]->identity.station == host->config->first_station &&
		    !host->worker[i]->stop)
			return true;
	}
	return false;
}

static void retire(struct host *host, uint64_t page_index)
{
	struct worker *worker = find_worker(host, page_index);

	if (worker == NULL)
		return;
	worker->stop = true;
	queue_wake(host->queue[worker->identity.station], &worker->called);
	if (!takes_jobs(host))
		return_prefetched(host);
}

void host_worker_leaves(struct host *host, struct worker *worker, const char *reason)
{
	snprintf(worker->left, sizeof worker->left, "%s", reason);
	protocol_put_number(host->channel, RECORD_LEAVES, worker->identity.worker);
	retire(host, worker->identity.worker);
	host_ring(host, true);
}

static void abandon(struct host *host, uint64_t page_index, uint64_t job)
{
	struct worker *worker = find_worker(host, page_index);

	if (worker != NULL && worker->job != NULL && worker->job->id == job)
		atomic_store(&worker->abandoned, true);
}

static void grant_memory(struct host *host, uint64_t job)
{
	for (unsigned i = 0; i < host->nworkers; i++) {
		if (host->worker[i]->job != NULL && host->worker[i]->job->id == job)
			host->worker[i]->granted = true;
	}
}

/* A worker of the last stage is to finish the run's work. With none left the host is at its end,
 * and its successor will be asked. */
static void conclude(struct host *host, bool complete, uint64_t elapsed_ns)
{
	for (unsigned i = 0; i < host->nworkers; i++) {
		struct worker *worker = host->worker[i];

		if (worker->identity.station != host->config->last_station || worker->stop)
			continue;
		worker->conclude = true;
		worker->complete = complete;
		worker->elapsed_ns = elapsed_ns;
		queue_wake(host->queue[worker->identity.station], &worker->called);
		return;
	}
}

static void set_paused(struct host *host, bool paused)
{
	atomic_store(&host->paused, paused);
}

static void begin_closing(struct host *host)
{
	atomic_store(&host->closing, true);
	queue_close(host->queue[host->config->first_station]);
	for (unsigned s = host->config->first_station; s < host->config->last_station; s++) {
		if (host->alive[s] == 0)
			queue_close(host->queue[s + 1]);
	}
}

static int on_job(struct host *host, const void *body, size_t length)
{
	struct job *job = protocol_get_job(body, length);

	if (job == NULL)
		return -1;
	return queue_push(host->queue[host->config->first_station], job, NULL) == QUEUE_OK ? 0 : -1;
}

static int on_number(struct host *host, uint32_t type, uint64_t number)
{
	switch (type) {
	case RECORD_SLOT:
		if (number >= host->config->arena->slots || host->nslots == ARENA_SLOTS)
			return -1;
		host->slot[host->nslots++] = (uint32_t)number;
		return 0;
	case RECORD_CREDIT:
		host->credits += (unsigned)number;
		return 0;
	case RECORD_RETIRE:
		retire(host, number);
		return 0;
	case RECORD_ADMIT:
		grant_memory(host, number);
		return 0;
	default:
		return -1;
	}
}

static int on_pair(struct host *host, uint32_t type, uint64_t a, uint64_t b)
{
	if (type == RECORD_ABANDON) {
		abandon(host, a, b);
		return 0;
	}
	if (type == RECORD_CONCLUDE && host->config->last_group) {
		conclude(host, a != 0, b);
		return 0;
	}
	if (a <= host->config->first_station || a > host->config->last_station)
		return -1;
	queue_set_capacity(host->queue[a], (unsigned)b);
	return 0;
}

/* With the lock held, from the port. */
static int on_record(void *context, uint32_t type, const void *body, size_t length)
{
	struct host *host = context;
	struct record_worker identity;
	uint64_t a, b;
	int result = 0;

	switch (type) {
	case RECORD_JOB:
		return on_job(host, body, length);
	case RECORD_ABANDON:
	case RECORD_CAPACITY:
	case RECORD_CONCLUDE:
		result = protocol_get_pair(body, length, &a, &b);
		result = result == 0 ? on_pair(host, type, a, b) : -1;
		break;
	case RECORD_ADD:
		if (protocol_get_worker(body, length, &identity) != 0)
			return -1;
		pthread_mutex_unlock(&host->lock);
		start_worker(host, &identity);
		pthread_mutex_lock(&host->lock);
		break;
	case RECORD_RECLAIM:
		protocol_put_number(host->channel, RECORD_CREDIT_BACK, host->credits);
		host->credits = 0;
		host_ring(host, true);
		break;
	case RECORD_PAUSE:
	case RECORD_RESUME:
		set_paused(host, type == RECORD_PAUSE);
		break;
	case RECORD_LEFT:
		host_allow_stacks(host->config->supervisor);
		break;
	case RECORD_RETURN:
		return_prefetched(host);
		break;
	case RECORD_CLOSE:
		begin_closing(host);
		break;
	default:
		result = protocol_get_number(body, length, &a);
		result = result == 0 ? on_number(host, type, a) : -1;
		break;
	}
	pthread_cond_broadcast(&host->changed);
	return result;
}

/* How long the port may sleep, in ms; flushes when it is time. With the lock held. -1: peer gone.
 */
static int flush_due(struct host *host, int *timeout_ms)
{
	size_t backlog = channel_backlog(host->channel);
	uint64_t age_ns = backlog != 0 ? clock_ns() - host->oldest_ns : 0;

	*timeout_ms = -1;
	if (backlog == 0)
		return 0;
	if (!host->urgent && backlog < channel_peer_batch(host->channel) && age_ns < BATCH_NS) {
		*timeout_ms = (int)((BATCH_NS - age_ns) / CLOCK_MS_NS) + 1;
		return 0;
	}
	host->urgent = false;
	host->oldest_ns = 0;
	return channel_flush(host->channel);
}

/* Nobody needs what is left here. Threads that have ended are joined all the same: one that is not
 * counts as lost with whoever watches threads. With the lock held, which they want no more. */
static _Noreturn void leave(struct host *host, int status)
{
	for (unsigned i = 0; i < host->nworkers; i++) {
		struct worker *worker = host->worker[i];

		if (!host->config->process && worker->ended && !worker->joined)
			pthread_join(worker->thread, NULL);
	}
	_exit(status);
}

static void port_loop(struct host *host)
{
	pthread_mutex_lock(&host->lock);
	while (host->running != 0 || channel_backlog(host->channel) != 0) {
		struct pollfd polled[2] = {{.fd = channel_fd(host->channel), .events = POLLIN},
					   {.fd = host->bell, .events = POLLIN}};
		eventfd_t rung;
		int timeout_ms;
		int received;

		if (flush_due(host, &timeout_ms) != 0)
			leave(host, 0);
		if (host->broken)
			leave(host, 1);
		if (host->running == 0 && channel_backlog(host->channel) == 0)
			break;
		if (channel_wants_out(host->channel))
			polled[0].events |= POLLOUT;
		pthread_mutex_unlock(&host->lock);
		poll(polled, 2, timeout_ms);
		pthread_mutex_lock(&host->lock);
		if (polled[1].revents != 0)
			eventfd_read(host->bell, &rung);
		if (polled[0].revents == 0)
			continue;
		while ((received = channel_receive(host->channel, on_record, host)) == 1)
			continue;
		if (received < 0 || channel_flush(host->channel) != 0)
			leave(host, 0); /* the supervisor is gone: nobody is left to report to */
	}
	pthread_mutex_unlock(&host->lock);
}

static void *port_main(void *argument)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, NULL);
	title_thread("port");
	port_loop(argument);
	return NULL;
}

void host_run(const struct host_config *config)
{
	int transfer_fd = config->arena->private_pages ? config->arena->fd : -1;
	int socket_fd = host_enter(config, &transfer_fd);
	struct host *host = host_new(config, socket_fd);
	char text[PAGE_NAME_BYTES + 64];
	pthread_t port;

	host->transfer_fd = transfer_fd;
	fatal_install();
	for (unsigned i = 0; i < config->nworkers; i++)
		start_worker(host, &config->workers[i]);
	if (config->process) {
		if (pthread_create(&port, NULL, port_main, host) != 0) {
			snprintf(text, sizeof text, "%s: its second thread could not be started",
				 config->name);
			protocol_put_text(host->channel, RECORD_WARNING, text);
			channel_flush(host->channel);
			_exit(1);
		}
		worker_main(host->worker[0]);
		pthread_join(port, NULL);
	} else {
		port_loop(host);
		for (unsigned i = 0; i < host->nworkers; i++) {
			if (!host->worker[i]->joined)
				pthread_join(host->worker[i]->thread, NULL);
		}
	}
	host_free(host);
	exit(0);
}
