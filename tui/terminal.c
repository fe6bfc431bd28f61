/*
 * terminal.c - curses (floor: tui). One thread. The way back after a fatal signal: terminfo.c.
 */
#include "config.h"

#include "tui/terminal.h"

#include <curses.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/mem.h"
#include "tui/keys.h"
#include "tui/terminfo.h"

enum { ESCAPE_MS = 25 };

struct terminal {
	SCREEN *screen;
	FILE *keys;
	int keys_fd;
	int rows;
	int columns;
	attr_t attributes[COLOURS];
	short pair[COLOURS];
	bool started; /* colours */
	struct terminal_mouse mouse;
};

static void choose_colours(struct terminal *terminal, enum scheme scheme)
{
	bool coloured = scheme != SCHEME_MONO && has_colors() && COLORS >= 8;

	if (coloured && !terminal->started) {
		start_color();
		use_default_colors();
		terminal->started = true;
	}
	for (int i = 0; i < COLOURS; i++) {
		const struct shade *shade =
			colours_shade((enum colour)i, coloured ? scheme : SCHEME_MONO);

		terminal->attributes[i] = (shade->attributes & SHADE_BOLD ? A_BOLD : 0) |
					  (shade->attributes & SHADE_DIM ? A_DIM : 0) |
					  (shade->attributes & SHADE_REVERSE ? A_REVERSE : 0) |
					  (shade->attributes & SHADE_UNDERLINE ? A_UNDERLINE : 0);
		terminal->pair[i] = 0;
		if (coloured && (shade->foreground >= 0 || shade->background >= 0)) {
			terminal->pair[i] = (short)(i + 1);
			init_pair(terminal->pair[i], shade->foreground, shade->background);
		}
	}
}

struct terminal *terminal_open(int keys_fd, struct err *err)
{
	struct terminal *terminal = mem_calloc(1, sizeof(*terminal));
	int copy = dup(keys_fd);

	terminal->keys_fd = keys_fd;
	terminal->keys = copy >= 0 ? fdopen(copy, "r") : NULL;
	if (terminal->keys == NULL || terminfo_remember(keys_fd) != 0) {
		err_errno(err, "terminal: keys");
		goto fail;
	}
	terminal->screen = newterm(NULL, stdout, terminal->keys);
	if (terminal->screen == NULL) {
		err_permanent(err, "terminal: cannot be set up; use --batch");
		goto fail;
	}
	set_term(terminal->screen);
	terminfo_arm();
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(ESCAPE_MS);
	leaveok(stdscr, TRUE);
	curs_set(0);
	mouseinterval(0); /* a press is an event at once, not half of a click */
	choose_colours(terminal, SCHEME_MONO);
	terminal_resized(terminal);
	return terminal;
fail:
	if (terminal->keys != NULL)
		fclose(terminal->keys);
	else if (copy >= 0)
		close(copy);
	free(terminal);
	return NULL;
}

void terminal_close(struct terminal *terminal)
{
	if (terminal == NULL)
		return;
	curs_set(1);
	endwin();
	terminfo_disarm();
	delscreen(terminal->screen);
	fclose(terminal->keys);
	free(terminal);
}

void terminal_size(const struct terminal *terminal, int *rows, int *columns)
{
	*rows = terminal->rows;
	*columns = terminal->columns;
}

void terminal_resized(struct terminal *terminal)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0 &&
	    (size.ws_row != LINES || size.ws_col != COLS))
		resizeterm(size.ws_row, size.ws_col);
	terminal->rows = LINES > 0 ? LINES : 1;
	terminal->columns = COLS > 0 ? COLS : 1;
}

void terminal_style(struct terminal *terminal, enum scheme scheme, bool mouse)
{
	choose_colours(terminal, scheme);
	mousemask(mouse ? BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED : 0, NULL);
	terminfo_arm_mouse(mouse);
}

static void put_cell(const struct terminal *terminal, int row, int column,
		     const struct canvas_cell *cell)
{
	wchar_t text[2 + CANVAS_MARKS] = {(wchar_t)cell->character};
	cchar_t character;

	for (int i = 0; i < CANVAS_MARKS; i++)
		text[i + 1] = (wchar_t)cell->mark[i];
	if (setcchar(&character, text, terminal->attributes[cell->colour],
		     terminal->pair[cell->colour], NULL) == OK)
		mvadd_wch(row, column, &character);
}

/* Curses compares with what is on the screen and sends the difference; but giving it a cell costs
 * more than comparing two, and most are as they were. */
void terminal_show(struct terminal *terminal, const struct canvas *canvas,
		   const struct canvas *shown)
{
	int rows = canvas_rows(canvas), columns = canvas_columns(canvas);

	for (int row = 0; row < rows && row < terminal->rows; row++) {
		for (int column = 0; column < columns && column < terminal->columns; column++) {
			const struct canvas_cell *cell = canvas_cell(canvas, row, column);
			if (cell->columns > 0 &&
			    (shown == NULL ||
			     !canvas_cell_equal(cell, canvas_cell(shown, row, column))))
				put_cell(terminal, row, column, cell);
		}
	}
	if (shown == NULL)
		clearok(curscr, TRUE);
	wnoutrefresh(stdscr);
	doupdate();
}

static int special_key(wint_t code)
{
	static const struct {
		wint_t curses;
		int key;
	} keys[] = {
		{KEY_UP, KEYS_UP},	   {KEY_DOWN, KEYS_DOWN},
		{KEY_LEFT, KEYS_LEFT},	   {KEY_RIGHT, KEYS_RIGHT},
		{KEY_PPAGE, KEYS_PAGE_UP}, {KEY_NPAGE, KEYS_PAGE_DOWN},
		{KEY_HOME, KEYS_HOME},	   {KEY_END, KEYS_END},
		{KEY_DC, KEYS_DELETE},	   {KEY_BTAB, KEYS_BACK_TAB},
		{KEY_ENTER, KEYS_ENTER},   {KEY_BACKSPACE, KEYS_BACKSPACE},
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (keys[i].curses == code)
			return keys[i].key;
	}
	if (code > KEY_F(0) && code <= KEY_F(12))
		return KEYS_F0 + (int)(code - KEY_F(0));
	return KEYS_NONE;
}

/* Was it something that we asked for? Other buttons and what is let go of are dropped. */
static bool take_mouse(struct terminal *terminal)
{
	MEVENT event;

	if (getmouse(&event) != OK)
		return false;
	terminal->mouse = (struct terminal_mouse){.row = event.y, .column = event.x};
	if (event.bstate & BUTTON1_PRESSED)
		terminal->mouse.button = TERMINAL_CLICK;
	else if (event.bstate & BUTTON4_PRESSED)
		terminal->mouse.button = TERMINAL_WHEEL_UP;
	else if (event.bstate & BUTTON5_PRESSED)
		terminal->mouse.button = TERMINAL_WHEEL_DOWN;
	else
		return false;
	return true;
}

struct terminal_mouse terminal_mouse(const struct terminal *terminal)
{
	return terminal->mouse;
}

int terminal_key(struct terminal *terminal)
{
	struct pollfd ready = {.fd = terminal->keys_fd, .events = POLLIN};
	wint_t code;
	int waiting = 0;

	for (;;) {
		int result = get_wch(&code);

		if (result == OK)
			return code == 0 ? KEYS_NONE : (int)code;
		if (result != KEY_CODE_YES)
			break;
		if (code == KEY_MOUSE && take_mouse(terminal))
			return KEYS_MOUSE;
		if (special_key(code) != KEYS_NONE)
			return special_key(code);
	}
	/* Readable and yet empty: the end of the file, a terminal that is gone. */
	if (poll(&ready, 1, 0) == 1 && (ready.revents & (POLLIN | POLLHUP | POLLERR | POLLNVAL)) &&
	    (ioctl(terminal->keys_fd, FIONREAD, &waiting) != 0 || waiting == 0))
		return TERMINAL_GONE;
	return KEYS_NONE;
}

void terminal_suspend(struct terminal *terminal)
{
	(void)terminal;
	curs_set(1);
	endwin();
}

void terminal_resume(struct terminal *terminal)
{
	/* The shell may have left its own modes; curses' come back with the first refresh. */
	refresh();
	curs_set(0);
	terminal_resized(terminal);
}
