/*
 * regular.h - open regular files and nothing else (floor: base).
 */
#ifndef IMGTOP_BASE_REGULAR_H
#define IMGTOP_BASE_REGULAR_H

#include <sys/stat.h>

#include "base/err.h"

/*
 * Open `name` in the folder dir_fd (or AT_FDCWD) for reading. No FIFO and no device is waited for.
 *   flags:   more flags of open(): O_NOFOLLOW or 0
 *   status:  filled on success
 *   returns: the descriptor, or -1
 *   error:   permanent, for what the file system will say of this name again; transient
 */
int regular_open(int dir_fd, const char *name, int flags, struct stat *status, struct err *err);

#endif
