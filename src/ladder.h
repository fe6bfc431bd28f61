/*
 * ladder.h - nine ways to share out one pipeline, from one worker to nineteen (floor: program).
 *
 * `imgtop compare images --ladder` climbs it: each rung is a layout of the workload images. What a
 * run does besides is the same on all: a small copy and a recoloured rectangle of each picture, so
 * that every stage has something to do.
 */
#ifndef IMGTOP_LADDER_H
#define IMGTOP_LADDER_H

#include <stddef.h>

#include "base/err.h"
#include "options.h"

struct ladder_rung {
	const char *layout; /* as for --plan */
	const char *name;   /* in words */
};

/* The index-th rung from the bottom, NULL past the top. */
const struct ladder_rung *ladder_at(size_t index);

/* Give a comparison that asks for the ladder (options_check has seen it) its plans, and the options
 * of its stages values where the user gave none. */
void ladder_use(struct options *options);

/* Do the options of a comparison go with a ladder? error: permanent, what to leave out */
int ladder_check(const struct options *options, struct err *err);

#endif
