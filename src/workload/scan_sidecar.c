/*
 * scan_sidecar.c - the stage sidecar: what the JSON of a file says.
 *
 * A JSON that is damaged costs its fields, and is not opened again before it changes. One that
 * could not be read at all, because it may not be or the machine was in trouble, may be another
 * time while its size and time stay: it is noted with a time that no file has, so that the next
 * scan tries.
 */
#include "config.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "workload/scan_worker.h"

static int put_text(struct work *work, struct scan_batch *batch, const char *text,
		    struct scan_text *ref, struct err *err)
{
	return text != NULL ? scan_text_put(work, batch, text, strlen(text), ref, err) : 0;
}

static int put_people(struct work *work, struct scan_batch *batch, struct scan_row *row,
		      const struct takeout_json *json, struct err *err)
{
	struct scan_text last = {0};

	for (size_t i = 0; i < json->npeople && i < SCAN_PEOPLE; i++) {
		if (put_text(work, batch, json->people[i], &last, err) != 0)
			return -1;
		if (row->json.people.offset == 0)
			row->json.people = last;
		row->json.people.length = last.offset + last.length - row->json.people.offset;
		row->json.npeople++;
	}
	return 0;
}

/* What of a JSON goes into the catalogue. */
static int put_json(struct work *work, struct scan_batch *batch, struct scan_row *row,
		    const struct takeout_json *json, struct err *err)
{
	row->has_json = true;
	row->json.has_taken = json->has_taken;
	row->json.taken_s = json->taken_s;
	row->json.geo = (uint32_t)json->geo;
	row->json.latitude = json->latitude;
	row->json.longitude = json->longitude;
	row->json.altitude = json->altitude;
	row->json.favorited = json->favorited;
	row->json.archived = json->archived;
	row->json.trashed = json->trashed;
	if (put_text(work, batch, json->title, &row->json.title, err) != 0 ||
	    put_text(work, batch, json->description, &row->json.description, err) != 0 ||
	    put_text(work, batch, json->url, &row->json.url, err) != 0 ||
	    put_text(work, batch, json->origin, &row->json.origin, err) != 0)
		return -1;
	return put_people(work, batch, row, json, err);
}

/* Was it the content of this JSON that it was refused for? */
static bool is_final(int dir_fd, const char *path, const struct err *err)
{
	return err->kind == ERR_PERMANENT && faccessat(dir_fd, path, R_OK, AT_EACCESS) == 0;
}

static int read_sidecar(struct work *work, struct scan_batch *batch, unsigned index, int dir_fd,
			struct err *err)
{
	struct scan_row *row = &batch->row[index];
	const char *name = scan_text_get(work, &row->sidecar);
	const char *beside = scan_text_get(work, &row->sidecar_dir);
	char *path = beside != NULL ? mem_printf("../%s/%s", beside, name) : NULL;
	struct takeout_json json = {0};
	uint64_t bytes = 0;
	int rc;

	rc = takeout_json_read(dir_fd, path != NULL ? path : name, &json, &bytes, err);
	work->bytes_in += bytes;
	if (rc == 0) {
		rc = put_json(work, batch, row, &json, err);
	} else if (err->kind == ERR_PERMANENT || work->attempt > 1) {
		if (!is_final(dir_fd, path != NULL ? path : name, err))
			row->json_mtime_ns = INT64_MIN;
		rc = put_text(work, batch, err->text, &row->sidecar_note, err);
	}
	takeout_json_free(&json);
	free(path);
	return rc;
}

int scan_sidecar(struct work *work, struct err *err)
{
	struct scan_batch *batch = scan_begin(work, SCAN_SIDECAR, err);
	int dir_fd;

	if (batch == NULL)
		return -1;
	dir_fd = scan_open_dir(work->state, err);
	if (dir_fd < 0)
		return -1;
	for (unsigned i = 0; i < batch->count; i++) {
		const struct scan_row *row = &batch->row[i];

		if (row->state == SCAN_NEW && scan_text_get(work, &row->sidecar) != NULL &&
		    read_sidecar(work, batch, i, dir_fd, err) != 0)
			return -1;
	}
	return 0;
}
