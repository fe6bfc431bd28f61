/*
 * bundle_stacks.h - the stacks in a dump (floor: report; internal to bundle*.c).
 */
#ifndef IMGTOP_REPORT_BUNDLE_STACKS_H
#define IMGTOP_REPORT_BUNDLE_STACKS_H

#include <jansson.h>

#include "report/bundle.h"

void bundle_stacks_text(const struct bundle *bundle, struct textbuf *out);

/* The worker's two looks, [] when it was not looked at. */
json_t *bundle_stacks_json(const struct bundle *bundle, unsigned worker);

/* What takes the place of its stack where that could not be had, with the reason; null else. */
json_t *bundle_fallback_json(const struct bundle *bundle, unsigned worker);

/* Threads that are no worker's. */
json_t *bundle_threads_json(const struct bundle *bundle);

#endif
