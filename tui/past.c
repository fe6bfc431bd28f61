/*
 * past.c - spans per worker, thinned where they are old (floor: tui). One thread.
 *
 * Reading costs what happened, up to a bound: a worker that changes its state thousands of times a
 * second is read in samples, the newest events at each look, with the gap between them marked.
 */
#include "config.h"

#include "tui/past.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "tui/item_names.h"

enum {
	FIRST_ROOM = 64,
	BATCH = 128,	 /* events of one worker at one look */
	NAMES = 4096,	 /* a power of two; jobs are numbered in turn */
	CHUNK = 1 << 16, /* events of a saved run read at a time */
};

#define FIRST_QUANTUM_NS (5 * CLOCK_MS_NS)

struct track {
	struct past_span *span;
	size_t count;
	size_t room;
	uint64_t next;	     /* serial of the event to read next */
	uint64_t quantum_ns; /* least length of a thinned span */
};

struct name {
	uint64_t job;
	char text[PAGE_ITEM_BYTES];
};

struct past {
	bool bounded;
	uint64_t revision;
	struct track track[PAGE_WORKERS];
	struct name name[NAMES];
	struct item_names *saved; /* NULL: of a live run, or there is no joblog */
};

bool past_failed(const struct past_span *span)
{
	return span->item_end == 1 + ITEM_FAILED || span->item_end == 1 + ITEM_QUARANTINED ||
	       span->state == WORKER_DEAD;
}

struct past *past_new(bool bounded)
{
	struct past *past = mem_calloc(1, sizeof(*past));

	past->bounded = bounded;
	return past;
}

void past_free(struct past *past)
{
	if (past == NULL)
		return;
	for (size_t i = 0; i < PAGE_WORKERS; i++)
		free(past->track[i].span);
	item_names_free(past->saved);
	free(past);
}

/* Merge neighbours among the first `end` spans until each is at least the quantum long; returns
 * how many are left of them. */
static size_t merge(struct track *track, size_t end)
{
	size_t kept = 0;

	for (size_t i = 0; i < end;) {
		struct past_span whole = track->span[i];
		uint64_t longest_ns = track->span[i + 1].at_ns - whole.at_ns;
		bool failed = past_failed(&whole);
		size_t next = i + 1;

		while (next < end &&
		       track->span[next].at_ns - track->span[i].at_ns < track->quantum_ns) {
			const struct past_span *span = &track->span[next];
			uint64_t ns = track->span[next + 1].at_ns - span->at_ns;

			if (ns > longest_ns) {
				longest_ns = ns;
				whole = *span;
			}
			failed = failed || past_failed(span);
			whole.merged = 1;
			next++;
		}
		whole.at_ns = track->span[i].at_ns;
		if (failed && !past_failed(&whole)) /* must be seen at any distance */
			whole.item_end = 1 + ITEM_FAILED;
		track->span[kept++] = whole;
		i = next;
	}
	return kept;
}

/* Forget what is too old, then merge the older half until half of it is free. */
static void thin(struct past *past, struct track *track)
{
	uint64_t newest_ns = track->span[track->count - 1].at_ns;
	size_t gone = 0;

	while (gone + 1 < track->count && track->span[gone + 1].at_ns + PAST_LENGTH_NS < newest_ns)
		gone++;
	track->count -= gone;
	memmove(track->span, track->span + gone, track->count * sizeof(*track->span));
	if (track->quantum_ns == 0)
		track->quantum_ns = FIRST_QUANTUM_NS;
	while (track->count > PAST_SPANS / 4 * 3) {
		size_t half = track->count / 2;
		size_t kept = merge(track, half);

		memmove(track->span + kept, track->span + half,
			(track->count - half) * sizeof(*track->span));
		track->count -= half - kept;
		if (track->count > PAST_SPANS / 4 * 3)
			track->quantum_ns *= 2;
	}
	past->revision++;
}

static struct past_span *append(struct past *past, struct track *track)
{
	if (past->bounded && track->count == PAST_SPANS)
		thin(past, track);
	if (track->count == track->room) {
		track->room = track->room == 0 ? FIRST_ROOM : 2 * track->room;
		track->span = mem_realloc(track->span, track->room, sizeof(*track->span));
	}
	return &track->span[track->count++];
}

void past_add(struct past *past, const struct page_event *event)
{
	struct track *track;
	uint64_t at_ns = event->at_ns;

	if (event->worker >= PAGE_WORKERS)
		return;
	track = &past->track[event->worker];
	/* Only a damaged file has them out of order. */
	if (track->count > 0 && at_ns < track->span[track->count - 1].at_ns)
		at_ns = track->span[track->count - 1].at_ns;
	*append(past, track) = (struct past_span){
		.at_ns = at_ns,
		.job = event->job,
		.state = event->state,
		.stage = event->stage,
		.target = event->target,
		.item_end = event->item_end,
	};
}

void past_gap(struct past *past, unsigned worker)
{
	struct track *track = &past->track[worker];

	if (track->count == 0)
		return;
	uint64_t last_ns = track->span[track->count - 1].at_ns;
	*append(past, track) = (struct past_span){
		.at_ns = last_ns,
		.state = PAST_UNKNOWN,
		.stage = PAGE_NONE,
		.target = PAGE_NONE,
	};
}

/* A batch of a worker's events; false when there were fewer. */
static bool read_batch(struct past *past, const struct page *page, unsigned worker, uint64_t lost)
{
	struct page_event events[BATCH];
	size_t count =
		page_read_events(page, worker, &past->track[worker].next, events, BATCH, &lost);

	if (lost > 0)
		past_gap(past, worker);
	for (size_t i = 0; i < count; i++)
		past_add(past, &events[i]);
	return count == BATCH;
}

static void read_worker(struct past *past, const struct page *page, unsigned worker)
{
	struct track *track = &past->track[worker];
	bool first = track->next == 0;
	struct page_event none;
	uint64_t head = UINT64_MAX;

	if (!read_batch(past, page, worker, 0))
		return;
	for (int i = 1; first && i < PAGE_RING_EVENTS / BATCH; i++) {
		if (!read_batch(past, page, worker, 0))
			return;
	}
	/* Asked beyond its head, the ring says where that is. */
	page_read_events(page, worker, &head, &none, 1, NULL);
	if (head < track->next + PAGE_RING_EVENTS / 2)
		return;
	uint64_t skipped = head - BATCH - track->next;
	track->next += skipped;
	read_batch(past, page, worker, skipped);
}

void past_read_page(struct past *past, const struct page *page, unsigned workers)
{
	for (unsigned i = 0; i < workers && i < PAGE_WORKERS; i++)
		read_worker(past, page, i);
}

/* Events in [from_ns, to_ns), a piece of time after the other that the buffer can hold. */
static void read_between(struct past *past, struct replay_reader *reader, uint64_t from_ns,
			 uint64_t to_ns)
{
	struct page_event *events = mem_calloc(CHUNK, sizeof(*events));
	uint64_t step_ns = to_ns - from_ns;

	while (from_ns < to_ns) {
		uint64_t end_ns = to_ns - from_ns > step_ns ? from_ns + step_ns : to_ns;
		size_t count = replay_events(reader, from_ns, end_ns, events, CHUNK);

		if (count == CHUNK && step_ns > CLOCK_MS_NS) {
			step_ns /= 2; /* there may be more */
			continue;
		}
		for (size_t i = 0; i < count; i++)
			past_add(past, &events[i]);
		from_ns = end_ns;
		step_ns += step_ns / 2;
	}
	free(events);
}

void past_read_replay(struct past *past, struct replay_reader *reader)
{
	uint64_t first_ns, last_ns;

	replay_span(reader, &first_ns, &last_ns);
	/* Workers start before the first snapshot, and end after the last one. */
	read_between(past, reader, 0, first_ns);
	read_between(past, reader, first_ns, last_ns + CLOCK_SECOND_NS);
	past->revision++;
}

size_t past_spans(const struct past *past, unsigned worker, const struct past_span **spans)
{
	*spans = past->track[worker].span;
	return past->track[worker].count;
}

size_t past_find(const struct past *past, unsigned worker, uint64_t at_ns)
{
	const struct track *track = &past->track[worker];
	size_t low = 0, high = track->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (track->span[middle].at_ns <= at_ns)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? low - 1 : track->count;
}

uint64_t past_first_ns(const struct past *past)
{
	uint64_t first_ns = 0;

	for (size_t i = 0; i < PAGE_WORKERS; i++) {
		const struct track *track = &past->track[i];

		if (track->count > 0 && (first_ns == 0 || track->span[0].at_ns < first_ns))
			first_ns = track->span[0].at_ns;
	}
	return first_ns;
}

uint64_t past_revision(const struct past *past)
{
	return past->revision;
}

void past_read_names(struct past *past, const char *joblog_path)
{
	item_names_free(past->saved);
	past->saved = item_names_read(joblog_path);
}

void past_see(struct past *past, const struct snapshot *snapshot)
{
	for (unsigned i = 0; i < snapshot->status.workers && i < PAGE_WORKERS; i++) {
		const struct page_worker_live *live = &snapshot->worker[i].live;
		struct name *name = &past->name[live->job % NAMES];

		if (live->job == 0 || name->job == live->job || live->item[0] == '\0')
			continue;
		name->job = live->job;
		memcpy(name->text, live->item, sizeof(name->text));
		name->text[sizeof(name->text) - 1] = '\0';
	}
}

const char *past_name(const struct past *past, uint64_t job)
{
	const struct name *name = &past->name[job % NAMES];

	if (job != 0 && name->job == job)
		return name->text;
	return item_names_of(past->saved, job);
}
