/*
 * supervisor_private.h - the supervisor's state, shared by its files (floor: engine).
 *
 * One thread; no locks. See supervisor.c for the whole picture, jobs.c for the job table, flow.c
 * for queues, credits, slots and memory, fleet.c for processes, control.c for commands.
 */
#ifndef IMGTOP_ENGINE_SUPERVISOR_PRIVATE_H
#define IMGTOP_ENGINE_SUPERVISOR_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "engine/arena.h"
#include "engine/host.h"
#include "engine/plan.h"
#include "engine/protocol.h"

enum {
	JOB_BUCKETS = 1024,
	CONTROL_PEERS = 16,
	MOST_DEATHS = 5, /* of one host in a row without a finished item: exit 4 */
};

/* Where an item is. */
enum entry_state {
	ENTRY_QUEUED, /* here, in its group's queue */
	ENTRY_SENT,   /* in a host, no worker has it: still counts as queued */
	ENTRY_TAKEN,  /* a worker of the host has it, or it waits between stations of the host */
};

/* A row of the job table: an item that has been found and is not over. */
struct entry {
	struct entry *hash_next;
	struct entry *next; /* in the queue, while QUEUED */
	struct entry *previous;
	struct job *job;     /* owned; its slot is the one that travels with it */
	struct remote *host; /* that it is leased to, unless QUEUED */
	unsigned group;
	enum entry_state state;
	unsigned charges; /* workers that it has certainly killed */
	unsigned transient_tries;
	bool alone;	/* to be done in a host of its own: it may have killed one */
	bool abandoned; /* on request: not to be retried */
	uint64_t abandon_ns;
	bool leftovers;	    /* a worker died or was stopped at it: temporary files may lie about */
	uint64_t waited_ns; /* when its worker was last seen waiting */
	uint64_t wants_bytes;	 /* waits for the memory brake */
	uint64_t admitted_bytes; /* granted by it */
};

struct remote_worker {
	struct record_worker identity; /* page index, station, incarnation, name */
	bool ended;		       /* of its own accord, in this incarnation */
	bool retiring;		       /* will not be started again */
	/* The stage that it was last seen in, for the limit of CPU time. */
	pid_t watched_pid;
	uint32_t watched_serial;
	uint64_t watched_cpu_ns; /* that its process had used then */
};

enum remote_state { REMOTE_UNUSED, REMOTE_LIVE, REMOTE_WAITING, REMOTE_ENDED };

/* A host as the supervisor sees it. */
struct remote {
	enum remote_state state; /* WAITING: dead, to be restarted at restart_ns */
	char name[PAGE_NAME_BYTES];
	unsigned page_host;
	unsigned group; /* GROUP_WALK, GROUP_RECORDER, GROUP_ALONE or index */
	pid_t pid;
	int pid_fd;
	struct channel *channel; /* NULL once its end was seen */
	uint32_t incarnation;
	struct remote_worker *workers;
	unsigned nworkers;
	unsigned untaken;      /* jobs SENT */
	unsigned taken;	       /* jobs TAKEN */
	unsigned credits;      /* granted for its out queue and not used */
	unsigned credit_wants; /* workers that wait for one */
	bool reclaiming;       /* was asked to give unused ones back */
	unsigned slots;	       /* it may use */
	unsigned slots_wanted;
	unsigned deaths; /* in a row, without a finished item */
	uint64_t restart_ns;
	uint64_t stopped_ns;  /* since when a SIGSTOP holds it; 0 = it runs */
	uint64_t hung_up_ns;  /* when the end of its socket was seen */
	bool closing;	      /* told to end */
	bool closing_soon;    /* its one worker is retiring: no more jobs for it */
	bool dirty;	      /* has something to send */
	bool output_watched;  /* its socket was full */
	char kill_reason[96]; /* we killed it: why */
	uint32_t culprit;     /* page index of the worker we killed it for, or PAGE_NONE+ */
};

enum { GROUP_WALK = 1000, GROUP_RECORDER, GROUP_ALONE, NO_CULPRIT = 0xffff };

/* Stations that share hosts, and the queue that feeds them. */
struct group {
	unsigned first_station;
	unsigned last_station;
	bool process;
	struct entry *first;
	struct entry *last;
	unsigned length;
	struct page_queue shown; /* pushed - popped = length + untaken of its hosts */
	unsigned batch;
	unsigned cursor;	/* host that is served next */
	unsigned next_producer; /* remote whose turn it is to be given credits */
	uint64_t finished;	/* items that have left it */
	uint64_t measured;	/* value of finished at measured_ns */
	uint64_t measured_ns;
	bool closed;
};

/* A finished item that the recorder has not acknowledged. */
struct unrecorded {
	struct unrecorded *next;
	struct record_outcome outcome; /* its texts point into the same block */
};

struct supervisor {
	struct plan *plan;
	const struct workload *workload;
	struct page *page;
	char *page_path;
	char *report_dir;
	char *state_dir; /* where it lies unless it was named */
	struct arena arena;
	struct page_plan shown_plan;
	struct page_status status;
	bool status_changed;
	uint64_t status_written_ns;

	int epoll_fd;
	int tether_fd; /* -1: detached */
	int signal_fd;
	int control_fd;
	int control_peer[CONTROL_PEERS];
	int null_fd;
	int stderr_fd;
	int lock_fd;	     /* output folder or file */
	int report_fd;	     /* the report's folder, locked; -1 = not */
	size_t output_there; /* of the output folder's path: what was there before the run */
	bool output_made;    /* the file that is locked, empty as yet */
	pid_t front;
	bool detached;
	uint64_t item_cpu_ns; /* that an item may take in a stage; 0 = no limit */
	bool unwatched;	      /* no screen shows the run to anybody */
	bool page_seen;	      /* by the front */
	bool report_missing;  /* nobody is left to write it */

	struct group group[LAYOUT_STATIONS];
	unsigned ngroups;
	struct entry *alone_first; /* queue of items to be retried alone */
	struct entry *alone_last;
	struct remote *remote[PAGE_HOSTS];
	unsigned nremotes;
	struct remote *walk;
	struct remote *recorder;
	struct remote *alone;  /* NULL until needed */
	unsigned page_workers; /* slots given out */

	struct entry *bucket[JOB_BUCKETS];
	unsigned entries;
	uint64_t next_job;
	struct walked walked;
	struct remote *slot_owner[ARENA_SLOTS];
	bool slot_with_job[ARENA_SLOTS];
	uint64_t memory_budget;
	uint64_t memory_admitted;
	unsigned memory_admissions;
	unsigned memory_waiting;

	struct unrecorded *unrecorded_first;
	struct unrecorded *unrecorded_last;
	uint64_t next_serial;
	unsigned unrecorded;
	void *accumulator;

	struct watchdog *watchdog;

	bool source_ended;
	bool source_whole;	 /* it said so itself, and reported no error */
	bool items_lost;	 /* an item as a whole failed, was quarantined or left pending */
	bool concluded;		 /* the workload's finish has been done */
	struct remote *finisher; /* was told to do it, in this incarnation; NULL = nobody yet */
	uint32_t finisher_incarnation;
	bool draining;
	bool stopping;
	bool paused;
	bool closed_all;
	bool finishing; /* recorder was told to finish */
	uint64_t stop_ns;
	uint64_t pause_ns;
	uint64_t drain_ns;
	uint64_t finish_ns;
	char *nothing_found;	/* sentence for a run without inputs; owned */
	unsigned transient_row; /* transient failures since the last success */
	int exit_code;		/* so far, beyond what the counts say; 0 = none */
	char refusal[ERR_TEXT_BYTES];
};

/* Write status and queues to the page now. */
void supervisor_publish(struct supervisor *sup, uint64_t now_ns);

#endif
