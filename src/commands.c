/*
 * commands.c - the commands that start nothing, and the supervisor's own (floor: program).
 */
#include "config.h"

#include "commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "engine/launch.h"
#include "engine/supervisor.h"
#include "plan_make.h"
#include "sample_records.h"
#include "samples.h"
#include "takeout.h"
#include "view/control.h"
#include "view/runs.h"

enum { REFUSED = 2, ANSWER_MS = 10000, SENTENCE_BYTES = 1024 };

int command_refuse(const char *sentence)
{
	char shown[SENTENCE_BYTES];

	text_sanitise(shown, sizeof shown, sentence, strlen(sentence));
	fprintf(stderr, "imgtop: %s\n", shown);
	return REFUSED;
}

static int takeout_library_made(const struct options *options, struct err *err)
{
	const struct takeout_options takeout = {.dir = options->operands[0],
						.count = options->samples.count,
						.seed = (uint64_t)options->samples.seed,
						.manifest = options->samples.manifest};

	return takeout_main(&takeout, err);
}

int command_samples(const struct options *options)
{
	struct samples_options samples = {.dir = options->operands[0],
					  .count = options->samples.count,
					  .width_px = options->samples.size.width_px,
					  .height_px = options->samples.size.height_px,
					  .seed = (uint64_t)options->samples.seed};
	struct err err = {0};
	int status;

	if (options->samples.records != 0)
		status = sample_records_main(options->operands[0], options->samples.records,
					     samples.seed, &err);
	else if (options->samples.takeout)
		status = takeout_library_made(options, &err);
	else
		status = samples_main(&samples, &err);

	if (status != 0)
		command_refuse(err.text);
	return status;
}

static bool is_verb(const char *word)
{
	for (enum control_verb verb = 0; verb < CONTROL_VERBS; verb++) {
		if (strcmp(control_verb_info(verb)->name, word) == 0)
			return true;
	}
	return false;
}

/* Without a name there must be one run only: a command must not hit another than was meant. */
static char *only_run(struct err *err)
{
	struct run_entry *runs = NULL;
	int count = runs_list(&runs, err);
	struct textbuf names;

	if (count < 0)
		return NULL;
	textbuf_init(&names);
	for (int i = 0; i < count; i++)
		textbuf_printf(&names, "%s%s", i > 0 ? ", " : "", runs[i].id);
	runs_free(runs, count);
	if (count > 1)
		err_permanent(err, "ctl: several runs are going on, say which: %s", names.text);
	textbuf_free(&names);
	return count > 1 ? NULL : runs_page(NULL, err);
}

static int send_request(const char *page, const char *message, struct err *err)
{
	char *socket = control_socket_path(page);
	int result = control_send(socket, message, ANSWER_MS, err);

	free(socket);
	return result;
}

/* "ctl [RUN] VERB [ARGUMENT...]" */
int command_ctl(const struct options *options)
{
	const char *run = is_verb(options->operands[0]) ? NULL : options->operands[0];
	size_t first = run == NULL ? 0 : 1;
	struct control_request request;
	struct textbuf message;
	struct err err = {0};
	char *page = NULL;
	int status = REFUSED;

	textbuf_init(&message);
	for (size_t i = first; i < options->noperands; i++)
		textbuf_printf(&message, "%s%s", i > first ? " " : "", options->operands[i]);
	if (control_parse(message.text, message.length, &request, &err) != 0) {
		err_context(&err, "ctl");
		goto out;
	}
	page = run != NULL ? runs_page(run, &err) : only_run(&err);
	if (page == NULL)
		goto out;
	status = send_request(page, message.text, &err) == 0 ? 0 : 1;
	if (status != 0)
		err_context(&err, "ctl %s", options->operands[first]);
out:
	if (status != 0)
		command_refuse(err.text);
	free(page);
	textbuf_free(&message);
	return status;
}

/* Read the command line that launch_start was given, make the plan, run it. */
static int supervise(const char *const *arguments, struct title title, int tether_fd, int input_fd,
		     struct err *err)
{
	struct options options;
	struct machine machine;
	struct plan plan;
	int count = 0, status;

	while (arguments[count] != NULL)
		count++;
	if (options_parse(count, arguments, &options, err) != 0)
		return -1;
	machine_read(&machine);
	if (plan_make(&options, &machine, input_fd, arguments, &plan, err) != 0) {
		options_release(&options);
		return -1;
	}
	plan.title = title;
	status = supervisor_run(&plan, tether_fd);
	plan_release(&plan);
	options_release(&options);
	return status;
}

int command_supervise(int argc, char **argv)
{
	static const char *const *arguments; /* the process's own until it ends, reports included */
	int tether_fd, input_fd, status;
	struct err err = {0};

	if (launch_arguments(argc, argv, &arguments, &tether_fd, &input_fd, &err) != 0)
		return command_refuse(err.text);
	/* The words have been read: where they stood hosts write their names, for ps. */
	status = supervise(arguments, title_of(argc, argv), tether_fd, input_fd, &err);
	return status < 0 ? supervisor_refuse(tether_fd, err.text) : status;
}
