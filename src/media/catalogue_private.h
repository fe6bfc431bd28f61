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
	CATALOGUE_FIND_MEDIA,
	CATALOGUE_PUT_DIR,
	CATALOGUE_PUT_MEDIA,
	CATALOGUE_MEDIA_ID,
	CATALOGUE_PUT_SIDECAR,
	CATALOGUE_DROP_SIDECAR,
	CATALOGUE_DROP_PERSONS,
	CATALOGUE_PUT_PERSON,
	CATALOGUE_PUT_MEDIA_PERSON,
	CATALOGUE_SEEN,
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

/* Open a transaction unless one is open. */
int catalogue_begin(struct catalogue *catalogue, struct err *err);

#endif
