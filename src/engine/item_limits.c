/*
 * item_limits.c - how long an item may take, as the supervisor enforces it.
 *
 * Three limits, each ending the worker's process, since nothing else ends code that does not ask:
 *   --item-timeout      by the clock, without what the worker waits for
 *   --max-seconds       by CPU time in one stage, which many workers on few cores do not use up;
 *                       the stage itself refuses the item first where it gets to ask (codec.c)
 *   being abandoned     when the worker has not reacted within ABANDON_PATIENCE_NS
 */
#include "config.h"

#include "engine/item_limits.h"

#include <stdio.h>
#include <sys/wait.h>
#include <time.h>

#include "base/clock.h"
#include "engine/fleet.h"
#include "engine/jobs.h"

static const uint64_t ABANDON_PATIENCE_NS = 2000 * CLOCK_MS_NS;
/* What the stage itself is given to find out. */
static const uint64_t GRACE_NS = 1000 * CLOCK_MS_NS;

/* The item may be with another worker of its host by now, who has not been told. One that only
 * waits for room in the next queue is done with it: the worker behind that queue will let it go. */
static void abandon_further(struct supervisor *sup, struct remote *host,
			    struct remote_worker *worker, const struct entry *entry,
			    const struct page_worker_live *live, uint64_t now_ns)
{
	if (host->channel != NULL) {
		protocol_put_pair(host->channel, RECORD_ABANDON, worker->identity.worker,
				  live->job);
		host->dirty = true;
	}
	if (live->state != WORKER_PUT && now_ns - entry->abandon_ns > ABANDON_PATIENCE_NS)
		fleet_kill(sup, host, "its item was abandoned", worker->identity.worker);
}

/* A host that is one worker. */
static bool is_process_worker(const struct supervisor *sup, const struct remote *host)
{
	return host->group == GROUP_ALONE ||
	       (host->group < sup->ngroups && sup->group[host->group].process);
}

/* CPU time that a process has used, all its threads together; 0: it is gone. */
static uint64_t process_cpu_ns(pid_t pid)
{
	struct timespec used;
	clockid_t clock;

	if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0)
		return 0;
	return (uint64_t)used.tv_sec * CLOCK_SECOND_NS + (uint64_t)used.tv_nsec;
}

/* The worker's process computes in one stage for longer than the workload allows: what it called
 * there never asks how long it may. Counted from when the stage was first seen here. */
static bool computes_too_long(const struct supervisor *sup, const struct remote *host,
			      struct remote_worker *worker, const struct page_worker_live *live)
{
	uint64_t used_ns;

	if (sup->item_cpu_ns == 0 || !is_process_worker(sup, host))
		return false;
	used_ns = process_cpu_ns(host->pid);
	if (worker->watched_pid != host->pid || worker->watched_serial != live->stage_serial) {
		worker->watched_pid = host->pid;
		worker->watched_serial = live->stage_serial;
		worker->watched_cpu_ns = used_ns;
	}
	return used_ns > worker->watched_cpu_ns + sup->item_cpu_ns + GRACE_NS;
}

static const char *stage_name(const struct supervisor *sup, const struct page_worker_live *live)
{
	return live->stage < sup->workload->nstages ? sup->workload->stages[live->stage].name
						    : "no stage";
}

static void watch_worker(struct supervisor *sup, struct remote *host, struct remote_worker *worker,
			 uint64_t now_ns)
{
	double timeout_s = sup->plan->item_timeout_s;
	uint64_t timeout_ns = (uint64_t)(timeout_s * 1e9);
	struct page_worker_live live;
	struct entry *entry;
	char why[96];

	if (!page_read_worker(sup->page, worker->identity.worker, &live) || live.job == 0 ||
	    live.incarnation != host->incarnation)
		return;
	entry = jobs_find(sup, live.job);
	if (entry == NULL || entry->host != host)
		return;
	if (entry->abandoned) {
		abandon_further(sup, host, worker, entry, &live, now_ns);
		return;
	}
	if (computes_too_long(sup, host, worker, &live)) {
		snprintf(why, sizeof why,
			 "more than %g s of computing for one item (--max-seconds), in %s",
			 clock_seconds(sup->item_cpu_ns), stage_name(sup, &live));
		fleet_kill(sup, host, why, worker->identity.worker);
		return;
	}
	/* What it waits for is not its fault: the time counts from when it goes on. */
	if (live.state != WORKER_RUN && live.state != WORKER_IO && live.state != WORKER_DELAY)
		entry->waited_ns = now_ns;
	if (timeout_ns == 0 || sup->paused || entry->waited_ns == now_ns ||
	    now_ns < live.item_since_ns + timeout_ns || now_ns < entry->waited_ns + timeout_ns)
		return;
	snprintf(why, sizeof why, "longer than %g s at one item (--item-timeout), in %s", timeout_s,
		 stage_name(sup, &live));
	fleet_kill(sup, host, why, worker->identity.worker);
}

/*
 * A process that somebody has stopped looks like one that waits: it says nothing, and what lies in
 * it or on its way to it stays there. Only its parent is told.
 */
static void watch_stop(struct supervisor *sup, struct remote *host, uint64_t now_ns)
{
	double timeout_s = sup->plan->item_timeout_s;
	siginfo_t info = {0};
	char why[96];

	if (waitid(P_PIDFD, (id_t)host->pid_fd, &info, WSTOPPED | WCONTINUED | WNOHANG) == 0 &&
	    info.si_pid != 0) {
		host->stopped_ns = info.si_code == CLD_CONTINUED ? 0 : now_ns;
		jobs_log(sup, LOG_WARNING, 0, "%s (pid %d) was %s", host->name, (int)host->pid,
			 host->stopped_ns != 0 ? "stopped by a signal" : "continued");
	}
	if (timeout_s <= 0 || host->stopped_ns == 0 ||
	    now_ns < host->stopped_ns + (uint64_t)(timeout_s * 1e9))
		return;
	snprintf(why, sizeof why, "stopped by a signal for more than %g s (--item-timeout)",
		 timeout_s);
	fleet_kill(sup, host, why, NO_CULPRIT);
}

void item_limits_watch(struct supervisor *sup, uint64_t now_ns)
{
	for (unsigned i = 0; i < sup->nremotes; i++) {
		struct remote *host = sup->remote[i];

		if (host->state != REMOTE_LIVE || host->kill_reason[0] != '\0')
			continue;
		watch_stop(sup, host, now_ns);
		/* A stopped one may never have told what it has taken: the page knows. */
		for (unsigned w = 0; w < host->nworkers && host->taken + host->untaken != 0; w++)
			watch_worker(sup, host, &host->workers[w], now_ns);
	}
}
