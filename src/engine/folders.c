/*
 * folders.c - where outputs and the report go. Entered by the supervisor before the first host is
 * there and after the last.
 */
#include "config.h"

#include "engine/folders.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "engine/jobs.h"
#include "report/report.h"

static int lock(struct supervisor *sup, const char *what, struct err *err)
{
	if (flock(sup->lock_fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	close(sup->lock_fd);
	sup->lock_fd = -1; /* it is another run's, to remove as well */
	return err_permanent(err,
			     "%s '%s' is in use by another run; wait for it or choose another "
			     "with -o",
			     what, sup->plan->config.output);
}

/* Cut the last part off a path; returns the length of what is left, which ends in a slash. */
static size_t cut_last_part(char *path, size_t length)
{
	while (length > 0 && path[length - 1] == '/')
		length--;
	while (length > 0 && path[length - 1] != '/')
		length--;
	path[length] = '\0';
	return length;
}

/* How much of a path exists already; what is made behind that may be removed again. */
static size_t length_that_is_there(const char *path)
{
	char *partial = mem_strdup(path);
	size_t length = strlen(partial);

	while (length > 0 && access(partial, F_OK) != 0)
		length = cut_last_part(partial, length);
	free(partial);
	return length;
}

/* The lock is on the folder itself: it leaves no file, and dies with this process. */
static int lock_folder(struct supervisor *sup, const char *output, struct err *err)
{
	if (output == NULL)
		return err_permanent(err, "no output folder: say where to write with -o DIR");
	sup->output_there = length_that_is_there(output);
	if (path_make_dirs(output, 0777, err) != 0)
		return err_context(err, "output folder '%s' cannot be made; choose another with -o",
				   output);
	sup->lock_fd = open(output, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (sup->lock_fd < 0)
		return err_errno(err, "output folder '%s' cannot be opened; choose another with -o",
				 output);
	if (access(output, W_OK | X_OK) != 0)
		return err_errno(err,
				 "output folder '%s' cannot be written; choose another with -o",
				 output);
	return lock(sup, "output folder", err);
}

/* On the file itself as well. A library that locks parts of it uses locks of another kind. */
static int lock_file(struct supervisor *sup, const char *output, struct err *err)
{
	if (output == NULL)
		return err_permanent(err, "no output file: say where to write with -o FILE");
	sup->lock_fd = open(output, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (sup->lock_fd < 0 && errno == ENOENT) {
		sup->lock_fd = open(output, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		sup->output_made = sup->lock_fd >= 0;
	}
	if (sup->lock_fd < 0)
		return err_errno(err, "output file '%s' cannot be written; choose another with -o",
				 output);
	return lock(sup, "output file", err);
}

int folders_lock_output(struct supervisor *sup, struct err *err)
{
	const char *output = sup->plan->config.output;

	sup->lock_fd = -1;
	if (sup->workload->output_is_folder)
		return lock_folder(sup, output, err);
	if (sup->workload->output_is_file)
		return lock_file(sup, output, err);
	return 0;
}

/* A run that found nothing leaves no empty file behind, nor does one that would have put the whole
 * output in its place: what was put there is no such file. Where the file is written in place, an
 * empty one may have rows in a log beside it. */
static void remove_empty_output(const struct supervisor *sup)
{
	const char *output = sup->plan->config.output;
	struct stat made, found;

	bool unused = sup->status.found == 0 || sup->workload->output_is_replaced;

	if (sup->output_made && unused && fstat(sup->lock_fd, &made) == 0 && made.st_size == 0 &&
	    stat(output, &found) == 0 && made.st_dev == found.st_dev && made.st_ino == found.st_ino)
		unlink(output);
}

/* A run that was refused leaves no folder either that it had to make. */
static void remove_empty_folders(const struct supervisor *sup)
{
	bool refused = sup->refusal[0] != '\0' || sup->shown_plan.started_ns == 0;
	char *path;
	size_t length;

	if (!refused || sup->lock_fd < 0 || !sup->workload->output_is_folder)
		return;
	path = mem_strdup(sup->plan->config.output);
	length = strlen(path);
	while (length > sup->output_there && rmdir(path) == 0)
		length = cut_last_part(path, length);
	free(path);
}

/* Said where the recorder says it, which is not there yet. */
static void note_missing_report(struct supervisor *sup, const char *why)
{
	struct page_recorder recorder = {.report_state = 2};

	snprintf(recorder.report_error, sizeof recorder.report_error, "%.190s", why);
	page_write_recorder(sup->page, &recorder);
}

/* Two runs would write over each other's reports. Where outputs go as well it is locked already. */
static int lock_report(struct supervisor *sup, struct err *err)
{
	struct stat output, report;

	sup->report_fd = open(sup->report_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (sup->report_fd < 0 || fstat(sup->report_fd, &report) != 0)
		return err_errno(err, "report folder '%s' cannot be opened", sup->report_dir);
	if (sup->lock_fd >= 0 && fstat(sup->lock_fd, &output) == 0 &&
	    output.st_dev == report.st_dev && output.st_ino == report.st_ino)
		return 0;
	if (flock(sup->report_fd, LOCK_EX | LOCK_NB) == 0)
		return 0;
	return err_permanent(err,
			     "report folder '%s' is in use by another run; wait for it or choose "
			     "another with --report",
			     sup->report_dir);
}

/* A folder that was asked for must work; without the default one the run goes on and ends with 5.
 */
int folders_make_report(struct supervisor *sup, struct err *err)
{
	struct plan *plan = sup->plan;

	if (!plan->report)
		return 0;
	if (plan->report_dir != NULL) {
		sup->report_dir = path_real(plan->report_dir);
		plan->report_dir = plan->config.report = sup->report_dir;
		if (path_make_dirs(sup->report_dir, 0777, err) != 0)
			return err_context(err,
					   "report folder '%s' cannot be made; choose another with "
					   "--report",
					   sup->report_dir);
		if (access(sup->report_dir, W_OK | X_OK) != 0)
			return err_errno(err,
					 "report folder '%s' cannot be written; choose another "
					 "with --report",
					 sup->report_dir);
		return lock_report(sup, err) != 0 ? -1 : report_clear(sup->report_dir, err);
	}
	sup->state_dir = path_state_dir(err);
	if (sup->state_dir != NULL)
		sup->report_dir = path_join(sup->state_dir, sup->shown_plan.run_id);
	plan->report_dir = sup->report_dir;
	plan->config.report = sup->state_dir;
	if (sup->report_dir != NULL && path_make_dirs(sup->report_dir, 0777, err) == 0)
		return 0;
	jobs_log(sup, LOG_ERROR, 0, "no report: %s", err->text);
	note_missing_report(sup, err->text);
	plan->report = false;
	plan->config.report = NULL;
	err_clear(err);
	return 0;
}

void folders_undo(struct supervisor *sup)
{
	remove_empty_output(sup);
	remove_empty_folders(sup);
}
