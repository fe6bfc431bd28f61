/*
 * images_done.c - has an earlier run done this input? No state.
 */
#include "config.h"

#include "workload/images_done.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/path.h"
#include "workload/images_names.h"

static bool later(const struct timespec *one, const struct timespec *other)
{
	if (one->tv_sec != other->tv_sec)
		return one->tv_sec > other->tv_sec;
	return one->tv_nsec > other->tv_nsec;
}

/* A link is no output of ours: it would be replaced, and what it leads to says nothing. */
static bool is_newer(const char *folder, const char *output, const struct timespec *than)
{
	char *path = path_join(folder, output);
	struct stat status;
	bool newer = lstat(path, &status) == 0 && S_ISREG(status.st_mode) &&
		     later(&status.st_mtim, than);

	free(path);
	return newer;
}

bool images_is_done(const char *folder, const char *output, bool thumb, const char *input)
{
	struct stat status;
	char *beside;
	bool done;

	if (stat(input, &status) != 0 || !is_newer(folder, output, &status.st_mtim))
		return false;
	if (!thumb)
		return true;
	beside = images_names_thumb(output);
	done = is_newer(folder, beside, &status.st_mtim);
	free(beside);
	return done;
}
