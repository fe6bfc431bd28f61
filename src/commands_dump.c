/*
 * commands_dump.c - "imgtop dump [RUN]": the dump of a run, from its page alone (floor: program).
 *
 * The run is not asked, so one whose front or supervisor is stopped, stuck or dead is told of as
 * well. It is looked at three times within a second: a circle of waits is certain only when it was
 * there twice, and whether a thread does anything shows between two looks.
 */
#include "config.h"

#include "commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "report/bundle.h"
#include "view/runs.h"

enum { LOOKS = 3 };

static const long BETWEEN_NS = 500 * (long)CLOCK_MS_NS;

static void look(struct diagnosis *diagnosis, struct snapshot *snapshot, const struct page *page)
{
	const struct timespec pause = {.tv_nsec = BETWEEN_NS};

	for (int i = 0; i < LOOKS; i++) {
		if (i > 0)
			nanosleep(&pause, NULL);
		snapshot_take(snapshot, page);
		for (unsigned w = 0; w < snapshot->status.workers; w++)
			diagnosis_watch(diagnosis, w);
		diagnosis_look(diagnosis, snapshot, page);
		if (i == 0)
			diagnosis_catch_up(diagnosis, snapshot);
	}
}

static int write_dump(const struct page *page, char **path, struct err *err)
{
	struct diagnosis *diagnosis = diagnosis_new(true);
	struct snapshot *snapshot = snapshot_new();
	const struct bundle bundle = {.page = page, .snapshot = snapshot, .diagnosis = diagnosis};
	int result;

	look(diagnosis, snapshot, page);
	result = bundle_leave(&bundle, path, err);
	snapshot_free(snapshot);
	diagnosis_free(diagnosis);
	return result;
}

int command_dump(const struct options *options)
{
	const char *run = options->noperands > 0 ? options->operands[0] : NULL;
	struct err err = {0};
	char *page_path = runs_page_left(run, &err), *path = NULL;
	struct page *page = page_path != NULL ? page_open(page_path, &err) : NULL;
	int status = 0;

	if (page == NULL) {
		err_context(&err, "dump");
		status = command_refuse(err.text);
	} else if (write_dump(page, &path, &err) != 0) {
		err_context(&err, "dump");
		command_refuse(err.text);
		status = 1;
	} else {
		printf("%s\n", path);
	}
	page_close(page);
	free(path);
	free(page_path);
	return status;
}
