/*
 * scan_store.c - the stage store: rows into the catalogue, the commit of many, the end of a scan.
 *
 * One worker at a time does this; a second one exists only where an item is tried again alone in a
 * process of its own, and waits for the first one's commit.
 *
 * An item whose files are all as they were is only remembered as seen, in memory: nothing is
 * written, so nothing needs a commit. A writer that is killed takes that with it; its successor
 * looks at the files themselves before it calls them missing.
 *
 * An error loses the whole transaction, so also what earlier items have put into it. The stage then
 * asks for a commit, which fails and lets all of them be done again.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "media/mime.h"
#include "workload/scan_worker.h"

static const char *const stage_names[SCAN_STAGES] = {"stat", "sidecar", "read", "exif",
						     "crc",  "mime",	"store"};

static int open_writer(struct scan_worker *worker, struct err *err)
{
	if (worker->writer != NULL)
		return 0;
	worker->writer = catalogue_open_writer(worker->config->output, err);
	if (worker->writer == NULL)
		return -1;
	if (catalogue_begin_run(worker->writer, worker->root, worker->config->started_ns,
				&worker->run, err) == 0)
		return 0;
	catalogue_close(worker->writer);
	worker->writer = NULL;
	return -1;
}

static void end_text(char *text, size_t size)
{
	text[size - 1] = '\0';
}

/* What is to be written may have been left by a damaged process: a file can only be as an earlier
 * scan has it where there was one, and texts end. */
static int check_rows(struct scan_worker *worker, struct scan_batch *batch, struct err *err)
{
	for (unsigned i = 0; i < batch->count; i++) {
		const struct scan_known *known = worker->item.file[i].known;
		struct scan_row *row = &batch->row[i];
		struct facts *facts = &row->facts;

		if (row->state > SCAN_NO_MEDIA ||
		    (row->state == SCAN_SAME && (known == NULL || !known->settled)))
			return err_transient(err, "the item's rows are damaged");
		worker->row_id[i] = known != NULL ? known->id : 0;
		end_text(facts->make, sizeof facts->make);
		end_text(facts->model, sizeof facts->model);
		end_text(facts->taken.subsec, sizeof facts->taken.subsec);
		end_text(facts->note, sizeof facts->note);
	}
	return 0;
}

static int put_dir(struct scan_worker *worker, struct err *err)
{
	const struct scan_item *item = &worker->item;
	struct catalogue_dir dir = {.path = item->dir,
				    .kind = scan_dir_kind_name(item->kind),
				    .year = item->year,
				    .title = item->title};

	if (worker->stored_dir != NULL && strcmp(worker->stored_dir, item->dir) == 0)
		return 0;
	free(worker->stored_dir);
	worker->stored_dir = NULL;
	if (catalogue_put_dir(worker->writer, &dir, &worker->stored_dir_id, err) != 0)
		return -1;
	worker->stored_dir = mem_strdup(item->dir);
	return 0;
}

/* A JSON as it was read, its texts in the slot. */
static void get_json(struct work *work, const struct scan_row *row, struct takeout_json *json,
		     char **people)
{
	const char *name = scan_text_get(work, &row->json.people);
	const char *end = name != NULL ? name + row->json.people.length : NULL;

	*json = (struct takeout_json){
		.kind = TAKEOUT_JSON_ASSET,
		.title = (char *)scan_text_get(work, &row->json.title),
		.description = (char *)scan_text_get(work, &row->json.description),
		.url = (char *)scan_text_get(work, &row->json.url),
		.origin = (char *)scan_text_get(work, &row->json.origin),
		.has_taken = row->json.has_taken,
		.taken_s = row->json.taken_s,
		.geo = (enum takeout_geo)row->json.geo,
		.latitude = row->json.latitude,
		.longitude = row->json.longitude,
		.altitude = row->json.altitude,
		.people = people,
		.favorited = row->json.favorited,
		.archived = row->json.archived,
		.trashed = row->json.trashed,
	};
	while (name != NULL && name < end && json->npeople < SCAN_PEOPLE) {
		people[json->npeople++] = (char *)name;
		name += strlen(name) + 1;
	}
}

static bool is_damaged(const struct scan_row *row)
{
	return row->mime == 0 || row->sidecar_note.offset != 0 ||
	       (row->facts.note[0] != '\0' && !row->facts.unread);
}

static int put_row(struct work *work, const struct scan_batch *batch, unsigned index,
		   struct err *err)
{
	struct scan_worker *worker = work->state;
	const struct scan_row *row = &batch->row[index];
	char *people[SCAN_PEOPLE];
	struct takeout_json json = {0};
	struct catalogue_media media = {
		.dir = worker->stored_dir_id,
		.name = worker->item.file[index].name,
		.size_bytes = row->size_bytes,
		.mtime_ns = row->mtime_ns,
		.has_crc = row->has_crc,
		.crc32 = row->crc32,
		.mime = row->mime != 0 ? mime_name(row->mime) : NULL,
		.facts = row->has_facts ? &row->facts : NULL,
		.sidecar = scan_text_get(work, &row->sidecar),
		.json_bytes = row->json_bytes,
		.json_mtime_ns = row->json_mtime_ns,
		.json = row->has_json ? &json : NULL,
		.status = row->state == SCAN_BAD ? "unreadable"
			  : is_damaged(row)	 ? "damaged"
						 : "ok",
	};

	if (media.sidecar != NULL) {
		media.rule = sidecar_rule_name((enum sidecar_rule)row->rule);
		media.confidence =
			sidecar_confidence_name((enum sidecar_confidence)row->confidence);
	}
	if (row->has_json)
		get_json(work, row, &json, people);
	return catalogue_put(worker->writer, &media, &worker->row_id[index], err);
}

static int note_error(struct work *work, unsigned index, enum scan_stage stage, const char *message,
		      struct err *err)
{
	struct scan_worker *worker = work->state;

	if (message == NULL || message[0] == '\0')
		return 0;
	return catalogue_error(worker->writer, worker->stored_dir_id, worker->item.file[index].name,
			       stage_names[stage], message, err);
}

static int note_errors(struct work *work, const struct scan_batch *batch, unsigned index,
		       struct err *err)
{
	const struct scan_row *row = &batch->row[index];
	const struct scan_file *file = &((struct scan_worker *)work->state)->item.file[index];
	bool read = row->state == SCAN_NEW;
	unsigned stage = row->bad_stage < SCAN_STAGES ? row->bad_stage : SCAN_READ;

	if (note_error(work, index, (enum scan_stage)stage, scan_text_get(work, &row->note), err) !=
		    0 ||
	    note_error(work, index, SCAN_SIDECAR, scan_text_get(work, &row->sidecar_note), err) !=
		    0)
		return -1;
	if (read && file->ambiguous &&
	    note_error(work, index, SCAN_SIDECAR, "more than one JSON could be this file's", err) !=
		    0)
		return -1;
	if (read && row->mime == 0 &&
	    note_error(work, index, SCAN_MIME, "its first bytes are those of no known format",
		       err) != 0)
		return -1;
	return read ? note_error(work, index, SCAN_EXIF, row->facts.note, err) : 0;
}

/* Is there anything to be written? All rows have their numbers where only the pairs are asked. */
static bool is_news(const struct scan_worker *worker, const struct scan_batch *batch)
{
	for (unsigned i = 0; i < batch->count; i++) {
		const struct scan_row *row = &batch->row[i];

		if (row->state != SCAN_SAME &&
		    (row->state != SCAN_NO_MEDIA || worker->row_id[i] != 0))
			return true;
	}
	return !worker->item.dir_known || scan_pairs_differ(worker, batch);
}

static int put_rows(struct work *work, const struct scan_batch *batch, struct err *err)
{
	struct scan_worker *worker = work->state;

	if (put_dir(worker, err) != 0)
		return -1;
	for (unsigned i = 0; i < batch->count; i++) {
		const struct scan_row *row = &batch->row[i];
		bool wanted = row->state == SCAN_NEW || row->state == SCAN_BAD;
		bool unwanted = row->state == SCAN_NO_MEDIA && worker->row_id[i] != 0;

		if ((wanted && put_row(work, batch, i, err) != 0) ||
		    (unwanted && catalogue_drop(worker->writer, worker->row_id[i], err) != 0) ||
		    note_errors(work, batch, i, err) != 0)
			return -1;
	}
	return scan_pairs_put(worker, batch, err);
}

static void mark_seen(const struct scan_worker *worker, const struct scan_batch *batch)
{
	for (unsigned i = 0; i < batch->count; i++) {
		if (batch->row[i].state == SCAN_SAME)
			catalogue_seen(worker->writer, worker->row_id[i]);
	}
}

/* What became of the item's files, for the counts and for the run's result. */
static void tell(struct work *work, const struct scan_batch *batch)
{
	const struct scan_worker *worker = work->state;
	struct scan_result result = {.bytes = work->bytes_in};

	for (unsigned i = 0; i < batch->count; i++) {
		const struct scan_row *row = &batch->row[i];
		if (row->state == SCAN_NO_MEDIA) {
			result.no_media++;
			continue;
		}
		result.failed += row->state == SCAN_BAD || row->state == SCAN_GONE;
		result.unchanged += row->state == SCAN_SAME;
		result.written += row->state == SCAN_NEW || row->state == SCAN_BAD;
		result.damaged += row->state == SCAN_NEW && is_damaged(row);
		result.ambiguous += worker->item.file[i].ambiguous;
		if (row->state != SCAN_GONE)
			result.matched[row->rule < SIDECAR_RULES ? row->rule : 0]++;
	}
	if (batch->pass_ns != 0 && batch->pass_bytes >= SCAN_LONG_PASS_BYTES)
		result.rate = (double)batch->pass_bytes * 1e9 / (double)batch->pass_ns;
	work->failed = (uint32_t)result.failed;
	work->skipped = (uint32_t)(result.unchanged + result.no_media);
	memcpy(work->result, &result, sizeof result);
	work->result_length = sizeof result;
}

static int give_up_transaction(struct work *work)
{
	struct scan_worker *worker = work->state;

	if (worker->writer != NULL)
		catalogue_rollback(worker->writer);
	free(worker->stored_dir);
	worker->stored_dir = NULL;
	worker->lost = worker->held != 0;
	work->commit = true;
	return -1;
}

int scan_store(struct work *work, struct err *err)
{
	struct scan_worker *worker = work->state;
	struct scan_batch *batch = scan_begin(work, SCAN_STORE, err);

	if (batch == NULL || check_rows(worker, batch, err) != 0)
		return -1;
	if (open_writer(worker, err) != 0)
		return give_up_transaction(work);
	mark_seen(worker, batch);
	if (is_news(worker, batch)) {
		if (put_rows(work, batch, err) != 0)
			return give_up_transaction(work);
		worker->held++;
		work->hold = true;
		work->commit = catalogue_uncommitted(worker->writer) >= CATALOGUE_COMMIT_ROWS;
	}
	tell(work, batch);
	return 0;
}

bool scan_is_there(void *context, const char *path, const char *name)
{
	const struct scan_worker *worker = context;
	char *dir = path_join(worker->root, path);
	char *real = path_real(dir);
	char *file = path_join(dir, name);
	struct stat status;
	bool there = false;

	if (strcmp(dir, real) == 0)
		there = lstat(file, &status) == 0 ? S_ISREG(status.st_mode)
						  : errno != ENOENT && errno != ENOTDIR;
	free(dir);
	free(real);
	free(file);
	return there;
}

int scan_commit(void *state, struct err *err)
{
	struct scan_worker *worker = state;

	worker->held = 0;
	if (worker->lost) {
		worker->lost = false;
		return err_transient(err, "its transaction was lost with another item's");
	}
	if (catalogue_commit(worker->writer, err) == 0)
		return 0;
	free(worker->stored_dir);
	worker->stored_dir = NULL;
	return -1;
}

int scan_finish(void *state, struct workload_ending *ending, struct err *err)
{
	struct scan_worker *worker = state;
	struct scan_result result = {.ended = true, .elapsed_ns = ending->elapsed_ns};
	struct catalogue_ending end = {.complete = ending->complete,
				       .ended_ns = clock_real_ns(),
				       .is_there = scan_is_there,
				       .context = worker};

	if (open_writer(worker, err) != 0 ||
	    catalogue_end_run(worker->writer, &end, &result.end, err) != 0)
		return -1;
	memcpy(ending->result, &result, sizeof result);
	ending->result_length = sizeof result;
	return 0;
}
