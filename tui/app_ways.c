/*
 * app_ways.c - the ways into the interactive program and out of it: terminal, settings and signals
 * are taken, the loop runs, all is given back and what there is to say is said (floor: tui).
 * One thread.
 */
#include "config.h"

#include "tui/app_private.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/path.h"
#include "tui/signals.h"
#include "tui/terminfo.h"

static const int caught_signals[] = {SIGINT,  SIGTERM, SIGHUP,	SIGWINCH,
				     SIGTSTP, SIGCONT, SIGPIPE, SIGUSR1};

static void open_settings(struct app *app)
{
	struct settings_override override = {
		.mono = app->settings->mono,
		.ascii = app->settings->ascii,
		.no_mouse = !app->settings->mouse,
	};
	struct err err;
	char *folder = path_config_dir(&err);
	char *path = folder != NULL ? path_join(folder, "imgtop.ini") : NULL;

	ui_open_settings(&app->ui, path, &override);
	app->ui.request = UI_NOTHING; /* served right after */
	free(path);
	free(folder);
}

static int open_screen(struct app *app, struct err *err)
{
	int rows, columns;

	/* Ours first: curses then leaves the signals alone. */
	app->signals_fd = signals_open(caught_signals,
				       sizeof(caught_signals) / sizeof(caught_signals[0]), err);
	if (app->signals_fd < 0)
		return -1;
	app->terminal = terminal_open(app->settings->keys_fd, err);
	if (app->terminal == NULL) {
		signals_close();
		return -1;
	}
	terminal_size(app->terminal, &rows, &columns);
	app->canvas = canvas_new(rows, columns, true);
	app->shown = canvas_new(rows, columns, true);
	app->dirty = true;
	app->ui.writers = app->settings->services;
	open_settings(app);
	app_restyle(app);
	return 0;
}

static void say_farewell(const struct app *app)
{
	const struct ui_services *services = app->ui.services;
	const struct model *model = app->ui.model;

	if (services == NULL)
		services = app->settings->services;
	if (model->valid && model->replay == NULL && model_ended(model) && services != NULL &&
	    services->summary != NULL) {
		char *text = services->summary(services->context, model->live);
		if (text != NULL)
			(void)fputs(text, stdout);
		free(text);
		(void)fflush(stdout);
	}
	if (model->lost)
		(void)fprintf(stderr, "imgtop: the supervisor died before the run was over; "
				      "run it again to do what is missing\n");
	if (app->farewell[0] != '\0')
		(void)fprintf(stderr, "imgtop: %s\n", app->farewell);
}

/* With everything in place but the terminal; releases the app. */
static int show(struct app *app)
{
	struct err err;

	err_clear(&err);
	if (open_screen(app, &err) != 0) {
		(void)fprintf(stderr, "imgtop: %s\n", err.text);
		app->status = EXIT_REFUSED;
		if (app->running) { /* the tether ends with us; say so in words first */
			char why[WHY_BYTES];
			app->ui.services->signal(app->ui.services->context, &app->run,
						 UI_TERMINATE);
			app->ui.services->finish(app->ui.services->context, &app->run, why,
						 sizeof(why));
		}
	} else {
		app_loop(app);
		terminal_close(app->terminal);
		signals_close();
		say_farewell(app);
	}
	canvas_free(app->canvas);
	canvas_free(app->shown);
	ui_release(&app->ui);
	return app->status;
}

static int refuse(struct app *app, const struct err *err)
{
	(void)fprintf(stderr, "imgtop: %s\n", err->text);
	ui_release(&app->ui);
	return app->status != 0 ? app->status : EXIT_REFUSED;
}

int app_setup(const struct ui_services *services, const struct app_settings *settings)
{
	struct app app = {.settings = settings, .from_setup = true};
	struct err err;

	ui_init(&app.ui, services, settings->ascii);
	if (terminfo_check(&err) != 0)
		return refuse(&app, &err);
	ui_show(&app.ui, &screen_setup);
	return show(&app);
}

int app_run(const struct ui_services *services, const struct app_settings *settings)
{
	struct app app = {.settings = settings};
	struct err err;

	ui_init(&app.ui, services, settings->ascii);
	if (terminfo_check(&err) != 0 || app_start_run(&app, &err) != 0)
		return refuse(&app, &err);
	return show(&app);
}

int app_attach(const char *page_path, const struct app_settings *settings)
{
	struct app app = {.settings = settings, .watching = true};
	struct err err;

	ui_init(&app.ui, NULL, settings->ascii);
	if (terminfo_check(&err) != 0 ||
	    (page_path != NULL && model_open_page(app.ui.model, page_path, &err) != 0))
		return refuse(&app, &err);
	if (page_path == NULL)
		ui_show(&app.ui, &screen_runs);
	return show(&app);
}

int app_demos(struct ui_demos *demos, const struct app_settings *settings)
{
	struct app app = {.settings = settings};
	struct err err;

	ui_init(&app.ui, NULL, settings->ascii);
	app.ui.demos = demos;
	if (terminfo_check(&err) != 0)
		return refuse(&app, &err);
	ui_show(&app.ui, &screen_demos);
	return show(&app);
}

int app_replay(const char *report_dir, const struct app_settings *settings)
{
	struct app app = {.settings = settings};
	struct err err;
	char *events = path_join(report_dir, "run.events");
	int failed;

	ui_init(&app.ui, NULL, settings->ascii);
	app.ui.report_dir = report_dir;
	failed = terminfo_check(&err) != 0;
	if (!failed && model_open_replay(app.ui.model, events, &err) != 0)
		failed = err_context(
				 &err,
				 "replay: '%s' is not the report folder of a run that can be shown",
				 report_dir) != 0;
	free(events);
	return failed ? refuse(&app, &err) : show(&app);
}
