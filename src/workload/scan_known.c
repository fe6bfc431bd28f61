/*
 * scan_known.c - what earlier scans have left of a folder that is listed.
 *
 * The catalogue tells of a folder's files in the order in which the list has them: the two are
 * merged. Only what is needed to say "as it was" is kept, so that memory is bounded by the largest
 * folder.
 */
#include "config.h"

#include "workload/scan_known.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

struct merge {
	struct scan_found *files;
	struct scan_known *known;
	size_t count;
	size_t next; /* file that has not been told of yet */
};

static int name_order(const struct catalogue_known *known, const char *name)
{
	size_t length = strlen(name);
	size_t shorter = length < known->name_length ? length : known->name_length;
	int order = memcmp(known->name, name, shorter);

	return order != 0 ? order : (known->name_length > length) - (known->name_length < length);
}

static bool same_sidecar(const struct scan_file *file, const struct catalogue_known *known)
{
	return known->sidecar != NULL && strlen(file->sidecar) == known->sidecar_length &&
	       memcmp(file->sidecar, known->sidecar, known->sidecar_length) == 0;
}

static void take(void *context, const struct catalogue_known *known)
{
	struct merge *merge = context;
	struct scan_file *file;
	struct scan_known *kept;
	int order = 1;

	while (merge->next < merge->count &&
	       (order = name_order(known, merge->files[merge->next].file.name)) > 0)
		merge->next++;
	if (order != 0)
		return;
	kept = &merge->known[merge->next];
	file = &merge->files[merge->next++].file;
	file->known = kept;
	*kept = (struct scan_known){.id = known->id,
				    .settled = known->settled,
				    .size_bytes = known->size_bytes,
				    .mtime_ns = known->mtime_ns,
				    .json_bytes = known->json_bytes,
				    .json_mtime_ns = known->json_mtime_ns,
				    .pair_id = known->pair_id};
	if (file->sidecar != NULL)
		kept->settled = known->settled && same_sidecar(file, known);
	else if (known->sidecar != NULL)
		kept->twin = mem_strndup(known->sidecar, known->sidecar_length);
}

int scan_known_files(struct catalogue *catalogue, struct scan_item *item, struct scan_found *files,
		     size_t count, struct scan_known **known, struct err *err)
{
	struct catalogue_dir dir = {.path = item->dir,
				    .kind = scan_dir_kind_name(item->kind),
				    .year = item->year,
				    .title = item->title};
	struct merge merge = {.files = files, .count = count};
	int same;

	*known = merge.known = mem_calloc(count, sizeof **known);
	same = catalogue_known_files(catalogue, &dir, take, &merge, err);
	item->dir_known = same == 1;
	return same >= 0 ? 0 : -1;
}

void scan_known_free(struct scan_known *known, size_t count)
{
	for (size_t i = 0; known != NULL && i < count; i++)
		free((char *)known[i].twin);
	free(known);
}
