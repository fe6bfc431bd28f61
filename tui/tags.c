/*
 * tags.c - tagged workers (floor: tui). One thread.
 */
#include "config.h"

#include "tui/tags.h"

#include "tui/worker_text.h"

bool tags_has(const struct tags *tags, const struct snapshot *snapshot, unsigned worker)
{
	return worker < PAGE_WORKERS && tags->incarnation[worker] != 0 &&
	       tags->incarnation[worker] == snapshot->worker[worker].live.incarnation;
}

void tags_set(struct tags *tags, const struct snapshot *snapshot, unsigned worker, bool tagged)
{
	if (worker < PAGE_WORKERS)
		tags->incarnation[worker] = tagged ? snapshot->worker[worker].live.incarnation : 0;
}

void tags_toggle_host(struct tags *tags, const struct snapshot *snapshot, unsigned host)
{
	bool all = true;

	for (unsigned i = 0; i < worker_count(snapshot); i++) {
		if (snapshot->worker[i].live.host == host)
			all = all && tags_has(tags, snapshot, i);
	}
	for (unsigned i = 0; i < worker_count(snapshot); i++) {
		if (snapshot->worker[i].live.host == host)
			tags_set(tags, snapshot, i, !all);
	}
}

void tags_clear(struct tags *tags)
{
	*tags = (struct tags){.incarnation = {0}};
}

unsigned tags_count(const struct tags *tags, const struct snapshot *snapshot)
{
	unsigned count = 0;

	for (unsigned i = 0; i < worker_count(snapshot); i++)
		count += tags_has(tags, snapshot, i);
	return count;
}
