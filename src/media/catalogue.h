/*
 * catalogue.h - the SQLite file that a library is scanned into (floor: media).
 *
 * Tables run, dir, media, person, media_person and error are a contract with whoever reads the
 * file; names of files and folders are BLOBs, since they need be no UTF-8. The others are ours and
 * let a scan that finds nothing new be short:
 *
 *   sidecar         what the JSON of a row looked like when it was read, so that it need not be
 *                   opened again; mtime_ns is the least there is when it could not be read
 *   unmatched, duplicate   rows that the reports list, as the last ended run found them
 *   total           what that run counted. Whoever changes a row takes it out: while it is there,
 *                   it and those two tables hold.
 *
 *   run.status      running, complete, incomplete (stopped, or not all could be seen), interrupted
 *   run.started     and ended: seconds since 1970, with a fraction, which tells runs apart
 *   dir.kind        year, album, folder; dir.path is relative to run.root, "" the root itself
 *   media.status    ok; damaged: some fields could not be had; unreadable; missing
 *   media.flags     enum catalogue_flags
 *   taken_local     "2021-07-04 12:30:05" by the camera's clock; taken_utc: seconds since 1970
 *   taken_source    json, exif, movie: where taken_utc is from; exif also with taken_local alone
 *   gps_source      geoData (as the user set it), exif, geoDataExif, in this order of preference
 *   pair_id         still and video of one live photograph name each other
 *   seen_run        the last run that found the file new or changed, or missing. A row that is as
 *                   it was is not written again: what is not missing, the last complete run has
 *                   seen
 *
 * Write-ahead log, synchronous=NORMAL: a kill at any moment loses at most what was not committed,
 * a power cut at most the last commits, neither damages the file. One connection writes; readers
 * never wait for it.
 *
 * A connection belongs to one thread.
 */
#ifndef IMGTOP_MEDIA_CATALOGUE_H
#define IMGTOP_MEDIA_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "media/facts.h"
#include "media/takeout_json.h"

struct catalogue;

enum catalogue_flags { CATALOGUE_FAVORITED = 1, CATALOGUE_ARCHIVED = 2, CATALOGUE_TRASHED = 4 };

enum { CATALOGUE_COMMIT_ROWS = 500 };

/*
 * Can this file be the catalogue of the library at root (a real path)? It can when it does not
 * exist or is empty. Changes nothing.
 *   error: permanent: no database, of another schema or library, or in use
 */
int catalogue_check(const char *path, const char *root, struct err *err);

/* Open for reading. NULL without an error: there is nothing in it yet. */
struct catalogue *catalogue_open_reader(const char *path, struct err *err);

/* Open for writing; tables are made when missing. error: NULL; transient */
struct catalogue *catalogue_open_writer(const char *path, struct err *err);

/* Whatever was not committed is lost. NULL is fine. */
void catalogue_close(struct catalogue *catalogue);

/* ---- reading -------------------------------------------------------------------------------- */

struct catalogue_dir {
	const char *path;
	const char *kind;
	int year;	   /* 0 = none */
	const char *title; /* "" = none */
};

/* What is known of a file from earlier scans. Texts are there during the call only. */
struct catalogue_known {
	const char *name; /* bytes, not terminated */
	size_t name_length;
	int64_t id;
	bool settled; /* all that can be had of it is there: not unreadable */
	uint64_t size_bytes;
	int64_t mtime_ns;
	const char *sidecar; /* bytes, not terminated; NULL = none */
	size_t sidecar_length;
	uint64_t json_bytes;
	int64_t json_mtime_ns;
	int64_t pair_id; /* 0 = none */
};

/*
 * Tell `each` of every file of a folder that is known and not missing, in the order of their names'
 * bytes. One state of the file is read, and let go of before this returns: a writer cannot tidy up
 * what a reader may still look at.
 *   returns: 1: the folder's row is as in *dir, 0: it is not, or not there. error: -1, transient
 */
int catalogue_known_files(struct catalogue *catalogue, const struct catalogue_dir *dir,
			  void (*each)(void *context, const struct catalogue_known *known),
			  void *context, struct err *err);

/* ---- writing: everything between two commits is one transaction; errors are transient -------- */

/* The run that all rows are of: made, or found again by a successor of the writer, even one that
 * comes when it has been ended. An earlier one that never ended is marked as interrupted. */
int catalogue_begin_run(struct catalogue *catalogue, const char *root, uint64_t started_ns,
			int64_t *run, struct err *err);

int catalogue_put_dir(struct catalogue *catalogue, const struct catalogue_dir *dir, int64_t *id,
		      struct err *err);

struct catalogue_media {
	int64_t dir;
	const char *name;
	uint64_t size_bytes;
	int64_t mtime_ns;
	bool has_crc;
	uint32_t crc32;
	const char *mime;	   /* NULL = not known */
	const struct facts *facts; /* NULL = none */
	const char *sidecar;	   /* NULL = none, and no rule then */
	const char *rule;	   /* "P1" */
	const char *confidence;
	uint64_t json_bytes;
	int64_t json_mtime_ns;
	const struct takeout_json *json; /* NULL = none, or unreadable */
	const char *status;
};
int catalogue_put(struct catalogue *catalogue, const struct catalogue_media *media, int64_t *id,
		  struct err *err);

/* This row is as it was: it has been seen. Kept in memory until the run ends, a bit for each. */
void catalogue_seen(struct catalogue *catalogue, int64_t id);

/* The file of this row is no photograph or video any more. */
int catalogue_drop(struct catalogue *catalogue, int64_t id, struct err *err);

/* Row id is one live photograph with row pair, which is to be told the same; 0: it is none. */
int catalogue_pair(struct catalogue *catalogue, int64_t id, int64_t pair, struct err *err);

int catalogue_error(struct catalogue *catalogue, int64_t dir, const char *name, const char *stage,
		    const char *message, struct err *err);

/* Rows touched since the last commit. */
unsigned catalogue_uncommitted(const struct catalogue *catalogue);

/* error: transient; the transaction is gone */
int catalogue_commit(struct catalogue *catalogue, struct err *err);
void catalogue_rollback(struct catalogue *catalogue);

struct catalogue_end {
	uint64_t files;	     /* rows that are not missing */
	uint64_t missing;    /* rows that are */
	uint64_t duplicates; /* files that have the size and checksum of another that is counted */
	uint64_t duplicate_bytes;
};

/*
 * End the run: complete, and files that it has not seen are missing. Commits. May be done twice.
 *
 * What another connection has seen, one whose process was killed or that did an item alone, is not
 * known here: so before a row is called missing, is_there is asked for its file. path is that of
 * its folder; both are bytes with a NUL.
 */
struct catalogue_ending {
	bool complete;
	uint64_t ended_ns; /* since 1970 */
	bool (*is_there)(void *context, const char *path, const char *name);
	void *context;
};
int catalogue_end_run(struct catalogue *catalogue, const struct catalogue_ending *ending,
		      struct catalogue_end *end, struct err *err);

/* ---- reports -------------------------------------------------------------------------------- */

/* unmatched.tsv: files without a sidecar. duplicates.tsv: files of the same size and checksum,
 * group after group. Into the folder dir. */
int catalogue_report(struct catalogue *catalogue, const char *dir, struct err *err);

#endif
