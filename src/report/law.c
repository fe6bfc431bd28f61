/*
 * law.c - least squares under the condition that no constant is negative.
 *
 * Both laws are sums of known functions of n with unknown, non-negative weights:
 *
 *   T(n) = a + b / n + c (n - 1),   T1 = a + b, s = a / T1, k = c / T1   (Amdahl: without c)
 *
 * The best non-negative weights are the ordinary least squares of those that are not 0; there are
 * so few that every choice of them is tried. (Which is why s needs no bound of 1 besides.)
 */
#include "config.h"

#include "report/law.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { TERMS = 3, CHOICES = 1 << TERMS };

/* Weights of the terms and the sum of squares that they leave. */
struct weights {
	double of[TERMS];
	double left;
};

static double term(size_t index, double workers)
{
	switch (index) {
	case 0:
		return 1;
	case 1:
		return 1 / workers;
	default:
		return workers - 1;
	}
}

static bool is_usable(const struct law_point *point)
{
	return point->workers >= 1 && point->seconds > 0 && isfinite(point->workers) &&
	       isfinite(point->seconds);
}

/* Gauss's elimination with the largest pivot of what is left; false: singular. */
static bool solve(double matrix[TERMS][TERMS + 1], size_t n)
{
	for (size_t column = 0; column < n; column++) {
		size_t pivot = column;
		double scale = 0;

		for (size_t row = column; row < n; row++) {
			if (fabs(matrix[row][column]) > fabs(matrix[pivot][column]))
				pivot = row;
		}
		for (size_t i = column; i < n; i++)
			scale = fmax(scale, fabs(matrix[pivot][i]));
		if (!(fabs(matrix[pivot][column]) > 1e-12 * scale))
			return false;
		for (size_t i = 0; i <= n; i++) {
			double held = matrix[column][i];

			matrix[column][i] = matrix[pivot][i];
			matrix[pivot][i] = held;
		}
		for (size_t row = 0; row < n; row++) {
			double times = matrix[row][column] / matrix[column][column];

			for (size_t i = column; row != column && i <= n; i++)
				matrix[row][i] -= times * matrix[column][i];
		}
	}
	return true;
}

static double squares_left(const struct law_point *points, size_t count, const double of[TERMS])
{
	double left = 0;

	for (size_t i = 0; i < count; i++) {
		double law_s = 0, off;

		if (!is_usable(&points[i]))
			continue;
		for (size_t t = 0; t < TERMS; t++)
			law_s += of[t] * term(t, points[i].workers);
		off = law_s / points[i].seconds - 1;
		left += off * off;
	}
	return left;
}

/* Ordinary least squares with the terms of `choice` (bits) alone: the normal equations of rows that
 * are divided by their time. */
static bool weigh(const struct law_point *points, size_t count, unsigned choice,
		  struct weights *weights)
{
	double matrix[TERMS][TERMS + 1] = {{0}};
	size_t used[TERMS], n = 0;

	for (size_t t = 0; t < TERMS; t++) {
		if ((choice & 1u << t) != 0)
			used[n++] = t;
	}
	for (size_t i = 0; i < count; i++) {
		double seconds = points[i].seconds, workers = points[i].workers;

		for (size_t row = 0; is_usable(&points[i]) && row < n; row++) {
			double value = term(used[row], workers) / seconds;

			for (size_t column = 0; column < n; column++)
				matrix[row][column] +=
					value * term(used[column], workers) / seconds;
			matrix[row][n] += value;
		}
	}
	if (!solve(matrix, n))
		return false;
	*weights = (struct weights){0};
	for (size_t row = 0; row < n; row++)
		weights->of[used[row]] = matrix[row][n] / matrix[row][row];
	weights->left = squares_left(points, count, weights->of);
	return true;
}

static bool are_possible(const struct weights *weights)
{
	for (size_t t = 0; t < TERMS; t++) {
		if (!(weights->of[t] >= 0))
			return false;
	}
	return weights->of[0] + weights->of[1] > 0;
}

static size_t different_counts(const struct law_point *points, size_t count)
{
	size_t different = 0;

	for (size_t i = 0; i < count; i++) {
		bool seen = !is_usable(&points[i]);

		for (size_t j = 0; j < i && !seen; j++)
			seen = is_usable(&points[j]) && points[j].workers == points[i].workers;
		different += !seen;
	}
	return different;
}

/* Do all workers together take less time the more there are? A hair less is no more than noise. */
static bool falls_faster(const struct law_point *points, size_t count)
{
	struct weights free;
	double fewest = INFINITY, most = 0;

	if (!weigh(points, count, 3, &free))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (is_usable(&points[i])) {
			fewest = fmin(fewest, points[i].workers);
			most = fmax(most, points[i].workers);
		}
	}
	return free.of[0] * most + free.of[1] < 0.95 * (free.of[0] * fewest + free.of[1]);
}

static size_t usable(const struct law_point *points, size_t count)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++)
		n += is_usable(&points[i]);
	return n;
}

bool law_fit(enum law_kind kind, const struct law_point *points, size_t count, struct law *law)
{
	unsigned all = kind == LAW_USL ? CHOICES - 1 : CHOICES / 2 - 1;
	size_t different = different_counts(points, count);
	struct weights best = {.left = INFINITY}, weights;

	if (different < (kind == LAW_USL ? LAW_USL_POINTS : LAW_AMDAHL_POINTS))
		return false;
	for (unsigned choice = 1; choice <= all; choice++) {
		if (weigh(points, count, choice, &weights) && are_possible(&weights) &&
		    weights.left < best.left)
			best = weights;
	}
	if (!isfinite(best.left))
		return false;
	*law = (struct law){.kind = kind,
			    .one_s = best.of[0] + best.of[1],
			    .points = usable(points, count),
			    .faster = falls_faster(points, count)};
	law->contention = best.of[0] / law->one_s;
	law->coherence = best.of[2] / law->one_s;
	law->deviation = sqrt(best.left / (double)law->points);
	law->exact = law->points == LAW_AMDAHL_POINTS && law->deviation < 1e-9;
	return true;
}

double law_seconds(const struct law *law, double workers)
{
	return law->one_s *
	       (law->contention + (1 - law->contention) / workers + law->coherence * (workers - 1));
}

double law_best_workers(const struct law *law)
{
	if (law->coherence > 0)
		return fmax(1, sqrt((1 - law->contention) / law->coherence));
	return law->contention < 1 ? INFINITY : 1;
}

double law_limit(const struct law *law)
{
	double best = law_best_workers(law);

	if (isfinite(best))
		return law->one_s / law_seconds(law, best);
	return law->contention > 0 ? 1 / law->contention : INFINITY;
}

const char *law_name(enum law_kind kind)
{
	return kind == LAW_USL ? "USL" : "Amdahl";
}

static void amdahl_meaning(const struct law *law, struct textbuf *out)
{
	textbuf_printf(out, "%.3g %% of one worker's time cannot be shared out, ",
		       100 * law->contention);
	if (law->contention >= 0.9995)
		textbuf_printf(out, "so more workers bring nothing.");
	else if (law->contention > 0)
		textbuf_printf(out,
			       "so no number of workers is more than %.3g times as fast as one.",
			       law_limit(law));
	else
		textbuf_printf(out, "so n workers are n times as fast as one.");
}

static void usl_meaning(const struct law *law, struct textbuf *out)
{
	double best = law_best_workers(law);

	textbuf_printf(out,
		       "contention %.3g %% (what one alone can do at a time), coherence %.3g %% "
		       "(what each worker costs every other); ",
		       100 * law->contention, 100 * law->coherence);
	if (isfinite(best))
		textbuf_printf(out, "fastest with %.0f worker%s, %.3g times one: more are slower.",
			       best, best < 1.5 ? "" : "s", law_limit(law));
	else if (law->contention > 0)
		textbuf_printf(out, "never slower with more, and never more than %.3g times one.",
			       law_limit(law));
	else
		textbuf_printf(out, "n workers are n times as fast as one.");
}

void law_meaning(const struct law *law, struct textbuf *out)
{
	textbuf_printf(out, "%s: ", law_name(law->kind));
	if (law->kind == LAW_USL)
		usl_meaning(law, out);
	else
		amdahl_meaning(law, out);
	if (law->faster)
		textbuf_printf(out,
			       " The times fall faster than workers are added: something besides "
			       "them helps, as more cache or a slow first run.");
	if (law->exact)
		textbuf_printf(out, " (Two numbers of workers fix the law: nothing tests it.)");
	else if (law->deviation < 5e-5)
		textbuf_printf(out, " The times lie on it.");
	else
		textbuf_printf(out, " The times are %.2g %% off it.", 100 * law->deviation);
}
