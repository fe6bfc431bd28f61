/*
 * keys.c - the table of keys (floor: tui). Constant data; one thread.
 *
 * Order is the order of the bottom bar and of the help.
 */
#include "config.h"

#include "tui/keys.h"

#include <stdio.h>
#include <string.h>

#define CONTROL(letter) ((letter) - 'a' + 1)

enum {
	IN_RUN = SCOPE_WORKERS | SCOPE_QUEUES | SCOPE_TIMELINE | SCOPE_LOG,
	ABOUT_RUN = SCOPE_DETAIL | SCOPE_GRAPH | SCOPE_STACK,
	LISTS = IN_RUN | SCOPE_END | SCOPE_HELP | ABOUT_RUN | SCOPE_SETTINGS | SCOPE_RUNS |
		SCOPE_DEMOS,
};

static const struct key_binding bindings[] = {
	{COMMAND_HELP, SCOPE_ANYWHERE, {KEYS_F0 + 1, 'h', '?'}, "Help", "keys and state letters"},
	{COMMAND_SETUP,
	 IN_RUN | SCOPE_END,
	 {KEYS_F0 + 2, 'S'},
	 "Setup",
	 "choose strategy, input and options (before a run or after its end)"},
	{COMMAND_START,
	 SCOPE_SETUP,
	 {KEYS_ENTER, 'r'},
	 "Start",
	 "start the run; r is a letter inside a text field"},
	{COMMAND_MEASURE,
	 SCOPE_SETUP,
	 {KEYS_F0 + 5, 'm'},
	 "Measure",
	 "measure a sample of the input for the recommendation; m is a letter inside a text field"},
	{COMMAND_TAKE_ADVICE,
	 SCOPE_SETUP,
	 {KEYS_F0 + 6, 'a'},
	 "Advised",
	 "set strategy, counts and queues as recommended; a is a letter inside a text field"},
	{COMMAND_SEARCH,
	 SCOPE_WORKERS,
	 {KEYS_F0 + 3, '/'},
	 "Search",
	 "go to the next worker whose name, stage or item has the text; F3 goes on"},
	{COMMAND_FILTER,
	 SCOPE_WORKERS,
	 {KEYS_F0 + 4, '\\'},
	 "Filter",
	 "show only workers whose name, stage or item has the text; a|b is a or b; Esc shows all"},
	{COMMAND_TREE,
	 SCOPE_WORKERS,
	 {KEYS_F0 + 5, 't'},
	 "Tree",
	 "fold or show the threads beneath the selected host"},
	{COMMAND_SORT,
	 SCOPE_WORKERS,
	 {KEYS_F0 + 6, '<', '>'},
	 "Sort",
	 "choose the column to sort by"},
	{COMMAND_ADD,
	 SCOPE_WORKERS | SCOPE_QUEUES | SCOPE_SENTENCES,
	 {KEYS_F0 + 7, ']'},
	 "Add",
	 "add a worker to the selected station, live"},
	{COMMAND_RETIRE,
	 SCOPE_WORKERS | SCOPE_QUEUES | SCOPE_SENTENCES,
	 {KEYS_F0 + 8, '['},
	 "Retire",
	 "retire a worker of the selected station when its item is done"},
	{COMMAND_ACTIONS,
	 SCOPE_WORKERS | SCOPE_TIMELINE | SCOPE_DETAIL | SCOPE_SENTENCES,
	 {KEYS_F0 + 9, 'k'},
	 "Actions",
	 "act on the selected worker, or on all tagged: abandon the item, kill; asks first"},
	{COMMAND_OPEN, SCOPE_TIMELINE, {KEYS_ENTER}, NULL, "name the item under the cursor"},
	{COMMAND_ZOOM_IN, SCOPE_TIMELINE, {'+', '='}, "In", "zoom in: less time in a column"},
	{COMMAND_ZOOM_OUT, SCOPE_TIMELINE, {'-'}, "Out", "zoom out: more time in a column"},
	{COMMAND_LEFT, SCOPE_TIMELINE, {KEYS_LEFT}, NULL, "cursor to the column before"},
	{COMMAND_RIGHT, SCOPE_TIMELINE, {KEYS_RIGHT}, NULL, "cursor to the next column"},
	{COMMAND_PAN_LEFT, SCOPE_TIMELINE, {'<'}, "Back", "half a screen back in time"},
	{COMMAND_PAN_RIGHT, SCOPE_TIMELINE, {'>'}, "On", "half a screen on"},
	{COMMAND_OLDEST, SCOPE_TIMELINE, {KEYS_HOME}, NULL, "to the oldest that is kept"},
	{COMMAND_PRESENT, SCOPE_TIMELINE, {KEYS_END}, NULL, "to the present, and follow it"},
	{COMMAND_MORE_CAPACITY,
	 SCOPE_QUEUES,
	 {'+', '='},
	 "More",
	 "one place more in the selected queue, live"},
	{COMMAND_LESS_CAPACITY,
	 SCOPE_QUEUES,
	 {'-'},
	 "Fewer",
	 "one place fewer; nothing in the queue is dropped"},
	{COMMAND_QUIT,
	 SCOPE_ANYWHERE,
	 {KEYS_F0 + 10, 'q'},
	 "Quit",
	 "leave; asks while a run of yours goes on"},
	{COMMAND_OPEN, SCOPE_WORKERS, {KEYS_ENTER}, NULL, "details of the selected worker"},
	{COMMAND_INVERT, SCOPE_WORKERS, {'I'}, NULL, "invert the sort order"},
	{COMMAND_SORT_CPU, SCOPE_WORKERS, {'P'}, NULL, "sort by CPU"},
	{COMMAND_SORT_MEMORY, SCOPE_WORKERS, {'M'}, NULL, "sort by memory"},
	{COMMAND_SORT_TIME, SCOPE_WORKERS, {'T'}, NULL, "sort by the time in the present state"},
	{COMMAND_SORT_ID, SCOPE_WORKERS, {'N'}, NULL, "sort by ID"},
	{COMMAND_TAG,
	 SCOPE_TAGS,
	 {' '},
	 NULL,
	 "tag the selected worker for an action, or untag it"},
	{COMMAND_TAG_HOST, SCOPE_TAGS, {'c'}, NULL, "tag the selected host with all its threads"},
	{COMMAND_UNTAG_ALL, SCOPE_TAGS, {'U'}, NULL, "untag all"},
	{COMMAND_HIDE_THREADS, SCOPE_WORKERS, {'H'}, NULL, "hide the threads of every host"},
	{COMMAND_FLAT,
	 SCOPE_WORKERS,
	 {'f'},
	 NULL,
	 "one list of all workers, sorted across processes; again: by process"},
	{COMMAND_FOLLOW,
	 SCOPE_WORKERS | SCOPE_TIMELINE | SCOPE_LOG,
	 {'F'},
	 NULL,
	 "follow: keep the selected worker, the present, or the newest line in view"},
	{COMMAND_GRAPH,
	 IN_RUN | ABOUT_RUN,
	 {'x'},
	 NULL,
	 "who waits for whom: workers, locks, queues, and the circles among them"},
	{COMMAND_STACK,
	 SCOPE_WORKERS | SCOPE_TIMELINE | SCOPE_DETAIL | SCOPE_STACK | SCOPE_SENTENCES,
	 {'b'},
	 NULL,
	 "stack: where each thread of the selected worker's process stands, its own first"},
	{COMMAND_PAUSE,
	 SCOPE_LIVE | SCOPE_SENTENCES,
	 {'p'},
	 NULL,
	 "pause the pipeline at the next stage borders, or resume it"},
	{COMMAND_DUMP,
	 SCOPE_LIVE | SCOPE_SENTENCES,
	 {'D'},
	 NULL,
	 "write all that is known of the run into its report folder, as imgtop dump does"},
	{COMMAND_TRACE,
	 IN_RUN | ABOUT_RUN | SCOPE_END,
	 {'e'},
	 NULL,
	 "say where the trace for Perfetto is; of a run that goes on, write it as far as it is"},
	{COMMAND_FREEZE, SCOPE_LIVE, {'Z'}, NULL, "freeze the view; the run goes on"},
	{COMMAND_MORE_CAPACITY,
	 SCOPE_WORKERS | SCOPE_SENTENCES,
	 {'+', '='},
	 NULL,
	 "one place more in the queue that feeds the selected worker"},
	{COMMAND_LESS_CAPACITY,
	 SCOPE_WORKERS | SCOPE_SENTENCES,
	 {'-'},
	 NULL,
	 "one place less; nothing in the queue is dropped"},
	{COMMAND_START, SCOPE_END, {'r'}, "Rerun", "run the same again"},
	{COMMAND_RERUN_WITH,
	 SCOPE_END,
	 {'R'},
	 "Strategy",
	 "run the same again with another strategy; the figures stay for comparison"},
	{COMMAND_PLAY, SCOPE_REPLAY, {' ', 'p'}, NULL, "stop or go on playing"},
	{COMMAND_STEP_BACK, SCOPE_REPLAY, {KEYS_LEFT}, NULL, "one second back"},
	{COMMAND_STEP_FORWARD, SCOPE_REPLAY, {KEYS_RIGHT}, NULL, "one second forward"},
	{COMMAND_START, SCOPE_DEMOS, {KEYS_ENTER}, "Start", "start the demonstration"},
	{COMMAND_WATCH, SCOPE_RUNS, {KEYS_ENTER}, "Watch", "watch the run"},
	{COMMAND_CHANGE,
	 SCOPE_SETTINGS,
	 {' ', KEYS_ENTER, KEYS_RIGHT},
	 NULL,
	 "change the setting; in force and kept at once"},
	{COMMAND_CHANGE_BACK, SCOPE_SETTINGS, {KEYS_LEFT}, NULL, "the choice before"},
	{COMMAND_SETTINGS,
	 SCOPE_ANYWHERE,
	 {'C'},
	 NULL,
	 "settings: columns, meters, colours, glyphs, refresh; F2 too while a run goes on"},
	{COMMAND_SLOWER, SCOPE_REPLAY, {'{'}, NULL, "play slower, down to a tenth of the speed"},
	{COMMAND_FASTER, SCOPE_REPLAY, {'}'}, NULL, "play faster, up to ten times the speed"},
	{COMMAND_FRAME_BACK, SCOPE_REPLAY, {','}, NULL, "stop, and go one picture back"},
	{COMMAND_FRAME_FORWARD, SCOPE_REPLAY, {'.'}, NULL, "stop, and go one picture forward"},
	{COMMAND_REPLAY_START, SCOPE_REPLAY, {KEYS_HOME}, NULL, "to the beginning of the run"},
	{COMMAND_REPLAY_END, SCOPE_REPLAY, {KEYS_END}, NULL, "to the end of the run"},
	{COMMAND_TELL_RUN,
	 SCOPE_SENTENCES,
	 {' ', KEYS_ENTER},
	 NULL,
	 "say how far the run is and what holds it up"},
	{COMMAND_TELL_WORKERS, SCOPE_SENTENCES, {'w'}, NULL, "say what each worker does"},
	{COMMAND_UP,
	 SCOPE_SENTENCES,
	 {KEYS_UP},
	 NULL,
	 "select the worker before, and say what it does"},
	{COMMAND_DOWN,
	 SCOPE_SENTENCES,
	 {KEYS_DOWN},
	 NULL,
	 "select the next worker, and say what it does"},
	{COMMAND_UP, LISTS, {KEYS_UP}, NULL, "up"},
	{COMMAND_DOWN, LISTS, {KEYS_DOWN}, NULL, "down"},
	{COMMAND_PAGE_UP, LISTS, {KEYS_PAGE_UP}, NULL, "a page up"},
	{COMMAND_PAGE_DOWN, LISTS, {KEYS_PAGE_DOWN}, NULL, "a page down"},
	{COMMAND_FIRST, SCOPE_LIST_ENDS, {KEYS_HOME}, NULL, "to the first line"},
	{COMMAND_LAST, SCOPE_LIST_ENDS, {KEYS_END}, NULL, "to the last line"},
	{COMMAND_NEXT_TAB, SCOPE_ANYWHERE, {KEYS_TAB}, NULL, "next screen"},
	{COMMAND_PREVIOUS_TAB, SCOPE_ANYWHERE, {KEYS_BACK_TAB}, NULL, "screen before"},
	{COMMAND_BACK, SCOPE_ANYWHERE, {KEYS_ESCAPE}, NULL, "back; closes what was opened last"},
	{COMMAND_REDRAW, SCOPE_ANYWHERE, {CONTROL('l')}, NULL, "draw the whole screen again"},
};

const struct key_binding *keys_table(size_t *count)
{
	*count = sizeof(bindings) / sizeof(bindings[0]);
	return bindings;
}

enum command keys_command(int key, unsigned scopes)
{
	scopes |= SCOPE_ANYWHERE;
	if (key == KEYS_NONE)
		return COMMAND_NONE;
	for (size_t i = 0; i < sizeof(bindings) / sizeof(bindings[0]); i++) {
		if ((bindings[i].scopes & scopes) == 0)
			continue;
		for (int j = 0; j < KEYS_PER_BINDING; j++) {
			if (bindings[i].key[j] == key)
				return bindings[i].command;
		}
	}
	return COMMAND_NONE;
}

void keys_name(int key, char *text, size_t size)
{
	static const struct {
		int key;
		const char *name;
	} names[] = {
		{KEYS_TAB, "Tab"},	{KEYS_ENTER, "Enter"},	       {KEYS_ESCAPE, "Esc"},
		{' ', "Space"},		{KEYS_BACKSPACE, "Backspace"}, {KEYS_UP, "Up"},
		{KEYS_DOWN, "Down"},	{KEYS_LEFT, "Left"},	       {KEYS_RIGHT, "Right"},
		{KEYS_PAGE_UP, "PgUp"}, {KEYS_PAGE_DOWN, "PgDn"},      {KEYS_HOME, "Home"},
		{KEYS_END, "End"},	{KEYS_DELETE, "Del"},	       {KEYS_BACK_TAB, "Shift-Tab"},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].key == key) {
			(void)snprintf(text, size, "%s", names[i].name);
			return;
		}
	}
	if (key > KEYS_F0 && key <= KEYS_F12)
		(void)snprintf(text, size, "F%d", key - KEYS_F0);
	else if (key > 0 && key < ' ')
		(void)snprintf(text, size, "Ctrl-%c", key + 'A' - 1);
	else
		(void)snprintf(text, size, "%c", key > ' ' && key < 127 ? key : '?');
}

void keys_names(const struct key_binding *binding, char *text, size_t size)
{
	size_t length = 0;

	text[0] = '\0';
	for (int i = 0; i < KEYS_PER_BINDING && binding->key[i] != KEYS_NONE; i++) {
		char name[16];

		keys_name(binding->key[i], name, sizeof(name));
		if (length + strlen(name) + 2 > size)
			break;
		length += (size_t)snprintf(text + length, size - length, "%s%s", i > 0 ? " " : "",
					   name);
	}
}

const char *keys_scope_title(unsigned scope)
{
	switch (scope) {
	case SCOPE_ANYWHERE:
		return "Everywhere";
	case SCOPE_SETUP:
		return "Setup";
	case SCOPE_WORKERS:
		return "Workers";
	case SCOPE_QUEUES:
		return "Queues";
	case SCOPE_TIMELINE:
		return "Timeline";
	case SCOPE_DETAIL:
		return "Details of a worker";
	case SCOPE_GRAPH:
		return "Who waits for whom";
	case SCOPE_STACK:
		return "Stack of a worker";
	case SCOPE_LOG:
		return "Log";
	case SCOPE_END:
		return "End";
	case SCOPE_HELP:
		return "Help";
	case SCOPE_SETTINGS:
		return "Settings";
	case SCOPE_RUNS:
		return "Choosing a run to watch";
	case SCOPE_DEMOS:
		return "Choosing a demonstration";
	case SCOPE_TAGS:
		return "Workers of a live run";
	case SCOPE_SENTENCES:
		return "Without a screen (--accessible)";
	case SCOPE_LIST_ENDS:
		return "Lists";
	case SCOPE_LIVE:
		return "While a run goes on";
	case SCOPE_REPLAY:
		return "Replay";
	default:
		return NULL;
	}
}
