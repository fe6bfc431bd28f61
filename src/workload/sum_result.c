/*
 * sum_result.c - totals and times of parts, folded into those of counts and of all.
 *
 * Totals are whole numbers, so that they are exact in whichever order parts come.
 */
#include "config.h"

#include "workload/sum_result.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"

enum { LINE_BYTES = 192 };

const char *const sum_result_varies[] = {"parts", "times", NULL};

/* A total's own zero is all bytes zero here: what was never folded has a count of 0. */
static void join(struct sum_total *total, const struct sum_total *more)
{
	if (total->count == 0)
		*total = sum_total_empty();
	sum_total_join(total, more);
}

static void join_times(struct sum_times *times, const struct sum_part_result *one)
{
	if (times->parts == 0 || one->begin_ns < times->begin_ns)
		times->begin_ns = one->begin_ns;
	if (one->end_ns > times->end_ns)
		times->end_ns = one->end_ns;
	times->cpu_ns += one->cpu_ns;
	times->parts++;
}

void sum_result_fold(void *folded, const void *result, size_t length)
{
	struct sum_accumulator *accumulator = folded;
	struct sum_part_result one;

	if (length != sizeof one)
		return; /* from a worker that is not to be trusted */
	memcpy(&one, result, sizeof one);
	if (one.part.size >= SUM_SIZES || one.end_ns < one.begin_ns)
		return;
	join(&accumulator->all, &one.total);
	join(&accumulator->size[one.part.size], &one.total);
	join_times(&accumulator->time[one.part.size], &one);
	if (one.part.index < SUM_PARTS_SHOWN)
		join(&accumulator->part[one.part.index], &one.total);
	if (one.part.size >= accumulator->sizes)
		accumulator->sizes = one.part.size + 1;
	if (one.part.parts > accumulator->parts)
		accumulator->parts = one.part.parts;
}

/* Append to text; false when it does not fit, which then is as it was. */
static bool add_text(char *text, size_t size, const char *more)
{
	size_t used = strlen(text), length = strlen(more);

	if (used + length >= size)
		return false;
	memcpy(text + used, more, length + 1);
	return true;
}

static void total_text(const struct sum_total *total, char *text, size_t size)
{
	char mean[48];

	sum_total_mean(total, mean, sizeof mean);
	snprintf(text, size,
		 "\"count\":%" PRIu64 ",\"sum\":%" PRIu64 ",\"mean\":%s,\"min\":%" PRIu32
		 ",\"max\":%" PRIu32,
		 total->count, total->sum, mean, total->count != 0 ? total->least : 0, total->most);
}

/* ,"NAME":[{...},...] as far as there is room; whoever has not come yet is left out. */
static void add_list(char *json, size_t size, const char *name, const struct sum_total *totals,
		     size_t n)
{
	size_t room = size - sizeof "]}"; /* what must fit at the end */
	char line[LINE_BYTES + 32];
	const char *between = "";

	snprintf(line, sizeof line, ",\"%s\":[", name);
	if (!add_text(json, room, line))
		return;
	for (size_t i = 0; i < n; i++) {
		char text[LINE_BYTES];

		if (totals[i].count == 0)
			continue;
		total_text(&totals[i], text, sizeof text);
		snprintf(line, sizeof line, "%s{%s}", between, text);
		if (!add_text(json, room, line))
			break;
		between = ",";
	}
	add_text(json, size, "]");
}

static void add_times(char *json, size_t size, const struct sum_accumulator *accumulator)
{
	const char *between = "";
	char line[LINE_BYTES];

	if (!add_text(json, size, ",\"times\":["))
		return;
	for (size_t i = 0; i < accumulator->sizes; i++) {
		const struct sum_times *times = &accumulator->time[i];

		if (times->parts == 0)
			continue;
		snprintf(line, sizeof line,
			 "%s{\"count\":%" PRIu64 ",\"parts\":%" PRIu64
			 ",\"add_cpu_s\":%.9f,\"add_span_s\":%.9f}",
			 between, accumulator->size[i].count, times->parts,
			 clock_seconds(times->cpu_ns),
			 clock_seconds(times->end_ns - times->begin_ns));
		if (!add_text(json, size - sizeof "]", line))
			break;
		between = ",";
	}
	add_text(json, size, "]");
}

void sum_result_describe(const void *folded, char *json, size_t size)
{
	const struct sum_accumulator *accumulator = folded;
	char text[LINE_BYTES];

	total_text(&accumulator->all, text, sizeof text);
	snprintf(json, size, "{%s", text);
	/* one character less: the brace at the end must find room */
	add_times(json, size - 1, accumulator);
	if (accumulator->sizes > 1)
		add_list(json, size, "counts", accumulator->size, accumulator->sizes);
	else if (accumulator->parts > 1)
		add_list(json, size, "parts", accumulator->part, SUM_PARTS_SHOWN);
	add_text(json, size, "}");
}
