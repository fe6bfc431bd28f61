/*
 * trial_sample.h - some of very many items, spread over all of them (floor: program).
 *
 * Every stride-th item is kept; when there is no more room, every second of those kept is dropped
 * and the stride doubles. So which items are kept follows from their order and number alone, and at
 * any time they are spread evenly over what has come. One thread.
 */
#ifndef IMGTOP_TRIAL_SAMPLE_H
#define IMGTOP_TRIAL_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

#include "workload/workload.h"

enum { TRIAL_SAMPLE = 64 };

/* A copy of what the source gave; owned. */
struct trial_item {
	char *name;
	void *payload;
	size_t payload_length;
	uint32_t units;
};

struct trial_sample {
	struct trial_item item[TRIAL_SAMPLE];
	size_t count;
	uint64_t stride; /* 0 before the first item */
	uint64_t seen;
};

/* An item has come; it is copied if it is kept. */
void trial_sample_add(struct trial_sample *sample, const struct source_item *item);

/*
 * In which order to take them, so that the first few are spread over all as well: the index of the
 * turn-th (from 0, below count), each once.
 */
size_t trial_sample_turn(const struct trial_sample *sample, size_t turn);

void trial_sample_free(struct trial_sample *sample);

#endif
