/*
 * host_make.c - what the threads of a host share, made before there are any and freed after the
 * last.
 */
#include "config.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "engine/host_private.h"

/* The queue as the page shows it; as the plan wants it when a predecessor died while it wrote. */
static void read_identity(const struct host_config *config, unsigned station,
			  struct page_queue *identity)
{
	const struct plan *plan = config->plan;
	unsigned capacities[LAYOUT_STATIONS];

	if (page_read_queue(config->page, station, identity))
		return;
	plan_capacities(plan, capacities);
	*identity = (struct page_queue){.capacity = capacities[station], .station = station + 1};
	snprintf(identity->name, sizeof identity->name, "%s",
		 plan->workload->stages[plan->layout.station[station].first_stage].name);
}

static void make_queues(struct host *host)
{
	const struct host_config *config = host->config;

	for (unsigned s = config->first_station; s <= config->last_station; s++) {
		struct page_queue identity = {0};
		bool inside = s != config->first_station;

		if (inside) {
			read_identity(config, s, &identity);
			identity.popped =
				identity.pushed; /* a predecessor's jobs are with the supervisor */
			identity.closed = 0;
		}
		host->queue[s] = queue_new(config->page, s, inside, &identity);
	}
}

void host_free(struct host *host)
{
	for (unsigned i = 0; i < host->nworkers; i++)
		free(host->worker[i]);
	for (unsigned s = host->config->first_station; s <= host->config->last_station; s++) {
		struct job *job;

		while ((job = queue_take(host->queue[s])) != NULL)
			job_free(job);
		queue_free(host->queue[s]);
	}
	channel_free(host->channel);
	close(host->bell);
	pthread_cond_destroy(&host->changed);
	pthread_mutex_destroy(&host->lock);
	for (unsigned i = 0; i < PAGE_LOCKS; i++)
		pthread_mutex_destroy(&host->named[i]);
	free(host);
}

struct host *host_new(const struct host_config *config, int socket_fd)
{
	struct host *host = mem_calloc(1, sizeof *host);
	pthread_condattr_t monotonic;

	host->config = config;
	host->plan = config->plan;
	host->workload = config->plan->workload;
	host->channel = channel_new(socket_fd);
	host->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_mutex_init(&host->lock, NULL);
	for (unsigned i = 0; i < PAGE_LOCKS; i++)
		pthread_mutex_init(&host->named[i], NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&host->changed, &monotonic);
	pthread_condattr_destroy(&monotonic);
	make_queues(host);
	if (config->first_station == 0 && !config->alone)
		queue_set_patience(host->queue[0], config->plan->patience_ns);
	return host;
}
