/*
 * bundle_parts.h - what the two forms of a dump share (floor: report; internal to bundle*.c).
 */
#ifndef IMGTOP_REPORT_BUNDLE_PARTS_H
#define IMGTOP_REPORT_BUNDLE_PARTS_H

#include "report/bundle.h"

enum { BUNDLE_LOG_LINES = 64, BUNDLE_TIME_BYTES = 32, BUNDLE_VERSION_BYTES = 160 };

/* What the run and the dump were made with. */
enum bundle_version {
	BUNDLE_VERSION_IMGTOP, /* of the run */
	BUNDLE_VERSION_KERNEL,
	BUNDLE_VERSION_LIBC,
	BUNDLE_VERSION_LIBSECCOMP, /* "" built without it: system calls have numbers only */
	BUNDLE_VERSION_LIBDW,	   /* that was built with; "" without it: no stacks */
	BUNDLE_VERSIONS
};

/* Its name; text is the version. */
const char *bundle_version(const struct snapshot *snapshot, enum bundle_version what, char *text,
			   size_t size);

/* The worker's last events, oldest first; room for BUNDLE_EVENTS. */
size_t bundle_events(const struct page *page, unsigned worker, struct page_event *events);

/* The last lines of the log, oldest first; room for BUNDLE_LOG_LINES. */
size_t bundle_log(const struct page *page, struct page_log_line *lines);

/* Name of a stage; NULL for none. */
const char *bundle_stage(const struct snapshot *snapshot, unsigned stage);

/* Since the epoch: of the snapshot; and as "2026-11-20T20:45:01Z". */
uint64_t bundle_real_ns(const struct snapshot *snapshot);
void bundle_time(char *text, size_t size, uint64_t real_ns);

#endif
