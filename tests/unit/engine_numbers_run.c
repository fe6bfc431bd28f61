/*
 * engine_numbers_run.c - a run of the numbers in processes of its own, and what became of it.
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

const char *const numbers_shapes[NUMBERS_SHAPES] = {"sequential", "threads:4", "processes:3",
						    "hybrid:3+2",
						    "load:2t | work:2t | check:1p | store:2t"};

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
	const struct workload *workload = run->workload != NULL ? run->workload : &numbers_workload;
	struct plan plan = {.workload = workload,
			    .queue_capacity = run->queue_capacity,
			    .config = {.from_fd = -1, .values = &run->numbers},
			    .command = command,
			    .gil = run->gil,
			    .retries = run->retries,
			    .memory_bytes = run->memory_bytes,
			    .slot_bytes = NUMBERS_SLOT_BYTES,
			    .report = true,
			    .report_dir = report};
	struct err err = {0};
	int code;

	if (layout_parse(workload, run->plan, &plan.layout, &err) != 0) {
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

char *numbers_report_file(const struct numbers_run *run, const char *name)
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
	errors = numbers_report_file(run, "stderr.log");
	assert_string_equal(errors, "");
	free(errors);
	free(runtime);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

unsigned numbers_count(const struct numbers_run *run, unsigned column, const char *text)
{
	char *log = numbers_report_file(run, "joblog.tsv");
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
	char *text = numbers_report_file(run, "summary.json");
	json_t *summary = json_loads(text, 0, NULL);
	json_t *expected;
	char json[256];

	free(text);
	for (uint64_t n = 0; n < run->numbers.items; n++) {
		assert_int_equal(run->numbers.shared->times_stored[n], 1);
		numbers_add(&total, n);
	}
	assert_int_equal(run->numbers.shared->damaged_slots, 0);
	assert_int_equal(numbers_count(run, 0, ""), run->numbers.items);
	assert_int_equal(numbers_count(run, 2, "ok"), run->numbers.items);
	numbers_workload.describe(&total, json, sizeof json);
	expected = json_loads(json, 0, NULL);
	assert_true(json_equal(json_object_get(summary, "result"), expected));
	json_decref(expected);
	json_decref(summary);
}
