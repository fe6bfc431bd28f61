/*
 * fleet.c - the run's processes: started, told, ended. What they say is heard in fleet_hear.c, what
 * their death means is settled in fleet_death.c, which workers there are is kept in
 * fleet_workers.c.
 */
#include "config.h"

#include "engine/fleet.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "engine/flow.h"
#include "engine/jobs.h"
#include "engine/watch.h"
#include "record/slot.h"

static const uint64_t BACKOFF_NS = 100 * CLOCK_MS_NS;
static const uint64_t HUNG_UP_PATIENCE_NS = 10 * CLOCK_SECOND_NS;

void fleet_show_host(struct supervisor *sup, const struct remote *host, bool alive)
{
	struct page_host shown = {.pid = (uint32_t)host->pid,
				  .incarnation = host->incarnation,
				  .alive = alive,
				  .workers = host->nworkers,
				  .started_ns = clock_ns()};

	snprintf(shown.name, sizeof shown.name, "%s", host->name);
	if (host->nworkers != 0)
		shown.first_worker = host->workers[0].identity.worker;
	page_write_host(sup->page, host->page_host, &shown);
}

void fleet_hang_up(struct supervisor *sup, struct remote *host)
{
	if (host->channel == NULL)
		return;
	watch_remove(sup->epoll_fd, channel_fd(host->channel));
	channel_free(host->channel);
	host->channel = NULL;
}

const char *fleet_worker_name(const struct supervisor *sup, uint32_t page_index)
{
	for (unsigned i = 0; i < sup->nremotes; i++) {
		for (unsigned w = 0; w < sup->remote[i]->nworkers; w++) {
			if (sup->remote[i]->workers[w].identity.worker == page_index)
				return sup->remote[i]->workers[w].identity.name;
		}
	}
	return "";
}

/* What an item may need without asking: its share of half the budget, pictures that wait in queues
 * counted as well as those in hand. The other half is for large ones. */
static uint64_t free_allowance(const struct supervisor *sup)
{
	unsigned capacities[LAYOUT_STATIONS];

	plan_capacities(sup->plan, capacities);
	return sup->memory_budget / 2 / flow_slots_needed(sup, capacities);
}

static struct host_config configure(struct supervisor *sup, const struct remote *host,
				    struct record_worker *workers)
{
	bool has_group = host->group < sup->ngroups;
	const struct group *group = has_group ? &sup->group[host->group] : NULL;
	struct host_config config = {
		.plan = sup->plan,
		.page = sup->page,
		.arena = &sup->arena,
		.title = &sup->plan->title,
		.null_fd = sup->null_fd,
		.stderr_fd = sup->stderr_fd,
		.supervisor = getpid(),
		.front = sup->detached ? 0 : sup->front,
		.looker = sup->plan->detach || sup->tether_fd < 0 || sup->detached ? getpid()
										   : sup->front,
		.host = host->page_host,
		.incarnation = host->incarnation,
		.process = host->group == GROUP_ALONE || (has_group && group->process),
		.alone = host->group == GROUP_ALONE,
		.last_group = host->group == GROUP_ALONE || host->group + 1 == sup->ngroups,
		.out_queue = PAGE_NONE,
		.admit_bytes = free_allowance(sup),
		.walked = sup->walked,
		.workers = workers,
	};

	snprintf(config.name, sizeof config.name, "%s", host->name);
	if (has_group) {
		config.first_station = group->first_station;
		config.last_station = group->last_station;
		if (!config.last_group)
			config.out_queue = group->last_station + 1;
	}
	for (unsigned i = 0; i < host->nworkers; i++) {
		if (!host->workers[i].retiring)
			workers[config.nworkers++] = host->workers[i].identity;
	}
	return config;
}

static _Noreturn void become_host(const struct remote *host, const struct host_config *config)
{
	if (host->group == GROUP_WALK)
		walk_run(config);
	if (host->group == GROUP_RECORDER)
		recorder_run(config);
	host_run(config);
}

static void watch_host(struct supervisor *sup, struct remote *host, int socket_fd)
{
	host->channel = channel_new(socket_fd);
	watch_add(sup->epoll_fd, socket_fd, WATCH_HOST, host->page_host);
	watch_add(sup->epoll_fd, host->pid_fd, WATCH_DEATH, host->page_host);
}

static void start_failed(struct supervisor *sup, struct remote *host, const char *what, int cause)
{
	char text[160];

	snprintf(text, sizeof text, "%s: %s", what, strerror(cause));
	host->deaths++;
	if (host->deaths >= MOST_DEATHS) {
		fleet_give_up(sup, host, text, true);
		return;
	}
	jobs_log(sup, LOG_WARNING, 0, "%s: %s; trying again", host->name, text);
	host->state = REMOTE_WAITING;
	host->restart_ns = clock_ns() + (BACKOFF_NS << host->deaths);
}

/* A child whose end could not be noticed must not be. -1 with errno. */
static int watch_end(struct remote *host)
{
	int cause;

	host->pid_fd = pidfd_open(host->pid, 0);
	if (host->pid_fd >= 0)
		return 0;
	cause = errno;
	kill(host->pid, SIGKILL);
	while (waitpid(host->pid, NULL, 0) < 0 && errno == EINTR)
		continue;
	errno = cause;
	return -1;
}

void fleet_start(struct supervisor *sup, struct remote *host)
{
	struct record_worker workers[PAGE_WORKERS];
	struct host_config config;
	int pair[2];

	host->incarnation++;
	for (unsigned i = 0; i < host->nworkers; i++) {
		host->workers[i].identity.incarnation = host->incarnation;
		host->workers[i].ended = false;
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
		start_failed(sup, host, "no socket could be made", errno);
		return;
	}
	config = configure(sup, host, workers);
	config.socket_fd = pair[1];
	host->pid = fork();
	if (host->pid == 0)
		become_host(host, &config);
	if (host->pid < 0 || watch_end(host) != 0) {
		int cause = errno;

		close(pair[0]);
		close(pair[1]);
		start_failed(sup, host, "no process could be started", cause);
		return;
	}
	close(pair[1]);
	host->state = REMOTE_LIVE;
	host->closing = false;
	host->stopped_ns = 0;
	host->kill_reason[0] = '\0';
	host->culprit = NO_CULPRIT;
	host->output_watched = false;
	watch_host(sup, host, pair[0]);
	fleet_show_host(sup, host, true);
	if (sup->paused)
		channel_put(host->channel, RECORD_PAUSE, NULL, 0);
	if (host == sup->recorder) {
		sup->finishing = false; /* this one has not been told */
		jobs_resend(sup);
	}
	host->dirty = true;
}

void fleet_restart_due(struct supervisor *sup, uint64_t now_ns)
{
	for (unsigned i = 0; i < sup->nremotes; i++) {
		struct remote *host = sup->remote[i];

		if (host->state == REMOTE_WAITING && host->restart_ns <= now_ns)
			fleet_start(sup, host);
		if (host->state == REMOTE_LIVE && host->channel == NULL &&
		    host->kill_reason[0] == '\0' && now_ns > host->hung_up_ns + HUNG_UP_PATIENCE_NS)
			fleet_kill(sup, host, "it hung up and went on", NO_CULPRIT);
	}
	if (sup->alone_first != NULL && sup->alone->state == REMOTE_UNUSED)
		fleet_start_alone(sup);
}

void fleet_flush(struct supervisor *sup)
{
	for (unsigned i = 0; i < sup->nremotes; i++) {
		struct remote *host = sup->remote[i];

		if (!host->dirty || host->channel == NULL)
			continue;
		host->dirty = false;
		if (channel_flush(host->channel) != 0) {
			fleet_receive(sup, host); /* its last words, then its end */
			continue;
		}
		if (host->output_watched != channel_wants_out(host->channel)) {
			host->output_watched = !host->output_watched;
			watch_output(sup->epoll_fd, channel_fd(host->channel), WATCH_HOST,
				     host->page_host, host->output_watched);
		}
	}
}

void fleet_kill(struct supervisor *sup, struct remote *host, const char *why, uint32_t culprit)
{
	(void)sup;
	if (host->state != REMOTE_LIVE)
		return;
	snprintf(host->kill_reason, sizeof host->kill_reason, "%s", why);
	host->culprit = culprit;
	pidfd_send_signal(host->pid_fd, SIGKILL, NULL, 0);
}

void fleet_tell_all(struct supervisor *sup, enum record_type type)
{
	for (unsigned i = 0; i < sup->nremotes; i++) {
		struct remote *host = sup->remote[i];

		if (host->channel == NULL || host == sup->recorder)
			continue;
		channel_put(host->channel, type, NULL, 0);
		host->dirty = true;
	}
}

bool fleet_close_group(struct supervisor *sup, unsigned group)
{
	bool all_ended = true;

	for (unsigned i = 0; i < sup->nremotes; i++) {
		struct remote *host = sup->remote[i];

		if (host->group != group)
			continue;
		if (host->state == REMOTE_WAITING || host->state == REMOTE_UNUSED)
			host->state = REMOTE_ENDED;
		all_ended &= host->state == REMOTE_ENDED;
		if (host->closing || host->channel == NULL)
			continue;
		host->closing = true;
		channel_put(host->channel, RECORD_CLOSE, NULL, 0);
		host->dirty = true;
	}
	return all_ended;
}

void fleet_free(struct supervisor *sup)
{
	for (unsigned i = 0; i < sup->nremotes; i++) {
		struct remote *host = sup->remote[i];

		fleet_hang_up(sup, host);
		if (host->pid_fd > 0)
			close(host->pid_fd);
		free(host->workers);
		free(host);
	}
}
