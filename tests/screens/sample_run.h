/*
 * sample_run.h - a run made by hand, so that whole screens can be compared: hybrid:2+4, twelve
 * seconds in, walk, two reading threads, four decoding processes, a writing thread, recorder.
 */
#ifndef IMGTOP_TESTS_SAMPLE_RUN_H
#define IMGTOP_TESTS_SAMPLE_RUN_H

#include "tui/ui.h"

enum {
	SAMPLE_WALK,
	SAMPLE_READ_1,
	SAMPLE_READ_2,
	SAMPLE_DECODE_1,
	SAMPLE_DECODE_2,
	SAMPLE_DECODE_3,
	SAMPLE_DECODE_4,
	SAMPLE_WRITE,
	SAMPLE_RECORDER,
	SAMPLE_WORKERS,
};

/* The run `tenths` tenths of a second after its start; everything grows evenly. */
void sample_run_fill(struct snapshot *snapshot, unsigned tenths);

/* What the workers did in these 12 s: an item read and handed on in turn, one that fails at 6 s, a
 * process that dies at 10 s. */
void sample_run_events(struct past *past);

/* Feed the model with the run up to 12 s, its events, and its log with three lines. */
void sample_run_feed(struct model *model);

/* The same run, ended; feeds the model. */
void sample_run_end(struct model *model);

#endif
