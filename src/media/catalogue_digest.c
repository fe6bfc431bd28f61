/*
 * catalogue_digest.c - all rows in a fixed order, without their numbers and times of writing.
 */
#include "config.h"

#include "media/catalogue_digest.h"

#include "base/hash.h"
#include "media/catalogue_private.h"

static const char *const queries[] = {
	"SELECT status FROM run ORDER BY id",
	"SELECT path, kind, year, title FROM dir ORDER BY path",
	"SELECT d.path, m.name, m.size, m.mtime_ns, m.crc32, m.mime, m.width, m.height,"
	" m.orientation, m.make, m.model, m.taken_local, m.subsec, m.offset_min, m.taken_utc,"
	" m.taken_source, m.lat, m.lon, m.alt, m.gps_source, m.sidecar, m.rule, m.confidence,"
	" m.title, m.description, m.url, m.origin, m.flags, m.status, p.name"
	" FROM media m JOIN dir d ON d.id=m.dir_id LEFT JOIN media p ON p.id=m.pair_id"
	" ORDER BY d.path, m.name",
	"SELECT d.path, m.name, p.name FROM media_person x JOIN media m ON m.id=x.media_id"
	" JOIN dir d ON d.id=m.dir_id JOIN person p ON p.id=x.person_id"
	" ORDER BY d.path, m.name, p.name",
	"SELECT DISTINCT d.path, e.name, e.stage, e.message FROM error e"
	" JOIN dir d ON d.id=e.dir_id ORDER BY d.path, e.name, e.stage, e.message",
};

/* Kind and length go before the bytes, so that no two rows of columns look alike. */
static uint64_t add_column(uint64_t hash, sqlite3_stmt *statement, int column)
{
	int kind = sqlite3_column_type(statement, column);
	const void *bytes = sqlite3_column_blob(statement, column); /* numbers as text */
	int length = sqlite3_column_bytes(statement, column);

	hash = hash_add(hash, &kind, sizeof kind);
	hash = hash_add(hash, &length, sizeof length);
	return length > 0 ? hash_add(hash, bytes, (size_t)length) : hash;
}

static int add_rows(struct catalogue *catalogue, const char *query, uint64_t *hash, struct err *err)
{
	sqlite3_stmt *statement = NULL;
	int result;

	if (sqlite3_prepare_v2(catalogue->db, query, -1, &statement, NULL) != SQLITE_OK)
		return catalogue_failed(catalogue, "read", err);
	while ((result = sqlite3_step(statement)) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(statement); i++)
			*hash = add_column(*hash, statement, i);
	}
	if (result != SQLITE_DONE)
		catalogue_failed(catalogue, "read", err);
	sqlite3_finalize(statement);
	*hash = hash_add(*hash, "\n", 1);
	return result == SQLITE_DONE ? 0 : -1;
}

int catalogue_digest(const char *path, uint64_t *digest, struct err *err)
{
	struct err none = {0};
	struct catalogue *catalogue;
	int result = 0;

	*digest = 0;
	*err = none;
	catalogue = catalogue_open_reader(path, err);
	if (catalogue == NULL)
		return err->kind == ERR_NONE ? 0 : -1;
	*digest = HASH_NONE;
	for (size_t i = 0; i < sizeof queries / sizeof queries[0] && result == 0; i++)
		result = add_rows(catalogue, queries[i], digest, err);
	catalogue_close(catalogue);
	return result;
}
