/*
 * compare_files.c - a comparison as JSON and as TSV (floor: report). No state.
 */
#include "config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/compare.h"
#include "report/compare_curves.h"
#include "report/json.h"

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
	if (plan->title != NULL)
		json_put(object, "title", json_text(plan->title));
	if (plan->input != NULL)
		json_put(object, "input", json_text(plan->input));
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

/* Constants, and what they mean; null where there are too few points. */
static json_t *law_json(bool has, const struct law *law)
{
	json_t *object = has ? json_object() : json_null();
	double best = has ? law_best_workers(law) : 0, limit = has ? law_limit(law) : 0;
	struct textbuf meaning;

	if (!has)
		return object;
	textbuf_init(&meaning);
	law_meaning(law, &meaning);
	json_put(object, "one_worker_s", json_number(law->one_s));
	json_put(object, law->kind == LAW_USL ? "contention" : "serial_share",
		 json_number(law->contention));
	if (law->kind == LAW_USL)
		json_put(object, "coherence", json_number(law->coherence));
	json_put(object, "deviation", json_number(law->deviation));
	json_put(object, "points", json_count(law->points));
	json_put(object, "best_workers", isfinite(best) ? json_number(best) : json_null());
	json_put(object, "most_speedup", isfinite(limit) ? json_number(limit) : json_null());
	json_put(object, "falls_faster", json_boolean(law->faster));
	json_put(object, "meaning", json_text(meaning.text));
	textbuf_free(&meaning);
	return object;
}

static json_t *curve_json(const struct compare *compare, const struct compare_curve *curve)
{
	json_t *object = json_object(), *points = json_array();

	for (size_t i = 0; i < curve->nplans; i++) {
		const struct compare_plan *plan = &compare->plans[curve->plan[i]];
		struct compare_figures figures = compare_figures(compare, curve->plan[i]);
		json_t *point = json_object();

		json_put(point, "plan", json_text(plan->name));
		json_put(point, "workers", json_count(plan->workers));
		json_put(point, "median_s", json_number(figures.median_s));
		json_put(point, "speedup", json_number(figures.speedup));
		json_put(point, "ideal_speedup", json_number(figures.ideal));
		json_put(point, "beyond_cores", json_boolean(figures.beyond_cores));
		json_add(points, point);
	}
	json_put(object, "family", json_text(curve->family));
	json_put(object, "points", points);
	json_put(object, "amdahl", law_json(curve->has_amdahl, &curve->amdahl));
	json_put(object, "usl", law_json(curve->has_usl, &curve->usl));
	json_put(object, "amdahl_within_cores", law_json(curve->has_within, &curve->within));
	return object;
}

static json_t *curves_json(const struct compare *compare)
{
	struct compare_curves curves = compare_curves(compare);
	json_t *array = json_array();

	for (size_t i = 0; i < curves.count; i++)
		json_add(array, curve_json(compare, &curves.curve[i]));
	compare_curves_release(&curves);
	return array;
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
	json_put(object, "curves", curves_json(compare));
	text = json_dump(object, JSON_STYLE | JSON_INDENT(1));
	json_decref(object);
	line = mem_printf("%s\n", text);
	free(text);
	return line;
}

/* The family and its laws' constants, "-" where there are none. */
static void add_tsv_law(const struct compare_curves *curves, size_t plan, struct textbuf *out)
{
	const struct compare_curve *curve = compare_curves_of(curves, plan);

	textbuf_append(out, "\t", 1);
	if (curve != NULL)
		textbuf_tsv_field(out, curve->family, strlen(curve->family));
	else
		textbuf_append(out, "-", 1);
	if (curve != NULL && curve->has_amdahl)
		textbuf_printf(out, "\t%.6f", curve->amdahl.contention);
	else
		textbuf_printf(out, "\t-");
	if (curve != NULL && curve->has_usl)
		textbuf_printf(out, "\t%.6f\t%.8f\n", curve->usl.contention, curve->usl.coherence);
	else
		textbuf_printf(out, "\t-\t-\n");
}

static void add_tsv_run(const struct compare *compare, size_t index, size_t round,
			const struct compare_figures *figures, struct textbuf *out)
{
	const struct compare_plan *plan = &compare->plans[index], *base = &compare->plans[0];
	const struct compare_run *run = &plan->runs[round];
	double speedup = round < base->nruns && run->elapsed_s > 0
				 ? base->runs[round].elapsed_s / run->elapsed_s
				 : 0;

	textbuf_tsv_field(out, plan->name, strlen(plan->name));
	if (plan->input != NULL) {
		textbuf_printf(out, " on ");
		textbuf_tsv_field(out, plan->input, strlen(plan->input));
	}
	textbuf_printf(out,
		       "\t%zu\t%u\t%.6f\t%.6f\t%.4f\t%.4f\t%llu\t%.4f\t%.4f\t"
		       "%.4f\t%.4f\t%llu\t%d\t%s",
		       round + 1, plan->workers, run->elapsed_s, run->cpu_s, speedup,
		       figures->ideal, (unsigned long long)run->peak_memory_bytes, run->shares.busy,
		       run->shares.get, run->shares.put, run->shares.lock,
		       (unsigned long long)run->ok, run->exit_code, figures->equal ? "yes" : "no");
}

char *compare_tsv(const struct compare *compare)
{
	struct compare_curves curves = compare_curves(compare);
	struct textbuf out;

	textbuf_init(&out);
	textbuf_printf(&out, "plan\tround\tworkers\telapsed_s\tcpu_s\tspeedup\tideal_speedup\t"
			     "peak_memory_bytes\tbusy\tget_wait\tput_wait\tlock_wait\tok\t"
			     "exit_code\tequal\tcurve\tamdahl_serial_share\tusl_contention\t"
			     "usl_coherence\n");
	for (size_t i = 0; i < compare->nplans; i++) {
		struct compare_figures figures = compare_figures(compare, i);

		for (size_t r = 0; r < compare->plans[i].nruns; r++) {
			add_tsv_run(compare, i, r, &figures, &out);
			add_tsv_law(&curves, i, &out);
		}
	}
	compare_curves_release(&curves);
	return out.text;
}
