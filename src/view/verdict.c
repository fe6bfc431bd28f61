/*
 * verdict.c - what can be said of a run in a sentence.
 *
 * Everything comes from the times that workers have published in their states. A share is time in a
 * state ÷ wall time, pauses taken out, summed over the workers of a station; walk and recorder are
 * no station's workers.
 */
#include "config.h"

#include "view/verdict.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"

struct station {
	unsigned workers;
	uint64_t wall_ns;
	uint64_t busy_ns;
	uint64_t state_ns[WORKER_STATES];
};

struct picture {
	struct station station[PAGE_STATIONS]; /* [0]: the walk */
	struct station all;		       /* counted workers */
	uint64_t stage_ns[PAGE_STAGES];
	unsigned stations; /* that have workers */
	unsigned busiest;  /* 0: none */
	unsigned idlest;
};

/* From which share on a wait or a station is called the cause. */
static const double cause_share = 0.4;

static void add_worker(struct station *station, const struct snapshot *snapshot, unsigned worker)
{
	uint64_t paused = snapshot_state_ns(snapshot, worker, WORKER_PAUSED);
	uint64_t wall = snapshot_wall_ns(snapshot, worker);

	station->workers++;
	station->wall_ns += wall > paused ? wall - paused : 0;
	station->busy_ns += snapshot_busy_ns(snapshot, worker);
	for (unsigned i = 0; i < WORKER_STATES; i++)
		station->state_ns[i] += snapshot_state_ns(snapshot, worker, (enum worker_state)i);
}

static double share_of(uint64_t part, uint64_t whole)
{
	double share = whole > 0 ? (double)part / (double)whole : 0.0;

	return share < 1.0 ? share : 1.0;
}

static double busy_share(const struct station *station)
{
	return share_of(station->busy_ns, station->wall_ns);
}

static double state_share(const struct station *station, enum worker_state state)
{
	return share_of(station->state_ns[state], station->wall_ns);
}

static void look(struct picture *picture, const struct snapshot *snapshot)
{
	memset(picture, 0, sizeof *picture);
	for (unsigned i = 0; i < snapshot->status.workers; i++) {
		const struct snapshot_worker *w = &snapshot->worker[i];

		if (w->live.kind == WORKER_WALK)
			add_worker(&picture->station[0], snapshot, i);
		if (!snapshot_counted(snapshot, i) || snapshot_wall_ns(snapshot, i) == 0)
			continue;
		add_worker(&picture->all, snapshot, i);
		if (w->live.station > 0)
			add_worker(&picture->station[w->live.station], snapshot, i);
		for (unsigned j = 0; j < PAGE_STAGES; j++)
			picture->stage_ns[j] += w->counters.stage[j].total_ns;
	}
	for (unsigned i = 1; i < PAGE_STATIONS; i++) {
		const struct station *station = &picture->station[i];

		if (station->wall_ns == 0)
			continue;
		picture->stations++;
		if (picture->busiest == 0 ||
		    busy_share(station) > busy_share(&picture->station[picture->busiest]))
			picture->busiest = i;
		if (picture->idlest == 0 ||
		    busy_share(station) < busy_share(&picture->station[picture->idlest]))
			picture->idlest = i;
	}
}

static bool nothing_done(const struct picture *picture)
{
	return picture->busiest == 0 || picture->all.busy_ns == 0;
}

void verdict_bottleneck(const struct snapshot *snapshot, char *station, size_t size, double *share)
{
	struct picture picture;

	look(&picture, snapshot);
	if (share != NULL)
		*share = 0.0;
	snprintf(station, size, "%s",
		 nothing_done(&picture) ? "" : snapshot->plan.station[picture.busiest].name);
	if (share != NULL && !nothing_done(&picture))
		*share = busy_share(&picture.station[picture.busiest]);
}

static int percent(double share)
{
	return (int)lround(share * 100.0);
}

/* "; read was blocked 61 % of the time": the station that paid most for the bottleneck. */
static void victim(const struct picture *picture, const struct snapshot *snapshot, char *text,
		   size_t size)
{
	static const double worth_saying = 0.05;
	double worst = worth_saying;
	unsigned who = 0;

	text[0] = '\0';
	for (unsigned i = 1; i < PAGE_STATIONS; i++) {
		/* Those before it find its queue full, those behind it find theirs empty. */
		double share = state_share(&picture->station[i],
					   i < picture->busiest ? WORKER_PUT : WORKER_GET);

		if (i == picture->busiest || share <= worst)
			continue;
		worst = share;
		who = i;
	}
	if (who != 0)
		snprintf(text, size, "; %s %s %d %% of the time", snapshot->plan.station[who].name,
			 who < picture->busiest ? "was blocked" : "waited for jobs",
			 percent(worst));
}

/* The walk was at work most of the time, and the first station waited for it more than it worked.
 */
static bool starved_by_walk(const struct picture *picture, const struct snapshot *snapshot)
{
	const struct station *walk = &picture->station[0], *first = &picture->station[1];
	uint64_t active = walk->wall_ns - walk->state_ns[WORKER_PUT];

	return walk->wall_ns >= walk->state_ns[WORKER_PUT] &&
	       share_of(active, snapshot_elapsed_ns(snapshot)) >= 0.5 &&
	       state_share(first, WORKER_GET) > cause_share &&
	       state_share(first, WORKER_GET) > busy_share(first);
}

/* What most of the busy time of a station went into, when that is not computing. */
static const char *kind_of_work(const struct station *station, double *share)
{
	double io = share_of(station->state_ns[WORKER_IO], station->busy_ns);
	double delay = share_of(station->state_ns[WORKER_DELAY], station->busy_ns);

	*share = delay > io ? delay : io;
	if (*share < 0.5)
		return NULL;
	return delay > io ? "simulated latency" : "reading and writing";
}

static void one_station_sentence(const struct picture *picture, const struct snapshot *snapshot,
				 char *sentence, size_t size)
{
	const struct station *station = &picture->station[picture->busiest];
	unsigned costliest = 0;
	uint64_t sum = 0;

	for (unsigned i = 0; i < PAGE_STAGES; i++) {
		sum += picture->stage_ns[i];
		if (picture->stage_ns[i] > picture->stage_ns[costliest])
			costliest = i;
	}
	if (sum == 0)
		snprintf(sentence, size, "one station does all: busy %d %%",
			 percent(busy_share(station)));
	else
		snprintf(
			sentence, size,
			"one station does all: busy %d %%; costliest stage: %s (%d %% of the work)",
			percent(busy_share(station)), snapshot->plan.stage[costliest].name,
			percent(share_of(picture->stage_ns[costliest], sum)));
}

static void bottleneck_sentence(const struct picture *picture, const struct snapshot *snapshot,
				char *sentence, size_t size)
{
	const struct station *station = &picture->station[picture->busiest];
	double part;
	const char *work = kind_of_work(station, &part);
	char others[PAGE_NAME_BYTES + 64], of_it[64] = "";

	victim(picture, snapshot, others, sizeof others);
	if (work != NULL)
		snprintf(of_it, sizeof of_it, ", %d %% of it %s", percent(part), work);
	snprintf(sentence, size, "bottleneck: %s (busy %d %%%s)%s",
		 snapshot->plan.station[picture->busiest].name, percent(busy_share(station)), of_it,
		 others);
}

/* A wait that cost the workers more than anything they did; false when there is none. */
static bool wait_sentence(const struct picture *picture, const struct snapshot *snapshot,
			  char *sentence, size_t size)
{
	static const struct {
		enum worker_state state;
		const char *what;
	} waits[] = {
		{WORKER_LOCK, "a lock"},
		{WORKER_JOIN, "the end of other workers"},
		{WORKER_RESOURCE, "memory (arena slots or the memory brake)"},
	};
	double top = busy_share(&picture->station[picture->busiest]);

	for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
		double worst = fmax(top, cause_share);
		unsigned who = 0;

		for (unsigned j = 1; j < PAGE_STATIONS; j++) {
			double share = state_share(&picture->station[j], waits[i].state);

			if (share < worst)
				continue;
			worst = share;
			who = j;
		}
		if (who == 0)
			continue;
		snprintf(sentence, size, "bottleneck: %s; %s waited for it %d %% of the time",
			 waits[i].what, snapshot->plan.station[who].name, percent(worst));
		return true;
	}
	return false;
}

void verdict_sentence(const struct snapshot *snapshot, char *sentence, size_t size)
{
	struct picture picture;
	double most, least;

	look(&picture, snapshot);
	if (nothing_done(&picture)) {
		snprintf(sentence, size, "nothing was done");
		return;
	}
	most = busy_share(&picture.station[picture.busiest]);
	least = busy_share(&picture.station[picture.idlest]);
	if (wait_sentence(&picture, snapshot, sentence, size))
		return;
	if (starved_by_walk(&picture, snapshot))
		snprintf(sentence, size,
			 "bottleneck: finding the inputs; %s waited for jobs %d %% of the time",
			 snapshot->plan.station[1].name,
			 percent(state_share(&picture.station[1], WORKER_GET)));
	else if (most < cause_share)
		snprintf(sentence, size,
			 "no bottleneck: too little work for so many workers, busy %d %% of the "
			 "time",
			 percent(busy_share(&picture.all)));
	else if (picture.stations == 1)
		one_station_sentence(&picture, snapshot, sentence, size);
	else if (least >= 0.8 && most - least <= 0.1)
		snprintf(sentence, size, "balanced: every station was busy %d to %d %% of the time",
			 percent(least), percent(most));
	else
		bottleneck_sentence(&picture, snapshot, sentence, size);
}

double verdict_efficiency(const struct snapshot *snapshot)
{
	uint64_t busy = 0, wall = 0;

	for (unsigned i = 0; i < snapshot->status.workers; i++) {
		if (!snapshot_counted(snapshot, i))
			continue;
		busy += snapshot_busy_ns(snapshot, i);
		wall += snapshot_wall_ns(snapshot, i);
	}
	return share_of(busy, wall);
}

double verdict_cpu_s(const struct snapshot *snapshot)
{
	uint64_t ns = 0;

	for (unsigned i = 0; i < snapshot->status.workers; i++)
		ns += snapshot->worker[i].counters.cpu_user_ns +
		      snapshot->worker[i].counters.cpu_sys_ns;
	return clock_seconds(ns);
}

double verdict_ideal_s(const struct snapshot *snapshot)
{
	struct picture picture;
	double ideal = 0.0;

	look(&picture, snapshot);
	for (unsigned i = 1; i < PAGE_STATIONS; i++)
		if (picture.station[i].workers > 0)
			ideal = fmax(ideal, clock_seconds(picture.station[i].busy_ns) /
						    picture.station[i].workers);
	if (snapshot->plan.cores > 0)
		ideal = fmax(ideal, verdict_cpu_s(snapshot) / snapshot->plan.cores);
	return ideal;
}
