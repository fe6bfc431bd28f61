/*
 * trace_arrows.c - the way of each item from worker to worker.
 */
#include "config.h"

#include "report/trace_arrows.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

/* How far the events of two workers may be out of order. */
static const uint64_t DISORDER_NS = CLOCK_SECOND_NS;

struct place {
	uint64_t job;
	uint64_t at_ns;
	unsigned worker;
	bool over; /* no place, but the item's end */
};

struct arrows {
	arrows_put *put;
	void *context;
	uint64_t latest_ns;
	size_t room;
	size_t count;
	struct place place[];
};

struct arrows *arrows_new(size_t places, arrows_put *put, void *context)
{
	struct arrows *arrows = mem_calloc(1, sizeof *arrows + places * sizeof arrows->place[0]);

	arrows->put = put;
	arrows->context = context;
	arrows->room = places;
	return arrows;
}

void arrows_free(struct arrows *arrows)
{
	free(arrows);
}

/* Item by item, each in the order of time, its end last. */
static int compare(const void *a, const void *b)
{
	const struct place *p = a, *q = b;

	if (p->job != q->job)
		return p->job < q->job ? -1 : 1;
	if (p->over != q->over)
		return p->over ? 1 : -1;
	return p->at_ns < q->at_ns ? -1 : p->at_ns > q->at_ns;
}

/* Of one item. One that is tried again may have more than one end, and they are no places. */
static void put_item(const struct arrows *arrows, const struct place *place, size_t count)
{
	while (count > 0 && place[count - 1].over)
		count--;
	for (size_t i = 0; count > 1 && i < count; i++)
		arrows->put(arrows->context,
			    i == 0	    ? 's'
			    : i + 1 < count ? 't'
					    : 'f',
			    place[i].job, place[i].worker, place[i].at_ns);
}

/* Put the items that are over, or all, and forget them. */
static void settle(struct arrows *arrows, bool all)
{
	struct place *place = arrows->place;
	size_t kept = 0, next;

	qsort(place, arrows->count, sizeof *place, compare);
	for (size_t first = 0; first < arrows->count; first = next) {
		const struct place *last;

		for (next = first + 1; next < arrows->count && place[next].job == place[first].job;
		     next++)
			continue;
		last = &place[next - 1];
		if (all || (last->over && last->at_ns + DISORDER_NS < arrows->latest_ns)) {
			put_item(arrows, place + first, next - first);
			continue;
		}
		memmove(place + kept, place + first, (next - first) * sizeof *place);
		kept += next - first;
	}
	arrows->count = kept;
}

static void keep(struct arrows *arrows, struct place place)
{
	if (arrows->count == arrows->room) {
		settle(arrows, false);
		/* More than half full it would be sorted again too soon. */
		if (arrows->count > arrows->room / 2)
			settle(arrows, true);
	}
	if (place.at_ns > arrows->latest_ns)
		arrows->latest_ns = place.at_ns;
	arrows->place[arrows->count++] = place;
}

void arrows_touch(struct arrows *arrows, uint64_t job, unsigned worker, uint64_t at_ns)
{
	keep(arrows, (struct place){.job = job, .at_ns = at_ns, .worker = worker});
}

void arrows_over(struct arrows *arrows, uint64_t job, uint64_t at_ns)
{
	keep(arrows, (struct place){.job = job, .at_ns = at_ns, .over = true});
}

void arrows_finish(struct arrows *arrows)
{
	settle(arrows, true);
}
