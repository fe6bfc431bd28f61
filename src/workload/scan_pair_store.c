/*
 * scan_pair_store.c - which files of an item are one live photograph, and what the catalogue has to
 * be told of that.
 *
 * A pair follows from the files that are there, not from which of them has changed: what an earlier
 * scan has left of pairs came with the item and is compared for every file, so that a rescan leaves
 * what a first scan would.
 */
#include "config.h"

#include "workload/scan_pair.h"
#include "workload/scan_worker.h"

/* The one of this kind among files first..end-1, -1 when there is none or more than one. */
static int only_one(const struct scan_item *item, const struct scan_batch *batch, unsigned first,
		    unsigned end, enum scan_name_kind kind)
{
	int found = -1;

	for (unsigned i = first; i < end; i++) {
		if (scan_name_kind(item->file[i].name) != kind ||
		    (batch->row[i].state != SCAN_NEW && batch->row[i].state != SCAN_SAME))
			continue;
		if (found >= 0)
			return -1;
		found = (int)i;
	}
	return found;
}

/* What two names of one live photograph share ends at a dot: most names that follow each other
 * differ before their first, and need not be looked at any closer. */
static bool may_be_same(const char *a, const char *b)
{
	size_t i = 0;

	while (a[i] == b[i] && a[i] != '\0' && (a[i] != '.' || i == 0))
		i++;
	return (a[i] == '.' || a[i] == '\0') && (b[i] == '.' || b[i] == '\0');
}

/* For each file its other one, -1 = none. Files of a live photograph stand side by side: the source
 * has sorted them so. */
static void find_partners(const struct scan_item *item, const struct scan_batch *batch,
			  int partner[SCAN_FILES])
{
	for (unsigned first = 0, end; first < batch->count; first = end) {
		const char *name = item->file[first].name;
		int still, video;

		partner[first] = -1;
		for (end = first + 1; end < batch->count; end++) {
			if (!may_be_same(name, item->file[end].name) ||
			    !scan_pair_same(name, item->file[end].name))
				break;
			partner[end] = -1;
		}
		if (end - first < 2)
			continue;
		still = only_one(item, batch, first, end, SCAN_NAME_STILL);
		video = only_one(item, batch, first, end, SCAN_NAME_VIDEO);
		if (still < 0 || video < 0)
			continue;
		partner[still] = video;
		partner[video] = still;
	}
}

/* Does the catalogue have another pair, or none, for this file? *pair is set to the right one. A
 * row that has just been written is nobody's. */
static bool differs(const struct scan_worker *worker, const struct scan_batch *batch,
		    unsigned index, int partner, int64_t *pair)
{
	const struct scan_known *known = worker->item.file[index].known;
	uint32_t state = batch->row[index].state;

	*pair = partner >= 0 ? worker->row_id[partner] : 0;
	if (state == SCAN_SAME)
		return known != NULL && known->pair_id != *pair;
	return state == SCAN_NEW && *pair != 0;
}

bool scan_pairs_differ(const struct scan_worker *worker, const struct scan_batch *batch)
{
	int partner[SCAN_FILES];
	int64_t pair;

	find_partners(&worker->item, batch, partner);
	for (unsigned i = 0; i < batch->count; i++) {
		if (differs(worker, batch, i, partner[i], &pair))
			return true;
	}
	return false;
}

int scan_pairs_put(struct scan_worker *worker, const struct scan_batch *batch, struct err *err)
{
	int partner[SCAN_FILES];
	int64_t pair;

	find_partners(&worker->item, batch, partner);
	for (unsigned i = 0; i < batch->count; i++) {
		if (differs(worker, batch, i, partner[i], &pair) &&
		    catalogue_pair(worker->writer, worker->row_id[i], pair, err) != 0)
			return -1;
	}
	return 0;
}
