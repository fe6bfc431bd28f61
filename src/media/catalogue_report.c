/*
 * catalogue_report.c - what is told of a catalogue in files.
 */
#include "config.h"

#include "media/catalogue_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/text.h"

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

/* The tables of the last ended run, if they still hold; else what they would be. */
struct sources {
	const char *unmatched;
	const char *duplicates;
};

static const struct sources kept = {.unmatched = "unmatched", .duplicates = "duplicate"};
static const struct sources sought = {
	.unmatched = "(SELECT id AS media_id FROM media WHERE sidecar IS NULL"
		     " AND status<>'missing')",
	.duplicates = "(SELECT m.id AS media_id FROM media m JOIN (SELECT size, crc32 FROM media"
		      " WHERE crc32 IS NOT NULL AND status IN ('ok', 'damaged')"
		      " GROUP BY size, crc32 HAVING count(*) > 1) g"
		      " ON g.size=m.size AND g.crc32=m.crc32"
		      " WHERE m.status IN ('ok', 'damaged'))"};

static int write_unmatched(struct catalogue *catalogue, const struct sources *sources,
			   const char *dir, struct err *err)
{
	char *path = path_join(dir, "unmatched.tsv");
	char *sql = mem_printf("SELECT d.path, m.name, m.size, m.mime FROM %s u"
			       " JOIN media m ON m.id=u.media_id JOIN dir d ON d.id=m.dir_id"
			       " ORDER BY d.path, m.name",
			       sources->unmatched);
	int rc = write_table(catalogue, path, "folder\tname\tsize\tmime\n", sql, err);

	free(path);
	free(sql);
	return rc;
}

static int write_duplicates(struct catalogue *catalogue, const struct sources *sources,
			    const char *dir, struct err *err)
{
	char *path = path_join(dir, "duplicates.tsv");
	char *sql = mem_printf("SELECT d.path, m.name, m.size, printf('%%08x', m.crc32) FROM %s u"
			       " JOIN media m ON m.id=u.media_id JOIN dir d ON d.id=m.dir_id"
			       " ORDER BY m.size DESC, m.crc32, d.path, m.name",
			       sources->duplicates);
	int rc = write_table(catalogue, path, "folder\tname\tsize\tcrc32\n", sql, err);

	free(path);
	free(sql);
	return rc;
}

int catalogue_report(struct catalogue *catalogue, const char *dir, struct err *err)
{
	const struct sources *sources;
	struct catalogue_end total;
	int64_t own;

	err_clear(err);
	/* One state of the file for both. */
	if (catalogue_run(catalogue, "BEGIN", err) != 0 ||
	    catalogue_number(catalogue,
			     "SELECT count(*) FROM sqlite_master WHERE name IN"
			     " ('total', 'unmatched', 'duplicate')",
			     &own, err) != 0)
		return -1;
	sources = own == 3 && catalogue_total(catalogue, &total, err) == 1 ? &kept : &sought;
	if (err->kind != ERR_NONE || write_unmatched(catalogue, sources, dir, err) != 0)
		return -1;
	return write_duplicates(catalogue, sources, dir, err);
}
