/*
 * past.h - what every worker did and when: the past that the timeline and a worker's details are
 * drawn from (floor: tui).
 *
 * A span lasts from its event to the next one of the same worker. Of a live run the last ten
 * minutes are kept, at most PAST_SPANS spans per worker: when they run out, the older half is
 * thinned to spans of a growing least length, so what is recent stays exact. Of a saved run, whose
 * file is bounded, everything is kept.
 *
 * Beside it stand the names of the items that were seen lately, and of a saved run those of its
 * joblog: events carry numbers only.
 */
#ifndef IMGTOP_TUI_PAST_H
#define IMGTOP_TUI_PAST_H

#include "record/replay.h"
#include "record/snapshot.h"

enum {
	PAST_SPANS = 8192,   /* per worker of a live run */
	PAST_UNKNOWN = 0xFF, /* state of a span whose events were overwritten unread */
};

#define PAST_LENGTH_NS (600 * CLOCK_SECOND_NS)

struct past_span {
	uint64_t at_ns;
	uint64_t job; /* 0: none */
	uint8_t state;
	uint8_t stage;	  /* PAGE_NONE: none */
	uint8_t target;	  /* queue waited on, or PAGE_NONE */
	uint8_t item_end; /* as in struct page_event */
	uint8_t merged;	  /* stands for several, of which it was the longest */
};

struct past;

/* Did an item fail here, or the worker die? */
bool past_failed(const struct past_span *span);

/* bounded: of a live run. */
struct past *past_new(bool bounded);
void past_free(struct past *past);

/* Take an event; those of one worker come in order of time. */
void past_add(struct past *past, const struct page_event *event);

/* Events of a worker were lost here: what it did until the next one is not known. */
void past_gap(struct past *past, unsigned worker);

/* Read what has happened on a live page since the last call. */
void past_read_page(struct past *past, const struct page *page, unsigned workers);

/* Read the whole of a saved run. */
void past_read_replay(struct past *past, struct replay_reader *reader);

/* Spans of a worker, oldest first; valid until the next event is taken. */
size_t past_spans(const struct past *past, unsigned worker, const struct past_span **spans);

/* Index of the span in force at this time; the count of spans when the first one is later. */
size_t past_find(const struct past *past, unsigned worker, uint64_t at_ns);

/* Time of the oldest span of all; 0 when there is none. */
uint64_t past_first_ns(const struct past *past);

/* Grows whenever what was past is told otherwise, by thinning: pictures of it are out of date. */
uint64_t past_revision(const struct past *past);

/* Know the names of a saved run's items, from the joblog of its report. */
void past_read_names(struct past *past, const char *joblog_path);

/* Remember the names of the items in hand, and find one by its number; NULL when it was not seen
 * or not lately. The name is raw bytes. */
void past_see(struct past *past, const struct snapshot *snapshot);
const char *past_name(const struct past *past, uint64_t job);

#endif
