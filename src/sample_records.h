/*
 * sample_records.h - `imgtop samples FILE --records N`: mock JSON records (floor: program).
 */
#ifndef IMGTOP_SAMPLE_RECORDS_H
#define IMGTOP_SAMPLE_RECORDS_H

#include <stdint.h>

#include "base/err.h"

/*
 * Write records 0..count-1 of the seed into a file, at once: it is never half there, one of the
 * same name is replaced. Four records on average share an id; each has a time of its own. path: a
 * file (an array when its name ends in .json, else a record per line), or a folder that exists, for
 * records.jsonl in it. Returns the exit status: 0, 1 when it could not be written, 2 when path
 * cannot be a file. err is filled unless 0.
 */
int sample_records_main(const char *path, int64_t count, uint64_t seed, struct err *err);

#endif
