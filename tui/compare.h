/*
 * compare.h - the run before this one, to hold this one against (floor: tui).
 */
#ifndef IMGTOP_TUI_COMPARE_H
#define IMGTOP_TUI_COMPARE_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/history.h"
#include "tui/model.h"

struct compare {
	bool valid;
	char plan[64];
	char workload[PAGE_NAME_BYTES];
	uint64_t elapsed_ns;
	uint64_t finished;
	double mean_per_s;
	double efficiency; /* 0..1 */
	double cpu_s;
	struct history history;
};

/* Keep what the run that is shown came to; a run that did nothing leaves the one before. */
void compare_keep(struct compare *compare, const struct model *model);

/* "sequential before: 00:31.2, 25.1 items/s, efficiency 83 %; now 1.7 times as fast". "" when there
 * was none. */
void compare_sentence(const struct compare *compare, const struct model *model, char *text,
		      size_t size);

#endif
