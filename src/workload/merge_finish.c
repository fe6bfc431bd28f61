/*
 * merge_finish.c - the end of a merge: nothing may be missing, then the output is written.
 *
 * The table of all keys is one worker's. When that worker has died, or a chunk was retried by
 * another one, what those chunks held is not in it, and the input still has all of it: the files
 * are cut again, which gives the same chunks, and those that are not in the table are entered here.
 * So a death costs time, and no result and no spilled file is ever needed.
 *
 * Records are read again from where they lie, in the order in which their keys came first. That no
 * file has changed since it was cut is checked when all have been written, and before the output
 * gets its name.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/outfile.h"
#include "base/path.h"
#include "workload/merge_worker.h"

enum { OUT_BYTES = 1 << 20 };

/* ---- nothing is missing -----------------------------------------------------------------------
 */

static int enter_chunk(struct merge_worker *worker, const struct merge_chunk *chunk,
		       unsigned char **bytes, size_t *room, struct err *err)
{
	struct merge_cut_settings settings = merge_settings(worker->config);
	size_t length = (size_t)merge_cut_read_bytes(&settings, chunk);
	struct merge_counts counts;
	int fd;

	if (length > *room) {
		free(*bytes);
		*bytes = mem_try(length);
		*room = *bytes != NULL ? length : 0;
		if (*bytes == NULL)
			return err_transient(err, "no memory for a chunk of %zu bytes", length);
	}
	if (merge_input_open(worker, chunk->file, chunk, &fd, err) != 0 ||
	    merge_cut_read(fd, *bytes, length, chunk->offset, err) != 0 ||
	    merge_map_chunk(worker, chunk, &(struct merge_span){.start = *bytes, .length = length},
			    &counts, NULL, err) != 0)
		return -1;
	for (size_t i = 0; i < worker->chunk.count; i++) {
		const struct merge_row *row = &worker->chunk.rows[i];

		if (merge_table_put(&worker->all, worker->chunk.keys + row->key, row->key_length,
				    row, err) != 0)
			return -1;
	}
	merge_mark(worker, chunk);
	return 0;
}

static int enter_missing(struct merge_worker *worker, struct err *err)
{
	struct merge_cut_settings settings = merge_settings(worker->config);
	struct merge_cutter *cutter;
	struct merge_chunk chunk;
	unsigned char *bytes = NULL;
	size_t room = 0;
	int more;

	if (worker->nchunks != 0 && worker->nmerged == worker->nchunks)
		return 0;
	cutter = merge_cutter_new(&settings);
	while ((more = merge_cutter_next(cutter, &chunk, err)) == 1) {
		if (!merge_is_marked(worker, chunk.number) &&
		    enter_chunk(worker, &chunk, &bytes, &room, err) != 0) {
			more = -1;
			break;
		}
	}
	merge_cutter_free(cutter);
	free(bytes);
	return more;
}

/* ---- the output -------------------------------------------------------------------------------
 */

struct output {
	struct merge_worker *worker;
	int fd;
	bool array;
	unsigned char *bytes;
	size_t used;
	unsigned char *record;
	size_t record_room;
};

static int flush(struct output *output, struct err *err)
{
	size_t used = output->used;

	output->used = 0;
	return path_write_all(output->fd, output->bytes, used, err);
}

static int put(struct output *output, const void *bytes, size_t length, struct err *err)
{
	if (output->used + length > OUT_BYTES && flush(output, err) != 0)
		return -1;
	if (length > OUT_BYTES)
		return path_write_all(output->fd, bytes, length, err);
	memcpy(output->bytes + output->used, bytes, length);
	output->used += length;
	return 0;
}

/* A record of several lines on one: blanks between its tokens go. Returns the new length. */
static size_t make_one_line(unsigned char *record, size_t length)
{
	bool in_string = false;
	size_t used = 0;

	for (size_t i = 0; i < length; i++) {
		unsigned char byte = record[i];

		if (!in_string && (byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r'))
			continue;
		record[used++] = byte;
		if (in_string && byte == '\\')
			record[used++] = record[++i];
		else if (byte == '"')
			in_string = !in_string;
	}
	return used;
}

static int put_record(struct output *output, const struct merge_place *place, struct err *err)
{
	size_t length = place->length;
	int fd;

	if (length > output->record_room) {
		free(output->record);
		output->record = mem_try(2 * length);
		output->record_room = output->record != NULL ? 2 * length : 0;
		if (output->record == NULL)
			return err_transient(err, "no memory for a record of %zu bytes", length);
	}
	if (merge_input_open(output->worker, place->file, NULL, &fd, err) != 0 ||
	    merge_cut_read(fd, output->record, length, place->offset, err) != 0)
		return -1;
	if (!output->array && (memchr(output->record, '\n', length) != NULL ||
			       memchr(output->record, '\r', length) != NULL))
		length = make_one_line(output->record, length);
	return put(output, output->record, length, err);
}

/* All inputs are still those that were cut: after this nothing of them is read. */
static int check_inputs(struct merge_worker *worker, struct err *err)
{
	const struct workload_config *config = worker->config;

	for (size_t i = 0; i < config->ninputs; i++) {
		struct merge_chunk now;
		int fd;

		if (merge_cut_open(config->inputs[i], &now, &fd, err) != 0)
			return -1;
		close(fd);
		if (now.file_bytes != worker->stamps[i].file_bytes ||
		    now.file_mtime_ns != worker->stamps[i].file_mtime_ns)
			return merge_input_changed(config->inputs[i], err);
	}
	return 0;
}

static int write_records(void *context, int fd, struct err *err)
{
	struct output *output = context;
	const struct merge_table *all = &output->worker->all;

	output->fd = fd;
	output->used = 0;
	if (output->array && put(output, "[", 1, err) != 0)
		return -1;
	for (size_t i = 0; i < all->count; i++) {
		const char *before = !output->array ? "" : i != 0 ? ",\n" : "\n";

		if (put(output, before, strlen(before), err) != 0 ||
		    put_record(output, &all->rows[i].latest, err) != 0)
			return -1;
		if (!output->array && put(output, "\n", 1, err) != 0)
			return -1;
	}
	if (output->array &&
	    put(output, all->count != 0 ? "\n]\n" : "]\n", all->count != 0 ? 3 : 2, err) != 0)
		return -1;
	return flush(output, err) == 0 ? check_inputs(output->worker, err) : -1;
}

/* As the user asked, or as the first input is. */
static int choose_format(struct merge_worker *worker, bool *array, struct err *err)
{
	const struct merge_options *options = worker->config->values;
	int fd;

	*array = options->format == MERGE_FORMAT_ARRAY;
	if (options->format != MERGE_FORMAT_AUTO)
		return 0;
	return merge_input_open(worker, 0, NULL, &fd, err) == 0 ? merge_cut_is_array(fd, array, err)
								: -1;
}

static int write_output(struct merge_worker *worker, struct err *err)
{
	const struct workload_config *config = worker->config;
	struct output output = {.worker = worker, .bytes = mem_calloc(1, OUT_BYTES)};
	char *path = path_real(config->output), *slash = strrchr(path, '/');
	struct outfile *file = outfile_new();
	char temporary[256];
	int result;

	outfile_temporary(temporary, sizeof temporary, config->run_id, 0, "");
	*slash = '\0';
	result = choose_format(worker, &output.array, err);
	if (result == 0)
		result = outfile_write_by(
			file,
			&(struct outfile_target){.root = slash == path ? "/" : path,
						 .relative = slash + 1,
						 .temporary = temporary,
						 .fsync = config->fsync},
			&(struct outfile_writer){.write = write_records, .context = &output}, err);
	outfile_free(file);
	free(path);
	free(output.record);
	free(output.bytes);
	return result;
}

int merge_finish(void *state, struct workload_ending *ending, struct err *err)
{
	struct merge_worker *worker = state;
	struct merge_counts counts = {0};

	if (!ending->complete)
		return err_transient(err,
				     "not all of the input was merged, so '%s' was not written; "
				     "mend what failed and start again",
				     ending->config->output);
	if (enter_missing(worker, err) != 0)
		return err_context(err, "merge");
	merge_table_sort(&worker->all);
	if (write_output(worker, err) != 0)
		return -1;
	counts.keys = worker->all.count;
	memcpy(ending->result, &counts, sizeof counts);
	ending->result_length = sizeof counts;
	return 0;
}
