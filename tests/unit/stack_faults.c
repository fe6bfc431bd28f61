/*
 * stack_faults.c - what a helper that takes stacks is made to suffer, and who asks it.
 */
#include "config.h"

#include "stack_faults.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "stack/stack_helper.h"

enum { STRANGER = 54321, HOUR_S = 3600 };

uint64_t asker_ahead_ns; /* and, in a helper, its own */
pid_t asker_spared;

static enum helper_fault suffered;
static bool helping; /* in this process */
static bool copied;

static bool suffers(enum helper_fault fault)
{
	return helping && suffered == fault;
}

/* Shared between who asks and its helpers. */
static struct shared {
	_Atomic pid_t helper; /* the last; 0: none since */
} * shared;

static pid_t asker;

__attribute__((constructor)) static void share(void)
{
	asker = getpid();
	shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
}

void helper_suffers(enum helper_fault fault)
{
	suffered = fault;
	atomic_store(&shared->helper, 0);
}

pid_t helper_await(void)
{
	const struct timespec pause = {.tv_nsec = 1000000};

	while (atomic_load(&shared->helper) == 0)
		nanosleep(&pause, NULL);
	return atomic_load(&shared->helper);
}

static void refuse_ptrace(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_ptrace, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {.len = sizeof filter / sizeof filter[0], .filter = filter};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
		_exit(98);
}

/* A helper's life. */
int __real_stack_helper_run(const struct stack_target *targets, size_t count, unsigned rounds,
			    int out);
int __wrap_stack_helper_run(const struct stack_target *targets, size_t count, unsigned rounds,
			    int out);

int __wrap_stack_helper_run(const struct stack_target *targets, size_t count, unsigned rounds,
			    int out)
{
	helping = getpid() != asker;
	atomic_store(&shared->helper, getpid());
	while (suffers(HELPER_SILENT))
		pause();
	if (suffers(HELPER_FILTERED))
		refuse_ptrace();
	if (suffers(HELPER_STRANGER) && setresuid(STRANGER, STRANGER, STRANGER) != 0)
		return 97;
	return __real_stack_helper_run(targets, count, rounds, out);
}

/* The tracer calls it while the thread stands still. */
ssize_t __real_pread(int fd, void *bytes, size_t size, off_t at);
ssize_t __wrap_pread(int fd, void *bytes, size_t size, off_t at);

ssize_t __wrap_pread(int fd, void *bytes, size_t size, off_t at)
{
	while (suffers(HELPER_STUCK))
		pause();
	if (suffers(HELPER_EDGE) && at % sysconf(_SC_PAGESIZE) != 0) {
		errno = EIO;
		return -1;
	}
	copied = true;
	return __real_pread(fd, bytes, size, at);
}

int __real_nanosleep(const struct timespec *length, struct timespec *left);
int __wrap_nanosleep(const struct timespec *length, struct timespec *left);

int __wrap_nanosleep(const struct timespec *length, struct timespec *left)
{
	if (suffers(HELPER_CAREFUL) && !copied)
		_exit(96);
	return __real_nanosleep(length, left);
}

uint64_t __real_clock_ns(void);
uint64_t __wrap_clock_ns(void);

uint64_t __wrap_clock_ns(void)
{
	if (suffers(HELPER_HURRIED))
		asker_ahead_ns += HOUR_S * 1000000000ULL;
	return __real_clock_ns() + asker_ahead_ns;
}

int __real_kill(pid_t pid, int number);
int __wrap_kill(pid_t pid, int number);

int __wrap_kill(pid_t pid, int number)
{
	if (asker_spared == 0 || number != SIGKILL)
		return __real_kill(pid, number);
	asker_spared = pid;
	return 0;
}

int helper_really_kill(pid_t pid, int number)
{
	return __real_kill(pid, number);
}
