/*
 * app_private.h - what app.c, app_ways.c and app_runs.c share (floor: tui; internal to it).
 */
#ifndef IMGTOP_TUI_APP_PRIVATE_H
#define IMGTOP_TUI_APP_PRIVATE_H

#include "tui/app.h"
#include "tui/terminal.h"
#include "tui/ui.h"

enum { EXIT_REFUSED = 2, WHY_BYTES = 512 };

struct app {
	struct ui ui;
	const struct app_settings *settings;
	struct terminal *terminal;
	struct canvas *canvas;
	struct canvas *shown;
	int signals_fd;

	struct ui_run run;
	bool running;  /* `run` is ours and not yet finished */
	bool watching; /* somebody else's run */
	bool from_setup;
	int status; /* exit status so far */
	bool quit;
	bool hung_up; /* no terminal any more: only the end of the run is awaited */
	bool whole;   /* draw every cell */
	bool dirty;
	uint64_t drawn_ns;
	uint64_t cpu_ns; /* of this process, when last measured */
	uint64_t cpu_at_ns;
	char farewell[WHY_BYTES]; /* on stderr, after the terminal was given back */
};

/* app.c: show what the screens say now; take the settings that are in force; go on until it is to
 * be left. */
void app_draw(struct app *app);
void app_restyle(struct app *app);
void app_loop(struct app *app);

/* app_runs.c. Start the run of the services' values and look at its page. */
int app_start_run(struct app *app, struct err *err);

/* Start from setup, or again from the end screen; what goes wrong is said on the screen. */
void app_start_from_screen(struct app *app);

/* Watch the run that was picked from the list; what goes wrong is said on the screen. */
void app_watch_picked(struct app *app);

/* The supervisor has ended: take its last picture and its status. */
void app_end_run(struct app *app);

/* A measurement for the form: begin one; where it speaks (-1: nowhere); it has spoken. */
void app_measure(struct app *app);
int app_measure_fd(const struct app *app);
void app_measured(struct app *app);

/* The run goes on without us. */
void app_let_go(struct app *app);

#endif
