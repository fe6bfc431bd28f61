/*
 * compare_curves.c - families of plans, and their laws.
 */
#include "config.h"

#include "report/compare_curves.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static bool is_of(const struct compare *compare, size_t plan, const char *family)
{
	return compare->plans[plan].family != NULL &&
	       strcmp(compare->plans[plan].family, family) == 0;
}

static bool is_first_of_family(const struct compare *compare, size_t plan)
{
	const char *family = compare->plans[plan].family;

	for (size_t i = 0; i < plan && family != NULL; i++) {
		if (is_of(compare, i, family))
			return false;
	}
	return family != NULL;
}

/* A single plan of one worker, as sequential is. */
static bool is_origin(const struct compare *compare, size_t plan)
{
	for (size_t i = 0; i < compare->nplans; i++) {
		if (i != plan && compare->plans[plan].family != NULL &&
		    is_of(compare, i, compare->plans[plan].family))
			return false;
	}
	return compare->plans[plan].workers == 1 && compare->plans[plan].family != NULL;
}

/* On the same input, their own or the comparison's? */
static bool have_one_input(const struct compare *compare, size_t a, size_t b)
{
	const char *one = compare->plans[a].input, *other = compare->plans[b].input;

	return one == NULL || other == NULL ? one == other : strcmp(one, other) == 0;
}

static void add(struct compare_curve *curve, const struct compare *compare, size_t plan)
{
	unsigned workers = compare->plans[plan].workers;
	size_t at = curve->nplans++;

	for (; at > 0 && compare->plans[curve->plan[at - 1]].workers > workers; at--)
		curve->plan[at] = curve->plan[at - 1];
	curve->plan[at] = plan;
	curve->beyond += workers > compare->cores;
}

static size_t different_counts(const struct compare *compare, const struct compare_curve *curve)
{
	size_t different = curve->nplans > 0;

	for (size_t i = 1; i < curve->nplans; i++)
		different += compare->plans[curve->plan[i]].workers !=
			     compare->plans[curve->plan[i - 1]].workers;
	return different;
}

static void fit(const struct compare *compare, struct compare_curve *curve)
{
	struct law_point *points = mem_calloc(curve->nplans, sizeof *points);
	size_t within = curve->nplans - curve->beyond;

	for (size_t i = 0; i < curve->nplans; i++)
		points[i] = (struct law_point){
			.workers = compare->plans[curve->plan[i]].workers,
			.seconds = compare_figures(compare, curve->plan[i]).median_s};
	curve->has_amdahl = law_fit(LAW_AMDAHL, points, curve->nplans, &curve->amdahl);
	curve->has_usl = law_fit(LAW_USL, points, curve->nplans, &curve->usl);
	/* fewest workers stand first */
	curve->has_within =
		curve->beyond > 0 && law_fit(LAW_AMDAHL, points, within, &curve->within);
	free(points);
}

struct compare_curves compare_curves(const struct compare *compare)
{
	struct compare_curves curves = {.curve = mem_calloc(compare->nplans, sizeof *curves.curve)};

	for (size_t first = 0; first < compare->nplans; first++) {
		struct compare_curve *curve = &curves.curve[curves.count];

		if (!is_first_of_family(compare, first))
			continue;
		*curve = (struct compare_curve){
			.family = compare->plans[first].family,
			.plan = mem_calloc(compare->nplans, sizeof *curve->plan)};
		for (size_t i = 0; i < compare->nplans; i++) {
			if (is_of(compare, i, curve->family))
				add(curve, compare, i);
		}
		if (different_counts(compare, curve) < 2) {
			free(curve->plan);
			continue;
		}
		for (size_t i = 0; i < compare->nplans; i++) {
			if (!is_of(compare, i, curve->family) && is_origin(compare, i) &&
			    have_one_input(compare, i, first) &&
			    compare->plans[curve->plan[0]].workers > 1)
				add(curve, compare, i);
		}
		fit(compare, curve);
		curves.count++;
	}
	return curves;
}

void compare_curves_release(struct compare_curves *curves)
{
	for (size_t i = 0; i < curves->count; i++)
		free(curves->curve[i].plan);
	free(curves->curve);
	*curves = (struct compare_curves){0};
}

const struct law *compare_curve_law(const struct compare_curve *curve)
{
	if (curve->has_usl)
		return &curve->usl;
	return curve->has_amdahl ? &curve->amdahl : NULL;
}

const struct compare_curve *compare_curves_of(const struct compare_curves *curves, size_t plan)
{
	for (size_t i = 0; i < curves->count; i++) {
		for (size_t j = 0; j < curves->curve[i].nplans; j++) {
			if (curves->curve[i].plan[j] == plan)
				return &curves->curve[i];
		}
	}
	return NULL;
}

static void add_law(const struct compare_curve *curve, const struct law *law, const char *extra,
		    struct textbuf *out)
{
	textbuf_printf(out, "%s%s, ", curve->family, extra);
	law_meaning(law, out);
	textbuf_append(out, "\n", 1);
}

static void add_laws(const struct compare *compare, const struct compare_curve *curve,
		     struct textbuf *out)
{
	char within[48];

	if (curve->has_amdahl)
		add_law(curve, &curve->amdahl, "", out);
	if (curve->has_usl)
		add_law(curve, &curve->usl, "", out);
	if (curve->beyond == 0)
		return;
	if (curve->has_within) {
		snprintf(within, sizeof within, " up to the %u CPUs", compare->cores);
		add_law(curve, &curve->within, within, out);
	}
	textbuf_printf(out,
		       "%s: %zu of %zu points %s more workers than the %u CPU%s: what only a "
		       "CPU can do is not shared out further there, and counts as %s.\n",
		       curve->family, curve->beyond, curve->nplans,
		       curve->beyond == 1 ? "has" : "have", compare->cores,
		       compare->cores == 1 ? "" : "s",
		       curve->has_usl ? "contention" : "what cannot be shared out");
}

void compare_curves_text(const struct compare *compare, const struct compare_curves *curves,
			 struct textbuf *out)
{
	const char *before = "In no curve: ";
	char *label;
	bool any = false;

	for (size_t i = 0; i < curves->count; i++)
		add_laws(compare, &curves->curve[i], out);
	if (curves->count == 0) {
		textbuf_printf(out, "No curve and no law: no strategy and no layout stands here "
				    "with several numbers of workers, so each plan has a bar.\n");
		return;
	}
	for (size_t i = 0; i < compare->nplans; i++) {
		if (compare_curves_of(curves, i) != NULL)
			continue;
		label = compare_label(compare, i);
		textbuf_printf(out, "%s%s", any ? ", " : before, label);
		free(label);
		any = true;
	}
	if (any)
		textbuf_printf(out, ".\n");
}
