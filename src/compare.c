/*
 * compare.c - `imgtop compare`: plan after plan on the same input (floor: program).
 *
 * Each plan is run once a round. Rounds begin at another plan each time, and a run before the first
 * round, which does not count, brings the input into memory: so neither the cache nor a machine
 * that grows warm decides. Every run is a run like any other, with a report of its own; what it
 * writes is looked at and removed.
 */
#include "config.h"

#include "compare.h"

#include <assert.h>
#include <errno.h>
#include <langinfo.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/machine.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/text.h"
#include "commands.h"
#include "compare_model.h"
#include "ladder.h"
#include "sample_data.h"

enum { NAME_BYTES = 48, OUTPUT_COLUMNS = 80 };

struct comparing {
	const struct options *options;
	struct machine machine;
	struct compare compare;
	char *folder; /* of the report */
	char *output; /* where outputs are made, a folder of ours; NULL: nothing is written */
	char *result; /* the path below it that a run is given */
	struct compare_model *model; /* of a scan's cost */
};

/* "01-threads_2" */
static char *run_folder(const struct comparing *comparing, unsigned round, size_t index)
{
	char name[NAME_BYTES];
	char *path;

	snprintf(name, sizeof name, "%s", comparing->compare.plans[index].name);
	for (char *at = name; *at != '\0'; at++) {
		if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-",
			   *at) == NULL)
			*at = '_';
	}
	path = mem_printf("%s/runs/%02u-%zu-%s", comparing->folder, round, index + 1, name);
	return path;
}

static void print_plan(const struct compare *compare, size_t index)
{
	char *label = compare_label(compare, index);

	fputs(label, stderr);
	free(label);
}

static int do_run(struct comparing *comparing, unsigned round, size_t index, struct err *err)
{
	struct compare_plan *plan = &comparing->compare.plans[index];
	char *report = run_folder(comparing, round, index);
	const struct compare_job job = {.options = comparing->options,
					.plan = plan,
					.report = report,
					.output = comparing->result};
	struct compare_run run = {0};
	int result;

	if (comparing->output != NULL && mkdir(comparing->output, 0777) != 0 && errno != EEXIST)
		result = err_errno(err, "%s", comparing->output);
	else
		result = compare_run_job(&job, &run, err);
	if (comparing->output != NULL)
		sample_data_remove(comparing->output);
	if (result == 0 && round != 0 && plan->input == NULL) /* one input, one model */
		compare_model_take(comparing->model, index, plan->workers, report);
	free(report);
	if (result != 0)
		return -1;
	fprintf(stderr, " %.3f s\n", run.elapsed_s);
	if (run.exit_code != 0)
		fprintf(stderr, "imgtop: compare: %s ended with status %d\n", plan->name,
			run.exit_code);
	if (round == 0) {
		compare_run_release(&run);
		return 0;
	}
	plan->runs[plan->nruns++] = run;
	return 0;
}

/* The first reading of an input is the disk's, and nobody's plan: the first plan of each. */
static int warm_up(struct comparing *comparing, struct err *err)
{
	const struct workload *workload = comparing->options->workload;
	const struct compare *compare = &comparing->compare;

	if (workload->makes_items || workload->inputs_list != NULL)
		return 0;
	for (size_t i = 0; i < compare->nplans; i++) {
		if (i > 0 &&
		    (compare->plans[i].input == NULL) == (compare->plans[i - 1].input == NULL))
			continue;
		fprintf(stderr, "imgtop: compare: warming up with ");
		print_plan(compare, i);
		fprintf(stderr, ", which does not count:");
		if (do_run(comparing, 0, i, err) != 0)
			return -1;
	}
	return 0;
}

static int do_rounds(struct comparing *comparing, struct err *err)
{
	struct compare *compare = &comparing->compare;

	assert(compare->plans != NULL); /* options_check has seen two at least */
	for (size_t i = 0; i < compare->nplans; i++)
		compare->plans[i].runs =
			mem_calloc(compare->rounds, sizeof *compare->plans[i].runs);
	if (warm_up(comparing, err) != 0)
		return -1;
	for (unsigned round = 1; round <= compare->rounds; round++) {
		for (size_t i = 0; i < compare->nplans; i++) {
			size_t index = (i + round - 1) % compare->nplans;

			fprintf(stderr, "imgtop: compare: round %u of %u, ", round,
				compare->rounds);
			print_plan(compare, index);
			fputc(':', stderr);
			if (do_run(comparing, round, index, err) != 0)
				return -1;
		}
	}
	return 0;
}

static char *dated_folder(struct err *err)
{
	char *state = path_state_dir(err), *path;
	time_t now = time(NULL);
	struct tm local;
	char stamp[24];

	if (state == NULL)
		return NULL;
	localtime_r(&now, &local);
	strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &local);
	path = mem_printf("%s/compare-%s-%d", state, stamp, (int)getpid());
	free(state);
	return path;
}

/* Where reports go and outputs are made. */
static int choose_folders(struct comparing *comparing, struct err *err)
{
	const struct options_run *run = &comparing->options->run;
	const struct workload *workload = comparing->options->workload;

	if (run->no_report)
		comparing->folder = sample_data_scratch(err);
	else if (run->report != NULL)
		comparing->folder = path_real(run->report);
	else
		comparing->folder = dated_folder(err);
	if (comparing->folder == NULL || path_make_dirs(comparing->folder, 0777, err) != 0)
		return -1;
	if (!workload->output_is_folder && !workload->output_is_file)
		return 0;
	if (run->output != NULL && access(run->output, F_OK) == 0)
		return err_permanent(err,
				     "%s: is there already; outputs of a comparison are made, "
				     "compared and removed, so name with -o what does not exist",
				     run->output);
	comparing->output = run->output != NULL ? path_real(run->output)
						: path_join(comparing->folder, "output");
	comparing->result = path_join(comparing->output, "result");
	return 0;
}

static bool has_text(const char *variable)
{
	const char *value = getenv(variable);

	return value != NULL && *value != '\0';
}

/* What standard output can show: no more than a terminal of its width, plain text elsewhere. */
static struct compare_style style_of_output(void)
{
	const char *term = getenv("TERM");
	struct compare_style style = {.columns = OUTPUT_COLUMNS};
	struct winsize size;

	style.ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0 ||
		      (term != NULL && strcmp(term, "linux") == 0);
	if (!isatty(STDOUT_FILENO))
		return style;
	style.colour =
		!has_text("NO_COLOR") && term != NULL && *term != '\0' && strcmp(term, "dumb") != 0;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		style.columns = size.ws_col;
	return style;
}

static int append_model(const struct comparing *comparing, struct err *err)
{
	char *path = path_join(comparing->folder, "compare.txt");
	int rc = compare_model_append(comparing->model, path, err);

	free(path);
	return rc;
}

static int finish(struct comparing *comparing, struct err *err)
{
	const struct options_run *run = &comparing->options->run;
	struct compare_style style = style_of_output();
	struct textbuf table;
	char *json;

	if (run->json) {
		json = compare_json(&comparing->compare);
		fputs(json, stdout);
		free(json);
	} else {
		textbuf_init(&table);
		compare_text(&comparing->compare, &style, &table);
		compare_model_text(comparing->model, &table);
		fputs(table.text, stdout);
		textbuf_free(&table);
	}
	if (run->no_report)
		return 0;
	if (compare_write(&comparing->compare, style.ascii, comparing->folder, err) != 0 ||
	    append_model(comparing, err) != 0)
		return -1;
	fprintf(stderr, "imgtop: compare: table, chart and the report of every run are in %s\n",
		comparing->folder);
	return 0;
}

static int compare_all(struct comparing *comparing, struct err *err)
{
	if (choose_folders(comparing, err) != 0 ||
	    compare_plans_check(comparing->options, &comparing->machine, comparing->result,
				&comparing->compare, err) != 0)
		return command_refuse(err->text);
	compare_catch_signals();
	if (do_rounds(comparing, err) != 0) {
		fputc('\n', stderr);
		if (compare_signal() != 0)
			return 128 + compare_signal();
		command_refuse(err->text);
		return 1;
	}
	if (finish(comparing, err) != 0) {
		command_refuse(err->text);
		return 5;
	}
	return compare_is_sound(&comparing->compare) ? 0 : 1;
}

/* The comparison's own command line, from that of a run. */
static char *command_line(const struct options *options, const struct compare *compare)
{
	struct options run = *options;
	char **arguments, *tail;
	struct textbuf line;

	run.run.plan = NULL;
	arguments = options_arguments(&run);
	textbuf_init(&line);
	textbuf_printf(&line, "imgtop compare %s", options->workload->name);
	if (options->compare.ladder)
		textbuf_printf(&line, " --ladder");
	if (options->compare.against != NULL) {
		textbuf_printf(&line, " --against ");
		textbuf_shell_word(&line, options->compare.against);
	}
	for (size_t i = 0; i < compare->nplans && !options->compare.ladder; i++) {
		if (compare->plans[i].input != NULL)
			continue;
		textbuf_printf(&line, " --plan ");
		textbuf_shell_word(&line, compare->plans[i].name);
	}
	textbuf_printf(&line, " --repeat %u", compare->rounds);
	tail = options_command_line(arguments + 3); /* behind "imgtop run WORKLOAD" */
	if (*tail != '\0')
		textbuf_printf(&line, " %s", tail);
	free(tail);
	options_arguments_free(arguments);
	return line.text;
}

int command_compare(struct options *options)
{
	struct comparing comparing = {.options = options};
	struct err err = {0};
	int status;

	if (options->compare.ladder)
		ladder_use(options);
	machine_read(&comparing.machine);
	comparing.compare = (struct compare){.workload = options->workload->name,
					     .items = options->workload->items,
					     .cores = comparing.machine.cpus,
					     .rounds = (unsigned)options->compare.repeat};
	compare_plans_read(options, &comparing.compare);
	comparing.model = compare_model_new(comparing.compare.nplans);
	comparing.compare.command = command_line(options, &comparing.compare);
	status = compare_all(&comparing, &err);
	if (options->run.no_report && comparing.folder != NULL)
		sample_data_remove(comparing.folder);
	compare_release(&comparing.compare);
	compare_model_free(comparing.model);
	free(comparing.folder);
	free(comparing.output);
	free(comparing.result);
	return status;
}
