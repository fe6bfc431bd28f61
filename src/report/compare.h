/*
 * compare.h - several plans on the same input, side by side (floor: report).
 *
 * Who runs them fills a struct compare; what is said about them is worked out and written here. The
 * figures of a run are those of its summary.json. Plans are held against the first one, within each
 * round: what drifts from round to round drops out.
 */
#ifndef IMGTOP_REPORT_COMPARE_H
#define IMGTOP_REPORT_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

enum { COMPARE_SCHEMA = 1 };

/* Shares of all workers' time. */
struct compare_shares {
	double busy;
	double get;  /* waiting for something to come */
	double put;  /* waiting for room behind them */
	double lock; /* waiting for a lock */
};

struct compare_run {
	int exit_code;
	double elapsed_s;
	double cpu_s;
	double ideal_s; /* see summary.json */
	struct compare_shares shares;
	uint64_t peak_memory_bytes;
	uint64_t found;
	uint64_t ok;
	char *result;	      /* the workload's, but what depends on the plan; owned */
	uint64_t output_hash; /* of names and bytes; 0 where there is no output to compare */
};

struct compare_plan {
	char *name;	  /* as the user gave it; owned */
	char *title;	  /* of a rung of the ladder, in words; else NULL; owned */
	char *input;	  /* what it runs on instead of the others' input; NULL; owned */
	char *layout;	  /* owned */
	char *family;	  /* plans of one differ only in their number of workers; NULL: of none;
			     owned */
	unsigned workers; /* that share the work: a single writer beside them is not counted */
	struct compare_run *runs; /* by round; owned */
	size_t nruns;
};

struct compare {
	const char *workload;
	const char *items; /* plural */
	char *command;	   /* as one line; owned */
	unsigned cores;
	unsigned rounds;
	struct compare_plan *plans; /* owned */
	size_t nplans;
};

/* What the rounds of a plan come to. */
struct compare_figures {
	double median_s;
	double least_s;
	double most_s;
	double spread;	   /* distance of the extremes by the median */
	double speedup;	   /* against the first plan: median of the quotients within a round */
	double ideal;	   /* its workers by those of the first plan */
	double efficiency; /* speedup by ideal */
	struct compare_shares shares; /* medians */
	uint64_t peak_memory_bytes;   /* the highest of all rounds */
	bool beyond_cores;	      /* more workers than CPUs */
	bool equal;		      /* every run has the outputs and the result of the first */
	bool failed;		      /* a run did not end with 0 */
};

/* A plan as it is shown, harmless: "threads:2", "2. a reading thread + the rest", "threads:2 on
 * pieces". Caller frees. */
char *compare_label(const struct compare *compare, size_t plan);

/* Read a run's summary.json. varies: members of the result that depend on the plan, NULL-terminated
 * or NULL. error: it cannot be read */
int compare_read_run(const char *path, const char *const *varies, struct compare_run *run,
		     struct err *err);

/* plan: index below nplans, with at least one run. */
struct compare_figures compare_figures(const struct compare *compare, size_t plan);

/* All plans have the same outputs and results, and no run has failed. */
bool compare_is_sound(const struct compare *compare);

/* What the table and its charts are shown on. */
struct compare_style {
	int columns; /* of the charts */
	bool ascii;
	bool colour;
};

/* A table at most 80 columns wide but for long layouts, and charts. */
void compare_text(const struct compare *compare, const struct compare_style *style,
		  struct textbuf *out);

/* The files' contents. Caller frees. */
char *compare_json(const struct compare *compare);
char *compare_tsv(const struct compare *compare);
char *compare_svg(const struct compare *compare);

/* Write compare.txt (80 columns, without colours), compare.json, compare.tsv and compare.svg into
 * dir. Everything is tried; the first error is returned. */
int compare_write(const struct compare *compare, bool ascii, const char *dir, struct err *err);

void compare_run_release(struct compare_run *run);
void compare_release(struct compare *compare);

#endif
