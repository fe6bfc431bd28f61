/*
 * item_names.h - the names of the items of a saved run by their numbers, from joblog.tsv of its
 * report (floor: tui).
 *
 * A recording holds numbers, and the names of the items in hand at each picture only; short work
 * falls between two pictures. The file is another's: whatever is in it, reading ends, and a line
 * that is none is passed over.
 */
#ifndef IMGTOP_TUI_ITEM_NAMES_H
#define IMGTOP_TUI_ITEM_NAMES_H

#include <stdint.h>

struct item_names;

/* NULL when there is no such file or it cannot be read: names are then unknown, and no more. */
struct item_names *item_names_read(const char *path);
void item_names_free(struct item_names *names);

/* The input of a job as the file has it; NULL when it is not there. */
const char *item_names_of(const struct item_names *names, uint64_t job);

#endif
