/*
 * options_config.h - defaults of one's own for the options of a run (floor: program).
 *
 * The file is $XDG_CONFIG_HOME/imgtop/options.ini. A section bears the name of a workload, or is
 * [run] for what all have in common; a line is NAME = VALUE as on the command line, which goes
 * before it. (How the screens look is kept in imgtop.ini, which the settings screen writes.)
 *
 * Only the front reads it. A run travels to the supervisor as a whole command line.
 */
#ifndef IMGTOP_OPTIONS_CONFIG_H
#define IMGTOP_OPTIONS_CONFIG_H

#include "options.h"

struct options_config;

/*
 * Read the file and check all of it, for every workload. None where there is no such file.
 *   path:  NULL = the one above
 *   error: permanent, "PATH:LINE: WHY"
 *   owner: release with options_config_free
 */
int options_config_load(const char *path, struct options_config **config, struct err *err);
void options_config_free(struct options_config *config);

/* Give the options that the file names in this section their values. NULL: none. */
void options_config_apply(const struct options_config *config, const char *section,
			  const struct option_spec *specs, size_t count, void *values);

/* Does the file name the option? */
bool options_config_names(const struct options_config *config, const char *section,
			  const char *name);

#endif
