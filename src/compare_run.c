/*
 * compare_run.c - one run of a comparison: a supervisor of its own, as for any run (floor:
 * program).
 */
#include "config.h"

#include "compare.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/walk.h"
#include "engine/launch.h"
#include "sample_data.h"

enum { LOOK_MS = 250, READ_BYTES = 1 << 16 };

/* ---- signals ----------------------------------------------------------------------------------
 */

static volatile sig_atomic_t caught;

static void catch (int signal)
{
	caught = signal;
}

void compare_catch_signals(void)
{
	struct sigaction action = {.sa_handler = catch};

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
}

int compare_signal(void)
{
	return caught;
}

/* ---- outputs ----------------------------------------------------------------------------------
 */

static int add_file(uint64_t *hash, const char *path)
{
	unsigned char *bytes = mem_calloc(1, READ_BYTES);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got = -1;

	while (fd >= 0) {
		got = read(fd, bytes, READ_BYTES);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		*hash = hash_add(*hash, bytes, (size_t)got);
	}
	if (fd >= 0)
		close(fd);
	free(bytes);
	return got == 0 ? 0 : -1;
}

struct hashing {
	uint64_t hash;
	bool failed;
};

static bool add_folder(void *context, const struct walk_folder *folder)
{
	struct hashing *hashing = context;

	hashing->hash = hash_add(hashing->hash, folder->relative, strlen(folder->relative) + 1);
	for (size_t i = 0; i < folder->count; i++) {
		const struct walk_entry *entry = &folder->entries[i];
		char *path = path_join(folder->path, entry->name);

		hashing->hash = hash_add(hashing->hash, entry->name, strlen(entry->name) + 1);
		if (entry->kind == WALK_FILE && add_file(&hashing->hash, path) != 0)
			hashing->failed = true;
		free(path);
	}
	return true;
}

static bool add_unreadable(void *context, const char *path, const char *relative,
			   const struct err *err)
{
	struct hashing *hashing = context;

	(void)path, (void)relative, (void)err;
	hashing->failed = true;
	return true;
}

uint64_t compare_output_hash(const char *path)
{
	struct hashing hashing = {.hash = HASH_NONE};
	const struct walk_calls calls = {.list = add_folder,
					 .unreadable = add_unreadable,
					 .names_only = true,
					 .context = &hashing};
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		close(fd);
		walk_tree(path, &calls);
	} else {
		hashing.failed = add_file(&hashing.hash, path) != 0;
	}
	return hashing.failed ? 0 : hashing.hash;
}

/* ---- a run ------------------------------------------------------------------------------------
 */

/* Wait for the end; a signal is passed on, a second one as well. */
static int await_end(struct launch *launch, char *why, size_t size)
{
	struct pollfd polled = {.fd = launch_fd(launch), .events = POLLIN};
	int passed = 0;

	launch_seen(launch);
	launch_unwatched(launch);
	while (poll(&polled, 1, LOOK_MS) <= 0) {
		if (caught != 0 && passed != caught) {
			passed = caught;
			launch_signal(launch, passed);
		}
	}
	return launch_wait(launch, why, size);
}

/* The run's own command line: the comparison's options with one plan. */
static char **run_arguments(const struct compare_job *job)
{
	struct options options = *job->options;
	char **arguments;

	options.command = COMMAND_RUN;
	options.run.plan = job->plan->name;
	options.run.report = (char *)job->report;
	options.run.output = (char *)job->output;
	options.run.no_report = false;
	options.run.json = false;
	options.run.batch = true;
	compare_plans_use_input(job->plan, &options);
	arguments = options_arguments(&options);
	compare_plans_drop_input(job->plan, &options);
	return arguments;
}

int compare_run_job(const struct compare_job *job, struct compare_run *run, struct err *err)
{
	const struct workload *workload = job->options->workload;
	char **arguments = run_arguments(job);
	char *summary = path_join(job->report, "summary.json");
	struct launch *launch = launch_start((const char *const *)arguments, -1, err);
	char why[ERR_TEXT_BYTES] = "";
	int result = -1, status;

	*run = (struct compare_run){0};
	if (launch == NULL)
		goto out;
	status = await_end(launch, why, sizeof why);
	if (caught != 0) {
		err_transient(err, "stopped");
		goto out;
	}
	if (why[0] != '\0') {
		err_permanent(err, "%s", why);
		goto out;
	}
	if (compare_read_run(summary, workload->result_varies, run, err) != 0)
		goto out;
	run->exit_code = status;
	if (job->output != NULL && workload->output_digest == NULL)
		run->output_hash = compare_output_hash(job->output);
	else if (job->output != NULL &&
		 workload->output_digest(job->output, &run->output_hash, err) != 0)
		goto out;
	result = 0;
out:
	free(summary);
	options_arguments_free(arguments);
	return result;
}
