/*
 * images_fixture.h - the images workload with its options in an empty folder, for the tests of its
 * parts. The folder is the working directory of the test and is removed after it.
 */
#ifndef IMGTOP_TESTS_IMAGES_FIXTURE_H
#define IMGTOP_TESTS_IMAGES_FIXTURE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "scratch_folder.h"
#include "workload/images_options.h"
#include "workload/workload.h"

struct images_fixture {
	char folder[SCRATCH_FOLDER_BYTES];
	const struct workload *workload;
	struct images_options options; /* the defaults, but for what was set */
	struct workload_config config;
	void *worker; /* NULL until images_fixture_worker */
	struct err err;
};

/* Outputs go to "out". Returns 0, or -1 for cmocka. */
int images_fixture_open(struct images_fixture *fixture);
int images_fixture_close(struct images_fixture *fixture);

/* Give an option a value; a worker that is open is closed, as it knows the value before. */
void images_fixture_set(struct images_fixture *fixture, const char *name, const char *value);

/* The worker, opened if it is not. */
void *images_fixture_worker(struct images_fixture *fixture);

/* A file of these bytes. */
void put_file(const char *path, const void *bytes, size_t length);

#endif
