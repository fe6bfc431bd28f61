/*
 * sidecar_edited.h - the word that Takeout adds to the name of an edited copy (floor: media).
 */
#ifndef IMGTOP_MEDIA_SIDECAR_EDITED_H
#define IMGTOP_MEDIA_SIDECAR_EDITED_H

#include <stdbool.h>
#include <stddef.h>

/* How many bytes of the stem an "-edited" of some language at its end takes; 0: there is none.
 * `partial`: the beginning of such a word is enough, for a stem that was shortened. */
size_t sidecar_edited_length(const char *stem, size_t length, bool partial);

/* The words, "-" before each, for who makes or lists such names; NULL past the end. */
const char *sidecar_edited_word(size_t index);

#endif
