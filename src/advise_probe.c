/*
 * advise_probe.c - a trial in a process of its own (floor: program).
 *
 * An input that crashes a decoder, a stage that never returns: all that a run survives, because its
 * workers are processes, advice must survive too. The child fills a page of memory that it shares
 * with its parent, which waits for its end, a signal or too much time, whatever comes first; then
 * it removes what the trial wrote. The child dies with its parent.
 */
#include "config.h"

#include "advise_probe.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/path.h"
#include "compare.h"
#include "sample_data.h"

enum { LOOK_MS = 50 };

static const struct trial_limits limits = {.look_ns = 5 * CLOCK_SECOND_NS,
					   .count_ns = 2 * CLOCK_SECOND_NS,
					   .least_ns = CLOCK_SECOND_NS,
					   .least_items = 8,
					   .most_ns = 3 * CLOCK_SECOND_NS,
					   .cancel_ns = 10 * CLOCK_SECOND_NS};

/* Counting, the trial, and what a machine that does much else takes for it. */
static const uint64_t patience_ns = 15 * CLOCK_SECOND_NS;

static _Noreturn void be_child(const struct plan *plan, const char *output, bool measure,
			       pid_t parent, struct trial_result *result)
{
	struct trial_sample sample = {0};
	int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent || null_fd < 0)
		_exit(1);
	/* Libraries that have something to say say it to nobody. */
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		dup2(null_fd, fd);
	trial_count(plan, &limits, &sample, result);
	if (measure)
		trial_run(plan, output, &limits, &sample, result);
	_exit(0);
}

/* -1: a signal came. */
static int await_child(pid_t child, int end_fd, struct advise_probe *probe, struct err *err)
{
	uint64_t until_ns = clock_ns() + patience_ns;
	struct pollfd polled = {.fd = end_fd, .events = POLLIN};
	int result = 0, status;

	while (poll(&polled, 1, LOOK_MS) <= 0) {
		probe->too_long = clock_ns() >= until_ns;
		if (compare_signal() != 0)
			result = err_transient(err, "stopped");
		if (probe->too_long || result != 0) {
			kill(child, SIGKILL);
			break;
		}
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFSIGNALED(status) && !probe->too_long)
		probe->killed_by = WTERMSIG(status);
	probe->exited = WIFEXITED(status) && WEXITSTATUS(status) != 0;
	/* The terminal's Ctrl-C may end the child before its parent looks. */
	return compare_signal() != 0 ? err_transient(err, "stopped") : result;
}

static int run_child(const struct plan *plan, const char *output, bool measure,
		     struct trial_result *shared, struct advise_probe *probe, struct err *err)
{
	pid_t parent = getpid(), child;
	int ends[2], result;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return err_errno(err, "no pipe");
	child = fork();
	if (child == 0)
		be_child(plan, output, measure, parent, shared);
	close(ends[1]);
	if (child < 0)
		result = err_errno(err, "no process");
	else
		result = await_child(child, ends[0], probe, err);
	close(ends[0]);
	return result;
}

int advise_probe(const struct plan *plan, bool measure, struct advise_probe *probe, struct err *err)
{
	struct trial_result *shared;
	char *scratch, *output;
	int result;

	*probe = (struct advise_probe){0};
	shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (shared == MAP_FAILED)
		return err_errno(err, "no memory for a trial");
	scratch = sample_data_scratch(err);
	if (scratch == NULL) {
		munmap(shared, sizeof *shared);
		return -1;
	}
	output = path_join(scratch, "output");
	if (plan->workload->output_is_folder && mkdir(output, 0777) != 0)
		result = err_errno(err, "%s", output);
	else
		result = run_child(plan, output, measure, shared, probe, err);
	sample_data_remove(scratch);
	probe->result = *shared;
	munmap(shared, sizeof *shared);
	free(output);
	free(scratch);
	return result;
}
