/*
 * services.c - the preview of a form's values, and the run that is started from them (floor:
 * program).
 */
#include "config.h"

#include "services_private.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/text.h"
#include "plan_make.h"
#include "report/bundle.h"
#include "report/report.h"
#include "report/trace.h"
#include "sample_data.h"
#include "stack/stack_job.h"

/* The option that a sentence is about stands at its start, "--name: ...", or it says what to
 * change: "choose another with -o". */
static int field_at_fault(const struct services *services, const char *sentence)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	int field = -1;

	if (strncmp(sentence, "--", 2) == 0)
		field = services_field_find(services, sentence + 2, strspn(sentence + 2, letters));
	else if (strstr(sentence, " -o") != NULL)
		field = services_field_find(services, "output", strlen("output"));
	return field >= 0 ? field : services_field_inputs(services);
}

static void blame(const struct services *services, struct ui_preview *preview,
		  const struct err *err)
{
	preview->bad_field = field_at_fault(services, err->text);
	text_sanitise(preview->problem, sizeof preview->problem, err->text, strlen(err->text));
}

static void fill_command(const struct services *services, struct ui_preview *preview)
{
	char **arguments = options_arguments(&services->options);
	char *line = options_command_line(arguments);

	text_sanitise(preview->command, sizeof preview->command, line, strlen(line));
	free(line);
	options_arguments_free(arguments);
}

/* Sample photos will be offered. */
static bool needs_samples(void *context)
{
	const struct services *services = context;

	return services->options.noperands == 0 && services->options.run.from == NULL &&
	       !services->options.workload->makes_items &&
	       services->options.workload->inputs_list == NULL &&
	       !services->options.workload->output_is_file;
}

/* The values that count: those of another strategy linger in the form, where nobody sees them. All
 * pointers stay the form's. */
static struct options values_at_hand(const struct services *services)
{
	struct options options = services->options;

	options_drop_idle_counts(&options);
	return options;
}

void services_preview(void *context, struct ui_preview *preview)
{
	struct services *services = context;
	const struct options options = values_at_hand(services);
	unsigned capacities[LAYOUT_STATIONS];
	struct plan plan;
	struct err err = {0};

	*preview = (struct ui_preview){.bad_field = -1};
	machine_describe(&services->machine, preview->machine, sizeof preview->machine);
	fill_command(services, preview);
	services_recommend(services, preview);
	if (options_check(&options, &err) != 0 ||
	    plan_make_unchecked(&options, &services->machine, &plan, &err) != 0) {
		blame(services, preview, &err);
		return;
	}
	plan_capacities(&plan, capacities);
	layout_topology(plan.workload, &plan.layout, capacities, options.screen.ascii,
			preview->topology, sizeof preview->topology);
	if (plan.instance != NULL && plan.instance->about != NULL)
		text_sanitise(preview->about, sizeof preview->about, plan.instance->about,
			      strlen(plan.instance->about));
	if (!needs_samples(context) && plan.workload->check(&plan.config, &err) != 0)
		blame(services, preview, &err);
	plan_release(&plan);
}

static int use_samples(void *context, struct err *err)
{
	struct services *services = context;
	char *photos = sample_data_photos(err);

	if (photos == NULL)
		return -1;
	options_set_operands(&services->options, (const char *const *)&photos, 1);
	free(photos);
	return 0;
}

/* What the last run left behind. */
static void forget_run(struct services *services)
{
	if (services->page != NULL)
		page_close(services->page);
	services->page = NULL;
	options_arguments_free(services->arguments);
	services->arguments = NULL;
	services->detached = false;
}

static int start(void *context, struct ui_run *run, struct err *err)
{
	struct services *services = context;
	const char *from = services->options.run.from;
	bool listed = from != NULL && strcmp(from, "-") == 0;
	const struct options options = values_at_hand(services);
	struct launch *launch;
	struct plan plan;
	struct err ignored;

	if (listed && services->input_taken)
		return err_permanent(err,
				     "--from: the list from standard input has been read by the "
				     "run before; name a file");
	services_advice_stop(services);
	forget_run(services);
	services->arguments = options_arguments(&services->options);
	/* The supervisor makes its own plan; what is wrong with it is better known before. */
	if (options_check(&options, err) != 0 ||
	    plan_make(&options, &services->machine, listed ? STDIN_FILENO : -1,
		      (const char *const *)services->arguments, &plan, err) != 0)
		return -1;
	plan_release(&plan);
	launch = launch_start((const char *const *)services->arguments, listed ? STDIN_FILENO : -1,
			      err);
	if (launch == NULL)
		return -1;
	services->input_taken = services->input_taken || listed;
	services->page = page_open(launch_page(launch), &ignored);
	*run = (struct ui_run){.page_path = mem_strdup(launch_page(launch)), .handle = launch};
	return 0;
}

static void forward(void *context, struct ui_run *run, enum ui_signal which)
{
	struct services *services = context;

	switch (which) {
	case UI_INTERRUPT:
		launch_signal(run->handle, SIGINT);
		break;
	case UI_TERMINATE:
		launch_signal(run->handle, SIGTERM);
		break;
	case UI_HANGUP:
		launch_signal(run->handle, SIGHUP);
		break;
	case UI_UNWATCHED:
		launch_unwatched(run->handle);
		break;
	case UI_DETACH:
		launch_detach(run->handle);
		services->detached = true;
		break;
	}
}

static int end_fd(void *context, const struct ui_run *run)
{
	(void)context;
	/* Who begins to wait for the end has opened the page. */
	if (run->handle != NULL)
		launch_seen(run->handle);
	return run->handle != NULL ? launch_fd(run->handle) : -1;
}

static int finish(void *context, struct ui_run *run, char *why, size_t size)
{
	int status;

	(void)context;
	if (size > 0)
		why[0] = '\0';
	status = launch_wait(run->handle, why, size);
	free(run->page_path);
	*run = (struct ui_run){0};
	return status;
}

static char *summary(void *context, const struct snapshot *snapshot)
{
	(void)context;
	return report_summary_text(snapshot);
}

static char *summary_json(void *context, const struct snapshot *snapshot)
{
	const struct services *services = context;

	if (services == NULL)
		return report_summary_json(snapshot, NULL, NULL);
	return report_summary_json(snapshot, services->page,
				   (const char *const *)services->arguments);
}

static struct stack_job *stacks(void *context, const struct stack_target *targets, size_t count,
				unsigned rounds, struct err *err)
{
	(void)context;
	return stack_job_start(targets, count, rounds, err);
}

static char *dump(void *context, const struct ui_dump *what, struct err *err)
{
	const struct bundle bundle = {.page = what->page,
				      .snapshot = what->snapshot,
				      .diagnosis = what->diagnosis,
				      .stacks = what->stacks};
	char *path = NULL;

	(void)context;
	return bundle_leave(&bundle, &path, err) == 0 ? path : NULL;
}

static char *trace(void *context, const char *dir, const struct snapshot *of, struct err *err)
{
	char *path;

	(void)context;
	if (of != NULL && trace_write(dir, of, TRACE_MOST_BYTES, err) != 0)
		return NULL;
	path = path_join(dir, TRACE_NAME);
	if (access(path, R_OK) == 0)
		return path;
	err_errno(err, "%s", path);
	free(path);
	return NULL;
}

static bool says_only(void *context)
{
	struct services *services = context;

	services->dry = services->options.run.dry_run;
	return services->dry;
}

const struct options *services_dry(const struct services *services)
{
	return services->dry ? &services->options : NULL;
}

struct services *services_new(struct options *options)
{
	struct services *services = mem_calloc(1, sizeof *services);

	services->options = *options;
	*options = (struct options){0};
	if (services->options.command == COMMAND_SETUP)
		services_choose_output(services);
	machine_read(&services->machine);
	services_fields_make(services);
	services_advice_init(services);
	services->ui = (struct ui_services){
		.context = services,
		.fields = services->ui_fields,
		.nfields = services->nfields,
		.field_applies = services_field_applies,
		.get = services_get,
		.set = services_set,
		.preview = services_preview,
		.measure = services_measure,
		.measure_fd = services_measure_fd,
		.measured = services_measured,
		.take_advice = services_take_advice,
		.needs_samples = needs_samples,
		.use_samples = use_samples,
		.says_only = says_only,
		.start = start,
		.signal = forward,
		.end_fd = end_fd,
		.finish = finish,
		.summary = summary,
		.summary_json = summary_json,
		.stacks = stacks,
		.dump = dump,
		.trace = trace,
	};
	return services;
}

void services_free(struct services *services)
{
	forget_run(services);
	services_advice_free(services);
	services_fields_free(services);
	options_release(&services->options);
	free(services);
}

const struct ui_services *services_ui(struct services *services)
{
	return &services->ui;
}

bool services_detached(const struct services *services)
{
	return services->detached;
}

const struct ui_services *services_summaries(void)
{
	static const struct ui_services summaries = {.summary = summary,
						     .summary_json = summary_json,
						     .stacks = stacks,
						     .dump = dump,
						     .trace = trace};

	return &summaries;
}
