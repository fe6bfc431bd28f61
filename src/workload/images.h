/*
 * images.h - the images workload: pictures into smaller JPEG files (floor: workload).
 */
#ifndef IMGTOP_WORKLOAD_IMAGES_H
#define IMGTOP_WORKLOAD_IMAGES_H

#include "workload/workload.h"

extern const struct workload images_workload;

#endif
