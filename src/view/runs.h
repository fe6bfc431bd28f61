/*
 * runs.h - the runs that are going on under this user (floor: view).
 */
#ifndef IMGTOP_VIEW_RUNS_H
#define IMGTOP_VIEW_RUNS_H

#include <stddef.h>

#include "base/err.h"

struct run_entry {
	char id[32];
	char *page_path;
};

/* Runs in the runtime folder whose supervisor lives, newest first. Pages whose supervisor is gone
 * are removed. Caller frees with runs_free. Returns the count, -1 on error. */
int runs_list(struct run_entry **entries, struct err *err);
void runs_free(struct run_entry *entries, int count);

/* The page of run `id` (or of the only / newest one when NULL). Caller frees. NULL with a sentence.
 */
char *runs_page(const char *id, struct err *err);

/* The same, also of a run whose supervisor is gone and has left its page; nothing is removed. What
 * has a slash in it is the path of a page. */
char *runs_page_left(const char *id, struct err *err);

#endif
