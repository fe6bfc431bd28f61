/*
 * outfile.c - output files of which nobody ever sees a half.
 *
 * A nameless file gets its name with linkat through /proc/self/fd, as that needs no privilege.
 * After any error the remembered folder is forgotten: the folder itself may be what went away.
 */
#include "config.h"

#include "base/outfile.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"

struct outfile {
	char *folder;  /* last target folder, NULL = none */
	int folder_fd; /* -1 = none */
	bool nameless; /* files without a name work there, as far as is known */
};

static const char temporary_start[] = ".imgtop-";

/* A file system or sandbox without nameless files: another way must be taken, nothing failed. */
enum { WROTE = 0, FAILED = -1, UNSUPPORTED = 1 };

struct outfile *outfile_new(void)
{
	struct outfile *out = mem_calloc(1, sizeof *out);

	out->folder_fd = -1;
	return out;
}

static void forget_folder(struct outfile *out)
{
	if (out->folder_fd >= 0)
		close(out->folder_fd);
	free(out->folder);
	out->folder_fd = -1;
	out->folder = NULL;
}

void outfile_free(struct outfile *out)
{
	if (out == NULL)
		return;
	forget_folder(out);
	free(out);
}

/* Does the path stay below where it starts: no leading slash, no empty, "." or ".." part? */
static bool stays_below(const char *relative)
{
	for (const char *part = relative;;) {
		size_t length = strcspn(part, "/");

		if (length == 0 || (length == 1 && part[0] == '.') ||
		    (length == 2 && part[0] == '.' && part[1] == '.'))
			return false;
		if (part[length] == '\0')
			return true;
		part += length + 1;
	}
}

static const char *name_of(const char *relative)
{
	const char *slash = strrchr(relative, '/');

	return slash != NULL ? slash + 1 : relative;
}

static char *folder_of(const struct outfile_target *target)
{
	const char *name = name_of(target->relative);
	char *below;
	char *folder;

	if (name == target->relative)
		return mem_strdup(target->root);
	below = mem_strndup(target->relative, (size_t)(name - target->relative - 1));
	folder = path_join(target->root, below);
	free(below);
	return folder;
}

static int open_path(const char *path)
{
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static int enter_folder(struct outfile *out, const struct outfile_target *target, struct err *err)
{
	char *folder = folder_of(target);

	if (out->folder != NULL && strcmp(out->folder, folder) == 0) {
		free(folder);
		return 0;
	}
	forget_folder(out);
	out->folder_fd = open_path(folder);
	if (out->folder_fd < 0 && errno == ENOENT) {
		if (path_make_dirs(folder, 0777, err) != 0) {
			free(folder);
			return -1;
		}
		out->folder_fd = open_path(folder);
	}
	if (out->folder_fd < 0) {
		err_errno(err, "open folder %s", folder);
		free(folder);
		return -1;
	}
	out->folder = folder;
	out->nameless = true;
	return 0;
}

/*
 * Everything into the file, and every report of failure out of it. Some file systems tell only on
 * close, so a second descriptor is closed while the file has no name that anybody knows.
 */
static int fill(int fd, const struct outfile_target *target, const struct outfile_writer *writer,
		struct err *err)
{
	int second;

	if (writer->write(writer->context, fd, err) != 0)
		return -1;
	if (target->fsync && fsync(fd) != 0)
		return err_errno(err, "sync");
	second = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (second < 0 || close(second) != 0)
		return err_errno(err, "close");
	return 0;
}

static int rename_over(const struct outfile *out, const struct outfile_target *target,
		       struct err *err)
{
	if (renameat(out->folder_fd, target->temporary, out->folder_fd,
		     name_of(target->relative)) == 0)
		return 0;
	err_errno(err, "rename");
	unlinkat(out->folder_fd, target->temporary, 0);
	return -1;
}

/* Name a nameless file: directly where that name is free, else by way of the temporary name. */
static int give_name(const struct outfile *out, int fd, const struct outfile_target *target,
		     struct err *err)
{
	char self[32];
	int rc;

	snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
	rc = linkat(AT_FDCWD, self, out->folder_fd, name_of(target->relative), AT_SYMLINK_FOLLOW);
	if (rc == 0)
		return WROTE;
	if (errno == ENOENT || errno == EXDEV || errno == EPERM || errno == EOPNOTSUPP)
		return UNSUPPORTED;
	if (errno != EEXIST)
		return err_errno(err, "name");
	rc = linkat(AT_FDCWD, self, out->folder_fd, target->temporary, AT_SYMLINK_FOLLOW);
	if (rc != 0 && errno == EEXIST) {
		/* An earlier attempt at the same job died between link and rename. */
		unlinkat(out->folder_fd, target->temporary, 0);
		rc = linkat(AT_FDCWD, self, out->folder_fd, target->temporary, AT_SYMLINK_FOLLOW);
	}
	return rc == 0 ? rename_over(out, target, err) : err_errno(err, "name");
}

static int write_nameless(const struct outfile *out, const struct outfile_target *target,
			  const struct outfile_writer *writer, struct err *err)
{
	int fd = openat(out->folder_fd, ".", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
	int rc;

	if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL))
		return UNSUPPORTED;
	if (fd < 0)
		return err_errno(err, "create");
	rc = fill(fd, target, writer, err);
	if (rc == 0)
		rc = give_name(out, fd, target, err);
	if (close(fd) != 0 && rc == 0) {
		rc = err_errno(err, "close");
		unlinkat(out->folder_fd, name_of(target->relative), 0);
	}
	return rc;
}

static int write_named(const struct outfile *out, const struct outfile_target *target,
		       const struct outfile_writer *writer, struct err *err)
{
	int fd = openat(out->folder_fd, target->temporary,
			O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0666);
	int rc;

	if (fd < 0)
		return err_errno(err, "create");
	rc = fill(fd, target, writer, err);
	if (close(fd) != 0 && rc == 0)
		rc = err_errno(err, "close");
	if (rc == 0)
		return rename_over(out, target, err);
	unlinkat(out->folder_fd, target->temporary, 0);
	return rc;
}

int outfile_write_by(struct outfile *out, const struct outfile_target *target,
		     const struct outfile_writer *writer, struct err *err)
{
	int rc = UNSUPPORTED;

	if (!stays_below(target->relative))
		return err_permanent(err, "write %s: not a path below the output folder",
				     target->relative);
	if (enter_folder(out, target, err) != 0)
		return -1;
	if (out->nameless)
		rc = write_nameless(out, target, writer, err);
	if (rc == UNSUPPORTED) {
		out->nameless = false;
		rc = write_named(out, target, writer, err);
	}
	if (rc == 0 && target->fsync && fsync(out->folder_fd) != 0)
		rc = err_errno(err, "sync folder");
	if (rc != 0) {
		forget_folder(out);
		err_context(err, "write %s/%s", target->root, target->relative);
	}
	return rc;
}

struct span {
	const void *bytes;
	size_t length;
};

static int write_span(void *context, int fd, struct err *err)
{
	const struct span *span = context;

	return path_write_all(fd, span->bytes, span->length, err);
}

int outfile_write(struct outfile *out, const struct outfile_target *target, const void *bytes,
		  size_t length, struct err *err)
{
	struct span span = {.bytes = bytes, .length = length};
	const struct outfile_writer writer = {.write = write_span, .context = &span};

	return outfile_write_by(out, target, &writer, err);
}

void outfile_sweep(const struct outfile_target *target)
{
	char *folder;
	char *path;

	if (!stays_below(target->relative))
		return;
	folder = folder_of(target);
	path = path_join(folder, target->temporary);
	unlink(path);
	free(path);
	free(folder);
}

void outfile_temporary(char *name, size_t size, const char *run_id, uint64_t job, const char *more)
{
	snprintf(name, size, "%s%s-%" PRIu64 "%s", temporary_start, run_id, job, more);
}

bool outfile_is_temporary(const char *name)
{
	return strncmp(name, temporary_start, sizeof temporary_start - 1) == 0;
}

static bool is_leftover(const struct dirent *found, const char *run_id)
{
	size_t start = sizeof temporary_start - 1;
	size_t length = strlen(run_id);

	if (!outfile_is_temporary(found->d_name))
		return false;
	return strncmp(found->d_name + start, run_id, length) != 0 ||
	       found->d_name[start + length] != '-';
}

void outfile_sweep_folder(const char *folder, const char *run_id)
{
	DIR *listing = opendir(folder);
	const struct dirent *found;

	if (listing == NULL)
		return;
	while ((found = readdir(listing)) != NULL) {
		if (is_leftover(found, run_id))
			unlinkat(dirfd(listing), found->d_name, 0);
	}
	closedir(listing);
}
