/*
 * joblog_scan.c - what a report needs from joblog.tsv (floor: report).
 */
#include "config.h"

#include "report/joblog_scan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "record/page.h"

enum {
	COLUMN_JOB,
	COLUMN_INPUT,
	COLUMN_STATUS,
	COLUMN_REASON,
	COLUMN_WORKER,
	COLUMN_ATTEMPTS,
	COLUMN_START,
	COLUMN_SECONDS,
	COLUMNS
};

void joblog_scan_want(struct joblog_scan *scan, uint64_t job)
{
	if (job == 0)
		return;
	if (scan->names == scan->capacity) {
		scan->capacity = scan->capacity ? 2 * scan->capacity : 64;
		scan->name = mem_realloc(scan->name, scan->capacity, sizeof *scan->name);
	}
	scan->name[scan->names++] = (struct joblog_name){.job = job};
}

static int by_job(const void *left, const void *right)
{
	const struct joblog_name *a = left;
	const struct joblog_name *b = right;

	return (a->job > b->job) - (a->job < b->job);
}

static void sort_wanted(struct joblog_scan *scan)
{
	size_t kept = 0;
	size_t i;

	if (scan->names == 0)
		return;
	qsort(scan->name, scan->names, sizeof *scan->name, by_job);
	for (i = 1; i < scan->names; i++)
		if (scan->name[i].job != scan->name[kept].job)
			scan->name[++kept] = scan->name[i];
	scan->names = kept + 1;
}

static struct joblog_name *find(const struct joblog_scan *scan, uint64_t job)
{
	const struct joblog_name key = {.job = job};

	if (scan == NULL || scan->names == 0)
		return NULL;
	return bsearch(&key, scan->name, scan->names, sizeof *scan->name, by_job);
}

/* Cut the line's first columns apart in place. Returns how many there were. */
static int split(char *line, char *column[COLUMNS])
{
	int n = 0;

	while (n < COLUMNS) {
		column[n++] = line;
		line += strcspn(line, "\t\n");
		if (*line == '\0')
			break;
		*line++ = '\0';
	}
	return n;
}

int joblog_each(const char *dir, void (*visit)(void *context, const struct joblog_entry *line),
		void *context, struct err *err)
{
	char *path = path_join(dir, JOBLOG_NAME);
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t size = 0;
	int result = 0;

	if (file == NULL) {
		if (errno != ENOENT)
			result = err_errno(err, "%s", path);
		goto out;
	}
	while (getline(&line, &size, file) >= 0) {
		char *column[COLUMNS];
		struct joblog_entry entry;

		if (split(line, column) != COLUMNS)
			continue;
		entry = (struct joblog_entry){.job = strtoull(column[COLUMN_JOB], NULL, 10),
					      .input = column[COLUMN_INPUT],
					      .status = column[COLUMN_STATUS],
					      .reason = column[COLUMN_REASON],
					      .start_s = strtod(column[COLUMN_START], NULL),
					      .seconds = strtod(column[COLUMN_SECONDS], NULL)};
		if (entry.job != 0) /* not the head line */
			visit(context, &entry);
	}
	if (ferror(file))
		result = err_errno(err, "%s", path);
	fclose(file);
out:
	free(line);
	free(path);
	return result;
}

static void take_line(void *context, const struct joblog_entry *line)
{
	struct joblog_scan *scan = context;
	struct joblog_name *name = find(scan, line->job);

	if (name != NULL && name->input == NULL)
		name->input = mem_strdup(line->input);
	if (strcmp(line->status, page_item_status_word(ITEM_FAILED)) != 0 &&
	    strcmp(line->status, page_item_status_word(ITEM_QUARANTINED)) != 0)
		return;
	if (scan->failures < JOBLOG_FAILURES)
		scan->failure[scan->failures] = (struct joblog_failure){
			.input = mem_strdup(line->input),
			.status = mem_strdup(line->status),
			.reason = mem_strdup(line->reason),
		};
	scan->failures++;
}

int joblog_scan_read(struct joblog_scan *scan, const char *dir, struct err *err)
{
	sort_wanted(scan);
	return joblog_each(dir, take_line, scan, err);
}

const char *joblog_scan_input(const struct joblog_scan *scan, uint64_t job)
{
	const struct joblog_name *name = find(scan, job);

	return name ? name->input : NULL;
}

void joblog_scan_free(struct joblog_scan *scan)
{
	size_t i;

	for (i = 0; i < scan->names; i++)
		free(scan->name[i].input);
	free(scan->name);
	for (i = 0; i < JOBLOG_FAILURES; i++) {
		free(scan->failure[i].input);
		free(scan->failure[i].status);
		free(scan->failure[i].reason);
	}
	*scan = (struct joblog_scan){0};
}
