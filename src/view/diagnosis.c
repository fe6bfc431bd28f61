/*
 * diagnosis.c - what is wrong with a run, if anything.
 */
#include "config.h"

#include "view/diagnosis.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "record/histogram.h"
#include "view/diagnosis_private.h"

/* The kernel is asked about rows that have been in their state for so long, at most so often. */
static const uint64_t SUSPECT_NS = 500 * CLOCK_MS_NS;
static const uint64_t CLOSE_NS = 1000 * CLOCK_MS_NS;
static const uint64_t ROUND_NS = 240 * CLOCK_MS_NS;
static const uint64_t WAITING_NS = 950 * CLOCK_MS_NS;
/* Rows are drawn at most so often between two seconds. */
enum { WATCHED_LOOKS = 10 };
/* Who looks may have been held up himself: longer gaps are not time in which nothing moved. */
static const uint64_t GAP_NS = 1000 * CLOCK_MS_NS;
/* A supervisor publishes many times a second. */
static const uint64_t SILENT_NS = 2 * CLOCK_SECOND_NS;

struct diagnosis *diagnosis_new(bool ask_kernel)
{
	struct diagnosis *diagnosis = mem_calloc(1, sizeof *diagnosis);

	diagnosis->graph = graph_new();
	diagnosis->before = graph_new();
	if (ask_kernel)
		diagnosis->kernel = kernel_new();
	diagnosis->run.culprit = PAGE_WORKERS;
	return diagnosis;
}

void diagnosis_free(struct diagnosis *diagnosis)
{
	if (diagnosis == NULL)
		return;
	graph_free(diagnosis->graph);
	graph_free(diagnosis->before);
	kernel_free(diagnosis->kernel);
	free(diagnosis);
}

void diagnosis_watch(struct diagnosis *diagnosis, unsigned worker)
{
	if (worker < PAGE_WORKERS)
		diagnosis->worker[worker].watched = WATCHED_LOOKS;
}

const struct finding_result *diagnosis_worker(const struct diagnosis *diagnosis, unsigned worker)
{
	return &diagnosis->worker[worker < PAGE_WORKERS ? worker : 0].result;
}

const struct kernel_sample *diagnosis_kernel(const struct diagnosis *diagnosis, unsigned worker)
{
	return &diagnosis->worker[worker < PAGE_WORKERS ? worker : 0].last;
}

const struct kernel_sample *diagnosis_supervisor(const struct diagnosis *diagnosis)
{
	return &diagnosis->supervisor;
}

const struct graph *diagnosis_graph(const struct diagnosis *diagnosis)
{
	return diagnosis->graph;
}

const struct diagnosis_run *diagnosis_run(const struct diagnosis *diagnosis)
{
	return &diagnosis->run;
}

static uint64_t since(uint64_t from_ns, uint64_t to_ns)
{
	return from_ns != 0 && to_ns > from_ns ? to_ns - from_ns : 0;
}

/* A number that changes with everything that counts as going on. Simulated latency is known to end.
 */
static uint64_t movement(const struct diagnosis *diagnosis, const struct snapshot *snapshot)
{
	const struct page_status *status = &snapshot->status;
	uint64_t sum = status->found + status->estimate_found + status->in_flight * 3;

	for (unsigned i = 0; i < ITEM_STATUSES; i++)
		sum += status->done[i];
	for (unsigned i = 0; i < status->queues; i++)
		sum += snapshot->queue[i].pushed + snapshot->queue[i].popped;
	for (unsigned i = 0; i < status->workers; i++) {
		const struct page_worker_live *live = &snapshot->worker[i].live;

		if (live->kind == WORKER_RECORDER)
			continue;
		sum += live->stage_serial + snapshot_items(snapshot, i) + live->incarnation * 1000 +
		       (live->ended_ns != 0);
		if (live->state == WORKER_DELAY && diagnosis->worker[i].last.state != 'T' &&
		    !diagnosis->worker[i].last.gone)
			sum += diagnosis->looks;
	}
	return sum;
}

/* Nothing is meant to move. While the report is written the recorder still has something to do. */
static bool resting(const struct page_status *status)
{
	return status->state == RUN_PAUSED || status->state == RUN_DONE ||
	       (status->ended_ns != 0 && status->state != RUN_REPORTING);
}

static void measure_quiet(struct diagnosis *diagnosis, const struct snapshot *snapshot)
{
	uint64_t moved = movement(diagnosis, snapshot);
	uint64_t passed_ns = since(diagnosis->looked_ns, snapshot->at_ns);

	diagnosis->looks++;
	/* A pause is no time in which something should move, but what stood still before it still
	 * does. */
	if (moved != diagnosis->moved || snapshot->at_ns < diagnosis->looked_ns ||
	    (resting(&snapshot->status) && snapshot->status.state != RUN_PAUSED))
		diagnosis->run.quiet_ns = 0;
	else if (snapshot->status.state != RUN_PAUSED)
		diagnosis->run.quiet_ns += passed_ns < GAP_NS ? passed_ns : GAP_NS;
	diagnosis->moved = moved;
	diagnosis->looked_ns = snapshot->at_ns;
}

/* Every movement is also a change of some worker's state or stage, or the start of a process. */
void diagnosis_catch_up(struct diagnosis *diagnosis, const struct snapshot *snapshot)
{
	uint64_t last_ns = snapshot->status.last_done_ns;

	if (resting(&snapshot->status))
		return;
	for (unsigned i = 0; i < snapshot->status.workers; i++) {
		const struct page_worker_live *live = &snapshot->worker[i].live;
		const uint64_t moments[] = {live->started_ns, live->state_since_ns,
					    live->stage_since_ns, live->item_since_ns,
					    live->ended_ns};

		for (size_t m = 0; m < sizeof moments / sizeof moments[0]; m++) {
			if (live->kind != WORKER_RECORDER && moments[m] > last_ns)
				last_ns = moments[m];
		}
	}
	for (unsigned i = 0; i < snapshot->status.hosts; i++) {
		if (snapshot->host[i].started_ns > last_ns)
			last_ns = snapshot->host[i].started_ns;
	}
	diagnosis->run.quiet_ns = since(last_ns, snapshot->at_ns);
}

/* Does the memory belong to what the worker does now? */
static void turn_page(struct diagnosis_worker *worker, const struct page_worker_live *live)
{
	if (worker->incarnation == live->incarnation && worker->serial == live->stage_serial &&
	    worker->job == live->job && worker->state == live->state)
		return;
	worker->incarnation = live->incarnation;
	worker->serial = live->stage_serial;
	worker->job = live->job;
	worker->state = live->state;
	worker->first = worker->last = worker->named = (struct kernel_sample){.core = -1};
	worker->asked_ns = 0;
}

/* A timed wait that somebody has stopped for a moment, to take a stack, goes on as restart_syscall:
 * which call it was is known from before, when it had been made from the same place. */
static void name_restarted(struct diagnosis_worker *worker)
{
	struct kernel_sample *last = &worker->last;

	if (strcmp(last->call, "restart_syscall") != 0) {
		if (last->call[0] != '\0')
			worker->named = *last;
	} else if (worker->named.call_sp == last->call_sp &&
		   worker->named.call_pc == last->call_pc && last->call_pc != 0) {
		memcpy(last->call, worker->named.call, sizeof last->call);
	}
}

static void ask(struct diagnosis *diagnosis, const struct snapshot *snapshot, unsigned index)
{
	const struct page_worker_live *live = &snapshot->worker[index].live;
	const struct page_host *host = &snapshot->host[live->host];
	struct diagnosis_worker *worker = &diagnosis->worker[index];
	bool never = live->state == WORKER_NEVER_STARTED;
	bool works = live->state == WORKER_RUN || live->state == WORKER_IO || never;
	uint64_t age_ns = since(never ? host->started_ns : live->state_since_ns, snapshot->at_ns);
	uint32_t pid = never ? host->pid : live->pid;
	uint32_t tid = never ? host->pid : live->tid;
	bool closely = worker->watched > 0 || (works && age_ns >= CLOSE_NS);

	if (pid == 0 || live->ended_ns != 0 || (never && !host->alive) ||
	    (age_ns < SUSPECT_NS && worker->watched == 0) ||
	    (!works && worker->watched == 0 &&
	     since(worker->asked_ns, snapshot->at_ns) < WAITING_NS && worker->asked_ns != 0))
		return;
	worker->asked_ns = snapshot->at_ns;
	kernel_look(diagnosis->kernel, (pid_t)pid, (pid_t)tid, closely, &worker->last);
	name_restarted(worker);
	worker->traced_looks = worker->last.state == 't' ? worker->traced_looks + 1 : 0;
	if (!worker->first.seen)
		worker->first = worker->last;
	if (worker->last.close && !worker->first.close) {
		worker->first.close = true;
		worker->first.switches = worker->last.switches;
		worker->first.bytes = worker->last.bytes;
	}
}

/* Nobody but a supervisor that is alive and awake publishes how the run stands. */
static void ask_supervisor(struct diagnosis *diagnosis, const struct snapshot *snapshot)
{
	pid_t pid = (pid_t)snapshot->plan.supervisor_pid;
	uint64_t silent_ns = since(snapshot->status.updated_ns, snapshot->at_ns);

	diagnosis->supervisor = (struct kernel_sample){.core = -1};
	if (pid > 0 && silent_ns >= SILENT_NS)
		kernel_look(diagnosis->kernel, pid, pid, false, &diagnosis->supervisor);
}

static void ask_kernel(struct diagnosis *diagnosis, const struct snapshot *snapshot)
{
	bool soon =
		diagnosis->round_ns != 0 && since(diagnosis->round_ns, snapshot->at_ns) < ROUND_NS;

	if (diagnosis->kernel == NULL || resting(&snapshot->status) || soon)
		return;
	diagnosis->round_ns = snapshot->at_ns;
	for (unsigned i = 0; i < snapshot->status.workers; i++)
		ask(diagnosis, snapshot, i);
	ask_supervisor(diagnosis, snapshot);
	kernel_round(diagnosis->kernel);
}

/* Keep the cycles that were there at the look before as well: those are certain. */
static void make_graph(struct diagnosis *diagnosis, const struct snapshot *snapshot)
{
	struct graph *graph = diagnosis->before;

	diagnosis->before = diagnosis->graph;
	diagnosis->graph = graph;
	graph_make(graph, snapshot);
	for (unsigned i = 0; i < snapshot->status.workers; i++)
		diagnosis->worker[i].cycle = GRAPH_CYCLES;
	for (unsigned c = 0; c < graph->ncycles; c++) {
		const struct graph_cycle *cycle = &graph->cycle[c];

		if (!graph_same_cycle(diagnosis->before, cycle))
			continue;
		for (unsigned i = 0; i < cycle->length; i++)
			diagnosis->worker[cycle->worker[i]].cycle = c;
	}
}

const struct graph_cycle *diagnosis_cycle(const struct diagnosis *diagnosis, unsigned worker)
{
	unsigned cycle = diagnosis->worker[worker].cycle;

	return cycle < diagnosis->graph->ncycles ? &diagnosis->graph->cycle[cycle] : NULL;
}

/* The distribution of a stage over all workers, read again at most once a second. */
static const struct finding_usual *usual(struct diagnosis *diagnosis,
					 const struct snapshot *snapshot, const struct page *page,
					 unsigned stage)
{
	struct diagnosis_stage *known = &diagnosis->stage[stage];
	struct histogram sum = {{0}}, one;

	if (known->at_ns != 0 && since(known->at_ns, snapshot->at_ns) < CLOCK_SECOND_NS)
		return &known->usual;
	known->at_ns = snapshot->at_ns;
	known->usual = (struct finding_usual){0};
	for (unsigned i = 0; i < snapshot->status.workers; i++) {
		const struct page_worker_counters *counters = &snapshot->worker[i].counters;

		if (counters->stage[stage].max_ns > known->usual.max_ns)
			known->usual.max_ns = counters->stage[stage].max_ns;
		if (page == NULL || counters->stage[stage].count == 0)
			continue;
		page_read_histogram(page, i, stage, &one);
		histogram_add(&sum, &one);
	}
	known->usual.entries = histogram_total(&sum);
	known->usual.p95_ns = histogram_percentile_ns(&sum, 95);
	return &known->usual;
}

static void classify(struct diagnosis *diagnosis, const struct snapshot *snapshot,
		     const struct page *page, unsigned index)
{
	const struct page_worker_live *live = &snapshot->worker[index].live;
	const struct page_host *host = &snapshot->host[live->host];
	struct diagnosis_worker *worker = &diagnosis->worker[index];
	struct finding_input input = {
		.live = live,
		.now_ns = snapshot->at_ns,
		.host_age_ns = host->alive ? since(host->started_ns, snapshot->at_ns) : 0,
		.quiet_ns = diagnosis->run.quiet_ns,
		.hang_after_ns = snapshot->plan.hang_after_ms * CLOCK_MS_NS,
		.run_paused = resting(&snapshot->status),
		.deadlocked = diagnosis_cycle(diagnosis, index) != NULL,
		.traced_looks = worker->traced_looks,
		.first = worker->first,
		.last = worker->last,
	};
	bool in_stage = live->stage < PAGE_STAGES && live->stage < snapshot->plan.stages;

	if (in_stage && since(live->stage_since_ns, snapshot->at_ns) >= CLOSE_NS)
		input.usual = *usual(diagnosis, snapshot, page, live->stage);
	finding_classify(&input, in_stage ? snapshot->plan.stage[live->stage].name : "its work",
			 &worker->result);
}

void diagnosis_look(struct diagnosis *diagnosis, const struct snapshot *snapshot,
		    const struct page *page)
{
	if (diagnosis->identity != snapshot->page_identity) {
		struct kernel *kernel = diagnosis->kernel;
		struct graph *graph = diagnosis->graph, *before = diagnosis->before;

		*diagnosis = (struct diagnosis){.kernel = kernel,
						.graph = graph,
						.before = before,
						.identity = snapshot->page_identity,
						.run = {.culprit = PAGE_WORKERS}};
		graph->ncycles = before->ncycles = 0;
	}
	for (unsigned i = 0; i < snapshot->status.workers; i++) {
		turn_page(&diagnosis->worker[i], &snapshot->worker[i].live);
		diagnosis->worker[i].watched -= diagnosis->worker[i].watched > 0;
	}
	ask_kernel(diagnosis, snapshot);
	measure_quiet(diagnosis, snapshot);
	make_graph(diagnosis, snapshot);
	for (unsigned i = 0; i < snapshot->status.workers; i++)
		classify(diagnosis, snapshot, page, i);
	diagnosis_judge(diagnosis, snapshot);
}
