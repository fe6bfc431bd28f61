/*
 * sample_run.c - the run made by hand.
 */
#include "config.h"

#include "sample_run.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

#define START_NS (100 * CLOCK_SECOND_NS)
#define TENTH_NS (CLOCK_SECOND_NS / 10)

enum { TENTHS = 120, READ = 0, DECODE, RESIZE, ENCODE, WRITE, STAGES };

struct sketch {
	const char *name;
	enum worker_kind kind;
	unsigned host;
	unsigned station;
	enum worker_state state;
	unsigned stage;
	const char *item;
	unsigned per_second; /* items */
	unsigned busy;	     /* percent */
};

static const struct sketch sketches[SAMPLE_WORKERS] = {
	[SAMPLE_WALK] = {"walk-1", WORKER_WALK, 0, 0, WORKER_PUT, PAGE_NONE, "", 0, 5},
	[SAMPLE_READ_1] = {"read-1", WORKER_THREAD, 1, 1, WORKER_PUT, PAGE_NONE, "", 12, 12},
	[SAMPLE_READ_2] = {"read-2", WORKER_THREAD, 1, 1, WORKER_IO, READ, "2024/a31.png", 13, 15},
	[SAMPLE_DECODE_1] = {"decode-1", WORKER_PROCESS, 2, 2, WORKER_RUN, DECODE, "2024/a17.png",
			     6, 98},
	[SAMPLE_DECODE_2] = {"decode-2", WORKER_PROCESS, 3, 2, WORKER_RUN, RESIZE, "2024/a18.png",
			     7, 95},
	[SAMPLE_DECODE_3] = {"decode-3", WORKER_PROCESS, 4, 2, WORKER_LOCK, ENCODE, "2024/a19.png",
			     5, 80},
	[SAMPLE_DECODE_4] = {"decode-4", WORKER_PROCESS, 5, 2, WORKER_DEAD, PAGE_NONE, "", 2, 50},
	[SAMPLE_WRITE] = {"write-1", WORKER_THREAD, 6, 3, WORKER_GET, PAGE_NONE, "", 25, 10},
	[SAMPLE_RECORDER] = {"recorder", WORKER_RECORDER, 7, 0, WORKER_GET, PAGE_NONE, "", 0, 1},
};

static void put_text(char *field, size_t size, const char *text)
{
	(void)snprintf(field, size, "%s", text);
}

static void fill_plan(struct page_plan *plan)
{
	static const char *const stages[STAGES] = {"read", "decode", "resize", "encode", "write"};
	static const struct {
		const char *name;
		unsigned first, last, queue, process;
	} stations[] = {{"walk", 0, 0, PAGE_NONE, 0},
			{"read", READ, READ, 0, 0},
			{"decode", DECODE, ENCODE, 1, 1},
			{"write", WRITE, WRITE, 2, 0}};

	put_text(plan->run_id, sizeof(plan->run_id), "20261120-160401-4711");
	put_text(plan->version, sizeof(plan->version), "0.1.0");
	put_text(plan->workload, sizeof(plan->workload), "images");
	put_text(plan->strategy, sizeof(plan->strategy), "hybrid");
	put_text(plan->plan, sizeof(plan->plan), "hybrid:3+4");
	put_text(plan->layout, sizeof(plan->layout), "read:2t | decode-encode:4p | write:1t");
	put_text(plan->report_dir, sizeof(plan->report_dir), "/home/me/reports/20261120");
	put_text(plan->output, sizeof(plan->output), "/home/me/small");
	plan->started_ns = START_NS;
	plan->cores = 4;
	plan->stages = STAGES;
	plan->stations = 3;
	for (int i = 0; i < STAGES; i++) {
		put_text(plan->stage[i].name, sizeof(plan->stage[i].name), stages[i]);
		plan->stage[i].io = i == READ || i == WRITE;
	}
	for (int i = 0; i < 4; i++) {
		put_text(plan->station[i].name, sizeof(plan->station[i].name), stations[i].name);
		plan->station[i].first_stage = stations[i].first;
		plan->station[i].last_stage = stations[i].last;
		plan->station[i].queue = stations[i].queue;
		plan->station[i].process = stations[i].process;
	}
}

static void fill_status(struct page_status *status, unsigned tenths)
{
	status->state = RUN_RUNNING;
	status->updated_ns = START_NS + tenths * TENTH_NS;
	status->found = 1000;
	status->source_ended = 1;
	status->done[ITEM_OK] = tenths * 25 / 10;
	status->done[ITEM_FAILED] = tenths >= 60 ? 2 : 0;
	status->bytes_in = (uint64_t)tenths * 6100000;
	status->bytes_out = (uint64_t)tenths * 800000;
	status->workers = SAMPLE_WORKERS;
	status->hosts = 8;
	status->queues = 3;
	status->errors_logged = 2;
}

static void fill_queue(struct page_queue *queue, const char *name, unsigned station,
		       unsigned capacity, unsigned depth)
{
	put_text(queue->name, sizeof(queue->name), name);
	queue->station = station;
	queue->capacity = capacity;
	queue->popped = 300;
	queue->pushed = 300 + depth;
	queue->high_water = depth + (capacity - depth) / 2;
	queue->between_hosts = 1;
}

/* The stages of its station have each seen all its items; the slowest is the item in hand. */
static void fill_stages(struct snapshot_worker *worker, const struct sketch *sketch,
			unsigned tenths)
{
	unsigned first = sketch->station == 2 ? DECODE : sketch->station == 1 ? READ : WRITE;
	unsigned last = sketch->station == 2 ? ENCODE : first;

	for (unsigned i = first; sketch->station > 0 && i <= last; i++) {
		worker->counters.stage[i].count = sketch->per_second * tenths / 10;
		worker->counters.stage[i].total_ns =
			worker->counters.stage[i].count * (30 + i) * CLOCK_MS_NS;
		worker->counters.stage[i].max_ns = (200 + i) * CLOCK_MS_NS;
		worker->counters.stage[i].slowest[0].ns = (200 + i) * CLOCK_MS_NS;
		worker->counters.stage[i].slowest[0].job = worker->live.job;
	}
}

static void fill_worker(struct snapshot_worker *worker, const struct sketch *sketch, unsigned index,
			unsigned tenths)
{
	uint64_t now_ns = START_NS + tenths * TENTH_NS;
	bool alive = page_state_info(sketch->state)->alive;

	memset(worker, 0, sizeof(*worker));
	put_text(worker->live.name, sizeof(worker->live.name), sketch->name);
	put_text(worker->live.item, sizeof(worker->live.item), sketch->item);
	worker->live.job = sketch->item[0] != '\0' ? 300 + index : 0;
	worker->live.kind = sketch->kind;
	worker->live.host = sketch->host;
	worker->live.station = sketch->station;
	worker->live.state = sketch->state;
	worker->live.stage = sketch->stage;
	worker->live.pid = 800 + sketch->host;
	worker->live.tid = 820 + index;
	worker->live.incarnation = index == SAMPLE_DECODE_3 ? 2 : 1;
	worker->live.started_ns = START_NS;
	worker->live.state_since_ns = now_ns - (index + 1) * 41 * CLOCK_MS_NS;
	if (sketch->state == WORKER_GET || sketch->state == WORKER_PUT) {
		worker->live.wait_on = sketch->kind == WORKER_RECORDER ? WAIT_NOTHING : WAIT_QUEUE;
		worker->live.wait_target = sketch->station == 0 ? 0 : sketch->station == 1 ? 1 : 2;
	}
	if (sketch->state == WORKER_LOCK) {
		worker->live.wait_on = WAIT_LOCK;
		worker->live.wait_target = PAGE_LOCK_GIL;
	}
	worker->live.item_since_ns = now_ns - (index + 2) * 61 * CLOCK_MS_NS;
	worker->live.stage_since_ns = now_ns - (index + 1) * 41 * CLOCK_MS_NS;
	fill_stages(worker, sketch, tenths);
	if (!alive) {
		worker->live.ended_ns = now_ns;
		worker->counters.wall_ns = now_ns - START_NS;
		put_text(worker->live.ended, sizeof(worker->live.ended), "killed by SIGSEGV");
	}
	worker->counters.handed_on = sketch->per_second * tenths / 10;
	worker->counters.state_ns[WORKER_RUN] = (now_ns - START_NS) / 100 * sketch->busy;
	worker->counters.state_ns[WORKER_GET] =
		sketch->station == 3 ? (now_ns - START_NS) / 100 * 88 : 0;
	worker->counters.state_ns[WORKER_PUT] =
		sketch->station == 1 ? (now_ns - START_NS) / 100 * 61 : 0;
	worker->counters.cpu_user_ns = worker->counters.state_ns[WORKER_RUN];
	worker->counters.usage_at_ns = now_ns;
}

void sample_run_fill(struct snapshot *snapshot, unsigned tenths)
{
	static const char *const hosts[] = {"walk",	"read",	    "decode-1", "decode-2",
					    "decode-3", "decode-4", "write",	"recorder"};

	memset(snapshot, 0, sizeof(*snapshot));
	snapshot->at_ns = START_NS + tenths * TENTH_NS;
	fill_plan(&snapshot->plan);
	fill_status(&snapshot->status, tenths);
	fill_queue(&snapshot->queue[0], "intake", 1, 256, 240);
	fill_queue(&snapshot->queue[1], "decode", 2, 8, 8);
	fill_queue(&snapshot->queue[2], "write", 3, 8, tenths == 0 ? 0 : 1 + tenths / 10 % 3 % 2);
	for (unsigned i = 0; i < 8; i++) {
		put_text(snapshot->host[i].name, sizeof(snapshot->host[i].name), hosts[i]);
		snapshot->host[i].pid = 800 + i;
		snapshot->host[i].alive = i != 5;
	}
	for (unsigned i = 0; i < SAMPLE_WORKERS; i++)
		fill_worker(&snapshot->worker[i], &sketches[i], i, tenths);
}

/* Takes turns between these, over and over; the last one may be a failure. */
struct turn {
	unsigned ms;
	enum worker_state state;
	unsigned stage;
	unsigned target;
};

static void add_event(struct past *past, unsigned worker, unsigned ms, uint64_t job,
		      const struct turn *turn)
{
	struct page_event event = {
		.at_ns = START_NS + ms * CLOCK_MS_NS,
		.job = turn->state == WORKER_GET ? 0 : job,
		.state = (uint8_t)turn->state,
		.stage = (uint8_t)turn->stage,
		.target = (uint8_t)turn->target,
		.worker = worker,
	};

	past_add(past, &event);
}

static void add_turns(struct past *past, unsigned worker, const struct turn *turns, size_t count,
		      unsigned until_ms)
{
	unsigned ms = 0;

	for (size_t i = 0; ms < until_ms; i++) {
		add_event(past, worker, ms, 300 + worker, &turns[i % count]);
		ms += turns[i % count].ms;
	}
}

void sample_run_events(struct past *past)
{
	static const struct turn walk[] = {{400, WORKER_IO, PAGE_NONE, PAGE_NONE},
					   {7600, WORKER_PUT, PAGE_NONE, 0}};
	static const struct turn read[] = {{100, WORKER_IO, READ, PAGE_NONE},
					   {600, WORKER_PUT, PAGE_NONE, 1}};
	static const struct turn decode[] = {{900, WORKER_RUN, DECODE, PAGE_NONE},
					     {1300, WORKER_RUN, RESIZE, PAGE_NONE},
					     {300, WORKER_LOCK, ENCODE, PAGE_NONE},
					     {200, WORKER_GET, PAGE_NONE, 1}};
	static const struct turn write[] = {{200, WORKER_DELAY, WRITE, PAGE_NONE},
					    {1400, WORKER_GET, PAGE_NONE, 2}};
	static const struct turn recorder[] = {{60000, WORKER_GET, PAGE_NONE, PAGE_NONE}};
	static const struct turn dead = {0, WORKER_DEAD, PAGE_NONE, PAGE_NONE};
	const unsigned all = TENTHS * 100;
	struct page_event failure = {.at_ns = START_NS + 6 * CLOCK_SECOND_NS,
				     .job = 300 + SAMPLE_DECODE_3,
				     .state = WORKER_GET,
				     .stage = PAGE_NONE,
				     .target = PAGE_NONE,
				     .item_end = 1 + ITEM_FAILED,
				     .worker = SAMPLE_DECODE_3};

	add_turns(past, SAMPLE_WALK, walk, 2, all);
	add_turns(past, SAMPLE_READ_1, read, 2, all);
	add_turns(past, SAMPLE_READ_2, read, 2, all);
	add_turns(past, SAMPLE_DECODE_1, decode, 4, all);
	add_turns(past, SAMPLE_DECODE_2, decode, 4, all);
	add_turns(past, SAMPLE_DECODE_3, decode, 4, 5900);
	past_add(past, &failure);
	add_event(past, SAMPLE_DECODE_3, 6200, 300 + SAMPLE_DECODE_3, &decode[2]);
	add_turns(past, SAMPLE_DECODE_4, decode, 4, 9900);
	add_event(past, SAMPLE_DECODE_4, 10000, 0, &dead);
	add_turns(past, SAMPLE_WRITE, write, 2, all);
	add_turns(past, SAMPLE_RECORDER, recorder, 1, all);
}

void sample_run_feed(struct model *model)
{
	static const char *const texts[] = {"warning only", "2024/a03.jpg: decode: cut off",
					    "2024/a09.jpg: decode: not a picture"};
	struct snapshot *snapshot = snapshot_new();

	for (unsigned tenths = 0; tenths <= TENTHS; tenths++) {
		sample_run_fill(snapshot, tenths);
		model_feed(model, snapshot);
	}
	snapshot_free(snapshot);
	sample_run_events(model->past);
	for (unsigned i = 0; i < 3; i++) {
		struct page_log_line line = {.at_ns = START_NS + (i + 1) * CLOCK_SECOND_NS,
					     .level = i == 0 ? LOG_WARNING : LOG_ERROR,
					     .worker = i == 0 ? UINT32_MAX : SAMPLE_DECODE_1,
					     .job = i};
		put_text(line.text, sizeof(line.text), texts[i]);
		model_log_add(model, &line);
	}
}

void sample_run_end(struct model *model)
{
	struct snapshot *snapshot = snapshot_new();

	sample_run_feed(model);
	sample_run_fill(snapshot, TENTHS);
	snapshot->status.state = RUN_DONE;
	snapshot->status.ended_ns = snapshot->at_ns;
	snapshot->status.last_done_ns = snapshot->at_ns;
	snapshot->status.found = 302;
	snapshot->recorder.report_state = 1;
	for (unsigned i = 0; i < SAMPLE_WORKERS; i++) {
		struct snapshot_worker *worker = &snapshot->worker[i];
		if (worker->live.state == WORKER_DEAD)
			continue;
		worker->live.state = WORKER_FINISHED;
		worker->live.ended_ns = snapshot->at_ns;
		worker->counters.wall_ns = snapshot->at_ns - START_NS;
		put_text(worker->live.ended, sizeof(worker->live.ended), "finished");
	}
	model_feed(model, snapshot);
	snapshot_free(snapshot);
}
