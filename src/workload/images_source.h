/*
 * images_source.h - finding the images (floor: workload). Runs in the walk host, one thread.
 */
#ifndef IMGTOP_WORKLOAD_IMAGES_SOURCE_H
#define IMGTOP_WORKLOAD_IMAGES_SOURCE_H

#include "base/err.h"
#include "workload/workload.h"

/* As source() of struct workload. The payload of an item is the path of its output below the output
 * folder, without a NUL; empty for what was no image when its folder was listed. */
int images_source(struct source *source, struct err *err);

#endif
