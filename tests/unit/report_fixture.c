/*
 * report_fixture.c - a run that never was: images, two stations, four workers, a dead one.
 */
#include "config.h"

#include "report_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "record/slot.h"

/* Seconds and milliseconds of the fixture's figures. */
static uint64_t s(double seconds)
{
	return (uint64_t)(seconds * 1e9 + 0.5);
}

static const struct slot_identity identity[FIXTURE_WORKERS] = {
	[FIXTURE_WALK] = {.name = "walk-1", .kind = WORKER_WALK, .host = 0, .incarnation = 1},
	[FIXTURE_READ] = {.name = "read-1",
			  .kind = WORKER_THREAD,
			  .host = 1,
			  .station = 1,
			  .incarnation = 1},
	[FIXTURE_DECODE] = {.name = "decode-1",
			    .kind = WORKER_PROCESS,
			    .host = 2,
			    .station = 2,
			    .incarnation = 2},
	[FIXTURE_RECORDER] = {.name = "recorder",
			      .kind = WORKER_RECORDER,
			      .host = 3,
			      .incarnation = 1},
};

static void wait_until(uint64_t ns)
{
	while (clock_ns() < ns)
		;
}

/* Three items through stages 1 and 2 of `decode-1`: of 2, 4 and 6 ms or a little more each. */
static void work(struct page *page)
{
	struct slot *slot = slot_open(page, FIXTURE_DECODE, &identity[FIXTURE_DECODE]);
	uint64_t job;

	for (job = 1; job <= 3; job++) {
		slot_item(slot, job, 1, "x", 1);
		slot_stage(slot, 1, false);
		wait_until(clock_ns() + job * 2 * CLOCK_MS_NS);
		slot_stage(slot, 2, true);
		slot_item_end(slot, ITEM_OK, 0, 0);
	}
	slot_close(slot, "finished");
}

static void set_plan(struct page_plan *plan, const char *report_dir)
{
	static const char *const stage[] = {"read", "decode", "write"};
	unsigned i;

	*plan = (struct page_plan){
		.run_id = "20261120-160401-4711",
		.version = "0.1.0",
		.workload = "images",
		.strategy = "hybrid",
		.layout = "read:1t | decode-write:1p",
		.plan = "hybrid:1+1",
		.command = "imgtop run images in",
		.started_ns = s(100),
		.started_real_ns = s(1795190641), /* 2026-11-20T16:04:01Z */
		.cores = 2,
		.stages = 3,
		.stations = 3,
	};
	snprintf(plan->report_dir, sizeof plan->report_dir, "%s", report_dir);
	for (i = 0; i < 3; i++)
		snprintf(plan->stage[i].name, sizeof plan->stage[i].name, "%s", stage[i]);
	snprintf(plan->station[0].name, sizeof plan->station[0].name, "walk");
	snprintf(plan->station[1].name, sizeof plan->station[1].name, "read");
	snprintf(plan->station[2].name, sizeof plan->station[2].name, "decode");
	plan->station[2].first_stage = 1;
	plan->station[2].last_stage = 2;
	plan->station[2].queue = 1;
	plan->station[2].process = 1;
}

static void set_status(struct page_status *status)
{
	*status = (struct page_status){
		.running_ns = s(100.25),
		.last_done_ns = s(109.5),
		.ended_ns = s(110),
		.paused_total_ns = s(0.125),
		.found = 1000,
		.retried = 5,
		.bytes_in = 61000000,
		.bytes_out = 12000000,
		.state = RUN_REPORTING,
		.source_ended = 1,
		.workers = FIXTURE_WORKERS,
		.hosts = 4,
		.queues = 2,
		.exit_code = 1,
	};
	status->done[ITEM_OK] = 900;
	status->done[ITEM_DAMAGED] = 7;
	status->done[ITEM_FAILED] = 20;
	status->done[ITEM_SKIPPED] = 60;
	status->done[ITEM_QUARANTINED] = 3;
	status->done[ITEM_PENDING] = 17;
	snprintf(status->result, sizeof status->result, "{\"sum\":42,\"by\":{\"P1\":3,\"P2\":1}}");
}

/* A worker that lived for the whole run, with these seconds in its states. */
static void set_worker(struct snapshot_worker *worker, double run, double io, double get,
		       double put)
{
	struct page_worker_counters *counters = &worker->counters;

	worker->live.started_ns = s(100.5);
	worker->live.ended_ns = s(110);
	worker->live.pid = 811;
	worker->live.tid = 812;
	worker->live.state = WORKER_FINISHED;
	memset(counters->state_ns, 0, sizeof counters->state_ns);
	counters->state_ns[WORKER_RUN] = s(run);
	counters->state_ns[WORKER_IO] = s(io);
	counters->state_ns[WORKER_GET] = s(get);
	counters->state_ns[WORKER_PUT] = s(put);
	counters->state_ns[WORKER_LOCK] = s(0.25);
	counters->wall_ns = s(run + io + get + put + 0.25);
	counters->cpu_user_ns = s(run);
	counters->cpu_sys_ns = s(0.5);
	counters->ctx_voluntary = 120;
	counters->ctx_involuntary = 33;
	counters->minor_faults = 1200;
	counters->major_faults = 2;
	counters->runqueue_wait_ns = s(0.75);
	counters->peak_rss_bytes = 81000000;
}

static void set_workers(struct snapshot *snapshot)
{
	struct snapshot_worker *decode = &snapshot->worker[FIXTURE_DECODE];
	struct snapshot_worker *read = &snapshot->worker[FIXTURE_READ];

	set_worker(&snapshot->worker[FIXTURE_WALK], 0.5, 0.5, 0, 8);
	set_worker(read, 0, 2, 1, 6.25);
	set_worker(decode, 8, 0.5, 0.75, 0);
	set_worker(&snapshot->worker[FIXTURE_RECORDER], 0, 0, 9, 0);
	read->counters.bytes_in = 61000000;
	decode->counters.bytes_out = 12000000;
	read->counters.handed_on = 940;
	decode->counters.ok = 900;
	decode->counters.failed = 23;
	snprintf(decode->live.ended, sizeof decode->live.ended, "killed by SIGSEGV");
}

static void set_queue(struct page_queue *queue, const char *name, unsigned station)
{
	*queue = (struct page_queue){
		.pushed = 940, .popped = 930, .high_water = 8, .capacity = 8, .station = station};
	snprintf(queue->name, sizeof queue->name, "%s", name);
}

struct fixture *fixture_new(void)
{
	struct fixture *fixture = mem_calloc(1, sizeof *fixture);
	char name[] = "/tmp/imgtop-report-XXXXXX";
	struct err err = {0};
	struct page_plan *plan = mem_calloc(1, sizeof *plan);
	struct page_status status;
	unsigned i;
	char *path;

	if (mkdtemp(name) == NULL)
		abort();
	fixture->dir = mem_strdup(name);
	path = path_join(name, "the.page");
	fixture->page = page_create(path, &err);
	free(path);
	if (fixture->page == NULL)
		abort();
	set_plan(plan, name);
	page_write_plan(fixture->page, plan);
	free(plan);
	set_status(&status);
	page_write_status(fixture->page, &status);
	page_write_recorder(fixture->page, &(struct page_recorder){.peak_memory_bytes = 312000000});
	for (i = 0; i < FIXTURE_WORKERS; i++)
		slot_declare(fixture->page, i, &identity[i]);
	work(fixture->page);
	fixture->snapshot = snapshot_new();
	snapshot_take(fixture->snapshot, fixture->page);
	set_workers(fixture->snapshot);
	set_queue(&fixture->snapshot->queue[0], "intake", 1);
	set_queue(&fixture->snapshot->queue[1], "decode", 2);
	for (i = 0; i < 4; i++)
		snprintf(fixture->snapshot->host[i].name, PAGE_NAME_BYTES, "host-%u", i);
	return fixture;
}

void fixture_free(struct fixture *fixture)
{
	char *command = mem_printf("rm -rf '%s'", fixture->dir);

	if (system(command) != 0)
		fprintf(stderr, "# %s stays\n", fixture->dir);
	free(command);
	page_close(fixture->page);
	snapshot_free(fixture->snapshot);
	free(fixture->dir);
	free(fixture);
}

int fixture_setup(void **state)
{
	*state = fixture_new();
	return 0;
}

int fixture_teardown(void **state)
{
	fixture_free(*state);
	return 0;
}

char *fixture_read(const struct fixture *fixture, const char *name)
{
	char *path = path_join(fixture->dir, name);
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t capacity = 0, length = 0;

	free(path);
	if (file == NULL)
		return NULL;
	do {
		capacity += 65536;
		text = mem_realloc(text, capacity, 1);
		length += fread(text + length, 1, capacity - 1 - length, file);
	} while (length == capacity - 1);
	text[length] = '\0';
	fclose(file);
	return text;
}
