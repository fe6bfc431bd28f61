/*
 * control_server.c - the supervisor's end of the control socket.
 *
 * One request is one message, answered at once with "ok" or "error: sentence". "ok" means that the
 * command was accepted; its effect is seen in the run page.
 */
#include "config.h"

#include "engine/control_server.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "engine/fleet.h"
#include "engine/flow.h"
#include "engine/jobs.h"
#include "engine/phases.h"
#include "engine/watch.h"
#include "view/control.h"

enum { NAMES_BYTES = 256 };

int control_server_open(struct supervisor *sup, struct err *err)
{
	char *path = control_socket_path(sup->page_path);

	sup->control_fd = control_listen(path, err);
	free(path);
	if (sup->control_fd < 0)
		return -1;
	watch_add(sup->epoll_fd, sup->control_fd, WATCH_CONTROL, 0);
	return 0;
}

void control_server_accept(struct supervisor *sup)
{
	struct ucred peer = {0};
	socklen_t length = sizeof peer;
	int fd = accept4(sup->control_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	unsigned free_place = 0;

	if (fd < 0)
		return;
	while (free_place < CONTROL_PEERS && sup->control_peer[free_place] >= 0)
		free_place++;
	if (free_place == CONTROL_PEERS ||
	    getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0 || peer.uid != geteuid()) {
		close(fd);
		return;
	}
	sup->control_peer[free_place] = fd;
	watch_add(sup->epoll_fd, fd, WATCH_PEER, free_place);
}

static int find_station(const struct supervisor *sup, const char *name)
{
	const struct layout *layout = &sup->plan->layout;

	for (unsigned s = 0; s < layout->nstations; s++) {
		if (strcmp(sup->workload->stages[layout->station[s].first_stage].name, name) == 0)
			return (int)s;
	}
	return -1;
}

/* "read, decode, write"; of queues the first is called intake. */
static const char *stations(const struct supervisor *sup, const char *first, char *text,
			    size_t size)
{
	const struct layout *layout = &sup->plan->layout;

	text[0] = '\0';
	for (unsigned s = 0; s < layout->nstations; s++) {
		const char *name = sup->workload->stages[layout->station[s].first_stage].name;

		text_add(text, size, "%s%s", s > 0 ? ", " : "",
			 s == 0 && first != NULL ? first : name);
	}
	return text;
}

static int do_add(struct supervisor *sup, const struct control_request *request, struct err *err)
{
	int station = find_station(sup, request->argument[0]);
	char there[NAMES_BYTES];

	if (station < 0)
		return err_permanent(err, "'%s' is no station of this run; there are %s",
				     request->argument[0],
				     stations(sup, NULL, there, sizeof there));
	return fleet_add_worker(sup, (unsigned)station, err);
}

/* A queue inside a host is bounded there, one between hosts here. */
static int do_capacity(struct supervisor *sup, const struct control_request *request,
		       struct err *err)
{
	const char *name = request->argument[0];
	int station = strcmp(name, "intake") == 0 ? 0 : find_station(sup, name);
	char *end, there[NAMES_BYTES];
	unsigned long capacity = strtoul(request->argument[1], &end, 10);

	if (station < 0)
		return err_permanent(err, "'%s' is no queue of this run; there are %s", name,
				     stations(sup, "intake", there, sizeof there));
	if (*end != '\0' || capacity < 1 || capacity > PLAN_MOST_CAPACITY)
		return err_permanent(err, "'%s' is no capacity: give a number from 1 to %d",
				     request->argument[1], PLAN_MOST_CAPACITY);
	for (unsigned g = 0; g < sup->ngroups; g++) {
		if (sup->group[g].first_station == (unsigned)station) {
			flow_set_capacity(sup, g, (unsigned)capacity);
			return 0;
		}
	}
	for (unsigned i = 0; i < sup->nremotes; i++) {
		struct remote *host = sup->remote[i];

		if (host->group < sup->ngroups && host->channel != NULL &&
		    (unsigned)station > sup->group[host->group].first_station &&
		    (unsigned)station <= sup->group[host->group].last_station) {
			protocol_put_pair(host->channel, RECORD_CAPACITY, (uint64_t)station,
					  capacity);
			host->dirty = true;
		}
	}
	return 0;
}

static struct remote *target(struct supervisor *sup, const struct control_request *request,
			     struct remote_worker **worker, struct err *err)
{
	uint32_t incarnation = 0;
	struct remote *host;

	if (request->narguments > 1)
		incarnation = (uint32_t)strtoul(request->argument[1], NULL, 10);
	host = fleet_find_worker(sup, request->argument[0], incarnation, worker);
	if (host == NULL)
		err_permanent(err, "no worker '%s' is alive%s", request->argument[0],
			      incarnation != 0 ? " in that incarnation" : "");
	return host;
}

static int do_kill(struct supervisor *sup, const struct control_request *request, struct err *err)
{
	struct remote_worker *worker = NULL;
	struct remote *host = target(sup, request, &worker, err);

	if (host == NULL)
		return -1;
	fleet_kill(sup, host, "on request", worker->identity.worker);
	return 0;
}

static int do_abandon(struct supervisor *sup, const struct control_request *request,
		      struct err *err)
{
	struct remote_worker *worker = NULL;
	struct remote *host = target(sup, request, &worker, err);

	if (host == NULL)
		return -1;
	return phases_abandon(sup, host, worker, err);
}

static int carry_out(struct supervisor *sup, const struct control_request *request, struct err *err)
{
	switch (request->verb) {
	case CONTROL_PAUSE:
		phases_pause(sup, true);
		return 0;
	case CONTROL_RESUME:
		phases_pause(sup, false);
		return 0;
	case CONTROL_CANCEL:
		phases_interrupt(sup, SIGINT);
		return 0;
	case CONTROL_ADD:
		return do_add(sup, request, err);
	case CONTROL_RETIRE:
		return fleet_retire_worker(sup, request->argument[0], err);
	case CONTROL_CAPACITY:
		return do_capacity(sup, request, err);
	case CONTROL_KILL:
		return do_kill(sup, request, err);
	case CONTROL_ABANDON:
		return do_abandon(sup, request, err);
	default:
		return err_permanent(err, "not known to this run");
	}
}

static void hang_up(struct supervisor *sup, unsigned index)
{
	watch_remove(sup->epoll_fd, sup->control_peer[index]);
	close(sup->control_peer[index]);
	sup->control_peer[index] = -1;
}

void control_server_peer(struct supervisor *sup, unsigned index)
{
	char message[CONTROL_MESSAGE_BYTES];
	char answer[CONTROL_MESSAGE_BYTES + ERR_TEXT_BYTES];
	struct control_request request;
	struct err err = {0};
	ssize_t length = recv(sup->control_peer[index], message, sizeof message, MSG_DONTWAIT);

	if (length <= 0) {
		if (length == 0 || errno != EAGAIN)
			hang_up(sup, index);
		return;
	}
	if (control_parse(message, (size_t)length, &request, &err) == 0 &&
	    carry_out(sup, &request, &err) == 0)
		snprintf(answer, sizeof answer, "ok");
	else
		snprintf(answer, sizeof answer, "error: %s", err.text);
	if (send(sup->control_peer[index], answer, strlen(answer), MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		hang_up(sup, index);
}

void control_server_close(struct supervisor *sup)
{
	char *path = control_socket_path(sup->page_path);

	for (unsigned i = 0; i < CONTROL_PEERS; i++) {
		if (sup->control_peer[i] >= 0)
			close(sup->control_peer[i]);
	}
	if (sup->control_fd >= 0)
		close(sup->control_fd);
	unlink(path);
	free(path);
}
