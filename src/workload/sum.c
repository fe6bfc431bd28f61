/*
 * sum.c - the sum workload: an array of random numbers, cut into parts that workers add up.
 *
 * An item is a part of the array: where it starts and how many numbers it has. `fill` makes the
 * part's numbers in the slot, `sum` reads them once, and the part's total travels with the
 * completion, where fold combines the parts. All is whole numbers, so that the result is exact and
 * the same for every cut and every order.
 *
 * With several counts (--count A,B,C) each array is cut by itself; the result has a line for each.
 */
#include "config.h"

#include "workload/sum.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "workload/sum_numbers.h"

enum {
	SIZES_MOST = 16,	 /* counts in one run */
	PARTS_SHOWN = 32,	 /* in the result, which has a page of the run's to itself */
	PARTS_MOST = 100000,	 /* of one array */
	PART_NUMBERS = 64 << 20, /* an array of more is cut finer: 256 MiB of memory a part */
	FILL_AT_ONCE = 1 << 20,	 /* between two looks at whether the item is still wanted */
	LINE_BYTES = 192,
};

static const uint64_t COUNT_MOST = UINT64_C(1000000000000);

enum { NUMBERS }; /* the one region of the slot */

static const unsigned region_shares[SLOT_REGIONS] = {1000};

struct sum_options {
	char *count;
	int64_t seed;
	int64_t parts;
};

#define VALUE(field) .offset = offsetof(struct sum_options, field)

static const struct option_spec options[] = {
	{.name = "count",
	 .kind = OPTION_TEXT,
	 .argument = "A,B,...",
	 .help = "How many random numbers to add up; several counts one after the other",
	 .initial = "1000000",
	 VALUE(count)},
	{.name = "parts",
	 .kind = OPTION_INT,
	 .argument = "N",
	 .help = "Equal parts to cut the numbers into; one for each worker unless told otherwise",
	 .minimum = 1,
	 .maximum = PARTS_MOST,
	 VALUE(parts)},
	{.name = "seed",
	 .kind = OPTION_INT,
	 .argument = "S",
	 .help = "Another seed, other numbers",
	 .initial = "1",
	 VALUE(seed)},
};

/* The payload. */
struct part {
	uint64_t first;
	uint64_t count;
	uint32_t size;	/* which of the counts */
	uint32_t index; /* of the part in it */
	uint32_t parts;
	uint32_t unused;
};

struct part_result {
	struct part part;
	struct sum_total total;
};

struct sizes {
	uint64_t count[SIZES_MOST];
	unsigned n;
};

static int read_size(const char *text, size_t length, uint64_t *count)
{
	char *end;

	errno = 0;
	*count = strtoull(text, &end, 10);
	return isdigit((unsigned char)text[0]) && end == text + length && errno == 0 &&
			       *count >= 1 && *count <= COUNT_MOST
		       ? 0
		       : -1;
}

static int read_sizes(const struct sum_options *values, struct sizes *sizes, struct err *err)
{
	const char *text = values->count != NULL ? values->count : "1000000";

	sizes->n = 0;
	for (;;) {
		size_t length = strcspn(text, ",");

		if (sizes->n == SIZES_MOST)
			return err_permanent(err, "--count: at most %d counts in one run",
					     SIZES_MOST);
		if (read_size(text, length, &sizes->count[sizes->n]) != 0)
			return err_permanent(err,
					     "--count: \"%.*s\" is no count; give whole numbers "
					     "from 1 to %" PRIu64 ", with commas between",
					     length < 32 ? (int)length : 32, text, COUNT_MOST);
		sizes->n++;
		text += length;
		if (*text == '\0')
			return 0;
		text++;
	}
}

static int check(const struct workload_config *config, struct err *err)
{
	struct sizes sizes;

	if (config->ninputs != 0 || config->from != NULL)
		return err_permanent(err,
				     "sum: takes no input, it makes its numbers itself; say how "
				     "many with --count");
	if (config->output != NULL)
		return err_permanent(err, "sum: writes no output; leave -o out");
	return read_sizes(config->values, &sizes, err);
}

/* As many as workers, or the next multiple of that which keeps a part small enough. */
static uint64_t parts_of(const struct workload_config *config, uint64_t count)
{
	const struct sum_options *values = config->values;
	uint64_t workers = config->workers != 0 ? config->workers : 1;
	uint64_t parts = (uint64_t)values->parts;

	if (parts == 0) {
		uint64_t largest = workers * PART_NUMBERS;

		parts = workers * ((count + largest - 1) / largest);
	}
	return parts < count ? parts : count;
}

static bool emit_part(struct source *source, const struct part *part)
{
	char name[96];
	struct source_item item = {.name = name,
				   .payload = part,
				   .payload_length = sizeof *part,
				   .size_bytes = part->count * sizeof(uint32_t)};

	snprintf(name, sizeof name, "part %u of %u: numbers %" PRIu64 " to %" PRIu64,
		 part->index + 1, part->parts, part->first + 1, part->first + part->count);
	return source->emit(source, &item);
}

static bool emit_size(struct source *source, unsigned size, uint64_t count)
{
	uint64_t parts = parts_of(source->config, count);
	struct part part = {.size = size, .parts = (uint32_t)parts};

	/* The first count % parts of them have one number more. */
	for (uint64_t i = 0; i < parts; i++) {
		part.index = (uint32_t)i;
		part.count = count / parts + (i < count % parts);
		if (!emit_part(source, &part))
			return false;
		part.first += part.count;
	}
	return true;
}

static int emit_parts(struct source *source, struct err *err)
{
	struct sizes sizes;
	uint64_t items = 0;

	if (read_sizes(source->config->values, &sizes, err) != 0)
		return -1;
	for (unsigned i = 0; i < sizes.n; i++)
		items += parts_of(source->config, sizes.count[i]);
	if (source->estimate != NULL)
		source->estimate(source, items);
	for (unsigned i = 0; i < sizes.n; i++) {
		if (!emit_size(source, i, sizes.count[i]))
			break;
	}
	return 0;
}

static int load_part(const struct work *work, struct part *part, struct err *err)
{
	if (work->payload_length != sizeof *part)
		return err_transient(err, "the item is no part of an array");
	memcpy(part, work->payload, sizeof *part);
	return 0;
}

static int fill(struct work *work, struct err *err)
{
	const struct sum_options *values = work->config->values;
	struct part part = {0};
	uint32_t *numbers;
	uint64_t bytes;
	void *start;

	if (load_part(work, &part, err) != 0)
		return -1;
	bytes = part.count * sizeof *numbers;
	if (work_admit(work, bytes, err) != 0 ||
	    slot_memory_reserve(work->memory, NUMBERS, bytes, &start, err) != 0)
		return -1;
	numbers = start;
	for (uint64_t done = 0; done < part.count; done += FILL_AT_ONCE) {
		uint64_t left = part.count - done;

		if (work_cancelled(work))
			return err_transient(err, "abandoned on request");
		sum_numbers_make(numbers + done, part.first + done,
				 left < FILL_AT_ONCE ? left : FILL_AT_ONCE, (uint64_t)values->seed);
	}
	return 0;
}

static int sum(struct work *work, struct err *err)
{
	struct part_result result = {0};
	const uint32_t *numbers;
	size_t bytes;

	if (load_part(work, &result.part, err) != 0)
		return -1;
	numbers = slot_memory_get(work->memory, NUMBERS, &bytes);
	if (numbers == NULL || bytes != result.part.count * sizeof *numbers)
		return err_transient(err, "the slot does not hold the part's numbers");
	result.total = sum_numbers_add(numbers, result.part.count);
	work->bytes_in += bytes;
	memcpy(work->result, &result, sizeof result);
	work->result_length = sizeof result;
	return 0;
}

struct accumulator {
	struct sum_total all;
	struct sum_total size[SIZES_MOST];
	struct sum_total part[PARTS_SHOWN]; /* of a run with one count */
	uint32_t sizes;			    /* seen so far */
	uint32_t parts;
};

/* A total's own zero is all bytes zero here: what was never folded has a count of 0. */
static void join(struct sum_total *total, const struct sum_total *more)
{
	if (total->count == 0)
		*total = sum_total_empty();
	sum_total_join(total, more);
}

static void fold(void *folded, const void *result, size_t length)
{
	struct accumulator *accumulator = folded;
	struct part_result one;

	if (length != sizeof one)
		return; /* from a worker that is not to be trusted */
	memcpy(&one, result, sizeof one);
	if (one.part.size >= SIZES_MOST)
		return;
	join(&accumulator->all, &one.total);
	join(&accumulator->size[one.part.size], &one.total);
	if (one.part.index < PARTS_SHOWN)
		join(&accumulator->part[one.part.index], &one.total);
	if (one.part.size >= accumulator->sizes)
		accumulator->sizes = one.part.size + 1;
	if (one.part.parts > accumulator->parts)
		accumulator->parts = one.part.parts;
}

/* Append to text; false when it does not fit, which then is as it was. */
static bool add_text(char *text, size_t size, const char *more)
{
	size_t used = strlen(text), length = strlen(more);

	if (used + length >= size)
		return false;
	memcpy(text + used, more, length + 1);
	return true;
}

static void total_text(const struct sum_total *total, char *text, size_t size)
{
	char mean[48];

	sum_total_mean(total, mean, sizeof mean);
	snprintf(text, size,
		 "\"count\":%" PRIu64 ",\"sum\":%" PRIu64 ",\"mean\":%s,\"min\":%" PRIu32
		 ",\"max\":%" PRIu32,
		 total->count, total->sum, mean, total->count != 0 ? total->least : 0, total->most);
}

/* ,"NAME":[{...},...] as far as there is room; whoever has not come yet is left out. */
static void add_list(char *json, size_t size, const char *name, const struct sum_total *totals,
		     size_t n)
{
	size_t room = size - sizeof "]}"; /* what must fit at the end */
	char line[LINE_BYTES + 32];
	const char *between = "";

	snprintf(line, sizeof line, ",\"%s\":[", name);
	if (!add_text(json, room, line))
		return;
	for (size_t i = 0; i < n; i++) {
		char text[LINE_BYTES];

		if (totals[i].count == 0)
			continue;
		total_text(&totals[i], text, sizeof text);
		snprintf(line, sizeof line, "%s{%s}", between, text);
		if (!add_text(json, room, line))
			break;
		between = ",";
	}
	add_text(json, size, "]");
}

static void describe(const void *folded, char *json, size_t size)
{
	const struct accumulator *accumulator = folded;
	char text[LINE_BYTES];

	total_text(&accumulator->all, text, sizeof text);
	snprintf(json, size, "{%s", text);
	if (accumulator->sizes > 1)
		add_list(json, size, "counts", accumulator->size, accumulator->sizes);
	else if (accumulator->parts > 1)
		add_list(json, size, "parts", accumulator->part, PARTS_SHOWN);
	add_text(json, size, "}");
}

static const struct workload_stage stages[] = {{.name = "fill", .run = fill},
					       {.name = "sum", .run = sum}};

static const char *const result_varies[] = {"parts", NULL};

const struct workload sum_workload = {
	.name = "sum",
	.summary = "Adds up random numbers in parts: what sharing out work costs and brings",
	.items = "parts",
	.stages = stages,
	.nstages = sizeof stages / sizeof stages[0],
	.region_shares = region_shares,
	.options = options,
	.noptions = sizeof options / sizeof options[0],
	.values_size = sizeof(struct sum_options),
	.hybrid_cpu_first = "sum",
	.hybrid_cpu_last = "sum",
	.makes_items = true,
	.result_varies = result_varies,
	.check = check,
	.source = emit_parts,
	.accumulator_size = sizeof(struct accumulator),
	.fold = fold,
	.describe = describe,
};
