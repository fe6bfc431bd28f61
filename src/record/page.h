/*
 * page.h - the run page: how stats reach the screen (floor: record).
 *
 * One mapped file per run on tmpfs. The supervisor creates it, hosts inherit the mapping through
 * fork, and everyone who only watches (screen, attach, recorder's snapshots) maps it read-only.
 * Publishing costs nanoseconds and never waits: no lock lies in the page.
 *
 * Who may write what. Every field has exactly one writer at any time:
 *
 *   area                writer
 *   page_head           supervisor; its recorder part: the recorder host
 *   page_host[h]        supervisor
 *   page_queue[q]       whoever owns the queue: the supervisor for a queue between hosts, the host
 *                       (under the queue's lock) for one inside it
 *   page_worker[w]      the worker w itself while its incarnation lives; the supervisor before its
 *                       start and between reap and restart
 *   page_ring[w]        as page_worker[w]
 *   page_log            supervisor
 *
 * How a reader gets a consistent picture. Texts and groups of fields that belong together stand
 * behind a sequence word (seqlock): odd while the writer is inside, and the payload is copied as
 * atomic words, so a torn copy is noticed and never a data race (words.h). Readers retry a bounded
 * number of times and then keep the sample they had: a writer killed in the middle leaves the
 * sequence odd for ever, and the supervisor makes it even when it takes the slot over. Counters and
 * histograms are single words that only grow and may be read outside the sequence; those that
 * belong to a change of state are stored inside it, so that page_read_slot gets times that add up.
 *
 * Locks. A lock belongs to one host (none is shared between processes) and has no area of its own:
 * each worker shows in its slot which locks it holds and which one it waits for. It says "held"
 * after it has taken a lock and "no longer" before it lets go, so at no time are two shown to hold
 * one. Between these moments nobody may be shown although it is taken: a reader that finds no
 * holder looks again. A worker that died keeps what it showed; its locks went with its host.
 *
 * Worker slots begin on memory-page borders so that a host can later be denied all but its own.
 *
 * Readers check magic, version and size before they touch anything (page_open).
 */
#ifndef IMGTOP_RECORD_PAGE_H
#define IMGTOP_RECORD_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

enum {
	PAGE_WORKERS = 256,
	PAGE_HOSTS = 264, /* a host per worker, walk, recorder, and hosts that retry alone */
	PAGE_QUEUES = 16,
	PAGE_STAGES = 16, /* of one workload */
	PAGE_STATIONS = 16,
	PAGE_RING_EVENTS = 2048, /* per worker; a power of two */
	PAGE_LOG_LINES = 512,
	PAGE_SLOWEST = 3, /* slowest items kept per worker and stage */
	PAGE_LOCKS = 8,	  /* per host: that of --gil, then the workload's own */
	PAGE_LOCK_GIL = 0,
	PAGE_NAME_BYTES = 32,
	PAGE_ITEM_BYTES = 192,
	PAGE_TEXT_BYTES = 192,
	PAGE_PATH_BYTES = 4096,
	PAGE_LINE_BYTES = 480, /* a verdict with its evidence and its item */
	PAGE_COMMAND_BYTES = 8192,
	PAGE_RESULT_BYTES = 4096,
	PAGE_NONE = 255, /* no stage, no queue, no worker, no station in 8-bit fields */
};

/* What a worker is doing. The letters and words that screens show stand in page_state_info(). */
enum worker_state {
	WORKER_NEVER_STARTED,
	WORKER_RUN,	 /* in a CPU stage */
	WORKER_IO,	 /* in a stage that reads or writes */
	WORKER_GET,	 /* waits for a job: its queue is empty */
	WORKER_PUT,	 /* waits to hand over: the next queue is full */
	WORKER_LOCK,	 /* waits for a lock */
	WORKER_JOIN,	 /* waits for other workers to end */
	WORKER_RESOURCE, /* waits for an arena slot or for the memory brake */
	WORKER_DELAY,	 /* simulated latency (--delay) */
	WORKER_PAUSED,
	WORKER_DEAD,	 /* its process died; `ended` says of what */
	WORKER_FINISHED, /* ended by itself; `ended` says why */
	WORKER_STATES
};

struct worker_state_info {
	char letter;
	const char *word;    /* "get" */
	const char *meaning; /* "waits for a job: queue empty", a legend's sentence */
	bool alive;
};

const struct worker_state_info *page_state_info(enum worker_state state);

/* What a waiting worker waits on; wait_target is an index of that kind. */
enum wait_on {
	WAIT_NOTHING,
	WAIT_QUEUE,  /* target: page_queue index */
	WAIT_SLOT,   /* an arena slot */
	WAIT_MEMORY, /* the memory brake */
	WAIT_LOCK,   /* target: index in page_plan.lock; who holds it: snapshot_lock_holder */
	WAIT_RESUME, /* the pipeline is paused */
	WAIT_ENDED,  /* target: station whose workers have not all ended */
};

enum worker_kind { WORKER_THREAD, WORKER_PROCESS, WORKER_WALK, WORKER_RECORDER };

enum run_state {
	RUN_STARTING,
	RUN_RUNNING,
	RUN_PAUSED,
	RUN_DRAINING, /* first Ctrl-C: finish started items */
	RUN_STOPPING, /* second: kill */
	RUN_REPORTING,
	RUN_DONE,
};

enum item_status {
	ITEM_OK,
	ITEM_DAMAGED, /* written with --tolerate; counted in ok as well */
	ITEM_FAILED,
	ITEM_SKIPPED,
	ITEM_QUARANTINED,
	ITEM_PENDING, /* found but not finished when the run was stopped */
	ITEM_STATUSES
};

const char *page_item_status_word(enum item_status status);
const char *page_run_state_word(enum run_state state);

/*
 * Everything below is the plain form that readers get and writers fill. In the page the same
 * bytes are atomic words; nothing outside record/ touches them.
 */

/* The plan and what became of it; fixed once the run has started, but for `state`..`message`. */
struct page_plan {
	char run_id[PAGE_NAME_BYTES]; /* "20261120-160401-4711" */
	char version[PAGE_NAME_BYTES];
	char workload[PAGE_NAME_BYTES];
	char strategy[PAGE_NAME_BYTES]; /* "hybrid", or "layout" when written out */
	char layout[PAGE_TEXT_BYTES];
	char plan[PAGE_TEXT_BYTES];	    /* "hybrid:4+2", or the layout */
	char topology[2 * PAGE_TEXT_BYTES]; /* "walk → [q 8] → read×2 → ..." */
	char report_dir[PAGE_PATH_BYTES];   /* "" with --no-report */
	char output[PAGE_PATH_BYTES];
	char command[PAGE_COMMAND_BYTES]; /* shell words, clipped with "..." */
	uint64_t started_ns;		  /* CLOCK_MONOTONIC */
	uint64_t started_real_ns;	  /* since the epoch */
	uint32_t supervisor_pid;
	uint32_t cores; /* that the run may use */
	uint32_t stages;
	uint32_t stations;
	uint32_t injected; /* drills: faults are injected on purpose */
	uint32_t retries;
	uint32_t locks;		/* in use: lock[0..locks-1]; every host has its own set of them */
	uint32_t hang_after_ms; /* --hang-after; 0: not given */
	uint32_t patience_ms;	/* who waits for an item of the first queue leaves after so long; 0:
				   never */
	uint32_t pad;
	char lock[PAGE_LOCKS][PAGE_NAME_BYTES];
	struct {
		char name[PAGE_NAME_BYTES];
		uint32_t io;	  /* an I/O stage: shown as I rather than R */
		uint32_t station; /* 1-based */
	} stage[PAGE_STAGES];
	struct {
		char name[PAGE_NAME_BYTES]; /* of its first stage; station 0 is the walk */
		uint32_t first_stage;
		uint32_t last_stage;
		uint32_t queue;	  /* page_queue that feeds it; PAGE_NONE for station 0 */
		uint32_t process; /* its workers are processes */
	} station[PAGE_STATIONS];
};

/* How the run stands. Written by the supervisor as one group. */
struct page_status {
	uint64_t updated_ns;   /* supervisor's last turn: a stuck one is seen by its age */
	uint64_t running_ns;   /* when every first worker had reported; 0 before */
	uint64_t last_done_ns; /* when the last item was done; shutdown counts from here */
	uint64_t ended_ns;     /* 0 while it goes on */
	uint64_t paused_total_ns;
	uint64_t found;
	uint64_t done[ITEM_STATUSES]; /* DAMAGED is counted in OK as well */
	uint64_t retried;	      /* attempts beyond the first */
	uint64_t bytes_in;
	uint64_t bytes_out;
	uint64_t in_flight;	 /* jobs in the supervisor's table */
	uint64_t estimate_found; /* items that the source knows of so far, >= found */
	uint32_t state;		 /* enum run_state */
	uint32_t source_ended;	 /* everything has been found */
	uint32_t workers;	 /* slots in use: 0..workers-1 */
	uint32_t hosts;
	uint32_t queues;
	uint32_t exit_code; /* valid once ended */
	uint32_t signal;    /* INT, TERM, HUP that stopped the run, or 0 */
	uint32_t errors_logged;
	char message[PAGE_TEXT_BYTES];	/* why it stopped, when not by itself */
	char result[PAGE_RESULT_BYTES]; /* workload's result: a JSON object, or "" */
};

/* The recorder's part. */
struct page_recorder {
	uint64_t memory_bytes;	    /* last sampled sum of PSS */
	uint64_t peak_memory_bytes; /* highest of them */
	uint64_t recorded;	    /* completions in the joblog */
	uint64_t events_dropped;
	uint32_t report_state; /* 0 none yet, 1 written, 2 could not be saved */
	uint32_t pad;
	char report_error[PAGE_TEXT_BYTES];
};

struct page_host {
	char name[PAGE_NAME_BYTES];
	uint32_t pid;
	uint32_t incarnation;
	uint32_t alive;
	uint32_t first_worker; /* its workers' slots, for the tree */
	uint32_t workers;
	uint32_t sandboxed;
	uint64_t started_ns;
	uint64_t rss_bytes; /* last sampled by the recorder through the supervisor, or 0 */
};

struct page_queue {
	char name[PAGE_NAME_BYTES]; /* of the station it feeds; "intake" for the first */
	uint64_t pushed;
	uint64_t popped;
	uint64_t high_water;
	uint32_t capacity;
	uint32_t station; /* that it feeds */
	uint32_t between_hosts;
	uint32_t closed;
};

/* Seqlock payload of one worker: what it is and does now. */
struct page_worker_live {
	char name[PAGE_NAME_BYTES];
	char item[PAGE_ITEM_BYTES]; /* raw bytes of the name, clipped at the front; not sanitised */
	char ended[64]; /* "finished", "killed by SIGSEGV", "retired", "exited with 0" */
	struct page_held {
		uint64_t since_ns; /* 0 = this worker does not hold the lock of this index */
		uint64_t job;
		uint32_t stage; /* where it was taken; PAGE_NONE = in no stage */
		uint32_t pad;
	} held[PAGE_LOCKS];
	uint64_t job;	     /* 0 = none */
	uint64_t started_ns; /* of this incarnation; 0 = never */
	uint64_t ended_ns;
	uint64_t state_since_ns;
	uint64_t stage_since_ns;
	uint64_t item_since_ns;
	uint32_t kind; /* enum worker_kind */
	uint32_t host; /* page_host index */
	uint32_t pid;
	uint32_t tid;
	uint32_t incarnation; /* 1, 2, ... */
	uint32_t state;	      /* enum worker_state */
	uint32_t wait_on;     /* enum wait_on */
	uint32_t wait_target;
	uint32_t station;      /* 1-based; 0 walk */
	uint32_t stage;	       /* index, PAGE_NONE = none */
	uint32_t attempt;      /* of the item in hand */
	uint32_t fatal_signal; /* set by the fatal-signal handler before it re-raises */
	uint32_t retiring;     /* 1: ends after the item in hand; the supervisor says so */
	uint32_t stage_serial; /* +1 at every stage border: a heartbeat */
};

/* Counters of one worker, over all its incarnations. Each is a relaxed word of its own. */
struct page_worker_counters {
	uint64_t ok;
	uint64_t failed;
	uint64_t skipped;
	uint64_t handed_on; /* left this worker for the next station, or back unfinished */
	uint64_t bytes_in;
	uint64_t bytes_out;
	uint64_t state_ns[WORKER_STATES]; /* time in each state that has ended; add now - since */
	uint64_t cpu_user_ns;
	uint64_t cpu_sys_ns;
	uint64_t ctx_voluntary;
	uint64_t ctx_involuntary;
	uint64_t minor_faults;
	uint64_t major_faults;
	uint64_t runqueue_wait_ns;
	uint64_t peak_rss_bytes; /* of its process */
	uint64_t wall_ns;	 /* of incarnations that have ended */
	uint64_t usage_at_ns;	 /* when cpu_*.. were read */
	struct {
		uint64_t count;
		uint64_t total_ns;
		uint64_t work_ns; /* of that, in RUN or IO; also of entries that did not end */
		uint64_t max_ns;
		struct {
			uint64_t ns;
			uint64_t job;
		} slowest[PAGE_SLOWEST]; /* descending */
	} stage[PAGE_STAGES];
};

/* One change in a worker's life; the timeline, the trace and replay are made from these. */
struct page_event {
	uint64_t at_ns;
	uint64_t job;	  /* 0 = none */
	uint8_t state;	  /* enum worker_state entered */
	uint8_t stage;	  /* PAGE_NONE = none */
	uint8_t target;	  /* queue waited on, PAGE_NONE = none */
	uint8_t item_end; /* 1 + enum item_status when this ends an item here, else 0 */
	uint32_t worker;  /* slot */
};

enum log_level { LOG_INFO, LOG_WARNING, LOG_ERROR };

struct page_log_line {
	uint64_t at_ns;
	uint64_t job;
	uint32_t level;
	uint32_t worker;	    /* PAGE_NONE.. = none: UINT32_MAX */
	char text[PAGE_LINE_BYTES]; /* sanitised when written */
};

/* A mapping of a page. Opaque. */
struct page;

/*
 * Make the page file at path (mode 0600, must not exist) and map it for writing; the mapping is
 * shared, so children of fork write to the same page.
 *   owner: page_close unmaps; the file stays until page_remove
 */
struct page *page_create(const char *path, struct err *err);

/* Map an existing page read-only after checking owner, magic, version and size. */
struct page *page_open(const char *path, struct err *err);

void page_close(struct page *page);

const char *page_path(const struct page *page);
int page_remove(const char *path);

/* Size in bytes of a page file. */
size_t page_size(void);

/* Supervisor. Each call publishes the whole group. */
void page_write_plan(struct page *page, const struct page_plan *plan);
void page_write_status(struct page *page, const struct page_status *status);
void page_write_host(struct page *page, unsigned host, const struct page_host *value);
void page_log(struct page *page, const struct page_log_line *line);
/* Recorder host. */
void page_write_recorder(struct page *page, const struct page_recorder *value);
/* Owner of the queue. */
void page_write_queue(struct page *page, unsigned queue, const struct page_queue *value);

/*
 * Readers. Return true with a consistent copy, false (out untouched) when the writer was inside
 * at every one of the bounded tries.
 */
bool page_read_plan(const struct page *page, struct page_plan *out);
bool page_read_status(const struct page *page, struct page_status *out);
bool page_read_recorder(const struct page *page, struct page_recorder *out);
bool page_read_host(const struct page *page, unsigned host, struct page_host *out);
bool page_read_queue(const struct page *page, unsigned queue, struct page_queue *out);
bool page_read_worker(const struct page *page, unsigned worker, struct page_worker_live *out);
void page_read_counters(const struct page *page, unsigned worker, struct page_worker_counters *out);

/* Both at one moment: the time in the running state is in no counter yet, all that ended is. */
bool page_read_slot(const struct page *page, unsigned worker, struct page_worker_live *live,
		    struct page_worker_counters *counters);

/* A number that tells this run's page from another's, and one that changes with the plan. */
uint64_t page_identity(const struct page *page);
uint64_t page_plan_sequence(const struct page *page);

/* Log lines with serial >= *next, oldest first, at most `most` of them; *next moves on. Returns how
 * many were copied; *lost (may be NULL) grows by those that were overwritten before being read. */
size_t page_read_log(const struct page *page, uint64_t *next, struct page_log_line *out,
		     size_t most, uint64_t *lost);

/* The same for the events of one worker. */
size_t page_read_events(const struct page *page, unsigned worker, uint64_t *next,
			struct page_event *out, size_t most, uint64_t *lost);

struct histogram;
/* Latency histogram of a worker's stage, copied out. */
void page_read_histogram(const struct page *page, unsigned worker, unsigned stage,
			 struct histogram *out);

#endif
