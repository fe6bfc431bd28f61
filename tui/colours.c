/*
 * colours.c - the schemes (floor: tui). Constant data.
 *
 * A scheme names only what it does otherwise than the default; a row that is not there (black on
 * black without attributes, which nobody wants) is the default's.
 */
#include "config.h"

#include "tui/colours.h"

enum { BLACK, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, WHITE, OWN = -1 };

static const struct shade scheme_default[COLOURS] = {
	[COLOUR_PLAIN] = {OWN, OWN, 0},
	[COLOUR_TITLE] = {OWN, OWN, SHADE_BOLD},
	[COLOUR_LABEL] = {CYAN, OWN, 0},
	[COLOUR_VALUE] = {OWN, OWN, SHADE_BOLD},
	[COLOUR_BAR] = {GREEN, OWN, 0},
	[COLOUR_GOOD] = {GREEN, OWN, SHADE_BOLD},
	[COLOUR_WARN] = {YELLOW, OWN, SHADE_BOLD},
	[COLOUR_BAD] = {RED, OWN, SHADE_BOLD},
	[COLOUR_DIM] = {OWN, OWN, SHADE_DIM},
	[COLOUR_HEAD] = {BLACK, GREEN, 0},
	[COLOUR_SORT] = {BLACK, CYAN, 0},
	[COLOUR_SELECTED] = {BLACK, CYAN, 0},
	[COLOUR_KEY] = {OWN, OWN, 0},
	[COLOUR_KEY_LABEL] = {BLACK, CYAN, 0},
	[COLOUR_BANNER] = {BLACK, YELLOW, 0},
	[COLOUR_TAB] = {OWN, OWN, 0},
	[COLOUR_TAB_ACTIVE] = {OWN, OWN, SHADE_BOLD | SHADE_UNDERLINE},
	[COLOUR_DIALOG] = {WHITE, BLUE, 0},
	[COLOUR_RUN] = {GREEN, OWN, SHADE_BOLD},
	[COLOUR_IO] = {BLUE, OWN, SHADE_BOLD},
	[COLOUR_WAIT] = {YELLOW, OWN, 0},
	[COLOUR_TAGGED] = {YELLOW, OWN, SHADE_BOLD},
};

/* For dark text on a light ground, where yellow and cyan cannot be read. */
static const struct shade scheme_light[COLOURS] = {
	[COLOUR_LABEL] = {BLUE, OWN, 0},
	[COLOUR_WARN] = {MAGENTA, OWN, SHADE_BOLD},
	[COLOUR_DIM] = {OWN, OWN, SHADE_DIM},
	[COLOUR_HEAD] = {WHITE, BLUE, 0},
	[COLOUR_SORT] = {WHITE, MAGENTA, 0},
	[COLOUR_SELECTED] = {WHITE, BLUE, SHADE_BOLD},
	[COLOUR_KEY_LABEL] = {WHITE, BLUE, 0},
	[COLOUR_BANNER] = {WHITE, MAGENTA, SHADE_BOLD},
	[COLOUR_DIALOG] = {BLACK, WHITE, 0},
	[COLOUR_WAIT] = {MAGENTA, OWN, 0},
	[COLOUR_TAGGED] = {MAGENTA, OWN, SHADE_BOLD},
};

/* White on black and the other way round, bold; nothing is dim. */
static const struct shade scheme_high_contrast[COLOURS] = {
	[COLOUR_PLAIN] = {WHITE, BLACK, SHADE_BOLD},
	[COLOUR_TITLE] = {WHITE, BLACK, SHADE_BOLD | SHADE_UNDERLINE},
	[COLOUR_LABEL] = {WHITE, BLACK, SHADE_BOLD},
	[COLOUR_VALUE] = {WHITE, BLACK, SHADE_BOLD},
	[COLOUR_BAR] = {WHITE, BLACK, SHADE_BOLD},
	[COLOUR_GOOD] = {WHITE, BLACK, SHADE_BOLD},
	[COLOUR_WARN] = {YELLOW, BLACK, SHADE_BOLD},
	[COLOUR_BAD] = {YELLOW, BLACK, SHADE_BOLD | SHADE_REVERSE},
	[COLOUR_DIM] = {WHITE, BLACK, 0},
	[COLOUR_HEAD] = {BLACK, WHITE, 0},
	[COLOUR_SORT] = {BLACK, YELLOW, 0},
	[COLOUR_SELECTED] = {BLACK, YELLOW, 0},
	[COLOUR_KEY] = {WHITE, BLACK, SHADE_BOLD},
	[COLOUR_KEY_LABEL] = {BLACK, WHITE, 0},
	[COLOUR_BANNER] = {BLACK, YELLOW, 0},
	[COLOUR_TAB] = {WHITE, BLACK, 0},
	[COLOUR_TAB_ACTIVE] = {BLACK, WHITE, 0},
	[COLOUR_DIALOG] = {BLACK, WHITE, 0},
	[COLOUR_RUN] = {WHITE, BLACK, SHADE_BOLD},
	[COLOUR_IO] = {WHITE, BLACK, SHADE_BOLD},
	[COLOUR_WAIT] = {YELLOW, BLACK, SHADE_BOLD},
	[COLOUR_TAGGED] = {YELLOW, BLACK, SHADE_BOLD | SHADE_UNDERLINE},
};

/* Blue against yellow, which every kind of colour blindness but the rarest tells apart; what is bad
 * is reversed, not red. */
static const struct shade scheme_colour_blind[COLOURS] = {
	[COLOUR_BAR] = {CYAN, OWN, 0},
	[COLOUR_GOOD] = {CYAN, OWN, SHADE_BOLD},
	[COLOUR_BAD] = {YELLOW, OWN, SHADE_BOLD | SHADE_REVERSE},
	[COLOUR_HEAD] = {WHITE, BLUE, 0},
	[COLOUR_SORT] = {BLACK, YELLOW, 0},
	[COLOUR_SELECTED] = {BLACK, CYAN, 0},
	[COLOUR_RUN] = {CYAN, OWN, SHADE_BOLD},
	[COLOUR_IO] = {BLUE, OWN, SHADE_BOLD | SHADE_UNDERLINE},
};

static const struct shade scheme_mono[COLOURS] = {
	[COLOUR_PLAIN] = {OWN, OWN, 0},
	[COLOUR_TITLE] = {OWN, OWN, SHADE_BOLD},
	[COLOUR_LABEL] = {OWN, OWN, 0},
	[COLOUR_VALUE] = {OWN, OWN, SHADE_BOLD},
	[COLOUR_BAR] = {OWN, OWN, SHADE_BOLD},
	[COLOUR_GOOD] = {OWN, OWN, 0},
	[COLOUR_WARN] = {OWN, OWN, SHADE_BOLD},
	[COLOUR_BAD] = {OWN, OWN, SHADE_BOLD},
	[COLOUR_DIM] = {OWN, OWN, SHADE_DIM},
	[COLOUR_HEAD] = {OWN, OWN, SHADE_REVERSE},
	[COLOUR_SORT] = {OWN, OWN, SHADE_REVERSE | SHADE_BOLD},
	[COLOUR_SELECTED] = {OWN, OWN, SHADE_REVERSE},
	[COLOUR_KEY] = {OWN, OWN, 0},
	[COLOUR_KEY_LABEL] = {OWN, OWN, SHADE_REVERSE},
	[COLOUR_BANNER] = {OWN, OWN, SHADE_REVERSE | SHADE_BOLD},
	[COLOUR_TAB] = {OWN, OWN, 0},
	[COLOUR_TAB_ACTIVE] = {OWN, OWN, SHADE_BOLD | SHADE_UNDERLINE},
	[COLOUR_DIALOG] = {OWN, OWN, SHADE_REVERSE},
	[COLOUR_RUN] = {OWN, OWN, SHADE_BOLD},
	[COLOUR_IO] = {OWN, OWN, SHADE_BOLD},
	[COLOUR_WAIT] = {OWN, OWN, 0},
	[COLOUR_TAGGED] = {OWN, OWN, SHADE_BOLD | SHADE_UNDERLINE},
};

static const struct {
	const char *name;
	const struct shade *shade;
} schemes[SCHEMES] = {
	[SCHEME_DEFAULT] = {"default", scheme_default},
	[SCHEME_LIGHT] = {"light", scheme_light},
	[SCHEME_HIGH_CONTRAST] = {"high-contrast", scheme_high_contrast},
	[SCHEME_COLOUR_BLIND] = {"colour-blind", scheme_colour_blind},
	[SCHEME_MONO] = {"mono", scheme_mono},
};

const struct shade *colours_shade(enum colour colour, enum scheme scheme)
{
	const struct shade *shade = &schemes[scheme].shade[colour];

	if (shade->foreground == BLACK && shade->background == BLACK && shade->attributes == 0)
		return &scheme_default[colour];
	return shade;
}

const char *colours_scheme_name(enum scheme scheme)
{
	return scheme < SCHEMES ? schemes[scheme].name : "?";
}
