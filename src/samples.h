/*
 * samples.h - `imgtop samples DIR`: write sample pictures (floor: program).
 */
#ifndef IMGTOP_SAMPLES_H
#define IMGTOP_SAMPLES_H

#include <stdint.h>

#include "base/err.h"

/* Beyond this the disk is the limit, and each thread holds a whole picture. */
enum { SAMPLES_THREADS_MAX = 16 };

struct samples_options {
	const char *dir; /* made when missing; pictures go to year/month below it */
	int64_t count;
	int width_px, height_px; /* of every file as stored; 0 = 3 to 12 megapixels, mixed */
	uint64_t seed;
};

/*
 * Write pictures 0..count-1 of the seed with as many threads as the process may use CPUs, each file
 * at once: none is ever half there, one of the same name is replaced.
 * Returns the exit status: 0, 1 when a picture could not be written (those before it are there;
 * no more are begun), 2 when the folder cannot be used. err is filled unless 0.
 */
int samples_main(const struct samples_options *options, struct err *err);

/* How many threads that is, 1 to SAMPLES_THREADS_MAX. */
int samples_threads(void);

#endif
