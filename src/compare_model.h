/*
 * compare_model.h - a comparison's scans beside a model of what they should cost (floor: program).
 */
#ifndef IMGTOP_COMPARE_MODEL_H
#define IMGTOP_COMPARE_MODEL_H

#include <stddef.h>

#include "base/err.h"
#include "base/text.h"

struct compare_model;

struct compare_model *compare_model_new(size_t nplans);
void compare_model_free(struct compare_model *model); /* NULL is fine */

/* Take the figures of a run of plan `index`, which has so many workers, from the report in the
 * folder. Of each plan's runs the fastest counts; one that is no scan does not. */
void compare_model_take(struct compare_model *model, size_t index, unsigned workers,
			const char *report);

/* The plan of the fewest workers and the fastest of the others, beside the model. Nothing where no
 * run was a scan. */
void compare_model_text(const struct compare_model *model, struct textbuf *out);

/* Append that to a file. error: -1, it cannot be written */
int compare_model_append(const struct compare_model *model, const char *path, struct err *err);

#endif
