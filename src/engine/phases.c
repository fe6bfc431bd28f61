/*
 * phases.c - the phases of a run.
 *
 * Running ends when the source has ended and the job table is empty. Then a host of the last group
 * is told to finish the run's work, if the workload has such work; when that host dies its
 * successor is told again. Then the groups are closed in order, each when the one before has ended;
 * then the recorder is told to write the report; when it has ended the run is over.
 *
 * Draining (first Ctrl-C): nothing new enters station one; what lies in front of it, here and
 * untouched in hosts, becomes pending. The rest goes its way, and running ends as above.
 *
 * Stopping (second Ctrl-C, or workers that keep dying): all hosts but the recorder are killed, and
 * what was in their hands becomes pending.
 */
#include "config.h"

#include "engine/phases.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "engine/fleet.h"
#include "engine/flow.h"
#include "engine/jobs.h"

static const uint64_t WALK_PATIENCE_NS = 300 * CLOCK_MS_NS;
static const uint64_t RECORDER_PATIENCE_NS = 1200 * CLOCK_MS_NS;
static const uint64_t DESERTED_PATIENCE_NS = 10 * CLOCK_SECOND_NS;

static void leave_pending(struct supervisor *sup, struct entry *entry, void *context)
{
	struct ending ending = {
		.status = ITEM_PENDING, .reason = "", .worker = "", .end_ns = clock_ns()};

	(void)context;
	if (entry->state != ENTRY_QUEUED)
		return;
	if (sup->draining && entry->group != 0 && !sup->stopping)
		return;
	flow_release(sup, entry);
	jobs_end(sup, entry, &ending);
}

static void tell(struct remote *host, enum record_type type)
{
	if (host->channel == NULL)
		return;
	channel_put(host->channel, (uint32_t)type, NULL, 0);
	host->dirty = true;
}

void phases_drain(struct supervisor *sup)
{
	sup->draining = true;
	sup->drain_ns = clock_ns();
	sup->walk->closing = true;
	tell(sup->walk, RECORD_CLOSE);
	for (unsigned i = 0; i < sup->nremotes; i++) {
		if (sup->remote[i]->group == 0 || sup->remote[i]->group == GROUP_ALONE)
			tell(sup->remote[i], RECORD_RETURN);
	}
	if (sup->paused)
		phases_pause(sup, false);
	sup->status_changed = true;
}

void phases_interrupt(struct supervisor *sup, int signal)
{
	if (sup->status.signal == 0)
		sup->status.signal = (uint32_t)signal;
	sup->status_changed = true;
	if (!sup->draining)
		phases_drain(sup);
	else
		sup->stopping = true;
}

void phases_pause(struct supervisor *sup, bool paused)
{
	if (sup->paused == paused || (paused && (sup->draining || sup->closed_all)))
		return;
	sup->paused = paused;
	if (paused)
		sup->pause_ns = clock_ns();
	else
		sup->status.paused_total_ns += clock_ns() - sup->pause_ns;
	fleet_tell_all(sup, paused ? RECORD_PAUSE : RECORD_RESUME);
	sup->status_changed = true;
}

int phases_abandon(struct supervisor *sup, struct remote *host, struct remote_worker *worker,
		   struct err *err)
{
	struct page_worker_live live;
	struct entry *entry = NULL;

	if (page_read_worker(sup->page, worker->identity.worker, &live) && live.job != 0)
		entry = jobs_find(sup, live.job);
	if (entry == NULL || entry->host != host || host->channel == NULL)
		return err_permanent(err, "%s has no item in hand", worker->identity.name);
	entry->abandoned = true;
	entry->abandon_ns = clock_ns();
	protocol_put_pair(host->channel, RECORD_ABANDON, worker->identity.worker, live.job);
	host->dirty = true;
	return 0;
}

static void stop_all(struct supervisor *sup, uint64_t now_ns)
{
	if (sup->stop_ns != 0)
		return;
	sup->stop_ns = now_ns;
	sup->draining = true;
	sup->source_ended = true;
	for (unsigned i = 0; i < sup->nremotes; i++) {
		struct remote *host = sup->remote[i];

		if (host != sup->recorder)
			fleet_kill(sup, host, "the run was stopped", NO_CULPRIT);
		if (host->state == REMOTE_WAITING)
			host->state = REMOTE_ENDED;
	}
	jobs_each(sup, leave_pending, NULL);
}

static void end_source(struct supervisor *sup, uint64_t now_ns)
{
	if (sup->draining && !sup->source_ended) {
		if (sup->walk->state == REMOTE_WAITING) /* for nothing now */
			sup->walk->state = REMOTE_ENDED;
		if (sup->walk->state == REMOTE_ENDED)
			sup->source_ended = true;
		else if (now_ns - sup->drain_ns > WALK_PATIENCE_NS)
			fleet_kill(sup, sup->walk, "it did not stop in time", NO_CULPRIT);
	}
	if (sup->draining)
		jobs_each(sup, leave_pending, NULL);
}

/* The counts decide, unless something graver happened. */
static int exit_code(const struct supervisor *sup)
{
	const struct page_status *status = &sup->status;

	if (sup->refusal[0] != '\0')
		return 2;
	if (sup->exit_code == 4 || sup->exit_code == 3)
		return sup->exit_code;
	if (status->signal != 0)
		return 128 + (int)status->signal;
	if (sup->exit_code != 0 || status->done[ITEM_FAILED] != 0 ||
	    status->done[ITEM_QUARANTINED] != 0 || status->done[ITEM_PENDING] != 0)
		return 1;
	return 0;
}

/* One of the hosts that do the last stage, and a worker in it that is not about to go. */
static struct remote *find_finisher(const struct supervisor *sup)
{
	unsigned last = sup->plan->layout.nstations - 1;

	for (unsigned i = 0; i < sup->nremotes; i++) {
		struct remote *host = sup->remote[i];

		if (host->group + 1 != sup->ngroups || host->state != REMOTE_LIVE ||
		    host->channel == NULL || host->closing_soon)
			continue;
		for (unsigned w = 0; w < host->nworkers; w++) {
			if (host->workers[w].identity.station == last &&
			    !host->workers[w].retiring && !host->workers[w].ended)
				return host;
		}
	}
	return NULL;
}

/* Has the run's last work been done, as far as there is any? */
static bool concluded(struct supervisor *sup, uint64_t now_ns)
{
	struct remote *host = sup->finisher;
	bool complete = sup->source_whole && !sup->draining && !sup->items_lost;

	if (sup->workload->finish == NULL || sup->concluded || sup->stopping ||
	    sup->status.found == 0)
		return true;
	if (host != NULL && host->state == REMOTE_LIVE && host->channel != NULL &&
	    host->incarnation == sup->finisher_incarnation)
		return false;
	host = find_finisher(sup);
	if (host == NULL)
		return false; /* one that died comes back */
	sup->finisher = host;
	sup->finisher_incarnation = host->incarnation;
	protocol_put_pair(host->channel, RECORD_CONCLUDE, complete,
			  now_ns - sup->shown_plan.started_ns);
	host->dirty = true;
	return false;
}

static void close_groups(struct supervisor *sup, uint64_t now_ns)
{
	bool ended = fleet_close_group(sup, GROUP_WALK);

	for (unsigned g = 0; g < sup->ngroups && ended; g++) {
		sup->group[g].shown.closed = 1;
		ended = fleet_close_group(sup, g);
	}
	ended = ended && fleet_close_group(sup, GROUP_ALONE);
	if (!ended)
		return;
	sup->closed_all = true;
	if (sup->status.found == 0 && sup->refusal[0] == '\0' && sup->status.signal == 0 &&
	    sup->exit_code == 0)
		snprintf(sup->refusal, sizeof sup->refusal, "%s",
			 sup->nothing_found != NULL ? sup->nothing_found : "nothing was found");
	sup->status.ended_ns = now_ns;
	sup->status.exit_code = (uint32_t)exit_code(sup);
	if (sup->refusal[0] != '\0')
		snprintf(sup->status.message, sizeof sup->status.message, "%.180s", sup->refusal);
	sup->status_changed = true;
}

static void finish_recorder(struct supervisor *sup, uint64_t now_ns)
{
	if (!sup->finishing) {
		sup->finishing = true;
		sup->finish_ns = now_ns;
		/* The report is made from the page: the last counts must be there before it. */
		supervisor_publish(sup, now_ns);
		tell(sup->recorder, RECORD_FINISH);
		return;
	}
	/* The successor of one that somebody has stopped does what it has not. */
	if (sup->stop_ns != 0 &&
	    (sup->recorder->stopped_ns != 0 || now_ns - sup->finish_ns > RECORDER_PATIENCE_NS))
		fleet_kill(sup, sup->recorder, "it did not finish in time", NO_CULPRIT);
}

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* Whoever watched is gone and will not say stop a second time: what hangs must not hang for ever.
 * Items that are being finished may take their time, as long as one after the other is. */
static bool is_deserted(const struct supervisor *sup, uint64_t now_ns)
{
	bool gone = sup->status.signal == SIGHUP || (sup->tether_fd < 0 && !sup->detached);

	return sup->draining && gone &&
	       now_ns > later(sup->drain_ns, sup->status.last_done_ns) + DESERTED_PATIENCE_NS;
}

bool phases_turn(struct supervisor *sup, uint64_t now_ns)
{
	if (!sup->closed_all && is_deserted(sup, now_ns))
		sup->stopping = true;
	if (sup->stopping)
		stop_all(sup, now_ns);
	end_source(sup, now_ns);
	if (!sup->closed_all && sup->source_ended && sup->entries == 0 && concluded(sup, now_ns))
		close_groups(sup, now_ns);
	if (!sup->closed_all)
		return false;
	if (sup->recorder->state == REMOTE_LIVE) {
		finish_recorder(sup, now_ns);
		return false;
	}
	/* One that died while it wrote the report is started again. */
	return sup->recorder->state != REMOTE_WAITING;
}
