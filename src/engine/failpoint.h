/*
 * failpoint.h - a place at every stage border where tests make things go wrong (floor: engine).
 *
 * The program links failpoint.c, which does nothing. A test program links its own definition before
 * the library's (tests/faults/), so that nothing in the product can be switched by a stranger's
 * environment.
 */
#ifndef IMGTOP_ENGINE_FAILPOINT_H
#define IMGTOP_ENGINE_FAILPOINT_H

#include <stdint.h>

/* A worker is about to begin `stage` of the item `name`, for the attempt-th time. */
void failpoint_stage(const char *stage, const char *name, uint32_t attempt);

/* A host of this name has just started. */
void failpoint_host(const char *name, uint32_t incarnation);

#endif
