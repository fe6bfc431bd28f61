/*
 * scan_stat.c - the stage stat: what a file and its JSON look like from outside, and whether that
 * is what an earlier scan has seen.
 *
 * A file is left alone by all further stages when the catalogue has it with this size and time and
 * with a JSON of this name, size and time, or without one as now. What the catalogue has came with
 * the item, and so did the name of the JSON: no file is opened to find that out. A file that has
 * none in its folder may have a twin in a folder of a year (rule P10): that is looked for here.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "media/sidecar_twin.h"
#include "media/takeout_folder.h"
#include "workload/scan_worker.h"

struct scan_batch *scan_begin(struct work *work, enum scan_stage stage, struct err *err)
{
	struct scan_worker *worker = work->state;

	if (scan_item_unpack(work->payload, work->payload_length, &worker->item, err) != 0)
		return NULL;
	return stage == SCAN_STAT ? scan_batch_new(work, worker->item.count, err)
				  : scan_batch_get(work, &worker->item, stage, err);
}

int scan_open_dir(struct scan_worker *worker, struct err *err)
{
	char *path;

	if (worker->dir != NULL && strcmp(worker->dir, worker->item.dir) == 0)
		return worker->dir_fd;
	if (worker->dir_fd >= 0)
		close(worker->dir_fd);
	free(worker->dir);
	worker->dir = NULL;
	path = path_join(worker->root, worker->item.dir);
	worker->dir_fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	free(path);
	if (worker->dir_fd < 0)
		return err_errno(err, "open folder");
	worker->dir = mem_strdup(worker->item.dir);
	return worker->dir_fd;
}

int scan_file_failed(struct work *work, struct scan_batch *batch, unsigned index,
		     enum scan_stage stage, struct err *err)
{
	struct scan_row *row = &batch->row[index];
	struct err note = *err;

	if (err->kind == ERR_TRANSIENT && work->attempt < 2)
		return -1;
	err_clear(err);
	row->state = SCAN_BAD;
	row->bad_stage = (uint32_t)stage;
	return scan_text_put(work, batch, note.text, strlen(note.text), &row->note, err);
}

static int64_t mtime_of(const struct stat *status)
{
	return (int64_t)status->st_mtim.tv_sec * 1000000000 + status->st_mtim.tv_nsec;
}

static int by_text(const void *left, const void *right)
{
	const char *const *a = left;
	const char *const *b = right;

	return strcmp(*a, *b);
}

void scan_drop_years(struct scan_worker *worker)
{
	if (worker->parent_fd >= 0)
		close(worker->parent_fd);
	worker->parent_fd = -1;
	for (size_t i = 0; i < worker->nyears; i++)
		free(worker->years[i]);
	free(worker->years);
	worker->years = NULL;
	worker->nyears = 0;
	free(worker->parent);
	worker->parent = NULL;
}

/* A folder that could not be opened, as errno says: 0 when there is none that may be looked into,
 * -1 when it is not known what it holds. */
static int no_folder(struct err *err)
{
	if (errno == ENOENT || errno == EACCES || errno == ENOTDIR)
		return 0;
	return err_errno(err, "look for folders of years");
}

/* Names of folders of years, unsorted. */
static int read_years(struct scan_worker *worker, DIR *folder, struct err *err)
{
	const struct dirent *found;

	while (errno = 0, (found = readdir(folder)) != NULL) {
		if (found->d_type == DT_REG || takeout_year_folder(found->d_name) == 0)
			continue;
		worker->years =
			mem_realloc(worker->years, worker->nyears + 1, sizeof *worker->years);
		worker->years[worker->nyears++] = mem_strdup(found->d_name);
	}
	return errno == 0 ? 0 : err_errno(err, "look for folders of years");
}

/* The folders of years beside the item's folder; a parent that may not be listed has none. They
 * are kept for the next file, unless the machine was in trouble. */
static int list_years(struct scan_worker *worker, const char *parent, struct err *err)
{
	char *path = path_join(worker->root, parent);
	DIR *folder;
	int rc;

	scan_drop_years(worker);
	worker->parent_fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	folder = worker->parent_fd >= 0 ? opendir(path) : NULL;
	rc = folder != NULL ? read_years(worker, folder, err) : no_folder(err);
	free(path);
	if (folder != NULL)
		closedir(folder);
	if (rc != 0) {
		scan_drop_years(worker);
		return -1;
	}
	worker->parent = mem_strdup(parent);
	if (worker->nyears > 1)
		qsort(worker->years, worker->nyears, sizeof *worker->years, by_text);
	return 0;
}

/* Does this folder of a year have the file, and a JSON of it? Most have not even a file of the
 * name: that much is asked first. 2: it is not clear which, -1: it could not be asked. */
static int ask_year(struct scan_worker *worker, const char *year, const char *name,
		    uint64_t size_bytes, struct sidecar_twin *twin, struct err *err)
{
	char path[2 * NAME_MAX + 2];
	struct stat status;
	int found = 0;
	int fd;

	snprintf(path, sizeof path, "%s/%s", year, name);
	if (fstatat(worker->parent_fd, path, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
	    !S_ISREG(status.st_mode) || (uint64_t)status.st_size != size_bytes)
		return 0;
	fd = openat(worker->parent_fd, year, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return no_folder(err);
	if (sidecar_twin_find(&fd, 1, name, size_bytes, twin))
		found = 1;
	else if (twin->ambiguous)
		found = 2;
	close(fd);
	return found;
}

/* The one folder of a year that has this file and a JSON of it; they are opened one by one, for a
 * library has more of them than many workers could keep open. 1: *twin and *year are set, 0: there
 * is none or more than one, -1 */
static int find_twin(struct scan_worker *worker, const char *name, uint64_t size_bytes,
		     struct sidecar_twin *twin, const char **year, struct err *err)
{
	const char *slash = strrchr(worker->item.dir, '/');
	const char *own = slash != NULL ? slash + 1 : worker->item.dir;
	size_t above = slash != NULL ? (size_t)(slash - worker->item.dir) : 0;
	struct sidecar_twin one;
	int found = 0;

	if (worker->parent == NULL || strlen(worker->parent) != above ||
	    memcmp(worker->parent, worker->item.dir, above) != 0) {
		char *parent = mem_strndup(worker->item.dir, above);
		int rc = list_years(worker, parent, err);

		free(parent);
		if (rc != 0)
			return -1;
	}
	for (size_t i = 0; i < worker->nyears && found < 2; i++) {
		int more;

		if (strcmp(worker->years[i], own) == 0)
			continue;
		more = ask_year(worker, worker->years[i], name, size_bytes, &one, err);
		if (more < 0)
			return -1;
		if (more == 1) {
			*twin = one;
			*year = worker->years[i];
		}
		found += more;
	}
	return found == 1;
}

/* Which JSON is the file's, and what that looks like. */
static int note_sidecar(struct work *work, struct scan_batch *batch, unsigned index, int dir_fd,
			struct err *err)
{
	struct scan_worker *worker = work->state;
	const struct scan_file *file = &worker->item.file[index];
	struct scan_row *row = &batch->row[index];
	struct sidecar_twin twin;
	const char *year = "", *name = file->sidecar;
	struct stat status;
	int twins = 0;
	char *path;

	row->rule = (uint32_t)file->rule;
	row->confidence = (uint32_t)file->confidence;
	if (name == NULL && !file->ambiguous && worker->item.dir[0] != '\0')
		twins = find_twin(worker, file->name, row->size_bytes, &twin, &year, err);
	if (twins < 0)
		return -1;
	if (name != NULL) {
		if (fstatat(dir_fd, name, &status, 0) != 0)
			status = (struct stat){0}; /* reading it will say why */
	} else if (twins == 0) {
		row->rule = SIDECAR_NO_RULE;
		row->confidence = SIDECAR_NO_CONFIDENCE;
		return 0;
	} else {
		name = twin.json;
		row->rule = SIDECAR_P10;
		row->confidence = SIDECAR_MEDIUM;
		path = mem_printf("../%s/%s", year, name);
		if (fstatat(dir_fd, path, &status, 0) != 0)
			status = (struct stat){0};
		free(path);
		if (scan_text_put(work, batch, year, strlen(year), &row->sidecar_dir, err) != 0)
			return -1;
	}
	row->json_bytes = (uint64_t)status.st_size;
	row->json_mtime_ns = mtime_of(&status);
	return scan_text_put(work, batch, name, strlen(name), &row->sidecar, err);
}

static bool same_name(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* Is all that could be read known already? */
static void compare_known(struct work *work, struct scan_row *row, const struct scan_file *file)
{
	const struct scan_known *known = file->known;
	const char *sidecar = scan_text_get(work, &row->sidecar);

	if (known == NULL)
		return;
	if (!known->settled || known->size_bytes != row->size_bytes ||
	    known->mtime_ns != row->mtime_ns)
		return;
	if (file->sidecar == NULL && !same_name(sidecar, known->twin))
		return;
	if (sidecar == NULL ||
	    (known->json_bytes == row->json_bytes && known->json_mtime_ns == row->json_mtime_ns))
		row->state = SCAN_SAME;
}

/* What the file system says of this one name will be said again. */
static int look_at_file(int dir_fd, const char *name, struct stat *status, bool *gone,
			struct err *err)
{
	*gone = false;
	if (fstatat(dir_fd, name, status, AT_SYMLINK_NOFOLLOW) != 0) {
		bool of_the_file = errno == ENOENT || errno == EACCES || errno == ENOTDIR;

		*gone = errno == ENOENT;
		err_errno(err, "look at file");
		if (of_the_file)
			err->kind = ERR_PERMANENT;
		return -1;
	}
	if (!S_ISREG(status->st_mode))
		return err_permanent(err, "not a regular file");
	return 0;
}

static int stat_files(struct work *work, struct scan_batch *batch, int dir_fd, struct err *err)
{
	const struct scan_worker *worker = work->state;

	for (unsigned i = 0; i < batch->count; i++) {
		struct scan_row *row = &batch->row[i];
		struct stat status;
		bool gone;

		if (look_at_file(dir_fd, worker->item.file[i].name, &status, &gone, err) != 0) {
			if (scan_file_failed(work, batch, i, SCAN_STAT, err) != 0)
				return -1;
			if (gone)
				row->state = SCAN_GONE;
			continue;
		}
		row->size_bytes = (uint64_t)status.st_size;
		row->mtime_ns = mtime_of(&status);
		if (note_sidecar(work, batch, i, dir_fd, err) != 0)
			return -1;
		compare_known(work, row, &worker->item.file[i]);
	}
	return 0;
}

int scan_stat(struct work *work, struct err *err)
{
	struct scan_batch *batch = scan_begin(work, SCAN_STAT, err);
	int dir_fd;

	if (batch == NULL)
		return -1;
	dir_fd = scan_open_dir(work->state, err);
	return dir_fd >= 0 ? stat_files(work, batch, dir_fd, err) : -1;
}
