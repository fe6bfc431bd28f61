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
	uint64_t until_ns;
	uint64_t estimated;
	bool stopped;
};

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
	counting->stopped = clock_ns() >= counting->until_ns;
	return !counting->stopped;
}

static void on_estimate(struct source *source, uint64_t items)
{
	struct counting *counting = source->engine;

	counting->estimated = items;
}

static void on_warning(struct source *source, const char *text)
{
	(void)source, (void)text; /* the run itself will say it */
}

void trial_count(const struct plan *plan, const struct trial_limits *limits,
		 struct trial_sample *sample, struct trial_result *result)
{
	struct workload_config config = plan->config;
	struct counting counting = {.sample = sample, .result = result};
	struct source source = {.config = &config,
				.emit = on_item,
				.estimate = on_estimate,
				.warn = on_warning,
				.engine = &counting};
	struct err err = {0};

	config.dry_run = true;
	counting.until_ns = clock_ns() + limits->count_ns;
	if (plan->workload->source(&source, &err) != 0)
		text_sanitise(result->problem, sizeof result->problem, err.text, strlen(err.text));
	result->whole = !counting.stopped;
	/* Whoever lists whole folders knows of more than it has handed over. */
	if (counting.stopped && counting.estimated > result->items + result->skipped)
		result->items = counting.estimated - result->skipped;
	result->sample = (unsigned)sample->count;
}
