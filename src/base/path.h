/*
 * path.h - paths and folders (floor: base).
 */
#ifndef IMGTOP_BASE_PATH_H
#define IMGTOP_BASE_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

/* "dir/name" (no doubled slash; name alone when dir is ""). Caller frees. */
char *path_join(const char *dir, const char *name);

/* Last component, trailing slashes ignored: "photos" of "/a/photos/"; "/" of "/". Caller frees. */
char *path_base(const char *path);

/* Absolute path without links; parts that do not exist yet are kept as written. Caller frees. */
char *path_real(const char *path);

/* Is inner the same folder as outer or beneath it? Both absolute and real. */
bool path_is_within(const char *inner, const char *outer);

/* mkdir -p with the given mode for what is missing. */
int path_make_dirs(const char *path, mode_t mode, struct err *err);

/*
 * Folders of the user, made when missing. Caller frees; NULL with err filled.
 *   state:   $XDG_STATE_HOME/imgtop, else ~/.local/state/imgtop
 *   cache:   $XDG_CACHE_HOME/imgtop, else ~/.cache/imgtop
 *   config:  $XDG_CONFIG_HOME/imgtop, else ~/.config/imgtop (not made)
 *   runtime: $XDG_RUNTIME_DIR/imgtop, else /dev/shm/imgtop-UID; mode 0700, ours, no link: refused
 * otherwise
 */
char *path_state_dir(struct err *err);
char *path_cache_dir(struct err *err);
char *path_config_dir(struct err *err);
char *path_runtime_dir(struct err *err);

/* Write all bytes; transient error on a short write or any failure. */
int path_write_all(int fd, const void *bytes, size_t length, struct err *err);

/* Replace path atomically with these bytes (temporary file beside it, fsync, rename). */
int path_replace_file(const char *path, const void *bytes, size_t length, mode_t mode,
		      struct err *err);

#endif
