/*
 * scan_model.h - what a scan should cost by a model, beside what it does cost (floor: report).
 *
 * The model counts for each file the steps that a straightforward program takes, one after the
 * other, and for a whole run its start, its end and its memory, sequentially and with 16 threads
 * for input and output and 8 processes; it assumes 8 cores, a disk of 500 MB/s, images of 3 MB and
 * videos of 50 MB at 90:10. Measured figures are those of two runs over the library at hand, taken
 * to the model's sizes; no run with one disk ends before the disk has delivered what is read.
 */
#ifndef IMGTOP_REPORT_SCAN_MODEL_H
#define IMGTOP_REPORT_SCAN_MODEL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

enum { SCAN_MODEL_SIZES = 4, SCAN_MODEL_STAGES = 16 };

/* What a run of so many files costs: startup_s + files * file_s + shutdown_s. */
struct scan_cost {
	double startup_s;
	double file_s;
	double shutdown_s;
	double memory_bytes;
};

/* A run that was measured. */
struct scan_measured {
	struct scan_cost cost;
	char plan[64];
	uint64_t files;
	double bytes_per_file;
	double read_bytes_per_s; /* the disk's; 0 = not known */
	bool rate_assumed;	 /* no file was large enough to tell */
	double thread_start_s;	 /* from one worker's start to the next one's; 0 = the run had no */
	double process_start_s;	 /* two of that kind to tell */
	double process_bytes;	 /* of one of them at its most, shared pages included */
	struct {
		char name[32];
		double file_s; /* of all workers together */
	} stage[SCAN_MODEL_STAGES];
	size_t nstages;
};

/* The model's two columns, and the numbers of files it is told for. */
extern const struct scan_cost scan_model_sequential;
extern const struct scan_cost scan_model_parallel;
extern const uint64_t scan_model_files[SCAN_MODEL_SIZES];

double scan_cost_seconds(const struct scan_cost *cost, uint64_t files);

/* The least time for so many files that a disk allows; 0 when its rate is not known. */
double scan_floor_seconds(const struct scan_measured *measured, uint64_t files);

/* Take the figures from a run's summary.json.
 *   error: permanent: not of a scan, or of one that has looked at no file */
int scan_measured_take(const json_t *summary, struct scan_measured *measured, struct err *err);

/* The tables: steps of the model, stages as measured; both columns of both, for all sizes. parallel
 * may be NULL. */
void scan_model_text(const struct scan_measured *sequential, const struct scan_measured *parallel,
		     struct textbuf *out);

#endif
