/*
 * catalogue_private.h - a connection to a catalogue, shared by the files catalogue*.c (floor:
 * media).
 */
#ifndef IMGTOP_MEDIA_CATALOGUE_PRIVATE_H
#define IMGTOP_MEDIA_CATALOGUE_PRIVATE_H

#include <sqlite3.h>

#include "media/catalogue.h"

enum catalogue_statement {
	CATALOGUE_FIND_DIR,
	CATALOGUE_KNOWN_DIR,
	CATALOGUE_KNOWN_MEDIA,
	CATALOGUE_PUT_DIR,
	CATALOGUE_PUT_MEDIA,
	CATALOGUE_MEDIA_ID,
	CATALOGUE_PUT_SIDECAR,
	CATALOGUE_DROP_SIDECAR,
	CATALOGUE_DROP_PERSONS,
	CATALOGUE_PUT_PERSON,
	CATALOGUE_PUT_MEDIA_PERSON,
	CATALOGUE_DROP,
	CATALOGUE_DROP_TOTAL,
	CATALOGUE_PAIR,
	CATALOGUE_PUT_ERROR,
	CATALOGUE_STATEMENTS,
};

struct catalogue {
	sqlite3 *db;
	sqlite3_stmt *statement[CATALOGUE_STATEMENTS]; /* prepared when first used */
	int64_t run;
	unsigned uncommitted;
	bool in_transaction;
	bool changed;	     /* in this transaction or an earlier one: there is no total */
	unsigned char *seen; /* a bit for each row that is as it was; NULL = none */
	size_t seen_bytes;
};

/* Fill err from what SQLite says of its last call. Returns -1. */
int catalogue_failed(struct catalogue *catalogue, const char *what, struct err *err);

/* A prepared statement, reset and without bindings; NULL with err. */
sqlite3_stmt *catalogue_prepare(struct catalogue *catalogue, enum catalogue_statement which,
				struct err *err);

/* Run a statement that yields no rows, and reset it. */
int catalogue_step(struct catalogue *catalogue, sqlite3_stmt *statement, struct err *err);

/* Run SQL without parameters. */
int catalogue_run(struct catalogue *catalogue, const char *sql, struct err *err);

/* One number of a query, 0 when it has no row. */
int catalogue_number(struct catalogue *catalogue, const char *sql, int64_t *number,
		     struct err *err);

/* Parameters 1 to 4: path, kind, year, title. */
void catalogue_bind_dir(sqlite3_stmt *statement, const struct catalogue_dir *dir);

/* Open a transaction unless one is open. */
int catalogue_begin(struct catalogue *catalogue, struct err *err);

/* The same, for one that changes rows of files: what was counted of them holds no longer. */
int catalogue_begin_change(struct catalogue *catalogue, struct err *err);

/* Id of a folder, 0 when it is not known. */
int64_t catalogue_find_dir(struct catalogue *catalogue, const char *path, struct err *err);

/* Has this connection seen the row? */
bool catalogue_has_seen(const struct catalogue *catalogue, int64_t id);

/* What an ended run has found and nobody has changed since: 1, 0 there is none, -1. */
int catalogue_total(struct catalogue *catalogue, struct catalogue_end *total, struct err *err);

#endif
