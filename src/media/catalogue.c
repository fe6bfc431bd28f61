/*
 * catalogue.c - opening a catalogue, its schema, its statements.
 *
 * The file is known by SQLite's application id and user version, so that a database of somebody
 * else is never written into.
 */
#include "config.h"

#include "media/catalogue_private.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"

#define APPLICATION_ID "1768785780" /* "imgt" */
#define SCHEMA_VERSION "1"

enum { BUSY_MS = 20000, CHECK_BUSY_MS = 200 };

static const char schema[] =
	"CREATE TABLE run(id INTEGER PRIMARY KEY, root BLOB NOT NULL, started REAL NOT NULL,"
	" ended REAL, status TEXT NOT NULL);"
	"CREATE TABLE dir(id INTEGER PRIMARY KEY, path BLOB NOT NULL UNIQUE, kind TEXT NOT NULL,"
	" year INTEGER, title TEXT);"
	"CREATE TABLE media(id INTEGER PRIMARY KEY, dir_id INTEGER NOT NULL REFERENCES dir(id),"
	" name BLOB NOT NULL, size INTEGER, mtime_ns INTEGER, crc32 INTEGER, mime TEXT,"
	" width INTEGER, height INTEGER, orientation INTEGER, make TEXT, model TEXT,"
	" taken_local TEXT, subsec TEXT, offset_min INTEGER, taken_utc INTEGER,"
	" taken_source TEXT, lat REAL, lon REAL, alt REAL, gps_source TEXT, sidecar BLOB,"
	" rule TEXT, confidence TEXT, title TEXT, description TEXT, url TEXT, origin TEXT,"
	" flags INTEGER NOT NULL DEFAULT 0, pair_id INTEGER, status TEXT NOT NULL,"
	" seen_run INTEGER NOT NULL, UNIQUE(dir_id, name));"
	"CREATE TABLE person(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
	"CREATE TABLE media_person(media_id INTEGER NOT NULL, person_id INTEGER NOT NULL,"
	" PRIMARY KEY(media_id, person_id)) WITHOUT ROWID;"
	"CREATE TABLE error(run INTEGER NOT NULL, dir_id INTEGER NOT NULL, name BLOB,"
	" stage TEXT NOT NULL, message TEXT NOT NULL);"
	"PRAGMA application_id=" APPLICATION_ID ";"
	"PRAGMA user_version=" SCHEMA_VERSION ";";

/* Ours; a catalogue of an earlier program may be without. */
static const char own_schema[] =
	"CREATE TABLE IF NOT EXISTS sidecar(media_id INTEGER PRIMARY KEY, size INTEGER NOT NULL,"
	" mtime_ns INTEGER NOT NULL);"
	"CREATE TABLE IF NOT EXISTS unmatched(media_id INTEGER PRIMARY KEY);"
	"CREATE TABLE IF NOT EXISTS duplicate(media_id INTEGER PRIMARY KEY);"
	"CREATE TABLE IF NOT EXISTS total(files INTEGER NOT NULL, missing INTEGER NOT NULL,"
	" duplicates INTEGER NOT NULL, duplicate_bytes INTEGER NOT NULL);";

static const char *const texts[CATALOGUE_STATEMENTS] = {
	[CATALOGUE_FIND_DIR] = "SELECT id FROM dir WHERE path=?1",
	[CATALOGUE_KNOWN_DIR] =
		"SELECT id, kind IS ?2 AND year IS ?3 AND title IS ?4 FROM dir WHERE path=?1",
	[CATALOGUE_KNOWN_MEDIA] =
		"SELECT m.name, m.id, m.status IN ('ok','damaged'), m.size, m.mtime_ns, m.sidecar,"
		" s.size, s.mtime_ns, m.pair_id FROM media m LEFT JOIN sidecar s ON s.media_id=m.id"
		" WHERE m.dir_id=?1 AND m.status<>'missing' ORDER BY m.name",
	[CATALOGUE_PUT_DIR] = "INSERT INTO dir(path, kind, year, title) VALUES(?1, ?2, ?3, ?4)"
			      " ON CONFLICT(path) DO UPDATE SET kind=excluded.kind,"
			      " year=excluded.year, title=excluded.title",
	[CATALOGUE_PUT_MEDIA] =
		"INSERT INTO media(dir_id, name, size, mtime_ns, crc32, mime, width, height,"
		" orientation, make, model, taken_local, subsec, offset_min, taken_utc,"
		" taken_source, lat, lon, alt, gps_source, sidecar, rule, confidence, title,"
		" description, url, origin, flags, status, seen_run) VALUES(?1, ?2, ?3, ?4, ?5,"
		" ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22,"
		" ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30) ON CONFLICT(dir_id, name) DO UPDATE SET"
		" size=excluded.size, mtime_ns=excluded.mtime_ns, crc32=excluded.crc32,"
		" mime=excluded.mime, width=excluded.width, height=excluded.height,"
		" orientation=excluded.orientation, make=excluded.make, model=excluded.model,"
		" taken_local=excluded.taken_local, subsec=excluded.subsec,"
		" offset_min=excluded.offset_min, taken_utc=excluded.taken_utc,"
		" taken_source=excluded.taken_source, lat=excluded.lat, lon=excluded.lon,"
		" alt=excluded.alt, gps_source=excluded.gps_source, sidecar=excluded.sidecar,"
		" rule=excluded.rule, confidence=excluded.confidence, title=excluded.title,"
		" description=excluded.description, url=excluded.url, origin=excluded.origin,"
		" flags=excluded.flags, pair_id=NULL, status=excluded.status,"
		" seen_run=excluded.seen_run",
	[CATALOGUE_MEDIA_ID] = "SELECT id FROM media WHERE dir_id=?1 AND name=?2",
	[CATALOGUE_PUT_SIDECAR] = "INSERT INTO sidecar(media_id, size, mtime_ns)"
				  " VALUES(?1, ?2, ?3) ON CONFLICT(media_id) DO UPDATE SET"
				  " size=excluded.size, mtime_ns=excluded.mtime_ns",
	[CATALOGUE_DROP_SIDECAR] = "DELETE FROM sidecar WHERE media_id=?1",
	[CATALOGUE_DROP_PERSONS] = "DELETE FROM media_person WHERE media_id=?1",
	[CATALOGUE_PUT_PERSON] = "INSERT INTO person(name) VALUES(?1) ON CONFLICT DO NOTHING",
	[CATALOGUE_PUT_MEDIA_PERSON] =
		"INSERT INTO media_person(media_id, person_id) SELECT ?1, id FROM person"
		" WHERE name=?2 ON CONFLICT DO NOTHING",
	[CATALOGUE_DROP] = "UPDATE media SET status='missing', pair_id=NULL, seen_run=?2"
			   " WHERE id=?1",
	[CATALOGUE_DROP_TOTAL] = "DELETE FROM total",
	[CATALOGUE_PAIR] = "UPDATE media SET pair_id=?2 WHERE id=?1 AND pair_id IS NOT ?2",
	[CATALOGUE_PUT_ERROR] = "INSERT INTO error(run, dir_id, name, stage, message)"
				" VALUES(?1, ?2, ?3, ?4, ?5)",
};

int catalogue_failed(struct catalogue *catalogue, const char *what, struct err *err)
{
	return err_transient(err, "catalogue: %s: %s", what, sqlite3_errmsg(catalogue->db));
}

sqlite3_stmt *catalogue_prepare(struct catalogue *catalogue, enum catalogue_statement which,
				struct err *err)
{
	sqlite3_stmt **statement = &catalogue->statement[which];

	if (*statement == NULL &&
	    sqlite3_prepare_v3(catalogue->db, texts[which], -1, SQLITE_PREPARE_PERSISTENT,
			       statement, NULL) != SQLITE_OK) {
		catalogue_failed(catalogue, "prepare", err);
		return NULL;
	}
	sqlite3_reset(*statement);
	return *statement;
}

int catalogue_step(struct catalogue *catalogue, sqlite3_stmt *statement, struct err *err)
{
	int result = sqlite3_step(statement);

	if (result != SQLITE_DONE && result != SQLITE_ROW)
		catalogue_failed(catalogue, "write", err);
	sqlite3_reset(statement);
	return result == SQLITE_DONE || result == SQLITE_ROW ? 0 : -1;
}

int catalogue_run(struct catalogue *catalogue, const char *sql, struct err *err)
{
	if (sqlite3_exec(catalogue->db, sql, NULL, NULL, NULL) == SQLITE_OK)
		return 0;
	return catalogue_failed(catalogue, "write", err);
}

int catalogue_number(struct catalogue *catalogue, const char *sql, int64_t *number, struct err *err)
{
	sqlite3_stmt *statement = NULL;
	int result;

	*number = 0;
	if (sqlite3_prepare_v2(catalogue->db, sql, -1, &statement, NULL) != SQLITE_OK)
		return catalogue_failed(catalogue, "read", err);
	result = sqlite3_step(statement);
	if (result == SQLITE_ROW)
		*number = sqlite3_column_int64(statement, 0);
	else if (result != SQLITE_DONE)
		catalogue_failed(catalogue, "read", err);
	sqlite3_finalize(statement);
	return result == SQLITE_ROW || result == SQLITE_DONE ? 0 : -1;
}

int catalogue_begin(struct catalogue *catalogue, struct err *err)
{
	if (catalogue->in_transaction)
		return 0;
	if (catalogue_run(catalogue, "BEGIN IMMEDIATE", err) != 0)
		return -1;
	catalogue->in_transaction = true;
	return 0;
}

int catalogue_begin_change(struct catalogue *catalogue, struct err *err)
{
	sqlite3_stmt *statement;

	if (catalogue_begin(catalogue, err) != 0)
		return -1;
	if (catalogue->changed)
		return 0;
	statement = catalogue_prepare(catalogue, CATALOGUE_DROP_TOTAL, err);
	if (statement == NULL || catalogue_step(catalogue, statement, err) != 0)
		return -1;
	catalogue->changed = true;
	return 0;
}

void catalogue_close(struct catalogue *catalogue)
{
	if (catalogue == NULL)
		return;
	for (size_t i = 0; i < CATALOGUE_STATEMENTS; i++)
		sqlite3_finalize(catalogue->statement[i]);
	sqlite3_close(catalogue->db);
	free(catalogue->seen);
	free(catalogue);
}

/* A connection; what it is good for is not looked at yet. */
static struct catalogue *connect(const char *path, int flags, int busy_ms, struct err *err)
{
	struct catalogue *catalogue = mem_calloc(1, sizeof *catalogue);
	/* ":memory:" of the user is a file of that name. */
	char *name = path[0] == ':' ? path_join(".", path) : mem_strdup(path);
	int result = sqlite3_open_v2(name, &catalogue->db, flags | SQLITE_OPEN_NOMUTEX, NULL);

	free(name);
	if (result != SQLITE_OK) {
		err_transient(err, "catalogue '%s': %s", path,
			      catalogue->db != NULL ? sqlite3_errmsg(catalogue->db)
						    : "out of memory");
		catalogue_close(catalogue);
		return NULL;
	}
	sqlite3_busy_timeout(catalogue->db, busy_ms);
	return catalogue;
}

static int check_library(struct catalogue *catalogue, const char *path, const char *root,
			 struct err *err)
{
	sqlite3_stmt *statement = NULL;
	int rc = 0;

	if (sqlite3_prepare_v2(catalogue->db, "SELECT root FROM run ORDER BY id DESC LIMIT 1", -1,
			       &statement, NULL) != SQLITE_OK)
		return err_permanent(err, "catalogue '%s': %s", path,
				     sqlite3_errmsg(catalogue->db));
	if (sqlite3_step(statement) == SQLITE_ROW &&
	    ((size_t)sqlite3_column_bytes(statement, 0) != strlen(root) ||
	     memcmp(sqlite3_column_blob(statement, 0), root, strlen(root)) != 0))
		rc = err_permanent(err,
				   "'%s' is the catalogue of another library, '%.*s': choose "
				   "another file with -o",
				   path, sqlite3_column_bytes(statement, 0),
				   (const char *)sqlite3_column_blob(statement, 0));
	sqlite3_finalize(statement);
	return rc;
}

static int check_content(struct catalogue *catalogue, const char *path, const char *root,
			 struct err *err)
{
	int64_t tables, application, version;
	int code;

	if (catalogue_number(catalogue, "SELECT count(*) FROM sqlite_master", &tables, err) != 0) {
		code = sqlite3_errcode(catalogue->db);
		if (code == SQLITE_NOTADB || code == SQLITE_CORRUPT)
			return err_permanent(err,
					     "'%s' is no catalogue: it is not an SQLite database; "
					     "choose another file with -o",
					     path);
		return err_permanent(
			err, "catalogue '%s' cannot be used: %s; wait for whoever has it open",
			path, sqlite3_errmsg(catalogue->db));
	}
	if (tables == 0)
		return 0;
	if (catalogue_number(catalogue, "PRAGMA application_id", &application, err) != 0 ||
	    catalogue_number(catalogue, "PRAGMA user_version", &version, err) != 0)
		return -1;
	if (application != atol(APPLICATION_ID))
		return err_permanent(err,
				     "'%s' is a database of another program: choose another file "
				     "with -o",
				     path);
	if (version != atol(SCHEMA_VERSION))
		return err_permanent(err,
				     "'%s' is a catalogue of another schema (%lld, this program "
				     "writes " SCHEMA_VERSION "): choose another file with -o",
				     path, (long long)version);
	return check_library(catalogue, path, root, err);
}

int catalogue_check(const char *path, const char *root, struct err *err)
{
	struct catalogue *catalogue;
	struct stat status;
	int rc;

	if (stat(path, &status) != 0) {
		if (errno == ENOENT)
			return 0;
		err_errno(err, "catalogue '%s'", path);
		err->kind = ERR_PERMANENT;
		return -1;
	}
	if (!S_ISREG(status.st_mode))
		return err_permanent(err, "'%s' is no file: name a file for the catalogue with -o",
				     path);
	catalogue = connect(path, SQLITE_OPEN_READWRITE, CHECK_BUSY_MS, err);
	if (catalogue == NULL) {
		err->kind = ERR_PERMANENT;
		return -1;
	}
	sqlite3_exec(catalogue->db, "PRAGMA query_only=1", NULL, NULL, NULL);
	rc = check_content(catalogue, path, root, err);
	catalogue_close(catalogue);
	return rc;
}

struct catalogue *catalogue_open_reader(const char *path, struct err *err)
{
	struct catalogue *catalogue;
	int64_t rows = 0;

	/* An empty file is none: all may still be in the log beside it. */
	if (access(path, F_OK) != 0)
		return NULL;
	/* One that may not write could not even set up the memory that it shares with the writer:
	 * so may it, but it does not. */
	catalogue = connect(path, SQLITE_OPEN_READWRITE, BUSY_MS, err);
	if (catalogue == NULL)
		return NULL;
	if (catalogue_run(catalogue, "PRAGMA query_only=1; PRAGMA cache_size=-512", err) == 0 &&
	    catalogue_number(catalogue, "SELECT count(*) FROM sqlite_master", &rows, err) == 0 &&
	    rows != 0)
		return catalogue;
	catalogue_close(catalogue);
	return NULL;
}

/* The log is begun with the file to oneself, and SQLite waits for nobody then: where two writers
 * meet at a new file, one of them has to ask again. */
static int begin_log(struct catalogue *catalogue, struct err *err)
{
	const struct timespec moment = {.tv_nsec = 5000000};

	for (int waited_ms = 0;; waited_ms += 5) {
		int result =
			sqlite3_exec(catalogue->db, "PRAGMA journal_mode=WAL", NULL, NULL, NULL);

		if (result == SQLITE_OK)
			return 0;
		if (result != SQLITE_BUSY || waited_ms >= BUSY_MS)
			return catalogue_failed(catalogue, "begin", err);
		nanosleep(&moment, NULL);
	}
}

/* Moving the log's pages into the file waits for the disk, twice: so it is done for 16 MB at a
 * time, of which many pages were written more than once. */
static const char pragmas[] = "PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=4000;"
			      " PRAGMA cache_size=-1024";

struct catalogue *catalogue_open_writer(const char *path, struct err *err)
{
	struct catalogue *catalogue =
		connect(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, BUSY_MS, err);
	int64_t tables;

	if (catalogue == NULL)
		return NULL;
	if (begin_log(catalogue, err) == 0 && catalogue_run(catalogue, pragmas, err) == 0 &&
	    catalogue_begin(catalogue, err) == 0 &&
	    catalogue_number(catalogue, "SELECT count(*) FROM sqlite_master", &tables, err) == 0 &&
	    (tables != 0 || catalogue_run(catalogue, schema, err) == 0) &&
	    catalogue_run(catalogue, own_schema, err) == 0 && catalogue_commit(catalogue, err) == 0)
		return catalogue;
	catalogue_close(catalogue);
	return NULL;
}
