/*
 * catalogue_end.c - the end of a scan's run: which files are missing, and what the catalogue holds
 * then.
 *
 * Rows that are as they were are only remembered as seen, in memory. Where nothing has changed and
 * as many were seen as there are, the end of a run reads no row either.
 */
#include "config.h"

#include "media/catalogue_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void catalogue_seen(struct catalogue *catalogue, int64_t id)
{
	size_t byte = (size_t)id / 8;

	if (id <= 0)
		return;
	if (byte >= catalogue->seen_bytes) {
		size_t bytes = 2 * byte + 512;

		catalogue->seen = mem_realloc(catalogue->seen, bytes, 1);
		memset(catalogue->seen + catalogue->seen_bytes, 0, bytes - catalogue->seen_bytes);
		catalogue->seen_bytes = bytes;
	}
	catalogue->seen[byte] = (unsigned char)(catalogue->seen[byte] | 1U << id % 8);
}

bool catalogue_has_seen(const struct catalogue *catalogue, int64_t id)
{
	size_t byte = (size_t)id / 8;

	return id > 0 && byte < catalogue->seen_bytes && (catalogue->seen[byte] >> id % 8 & 1) != 0;
}

static uint64_t count_seen(const struct catalogue *catalogue)
{
	uint64_t count = 0;

	for (size_t i = 0; i < catalogue->seen_bytes; i++) {
		for (unsigned bits = catalogue->seen[i]; bits != 0; bits &= bits - 1)
			count++;
	}
	return count;
}

static sqlite3_stmt *prepare(struct catalogue *catalogue, const char *sql, struct err *err)
{
	sqlite3_stmt *statement = NULL;

	if (sqlite3_prepare_v2(catalogue->db, sql, -1, &statement, NULL) != SQLITE_OK)
		catalogue_failed(catalogue, "prepare", err);
	return statement;
}

/* Rows that are not missing and that this run has neither written nor seen: is their file there?
 * A row that is written while it is read would be no trouble, and none comes twice: the order is
 * that of the ids, which stay. */
static int mark_rows(struct catalogue *catalogue, const struct catalogue_ending *ending,
		     sqlite3_stmt *rows, struct err *err)
{
	int result;

	while ((result = sqlite3_step(rows)) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(rows, 0);
		char *path, *name;
		bool there;

		if (catalogue_has_seen(catalogue, id))
			continue;
		path = mem_strndup(sqlite3_column_bytes(rows, 1) != 0 ? sqlite3_column_blob(rows, 1)
								      : "",
				   (size_t)sqlite3_column_bytes(rows, 1));
		name = mem_strndup(sqlite3_column_blob(rows, 2),
				   (size_t)sqlite3_column_bytes(rows, 2));
		there = ending->is_there(ending->context, path, name);
		free(path);
		free(name);
		if (!there && catalogue_drop(catalogue, id, err) != 0)
			return -1;
	}
	return result == SQLITE_DONE ? 0 : catalogue_failed(catalogue, "read", err);
}

/* A missing one is nobody's pair. */
static int mark_missing(struct catalogue *catalogue, const struct catalogue_ending *ending,
			struct err *err)
{
	static const char sql[] =
		"SELECT m.id, d.path, m.name FROM media m JOIN dir d ON d.id=m.dir_id"
		" WHERE m.seen_run<>?1 AND m.status<>'missing' ORDER BY m.id";
	sqlite3_stmt *rows = prepare(catalogue, sql, err);
	int rc;

	if (rows == NULL)
		return -1;
	sqlite3_bind_int64(rows, 1, catalogue->run);
	rc = mark_rows(catalogue, ending, rows, err);
	sqlite3_finalize(rows);
	if (rc != 0)
		return -1;
	return catalogue_run(catalogue,
			     "UPDATE media SET pair_id=NULL WHERE pair_id IN"
			     " (SELECT id FROM media WHERE status='missing')",
			     err);
}

/* ---- what the catalogue holds ---------------------------------------------------------------- */

struct tally {
	struct catalogue_end end;
	sqlite3_stmt *unmatched, *duplicate; /* take a row's id */
	int64_t first;			     /* of a group of the same size and checksum */
	int64_t size;			     /* of the row before */
	int64_t crc;			     /* of it; -1: there is none yet */
	bool noted;			     /* the group's first */
};

static int note_row(struct catalogue *catalogue, sqlite3_stmt *statement, int64_t id,
		    struct err *err)
{
	sqlite3_bind_int64(statement, 1, id);
	return catalogue_step(catalogue, statement, err);
}

/* Rows of one size and checksum come one after the other. */
static int count_duplicate(struct catalogue *catalogue, struct tally *tally, int64_t id,
			   int64_t size, int64_t crc, struct err *err)
{
	if (crc != tally->crc || size != tally->size) {
		tally->first = id;
		tally->size = size;
		tally->crc = crc;
		tally->noted = false;
		return 0;
	}
	tally->end.duplicates++;
	tally->end.duplicate_bytes += (uint64_t)size;
	if (!tally->noted && note_row(catalogue, tally->duplicate, tally->first, err) != 0)
		return -1;
	tally->noted = true;
	return note_row(catalogue, tally->duplicate, id, err);
}

static int count_rows(struct catalogue *catalogue, struct tally *tally, sqlite3_stmt *rows,
		      struct err *err)
{
	int result;

	while ((result = sqlite3_step(rows)) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(rows, 0);
		bool read = sqlite3_column_int(rows, 3) != 0;
		bool has_crc = read && sqlite3_column_type(rows, 2) != SQLITE_NULL;

		if (sqlite3_column_int(rows, 4) != 0) {
			tally->end.missing++;
			continue;
		}
		tally->end.files++;
		if (sqlite3_column_int(rows, 5) != 0 &&
		    note_row(catalogue, tally->unmatched, id, err) != 0)
			return -1;
		if (has_crc && count_duplicate(catalogue, tally, id, sqlite3_column_int64(rows, 1),
					       sqlite3_column_int64(rows, 2), err) != 0)
			return -1;
	}
	return result == SQLITE_DONE ? 0 : catalogue_failed(catalogue, "read", err);
}

static int keep_total(struct catalogue *catalogue, const struct catalogue_end *end, struct err *err)
{
	sqlite3_stmt *statement =
		prepare(catalogue, "INSERT INTO total VALUES(?1, ?2, ?3, ?4)", err);
	int rc;

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, (int64_t)end->files);
	sqlite3_bind_int64(statement, 2, (int64_t)end->missing);
	sqlite3_bind_int64(statement, 3, (int64_t)end->duplicates);
	sqlite3_bind_int64(statement, 4, (int64_t)end->duplicate_bytes);
	rc = catalogue_step(catalogue, statement, err);
	sqlite3_finalize(statement);
	return rc;
}

/* One pass over the rows, sorted; files that could not be read have no duplicates. */
static int count(struct catalogue *catalogue, struct catalogue_end *end, struct err *err)
{
	static const char sql[] = "SELECT id, size, crc32, status IN ('ok', 'damaged'),"
				  " status='missing', sidecar IS NULL FROM media"
				  " ORDER BY size, crc32, id";
	struct tally tally = {.crc = -1};
	sqlite3_stmt *rows = prepare(catalogue, sql, err);
	int rc = -1;

	tally.unmatched = prepare(catalogue, "INSERT INTO unmatched VALUES(?1)", err);
	tally.duplicate = prepare(catalogue, "INSERT INTO duplicate VALUES(?1)", err);
	if (rows != NULL && tally.unmatched != NULL && tally.duplicate != NULL &&
	    catalogue_run(catalogue,
			  "DELETE FROM unmatched; DELETE FROM duplicate; DELETE FROM total",
			  err) == 0 &&
	    count_rows(catalogue, &tally, rows, err) == 0)
		rc = keep_total(catalogue, &tally.end, err);
	sqlite3_finalize(rows);
	sqlite3_finalize(tally.unmatched);
	sqlite3_finalize(tally.duplicate);
	*end = tally.end;
	return rc;
}

/* ---- the end ------------------------------------------------------------------------------- */

static int end_row(struct catalogue *catalogue, const struct catalogue_ending *ending,
		   struct err *err)
{
	sqlite3_stmt *statement =
		prepare(catalogue, "UPDATE run SET ended=?1, status=?2 WHERE id=?3", err);
	int rc;

	if (statement == NULL)
		return -1;
	sqlite3_bind_double(statement, 1, (double)ending->ended_ns / 1e9);
	sqlite3_bind_text(statement, 2, ending->complete ? "complete" : "incomplete", -1,
			  SQLITE_STATIC);
	sqlite3_bind_int64(statement, 3, catalogue->run);
	rc = catalogue_step(catalogue, statement, err);
	sqlite3_finalize(statement);
	return rc;
}

static int end_run(struct catalogue *catalogue, const struct catalogue_ending *ending,
		   struct catalogue_end *end, struct err *err)
{
	int known = catalogue_total(catalogue, end, err);

	if (known < 0)
		return -1;
	if (ending->complete && (known == 0 || count_seen(catalogue) != end->files) &&
	    mark_missing(catalogue, ending, err) != 0)
		return -1;
	if ((known == 0 || catalogue->changed) && count(catalogue, end, err) != 0)
		return -1;
	return end_row(catalogue, ending, err);
}

int catalogue_end_run(struct catalogue *catalogue, const struct catalogue_ending *ending,
		      struct catalogue_end *end, struct err *err)
{
	*end = (struct catalogue_end){0};
	if (catalogue_begin(catalogue, err) != 0)
		return -1;
	if (end_run(catalogue, ending, end, err) != 0) {
		catalogue_rollback(catalogue);
		return -1;
	}
	catalogue->changed = false;
	return catalogue_commit(catalogue, err);
}
