/*
 * app.h - the ways into the interactive program and the plain outputs (floor: tui).
 */
#ifndef IMGTOP_TUI_APP_H
#define IMGTOP_TUI_APP_H

#include "record/replay.h"
#include "tui/services.h"

struct app_settings {
	bool mono;  /* --mono, NO_COLOR */
	bool ascii; /* non-UTF-8 locale, TERM=linux */
	bool mouse;
	int keys_fd; /* where keys come from: 0, or /dev/tty when standard input is a list */
	/* For attach and replay, which start nothing: only `summary` is asked. NULL: no summary. */
	const struct ui_services *services;
};

/* Setup screen first. Returns the exit status. */
int app_setup(const struct ui_services *services, const struct app_settings *settings);

/* Start the run of the services' values at once and show it. */
int app_run(const struct ui_services *services, const struct app_settings *settings);

/* Watch a run that somebody else started; ends with it, or with q. NULL: ask which. */
int app_attach(const char *page_path, const struct app_settings *settings);

/* Show a saved report folder. keys and size come from the terminal. */
int app_replay(const char *report_dir, const struct app_settings *settings);

/* The menu of demonstrations: demos->picked when one was chosen to be started. Returns the exit
 * status. */
int app_demos(struct ui_demos *demos, const struct app_settings *settings);

enum batch_output {
	BATCH_LINES,	 /* progress on stderr every 5 s, and a summary at the end there */
	BATCH_JSON,	 /* JSON Lines on stdout */
	BATCH_SENTENCES, /* what has changed on stdout, as accessible.h tells it; summary as above
			  */
};

/* Without a screen and without cursor movement. Starts the run of the services' values. keys_fd: of
 * BATCH_SENTENCES, a terminal whose keys command the run (accessible_keys.h); -1: none. Returns the
 * exit status. */
int batch_run(const struct ui_services *services, enum batch_output output, int keys_fd);

/* Watch a run that somebody else started, in sentences on stdout, with keys as above; writers
 * as in app_settings. Returns the exit status. */
int accessible_attach(const char *page_path, const struct ui_services *writers, int keys_fd);

#endif
