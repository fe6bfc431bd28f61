/*
 * regular.c - open regular files and nothing else.
 */
#include "config.h"

#include "base/regular.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

static const char *kind_of(mode_t mode)
{
	if (S_ISDIR(mode))
		return "a folder";
	if (S_ISFIFO(mode))
		return "a FIFO";
	if (S_ISSOCK(mode))
		return "a socket";
	return "a device";
}

/* What the file system says of this one name will be said again; all else is the machine's trouble.
 */
static int open_failed(struct err *err)
{
	bool of_the_item = errno == ENOENT || errno == EACCES || errno == EPERM || errno == ELOOP ||
			   errno == ENOTDIR || errno == ENAMETOOLONG;

	err_errno(err, "open");
	if (of_the_item)
		err->kind = ERR_PERMANENT;
	return -1;
}

int regular_open(int dir_fd, const char *name, int flags, struct stat *status, struct err *err)
{
	int fd = openat(dir_fd, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY | flags);

	if (fd < 0) {
		/* A socket cannot even be opened. */
		if (errno == ENXIO)
			return err_permanent(err, "not a regular file");
		if (errno == ELOOP && (flags & O_NOFOLLOW) != 0)
			return err_permanent(err, "a link, which is not followed");
		return open_failed(err);
	}
	if (fstat(fd, status) != 0)
		err_errno(err, "look at file");
	else if (!S_ISREG(status->st_mode))
		err_permanent(err, "not a regular file but %s", kind_of(status->st_mode));
	else
		return fd;
	close(fd);
	return -1;
}
