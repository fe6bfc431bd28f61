/*
 * compare_files.c - a comparison as a table, as JSON and as TSV (floor: report). No state.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/compare.h"
#include "report/json.h"
#include "report/lines.h"

enum { NAME_COLUMNS = 14 };

static const char *verdict_of(const struct compare_figures *figures)
{
	if (figures->failed)
		return "FAILED";
	return figures->equal ? "yes" : "NO";
}

static void add_row(const struct compare *compare, size_t index, struct textbuf *out)
{
	const struct compare_plan *plan = &compare->plans[index];
	struct compare_figures figures = compare_figures(compare, index);
	char *name = lines_sanitised(plan->name), memory[16];
	int width = text_width(name);

	text_bytes(memory, sizeof memory, figures.peak_memory_bytes);
	if (width > NAME_COLUMNS)
		textbuf_printf(out, "%s\n%*s", name, NAME_COLUMNS, "");
	else
		textbuf_printf(out, "%s%*s", name, NAME_COLUMNS - width, "");
	textbuf_printf(out, " %7.3f %3.0f %5.2f %4.1f%c %4.0f %7s %4.0f %3.0f %3.0f %3.0f %6s\n",
		       figures.median_s, 100 * figures.spread, figures.speedup, figures.ideal,
		       figures.beyond_cores ? '*' : ' ', 100 * figures.efficiency, memory,
		       100 * figures.shares.busy, 100 * figures.shares.get,
		       100 * figures.shares.put, 100 * figures.shares.lock, verdict_of(&figures));
	free(name);
}

static bool any_beyond_cores(const struct compare *compare)
{
	for (size_t i = 0; i < compare->nplans; i++) {
		if (compare_figures(compare, i).beyond_cores)
			return true;
	}
	return false;
}

/* How many items there are, unless that depends on the plan. */
static void add_items(const struct compare *compare, struct textbuf *out)
{
	uint64_t found = compare->plans[0].runs[0].found;

	for (size_t i = 1; i < compare->nplans; i++) {
		if (compare->plans[i].runs[0].found != found)
			return;
	}
	textbuf_printf(out, " %llu %s,", (unsigned long long)found, compare->items);
}

void compare_text(const struct compare *compare, struct textbuf *out)
{
	textbuf_printf(out, "%s:", compare->workload);
	add_items(compare, out);
	textbuf_printf(out, " %u round%s, %u CPU%s; each plan against the first\n\n",
		       compare->rounds, compare->rounds == 1 ? "" : "s", compare->cores,
		       compare->cores == 1 ? "" : "s");
	/* ± takes two bytes and one column */
	textbuf_printf(out, "%-*s %7s  ±%% %5s %5s %4s %7s %4s %3s %3s %3s %6s\n", NAME_COLUMNS,
		       "PLAN", "SECONDS", "SPEED", "IDEAL", "EFF%", "MEMORY", "BUSY", "GET", "PUT",
		       "LCK", "EQUAL");
	for (size_t i = 0; i < compare->nplans; i++)
		add_row(compare, i, out);
	textbuf_printf(out, "\n");
	if (any_beyond_cores(compare))
		textbuf_printf(out, "* more workers than CPUs: only waiting can be shared out "
				    "further\n");
	lines_wrapped(out, 0,
		      "SECONDS are medians over the rounds, ±% the distance of the slowest from "
		      "the fastest. BUSY, GET, PUT, LCK: % of the workers' time at work, waiting "
		      "for something to do, for room behind them, for locks. EQUAL: outputs and "
		      "results are those of the first plan.");
}

static json_t *shares_json(const struct compare_shares *shares)
{
	json_t *object = json_object();

	json_put(object, "busy", json_number(shares->busy));
	json_put(object, "get_wait", json_number(shares->get));
	json_put(object, "put_wait", json_number(shares->put));
	json_put(object, "lock_wait", json_number(shares->lock));
	return object;
}

static json_t *run_json(const struct compare_run *run)
{
	json_t *object = json_object();
	char hash[20];

	snprintf(hash, sizeof hash, "%016llx", (unsigned long long)run->output_hash);
	json_put(object, "elapsed_s", json_number(run->elapsed_s));
	json_put(object, "cpu_s", json_number(run->cpu_s));
	json_put(object, "ideal_s", json_number(run->ideal_s));
	json_put(object, "shares", shares_json(&run->shares));
	json_put(object, "peak_memory_bytes", json_count(run->peak_memory_bytes));
	json_put(object, "found", json_count(run->found));
	json_put(object, "ok", json_count(run->ok));
	json_put(object, "exit_code", json_integer(run->exit_code));
	json_put(object, "output_hash", run->output_hash != 0 ? json_text(hash) : json_null());
	json_put(object, "result", json_loads(run->result, 0, NULL));
	return object;
}

static json_t *plan_json(const struct compare *compare, size_t index)
{
	const struct compare_plan *plan = &compare->plans[index];
	struct compare_figures figures = compare_figures(compare, index);
	json_t *object = json_object(), *runs = json_array();

	json_put(object, "plan", json_text(plan->name));
	json_put(object, "layout", json_text(plan->layout));
	json_put(object, "workers", json_count(plan->workers));
	json_put(object, "median_s", json_number(figures.median_s));
	json_put(object, "least_s", json_number(figures.least_s));
	json_put(object, "most_s", json_number(figures.most_s));
	json_put(object, "speedup", json_number(figures.speedup));
	json_put(object, "ideal_speedup", json_number(figures.ideal));
	json_put(object, "efficiency", json_number(figures.efficiency));
	json_put(object, "peak_memory_bytes", json_count(figures.peak_memory_bytes));
	json_put(object, "shares", shares_json(&figures.shares));
	json_put(object, "beyond_cores", json_boolean(figures.beyond_cores));
	json_put(object, "equal", json_boolean(figures.equal));
	for (size_t i = 0; i < plan->nruns; i++)
		json_add(runs, run_json(&plan->runs[i]));
	json_put(object, "runs", runs);
	return object;
}

char *compare_json(const struct compare *compare)
{
	json_t *object = json_object(), *plans = json_array();
	char *text, *line;

	json_put(object, "schema", json_integer(COMPARE_SCHEMA));
	json_put(object, "version", json_text(PACKAGE_VERSION));
	json_put(object, "workload", json_text(compare->workload));
	json_put(object, "command", json_text(compare->command));
	json_put(object, "cores", json_count(compare->cores));
	json_put(object, "rounds", json_count(compare->rounds));
	json_put(object, "equal", json_boolean(compare_is_sound(compare)));
	for (size_t i = 0; i < compare->nplans; i++)
		json_add(plans, plan_json(compare, i));
	json_put(object, "plans", plans);
	text = json_dump(object, JSON_STYLE | JSON_INDENT(1));
	json_decref(object);
	line = mem_printf("%s\n", text);
	free(text);
	return line;
}

char *compare_tsv(const struct compare *compare)
{
	struct textbuf out;

	textbuf_init(&out);
	textbuf_printf(&out, "plan\tround\tworkers\telapsed_s\tcpu_s\tspeedup\tideal_speedup\t"
			     "peak_memory_bytes\tbusy\tget_wait\tput_wait\tlock_wait\tok\t"
			     "exit_code\tequal\n");
	for (size_t i = 0; i < compare->nplans; i++) {
		const struct compare_plan *plan = &compare->plans[i];
		struct compare_figures figures = compare_figures(compare, i);

		for (size_t r = 0; r < plan->nruns; r++) {
			const struct compare_run *run = &plan->runs[r];
			const struct compare_plan *base = &compare->plans[0];
			double speedup = r < base->nruns && run->elapsed_s > 0
						 ? base->runs[r].elapsed_s / run->elapsed_s
						 : 0;

			textbuf_printf(&out,
				       "%s\t%zu\t%u\t%.6f\t%.6f\t%.4f\t%.4f\t%llu\t%.4f\t%.4f\t"
				       "%.4f\t%.4f\t%llu\t%d\t%s\n",
				       plan->name, r + 1, plan->workers, run->elapsed_s, run->cpu_s,
				       speedup, figures.ideal,
				       (unsigned long long)run->peak_memory_bytes, run->shares.busy,
				       run->shares.get, run->shares.put, run->shares.lock,
				       (unsigned long long)run->ok, run->exit_code,
				       figures.equal ? "yes" : "no");
		}
	}
	return out.text;
}
