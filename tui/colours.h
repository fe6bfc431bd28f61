/*
 * colours.h - what a colour means, and how each scheme shows it (floor: tui).
 *
 * Screens name a meaning; a scheme is a row of attributes. No meaning is carried by colour alone:
 * every state also has a letter or a word beside it, so `mono` loses nothing.
 */
#ifndef IMGTOP_TUI_COLOURS_H
#define IMGTOP_TUI_COLOURS_H

#include <stdbool.h>

enum colour {
	COLOUR_PLAIN,
	COLOUR_TITLE, /* the program's name, headings */
	COLOUR_LABEL, /* names of figures */
	COLOUR_VALUE, /* the figures */
	COLOUR_BAR,   /* filled part of a bar */
	COLOUR_GOOD,
	COLOUR_WARN,
	COLOUR_BAD,
	COLOUR_DIM,	 /* of little interest now: walk, recorder, idle */
	COLOUR_HEAD,	 /* head of a table */
	COLOUR_SORT,	 /* the column that sorts */
	COLOUR_SELECTED, /* the row that keys act on */
	COLOUR_KEY,	 /* key in the bottom bar */
	COLOUR_KEY_LABEL,
	COLOUR_BANNER, /* frozen, paused, draining: must be noticed */
	COLOUR_TAB,
	COLOUR_TAB_ACTIVE,
	COLOUR_DIALOG,
	COLOUR_RUN,    /* a worker that computes */
	COLOUR_IO,     /* a worker that reads or writes */
	COLOUR_WAIT,   /* a worker that waits */
	COLOUR_TAGGED, /* a worker that was marked */
	COLOURS
};

enum { SHADE_BOLD = 1, SHADE_DIM = 2, SHADE_REVERSE = 4, SHADE_UNDERLINE = 8 };

/* Foreground and background: 0..7 as in ANSI, -1 the terminal's own. */
struct shade {
	signed char foreground;
	signed char background;
	unsigned char attributes;
};

enum scheme {
	SCHEME_DEFAULT,
	SCHEME_LIGHT,
	SCHEME_HIGH_CONTRAST,
	SCHEME_COLOUR_BLIND,
	SCHEME_MONO,
	SCHEMES
};

const struct shade *colours_shade(enum colour colour, enum scheme scheme);

/* "colour-blind", in settings. */
const char *colours_scheme_name(enum scheme scheme);

#endif
