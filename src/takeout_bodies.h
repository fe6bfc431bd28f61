/*
 * takeout_bodies.h - small media files to fill a sample library with (floor: program).
 *
 * A few files of each kind are made once. Each copy gets a number of its own and a time, written
 * over the places that were left for them: half a million different files cost half a million
 * copies of two kilobytes. The pictures open in any viewer but HEIC, whose container is whole and
 * whose picture is missing; so are those of MP4 and MOV.
 *
 * Once made, bodies are only read: any thread may copy.
 */
#ifndef IMGTOP_TAKEOUT_BODIES_H
#define IMGTOP_TAKEOUT_BODIES_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "takeout_plan.h"

/* Room for the largest file. */
enum { TAKEOUT_BODY_BYTES = 16384 };

struct takeout_bodies;

/* Make them from the seed; NULL with an error when memory runs out. */
struct takeout_bodies *takeout_bodies_new(uint64_t seed, struct err *err);
void takeout_bodies_free(struct takeout_bodies *bodies); /* NULL is fine */

/* The media file of that kind and serial, taken then (seconds since 1970, UTC). Returns its length.
 */
size_t takeout_body_copy(const struct takeout_bodies *bodies, enum takeout_body body,
			 uint64_t serial, int64_t taken_s, unsigned char *file);

#endif
