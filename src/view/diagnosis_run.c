/*
 * diagnosis_run.c - from the findings of workers to one for the run, and both in sentences.
 */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "view/diagnosis_private.h"

enum { AGE_BYTES = 16, SUPERVISOR_BYTES = 128, HOPS = 6 };

static const uint64_t LEAST_NS = 5 * CLOCK_SECOND_NS;

void diagnosis_sentence(const struct diagnosis *diagnosis, const struct snapshot *snapshot,
			unsigned worker, char *text, size_t size)
{
	const struct finding_result *result = diagnosis_worker(diagnosis, worker);
	const struct graph_cycle *cycle = diagnosis_cycle(diagnosis, worker);
	const struct page_worker_live *live = &snapshot->worker[worker].live;

	if (result->finding == FINDING_DEADLOCK && cycle != NULL) {
		graph_cycle_text(snapshot, cycle, text, size);
		return;
	}
	snprintf(text, size, "%s %s: %s", live->name, finding_info(result->finding)->says,
		 result->evidence);
	if (live->job != 0 && live->item[0] != '\0') {
		char item[PAGE_ITEM_BYTES];

		text_sanitise(item, sizeof item, live->item,
			      strnlen(live->item, sizeof live->item));
		text_add(text, size, "; item %s", item);
	}
}

/* Findings that make a run hung when nothing moves, the gravest first; their place, or -1. */
static int gravity(enum finding finding)
{
	static const enum finding graves[] = {FINDING_DEADLOCK, FINDING_STOPPED, FINDING_HUNG,
					      FINDING_SPINNING, FINDING_NEVER_STARTED};

	for (int i = 0; i < (int)(sizeof graves / sizeof graves[0]); i++) {
		if (graves[i] == finding)
			return i;
	}
	return -1;
}

/* Something that will come to an end by itself, as far as anybody can tell. */
static bool goes_on(const struct finding_result *result)
{
	switch (result->finding) {
	case FINDING_WORKING:
	case FINDING_STARTING:
	case FINDING_SLOW:
	case FINDING_CPU_STARVED:
	case FINDING_DISK:
	case FINDING_DELAY:
	case FINDING_PAUSED:
		return true;
	default:
		return false;
	}
}

struct people {
	unsigned culprit;  /* PAGE_WORKERS: none */
	unsigned recorder; /* that has stopped or never started; PAGE_WORKERS: none */
	bool active;	   /* somebody goes on */
	bool walking;	   /* the walk looks for more */
	unsigned longest;  /* who has waited for longest, with an item in hand */
};

/* Walk and recorder are in no stage: how long something takes them says nothing. But one that is
 * stopped, or never began, will do no more. */
static bool does_nothing(const struct finding_result *result)
{
	return result->finding == FINDING_STOPPED || result->finding == FINDING_NEVER_STARTED;
}

static struct people look_around(const struct diagnosis *diagnosis, const struct snapshot *snapshot)
{
	struct people people = {
		.culprit = PAGE_WORKERS, .recorder = PAGE_WORKERS, .longest = PAGE_WORKERS};

	for (unsigned i = 0; i < snapshot->status.workers; i++) {
		const struct page_worker_live *live = &snapshot->worker[i].live;
		const struct finding_result *result = diagnosis_worker(diagnosis, i);
		int grave = gravity(result->finding);

		if (live->kind == WORKER_RECORDER) {
			if (does_nothing(result))
				people.recorder = i;
			continue;
		}
		if (live->kind == WORKER_WALK) {
			people.walking |= goes_on(result);
			if (!does_nothing(result))
				continue;
		}
		if (grave >= 0 &&
		    (people.culprit == PAGE_WORKERS ||
		     grave < gravity(diagnosis_worker(diagnosis, people.culprit)->finding)))
			people.culprit = i;
		people.active |= goes_on(result);
		if (live->job != 0 && live->ended_ns == 0 &&
		    (people.longest == PAGE_WORKERS ||
		     live->state_since_ns < snapshot->worker[people.longest].live.state_since_ns))
			people.longest = i;
	}
	/* The others can do without it for a while. */
	if (people.culprit == PAGE_WORKERS)
		people.culprit = people.recorder;
	return people;
}

static uint64_t patience_ns(const struct snapshot *snapshot, const struct finding_result *result)
{
	uint64_t asked_ns = snapshot->plan.hang_after_ms * CLOCK_MS_NS;

	if (asked_ns != 0)
		return asked_ns;
	return result != NULL && result->limit_ns > LEAST_NS ? result->limit_ns : LEAST_NS;
}

/* Nobody is to blame, everybody waits: an item or a wakeup was lost. */
static void judge_waiting(struct diagnosis *diagnosis, const struct snapshot *snapshot,
			  const struct people *people)
{
	struct diagnosis_run *run = &diagnosis->run;
	uint64_t asked_ns = snapshot->plan.hang_after_ms * CLOCK_MS_NS;
	char age[AGE_BYTES];

	if (snapshot->status.in_flight == 0 || people->walking || people->active ||
	    run->quiet_ns < (asked_ns != 0 ? asked_ns : LEAST_NS * FINDING_PATIENCE))
		return;
	run->hung = true;
	run->partial = true;
	text_age(age, sizeof age, run->quiet_ns);
	snprintf(run->sentence, sizeof run->sentence,
		 "HUNG: nothing has moved for %s and everybody waits (partial: who should act is "
		 "not known)",
		 age);
	if (people->longest < PAGE_WORKERS) {
		text_add(run->sentence, sizeof run->sentence, "; ");
		diagnosis_chain(diagnosis, snapshot, people->longest, "<-",
				run->sentence + strlen(run->sentence),
				sizeof run->sentence - strlen(run->sentence));
	}
}

/* Is there anything that should move? Those who wait for a slow source may do so for ever, but
 * nothing ever comes out of a deadlock. Who has an item in hand has work, whatever a supervisor
 * that is stuck has said last. */
static bool has_work(const struct snapshot *snapshot, unsigned culprit, enum finding finding)
{
	return finding == FINDING_DEADLOCK || snapshot->status.in_flight != 0 ||
	       snapshot->status.source_ended != 0 || snapshot->worker[culprit].live.job != 0 ||
	       snapshot->worker[culprit].live.kind == WORKER_WALK;
}

/* Who hands out the items and takes what becomes of them: whoever else stands still may do so for
 * want of it. "" for one that is alive and awake. */
static void supervisor_text(const struct diagnosis *diagnosis, const struct snapshot *snapshot,
			    char *text, size_t size)
{
	const struct kernel_sample *supervisor = &diagnosis->supervisor;
	bool stopped = supervisor->seen && supervisor->state == 'T';
	char age[AGE_BYTES];

	text[0] = '\0';
	if (!stopped && !supervisor->gone)
		return;
	text_age(age, sizeof age, snapshot->at_ns - snapshot->status.updated_ns);
	snprintf(text, size, "the supervisor (process %u) is %s and has said nothing for %s",
		 snapshot->plan.supervisor_pid, stopped ? "stopped: T," : "gone", age);
}

/* Nobody else is to blame; text says what is wrong with it. */
static void judge_supervisor(struct diagnosis *diagnosis, const struct snapshot *snapshot,
			     const char *text)
{
	struct diagnosis_run *run = &diagnosis->run;
	char age[AGE_BYTES];

	text_age(age, sizeof age, run->quiet_ns);
	run->hung = diagnosis->supervisor.gone || run->quiet_ns >= patience_ns(snapshot, NULL);
	snprintf(run->sentence, sizeof run->sentence, "%s%s%s%s",
		 run->hung ? "HUNG: nothing has moved for " : "", run->hung ? age : "",
		 run->hung ? "; " : "", text);
}

void diagnosis_judge(struct diagnosis *diagnosis, const struct snapshot *snapshot)
{
	struct diagnosis_run *run = &diagnosis->run;
	const struct finding_result *result = NULL;
	struct people people = look_around(diagnosis, snapshot);
	char age[AGE_BYTES], supervisor[SUPERVISOR_BYTES];

	run->hung = run->partial = false;
	run->sentence[0] = '\0';
	run->culprit = people.culprit;
	supervisor_text(diagnosis, snapshot, supervisor, sizeof supervisor);
	run->unwatched = supervisor[0] != '\0';
	if (people.culprit == PAGE_WORKERS) {
		if (run->unwatched)
			judge_supervisor(diagnosis, snapshot, supervisor);
		else
			judge_waiting(diagnosis, snapshot, &people);
		return;
	}
	result = diagnosis_worker(diagnosis, people.culprit);
	run->hung = !people.active && has_work(snapshot, people.culprit, result->finding) &&
		    run->quiet_ns >= patience_ns(snapshot, result);
	if (run->hung) {
		text_age(age, sizeof age, run->quiet_ns);
		snprintf(run->sentence, sizeof run->sentence, "HUNG: nothing has moved for %s; ",
			 age);
	}
	diagnosis_sentence(diagnosis, snapshot, people.culprit,
			   run->sentence + strlen(run->sentence),
			   sizeof run->sentence - strlen(run->sentence));
	if (run->unwatched)
		text_add(run->sentence, sizeof run->sentence, "; %s", supervisor);
}

/* What a worker that waits for nobody does. */
static void doing_text(const struct diagnosis *diagnosis, const struct snapshot *snapshot,
		       unsigned worker, char *text, size_t size)
{
	const struct page_worker_live *live = &snapshot->worker[worker].live;
	const struct kernel_sample *kernel = diagnosis_kernel(diagnosis, worker);
	const struct finding_result *result = diagnosis_worker(diagnosis, worker);
	uint64_t since_ns = live->state_since_ns;
	char age[AGE_BYTES];

	text_age(age, sizeof age, snapshot->at_ns > since_ns ? snapshot->at_ns - since_ns : 0);
	if (result->finding == FINDING_STOPPED)
		text_add(text, size, "is stopped (%c)", kernel->state);
	else if (live->state == WORKER_NEVER_STARTED)
		text_add(text, size, "%s", finding_info(result->finding)->says);
	else if (kernel->seen && kernel->state == 'D')
		text_add(text, size, "waits for disk: %s %s",
			 kernel->call[0] != '\0' ? kernel->call : kernel->wchan, age);
	else if (live->stage < snapshot->plan.stages && live->stage < PAGE_STAGES)
		text_add(text, size, "in %s%s%s %s", snapshot->plan.stage[live->stage].name,
			 kernel->call[0] != '\0' ? ": " : "", kernel->call, age);
	else
		text_add(text, size, "is %s",
			 page_state_info((enum worker_state)live->state)->meaning);
}

void diagnosis_chain(const struct diagnosis *diagnosis, const struct snapshot *snapshot,
		     unsigned worker, const char *arrow, char *text, size_t size)
{
	const struct graph *graph = diagnosis->graph;
	bool met[PAGE_WORKERS] = {false};
	char wait[PAGE_NAME_BYTES * 2 + 48];

	text[0] = '\0';
	for (unsigned hop = 0; worker < PAGE_WORKERS; hop++) {
		if (hop > 0)
			text_add(text, size, " %s ", arrow);
		text_add(text, size, "%s ", snapshot->worker[worker].live.name);
		if (met[worker] || hop == HOPS) {
			text_add(text, size, "%s", met[worker] ? "again: a circle" : "...");
			return;
		}
		met[worker] = true;
		if (snapshot->worker[worker].live.wait_on == WAIT_NOTHING ||
		    diagnosis_worker(diagnosis, worker)->finding == FINDING_STOPPED) {
			doing_text(diagnosis, snapshot, worker, text, size);
			return;
		}
		graph_wait_text(snapshot, worker, wait, sizeof wait);
		text_add(text, size, "waits for %s", wait);
		worker = graph_helper(graph, snapshot, worker);
	}
}
