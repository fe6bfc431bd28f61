/*
 * walk.h - folder trees in a fixed order (floor: base).
 *
 * A folder is listed whole, sorted by the bytes of its names, and handed over before its
 * sub-folders are entered, in the same order: what is found never depends on the disk's order.
 * Links to folders are followed; one that leads back to a folder above it is reported and left out.
 * No descriptor stays open while a callback runs, so depth costs none.
 *
 * One thread; the callbacks run in it.
 */
#ifndef IMGTOP_BASE_WALK_H
#define IMGTOP_BASE_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"

enum walk_kind {
	WALK_FILE,   /* a regular file */
	WALK_FOLDER, /* a folder, or a link to one */
	WALK_OTHER,  /* a FIFO, a device, a socket, a link to nothing */
};

struct walk_entry {
	char *name;
	enum walk_kind kind; /* of what a link points to */
	bool link;
	uint64_t size_bytes; /* of files */
	dev_t device;
	ino_t inode;
};

struct walk_folder {
	const char *path;		  /* root joined with relative */
	const char *relative;		  /* below the root; "" is the root itself */
	const struct walk_entry *entries; /* sorted; folders that will not be entered are missing */
	size_t count;
};

/* All paths are raw bytes as the file system has them. Callbacks that return false end the walk. */
struct walk_calls {
	/* A folder's entries. */
	bool (*list)(void *context, const struct walk_folder *folder);
	/* Shall this sub-folder be walked? NULL: all are. path and relative are its own. */
	bool (*enter)(void *context, const char *path, const struct walk_entry *entry);
	/* A folder that could not be read, and why. */
	bool (*unreadable)(void *context, const char *path, const char *relative,
			   const struct err *err);
	/* So many entries more have been seen, of a folder that may not be listed whole yet. NULL:
	 * not wanted. */
	bool (*seen)(void *context, size_t entries);
	/* Names and kinds are all that is wanted of files: their size, device and inode are left 0.
	 */
	bool names_only;
	/* A link that leads back to a folder above it; NULL: not wanted. */
	void (*loop)(void *context, const char *path);
	void *context;
};

/* Walk the tree below root. false: a callback ended it. */
bool walk_tree(const char *root, const struct walk_calls *calls);

#endif
