/*
 * catalogue_put.c - rows into a catalogue.
 *
 * A transaction is opened by the first row after a commit. Folders and persons are few and looked
 * up by name; media are written by upsert on (dir, name), whose id is then asked for only when the
 * row was there before.
 */
#include "config.h"

#include "media/catalogue_private.h"

#include <string.h>

static void bind_text(sqlite3_stmt *statement, int index, const char *text)
{
	if (text != NULL && text[0] != '\0')
		sqlite3_bind_text(statement, index, text, -1, SQLITE_STATIC);
	else
		sqlite3_bind_null(statement, index);
}

static void bind_bytes(sqlite3_stmt *statement, int index, const char *bytes)
{
	if (bytes != NULL)
		sqlite3_bind_blob(statement, index, bytes, (int)strlen(bytes), SQLITE_STATIC);
	else
		sqlite3_bind_null(statement, index);
}

static void bind_integer(sqlite3_stmt *statement, int index, bool there, int64_t value)
{
	if (there)
		sqlite3_bind_int64(statement, index, value);
	else
		sqlite3_bind_null(statement, index);
}

static void bind_real(sqlite3_stmt *statement, int index, bool there, double value)
{
	if (there)
		sqlite3_bind_double(statement, index, value);
	else
		sqlite3_bind_null(statement, index);
}

int catalogue_begin_run(struct catalogue *catalogue, const char *root, uint64_t started_ns,
			int64_t *run, struct err *err)
{
	static const char find[] = "SELECT id FROM run WHERE started=?1";
	static const char make[] = "INSERT INTO run(root, started, status) VALUES(?1, ?2,"
				   " 'running')";
	sqlite3_stmt *statement = NULL;
	int rc = catalogue_begin(catalogue, err);

	*run = 0;
	if (rc == 0 && sqlite3_prepare_v2(catalogue->db, find, -1, &statement, NULL) == SQLITE_OK) {
		sqlite3_bind_double(statement, 1, (double)started_ns / 1e9);
		if (sqlite3_step(statement) == SQLITE_ROW)
			*run = sqlite3_column_int64(statement, 0);
	}
	sqlite3_finalize(statement);
	statement = NULL;
	if (rc == 0 && *run == 0) {
		rc = catalogue_run(catalogue,
				   "UPDATE run SET status='interrupted' WHERE status='running'",
				   err);
		if (rc == 0 &&
		    sqlite3_prepare_v2(catalogue->db, make, -1, &statement, NULL) != SQLITE_OK)
			rc = catalogue_failed(catalogue, "write", err);
		if (rc == 0) {
			bind_bytes(statement, 1, root);
			sqlite3_bind_double(statement, 2, (double)started_ns / 1e9);
			rc = catalogue_step(catalogue, statement, err);
			*run = sqlite3_last_insert_rowid(catalogue->db);
		}
		sqlite3_finalize(statement);
	}
	catalogue->run = *run;
	return rc == 0 ? catalogue_commit(catalogue, err) : -1;
}

void catalogue_bind_dir(sqlite3_stmt *statement, const struct catalogue_dir *dir)
{
	bind_bytes(statement, 1, dir->path);
	bind_text(statement, 2, dir->kind);
	bind_integer(statement, 3, dir->year != 0, dir->year);
	bind_text(statement, 4, dir->title);
}

int catalogue_put_dir(struct catalogue *catalogue, const struct catalogue_dir *dir, int64_t *id,
		      struct err *err)
{
	sqlite3_stmt *statement;

	if (catalogue_begin(catalogue, err) != 0)
		return -1;
	statement = catalogue_prepare(catalogue, CATALOGUE_PUT_DIR, err);
	if (statement == NULL)
		return -1;
	catalogue_bind_dir(statement, dir);
	if (catalogue_step(catalogue, statement, err) != 0)
		return -1;
	err_clear(err);
	*id = catalogue_find_dir(catalogue, dir->path, err);
	if (*id == 0 && err->kind == ERR_NONE)
		err_transient(err, "catalogue: a folder that was written is not there");
	return *id != 0 ? 0 : -1;
}

/* What the file and its JSON say of when it was taken; see catalogue.h for who wins. */
static void bind_taken(sqlite3_stmt *statement, const struct catalogue_media *media,
		       char local[FACTS_TIME_BYTES])
{
	static const struct facts_time none;
	const struct facts_time *taken = media->facts != NULL ? &media->facts->taken : &none;
	const struct takeout_json *json = media->json;
	const char *source = taken->source == FACTS_TIME_EXIF	 ? "exif"
			     : taken->source == FACTS_TIME_MOVIE ? "movie"
								 : NULL;

	local[0] = '\0';
	if (taken->has_local)
		facts_time_text(taken->local_s, local);
	bind_text(statement, 12, local);
	bind_text(statement, 13, taken->subsec);
	bind_integer(statement, 14, taken->has_offset, taken->offset_min);
	if (json != NULL && json->has_taken) {
		sqlite3_bind_int64(statement, 15, json->taken_s);
		source = "json";
	} else {
		bind_integer(statement, 15, taken->has_utc, taken->utc_s);
	}
	bind_text(statement, 16, source);
}

static void bind_place(sqlite3_stmt *statement, const struct catalogue_media *media)
{
	const struct takeout_json *json = media->json;
	const struct facts *facts = media->facts;
	enum takeout_geo geo = json != NULL ? json->geo : TAKEOUT_GEO_NONE;

	if (geo == TAKEOUT_GEO_DATA ||
	    (geo == TAKEOUT_GEO_EXIF && (facts == NULL || !facts->has_place))) {
		sqlite3_bind_double(statement, 17, json->latitude);
		sqlite3_bind_double(statement, 18, json->longitude);
		sqlite3_bind_double(statement, 19, json->altitude);
		bind_text(statement, 20, geo == TAKEOUT_GEO_DATA ? "geoData" : "geoDataExif");
		return;
	}
	bind_real(statement, 17, facts != NULL && facts->has_place, facts ? facts->latitude : 0);
	bind_real(statement, 18, facts != NULL && facts->has_place, facts ? facts->longitude : 0);
	bind_real(statement, 19, facts != NULL && facts->has_altitude,
		  facts ? facts->altitude_m : 0);
	bind_text(statement, 20, facts != NULL && facts->has_place ? "exif" : NULL);
}

static void bind_facts(sqlite3_stmt *statement, const struct facts *facts)
{
	static const struct facts none;

	if (facts == NULL)
		facts = &none;
	bind_integer(statement, 7, facts->width != 0, facts->width);
	bind_integer(statement, 8, facts->height != 0, facts->height);
	bind_integer(statement, 9, facts->orientation != 0, facts->orientation);
	bind_text(statement, 10, facts->make);
	bind_text(statement, 11, facts->model);
}

static int64_t flags_of(const struct takeout_json *json)
{
	if (json == NULL)
		return 0;
	return (json->favorited ? CATALOGUE_FAVORITED : 0) |
	       (json->archived ? CATALOGUE_ARCHIVED : 0) | (json->trashed ? CATALOGUE_TRASHED : 0);
}

static int put_media(struct catalogue *catalogue, const struct catalogue_media *media,
		     struct err *err)
{
	sqlite3_stmt *statement = catalogue_prepare(catalogue, CATALOGUE_PUT_MEDIA, err);
	const struct takeout_json *json = media->json;
	char local[FACTS_TIME_BYTES];

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, media->dir);
	bind_bytes(statement, 2, media->name);
	sqlite3_bind_int64(statement, 3, (int64_t)media->size_bytes);
	sqlite3_bind_int64(statement, 4, media->mtime_ns);
	bind_integer(statement, 5, media->has_crc, media->crc32);
	bind_text(statement, 6, media->mime);
	bind_facts(statement, media->facts);
	bind_taken(statement, media, local);
	bind_place(statement, media);
	bind_bytes(statement, 21, media->sidecar);
	bind_text(statement, 22, media->rule);
	bind_text(statement, 23, media->confidence);
	bind_text(statement, 24, json != NULL ? json->title : NULL);
	bind_text(statement, 25, json != NULL ? json->description : NULL);
	bind_text(statement, 26, json != NULL ? json->url : NULL);
	bind_text(statement, 27, json != NULL ? json->origin : NULL);
	sqlite3_bind_int64(statement, 28, flags_of(json));
	bind_text(statement, 29, media->status);
	sqlite3_bind_int64(statement, 30, catalogue->run);
	return catalogue_step(catalogue, statement, err);
}

static int id_of(struct catalogue *catalogue, const struct catalogue_media *media, int64_t *id,
		 struct err *err)
{
	sqlite3_stmt *statement = catalogue_prepare(catalogue, CATALOGUE_MEDIA_ID, err);

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, media->dir);
	bind_bytes(statement, 2, media->name);
	if (sqlite3_step(statement) != SQLITE_ROW) {
		catalogue_failed(catalogue, "read", err);
		sqlite3_reset(statement);
		return -1;
	}
	*id = sqlite3_column_int64(statement, 0);
	sqlite3_reset(statement);
	return 0;
}

static int for_media(struct catalogue *catalogue, enum catalogue_statement which, int64_t id,
		     struct err *err)
{
	sqlite3_stmt *statement = catalogue_prepare(catalogue, which, err);

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, id);
	return catalogue_step(catalogue, statement, err);
}

static int put_sidecar(struct catalogue *catalogue, const struct catalogue_media *media, int64_t id,
		       struct err *err)
{
	sqlite3_stmt *statement = catalogue_prepare(catalogue, CATALOGUE_PUT_SIDECAR, err);

	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, id);
	sqlite3_bind_int64(statement, 2, (int64_t)media->json_bytes);
	sqlite3_bind_int64(statement, 3, media->json_mtime_ns);
	return catalogue_step(catalogue, statement, err);
}

static int put_person(struct catalogue *catalogue, int64_t media, const char *name, struct err *err)
{
	sqlite3_stmt *person = catalogue_prepare(catalogue, CATALOGUE_PUT_PERSON, err);
	sqlite3_stmt *link;

	if (person == NULL)
		return -1;
	bind_text(person, 1, name);
	if (catalogue_step(catalogue, person, err) != 0)
		return -1;
	link = catalogue_prepare(catalogue, CATALOGUE_PUT_MEDIA_PERSON, err);
	if (link == NULL)
		return -1;
	sqlite3_bind_int64(link, 1, media);
	bind_text(link, 2, name);
	return catalogue_step(catalogue, link, err);
}

/* What hangs on a row. A new one has nothing to be removed. */
static int put_attached(struct catalogue *catalogue, const struct catalogue_media *media,
			int64_t id, bool made, struct err *err)
{
	if (!made && for_media(catalogue, CATALOGUE_DROP_PERSONS, id, err) != 0)
		return -1;
	if (media->sidecar != NULL) {
		if (put_sidecar(catalogue, media, id, err) != 0)
			return -1;
	} else if (!made && for_media(catalogue, CATALOGUE_DROP_SIDECAR, id, err) != 0) {
		return -1;
	}
	for (size_t i = 0; media->json != NULL && i < media->json->npeople; i++) {
		if (media->json->people[i][0] != '\0' &&
		    put_person(catalogue, id, media->json->people[i], err) != 0)
			return -1;
	}
	return 0;
}

int catalogue_put(struct catalogue *catalogue, const struct catalogue_media *media, int64_t *id,
		  struct err *err)
{
	bool made;

	if (catalogue_begin_change(catalogue, err) != 0)
		return -1;
	sqlite3_set_last_insert_rowid(catalogue->db, 0); /* stays so when a row is updated */
	if (put_media(catalogue, media, err) != 0)
		return -1;
	*id = sqlite3_last_insert_rowid(catalogue->db);
	made = *id != 0;
	if (!made && id_of(catalogue, media, id, err) != 0)
		return -1;
	catalogue->uncommitted++;
	return put_attached(catalogue, media, *id, made, err);
}

int catalogue_drop(struct catalogue *catalogue, int64_t id, struct err *err)
{
	sqlite3_stmt *statement;

	if (catalogue_begin_change(catalogue, err) != 0)
		return -1;
	statement = catalogue_prepare(catalogue, CATALOGUE_DROP, err);
	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, id);
	sqlite3_bind_int64(statement, 2, catalogue->run);
	catalogue->uncommitted++;
	return catalogue_step(catalogue, statement, err);
}

int catalogue_pair(struct catalogue *catalogue, int64_t id, int64_t pair, struct err *err)
{
	sqlite3_stmt *statement;

	if (catalogue_begin_change(catalogue, err) != 0)
		return -1;
	statement = catalogue_prepare(catalogue, CATALOGUE_PAIR, err);
	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, id);
	bind_integer(statement, 2, pair != 0, pair);
	catalogue->uncommitted++;
	return catalogue_step(catalogue, statement, err);
}

int catalogue_error(struct catalogue *catalogue, int64_t dir, const char *name, const char *stage,
		    const char *message, struct err *err)
{
	sqlite3_stmt *statement;

	if (catalogue_begin(catalogue, err) != 0)
		return -1;
	statement = catalogue_prepare(catalogue, CATALOGUE_PUT_ERROR, err);
	if (statement == NULL)
		return -1;
	sqlite3_bind_int64(statement, 1, catalogue->run);
	sqlite3_bind_int64(statement, 2, dir);
	bind_bytes(statement, 3, name);
	bind_text(statement, 4, stage);
	bind_text(statement, 5, message);
	return catalogue_step(catalogue, statement, err);
}

unsigned catalogue_uncommitted(const struct catalogue *catalogue)
{
	return catalogue->uncommitted;
}

int catalogue_commit(struct catalogue *catalogue, struct err *err)
{
	catalogue->uncommitted = 0;
	if (!catalogue->in_transaction)
		return 0;
	if (catalogue_run(catalogue, "COMMIT", err) != 0) {
		catalogue_rollback(catalogue);
		return -1;
	}
	catalogue->in_transaction = false;
	return 0;
}

void catalogue_rollback(struct catalogue *catalogue)
{
	catalogue->uncommitted = 0;
	catalogue->in_transaction = false;
	catalogue->changed = false;
	/* Fails where SQLite has done so already. */
	if (!sqlite3_get_autocommit(catalogue->db))
		sqlite3_exec(catalogue->db, "ROLLBACK", NULL, NULL, NULL);
}
