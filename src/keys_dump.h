/*
 * keys_dump.h - the tables of the screens for `imgtop --dump-options` (floor: program).
 */
#ifndef IMGTOP_KEYS_DUMP_H
#define IMGTOP_KEYS_DUMP_H

#include <stdio.h>

/* Rows in the columns of options_dump: scope "key" with the keys separated by blanks, "column" with
 * the name in the settings, "state" with letter and word; and what each of them means. */
void keys_dump(FILE *out);

#endif
