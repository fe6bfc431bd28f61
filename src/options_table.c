/*
 * options_table.c - the tables of commands and of options (floor: program).
 *
 * Whatever stands here is parsed, shown in --help and --dump-options, completed, and must be in the
 * manual. A workload's own options stand in its own file.
 */
#include "config.h"

#include "options.h"

#include <string.h>

#include "engine/layout.h"
#include "engine/plan.h"

#define BIT(scope) (1u << (scope))

static const struct options_command_info commands[COMMANDS] = {
	[COMMAND_SETUP] = {.arguments = "",
			   .help = "Choose everything on a screen, then watch the run",
			   .scopes = BIT(SCOPE_GENERAL) | BIT(SCOPE_SCREEN)},
	[COMMAND_RUN] = {.name = "run",
			 .arguments = "WORKLOAD [INPUT...]",
			 .help = "Start at once; a live screen on a terminal, else plain progress",
			 .scopes = BIT(SCOPE_GENERAL) | BIT(SCOPE_SCREEN) | BIT(SCOPE_RUN) |
				   BIT(SCOPE_WORKLOAD),
			 .most_operands = SIZE_MAX,
			 .takes_workload = true},
	[COMMAND_COMPARE] = {.name = "compare",
			     .arguments = "WORKLOAD [INPUT...]",
			     .help = "Run plan after plan on the same input and hold them side by "
				     "side",
			     .scopes = BIT(SCOPE_GENERAL) | BIT(SCOPE_COMPARE) | BIT(SCOPE_RUN) |
				       BIT(SCOPE_WORKLOAD),
			     .most_operands = SIZE_MAX,
			     .takes_workload = true},
	[COMMAND_ADVISE] = {.name = "advise",
			    .arguments = "WORKLOAD [INPUT...]",
			    .help = "Measure a sample, or read a description, and recommend a "
				    "strategy with its reason",
			    .scopes = BIT(SCOPE_GENERAL) | BIT(SCOPE_ADVISE) | BIT(SCOPE_RUN) |
				      BIT(SCOPE_WORKLOAD),
			    .most_operands = SIZE_MAX,
			    .takes_workload = true},
	[COMMAND_DEMO] = {.name = "demo",
			  .arguments = "[NAME]",
			  .help = "Show a demonstration, or the menu of them; no files are left "
				  "behind",
			  .scopes = BIT(SCOPE_GENERAL) | BIT(SCOPE_SCREEN) | BIT(SCOPE_RUN) |
				    BIT(SCOPE_WORKLOAD),
			  .most_operands = 1},
	[COMMAND_ATTACH] = {.name = "attach",
			    .arguments = "[RUN]",
			    .help = "Watch a run that is going on, the newest unless named",
			    .scopes = BIT(SCOPE_GENERAL) | BIT(SCOPE_SCREEN),
			    .most_operands = 1},
	[COMMAND_REPLAY] = {.name = "replay",
			    .arguments = "REPORT_DIR",
			    .help = "Show a run that has ended, from its report folder",
			    .scopes = BIT(SCOPE_GENERAL) | BIT(SCOPE_SCREEN),
			    .least_operands = 1,
			    .most_operands = 1},
	[COMMAND_CTL] = {.name = "ctl",
			 .arguments = "[RUN] VERB [ARGUMENT...]",
			 .help = "Command a run that is going on",
			 .scopes = BIT(SCOPE_GENERAL),
			 .least_operands = 1,
			 .most_operands = SIZE_MAX},
	[COMMAND_DUMP_RUN] = {.name = "dump",
			      .arguments = "[RUN]",
			      .help = "Write all that is known of a run that is going on into two "
				      "files, also when it is stuck",
			      .scopes = BIT(SCOPE_GENERAL),
			      .most_operands = 1},
	[COMMAND_SAMPLES] = {.name = "samples",
			     .arguments = "DIR",
			     .help = "Make sample photos or a Takeout library, the same bytes for "
				     "the same seed",
			     .scopes = BIT(SCOPE_GENERAL) | BIT(SCOPE_SAMPLES),
			     .least_operands = 1,
			     .most_operands = 1},
	[COMMAND_DUMP] = {.name = "--dump-options",
			  .arguments = "",
			  .help = "Print the tables of commands and options"},
};

static const struct option_spec general_specs[] = {
	{.name = "help",
	 .letter = 'h',
	 .kind = OPTION_FLAG,
	 .help = "Say what this command takes and exit",
	 .offset = offsetof(struct options_general, help)},
	{.name = "version",
	 .letter = 'V',
	 .kind = OPTION_FLAG,
	 .help = "Print the version and exit",
	 .offset = offsetof(struct options_general, version)},
};

static const struct option_spec screen_specs[] = {
	{.name = "mono",
	 .kind = OPTION_FLAG,
	 .help = "No colours (also when NO_COLOR is set)",
	 .offset = offsetof(struct options_screen, mono)},
	{.name = "ascii",
	 .kind = OPTION_FLAG,
	 .help = "Draw with ASCII characters only",
	 .offset = offsetof(struct options_screen, ascii)},
	{.name = "no-mouse",
	 .letter = 'M',
	 .kind = OPTION_FLAG,
	 .help = "Leave the mouse to the terminal",
	 .offset = offsetof(struct options_screen, no_mouse)},
	{.name = "accessible",
	 .kind = OPTION_FLAG,
	 .help = "Say what changes in sentences, and draw nothing",
	 .offset = offsetof(struct options_screen, accessible)},
};

#define AT(field) .offset = offsetof(struct options_run, field)

/* As enum options_transfer. */
static const char *const transfers[] = {"share", "copy", NULL};

static const struct option_spec run_specs[] = {
	{.name = "strategy",
	 .letter = 's',
	 .kind = OPTION_TEXT,
	 .argument = "NAME",
	 .help = "How the work is shared out; threads, one per CPU, unless told otherwise",
	 AT(strategy)},
	{.name = "workers",
	 .letter = 'j',
	 .kind = OPTION_INT,
	 .argument = "N",
	 .help = "Workers of a strategy that has one kind of them; as many as CPUs may be used",
	 .minimum = 1,
	 .maximum = LAYOUT_WORKERS,
	 AT(workers)},
	{.name = "io",
	 .kind = OPTION_INT,
	 .argument = "N",
	 .help = "Threads that read and write, for a strategy that parts them from computing",
	 .minimum = 1,
	 .maximum = LAYOUT_WORKERS,
	 AT(io)},
	{.name = "cpu",
	 .kind = OPTION_INT,
	 .argument = "N",
	 .help = "Processes that compute, for a strategy that parts them from input and output",
	 .minimum = 1,
	 .maximum = LAYOUT_WORKERS,
	 AT(cpu)},
	{.name = "layout",
	 .kind = OPTION_TEXT,
	 .argument = "LAYOUT",
	 .help = "Which workers do which stages: 'read:1t | decode-encode:4p | write:2t'",
	 AT(layout)},
	{.name = "plan",
	 .kind = OPTION_TEXT,
	 .argument = "PLAN",
	 .help = "Strategy and counts in a word: sequential, threads:8, processes:8, hybrid:4+8, "
		 "or a layout",
	 AT(plan)},
	{.name = "queue",
	 .letter = 'q',
	 .kind = OPTION_INT,
	 .argument = "N",
	 .help = "Items that each queue holds; chosen for each queue by its workers",
	 .minimum = 1,
	 .maximum = PLAN_MOST_CAPACITY,
	 AT(queue)},
	{.name = "output",
	 .letter = 'o',
	 .kind = OPTION_TEXT,
	 .argument = "PATH",
	 .help = "Folder for the results",
	 AT(output)},
	{.name = "from",
	 .kind = OPTION_TEXT,
	 .argument = "FILE",
	 .help = "Read inputs from a list, a line each; - is standard input",
	 AT(from)},
	{.name = "null",
	 .letter = '0',
	 .kind = OPTION_FLAG,
	 .help = "The list is separated by NUL bytes, as from find -print0",
	 AT(from_nul)},
	{.name = "dry-run",
	 .kind = OPTION_FLAG,
	 .help = "Only say what would be done with which input; nothing is written",
	 AT(dry_run)},
	{.name = "delay",
	 .kind = OPTION_TEXT,
	 .argument = "STAGE=MS",
	 .help = "Simulated latency of a stage in milliseconds, may be repeated",
	 AT(delay)},
	{.name = "gil",
	 .kind = OPTION_FLAG,
	 .help = "One lock per process around computing, as CPython has",
	 AT(gil)},
	{.name = "transfer",
	 .kind = OPTION_CHOICE,
	 .argument = "HOW",
	 .help = "How an item's data reach another process: shared, or copied as pickling does",
	 .choices = transfers,
	 .initial = "share",
	 AT(transfer)},
	{.name = "retries",
	 .kind = OPTION_INT,
	 .argument = "N",
	 .help = "Times an item may bring its worker down before it is set aside",
	 .initial = "1",
	 .maximum = 100,
	 AT(retries)},
	{.name = "item-timeout",
	 .kind = OPTION_SECONDS,
	 .argument = "S",
	 .help = "A worker process longer than this at one item is ended; 0 is no limit",
	 .initial = "0",
	 AT(item_timeout_s)},
	{.name = "hang-after",
	 .kind = OPTION_SECONDS,
	 .argument = "S",
	 .help = "A run that stands still for so long hangs: without a screen it ends with 3; 0: "
		 "judged by each stage's usual time, and only told",
	 .initial = "0",
	 AT(hang_after_s)},
	{.name = "fsync",
	 .kind = OPTION_FLAG,
	 .help = "Have each output on the disk before it gets its name",
	 AT(fsync)},
	{.name = "memory",
	 .kind = OPTION_BYTES,
	 .argument = "BYTES",
	 .help = "Memory that pictures in flight may take; a quarter of the machine's",
	 .minimum = 1 << 20,
	 AT(memory_bytes)},
	{.name = "slot-size",
	 .kind = OPTION_BYTES,
	 .argument = "BYTES",
	 .help = "Address space kept for one item, 2G unless told otherwise",
	 .minimum = 1 << 20,
	 .maximum = INT64_C(512) << 30,
	 AT(slot_bytes)},
	{.name = "report",
	 .kind = OPTION_TEXT,
	 .argument = "DIR",
	 .help = "Folder for the report; a dated one under the state folder",
	 AT(report)},
	{.name = "no-report", .kind = OPTION_FLAG, .help = "Save no report", AT(no_report)},
	{.name = "batch",
	 .kind = OPTION_FLAG,
	 .help = "Plain progress on standard error, no screen",
	 AT(batch)},
	{.name = "json",
	 .kind = OPTION_FLAG,
	 .help = "Progress and summary as JSON Lines on standard output, no screen",
	 AT(json)},
	{.name = "detach",
	 .kind = OPTION_FLAG,
	 .help = "Start the run, print its name and leave it alone",
	 AT(detach)},
};

#undef AT

static const struct option_spec compare_specs[] = {
	{.name = "repeat",
	 .kind = OPTION_INT,
	 .argument = "N",
	 .help = "Rounds, each of all plans: times are medians over them",
	 .initial = "3",
	 .minimum = 1,
	 .maximum = 1000,
	 .offset = offsetof(struct options_compare, repeat)},
	{.name = "ladder",
	 .kind = OPTION_FLAG,
	 .help = "Of images: nine layouts from one worker to nineteen instead of --plan, with a "
		 "small copy (--thumb 256) and a patch (--patch centre) unless given",
	 .offset = offsetof(struct options_compare, ladder)},
	{.name = "against",
	 .kind = OPTION_TEXT,
	 .argument = "PATH",
	 .help = "Run each plan on this as well, which should come to the same: a file, a folder, "
		 "or in quotes a pattern of files",
	 .offset = offsetof(struct options_compare, against)},
};

/* As enum options_data. */
static const char *const data_sizes[] = {"small", "medium", "large", NULL};

static const struct option_spec advise_specs[] = {
	{.name = "task",
	 .kind = OPTION_TEXT,
	 .argument = "TEXT",
	 .help = "Advise on work described in words instead of measuring an input",
	 .offset = offsetof(struct options_advise, task)},
	{.name = "duration",
	 .kind = OPTION_SECONDS,
	 .argument = "S",
	 .help = "With --task: what all of the work takes one worker; 0 is not known",
	 .initial = "0",
	 .offset = offsetof(struct options_advise, duration_s)},
	{.name = "data",
	 .kind = OPTION_CHOICE,
	 .argument = "HOW",
	 .help = "With --task: how much data there is; only large has a rule of its own",
	 .choices = data_sizes,
	 .initial = "medium",
	 .offset = offsetof(struct options_advise, data)},
};

static const struct option_spec samples_specs[] = {
	{.name = "count",
	 .kind = OPTION_INT,
	 .argument = "N",
	 .help = "How many photos, or media files of a Takeout library",
	 .initial = "24",
	 .minimum = 1,
	 .maximum = 1000000,
	 .offset = offsetof(struct options_samples, count)},
	{.name = "size",
	 .kind = OPTION_SIZE,
	 .argument = "WxH",
	 .help = "Pixels of each photo; 3 to 12 megapixels, mixed, unless told otherwise",
	 .minimum = 16,
	 .maximum = 20000,
	 .offset = offsetof(struct options_samples, size)},
	{.name = "records",
	 .kind = OPTION_INT,
	 .argument = "N",
	 .help = "Instead of photos so many JSON records, into one file: an array if its name ends "
		 "in .json, else lines",
	 .minimum = 1,
	 .maximum = INT64_C(10000000000),
	 .offset = offsetof(struct options_samples, records)},
	{.name = "seed",
	 .kind = OPTION_INT,
	 .argument = "S",
	 .help = "Another seed, other photos",
	 .initial = "1",
	 .offset = offsetof(struct options_samples, seed)},
	{.name = "takeout",
	 .kind = OPTION_FLAG,
	 .help = "A Takeout library of small files and their JSON instead of photos",
	 .offset = offsetof(struct options_samples, takeout)},
	{.name = "manifest",
	 .kind = OPTION_TEXT,
	 .argument = "FILE",
	 .help = "With --takeout: list in FILE which JSON belongs to each file, and by which rule",
	 .offset = offsetof(struct options_samples, manifest)},
};

const struct options_command_info *options_command_info(enum options_command command)
{
	return &commands[command];
}

const struct option_spec *options_scope_specs(enum options_scope scope,
					      const struct workload *workload, size_t *count)
{
	switch (scope) {
	case SCOPE_GENERAL:
		*count = sizeof general_specs / sizeof general_specs[0];
		return general_specs;
	case SCOPE_SCREEN:
		*count = sizeof screen_specs / sizeof screen_specs[0];
		return screen_specs;
	case SCOPE_RUN:
		*count = sizeof run_specs / sizeof run_specs[0];
		return run_specs;
	case SCOPE_COMPARE:
		*count = sizeof compare_specs / sizeof compare_specs[0];
		return compare_specs;
	case SCOPE_ADVISE:
		*count = sizeof advise_specs / sizeof advise_specs[0];
		return advise_specs;
	case SCOPE_SAMPLES:
		*count = sizeof samples_specs / sizeof samples_specs[0];
		return samples_specs;
	case SCOPE_WORKLOAD:
	case SCOPES:
		break;
	}
	*count = workload != NULL ? workload->noptions : 0;
	return workload != NULL ? workload->options : NULL;
}

const char *options_scope_title(enum options_scope scope)
{
	static const char *const titles[SCOPES] = {
		[SCOPE_GENERAL] = "general", [SCOPE_SCREEN] = "screen",
		[SCOPE_RUN] = "run",	     [SCOPE_WORKLOAD] = "workload",
		[SCOPE_COMPARE] = "compare", [SCOPE_ADVISE] = "advise",
		[SCOPE_SAMPLES] = "samples"};

	return titles[scope];
}

const void *options_values_const(const struct options *options, enum options_scope scope)
{
	switch (scope) {
	case SCOPE_GENERAL:
		return &options->general;
	case SCOPE_SCREEN:
		return &options->screen;
	case SCOPE_RUN:
		return &options->run;
	case SCOPE_COMPARE:
		return &options->compare;
	case SCOPE_ADVISE:
		return &options->advise;
	case SCOPE_SAMPLES:
		return &options->samples;
	case SCOPE_WORKLOAD:
	case SCOPES:
		break;
	}
	return options->values;
}

void *options_values(struct options *options, enum options_scope scope)
{
	return (void *)options_values_const(options, scope);
}

size_t options_choices(const struct option_spec *spec, const char **choices, size_t most)
{
	const struct layout_strategy *strategy;
	size_t count = 0;

	if (spec->kind == OPTION_CHOICE) {
		for (; count < most && spec->choices[count] != NULL; count++)
			choices[count] = spec->choices[count];
	} else if (strcmp(spec->name, "strategy") == 0) {
		for (; (strategy = layout_strategy_at(count)) != NULL && count < most; count++)
			choices[count] = strategy->name;
	}
	return count;
}
