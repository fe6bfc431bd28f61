/*
 * stack_tracer.c - copies registers and the top of the stack of threads.
 */
#include "config.h"

#include "stack/stack_tracer.h"

#include <elf.h>
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
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

/* Beyond the deadline of a thread, before its tracer is taken to be stuck itself. */
enum { STUCK_MS = 300 };

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

/* ---- registers ------------------------------------------------------------------------------ */
/* By their numbers in DWARF: System V ABI, AMD64 supplement, figure 3.36; DWARF for the Arm 64-bit
 * architecture, table 1. */
#if defined(__x86_64__)
static int read_registers(struct capture *capture)
{
	struct user_regs_struct regs;
	struct iovec vector = {.iov_base = &regs, .iov_len = sizeof regs};

	if (ptrace(PTRACE_GETREGSET, capture->tid, (void *)NT_PRSTATUS, &vector) != 0)
		return -1;
	const uint64_t values[] = {regs.rax, regs.rdx, regs.rcx, regs.rbx, regs.rsi, regs.rdi,
				   regs.rbp, regs.rsp, regs.r8,	 regs.r9,  regs.r10, regs.r11,
				   regs.r12, regs.r13, regs.r14, regs.r15, regs.rip};
	memcpy(capture->registers, values, sizeof values);
	capture->nregisters = sizeof values / sizeof values[0];
	capture->pc = regs.rip;
	capture->base = regs.rsp - TRACER_BELOW_BYTES;
	return 0;
}
#elif defined(__aarch64__)
static int read_registers(struct capture *capture)
{
	struct user_regs_struct regs;
	struct iovec vector = {.iov_base = &regs, .iov_len = sizeof regs};

	if (ptrace(PTRACE_GETREGSET, capture->tid, (void *)NT_PRSTATUS, &vector) != 0)
		return -1;
	for (unsigned i = 0; i < 31; i++)
		capture->registers[i] = regs.regs[i];
	capture->registers[31] = regs.sp;
	capture->nregisters = 32;
	capture->pc = regs.pc;
	capture->base = regs.sp - TRACER_BELOW_BYTES;
	return 0;
}
#else
static int read_registers(struct capture *capture)
{
	(void)capture;
	errno = ENOSYS;
	return -1;
}
#endif

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
	bool denied = error == EPERM || error == EACCES || error == ENOSYS;

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

/* Await the stop; 1: it stands still, 0: it ended, -1: the deadline has passed. SIGCHLD, which is
 * blocked, tells when there is something to wait for. */
static int await_stop(pid_t tid, uint64_t deadline_ns, int *status)
{
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	for (;;) {
		pid_t got = waitpid(tid, status, __WALL | WNOHANG);
		struct timespec left = time_until(deadline_ns);

		if (got == tid)
			return WIFSTOPPED(*status) ? 1 : 0;
		if (got < 0 && errno != EINTR)
			return 0;
		if (left.tv_sec == 0 && left.tv_nsec == 0)
			return -1;
		sigtimedwait(&child, NULL, &left);
	}
}

/* A signal that was about to be delivered when the thread stopped goes on its way; the stop that
 * was asked for, and that of a process which SIGSTOP had stopped before, are no signals. */
static int signal_to_pass_on(int status)
{
	return status >> 16 == PTRACE_EVENT_STOP ? 0 : WSTOPSIG(status);
}

/* The thread stands still: be quick. */
static int copy(struct capture *capture, int mem_fd)
{
	ssize_t got;

	if (read_registers(capture) != 0)
		return -1;
	got = pread(mem_fd, capture->stack, sizeof capture->stack, (off_t)capture->base);
	capture->length = got > 0 ? (size_t)got : 0;
	return 0;
}

/* A thread has one tracer at a time. Another helper is done with it in a moment, a debugger is not:
 * that one is waited for once in a process. 0, or an errno. */
static int seize(pid_t tid, bool *patient)
{
	const struct timespec moment = {.tv_nsec = (long)CLOCK_MS_NS};
	uint64_t deadline_ns = clock_ns() + TRACER_DEADLINE_MS * CLOCK_MS_NS;

	while (ptrace(PTRACE_SEIZE, tid, NULL, NULL) != 0) {
		if (errno != EPERM || !*patient)
			return errno;
		nanosleep(&moment, NULL);
		*patient = clock_ns() < deadline_ns;
	}
	return 0;
}

/* False: the deadline has passed, and only the end of this process lets go of the thread. */
static bool take(struct capture *capture, int mem_fd, bool *patient)
{
	uint64_t begun_ns;
	int status = 0, stopped, error = seize(capture->tid, patient);

	if (error != 0) {
		fail_capture(capture, error);
		return true;
	}
	begun_ns = clock_ns();
	ptrace(PTRACE_INTERRUPT, capture->tid, NULL, NULL);
	stopped = await_stop(capture->tid, begun_ns + TRACER_DEADLINE_MS * CLOCK_MS_NS, &status);
	if (stopped < 0)
		return false;
	if (stopped == 0) {
		end_capture(capture, STACK_GONE, 0);
		return true;
	}
	if (copy(capture, mem_fd) != 0)
		error = errno;
	ptrace(PTRACE_DETACH, capture->tid, NULL, (void *)(intptr_t)signal_to_pass_on(status));
	capture->at_ns = begun_ns;
	capture->held_ns = clock_ns() - begun_ns;
	if (error != 0)
		fail_capture(capture, error);
	else
		end_capture(capture, STACK_TAKEN, 0);
	return true;
}

/* ---- the child ------------------------------------------------------------------------------ */
static int open_memory(pid_t pid)
{
	char path[32];

	snprintf(path, sizeof path, "/proc/%d/mem", (int)pid);
	return open(path, O_RDONLY | O_CLOEXEC);
}

static _Noreturn void trace(struct capture *captures, size_t first, size_t count)
{
	pid_t pid = 0;
	int mem_fd = -1, error = 0;
	bool patient = true;

	for (size_t i = first; i < count; i++) {
		struct capture *capture = &captures[i];

		atomic_store_explicit(&capture->state, CAPTURE_BEGUN, memory_order_release);
		if (capture->pid != pid) {
			if (mem_fd >= 0)
				close(mem_fd);
			pid = capture->pid;
			mem_fd = open_memory(pid);
			error = mem_fd < 0 ? errno : 0;
			patient = true;
		}
		if (mem_fd < 0)
			fail_capture(capture, error);
		else if (!take(capture, mem_fd, &patient))
			_exit(1);
	}
	_exit(0);
}

/* *alive: readable at its end. */
static pid_t start_child(struct capture *captures, size_t first, size_t count, int *alive)
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
		trace(captures, first, count);
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

void tracer_take(struct capture *captures, size_t count, int budget_ms)
{
	uint64_t deadline_ns = clock_ns() + (uint64_t)budget_ms * CLOCK_MS_NS;
	size_t at = 0;

	while (at < count && clock_ns() < deadline_ns) {
		int alive = -1;
		pid_t child = start_child(captures, at, count, &alive);

		if (child < 0)
			break;
		at = watch_child(child, alive, captures, at, count, deadline_ns);
		close(alive);
		if (at < count)
			end_capture(&captures[at++], STACK_LATE, 0);
	}
	for (; at < count; at++)
		end_capture(&captures[at], STACK_LATE, 0);
}
