/*
 * bundle.h - all that is known of a live run at this moment, as text and as JSON (floor: report).
 *
 * Made from the run page and from what the kernel says, never by asking the run: one whose front or
 * supervisor is stuck or dead tells as much as any other. Verdicts with their evidence, who waits
 * for whom, every worker with its last events and two stacks a second apart, queues, processes,
 * plan, versions, log.
 *
 * Entered by the watchdog and by SIGUSR1 (a child of the supervisor writes), by `imgtop dump` and
 * by the screen's key. Nothing here waits but for the disk; the stacks are taken before, by
 * whoever has the time.
 */
#ifndef IMGTOP_REPORT_BUNDLE_H
#define IMGTOP_REPORT_BUNDLE_H

#include "base/err.h"
#include "base/text.h"
#include "record/snapshot.h"
#include "stack/stack.h"
#include "view/diagnosis.h"

enum { BUNDLE_EVENTS = 32 /* last ones of each worker */, BUNDLE_NAME_BYTES = 48 };

#define BUNDLE_HANG "hang"

struct bundle {
	const struct page *page; /* for events and log; NULL: they are left out */
	const struct snapshot *snapshot;
	const struct diagnosis *diagnosis;
	const struct stack_set *stacks; /* two rounds of stacks_of_run; NULL: not taken */
};

/* What people read. */
void bundle_text(const struct bundle *bundle, struct textbuf *out);

/* The same as one JSON object (schema 1); caller frees. */
char *bundle_json(const struct bundle *bundle);

/* The supervisor's process as the kernel sees it: R S D T ..., as in ps; '\0': it is gone. */
char bundle_supervisor_state(const struct bundle *bundle);
/* How long ago it last said something. */
uint64_t bundle_supervisor_silent_ns(const struct snapshot *snapshot);

/* "dump-20261120-204501", in local time. */
void bundle_name(char *name, size_t size);

/*
 * Write dir/NAME.txt and dir/NAME.json, mode 0600. NAME is BUNDLE_HANG, which replaces the one of
 * before, or NULL: bundle_name, with a number behind it where that is taken.
 *   owner: *path (may be NULL) is the text's, the caller frees
 *   error: transient; no half files are left
 */
int bundle_write(const struct bundle *bundle, const char *dir, const char *name, char **path,
		 struct err *err);

/* The same into the run's report folder, or where there is none that can be written into, into the
 * current folder. */
int bundle_leave(const struct bundle *bundle, char **path, struct err *err);

#endif
