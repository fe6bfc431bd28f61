/*
 * takeout.h - `imgtop samples --takeout DIR`: write a sample Takeout library (floor: program).
 */
#ifndef IMGTOP_TAKEOUT_H
#define IMGTOP_TAKEOUT_H

#include <stdint.h>

#include "base/err.h"

struct takeout_options {
	const char *dir; /* made when missing; the library goes to "Takeout/Google Photos" below */
	int64_t count;	 /* media files; JSON files come on top */
	uint64_t seed;
	const char *manifest; /* NULL, or a file to list what belongs together in */
};

/*
 * Write the library with as many threads as the process may use CPUs; files of the same names are
 * replaced. The manifest is a table: folder below dir, media file, rule ("P1" ... "P10", "-"), JSON
 * ("-"), the situation it stands for; separated by tabs, raw bytes, in a fixed order.
 * Returns the exit status: 0, 1 when a file could not be written, 2 when the folder cannot be used.
 * err is filled unless 0.
 */
int takeout_main(const struct takeout_options *options, struct err *err);

#endif
