/*
 * transfer.h - items' data copied from host to host, as pickling does (floor: engine).
 *
 * With --transfer copy no memory is shared between processes: each host has pages of its own where
 * the arena lies, and what one hands to another goes through the kernel, into the arena's file and
 * out of it. Called by worker threads; an item's slot belongs to one worker at a time, so that
 * nothing is locked.
 */
#ifndef IMGTOP_ENGINE_TRANSFER_H
#define IMGTOP_ENGINE_TRANSFER_H

#include "base/err.h"
#include "engine/arena.h"

/* Copy what the slot holds into the file and give this host's pages of it back.
 *   error: transient, the file could not take it */
int transfer_send(const struct arena *arena, int fd, unsigned slot, struct err *err);

/* The other end: copy it into this host's pages; the file's are given back.
 *   error: transient, it could not be read */
int transfer_receive(const struct arena *arena, int fd, unsigned slot, struct err *err);

#endif
