/*
 * host.h - a process with one or more workers (floor: engine).
 *
 * Entered by the child of a fork of the supervisor, never left: host_run, walk_run and recorder_run
 * end the process.
 */
#ifndef IMGTOP_ENGINE_HOST_H
#define IMGTOP_ENGINE_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "engine/arena.h"
#include "engine/plan.h"
#include "engine/protocol.h"
#include "engine/title.h"
#include "record/page.h"

/* What the walk has handed over, in whichever incarnation: its successor passes over as much, and
 * knows by the digest whether it finds the same in the same order. */
struct walked {
	uint64_t items;
	uint64_t digest; /* of their names */
};

/* What the supervisor prepares before the fork; lives in its memory, copied by the fork. */
struct host_config {
	const struct plan *plan;
	struct page *page;
	const struct arena *arena;
	const struct title *title;
	int socket_fd; /* the host's end of the pair */
	int null_fd;   /* /dev/null */
	int stderr_fd; /* the run's stderr.log */
	pid_t supervisor;
	pid_t front;   /* counted in the memory of the run; 0 = none */
	pid_t looker;  /* whose descendants may take stacks of the host: the front or the supervisor
			*/
	unsigned host; /* page index */
	uint32_t incarnation;
	char name[PAGE_NAME_BYTES];
	unsigned first_station; /* of the layout; this host does first..last */
	unsigned last_station;
	bool last_group;      /* items end here */
	bool alone;	      /* all stages, for items that are retried alone */
	bool process;	      /* its one worker is the process itself */
	unsigned out_queue;   /* page index, PAGE_NONE for the last group */
	uint64_t admit_bytes; /* items below this need not ask for memory */
	struct walked walked; /* before this incarnation of the walk */
	const struct record_worker *workers;
	unsigned nworkers;
};

/*
 * What every child does first: die with the supervisor, take its name, keep only its socket
 * (returned, as a small descriptor) and keep_fd (-1 = none; moved to *keep_fd), default signals but
 * no end by SIGUSR1, no core; helpers of the run may take its stacks.
 */
int host_enter(const struct host_config *config, int *keep_fd);

/* From now on the descendants of this process may take stacks of ours, and nobody else's: where
 * Yama is strict. */
void host_allow_stacks(pid_t looker);

_Noreturn void host_run(const struct host_config *config);
_Noreturn void walk_run(const struct host_config *config);
_Noreturn void recorder_run(const struct host_config *config);

/* walk.c: one item more, of this name. */
void walk_count(struct walked *walked, const char *name, size_t length);

#endif
