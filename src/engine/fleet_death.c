/*
 * fleet_death.c - a host has ended: on request, or unasked.
 *
 * First everything it sent is read, so that no completion is lost. Then its jobs
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
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "engine/flow.h"
#include "engine/jobs.h"
#include "engine/watch.h"
#include "engine/watchdog.h"
#include "record/slot.h"

static const uint64_t BACKOFF_NS = 100 * CLOCK_MS_NS;

struct settlement {
	struct remote *host;
	const char *cause;
	uint32_t culprit;		/* page index, or NO_CULPRIT */
	unsigned running;		/* items in hand when it died */
	unsigned blamed;		/* of them, items that were charged or suspected */
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

static void end_entry(struct supervisor *sup, struct entry *entry, enum item_status status,
		      const char *reason, const char *worker)
{
	struct ending ending = {
		.status = status, .reason = reason, .worker = worker, .end_ns = clock_ns()};

	flow_release(sup, entry);
	jobs_end(sup, entry, &ending);
}

/* "was killed", but "exited". */
static const char *was(const char *cause)
{
	return strncmp(cause, "killed", strlen("killed")) == 0 ? "was " : "";
}

/* The item that certainly killed its worker. */
static void charge(struct supervisor *sup, struct entry *entry, const struct settlement *settlement,
		   uint32_t worker)
{
	char reason[ERR_TEXT_BYTES];
	const char *name = fleet_worker_name(sup, worker);

	entry->charges++;
	snprintf(reason, sizeof reason, "%s %s%s while it worked on this (%u time%s)", name,
		 was(settlement->cause), settlement->cause, entry->charges,
		 entry->charges == 1 ? "" : "s");
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
	entry->leftovers |= entry->state == ENTRY_TAKEN;
	if (sup->stopping || (sup->draining && entry->group == 0 && entry->state == ENTRY_SENT)) {
		end_entry(sup, entry, ITEM_PENDING, "", "");
		return;
	}
	for (unsigned i = 0; i < settlement->running; i++) {
		if (settlement->job[i] != entry->job->id)
			continue;
		settlement->blamed++;
		entry->leftovers = true; /* even if its "taken" was never sent */
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
	const char *name = settlement->culprit != NO_CULPRIT
				   ? fleet_worker_name(sup, settlement->culprit)
				   : host->name;
	uint64_t job = 0;
	struct entry *entry;

	for (unsigned i = 0; i < settlement->running; i++) {
		if (settlement->in_hand[i] == settlement->culprit)
			job = settlement->job[i];
	}
	entry = job != 0 ? jobs_find(sup, job) : NULL;
	if (sup->stopping && entry == NULL)
		return; /* stopping is what was wanted: only what it costs is told */
	jobs_log(sup, LOG_ERROR, job, "%s (pid %d) %s%s%s%s", name, (int)host->pid,
		 was(settlement->cause), settlement->cause,
		 entry != NULL ? " while it worked on " : "",
		 entry != NULL ? entry->job->name : "");
}

static bool group_has_more(const struct supervisor *sup, const struct remote *host)
{
	for (unsigned i = 0; i < sup->nremotes; i++) {
		const struct remote *other = sup->remote[i];

		if (other != host && other->group == host->group &&
		    (other->state == REMOTE_LIVE || other->state == REMOTE_WAITING))
			return true;
	}
	return false;
}

void fleet_give_up(struct supervisor *sup, struct remote *host, const char *cause, bool dispensable)
{
	host->state = REMOTE_ENDED;
	if (host == sup->recorder) {
		sup->report_missing = sup->plan->report;
		jobs_acknowledged(sup, UINT64_MAX);
		jobs_log(sup, LOG_ERROR, 0, "no report: the recorder kept dying (%s)", cause);
	} else if (host == sup->walk) {
		sup->source_ended = true;
		sup->exit_code = 1;
		jobs_log(sup, LOG_ERROR, 0, "the inputs were not all found: walk-1: %s", cause);
	} else if (dispensable && group_has_more(sup, host)) {
		jobs_log(sup, LOG_WARNING, 0, "%s: %s; going on without it", host->name, cause);
	} else {
		sup->exit_code = 4;
		sup->stopping = true;
		snprintf(sup->status.message, sizeof sup->status.message,
			 "stopped: %s kept dying (%.100s)", host->name, cause);
	}
}

static bool all_retired(const struct remote *host)
{
	for (unsigned i = 0; i < host->nworkers; i++) {
		if (!host->workers[i].retiring)
			return false;
	}
	return host->nworkers != 0;
}

/* The walk's successor looks anew, and hands over what its predecessor has not. */
static bool can_be_replaced(const struct supervisor *sup, const struct remote *host)
{
	const char *from = sup->plan->config.from;
	bool read_once = from != NULL && strcmp(from, "-") == 0;

	return host != sup->walk || !(sup->draining || read_once);
}

/* An end that nobody asked for. Deaths for which an item answers are bounded by --retries; those
 * without one (at the start, idle) by MOST_DEATHS in a row. */
static void died(struct supervisor *sup, struct remote *host, const char *cause, uint64_t now_ns)
{
	struct settlement settlement = {.host = host, .cause = cause};

	bury(sup, host, cause, now_ns); /* also makes the rows readable again */
	watchdog_buried(sup, host);
	inspect(sup, &settlement);
	log_death(sup, &settlement);
	jobs_each(sup, settle, &settlement);
	flow_host_gone(sup, host);
	if (settlement.blamed == 0)
		host->deaths++;
	host->state = (sup->stopping && host != sup->recorder) || all_retired(host)
			      ? REMOTE_ENDED
			      : REMOTE_WAITING;
	if (host->state == REMOTE_ENDED)
		return;
	if (host->deaths >= MOST_DEATHS || !can_be_replaced(sup, host)) {
		fleet_give_up(sup, host, cause, false);
		return;
	}
	host->restart_ns = host->deaths < 2 ? now_ns : now_ns + (BACKOFF_NS << (host->deaths - 2));
}

/* An end that was asked for. No job should be with it any more; one that is starts again. */
static void ended(struct supervisor *sup, struct remote *host)
{
	struct settlement nothing = {.host = host, .culprit = NO_CULPRIT};

	jobs_each(sup, settle, &nothing);
	flow_host_gone(sup, host);
	host->state = REMOTE_ENDED;
}

/* A recorder that was stopped by somebody, or never came to begin, is no reason to go without a
 * report: the next one may. */
static bool was_held_up(const struct supervisor *sup, const struct remote *host)
{
	struct page_worker_live live;

	if (host != sup->recorder)
		return false;
	return host->stopped_ns != 0 ||
	       (page_read_worker(sup->page, host->workers[0].identity.worker, &live) &&
		live.started_ns == 0 && host->deaths == 0);
}

void fleet_reap(struct supervisor *sup, struct remote *host)
{
	siginfo_t info = {0};
	uint64_t now_ns = clock_ns();
	char cause[96];
	bool asked;

	if (host->state != REMOTE_LIVE)
		return;
	while (fleet_receive(sup, host))
		continue;
	if (waitid(P_PIDFD, (id_t)host->pid_fd, &info, WEXITED | WNOHANG) != 0)
		info.si_code = CLD_KILLED; /* somebody else took its status: of what is unknown */
	else if (info.si_pid == 0)
		return;
	fleet_hang_up(sup, host);
	watch_remove(sup->epoll_fd, host->pid_fd);
	close(host->pid_fd);
	host->pid_fd = -1;
	describe_end(&info, host, cause, sizeof cause);
	fleet_show_host(sup, host, false);
	asked = host->closing || all_retired(host) || (host == sup->walk && sup->source_ended) ||
		(host == sup->recorder && sup->finishing);
	if (asked && info.si_code == CLD_EXITED && info.si_status == 0) {
		ended(sup, host);
		return;
	}
	if (asked && (sup->stopping || host->closing || host == sup->walk) &&
	    !was_held_up(sup, host)) {
		bury(sup, host, cause, now_ns);
		if (!sup->stopping)
			jobs_log(sup, LOG_WARNING, 0, "%s: at its end: %s", host->name, cause);
		ended(sup, host);
		return;
	}
	died(sup, host, cause, now_ns);
}
