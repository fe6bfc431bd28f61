/*
 * tags.h - workers that were marked to be acted on together (floor: tui).
 *
 * A tag is pinned to the incarnation that was seen when it was set: a worker that was replaced
 * meanwhile is tagged no more.
 */
#ifndef IMGTOP_TUI_TAGS_H
#define IMGTOP_TUI_TAGS_H

#include <stdbool.h>

#include "record/snapshot.h"

struct tags {
	uint32_t incarnation[PAGE_WORKERS]; /* 0: not tagged */
};

bool tags_has(const struct tags *tags, const struct snapshot *snapshot, unsigned worker);
void tags_set(struct tags *tags, const struct snapshot *snapshot, unsigned worker, bool tagged);

/* Tag every worker of a host, or take all their tags when every one of them has one. */
void tags_toggle_host(struct tags *tags, const struct snapshot *snapshot, unsigned host);

void tags_clear(struct tags *tags);

/* How many of them are still what was tagged. */
unsigned tags_count(const struct tags *tags, const struct snapshot *snapshot);

#endif
