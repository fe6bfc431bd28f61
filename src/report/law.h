/*
 * law.h - the law that measured times follow as workers are added (floor: report). No state.
 *
 * n workers take T(n) seconds for what one takes T1 for:
 *
 *   Amdahl   T(n) = T1 (s + (1 - s) / n)                s: the share that cannot be shared out
 *   USL      T(n) = T1 (s + (1 - s) / n + k (n - 1))    k: what each worker adds for every other
 *
 * The first is G. M. Amdahl, "Validity of the single processor approach to achieving large scale
 * computing capabilities", 1967; the second N. J. Gunther's Universal Scalability Law ("Guerrilla
 * Capacity Planning", 2007), C(n) = n / (1 + s (n - 1) + k n (n - 1)), written as a time: C = T1/T.
 * With k = 0 it is Amdahl's.
 */
#ifndef IMGTOP_REPORT_LAW_H
#define IMGTOP_REPORT_LAW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

enum law_kind { LAW_AMDAHL, LAW_USL };

/* So many points with different numbers of workers must there be. */
enum { LAW_AMDAHL_POINTS = 2, LAW_USL_POINTS = 6 };

struct law_point {
	double workers; /* >= 1 */
	double seconds; /* > 0 */
};

struct law {
	enum law_kind kind;
	double one_s;	   /* T1 */
	double contention; /* s, 0..1 */
	double coherence;  /* k, >= 0; 0 of Amdahl */
	double deviation;  /* of the points from the law: root of the mean square of (T - t) / t */
	bool exact;	   /* as many points as constants: it goes through all of them */
	bool faster;   /* the points fall faster than 1/n: s would be below 0 and is held at 0 */
	size_t points; /* that were used */
};

/*
 * The law's constants with the least sum of squares of (T - t) / t over all points: of all
 * non-negative ones, for a negative share means nothing.
 *   false: there are too few different numbers of workers (see above); *law is untouched.
 *   Points with no worker or no time are passed over.
 */
bool law_fit(enum law_kind kind, const struct law_point *points, size_t count, struct law *law);

/* T(n). */
double law_seconds(const struct law *law, double workers);

/* The number of workers with which it is fastest; infinity where more are always faster. */
double law_best_workers(const struct law *law);

/* How many times as fast as one worker it can get at best; infinity where there is no limit. */
double law_limit(const struct law *law);

/* "Amdahl" */
const char *law_name(enum law_kind kind);

/* The constants and what they mean, in one or more sentences. */
void law_meaning(const struct law *law, struct textbuf *out);

#endif
