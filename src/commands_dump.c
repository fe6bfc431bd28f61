/*
 * commands_dump.c - "imgtop dump [RUN]": the dump of a run, from its page alone (floor: program).
 *
 * The run is not asked, so one whose front or supervisor is stopped, stuck or dead is told of as
 * well. It is looked at three times, half a second apart: a circle of waits is certain only when it
 * was there twice, and whether a thread does anything shows between two looks. Meanwhile a helper
 * takes the stacks, those under suspicion at the first look first. Its second round is due with the
 * third look, which therefore waits for it: what is written down are threads that run, not such as
 * stand still for their stacks.
 */
#include "config.h"

#include "commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "report/bundle.h"
#include "view/runs.h"
#include "view/stacks.h"

static const long BETWEEN_NS = 500 * (long)CLOCK_MS_NS;

static void look(struct diagnosis *diagnosis, struct snapshot *snapshot, const struct page *page)
{
	snapshot_take(snapshot, page);
	for (unsigned w = 0; w < snapshot->status.workers; w++)
		diagnosis_watch(diagnosis, w);
	diagnosis_look(diagnosis, snapshot, page);
}

/* NULL: no helper could be started; the dump has no stacks then. */
static struct stack_job *take_stacks(const struct diagnosis *diagnosis,
				     const struct snapshot *snapshot)
{
	struct stack_target *targets = mem_calloc(STACK_THREADS, sizeof *targets);
	size_t count = stacks_of_run(snapshot, diagnosis, targets);
	struct err err = {0};
	struct stack_job *job = stack_job_start(targets, count, 2, &err);

	free(targets);
	return job;
}

static int write_dump(const struct page *page, char **path, struct err *err)
{
	const struct timespec pause = {.tv_nsec = BETWEEN_NS};
	struct diagnosis *diagnosis = diagnosis_new(true);
	struct snapshot *snapshot = snapshot_new();
	struct bundle bundle = {.page = page, .snapshot = snapshot, .diagnosis = diagnosis};
	struct stack_job *job;
	int result;

	look(diagnosis, snapshot, page);
	diagnosis_catch_up(diagnosis, snapshot);
	job = take_stacks(diagnosis, snapshot);
	nanosleep(&pause, NULL);
	look(diagnosis, snapshot, page);
	nanosleep(&pause, NULL);
	if (job != NULL) {
		stack_job_wait(job);
		bundle.stacks = stack_job_result(job);
	}
	look(diagnosis, snapshot, page);
	result = bundle_leave(&bundle, path, err);
	stack_job_free(job);
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
