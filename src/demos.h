/*
 * demos.h - the demonstrations: what `imgtop demo NAME` starts and its menu lists (floor: program).
 *
 * A few stand in a table here; every scenario of the workload drill is one as well, and once more
 * with --fixed where it has a cure. Their titles and sentences are the scenarios' own, so that menu
 * and files say the same.
 */
#ifndef IMGTOP_DEMOS_H
#define IMGTOP_DEMOS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "options.h"

struct demo {
	char *name;  /* "images", "crash", "crash-fixed", "io-vs-cpu-gil" */
	char *title; /* a few words */
	char *text;  /* two sentences */
	char *watch; /* what to look at */
	const struct workload *workload;
	char *scenario; /* of a drill, or NULL */
	bool fixed;	/* its cure */
	bool gil;
	bool photos; /* runs on sample photos, and writes into a folder that is removed again */
	void (*prepare)(struct options *options); /* what else is chosen for it, or NULL */
};

struct demos {
	struct demo *demo;
	size_t count;
};

/* All there are, in the order of the menu. Release with demos_free. */
void demos_list(struct demos *demos);
void demos_free(struct demos *demos);

/* The one of that name. error: NULL; permanent, with the names that there are */
const struct demo *demos_find(const struct demos *demos, const char *name, struct err *err);

/* Which workload the demonstration of that name runs; NULL: there is none such. The first of the
 * registry for no name at all. */
const struct workload *demos_workload(const char *name, struct err *err);

/* Give the options of a demo the values that it is made of, where the user gave none, but for
 * photos and output. It is a comparison afterwards if it compares (options->command). */
void demos_prepare(const struct demo *demo, struct options *options);

#endif
