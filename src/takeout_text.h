/*
 * takeout_text.h - the JSON files of a sample library (floor: program).
 */
#ifndef IMGTOP_TAKEOUT_TEXT_H
#define IMGTOP_TAKEOUT_TEXT_H

#include <stddef.h>

#include "takeout_plan.h"

enum { TAKEOUT_TEXT_BYTES = 4096 };

/* What stands in a sidecar. Returns its length (TAKEOUT_TEXT_BYTES of room). */
size_t takeout_sidecar_text(const struct takeout_group *group, const struct takeout_file *file,
			    char *text);

/* What stands in an album's own JSON. */
size_t takeout_album_text(const char *title, char *text);

#endif
