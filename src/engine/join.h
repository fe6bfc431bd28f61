/*
 * join.h - have the workers of a station ended? (floor: engine). Told by the run page, so that any
 * process of the run may ask.
 */
#ifndef IMGTOP_ENGINE_JOIN_H
#define IMGTOP_ENGINE_JOIN_H

#include <stdbool.h>

#include "engine/plan.h"
#include "record/page.h"

/* The station (0-based) that does this stage. */
unsigned join_station(const struct plan *plan, unsigned stage);

/* Have all its workers ended of their own accord? One that died will be started again. */
bool join_has_ended(const struct page *page, unsigned station);

#endif
