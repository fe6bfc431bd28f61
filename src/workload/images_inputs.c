/*
 * images_inputs.c - what the user gave: files, folders, a list, and where their outputs go. Runs in
 * the front (before the start) and in the walk host; no state.
 */
#include "config.h"

#include "workload/images_inputs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"

/* The last component; of what "." and ".." stand for, the real one. */
static char *base_of(const char *path)
{
	char *base = path_base(path);
	char *real;

	if (strcmp(base, ".") != 0 && strcmp(base, "..") != 0)
		return base;
	free(base);
	real = path_real(path);
	base = path_base(real);
	free(real);
	return base;
}

static void add(struct images_inputs *inputs, const char *path)
{
	struct images_input *input;
	struct stat status;

	if (inputs->count == inputs->capacity) {
		inputs->capacity = inputs->capacity ? 2 * inputs->capacity : 16;
		inputs->items = mem_realloc(inputs->items, inputs->capacity, sizeof *inputs->items);
	}
	input = &inputs->items[inputs->count++];
	*input = (struct images_input){.path = mem_strdup(path), .base = base_of(path)};
	input->link = lstat(path, &status) == 0 && S_ISLNK(status.st_mode);
	if (stat(path, &status) != 0) {
		input->kind = IMAGES_INPUT_MISSING;
		input->error = errno;
		return;
	}
	input->kind = S_ISDIR(status.st_mode) ? IMAGES_INPUT_FOLDER : IMAGES_INPUT_FILE;
	input->device = status.st_dev;
	input->inode = status.st_ino;
	input->size_bytes = S_ISREG(status.st_mode) ? (uint64_t)status.st_size : 0;
}

static struct images_output output_of(const char *path)
{
	struct images_output output = {.real = path_real(path)};
	struct stat status;

	if (stat(path, &status) == 0) {
		output.exists = true;
		output.device = status.st_dev;
		output.inode = status.st_ino;
	}
	return output;
}

void images_inputs_init(struct images_inputs *inputs, const struct workload_config *config)
{
	*inputs = (struct images_inputs){.output = output_of(config->output)};
	if (config->report != NULL)
		inputs->report = output_of(config->report);
	for (size_t i = 0; i < config->ninputs; i++)
		add(inputs, config->inputs[i]);
}

void images_inputs_free(struct images_inputs *inputs)
{
	for (size_t i = 0; i < inputs->count; i++) {
		free(inputs->items[i].path);
		free(inputs->items[i].base);
	}
	free(inputs->items);
	free(inputs->output.real);
	free(inputs->report.real);
}

static int read_whole(int fd, char **text, size_t *length, struct err *err)
{
	size_t capacity = 65536;
	ssize_t got;

	*length = 0;
	*text = mem_realloc(NULL, capacity, 1);
	for (;;) {
		if (capacity - *length < 32768) {
			capacity *= 2;
			*text = mem_realloc(*text, capacity, 1);
		}
		got = read(fd, *text + *length, capacity - *length - 1);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		*length += (size_t)got;
	}
	(*text)[*length] = '\0';
	return got == 0 ? 0 : err_errno(err, "cannot be read");
}

int images_inputs_add_list(struct images_inputs *inputs, const struct workload_config *config,
			   struct err *err)
{
	bool own = strcmp(config->from, "-") != 0;
	int fd = own ? open(config->from, O_RDONLY | O_CLOEXEC) : config->from_fd;
	char separator = config->from_nul ? '\0' : '\n';
	char *text = NULL;
	size_t length = 0;
	int rc;

	if (fd < 0)
		return err_errno(err, "list '%s' cannot be opened; give --from a file with names",
				 config->from);
	rc = read_whole(fd, &text, &length, err);
	if (rc != 0)
		err_context(err, "list '%s'", config->from);
	for (size_t at = 0; rc == 0 && at < length;) {
		const char *end = memchr(text + at, separator, length - at);
		size_t next = end != NULL ? (size_t)(end - text) : length;

		text[next] = '\0';
		if (text[at] != '\0')
			add(inputs, text + at);
		at = next + 1;
	}
	free(text);
	if (own)
		close(fd);
	return rc;
}

bool images_output_is(const struct images_output *output, dev_t device, ino_t inode)
{
	return output->exists && output->device == device && output->inode == inode;
}

/* Would this folder's outputs land among inputs? */
static int check_folder(struct images_inputs *inputs, struct images_input *input,
			const char *suffix, struct err *err)
{
	char *real = path_real(input->path);
	bool same = images_output_is(&inputs->output, input->device, input->inode);
	bool within = same || path_is_within(real, inputs->output.real);

	free(real);
	if (images_output_is(&inputs->report, input->device, input->inode))
		return err_permanent(
			err, "%s is the folder of the report, too: choose another with --report",
			input->path);
	input->in_place = same && inputs->count == 1 && suffix[0] != '\0';
	if (!within || input->in_place)
		return 0;
	if (same && inputs->count == 1)
		return err_permanent(
			err,
			"%s is the output folder, too: choose another with -o, or make "
			"the names differ with --suffix",
			input->path);
	return err_permanent(err,
			     "%s lies in the output folder %s, where outputs could replace inputs: "
			     "choose another output folder with -o",
			     input->path, inputs->output.real);
}

/* Where the file that was looked at last lies: lists name thousands of one folder in a row. */
struct place {
	char *folder;
	bool is_output;
	bool in_output; /* or deeper in it */
};

static void look_at_folder(struct place *place, const struct images_output *output, char *folder)
{
	struct stat status;
	char *real;

	if (place->folder != NULL && strcmp(place->folder, folder) == 0) {
		free(folder);
		return;
	}
	free(place->folder);
	place->folder = folder;
	real = path_real(folder);
	place->is_output = stat(folder, &status) == 0 &&
			   images_output_is(output, status.st_dev, status.st_ino);
	place->in_output = place->is_output || path_is_within(real, output->real);
	free(real);
}

static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return mem_strdup(".");
	return mem_strndup(path, slash == path ? 1 : (size_t)(slash - path));
}

/* The folder that holds the name, and for a link the one that holds what it points to: an output
 * must replace neither. */
static bool lies_in(const struct images_inputs *inputs, const struct images_input *input,
		    struct place *place, bool mixed)
{
	char *real;

	look_at_folder(place, &inputs->output, folder_of(input->path));
	if (place->is_output || (mixed && place->in_output))
		return true;
	if (!input->link)
		return false;
	real = path_real(input->path);
	look_at_folder(place, &inputs->output, folder_of(real));
	free(real);
	return place->is_output || (mixed && place->in_output);
}

/* Outputs of files go into the output folder itself, those of folders anywhere below it. */
static int check_files(struct images_inputs *inputs, bool mixed, const char *suffix,
		       struct err *err)
{
	struct place place = {.folder = NULL};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < inputs->count; i++) {
		struct images_input *input = &inputs->items[i];

		if (input->kind != IMAGES_INPUT_FILE || !lies_in(inputs, input, &place, mixed))
			continue;
		input->in_place = place.is_output;
		if (!place.is_output || mixed)
			rc = err_permanent(err,
					   "%s lies in the output folder %s, where outputs could "
					   "replace inputs: choose another output folder with -o",
					   input->path, inputs->output.real);
		else if (suffix[0] == '\0')
			rc = err_permanent(err,
					   "%s lies in the output folder: choose another with -o, "
					   "or make the names differ with --suffix",
					   input->path);
	}
	free(place.folder);
	return rc;
}

static int by_base(const void *left, const void *right)
{
	const struct images_input *const *a = left;
	const struct images_input *const *b = right;

	return strcmp((*a)->base, (*b)->base);
}

/* Several folders go by their base names below the output folder: those must differ. */
static int check_bases(const struct images_inputs *inputs, struct err *err)
{
	const struct images_input **folders = mem_calloc(inputs->count, sizeof *folders);
	size_t count = 0;
	int rc = 0;

	for (size_t i = 0; i < inputs->count; i++) {
		if (inputs->items[i].kind == IMAGES_INPUT_FOLDER)
			folders[count++] = &inputs->items[i];
	}
	if (count > 1)
		qsort(folders, count, sizeof *folders, by_base);
	for (size_t i = 0; rc == 0 && i < count && inputs->count > 1; i++) {
		if (strcmp(folders[i]->base, "/") == 0)
			rc = err_permanent(err,
					   "%s has no name to put its outputs under: give it alone",
					   folders[i]->path);
		else if (i > 0 && strcmp(folders[i - 1]->base, folders[i]->base) == 0)
			rc = err_permanent(err,
					   "%s and %s would both put their outputs into %s/%s: "
					   "give them in separate runs, or rename one",
					   folders[i - 1]->path, folders[i]->path,
					   inputs->output.real, folders[i]->base);
	}
	free(folders);
	return rc;
}

int images_inputs_check(struct images_inputs *inputs, const char *suffix, struct err *err)
{
	bool folders = false;

	for (size_t i = 0; i < inputs->count; i++) {
		if (inputs->items[i].kind != IMAGES_INPUT_FOLDER)
			continue;
		folders = true;
		if (check_folder(inputs, &inputs->items[i], suffix, err) != 0)
			return -1;
	}
	if (check_files(inputs, folders, suffix, err) != 0)
		return -1;
	return check_bases(inputs, err);
}
