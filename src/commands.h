/*
 * commands.h - what each command does once its options are read (floor: program).
 *
 * Each returns the exit status and prints its own errors as "imgtop: WHAT: WHY" on standard error.
 * Those that take options over leave them empty.
 */
#ifndef IMGTOP_COMMANDS_H
#define IMGTOP_COMMANDS_H

#include "options.h"

/* Print a sentence; returns 2, usage or refused before starting. */
int command_refuse(const char *sentence);

struct app_settings;

/* Fills settings when there is a terminal to draw on and keys to read; then command_close_screen
 * gives back what was opened. */
bool command_open_screen(struct options *options, struct app_settings *settings);
void command_close_screen(const struct app_settings *settings);

/* Do the run that options name: on the screen, in plain lines, or by itself, as they say.
 * detached: the run goes on without us. */
int command_run_services(struct options *options, bool *detached);

int command_setup(struct options *options);
int command_run(struct options *options);
int command_compare(struct options *options);
int command_advise(const struct options *options);
int command_demo(struct options *options);
int command_attach(const struct options *options);
int command_replay(const struct options *options);
int command_ctl(const struct options *options);
int command_dump(const struct options *options);
int command_samples(const struct options *options);

/* In the new process: argv[1] is LAUNCH_SUPERVISE. */
int command_supervise(int argc, char **argv);

#endif
