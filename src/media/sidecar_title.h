/*
 * sidecar_title.h - titles as Takeout makes file names of them (floor: media).
 */
#ifndef IMGTOP_MEDIA_SIDECAR_TITLE_H
#define IMGTOP_MEDIA_SIDECAR_TITLE_H

#include <stddef.h>

#include "media/fold.h"

/* A folded title or name, and a number behind it. */
enum { SIDECAR_TITLE_BYTES = FOLD_BYTES + 32 };

/*
 * A form in which a title and the name of the file that it became are the same: signs that file
 * systems or shells take amiss, for which Takeout writes '_', are '_'; in lower case and normal
 * form. "(n)" (number_length bytes of it, perhaps none) is put behind. Returns the length of key
 * (SIDECAR_TITLE_BYTES).
 */
size_t sidecar_title_key(const char *title, size_t length, const char *number, size_t number_length,
			 char *key);

#endif
