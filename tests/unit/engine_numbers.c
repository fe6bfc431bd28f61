/*
 * engine_numbers.c - the workload for the engine's tests.
 */
#include "config.h"

#include "tests/unit/engine_numbers.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "engine/supervisor.h"
#include "engine/tether.h"

enum { LOAD, WORK, CHECK, STORE };

enum { RAW, DONE }; /* the regions used */

static const unsigned shares[SLOT_REGIONS] = {500, 500};

static const struct numbers *options(const struct work *work)
{
	return work->config->values;
}

static uint64_t number_of(const struct work *work)
{
	uint64_t number = 0;

	if (work->payload_length == sizeof number)
		memcpy(&number, work->payload, sizeof number);
	return number;
}

static size_t words_of(uint64_t number)
{
	return 64 + (size_t)(number * 37 % 5000);
}

static uint64_t raw_word(uint64_t number, size_t i)
{
	return (number + 1) * UINT64_C(0x9e3779b97f4a7c15) + i;
}

static uint64_t done_word(uint64_t raw)
{
	return (raw << 7 | raw >> 57) ^ UINT64_C(0x5555555555555555);
}

void numbers_add(struct numbers_total *total, uint64_t number)
{
	total->count++;
	total->sum += number;
	total->digest ^= done_word(raw_word(number, words_of(number) - 1));
}

/* Begin a region of the item's slot. */
static uint64_t *reserve(struct work *work, unsigned region, struct err *err)
{
	size_t bytes = words_of(number_of(work)) * sizeof(uint64_t);
	void *words = NULL;

	return slot_memory_reserve(work->memory, region, bytes, &words, err) == 0 ? words : NULL;
}

/* A region as an earlier stage should have left it. */
static const uint64_t *expect(struct work *work, unsigned region, struct err *err)
{
	size_t bytes;
	const uint64_t *words = slot_memory_get(work->memory, region, &bytes);

	if (words != NULL && bytes == words_of(number_of(work)) * sizeof(uint64_t))
		return words;
	atomic_fetch_add(&options(work)->shared->damaged_slots, 1);
	err_permanent(err, "the slot does not hold the item");
	return NULL;
}

static int damaged(struct work *work, struct err *err)
{
	atomic_fetch_add(&options(work)->shared->damaged_slots, 1);
	return err_permanent(err, "the slot holds something else");
}

static bool has_fault(const struct work *work)
{
	unsigned every = options(work)->every;

	return every != 0 && number_of(work) % every == every - 1;
}

static int be_faulty(struct work *work, struct err *err)
{
	switch (options(work)->fault) {
	case NUMBERS_KILL_ONCE:
	case NUMBERS_KILL:
		if (work->attempt == 1 || options(work)->fault == NUMBERS_KILL)
			kill(getpid(), SIGKILL);
		return 0;
	case NUMBERS_ABORT_ONCE:
		if (work->attempt == 1)
			abort();
		return 0;
	case NUMBERS_EXIT_ONCE:
		if (work->attempt == 1)
			_exit(0);
		return 0;
	case NUMBERS_PERMANENT:
		return err_permanent(err, "is a bad number");
	case NUMBERS_TRANSIENT_ONCE:
		return work->attempt == 1 ? err_transient(err, "not just now") : 0;
	case NUMBERS_TRANSIENT:
		return err_transient(err, "never just now");
	case NUMBERS_SKIP:
		return err_skip(err, "is no number");
	case NUMBERS_WARN:
		snprintf(work->warning, sizeof work->warning, "a strange number");
		return 0;
	case NUMBERS_SOUND:
	default:
		return 0;
	}
}

static int load(struct work *work, struct err *err)
{
	uint64_t number = number_of(work);
	uint64_t *words;

	if (options(work)->admit && work_admit(work, NUMBERS_ADMITTED_BYTES, err) != 0)
		return -1;
	words = reserve(work, RAW, err);
	if (words == NULL)
		return -1;
	for (size_t i = 0; i < words_of(number); i++)
		words[i] = raw_word(number, i);
	work->bytes_in += words_of(number) * sizeof *words;
	return 0;
}

static int work_on(struct work *work, struct err *err)
{
	uint64_t number = number_of(work);
	const uint64_t *raw = expect(work, RAW, err);
	uint64_t *words = raw != NULL ? reserve(work, DONE, err) : NULL;

	if (words == NULL)
		return -1;
	for (size_t i = 0; i < words_of(number); i++) {
		if (raw[i] != raw_word(number, i))
			return damaged(work, err);
		words[i] = done_word(raw[i]);
	}
	return has_fault(work) ? be_faulty(work, err) : 0;
}

static int check(struct work *work, struct err *err)
{
	uint64_t number = number_of(work);
	const uint64_t *raw = expect(work, RAW, err);
	const uint64_t *words = raw != NULL ? expect(work, DONE, err) : NULL;

	if (words == NULL)
		return -1;
	for (size_t i = 0; i < words_of(number); i++) {
		if (raw[i] != raw_word(number, i) || words[i] != done_word(raw[i]))
			return damaged(work, err);
	}
	return 0;
}

static int store(struct work *work, struct err *err)
{
	uint64_t number = number_of(work);
	struct numbers_total result = {0};

	if (check(work, err) != 0)
		return -1;
	numbers_add(&result, number);
	memcpy(work->result, &result, sizeof result);
	work->result_length = sizeof result;
	work->bytes_out += sizeof result;
	atomic_fetch_add(&options(work)->shared->times_stored[number], 1);
	sem_post(&options(work)->shared->stored);
	return 0;
}

/* Both stages in one go, for every second number. */
static bool fused_applies(struct work *work)
{
	return number_of(work) % 2 == 0;
}

static int fused_run(struct work *work, struct err *err)
{
	work_stage(work, WORK);
	if (work_on(work, err) != 0)
		return -1;
	work_stage(work, CHECK);
	return check(work, err);
}

static uint64_t next_number(const struct numbers *numbers, uint64_t n)
{
	return numbers->endless && n + 1 == numbers->items ? 0 : n + 1;
}

static int source(struct source *source, struct err *err)
{
	const struct numbers *numbers = source->config->values;
	unsigned walk = atomic_fetch_add(&numbers->shared->walks, 1);
	char name[32];

	(void)err;
	for (uint64_t n = 0; n < numbers->items; n = next_number(numbers, n)) {
		struct source_item item = {
			.name = name, .payload = &n, .payload_length = sizeof n, .size_bytes = 8};

		if (walk < numbers->kill_walks && n == (walk + 1) * numbers->walk_most)
			kill(getpid(), SIGKILL);
		snprintf(name, sizeof name, "number %u", (unsigned)n + numbers->rename * walk);
		if (!source->emit(source, &item))
			break;
	}
	return 0;
}

static int open_worker(const struct workload_config *config, void **state, struct err *err)
{
	const struct numbers *numbers = config->values;

	*state = NULL;
	return numbers->no_worker ? err_transient(err, "no worker today") : 0;
}

static void sweep(const struct workload_config *config, const char *name, const void *payload,
		  size_t length, uint64_t job)
{
	const struct numbers *numbers = config->values;

	uint64_t number;

	(void)name, (void)job;
	if (length != sizeof number)
		return;
	memcpy(&number, payload, sizeof number);
	if (numbers->kill_recorders ||
	    (atomic_fetch_add(&numbers->shared->times_swept[number], 1) == 0 &&
	     numbers->kill_recorder))
		kill(getpid(), SIGKILL);
}

static void fold(void *accumulator, const void *result, size_t length)
{
	struct numbers_total *total = accumulator;
	struct numbers_total one;

	if (length != sizeof one)
		return;
	memcpy(&one, result, sizeof one);
	total->count += one.count;
	total->sum += one.sum;
	total->digest ^= one.digest;
}

static void describe(const void *accumulator, char *json, size_t size)
{
	const struct numbers_total *total = accumulator;

	/* As text: JSON has no unsigned 64-bit numbers. */
	snprintf(json, size, "{\"total\":\"%llu %llu %llx\"}", (unsigned long long)total->count,
		 (unsigned long long)total->sum, (unsigned long long)total->digest);
}

static const struct workload_stage stages[] = {{"load", true, load},
					       {"work", false, work_on},
					       {"check", false, check},
					       {"store", true, store}};

static const struct workload_fused fused[] = {
	{.first = WORK, .last = CHECK, .applies = fused_applies, .run = fused_run}};

const struct workload numbers_workload = {
	.name = "numbers",
	.summary = "numbers for a test",
	.items = "numbers",
	.stages = stages,
	.nstages = 4,
	.fused = fused,
	.nfused = 1,
	.region_shares = shares,
	.values_size = sizeof(struct numbers),
	.hybrid_cpu_first = "work",
	.hybrid_cpu_last = "check",
	.source = source,
	.worker_open = open_worker,
	.sweep = sweep,
	.accumulator_size = sizeof(struct numbers_total),
	.fold = fold,
	.describe = describe,
};
