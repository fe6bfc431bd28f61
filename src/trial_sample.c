/*
 * trial_sample.c - some of very many items, spread over all of them (floor: program).
 */
#include "config.h"

#include "trial_sample.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void item_free(struct trial_item *item)
{
	free(item->name);
	free(item->payload);
}

/* Every second of those that are kept goes. */
static void thin(struct trial_sample *sample)
{
	for (size_t i = 0; i < sample->count; i++) {
		if (i % 2 != 0)
			item_free(&sample->item[i]);
		else
			sample->item[i / 2] = sample->item[i];
	}
	sample->count = (sample->count + 1) / 2;
	sample->stride *= 2;
}

void trial_sample_add(struct trial_sample *sample, const struct source_item *item)
{
	uint64_t number = sample->seen++;
	struct trial_item *kept;

	if (sample->stride == 0)
		sample->stride = 1;
	if (number % sample->stride != 0)
		return;
	if (sample->count == TRIAL_SAMPLE) {
		thin(sample);
		if (number % sample->stride != 0)
			return;
	}
	kept = &sample->item[sample->count++];
	*kept = (struct trial_item){.name = mem_strdup(item->name),
				    .payload = mem_calloc(item->payload_length + 1, 1),
				    .payload_length = item->payload_length,
				    .units = item->units != 0 ? item->units : 1};
	if (item->payload_length != 0)
		memcpy(kept->payload, item->payload, item->payload_length);
}

/* Bits of value (below TRIAL_SAMPLE) in the other order: 0, 32, 16, 48, ... */
static size_t reversed(size_t value)
{
	size_t result = 0;

	for (size_t bit = 1; bit < TRIAL_SAMPLE; bit *= 2) {
		result = 2 * result + value % 2;
		value /= 2;
	}
	return result;
}

size_t trial_sample_turn(const struct trial_sample *sample, size_t turn)
{
	for (size_t value = 0; value < TRIAL_SAMPLE; value++) {
		size_t index = reversed(value);

		if (index < sample->count && turn-- == 0)
			return index;
	}
	return 0;
}

void trial_sample_free(struct trial_sample *sample)
{
	for (size_t i = 0; i < sample->count; i++)
		item_free(&sample->item[i]);
	*sample = (struct trial_sample){0};
}
