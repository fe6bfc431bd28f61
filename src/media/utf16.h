/*
 * utf16.h - lengths in UTF-16 units, which is how Takeout counts when it shortens names (floor:
 * media).
 *
 * A character up to U+FFFF is one unit, one beyond it (most emoji) two. A byte that belongs to no
 * valid UTF-8 counts as one unit, so that any file name has a length.
 */
#ifndef IMGTOP_MEDIA_UTF16_H
#define IMGTOP_MEDIA_UTF16_H

#include <stddef.h>

/* How many UTF-16 units these bytes of UTF-8 are. */
size_t utf16_units(const char *bytes, size_t length);

/* How many of the bytes are left when they are cut to at most `units` units. A character whose
 * second unit no longer fits is left out whole. */
size_t utf16_clip(const char *bytes, size_t length, size_t units);

#endif
