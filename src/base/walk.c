/*
 * walk.c - folder trees in a fixed order.
 *
 * Recursion is bounded by the longest path that the system opens; each level holds its sorted list.
 */
#include "config.h"

#include "base/walk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"

/* The folders above the one being listed, innermost first: a link to one of them is a loop. */
struct ancestor {
	dev_t device;
	ino_t inode;
	const struct ancestor *above;
};

enum { NAMES_MIN = 1024, SEEN_AT_ONCE = 1024 };

struct listing {
	struct walk_entry *entries;
	size_t count;
	size_t capacity;
	char *names; /* of the entries, one behind the other */
	size_t names_bytes;
	size_t names_room;
	size_t seen; /* of them, told */
	bool ended;  /* by who was told */
	struct ancestor self;
};

static void listing_free(struct listing *listing)
{
	free(listing->names);
	free(listing->entries);
}

static int by_name(const void *left, const void *right)
{
	const struct walk_entry *a = left;
	const struct walk_entry *b = right;

	return strcmp(a->name, b->name);
}

/* What the name stands for. One that vanished or points nowhere is WALK_OTHER: whoever opens it
 * learns why. */
static void describe(int folder_fd, const struct dirent *found, bool names_only,
		     struct walk_entry *entry)
{
	struct stat status;

	if (names_only && found->d_type == DT_REG) {
		entry->kind = WALK_FILE;
		return;
	}
	entry->kind = WALK_OTHER;
	entry->link = found->d_type == DT_LNK;
	if (found->d_type == DT_UNKNOWN)
		entry->link =
			fstatat(folder_fd, found->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
			S_ISLNK(status.st_mode);
	if (fstatat(folder_fd, found->d_name, &status, 0) != 0)
		return;
	if (S_ISDIR(status.st_mode))
		entry->kind = WALK_FOLDER;
	else if (S_ISREG(status.st_mode))
		entry->kind = WALK_FILE;
	entry->size_bytes = entry->kind == WALK_FILE ? (uint64_t)status.st_size : 0;
	entry->device = status.st_dev;
	entry->inode = status.st_ino;
}

/* They may still move: who points to them is set when all are there. */
static void keep_name(struct listing *listing, const char *name)
{
	size_t bytes = strlen(name) + 1;

	if (bytes > listing->names_room - listing->names_bytes) {
		listing->names_room = 2 * listing->names_room + bytes + NAMES_MIN;
		listing->names = mem_realloc(listing->names, listing->names_room, 1);
	}
	memcpy(listing->names + listing->names_bytes, name, bytes);
	listing->names_bytes += bytes;
}

static void point_to_names(struct listing *listing)
{
	char *name = listing->names;

	for (size_t i = 0; i < listing->count; i++) {
		listing->entries[i].name = name;
		name += strlen(name) + 1;
	}
}

static void listing_add(struct listing *listing, int folder_fd, const struct dirent *found,
			bool names_only)
{
	struct walk_entry entry = {0};

	if (strcmp(found->d_name, ".") == 0 || strcmp(found->d_name, "..") == 0)
		return;
	describe(folder_fd, found, names_only, &entry);
	keep_name(listing, found->d_name);
	if (listing->count == listing->capacity) {
		listing->capacity = listing->capacity ? 2 * listing->capacity : 64;
		listing->entries = mem_realloc(listing->entries, listing->capacity, sizeof entry);
	}
	listing->entries[listing->count++] = entry;
}

static void tell_seen(struct listing *listing, const struct walk_calls *calls)
{
	size_t more = listing->count - listing->seen;

	listing->seen = listing->count;
	if (calls->seen != NULL && more != 0)
		listing->ended = !calls->seen(calls->context, more);
}

/* List the folder, sorted. A folder that fails half way counts as unreadable: half a list would let
 * names depend on where the error struck. */
static int listing_read(struct listing *listing, const char *path, const struct walk_calls *calls,
			struct err *err)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
	const struct dirent *found;
	struct stat status;
	DIR *folder;
	int rc = 0;

	if (fd < 0)
		return err_errno(err, "open folder");
	folder = fdopendir(fd);
	if (folder == NULL) {
		rc = err_errno(err, "open folder");
		close(fd);
		return rc;
	}
	if (fstat(fd, &status) != 0) {
		rc = err_errno(err, "look at folder");
		goto out;
	}
	listing->self.device = status.st_dev;
	listing->self.inode = status.st_ino;
	while (errno = 0, !listing->ended && (found = readdir(folder)) != NULL) {
		listing_add(listing, fd, found, calls->names_only);
		if (listing->count - listing->seen == SEEN_AT_ONCE)
			tell_seen(listing, calls);
	}
	if (errno != 0)
		rc = err_errno(err, "list folder");
	if (!listing->ended)
		tell_seen(listing, calls);
	point_to_names(listing);
	if (listing->count > 0)
		qsort(listing->entries, listing->count, sizeof *listing->entries, by_name);
out:
	closedir(folder);
	return rc;
}

static bool is_above(const struct ancestor *ancestor, const struct walk_entry *entry)
{
	for (; ancestor != NULL; ancestor = ancestor->above) {
		if (ancestor->device == entry->device && ancestor->inode == entry->inode)
			return true;
	}
	return false;
}

/* Take out the sub-folders that will not be entered. */
static void drop_unwanted(struct listing *listing, const char *path, const struct walk_calls *calls)
{
	size_t kept = 0;

	for (size_t i = 0; i < listing->count; i++) {
		struct walk_entry *entry = &listing->entries[i];
		bool wanted = true;

		if (entry->kind == WALK_FOLDER) {
			char *below = path_join(path, entry->name);

			if (is_above(&listing->self, entry)) {
				wanted = false;
				if (calls->loop != NULL)
					calls->loop(calls->context, below);
			} else if (calls->enter != NULL) {
				wanted = calls->enter(calls->context, below, entry);
			}
			free(below);
		}
		if (wanted)
			listing->entries[kept++] = *entry;
	}
	listing->count = kept;
}

static bool walk_folder(const char *path, const char *relative, const struct ancestor *above,
			const struct walk_calls *calls)
{
	struct listing listing = {.self = {.above = above}};
	struct err err;
	bool going;

	if (listing_read(&listing, path, calls, &err) != 0) {
		listing_free(&listing);
		return calls->unreadable(calls->context, path, relative, &err);
	}
	if (listing.ended) {
		listing_free(&listing);
		return false;
	}
	drop_unwanted(&listing, path, calls);
	going = calls->list(calls->context, &(struct walk_folder){.path = path,
								  .relative = relative,
								  .entries = listing.entries,
								  .count = listing.count});
	for (size_t i = 0; going && i < listing.count; i++) {
		char *path_below;
		char *relative_below;

		if (listing.entries[i].kind != WALK_FOLDER)
			continue;
		path_below = path_join(path, listing.entries[i].name);
		relative_below = path_join(relative, listing.entries[i].name);
		going = walk_folder(path_below, relative_below, &listing.self, calls);
		free(path_below);
		free(relative_below);
	}
	listing_free(&listing);
	return going;
}

bool walk_tree(const char *root, const struct walk_calls *calls)
{
	return walk_folder(root, "", NULL, calls);
}
