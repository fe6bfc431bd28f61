/*
 * recorder.c - the host that keeps what is to outlast the run.
 *
 * It hears of every finished item from the supervisor (and acknowledges it once the joblog holds
 * it: until then the supervisor keeps the record, and sends it again to a successor), drains the
 * workers' event rings and the log, takes a snapshot of the page at most ten times a second,
 * samples the memory of all processes, and writes the report at the end. It is the only process
 * that writes to the report folder.
 *
 * Trouble with the report never stops the run: the page says so, and the run ends with exit 5.
 */
#include "config.h"

#include <dirent.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "engine/channel.h"
#include "engine/fatal.h"
#include "engine/host.h"
#include "engine/memory_sample.h"
#include "record/replay.h"
#include "record/slot.h"
#include "report/report.h"

enum { DRAIN_MS = 50, EVENTS_AT_ONCE = PAGE_RING_EVENTS, LINES_AT_ONCE = 64 };

static const char ended_well[] = "finished";
static const uint64_t SAMPLE_NS = 250 * CLOCK_MS_NS;
/* A sample may cost at most this part of the time between two. */
static const uint64_t SAMPLE_SHARE = 250;

struct recorder {
	const struct host_config *config;
	struct channel *channel;
	struct slot *slot;
	struct joblog *joblog;	      /* NULL: no report, or it failed */
	struct replay_writer *replay; /* the same */
	struct snapshot *snapshot;
	struct page_recorder shown;
	struct page_event *events; /* EVENTS_AT_ONCE */
	uint64_t next_event[PAGE_WORKERS];
	uint64_t next_line;
	uint64_t next_snapshot_ns;
	uint64_t next_sample_ns;
	uint64_t acknowledged;
	bool finish;
};

/* Remember the first thing that went wrong with the report. */
static void report_failed(struct recorder *recorder, const struct err *err)
{
	if (recorder->shown.report_state == 2)
		return;
	recorder->shown.report_state = 2;
	snprintf(recorder->shown.report_error, sizeof recorder->shown.report_error, "%.190s",
		 err->text);
}

/* Each completion is a line, in the order of their serials: what a predecessor has written and did
 * not live to tell comes again, and is not to be written twice. */
static void count_predecessors(struct recorder *recorder)
{
	uint64_t held = joblog_held(recorder->joblog);

	if (recorder->config->incarnation > 1 && held > recorder->shown.recorded)
		recorder->shown.recorded = held;
}

static void open_report(struct recorder *recorder)
{
	const struct plan *plan = recorder->config->plan;
	struct err err = {0};
	char *events;

	if (!plan->report)
		return;
	recorder->joblog = joblog_open(plan->report_dir, &err);
	if (recorder->joblog == NULL)
		report_failed(recorder, &err);
	else
		count_predecessors(recorder);
	events = path_join(plan->report_dir, "run.events");
	recorder->replay = replay_create(events, &err);
	if (recorder->replay == NULL)
		report_failed(recorder, &err);
	free(events);
}

static void add_to_joblog(struct recorder *recorder, const struct record_outcome *outcome)
{
	const struct plan *plan = recorder->config->plan;
	char *input = mem_strndup(outcome->name, outcome->name_length);
	char *reason = mem_strndup(outcome->reason, outcome->reason_length);
	char *worker = mem_strndup(outcome->worker, outcome->worker_length);
	char *output = mem_strndup(outcome->payload, outcome->payload_length);
	const struct page_plan *shown = &recorder->snapshot->plan;
	bool written = outcome->status == ITEM_OK || outcome->status == ITEM_DAMAGED;
	struct joblog_line line = {
		.job = outcome->job,
		.input = input,
		.status = (enum item_status)outcome->status,
		.reason = reason,
		.worker = worker,
		.attempts = outcome->attempts,
		.start_s = outcome->start_ns > shown->started_ns
				   ? clock_seconds(outcome->start_ns - shown->started_ns)
				   : 0,
		.seconds = outcome->start_ns != 0
				   ? clock_seconds(outcome->end_ns - outcome->start_ns)
				   : 0,
		.bytes_in = outcome->bytes_in,
		.bytes_out = outcome->bytes_out,
		.output = written && plan->workload->payload_is_output ? output : ""};

	joblog_add(recorder->joblog, &line);
	free(output);
	free(worker);
	free(reason);
	free(input);
}

/* Only now that the item is over: while it is tried again its temporary files are in use. */
static void sweep(struct recorder *recorder, const struct record_outcome *outcome)
{
	const struct plan *plan = recorder->config->plan;
	char *name;

	if (plan->workload->sweep == NULL)
		return;
	name = mem_strndup(outcome->name, outcome->name_length);
	plan->workload->sweep(&plan->config, name, outcome->payload, outcome->payload_length,
			      outcome->job);
	free(name);
}

static int on_record(void *context, uint32_t type, const void *body, size_t length)
{
	struct recorder *recorder = context;
	struct record_outcome outcome;

	switch (type) {
	case RECORD_OUTCOME:
		if (protocol_get_outcome(body, length, &outcome) != 0)
			return -1;
		if (outcome.serial <= recorder->shown.recorded)
			return 0; /* a predecessor had written it */
		if (outcome.leftovers)
			sweep(recorder, &outcome);
		if (recorder->joblog != NULL)
			add_to_joblog(recorder, &outcome);
		recorder->shown.recorded = outcome.serial;
		return 0;
	case RECORD_LEFT:
		host_allow_stacks(getppid());
		return 0;
	case RECORD_FINISH:
		recorder->finish = true;
		return 0;
	default:
		return -1;
	}
}

/* What was received is on its way to the disk: tell the supervisor. */
static void acknowledge(struct recorder *recorder)
{
	struct err err = {0};

	if (recorder->acknowledged == recorder->shown.recorded)
		return;
	if (recorder->joblog != NULL && joblog_flush(recorder->joblog, &err) != 0)
		report_failed(recorder, &err);
	recorder->acknowledged = recorder->shown.recorded;
	page_write_recorder(recorder->config->page, &recorder->shown);
	protocol_put_number(recorder->channel, RECORD_ACKNOWLEDGE, recorder->acknowledged);
}

static void drain_events(struct recorder *recorder)
{
	struct page_log_line lines[LINES_AT_ONCE];
	struct err err = {0};
	size_t count;
	int result = 0;

	for (unsigned i = 0; i < recorder->snapshot->status.workers && i < PAGE_WORKERS; i++) {
		uint64_t lost = 0;

		count = page_read_events(recorder->config->page, i, &recorder->next_event[i],
					 recorder->events, EVENTS_AT_ONCE, &lost);
		recorder->shown.events_dropped += lost;
		if (recorder->replay != NULL && (count != 0 || lost != 0))
			result |= replay_add_events(recorder->replay, recorder->events, count, lost,
						    &err);
	}
	count = page_read_log(recorder->config->page, &recorder->next_line, lines, LINES_AT_ONCE,
			      NULL);
	if (recorder->replay != NULL && count != 0)
		result |= replay_add_log(recorder->replay, lines, count, &err);
	if (result != 0)
		report_failed(recorder, &err);
}

static void take_snapshot(struct recorder *recorder, uint64_t now_ns)
{
	struct err err = {0};

	snapshot_take(recorder->snapshot, recorder->config->page);
	if (recorder->replay == NULL)
		return;
	if (replay_add_snapshot(recorder->replay, recorder->snapshot, &err) != 0)
		report_failed(recorder, &err);
	recorder->next_snapshot_ns = now_ns + replay_interval_ns(recorder->replay);
}

static void sample_memory(struct recorder *recorder)
{
	const struct snapshot *snapshot = recorder->snapshot;
	uint64_t begin_ns = clock_ns();
	uint64_t sum = memory_sample_pss(recorder->config->supervisor);
	uint64_t cost_ns;

	if (recorder->config->front != 0)
		sum += memory_sample_pss(recorder->config->front);
	for (unsigned i = 0; i < snapshot->status.hosts && i < PAGE_HOSTS; i++) {
		if (snapshot->host[i].alive)
			sum += memory_sample_pss((pid_t)snapshot->host[i].pid);
	}
	recorder->shown.memory_bytes = sum;
	if (sum > recorder->shown.peak_memory_bytes)
		recorder->shown.peak_memory_bytes = sum;
	page_write_recorder(recorder->config->page, &recorder->shown);
	cost_ns = (clock_ns() - begin_ns) * SAMPLE_SHARE;
	recorder->next_sample_ns = begin_ns + (cost_ns > SAMPLE_NS ? cost_ns : SAMPLE_NS);
}

static void do_due_work(struct recorder *recorder)
{
	uint64_t now_ns = clock_ns();

	if (now_ns >= recorder->next_snapshot_ns) {
		take_snapshot(recorder, now_ns);
		if (recorder->replay == NULL)
			recorder->next_snapshot_ns = now_ns + SAMPLE_NS;
	}
	if (recorder->replay != NULL)
		drain_events(recorder);
	if (now_ns >= recorder->next_sample_ns)
		sample_memory(recorder);
	slot_usage(recorder->slot, false);
}

static void record_until_finish(struct recorder *recorder)
{
	while (!recorder->finish) {
		struct pollfd polled = {.fd = channel_fd(recorder->channel), .events = POLLIN};
		int received;

		slot_wait(recorder->slot, WORKER_GET, WAIT_NOTHING, PAGE_NONE);
		poll(&polled, 1, DRAIN_MS);
		slot_resume(recorder->slot);
		while ((received = channel_receive(recorder->channel, on_record, recorder)) == 1)
			continue;
		acknowledge(recorder);
		if (received < 0 || channel_flush(recorder->channel) != 0)
			_exit(0);
		do_due_work(recorder);
	}
}

/* The last snapshot says how the run ended; nobody changes it after this. Of all workers this one
 * alone is still at it: the report is its last work, and its profile is about what came before. */
static void write_report(struct recorder *recorder)
{
	const struct plan *plan = recorder->config->plan;
	struct report_input input = {.dir = plan->report_dir,
				     .snapshot = recorder->snapshot,
				     .page = recorder->config->page,
				     .command = plan->command};
	struct page_worker_live *own =
		&recorder->snapshot->worker[recorder->config->workers[0].worker].live;
	struct err err = {0};

	snapshot_take(recorder->snapshot, recorder->config->page);
	recorder->snapshot->status.state = RUN_DONE;
	snprintf(own->ended, sizeof own->ended, "%s", ended_well);
	if (!plan->report)
		return;
	if (recorder->joblog != NULL && joblog_close(recorder->joblog, &err) != 0)
		report_failed(recorder, &err);
	if (recorder->replay != NULL) {
		if (replay_add_snapshot(recorder->replay, recorder->snapshot, &err) != 0)
			report_failed(recorder, &err);
		input.recorded = replay_finish(recorder->replay, &err) == 0;
		if (!input.recorded)
			report_failed(recorder, &err);
	}
	if (recorder->shown.report_state != 2)
		recorder->shown.report_state = 1;
	if (plan->workload->report != NULL &&
	    plan->workload->report(&plan->config, plan->report_dir, &err) != 0)
		report_failed(recorder, &err);
	recorder->snapshot->recorder = recorder->shown;
	if (report_write(&input, &err) != 0)
		report_failed(recorder, &err);
}

void recorder_run(const struct host_config *config)
{
	int socket_fd = host_enter(config, NULL);
	struct slot_identity identity = {.name = config->name,
					 .kind = WORKER_RECORDER,
					 .host = config->host,
					 .incarnation = config->incarnation};
	struct recorder recorder = {.config = config,
				    .channel = channel_new(socket_fd),
				    .snapshot = snapshot_new(),
				    .events =
					    mem_calloc(EVENTS_AT_ONCE, sizeof(struct page_event))};

	fatal_install();
	page_read_recorder(config->page, &recorder.shown);
	recorder.slot = slot_open(config->page, config->workers[0].worker, &identity);
	snapshot_take(recorder.snapshot, config->page);
	open_report(&recorder);
	record_until_finish(&recorder);
	do_due_work(&recorder);
	sample_memory(&recorder);
	slot_usage(recorder.slot, true);
	write_report(&recorder);
	page_write_recorder(config->page, &recorder.shown);
	slot_close(recorder.slot, ended_well);
	snapshot_free(recorder.snapshot);
	free(recorder.events);
	channel_free(recorder.channel);
	exit(0);
}
