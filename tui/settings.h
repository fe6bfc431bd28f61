/*
 * settings.h - how the screens look: what the settings screen changes and imgtop.ini keeps
 * (floor: tui).
 *
 * The file is $XDG_CONFIG_HOME/imgtop/imgtop.ini. It holds what was chosen on the settings screen
 * and nothing that the command line or the environment asked for: those are laid over it for one
 * session only.
 */
#ifndef IMGTOP_TUI_SETTINGS_H
#define IMGTOP_TUI_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "tui/colours.h"

enum meter { METER_THROUGHPUT, METER_QUEUES, METER_HISTORY, METER_MEMORY, METERS };

enum settings_glyphs { SETTINGS_GLYPHS_AUTO, SETTINGS_GLYPHS_ASCII, SETTINGS_GLYPHS };

struct settings {
	uint32_t columns; /* bit per enum table_column */
	uint32_t meters;  /* bit per enum meter */
	enum scheme scheme;
	enum settings_glyphs glyphs;
	unsigned refresh_ms; /* shortest time between two pictures */
	bool large;	     /* for projectors: bigger bars, fewer columns */
	bool mouse;
};

/* What holds for this session whatever the file says. */
struct settings_override {
	bool mono;     /* --mono, NO_COLOR */
	bool ascii;    /* --ascii, another locale than UTF-8, TERM=linux */
	bool no_mouse; /* -M */
};

void settings_defaults(struct settings *settings);

/* What is in force: the choices with the overrides laid over them. */
struct settings settings_effective(const struct settings *chosen,
				   const struct settings_override *override);

/*
 * Read the file. A file that is not there leaves the defaults, and so does a broken one.
 *   error: permanent, "PATH:LINE: what is wrong; the settings in it are ignored"
 */
int settings_load(const char *path, struct settings *settings, struct err *err);

/* Replace the file, making its folder when it is missing. */
int settings_save(const char *path, const struct settings *settings, struct err *err);

/* Names in the file and on the screen. */
const char *settings_meter_name(enum meter meter);
const char *settings_glyphs_name(enum settings_glyphs glyphs);

/* Refresh times that can be chosen, in milliseconds, ended by 0. */
const unsigned *settings_refresh_choices(void);

#endif
