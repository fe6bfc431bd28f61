/*
 * catalogue_digest.h - a number for what a catalogue says (floor: media).
 */
#ifndef IMGTOP_MEDIA_CATALOGUE_DIGEST_H
#define IMGTOP_MEDIA_CATALOGUE_DIGEST_H

#include <stdint.h>

#include "base/err.h"

/*
 * The same for two catalogues of the same library that say the same, whichever order their rows
 * were written in and when; 0 where there is none at path. One thread at a time for each file.
 *   error: transient, it cannot be read
 */
int catalogue_digest(const char *path, uint64_t *digest, struct err *err);

#endif
