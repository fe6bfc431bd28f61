/*
 * scan_source.c - finding the files of a library, their JSON, and what earlier scans know of them.
 *
 * A folder is listed whole, by names alone, and each file is matched with a JSON of the folder
 * (sidecar.h): all rules but one need the names of the whole folder and nothing else, so one place
 * does it once, whoever does the rest. The same holds for the catalogue: one query for a folder,
 * merged with the list of its files, costs a fraction of one for each file. Files that could be one
 * live photograph stand together and go into one item.
 *
 * Memory is bounded by the largest folder.
 */
#include "config.h"

#include <fcntl.h>
#include <limits.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/text.h"
#include "base/walk.h"
#include "media/takeout_folder.h"
#include "workload/scan_known.h"
#include "workload/scan_pair.h"
#include "workload/scan_worker.h"

enum { LARGE_FOLDER = 1024 };

struct finder {
	struct source *source;
	struct sidecar_folder *matching;
	struct scan_item item;
	char title[SCAN_TITLE_BYTES];
	char *output; /* relative to the root, NULL = not in the library */
	const char *dir;
	const char *path; /* of the folder being listed */
	int dir_fd;	  /* opened when a JSON has to be read; -1 = not */
	struct takeout_json content;
	struct scan_found *files; /* of the folder, sorted by name until all is known of them */
	size_t nfiles;
	size_t room;
	struct catalogue *reader; /* NULL: no earlier scan has left anything */
	size_t item_bytes;	  /* that the item takes up to now */
	struct err err;		  /* of the catalogue */
	uint64_t total;
	uint64_t unreadable; /* folders */
	bool stopped;
};

static bool emit_verdict(struct finder *finder, const char *name, enum err_kind verdict,
			 const char *reason)
{
	char clipped[WORK_PAYLOAD_BYTES / 2];

	snprintf(clipped, sizeof clipped, "%s", name);
	if (!finder->source->emit(
		    finder->source,
		    &(struct source_item){.name = clipped, .verdict = verdict, .reason = reason}))
		finder->stopped = true;
	return !finder->stopped;
}

/* What an item takes whatever its files are: its name, a file's path, goes with it. */
static size_t head_bytes(const struct finder *finder)
{
	return scan_item_head_bytes(&finder->item) + strlen(finder->path) + 1 + NAME_MAX + 16;
}

/* Send off what the item holds. */
static bool emit_item(struct finder *finder)
{
	struct scan_item *item = &finder->item;
	unsigned char payload[WORK_PAYLOAD_BYTES];
	size_t length = scan_item_pack(item, payload);
	char *name = path_join(finder->path, item->file[0].name);
	struct source_item out = {
		.name = name, .payload = payload, .payload_length = length, .units = item->count};

	if (item->count == 0) {
		free(name);
		return true;
	}
	if (length == 0 || strlen(name) + length > WORK_PAYLOAD_BYTES - 16)
		emit_verdict(finder, name, ERR_PERMANENT, "its path is too long");
	else if (!finder->source->emit(finder->source, &out))
		finder->stopped = true;
	free(name);
	item->count = 0;
	finder->item_bytes = head_bytes(finder);
	return !finder->stopped;
}

/* Is there room for one more, or for all of a group? */
static bool fits(const struct finder *finder, size_t bytes, size_t count)
{
	return finder->item.count + count <= SCAN_FILES &&
	       finder->item_bytes + bytes <= WORK_PAYLOAD_BYTES;
}

/* Files first..end-1 of the folder are of one stem: into one item, if any can take them. */
static bool add_group(struct finder *finder, size_t first, size_t end)
{
	size_t bytes = 0;

	for (size_t i = first; i < end; i++)
		bytes += scan_file_bytes(&finder->files[i].file);
	if (!fits(finder, bytes, end - first) && !emit_item(finder))
		return false;
	for (size_t i = first; i < end; i++) {
		const struct scan_file *file = &finder->files[i].file;

		bytes = scan_file_bytes(file);
		if (!fits(finder, bytes, 1) && !emit_item(finder))
			return false;
		finder->item.file[finder->item.count++] = *file;
		finder->item_bytes += bytes;
	}
	return true;
}

static int by_pair(const void *left, const void *right)
{
	const struct scan_found *a = left;
	const struct scan_found *b = right;

	return scan_pair_compare_keys(a->file.name, a->key, b->file.name, b->key);
}

static int open_listed(struct finder *finder)
{
	if (finder->dir_fd < 0)
		finder->dir_fd = open(finder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return finder->dir_fd;
}

/* As in struct sidecar_calls; the title stays until the next call. */
static bool read_content(void *context, size_t json, struct sidecar_content *content)
{
	struct finder *finder = context;
	const char *name = sidecar_json_name(finder->matching, json);
	struct err err;

	takeout_json_free(&finder->content);
	finder->content = (struct takeout_json){0};
	if (open_listed(finder) < 0 ||
	    takeout_json_read(finder->dir_fd, name, &finder->content, NULL, &err) != 0)
		return false;
	*content = (struct sidecar_content){.asset = finder->content.kind == TAKEOUT_JSON_ASSET,
					    .title = finder->content.title};
	return true;
}

/* The name of the album whose folder this is, if one of its JSON files tells. */
static void take_title(struct finder *finder, const char *json)
{
	struct takeout_json told = {0};
	struct err err;

	if (finder->title[0] != '\0' || open_listed(finder) < 0)
		return;
	if (takeout_json_read(finder->dir_fd, json, &told, NULL, &err) == 0 &&
	    told.kind == TAKEOUT_JSON_ALBUM && told.title != NULL) {
		size_t length = strnlen(told.title, sizeof finder->title - 1);

		while (length > 0 && (told.title[length] & 0xc0) == 0x80)
			length--;
		memcpy(finder->title, told.title, length);
		finder->title[length] = '\0';
		if (finder->item.kind == SCAN_DIR_FOLDER)
			finder->item.kind = SCAN_DIR_ALBUM;
	}
	takeout_json_free(&told);
}

static void add_file(struct finder *finder, const char *name)
{
	if (finder->nfiles == finder->room) {
		finder->room = finder->room != 0 ? 2 * finder->room : 256;
		finder->files = mem_realloc(finder->files, finder->room, sizeof *finder->files);
	}
	finder->files[finder->nfiles++] =
		(struct scan_found){.file = {.name = name},
				    .media = (uint32_t)sidecar_add_media(finder->matching, name),
				    .key = (uint32_t)scan_pair_key(name)};
}

/* The catalogue itself and what SQLite keeps beside it. */
static bool is_output(const struct finder *finder, const char *name)
{
	static const char *const endings[] = {"", "-wal", "-shm", "-journal"};
	char *path;
	bool is = false;

	if (finder->output == NULL)
		return false;
	path = path_join(finder->dir, name);
	for (size_t i = 0; i < sizeof endings / sizeof *endings && !is; i++) {
		size_t length = strlen(finder->output);

		is = strncmp(path, finder->output, length) == 0 &&
		     strcmp(path + length, endings[i]) == 0;
	}
	free(path);
	return is;
}

static void consider(struct finder *finder, const struct walk_entry *entry)
{
	char *path;

	if (entry->kind == WALK_FOLDER || is_output(finder, entry->name))
		return;
	if (entry->link) {
		path = path_join(finder->path, entry->name);
		emit_verdict(finder, path, ERR_SKIP, "a link");
		free(path);
	} else if (sidecar_is_json(entry->name)) {
		sidecar_add_json(finder->matching, entry->name);
		if (takeout_album_json(entry->name))
			take_title(finder, entry->name);
	} else {
		add_file(finder, entry->name);
	}
}

static void take_match(struct finder *finder, struct scan_found *found)
{
	const struct sidecar_match *match = sidecar_of(finder->matching, found->media);

	found->file.ambiguous = match->ambiguous;
	if (match->json == SIDECAR_NONE)
		return;
	found->file.sidecar = sidecar_json_name(finder->matching, match->json);
	found->file.rule = match->rule;
	found->file.confidence = match->confidence;
}

static void emit_files(struct finder *finder)
{
	finder->item_bytes = head_bytes(finder);
	for (size_t first = 0, end; first < finder->nfiles && !finder->stopped; first = end) {
		const struct scan_found *one = &finder->files[first];

		for (end = first + 1; end < finder->nfiles; end++) {
			const struct scan_found *other = &finder->files[end];

			if (one->key != other->key ||
			    memcmp(one->file.name, other->file.name, one->key) != 0)
				break;
		}
		add_group(finder, first, end);
	}
	if (!finder->stopped)
		emit_item(finder);
}

/* What the match needed: until all of a large folder is on its way the engine may take a while. */
static void give_back(struct finder *finder)
{
	sidecar_folder_trim(finder->matching);
	if (finder->nfiles >= LARGE_FOLDER)
		malloc_trim(0);
}

static void emit_folder(struct finder *finder)
{
	struct sidecar_calls calls = {.content = read_content, .context = finder};
	struct scan_known *known = NULL;

	sidecar_match(finder->matching, &calls);
	for (size_t i = 0; i < finder->nfiles; i++)
		take_match(finder, &finder->files[i]);
	give_back(finder);
	if (finder->reader != NULL && scan_known_files(finder->reader, &finder->item, finder->files,
						       finder->nfiles, &known, &finder->err) != 0)
		finder->stopped = true;
	if (finder->nfiles > 1)
		qsort(finder->files, finder->nfiles, sizeof *finder->files, by_pair);
	finder->total += finder->nfiles;
	if (finder->source->estimate != NULL)
		finder->source->estimate(finder->source, finder->total);
	if (!finder->stopped)
		emit_files(finder);
	scan_known_free(known, finder->nfiles);
}

static bool on_list(void *context, const struct walk_folder *folder)
{
	struct finder *finder = context;
	const char *slash = strrchr(folder->relative, '/');
	int year = takeout_year_folder(slash != NULL ? slash + 1 : folder->relative);

	finder->dir = folder->relative;
	finder->path = folder->path;
	finder->dir_fd = -1;
	finder->nfiles = 0;
	finder->title[0] = '\0';
	finder->item.dir = folder->relative;
	finder->item.kind = year != 0 ? SCAN_DIR_YEAR : SCAN_DIR_FOLDER;
	finder->item.year = year;
	finder->item.title = finder->title;
	finder->item.dir_known = false;
	finder->item.count = 0;
	for (size_t i = 0; i < folder->count && !finder->stopped; i++)
		consider(finder, &folder->entries[i]);
	if (!finder->stopped && finder->nfiles != 0)
		emit_folder(finder);
	sidecar_folder_clear(finder->matching);
	if (finder->dir_fd >= 0)
		close(finder->dir_fd);
	return !finder->stopped;
}

/* A library holds each file once; what a link leads to is elsewhere in it, or no part of it. */
static bool on_enter(void *context, const char *path, const struct walk_entry *entry)
{
	struct finder *finder = context;

	if (entry->link)
		emit_verdict(finder, path, ERR_SKIP, "a link");
	return !entry->link;
}

/* One that leads back to a folder above it. */
static void on_loop(void *context, const char *path)
{
	emit_verdict(context, path, ERR_SKIP, "a link");
}

static bool on_unreadable(void *context, const char *path, const char *relative,
			  const struct err *err)
{
	struct finder *finder = context;

	(void)relative;
	finder->unreadable++;
	return emit_verdict(finder, path, ERR_PERMANENT, err->text);
}

static bool on_seen(void *context, size_t entries)
{
	struct finder *finder = context;

	if (finder->source->seen != NULL && !finder->source->seen(finder->source, entries))
		finder->stopped = true;
	return !finder->stopped;
}

/* Where the catalogue lies within the library, if it does. */
static char *output_within(const struct workload_config *config)
{
	char *root = path_real(config->inputs[0]);
	char *output = path_real(config->output);
	char *within = NULL;

	if (path_is_within(output, root)) {
		const char *rest = output + strlen(root);

		within = mem_strdup(*rest == '/' ? rest + 1 : rest);
	}
	free(root);
	free(output);
	return within;
}

int scan_source(struct source *source, struct err *err)
{
	struct finder *finder = mem_calloc(1, sizeof *finder);
	struct walk_calls calls = {.list = on_list,
				   .enter = on_enter,
				   .unreadable = on_unreadable,
				   .loop = on_loop,
				   .seen = on_seen,
				   .names_only = true,
				   .context = finder};
	int rc = 0;

	finder->source = source;
	finder->matching = sidecar_folder_new();
	finder->output = output_within(source->config);
	if (!source->config->dry_run)
		finder->reader = catalogue_open_reader(source->config->output, &finder->err);
	if (finder->err.kind == ERR_NONE)
		walk_tree(source->config->inputs[0], &calls);
	if (finder->err.kind != ERR_NONE) {
		*err = finder->err;
		rc = -1;
	} else if (finder->unreadable != 0) {
		rc = err_transient(err, "%llu folders could not be read: nothing is marked missing",
				   (unsigned long long)finder->unreadable);
	}
	catalogue_close(finder->reader);
	takeout_json_free(&finder->content);
	sidecar_folder_free(finder->matching);
	free(finder->output);
	free(finder->files);
	free(finder);
	return rc;
}
