/*
 * catalogue_find.c - what earlier scans have left in a catalogue.
 */
#include "config.h"

#include "media/catalogue_private.h"

#include <string.h>

int catalogue_look(struct catalogue *catalogue, struct err *err)
{
	return catalogue_run(catalogue, "BEGIN", err);
}

void catalogue_look_away(struct catalogue *catalogue)
{
	struct err ignored;

	/* Nothing was written: it only lets go. */
	(void)catalogue_run(catalogue, "COMMIT", &ignored);
}

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

int catalogue_find(struct catalogue *catalogue, int64_t dir, const char *name, const char *sidecar,
		   struct catalogue_known *known, struct err *err)
{
	sqlite3_stmt *statement = catalogue_prepare(catalogue, CATALOGUE_FIND_MEDIA, err);
	int result;

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, dir);
	sqlite3_bind_blob(statement, 2, name, (int)strlen(name), SQLITE_STATIC);
	if (sidecar != NULL)
		sqlite3_bind_blob(statement, 3, sidecar, (int)strlen(sidecar), SQLITE_STATIC);
	else
		sqlite3_bind_null(statement, 3);
	result = sqlite3_step(statement);
	if (result == SQLITE_ROW)
		*known = (struct catalogue_known){
			.id = sqlite3_column_int64(statement, 0),
			.seen_run = sqlite3_column_int64(statement, 1),
			.settled = sqlite3_column_int(statement, 2) != 0,
			.size_bytes = (uint64_t)sqlite3_column_int64(statement, 3),
			.mtime_ns = sqlite3_column_int64(statement, 4),
			.has_sidecar = sqlite3_column_int(statement, 5) != 0,
			.same_sidecar = sqlite3_column_int(statement, 6) != 0,
			.json_bytes = (uint64_t)sqlite3_column_int64(statement, 7),
			.json_mtime_ns = sqlite3_column_int64(statement, 8)};
	else if (result != SQLITE_DONE)
		catalogue_failed(catalogue, "read", err);
	sqlite3_reset(statement);
	return result == SQLITE_ROW ? 1 : result == SQLITE_DONE ? 0 : -1;
}
