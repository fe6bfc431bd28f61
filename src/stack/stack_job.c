/*
 * stack_job.c - starts a helper and listens to it.
 */
#include "config.h"

#include "stack/stack_job.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "stack/stack_helper.h"

enum {
	MOST_BYTES = 8 << 20, /* a helper says at most so much */
	MOMENTS = 10,	      /* of a millisecond, for a helper that was killed */
};

/* Looking for names and lines included, on a machine that is busy; a round more takes a second. */
static const uint64_t PATIENCE_NS = 8 * CLOCK_SECOND_NS;

struct stack_job {
	pid_t pid; /* of the helper; 0: reaped, or never there */
	int fd;	   /* what it says; -1: all has been read */
	uint64_t deadline_ns;
	struct textbuf text;
	struct stack_set *result;
};

/* ---- the helper's beginning ----------------------------------------------------------------- */
/* As after an exec, but that the end of a tracer is told, and of who listens by no signal. */
static void forget_handlers(void)
{
	struct sigaction action;

	for (int i = 1; i < NSIG; i++) {
		if (sigaction(i, NULL, &action) == 0 && action.sa_handler != SIG_IGN)
			signal(i, SIG_DFL);
	}
	signal(SIGCHLD, SIG_DFL);
	signal(SIGPIPE, SIG_IGN);
}

/* No signal gets here before this has let go of what the asker's handlers would write to. */
static void enter(int out_fd, pid_t parent)
{
	int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	dup2(null_fd, STDIN_FILENO);
	dup2(out_fd, STDOUT_FILENO);
	dup2(null_fd, STDERR_FILENO);
	close_range(STDERR_FILENO + 1, ~0U, 0);
	fcntl(STDOUT_FILENO, F_SETFL, 0);
	forget_handlers();
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static pid_t start_helper(const struct stack_target *targets, size_t count, unsigned rounds,
			  int out_fd)
{
	pid_t parent = getpid(), pid;
	sigset_t all, before;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid = fork();
	if (pid == 0) {
		enter(out_fd, parent);
		_exit(stack_helper_run(targets, count, rounds, STDOUT_FILENO));
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return pid;
}

struct stack_job *stack_job_start(const struct stack_target *targets, size_t count, unsigned rounds,
				  struct err *err)
{
	struct stack_job *job = mem_calloc(1, sizeof *job);
	int ends[2];

	job->fd = -1;
	textbuf_init(&job->text);
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
		err_errno(err, "no pipe for a helper that takes stacks");
		stack_job_free(job);
		return NULL;
	}
	job->pid = start_helper(targets, count, rounds, ends[1]);
	job->fd = ends[0];
	job->deadline_ns = clock_ns() + PATIENCE_NS + (rounds - 1) * CLOCK_SECOND_NS;
	if (job->pid > 0) {
		close(ends[1]);
		return job;
	}
	job->pid = 0;
	err_errno(err, "no process could be started that takes stacks");
	close(ends[1]);
	stack_job_free(job);
	return NULL;
}

struct stack_job *stack_job_ready(const char *text)
{
	struct stack_job *job = mem_calloc(1, sizeof *job);

	job->fd = -1;
	textbuf_init(&job->text);
	job->result = stack_set_read(text, strlen(text));
	return job;
}

/* ---- listening ------------------------------------------------------------------------------ */
/* Hardly waits: one that sleeps uninterruptibly in spite of its signal is left to the kernel. */
static void end_helper(struct stack_job *job)
{
	const struct timespec moment = {.tv_nsec = (long)CLOCK_MS_NS};

	if (job->pid > 0)
		kill(job->pid, SIGKILL);
	for (int i = 0; i < MOMENTS && job->pid > 0; i++) {
		if (waitpid(job->pid, NULL, WNOHANG) != 0)
			job->pid = 0;
		else
			nanosleep(&moment, NULL);
	}
	if (job->fd >= 0)
		close(job->fd);
	job->fd = -1;
}

static void conclude(struct stack_job *job, const char *problem)
{
	end_helper(job);
	job->result = stack_set_read(job->text.text, job->text.length);
	if (!job->result->complete && job->result->problem[0] == '\0')
		snprintf(job->result->problem, sizeof job->result->problem, "%s", problem);
}

bool stack_job_poll(struct stack_job *job)
{
	char bytes[16384];
	ssize_t got = 0;

	if (job->result != NULL)
		return true;
	while (job->text.length < MOST_BYTES && (got = read(job->fd, bytes, sizeof bytes)) > 0)
		textbuf_append(&job->text, bytes, (size_t)got);
	if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
		if (clock_ns() < job->deadline_ns)
			return false;
		conclude(job, "taking stacks took too long, and was ended");
		return true;
	}
	conclude(job, "the helper that takes stacks ended before it was done");
	return true;
}

void stack_job_wait(struct stack_job *job)
{
	while (!stack_job_poll(job)) {
		struct pollfd polled = {.fd = job->fd, .events = POLLIN};
		uint64_t now_ns = clock_ns();

		if (now_ns < job->deadline_ns)
			poll(&polled, 1, (int)((job->deadline_ns - now_ns) / CLOCK_MS_NS) + 1);
	}
}

const struct stack_set *stack_job_result(const struct stack_job *job)
{
	return job->result;
}

void stack_job_free(struct stack_job *job)
{
	if (job == NULL)
		return;
	end_helper(job);
	stack_set_free(job->result);
	textbuf_free(&job->text);
	free(job);
}
