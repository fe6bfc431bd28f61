/*
 * slot_fixture.c - a fresh page for each test of a worker's slot.
 */
#include "config.h"

#include "tests/unit/slot_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

const struct slot_identity identity = {
	.name = "decode-3",
	.kind = WORKER_PROCESS,
	.host = 4,
	.station = 2,
	.incarnation = 1,
};

int setup(void **state)
{
	char folder[] = "/tmp/imgtop-slot-XXXXXX";
	char path[96];
	struct err err;

	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof path, "%s/run.page", folder);
	*state = page_create(path, &err);
	/* The mapping lives on without its name. */
	page_remove(path);
	rmdir(folder);
	return *state == NULL ? -1 : 0;
}

int teardown(void **state)
{
	page_close(*state);
	return 0;
}

struct page_worker_live live_of(const struct page *page)
{
	struct page_worker_live live;

	assert_true(page_read_worker(page, W, &live));
	return live;
}

struct page_worker_counters counters_of(const struct page *page)
{
	struct page_worker_counters counters;

	page_read_counters(page, W, &counters);
	return counters;
}
