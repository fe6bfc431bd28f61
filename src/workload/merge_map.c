/*
 * merge_map.c - from a chunk's bytes to a table of its keys.
 *
 * Where a broken record stands is told in lines of its file, which a chunk from the middle does not
 * know: then the lines before it are counted, once for each worker, as chunks come in order.
 */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "workload/merge_worker.h"

enum { COUNT_BYTES = 256 * 1024, KEY_EXTRA = 32, WARNING_BYTES = 180 };

struct mapping {
	struct merge_worker *worker;
	const struct merge_chunk *chunk;
	const unsigned char *bytes;
	const unsigned char *to;
	uint64_t max_record;
	struct merge_scan scan;
	struct merge_counts *counts;
	struct textbuf *warning;
	uint64_t told; /* broken records in the warning */
	uint64_t line; /* of `counted`, from 1; 0: not known yet */
	const unsigned char *counted;
};

static uint64_t count_lines(const unsigned char *from, const unsigned char *to)
{
	uint64_t lines = 0;

	while (from < to && (from = memchr(from, '\n', (size_t)(to - from))) != NULL) {
		lines++;
		from++;
	}
	return lines;
}

/* Lines of the chunk's file before the chunk. */
static int lines_before(struct merge_worker *worker, const struct merge_chunk *chunk,
			uint64_t *lines, struct err *err)
{
	unsigned char *bytes = mem_calloc(1, COUNT_BYTES);
	int fd, result = merge_input_open(worker, chunk->file, chunk, &fd, err);

	if (worker->line_file != chunk->file || worker->line_offset > chunk->offset) {
		worker->line_file = chunk->file;
		worker->line_offset = worker->lines = 0;
	}
	while (result == 0 && worker->line_offset < chunk->offset) {
		uint64_t left = chunk->offset - worker->line_offset;
		size_t length = left < COUNT_BYTES ? (size_t)left : COUNT_BYTES;

		result = merge_cut_read(fd, bytes, length, worker->line_offset, err);
		if (result != 0)
			break;
		worker->lines += count_lines(bytes, bytes + length);
		worker->line_offset += length;
	}
	free(bytes);
	*lines = worker->lines;
	return result;
}

/* Characters from the line's beginning, from 1. The chunk may begin in the middle of a line. */
static uint64_t column_of(const struct mapping *mapping, const unsigned char *at)
{
	const unsigned char *start = at;
	uint64_t column = 1;

	while (start > mapping->bytes && start[-1] != '\n')
		start--;
	for (; start < at; start++)
		column += (*start & 0xc0) != 0x80 ? 1 : 0;
	return column;
}

/* An array's chunk that does not begin its line: what stands before it there. */
static int column_before(const struct mapping *mapping, uint64_t *columns, struct err *err)
{
	unsigned char before[4096];
	uint64_t offset = mapping->chunk->offset;
	size_t count = offset < sizeof before ? (size_t)offset : sizeof before;
	int fd;

	*columns = 0;
	if (merge_input_open(mapping->worker, mapping->chunk->file, mapping->chunk, &fd, err) !=
		    0 ||
	    merge_cut_read(fd, before, count, offset - count, err) != 0)
		return -1;
	for (size_t i = count; i > 0 && before[i - 1] != '\n'; i--)
		*columns += (before[i - 1] & 0xc0) != 0x80;
	return 0;
}

/* A broken record: count it, and say where as long as there is room. */
static int tell_broken(struct mapping *mapping, const unsigned char *at, const char *why,
		       struct err *err)
{
	uint64_t column, more = 0;

	mapping->counts->broken++;
	if (mapping->warning == NULL || mapping->warning->length > WARNING_BYTES)
		return 0;
	if (mapping->line == 0) {
		if (lines_before(mapping->worker, mapping->chunk, &mapping->line, err) != 0)
			return -1;
		mapping->line++;
		mapping->counted = mapping->bytes;
	}
	mapping->line += count_lines(mapping->counted, at);
	mapping->counted = at;
	column = column_of(mapping, at);
	if (memchr(mapping->bytes, '\n', (size_t)(at - mapping->bytes)) == NULL &&
	    column_before(mapping, &more, err) != 0)
		return -1;
	textbuf_printf(mapping->warning, "%sline %" PRIu64 ", column %" PRIu64 ": %s",
		       mapping->told++ != 0 ? "; " : "", mapping->line, column + more, why);
	return 0;
}

static int broken_at(struct mapping *mapping, const unsigned char *at, const char *why,
		     struct err *err)
{
	return tell_broken(mapping, at, why, err) == 0 ? 1 : -1;
}

/* Enter a record that has been scanned. 1: it is broken after all. */
static int enter_record(struct mapping *mapping, const unsigned char *start, struct err *err)
{
	struct merge_worker *worker = mapping->worker;
	const struct merge_span *key = &mapping->scan.fields[0], *time = &mapping->scan.fields[1];
	uint64_t offset = mapping->chunk->offset + (uint64_t)(start - mapping->bytes);
	struct merge_row row = {.first_file = mapping->chunk->file,
				.first_offset = offset,
				.latest = {.file = mapping->chunk->file,
					   .offset = offset,
					   .length = (uint32_t)(mapping->scan.end - start)}};
	const char *why;
	size_t length;

	if (key->start == NULL)
		return broken_at(mapping, start, "it has no key", err);
	if (time->start == NULL)
		return broken_at(mapping, start, "it has no time", err);
	if (key->length + KEY_EXTRA > worker->key_room) {
		worker->key_room = 2 * (key->length + KEY_EXTRA);
		worker->key = mem_realloc(worker->key, worker->key_room, 1);
	}
	why = merge_time_read(time, &row.time);
	if (why != NULL)
		return broken_at(mapping, time->start, why, err);
	why = merge_key_read(key, worker->key, &length);
	if (why != NULL)
		return broken_at(mapping, key->start, why, err);
	mapping->counts->records++;
	return merge_table_put(&worker->chunk, worker->key, length, &row, err);
}

/* The text from start to end is a record, the whole of it. */
static int map_record(struct mapping *mapping, const unsigned char *start, const unsigned char *end,
		      struct err *err)
{
	if ((uint64_t)(end - start) > mapping->max_record)
		return broken_at(mapping, start, "it is longer than --max-record", err);
	if (merge_json_scan(&mapping->scan, start, end) != 0)
		return broken_at(mapping, mapping->scan.end, mapping->scan.why, err);
	if (merge_json_blanks(mapping->scan.end, end) != end)
		return broken_at(mapping, merge_json_blanks(mapping->scan.end, end),
				 "there is more behind the record", err);
	return enter_record(mapping, start, err);
}

static int map_lines(struct mapping *mapping, struct err *err)
{
	const unsigned char *at = mapping->bytes, *to = mapping->to;

	while (at < to) {
		const unsigned char *end = memchr(at, '\n', (size_t)(to - at));
		const unsigned char *start;

		if (end == NULL)
			end = to;
		start = merge_json_blanks(at, end);
		if (start < end && map_record(mapping, start, end, err) < 0)
			return -1;
		at = end + 1;
	}
	return 0;
}

static int map_array(struct mapping *mapping, struct err *err)
{
	const unsigned char *at = mapping->bytes, *to = mapping->to;

	while (at < to) {
		const unsigned char *start = merge_json_blanks(at, to), *end = start;

		/* Mostly a record is good, and where it ends need not be asked first. */
		if (merge_json_scan(&mapping->scan, start, to) == 0)
			end = merge_json_blanks(mapping->scan.end, to);
		if (end > start && (end == to || *end == ',') &&
		    (uint64_t)(mapping->scan.end - start) <= mapping->max_record) {
			if (enter_record(mapping, start, err) < 0)
				return -1;
			at = end + 1;
			continue;
		}
		/* The chunk ends where its last element does: nothing closes that one. */
		end = merge_json_element(start, to);
		if (end == NULL)
			end = to;
		if (map_record(mapping, start, end, err) < 0)
			return -1;
		at = end + 1;
	}
	return 0;
}

int merge_map_chunk(struct merge_worker *worker, const struct merge_chunk *chunk,
		    const struct merge_span *bytes, struct merge_counts *counts,
		    struct textbuf *warning, struct err *err)
{
	const struct merge_options *options = worker->config->values;
	struct mapping mapping = {.worker = worker,
				  .chunk = chunk,
				  .bytes = bytes->start,
				  .to = bytes->start + bytes->length,
				  .max_record = options->max_record,
				  .scan = {.names = {options->key, options->time}},
				  .counts = counts,
				  .warning = warning};
	int result;

	*counts = (struct merge_counts){0};
	merge_table_clear(&worker->chunk);
	result = chunk->array ? map_array(&mapping, err) : map_lines(&mapping, err);
	if (result == 0 && warning != NULL && counts->broken > mapping.told)
		textbuf_printf(warning, "; and %" PRIu64 " more", counts->broken - mapping.told);
	return result;
}
