/*
 * merge.c - the merge workload: of all records with the same key the one with the latest time.
 *
 * Map and reduce. The source cuts the files into chunks at record borders; an item is a chunk.
 * `read` brings its bytes into the slot, `map` scans its records and leaves a row for each key that
 * the chunk holds, `store`, one worker for all, joins these rows to its table. When all chunks are
 * in, finish reads the latest record of each key from where it lies and writes the output, in the
 * order in which the keys came first.
 *
 * The slot: the chunk's bytes in one region; in the other the rows, then the bytes of their keys.
 *
 * Every plan leaves the same bytes: which record is the latest, and which place the first, follows
 * from the input alone (merge_table.h). What the one writer holds is no more than the input tells:
 * a successor gets it from there again (merge_finish.c).
 */
#include "config.h"

#include "workload/merge.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "workload/merge_worker.h"

enum { BYTES, ROWS };

static const unsigned region_shares[SLOT_REGIONS] = {200, 800};

static const char *const format_names[] = {"auto", "lines", "array", NULL};

#define VALUE(field) .offset = offsetof(struct merge_options, field)

static const struct option_spec options[] = {
	{.name = "key",
	 .kind = OPTION_TEXT,
	 .argument = "FIELD",
	 .help = "Field that tells which records belong together, a text or a number",
	 .initial = "id",
	 VALUE(key)},
	{.name = "time",
	 .kind = OPTION_TEXT,
	 .argument = "FIELD",
	 .help = "Field that tells which is the latest of them, ISO 8601 or a number",
	 .initial = "updated_at",
	 VALUE(time)},
	{.name = "format",
	 .kind = OPTION_CHOICE,
	 .argument = "HOW",
	 .help = "Write lines or an array; auto: as the first input is",
	 .initial = "auto",
	 .choices = format_names,
	 VALUE(format)},
	{.name = "chunk",
	 .kind = OPTION_BYTES,
	 .argument = "BYTES",
	 .help = "Input that is handed out at a time",
	 .initial = "2M",
	 .minimum = 64,
	 .maximum = 64 << 20,
	 VALUE(chunk)},
	{.name = "max-record",
	 .kind = OPTION_BYTES,
	 .argument = "BYTES",
	 .help = "A longer record is a broken one",
	 .initial = "16M",
	 .minimum = 64,
	 .maximum = 256 << 20,
	 VALUE(max_record)},
};

struct rows_header {
	uint64_t rows;
	uint64_t keys_length;
};

struct merge_cut_settings merge_settings(const struct workload_config *config)
{
	const struct merge_options *values = config->values;

	return (struct merge_cut_settings){.paths = config->inputs,
					   .npaths = config->ninputs,
					   .chunk_bytes = values->chunk,
					   .max_record_bytes = values->max_record};
}

static int check_input(const char *path, const struct stat *output, struct err *err)
{
	struct stat status;

	if (stat(path, &status) != 0 || access(path, R_OK) != 0) {
		err_errno(err, "%s", path);
		return -1;
	}
	if (S_ISDIR(status.st_mode))
		return err_permanent(err, "%s: is a folder; name its files, as in %s/*.json", path,
				     path);
	if (!S_ISREG(status.st_mode))
		return err_permanent(err, "%s: is no regular file", path);
	if (output != NULL && status.st_dev == output->st_dev && status.st_ino == output->st_ino)
		return err_permanent(err, "%s: is the output as well; choose another file with -o",
				     path);
	return 0;
}

static int check(const struct workload_config *config, struct err *err)
{
	struct stat output;
	bool exists;

	if (config->from != NULL)
		return err_permanent(err, "--from: merge takes the names of its files one by one");
	if (config->ninputs == 0)
		return err_permanent(err, "no input: name files of JSON records");
	if (config->output == NULL || config->output[0] == '\0')
		return err_permanent(err, "no output file: name one with -o");
	exists = stat(config->output, &output) == 0;
	if (exists && S_ISDIR(output.st_mode))
		return err_permanent(err, "%s: is a folder; name a file with -o", config->output);
	for (size_t i = 0; i < config->ninputs; i++) {
		if (check_input(config->inputs[i], exists ? &output : NULL, err) != 0)
			return -1;
	}
	return 0;
}

static void pass_warning(void *context, const char *text)
{
	struct source *source = context;

	if (source->warn != NULL)
		source->warn(source, text);
}

static int emit_chunks(struct source *source, struct err *err)
{
	struct merge_cut_settings settings = merge_settings(source->config);
	struct merge_cutter *cutter;
	struct merge_chunk chunk = {0};
	bool wanted = true;
	int more = 1;

	settings.warn = pass_warning;
	settings.context = source;
	cutter = merge_cutter_new(&settings);
	while (wanted && (more = merge_cutter_next(cutter, &chunk, err)) == 1) {
		char *name = mem_printf("%s @ %" PRIu64, settings.paths[chunk.file], chunk.offset);
		struct source_item item = {.name = name,
					   .payload = &chunk,
					   .payload_length = sizeof chunk,
					   .size_bytes = chunk.length};

		wanted = source->emit(source, &item);
		free(name);
	}
	merge_cutter_free(cutter);
	return more < 0 ? -1 : 0;
}

/* ---- workers ----------------------------------------------------------------------------------
 */

static int worker_open(const struct workload_config *config, void **state, struct err *err)
{
	struct merge_worker *worker = mem_calloc(1, sizeof *worker);

	(void)err;
	worker->config = config;
	for (size_t i = 0; i < MERGE_OPEN_FILES; i++)
		worker->input[i].fd = -1;
	*state = worker;
	return 0;
}

static void worker_close(void *state)
{
	struct merge_worker *worker = state;

	if (worker == NULL)
		return;
	for (size_t i = 0; i < MERGE_OPEN_FILES; i++) {
		if (worker->input[i].fd >= 0)
			close(worker->input[i].fd);
	}
	merge_table_free(&worker->chunk);
	merge_table_free(&worker->all);
	free(worker->key);
	free(worker->merged);
	free(worker->stamps);
	free(worker);
}

int merge_input_changed(const char *path, struct err *err)
{
	return err_permanent(err, "%s: has changed since the run began; start again", path);
}

int merge_input_open(struct merge_worker *worker, uint32_t file, const struct merge_chunk *stamp,
		     int *fd, struct err *err)
{
	struct merge_input *input = &worker->input[file % MERGE_OPEN_FILES];
	const char *path = worker->config->inputs[file];

	if (input->fd < 0 || input->file != file) {
		if (input->fd >= 0)
			close(input->fd);
		if (merge_cut_open(path, &input->stamp, &input->fd, err) != 0)
			return -1;
		input->file = file;
	}
	if (stamp != NULL && (input->stamp.file_bytes != stamp->file_bytes ||
			      input->stamp.file_mtime_ns != stamp->file_mtime_ns))
		return merge_input_changed(path, err);
	*fd = input->fd;
	return 0;
}

static int load_chunk(const struct work *work, struct merge_chunk *chunk, struct err *err)
{
	if (work->payload_length != sizeof *chunk)
		return err_transient(err, "the item is no chunk");
	memcpy(chunk, work->payload, sizeof *chunk);
	if (chunk->file >= work->config->ninputs)
		return err_transient(err, "the item is a chunk of no input");
	return 0;
}

static int read_chunk(struct work *work, struct err *err)
{
	struct merge_cut_settings settings = merge_settings(work->config);
	struct merge_chunk chunk = {0};
	size_t length;
	void *bytes;
	int fd = -1;

	if (load_chunk(work, &chunk, err) != 0 ||
	    merge_input_open(work->state, chunk.file, &chunk, &fd, err) != 0)
		return -1;
	length = (size_t)merge_cut_read_bytes(&settings, &chunk);
	/* The rows of a chunk take about as much again, at worst several times that. */
	if (work_admit(work, 2 * length, err) != 0 ||
	    slot_memory_reserve(work->memory, BYTES, length, &bytes, err) != 0 ||
	    merge_cut_read(fd, bytes, length, chunk.offset, err) != 0)
		return -1;
	work->bytes_in += length;
	return 0;
}

/* The chunk's table into the slot, for the store stage. */
static int leave_rows(struct work *work, const struct merge_table *table, struct err *err)
{
	struct rows_header header = {.rows = table->count, .keys_length = table->keys_length};
	size_t rows = table->count * sizeof *table->rows;
	unsigned char *to;
	void *start;

	if (slot_memory_reserve(work->memory, ROWS, sizeof header + rows + table->keys_length,
				&start, err) != 0)
		return -1;
	to = start;
	memcpy(to, &header, sizeof header);
	if (table->count == 0)
		return 0;
	memcpy(to + sizeof header, table->rows, rows);
	memcpy(to + sizeof header + rows, table->keys, table->keys_length);
	return 0;
}

static int map(struct work *work, struct err *err)
{
	struct merge_worker *worker = work->state;
	struct merge_chunk chunk = {0};
	struct merge_counts counts;
	struct textbuf warning;
	struct merge_span bytes;
	void *nothing;
	int result;

	if (load_chunk(work, &chunk, err) != 0)
		return -1;
	bytes.start = slot_memory_get(work->memory, BYTES, &bytes.length);
	if (bytes.start == NULL)
		bytes.start = (const unsigned char *)""; /* an empty file */
	textbuf_init(&warning);
	result = merge_map_chunk(worker, &chunk, &bytes, &counts, &warning, err);
	if (result == 0)
		result = leave_rows(work, &worker->chunk, err);
	if (result == 0 && counts.broken != 0) {
		snprintf(work->warning, sizeof work->warning, "%s", warning.text);
		work->damaged = true;
	}
	textbuf_free(&warning);
	if (result != 0)
		return -1;
	/* The bytes are not needed any more; the counts take their place. */
	if (slot_memory_reserve(work->memory, BYTES, sizeof counts, &nothing, err) != 0)
		return -1;
	memcpy(nothing, &counts, sizeof counts);
	return 0;
}

void merge_mark(struct merge_worker *worker, const struct merge_chunk *chunk)
{
	size_t byte = chunk->number / 8;
	unsigned char bit = (unsigned char)(1u << chunk->number % 8);

	if (byte >= worker->merged_room) {
		size_t room = 2 * byte + 64;

		worker->merged = mem_realloc(worker->merged, room, 1);
		memset(worker->merged + worker->merged_room, 0, room - worker->merged_room);
		worker->merged_room = room;
	}
	worker->nmerged += (worker->merged[byte] & bit) == 0;
	worker->merged[byte] |= bit;
	if (worker->stamps == NULL)
		worker->stamps = mem_calloc(worker->config->ninputs, sizeof *worker->stamps);
	worker->stamps[chunk->file] = *chunk;
	if (chunk->last)
		worker->nchunks = chunk->number + 1;
}

bool merge_is_marked(const struct merge_worker *worker, uint32_t number)
{
	return number / 8 < worker->merged_room &&
	       (worker->merged[number / 8] >> number % 8 & 1) != 0;
}

/* Join the slot's rows to the table; another process wrote them. */
static int join_rows(struct work *work, struct merge_table *all, struct err *err)
{
	struct rows_header header = {0};
	const unsigned char *rows, *keys;
	size_t bytes;

	rows = slot_memory_get(work->memory, ROWS, &bytes);
	if (rows != NULL && bytes >= sizeof header)
		memcpy(&header, rows, sizeof header);
	if (rows == NULL || bytes < sizeof header ||
	    header.rows > (bytes - sizeof header) / sizeof(struct merge_row) ||
	    header.keys_length != bytes - sizeof header - header.rows * sizeof(struct merge_row))
		return err_transient(err, "the slot does not hold the chunk's keys");
	rows += sizeof header;
	keys = rows + header.rows * sizeof(struct merge_row);
	for (uint64_t i = 0; i < header.rows; i++) {
		struct merge_row row;

		memcpy(&row, rows + i * sizeof row, sizeof row);
		if (row.key > header.keys_length || row.key_length > header.keys_length - row.key ||
		    row.latest.file >= work->config->ninputs)
			return err_transient(err, "the slot holds a damaged key");
		if (merge_table_put(all, keys + row.key, row.key_length, &row, err) != 0)
			return -1;
	}
	return 0;
}

static int store(struct work *work, struct err *err)
{
	struct merge_worker *worker = work->state;
	struct merge_counts counts;
	struct merge_chunk chunk = {0};
	const void *left;
	size_t bytes;

	left = slot_memory_get(work->memory, BYTES, &bytes);
	if (left == NULL || bytes != sizeof counts)
		return err_transient(err, "the slot does not hold the chunk's counts");
	memcpy(&counts, left, sizeof counts);
	if (load_chunk(work, &chunk, err) != 0 || join_rows(work, &worker->all, err) != 0)
		return -1;
	merge_mark(worker, &chunk);
	memcpy(work->result, &counts, sizeof counts);
	work->result_length = sizeof counts;
	return 0;
}

/* ---- the result -------------------------------------------------------------------------------
 */

static void fold(void *accumulator, const void *result, size_t length)
{
	struct merge_counts *all = accumulator;
	struct merge_counts one;

	if (length != sizeof one)
		return; /* from a worker that is not to be trusted */
	memcpy(&one, result, sizeof one);
	all->records += one.records;
	all->broken += one.broken;
	all->keys += one.keys;
}

static void describe(const void *accumulator, char *json, size_t size)
{
	const struct merge_counts *all = accumulator;

	snprintf(json, size,
		 "{\"records\":%" PRIu64 ",\"keys\":%" PRIu64 ",\"broken\":%" PRIu64 "}",
		 all->records, all->keys, all->broken);
}

static const struct workload_stage stages[] = {{.name = "read", .io = true, .run = read_chunk},
					       {.name = "map", .run = map},
					       {.name = "store", .io = true, .run = store}};

const struct workload merge_workload = {
	.name = "merge",
	.summary = "Merges files of JSON records: of each key the one with the latest time stays",
	.items = "chunks",
	.stages = stages,
	.nstages = sizeof stages / sizeof stages[0],
	.region_shares = region_shares,
	.options = options,
	.noptions = sizeof options / sizeof options[0],
	.values_size = sizeof(struct merge_options),
	.hybrid_cpu_first = "map",
	.hybrid_cpu_last = "map",
	.single_writer = "store",
	.output_is_file = true,
	.output_is_replaced = true,
	.looks_for = "JSON Lines or an array of objects",
	.check = check,
	.source = emit_chunks,
	.worker_open = worker_open,
	.worker_close = worker_close,
	.finish = merge_finish,
	.accumulator_size = sizeof(struct merge_counts),
	.fold = fold,
	.describe = describe,
};
