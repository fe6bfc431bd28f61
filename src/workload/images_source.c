/*
 * images_source.c - finding the images.
 *
 * Each folder is listed whole and its output names are settled before its first item goes out.
 * Whether a file is an image is `read`'s business; it is opened here only when its name collides,
 * and for --dry-run, after which nobody else looks.
 * Below an output folder that is an input folder as well (--suffix), what carries the suffix is an
 * output of an earlier run and no input.
 */
#include "config.h"

#include "workload/images_source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/outfile.h"
#include "base/path.h"
#include "base/text.h"
#include "base/walk.h"
#include "workload/images_candidates.h"
#include "workload/images_done.h"
#include "workload/images_inputs.h"
#include "workload/images_options.h"
#include "workload/images_worker.h"

struct finder {
	struct source *source;
	struct images_settings settings;
	struct images_inputs inputs;
	const char *prefix; /* of the root being walked: "" or its name below the output folder */
	bool in_place;	    /* of the root being walked */
	uint64_t found;
	bool stopped;
};

static bool emit(struct finder *finder, struct source_item *item)
{
	char clipped[WORK_PAYLOAD_BYTES / 2];

	if (strlen(item->name) + item->payload_length > WORK_PAYLOAD_BYTES - 16) {
		snprintf(clipped, sizeof clipped, "%s", item->name);
		*item = (struct source_item){.name = clipped,
					     .verdict = ERR_PERMANENT,
					     .reason = "its path is too long"};
	}
	if (!finder->source->emit(finder->source, item))
		finder->stopped = true;
	return !finder->stopped;
}

static bool emit_verdict(struct finder *finder, const char *name, enum err_kind verdict,
			 const char *reason)
{
	return emit(finder,
		    &(struct source_item){.name = name, .verdict = verdict, .reason = reason});
}

/* What can be said of an input before any worker has it. An item without a verdict is done. */
static void judge(const struct finder *finder, const char *input, const char *output,
		  struct err *verdict)
{
	const struct workload_config *config = finder->source->config;
	const struct images_settings *settings = &finder->settings;

	if (settings->skip_newer &&
	    images_is_done(config->output, output, settings->thumb_px != 0, input))
		err_skip(verdict, "done in an earlier run");
	else if (config->dry_run)
		images_read_look(settings, input, verdict);
}

static bool emit_file(struct finder *finder, const struct candidate *file,
		      const struct images_name *name, const char *folder)
{
	struct err verdict = {0};
	char *output;
	bool going;

	if (name->state == IMAGES_NAME_TOO_LONG)
		return emit_verdict(finder, file->path, ERR_PERMANENT,
				    "the name of its output would be longer than 255 bytes");
	output = name->output != NULL ? path_join(folder, name->output) : mem_strdup("");
	judge(finder, file->path, output, &verdict);
	going = emit(finder, &(struct source_item){.name = file->path,
						   .payload = output,
						   .payload_length = strlen(output),
						   .size_bytes = file->size_bytes,
						   .verdict = verdict.kind,
						   .reason = verdict.text});
	free(output);
	return going;
}

static void sweep(const struct finder *finder, const char *folder)
{
	const struct workload_config *config = finder->source->config;
	char *path = path_join(config->output, folder);

	if (!config->dry_run)
		outfile_sweep_folder(path, config->run_id);
	free(path);
}

/* Name the files of one output folder and send them off. */
static bool emit_all(struct finder *finder, struct candidates *candidates, const char *folder)
{
	sweep(finder, folder);
	candidates_name(candidates, finder->settings.suffix, finder->settings.thumb_px != 0);
	for (size_t i = 0; i < candidates->count; i++)
		finder->found += !candidates->names[i].folder;
	if (finder->source->estimate != NULL)
		finder->source->estimate(finder->source, finder->found);
	for (size_t i = 0; i < candidates->count && !finder->stopped; i++) {
		if (!candidates->names[i].folder)
			emit_file(finder, &candidates->files[i], &candidates->names[i], folder);
	}
	return !finder->stopped;
}

static bool ends_in(const char *name, const char *suffix, const char *ending)
{
	size_t length = strlen(name);
	size_t tail = strlen(suffix) + strlen(ending);

	return length >= tail && strcmp(name + length - strlen(ending), ending) == 0 &&
	       strncmp(name + length - tail, suffix, strlen(suffix)) == 0;
}

/* In a folder that takes outputs as well: may this file be one? */
static bool carries_suffix(const struct finder *finder, const char *name)
{
	return ends_in(name, finder->settings.suffix, ".jpg") ||
	       ends_in(name, finder->settings.suffix, ".thumb.jpg");
}

static void skip_own_output(struct finder *finder, const char *path)
{
	finder->found++;
	emit_verdict(finder, path, ERR_SKIP,
		     "carries the suffix: an output of an earlier run, by its name");
}

static bool leads_to_output(const struct finder *finder, const char *path)
{
	char *real = path_real(path);
	bool leads = path_is_within(real, finder->inputs.output.real);

	free(real);
	return leads;
}

/* One entry of a folder into the list of what gets a name, if it is wanted. */
static void consider(struct finder *finder, struct candidates *candidates,
		     const struct walk_folder *folder, const struct walk_entry *entry)
{
	char *path;

	if (entry->kind == WALK_FOLDER) {
		candidates_add_folder(candidates, entry->name);
		return;
	}
	if (outfile_is_temporary(entry->name))
		return;
	path = path_join(folder->path, entry->name);
	if (finder->in_place && carries_suffix(finder, entry->name)) {
		skip_own_output(finder, path);
		free(path);
	} else if (entry->link && !finder->in_place && leads_to_output(finder, path)) {
		finder->found++;
		emit_verdict(finder, path, ERR_SKIP, "a link into the output folder");
		free(path);
	} else {
		candidates_add_file(candidates, entry->name, path, entry->size_bytes);
	}
}

static bool on_list(void *context, const struct walk_folder *folder)
{
	struct finder *finder = context;
	char *output_folder = path_join(finder->prefix, folder->relative);
	struct candidates candidates;
	bool going;

	candidates_init(&candidates, folder->count);
	for (size_t i = 0; i < folder->count && !finder->stopped; i++)
		consider(finder, &candidates, folder, &folder->entries[i]);
	going = !finder->stopped && emit_all(finder, &candidates, output_folder);
	candidates_free(&candidates);
	free(output_folder);
	return going;
}

static bool holds(const char *folder, const char *name)
{
	char *path = path_join(folder, name);
	bool there = access(path, F_OK) == 0;

	free(path);
	return there;
}

/* Of an earlier run, or of the one before in a comparison. */
static bool is_report(const char *folder)
{
	return holds(folder, "run.events") && holds(folder, "joblog.tsv");
}

/* The output folder is never walked, nor is anything in it that a link leads to, nor a report. */
static bool on_enter(void *context, const char *path, const struct walk_entry *entry)
{
	const struct finder *finder = context;
	const struct images_output *output = &finder->inputs.output;
	bool wanted = !images_output_is(output, entry->device, entry->inode) &&
		      !images_output_is(&finder->inputs.report, entry->device, entry->inode);

	if (wanted && entry->link)
		wanted = !leads_to_output(finder, path);
	return wanted && !is_report(path);
}

static bool on_unreadable(void *context, const char *path, const char *relative,
			  const struct err *err)
{
	struct finder *finder = context;

	(void)relative;
	finder->found++;
	return emit_verdict(finder, path, ERR_PERMANENT, err->text);
}

static void on_loop(void *context, const char *path)
{
	const struct finder *finder = context;
	char shown[WORK_PAYLOAD_BYTES / 2];
	char *text;

	text_sanitise(shown, sizeof shown, path, strlen(path));
	text = mem_printf("%s: leads back to a folder above it and is not followed", shown);
	finder->source->warn(finder->source, text);
	free(text);
}

static bool on_seen(void *context, size_t entries)
{
	struct finder *finder = context;

	if (finder->source->seen != NULL && !finder->source->seen(finder->source, entries))
		finder->stopped = true;
	return !finder->stopped;
}

static bool walk_root(struct finder *finder, const struct images_input *root)
{
	struct walk_calls calls = {.list = on_list,
				   .enter = on_enter,
				   .unreadable = on_unreadable,
				   .loop = on_loop,
				   .seen = on_seen,
				   .context = finder};

	finder->prefix = finder->inputs.count > 1 ? root->base : "";
	finder->in_place = root->in_place;
	return walk_tree(root->path, &calls);
}

static bool is_own_output(const struct finder *finder, const struct images_input *input)
{
	return input->in_place && carries_suffix(finder, input->base);
}

/* What was given by name and is no folder; the folders' names take part where they become names. */
static bool emit_given(struct finder *finder, struct candidates *candidates)
{
	const struct images_inputs *inputs = &finder->inputs;

	for (size_t i = 0; i < inputs->count && !finder->stopped; i++) {
		const struct images_input *input = &inputs->items[i];

		if (input->kind == IMAGES_INPUT_MISSING) {
			char *reason = mem_printf("open: %s", strerror(input->error));

			finder->found++;
			emit_verdict(finder, input->path, ERR_PERMANENT, reason);
			free(reason);
		} else if (input->kind == IMAGES_INPUT_FILE && is_own_output(finder, input)) {
			skip_own_output(finder, input->path);
		}
	}
	return !finder->stopped && emit_all(finder, candidates, "");
}

static int by_name(const void *left, const void *right)
{
	const struct images_input *const *a = left;
	const struct images_input *const *b = right;
	int order = strcmp((*a)->base, (*b)->base);

	if (order == 0)
		order = ((*a)->device > (*b)->device) - ((*a)->device < (*b)->device);
	if (order == 0)
		order = ((*a)->inode > (*b)->inode) - ((*a)->inode < (*b)->inode);
	return order != 0 ? order : (*a > *b) - (*a < *b); /* the first that was given counts */
}

static void warn_of_repeat(const struct finder *finder, const char *path)
{
	char shown[WORK_PAYLOAD_BYTES / 2];
	char *text;

	text_sanitise(shown, sizeof shown, path, strlen(path));
	text = mem_printf("%s: given more than once, taken once", shown);
	finder->source->warn(finder->source, text);
	free(text);
}

/*
 * Files that were given by name, sorted by name: those of one name would all get the same output.
 * The same file twice is done once, and what is no image gets no output; everything else is
 * refused.
 */
static int add_files(struct finder *finder, struct candidates *candidates,
		     const struct images_input *const *files, size_t count, struct err *err)
{
	const struct images_input *image = NULL; /* of the names before, the last that is one */

	for (size_t i = 0; i < count; i++) {
		const struct images_input *file = files[i];
		bool after = i > 0 && strcmp(files[i - 1]->base, file->base) == 0;
		bool before = i + 1 < count && strcmp(files[i + 1]->base, file->base) == 0;

		if (after && files[i - 1]->device == file->device &&
		    files[i - 1]->inode == file->inode) {
			warn_of_repeat(finder, file->path);
			continue;
		}
		candidates_add_file(candidates, file->base, mem_strdup(file->path),
				    file->size_bytes);
		if (!after)
			image = NULL;
		if (!(after || before) || !candidates_is_image(candidates, candidates->count - 1))
			continue;
		if (image != NULL)
			return err_permanent(err,
					     "%s and %s have the same name, and the outputs of "
					     "files go into one folder: give their folders instead",
					     image->path, file->path);
		image = file;
	}
	return 0;
}

static int gather_given(struct finder *finder, struct candidates *candidates, struct err *err)
{
	const struct images_inputs *inputs = &finder->inputs;
	const struct images_input **files = mem_calloc(inputs->count, sizeof *files);
	size_t count = 0;
	int rc;

	for (size_t i = 0; i < inputs->count; i++) {
		const struct images_input *input = &inputs->items[i];

		if (input->kind == IMAGES_INPUT_FILE && !is_own_output(finder, input))
			files[count++] = input;
		else if (input->kind == IMAGES_INPUT_FOLDER && inputs->count > 1)
			candidates_add_folder(candidates, input->base);
	}
	if (count > 1)
		qsort(files, count, sizeof *files, by_name);
	rc = add_files(finder, candidates, files, count, err);
	free(files);
	return rc;
}

static int find_all(struct finder *finder, struct err *err)
{
	struct candidates given;
	int rc;

	candidates_init(&given, finder->inputs.count);
	rc = gather_given(finder, &given, err);
	if (rc == 0 && emit_given(finder, &given)) {
		for (size_t i = 0; i < finder->inputs.count && !finder->stopped; i++) {
			if (finder->inputs.items[i].kind == IMAGES_INPUT_FOLDER)
				walk_root(finder, &finder->inputs.items[i]);
		}
	}
	candidates_free(&given);
	return rc;
}

int images_source(struct source *source, struct err *err)
{
	const struct workload_config *config = source->config;
	struct finder finder = {.source = source};
	int rc;

	if (images_settings_init(&finder.settings, config->values, err) != 0)
		return -1;
	images_inputs_init(&finder.inputs, config);
	rc = config->from != NULL ? images_inputs_add_list(&finder.inputs, config, err) : 0;
	if (rc == 0)
		rc = images_inputs_check(&finder.inputs, finder.settings.suffix, err);
	if (rc == 0)
		rc = find_all(&finder, err);
	images_inputs_free(&finder.inputs);
	return rc;
}
