/*
 * images_candidates.h - the files of one output folder before their outputs have names
 * (floor: workload). Used by the source alone.
 */
#ifndef IMGTOP_WORKLOAD_IMAGES_CANDIDATES_H
#define IMGTOP_WORKLOAD_IMAGES_CANDIDATES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "workload/images_names.h"

struct candidate {
	char *path; /* NULL for sub-folders */
	uint64_t size_bytes;
};

struct candidates {
	struct candidate *files;
	struct images_name *names; /* of the same index */
	size_t count;
	size_t capacity;
};

/* Room for this many. Release with candidates_free. */
void candidates_init(struct candidates *candidates, size_t capacity);
void candidates_free(struct candidates *candidates);

/* A file whose output gets a name from `name` (which must stay); path becomes ours. */
void candidates_add_file(struct candidates *candidates, const char *name, char *path,
			 uint64_t size_bytes);

/* A sub-folder of that name, which no output may have. */
void candidates_add_folder(struct candidates *candidates, const char *name);

/* Is it an image by its first bytes? false as well for what cannot be read. */
bool candidates_is_image(const struct candidates *candidates, size_t index);

/* Settle the names of all outputs, see images_names.h. */
void candidates_name(struct candidates *candidates, const char *suffix, bool thumb);

#endif
