/*
 * page_layout.h - the bytes of a run page (floor: record; internal to it).
 *
 * Only page*.c and slot.c see these. A change here is a new PAGE_VERSION. The file is sparse: rings
 * and slots that no worker uses take no memory.
 */
#ifndef IMGTOP_RECORD_PAGE_LAYOUT_H
#define IMGTOP_RECORD_PAGE_LAYOUT_H

#include <assert.h>
#include <stdalign.h>

#include "record/histogram.h"
#include "record/page.h"
#include "record/words.h"

enum { PAGE_VERSION = 4, PAGE_BORDER = 4096 };

#define PAGE_MAGIC	UINT64_C(0x65676170706d6769) /* "igmppage" on a little-endian machine */
#define PAGE_BYTE_ORDER UINT64_C(0x0102030405060708)

/* Name and number of 64-bit words of a plain struct. */
enum {
	WORDS_PLAN = sizeof(struct page_plan) / 8,
	WORDS_STATUS = sizeof(struct page_status) / 8,
	WORDS_RECORDER = sizeof(struct page_recorder) / 8,
	WORDS_HOST = sizeof(struct page_host) / 8,
	WORDS_QUEUE = sizeof(struct page_queue) / 8,
	WORDS_LIVE = sizeof(struct page_worker_live) / 8,
	WORDS_COUNTERS = sizeof(struct page_worker_counters) / 8,
	WORDS_EVENT = sizeof(struct page_event) / 8,
	WORDS_LINE = sizeof(struct page_log_line) / 8,
};

static_assert(sizeof(struct page_plan) % 8 == 0, "whole words");
static_assert(sizeof(struct page_status) % 8 == 0, "whole words");
static_assert(sizeof(struct page_recorder) % 8 == 0, "whole words");
static_assert(sizeof(struct page_host) % 8 == 0, "whole words");
static_assert(sizeof(struct page_queue) % 8 == 0, "whole words");
static_assert(sizeof(struct page_worker_live) % 8 == 0, "whole words");
static_assert(sizeof(struct page_worker_counters) % 8 == 0, "whole words");
static_assert(sizeof(struct page_event) == 24, "three words, no padding");
static_assert(sizeof(struct page_log_line) % 8 == 0, "whole words");
static_assert(ATOMIC_LLONG_LOCK_FREE == 2, "words shared between processes must be lock-free");

struct layout_head {
	_Atomic uint64_t magic; /* stored last, with release */
	_Atomic uint64_t version;
	_Atomic uint64_t byte_order;
	_Atomic uint64_t size;
	_Atomic uint64_t live_bytes;
	_Atomic uint64_t counters_bytes;
	_Atomic uint64_t identity; /* tells one run's page from another's */
};

struct layout_host {
	_Atomic uint64_t sequence;
	_Atomic uint64_t word[WORDS_HOST];
};

/* Queues of one host are pushed by different cores than those of another: a line of its own. */
struct layout_queue {
	alignas(128) _Atomic uint64_t sequence;
	_Atomic uint64_t word[WORDS_QUEUE];
};

struct layout_worker {
	alignas(PAGE_BORDER) _Atomic uint64_t sequence;
	_Atomic uint64_t fatal_signal; /* outside the sequence: a signal handler stores it */
	_Atomic uint64_t retiring;     /* outside it too: the supervisor stores it */
	_Atomic uint64_t live[WORDS_LIVE];
	_Atomic uint64_t counters[WORDS_COUNTERS];
	_Atomic uint32_t histogram[PAGE_STAGES][HISTOGRAM_BUCKETS];
};

struct layout_ring {
	alignas(PAGE_BORDER) _Atomic uint64_t head;
	_Atomic uint64_t word[PAGE_RING_EVENTS * WORDS_EVENT];
};

struct layout_page {
	struct layout_head head;
	alignas(PAGE_BORDER) _Atomic uint64_t plan_sequence;
	_Atomic uint64_t plan[WORDS_PLAN];
	alignas(PAGE_BORDER) _Atomic uint64_t status_sequence;
	_Atomic uint64_t status[WORDS_STATUS];
	alignas(PAGE_BORDER) _Atomic uint64_t recorder_sequence;
	_Atomic uint64_t recorder[WORDS_RECORDER];
	alignas(PAGE_BORDER) struct layout_host host[PAGE_HOSTS];
	alignas(PAGE_BORDER) struct layout_queue queue[PAGE_QUEUES];
	alignas(PAGE_BORDER) _Atomic uint64_t log_head;
	_Atomic uint64_t log[PAGE_LOG_LINES * WORDS_LINE];
	struct layout_worker worker[PAGE_WORKERS];
	struct layout_ring ring[PAGE_WORKERS];
};

struct page {
	struct layout_page *map;
	char *path;
};

/* The ring of a worker's events. */
struct words_ring page_event_ring(const struct page *page, unsigned worker);

/* Make what a stranger may have written fit its type: texts terminated, indices in range. */
void page_tame_plan(struct page_plan *plan);
void page_tame_status(struct page_status *status);
void page_tame_recorder(struct page_recorder *recorder);
void page_tame_host(struct page_host *host);
void page_tame_queue(struct page_queue *queue);
void page_tame_live(struct page_worker_live *live);
void page_tame_event(struct page_event *event);
void page_tame_line(struct page_log_line *line);

#endif
