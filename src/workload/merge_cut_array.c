/*
 * merge_cut_array.c - an array of JSON records cut into chunks.
 *
 * An element that does not end (a quote or bracket is missing, or it is longer than a record may
 * be) would swallow the rest of the file. It ends its chunk after its first byte, which is enough
 * for whoever reads the chunk to find it broken, and cutting goes on at the next line that looks
 * like the start of a record: it begins with {, as far from the left as the first record does.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "workload/merge_cut_private.h"
#include "workload/merge_json.h"

/* Have at least `bytes` in the window, or all up to the file's end. */
static int fill_window(struct merge_cutter *cutter, size_t bytes, struct err *err)
{
	uint64_t left = cutter->next.file_bytes - cutter->at;
	size_t wanted = bytes < left ? bytes : (size_t)left;

	if (wanted <= cutter->filled)
		return 0;
	if (wanted > cutter->room) {
		unsigned char *window = realloc(cutter->window, wanted);

		if (window == NULL)
			return err_transient(err, "no memory for %zu bytes of an array", wanted);
		cutter->window = window;
		cutter->room = wanted;
	}
	if (merge_cut_read(cutter->fd, cutter->window + cutter->filled, wanted - cutter->filled,
			   cutter->at + cutter->filled, err) != 0)
		return merge_cut_fail(cutter, err);
	cutter->filled = wanted;
	return 0;
}

static bool window_ends_file(const struct merge_cutter *cutter)
{
	return cutter->at + cutter->filled == cutter->next.file_bytes;
}

/* Go on so many bytes further. */
static void advance(struct merge_cutter *cutter, size_t bytes)
{
	memmove(cutter->window, cutter->window + bytes, cutter->filled - bytes);
	cutter->filled -= bytes;
	cutter->at += bytes;
}

/* The window begins at the first byte that is no blank. 1: there is one. */
static int skip_blanks(struct merge_cutter *cutter, struct err *err)
{
	for (;;) {
		size_t blanks;

		if (fill_window(cutter, LOOK_BYTES, err) != 0)
			return -1;
		blanks = (size_t)(merge_json_blanks(cutter->window,
						    cutter->window + cutter->filled) -
				  cutter->window);
		if (blanks < cutter->filled) {
			advance(cutter, blanks);
			return 1;
		}
		if (window_ends_file(cutter)) {
			advance(cutter, blanks);
			return 0;
		}
		advance(cutter, blanks);
	}
}

/* How far from the left the record at the window's start stands; 0 when it does not begin its
 * line. */
static int measure_indent(struct merge_cutter *cutter, struct err *err)
{
	unsigned char before[256];
	size_t count = cutter->at < sizeof before ? (size_t)cutter->at : sizeof before;
	size_t blanks = 0;

	if (merge_cut_read(cutter->fd, before, count, cutter->at - count, err) != 0)
		return merge_cut_fail(cutter, err);
	while (blanks < count &&
	       (before[count - 1 - blanks] == ' ' || before[count - 1 - blanks] == '\t'))
		blanks++;
	cutter->indent = blanks < count && before[count - 1 - blanks] == '\n' ? blanks : 0;
	return 0;
}

/* Behind a broken element at the window's start: begin at the next line that looks like a record.
 * 1: there is one. */
static int find_record(struct merge_cutter *cutter, struct err *err)
{
	for (;;) {
		const unsigned char *end;
		size_t line, blanks = 0;

		if (fill_window(cutter, LOOK_BYTES, err) != 0)
			return -1;
		end = memchr(cutter->window, '\n', cutter->filled);
		line = end != NULL ? (size_t)(end - cutter->window) + 1 : cutter->filled;
		if (end == NULL && window_ends_file(cutter))
			return 0;
		advance(cutter, line);
		if (end == NULL)
			continue;
		if (fill_window(cutter, cutter->indent + 1, err) != 0)
			return -1;
		while (blanks < cutter->filled &&
		       (cutter->window[blanks] == ' ' || cutter->window[blanks] == '\t'))
			blanks++;
		if (blanks == cutter->indent && blanks < cutter->filled &&
		    cutter->window[blanks] == '{') {
			advance(cutter, blanks);
			return 1;
		}
	}
}

/* The end of the element at `from` in the window, which grows as needed; SIZE_MAX: it has none. */
static int element_end(struct merge_cutter *cutter, size_t from, size_t *end, struct err *err)
{
	uint64_t most = cutter->settings.max_record_bytes;
	size_t look = LOOK_BYTES;

	for (;;) {
		const unsigned char *found =
			merge_json_element(cutter->window + from, cutter->window + cutter->filled);
		size_t had = cutter->filled - from;

		*end = found != NULL ? (size_t)(found - cutter->window) : SIZE_MAX;
		if (found != NULL && *end - from > most)
			*end = SIZE_MAX;
		if (found != NULL || had > most || window_ends_file(cutter))
			return 0;
		look = 2 * had > look ? 2 * had : look;
		if (fill_window(cutter, from + (look < most + 1 ? look : (size_t)most + 1), err) !=
		    0)
			return -1;
	}
}

/* The array's bracket is at the window's start: nothing but blanks may follow. */
static int end_array(struct merge_cutter *cutter, struct err *err)
{
	int more;

	advance(cutter, 1);
	more = skip_blanks(cutter, err);
	if (more > 0)
		merge_cut_warn(cutter,
			       "there is text behind the end of the array; it was left out");
	cutter->file_done = true;
	return more < 0 ? -1 : 0;
}

/* The element at `from` has no end. */
static int end_at_broken(struct merge_cutter *cutter, struct merge_chunk *chunk, size_t from,
			 struct err *err)
{
	int found;

	chunk->length = from + 1;
	advance(cutter, from);
	found = find_record(cutter, err);
	if (found == 0) {
		merge_cut_warn(
			cutter,
			"a record has no end and no other could be found behind it; the rest "
			"of the file was left out");
		cutter->file_done = true;
	}
	return found < 0 ? -1 : 0;
}

/* Elements from the window's start on, until there are enough. */
static int cut_elements(struct merge_cutter *cutter, struct merge_chunk *chunk, struct err *err)
{
	size_t from = 0, end;

	for (;;) {
		const unsigned char *next;

		if (element_end(cutter, from, &end, err) != 0)
			return -1;
		if (end == SIZE_MAX)
			return end_at_broken(cutter, chunk, from, err);
		chunk->length = end;
		if (cutter->window[end] == ']') {
			advance(cutter, end);
			return end_array(cutter, err);
		}
		if (end >= cutter->settings.chunk_bytes) {
			advance(cutter, end + 1);
			return 0;
		}
		/* Blanks up to the next element; where the window ends among them it grows. */
		if (fill_window(cutter, end + LOOK_BYTES, err) != 0)
			return -1;
		next = merge_json_blanks(cutter->window + end + 1, cutter->window + cutter->filled);
		from = (size_t)(next - cutter->window);
		if (from == cutter->filled || *next == ']') {
			advance(cutter, end + 1);
			return 0;
		}
	}
}

int merge_cut_array(struct merge_cutter *cutter, struct merge_chunk *chunk, struct err *err)
{
	int more = skip_blanks(cutter, err);

	if (more > 0 && cutter->at_start) {
		advance(cutter, 1); /* [ */
		more = skip_blanks(cutter, err);
	}
	if (more < 0)
		return -1;
	chunk->offset = cutter->at;
	chunk->length = 0;
	if (more == 0) {
		merge_cut_warn(cutter, "the array is not closed");
		cutter->file_done = true;
		return 0;
	}
	if (cutter->window[0] == ']')
		return end_array(cutter, err);
	if (cutter->at_start && measure_indent(cutter, err) != 0)
		return -1;
	cutter->at_start = false;
	if (fill_window(cutter, cutter->settings.chunk_bytes + LOOK_BYTES, err) != 0)
		return -1;
	return cut_elements(cutter, chunk, err);
}
