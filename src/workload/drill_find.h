/*
 * drill_find.h - where scenario files lie (floor: workload).
 *
 * A name is looked for in the folder of IMGTOP_SCENARIOS, in the user's own
 * ($XDG_DATA_HOME/imgtop/scenarios), where the program was installed, and beside a program that was
 * built but not installed. What has a slash or ends with .ini is a file.
 */
#ifndef IMGTOP_WORKLOAD_DRILL_FIND_H
#define IMGTOP_WORKLOAD_DRILL_FIND_H

#include "base/err.h"

/* Path of a scenario. Caller frees. error: NULL; permanent, with the names that there are */
char *drill_find(const char *name, struct err *err);

/* "NAME<tab>TITLE" of every scenario that can be read, a line each, in the order of their names.
 * Caller frees. */
char *drill_find_list(void);

#endif
