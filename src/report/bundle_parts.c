/*
 * bundle_parts.c - what the two forms of a dump share.
 */
#include "config.h"

#include "report/bundle_parts.h"

#include <gnu/libc-version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "stack/stack.h"
#include "view/syscalls.h"

size_t bundle_events(const struct page *page, unsigned worker, struct page_event *events)
{
	struct page_event *all = mem_calloc(PAGE_RING_EVENTS, sizeof *all);
	uint64_t next = 0;
	size_t count = page_read_events(page, worker, &next, all, PAGE_RING_EVENTS, NULL);
	size_t kept = count < BUNDLE_EVENTS ? count : BUNDLE_EVENTS;

	memcpy(events, all + (count - kept), kept * sizeof *events);
	free(all);
	return kept;
}

size_t bundle_log(const struct page *page, struct page_log_line *lines)
{
	struct page_log_line *all = mem_calloc(PAGE_LOG_LINES, sizeof *all);
	uint64_t next = 0;
	size_t count = page_read_log(page, &next, all, PAGE_LOG_LINES, NULL);
	size_t kept = count < BUNDLE_LOG_LINES ? count : BUNDLE_LOG_LINES;

	memcpy(lines, all + (count - kept), kept * sizeof *lines);
	free(all);
	return kept;
}

const char *bundle_stage(const struct snapshot *snapshot, unsigned stage)
{
	return stage < snapshot->plan.stages && stage < PAGE_STAGES
		       ? snapshot->plan.stage[stage].name
		       : NULL;
}

uint64_t bundle_real_ns(const struct snapshot *snapshot)
{
	const struct page_plan *plan = &snapshot->plan;

	return plan->started_real_ns + (snapshot->at_ns - plan->started_ns);
}

const char *bundle_version(const struct snapshot *snapshot, enum bundle_version what, char *text,
			   size_t size)
{
	static const char *const names[BUNDLE_VERSIONS] = {"imgtop", "kernel", "libc", "libseccomp",
							   "libdw"};
	struct utsname machine;

	text[0] = '\0';
	switch (what) {
	case BUNDLE_VERSION_IMGTOP:
		snprintf(text, size, "%s", snapshot->plan.version);
		break;
	case BUNDLE_VERSION_KERNEL:
		if (uname(&machine) == 0)
			snprintf(text, size, "%s %s %s", machine.sysname, machine.release,
				 machine.machine);
		break;
	case BUNDLE_VERSION_LIBC:
		snprintf(text, size, "glibc %s", gnu_get_libc_version());
		break;
	case BUNDLE_VERSION_LIBSECCOMP:
		syscalls_version(text, size);
		break;
	case BUNDLE_VERSION_LIBDW:
		stack_version(text, size);
		break;
	case BUNDLE_VERSIONS:
		break;
	}
	return what < BUNDLE_VERSIONS ? names[what] : "";
}

void bundle_time(char *text, size_t size, uint64_t real_ns)
{
	time_t seconds = (time_t)(real_ns / CLOCK_SECOND_NS);
	struct tm parts;

	if (gmtime_r(&seconds, &parts) == NULL ||
	    strftime(text, size, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
		text[0] = '\0';
}
