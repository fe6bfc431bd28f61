/*
 * catalogue_end.c - the end of a scan's run, and what is told of a catalogue in files.
 */
#include "config.h"

#include "media/catalogue_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/text.h"

/* Of files that were not seen by a run that saw all there are. A missing one is nobody's pair. */
static int mark_missing(struct catalogue *catalogue, struct err *err)
{
	char sql[160];

	snprintf(sql, sizeof sql,
		 "UPDATE media SET status='missing' WHERE seen_run<>%lld AND status<>'missing'",
		 (long long)catalogue->run);
	if (catalogue_run(catalogue, sql, err) != 0)
		return -1;
	return catalogue_run(catalogue,
			     "UPDATE media SET pair_id=NULL WHERE pair_id IN"
			     " (SELECT id FROM media WHERE status='missing')",
			     err);
}

static int count(struct catalogue *catalogue, struct catalogue_end *end, struct err *err)
{
	static const char sql[] =
		"SELECT coalesce(sum(n - 1), 0), coalesce(sum((n - 1) * size), 0) FROM"
		" (SELECT count(*) AS n, size FROM media WHERE crc32 IS NOT NULL AND"
		" status IN ('ok', 'damaged') GROUP BY size, crc32 HAVING count(*) > 1)";
	sqlite3_stmt *statement = NULL;
	int64_t all, missing;

	/* The number of rows stands in an index, which is small. */
	if (catalogue_number(catalogue, "SELECT count(*) FROM media", &all, err) != 0 ||
	    catalogue_number(catalogue, "SELECT count(*) FROM media WHERE status='missing'",
			     &missing, err) != 0)
		return -1;
	end->files = (uint64_t)(all - missing);
	end->missing = (uint64_t)missing;
	if (sqlite3_prepare_v2(catalogue->db, sql, -1, &statement, NULL) != SQLITE_OK)
		return catalogue_failed(catalogue, "read", err);
	if (sqlite3_step(statement) == SQLITE_ROW) {
		end->duplicates = (uint64_t)sqlite3_column_int64(statement, 0);
		end->duplicate_bytes = (uint64_t)sqlite3_column_int64(statement, 1);
	}
	sqlite3_finalize(statement);
	return 0;
}

static int end_row(struct catalogue *catalogue, bool complete, uint64_t ended_ns, struct err *err)
{
	static const char sql[] = "UPDATE run SET ended=?1, status=?2 WHERE id=?3";
	sqlite3_stmt *statement = NULL;
	int rc;

	if (sqlite3_prepare_v2(catalogue->db, sql, -1, &statement, NULL) != SQLITE_OK)
		return catalogue_failed(catalogue, "write", err);
	sqlite3_bind_double(statement, 1, (double)ended_ns / 1e9);
	sqlite3_bind_text(statement, 2, complete ? "complete" : "incomplete", -1, SQLITE_STATIC);
	sqlite3_bind_int64(statement, 3, catalogue->run);
	rc = catalogue_step(catalogue, statement, err);
	sqlite3_finalize(statement);
	return rc;
}

int catalogue_end_run(struct catalogue *catalogue, bool complete, uint64_t ended_ns,
		      struct catalogue_end *end, struct err *err)
{
	*end = (struct catalogue_end){0};
	if (catalogue_begin(catalogue, err) != 0)
		return -1;
	if ((complete && mark_missing(catalogue, err) != 0) || count(catalogue, end, err) != 0 ||
	    end_row(catalogue, complete, ended_ns, err) != 0) {
		catalogue_rollback(catalogue);
		return -1;
	}
	return catalogue_commit(catalogue, err);
}

/* Rows of a query as lines of a file: the first two columns are folder and name. */
static int write_table(struct catalogue *catalogue, const char *path, const char *head,
		       const char *sql, struct err *err)
{
	sqlite3_stmt *statement = NULL;
	FILE *file = fopen(path, "we");
	struct textbuf line;
	int result = SQLITE_DONE;

	if (file == NULL)
		return err_errno(err, "%s", path);
	textbuf_init(&line);
	textbuf_append(&line, head, strlen(head));
	if (sqlite3_prepare_v2(catalogue->db, sql, -1, &statement, NULL) != SQLITE_OK)
		result = SQLITE_ERROR;
	while (result != SQLITE_ERROR && (result = sqlite3_step(statement)) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(statement); i++) {
			/* the bytes first: asking for them may move the text */
			const char *bytes = sqlite3_column_blob(statement, i);
			size_t length = (size_t)sqlite3_column_bytes(statement, i);

			if (i != 0)
				textbuf_append(&line, "\t", 1);
			textbuf_tsv_field(&line, bytes, length);
		}
		textbuf_append(&line, "\n", 1);
		if (line.length > 65536) {
			fwrite(line.text, 1, line.length, file);
			line.length = 0;
		}
	}
	fwrite(line.text, 1, line.length, file);
	if (result != SQLITE_DONE)
		catalogue_failed(catalogue, "read", err);
	else if (ferror(file) != 0)
		err_errno(err, "%s", path);
	sqlite3_finalize(statement);
	textbuf_free(&line);
	if (fclose(file) != 0 && err->kind == ERR_NONE)
		err_errno(err, "%s", path);
	return err->kind == ERR_NONE ? 0 : -1;
}

int catalogue_report(struct catalogue *catalogue, const char *dir, struct err *err)
{
	char *unmatched = path_join(dir, "unmatched.tsv");
	char *duplicates = path_join(dir, "duplicates.tsv");
	int rc;

	err_clear(err);
	rc = write_table(catalogue, unmatched, "folder\tname\tsize\tmime\n",
			 "SELECT d.path, m.name, m.size, m.mime FROM media m JOIN dir d"
			 " ON d.id=m.dir_id WHERE m.sidecar IS NULL AND m.status<>'missing'"
			 " ORDER BY d.path, m.name",
			 err);
	if (rc == 0)
		rc = write_table(
			catalogue, duplicates, "folder\tname\tsize\tcrc32\n",
			"SELECT d.path, m.name, m.size, printf('%08x', m.crc32) FROM media m"
			" JOIN dir d ON d.id=m.dir_id JOIN (SELECT size, crc32 FROM media"
			" WHERE crc32 IS NOT NULL AND status IN ('ok', 'damaged')"
			" GROUP BY size, crc32 HAVING count(*) > 1) g"
			" ON g.size=m.size AND g.crc32=m.crc32"
			" WHERE m.status IN ('ok', 'damaged')"
			" ORDER BY m.size DESC, m.crc32, d.path, m.name",
			err);
	free(unmatched);
	free(duplicates);
	return rc;
}
