/*
 * compare.c - one run against the one before (floor: tui). One thread.
 */
#include "config.h"

#include "tui/compare.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "view/verdict.h"

static double mean_per_s(const struct snapshot *snapshot)
{
	uint64_t elapsed_ns = snapshot_elapsed_ns(snapshot);

	return elapsed_ns == 0 ? 0
			       : (double)snapshot_finished(snapshot) /
					 ((double)elapsed_ns / (double)CLOCK_SECOND_NS);
}

void compare_keep(struct compare *compare, const struct model *model)
{
	const struct snapshot *live = model->live;

	if (!model->valid || snapshot_finished(live) == 0)
		return;
	*compare = (struct compare){
		.valid = true,
		.elapsed_ns = snapshot_elapsed_ns(live),
		.finished = snapshot_finished(live),
		.mean_per_s = mean_per_s(live),
		.efficiency = verdict_efficiency(live),
		.cpu_s = verdict_cpu_s(live),
		.history = model->history,
	};
	(void)snprintf(compare->plan, sizeof(compare->plan), "%.60s", live->plan.plan);
	(void)snprintf(compare->workload, sizeof(compare->workload), "%s", live->plan.workload);
}

void compare_sentence(const struct compare *compare, const struct model *model, char *text,
		      size_t size)
{
	double now = mean_per_s(model->live);
	char elapsed[32], rate[16];
	int length;

	text[0] = '\0';
	if (!compare->valid)
		return;
	text_elapsed(elapsed, sizeof(elapsed), compare->elapsed_ns);
	text_rate(rate, sizeof(rate), compare->mean_per_s);
	length = snprintf(text, size, "%s before: %s, %s items/s, efficiency %.0f %%, CPU %.1f s",
			  compare->plan, elapsed, rate, compare->efficiency * 100, compare->cpu_s);
	if (length < 0 || (size_t)length >= size || compare->mean_per_s <= 0 || now <= 0)
		return;
	if (strcmp(compare->workload, model->live->plan.workload) != 0)
		(void)snprintf(text + length, size - (size_t)length, "; another workload");
	else
		(void)snprintf(text + length, size - (size_t)length, "; now %.2f times as fast",
			       now / compare->mean_per_s);
}
