/*
 * scan_rows.c - how many rows a second go into a catalogue through one writer: rows like those of a
 * library, with EXIF, a sidecar and what that tells, committed as the scan commits them.
 *
 *   scan_rows CATALOGUE COUNT
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "media/catalogue.h"

enum { FILES_IN_FOLDER = 2000 };

static int put_folder(struct catalogue *catalogue, unsigned long number, int64_t *id,
		      struct err *err)
{
	char path[64];
	struct catalogue_dir dir = {.path = path, .kind = "year", .year = 2000, .title = ""};

	snprintf(path, sizeof path, "Photos from %lu", number);
	return catalogue_put_dir(catalogue, &dir, id, err);
}

static int put_file(struct catalogue *catalogue, unsigned long number, int64_t dir, struct err *err)
{
	struct facts facts = {.width = 4000,
			      .height = 3000,
			      .orientation = 1,
			      .make = "Maker",
			      .model = "Model 12",
			      .taken = {.source = FACTS_TIME_EXIF,
					.has_local = true,
					.local_s = 1500000000 + (int64_t)number}};
	char name[64], sidecar[96], url[96];
	struct takeout_json json = {.kind = TAKEOUT_JSON_ASSET,
				    .title = name,
				    .url = url,
				    .has_taken = true,
				    .taken_s = 1500000000 + (int64_t)number,
				    .geo = TAKEOUT_GEO_DATA,
				    .latitude = 48,
				    .longitude = 11};
	struct catalogue_media media = {.dir = dir,
					.name = name,
					.size_bytes = 3000000 + number,
					.mtime_ns = (int64_t)number,
					.has_crc = true,
					.crc32 = (uint32_t)(number * 2654435761U),
					.mime = "image/jpeg",
					.facts = &facts,
					.sidecar = sidecar,
					.rule = "P1",
					.confidence = "high",
					.json_bytes = 700,
					.json_mtime_ns = (int64_t)number,
					.json = &json,
					.status = "ok"};
	int64_t id;

	snprintf(name, sizeof name, "IMG_%08lu.jpg", number);
	snprintf(sidecar, sizeof sidecar, "%s.supplemental-metadata.json", name);
	snprintf(url, sizeof url, "https://photos.google.com/photo/AF1QipN%024lu", number);
	return catalogue_put(catalogue, &media, &id, err);
}

static int put_all(struct catalogue *catalogue, unsigned long count, struct err *err)
{
	int64_t dir = 0;

	for (unsigned long i = 0; i < count; i++) {
		if (i % FILES_IN_FOLDER == 0 &&
		    put_folder(catalogue, i / FILES_IN_FOLDER, &dir, err) != 0)
			return -1;
		if (put_file(catalogue, i, dir, err) != 0)
			return -1;
		if (catalogue_uncommitted(catalogue) >= CATALOGUE_COMMIT_ROWS &&
		    catalogue_commit(catalogue, err) != 0)
			return -1;
	}
	return catalogue_commit(catalogue, err);
}

int main(int argc, char **argv)
{
	unsigned long count = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
	struct err err = {0};
	struct catalogue *catalogue;
	uint64_t begin_ns;
	int64_t run;
	int rc;

	if (count == 0) {
		fprintf(stderr, "usage: scan_rows CATALOGUE COUNT\n");
		return 2;
	}
	catalogue = catalogue_open_writer(argv[1], &err);
	begin_ns = clock_ns();
	rc = catalogue != NULL ? catalogue_begin_run(catalogue, "/library", 1, &run, &err) : -1;
	if (rc == 0)
		rc = put_all(catalogue, count, &err);
	catalogue_close(catalogue); /* what is in the log goes into the file: that counts */
	if (rc != 0) {
		fprintf(stderr, "scan_rows: %s\n", err.text);
		return 1;
	}
	printf("%.0f\n", (double)count / clock_seconds(clock_ns() - begin_ns));
	return 0;
}
