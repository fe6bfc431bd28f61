/*
 * options.h - the command line: what may stand on it, and what did (floor: program).
 *
 * Tables of commands and options feed parsing, --help, the setup form, the equivalent command line
 * and `imgtop --dump-options`, from which the completions live and by which the manual is checked.
 * The front and the supervisor parse with the same code: an argument vector is how a run travels
 * from one to the other.
 */
#ifndef IMGTOP_OPTIONS_H
#define IMGTOP_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "base/option.h"
#include "workload/workload.h"

enum options_command {
	COMMAND_SETUP, /* no command word */
	COMMAND_RUN,
	COMMAND_COMPARE,
	COMMAND_ADVISE,
	COMMAND_DEMO,
	COMMAND_ATTACH,
	COMMAND_REPLAY,
	COMMAND_CTL,
	COMMAND_DUMP_RUN,
	COMMAND_SAMPLES,
	COMMAND_DUMP, /* --dump-options, for completions and tests */
	COMMANDS
};

/* Which table an option stands in, and which struct its value. */
enum options_scope {
	SCOPE_GENERAL,
	SCOPE_SCREEN,
	SCOPE_RUN,
	SCOPE_WORKLOAD,
	SCOPE_COMPARE,
	SCOPE_ADVISE,
	SCOPE_SAMPLES,
	SCOPES
};

struct options_general {
	bool help;
	bool version;
};

struct options_screen {
	bool mono;
	bool ascii;
	bool no_mouse;
	bool accessible;
};

/* Counts and sizes: 0 = not given, chosen by plan_make or by the engine. Texts: NULL = not given.
 */
/* How items' data get from process to process. */
enum options_transfer { OPTIONS_TRANSFER_SHARE, OPTIONS_TRANSFER_COPY };

struct options_run {
	char *strategy;
	int64_t workers;
	int64_t io;
	int64_t cpu;
	char *layout;
	char *plan;
	int64_t queue;
	char *output;
	char *report;
	bool no_report;
	bool batch;
	bool json;
	bool detach;
	bool fsync;
	int64_t retries;
	double item_timeout_s;
	double hang_after_s;
	char *delay; /* "STAGE=MS,STAGE=MS"; --delay may be given several times */
	bool gil;
	int transfer; /* enum options_transfer */
	uint64_t memory_bytes;
	uint64_t slot_bytes;
	char *from;
	bool from_nul;
	bool dry_run;
};

/* Between the plans of a comparison, where --plan may be repeated. */
#define OPTIONS_PLANS_BETWEEN "\n"

struct options_compare {
	int64_t repeat;
	bool ladder;
	char *against; /* pattern of another input */
};

/* How much there is of it. */
enum options_data { OPTIONS_DATA_SMALL, OPTIONS_DATA_MEDIUM, OPTIONS_DATA_LARGE };

struct options_advise {
	char *task; /* a description; NULL: measure the input */
	double duration_s;
	int data; /* enum options_data */
};

struct options_samples {
	int64_t records; /* 0: photos */
	int64_t count;
	struct option_size size;
	int64_t seed;
	bool takeout;
	char *manifest;
};

struct options {
	enum options_command command;
	const struct workload *workload; /* of setup, run and demo; NULL: `run --help` alone */
	char **operands; /* inputs of run; RUN of attach; DIR of replay; words of ctl;
			    NULL-terminated */
	size_t noperands;
	struct options_general general;
	struct options_screen screen;
	struct options_run run;
	struct options_compare compare;
	struct options_advise advise;
	struct options_samples samples;
	void *values;			     /* the workload's own, workload->values_size bytes */
	const struct options_config *config; /* defaults of one's own, or NULL; the caller's */
};

/* A row of the table of commands. */
struct options_command_info {
	const char *name;      /* NULL for setup */
	const char *arguments; /* "WORKLOAD [INPUT...]" */
	const char *help;
	unsigned scopes; /* bits 1 << enum options_scope */
	size_t least_operands;
	size_t most_operands; /* beyond the workload */
	bool takes_workload;  /* its first word is a workload's name */
};

const struct options_command_info *options_command_info(enum options_command command);

/* A scope's table; of SCOPE_WORKLOAD, that of workload (NULL: empty). */
const struct option_spec *options_scope_specs(enum options_scope scope,
					      const struct workload *workload, size_t *count);
const char *options_scope_title(enum options_scope scope);

/* Where a scope's values lie. */
void *options_values(struct options *options, enum options_scope scope);
const void *options_values_const(const struct options *options, enum options_scope scope);

/* What an option may be set to, when it is one of a list: of the option itself, or of another table
 * (strategies). At most `most` entries of choices are filled; returns how many. */
size_t options_choices(const struct option_spec *spec, const char **choices, size_t most);

struct options_config;

/* The defaults of a command (and of a workload, which may be NULL). Release with options_release.
 */
void options_init(struct options *options, enum options_command command,
		  const struct workload *workload);
void options_release(struct options *options);

/* Another workload: its options get their defaults, or those of options->config. */
void options_use_workload(struct options *options, const struct workload *workload);

/* Where a run of the workload may put its results when nobody has said; NULL: it has none, or a
 * default of its own. */
const char *options_output_example(const struct workload *workload);

/* Replace the operands. */
void options_set_operands(struct options *options, const char *const *words, size_t count);

/*
 * Read a command line (argv[0] is the program). Options may stand before or after operands, "--"
 * ends them, names are never abbreviated. error: permanent, "WHAT: WHY, what to do"; *options is
 * released then
 */
int options_parse(int argc, const char *const *argv, struct options *options, struct err *err);

/* The same with defaults of one's own, which must outlive the options; see options_config.h. */
int options_parse_configured(int argc, const char *const *argv, const struct options_config *config,
			     struct options *options, struct err *err);

/* Are the options of a run free of contradictions? Part of options_parse. */
int options_check(const struct options *options, struct err *err);

/* For run and setup: INPUT_DIR and OUTPUT_DIR stand in for inputs and output that were not given.
 */
void options_environment(struct options *options);

/* Forget the counts that the strategy or layout at hand does not take: a form keeps them for when
 * another one is chosen. */
void options_drop_idle_counts(struct options *options);

/*
 * The run as an argument vector "imgtop" "run" ... that options_parse reads back as the same
 * options, whatever options->config says; only what differs from the defaults, or from that, is
 * written. NULL-terminated; release with
 * options_arguments_free.
 */
char **options_arguments(const struct options *options);
void options_arguments_free(char **arguments);

/* The vector as one line that a shell reads back. Caller frees. */
char *options_command_line(char *const *arguments);

/* The nearest of `count` words to a mistyped one (length bytes): fewest letters to change. */
const char *options_nearest(const char *word, size_t length, const char *const *words,
			    size_t count);

/* The help of the command (and workload) that options name. */
void options_print_help(const struct options *options, FILE *out);

/* Every command, workload, strategy, verb and option as a tab-separated row:
 * scope, name, letter, argument, choices (separated by blanks), help; "-" where a column is empty.
 */
void options_dump(FILE *out);

#endif
