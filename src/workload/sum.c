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

#include "base/clock.h"
#include "workload/sum_numbers.h"
#include "workload/sum_result.h"

enum {
	PARTS_MOST = 100000,	 /* of one array */
	PART_NUMBERS = 64 << 20, /* an array of more is cut finer: 256 MiB of memory a part */
	FILL_AT_ONCE = 1 << 20,	 /* between two looks at whether the item is still wanted */
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

struct sizes {
	uint64_t count[SUM_SIZES];
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

		if (sizes->n == SUM_SIZES)
			return err_permanent(err, "--count: at most %d counts in one run",
					     SUM_SIZES);
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
static uint64_t parts_of(const struct sum_options *values, uint64_t workers, uint64_t count)
{
	uint64_t parts = (uint64_t)values->parts;

	if (parts == 0) {
		uint64_t largest = workers * PART_NUMBERS;

		parts = workers * ((count + largest - 1) / largest);
	}
	return parts < count ? parts : count;
}

static uint64_t parts_of_all(const struct sum_options *values, uint64_t workers,
			     const struct sizes *sizes)
{
	uint64_t parts = 0;

	for (unsigned i = 0; i < sizes->n; i++)
		parts += parts_of(values, workers, sizes->count[i]);
	return parts;
}

static uint64_t items_for(const struct workload_config *config, unsigned workers)
{
	struct sizes sizes;
	struct err err;

	return read_sizes(config->values, &sizes, &err) == 0
		       ? parts_of_all(config->values, workers, &sizes)
		       : 0;
}

static unsigned workers_of(const struct workload_config *config)
{
	return config->workers != 0 ? config->workers : 1;
}

static bool emit_part(struct source *source, const struct sum_part *part)
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
	uint64_t parts = parts_of(source->config->values, workers_of(source->config), count);
	struct sum_part part = {.size = size, .parts = (uint32_t)parts};

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
	const struct workload_config *config = source->config;

	if (read_sizes(config->values, &sizes, err) != 0)
		return -1;
	if (source->estimate != NULL)
		source->estimate(source, parts_of_all(config->values, workers_of(config), &sizes));
	for (unsigned i = 0; i < sizes.n; i++) {
		if (!emit_size(source, i, sizes.count[i]))
			break;
	}
	return 0;
}

static int load_part(const struct work *work, struct sum_part *part, struct err *err)
{
	if (work->payload_length != sizeof *part)
		return err_transient(err, "the item is no part of an array");
	memcpy(part, work->payload, sizeof *part);
	return 0;
}

static int fill(struct work *work, struct err *err)
{
	const struct sum_options *values = work->config->values;
	struct sum_part part = {0};
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
	struct sum_part_result result = {0};
	const uint32_t *numbers;
	size_t bytes;

	if (load_part(work, &result.part, err) != 0)
		return -1;
	numbers = slot_memory_get(work->memory, NUMBERS, &bytes);
	if (numbers == NULL || bytes != result.part.count * sizeof *numbers)
		return err_transient(err, "the slot does not hold the part's numbers");
	result.begin_ns = clock_ns();
	result.cpu_ns = clock_thread_cpu_ns();
	result.total = sum_numbers_add(numbers, result.part.count);
	result.cpu_ns = clock_thread_cpu_ns() - result.cpu_ns;
	result.end_ns = clock_ns();
	work->bytes_in += bytes;
	memcpy(work->result, &result, sizeof result);
	work->result_length = sizeof result;
	return 0;
}

static const struct workload_stage stages[] = {{.name = "fill", .run = fill},
					       {.name = "sum", .run = sum}};

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
	.result_varies = sum_result_varies,
	.check = check,
	.items_for = items_for,
	.source = emit_parts,
	.accumulator_size = sizeof(struct sum_accumulator),
	.fold = sum_result_fold,
	.describe = sum_result_describe,
};
