/*
 * setup.h - what must exist before the first host is started, and be gone after the last (floor:
 * engine).
 */
#ifndef IMGTOP_ENGINE_SETUP_H
#define IMGTOP_ENGINE_SETUP_H

#include "engine/supervisor_private.h"

/* Output folder and its lock, run id, page, report folder, arena, descriptors. error: a sentence;
 * the run is refused */
int setup_run(struct supervisor *sup, struct err *err);

/* Remove the page, close everything. */
void setup_undo(struct supervisor *sup);

#endif
