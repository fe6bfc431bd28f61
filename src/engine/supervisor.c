/*
 * supervisor.c - runs a plan: starts the hosts, keeps the job table, moves jobs between hosts.
 *
 * The whole picture
 *
 *   front ──tether── supervisor ──socket── walk-1     finds inputs
 *                        │   ├──socket── recorder      joblog, snapshots, report
 *                        │   ├──socket── read          a host with N worker threads
 *                        │   ├──socket── decode-1      a host that is one worker
 *                        │   └──socket── ...
 *                        ├── control socket            pause, add, retire, capacity, kill ...
 *                        └── run page                  what everybody sees
 *
 * Who runs where. This process has one thread for ever, so it may fork at any time. It opens no
 * input, decodes nothing and never blocks on a disk or a peer: it only sleeps in epoll_wait. Hosts
 * are forked from it, so they find page, arena and plan in their memory; each keeps nothing else
 * but its own socket.
 *
 * Who owns what. A job belongs to the job table (jobs.c) from the moment the walk reports it until
 * its completion is counted. While it is leased to a host, the host works on a copy of its
 * description; its pixels lie in an arena slot, which one worker at a time uses. A host's death
 * costs what lies in its memory, and nothing of that is the only copy: completions are sent after
 * the effect (the file has its name), so a job without a completion can simply be done again.
 *
 * Why the bounds. The intake's capacity bounds what the walk may find ahead; the capacities of the
 * other queues, with credits, bound how many pictures are in memory; four unanswered messages a
 * channel bound what lies in sockets. So memory is flat in the number of inputs (flow.c).
 *
 * When things end: phases.c. What happens when a host dies: fleet.c.
 */
#include "config.h"

#include "engine/supervisor.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "engine/control_server.h"
#include "engine/fleet.h"
#include "engine/flow.h"
#include "engine/item_limits.h"
#include "engine/jobs.h"
#include "engine/launch.h"
#include "engine/phases.h"
#include "engine/setup.h"
#include "engine/supervisor_private.h"
#include "engine/tether.h"
#include "engine/watch.h"
#include "engine/watchdog.h"

enum { TURN_MS = 100 };

static const uint64_t STATUS_NS = 20 * CLOCK_MS_NS;
static const uint64_t FRONT_PATIENCE_NS = 5000 * CLOCK_MS_NS;
static const uint64_t WATCH_NS = 100 * CLOCK_MS_NS;

/* The front goes or has gone. All hosts are told, the recorder too: each can be looked at. */
static void be_left(struct supervisor *sup, bool on_purpose)
{
	sup->unwatched = true;
	sup->detached = sup->detached || on_purpose;
	fleet_tell_all(sup, RECORD_LEFT);
	if (sup->recorder->channel != NULL) {
		channel_put(sup->recorder->channel, RECORD_LEFT, NULL, 0);
		sup->recorder->dirty = true;
	}
}

static void on_tether(struct supervisor *sup)
{
	char word;
	ssize_t length = recv(sup->tether_fd, &word, 1, MSG_DONTWAIT);

	/* A reset only says that the front left something unread: its last word is still there. */
	if (length < 0 && (errno == EAGAIN || errno == EINTR || errno == ECONNRESET))
		return;
	if (length <= 0) {
		watch_remove(sup->epoll_fd, sup->tether_fd);
		close(sup->tether_fd);
		sup->tether_fd = -1;
		be_left(sup, false);
		if (!sup->detached)
			phases_interrupt(sup, SIGHUP);
		return;
	}
	if (word == TETHER_SEEN)
		sup->page_seen = true;
	else if (word == TETHER_ALONE)
		sup->unwatched = true;
	else if (word == TETHER_DETACH)
		be_left(sup, true);
	else if (word == TETHER_INT)
		phases_interrupt(sup, SIGINT);
	else if (word == TETHER_TERM)
		phases_interrupt(sup, SIGTERM);
	else if (word == TETHER_HUP)
		phases_interrupt(sup, SIGHUP);
}

static void on_signal(struct supervisor *sup)
{
	struct signalfd_siginfo info;

	while (read(sup->signal_fd, &info, sizeof info) == sizeof info) {
		if (info.ssi_signo == SIGUSR1)
			watchdog_dump(sup);
		else
			phases_interrupt(sup, (int)info.ssi_signo);
	}
}

static void on_event(struct supervisor *sup, const struct watch_event *event)
{
	switch (event->kind) {
	case WATCH_HOST:
		fleet_receive(sup, sup->remote[event->index]);
		break;
	case WATCH_DEATH:
		fleet_reap(sup, sup->remote[event->index]);
		break;
	case WATCH_TETHER:
		on_tether(sup);
		break;
	case WATCH_SIGNAL:
		on_signal(sup);
		break;
	case WATCH_CONTROL:
		control_server_accept(sup);
		break;
	case WATCH_PEER:
		control_server_peer(sup, event->index);
		break;
	}
}

/* RUNNING begins when every worker of the plan has shown up in the page. */
static bool all_started(const struct supervisor *sup)
{
	struct page_worker_live live;

	for (unsigned i = 0; i < sup->page_workers; i++) {
		if (page_read_worker(sup->page, i, &live) && live.started_ns == 0)
			return false;
	}
	return true;
}

static enum run_state run_state(const struct supervisor *sup)
{
	if (sup->closed_all)
		return RUN_REPORTING;
	if (sup->stopping)
		return RUN_STOPPING;
	if (sup->draining)
		return RUN_DRAINING;
	if (sup->paused)
		return RUN_PAUSED;
	return sup->status.running_ns != 0 ? RUN_RUNNING : RUN_STARTING;
}

void supervisor_publish(struct supervisor *sup, uint64_t now_ns)
{
	sup->status.state = (uint32_t)run_state(sup);
	sup->status.source_ended = sup->source_ended;
	sup->status.in_flight = sup->entries;
	sup->status.updated_ns = now_ns;
	page_write_status(sup->page, &sup->status);
	flow_publish(sup);
	sup->status_written_ns = now_ns;
	sup->status_changed = false;
}

/* What is done a few times a second rather than at every turn. */
static void housekeeping(struct supervisor *sup, uint64_t now_ns, uint64_t *watched_ns)
{
	if (now_ns - sup->status_written_ns >= STATUS_NS) {
		flow_measure(sup, now_ns);
		if (sup->status.running_ns == 0 && all_started(sup))
			sup->status.running_ns = now_ns;
		supervisor_publish(sup, now_ns);
	}
	if (now_ns - *watched_ns >= WATCH_NS) {
		item_limits_watch(sup, now_ns);
		*watched_ns = now_ns;
	}
	watchdog_turn(sup, now_ns);
	fleet_restart_due(sup, now_ns);
}

static void loop(struct supervisor *sup)
{
	struct watch_event events[WATCH_EVENTS];
	uint64_t watched_ns = 0;
	bool over = false;

	while (!over) {
		int timeout_ms = sup->status_changed ? (int)(STATUS_NS / CLOCK_MS_NS) : TURN_MS;
		int count = watch_wait(sup->epoll_fd, events, timeout_ms);

		for (int i = 0; i < count; i++)
			on_event(sup, &events[i]);
		housekeeping(sup, clock_ns(), &watched_ns);
		flow_turn(sup);
		over = phases_turn(sup, clock_ns());
		fleet_flush(sup);
	}
}

static void start_all(struct supervisor *sup)
{
	for (unsigned i = 0; i < sup->nremotes; i++) {
		if (sup->remote[i] != sup->alone)
			fleet_start(sup, sup->remote[i]);
	}
}

/* The recorder could not save the report: 5, unless something graver has its own code. */
static int final_exit_code(struct supervisor *sup)
{
	struct page_recorder recorder = {0};
	int code = (int)sup->status.exit_code;

	page_read_recorder(sup->page, &recorder);
	if (code <= 1 && (sup->report_missing || recorder.report_state == 2 ||
			  (sup->plan->report && recorder.report_state == 0)))
		code = 5;
	return code;
}

int supervisor_refuse(int tether_fd, const char *sentence)
{
	char message[TETHER_MESSAGE_BYTES];

	snprintf(message, sizeof message, "%c%s", TETHER_REFUSED, sentence);
	send(tether_fd, message, strlen(message), MSG_NOSIGNAL);
	return 2;
}

static void tell_page(const struct supervisor *sup)
{
	char message[TETHER_MESSAGE_BYTES];

	snprintf(message, sizeof message, "%c%s", TETHER_PAGE, sup->page_path);
	send(sup->tether_fd, message, strlen(message), MSG_NOSIGNAL);
}

/* A short run may be over before the front has opened the page that shows it. */
static void await_front(struct supervisor *sup)
{
	uint64_t deadline_ns = clock_ns() + FRONT_PATIENCE_NS;

	while (sup->tether_fd >= 0 && !sup->detached && !sup->page_seen &&
	       clock_ns() < deadline_ns) {
		struct pollfd polled = {.fd = sup->tether_fd, .events = POLLIN};

		if (poll(&polled, 1, TURN_MS) > 0)
			on_tether(sup);
	}
}

static int run(struct supervisor *sup)
{
	int code;

	fleet_declare(sup);
	sup->watchdog = watchdog_new();
	supervisor_publish(sup, clock_ns());
	tell_page(sup);
	start_all(sup);
	flow_turn(sup); /* the walk finds its credits waiting */
	fleet_flush(sup);
	loop(sup);
	watchdog_end(sup);
	code = final_exit_code(sup);
	if (sup->refusal[0] != '\0' && sup->tether_fd >= 0)
		supervisor_refuse(sup->tether_fd, sup->refusal);
	sup->status.exit_code = (uint32_t)code;
	sup->status.state = RUN_DONE;
	page_write_status(sup->page, &sup->status);
	await_front(sup);
	return code;
}

int supervisor_run(struct plan *plan, int tether_fd)
{
	struct supervisor *sup = mem_calloc(1, sizeof *sup);
	struct err err = {0};
	int code;

	sup->plan = plan;
	sup->workload = plan->workload;
	if (sup->workload->item_cpu_ns != NULL)
		sup->item_cpu_ns = sup->workload->item_cpu_ns(&plan->config);
	sup->tether_fd = tether_fd;
	sup->lock_fd = sup->report_fd = -1;
	sup->front = getppid();
	setsid();
	title_set(&plan->title, "supervisor");
	if (setup_run(sup, &err) == 0)
		code = run(sup);
	else
		code = supervisor_refuse(tether_fd, err.text);
	watchdog_free(sup->watchdog);
	jobs_free(sup);
	setup_undo(sup);
	free(sup);
	return code;
}
