/*
 * stacks.c - whose stacks to take in a run, and what is known where there are none.
 */
#include "config.h"

#include "view/stacks.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"

enum { RANKS = 3, AGE_BYTES = 16 };

/* One that has said nothing for so long may be stuck itself; it publishes 50 times a second. */
static const uint64_t SILENT_NS = 2 * CLOCK_SECOND_NS;

/* Its thread; of one that has never started, its process. False: it has none. */
static bool find_thread(const struct snapshot *snapshot, unsigned worker,
			struct stack_target *target)
{
	const struct page_worker_live *live = &snapshot->worker[worker].live;
	const struct page_host *host = live->host < PAGE_HOSTS ? &snapshot->host[live->host] : NULL;

	if (live->ended_ns != 0)
		return false;
	*target = (struct stack_target){.pid = (pid_t)live->pid, .tid = (pid_t)live->tid};
	if (target->pid == 0 && host != NULL && host->alive)
		target->pid = target->tid = (pid_t)host->pid;
	return target->pid > 0 && target->tid > 0;
}

/* As find_thread, of one that may be stopped. What a worker says of itself has to agree with what
 * the supervisor says of its host: one that has damaged its part of the page would have strangers
 * stopped. */
static bool find_target(const struct snapshot *snapshot, unsigned worker,
			struct stack_target *target)
{
	uint32_t index = snapshot->worker[worker].live.host;
	const struct page_host *host = index < PAGE_HOSTS ? &snapshot->host[index] : NULL;

	return host != NULL && host->alive && find_thread(snapshot, worker, target) &&
	       target->pid == (pid_t)host->pid;
}

size_t stacks_of_worker(const struct snapshot *snapshot, unsigned worker,
			struct stack_target targets[2])
{
	if (worker >= snapshot->status.workers || !find_target(snapshot, worker, &targets[0]))
		return 0;
	targets[1] = (struct stack_target){.pid = targets[0].pid};
	return 2;
}

static unsigned rank_of(const struct diagnosis *diagnosis, unsigned worker)
{
	if (finding_info(diagnosis_worker(diagnosis, worker)->finding)->alarm)
		return 0;
	return diagnosis_graph(diagnosis)->stuck[worker] ? 1 : 2;
}

size_t stacks_of_run(const struct snapshot *snapshot, const struct diagnosis *diagnosis,
		     struct stack_target targets[STACK_THREADS])
{
	uint64_t updated_ns = snapshot->status.updated_ns;
	size_t count = 0;

	for (unsigned rank = 0; rank < RANKS; rank++) {
		for (unsigned i = 0; i < snapshot->status.workers; i++) {
			if (rank_of(diagnosis, i) == rank && count < STACK_THREADS &&
			    find_target(snapshot, i, &targets[count]))
				count++;
		}
	}
	for (unsigned i = 0; i < snapshot->status.hosts; i++) {
		const struct page_host *host = &snapshot->host[i];

		if (host->alive && host->pid != 0 && count < STACK_THREADS)
			targets[count++] = (struct stack_target){.pid = (pid_t)host->pid};
	}
	if (snapshot->plan.supervisor_pid != 0 && snapshot->status.ended_ns == 0 &&
	    snapshot->at_ns > updated_ns + SILENT_NS && count < STACK_THREADS)
		targets[count++] =
			(struct stack_target){.pid = (pid_t)snapshot->plan.supervisor_pid};
	return count;
}

const struct stack_thread *stacks_find(const struct stack_set *set, const struct snapshot *snapshot,
				       unsigned worker, unsigned round)
{
	struct stack_target target;

	if (set == NULL || worker >= snapshot->status.workers ||
	    !find_thread(snapshot, worker, &target))
		return NULL;
	return stack_set_find(set, target.pid, target.tid, round);
}

unsigned stacks_whose(const struct snapshot *snapshot, const struct stack_thread *thread)
{
	for (unsigned i = 0; i < snapshot->status.workers; i++) {
		struct stack_target target;

		if (find_thread(snapshot, i, &target) && target.pid == thread->pid &&
		    target.tid == thread->tid)
			return i;
	}
	return PAGE_WORKERS;
}

bool stacks_same(const struct stack_thread *a, const struct stack_thread *b)
{
	if (a->outcome != b->outcome || a->nframes != b->nframes)
		return false;
	for (size_t i = 0; i < a->nframes; i++) {
		if (a->frame[i].pc != b->frame[i].pc)
			return false;
	}
	return true;
}

const char *stacks_reason(const struct stack_set *set, const struct stack_thread *thread)
{
	if (thread != NULL && thread->reason[0] != '\0')
		return thread->reason;
	if (set != NULL && set->problem[0] != '\0')
		return set->problem;
	return set == NULL ? "it was not taken" : "its thread was not there to be looked at";
}

void stacks_fallback(const struct diagnosis *diagnosis, const struct snapshot *snapshot,
		     unsigned worker, char *text, size_t size)
{
	const struct page_worker_live *live = &snapshot->worker[worker].live;
	const struct kernel_sample *kernel = diagnosis_kernel(diagnosis, worker);
	bool staged = live->stage < PAGE_STAGES && live->stage < snapshot->plan.stages;
	uint64_t since_ns = staged ? live->stage_since_ns : live->state_since_ns;
	char age[AGE_BYTES], item[STACKS_FALLBACK_BYTES / 2];

	text_age(age, sizeof age, snapshot->at_ns > since_ns ? snapshot->at_ns - since_ns : 0);
	text_sanitise(item, sizeof item, live->item, strnlen(live->item, sizeof live->item));
	snprintf(text, size, "%s%s%s for %s",
		 staged ? snapshot->plan.stage[live->stage].name
			: page_state_info((enum worker_state)live->state)->word,
		 live->job != 0 ? " of " : "", live->job != 0 ? item : "", age);
	if (!kernel->seen)
		text_add(text, size, "; the kernel was not asked");
	else if (kernel->call[0] == '\0' && kernel->wchan[0] == '\0')
		text_add(text, size, "; %s",
			 kernel->denied		? "its system call may not be read"
			 : kernel->state == 'R' ? "running, in no system call"
						: "in no system call");
	if (kernel->call[0] != '\0')
		text_add(text, size, "; in %s", kernel->call);
	if (kernel->wchan[0] != '\0')
		text_add(text, size, "%s asleep in %s", kernel->call[0] != '\0' ? "," : ";",
			 kernel->wchan);
}
