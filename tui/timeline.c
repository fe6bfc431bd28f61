/*
 * timeline.c - spans to cells (floor: tui). One thread.
 */
#include "config.h"

#include "tui/timeline.h"

static const struct {
	const char *glyph; /* NULL: the set of glyphs has it */
	const char *word;
	enum colour colour;
} kinds[TIMELINE_KINDS] = {
	[TIMELINE_NOTHING] = {" ", "", COLOUR_PLAIN},
	[TIMELINE_WORK] = {NULL, "work", COLOUR_RUN},
	[TIMELINE_IDLE] = {".", "idle", COLOUR_DIM},
	[TIMELINE_GET] = {"g", "get", COLOUR_WAIT},
	[TIMELINE_PUT] = {"p", "put", COLOUR_WAIT},
	[TIMELINE_LOCK] = {"L", "lock", COLOUR_WARN},
	[TIMELINE_MEMORY] = {"m", "memory", COLOUR_WARN},
	[TIMELINE_DELAY] = {"d", "delay", COLOUR_IO},
	[TIMELINE_PAUSED] = {"Z", "paused", COLOUR_WARN},
	[TIMELINE_ERROR] = {"!", "error", COLOUR_BAD},
	[TIMELINE_UNKNOWN] = {"?", "not recorded", COLOUR_DIM},
};

const char *timeline_glyph(enum timeline_kind kind, const struct glyphs *glyphs)
{
	return kinds[kind].glyph != NULL ? kinds[kind].glyph : glyphs->gauge_full;
}

const char *timeline_word(enum timeline_kind kind)
{
	return kinds[kind].word;
}

enum colour timeline_colour(enum timeline_kind kind)
{
	return kinds[kind].colour;
}

static enum timeline_kind kind_of(const struct past_span *span)
{
	switch (span->state) {
	case WORKER_RUN:
	case WORKER_IO:
		return TIMELINE_WORK;
	case WORKER_GET:
		return span->target == PAGE_NONE ? TIMELINE_IDLE : TIMELINE_GET;
	case WORKER_PUT:
		return TIMELINE_PUT;
	case WORKER_LOCK:
	case WORKER_JOIN:
		return TIMELINE_LOCK;
	case WORKER_RESOURCE:
		return TIMELINE_MEMORY;
	case WORKER_DELAY:
		return TIMELINE_DELAY;
	case WORKER_PAUSED:
		return TIMELINE_PAUSED;
	case PAST_UNKNOWN:
		return TIMELINE_UNKNOWN;
	default:
		return TIMELINE_IDLE;
	}
}

/* The spans that touch a stretch. */
struct touch {
	const struct past_span *span;
	size_t count; /* of the worker's spans */
	size_t first;
	size_t end;
	uint64_t from_ns;
	uint64_t to_ns; /* not beyond now */
};

static struct touch find(const struct past *past, unsigned worker,
			 const struct timeline_stretch *stretch)
{
	struct touch touch = {.from_ns = stretch->from_ns, .to_ns = stretch->to_ns};

	/* What happens at this very moment has happened. */
	if (touch.to_ns > stretch->now_ns)
		touch.to_ns = stretch->now_ns + 1;
	touch.count = past_spans(past, worker, &touch.span);
	touch.first = past_find(past, worker, touch.from_ns);
	if (touch.first == touch.count)
		touch.first = 0; /* it began within the stretch, or later */
	touch.end = touch.first;
	if (touch.from_ns > stretch->now_ns)
		return touch; /* nothing has happened yet */
	while (touch.end < touch.count && touch.span[touch.end].at_ns < touch.to_ns)
		touch.end++;
	return touch;
}

static uint64_t end_of(const struct touch *touch, size_t index, uint64_t last_ns)
{
	uint64_t end_ns = last_ns;

	if (index + 1 < touch->count && touch->span[index + 1].at_ns < last_ns)
		end_ns = touch->span[index + 1].at_ns;
	return end_ns;
}

/* Time of a span within the stretch. */
static uint64_t within(const struct touch *touch, size_t index)
{
	uint64_t begin_ns = touch->span[index].at_ns;
	uint64_t end_ns = end_of(touch, index, touch->to_ns);

	if (begin_ns < touch->from_ns)
		begin_ns = touch->from_ns;
	return end_ns > begin_ns ? end_ns - begin_ns : 0;
}

/* Index of the span by which something failed in the stretch; touch->end when nothing did. */
static size_t failure(const struct touch *touch)
{
	size_t i = touch->first;

	while (i < touch->end &&
	       !(touch->span[i].at_ns >= touch->from_ns && past_failed(&touch->span[i])))
		i++;
	return i;
}

static enum timeline_kind kind_of_touch(const struct touch *touch)
{
	uint64_t sum_ns[TIMELINE_KINDS] = {0};
	enum timeline_kind kind = TIMELINE_NOTHING;

	if (touch->first >= touch->end)
		return TIMELINE_NOTHING;
	if (failure(touch) < touch->end)
		return TIMELINE_ERROR;
	for (size_t i = touch->first; i < touch->end; i++)
		sum_ns[kind_of(&touch->span[i])] += within(touch, i);
	sum_ns[TIMELINE_UNKNOWN] = 0; /* it says less than anything that is known */
	for (int i = 0; i < TIMELINE_KINDS; i++) {
		if (sum_ns[i] > sum_ns[kind])
			kind = (enum timeline_kind)i;
	}
	return kind != TIMELINE_NOTHING ? kind : kind_of(&touch->span[touch->end - 1]);
}

enum timeline_kind timeline_cell(const struct past *past, unsigned worker,
				 const struct timeline_stretch *stretch)
{
	struct touch touch = find(past, worker, stretch);

	return kind_of_touch(&touch);
}

bool timeline_pick(const struct past *past, unsigned worker, const struct timeline_stretch *stretch,
		   struct timeline_pick *pick)
{
	struct touch touch = find(past, worker, stretch);
	size_t best = touch.first;

	*pick = (struct timeline_pick){.kind = kind_of_touch(&touch)};
	if (pick->kind == TIMELINE_NOTHING)
		return false;
	if (pick->kind == TIMELINE_ERROR) {
		best = failure(&touch);
		/* What the worker was at when it failed is the span before. */
		if (best > 0 && (touch.span[best].state == WORKER_DEAD ||
				 touch.span[best - 1].job == touch.span[best].job))
			best--;
	} else {
		for (size_t i = touch.first; i < touch.end; i++) {
			if (kind_of(&touch.span[i]) == pick->kind &&
			    (kind_of(&touch.span[best]) != pick->kind ||
			     within(&touch, i) > within(&touch, best)))
				best = i;
		}
	}
	for (size_t i = touch.first; i < touch.end; i++)
		pick->changes += touch.span[i].at_ns >= touch.from_ns;
	pick->span = touch.span[best];
	pick->begin_ns = touch.span[best].at_ns;
	pick->end_ns = end_of(&touch, best, stretch->now_ns);
	pick->going = best + 1 == touch.count || touch.span[best + 1].at_ns > stretch->now_ns;
	return true;
}
