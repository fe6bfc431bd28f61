/*
 * runs.c - the runs that are going on under this user.
 *
 * A run is a page RUNID.page in the runtime folder whose supervisor lives. RUNID ends in the
 * supervisor's process number, which is what is known of a page that cannot be read: one that is
 * being made this moment, or one of another build.
 */
#include "config.h"

#include "view/runs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "record/page.h"
#include "view/control.h"

static const char suffix[] = ".page";

struct found {
	struct run_entry entry;
	uint64_t started_real_ns;
};

struct list {
	struct found *found;
	size_t count;
	bool left_too; /* runs without a supervisor as well; none is removed */
};

/* Signal 0 reaches only processes of this user: a number that another one uses by now is dead. */
static bool process_lives(pid_t pid)
{
	return pid > 0 && kill(pid, 0) == 0;
}

static pid_t pid_in_name(const char *id)
{
	const char *dash = strrchr(id, '-');
	char *end;
	long pid;

	if (dash == NULL || dash[1] < '1' || dash[1] > '9')
		return 0;
	pid = strtol(dash + 1, &end, 10);
	return *end == '\0' && pid <= INT32_MAX ? (pid_t)pid : 0;
}

/* The page's plan; false when it cannot be read (yet). */
static bool read_plan(const char *path, struct page_plan *plan)
{
	struct err err;
	struct page *page = page_open(path, &err);
	bool read = page != NULL && page_read_plan(page, plan) && plan->supervisor_pid != 0;

	page_close(page);
	return read;
}

static bool is_our_file(const char *path)
{
	struct stat info;

	return lstat(path, &info) == 0 && S_ISREG(info.st_mode) && info.st_uid == geteuid();
}

static void remove_dead(const char *path)
{
	char *socket_path = control_socket_path(path);
	struct stat info;

	if (lstat(socket_path, &info) == 0 && S_ISSOCK(info.st_mode) && info.st_uid == geteuid())
		unlink(socket_path);
	page_remove(path);
	free(socket_path);
}

/* Sort one page into the list, or remove it. plan is scratch space. */
static void consider(struct list *list, const char *folder, const char *name,
		     struct page_plan *plan)
{
	size_t stem = strlen(name) - (sizeof suffix - 1);
	struct run_entry entry;
	bool readable;
	pid_t pid;

	if (stem == 0 || stem >= sizeof entry.id)
		return;
	memset(&entry, 0, sizeof entry);
	memcpy(entry.id, name, stem);
	entry.page_path = path_join(folder, name);
	readable = read_plan(entry.page_path, plan);
	pid = readable ? (pid_t)plan->supervisor_pid : pid_in_name(entry.id);
	if (readable && (list->left_too || process_lives(pid))) {
		list->found = mem_realloc(list->found, list->count + 1, sizeof *list->found);
		list->found[list->count++] = (struct found){entry, plan->started_real_ns};
		return;
	}
	if (!list->left_too && pid > 0 && !process_lives(pid) && is_our_file(entry.page_path))
		remove_dead(entry.page_path);
	free(entry.page_path);
}

static int newest_first(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	if (x->started_real_ns != y->started_real_ns)
		return x->started_real_ns > y->started_real_ns ? -1 : 1;
	return strcmp(y->entry.id, x->entry.id);
}

static bool is_page_name(const char *name)
{
	size_t length = strlen(name);

	return length > sizeof suffix - 1 &&
	       strcmp(name + length - (sizeof suffix - 1), suffix) == 0;
}

static int list_runs(struct run_entry **entries, bool left_too, struct err *err)
{
	struct list list = {.left_too = left_too};
	struct page_plan *plan;
	const struct dirent *file;
	char *folder = path_runtime_dir(err);
	DIR *dir;

	*entries = NULL;
	if (folder == NULL)
		return -1;
	dir = opendir(folder);
	if (dir == NULL) {
		err_errno(err, "list the runs in %s", folder);
		free(folder);
		return -1;
	}
	plan = mem_calloc(1, sizeof *plan);
	while ((file = readdir(dir)) != NULL)
		if (is_page_name(file->d_name))
			consider(&list, folder, file->d_name, plan);
	closedir(dir);
	free(plan);
	free(folder);
	if (list.count > 1)
		qsort(list.found, list.count, sizeof *list.found, newest_first);
	*entries = mem_calloc(list.count, sizeof **entries);
	for (size_t i = 0; i < list.count; i++)
		(*entries)[i] = list.found[i].entry;
	free(list.found);
	return (int)list.count;
}

int runs_list(struct run_entry **entries, struct err *err)
{
	return list_runs(entries, false, err);
}

void runs_free(struct run_entry *entries, int count)
{
	for (int i = 0; i < count; i++)
		free(entries[i].page_path);
	free(entries);
}

static char *choose(const struct run_entry *entries, int count, const char *id, struct err *err)
{
	if (count == 0) {
		err_permanent(err, "no run is going on: start one with \"imgtop run\"");
		return NULL;
	}
	if (id == NULL)
		return mem_strdup(entries[0].page_path);
	for (int i = 0; i < count; i++)
		if (strcmp(entries[i].id, id) == 0)
			return mem_strdup(entries[i].page_path);
	err_permanent(err, "run \"%s\" is not going on; the newest one is \"%s\"", id,
		      entries[0].id);
	return NULL;
}

static char *find_page(const char *id, bool left_too, struct err *err)
{
	struct run_entry *entries;
	int count = list_runs(&entries, left_too, err);
	char *path;

	if (count < 0)
		return NULL;
	path = choose(entries, count, id, err);
	runs_free(entries, count);
	return path;
}

char *runs_page(const char *id, struct err *err)
{
	return find_page(id, false, err);
}

char *runs_page_left(const char *id, struct err *err)
{
	return id != NULL && strchr(id, '/') != NULL ? mem_strdup(id) : find_page(id, true, err);
}
