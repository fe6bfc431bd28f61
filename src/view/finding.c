/*
 * finding.c - why is this worker not moving?
 */
#include "config.h"

#include "view/finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"

static const uint64_t LEAST_NS = 5 * CLOCK_SECOND_NS;
static const uint64_t UNKNOWN_NS = 30 * CLOCK_SECOND_NS;
/* Between two looks at a thread, before it can be said to do nothing. */
static const uint64_t WINDOW_NS = 300 * CLOCK_MS_NS;
static const uint64_t START_NS = 10 * CLOCK_SECOND_NS;

/* What uses its core may well compute, and long items take long: it is given more than one that
 * does nothing, unless the user has said how long is too long. */
enum { SPIN_PATIENCE = 4 };

enum { AGE_BYTES = 16 };

static const struct finding_info infos[FINDINGS] = {
	[FINDING_WORKING] = {0, "", "working", "is working",
			     "is in a stage, for no longer than usual", false},
	[FINDING_STARTING] = {0, "", "starting", "is starting", "its process has just been started",
			      false},
	[FINDING_STARVED] = {0, "", "starved of input", "is starved of input", "its queue is empty",
			     false},
	[FINDING_BACKPRESSURE] = {0, "", "held up by back-pressure", "is held up by back-pressure",
				  "the next queue is full", false},
	[FINDING_LOCK] = {0, "", "waiting for a lock", "is waiting for a lock",
			  "another worker holds it", false},
	[FINDING_JOIN] = {0, "", "waiting for others to end", "is waiting for others to end",
			  "joins workers that go on", false},
	[FINDING_MEMORY] = {0, "", "waiting for memory", "is waiting for memory",
			    "an arena slot or the memory brake", false},
	[FINDING_DELAY] = {0, "", "delayed", "is delayed", "sits out simulated latency", false},
	[FINDING_PAUSED] = {0, "", "paused", "is paused", "waits for the pipeline to be resumed",
			    false},
	[FINDING_SLOW] = {0, "", "slow but fine", "is slow but fine",
			  "longer than usual in a stage, but nothing is wrong", false},
	[FINDING_CPU_STARVED] = {0, "", "starved of CPU", "is starved of CPU",
				 "ready to run, but no core is free", false},
	[FINDING_DISK] = {'D', "disk", "waiting for the disk", "is waiting for the disk",
			  "sleeps uninterruptibly in the kernel", false},
	[FINDING_STOPPED] = {'T', "stop", "stopped", "is stopped",
			     "a signal or a debugger has stopped it", true},
	[FINDING_SPINNING] = {'S', "spin", "spinning", "is spinning",
			      "uses its core and does not come out of the stage", true},
	[FINDING_HUNG] = {'!', "hung", "hung", "is hung",
			  "does nothing and does not come out of the stage", true},
	[FINDING_DEADLOCK] = {'!', "lock", "in a deadlock", "is in a deadlock", "waits in a circle",
			      true},
	[FINDING_NEVER_STARTED] = {'N', "never", "never started", "has never started",
				   "its process is there, but not the worker", true},
	[FINDING_EXITED] = {0, "", "exited silently", "exited silently",
			    "its process ended itself in mid-run", true},
	[FINDING_DEAD] = {0, "", "dead", "is dead", "its process was killed", false},
	[FINDING_ENDED] = {0, "", "ended", "has ended", "has finished its part", false},
};

const struct finding_info *finding_info(enum finding finding)
{
	return &infos[(unsigned)finding < FINDINGS ? finding : FINDING_WORKING];
}

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static uint64_t growth(uint64_t before, uint64_t after)
{
	return after > before ? after - before : 0;
}

/* Time since a moment; 0 when there was none. */
static uint64_t since(uint64_t from_ns, uint64_t to_ns)
{
	return from_ns != 0 ? growth(from_ns, to_ns) : 0;
}

uint64_t finding_limit_ns(const struct finding_usual *usual, uint64_t hang_after_ns)
{
	if (hang_after_ns != 0)
		return hang_after_ns;
	if (usual->entries < FINDING_ENTRIES)
		return UNKNOWN_NS;
	return later(LEAST_NS, later(8 * usual->p95_ns, 2 * usual->max_ns));
}

static void conclude(struct finding_result *result, enum finding finding, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void conclude(struct finding_result *result, enum finding finding, const char *format, ...)
{
	va_list arguments;

	result->finding = finding;
	va_start(arguments, format);
	vsnprintf(result->evidence, sizeof result->evidence, format, arguments);
	va_end(arguments);
}

static const char *age_text(uint64_t ns, char text[AGE_BYTES])
{
	text_age(text, AGE_BYTES, ns);
	return text;
}

/* What the thread did between the two looks. */
struct movement {
	bool known;
	uint64_t window_ns;
	uint64_t cpu_ns;
	uint64_t runqueue_ns;
	uint64_t bytes;
	double runnable; /* share of the window that it ran or was ready to */
	double queued;	 /* of that, the share in which no core was free */
};

static struct movement movement_of(const struct finding_input *input)
{
	const struct kernel_sample *first = &input->first, *last = &input->last;
	struct movement moved = {.known = first->seen && last->seen && !last->gone};

	if (!moved.known)
		return moved;
	moved.window_ns = since(first->at_ns, last->at_ns);
	moved.cpu_ns = growth(first->cpu_ns, last->cpu_ns);
	moved.runqueue_ns = growth(first->runqueue_ns, last->runqueue_ns);
	if (first->close && last->close)
		moved.bytes = growth(first->bytes, last->bytes);
	if (moved.window_ns != 0)
		moved.runnable =
			(double)(moved.cpu_ns + moved.runqueue_ns) / (double)moved.window_ns;
	if (moved.cpu_ns + moved.runqueue_ns != 0)
		moved.queued =
			(double)moved.runqueue_ns / (double)(moved.cpu_ns + moved.runqueue_ns);
	return moved;
}

/* One who has been woken, as one is whose stack was taken, runs for a moment and may wait long for
 * the core that it needs for it: without computing that is no movement. */
static bool moves(const struct movement *moved, const struct kernel_sample *last)
{
	bool computes = moved->cpu_ns > moved->window_ns / 500;

	return moved->bytes != 0 || last->state == 'R' || (computes && moved->runnable >= 0.05);
}

/* " in futex", " in read of /in/fifo (pipe_read)": where it sleeps, as far as the kernel tells. */
static void sleep_text(const struct kernel_sample *last, char *text, size_t size)
{
	if (last->call[0] != '\0' && last->wchan[0] != '\0')
		snprintf(text, size, ", in %s (%s)", last->call, last->wchan);
	else if (last->call[0] != '\0' || last->wchan[0] != '\0')
		snprintf(text, size, ", in %s", last->call[0] != '\0' ? last->call : last->wchan);
	else
		snprintf(text, size, "%s", last->denied ? ", its call may not be read" : "");
}

/* "decode for 12s, limit 5.0s (p95 41ms)" */
static void stage_text(const struct finding_input *input, const char *stage, uint64_t age_ns,
		       const struct finding_result *result, char *text, size_t size)
{
	char age[AGE_BYTES], limit[AGE_BYTES], p95[AGE_BYTES];
	int length = snprintf(text, size, "%s for %s, limit %s", stage, age_text(age_ns, age),
			      age_text(result->limit_ns, limit));

	if (length < 0 || (size_t)length >= size)
		return;
	if (input->hang_after_ns != 0)
		snprintf(text + length, size - (size_t)length, " (--hang-after)");
	else if (input->usual.entries >= FINDING_ENTRIES)
		snprintf(text + length, size - (size_t)length, " (p95 %s)",
			 age_text(input->usual.p95_ns, p95));
	else
		snprintf(text + length, size - (size_t)length, " (its usual time is not known)");
}

/* Longer in a stage than its distribution lets expect. */
static void classify_late(const struct finding_input *input, const char *stage, uint64_t age_ns,
			  struct finding_result *result)
{
	const struct kernel_sample *last = &input->last;
	struct movement moved = movement_of(input);
	uint64_t spin_ns = result->limit_ns * (input->hang_after_ns != 0 ? 1 : SPIN_PATIENCE);
	bool very_late = age_ns >= result->limit_ns * FINDING_PATIENCE;
	/* A disk has a queue of its own: it is waited for as long as for those that others hold up.
	 */
	bool patient = last->state == 'D' && input->hang_after_ns == 0;
	bool alone = input->quiet_ns >= result->limit_ns && (!patient || very_late);
	char what[96], where[KERNEL_CALL_BYTES + KERNEL_WCHAN_BYTES + 16], cpu[AGE_BYTES];

	stage_text(input, stage, age_ns, result, what, sizeof what);
	sleep_text(last, where, sizeof where);
	age_text(moved.cpu_ns, cpu);
	if (!moved.known)
		conclude(result, alone || very_late ? FINDING_HUNG : FINDING_SLOW,
			 "%s; partial: the kernel says nothing of the thread", what);
	else if (moved.window_ns < WINDOW_NS)
		conclude(result, FINDING_SLOW, "%s; watched too short a time to tell", what);
	else if (moved.runnable >= 0.7 && moved.cpu_ns >= spin_ns && moved.bytes == 0 &&
		 (input->quiet_ns >= spin_ns || moved.cpu_ns >= spin_ns * FINDING_PATIENCE))
		conclude(result, FINDING_SPINNING, "%s; %s of CPU in it, no bytes%s", what, cpu,
			 input->quiet_ns >= spin_ns ? "; nothing else moves" : "");
	else if (moved.runnable >= 0.5 && moved.queued >= 0.5)
		conclude(result, FINDING_CPU_STARVED,
			 "%s; ready %.0f %% of the time without a core", what,
			 100 * moved.queued * moved.runnable);
	else if (moves(&moved, last))
		conclude(result, FINDING_SLOW, "%s; it moves: %s of CPU, %llu bytes", what, cpu,
			 (unsigned long long)moved.bytes);
	else if (alone || very_late)
		conclude(result, FINDING_HUNG, "%s; %c, no CPU, no bytes%s%s", what, last->state,
			 where, alone ? "; nothing else moves" : "");
	else
		conclude(result, last->state == 'D' ? FINDING_DISK : FINDING_SLOW,
			 "%s; %c%s; others go on", what, last->state, where);
}

static void classify_stage(const struct finding_input *input, const char *stage,
			   struct finding_result *result)
{
	const struct kernel_sample *last = &input->last;
	uint64_t age_ns = since(input->live->stage_since_ns, input->now_ns);
	struct movement moved = movement_of(input);
	char age[AGE_BYTES], where[KERNEL_CALL_BYTES + KERNEL_WCHAN_BYTES + 16];

	result->limit_ns = finding_limit_ns(&input->usual, input->hang_after_ns);
	if (age_ns >= result->limit_ns) {
		classify_late(input, stage, age_ns, result);
		return;
	}
	age_text(age_ns, age);
	sleep_text(last, where, sizeof where);
	if (last->seen && last->state == 'D')
		conclude(result, FINDING_DISK, "%s for %s; D%s", stage, age, where);
	else if (moved.known && moved.window_ns >= CLOCK_SECOND_NS && moved.runnable >= 0.5 &&
		 moved.queued >= 0.6)
		conclude(result, FINDING_CPU_STARVED,
			 "%s for %s; ready %.0f %% of the time without a core", stage, age,
			 100 * moved.queued * moved.runnable);
	else
		conclude(result, FINDING_WORKING, "%s for %s", stage, age);
}

static void classify_never(const struct finding_input *input, struct finding_result *result)
{
	uint64_t limit_ns = input->hang_after_ns != 0 ? input->hang_after_ns : START_NS;
	uint64_t spin_ns = limit_ns * (input->hang_after_ns != 0 ? 1 : SPIN_PATIENCE);
	struct movement moved = movement_of(input);
	bool computes = moved.known && moved.runnable >= 0.2;
	char age[AGE_BYTES], where[KERNEL_CALL_BYTES + KERNEL_WCHAN_BYTES + 16];

	age_text(input->host_age_ns, age);
	sleep_text(&input->last, where, sizeof where);
	if (input->host_age_ns == 0)
		conclude(result, FINDING_STARTING, "no process yet");
	else if (computes && moved.cpu_ns >= spin_ns)
		conclude(result, FINDING_NEVER_STARTED, "its process is %s old and only computes",
			 age);
	else if (input->host_age_ns < limit_ns || computes)
		conclude(result, FINDING_STARTING, "its process is %s old", age);
	else
		conclude(result, FINDING_NEVER_STARTED, "its process is %s old and %s%s", age,
			 moved.known ? "does nothing" : "says nothing", where);
}

static void classify_wait(const struct finding_input *input, enum finding finding,
			  struct finding_result *result)
{
	char age[AGE_BYTES];

	conclude(result, finding, "since %s",
		 age_text(since(input->live->state_since_ns, input->now_ns), age));
}

/* A pause is taken at the next border, and that nothing else moves tells nothing while it lasts:
 * who has not come to a border works, as far as can be told. */
static void classify_paused(const struct finding_input *input, const char *stage,
			    struct finding_result *result)
{
	uint64_t age_ns = since(input->live->stage_since_ns, input->now_ns);
	char what[96];

	if (input->live->stage >= PAGE_STAGES ||
	    (input->live->state != WORKER_RUN && input->live->state != WORKER_IO)) {
		classify_wait(input, FINDING_PAUSED, result);
		return;
	}
	result->limit_ns = finding_limit_ns(&input->usual, input->hang_after_ns);
	stage_text(input, stage, age_ns, result, what, sizeof what);
	if (age_ns < result->limit_ns)
		conclude(result, FINDING_WORKING, "%s; it will pause at its end", what);
	else
		conclude(result, FINDING_SLOW,
			 "%s; partial: the run is paused, and it has not come to the end of its "
			 "stage",
			 what);
}

static void classify_ended(const struct page_worker_live *live, struct finding_result *result)
{
	bool by_itself = strncmp(live->ended, "exited", strlen("exited")) == 0;

	if (live->state == WORKER_FINISHED)
		conclude(result, FINDING_ENDED, "%.60s", live->ended);
	else
		conclude(result, by_itself ? FINDING_EXITED : FINDING_DEAD, "%.60s%s", live->ended,
			 live->job != 0 ? ", with an item in hand" : "");
}

/* A debugger, or who looks at its stack, holds it for a moment only. */
static bool is_stopped(const struct finding_input *input)
{
	if (!input->last.seen)
		return false;
	return input->last.state == 'T' || (input->last.state == 't' && input->traced_looks > 1);
}

void finding_classify(const struct finding_input *input, const char *stage,
		      struct finding_result *result)
{
	static const enum finding waits[WORKER_STATES] = {
		[WORKER_GET] = FINDING_STARVED,	    [WORKER_PUT] = FINDING_BACKPRESSURE,
		[WORKER_LOCK] = FINDING_LOCK,	    [WORKER_JOIN] = FINDING_JOIN,
		[WORKER_RESOURCE] = FINDING_MEMORY, [WORKER_DELAY] = FINDING_DELAY,
		[WORKER_PAUSED] = FINDING_PAUSED,
	};
	const struct page_worker_live *live = input->live;
	bool never = live->state == WORKER_NEVER_STARTED;
	char age[AGE_BYTES];

	*result = (struct finding_result){.finding = FINDING_WORKING};
	if (live->state == WORKER_DEAD || live->state == WORKER_FINISHED) {
		classify_ended(live, result);
	} else if (is_stopped(input)) {
		conclude(result, FINDING_STOPPED, "%c, in state %s for %s", input->last.state,
			 page_state_info((enum worker_state)live->state)->word,
			 age_text(never ? input->host_age_ns
					: since(live->state_since_ns, input->now_ns),
				  age));
	} else if (never) {
		classify_never(input, result);
	} else if (input->last.gone) {
		conclude(result, FINDING_DEAD, "its thread is gone, and nobody has said so yet");
	} else if (input->run_paused) {
		classify_paused(input, stage, result);
	} else if (input->deadlocked) {
		classify_wait(input, FINDING_DEADLOCK, result);
	} else if (waits[live->state] != FINDING_WORKING) {
		classify_wait(input, waits[live->state], result);
	} else if (live->stage < PAGE_STAGES) {
		classify_stage(input, stage, result);
	} else {
		conclude(result, FINDING_WORKING, "between stages");
	}
}
