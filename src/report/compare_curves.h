/*
 * compare_curves.h - which plans of a comparison differ only in their number of workers, and the
 * law that their times follow (floor: report). No state.
 *
 * A curve is a family (threads:1, threads:2, ...) with at least two different numbers of workers. A
 * plan of one worker that is alone in its family (sequential) is where every other family begins
 * that has no such plan. Whatever is in no curve is only shown as a bar, and so is the ladder,
 * whose rungs differ in more than their number.
 */
#ifndef IMGTOP_REPORT_COMPARE_CURVES_H
#define IMGTOP_REPORT_COMPARE_CURVES_H

#include <stdbool.h>
#include <stddef.h>

#include "report/compare.h"
#include "report/law.h"

struct compare_curve {
	const char *family; /* of a plan; the comparison's */
	size_t *plan;	    /* indices, fewest workers first; owned */
	size_t nplans;
	size_t beyond; /* plans with more workers than CPUs */
	bool has_amdahl;
	bool has_usl;
	bool has_within;
	struct law amdahl;
	struct law usl;
	struct law within; /* Amdahl's, up to the number of CPUs, where some are beyond */
};

struct compare_curves {
	struct compare_curve *curve; /* owned */
	size_t count;
};

/* By medians of the plans' times. Release with compare_curves_release. */
struct compare_curves compare_curves(const struct compare *compare);
void compare_curves_release(struct compare_curves *curves);

/* The law that is drawn: the USL where there are points enough, else Amdahl's. NULL: none. */
const struct law *compare_curve_law(const struct compare_curve *curve);

/* The first curve that the plan is in; NULL: none. */
const struct compare_curve *compare_curves_of(const struct compare_curves *curves, size_t plan);

/* The laws in words, the plans that are in no curve, what is charted: sentences, one paragraph
 * each, a line each. */
void compare_curves_text(const struct compare *compare, const struct compare_curves *curves,
			 struct textbuf *out);

#endif
