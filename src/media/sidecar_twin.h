/*
 * sidecar_twin.h - rule P10: the JSON of the same file in the folder of a year (floor: media).
 *
 * Takeout writes the files of an album a second time into "Photos from YYYY", and sometimes the
 * JSON only there. Nothing is remembered of those folders, which may hold any number of files: the
 * file system is asked for the file and then for the names that its JSON can have (P1 to P5).
 * Any thread may call.
 */
#ifndef IMGTOP_MEDIA_SIDECAR_TWIN_H
#define IMGTOP_MEDIA_SIDECAR_TWIN_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sidecar_twin {
	size_t folder;		 /* index into the folders */
	char json[NAME_MAX + 1]; /* the JSON's name in that folder */
	bool ambiguous;		 /* more than one could be it: nothing found */
};

/*
 * Look for a regular file of this name and size, with a JSON, in folders of years (open
 * descriptors; takeout_year_folder tells such folders). The file's own folder must not be among
 * them. true: exactly one was found; the rule is SIDECAR_P10, the confidence SIDECAR_MEDIUM.
 */
bool sidecar_twin_find(const int *folders, size_t count, const char *name, uint64_t size_bytes,
		       struct sidecar_twin *twin);

#endif
