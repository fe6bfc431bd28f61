/*
 * bundle.c - where the dump of a run goes, and under which name.
 */
#include "config.h"

#include "report/bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/path.h"

enum { TRIES = 100 };

void bundle_name(char *name, size_t size)
{
	time_t now = time(NULL);
	struct tm parts;

	if (localtime_r(&now, &parts) == NULL ||
	    strftime(name, size, "dump-%Y%m%d-%H%M%S", &parts) == 0)
		snprintf(name, size, "dump");
}

char bundle_supervisor_state(const struct bundle *bundle)
{
	struct kernel_sample sample = *diagnosis_supervisor(bundle->diagnosis);
	pid_t pid = (pid_t)bundle->snapshot->plan.supervisor_pid;

	if (!sample.seen && pid > 0) {
		struct kernel *kernel = kernel_new();

		kernel_look(kernel, pid, pid, false, &sample);
		kernel_free(kernel);
	}
	/* One that nobody has reaped yet is as dead as any other. */
	if (!sample.seen || sample.gone || sample.state == 'Z' || sample.state == 'X')
		return '\0';
	return sample.state;
}

uint64_t bundle_supervisor_silent_ns(const struct snapshot *snapshot)
{
	uint64_t at_ns = snapshot->status.updated_ns;

	return at_ns != 0 && snapshot->at_ns > at_ns ? snapshot->at_ns - at_ns : 0;
}

/* A new file beside dir/name.txt or .json; -1 with errno. flags: O_EXCL, or O_TRUNC. */
static int make_file(const char *path, int flags)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | flags, 0600);

	/* One that was there before may have been open to others. */
	if (fd >= 0 && fchmod(fd, 0600) != 0 && errno != EPERM) {
		close(fd);
		return -1;
	}
	return fd;
}

static int fill_file(int fd, const char *path, const char *text, size_t length, struct err *err)
{
	int failed = path_write_all(fd, text, length, err);

	if (close(fd) != 0 && failed == 0)
		failed = err_errno(err, "write");
	if (failed != 0) {
		unlink(path);
		return err_context(err, "%s", path);
	}
	return 0;
}

static char *file_path(const char *dir, const char *name, const char *suffix)
{
	char file[BUNDLE_NAME_BYTES + 16];

	snprintf(file, sizeof file, "%s%s", name, suffix);
	return path_join(dir, file);
}

/* The text's file; of a dump under a name that nobody has taken, which *name then is. */
static int open_text(const char *dir, char name[BUNDLE_NAME_BYTES], bool replace, char **path)
{
	size_t length = strlen(name);
	int fd = -1;

	*path = file_path(dir, name, ".txt");
	if (replace)
		return make_file(*path, O_TRUNC);
	for (int number = 2; number < TRIES; number++) {
		fd = make_file(*path, O_EXCL);
		if (fd >= 0 || errno != EEXIST)
			break;
		free(*path);
		snprintf(name + length, BUNDLE_NAME_BYTES - length, "-%d", number);
		*path = file_path(dir, name, ".txt");
	}
	return fd;
}

static int write_json(const struct bundle *bundle, const char *path, struct err *err)
{
	int fd = make_file(path, O_TRUNC);
	char *json;
	int result;

	if (fd < 0)
		return err_errno(err, "create %s", path);
	json = bundle_json(bundle);
	result = fill_file(fd, path, json, strlen(json), err);
	free(json);
	return result;
}

int bundle_write(const struct bundle *bundle, const char *dir, const char *name, char **path,
		 struct err *err)
{
	char chosen[BUNDLE_NAME_BYTES];
	char *text_path, *json_path = NULL;
	struct textbuf text;
	int fd, result = -1;

	if (name != NULL)
		snprintf(chosen, sizeof chosen, "%s", name);
	else
		bundle_name(chosen, sizeof chosen);
	textbuf_init(&text);
	fd = open_text(dir, chosen, name != NULL, &text_path);
	if (fd < 0) {
		err_errno(err, "create %s", text_path);
		goto out;
	}
	bundle_text(bundle, &text);
	if (fill_file(fd, text_path, text.text, text.length, err) != 0)
		goto out;
	json_path = file_path(dir, chosen, ".json");
	result = write_json(bundle, json_path, err);
	if (result != 0)
		unlink(text_path);
out:
	if (result == 0 && path != NULL) {
		*path = text_path;
		text_path = NULL;
	}
	free(json_path);
	free(text_path);
	textbuf_free(&text);
	return result;
}

int bundle_leave(const struct bundle *bundle, char **path, struct err *err)
{
	const char *dir = bundle->snapshot->plan.report_dir;

	if (dir[0] != '\0' && access(dir, W_OK | X_OK) == 0)
		return bundle_write(bundle, dir, NULL, path, err);
	return bundle_write(bundle, ".", NULL, path, err);
}
