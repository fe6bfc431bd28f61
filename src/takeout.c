/*
 * takeout.c - see takeout.h. Every thread goes through all groups, which costs next to nothing, and
 * makes those blocks of them that are its own. The folders are open before, so that a file costs
 * no look-up of its path; unlike photographs, which take long to make, files are written in place.
 */
#include "config.h"

#include "takeout.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/text.h"
#include "samples.h"
#include "takeout_bodies.h"
#include "takeout_plan.h"
#include "takeout_text.h"

enum { BLOCK_GROUPS = 64, MANIFEST_BYTES = 1 << 16 };

struct crew {
	struct takeout_library library;
	const struct takeout_bodies *bodies;
	int folders[TAKEOUT_FOLDERS_MAX]; /* open descriptors, -1 = not */
	unsigned threads;
	atomic_bool failed; /* set once; who sets it writes err, which is read after the join */
	struct err *err;
};

struct hand {
	struct crew *crew;
	unsigned number;
	pthread_t thread;
};

/* ---- files --------------------------------------------------------------------------------- */

static int write_file(int folder, const char *name, const void *bytes, size_t length,
		      struct err *err)
{
	int fd = openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
	int rc;

	if (fd < 0)
		return err_errno(err, "write %s", name);
	rc = path_write_all(fd, bytes, length, err);
	if (close(fd) != 0 && rc == 0)
		rc = err_errno(err, "close");
	if (rc != 0) {
		unlinkat(folder, name, 0);
		return err_context(err, "write %s", name);
	}
	return 0;
}

static int write_group(const struct crew *crew, const struct takeout_group *group,
		       unsigned char *room, struct err *err)
{
	for (unsigned i = 0; i < group->nfiles; i++) {
		const struct takeout_file *file = &group->files[i];
		size_t length;

		if (file->body < TAKEOUT_MEDIA_BODIES)
			length = takeout_body_copy(crew->bodies, file->body, file->serial,
						   group->taken_s, room);
		else
			length = takeout_sidecar_text(group, file, (char *)room);
		if (write_file(crew->folders[file->folder], file->name, room, length, err) != 0)
			return -1;
	}
	return 0;
}

static void *work(void *argument)
{
	const struct hand *hand = argument;
	struct crew *crew = hand->crew;
	struct takeout_group *group = mem_calloc(1, sizeof(*group));
	unsigned char *room = mem_calloc(1, TAKEOUT_BODY_BYTES);
	struct err err;
	int64_t before = 0;
	unsigned media;

	for (uint64_t number = 0; !atomic_load(&crew->failed) &&
				  (media = takeout_group_media(&crew->library, number, before)) > 0;
	     number++) {
		if (number / BLOCK_GROUPS % crew->threads == hand->number) {
			err_clear(&err);
			takeout_group(&crew->library, number, before, group);
			if (write_group(crew, group, room, &err) != 0 &&
			    !atomic_exchange(&crew->failed, true))
				*crew->err = err;
		}
		before += media;
	}
	free(group);
	free(room);
	return NULL;
}

static void write_groups(struct crew *crew)
{
	struct hand hands[SAMPLES_THREADS_MAX];
	unsigned started = 0;

	crew->threads = (unsigned)samples_threads();
	for (unsigned i = 0; i < crew->threads; i++)
		hands[i] = (struct hand){.crew = crew, .number = i};
	while (started + 1 < crew->threads &&
	       pthread_create(&hands[started].thread, NULL, work, &hands[started]) == 0)
		started++;
	/* This thread does the last share, and those that no thread could be had for. */
	for (unsigned i = started; i < crew->threads; i++)
		work(&hands[i]);
	for (unsigned i = 0; i < started; i++)
		pthread_join(hands[i].thread, NULL);
}

/* ---- folders ------------------------------------------------------------------------------- */

static int open_folder(struct crew *crew, const char *root, unsigned folder, struct err *err)
{
	char name[TAKEOUT_NAME_BYTES], json[TAKEOUT_NAME_BYTES], text[TAKEOUT_TEXT_BYTES];
	char *path;
	int rc;

	takeout_folder_name(&crew->library, folder, name, sizeof name);
	path = path_join(root, name);
	rc = path_make_dirs(path, 0777, err);
	if (rc == 0) {
		crew->folders[folder] = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (crew->folders[folder] < 0)
			rc = err_errno(err, "open %s", path);
	}
	free(path);
	if (rc == 0 && takeout_folder_json(&crew->library, folder, json, sizeof json))
		rc = write_file(crew->folders[folder], json, text, takeout_album_text(name, text),
				err);
	return rc;
}

static int open_folders(struct crew *crew, const char *root, struct err *err)
{
	for (unsigned i = 0; i < takeout_folders(&crew->library); i++)
		if (open_folder(crew, root, i, err) != 0)
			return -1;
	return 0;
}

static void close_folders(struct crew *crew)
{
	for (unsigned i = 0; i < TAKEOUT_FOLDERS_MAX; i++)
		if (crew->folders[i] >= 0)
			close(crew->folders[i]);
}

/* ---- the manifest -------------------------------------------------------------------------- */

static int flush(int fd, struct textbuf *lines, struct err *err)
{
	int rc = path_write_all(fd, lines->text, lines->length, err);

	lines->length = 0;
	return rc;
}

static void list_group(const struct takeout_library *library, const struct takeout_group *group,
		       struct textbuf *lines)
{
	for (unsigned i = 0; i < group->nfiles; i++) {
		const struct takeout_file *file = &group->files[i];
		char folder[TAKEOUT_NAME_BYTES];

		if (file->body >= TAKEOUT_MEDIA_BODIES)
			continue;
		takeout_folder_name(library, file->folder, folder, sizeof folder);
		textbuf_printf(lines, TAKEOUT_ROOT "/%s\t%s\t%s\t%s\t%s\n", folder, file->name,
			       file->rule, file->sidecar[0] != '\0' ? file->sidecar : "-",
			       group->situation);
	}
}

static int write_manifest(const struct takeout_library *library, const char *path, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	struct takeout_group *group;
	struct textbuf lines;
	int64_t before = 0;
	unsigned media;
	int rc = 0;

	if (fd < 0)
		return err_errno(err, "write %s", path);
	group = mem_calloc(1, sizeof(*group));
	textbuf_init(&lines);
	textbuf_printf(&lines, "# folder\tmedia file\trule\tJSON\tsituation\n");
	for (uint64_t number = 0;
	     rc == 0 && (media = takeout_group_media(library, number, before)) > 0; number++) {
		takeout_group(library, number, before, group);
		list_group(library, group, &lines);
		if (lines.length >= MANIFEST_BYTES)
			rc = flush(fd, &lines, err);
		before += media;
	}
	if (rc == 0)
		rc = flush(fd, &lines, err);
	if (close(fd) != 0 && rc == 0)
		rc = err_errno(err, "close");
	textbuf_free(&lines);
	free(group);
	return rc == 0 ? 0 : err_context(err, "write %s", path);
}

/* A list in the library would be one of its files. */
static int check_manifest(const struct takeout_options *options, struct err *err)
{
	char *list, *dir;
	bool within;

	if (options->manifest == NULL)
		return 0;
	list = path_real(options->manifest);
	dir = path_real(options->dir);
	within = path_is_within(list, dir);
	free(list);
	free(dir);
	return within ? err_permanent(err, "--manifest %s: must lie outside of %s",
				      options->manifest, options->dir)
		      : 0;
}

int takeout_main(const struct takeout_options *options, struct err *err)
{
	struct crew crew = {.library = takeout_library(options->seed, options->count), .err = err};
	struct takeout_bodies *bodies = NULL;
	char *root = path_join(options->dir, TAKEOUT_ROOT);
	int status = 2;

	err_clear(err);
	for (unsigned i = 0; i < TAKEOUT_FOLDERS_MAX; i++)
		crew.folders[i] = -1;
	if (check_manifest(options, err) != 0 || open_folders(&crew, root, err) != 0)
		goto out;
	status = 1;
	bodies = takeout_bodies_new(options->seed, err);
	if (bodies == NULL)
		goto out;
	crew.bodies = bodies;
	write_groups(&crew);
	if (atomic_load(&crew.failed))
		goto out;
	if (options->manifest == NULL || write_manifest(&crew.library, options->manifest, err) == 0)
		status = 0;
out:
	takeout_bodies_free(bodies);
	close_folders(&crew);
	free(root);
	return status;
}
