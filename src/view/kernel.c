/*
 * kernel.c - what the kernel says of a thread. Formats: proc(5), and for schedstat the kernel's
 * Documentation/scheduler/sched-stats.rst.
 */
#include "config.h"

#include "view/kernel.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "view/syscalls.h"

enum part { PART_STAT, PART_SCHEDSTAT, PART_STATUS, PART_IO, PART_WCHAN, PART_SYSCALL, PARTS };

enum {
	THREADS = 64,	 /* whose descriptors stay open; others are opened for each look */
	IDLE_ROUNDS = 8, /* not looked at for so long: closed */
	TEXT_BYTES = 2048,
};

/* Of CPU: more than it takes to fall asleep again. */
static const uint64_t WOKEN_NS = CLOCK_MS_NS;

struct thread {
	pid_t pid; /* 0: free */
	pid_t tid;
	unsigned idle;
	char state; /* at the last look */
	uint64_t cpu_ns;
	bool doubted;  /* it was seen to run there */
	int fd[PARTS]; /* -1: not open */
};

struct kernel {
	struct thread thread[THREADS];
	uint64_t tick_ns;
};

static const char *const part_names[PARTS] = {"stat", "schedstat", "status",
					      "io",   "wchan",	   "syscall"};

static void close_thread(struct thread *thread)
{
	for (int i = 0; i < PARTS; i++) {
		if (thread->fd[i] >= 0)
			close(thread->fd[i]);
		thread->fd[i] = -1;
	}
	thread->pid = 0;
	thread->state = '\0';
	thread->doubted = false;
}

struct kernel *kernel_new(void)
{
	struct kernel *kernel = mem_calloc(1, sizeof *kernel);
	long ticks = sysconf(_SC_CLK_TCK);

	kernel->tick_ns = CLOCK_SECOND_NS / (uint64_t)(ticks > 0 ? ticks : 100);
	for (unsigned i = 0; i < THREADS; i++)
		memset(kernel->thread[i].fd, -1, sizeof kernel->thread[i].fd);
	return kernel;
}

void kernel_free(struct kernel *kernel)
{
	if (kernel == NULL)
		return;
	for (unsigned i = 0; i < THREADS; i++)
		close_thread(&kernel->thread[i]);
	free(kernel);
}

void kernel_round(struct kernel *kernel)
{
	for (unsigned i = 0; i < THREADS; i++) {
		struct thread *thread = &kernel->thread[i];

		if (thread->pid != 0 && ++thread->idle > IDLE_ROUNDS)
			close_thread(thread);
	}
}

/* Its place, or a free one; NULL when all are taken. */
static struct thread *find_thread(struct kernel *kernel, pid_t pid, pid_t tid)
{
	struct thread *empty = NULL;

	for (unsigned i = 0; i < THREADS; i++) {
		struct thread *thread = &kernel->thread[i];

		if (thread->pid == pid && thread->tid == tid)
			return thread;
		if (thread->pid == 0)
			empty = thread;
	}
	if (empty != NULL) {
		empty->pid = pid;
		empty->tid = tid;
	}
	return empty;
}

static int open_part(pid_t pid, pid_t tid, enum part part)
{
	char path[80];

	snprintf(path, sizeof path, "/proc/%d/task/%d/%s", (int)pid, (int)tid, part_names[part]);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* The file's text, terminated; false with errno set. */
static bool read_part(struct thread *thread, enum part part, char *text)
{
	ssize_t length;

	if (thread->fd[part] < 0)
		thread->fd[part] = open_part(thread->pid, thread->tid, part);
	if (thread->fd[part] < 0)
		return false;
	length = pread(thread->fd[part], text, TEXT_BYTES - 1, 0);
	if (length < 0)
		return false;
	text[length] = '\0';
	return true;
}

/* The blank-separated field of this number, counted from 0, of a text. */
static const char *field(const char *text, int number)
{
	for (; text != NULL && number > 0; number--) {
		text = strchr(text, ' ');
		text = text != NULL ? text + 1 : NULL;
	}
	return text;
}

static uint64_t number_at(const char *text, int number)
{
	const char *found = field(text, number);

	return found != NULL ? strtoull(found, NULL, 10) : 0;
}

/* The fields behind the name, which may hold anything: state is the first of them. */
static void take_stat(const struct kernel *kernel, const char *text, struct kernel_sample *sample)
{
	const char *rest = strrchr(text, ')');

	if (rest == NULL || rest[1] != ' ')
		return;
	rest += 2;
	sample->state = rest[0];
	sample->cpu_ns = (number_at(rest, 11) + number_at(rest, 12)) * kernel->tick_ns;
	sample->core = field(rest, 36) != NULL ? (int)number_at(rest, 36) : -1;
	sample->seen = true;
	sample->gone = sample->state == 'X' || sample->state == 'Z';
}

/* Who takes the stack of a thread that sleeps or is stopped wakes it for a moment when he lets go
 * of it, and it stands again by itself: that it runs is believed once it has computed, or at the
 * second look. While a stopped one is traced, it is stopped all the same. */
static void doubt(struct thread *thread, struct kernel_sample *sample)
{
	bool stood = thread->state == 'S' || thread->state == 'D' || thread->state == 'T';
	bool woken = stood && !thread->doubted && sample->state == 'R' &&
		     sample->cpu_ns < thread->cpu_ns + WOKEN_NS;

	if (woken || (thread->state == 'T' && sample->state == 't'))
		sample->state = thread->state;
	thread->state = sample->state;
	thread->cpu_ns = sample->cpu_ns;
	thread->doubted = woken;
}

/* "Key:  number" among the lines of a text. */
static uint64_t line_number(const char *text, const char *key)
{
	const char *found = strstr(text, key);

	return found != NULL ? strtoull(found + strlen(key), NULL, 10) : 0;
}

/* "read of /in/fifo": the descriptor is its first argument. */
static void name_file(pid_t pid, const char *arguments, char *call, size_t size)
{
	unsigned long fd = strtoul(arguments, NULL, 16);
	char link[64], path[1024], shown[KERNEL_CALL_BYTES];
	size_t length = strlen(call);
	ssize_t got;

	snprintf(link, sizeof link, "/proc/%d/fd/%lu", (int)pid, fd & 0xffffffffUL);
	got = readlink(link, path, sizeof path);
	if (got <= 0)
		return;
	text_sanitise(shown, sizeof shown, path, (size_t)got);
	snprintf(call + length, size - length, " of %s", shown);
}

static uint64_t hex_at(const char *text, int number)
{
	const char *found = field(text, number);

	return found != NULL ? strtoull(found, NULL, 16) : 0;
}

/* "NUMBER ARGUMENT... STACK CODE" with six arguments, "running", or "-1 ..." when it is blocked
 * outside a call. */
static void take_syscall(const char *text, pid_t pid, struct kernel_sample *sample)
{
	char *end;
	long number = strtol(text, &end, 10);

	if (end == text || number < 0)
		return;
	sample->call_sp = hex_at(text, 7);
	sample->call_pc = hex_at(text, 8);
	syscalls_name(number, sample->call, sizeof sample->call);
	if (*end == ' ' && syscalls_takes_fd(sample->call))
		name_file(pid, end + 1, sample->call, sizeof sample->call);
}

static void take_wchan(const char *text, struct kernel_sample *sample)
{
	if (text[0] != '0')
		snprintf(sample->wchan, sizeof sample->wchan, "%.*s",
			 (int)(sizeof sample->wchan - 1), text);
}

static void look_closely(struct thread *thread, struct kernel_sample *sample)
{
	char text[TEXT_BYTES];

	sample->close = true;
	if (read_part(thread, PART_STATUS, text))
		sample->switches = line_number(text, "\nvoluntary_ctxt_switches:") +
				   line_number(text, "\nnonvoluntary_ctxt_switches:");
	if (read_part(thread, PART_IO, text))
		sample->bytes = line_number(text, "rchar:") + line_number(text, "wchar:");
	else
		sample->denied = true;
	if (read_part(thread, PART_WCHAN, text))
		take_wchan(text, sample);
	if (read_part(thread, PART_SYSCALL, text))
		take_syscall(text, thread->pid, sample);
	else
		sample->denied = true;
}

void kernel_look(struct kernel *kernel, pid_t pid, pid_t tid, bool closely,
		 struct kernel_sample *sample)
{
	struct thread *thread = find_thread(kernel, pid, tid), passing = {.pid = pid, .tid = tid};
	char text[TEXT_BYTES];

	*sample = (struct kernel_sample){.at_ns = clock_ns(), .core = -1};
	if (pid <= 0 || tid <= 0)
		return;
	if (thread == NULL) {
		memset(passing.fd, -1, sizeof passing.fd);
		thread = &passing;
	}
	thread->idle = 0;
	if (read_part(thread, PART_STAT, text))
		take_stat(kernel, text, sample);
	else
		sample->gone = errno == ENOENT || errno == ESRCH;
	if (sample->seen && !sample->gone && read_part(thread, PART_SCHEDSTAT, text)) {
		uint64_t exact_ns = strtoull(text, NULL, 10);

		/* Where the kernel keeps no statistics all three numbers are 0. */
		if (exact_ns != 0)
			sample->cpu_ns = exact_ns;
		sample->runqueue_ns = number_at(text, 1);
	}
	doubt(thread, sample);
	if (sample->seen && !sample->gone && closely)
		look_closely(thread, sample);
	if (thread == &passing || sample->gone)
		close_thread(thread);
}
