/*
 * images_fixture.c - the images workload with its options in an empty folder.
 */
#include "config.h"

#include "images_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int images_fixture_open(struct images_fixture *fixture)
{
	fixture->workload = workload_find("images");
	option_defaults(fixture->workload->options, fixture->workload->noptions, &fixture->options);
	fixture->config = (struct workload_config){
		.from_fd = -1, .output = "out", .run_id = "test", .values = &fixture->options};
	return scratch_folder_enter(fixture->folder);
}

int images_fixture_close(struct images_fixture *fixture)
{
	int rc = scratch_folder_leave(fixture->folder);

	fixture->workload->worker_close(fixture->worker);
	option_release(fixture->workload->options, fixture->workload->noptions, &fixture->options);
	return rc;
}

void images_fixture_set(struct images_fixture *fixture, const char *name, const char *value)
{
	const struct option_spec *spec = option_find(
		fixture->workload->options, fixture->workload->noptions, name, strlen(name));

	assert_non_null(spec);
	assert_int_equal(option_parse(spec, value, &fixture->options, &fixture->err), 0);
	fixture->workload->worker_close(fixture->worker);
	fixture->worker = NULL;
}

void *images_fixture_worker(struct images_fixture *fixture)
{
	if (fixture->worker == NULL)
		assert_int_equal(fixture->workload->worker_open(&fixture->config, &fixture->worker,
								&fixture->err),
				 0);
	return fixture->worker;
}

void put_file(const char *path, const void *bytes, size_t length)
{
	int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, length), length);
	close(fd);
}
