/*
 * screens.h - what a screen is, and the list of them (floor: tui).
 *
 * A screen is one file, screen_NAME.c, with a record of functions, and one word in the list below.
 */
#ifndef IMGTOP_TUI_SCREENS_H
#define IMGTOP_TUI_SCREENS_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/canvas.h"
#include "tui/keys.h"

struct ui;

struct screen {
	const char *name; /* title of its tab */
	enum scope scope;
	bool tab;    /* one of the screens of a run, reached by Tab */
	bool bare;   /* a tab without meters and gauges */
	bool of_run; /* no tab, but reached from one, with the keys of a run */

	/* Can it be shown now? NULL: always. */
	bool (*available)(const struct ui *ui);
	/* What stands beside the name in the tab line ("2!"); NULL: nothing. */
	void (*badge)(const struct ui *ui, char *text, size_t size);

	/* What stands at the right of the bottom line ("2 tagged"); NULL: nothing. */
	void (*note)(const struct ui *ui, char *text, size_t size);

	/* What the screen remembers, e.g. where it is scrolled to. */
	void *(*open)(void);
	void (*close)(void *state);

	void (*draw)(struct ui *ui, void *state, struct canvas *canvas);
	/* A key before the table is asked, for typing; true: taken. NULL: none. */
	bool (*key)(struct ui *ui, void *state, int key);
	/* true: the command was this screen's */
	bool (*command)(struct ui *ui, void *state, enum command command);
	/* A click on a zone that is the screen's own, in that column. NULL: it has none. */
	void (*click)(struct ui *ui, void *state, const struct zone *zone, int column);
};

/* Tabs stand in this order. */
#define SCREENS(X)                                                                                 \
	X(setup)                                                                                   \
	X(workers)                                                                                 \
	X(queues)                                                                                  \
	X(timeline)                                                                                \
	X(log)                                                                                     \
	X(end)                                                                                     \
	X(detail)                                                                                  \
	X(graph)                                                                                   \
	X(stack)                                                                                   \
	X(help)                                                                                    \
	X(settings)                                                                                \
	X(runs)                                                                                    \
	X(demos)

#define SCREEN_DECLARE(name) extern const struct screen screen_##name;
SCREENS(SCREEN_DECLARE)
#undef SCREEN_DECLARE

enum screen_index {
#define SCREEN_INDEX(name) SCREEN_##name,
	SCREENS(SCREEN_INDEX)
#undef SCREEN_INDEX
		SCREEN_COUNT
};

/* The screen of an index, and its index. */
const struct screen *screens_at(size_t index);
size_t screens_index(const struct screen *screen);

#endif
