/*
 * images_done.h - has an earlier run done this input? For --skip-existing (floor: workload).
 *
 * Only times are compared, as make(1) does: what is in the outputs, and with which options it was
 * made, is not looked at. Only walk calls it.
 */
#ifndef IMGTOP_WORKLOAD_IMAGES_DONE_H
#define IMGTOP_WORKLOAD_IMAGES_DONE_H

#include <stdbool.h>

/* Are the output (a path below folder) and, with thumb, the thumb beside it regular files that were
 * changed later than the input? Outputs of the very same time are made again: a file system that
 * keeps whole seconds cannot tell which came first. */
bool images_is_done(const char *folder, const char *output, bool thumb, const char *input);

#endif
