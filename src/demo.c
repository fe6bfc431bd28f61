/*
 * demo.c - `imgtop demo`: one demonstration, or the menu of all (floor: program).
 *
 * What the menu starts is `imgtop demo NAME` in a process of its own, with the terminal to itself;
 * the menu waits for its end and comes back. So a demonstration looks the same from the menu and
 * from the command line, and what it leaves behind in a process is gone with it.
 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "commands.h"
#include "demos.h"
#include "sample_data.h"
#include "tui/app.h"

/* ---- one demonstration ------------------------------------------------------------------------
 */

/* A comparison may be left running no more than any other: it is the whole command. */
static int start(struct options *options, bool *detached)
{
	*detached = false;
	if (options->command == COMMAND_COMPARE) {
		options->run.no_report = options->run.report == NULL;
		return command_compare(options);
	}
	return command_run_services(options, detached);
}

static int run_on_photos(struct options *options)
{
	struct err err = {0};
	char *photos, *scratch = NULL;
	bool detached;
	int status;

	fprintf(stderr, "imgtop: demo: looking for the sample photos, or painting them\n");
	photos = sample_data_photos(&err);
	if (photos != NULL)
		scratch = sample_data_scratch(&err);
	if (scratch == NULL) {
		free(photos);
		return command_refuse(err.text);
	}
	options_set_operands(options, (const char *const *)&photos, 1);
	if (options->run.output == NULL)
		options->run.output = path_join(scratch, "output");
	status = start(options, &detached);
	if (detached)
		fprintf(stderr, "imgtop: demo: the run goes on; its outputs stay in %s\n", scratch);
	else
		sample_data_remove(scratch);
	free(scratch);
	free(photos);
	return status;
}

static int run_demo(const struct demo *demo, struct options *options)
{
	struct err err = {0};
	bool detached;

	demos_prepare(demo, options);
	if (options_check(options, &err) != 0)
		return command_refuse(err.text);
	return demo->photos ? run_on_photos(options) : start(options, &detached);
}

/* ---- the menu ---------------------------------------------------------------------------------
 */

/* "imgtop demo NAME" with the options that were given to the menu. Release with
 * options_arguments_free. */
static char **arguments_of(const struct demo *demo, const struct options *given)
{
	struct options options;
	struct options_run defaults;
	char **words;

	options_init(&options, COMMAND_DEMO, demo->workload);
	defaults = options.run;
	options.run = given->run;
	options.screen = given->screen;
	words = options_arguments(&options);
	options.run = defaults;
	options_release(&options);
	/* "imgtop" "run" WORKLOAD ... */
	free(words[1]);
	words[1] = mem_strdup(options_command_info(COMMAND_DEMO)->name);
	free(words[2]);
	words[2] = mem_strdup(demo->name);
	return words;
}

static _Noreturn void be_demo(char *const *arguments, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	signal(SIGINT, SIG_DFL);
	if (getppid() == parent)
		execv("/proc/self/exe", arguments);
	_exit(127);
}

/* Ctrl-C is the demonstration's. Returns its exit status, as a shell tells it. */
static int await_demo(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0) {
		if (errno != EINTR)
			return 1;
	}
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int start_from_menu(const struct demo *demo, const struct options *given)
{
	char **arguments = arguments_of(demo, given);
	pid_t parent = getpid(), child;
	int status;

	signal(SIGINT, SIG_IGN);
	fflush(stdout);
	child = fork();
	if (child == 0)
		be_demo(arguments, parent);
	status = child > 0 ? await_demo(child) : 1;
	signal(SIGINT, SIG_DFL);
	options_arguments_free(arguments);
	return status;
}

/* What was printed should be read before the menu covers it. */
static void await_enter(int keys_fd)
{
	char byte = 0;

	fprintf(stderr, "\nimgtop: Enter goes back to the menu\n");
	while (byte != '\n' && read(keys_fd, &byte, 1) == 1)
		;
}

static bool prints_only(const struct demo *demo)
{
	struct options options;
	bool compares;

	options_init(&options, COMMAND_DEMO, demo->workload);
	demos_prepare(demo, &options);
	compares = options.command == COMMAND_COMPARE;
	options_release(&options);
	return compares;
}

static char *command_line_of(const struct demo *demo, const struct options *given)
{
	char **arguments = arguments_of(demo, given);
	char *line = options_command_line(arguments);

	options_arguments_free(arguments);
	return line;
}

static struct ui_demo *list_for_menu(const struct demos *demos, const struct options *given)
{
	struct ui_demo *list = mem_calloc(demos->count + 1, sizeof *list);

	for (size_t i = 0; i < demos->count; i++) {
		const struct demo *demo = &demos->demo[i];

		list[i] = (struct ui_demo){.name = demo->name,
					   .title = demo->title,
					   .text = demo->text,
					   .watch = demo->watch,
					   .command = command_line_of(demo, given)};
	}
	return list;
}

static int show_menu(const struct demos *demos, const struct options *given,
		     const struct app_settings *settings)
{
	struct ui_demos menu = {.count = demos->count, .list = list_for_menu(demos, given)};
	int status;

	for (;;) {
		const struct demo *demo;

		menu.picked = false;
		status = app_demos(&menu, settings);
		if (!menu.picked)
			break;
		demo = &demos->demo[menu.chosen];
		status = start_from_menu(demo, given);
		if (status == 128 + SIGTERM || status == 128 + SIGHUP)
			break;
		if (prints_only(demo) || status == 2)
			await_enter(settings->keys_fd);
	}
	for (size_t i = 0; i < menu.count; i++)
		free((char *)menu.list[i].command);
	free((struct ui_demo *)menu.list);
	return status;
}

int command_demo(struct options *options)
{
	const char *name = options->noperands > 0 ? options->operands[0] : NULL;
	bool plain = options->run.batch || options->run.json || options->screen.accessible;
	struct app_settings settings;
	const struct demo *demo;
	struct demos demos;
	struct err err = {0};
	int status;

	demos_list(&demos);
	if (name == NULL && !plain && command_open_screen(options, &settings)) {
		status = show_menu(&demos, options, &settings);
		command_close_screen(&settings);
	} else {
		/* Without a terminal there is nothing to choose with. */
		demo = demos_find(&demos, name != NULL ? name : demos.demo[0].name, &err);
		status = demo != NULL ? run_demo(demo, options) : command_refuse(err.text);
	}
	demos_free(&demos);
	return status;
}
