/*
 * path.c - paths and folders (floor: base). No state; reads the environment.
 */
#include "config.h"

#include "base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

char *path_join(const char *dir, const char *name)
{
	size_t length = strlen(dir);

	if (length == 0)
		return mem_strdup(name);
	return mem_printf("%s%s%s", dir, dir[length - 1] == '/' ? "" : "/", name);
}

char *path_base(const char *path)
{
	size_t end = strlen(path), begin;

	while (end > 1 && path[end - 1] == '/')
		end--;
	begin = end;
	while (begin > 0 && path[begin - 1] != '/')
		begin--;
	if (begin == end && end > 0)
		begin--; /* "/" */
	return mem_strndup(path + begin, end - begin);
}

/* Folder that holds the last component. Caller frees. */
static char *path_parent(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return mem_strdup(".");
	return mem_strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

/* Where a path that is taken component by component begins. */
static char *real_start(const char *path)
{
	char *here = path[0] == '/' ? NULL : getcwd(NULL, 0);

	return here != NULL ? here : mem_strdup("/");
}

char *path_real(const char *path)
{
	char *real = realpath(path, NULL);

	if (real != NULL)
		return real;
	/* What does not exist yet can hold no link, so ".." may be taken by its letters there. */
	real = real_start(path);
	for (const char *at = path; *at != '\0';) {
		size_t length = strcspn(at, "/");
		char *next = NULL, *followed;

		if (length == 2 && at[0] == '.' && at[1] == '.') {
			next = path_parent(real);
		} else if (length != 0 && !(length == 1 && at[0] == '.')) {
			char *name = mem_strndup(at, length);

			next = path_join(real, name);
			free(name);
		}
		if (next != NULL) {
			followed = realpath(next, NULL);
			free(real);
			real = followed != NULL ? followed : next;
			if (followed != NULL)
				free(next);
		}
		at += length;
		at += strspn(at, "/");
	}
	return real;
}

bool path_is_within(const char *inner, const char *outer)
{
	size_t length = strlen(outer);

	while (length > 0 && outer[length - 1] == '/')
		length--;
	return strncmp(inner, outer, length) == 0 &&
	       (inner[length] == '\0' || inner[length] == '/');
}

int path_make_dirs(const char *path, mode_t mode, struct err *err)
{
	char *partial = mem_strdup(path);
	size_t length = strlen(partial);
	struct stat status;
	int result = 0;

	/* An existing folder on the way may be one that we may not write in: that is no error. */
	for (size_t i = 1; i <= length; i++) {
		char cut = partial[i];

		if ((cut != '/' && cut != '\0') || partial[i - 1] == '/')
			continue;
		partial[i] = '\0';
		if (mkdir(partial, mode) != 0 && errno != EEXIST &&
		    (stat(partial, &status) != 0 || !S_ISDIR(status.st_mode))) {
			result = err_errno(err, "make folder %s", partial);
			goto out;
		}
		partial[i] = cut;
	}
	if (stat(path, &status) != 0) {
		result = err_errno(err, "make folder %s", path);
	} else if (!S_ISDIR(status.st_mode)) {
		errno = ENOTDIR;
		result = err_errno(err, "make folder %s", path);
	}
out:
	free(partial);
	return result;
}

/* Value of a variable that must hold an absolute path; else it counts as not set, as the XDG
 * specification wants it. */
static const char *absolute_variable(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && value[0] == '/' ? value : NULL;
}

/* $VARIABLE/imgtop, else ~/FALLBACK/imgtop. Caller frees. */
static char *user_dir(const char *variable, const char *fallback, struct err *err)
{
	const char *root = absolute_variable(variable);
	const char *home = absolute_variable("HOME");

	if (root != NULL)
		return path_join(root, "imgtop");
	if (home == NULL) {
		const struct passwd *user = getpwuid(geteuid());

		home = user != NULL && user->pw_dir != NULL ? user->pw_dir : NULL;
	}
	if (home == NULL) {
		err_permanent(err, "no home folder is known: set HOME or %s", variable);
		return NULL;
	}
	return mem_printf("%s/%s/imgtop", home, fallback);
}

static char *made_user_dir(const char *variable, const char *fallback, struct err *err)
{
	char *dir = user_dir(variable, fallback, err);

	if (dir != NULL && path_make_dirs(dir, 0700, err) != 0) {
		free(dir);
		return NULL;
	}
	return dir;
}

char *path_state_dir(struct err *err)
{
	return made_user_dir("XDG_STATE_HOME", ".local/state", err);
}

char *path_cache_dir(struct err *err)
{
	return made_user_dir("XDG_CACHE_HOME", ".cache", err);
}

char *path_config_dir(struct err *err)
{
	return user_dir("XDG_CONFIG_HOME", ".config", err);
}

/*
 * Pages and control sockets in this folder are trusted, so nobody else may have made it or may
 * write in it: it is opened without following a link and judged by what was opened.
 */
static int check_private(const char *dir, struct err *err)
{
	struct stat status;
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int result = 0;

	if (fd < 0 && (errno == ELOOP || errno == ENOTDIR))
		return err_permanent(err, "%s: not a folder of its own; remove it", dir);
	if (fd < 0)
		return err_errno(err, "open %s", dir);
	if (fstat(fd, &status) != 0)
		result = err_errno(err, "look at %s", dir);
	else if (status.st_uid != geteuid())
		result = err_permanent(err,
				       "%s: belongs to user %ld; set XDG_RUNTIME_DIR to a "
				       "folder of your own",
				       dir, (long)status.st_uid);
	else if ((status.st_mode & 077) != 0)
		result = err_permanent(err, "%s: others may enter it (mode %04o); chmod 700 it",
				       dir, (unsigned)(status.st_mode & 07777));
	close(fd);
	return result;
}

char *path_runtime_dir(struct err *err)
{
	const char *root = absolute_variable("XDG_RUNTIME_DIR");
	char *dir = NULL;

	/* After su, or in a container, the variable may name a folder that is not there or not
	 * ours; then the private one is used. */
	if (root != NULL) {
		dir = path_join(root, "imgtop");
		if (mkdir(dir, 0700) != 0 && errno != EEXIST) {
			free(dir);
			dir = NULL;
		}
	}
	if (dir == NULL) {
		dir = mem_printf("/dev/shm/imgtop-%ld", (long)geteuid());
		if (mkdir(dir, 0700) != 0 && errno != EEXIST) {
			err_errno(err, "make folder %s", dir);
			free(dir);
			return NULL;
		}
	}
	if (check_private(dir, err) != 0) {
		free(dir);
		return NULL;
	}
	return dir;
}

int path_write_all(int fd, const void *bytes, size_t length, struct err *err)
{
	const char *at = bytes;

	while (length > 0) {
		ssize_t written = write(fd, at, length);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return err_errno(err, "write");
		if (written == 0)
			return err_transient(err, "write: nothing more is taken");
		at += written;
		length -= (size_t)written;
	}
	return 0;
}

/* Make a rename outlast a power cut. */
static int sync_dir(const char *dir, struct err *err)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int result = 0;

	/* EINVAL: a file system that keeps no folders on a disk. */
	if (fd < 0 || (fsync(fd) != 0 && errno != EINVAL))
		result = err_errno(err, "save folder %s", dir);
	if (fd >= 0)
		close(fd);
	return result;
}

int path_replace_file(const char *path, const void *bytes, size_t length, mode_t mode,
		      struct err *err)
{
	char *dir = path_parent(path);
	char *temporary = path_join(dir, ".imgtop-XXXXXX");
	int fd = mkostemp(temporary, O_CLOEXEC);
	int result = -1;

	if (fd < 0) {
		err_errno(err, "make a file in %s", dir);
		goto out;
	}
	if (path_write_all(fd, bytes, length, err) != 0) {
		err_context(err, "%s", path);
	} else if (fchmod(fd, mode) != 0 || fsync(fd) != 0) {
		err_errno(err, "write %s", path);
	} else if (close(fd) != 0) {
		fd = -1;
		err_errno(err, "close %s", path);
	} else {
		fd = -1;
		if (rename(temporary, path) != 0)
			err_errno(err, "rename to %s", path);
		else
			result = 0;
	}
	if (fd >= 0)
		close(fd);
	if (result != 0)
		unlink(temporary);
	else
		result = sync_dir(dir, err);
out:
	free(temporary);
	free(dir);
	return result;
}
