/*
 * sample_data.h - the built-in sample photos, for a first run and for the demo (floor: program).
 */
#ifndef IMGTOP_SAMPLE_DATA_H
#define IMGTOP_SAMPLE_DATA_H

#include "base/err.h"

/* The folder with the photos beneath the cache folder; they are made when they are not there yet,
 * which takes seconds. Caller frees; NULL with a sentence. */
char *sample_data_photos(struct err *err);

/* A fresh folder beneath the cache folder, and its end with all that is in it. */
char *sample_data_scratch(struct err *err);
void sample_data_remove(const char *dir);

#endif
