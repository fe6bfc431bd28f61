/*
 * outfile.h - output files of which nobody ever sees a half (floor: base).
 *
 * The bytes go into a file without a name (O_TMPFILE) in the target folder and get their name when
 * all of them are written and checked. Where a file of that name exists already, or the file system
 * has no nameless files, they go under a temporary name in the same folder and are renamed over it.
 *
 * An outfile is one worker's: it remembers the last target folder, so that a thousand files in
 * one folder cost one look-up of its path. No locking.
 */
#ifndef IMGTOP_BASE_OUTFILE_H
#define IMGTOP_BASE_OUTFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct outfile;

struct outfile_target {
	const char *root;      /* output folder */
	const char *relative;  /* path below it; missing folders are made */
	const char *temporary; /* file name for the time before, unique among all writers */
	bool fsync;	       /* wait for the disk before and after naming */
};

struct outfile *outfile_new(void);
void outfile_free(struct outfile *out); /* NULL is fine */

/* Write the file. 0: it has its name and all its bytes.
 *   error: transient; nothing half is left. The target is as it was, unless only syncing its folder
 * failed. permanent: relative is absolute or climbs out of root */
int outfile_write(struct outfile *out, const struct outfile_target *target, const void *bytes,
		  size_t length, struct err *err);

/* What writes a file that is made piece by piece. It may be called twice, for another file each
 * time, when the first way to make one turns out not to work. */
struct outfile_writer {
	int (*write)(void *context, int fd, struct err *err);
	void *context;
};

/* The same with a writer instead of bytes. error: the writer's as well */
int outfile_write_by(struct outfile *out, const struct outfile_target *target,
		     const struct outfile_writer *writer, struct err *err);

/* Remove what a writer that was killed may have left for this target. */
void outfile_sweep(const struct outfile_target *target);

/* The temporary name of a job: ".imgtop-RUN-JOB", and more behind it for a second file. */
void outfile_temporary(char *name, size_t size, const char *run_id, uint64_t job, const char *more);

/* Is this a file name that outfile_temporary makes? */
bool outfile_is_temporary(const char *name);

/* Remove what runs other than this one left in a folder under such names. Only for who knows that
 * no other run writes there now. A folder that does not exist is fine. */
void outfile_sweep_folder(const char *folder, const char *run_id);

#endif
