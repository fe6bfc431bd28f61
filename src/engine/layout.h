/*
 * layout.h - which workers do which stages (floor: engine).
 *
 * A layout cuts a workload's stages into stations and says how many workers of which kind each has:
 * "read:1t | decode-encode:4p | write:2t". `a-b` is an inclusive range, `t` threads, `p` processes,
 * "4t@2" four threads spread over two hosts of their own. Stations cover all stages in order, each
 * once.
 *
 * A strategy is nothing but a row of a table that names a layout (layout_strategies); its name
 * occurs nowhere else.
 */
#ifndef IMGTOP_ENGINE_LAYOUT_H
#define IMGTOP_ENGINE_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "workload/workload.h"

enum { LAYOUT_STATIONS = 15, LAYOUT_WORKERS = 240, LAYOUT_TEXT_BYTES = 192 };

struct layout_station {
	unsigned first_stage;
	unsigned last_stage;
	unsigned workers;
	bool process;	/* each worker is a process of its own */
	unsigned hosts; /* of their own for threads ("@n"); 0 = shares one with neighbouring threads
			 */
};

struct layout {
	struct layout_station station[LAYOUT_STATIONS];
	unsigned nstations;
	char strategy[32];	      /* row's name, or "layout" when written out */
	char plan[LAYOUT_TEXT_BYTES]; /* "hybrid:4+2", or the layout's text */
};

/* A row: name, sentence, which counts it takes, and how it makes its layout. */
struct layout_strategy {
	const char *name;
	const char *sentence;
	bool takes_workers; /* -j N */
	bool takes_io_cpu;  /* --io N --cpu M */
	void (*build)(const struct workload *workload, unsigned workers, unsigned io, unsigned cpu,
		      struct layout *layout);
};

/* The index-th strategy, NULL past the end; by name, NULL when there is none. */
const struct layout_strategy *layout_strategy_at(size_t index);
const struct layout_strategy *layout_strategy_find(const char *name, size_t length);

/* What a strategy is given; it looks only at the counts that it takes. */
struct layout_counts {
	unsigned workers;
	unsigned io;
	unsigned cpu;
};

/* Layout of a strategy with counts. error: permanent; a count out of range, with what is allowed.
 */
int layout_from_strategy(const struct workload *workload, const char *strategy,
			 const struct layout_counts *counts, struct layout *layout,
			 struct err *err);

/* "sequential", "threads:8", "processes:8", "hybrid:4+8", or a written-out layout.
 *   error: permanent, what and where, with the stages' names */
int layout_parse(const struct workload *workload, const char *text, struct layout *layout,
		 struct err *err);

/* "read:1t | decode-encode:4p | write:2t" */
void layout_format(const struct workload *workload, const struct layout *layout, char *text,
		   size_t size);

/* "walk → [q 8] → read×2 → [q 8] → decode…encode×4p → [q 8] → write×1"; capacity per queue. ascii:
 * "->", "x", "..". */
void layout_topology(const struct workload *workload, const struct layout *layout,
		     const unsigned *capacities, bool ascii, char *text, size_t size);

/* Does the stage that must have one worker have more? */
bool layout_crowded(const struct workload *workload, const struct layout *layout);

/* Workers counted in all stations. */
unsigned layout_workers(const struct layout *layout);

#endif
