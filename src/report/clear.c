/*
 * clear.c - makes room in a report folder that was used before (floor: report). Entered by the
 * supervisor before the first host is there.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "report/bundle.h"
#include "report/chart.h"
#include "report/joblog_scan.h"
#include "report/profile.h"
#include "report/report.h"
#include "report/trace.h"

static const char hang_text[] = BUNDLE_HANG ".txt";
static const char hang_json[] = BUNDLE_HANG ".json";

/* The last one is what a report is known by: while it is there this can be done again. */
static const char *const names[] = {
	"summary.txt", "summary.json", "stderr.log", "unmatched.tsv",	"duplicates.tsv",
	"run.events",  JOBLOG_NAME,    TRACE_NAME,   TRACE_FOLDED_NAME, CHART_NAME,
	hang_text,     hang_json,      "run.page",
};

static int drop(const char *dir, const char *name, struct err *err)
{
	char *path = path_join(dir, name);
	int result = 0;

	if (unlink(path) != 0 && errno != ENOENT)
		result = err_errno(err, "%s of an earlier run cannot be removed", path);
	free(path);
	return result;
}

/* NAME.txt or NAME.json of a worker. */
static bool is_profile(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot != NULL && (strcmp(dot, ".txt") == 0 || strcmp(dot, ".json") == 0) &&
	       profile_name_is_safe(name);
}

static int clear_profiles(const char *dir, struct err *err)
{
	char *path = path_join(dir, "workers");
	DIR *folder = opendir(path);
	const struct dirent *entry;
	int result = 0;

	while (folder != NULL && result == 0 && (entry = readdir(folder)) != NULL) {
		if (is_profile(entry->d_name))
			result = drop(path, entry->d_name, err);
	}
	if (folder != NULL)
		closedir(folder);
	free(path);
	return result;
}

int report_clear(const char *dir, struct err *err)
{
	char *page = path_join(dir, "run.page");
	char *log = path_join(dir, JOBLOG_NAME);
	bool was_report = access(page, F_OK) == 0 || access(log, F_OK) == 0;

	free(page);
	free(log);
	if (!was_report)
		return 0;
	if (clear_profiles(dir, err) != 0)
		return -1;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (drop(dir, names[i], err) != 0)
			return -1;
	}
	return 0;
}
