/*
 * trial.c - what the items of a plan cost: its stages tried on a sample (floor: program).
 *
 * A stage's time is read at its borders, also at those inside a fused path: wall clock, the
 * thread's CPU time, and the time it stood in the run queue, which is other work's and no property
 * of the stage. An item counts as a whole or, when it fails, not at all.
 */
#include "config.h"

#include "trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "engine/arena.h"
#include "record/usage.h"

enum { LONGEST_RUN_ID = 48, READINGS = 8 };

struct reading {
	uint64_t wall_ns;
	uint64_t cpu_ns;
	uint64_t queued_ns;
};

struct trial {
	const struct plan *plan;
	struct workload_config config;
	struct trial_result *result;
	struct slot_memory memory;
	void *state;	  /* the worker's */
	int schedstat_fd; /* -1: the kernel does not tell */
	uint64_t wait_until_ns;
	uint64_t cancel_ns; /* items end then */
	int stage;	    /* being measured, -1 = none */
	struct reading begin;
	struct trial_stage item[PAGE_STAGES]; /* of the item in hand */
	uint64_t admitted;		      /* by it */
	bool holds[WORK_LOCKS];
	bool held; /* items wait for a commit */
};

/* One after the other the clocks would not fit together if the thread had to wait for a CPU between
 * two of them, so they are read again then; a thread that always has to is read as it is. */
static struct reading take_reading(const struct trial *trial)
{
	struct reading reading = {.queued_ns = usage_runqueue_wait_ns(trial->schedstat_fd)};

	for (int i = 0; i < READINGS; i++) {
		uint64_t before_ns = reading.queued_ns;
		struct timespec cpu;

		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu);
		reading.cpu_ns = (uint64_t)cpu.tv_sec * CLOCK_SECOND_NS + (uint64_t)cpu.tv_nsec;
		reading.wall_ns = clock_ns();
		reading.queued_ns = usage_runqueue_wait_ns(trial->schedstat_fd);
		if (reading.queued_ns == before_ns)
			break;
	}
	return reading;
}

/* Charge a stage with what has passed since `begin`. */
static void charge(struct trial_stage *stage, const struct reading *begin,
		   const struct reading *end)
{
	uint64_t wall_ns = end->wall_ns - begin->wall_ns;
	uint64_t cpu_ns = end->cpu_ns - begin->cpu_ns;
	uint64_t queued_ns = end->queued_ns - begin->queued_ns;

	/* Clocks of different kinds, not read at once: none may claim more than there was. */
	if (queued_ns > wall_ns)
		queued_ns = wall_ns;
	wall_ns -= queued_ns;
	stage->wall_ns += wall_ns;
	stage->cpu_ns += cpu_ns < wall_ns ? cpu_ns : wall_ns;
	stage->queued_ns += queued_ns;
}

static void end_stage(struct trial *trial)
{
	struct reading end = take_reading(trial);

	if (trial->stage >= 0)
		charge(&trial->item[trial->stage], &trial->begin, &end);
	trial->stage = -1;
}

static void begin_stage(struct work *work, unsigned stage)
{
	struct trial *trial = work->engine;

	end_stage(trial);
	work->stage = stage;
	/* Simulated latency needs no sleep to be known. */
	trial->item[stage].wall_ns += (uint64_t)(trial->plan->delay_ms[stage] * 1e6);
	trial->stage = (int)stage;
	trial->begin = take_reading(trial);
}

static bool is_cancelled(struct work *work)
{
	const struct trial *trial = work->engine;

	return clock_ns() >= trial->cancel_ns;
}

static int admit(struct work *work, uint64_t bytes, struct err *err)
{
	struct trial *trial = work->engine;

	(void)err;
	trial->admitted += bytes;
	return 0;
}

/* With one worker nobody else can hold it. */
static void take_lock(struct work *work, unsigned lock)
{
	struct trial *trial = work->engine;

	if (trial->holds[lock])
		trial->result->needs_others = true;
	trial->holds[lock] = true;
}

static void drop_lock(struct work *work, unsigned lock)
{
	struct trial *trial = work->engine;

	trial->holds[lock] = false;
}

/* Waits as announced, as long as there is time; what is left counts without being waited for. */
static int wait_here(struct work *work, uint64_t ns, struct err *err)
{
	struct trial *trial = work->engine;
	uint64_t now_ns = clock_ns();
	uint64_t left_ns = trial->wait_until_ns > now_ns ? trial->wait_until_ns - now_ns : 0;
	uint64_t slept_ns = ns < left_ns ? ns : left_ns;
	struct timespec span = {.tv_sec = (time_t)(slept_ns / CLOCK_SECOND_NS),
				.tv_nsec = (long)(slept_ns % CLOCK_SECOND_NS)};

	(void)err;
	while (nanosleep(&span, &span) != 0)
		;
	trial->item[work->stage].wall_ns += ns - slept_ns;
	return 0;
}

static int join_others(struct work *work, unsigned stage, struct err *err)
{
	struct trial *trial = work->engine;

	(void)stage;
	trial->result->needs_others = true;
	return err_permanent(err, "it waits for other workers, and there is one");
}

static void leave(struct work *work, const char *reason)
{
	struct trial *trial = work->engine;

	(void)reason;
	trial->result->needs_others = true;
}

static unsigned count_peers(struct work *work)
{
	(void)work;
	return 1;
}

static const struct work_calls calls = {.stage = begin_stage,
					.cancelled = is_cancelled,
					.admit = admit,
					.lock = take_lock,
					.unlock = drop_lock,
					.wait = wait_here,
					.join = join_others,
					.leave = leave,
					.peers = count_peers};

static void count_in(struct trial *trial, uint32_t units)
{
	struct trial_result *result = trial->result;
	uint64_t wall_ns = 0;

	result->units += units;
	for (unsigned i = 0; i < trial->plan->workload->nstages; i++) {
		result->stage[i].wall_ns += trial->item[i].wall_ns;
		result->stage[i].cpu_ns += trial->item[i].cpu_ns;
		result->stage[i].queued_ns += trial->item[i].queued_ns;
		wall_ns += trial->item[i].wall_ns;
	}
	if (wall_ns > result->longest_ns)
		result->longest_ns = wall_ns;
	if (trial->admitted > result->memory_bytes)
		result->memory_bytes = trial->admitted;
}

static void do_item(struct trial *trial, const struct trial_item *item, uint64_t job)
{
	struct work work = {.config = &trial->config,
			    .state = trial->state,
			    .name = item->name,
			    .payload = item->payload,
			    .payload_length = item->payload_length,
			    .memory = &trial->memory,
			    .job = job,
			    .attempt = 1,
			    .units = item->units,
			    .calls = &calls,
			    .engine = trial};
	const struct workload *workload = trial->plan->workload;
	struct trial_result *result = trial->result;
	struct err err = {0};
	bool done;

	text_sanitise(result->in_hand, sizeof result->in_hand, item->name, strlen(item->name));
	memset(trial->item, 0, sizeof trial->item);
	memset(trial->holds, 0, sizeof trial->holds);
	trial->admitted = 0;
	trial->stage = -1;
	if (trial->memory.base != NULL)
		slot_memory_reset(&trial->memory);
	done = work_run(workload, &work, 0, workload->nstages - 1, &err) == 0;
	end_stage(trial);
	if (done)
		count_in(trial, item->units);
	else if (!is_cancelled(&work))
		result->failed++; /* and not for want of time */
	trial->held = trial->held || work.hold;
	if (trial->memory.base != NULL)
		slot_memory_trim(&trial->memory, ARENA_KEEP_BYTES);
	result->tried++;
	result->in_hand[0] = '\0';
}

/* What held items still cost is the last stage's. */
static void commit(struct trial *trial)
{
	const struct workload *workload = trial->plan->workload;
	struct reading begin = take_reading(trial), end;
	struct err err = {0};

	if (!trial->held || workload->commit == NULL)
		return;
	if (workload->commit(trial->state, &err) != 0)
		text_sanitise(trial->result->problem, sizeof trial->result->problem, err.text,
			      strlen(err.text));
	end = take_reading(trial);
	charge(&trial->result->stage[workload->nstages - 1], &begin, &end);
}

/* Has enough been seen, or is it time to end? Work that others keep from the CPU is none. */
static bool is_enough(const struct trial *trial, const struct trial_limits *limits)
{
	const struct trial_result *result = trial->result;
	uint64_t work_ns = 0;

	for (unsigned i = 0; i < trial->plan->workload->nstages; i++)
		work_ns += result->stage[i].wall_ns;
	return clock_ns() >= trial->wait_until_ns ||
	       (result->tried >= limits->least_items && work_ns >= limits->least_ns);
}

static void try_all(struct trial *trial, const struct trial_limits *limits,
		    const struct trial_sample *sample)
{
	uint64_t begin_ns = clock_ns();
	struct trial_result *result = trial->result;

	trial->wait_until_ns = begin_ns + limits->most_ns;
	trial->cancel_ns = begin_ns + limits->cancel_ns;
	for (size_t turn = 0; turn < sample->count && !result->needs_others; turn++) {
		if (turn > 0 && is_enough(trial, limits))
			break;
		do_item(trial, &sample->item[trial_sample_turn(sample, turn)], turn + 1);
	}
	commit(trial);
	result->tried_ns = clock_ns() - begin_ns;
}

static int map_slot(struct trial *trial, struct err *err)
{
	const struct workload *workload = trial->plan->workload;
	size_t size = trial->plan->slot_bytes != 0 ? trial->plan->slot_bytes : ARENA_SLOT_BYTES;
	void *base;

	if (workload->region_shares == NULL)
		return 0;
	/* Shared like the arena, whose pages take longer to come by than private ones. */
	base = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE,
		    -1, 0);
	if (base == MAP_FAILED)
		return err_errno(err, "no address space for an item");
	trial->memory =
		(struct slot_memory){.base = base, .size = size, .shares = workload->region_shares};
	return 0;
}

void trial_run(const struct plan *plan, const char *output, const struct trial_limits *limits,
	       const struct trial_sample *sample, struct trial_result *result)
{
	const struct workload *workload = plan->workload;
	struct trial trial = {.plan = plan, .config = plan->config, .result = result, .stage = -1};
	char run_id[LONGEST_RUN_ID];
	struct err err = {0};

	snprintf(run_id, sizeof run_id, "advise-%d", (int)getpid());
	trial.config.run_id = run_id;
	trial.config.output = output;
	trial.config.started_ns = clock_real_ns();
	trial.schedstat_fd = usage_open_schedstat();
	if (map_slot(&trial, &err) == 0 &&
	    (workload->worker_open == NULL ||
	     workload->worker_open(&trial.config, &trial.state, &err) == 0))
		try_all(&trial, limits, sample);
	else
		text_sanitise(result->problem, sizeof result->problem, err.text, strlen(err.text));
	if (workload->worker_close != NULL && trial.state != NULL)
		workload->worker_close(trial.state);
	if (trial.memory.base != NULL)
		munmap(trial.memory.base, trial.memory.size);
	if (trial.schedstat_fd >= 0)
		close(trial.schedstat_fd);
}
