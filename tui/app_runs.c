/*
 * app_runs.c - the runs that the interactive program starts, and how they end for it (floor: tui).
 * One thread.
 */
#include "config.h"

#include "tui/app_private.h"

#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"

/* A run whose page cannot be read: a short one may be over before it is looked at. */
static int give_up_run(struct app *app, struct err *err)
{
	const struct ui_services *services = app->ui.services;
	char why[WHY_BYTES] = "";

	if (access(app->run.page_path, F_OK) == 0)
		services->signal(services->context, &app->run, UI_TERMINATE);
	app->running = false;
	app->ui.own_run = false;
	app->status = services->finish(services->context, &app->run, why, sizeof(why));
	if (why[0] != '\0')
		return err_permanent(err, "%s", why);
	return err_context(err, "the run cannot be shown (it ended with status %d)", app->status);
}

int app_start_run(struct app *app, struct err *err)
{
	const struct ui_services *services = app->ui.services;

	if (services->start(services->context, &app->run, err) != 0)
		return -1;
	app->running = true;
	app->ui.own_run = true;
	app->ui.draining = false;
	app->ui.leave_at_end = false;
	compare_keep(&app->ui.before, app->ui.model);
	model_free(app->ui.model);
	app->ui.model = model_new();
	if (model_open_page(app->ui.model, app->run.page_path, err) == 0)
		return 0;
	return give_up_run(app, err);
}

/* From setup, or again from the end screen. */
void app_start_from_screen(struct app *app)
{
	const struct ui_services *services = app->ui.services;
	struct err err;
	int result = 0;

	err_clear(&err);
	if (app->ui.screen == &screen_setup && services->needs_samples != NULL &&
	    services->needs_samples(services->context)) {
		ui_say(&app->ui, false, "making the sample photos...");
		app_draw(app);
		result = services->use_samples(services->context, &err);
	}
	if (result == 0 && services->says_only != NULL && services->says_only(services->context)) {
		app->ui.model->valid = false;
		app->quit = true;
		return;
	}
	if (result == 0) {
		ui_say(&app->ui, false, "starting...");
		app_draw(app);
		result = app_start_run(app, &err);
	}
	app->dirty = true;
	app->ui.message[0] = '\0';
	if (result != 0) {
		ui_say(&app->ui, true, "%s", err.text);
		return;
	}
	ui_show(&app->ui, &screen_workers);
}

void app_watch_picked(struct app *app)
{
	struct model *model = model_new();
	struct err err;

	app->dirty = true;
	if (model_open_page(model, app->ui.picked_page, &err) != 0) {
		model_free(model);
		ui_say(&app->ui, true, "%s", err.text);
		return;
	}
	model_free(app->ui.model);
	app->ui.model = model;
	ui_show(&app->ui, &screen_workers);
}

/* The supervisor has ended: take its last picture and its status. */
void app_end_run(struct app *app)
{
	const struct ui_services *services = app->ui.services;
	char why[WHY_BYTES] = "";

	app->running = false;
	app->ui.own_run = false;
	app->status = services->finish(services->context, &app->run, why, sizeof(why));
	app->run = (struct ui_run){0};
	model_freeze(app->ui.model, false);
	model_update(app->ui.model, clock_ns());
	app->ui.dialog.open = false;
	app->dirty = true;
	if (why[0] != '\0' && app->status == EXIT_REFUSED) {
		if (app->from_setup && !app->ui.leave_at_end && !app->hung_up) {
			ui_show(&app->ui, &screen_setup);
			ui_say(&app->ui, true, "%s", why);
			return;
		}
		(void)snprintf(app->farewell, sizeof(app->farewell), "%s", why);
		app->ui.model->valid = false; /* nothing ran: there is nothing to sum up */
		app->quit = true;
		return;
	}
	if (app->ui.leave_at_end || app->ui.draining || app->hung_up)
		app->quit = true;
	else
		ui_show(&app->ui, &screen_end);
}

void app_let_go(struct app *app)
{
	const struct ui_services *services = app->ui.services;
	char why[WHY_BYTES];

	services->signal(services->context, &app->run, UI_DETACH);
	(void)snprintf(app->farewell, sizeof(app->farewell),
		       "run %s goes on; watch it with: imgtop attach %s",
		       app->ui.model->live->plan.run_id, app->ui.model->live->plan.run_id);
	app->status = services->finish(services->context, &app->run, why, sizeof(why));
	app->status = 0;
	app->running = false;
	app->ui.own_run = false;
	app->ui.model->valid = false;
	app->quit = true;
}

void app_measure(struct app *app)
{
	const struct ui_services *services = app->ui.services;
	struct err err;

	err_clear(&err);
	app->dirty = true;
	app->ui.advice_is_new = true;
	if (services->measure(services->context, &err) != 0)
		ui_say(&app->ui, true, "%s", err.text);
}

int app_measure_fd(const struct app *app)
{
	const struct ui_services *services = app->ui.services;

	return services != NULL && services->measure_fd != NULL
		       ? services->measure_fd(services->context)
		       : -1;
}

void app_measured(struct app *app)
{
	const struct ui_services *services = app->ui.services;

	if (!services->measured(services->context))
		return;
	app->ui.advice_is_new = true;
	app->dirty = true;
}
