/*
 * compare.h - `imgtop compare`: plan after plan on the same input (floor: program).
 */
#ifndef IMGTOP_COMPARE_H
#define IMGTOP_COMPARE_H

#include "base/machine.h"
#include "options.h"
#include "report/compare.h"

/* Run one plan to its end, without a screen. */
struct compare_job {
	const struct options *options; /* of the comparison */
	const struct compare_plan *plan;
	const char *report; /* folder of the run's own report */
	const char *output; /* path of what it writes, which must not exist; NULL: nothing */
};

/* Add the plans that the options name, the ladder's with their names in words; each once more for
 * another input that it is held against. */
void compare_plans_read(const struct options *options, struct compare *compare);

/* Everything that can be known to be wrong is known before anything is run. Fills in layouts,
 * families and numbers of workers. result: path of the output, or NULL. error: permanent */
int compare_plans_check(const struct options *options, const struct machine *machine,
			const char *result, struct compare *compare, struct err *err);

/* For a plan that has its own input: make the options (a shallow copy) name that, and free it
 * again. */
void compare_plans_use_input(const struct compare_plan *plan, struct options *options);
void compare_plans_drop_input(const struct compare_plan *plan, struct options *options);

/* Does the run, reads its figures and removes its output. error: it was refused, its figures cannot
 * be read, or a signal came (compare_signal) */
int compare_run_job(const struct compare_job *job, struct compare_run *run, struct err *err);

/* From now on SIGINT, SIGTERM and SIGHUP are passed on to the run; the one that came, 0 = none. */
void compare_catch_signals(void);
int compare_signal(void);

/* A number for all names and bytes below a folder, or of a file; 0 when there is none or it cannot
 * be read. */
uint64_t compare_output_hash(const char *path);

#endif
