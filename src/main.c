/*
 * main.c - dispatch of the command line (floor: program).
 *
 * The same program is front and supervisor: it is started again with LAUNCH_SUPERVISE.
 */
#include "config.h"

#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "engine/launch.h"
#include "keys_dump.h"
#include "options.h"
#include "options_config.h"
#include "take_list.h"

static int dispatch(struct options *options)
{
	switch (options->command) {
	case COMMAND_SETUP:
		return command_setup(options);
	case COMMAND_RUN:
		return command_run(options);
	case COMMAND_COMPARE:
		return command_compare(options);
	case COMMAND_ADVISE:
		return command_advise(options);
	case COMMAND_DEMO:
		return command_demo(options);
	case COMMAND_ATTACH:
		return command_attach(options);
	case COMMAND_REPLAY:
		return command_replay(options);
	case COMMAND_CTL:
		return command_ctl(options);
	case COMMAND_DUMP_RUN:
		return command_dump(options);
	case COMMAND_SAMPLES:
		return command_samples(options);
	case COMMAND_DUMP:
		options_dump(stdout);
		keys_dump(stdout);
		return 0;
	case COMMANDS:
		break;
	}
	return 2;
}

static bool starts_runs(enum options_command command)
{
	return command == COMMAND_SETUP || command == COMMAND_RUN || command == COMMAND_COMPARE ||
	       command == COMMAND_DEMO;
}

/* What goes to standard output must have got there: a full disk is no success. */
static int flushed(int status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	fprintf(stderr, "imgtop: standard output: cannot be written\n");
	return status != 0 ? status : 1;
}

int main(int argc, char **argv)
{
	struct options_config *config;
	struct options options;
	struct err problem = {0}; /* of the configuration */
	struct err err = {0};
	int status = 0;

	/* Only how characters are encoded: numbers keep their point everywhere. */
	setlocale(LC_CTYPE, "");
	if (argc > 1 && strcmp(argv[1], LAUNCH_SUPERVISE) == 0)
		return command_supervise(argc, argv);
	(void)options_config_load(NULL, &config, &problem);
	if (options_parse_configured(argc, (const char *const *)argv, config, &options, &err) !=
	    0) {
		options_config_free(config);
		return command_refuse(err.text);
	}
	if (options.general.help) {
		options_print_help(&options, stdout);
	} else if (options.general.version) {
		printf("imgtop %s\n", PACKAGE_VERSION);
	} else if (problem.kind != ERR_NONE && starts_runs(options.command)) {
		status = command_refuse(problem.text);
	} else {
		options_environment(&options);
		status = take_list(&options, &err) == 0 ? dispatch(&options)
							: command_refuse(err.text);
	}
	options_release(&options);
	options_config_free(config);
	return flushed(status);
}
