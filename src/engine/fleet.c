/*
 * fleet.c - the run's processes: start, hear, reap, replace.
 *
 * Death of a host. First everything it sent is read, so that no completion is lost. Then its jobs
 * are settled one by one. Which of them its workers had in hand stands in the run page, written
 * before work began. If a worker's fatal-signal handler marked itself, or the host had only one
 * worker, or we killed the host for one worker's sake, that worker's item is charged: tried again,
 * and quarantined when it has killed more than
 * --retries workers. Otherwise every item in hand is a suspect and is tried again alone, in a host
 * with one worker. All other jobs of the host are innocent and go back free.
 */
#include "config.h"

#include "engine/fleet.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "engine/flow.h"
#include "engine/jobs.h"
#include "engine/watch.h"
#include "record/slot.h"

static const uint64_t BACKOFF_NS = 100 * CLOCK_MS_NS;

/* --- starting --- */

static void show_host(struct supervisor *sup, const struct remote *host, bool alive)
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
		.host = host->page_host,
		.incarnation = host->incarnation,
		.process = host->group == GROUP_ALONE || (has_group && group->process),
		.alone = host->group == GROUP_ALONE,
		.last_group = host->group == GROUP_ALONE || host->group + 1 == sup->ngroups,
		.out_queue = PAGE_NONE,
		.admit_bytes = sup->memory_budget / 2 / layout_workers(&sup->plan->layout),
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
	host->pid_fd = pidfd_open(host->pid, 0);
	watch_add(sup->epoll_fd, socket_fd, WATCH_HOST, host->page_host);
	watch_add(sup->epoll_fd, host->pid_fd, WATCH_DEATH, host->page_host);
}

static void start_failed(struct supervisor *sup, struct remote *host, const char *what)
{
	jobs_log(sup, LOG_WARNING, 0, "%s: %s: %s; trying again", host->name, what,
		 strerror(errno));
	host->state = REMOTE_WAITING;
	host->deaths++;
	host->restart_ns = clock_ns() + (BACKOFF_NS << host->deaths);
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
		start_failed(sup, host, "no socket could be made");
		return;
	}
	config = configure(sup, host, workers);
	config.socket_fd = pair[1];
	host->pid = fork();
	if (host->pid == 0)
		become_host(host, &config);
	close(pair[1]);
	if (host->pid < 0) {
		close(pair[0]);
		start_failed(sup, host, "no process could be started");
		return;
	}
	host->state = REMOTE_LIVE;
	host->closing = false;
	host->kill_reason[0] = '\0';
	host->culprit = NO_CULPRIT;
	host->output_watched = false;
	watch_host(sup, host, pair[0]);
	show_host(sup, host, true);
	if (sup->paused)
		channel_put(host->channel, RECORD_PAUSE, NULL, 0);
	if (host == sup->recorder)
		jobs_resend(sup);
	host->dirty = true;
}

void fleet_restart_due(struct supervisor *sup, uint64_t now_ns)
{
	for (unsigned i = 0; i < sup->nremotes; i++) {
		if (sup->remote[i]->state == REMOTE_WAITING && sup->remote[i]->restart_ns <= now_ns)
			fleet_start(sup, sup->remote[i]);
	}
	if (sup->alone_first != NULL && sup->alone->state == REMOTE_UNUSED)
		fleet_start_alone(sup);
}

/* --- hearing --- */

static const char *worker_name(const struct supervisor *sup, uint32_t page_index)
{
	for (unsigned i = 0; i < sup->nremotes; i++) {
		for (unsigned w = 0; w < sup->remote[i]->nworkers; w++) {
			if (sup->remote[i]->workers[w].identity.worker == page_index)
				return sup->remote[i]->workers[w].identity.name;
		}
	}
	return "";
}

/* A transient failure: once more, then the item stays pending; the run says what is wrong, and
 * stops taking new items when nothing succeeds any more. */
static enum item_status transient_verdict(struct supervisor *sup, struct entry *entry,
					  const char *reason)
{
	unsigned patience = 2 * layout_workers(&sup->plan->layout);

	if (entry->abandoned)
		return ITEM_FAILED;
	sup->transient_row++;
	if (sup->transient_row > (patience > 8 ? patience : 8) && !sup->draining) {
		sup->draining = true;
		sup->exit_code = 1;
		sup->drain_ns = clock_ns();
		snprintf(sup->status.message, sizeof sup->status.message,
			 "stopped: every item fails: %.150s", reason);
		jobs_log(sup, LOG_ERROR, 0, "%s", sup->status.message);
	}
	return ITEM_PENDING;
}

static int on_done(struct supervisor *sup, struct remote *host, const void *body, size_t length)
{
	struct record_done done;
	struct entry *entry;
	struct ending ending;
	char reason[ERR_TEXT_BYTES];

	if (protocol_get_done(body, length, &done) != 0)
		return -1;
	entry = jobs_find(sup, done.job);
	if (entry == NULL || entry->host != host || entry->state != ENTRY_TAKEN)
		return -1;
	snprintf(reason, sizeof reason, "%.*s", (int)done.reason_length, done.reason);
	if (host->group < sup->ngroups)
		sup->group[host->group].finished++;
	host->deaths = 0;
	entry->job->start_ns = done.start_ns;
	entry->job->bytes_in = done.bytes_in;
	entry->job->bytes_out = done.bytes_out;
	ending = (struct ending){.status = (enum item_status)done.status,
				 .reason = reason,
				 .worker = worker_name(sup, done.worker),
				 .end_ns = done.end_ns,
				 .result = done.result,
				 .result_length = done.result_length};
	if (ending.status == ITEM_FAILED && done.error == ERR_TRANSIENT) {
		if (!entry->abandoned && !sup->draining && entry->transient_tries++ == 0) {
			entry->job->attempt++;
			sup->status.retried++;
			flow_restart(sup, entry, entry->alone);
			return 0;
		}
		ending.status = transient_verdict(sup, entry, reason);
	}
	flow_release(sup, entry);
	jobs_end(sup, entry, &ending);
	return 0;
}

static int on_ended(struct remote *host, uint64_t page_index)
{
	for (unsigned i = 0; i < host->nworkers; i++) {
		if (host->workers[i].identity.worker == page_index) {
			host->workers[i].ended = true;
			return 0;
		}
	}
	return -1;
}

static int on_number(struct supervisor *sup, struct remote *host, uint32_t type, uint64_t number)
{
	switch (type) {
	case RECORD_TAKEN:
		return flow_taken(sup, host, number);
	case RECORD_RETURNED:
		return flow_returned(sup, host, number);
	case RECORD_WANT_CREDIT:
		host->credit_wants = number > PAGE_WORKERS ? PAGE_WORKERS : (unsigned)number;
		return 0;
	case RECORD_CREDIT_BACK:
		if (number > host->credits)
			return -1;
		host->credits -= (unsigned)number;
		return 0;
	case RECORD_ENDED:
		return on_ended(host, number);
	case RECORD_ESTIMATE:
		sup->status.estimate_found = number;
		return 0;
	case RECORD_ACKNOWLEDGE:
		jobs_acknowledged(sup, number);
		return 0;
	default:
		return -1;
	}
}

static int on_item(struct supervisor *sup, struct remote *host, const void *body, size_t length)
{
	struct received_item item;

	if (host != sup->walk || host->credits == 0 || protocol_get_item(body, length, &item) != 0)
		return -1;
	host->credits--;
	jobs_found(sup, &item);
	return 0;
}

static int on_source_end(struct supervisor *sup, const void *body, size_t length)
{
	char text[ERR_TEXT_BYTES];

	protocol_get_text(body, length, text, sizeof text);
	sup->source_ended = true;
	if (text[0] == '\0' || sup->draining)
		return 0;
	if (sup->status.found == 0) {
		snprintf(sup->refusal, sizeof sup->refusal, "%s", text);
	} else {
		sup->exit_code = 1;
		jobs_log(sup, LOG_ERROR, 0, "%s", text);
	}
	return 0;
}

struct hearing {
	struct supervisor *sup;
	struct remote *host;
};

static int on_record(void *context, uint32_t type, const void *body, size_t length)
{
	struct hearing *hearing = context;
	struct supervisor *sup = hearing->sup;
	struct remote *host = hearing->host;
	struct record_handed handed;
	char text[ERR_TEXT_BYTES];
	uint64_t a, b;

	switch (type) {
	case RECORD_DONE:
		return on_done(sup, host, body, length);
	case RECORD_HANDED:
		host->deaths = 0;
		return protocol_get_handed(body, length, &handed) == 0
			       ? flow_handed(sup, host, &handed)
			       : -1;
	case RECORD_ITEM:
		return on_item(sup, host, body, length);
	case RECORD_WANT_MEMORY:
		return protocol_get_pair(body, length, &a, &b) == 0
			       ? flow_wants_memory(sup, host, a, b)
			       : -1;
	case RECORD_WARNING:
		protocol_get_text(body, length, text, sizeof text);
		jobs_log(sup, LOG_WARNING, 0, "%s", text);
		return 0;
	case RECORD_SOURCE_END:
		return on_source_end(sup, body, length);
	default:
		return protocol_get_number(body, length, &a) == 0 ? on_number(sup, host, type, a)
								  : -1;
	}
}

static void hang_up(struct supervisor *sup, struct remote *host)
{
	if (host->channel == NULL)
		return;
	watch_remove(sup->epoll_fd, channel_fd(host->channel));
	channel_free(host->channel);
	host->channel = NULL;
}

void fleet_receive(struct supervisor *sup, struct remote *host)
{
	struct hearing hearing = {.sup = sup, .host = host};
	int received = 1;

	while (host->channel != NULL && received == 1)
		received = channel_receive(host->channel, on_record, &hearing);
	if (host->channel != NULL && received < 0)
		hang_up(sup, host);
	if (received == -2)
		fleet_kill(sup, host, "it sent a malformed message", NO_CULPRIT);
	host->dirty = true; /* answers */
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

/* --- death --- */

struct settlement {
	struct remote *host;
	const char *cause;
	uint32_t culprit;		/* page index, or NO_CULPRIT */
	unsigned running;		/* items in hand when it died */
	unsigned in_hand[PAGE_WORKERS]; /* page index by position */
	uint64_t job[PAGE_WORKERS];
};

/* What the workers had in hand, from the page; who is to blame, if that is known. */
static void inspect(struct supervisor *sup, struct settlement *settlement)
{
	struct remote *host = settlement->host;

	settlement->culprit = host->culprit;
	for (unsigned i = 0; i < host->nworkers; i++) {
		uint32_t index = host->workers[i].identity.worker;
		struct page_worker_live live;

		if (host->workers[i].ended || !page_read_worker(sup->page, index, &live) ||
		    live.incarnation != host->incarnation)
			continue;
		if (live.fatal_signal != 0)
			settlement->culprit = index;
		if (live.job != 0) {
			settlement->in_hand[settlement->running] = index;
			settlement->job[settlement->running++] = live.job;
		}
	}
	if (settlement->culprit == NO_CULPRIT && settlement->running == 1)
		settlement->culprit = settlement->in_hand[0];
}

static void sweep_leftovers(struct supervisor *sup, const struct entry *entry)
{
	if (sup->recorder->channel == NULL)
		return;
	protocol_put_job(sup->recorder->channel, RECORD_SWEEP, entry->job);
	sup->recorder->dirty = true;
}

static void end_entry(struct supervisor *sup, struct entry *entry, enum item_status status,
		      const char *reason, const char *worker)
{
	struct ending ending = {
		.status = status, .reason = reason, .worker = worker, .end_ns = clock_ns()};

	flow_release(sup, entry);
	jobs_end(sup, entry, &ending);
}

/* The item that certainly killed its worker. */
static void charge(struct supervisor *sup, struct entry *entry, const struct settlement *settlement,
		   uint32_t worker)
{
	char reason[ERR_TEXT_BYTES];
	const char *name = worker_name(sup, worker);

	entry->charges++;
	snprintf(reason, sizeof reason, "%s was %s while it worked on this (%u times)", name,
		 settlement->cause, entry->charges);
	if (entry->abandoned) {
		end_entry(sup, entry, ITEM_FAILED, "abandoned on request", name);
	} else if (entry->charges > sup->plan->retries) {
		end_entry(sup, entry, ITEM_QUARANTINED, reason, name);
	} else {
		entry->job->attempt++;
		sup->status.retried++;
		flow_restart(sup, entry, entry->alone);
	}
}

static void settle(struct supervisor *sup, struct entry *entry, void *context)
{
	struct settlement *settlement = context;

	if (entry->host != settlement->host || entry->state == ENTRY_QUEUED)
		return;
	if (entry->state == ENTRY_TAKEN)
		sweep_leftovers(sup, entry);
	if (sup->stopping || (sup->draining && entry->group == 0 && entry->state == ENTRY_SENT)) {
		end_entry(sup, entry, ITEM_PENDING, "", "");
		return;
	}
	for (unsigned i = 0; i < settlement->running; i++) {
		if (settlement->job[i] != entry->job->id)
			continue;
		if (settlement->in_hand[i] == settlement->culprit) {
			charge(sup, entry, settlement, settlement->culprit);
			return;
		}
		if (settlement->culprit == NO_CULPRIT) {
			entry->job->attempt++;
			sup->status.retried++;
			flow_restart(sup, entry, true);
			return;
		}
	}
	flow_restart(sup, entry, entry->alone);
}

static void describe_end(const siginfo_t *info, const struct remote *host, char *text, size_t size)
{
	if (host->kill_reason[0] != '\0')
		snprintf(text, size, "killed: %.80s", host->kill_reason);
	else if (info->si_code == CLD_EXITED)
		snprintf(text, size, "exited with %d", info->si_status);
	else
		snprintf(text, size, "killed by SIG%s",
			 sigabbrev_np(info->si_status) ? sigabbrev_np(info->si_status) : "?");
}

static void bury(struct supervisor *sup, struct remote *host, const char *cause, uint64_t now_ns)
{
	for (unsigned i = 0; i < host->nworkers; i++) {
		struct remote_worker *worker = &host->workers[i];

		if (!worker->ended)
			slot_bury(sup->page, worker->identity.worker, WORKER_DEAD, cause, now_ns);
	}
}

static void log_death(struct supervisor *sup, const struct settlement *settlement)
{
	const struct remote *host = settlement->host;
	const char *name = settlement->culprit != NO_CULPRIT ? worker_name(sup, settlement->culprit)
							     : host->name;
	uint64_t job = 0;
	struct entry *entry;

	for (unsigned i = 0; i < settlement->running; i++) {
		if (settlement->in_hand[i] == settlement->culprit)
			job = settlement->job[i];
	}
	entry = job != 0 ? jobs_find(sup, job) : NULL;
	jobs_log(sup, LOG_ERROR, job, "%s (pid %d) was %s%s%s", name, (int)host->pid,
		 settlement->cause, entry != NULL ? " while it worked on " : "",
		 entry != NULL ? entry->job->name : "");
}

/* An end that nobody asked for. */
static void died(struct supervisor *sup, struct remote *host, const char *cause, uint64_t now_ns)
{
	struct settlement settlement = {.host = host, .cause = cause};

	bury(sup, host, cause, now_ns); /* also makes the rows readable again */
	inspect(sup, &settlement);
	log_death(sup, &settlement);
	jobs_each(sup, settle, &settlement);
	flow_host_gone(sup, host);
	host->deaths++;
	if (host == sup->walk) {
		sup->source_ended = true;
		sup->exit_code = 1;
		host->state = REMOTE_ENDED;
		jobs_log(sup, LOG_ERROR, 0, "the inputs were not all found: the walk died");
		return;
	}
	if (host->deaths >= MOST_DEATHS && host != sup->recorder) {
		host->state = REMOTE_ENDED;
		sup->exit_code = 4;
		sup->stopping = true;
		snprintf(sup->status.message, sizeof sup->status.message,
			 "stopped: %s kept dying (%.100s)", host->name, cause);
		return;
	}
	host->state = sup->stopping ? REMOTE_ENDED : REMOTE_WAITING;
	host->restart_ns = host->deaths < 2 ? now_ns : now_ns + (BACKOFF_NS << (host->deaths - 2));
}

static bool all_retired(const struct remote *host)
{
	for (unsigned i = 0; i < host->nworkers; i++) {
		if (!host->workers[i].retiring)
			return false;
	}
	return host->nworkers != 0;
}

void fleet_reap(struct supervisor *sup, struct remote *host)
{
	siginfo_t info = {0};
	uint64_t now_ns = clock_ns();
	char cause[96];
	bool asked;

	if (host->state != REMOTE_LIVE)
		return;
	fleet_receive(sup, host);
	if (waitid(P_PIDFD, (id_t)host->pid_fd, &info, WEXITED | WNOHANG) != 0 || info.si_pid == 0)
		return;
	hang_up(sup, host);
	watch_remove(sup->epoll_fd, host->pid_fd);
	close(host->pid_fd);
	host->pid_fd = -1;
	describe_end(&info, host, cause, sizeof cause);
	show_host(sup, host, false);
	asked = host->closing || all_retired(host) || (host == sup->walk && sup->source_ended) ||
		(host == sup->recorder && sup->finishing);
	if (asked && info.si_code == CLD_EXITED && info.si_status == 0) {
		flow_host_gone(sup, host);
		host->state = REMOTE_ENDED;
		return;
	}
	if (asked && (sup->stopping || host->closing)) {
		bury(sup, host, cause, now_ns);
		if (!sup->stopping)
			jobs_log(sup, LOG_WARNING, 0, "%s: at its end: %s", host->name, cause);
		flow_host_gone(sup, host);
		host->state = REMOTE_ENDED;
		return;
	}
	died(sup, host, cause, now_ns);
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

		hang_up(sup, host);
		if (host->pid_fd > 0)
			close(host->pid_fd);
		free(host->workers);
		free(host);
	}
}
