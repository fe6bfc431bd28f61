/*
 * fake_run.c - a run that is only a page.
 */
#include "config.h"

#include "fake_run.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "record/slot.h"

static void write_status(struct fake_run *run, enum run_state state, unsigned exit_code)
{
	struct page_status status = {.state = state,
				     .workers = 2,
				     .hosts = 2,
				     .queues = 1,
				     .found = 10,
				     .source_ended = 1,
				     .updated_ns = clock_ns(),
				     .running_ns = clock_ns(),
				     .errors_logged = 1,
				     .exit_code = exit_code};

	status.done[ITEM_OK] = 2;
	status.done[ITEM_FAILED] = 1;
	if (state == RUN_DONE)
		status.ended_ns = clock_ns();
	page_write_status(run->page, &status);
}

static void write_plan(struct page *page, pid_t supervisor)
{
	struct page_plan *plan = mem_calloc(1, sizeof(*plan));

	strcpy(plan->run_id, "20261120-160401-4711");
	strcpy(plan->workload, "images");
	strcpy(plan->plan, "hybrid:1+1");
	strcpy(plan->stage[0].name, "read");
	strcpy(plan->station[1].name, "read");
	plan->stages = 1;
	plan->stations = 1;
	plan->cores = 2;
	plan->started_ns = clock_ns();
	plan->supervisor_pid = (uint32_t)supervisor;
	page_write_plan(page, plan);
	free(plan);
}

static int run_start(void *context, struct ui_run *ui_run, struct err *err)
{
	struct fake_run *run = context;

	(void)err;
	ui_run->page_path = mem_strdup(run->path);
	return 0;
}

static void run_signal(void *context, struct ui_run *ui_run, enum ui_signal signal)
{
	struct fake_run *run = context;

	(void)ui_run;
	if (signal == UI_UNWATCHED)
		return;
	if (++run->interrupts == run->interrupts_to_end)
		fake_run_end(run, 130);
}

static int run_end_fd(void *context, const struct ui_run *ui_run)
{
	(void)ui_run;
	return ((struct fake_run *)context)->end[0];
}

static int run_finish(void *context, struct ui_run *ui_run, char *why, size_t size)
{
	struct fake_run *run = context;

	(void)snprintf(why, size, "%s", run->refusal != NULL ? run->refusal : "");
	free(ui_run->page_path);
	return run->exit_status;
}

static char *run_summary(void *context, const struct snapshot *snapshot)
{
	(void)context;
	(void)snapshot;
	return mem_strdup("the summary of the run\n");
}

static char *run_summary_json(void *context, const struct snapshot *snapshot)
{
	(void)context;
	(void)snapshot;
	return mem_strdup("{\"schema\":1,\"workload\":\"images\",\"items\":{\"ok\":2}}");
}

void fake_run_init(struct fake_run *run, pid_t supervisor)
{
	struct slot_identity identity = {
		.name = "read-1", .kind = WORKER_PROCESS, .station = 1, .incarnation = 1};
	struct page_queue queue = {.name = "intake", .capacity = 8, .station = 1, .pushed = 5};
	struct page_log_line line = {.at_ns = clock_ns(), .level = LOG_ERROR, .worker = 0};
	struct err err;

	*run = (struct fake_run){.services = {.context = run,
					      .start = run_start,
					      .signal = run_signal,
					      .end_fd = run_end_fd,
					      .finish = run_finish,
					      .summary = run_summary,
					      .summary_json = run_summary_json},
				 .interrupts_to_end = 2,
				 .exit_status = 1};
	strcpy(run->folder, "/tmp/imgtop-screens-XXXXXX");
	if (mkdtemp(run->folder) == NULL || pipe2(run->end, O_CLOEXEC) != 0)
		abort();
	(void)snprintf(run->path, sizeof(run->path), "%s/run.page", run->folder);
	run->page = page_create(run->path, &err);
	if (run->page == NULL)
		abort();
	write_plan(run->page, supervisor);
	slot_declare(run->page, 0, &identity);
	identity.name = "read-2";
	identity.host = 1;
	slot_declare(run->page, 1, &identity);
	page_write_queue(run->page, 0, &queue);
	strcpy(line.text, "b.jpg: decode: not a picture");
	page_log(run->page, &line);
	write_status(run, RUN_RUNNING, 0);
}

void fake_run_end(struct fake_run *run, unsigned exit_code)
{
	write_status(run, RUN_DONE, exit_code);
	run->exit_status = (int)exit_code;
	if (run->end[1] >= 0)
		close(run->end[1]);
	run->end[1] = -1;
}

void fake_run_release(struct fake_run *run)
{
	page_close(run->page);
	page_remove(run->path);
	rmdir(run->folder);
	close(run->end[0]);
	if (run->end[1] >= 0)
		close(run->end[1]);
}
