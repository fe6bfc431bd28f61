/*
 * trace_arrows.h - the way of each item from worker to worker, as the arrows of a trace (floor:
 * report).
 *
 * An arrow begins with "s" at the first worker, touches others with "t" and ends with "f" at the
 * last one, in the order of time. Events come in another one: those of each worker are in order,
 * those of different workers nearly so. So places are kept until their item has been over for a
 * while. Memory is bounded: where more items are under way than fit, arrows are cut in two.
 */
#ifndef IMGTOP_REPORT_TRACE_ARROWS_H
#define IMGTOP_REPORT_TRACE_ARROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ARROWS_PLACES = 1 << 14 };

struct arrows;

/* phase: s, t or f; the other arguments as they were given to arrows_touch. */
typedef void arrows_put(void *context, char phase, uint64_t job, unsigned worker, uint64_t at_ns);

/* places: at least 2, as ARROWS_PLACES. context must outlive it. */
struct arrows *arrows_new(size_t places, arrows_put *put, void *context);
void arrows_free(struct arrows *arrows);

/* The worker has begun with the item. */
void arrows_touch(struct arrows *arrows, uint64_t job, unsigned worker, uint64_t at_ns);

/* The item is over: no worker will have it again. */
void arrows_over(struct arrows *arrows, uint64_t job, uint64_t at_ns);

/* Put all that are left. An item that only one worker had has none. */
void arrows_finish(struct arrows *arrows);

#endif
