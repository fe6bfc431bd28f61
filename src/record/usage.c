/*
 * usage.c - what the kernel counts for the calling thread.
 */
#include "config.h"

#include "record/usage.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"

static uint64_t timeval_ns(const struct timeval *time)
{
	return (uint64_t)time->tv_sec * CLOCK_SECOND_NS + (uint64_t)time->tv_usec * 1000;
}

int usage_open_schedstat(void)
{
	return open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
}

/* The second of its three numbers: nanoseconds spent runnable but not running (Linux,
 * Documentation/scheduler/sched-stats.rst). */
uint64_t usage_runqueue_wait_ns(int schedstat_fd)
{
	char text[96];
	ssize_t length = pread(schedstat_fd, text, sizeof text - 1, 0);
	const char *second;

	if (length <= 0)
		return 0;
	text[length] = '\0';
	second = strchr(text, ' ');
	return second != NULL ? strtoull(second, NULL, 10) : 0;
}

void usage_read(struct usage *usage, int schedstat_fd)
{
	uint64_t waited_ns = schedstat_fd >= 0 ? usage_runqueue_wait_ns(schedstat_fd) : 0;
	struct rusage kernel;

	if (waited_ns != 0)
		usage->runqueue_wait_ns = waited_ns;
	if (getrusage(RUSAGE_THREAD, &kernel) != 0)
		return;
	usage->cpu_user_ns = timeval_ns(&kernel.ru_utime);
	usage->cpu_sys_ns = timeval_ns(&kernel.ru_stime);
	usage->ctx_voluntary = (uint64_t)kernel.ru_nvcsw;
	usage->ctx_involuntary = (uint64_t)kernel.ru_nivcsw;
	usage->minor_faults = (uint64_t)kernel.ru_minflt;
	usage->major_faults = (uint64_t)kernel.ru_majflt;
	usage->peak_rss_bytes = (uint64_t)kernel.ru_maxrss * 1024;
}
