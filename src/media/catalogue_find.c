/*
 * catalogue_find.c - what earlier scans have left in a catalogue.
 */
#include "config.h"

#include "media/catalogue_private.h"

#include <string.h>

int64_t catalogue_find_dir(struct catalogue *catalogue, const char *path, struct err *err)
{
	sqlite3_stmt *statement = catalogue_prepare(catalogue, CATALOGUE_FIND_DIR, err);
	int64_t id = 0;
	int result;

	if (statement == NULL)
		return 0;
	sqlite3_bind_blob(statement, 1, path, (int)strlen(path), SQLITE_STATIC);
	result = sqlite3_step(statement);
	if (result == SQLITE_ROW)
		id = sqlite3_column_int64(statement, 0);
	else if (result != SQLITE_DONE)
		catalogue_failed(catalogue, "read", err);
	sqlite3_reset(statement);
	return id;
}

static const char *bytes_of(sqlite3_stmt *statement, int column, size_t *length)
{
	/* the bytes first: asking for them may move the text */
	const char *bytes = sqlite3_column_blob(statement, column);

	*length = (size_t)sqlite3_column_bytes(statement, column);
	return bytes;
}

/* The folder's row. 1: as in *dir, 0: not; *id is 0 when it is not there. */
static int known_dir(struct catalogue *catalogue, const struct catalogue_dir *dir, int64_t *id,
		     struct err *err)
{
	sqlite3_stmt *statement = catalogue_prepare(catalogue, CATALOGUE_KNOWN_DIR, err);
	int same = 0, result;

	*id = 0;
	if (statement == NULL)
		return -1;
	catalogue_bind_dir(statement, dir);
	result = sqlite3_step(statement);
	if (result == SQLITE_ROW) {
		*id = sqlite3_column_int64(statement, 0);
		same = sqlite3_column_int(statement, 1);
	} else if (result != SQLITE_DONE) {
		same = catalogue_failed(catalogue, "read", err);
	}
	sqlite3_reset(statement);
	return same;
}

static int known_files(struct catalogue *catalogue, int64_t dir,
		       void (*each)(void *context, const struct catalogue_known *known),
		       void *context, struct err *err)
{
	sqlite3_stmt *statement = catalogue_prepare(catalogue, CATALOGUE_KNOWN_MEDIA, err);
	int result;

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, dir);
	while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
		struct catalogue_known known = {
			.id = sqlite3_column_int64(statement, 1),
			.settled = sqlite3_column_int(statement, 2) != 0,
			.size_bytes = (uint64_t)sqlite3_column_int64(statement, 3),
			.mtime_ns = sqlite3_column_int64(statement, 4),
			.json_bytes = (uint64_t)sqlite3_column_int64(statement, 6),
			.json_mtime_ns = sqlite3_column_int64(statement, 7),
			.pair_id = sqlite3_column_int64(statement, 8)};

		known.name = bytes_of(statement, 0, &known.name_length);
		known.sidecar = bytes_of(statement, 5, &known.sidecar_length);
		each(context, &known);
	}
	if (result != SQLITE_DONE)
		catalogue_failed(catalogue, "read", err);
	sqlite3_reset(statement);
	return result == SQLITE_DONE ? 0 : -1;
}

int catalogue_known_files(struct catalogue *catalogue, const struct catalogue_dir *dir,
			  void (*each)(void *context, const struct catalogue_known *known),
			  void *context, struct err *err)
{
	struct err ignored;
	int64_t id;
	int same;

	if (catalogue_run(catalogue, "BEGIN", err) != 0)
		return -1;
	same = known_dir(catalogue, dir, &id, err);
	if (same >= 0 && id != 0 && known_files(catalogue, id, each, context, err) != 0)
		same = -1;
	/* Nothing was written: it only lets go. */
	(void)catalogue_run(catalogue, "COMMIT", &ignored);
	return same;
}

int catalogue_total(struct catalogue *catalogue, struct catalogue_end *total, struct err *err)
{
	static const char sql[] = "SELECT files, missing, duplicates, duplicate_bytes FROM total";
	sqlite3_stmt *statement = NULL;
	int result;

	*total = (struct catalogue_end){0};
	if (sqlite3_prepare_v2(catalogue->db, sql, -1, &statement, NULL) != SQLITE_OK)
		return catalogue_failed(catalogue, "read", err);
	result = sqlite3_step(statement);
	if (result == SQLITE_ROW)
		*total = (struct catalogue_end){
			.files = (uint64_t)sqlite3_column_int64(statement, 0),
			.missing = (uint64_t)sqlite3_column_int64(statement, 1),
			.duplicates = (uint64_t)sqlite3_column_int64(statement, 2),
			.duplicate_bytes = (uint64_t)sqlite3_column_int64(statement, 3)};
	else if (result != SQLITE_DONE)
		catalogue_failed(catalogue, "read", err);
	sqlite3_finalize(statement);
	return result == SQLITE_ROW ? 1 : result == SQLITE_DONE ? 0 : -1;
}
