/*
 * folders.h - the output and the report of a run: made, locked against other runs, and removed
 * where nothing came of them (floor: engine). The supervisor alone.
 */
#ifndef IMGTOP_ENGINE_FOLDERS_H
#define IMGTOP_ENGINE_FOLDERS_H

#include "base/err.h"
#include "engine/supervisor_private.h"

/* Make the output folder or file and lock it. error: permanent or transient, says what to do */
int folders_lock_output(struct supervisor *sup, struct err *err);

/* Make the folder of the report, the default one unless another was named; one that was used before
 * is emptied of that report. Needs the page. error: as above, of a folder that was named */
int folders_make_report(struct supervisor *sup, struct err *err);

/* Remove what was made for outputs and holds none. Needs the locks to be held still. */
void folders_undo(struct supervisor *sup);

#endif
