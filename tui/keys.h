/*
 * keys.h - the one table of keys: it feeds dispatch, the bottom bar, the help screen and the manual
 * (floor: tui).
 *
 * A key is a character or one of enum key. What it does depends on the scopes that are active: the
 * screen's own, SCOPE_LIVE or SCOPE_REPLAY, and SCOPE_ANYWHERE.
 */
#ifndef IMGTOP_TUI_KEYS_H
#define IMGTOP_TUI_KEYS_H

#include <stddef.h>

enum key {
	KEYS_NONE = 0,
	KEYS_TAB = '\t',
	KEYS_ENTER = '\n',
	KEYS_ESCAPE = 27,
	KEYS_BACKSPACE = 127,
	KEYS_SPECIAL = 0x200000, /* beyond Unicode */
	KEYS_UP,
	KEYS_DOWN,
	KEYS_LEFT,
	KEYS_RIGHT,
	KEYS_PAGE_UP,
	KEYS_PAGE_DOWN,
	KEYS_HOME,
	KEYS_END,
	KEYS_DELETE,
	KEYS_BACK_TAB,
	KEYS_F0, /* KEYS_F0 + n is Fn */
	KEYS_F12 = KEYS_F0 + 12,
	KEYS_MOUSE, /* terminal.h says where, and what */
};

enum scope {
	SCOPE_ANYWHERE = 1 << 0,
	SCOPE_SETUP = 1 << 1,
	SCOPE_WORKERS = 1 << 2,
	SCOPE_LOG = 1 << 3,
	SCOPE_END = 1 << 4,
	SCOPE_HELP = 1 << 5,
	SCOPE_LIVE = 1 << 6,   /* a run is shown from its page */
	SCOPE_REPLAY = 1 << 7, /* a saved run is shown */
	SCOPE_QUEUES = 1 << 8,
	SCOPE_TIMELINE = 1 << 9,
	SCOPE_DETAIL = 1 << 10,
	SCOPE_GRAPH = 1 << 11,
	SCOPE_SETTINGS = 1 << 12,
	SCOPE_TAGS = 1 << 13,	   /* the table of workers, of a live run */
	SCOPE_LIST_ENDS = 1 << 14, /* Home and End are the list's; in a replay they seek */
	SCOPE_RUNS = 1 << 15,
	SCOPE_SENTENCES = 1 << 16, /* --accessible: nothing is drawn */
	SCOPE_DEMOS = 1 << 17,
	SCOPE_STACK = 1 << 18,
};

enum command {
	COMMAND_NONE,
	COMMAND_HELP,
	COMMAND_SETUP,
	COMMAND_TREE,
	COMMAND_SORT,
	COMMAND_ADD,
	COMMAND_RETIRE,
	COMMAND_ACTIONS,
	COMMAND_QUIT,
	COMMAND_INVERT,
	COMMAND_SORT_CPU,
	COMMAND_SORT_TIME,
	COMMAND_SORT_ID,
	COMMAND_SORT_MEMORY,
	COMMAND_FOLLOW,
	COMMAND_START,
	COMMAND_PAUSE,
	COMMAND_FREEZE,
	COMMAND_MORE_CAPACITY,
	COMMAND_LESS_CAPACITY,
	COMMAND_PLAY,
	COMMAND_STEP_BACK,
	COMMAND_STEP_FORWARD,
	COMMAND_UP,
	COMMAND_DOWN,
	COMMAND_PAGE_UP,
	COMMAND_PAGE_DOWN,
	COMMAND_FIRST,
	COMMAND_LAST,
	COMMAND_OPEN,
	COMMAND_LEFT,
	COMMAND_RIGHT,
	COMMAND_PAN_LEFT,
	COMMAND_PAN_RIGHT,
	COMMAND_ZOOM_IN,
	COMMAND_ZOOM_OUT,
	COMMAND_OLDEST,
	COMMAND_PRESENT,
	COMMAND_NEXT_TAB,
	COMMAND_PREVIOUS_TAB,
	COMMAND_BACK,
	COMMAND_REDRAW,
	COMMAND_SETTINGS,
	COMMAND_SEARCH,
	COMMAND_FILTER,
	COMMAND_TAG,
	COMMAND_TAG_HOST,
	COMMAND_UNTAG_ALL,
	COMMAND_HIDE_THREADS,
	COMMAND_FLAT,
	COMMAND_CHANGE,
	COMMAND_WATCH,
	COMMAND_RERUN_WITH,
	COMMAND_REPLAY_START,
	COMMAND_REPLAY_END,
	COMMAND_SLOWER,
	COMMAND_FASTER,
	COMMAND_FRAME_BACK,
	COMMAND_FRAME_FORWARD,
	COMMAND_CHANGE_BACK,
	COMMAND_GRAPH,
	COMMAND_STACK,
	COMMAND_DUMP,
	COMMAND_TRACE,
	COMMAND_MEASURE,
	COMMAND_TAKE_ADVICE,
	COMMAND_TELL_RUN,
	COMMAND_TELL_WORKERS,
};

enum { KEYS_PER_BINDING = 4 };

struct key_binding {
	enum command command;
	unsigned scopes;	   /* any of these active */
	int key[KEYS_PER_BINDING]; /* an F-key stands first; 0 ends */
	const char *label;	   /* bottom bar, with an F-key or a place in it; or NULL */
	const char *help;	   /* what it does */
};

/* The whole table, and its length. */
const struct key_binding *keys_table(size_t *count);

/* What a key means while these scopes are active. */
enum command keys_command(int key, unsigned scopes);

/* "F1", "Ctrl-L", "Space", "q" */
void keys_name(int key, char *text, size_t size);

/* "F1 h ?" */
void keys_names(const struct key_binding *binding, char *text, size_t size);

/* "in the list of workers", for the headings of help and manual; NULL for what is no scope. */
const char *keys_scope_title(unsigned scope);

#endif
