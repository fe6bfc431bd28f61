/*
 * take_list.h - the list of inputs (--from) that can be read once (floor: program).
 *
 * It becomes standard input, whatever it is called: /dev/stdin and what a shell makes of <(COMMAND)
 * are names of this process's descriptors, which no other process has, and whoever opened a FIFO a
 * second time would wait for ever.
 *
 * One thread, before anything is started or read.
 */
#ifndef IMGTOP_TAKE_LIST_H
#define IMGTOP_TAKE_LIST_H

#include "base/err.h"
#include "options.h"

/*
 * Where the list is such a one, it stands in the place of standard input and options->run.from is
 * "-"; every other stays as it is. Opening a FIFO waits until somebody writes to it.
 *
 * -1: it cannot be opened, or the command needs a list twice and refuses one that can be read once.
 */
int take_list(struct options *options, struct err *err);

#endif
