/*
 * trial_count.c - how many items a plan has, and a sample of them (floor: program).
 */
#include "config.h"

#include "trial.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"

struct counting {
	struct trial_sample *sample;
	struct trial_result *result;
	const struct trial_limits *limits;
	uint64_t begin_ns;
	uint64_t estimated;
	bool stopped;
};

static bool goes_on(struct counting *counting)
{
	const struct trial_limits *limits = counting->limits;
	uint64_t limit_ns = counting->result->items > 0 ? limits->count_ns : limits->look_ns;

	counting->result->counted_ns = clock_ns() - counting->begin_ns;
	counting->stopped = counting->result->counted_ns >= limit_ns;
	return !counting->stopped;
}

static bool on_seen(struct source *source, uint64_t entries)
{
	struct counting *counting = source->engine;

	counting->result->seen += entries;
	return goes_on(counting);
}

static bool on_item(struct source *source, const struct source_item *item)
{
	struct counting *counting = source->engine;
	struct trial_result *result = counting->result;

	if (item->verdict != ERR_NONE) {
		result->skipped++;
	} else {
		result->items += item->units != 0 ? item->units : 1;
		result->bytes += item->size_bytes;
		trial_sample_add(counting->sample, item);
	}
	return goes_on(counting);
}

static void on_estimate(struct source *source, uint64_t items)
{
	struct counting *counting = source->engine;

	counting->estimated = items;
}

/* Whoever lists whole folders knows of more than it has handed over; of those the same part will be
 * to be done. */
static void reckon_rest(const struct counting *counting, struct trial_result *result)
{
	uint64_t handed_over = result->items + result->skipped;

	if (counting->stopped && counting->estimated > handed_over && result->items > 0)
		result->items = (uint64_t)((double)result->items * (double)counting->estimated /
					   (double)handed_over);
}

static void on_warning(struct source *source, const char *text)
{
	(void)source, (void)text; /* the run itself will say it */
}

void trial_count(const struct plan *plan, const struct trial_limits *limits,
		 struct trial_sample *sample, struct trial_result *result)
{
	struct workload_config config = plan->config;
	struct counting counting = {
		.sample = sample, .result = result, .limits = limits, .begin_ns = clock_ns()};
	struct source source = {.config = &config,
				.emit = on_item,
				.estimate = on_estimate,
				.seen = on_seen,
				.warn = on_warning,
				.engine = &counting};
	struct err err = {0};

	config.dry_run = true;
	if (plan->workload->source(&source, &err) != 0)
		text_sanitise(result->problem, sizeof result->problem, err.text, strlen(err.text));
	result->whole = !counting.stopped;
	reckon_rest(&counting, result);
	result->sample = (unsigned)sample->count;
}
