/*
 * stack_tracer.c - copies registers and the top of the stack of threads.
 */
#include "config.h"

#include "stack/stack_tracer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "stack/stack_registers.h"
#include "stack/stack_thread.h"

enum {
	BATCH = 32,
	/* Beyond the deadlines of a batch, before its tracer is taken to be stuck itself. */
	STUCK_MS = 500,
};

struct capture *tracer_captures(size_t count)
{
	void *memory = mmap(NULL, count * sizeof(struct capture), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return memory != MAP_FAILED ? memory : NULL;
}

void tracer_release(struct capture *captures, size_t count)
{
	munmap(captures, count * sizeof *captures);
}

/* ---- one thread ----------------------------------------------------------------------------- */
static void end_capture(struct capture *capture, enum stack_outcome outcome, int error)
{
	capture->outcome = (int)outcome;
	capture->error = error;
	atomic_store_explicit(&capture->state, CAPTURE_OVER, memory_order_release);
}

/* Of a call that failed. */
static void fail_capture(struct capture *capture, int error)
{
	bool denied = error == EPERM || error == EACCES || error == ENOSYS || error == ENOEXEC;

	end_capture(capture,
		    error == ESRCH || error == ENOENT ? STACK_GONE
		    : denied			      ? STACK_DENIED
						      : STACK_FAILED,
		    error);
}

static struct timespec time_until(uint64_t deadline_ns)
{
	uint64_t now_ns = clock_ns();
	uint64_t left_ns = deadline_ns > now_ns ? deadline_ns - now_ns : 0;

	return (struct timespec){.tv_sec = (time_t)(left_ns / CLOCK_SECOND_NS),
				 .tv_nsec = (long)(left_ns % CLOCK_SECOND_NS)};
}

/* A signal that was about to be delivered when the thread stopped goes on its way; the stop that
 * was asked for, and that of a process which SIGSTOP had stopped before, are no signals. */
static int signal_to_pass_on(int status)
{
	return status >> 16 == PTRACE_EVENT_STOP ? 0 : WSTOPSIG(status);
}

/* The thread stands still: be quick. What lies below the stack pointer may be in a page that is not
 * there, the guard of the stack: then the copy begins with the page that the pointer is in. */
static int copy(struct capture *capture, int mem_fd)
{
	uint64_t page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
	ssize_t got;

	if (registers_read(capture) != 0)
		return -1;
	got = pread(mem_fd, capture->stack, sizeof capture->stack, (off_t)capture->base);
	if (got <= 0) {
		capture->base = (capture->base + TRACER_BELOW_BYTES) / page_bytes * page_bytes;
		got = pread(mem_fd, capture->stack, sizeof capture->stack, (off_t)capture->base);
	}
	capture->length = got > 0 ? (size_t)got : 0;
	return 0;
}

/* ---- the child ------------------------------------------------------------------------------ */
/* Threads that were asked to stop at the same time. On a busy machine each has to wait for a core
 * before it can, and they wait at the same time; few enough that none that stands still waits long
 * for its turn. */
struct batch {
	size_t count;
	size_t waiting;
	uint64_t deadline_ns;
	struct {
		struct capture *capture;
		int mem_fd; /* -1: nothing is awaited of it any more */
		uint64_t begun_ns;
	} thread[BATCH];
};

static int open_memory(pid_t pid)
{
	char path[32];

	snprintf(path, sizeof path, "/proc/%d/mem", (int)pid);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* Ask it to stop. False: it has another tracer, or may not be traced; it is left as it was. */
static bool begin(struct batch *batch, struct capture *capture)
{
	int mem_fd = -1, error;

	atomic_store_explicit(&capture->state, CAPTURE_BEGUN, memory_order_release);
	error = thread_check_program(capture->pid, capture->tid);
	if (error == 0) {
		mem_fd = open_memory(capture->pid);
		error = mem_fd < 0 ? errno : 0;
	}
	if (error == 0 && ptrace(PTRACE_SEIZE, capture->tid, NULL, NULL) != 0)
		error = errno;
	if (error != 0) {
		if (mem_fd >= 0)
			close(mem_fd);
		if (error == EPERM)
			atomic_store(&capture->state, CAPTURE_WAITS);
		else
			fail_capture(capture, error);
		return error != EPERM;
	}
	batch->thread[batch->count].capture = capture;
	batch->thread[batch->count].mem_fd = mem_fd;
	batch->thread[batch->count].begun_ns = clock_ns();
	ptrace(PTRACE_INTERRUPT, capture->tid, NULL, NULL);
	batch->count++;
	batch->waiting++;
	return true;
}

/* It stands still, or has ended. */
static void take(struct batch *batch, size_t index, int status)
{
	struct capture *capture = batch->thread[index].capture;
	int error = 0;

	if (WIFSTOPPED(status)) {
		if (copy(capture, batch->thread[index].mem_fd) != 0)
			error = errno;
		ptrace(PTRACE_DETACH, capture->tid, NULL,
		       (void *)(intptr_t)signal_to_pass_on(status));
		capture->at_ns = batch->thread[index].begun_ns;
		capture->held_ns = clock_ns() - capture->at_ns;
	}
	if (!WIFSTOPPED(status))
		end_capture(capture, STACK_GONE, 0);
	else if (error != 0)
		fail_capture(capture, error);
	else
		end_capture(capture, STACK_TAKEN, 0);
	close(batch->thread[index].mem_fd);
	batch->thread[index].mem_fd = -1;
	batch->waiting--;
}

/* The thread that has something to tell. SIGCHLD, which is blocked, tells when there is one. */
static void await_one(struct batch *batch)
{
	const struct timespec left = time_until(batch->deadline_ns);
	sigset_t child;
	int status;
	pid_t tid = waitpid(-1, &status, __WALL | WNOHANG);

	for (size_t i = 0; tid > 0 && i < batch->count; i++) {
		if (batch->thread[i].capture->tid == tid && batch->thread[i].mem_fd >= 0) {
			take(batch, i, status);
			return;
		}
	}
	if (tid > 0)
		return;
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigtimedwait(&child, NULL, &left);
}

/* False: some have missed their deadline, and only the end of this process lets go of them. */
static bool collect(struct batch *batch)
{
	batch->deadline_ns = clock_ns() + TRACER_DEADLINE_MS * CLOCK_MS_NS;
	while (batch->waiting > 0 && clock_ns() < batch->deadline_ns)
		await_one(batch);
	for (size_t i = 0; i < batch->count; i++) {
		if (batch->thread[i].mem_fd >= 0)
			end_capture(batch->thread[i].capture, STACK_LATE, 0);
	}
	return batch->waiting == 0;
}

static void collect_or_exit(struct batch *batch)
{
	if (!collect(batch))
		_exit(1);
	batch->count = 0;
}

/* A thread has one tracer at a time. Another helper is done with it in a moment, a debugger is not,
 * and there may be many under one: so all of them together are waited for until patience_ns. Nobody
 * stands still meanwhile. */
static _Noreturn void trace(struct capture *captures, size_t first, size_t count,
			    uint64_t patience_ns)
{
	const struct timespec moment = {.tv_nsec = (long)CLOCK_MS_NS};
	struct batch batch = {.count = 0};

	for (size_t at = first; at < count; at++) {
		if (atomic_load(&captures[at].state) != CAPTURE_WAITS)
			continue;
		while (!begin(&batch, &captures[at])) {
			if (clock_ns() >= patience_ns) {
				fail_capture(&captures[at], EPERM);
				break;
			}
			collect_or_exit(&batch);
			nanosleep(&moment, NULL);
		}
		if (batch.count == BATCH)
			collect_or_exit(&batch);
	}
	collect_or_exit(&batch);
	_exit(0);
}

/* *alive: readable at its end. */
static pid_t start_child(struct capture *captures, size_t first, size_t count, uint64_t patience_ns,
			 int *alive)
{
	pid_t parent = getpid(), child;
	int ends[2];
	sigset_t blocked;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	child = fork();
	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(0);
		close(ends[0]);
		sigemptyset(&blocked);
		sigaddset(&blocked, SIGCHLD);
		sigprocmask(SIG_SETMASK, &blocked, NULL);
		trace(captures, first, count, patience_ns);
	}
	close(ends[1]);
	if (child < 0)
		close(ends[0]);
	else
		*alive = ends[0];
	return child;
}

/* ---- the helper's side ---------------------------------------------------------------------- */
static size_t skip_over(struct capture *captures, size_t at, size_t count)
{
	while (at < count &&
	       atomic_load_explicit(&captures[at].state, memory_order_acquire) == CAPTURE_OVER)
		at++;
	return at;
}

/* Until the child has ended, stands still for too long or the time is over; the first capture that
 * is not over. */
static size_t watch_child(pid_t child, int alive, struct capture *captures, size_t at, size_t count,
			  uint64_t deadline_ns)
{
	struct pollfd polled = {.fd = alive, .events = POLLIN};

	for (;;) {
		size_t before = at;
		int ready = poll(&polled, 1, TRACER_DEADLINE_MS + STUCK_MS);

		at = skip_over(captures, at, count);
		if (ready != 0 || at == before || clock_ns() >= deadline_ns)
			break;
	}
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	return skip_over(captures, at, count);
}

static void take_all(struct capture *captures, size_t count, uint64_t patience_ns,
		     uint64_t deadline_ns)
{
	size_t at = skip_over(captures, 0, count);
	int error = 0;

	while (at < count && clock_ns() < deadline_ns) {
		int alive = -1;
		pid_t child = start_child(captures, at, count, patience_ns, &alive);

		if (child < 0) {
			error = errno;
			break;
		}
		at = watch_child(child, alive, captures, at, count, deadline_ns);
		close(alive);
		/* It was at this one when it was killed. */
		if (at < count && atomic_load(&captures[at].state) == CAPTURE_BEGUN)
			end_capture(&captures[at], STACK_LATE, 0);
		at = skip_over(captures, at, count);
	}
	for (; at < count; at++) {
		int state = atomic_load(&captures[at].state);

		if (state == CAPTURE_WAITS && error != 0)
			fail_capture(&captures[at], error);
		else if (state != CAPTURE_OVER)
			end_capture(&captures[at], STACK_LATE, state == CAPTURE_WAITS ? ETIME : 0);
	}
}

/* How many are to be tried again. */
static size_t begin_again(struct capture *captures, size_t count)
{
	size_t again = 0;

	for (size_t i = 0; i < count; i++) {
		if (captures[i].outcome != STACK_LATE ||
		    thread_state(captures[i].pid, captures[i].tid) != 'R')
			continue;
		atomic_store(&captures[i].state, CAPTURE_WAITS);
		again++;
	}
	return again;
}

void tracer_take(struct capture *captures, size_t count, int budget_ms)
{
	uint64_t now_ns = clock_ns();
	uint64_t deadline_ns = now_ns + (uint64_t)budget_ms * CLOCK_MS_NS;
	uint64_t patience_ns = now_ns + TRACER_PATIENCE_MS * CLOCK_MS_NS;

	do
		take_all(captures, count, patience_ns, deadline_ns);
	while (clock_ns() < deadline_ns && begin_again(captures, count) > 0);
}
