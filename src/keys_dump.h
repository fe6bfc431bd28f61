/*
 * keys_dump.h - the table of keys for `imgtop --dump-options` (floor: program).
 */
#ifndef IMGTOP_KEYS_DUMP_H
#define IMGTOP_KEYS_DUMP_H

#include <stdio.h>

/* A row per binding in the columns of options_dump: scope "key", the keys separated by blanks,
 * help. */
void keys_dump(FILE *out);

#endif
