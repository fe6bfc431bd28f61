/*
 * options_check.c - options that contradict each other (floor: program).
 */
#include "config.h"

#include "options.h"

#include <string.h>

#include "engine/layout.h"
#include "ladder.h"
#include "options_config.h"

static int exclude(const char *one, const char *other, const char *why, struct err *err)
{
	return err_permanent(err,
			     "--%s: cannot stand together with --%s: %s; leave one of them out",
			     one, other, why);
}

/* A count was given: does what names the layout take it? */
static int check_count(const struct options_run *run, const char *name, bool io_cpu,
		       struct err *err)
{
	const struct layout_strategy *row = NULL;
	const char *owner = run->plan != NULL ? "plan" : run->layout != NULL ? "layout" : NULL;

	if (owner != NULL)
		return exclude(name, owner, "the counts stand in the latter", err);
	if (run->strategy != NULL)
		row = layout_strategy_find(run->strategy, strlen(run->strategy));
	/* Without --strategy it is the one that takes workers. */
	if (row == NULL ? !io_cpu : io_cpu ? row->takes_io_cpu : row->takes_workers)
		return 0;
	for (size_t i = 0; (row = layout_strategy_at(i)) != NULL; i++) {
		if (io_cpu ? row->takes_io_cpu : row->takes_workers)
			break;
	}
	return err_permanent(err,
			     "--%s: has no meaning for the strategy at hand; add --strategy %s, or "
			     "leave it out",
			     name, row != NULL ? row->name : "NAME");
}

static int check_strategy(const struct options_run *run, struct err *err)
{
	const char *names[16];
	size_t count;

	if (run->strategy == NULL ||
	    layout_strategy_find(run->strategy, strlen(run->strategy)) != NULL)
		return 0;
	for (count = 0; count < 16 && layout_strategy_at(count) != NULL; count++)
		names[count] = layout_strategy_at(count)->name;
	return err_permanent(
		err,
		"--strategy: there is no strategy '%s'; the nearest is %s (--help lists "
		"them)",
		run->strategy, options_nearest(run->strategy, strlen(run->strategy), names, count));
}

static int check_samples(const struct options_samples *samples, struct err *err)
{
	if (samples->manifest != NULL && !samples->takeout)
		return err_permanent(err, "--manifest: lists the files of a Takeout library; add "
					  "--takeout");
	if (samples->takeout && samples->size.width_px > 0)
		return exclude("size", "takeout", "the pictures of a Takeout library are all small",
			       err);
	if (samples->takeout && samples->records != 0)
		return exclude("records", "takeout", "each makes something else", err);
	if (samples->records != 0 && samples->size.width_px > 0)
		return exclude("size", "records", "records have no pixels", err);
	return 0;
}

static int check_against(const struct options *options, struct err *err)
{
	if (options->compare.against == NULL)
		return 0;
	if (options->compare.ladder)
		return exclude("against", "ladder", "one compares inputs, the other plans", err);
	if (options->workload->makes_items || options->workload->inputs_list != NULL)
		return err_permanent(err, "--against: %s has no input of files to compare",
				     options->workload->name);
	return 0;
}

/* Of a comparison: plans say how the work is shared out, and nothing is shown of its runs. */
static int check_compare(const struct options *options, struct err *err)
{
	const struct options_run *run = &options->run;
	const char *first = run->plan;
	size_t plans = first != NULL;

	for (; first != NULL && *first != '\0'; first++)
		plans += *first == OPTIONS_PLANS_BETWEEN[0];
	if (run->strategy != NULL || run->layout != NULL || run->workers != 0 || run->io != 0 ||
	    run->cpu != 0)
		return err_permanent(err,
				     "compare: each plan says how the work is shared out: give "
				     "--plan sequential --plan threads:4 and no other of "
				     "these options");
	if (options->compare.ladder && ladder_check(options, err) != 0)
		return -1;
	if (check_against(options, err) != 0)
		return -1;
	if (!options->compare.ladder && plans < (options->compare.against != NULL ? 1 : 2))
		return err_permanent(err, "compare: needs two plans at least, as in --plan "
					  "sequential --plan threads:4");
	if (run->detach || run->dry_run)
		return err_permanent(err, "--%s: has no meaning for a comparison; leave it out",
				     run->detach ? "detach" : "dry-run");
	if (run->from != NULL && strcmp(run->from, "-") == 0)
		return err_permanent(err,
				     "--from: a list from standard input can be read once, but "
				     "every run needs it; name a file");
	if (run->report != NULL && run->no_report)
		return exclude("report", "no-report", "one saves what the other does not", err);
	return 0;
}

/* Was it said on this command line, and not as a default of one's own? */
static bool is_said(const struct options *options, bool set, const char *name)
{
	return set && !options_config_names(options->config, "run", name);
}

/* Advice is what all that would be chosen. */
static int check_advise(const struct options *options, struct err *err)
{
	const struct options_run *run = &options->run;
	const struct options_advise *advise = &options->advise;

	if (is_said(options, run->strategy != NULL, "strategy") ||
	    is_said(options, run->layout != NULL, "layout") ||
	    is_said(options, run->plan != NULL, "plan") ||
	    is_said(options, run->workers != 0, "workers") ||
	    is_said(options, run->io != 0, "io") || is_said(options, run->cpu != 0, "cpu"))
		return err_permanent(err, "advise: says itself how the work should be shared out; "
					  "leave out strategy, plan, layout and counts");
	if (advise->task != NULL && options->workload != NULL)
		return err_permanent(err, "--task: a description stands for an input; give one of "
					  "the two");
	if (advise->task == NULL && (advise->duration_s > 0 || advise->data != OPTIONS_DATA_MEDIUM))
		return err_permanent(err, "--%s: belongs to a description; add --task TEXT",
				     advise->duration_s > 0 ? "duration" : "data");
	if (run->from != NULL && strcmp(run->from, "-") == 0)
		return err_permanent(err, "--from: a list from standard input can be read once, "
					  "but the run needs it too; name a file");
	if (run->dry_run || run->detach)
		return err_permanent(err, "--%s: has no meaning for advice; leave it out",
				     run->detach ? "detach" : "dry-run");
	return 0;
}

int options_check(const struct options *options, struct err *err)
{
	const struct options_run *run = &options->run;
	const char *says = "each says how the work is shared out";

	if (options->command == COMMAND_COMPARE)
		return check_compare(options, err);
	if (options->command == COMMAND_ADVISE)
		return check_advise(options, err);
	if (options->command == COMMAND_SAMPLES)
		return check_samples(&options->samples, err);
	if (run->plan != NULL && run->strategy != NULL)
		return exclude("plan", "strategy", says, err);
	if (run->layout != NULL && run->strategy != NULL)
		return exclude("layout", "strategy", says, err);
	if (run->plan != NULL && run->layout != NULL)
		return exclude("plan", "layout", says, err);
	if (check_strategy(run, err) != 0)
		return -1;
	if (run->workers != 0 && check_count(run, "workers", false, err) != 0)
		return -1;
	if (run->io != 0 && check_count(run, "io", true, err) != 0)
		return -1;
	if (run->cpu != 0 && check_count(run, "cpu", true, err) != 0)
		return -1;
	if (run->report != NULL && run->no_report)
		return exclude("report", "no-report", "one saves what the other does not", err);
	if (run->detach && (run->batch || run->json))
		return exclude("detach", run->json ? "json" : "batch",
			       "a run that is left alone shows no progress", err);
	if (run->dry_run && (run->detach || run->json))
		return exclude("dry-run", run->detach ? "detach" : "json",
			       "a list is printed and no run is started", err);
	if (run->from_nul && run->from == NULL)
		return err_permanent(
			err, "-0: says how a list is written, but there is none; add --from "
			     "FILE");
	if (options->command == COMMAND_DEMO && run->from != NULL)
		return err_permanent(err, "--from: the demo brings its own inputs; use imgtop run");
	if (options->command == COMMAND_DEMO && run->dry_run)
		return err_permanent(err, "--dry-run: the demo leaves nothing behind anyway; use "
					  "imgtop run");
	if (options->command == COMMAND_DEMO && run->detach)
		return err_permanent(err,
				     "--detach: the demo removes its files at its end; use imgtop "
				     "run");
	return 0;
}
