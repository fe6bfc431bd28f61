/*
 * commands_screen.c - the commands that show something: on a screen, or line by line (floor:
 * program).
 */
#include "config.h"

#include "commands.h"

#include <fcntl.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "dry_run.h"
#include "plan_make.h"
#include "services.h"
#include "tui/app.h"
#include "tui/terminfo.h"
#include "view/runs.h"

enum { REFUSED = 2 };

/* Where keys come from: standard input, or the terminal itself when that is a list or a file. -1:
 * from nowhere. */
static int open_keys(const struct options *options)
{
	const char *from = options->run.from;

	if (isatty(STDIN_FILENO) && (from == NULL || strcmp(from, "-") != 0))
		return STDIN_FILENO;
	return open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
}

/* Of a run told in sentences: only a terminal that hears them is asked for keys. -1: none. */
static int accessible_keys_fd(const struct options *options)
{
	const char *from = options->run.from;
	bool list = from != NULL && strcmp(from, "-") == 0;

	return options->screen.accessible && !list && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)
		       ? STDIN_FILENO
		       : -1;
}

static bool has_text(const char *variable)
{
	const char *value = getenv(variable);

	return value != NULL && *value != '\0';
}

static bool is_linux_console(void)
{
	const char *term = getenv("TERM");

	return term != NULL && strcmp(term, "linux") == 0;
}

bool command_open_screen(struct options *options, struct app_settings *settings)
{
	int keys_fd;

	options->screen.ascii = options->screen.ascii ||
				strcmp(nl_langinfo(CODESET), "UTF-8") != 0 || is_linux_console();
	if (!isatty(STDOUT_FILENO))
		return false;
	keys_fd = open_keys(options);
	*settings = (struct app_settings){.mono = options->screen.mono || has_text("NO_COLOR"),
					  .ascii = options->screen.ascii,
					  .mouse = !options->screen.no_mouse,
					  .keys_fd = keys_fd};
	return keys_fd >= 0;
}

void command_close_screen(const struct app_settings *settings)
{
	if (settings->keys_fd != STDIN_FILENO)
		close(settings->keys_fd);
}

int command_setup(struct options *options)
{
	struct app_settings settings;
	struct services *services;
	int status;

	if (options->screen.accessible)
		return command_refuse(
			"setup: --accessible draws no form; imgtop run images --help says what can "
			"be given on the command line");
	if (!command_open_screen(options, &settings))
		return command_refuse(
			"the setup screen needs a terminal; start a run with imgtop run "
			"WORKLOAD INPUT..., imgtop --help says more");
	services = services_new(options);
	settings.services = services_ui(services);
	status = app_setup(services_ui(services), &settings);
	if (status == 0 && services_dry(services) != NULL)
		status = dry_run(services_dry(services));
	services_free(services);
	command_close_screen(&settings);
	return status;
}

/* Start, say how to get at the run, leave. */
static int run_detached(const struct ui_services *ui)
{
	struct ui_run run;
	struct err err = {0};
	char *id, why[ERR_TEXT_BYTES];

	if (ui->start(ui->context, &run, &err) != 0)
		return command_refuse(err.text);
	id = path_base(run.page_path);
	id[strcspn(id, ".")] = '\0'; /* RUN.page */
	printf("%s\n", id);
	fprintf(stderr,
		"imgtop: run %s goes on by itself; imgtop attach %s shows it, imgtop ctl %s cancel "
		"ends "
		"it\n",
		id, id, id);
	free(id);
	ui->signal(ui->context, &run, UI_DETACH);
	ui->finish(ui->context, &run, why, sizeof why);
	return 0;
}

/* Is there a terminal that can only take lines? The run need not be refused for it. */
static bool takes_lines_only(void)
{
	struct err err = {0};

	if (terminfo_check(&err) == 0)
		return false;
	fprintf(stderr, "imgtop: %s; plain progress instead\n", err.text);
	return true;
}

int command_run_services(struct options *options, bool *detached)
{
	bool batch = options->run.batch || options->run.json || options->screen.accessible;
	enum batch_output output = options->run.json		? BATCH_JSON
				   : options->screen.accessible ? BATCH_SENTENCES
								: BATCH_LINES;
	int keys_fd = output == BATCH_SENTENCES ? accessible_keys_fd(options) : -1;
	bool detach = options->run.detach;
	struct app_settings settings;
	const struct ui_services *ui;
	struct services *services;
	bool screen;
	int status;

	*detached = false;
	if (options->run.dry_run)
		return dry_run(options);
	screen = command_open_screen(options, &settings);
	services = services_new(options);
	ui = services_ui(services);

	settings.services = ui;
	if (detach)
		status = run_detached(ui);
	else if (batch || !screen || takes_lines_only())
		status = batch_run(ui, output, keys_fd);
	else
		status = app_run(ui, &settings);
	*detached = services_detached(services);
	services_free(services);
	if (screen)
		command_close_screen(&settings);
	return status;
}

int command_run(struct options *options)
{
	bool detached;

	return command_run_services(options, &detached);
}

static int attach_in_sentences(const struct options *options)
{
	const char *run = options->noperands > 0 ? options->operands[0] : NULL;
	struct err err = {0};
	char *page = runs_page(run, &err);
	int status = page != NULL ? accessible_attach(page, services_summaries(),
						      accessible_keys_fd(options))
				  : command_refuse(err.text);

	free(page);
	return status;
}

static bool several_runs(void)
{
	struct run_entry *entries;
	struct err err;
	int count = runs_list(&entries, &err);

	if (count >= 0)
		runs_free(entries, count);
	return count > 1;
}

int command_attach(const struct options *options)
{
	const char *run = options->noperands > 0 ? options->operands[0] : NULL;
	struct options copy = *options;
	struct app_settings settings;
	struct err err = {0};
	char *page;
	int status;

	if (options->screen.accessible)
		return attach_in_sentences(options);
	if (!command_open_screen(&copy, &settings))
		return command_refuse("attach: needs a terminal to draw on");
	settings.services = services_summaries();
	if (run == NULL && several_runs()) {
		status = app_attach(NULL, &settings);
		command_close_screen(&settings);
		return status;
	}
	page = runs_page(run, &err);
	status = page != NULL ? app_attach(page, &settings) : command_refuse(err.text);
	free(page);
	command_close_screen(&settings);
	return status;
}

int command_replay(const struct options *options)
{
	struct options copy = *options;
	struct app_settings settings;
	int status;

	if (options->screen.accessible || !command_open_screen(&copy, &settings))
		return command_refuse(
			"replay: needs a terminal to draw on; summary.txt in the report "
			"folder can be read without one");
	settings.services = services_summaries();
	status = app_replay(options->operands[0], &settings);
	command_close_screen(&settings);
	return status;
}
