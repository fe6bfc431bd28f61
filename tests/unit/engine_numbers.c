/*
 * engine_numbers.c - a workload for the engine's tests, and runs of it in a process of their own.
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

enum { LOAD, WORK, CHECK, STORE, SLOT_BYTES = 1 << 20 };

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
	struct numbers_total result = {.count = 1, .sum = number};

	if (check(work, err) != 0)
		return -1;
	result.digest = done_word(raw_word(number, words_of(number) - 1));
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
	char name[32];

	(void)err;
	for (uint64_t n = 0; n < numbers->items; n = next_number(numbers, n)) {
		struct source_item item = {
			.name = name, .payload = &n, .payload_length = sizeof n, .size_bytes = 8};

		snprintf(name, sizeof name, "number %u", (unsigned)n);
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

struct numbers_run *numbers_new(unsigned items)
{
	struct numbers_run *run = mem_calloc(1, sizeof *run);
	char folder[] = "/tmp/imgtop-engine-XXXXXX";
	struct numbers_shared *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
					     MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	assert_true(shared != MAP_FAILED && items <= NUMBERS_MOST);
	assert_int_equal(sem_init(&shared->stored, 1, 0), 0);
	assert_non_null(mkdtemp(folder));
	assert_int_equal(setenv("XDG_RUNTIME_DIR", folder, 1), 0);
	run->folder = mem_strdup(folder);
	run->numbers.items = items;
	run->numbers.shared = shared;
	run->retries = 2;
	run->tether = -1;
	return run;
}

/* The folder holds files and one level of folders. */
static unsigned empty_folder(const char *path)
{
	DIR *listing = opendir(path);
	const struct dirent *found;
	unsigned files = 0;

	while (listing != NULL && (found = readdir(listing)) != NULL) {
		char *inner = path_join(path, found->d_name);

		if (strcmp(found->d_name, ".") != 0 && strcmp(found->d_name, "..") != 0) {
			if (found->d_type == DT_DIR)
				files += empty_folder(inner);
			else
				files += unlink(inner) == 0;
		}
		free(inner);
	}
	if (listing != NULL)
		closedir(listing);
	rmdir(path);
	return files;
}

void numbers_free(struct numbers_run *run)
{
	if (run->tether >= 0)
		close(run->tether);
	empty_folder(run->folder);
	munmap(run->numbers.shared, sizeof *run->numbers.shared);
	free(run->folder);
	free(run);
}

static _Noreturn void supervise(struct numbers_run *run, int tether)
{
	static const char *const command[] = {"imgtop", "run", "numbers", NULL};
	char *report = path_join(run->folder, "report");
	struct plan plan = {.workload = &numbers_workload,
			    .queue_capacity = run->queue_capacity,
			    .config = {.from_fd = -1, .values = &run->numbers},
			    .command = command,
			    .gil = run->gil,
			    .retries = run->retries,
			    .memory_bytes = run->memory_bytes,
			    .slot_bytes = SLOT_BYTES,
			    .report = true,
			    .report_dir = report};
	struct err err = {0};
	int code;

	if (layout_parse(&numbers_workload, run->plan, &plan.layout, &err) != 0) {
		fprintf(stderr, "%s\n", err.text);
		_exit(99);
	}
	code = supervisor_run(&plan, tether);
	free(report);
	_exit(code);
}

void numbers_start(struct numbers_run *run)
{
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
	run->supervisor = fork();
	assert_true(run->supervisor >= 0);
	if (run->supervisor == 0) {
		close(pair[0]);
		supervise(run, pair[1]);
	}
	close(pair[1]);
	run->tether = pair[0];
}

struct page *numbers_page(const struct numbers_run *run)
{
	char message[TETHER_MESSAGE_BYTES] = "";
	struct err err = {0};
	struct page *page;

	assert_true(recv(run->tether, message, sizeof message - 1, 0) > 1);
	assert_int_equal(message[0], TETHER_PAGE);
	page = page_open(message + 1, &err);
	assert_non_null(page);
	numbers_tell(run, TETHER_SEEN);
	return page;
}

void numbers_tell(const struct numbers_run *run, char word)
{
	assert_int_equal(send(run->tether, &word, 1, MSG_NOSIGNAL), 1);
}

static char *report_file(const struct numbers_run *run, const char *name)
{
	char *report = path_join(run->folder, "report");
	char *path = path_join(report, name);
	FILE *file = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;

	free(report);
	free(path);
	if (file == NULL)
		return mem_strdup("");
	if (getdelim(&text, &size, '\0', file) < 0 && text != NULL)
		text[0] = '\0';
	fclose(file);
	return text;
}

/* The run's processes are all in the supervisor's group. It has awaited its hosts; a sanitizer's
 * helper of one that was killed may end a moment later. */
static void await_group_end(pid_t group)
{
	uint64_t give_up_ns = clock_ns() + 20 * CLOCK_SECOND_NS;

	while (kill(-group, 0) == 0 && clock_ns() < give_up_ns)
		sched_yield();
	assert_int_equal(kill(-group, 0), -1);
}

int numbers_wait(struct numbers_run *run)
{
	char *runtime = path_join(run->folder, "imgtop");
	char *errors;
	int status = 0;

	/* nobody else will look at its page; it may be gone already */
	if (run->tether >= 0)
		send(run->tether, &(char){TETHER_SEEN}, 1, MSG_NOSIGNAL);
	while (waitpid(run->supervisor, &status, 0) < 0 && errno == EINTR)
		continue;
	await_group_end(run->supervisor);
	assert_int_equal(empty_folder(runtime), 0);
	errors = report_file(run, "stderr.log");
	assert_string_equal(errors, "");
	free(errors);
	free(runtime);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

unsigned numbers_count(const struct numbers_run *run, unsigned column, const char *text)
{
	char *log = report_file(run, "joblog.tsv");
	char *rest = log;
	char *line;
	unsigned count = 0;

	strsep(&rest, "\n"); /* the head */
	while ((line = strsep(&rest, "\n")) != NULL) {
		const char *field = line;

		for (unsigned i = 0; i <= column && line != NULL; i++)
			field = strsep(&line, "\t");
		count += field[0] != '\0' && (text[0] == '\0' || strcmp(field, text) == 0);
	}
	free(log);
	return count;
}

void numbers_assert_complete(const struct numbers_run *run)
{
	struct numbers_total total = {0};
	char *text = report_file(run, "summary.json");
	json_t *summary = json_loads(text, 0, NULL);
	json_t *expected;
	char json[256];

	free(text);
	for (uint64_t n = 0; n < run->numbers.items; n++) {
		assert_int_equal(run->numbers.shared->times_stored[n], 1);
		total.count++;
		total.sum += n;
		total.digest ^= done_word(raw_word(n, words_of(n) - 1));
	}
	assert_int_equal(run->numbers.shared->damaged_slots, 0);
	assert_int_equal(numbers_count(run, 0, ""), run->numbers.items);
	assert_int_equal(numbers_count(run, 2, "ok"), run->numbers.items);
	describe(&total, json, sizeof json);
	expected = json_loads(json, 0, NULL);
	assert_true(json_equal(json_object_get(summary, "result"), expected));
	json_decref(expected);
	json_decref(summary);
}
